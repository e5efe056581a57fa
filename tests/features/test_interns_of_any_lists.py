"""What holds of interns and hosts whatever the author lists and places are."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.features import internship_hosts, internship_papers
from finder.tables import TABLES, conform_table
from tests.lists import everybody, lists

TODAY = date(2026, 11, 1)
KINDS = ("education", "company", "education", "company", "facility", None)
INSTITUTIONS = conform_table(
    "institutions",
    pl.DataFrame(
        [
            {
                "institution": n,
                "institution_id": f"name:{n}",
                "name": f"Place {n}",
                "country": None,
                "kind": kind,
                "city": None,
                "latitude": None,
                "longitude": None,
            }
            for n, kind in enumerate(KINDS)
        ],
        schema=TABLES["institutions"],
    ),
)
days = st.dates(date(2018, 1, 1), date(2028, 12, 31)).map(date.isoformat)
where = st.lists(st.integers(0, 5), max_size=2, unique=True)
line = st.tuples(
    st.integers(0, 7),
    where,
    st.sampled_from([None, None, None, "Intern", "PhD student", "Researcher"]),
    st.sampled_from([None, None, 1, 3]),
)
works = st.lists(st.tuples(days, st.lists(line, min_size=1, max_size=5, unique_by=lambda row: row[0])), max_size=15)

Works = list[tuple[str, list[tuple[int, list[int], str | None, int | None]]]]


def tables(world: Works) -> list[pl.DataFrame]:
    """Authorships, places, institutions and sightings of works; everybody in them."""
    authorships = lists(*((day, [who for who, *_ in lines]) for day, lines in world))
    rows: list[dict[str, Any]] = []
    for number, (day, lines) in enumerate(world):
        for who, places, role, quoted in lines:
            rows += [
                {"work": number, "author": who, "institution": p, "role": role, "quote": None, "day": day}
                for p in places
            ]
            if quoted is not None:
                rows.append(
                    {"work": number, "author": who, "institution": quoted, "role": None, "quote": "intern", "day": day}
                )
    said = pl.DataFrame(rows, schema={**TABLES["places"], "day": pl.String})
    seen = said.filter(pl.col("quote").is_null()).select(
        "author",
        "institution",
        "role",
        pl.lit(None, pl.String).alias("unit"),
        stated=pl.col("role").is_not_null(),
        first=pl.col("day").str.to_date(),
        last=pl.col("day").str.to_date(),
        count=pl.lit(1, pl.UInt32),
        source=pl.lit("test"),
        record=pl.col("work").cast(pl.Int64),
        country=pl.lit(None, pl.String),
    )
    return [
        authorships,
        conform_table("places", said),
        INSTITUTIONS,
        conform_table("affiliations", seen),
        everybody(authorships),
    ]


def found(world: Works, as_of: date = TODAY, chance: Any = None) -> pl.DataFrame:
    frames = tables(world)
    if chance is not None:
        orders = [list(range(frame.height)) for frame in frames]
        for order in orders:
            chance.shuffle(order)
        frames = [frame[order] for frame, order in zip(frames, orders, strict=True)]
    authorships, places, institutions, seen, people = frames
    return internship_papers.detect_internships(authorships, places, institutions, seen, people, as_of)


@settings(max_examples=20, deadline=None)
@given(works, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(world: Works, chance: Any) -> None:
    one, two = found(world), found(world, chance=chance)
    assert one.equals(two)
    assert internship_hosts.summarize_hosting(internship_hosts.papers_by_host(one), TODAY).equals(
        internship_hosts.summarize_hosting(internship_hosts.papers_by_host(two), TODAY)
    )


@settings(max_examples=20, deadline=None)
@given(works, st.dates(date(2019, 1, 1), date(2026, 1, 1)))
def test_nothing_later_than_the_day_is_used(world: Works, as_of: date) -> None:
    earlier = sorted((entry for entry in world if date.fromisoformat(entry[0]) <= as_of), key=lambda entry: entry[0])
    later = [entry for entry in world if date.fromisoformat(entry[0]) > as_of]
    assert found(earlier + later, as_of).equals(found(earlier, as_of))


@settings(max_examples=20, deadline=None)
@given(works)
def test_what_is_found_fits_together(world: Works) -> None:
    papers = found(world)
    assert papers.filter(pl.col("hosts").list.contains(pl.col("intern"))).is_empty()
    assert papers.filter(pl.col("hosts").list.len() == 0).is_empty()
    assert papers.filter(pl.col("homes").list.contains(pl.col("company"))).is_empty()
    assert set(papers["company"]) <= {1, 3, 4}
    assert papers.filter(pl.col("company") == 4, pl.col("kind") != internship_papers.FOOTNOTE).is_empty()
    assert papers.select("work", "intern", "company").is_unique().all()
    assert papers["chance"].is_between(0, 1).all()
    counted = internship_hosts.summarize_hosting(internship_hosts.papers_by_host(papers), TODAY)
    assert counted["recent"].sum() + counted["older"].sum() == papers.height
    assert (counted["interns"] <= counted["recent"] + counted["older"]).all()
    assert counted.filter(~pl.col("sure").is_between(0, 1)).is_empty()
