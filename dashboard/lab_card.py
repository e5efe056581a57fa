"""One lab: who heads it, who is in it, what became of the others, and who writes with whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import polars as pl
import streamlit as st

from dashboard import charts, parts
from finder.curated import country_name
from finder.rank.explain import safe
from finder.views import printed_labs
from finder.views.labs_shown import LABS_FOUND
from finder.views.mentoring import whereabouts, years
from finder.views.near import away

MOST = 12  # people shown before the rest folds away
LINKS = {"group_page": "Group page", "openings_page": "Openings"}
Row = Mapping[str, Any]


def name(row: Row) -> str:
    """What a lab is called: after its heads, as plain text.

    >>> name({"heads": [{"name": "Ada"}, {"name": "Bo"}]})
    'Lab of Ada and Bo'
    """
    return "Lab of " + " and ".join(head["name"] for head in row["heads"])


def place(row: Row) -> str:
    """Where it is, as plain text; the name of the group first, where one is known."""
    country = country_name(row["country"]) if row["country"] else None
    return ", ".join(filter(None, (row["group"], row["institution"], country))) + away(row)


def badges(row: Row) -> None:
    """Students at work now, moves, new professors, and who says what about taking people on."""
    count = row["students_active"]
    st.badge(
        f"{count} student{'s' * (count != 1)} active" if count else "no student seen of late",
        color="blue" if count else "gray", icon=":material/school:",
        help="Students and postdocs with a joint work in the last year. Who has not published yet is not seen.",
    )  # fmt: skip
    for head in row["heads"]:
        parts.show_badges(parts.badges(head, stage=False))


def links(row: Row) -> str:
    """Pages about the lab and its head, side by side."""
    own = [parts.link(label, row["links"][kind]) for kind, label in LINKS.items() if safe(row["links"].get(kind))]
    return " · ".join(filter(None, (*own, parts.links(row))))


def whole(row: Row, interest: str) -> None:
    """The whole card."""
    st.title(parts.text(name(row)), anchor=False)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        badges(row)
    st.markdown(f":material/location_on: {parts.text(place(row))}")
    if foot := links(row):
        st.markdown(foot)
    _heads(row["heads"], interest)
    st.caption(parts.text(printed_labs.trend(row, row["until"]) + "."))
    _members(row["members"], interest)
    _map(row["map"])
    _alumni(row["alumni"], interest)
    _sisters(row["sisters"], interest)
    _works(row, interest)
    _evidence(row["evidence"])
    st.caption(parts.text(LABS_FOUND))


def _heads(heads: Sequence[Row], interest: str) -> None:
    st.subheader("Head" if len(heads) == 1 else "Two heads of one group", anchor=False)
    for head in heads:
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            parts.person_link(head["author_id"], head["name"], interest, strong=True)
            parts.show_badges([parts.stage_badge(head)])


def _members(members: Sequence[Row], interest: str) -> None:
    st.subheader(f"Members ({len(members)})", anchor=False)
    if not members:
        st.caption("Nobody is seen to publish with them at this institution yet. Unknown means unknown.")
    for stage, group in groupby(members, key=lambda one: (one["still_at"] is not None, one["stage"])):
        rows = list(group)
        title = "stage unknown" if stage[1] == "unknown" else f"{stage[1]}s" if len(rows) > 1 else stage[1]
        st.markdown(f"**{title.capitalize()}**" + (", still printed at the former place" if stage[0] else ""))
        for number, one in enumerate(rows):
            if number == MOST:
                break
            _person(one, _told(one), interest)
        if rows[MOST:]:
            with st.expander(f"{len(rows) - MOST} more"):
                for one in rows[MOST:]:
                    _person(one, _told(one), interest)
    if members:
        st.caption(
            "Since when: as stated, else from the first joint work. The newest of each stands in the evidence below."
        )


def _told(one: Row) -> str:
    joint = f"{one['joint']} joint work{'s' * (one['joint'] != 1)} of late, the newest of {one['last']}"
    stated = " (stated)" if one["since_stated"] else ""
    place = "" if one["place_known"] else ", place not printed"
    still = f", still printed at {one['still_at']}" if one["still_at"] else ""
    return f"since {one['since']}{stated}; {joint}{still}{place}"


def _person(one: Row, told: str, interest: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        parts.person_link(one["author_id"], one["name"], interest)
        st.caption(parts.text(told))


def _map(drawn: Row) -> None:
    if not drawn["ties"]:
        return
    st.subheader("Who writes with whom", anchor=False)
    people = drawn["people"]
    described = "; ".join(
        f"{people[tie['one']]['name']} and {people[tie['other']]['name']}: {tie['works']}" for tie in drawn["ties"]
    )
    ink = st.get_option(f"theme.{st.context.theme.type or 'light'}.textColor") or "gray"
    chart = charts.coauthors(people, drawn["ties"], ink)
    st.altair_chart(chart, key="lab-map", alt=f"Joint works of the last three years: {described}")
    st.caption("Works of the last three years; thicker lines for more of them.")


def _alumni(alumni: Row, interest: str) -> None:
    if not alumni["count"]:
        return
    st.subheader(f"Alumni ({alumni['count']})", anchor=False)
    went = ", ".join(f"{kind} {count}" for kind, count in alumni["went"].items())
    st.markdown(parts.text(f"Whom the head led as beginners and who are not there any more; now: {went}."))
    shown = [(one, f"{years(one)}: {whereabouts(one)}") for one in alumni["people"]]
    for one, told in shown[:MOST]:
        _person(one, told, interest)
    if shown[MOST:]:
        with st.expander(f"{len(shown) - MOST} more, earlier", key="alumni-more"):
            for one, told in shown[MOST:]:
                _person(one, told, interest)


def _sisters(sisters: Sequence[Row], interest: str) -> None:
    if not sisters:
        return
    st.subheader("Publishes with the labs of", anchor=False)
    for one in sisters[:MOST]:
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            parts.lab_link(one["lab_id"], one["head"], interest)
            works = f"{one['joint']} joint works of late, the newest of {one['last']}"
            st.caption(parts.text(f"{parts.place({**one, 'unit': None})}: {works}"))


def _works(row: Row, interest: str) -> None:
    on = [work for work in row["works"] if work["match"] > 0]
    best = sorted(on, key=lambda work: (-work["match"], work["date"]))[:5] if interest else row["works"][:5]
    st.subheader("Works on the interest" if interest else "Works", anchor=False)
    st.markdown("\n".join(f"- {parts.work_line(work)}" for work in best) or "None is stored.")
    with st.expander(f"All {len(row['works'])} stored works as a table", key="lab-works"):
        config = st.column_config
        frame = pl.DataFrame([{**work, "url": safe(work["url"])} for work in row["works"]], infer_schema_length=None)
        columns = {
            "title": config.TextColumn("Title", width="large"),
            "date": config.TextColumn("Date", width=90),
            "venue": config.TextColumn("Venue"),
            "url": config.LinkColumn("Page", display_text="open", width=70),
        }
        st.dataframe(frame.select(*columns), key="lab-table", hide_index=True, column_config=columns, lazy=False)


def _evidence(claims: Sequence[Row]) -> None:
    with st.expander(f"Where each claim comes from ({len(claims)})", key="lab-evidence", icon=":material/fact_check:"):
        frame = pl.DataFrame([{**claim, "url": safe(claim["url"])} for claim in claims], infer_schema_length=None)
        config = st.column_config
        columns = {
            "claim": config.TextColumn("Claim", width="large"),
            "source": config.TextColumn("Source"),
            "date": config.TextColumn("Date", width=90),
            "url": config.LinkColumn("Page", display_text="open", width=70),
        }
        st.dataframe(frame, key="lab-claims", hide_index=True, column_config=columns, lazy=False)
