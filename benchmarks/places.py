"""Where people are said to be, checked against what was printed and against right answers in ``../shared``.

``python benchmarks/places.py --home FOLDER`` reads a store that was filled before, and prints one figure a line.
The rules here are plainer than the finder's own on purpose: a check that shares its rules with what it checks finds
nothing.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from datetime import date
from pathlib import Path

import polars as pl
from measuring import SHARED

from finder import addresses, reference_data
from finder.features import advisee_pairs, affiliation_history
from finder.resolution import affiliation_assignment, institutions, publish
from finder.storage import Snapshot, open_store
from finder.tables import conform_table
from finder.text.names import name_key

CASES = SHARED / "cases"
LED = 10  # works, from which somebody heads a group
TODAY = date(2026, 1, 1)  # the right answers hold for the end of 2025
# what is a part of an institution, or an address, and no institution
NO_INSTITUTION = (
    r"(?i)^(dept\b|department|dipartimento|faculty of|school of|division of|chair of|graduate school|college of|"
    r"p\.? ?o\.? box|\d+[ ,]|[^,]*\b(street|avenue|blvd|boulevard|road|straße|strasse)$)"
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--home", type=Path, required=True)
    options.add_argument("--show", type=int, default=0, help="examples of what is wrong, so many of each figure")
    options.add_argument("--as-of", type=date.fromisoformat, default=TODAY, help="lists like CSRankings hold when read")
    told = options.parse_args()
    with open_store(told.home) as store:
        snapshot = store.snapshots.current_snapshot()
        posts = affiliation_history.load_affiliations(snapshot, snapshot.load_table("authors"), told.as_of)
    for figure in (
        _check_countries,
        _count_small_countries,
        _check_institution_names,
        _check_mail_domains,
        _count_placed_authors,
        _check_known_people,
        _check_place_lists,
        _heads_without_students,
    ):
        for what, count, examples in figure(snapshot, posts):
            print(f"{what:72} {count:>9}")
            for example in examples[: told.show]:
                print(f"    {example}")
    for what, count in _check_case_files():
        print(f"{what:72} {count:>9}")


Figure = tuple[str, str | int, list[str]]


def _affiliation_texts(snapshot: Snapshot) -> pl.DataFrame:
    """``author``, ``day``, ``text``: what was printed of everybody's places on works."""
    text = snapshot.load_table("raw_affiliations").select(
        "record", "position", "domain", text=pl.coalesce("raw", "institution")
    )
    dates = snapshot.load_table("raw_works").select("record", day="date")
    own = snapshot.load_table("sightings").select("record", "position", "author")
    return text.join(own, on=("record", "position")).join(dates, on="record")


def _check_countries(snapshot: Snapshot, posts: pl.DataFrame) -> list[Figure]:
    """People whose newest printed texts name countries, none of which is shown; not whom a later list places."""
    seen = _affiliation_texts(snapshot).filter(pl.col("day") == pl.col("day").max().over("author"))
    last = pl.col("text").str.split(",").list.last().str.strip_chars(" .").str.to_lowercase()
    code = last.replace_strict(reference_data.country_codes_by_name(), default=None, return_dtype=pl.String)
    for word, apart in (("Taiwan", "TW"), ("Hong ?Kong", "HK"), ("Maca[uo]", "MO")):  # also where "China" follows
        there = (code == "CN") & pl.col("text").str.contains(rf"(?i){word}\b.*,")
        code = pl.when(there).then(pl.lit(apart)).otherwise(code)
    told = (
        seen.with_columns(code=code)
        .group_by("author")
        .agg(pl.col("code").drop_nulls().unique(), pl.col("text", "day").first())
    )
    now = posts.filter("current").group_by("author")
    now = now.agg(pl.col("last").max(), shown=pl.col("country").drop_nulls().unique())
    both = told.filter(pl.col("code").list.len() > 0).join(now, on="author").filter(pl.col("last") <= pl.col("day"))
    wrong = both.filter(pl.col("code").list.set_intersection("shown").list.len() == 0).sort("author")
    examples = list(map(str, wrong.sample(min(40, wrong.height), seed=1).rows()))
    return [
        ("people whose newest printed text names a country", both.height, []),
        ("  of these, shown in another country, or in none", wrong.height, examples),
    ]


def _count_small_countries(_: Snapshot, posts: pl.DataFrame) -> list[Figure]:
    here = posts.filter("current")
    return [
        (f"people in {code}", here.filter(pl.col("country") == code)["author"].n_unique(), [])
        for code in ("TW", "HK", "MO")
    ]


def _check_institution_names(snapshot: Snapshot, posts: pl.DataFrame) -> list[Figure]:
    named = snapshot.load_table("institutions").select("institution", "name")
    wrong = named.filter(pl.col("name").str.contains(NO_INSTITUTION)).sort("institution")
    people = posts.filter(pl.col("institution").is_in(wrong["institution"].implode()))["author"].n_unique()
    return [
        ("institutions", named.height, []),
        ("  of these, departments, schools, streets, post boxes", wrong.height, wrong["name"].to_list()),
        ("  people with such a post", people, []),
    ]


def _check_mail_domains(snapshot: Snapshot, posts: pl.DataFrame) -> list[Figure]:
    """People whose place before has the mail domain of their place now, by the majority of printed domains."""
    domain = _institution_domains(snapshot)
    each = posts.join(domain, on="institution", how="left")
    now = each.filter("current").unique("author", keep="first", maintain_order=True)
    before = each.filter(~pl.col("current")).join(
        now.select("author", now="institution", at="name", here="domain"), on="author"
    )
    before = before.filter(pl.col("institution") != pl.col("now")).unique("author", keep="first", maintain_order=True)
    wrong = before.filter(pl.col("domain") == pl.col("here"))
    pairs = wrong.group_by("name", "at").len().sort("len", "name", "at", descending=[True, False, False])
    return [("people whose place before has the mail domain of that now", wrong.height, list(map(str, pairs.rows())))]


def _institution_domains(snapshot: Snapshot) -> pl.DataFrame:
    """``institution``, ``domain``: the domain most often printed on works at which somebody is at one place only."""
    one = snapshot.load_table("raw_affiliations").filter(pl.len().over("record", "position") == 1).drop_nulls("domain")
    own = snapshot.load_table("sightings").select("record", "position", "author")
    at = snapshot.load_table("affiliations").select("record", "author", "institution")
    every = (
        one.select("record", "position", domain=_main_domain_expr())
        .join(own, on=("record", "position"))
        .join(at, on=("record", "author"))
    )
    votes = every.group_by("institution", "domain").len().sort("len", "domain", descending=[True, False])
    return votes.unique("institution", keep="first").select("institution", "domain")


def _main_domain_expr() -> pl.Expr:
    """``mail.cs.hestor.edu`` as ``hestor.edu``, ``cs.valdorra.ac.uk`` as ``valdorra.ac.uk``."""
    parts = pl.col("domain").str.split(".")
    long = pl.col("domain").str.contains(r"\.(ac|edu|co|com|org|gov)\.[a-z]{2}$")
    return parts.list.tail(pl.when(long).then(3).otherwise(2)).list.join(".")


def _count_placed_authors(snapshot: Snapshot, posts: pl.DataFrame) -> list[Figure]:
    works = snapshot.load_table("authorships").filter("published")
    people = works["author"].unique()
    without = people.len() - people.is_in(posts["author"].unique().implode()).sum()
    lead = works.group_by("author").len().filter(pl.col("len") >= 5)["author"]
    often = lead.len() - lead.is_in(posts["author"].unique().implode()).sum()
    placed = snapshot.load_table("places").select("work", "author").unique().height
    return [
        ("authors", people.len(), []),
        ("  without any place", int(without), []),
        ("  without any place, of those with five works and more", int(often), []),
        ("authorships with a place", placed, []),
    ]


def _check_known_people(snapshot: Snapshot, posts: pl.DataFrame) -> list[Figure]:
    """Whether the institution shown is one of the right ones, for people who are well known."""
    if not CASES.is_dir():
        return []
    with (CASES / "person.csv").open(encoding="utf-8") as text:
        forty = [(row["name"], row["institution"].split(" or "), row["country"]) for row in csv.DictReader(text)]
    rows = (line.split("|") for line in (CASES / "person-known.psv").read_text(encoding="utf-8").splitlines())
    others = [(row[0], _institution_alternatives(row[1]), row[2].replace(",", "|")) for row in rows]
    found: list[Figure] = []
    named = _authors_by_printed_name(snapshot)
    for what, people in (("the 40 of person.csv", forty), ("all of person-known.psv", others)):
        right = country = 0
        wrong: list[str] = []
        for name, institution, codes in people:
            author = named.get(name_key(name))
            own = posts.filter("current", pl.col("author") == (-1 if author is None else author))
            fits = any(_match_institution_names(shown, wanted) for shown in own["name"] for wanted in institution)
            right += fits
            country += not set(own["country"]).isdisjoint(codes.split("|"))
            if not fits:
                shown = [f"{n} ({c}, {d})" for n, c, d in own.select("name", "country", "last").iter_rows()]
                wrong.append(f"{name}: {' or '.join(institution)} ({codes}), shown: {'; '.join(shown) or 'nothing'}")
        found.append((f"{what}: institution right, of {len(people)}", right, wrong))
        found.append((f"{what}: country right, of {len(people)}", country, []))
    return found


def _institution_alternatives(text: str) -> list[str]:
    """``X,Y`` as two institutions, ``University of California, Berkeley`` as one."""
    return [text, *re.split(r",(?! )", text)]


def _authors_by_printed_name(snapshot: Snapshot) -> dict[str, int]:
    """Folded name, as printed anywhere -> who bears it most often."""
    spelled = snapshot.load_table("raw_names").join(snapshot.load_table("sightings"), on=("record", "position"))
    return dict(spelled.group_by("fold", "author").len().sort("len", "author").select("fold", "author").iter_rows())


def _match_institution_names(shown: str, wanted: str) -> bool:
    one, other = (institutions.organisation_key(name) for name in (shown, wanted))
    return one == other or set(other.split()) <= set(one.split()) or set(one.split()) <= set(other.split())


def _check_case_files() -> list[tuple[str, str]]:
    if not CASES.is_dir():
        return []
    cases = [json.loads(line) for line in (CASES / "affiliations.jsonl").read_text(encoding="utf-8").splitlines()]
    right = sum(_resolves_to_one(case["printed"], case["other"]) == case["expected_same"] for case in cases)
    towns = [json.loads(line) for line in (CASES / "places.jsonl").read_text(encoding="utf-8").splitlines()]
    located = sum(addresses.address_country(case["location"], names=True) == case["expected"] for case in towns)
    return [
        ("cases of affiliations.jsonl that pass", f"{right} of {len(cases)}"),
        ("cases of places.jsonl that pass, by finder.addresses", f"{located} of {len(towns)}"),
    ]


def _resolves_to_one(*texts: str) -> bool:
    """Whether what was printed by two people is one institution."""
    empty = dict.fromkeys(("id", "country", "kind", "domain", "role", "since", "until", "raw"))
    rows = [{"record": n, "position": 0, "institution": text, "stated": False, **empty} for n, text in enumerate(texts)]
    printed = conform_table("raw_affiliations", pl.DataFrame(rows, infer_schema_length=None))
    _, naming = institutions.resolve_institutions(printed, conform_table("raw_institutions"))
    return naming["institution"].n_unique() == 1


def _check_place_lists(snapshot: Snapshot, _: pl.DataFrame) -> list[Figure]:
    """How often a list would tell whose a place is, tried on works of several places whose authors' own are known."""
    _, naming = institutions.resolve_institutions(
        snapshot.load_table("raw_affiliations"), snapshot.load_table("raw_institutions")
    )
    at = publish.places(snapshot.load_table("raw_affiliations"), naming).filter(pl.col("position") >= 0)
    known = at.select("record", "position", "institution").unique()
    days = snapshot.load_table("raw_works").select("record", day=pl.col("date").dt.epoch("d"))
    people = snapshot.load_table("sightings").filter(pl.col("position") >= 0).join(days, on="record")
    people = people.select("record", "position", "author", "day")
    several = known.filter(pl.col("institution").n_unique().over("record") > 1)
    listed = people.join(several.select("record", "position").unique(), on=("record", "position"), how="semi")
    listed = listed.join(several.select("record", "institution").unique(), on="record")
    sightings = known.join(people, on=("record", "position"))
    found: list[Figure] = []
    ways = {
        "seen twice": affiliation_assignment.place_by_sightings(listed, sightings),
        "place recurring": affiliation_assignment.place_by_recurrence(listed, people),
    }
    seen = sightings.select("author", "institution", seen="day").unique()
    for what, said in ways.items():
        right = said.join(known, on=("record", "position", "institution"), how="semi").height
        about = said.join(people, on=("record", "position")).join(seen, on=("author", "institution"))
        about = about.filter((pl.col("seen") - pl.col("day")).abs() <= affiliation_assignment.NEAR)
        near = about.select("record", "position", "institution").n_unique()
        for when, count in (("on the work itself", right), ("about then", near)):
            percent = f"{100 * count / max(1, said.height):.1f} %"
            found.append((f"lists, {what}: right {when}, of {said.height}", percent, []))
    return found


def _heads_without_students(snapshot: Snapshot, _: pl.DataFrame) -> list[Figure]:
    """Heads without any student, by field: who led ten works and more, at least half of them in one field."""
    fields = {"language": r"^(ACL|EMNLP|NAACL|COLING)", "vision": r"^(CVPR|ICCV|ECCV|WACV)", "robots": r"^(ICRA|IROS)"}
    works = snapshot.load_table("works").select("work", "venue", "published").filter("published")
    led = snapshot.load_table("authorships").filter(
        pl.col("position") == pl.col("n_authors") - 1, pl.col("n_authors") > 1, ~pl.col("alphabetical")
    )
    led = led.select("author", "work").join(works, on="work")
    _, pairs = advisee_pairs.find_advisee_pairs(snapshot, TODAY)
    taught = pairs.filter(~pl.col("guest"))["head"].unique()
    found: list[Figure] = []
    for field, venues in fields.items():
        share = pl.col("venue").str.contains(venues).mean()
        heads = led.group_by("author").agg(pl.len(), share=share).filter(pl.col("len") >= LED, pl.col("share") >= 0.5)
        without = heads.filter(~pl.col("author").is_in(taught.implode()))
        percent = f"{100 * without.height / max(1, heads.height):.1f} %"
        found.append((f"heads in {field}, of {heads.height}: without any student", percent, []))
    return found


if __name__ == "__main__":
    main()
