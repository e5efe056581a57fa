"""Works with interns, wherever a page shows them: how each is known, and where the intern came from and went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import charts, parts
from finder.views.cards import by_year
from finder.views.hosting import COUNTED, journey

MOST = 3  # proofs shown before the rest folds away


def section(card: Mapping[str, Any], interest: str) -> None:
    """On a person's page: whom they have hosted, by company; nothing where nobody is known."""
    if not card["hosting"]:
        return
    st.subheader("Interns hosted", anchor=False)
    for number, row in enumerate(card["hosting"]):
        st.markdown(parts.text(f"{row['said'][0].upper()}{row['said'][1:]}."))
        proofs(row["proofs"], interest, f"hosting-{number}")
    years = by_year([proof["work"] for row in card["hosting"] for proof in row["proofs"]])
    if len(years) > 1:
        chart = charts.by_year(years, split=bool(interest))
        st.altair_chart(chart, key="hosting-years", alt=f"With interns. {charts.in_years(years)}")
    st.caption(parts.text(COUNTED))


def proofs(rows: Sequence[Mapping[str, Any]], interest: str, key: str) -> None:
    """The works that show it, newest first."""
    for row in rows[:MOST]:
        _proof(row, interest)
    if rows[MOST:]:
        with st.expander(f"{len(rows) - MOST} more", key=f"{key}-more"):
            for row in rows[MOST:]:
                _proof(row, interest)


def _proof(row: Mapping[str, Any], interest: str) -> None:
    work, intern = row["work"], row["intern"]
    with st.container(gap=None):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            parts.person_link(intern["author_id"], intern["name"], interest)
            st.caption(parts.text(journey(intern)))
        venue = work["venue"] or work["date"][:4]
        line = f"{parts.link(work['title'], work['url'])} — {parts.text(venue)}"
        quote = f" (“{parts.text(row['quote'])}”)" if row["quote"] else ""
        off = "; not on the interest" if interest and not work["match"] else ""
        st.caption(f"{line}: {parts.text(row['kind_in_words'])}{quote}{off}")
        if row["others"]:
            _others(row, interest)


def _others(row: Mapping[str, Any], interest: str) -> None:
    """Whoever else of the company is on the work: one of them may be the one to write to."""
    head = row["head"]["author_id"] if row["head"] else None
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.caption("with")
        for one in row["others"]:
            parts.person_link(one["author_id"], one["name"], interest)
            if one["author_id"] == head:
                st.caption("(head)")
