"""What the finder says of people, against what is right: one person, place, stage, moves, new professors.

    uv run python benchmarks/people.py HOME                             # all sections
    uv run python benchmarks/people.py HOME --sections moves --sample 40 --seed 3   # evidence to judge by hand

HOME is a data folder that ``finder import paperlists`` filled. The right values are two tables outside the project:
``--cases`` (comma separated, with a header) and ``--known`` (bars, without one). A section is a function of a
:class:`GroundTruth`; :data:`SECTIONS` names them all.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from people_cases import Case, read_case_table, read_known_people

from finder.answers import lookup, person_rows
from finder.errors import UsageError
from finder.features import affiliation_history, moves, new_faculty, stage, stage_statements
from finder.resolution import input_tables, stage_model
from finder.storage import Snapshot, open_store
from finder.text.names import name_key

CASES = Path("../shared/cases")
LATE = 3  # years before the day of asking in which a professor is new
SEEN = 2  # years after a move by which it is to be seen
HALF = 0.5  # confidence from which "student" hid somebody before the rule was another
PRINTED = 12  # posts or works printed as evidence of one person


@dataclass
class GroundTruth:
    """A store, the day of asking, the right values, and who in the store is meant by each.

    Attributes:
        people, posts: of everybody whom a case may mean, as :func:`finder.answers.person_rows.load_author_profiles`
            gives them.
        meant: by name, the numbers of those the name may mean, most works first.
    """

    snapshot: Snapshot
    as_of: date
    cases: Mapping[str, list[Case]]
    sample: int
    seed: int
    people: pl.DataFrame = field(default_factory=pl.DataFrame)
    posts: pl.DataFrame = field(default_factory=pl.DataFrame)
    meant: dict[str, list[int]] = field(default_factory=dict)
    everyone: tuple[pl.DataFrame, pl.DataFrame] | None = None

    def distinct_cases(self) -> list[Case]:
        """Each person once, though both tables may name them."""
        return list({case.name: case for cases in self.cases.values() for case in cases}.values())


def look_up_cases(ground: GroundTruth) -> None:
    """Look everybody up once."""
    works = ground.snapshot.load_table("careers").select("author", "n_works")
    for case in ground.distinct_cases():
        asked = lookup.interpret_person_text(ground.snapshot, case.name)
        found = lookup.matching_authors(ground.snapshot, asked).join(works, on="author", how="left")
        of_id = (pl.col("author_id") == case.id) | pl.col("ids").list.contains(case.id)
        found = found.sort(of_id, pl.col("n_works").fill_null(0), "author_id", descending=[True, True, False])
        ground.meant[case.name] = found["author"].to_list()
    numbers = pl.Series("author", sorted({n for all_ in ground.meant.values() for n in all_}), works["author"].dtype)
    ground.people, ground.posts = load_people_and_posts(ground, numbers)


def load_people_and_posts(
    ground: GroundTruth, authors: pl.Series, as_of: date | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Who some authors are and were."""
    return person_rows.load_author_profiles(ground.snapshot, authors.to_frame("author"), as_of or ground.as_of)


def author_of_case(ground: GroundTruth, case: Case) -> int:
    """Whom a reader means by a name; -1 for nobody.

    Whoever has the id that the table gives, else whom the finder picks. Where it asks, since several people are known
    by that name, the reader knows where theirs is or was, and picks by that; without such a one, most works.
    """
    meant = ground.meant[case.name]
    picked = likely_author(ground, case.name)
    if not meant or case.id or picked in meant:
        return meant[0] if meant and case.id else (picked or -1)
    there = (
        author for author in meant if any(_fits_institution(case, place) for place in places_of_author(ground, author))
    )
    return next(there, meant[0])


def likely_author(ground: GroundTruth, name: str) -> int | None:
    """Whom the finder shows to whoever asks for a name; None where it asks back, or knows nobody."""
    try:
        return lookup.resolve_likely_author(ground.snapshot, name).author
    except UsageError:
        return None


def lacks_institution(ground: GroundTruth, case: Case) -> bool:
    """Whether nothing in the store tells of the right institution: neither a post of theirs nor a list on their works.

    Somebody who has moved since their last work that prints a place is shown where they were: no rule can help that.
    """
    return not any(_fits_institution(case, place) for place in places_of_author(ground, author_of_case(ground, case)))


def places_of_author(ground: GroundTruth, author: int) -> list[str]:
    """All places that the store holds of somebody: their posts, and what their works list."""
    own = ground.posts.filter(pl.col("author") == author)["name"].unique().to_list()
    works = ground.snapshot.load_table("sightings").filter(pl.col("author") == author).select("record").unique()
    listed = ground.snapshot.load_table("raw_affiliations").filter(pl.col("position") == input_tables.UNPLACED)
    return own + listed.join(works, on="record")["institution"].unique().to_list()


def _fits_institution(case: Case, place: str) -> bool:
    return any(_name_contains(part, place) for part in case.institutions)


def check_names(ground: GroundTruth) -> None:
    """How many names mean one person to a reader, and whom the finder picks is who has the id that the table gives."""
    for title, cases in ground.cases.items():
        nobody = [case.name for case in cases if not ground.meant[case.name]]
        wrong = [case.name for case in cases if likely_author(ground, case.name) != author_of_case(ground, case)]
        several = [name for name in wrong if name not in nobody]
        print(f"{title}: one person {len(cases) - len(several) - len(nobody)} of {len(cases)}")
        print(f"  several: {', '.join(several) or '-'}\n  nobody: {', '.join(nobody) or '-'}")


def check_places(ground: GroundTruth) -> None:
    """Institution and country of the current posts; what was last seen two years ago is not said to be now.

    Of two posts that are shown, one has to be right.
    """
    fresh = affiliation_history.is_recently_seen(ground.as_of)
    here = ground.posts.filter("current").group_by("author").agg("name", "country", fresh.any())
    now = {author: (names_, countries, new) for author, names_, countries, new in here.iter_rows()}
    for title, cases in ground.cases.items():
        wrong, stale, abroad, lost = [], [], [], 0
        for case in cases:
            at, countries, new = now.get(author_of_case(ground, case), ([], [], False))
            if not any(_name_contains(part, name) for part in case.institutions for name in at):
                told = "; not in the store" if lacks_institution(ground, case) else ""
                lost += told != ""
                line = f"{case.name}: {', '.join(at) or 'nothing'} (right: {' or '.join(case.institutions)}{told})"
                (wrong if new else stale).append(line)
            if not set(countries) & set(case.countries):
                abroad.append(f"{case.name}: {', '.join(map(str, countries))}")
        right = len(cases) - len(wrong) - len(stale)
        print(
            f"{title}: institution right {right} of {len(cases)}, wrong {len(wrong)}, last seen elsewhere {len(stale)}"
        )
        print(f"  not in the store: {lost}; right of those of whom it can know: {right} of {len(cases) - lost}")
        print("".join(f"  wrong: {line}\n" for line in wrong) + "".join(f"  old: {line}\n" for line in stale), end="")
        print(f"{title}: country right {len(cases) - len(abroad)} of {len(cases)}")
        print("".join(f"  {line}\n" for line in abroad), end="")


def _name_contains(part: str, name: str) -> bool:
    return name_key(part) in name_key(name)


def check_stages(ground: GroundTruth) -> None:
    """Stage of whom a name means.

    Whoever is faculty and said to "lead a group" is read right by an academic: what the group is called at their
    university the record does not tell. Whose right institution is not in the store has got a new post since.
    """
    said = {row["author"]: row for row in ground.people.iter_rows(named=True)}
    for title, cases in ground.cases.items():
        wrong, lost, leading = [], 0, 0
        for case in cases:
            row = said.get(author_of_case(ground, case))
            told = row["stage"] if row else "nobody"
            if told == stage.LEADS and set(case.stages) & set(new_faculty.FACULTY):
                leading += 1
            elif told not in case.stages:
                why = "; not in the store" if lacks_institution(ground, case) else ""
                lost += why != ""
                ground_ = row["stage_ground"] if row else ""
                wrong.append(f"{case.name}: {told}, {ground_} (right: {' or '.join(case.stages)}{why})")
        right = len(cases) - len(wrong)
        print(f"{title}: stage right {right} of {len(cases)}, {leading} of them as leading a group")
        print(f"  not in the store: {lost}; right of those of whom it can know: {right} of {len(cases) - lost}")
        print("".join(f"  {line}\n" for line in wrong), end="")


def check_movers(ground: GroundTruth) -> None:
    """Movers seen two years on: of all, and of those both of whose places were stated or seen twice by then."""
    moved = [case for case in ground.distinct_cases() if case.moved]
    counts = {True: [0, 0], False: [0, 0]}
    seen = {}
    for year in sorted({case.moved for case in moved if case.moved}):
        day = min(ground.as_of, date(year + SEEN, 12, 31))
        those = [case for case in moved if case.moved == year]
        numbers = pl.Series("author", sorted({author_of_case(ground, c) for c in those} - {-1}), pl.UInt32)
        posts = load_people_and_posts(ground, numbers, day)[1]
        seen.update({row["author"]: row for row in moves.detect_moves(posts, day).iter_rows(named=True)})
        twice = posts.group_by("author", "name").agg(
            pl.col("stated").any(), pl.col("count").sum(), pl.col("first").min()
        )
        twice = twice.filter(pl.col("stated") | (pl.col("count") > 1))
        # what was there long before is not where they went; with but one place, nobody can tell
        new = (pl.col("first") >= date(year - 1, 1, 1)) & (pl.len().over("author") > 1)
        held = dict(twice.filter(new).group_by("author").agg("name").iter_rows())
        _count_movers(ground, those, seen, held, counts)
    print(f"movers seen {counts[True][0] + counts[False][0]} of {len(moved)};", end=" ")
    print(f"where the store holds evidence {counts[True][0]} of {counts[True][1]}")
    seen = {row["author"]: row for row in moves.detect_moves(ground.posts, ground.as_of).iter_rows(named=True)}
    settled = {author_of_case(ground, case): case.name for case in ground.distinct_cases() if not case.moved}
    wrong = [f"{settled[a]}: {row['from_name']} -> {row['to_name']}" for a, row in seen.items() if a in settled]
    print(f"said to have moved, not known to have: {len(wrong)}", *wrong, sep="\n  ")


def _count_movers(
    ground: GroundTruth,
    cases: list[Case],
    seen: Mapping[int, Mapping[str, Any]],
    held: Mapping[int, list[str]],
    counts: dict[bool, list[int]],
) -> None:
    for case in cases:
        author = author_of_case(ground, case)
        evidence = any(_name_contains(part, name) for part in case.institutions for name in held.get(author, []))
        row = seen.get(author)
        right = row is not None and any(_name_contains(part, row["to_name"]) for part in case.institutions)
        counts[evidence][0] += right
        counts[evidence][1] += 1
        told = f"{row['from_name']} -> {row['to_name']}" if row else "not seen"
        print(f"  {case.name} ({case.moved}{'' if evidence else ', no evidence'}): {told}")


def sample_moves(ground: GroundTruth) -> None:
    """How many in the whole store have moved; with ``--sample``, some of them with all that the store shows."""
    people, posts = load_everyone(ground)
    found = moves.detect_moves(posts, ground.as_of)
    print(f"moved: {found.height:,} of {posts['author'].n_unique():,} with a place")
    _print_sample(found, people, posts, ground)


def check_new_professors(ground: GroundTruth) -> None:
    """How many in the whole store are new professors; with ``--sample``, some of them with all that is shown."""
    people, posts = load_everyone(ground)
    found = new_faculty.detect_new_faculty(posts, people, ground.as_of)
    print(f"new professors: {found.height:,}")
    _print_sample(found, people, posts, ground)
    truth = {author_of_case(ground, case): case for case in ground.distinct_cases() if case.new}
    late = {a: case for a, case in truth.items() if case.new and case.new >= ground.as_of.year - LATE}
    seen = set(found["author"].to_list())
    print(f"of those in the tables {sum(a in seen for a in late)} of {len(late)}")


def load_everyone(ground: GroundTruth) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Everybody in the store who has a place: looked up once."""
    if ground.everyone is None:
        ground.everyone = load_people_and_posts(
            ground, ground.snapshot.load_table("affiliations")["author"].unique().sort()
        )
    return ground.everyone


def _print_sample(found: pl.DataFrame, people: pl.DataFrame, posts: pl.DataFrame, ground: GroundTruth) -> None:
    rows = list(found.iter_rows(named=True))
    who = {row["author"]: row for row in people.iter_rows(named=True)}
    for row in random.Random(ground.seed).sample(rows, min(ground.sample, len(rows))):
        person = who[row["author"]]
        print(f"\n{person['name']} ({person['author_id']}), {person['stage']}: {person['stage_ground']}")
        print("  said: " + ", ".join(f"{key} {value}" for key, value in row.items() if key not in ("author", "source")))
        for post in posts.filter(pl.col("author") == row["author"]).head(PRINTED).iter_rows(named=True):
            now, stated = ("now" if post["current"] else "   "), (" stated" if post["stated"] else "")
            print(f"  {post['first']} {post['last']} {post['count']:3} {now}", end=" ")
            print(f"{post['name']} ({post['country']}) {post['role'] or ''}{stated}")


def check_hidden_stages(ground: GroundTruth) -> None:
    """Who stated a post lately and would be hidden as a student, or listed as faculty, had they not stated it.

    The model was fitted on most of these; ``benchmarks/stage.py`` has the figures with each series left out.
    """
    people, posts = load_everyone(ground)
    lately = posts.filter(pl.col("last").dt.year() >= ground.as_of.year - 1)
    said = (
        stage_statements.newest_stated_stage(lately, ground.as_of)
        .select("author", "stated_stage")
        .drop_nulls()
        .collect()
    )
    bare = posts.join(said, on="author", how="semi").with_columns(role=pl.lit(None, pl.String), stated=pl.lit(False))
    record = people.join(said, on="author", how="semi").drop(
        "stage", "stage_confidence", "stage_ground", "stage_record", "is_student", strict=False
    )
    about, careers = (
        record.select("author", "ids", "first_year"),
        stage_model.load_career_counts(ground.snapshot, ground.as_of),
    )
    inferred = stage_model.infer_stages(careers, about, bare, ground.as_of)
    inferred = stage.assign_stages(inferred, bare, record, ground.as_of)
    both = said.join(inferred, on="author")
    student = (pl.col("stage") == "student") & (pl.col("stage_confidence") >= HALF)
    found = both.group_by("stated_stage").agg(
        people=pl.len(),
        hidden=pl.col("is_student").mean() if "is_student" in both.columns else pl.lit(None, pl.Float64),
        student_at_half=student.mean(),
        as_faculty=pl.col("stage").is_in(new_faculty.FACULTY).mean(),
    )
    for row in found.sort("stated_stage").iter_rows(named=True):
        print(f"  {row.pop('stated_stage'):<22}" + "  ".join(f"{key} {value:,.4g}" for key, value in row.items()))


SECTIONS: dict[str, Callable[[GroundTruth], Any]] = {
    "names": check_names,
    "places": check_places,
    "stages": check_stages,
    "movers": check_movers,
    "moves": sample_moves,
    "new": check_new_professors,
    "hidden": check_hidden_stages,
}


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("home", type=Path, help="a data folder with conference files")
    ask.add_argument("--cases", type=Path, default=CASES / "person.csv")
    ask.add_argument("--known", type=Path, default=CASES / "person-known.psv")
    ask.add_argument("--as-of", type=date.fromisoformat, default=date(2025, 12, 31))
    ask.add_argument("--sections", nargs="+", choices=SECTIONS, default=list(SECTIONS))
    ask.add_argument("--sample", type=int, default=0, help="print so many with their evidence")
    ask.add_argument("--seed", type=int, default=1)
    given = ask.parse_args()
    tables = {str(given.cases): read_case_table(given.cases), str(given.known): read_known_people(given.known)}
    with open_store(given.home) as store:
        ground = GroundTruth(store.snapshots.current_snapshot(), given.as_of, tables, given.sample, given.seed)
        look_up_cases(ground)
        for name in given.sections:
            print(f"\n== {name}")
            SECTIONS[name](ground)


if __name__ == "__main__":
    main()
