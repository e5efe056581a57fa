"""Until when a stated post is held, and who has moved: somebody's newest word against records nobody kept up."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finder import answers
from finder.answers import Query
from finder.features.moves import detect_moves
from finder.model import Affiliation, Person, Statement
from finder.resolution import affiliation_end_dates
from tests.worlds import author, stored, work

TODAY = date(2026, 11, 1)
ADA = ("orcid:0000-0002-1825-0097",)
HOME = "https://ada.example/"


def works(place: str, *years: int) -> list[Any]:
    return [
        work(f"Modality dropout, part {place} {year}", author(f"Ada Vell @ {place}", *ADA), date=f"{year}-06-01")
        for year in years
    ]


def own_record(*at: Affiliation, seen: str = "2026-11-01") -> Person:
    return Person("orcid", ADA[0], "Ada Vell", seen, ids=ADA, affiliations=at, homepage=HOME)


def own_page(*at: Affiliation, seen: str = "2026-11-01") -> Person:
    return Person("homepages", HOME, "Ada Vell", seen, ids=(f"homepage:{HOME}",), affiliations=at, homepage=HOME)


def at(place: str, role: str, since: int | None = None, until: int | None = None) -> Affiliation:
    return Affiliation(place, role=role, since=since, until=until, stated=True)


def joined(place: str, begun: str, quote: str = "I joined it.") -> Statement:
    return Statement(
        "homepages",
        "s1",
        "Ada Vell",
        (f"homepage:{HOME}",),
        "joining",
        quote,
        HOME,
        "2026-11-01",
        begun,
        institution=place,
        role="Assistant Professor",
    )


def row(home: Path, *records: Any, as_of: date = TODAY) -> dict[str, Any]:
    return answers.find_advisors(stored(home, *records), Query("modality dropout", as_of)).results[0]


def now(result: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(post["institution"], post["since"]) for post in result["current"]]


def test_a_page_is_ahead_of_works_and_of_a_record_that_still_names_the_company(tmp_path: Path) -> None:
    company = at("Brightloom Labs", "Research Scientist", 2023)
    page = own_page(at("Uni A", "Assistant Professor"))
    found = row(
        tmp_path, *works("Brightloom Labs", 2024, 2025, 2026), own_record(company), page, joined("Uni A", "2026-07")
    )

    assert now(found) == [("Uni A", "2026-07")]
    began = {"first_seen": "2026-07", "after": None, "evidence": HOME}
    assert found["moved"] == {"from": "Brightloom Labs", "to": "Uni A", **began}
    assert found["newcomer"] == {"institution": "Uni A", "since": "2026-07", "after": None, "evidence": HOME}
    assert [(p["institution"], p["until"]) for p in found["previous"]] == [("Brightloom Labs", "2026-06")]


def test_what_one_record_holds_at_once_is_held_at_once(tmp_path: Path) -> None:
    both = own_record(at("Uni A", "Professor", 2010), at("Brightloom Labs", "Research Scientist", 2023))
    found = row(tmp_path, *works("Uni A", 2024, 2025, 2026), both)

    assert {place for place, _ in now(found)} == {"Uni A", "Brightloom Labs"}
    assert (found["moved"], found["newcomer"]) == (None, None)


def test_a_visit_ends_nothing(tmp_path: Path) -> None:
    page = own_page(at("Uni B", "Visiting Professor", 2026))
    found = row(tmp_path, *works("Uni A", 2025, 2026), own_record(at("Uni A", "Professor", 2010)), page)

    assert {place for place, _ in now(found)} == {"Uni A", "Uni B"}
    assert found["moved"] is None


def test_works_outlive_a_record_that_nobody_kept_up(tmp_path: Path) -> None:
    stale = own_record(at("Uni A", "Postdoc", 2018))
    found = row(tmp_path, *works("Uni A", 2018, 2019), *works("Uni B", 2021, 2023, 2025, 2026), stale)

    assert [place for place, _ in now(found)] == ["Uni B"]
    assert found["stage"] != "postdoc"


def test_one_work_elsewhere_ends_no_post(tmp_path: Path) -> None:
    found = row(tmp_path, *works("Uni B", 2026), own_record(at("Uni A", "Professor", 2018)))

    assert [place for place, _ in now(found)] == ["Uni A"]


def test_a_post_that_is_said_to_end_this_year_does_not_stand_beside_the_next(tmp_path: Path) -> None:
    posts = own_record(at("Uni A", "Assistant Professor", 2026), at("Uni B", "Postdoc", 2023, 2026))
    found = row(tmp_path, *works("Uni B", 2024, 2025, 2026), posts)

    assert now(found) == [("Uni A", "2026")]
    assert (found["moved"]["from"], found["moved"]["first_seen"]) == ("Uni B", "2026")
    assert found["moved"]["evidence"] == "https://orcid.org/0000-0002-1825-0097"


@pytest.mark.parametrize(
    ("begun", "quote"), [("2026-03", "I will join Uni A."), ("2026", "I joined it."), ("2027-01", "I joined it.")]
)
def test_a_plan_is_told_as_a_plan(tmp_path: Path, begun: str, quote: str) -> None:
    known = own_record(), own_page(), work("At Uni A", "Bo Rask @ Uni A")
    found = row(tmp_path, *works("Uni B", 2025, 2026), *known, joined("Uni A", begun, quote))

    assert [place for place, _ in now(found)] == ["Uni B"]
    assert (found["moved"]["from"], found["moved"]["to"], found["newcomer"]) == ("Uni B", "Uni A", None)
    assert "says: moving to Uni A" in found["why"]


def test_nothing_is_known_of_a_post_before_it_was_said(tmp_path: Path) -> None:
    records = [
        *works("Uni B", 2024, 2025),
        own_record(),
        own_page(at("Uni A", "Assistant Professor")),
        joined("Uni A", "2026-07"),
    ]
    found = row(tmp_path, *records, as_of=date(2026, 10, 1))

    assert [place for place, _ in now(found)] == ["Uni B"]
    assert (found["moved"], found["newcomer"]) == (None, None)


# --- moves, in small frames -----------------------------------------------------------------------------------------


def posts(*rows: tuple[str, date, date, bool, str | None], works: int = 2) -> pl.DataFrame:
    frame = [
        {
            "author": 1,
            "institution": ord(name[-1]),
            "name": name,
            "first": first,
            "last": last,
            "current": current,
            "since": since,
            "source": "orcid",
            "record": number,
            "count": works,
            "stated": since is not None,
            "kind": "education",
            "role": "Professor" if since else None,
        }
        for number, (name, first, last, current, since) in enumerate(rows)
    ]
    schema = {
        "author": pl.UInt32,
        "institution": pl.UInt32,
        "name": pl.String,
        "first": pl.Date,
        "last": pl.Date,
        "current": pl.Boolean,
        "since": pl.String,
        "source": pl.String,
        "record": pl.Int64,
        "count": pl.UInt32,
        "stated": pl.Boolean,
        "kind": pl.String,
        "role": pl.String,
    }
    return pl.DataFrame(frame, schema)


def pair(*rows: tuple[str, date, date, bool, str | None], works: int = 2) -> list[tuple[str, str]]:
    return list(detect_moves(posts(*rows, works=works), TODAY).select("from_name", "to_name").iter_rows())


def test_works_may_print_the_old_place_for_a_while_but_not_for_ever() -> None:
    new = ("Uni A", date(2025, 1, 1), TODAY, True, "2025")

    assert pair(new, ("Uni B", date(2019, 1, 1), date(2025, 9, 1), False, None)) == [("Uni B", "Uni A")]
    assert pair(new, ("Uni B", date(2019, 1, 1), date(2026, 10, 1), False, None)) == []


def test_between_two_sightings_a_move_has_bounds_and_is_of_late_where_that_is_likely() -> None:
    new = ("Uni A", date(2025, 1, 1), TODAY, True, None)

    def after(last: date) -> list[date]:
        return detect_moves(posts(new, ("Uni B", date(2016, 1, 1), last, False, None)), TODAY)["after"].to_list()

    assert after(date(2024, 9, 1)) == [date(2024, 9, 1)]
    assert after(date(2021, 9, 1)) == [date(2021, 9, 1)]
    assert after(date(2018, 9, 1)) == []


def test_one_work_somewhere_else_is_no_move() -> None:
    rows = ("Uni A", date(2026, 1, 1), TODAY, True, None), ("Uni B", date(2016, 1, 1), date(2025, 9, 1), False, None)

    assert pair(*rows) == [("Uni B", "Uni A")]
    assert pair(*rows, works=1) == []


def test_whoever_was_there_before_the_other_place_may_have_stayed() -> None:
    now = ("Uni A", date(2026, 1, 1), TODAY, True, None)
    between = ("Uni B", date(2021, 1, 1), date(2025, 9, 1), False, None)

    assert pair(now, between) == [("Uni B", "Uni A")]
    assert pair(now, between, ("Uni A", date(2018, 1, 1), date(2020, 6, 1), False, None)) == []


def test_another_spelling_or_a_part_of_a_place_is_no_move() -> None:
    for left, now in (
        ("Univeristy of Rochester", "University of Rochester"),
        ("Meta", "Meta Codec Avatars Lab"),
        ("Max Planck Institute for Tests", "Max-Planck Institute"),
        ("École Haute", "Ecole Haute de Lyre"),
        ("Department of Lyrics", "University of Lyre"),
        ("UTX", "University of Thornby Xanten"),
    ):
        frame = posts(
            ("Uni A", date(2026, 1, 1), TODAY, True, None), ("Uni B", date(2016, 1, 1), date(2025, 9, 1), False, None)
        )
        names = {"Uni A": now, "Uni B": left}
        assert detect_moves(frame.with_columns(pl.col("name").replace(names)), TODAY).is_empty()


def test_a_promotion_is_no_move() -> None:
    assert (
        pair(
            ("Uni A", date(2025, 1, 1), TODAY, True, "2025"),
            ("Uni A", date(2015, 1, 1), TODAY, False, None),
            ("Uni B", date(2010, 1, 1), date(2014, 12, 31), False, "2010"),
        )
        == []
    )


days = st.dates(date(2010, 1, 1), TODAY)
some = st.lists(
    st.tuples(st.sampled_from(["Uni A", "Uni B", "Uni C"]), days, days, st.booleans()).map(
        lambda t: (t[0], min(t[1], t[2]), max(t[1], t[2]), t[3], None)
    ),
    max_size=6,
)


@settings(deadline=None)
@given(rows=some)
def test_nobody_moves_to_where_they_were_before_or_from_where_they_still_are(rows: list[Any]) -> None:
    found = pair(*rows)

    assert len(found) <= 1
    for left, to in found:
        assert left != to
        came, began = (min(first for name, first, *_ in rows if name == place) for place in (left, to))
        assert came < began
        assert max(last for name, _, last, *_ in rows if name == left) < max(last for _, _, last, *_ in rows)


def test_two_places_now_do_not_hide_a_move() -> None:
    now = [("Uni A", date(2025, 1, 1), TODAY, True, None), ("Uni C", date(2026, 1, 1), TODAY, True, None)]

    assert pair(*now, ("Uni B", date(2019, 1, 1), date(2024, 9, 1), False, None)) == [("Uni B", "Uni C")]


def test_what_is_held_in_passing_is_neither_left_nor_reached() -> None:
    home = ("Uni B", date(2019, 1, 1), date(2025, 9, 1), False, None)
    frame = posts(home, ("Uni A", date(2026, 1, 1), TODAY, True, "2026"))
    assert detect_moves(frame, TODAY).height == 1
    for role in ("Intern", "Visiting Professor", "Adjunct Professor", "Amazon Scholar", "Student Researcher"):
        there = pl.col("name") == "Uni A"
        passing = frame.with_columns(role=pl.when(there).then(pl.lit(role)).otherwise("role"))
        assert detect_moves(passing, TODAY).is_empty(), role


def test_a_summer_at_a_company_is_no_move() -> None:
    frame = posts(
        ("Uni B", date(2020, 1, 1), date(2025, 5, 1), False, None), ("Firm A", date(2026, 1, 1), TODAY, True, None)
    )
    company = frame.with_columns(kind=pl.when(pl.col("name") == "Firm A").then(pl.lit("company")).otherwise("kind"))
    brief = company.with_columns(last=pl.min_horizontal("last", pl.lit(date(2026, 5, 1))))

    assert detect_moves(company, TODAY).height == 1
    assert detect_moves(brief, TODAY).is_empty()


def test_a_centre_of_unknown_kind_beside_the_university_is_no_move() -> None:
    frame = posts(
        ("Uni B", date(2019, 1, 1), date(2026, 1, 1), False, None),
        ("Alliance A", date(2026, 1, 1), TODAY, True, None),
        works=3,
    )
    vague = frame.with_columns(kind=pl.when(pl.col("name") == "Alliance A").then(None).otherwise("kind"))

    assert detect_moves(vague, TODAY).is_empty()


stays = st.lists(
    st.tuples(
        st.sampled_from([1, 2, 3]),
        st.sampled_from(["Professor", "Postdoc", None]),
        st.integers(2010, 2026),
        st.integers(0, 10),
        st.booleans(),
        st.integers(1, 3),
    ),
    max_size=6,
    unique_by=lambda stay: stay[:2],
)


@settings(deadline=None)
@given(rows=stays)
def test_a_post_is_never_made_longer_and_never_ends_before_it_begins(rows: list[Any]) -> None:
    frame = pl.DataFrame(
        {
            "author": [1] * len(rows),
            "institution": [r[0] for r in rows],
            "role": [r[1] for r in rows],
            "stated": [r[1] is not None for r in rows],
            "first": [date(r[2], 1, 1) for r in rows],
            "last": [min(date(r[2] + r[3], 12, 31), TODAY) for r in rows],
            "count": [r[5] for r in rows],
            "since": [str(r[2]) if r[1] and r[4] else None for r in rows],
            "records": [[r[5]] for r in rows],
        },
        {
            "author": pl.UInt32,
            "institution": pl.UInt32,
            "role": pl.String,
            "stated": pl.Boolean,
            "first": pl.Date,
            "last": pl.Date,
            "count": pl.UInt32,
            "since": pl.String,
            "records": pl.List(pl.Int64),
        },
    )
    key = ["institution", "role"]
    after = affiliation_end_dates.close_affiliations(frame).sort(key)

    assert after.height == frame.height
    assert (after["last"] <= frame.sort(key)["last"]).all()
    assert (after["first"] <= after["last"]).all()
