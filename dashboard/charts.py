"""Charts, in the theme's colours: no colour is set here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import altair as alt
import polars as pl

from dashboard.layout import spring
from finder.texts import shown
from finder.views.printed import where

NOW, BEFORE = "now", "before"
ON, OFF = "on the interest", "other works"
LEGEND = alt.Legend(title=None, orient="bottom", symbolType="square", offset=4)
ROW = 42  # pixels for a post: its name and its bar
LABEL = 120  # characters of a name; how much of it fits is drawn
SHORTEST = timedelta(days=75)  # a bar stays visible, however short the time it stands for


def timeline(current: Sequence[Mapping[str, Any]], previous: Sequence[Mapping[str, Any]]) -> alt.Chart:
    """Posts as bars from when each was first to when it was last seen, the newest on top, each under its name."""
    frame = pl.DataFrame([_bar(post, NOW) for post in current] + [_bar(post, BEFORE) for post in previous])
    labels = frame["post"].unique(maintain_order=True).to_list()
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
            y=alt.Y("post:N", title=None, sort=labels, axis=above),
            color=alt.Color("when:N", scale=alt.Scale(domain=[NOW, BEFORE]), legend=LEGEND),
            tooltip=[
                alt.Tooltip("post:N", title="Post"),
                alt.Tooltip("seen:N", title="Seen"),
                alt.Tooltip("source:N", title="Source"),
            ],
        )
        .properties(height=alt.Step(ROW))
    )


def _bar(post: Mapping[str, Any], when: str) -> dict[str, Any]:
    since, until = _day(post["since"]), _day(post["until"])
    label = shown(f"{post['role']}, {where(post)}" if post["role"] else where(post), LABEL)
    return {
        "post": label,
        "since": since,
        "shown_until": max(until, since + SHORTEST),
        "when": when,
        "seen": f"{post['since']} to {post['until']}" + (", stated" if post["stated"] else ", on works"),
        "source": post["source"],
    }


def _day(text: str) -> date:
    """The first day of ``YYYY-MM``, or of ``YYYY`` where no more is stated."""
    return date.fromisoformat(f"{text}-01-01"[:10])


def by_year(years: Sequence[Mapping[str, int]], *, split: bool) -> alt.Chart:
    """Works by year; with ``split``, those on the interest apart from the others."""
    rows = [
        {"year": str(row["year"]), "works": row[key], "kind": kind}
        for row in _without_gaps(years)
        for key, kind in (("on", ON), ("off", OFF))
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


def _without_gaps(years: Sequence[Mapping[str, int]]) -> list[Mapping[str, int]]:
    """Every year from the first to the last: a pause is a gap to be seen."""
    known = {row["year"]: row for row in years}
    return [known.get(year, {"year": year, "on": 0, "off": 0}) for year in range(min(known), max(known) + 1)]


def coauthors(
    people: Sequence[Mapping[str, Any]], ties: Sequence[Mapping[str, int]], ink: str
) -> alt.LayerChart | alt.FacetChart:
    """Who writes with whom: people as dots under their names, joint works as lines, thicker for more.

    Args:
        ink: the theme's colour of text, which it gives to axes only.
    """
    places = spring(len(people), ties)
    x, y = (alt.Scale(domain=[-1.3, 1.3]), alt.Scale(domain=[-1.15, 1.15]))
    named = [shown(one["name"], LABEL) for one in people]
    dots = pl.DataFrame([
        {"name": name, "stage": "head" if one["head"] else one["stage"], "x": place[0], "y": place[1]}
        for one, name, place in zip(people, named, places.tolist(), strict=True)
    ])  # fmt: skip
    joined = [(tie, places[tie["one"]], places[tie["other"]]) for tie in ties]
    lines = pl.DataFrame(
        [
            {
                "x": float(one[0]), "y": float(one[1]), "x2": float(other[0]), "y2": float(other[1]),
                "works": tie["works"], "who": f"{named[tie['one']]} and {named[tie['other']]}",
            }
            for tie, one, other in joined
        ],
        schema={**dict.fromkeys(("x", "y", "x2", "y2"), pl.Float64), "works": pl.Int64, "who": pl.String},
    )  # fmt: skip
    at = {"x": alt.X("x:Q", axis=None, scale=x), "y": alt.Y("y:Q", axis=None, scale=y)}
    edges = alt.Chart(lines).mark_rule(opacity=0.35, color=ink).encode(
        **at, x2="x2:Q", y2="y2:Q", strokeWidth=alt.StrokeWidth("works:Q", scale=alt.Scale(range=[1, 6]), legend=None),
        tooltip=[alt.Tooltip("who:N", title="Together"), alt.Tooltip("works:Q", title="Works")],
    )  # fmt: skip
    tips = [alt.Tooltip("name:N", title="Name"), alt.Tooltip("stage:N", title="Stage")]
    nodes = alt.Chart(dots).mark_circle(size=160, opacity=1).encode(
        **at, color=alt.Color("stage:N", legend=LEGEND), tooltip=tips,
    )  # fmt: skip
    names = alt.Chart(dots).mark_text(dy=-13, fontSize=11, limit=130, color=ink).encode(**at, text="name:N")
    return alt.layer(edges, nodes, names).properties(height=420)
