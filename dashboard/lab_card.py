"""One lab: who heads it, who is in it, what became of the others, and who writes with whom."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import streamlit as st

from dashboard import badges, charts, components, people_list, world_map
from dashboard.components import escape_markdown
from finder.answers.geo_filter import distance_suffix
from finder.answers.lab_rows import LABS_FOUND
from finder.answers.mentoring import advisee_status_phrase, joint_years_phrase
from finder.ranking.evidence_text import http_url_or_none
from finder.reference_data import country_name
from finder.rendering import lab_text
from finder.results import (
    Alumni,
    Evidence,
    Lab,
    LabAlumnus,
    LabCard,
    LabHead,
    LabMap,
    LabMember,
    SisterLab,
    YearSplit,
)

MOST = 12  # people shown before the rest folds away
STAYS = 30  # people whose time in the lab is drawn


def lab_title(row: Lab) -> str:
    """What a lab is called: after its heads, as plain text.

    >>> lab_title({"heads": [{"name": "Ada"}, {"name": "Bo"}]})
    'Lab of Ada and Bo'
    """
    return "Lab of " + " and ".join(head["name"] for head in row["heads"])


def lab_place(row: Lab) -> str:
    """Where it is, as plain text; the name of the group first, where one is known."""
    country = country_name(row["country"]) if row["country"] else None
    return ", ".join(filter(None, (row["group"], row["institution"], country))) + distance_suffix(row)


def show_lab_badges(row: Lab) -> None:
    """Students at work now, moves, new professors, and who says what about taking people on."""
    badges.show_badges(
        [
            _active_students_badge(row),
            *(badge for head in row["heads"] for badge in badges.person_badges(head, stage=False)),
        ]
    )


def _active_students_badge(row: Lab) -> badges.Badge:
    count = row["students_active"]
    label = f"{count} student{'s' * (count != 1)} active" if count else "no student seen of late"
    about = "Students and postdocs with a joint work in the last year. Who has not published yet is not seen."
    return badges.Badge(label, "blue" if count else "gray", ":material/school:", about)


def show_lab_row(row: Lab, interest: str, number: int) -> None:
    """One lab of a list: who heads it, where, its paper that counts most, and how much it does on the topic."""
    found = [
        _active_students_badge(row),
        *(one for head in row["heads"] for one in badges.row_badges(head, stage=False)),
    ]
    lines = [
        escape_markdown(lab_place(row)),
        *(components.work_line(work) for work in row["works"][:1]),
        *components.opening_lines(row.get("openings", []))[:1],
    ]
    with people_list.draw_row_frame(f"lab-{number}", row["head"]):
        with st.container(gap=None, key=f"who-lab-{number}"):
            label = f"**{escape_markdown(lab_title(row))}** {badges.badge_line(found)}"
            query = {"lab": row["lab_id"], **({"interest": interest} if interest else {})}
            st.page_link(components.LABS, label=label, query_params=query)
            st.markdown("\n\n".join(lines))
        st.html(people_list.match_bars_html(row), width=170)


def lab_page_links(row: Lab) -> str:
    """Pages about the lab and its head, side by side."""
    own = [
        components.markdown_web_link(label, url)
        for url, label in ((row["links"]["group_page"], "Group page"), (row["links"]["openings_page"], "Openings"))
        if http_url_or_none(url)
    ]
    return " · ".join(filter(None, (*own, components.profile_links_line(row["links"]))))


def show_lab_card(row: LabCard, interest: str) -> None:
    """The whole card."""
    st.title(escape_markdown(lab_title(row)), anchor=False)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        show_lab_badges(row)
    st.markdown(f":material/location_on: {escape_markdown(lab_place(row))}")
    if foot := lab_page_links(row):
        st.markdown(foot)
    _show_lab_heads(row["heads"], interest)
    st.caption(escape_markdown(lab_text.lab_trend_sentence(row, row["until"]) + "."))
    _show_lab_years(row["works_by_year"], interest)
    _show_lab_members(row["members"], interest)
    _show_lab_coauthors(row["map"])
    _show_lab_alumni(row["alumni"], interest)
    _show_lab_timeline(row["members"], row["alumni"]["people"])
    _show_sister_labs(row["sisters"], interest)
    _show_lab_works(row, interest)
    _show_lab_evidence(row["evidence"], row["lab_id"])
    st.caption(escape_markdown(LABS_FOUND))


def _show_lab_years(years_: Sequence[YearSplit], interest: str) -> None:
    if years_:
        st.subheader("Works by year", anchor=False)
        st.altair_chart(
            charts.works_by_year_chart(years_, split=bool(interest)),
            key="lab-years",
            alt=charts.works_by_year_text(years_),
        )


def _show_lab_heads(heads: Sequence[LabHead], interest: str) -> None:
    st.subheader("Head" if len(heads) == 1 else "Two heads of one group", anchor=False)
    for head in heads:
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            components.show_person_link(head["author_id"], head["name"], interest, strong=True)
            badges.show_badges([badges.stage_badge(head), *badges.make_grant_badge(head)])


def _show_lab_members(members: Sequence[LabMember], interest: str) -> None:
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
            _show_lab_person(one, _lab_membership_text(one), interest)
        if rows[MOST:]:
            with st.expander(f"{len(rows) - MOST} more"):
                for one in rows[MOST:]:
                    _show_lab_person(one, _lab_membership_text(one), interest)
    if members:
        st.caption(
            "Since when: as stated, else from the first joint work. The newest of each stands in the evidence below."
        )


def _lab_membership_text(one: LabMember) -> str:
    joint = f"{one['joint']} joint work{'s' * (one['joint'] != 1)} of late, the newest of {one['last']}"
    stated = " (stated)" if one["since_stated"] else ""
    place = "" if one["place_known"] else ", place not printed"
    still = f", still printed at {one['still_at']}" if one["still_at"] else ""
    return f"since {one['since']}{stated}; {joint}{still}{place}"


def _show_lab_person(one: LabMember | LabAlumnus, told: str, interest: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        components.show_person_link(one["author_id"], one["name"], interest)
        st.caption(escape_markdown(told))


def _show_lab_coauthors(drawn: LabMap) -> None:
    if not drawn["ties"]:
        return
    st.subheader("Who writes with whom", anchor=False)
    people = drawn["people"]
    described = "; ".join(
        f"{people[tie['one']]['name']} and {people[tie['other']]['name']}: {tie['works']}" for tie in drawn["ties"]
    )
    told: list[charts.ChartPerson] = [
        {"name": one["name"], "kind": "head" if one["head"] else one["stage"]} for one in people
    ]
    chart = charts.coauthor_chart(told, drawn["ties"], components.text_colour())
    st.altair_chart(
        chart,
        key="lab-map",
        alt=components.plain_label(f"Joint works of the last three years: {described}", components.ALT),
    )
    st.caption("Works of the last three years; thicker lines for more of them.")


def _show_lab_alumni(alumni: Alumni, interest: str) -> None:
    if not alumni["count"]:
        return
    st.subheader(f"Alumni ({alumni['count']})", anchor=False)
    went = ", ".join(f"{kind} {count}" for kind, count in alumni["went"].items())
    st.markdown(escape_markdown(f"Whom the head led as beginners and who are not there any more; now: {went}."))
    shown = [(one, f"{joint_years_phrase(one)}: {advisee_status_phrase(one)}") for one in alumni["people"]]
    for one, told in shown[:MOST]:
        _show_lab_person(one, told, interest)
    if shown[MOST:]:
        with st.expander(f"{len(shown) - MOST} more, earlier", key="alumni-more"):
            for one, told in shown[MOST:]:
                _show_lab_person(one, told, interest)
    places = [[one["now"]["country"] if one["now"] else None] for one in alumni["people"]]
    world_map.show_map_expander(places, "alumni", "Where they went", "alumni-world")


def _show_lab_timeline(members: Sequence[LabMember], alumni: Sequence[LabAlumnus]) -> None:
    """Who was there when; drawn only while it is open."""
    rows = charts.lab_membership_bars(members, alumni)[:STAYS]
    if len(rows) < 2:
        return
    with st.expander("Who was there when", key="stays", icon=":material/timeline:", on_change="rerun") as opened:
        if opened.open:
            described = "; ".join(f"{row['label']} {row['seen']}" for row in rows)
            st.altair_chart(charts.time_bars_chart(rows), key="stays-chart", alt=f"In the lab: {described}")
            most = f" The newest {STAYS}." if len(members) + len(alumni) > STAYS else ""
            st.caption(f"From the first to the last joint work with the head, or since when they state.{most}")


def _show_sister_labs(sisters: Sequence[SisterLab], interest: str) -> None:
    if not sisters:
        return
    st.subheader("Publishes with the labs of", anchor=False)
    for one in sisters[:MOST]:
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            components.show_lab_link(one["lab_id"], one["head"], interest)
            works = f"{one['joint']} joint works of late, the newest of {one['last']}"
            st.caption(escape_markdown(f"{components.institution_label({**one, 'unit': None})}: {works}"))


def _show_lab_works(row: Lab, interest: str) -> None:
    on = [work for work in row["works"] if work["match"] > 0]
    best = sorted(on, key=lambda work: (-work["match"], work["date"]))[:5] if interest else row["works"][:5]
    st.subheader("Works on the interest" if interest else "Works", anchor=False)
    st.markdown("\n".join(f"- {components.work_line(work)}" for work in best) or "None is stored.")
    with st.expander(f"All {len(row['works'])} stored works", key="lab-works"):
        components.show_paginated_lines(
            [components.citation_line(work) for work in row["works"]], f"works-{row['lab_id']}"
        )


def _show_lab_evidence(claims: Sequence[Evidence], lab_id: str) -> None:
    with st.expander(f"Evidence ({len(claims)})", key="lab-evidence", icon=":material/fact_check:"):
        components.show_paginated_lines([components.claim_line(claim) for claim in claims], f"claims-{lab_id}")
