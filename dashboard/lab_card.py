"""One lab: who heads it, who is in it, what became of the others, and who writes with whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import streamlit as st

from dashboard import charts, parts, people_list, world_map
from finder.curated import country_name
from finder.rank.explain import safe
from finder.views import printed_labs
from finder.views.labs_shown import LABS_FOUND
from finder.views.mentoring import whereabouts, years
from finder.views.near import away

MOST = 12  # people shown before the rest folds away
STAYS = 30  # people whose time in the lab is drawn
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
    parts.show_badges([_students(row), *(badge for head in row["heads"] for badge in parts.badges(head, stage=False))])


def _students(row: Row) -> parts.Badge:
    count = row["students_active"]
    label = f"{count} student{'s' * (count != 1)} active" if count else "no student seen of late"
    about = "Students and postdocs with a joint work in the last year. Who has not published yet is not seen."
    return parts.Badge(label, "blue" if count else "gray", ":material/school:", about)


def show_row(row: Row, interest: str, number: int) -> None:
    """One lab of a list: who heads it, where, its paper that counts most, and how much it does on the topic."""
    found = [_students(row), *(one for head in row["heads"] for one in parts.row_badges({**head, "stage": "unknown"}))]
    lines = [parts.text(place(row)), *(parts.work_line(work) for work in row["works"][:1]), *parts.openings(row)[:1]]
    with people_list.draw_frame(f"lab-{number}", row["head"]):
        with st.container(gap=None, key=f"who-lab-{number}"):
            label = f"**{parts.text(name(row))}** {parts.badge_line(found)}"
            query = {"lab": row["lab_id"], **({"interest": interest} if interest else {})}
            st.page_link(parts.LABS, label=label, query_params=query)
            st.markdown("\n\n".join(lines))
        st.html(people_list.evidence(row), width=170)


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
    _years(row["works_by_year"], interest)
    _members(row["members"], interest)
    _map(row["map"])
    _alumni(row["alumni"], interest)
    _stays(row["members"], row["alumni"]["people"])
    _sisters(row["sisters"], interest)
    _works(row, interest)
    _evidence(row["evidence"], row["lab_id"])
    st.caption(parts.text(LABS_FOUND))


def _years(years_: Sequence[Mapping[str, int]], interest: str) -> None:
    if years_:
        st.subheader("Works by year", anchor=False)
        st.altair_chart(charts.by_year(years_, split=bool(interest)), key="lab-years", alt=charts.in_years(years_))


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
    told = [{"name": one["name"], "kind": "head" if one["head"] else one["stage"]} for one in people]
    chart = charts.coauthors(told, drawn["ties"], parts.ink())
    st.altair_chart(
        chart, key="lab-map", alt=parts.plain(f"Joint works of the last three years: {described}", parts.ALT)
    )
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
    places = [[one["now"]["country"] if one["now"] else None] for one in alumni["people"]]
    world_map.folded(places, "alumni", "Where they went", "alumni-world")


def _stays(members: Sequence[Row], alumni: Sequence[Row]) -> None:
    """Who was there when; drawn only while it is open."""
    rows = charts.stays(members, alumni)[:STAYS]
    if len(rows) < 2:
        return
    with st.expander("Who was there when", key="stays", icon=":material/timeline:", on_change="rerun") as opened:
        if opened.open:
            described = "; ".join(f"{row['label']} {row['seen']}" for row in rows)
            st.altair_chart(charts.bars(rows), key="stays-chart", alt=f"In the lab: {described}")
            most = f" The newest {STAYS}." if len(members) + len(alumni) > STAYS else ""
            st.caption(f"From the first to the last joint work with the head, or since when they state.{most}")


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
    with st.expander(f"All {len(row['works'])} stored works", key="lab-works"):
        parts.lines([parts.printed_line(work) for work in row["works"]], f"works-{row['lab_id']}")


def _evidence(claims: Sequence[Row], lab_id: str) -> None:
    with st.expander(f"Evidence ({len(claims)})", key="lab-evidence", icon=":material/fact_check:"):
        parts.lines([parts.claim_line(claim) for claim in claims], f"claims-{lab_id}")
