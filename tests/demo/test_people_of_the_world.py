"""What the finder says of the people of the fictional world, held to who they are; figures: ``pytest -rP``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import polars as pl
import pytest

from data.demo.builder.names import plain
from finder import answers
from finder.answers import Query
from finder.demo_metadata import demo_today, demo_truth
from finder.features import moves, new_faculty, statements
from finder.storage import Store

PEOPLE: dict[str, Any] = demo_truth()["people"]
SPECIAL = demo_truth()["specials"]
NAMES = {id_: row["name"] for id_, row in demo_truth()["institutions"].items()}
LATELY = "2023-11"  # three years before the world's today
PRINTED_LATE = "2023-05"  # works print a new place half a year late
Say = Callable[..., float]


@pytest.fixture
def share(record_property: Callable[[str, object], None]) -> Say:
    """Print a share with what it is of, and give it."""

    def said(what: str, right: int, total: int) -> float:
        print(f"{what}: {right} of {total}, {right / total:.3f}")  # noqa: T201 - shown by pytest -rP
        record_property(what, f"{right}/{total}")
        return right / total

    return said


def special(name: str) -> str:
    return SPECIAL[name]["people"][0]


def here_now(author_id: str) -> set[str]:
    return {post["institution"] for post in PEOPLE[author_id]["career"] if post["to"] is None}


# --- the mission's story --------------------------------------------------------------------------------------------


def test_the_newcomer_whose_works_still_carry_the_company(store: Store) -> None:
    who, home = special("newcomer"), PEOPLE[special("newcomer")]["homepage"]
    company, university = (NAMES[SPECIAL["newcomer"][key]] for key in ("old_employer", "new_employer"))
    rows = answers.find_advisors(store, Query("multimodal learning", demo_today(), countries=("DE",))).results
    row = next(row for row in rows if row["author_id"] == who)

    assert row["stage"] == "early-career faculty"
    assert row["stage_ground"].startswith("stated as Assistant Professor")
    (post,) = row["current"]
    assert (post["institution"], post["role"], post["since"]) == (university, "Assistant Professor", "2026-07")
    assert row["previous"][0]["institution"] == company
    began = {"first_seen": "2026-07", "after": None, "evidence": home}
    assert row["moved"] == {"from": company, "to": university, **began}
    assert row["newcomer"] == {"institution": university, "since": "2026-07", "after": None, "evidence": home}
    assert row["links"]["homepage"] == home
    assert (row["recruiting"]["polarity"], row["recruiting"]["age"]) == ("recruiting", "current")
    assert row["recruiting"]["quote"] in {said["quote"] for said in PEOPLE[who]["statements"]}
    assert f"before that {company}" in row["why"]
    assert "new professor since 2026" in row["why"]
    assert home in {claim["url"] for claim in row["evidence"] if "Assistant Professor" in claim["claim"]}


def test_the_newcomer_is_found_by_name_with_and_without_accents(store: Store) -> None:
    for name in (PEOPLE[special("newcomer")]["name"], plain(PEOPLE[special("newcomer")]["name"])):
        assert answers.person_profile(store, name, demo_today())["author_id"] == special("newcomer")


def test_before_the_page_was_read_only_the_company_is_known(store: Store) -> None:
    card = answers.person_profile(store, special("newcomer"), demo_today().replace(month=10))

    assert {post["institution"] for post in card["current"]} == {NAMES[SPECIAL["newcomer"]["old_employer"]]}
    assert (card["moved"], card["newcomer"], card["recruiting"]) == (None, None, None)


def test_somebody_established_who_has_moved_is_no_newcomer(store: Store) -> None:
    card = answers.person_profile(store, special("stale_record"), demo_today())
    old, new = (NAMES[SPECIAL["stale_record"][key]] for key in ("old_employer", "new_employer"))

    assert [post["institution"] for post in card["current"]] == [new]
    assert (card["moved"]["from"], card["moved"]["to"], card["moved"]["first_seen"]) == (old, new, "2026-08")
    assert card["stage"] == "established faculty"
    assert card["newcomer"] is None


def test_the_professor_with_two_posts_has_not_moved(store: Store) -> None:
    card = answers.person_profile(store, special("two_posts"), demo_today())

    assert {post["institution_id"] for post in card["current"]} == here_now(special("two_posts"))
    assert (card["moved"], card["newcomer"]) == (None, None)


# --- figures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ground", "least"), [("stated", 0.87), ("inferred", 0.77)])
def test_stages(known: tuple[pl.DataFrame, pl.DataFrame], share: Say, ground: str, least: float) -> None:
    people = known[0].filter(pl.col("stage") != "unknown", pl.col("stage_record").is_not_null() == (ground == "stated"))
    said = [
        (PEOPLE[id_]["stage"], stage) for id_, stage in people.select("author_id", "stage").iter_rows() if id_ in PEOPLE
    ]
    active = [pair for pair in said if pair[0] != "left"]

    assert len(active) > 250
    assert share(f"stages, {ground}", sum(true == said for true, said in active), len(active)) >= least


def test_current_posts_of_faculty(known: tuple[pl.DataFrame, pl.DataFrame], posts: pl.DataFrame, share: Say) -> None:
    now = posts.filter("current").group_by("author_id").agg(pl.col("institution_id").unique())
    found = {id_: set(places) for id_, places in now.iter_rows()}
    active = known[0].filter(pl.col("last_seen") >= demo_today().year - 1)["author_id"].to_list()
    faculty = [id_ for id_ in active if "faculty" in PEOPLE.get(id_, {}).get("stage", "")]
    stated = set(posts.filter("current", "stated")["author_id"])

    assert share("current posts of faculty", sum(found[i] == here_now(i) for i in faculty), len(faculty)) >= 0.94
    told = [i for i in faculty if i in stated]
    assert share("… of those who state one", sum(found[i] == here_now(i) for i in told), len(told)) >= 0.98


def test_moves_of_the_last_three_years(posts: pl.DataFrame, share: Say) -> None:
    told = moves.detect_moves(posts, demo_today()).join(posts.select("author", "author_id").unique(), on="author")
    found = {row["author_id"]: (row["from_name"], row["to_name"]) for row in told.iter_rows(named=True)}
    stated = set(told.filter(pl.col("since").is_not_null())["author_id"])
    true = {id_: set(_moved(id_, LATELY)) for id_ in PEOPLE if id_ in set(posts["author_id"])}
    faculty = {i for i in true if true[i] and "faculty" in PEOPLE[i]["stage"]}
    right = {i for i, pair in found.items() if pair in set(_moved(i, PRINTED_LATE))}

    assert share("moves, precision", len(right), len(found)) >= 0.9
    assert share("… stated ones", len(right & stated), len(stated)) >= 0.9
    assert share("… recall among faculty", len(right & faculty), len(faculty)) >= 0.55
    assert share("… recall among all", len(right), sum(map(bool, true.values()))) >= 0.28


def _moved(author_id: str, since: str) -> Iterable[tuple[str, str]]:
    """All pairs of a place and a later one that was come to since a month, whatever lay between."""
    career = PEOPLE.get(author_id, {}).get("career", [])
    for place, post in enumerate(career[1:], start=1):
        if post["from"] >= since and post["institution"] != career[place - 1]["institution"]:
            yield from ((NAMES[before["institution"]], NAMES[post["institution"]]) for before in career[:place])


def test_newcomers(known: tuple[pl.DataFrame, pl.DataFrame], share: Say) -> None:
    people, posts = known
    ids = dict(people.select("author", "author_id").iter_rows())
    found = {ids[author] for author in new_faculty.detect_new_faculty(posts, people, demo_today())["author"]}
    true = {lab["head"] for lab in demo_truth()["labs"] if lab["newcomer"]}
    professor = pl.col("role").str.contains("Professor")
    dated = posts.filter("current", "stated", professor, pl.col("since").is_not_null())["author"].to_list()
    told = {ids[author] for author in dated} & true

    assert special("newcomer") in found
    assert share("newcomers, precision", len(found & true), len(found)) >= 0.95
    assert share("… recall among those who state their post", len(found & told), len(told)) >= 0.9
    assert share("… recall among all", len(found & true), len(true)) >= 0.3


@pytest.fixture(scope="module")
def said(store: Store, known: tuple[pl.DataFrame, pl.DataFrame]) -> pl.DataFrame:
    told = statements.load_statements(store.snapshots.current_snapshot(), known[0], demo_today())
    return told.join(known[0].select("author", "author_id"), on="author")


@pytest.fixture(scope="module")
def owners(known: tuple[pl.DataFrame, pl.DataFrame]) -> list[str]:
    """Those whose page the finder has found, and read."""
    return known[0].filter(pl.col("homepage").is_not_null())["author_id"].to_list()


def test_recruiting(said: pl.DataFrame, owners: list[str], share: Say) -> None:
    ages = {"current": "yes", "unknown": "unknown age"}
    rows = statements.recruiting_status(said).join(said.select("author", "author_id").unique(), on="author")
    found = {
        row["author_id"]: "no" if row["polarity"] == "not recruiting" else ages[row["age"]]
        for row in rows.iter_rows(named=True)
    }
    pairs = Counter((PEOPLE[i].get("recruiting", "nothing"), found.get(i, "nothing")) for i in owners)
    # an invitation of years ago is no invitation
    wrong = {pair: n for pair, n in pairs.items() if pair[0] != pair[1] and pair != ("out of date", "nothing")}

    assert set(found) <= set(owners)
    assert {true for true, _ in pairs} == {"yes", "no", "unknown age", "out of date", "nothing"}
    for answer in ("yes", "no", "unknown age"):
        right = pairs[answer, answer]
        assert share(f"recruiting “{answer}”, precision", right, sum(v == answer for v in found.values())) >= 0.95
        assert share("… recall", right, sum(n for (true, _), n in pairs.items() if true == answer)) >= 0.95
    assert sum(wrong.values()) <= 2, wrong


@pytest.mark.parametrize(("polarity", "meant"), [("recruiting",) * 2, ("not recruiting",) * 2, ("joining", "moving")])
def test_statements_word_for_word(said: pl.DataFrame, owners: list[str], share: Say, polarity: str, meant: str) -> None:
    found = set(said.filter(pl.col("polarity") == polarity).select("author_id", "quote").iter_rows())
    true = {(i, s["quote"]) for i in owners for s in PEOPLE[i].get("statements", []) if s["polarity"] == meant}
    hidden = {(i, s["quote"]) for i in owners for s in PEOPLE[i].get("statements", []) if s["hidden"]}

    assert share(f"statements “{polarity}”, precision", len(found & true), len(found)) >= 0.98
    assert share("… recall", len(found & true), len(true - hidden)) >= 0.95
    assert hidden
    assert not found & hidden
