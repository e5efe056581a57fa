"""Charts, in the theme's colours: no colour is set here."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TypedDict

import altair as alt
import pandas as pd  # noqa: F401 - Altair looks into it where it is loaded: not while another page is just loading it
import polars as pl

from dashboard.force_layout import separate_labels, spring_layout
from finder import reference_data
from finder.rendering.answer_text import place_label
from finder.results import AffiliationRecord, CoauthorTie, LabAlumnus, LabMember, YearSplit
from finder.text.sanitize import one_line

NOW, BEFORE = "now", "before"
ON, OFF = "on the interest", "other works"
LEGEND = alt.Legend(title=None, orient="bottom", symbolType="square", offset=4)
ROW = 42  # pixels for a bar and its name
LABEL = 120  # characters of a name; how much of it fits is drawn
SHORTEST = timedelta(days=75)  # a bar stays visible, however short the time it stands for
# what a map shows: width, height and how far its middle lies north, in the projection's own units; and its middle in
# degrees east. The world reaches from Greenland to Cape Horn
WORLD, EUROPE = (5.5, 2.42, 0.2, 0), (0.72, 0.68, 0.93, 11)
EUROPEAN = frozenset(
    "AD AL AT BA BE BG BY CH CY CZ DE DK EE ES FI FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD ME MK MT NL NO "
    "PL PT RO RS SE SI SK SM UA VA XK".split()
)
FAINTEST = 0.35  # how strong a country is drawn that has least
LONGEST = 22  # characters of a name written on a map
PHONE = 330  # pixels wide that names on a map must not cover each other at


class TimeBar(TypedDict):
    """A bar of a chart of times: what it stands for, from when to when it is drawn, and what is said of it."""

    label: str
    since: date
    shown_until: date
    when: str
    seen: str
    source: str


class ChartPerson(TypedDict):
    """A dot on a map of co-authors; ``kind`` colours it."""

    name: str
    kind: str


def career_timeline_chart(current: Sequence[AffiliationRecord], previous: Sequence[AffiliationRecord]) -> alt.Chart:
    """Posts as bars from when each was first to when it was last seen, the newest on top."""
    return time_bars_chart(
        [_affiliation_bar(post, BEFORE if post["old"] else NOW) for post in current]
        + [_affiliation_bar(post, BEFORE) for post in previous]
    )


def _affiliation_bar(post: AffiliationRecord, when: str) -> TimeBar:
    place = place_label(post["institution"], post["unit"])  # the bar shows until when
    label = f"{post['role']}, {place}" if post["role"] else place
    seen = f"{post['since']} to {post['until']}" + (", stated" if post["stated"] else ", on works")
    return _time_bar(label, post["since"], post["until"], when, seen, post["source"])


def lab_membership_bars(members: Sequence[LabMember], alumni: Sequence[LabAlumnus]) -> list[TimeBar]:
    """Bars for those in a lab, then for those who have left, each newest first."""
    newest = sorted(members, key=lambda one: one["since"], reverse=True)
    return [_lab_bar(one, one["since"], NOW) for one in newest] + [
        _lab_bar(one, one["first"], BEFORE) for one in alumni
    ]


def _lab_bar(one: LabMember | LabAlumnus, since: str, when: str) -> TimeBar:
    sources = ", ".join(dict.fromkeys(work["source"] for work in one["works"]))
    return _time_bar(one["name"], since, one["last"], when, f"{since} to {one['last']}", sources)


def time_bars_chart(rows: Sequence[TimeBar]) -> alt.Chart:
    """Times as bars, in the order given, each under its name."""
    frame = pl.DataFrame(rows)
    labels = frame["label"].unique(maintain_order=True).to_list()
    # names stand over the bars and not beside them: on a phone there is no room beside
    above = alt.Axis(
        labelAlign="left", labelPadding=0, labelOffset=-8, labelLimit=330, ticks=False, domain=False, grid=False
    )
    return (
        alt.Chart(frame)
        .mark_bar(cornerRadius=4, height=9, yOffset=9)
        .encode(
            x=alt.X("since:T", title=None, axis=alt.Axis(format="%Y", tickCount="year", labelOverlap=True)),
            x2="shown_until:T",
            y=alt.Y("label:N", title=None, sort=labels, axis=above),
            color=alt.Color("when:N", scale=alt.Scale(domain=[NOW, BEFORE]), legend=LEGEND),
            tooltip=[
                alt.Tooltip("label:N", title="What"),
                alt.Tooltip("seen:N", title="Seen"),
                alt.Tooltip("source:N", title="Source"),
            ],
        )
        .properties(height=alt.Step(ROW))
    )


def _time_bar(label: str, since: str, until: str, when: str, seen: str, source: str) -> TimeBar:
    begin = _parse_first_day(since)
    return {
        "label": one_line(label, LABEL),
        "since": begin,
        "shown_until": max(_parse_first_day(until), begin + SHORTEST),
        "when": when,
        "seen": seen,
        "source": source,
    }


def _parse_first_day(text: str) -> date:
    """The first day of ``YYYY-MM``, or of ``YYYY`` where no more is stated."""
    return date.fromisoformat(f"{text}-01-01"[:10])


def works_by_year_chart(years: Sequence[YearSplit], *, split: bool) -> alt.Chart:
    """Works by year; with ``split``, those on the interest apart from the others."""
    rows = [
        {"year": str(row["year"]), "works": works, "kind": kind}
        for row in _fill_year_gaps(years)
        for works, kind in ((row["on"], ON), (row["off"], OFF))
    ]
    return (
        alt.Chart(pl.DataFrame(rows))
        .mark_bar(cornerRadiusTopLeft=2, cornerRadiusTopRight=2)
        .encode(
            x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
            y=alt.Y("works:Q", title="works", axis=alt.Axis(tickMinStep=1, format="d")),
            color=alt.Color("kind:N", scale=alt.Scale(domain=[ON, OFF]), legend=LEGEND if split else None),
            order=alt.Order("kind:N", sort="descending"),
            tooltip=["year:O", "kind:N", "works:Q"],
        )
        .properties(height=220)
    )


def works_by_year_text(years: Sequence[YearSplit]) -> str:
    """The same in words.

    >>> works_by_year_text([{"year": 2025, "on": 2, "off": 1}])
    'Works by year. 2025: 2 on the interest, 1 other'
    """
    return "Works by year. " + ", ".join(f"{y['year']}: {y['on']} on the interest, {y['off']} other" for y in years)


def _fill_year_gaps(years: Sequence[YearSplit]) -> list[YearSplit]:
    """Every year from the first to the last: a pause is a gap to be seen."""
    known = {row["year"]: row for row in years}
    return [known.get(year, {"year": year, "on": 0, "off": 0}) for year in range(min(known), max(known) + 1)]


def coauthor_chart(
    people: Sequence[ChartPerson], ties: Sequence[CoauthorTie], ink: str
) -> alt.LayerChart | alt.FacetChart:
    """Who writes with whom: people as dots under their names, joint works as lines, thicker for more.

    Args:
        people: ``name`` and ``kind``, which colours the dot.
        ink: the theme's colour of text, which it gives to axes only.
    """
    tall = max(380, 26 * len(people))
    names = [one_line(one["name"], LONGEST) for one in people]
    places = separate_labels(spring_layout(len(people), ties), [len(name) for name in names], PHONE, tall)
    x, y = (alt.Scale(domain=[-1.3, 1.3]), alt.Scale(domain=[-1.15, 1.15]))
    named = [one_line(one["name"], LABEL) for one in people]
    dots = pl.DataFrame(
        [
            {"name": name, "short": short, "kind": one["kind"], "x": place[0], "y": place[1]}
            for one, name, short, place in zip(people, named, names, places.tolist(), strict=True)
        ]
    )
    joined = [(tie, places[tie["one"]], places[tie["other"]]) for tie in ties]
    lines = pl.DataFrame(
        [
            {
                "x": float(one[0]),
                "y": float(one[1]),
                "x2": float(other[0]),
                "y2": float(other[1]),
                "works": tie["works"],
                "who": f"{named[tie['one']]} and {named[tie['other']]}",
            }
            for tie, one, other in joined
        ],
        schema={**dict.fromkeys(("x", "y", "x2", "y2"), pl.Float64), "works": pl.Int64, "who": pl.String},
    )
    at = {"x": alt.X("x:Q", axis=None, scale=x), "y": alt.Y("y:Q", axis=None, scale=y)}
    edges = (
        alt.Chart(lines)
        .mark_rule(opacity=0.35, color=ink)
        .encode(
            **at,
            x2="x2:Q",
            y2="y2:Q",
            strokeWidth=alt.StrokeWidth("works:Q", scale=alt.Scale(range=[1, 6]), legend=None),
            tooltip=[alt.Tooltip("who:N", title="Together"), alt.Tooltip("works:Q", title="Works")],
        )
    )
    nodes = (
        alt.Chart(dots)
        .mark_circle(size=120, opacity=1)
        .encode(
            **at,
            color=alt.Color("kind:N", legend=LEGEND if dots["kind"].n_unique() > 1 else None),
            tooltip=[alt.Tooltip("name:N", title="Name"), alt.Tooltip("kind:N", title="Who")],
        )
    )
    written = alt.Chart(dots).mark_text(dy=-12, fontSize=11, color=ink).encode(**at, text="short:N")
    return alt.layer(edges, nodes, written).properties(height=tall)


def world_map_chart(counts: Mapping[str, int], noun: str, ink: str) -> alt.LayerChart | alt.FacetChart:
    """Countries by how many there are of something: the more, the stronger; small countries are dots.

    Args:
        counts: by code; those without a place on the map are left out.
        noun: what is counted.
        ink: the theme's colour of text, which it gives to axes only.
    """
    known = reference_data.world_map_shapes()
    topology = {key: known[key] for key in ("type", "transform", "objects", "arcs")}
    most = math.log(max(counts.values()))
    rows = [
        {
            "id": code,
            "country": reference_data.country_name(code),
            "count": count,
            "kind": noun,
            "strength": FAINTEST + (1 - FAINTEST) * (math.log(count) / most if most else 1.0),
            **dict(zip(("x", "y"), known["small"].get(code, (None, None)), strict=True)),
        }
        for code, count in counts.items()
    ]
    counted = pl.DataFrame(rows, schema_overrides={"x": pl.Float64, "y": pl.Float64})
    marks = {
        "color": alt.Color("kind:N", legend=None),
        "opacity": alt.Opacity("strength:Q", scale=None),
        "tooltip": [alt.Tooltip("country:N", title="Country"), alt.Tooltip("count:Q", title=noun.capitalize())],
    }
    shapes = alt.Data(values=topology, format=alt.TopoDataFormat(type="topojson", feature="countries"))
    land = alt.Chart(shapes).mark_geoshape(
        clip=True, fill=ink, fillOpacity=0.1, stroke=ink, strokeOpacity=0.25, strokeWidth=0.5
    )
    of = alt.LookupData(counted, "id", ["country", "count", "strength", "kind"])
    filled = (
        alt.Chart(shapes)
        .mark_geoshape(clip=True, stroke=ink, strokeWidth=0.5)
        .transform_lookup("id", from_=of)
        .transform_filter("isValid(datum.count)")
        .encode(**marks)
    )
    dots = (
        alt.Chart(counted.drop_nulls("x"))
        .mark_circle(clip=True, size=45, stroke=ink, strokeWidth=0.5)
        .encode(longitude="x:Q", latitude="y:Q", **marks)
    )
    wide, high, south, east = EUROPE if EUROPEAN.issuperset(counts) else WORLD
    scale = f"min(width / {wide}, height / {high})"
    to = alt.expr(f"[width / 2, height / 2 + {south} * {scale}]")
    chart = alt.layer(land, filled, dots)
    chart = chart.project(type="naturalEarth1", rotate=[-east, 0, 0], scale=alt.expr(scale), translate=to)
    return chart.properties(height=270)
