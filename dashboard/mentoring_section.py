"""On a person's page: whom they published with as last author, and who probably advised them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import components
from dashboard.components import escape_markdown
from finder.answers import mentoring
from finder.results import Advisee, PersonCard, ProbableAdvisor

MOST = 12  # people shown before the rest folds away


def show_mentoring_section(card: PersonCard, interest: str) -> None:
    """Both parts; nothing where nobody is known."""
    found, by = card["mentoring"], card["advised_by"]
    if by:
        st.subheader("Probably advised by", anchor=False)
        for row in by:
            _show_mentoring_row(row, mentoring.advisor_ground_phrase(row), interest)
        st.caption("Inferred from who stands last on what this person wrote first, early on; nobody stated it.")
    if found["students"] or found["guests"]:
        st.subheader("Likely students", anchor=False)
        st.markdown(escape_markdown(mentoring.advising_phrase(found["summary"])))
        _show_mentee_list(found["students"], interest)
        if found["guests"]:
            with st.expander(f"Guests: they wrote it from elsewhere ({len(found['guests'])})", key="guests"):
                _show_mentee_list(found["guests"], interest)
        st.caption(escape_markdown(mentoring.COUNTED))
    if everybody := [*by, *found["students"], *found["guests"]]:
        _show_mentoring_works(everybody, card["author_id"])


def _show_mentee_list(rows: Sequence[Advisee], interest: str) -> None:
    for row in rows[:MOST]:
        _show_mentoring_row(row, mentoring.advisee_status_phrase(row), interest)
    if rows[MOST:]:
        with st.expander(f"{len(rows) - MOST} more, earlier"):
            for row in rows[MOST:]:
                _show_mentoring_row(row, mentoring.advisee_status_phrase(row), interest)


def _show_mentoring_row(row: Advisee | ProbableAdvisor, told: str, interest: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        components.show_person_link(row["author_id"], row["name"], interest)
        st.caption(escape_markdown(f"{mentoring.joint_years_phrase(row)}: {told}"))


def _show_mentoring_works(rows: Sequence[Advisee | ProbableAdvisor], author_id: str) -> None:
    told = [
        f"With {escape_markdown(row['name'])}: {components.citation_line(work)}"
        for row in rows
        for work in row["works"]
    ]
    with st.expander(f"The works that show this ({len(told)})", key="mentoring-works", icon=":material/fact_check:"):
        components.show_paginated_lines(told, f"shown-{author_id}")
