"""On a person's page: whom they published with as last author, and who probably advised them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import parts
from finder.views import mentoring

MOST = 12  # people shown before the rest folds away


def section(card: Mapping[str, Any], interest: str) -> None:
    """Both parts; nothing where nobody is known."""
    found, by = card["mentoring"], card["advised_by"]
    if by:
        st.subheader("Probably advised by", anchor=False)
        for row in by:
            _row(row, mentoring.ground(row), interest)
        st.caption("Inferred from who stands last on what this person wrote first, early on; nobody stated it.")
    if found["students"] or found["guests"]:
        st.subheader("Published with as last author", anchor=False)
        st.markdown(parts.text(mentoring.summed(found["summary"])))
        _people(found["students"], interest)
        if found["guests"]:
            with st.expander(f"Guests: they wrote it from elsewhere ({len(found['guests'])})", key="guests"):
                _people(found["guests"], interest)
        st.caption(parts.text(mentoring.COUNTED))
    if everybody := [*by, *found["students"], *found["guests"]]:
        _works(everybody, card["author_id"])


def _people(rows: Sequence[Mapping[str, Any]], interest: str) -> None:
    for row in rows[:MOST]:
        _row(row, mentoring.whereabouts(row), interest)
    if rows[MOST:]:
        with st.expander(f"{len(rows) - MOST} more, earlier"):
            for row in rows[MOST:]:
                _row(row, mentoring.whereabouts(row), interest)


def _row(row: Mapping[str, Any], told: str, interest: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        parts.person_link(row["author_id"], row["name"], interest)
        st.caption(parts.text(f"{mentoring.years(row)}: {told}"))


def _works(rows: Sequence[Mapping[str, Any]], author_id: str) -> None:
    told = [f"With {parts.text(row['name'])}: {parts.printed_line(work)}" for row in rows for work in row["works"]]
    with st.expander(f"The works that show this ({len(told)})", key="mentoring-works", icon=":material/fact_check:"):
        parts.lines(told, f"shown-{author_id}")
