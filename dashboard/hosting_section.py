"""Works with interns, wherever a page shows them: how each is known, and where the intern came from and went."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import charts, components
from dashboard.components import escape_markdown
from finder.answers.internship_evidence import COUNTED, intern_journey
from finder.answers.person_rows import count_works_by_year
from finder.results import InternshipProof, PersonCard

MOST = 3  # proofs shown before the rest folds away


def show_hosting_section(card: PersonCard, interest: str) -> None:
    """On a person's page: whom they have hosted, by company; nothing where nobody is known."""
    if not card["hosting"]:
        return
    st.subheader("Interns hosted", anchor=False)
    for number, row in enumerate(card["hosting"]):
        st.markdown(escape_markdown(f"{row['said'][0].upper()}{row['said'][1:]}."))
        show_internship_papers(row["proofs"], interest, f"hosting-{number}")
    years = count_works_by_year([proof["work"] for row in card["hosting"] for proof in row["proofs"]])
    if len(years) > 1:
        chart = charts.works_by_year_chart(years, split=bool(interest))
        st.altair_chart(chart, key="hosting-years", alt=f"With interns. {charts.works_by_year_text(years)}")
    st.caption(escape_markdown(COUNTED))


def show_internship_papers(rows: Sequence[InternshipProof], interest: str, key: str) -> None:
    """The works that show it, newest first."""
    for row in rows[:MOST]:
        _show_internship_paper(row, interest)
    if rows[MOST:]:
        with st.expander(f"{len(rows) - MOST} more", key=f"{key}-more"):
            for row in rows[MOST:]:
                _show_internship_paper(row, interest)


def _show_internship_paper(row: InternshipProof, interest: str) -> None:
    work, intern = row["work"], row["intern"]
    with st.container(gap=None):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            components.show_person_link(intern["author_id"], intern["name"], interest)
            st.caption(escape_markdown(intern_journey(intern)))
        venue = work["venue"] or work["date"][:4]
        line = f"{components.markdown_web_link(work['title'], work['url'])} — {escape_markdown(venue)}"
        quote = f" (“{escape_markdown(row['quote'])}”)" if row["quote"] else ""
        off = "; not on the interest" if interest and not work["match"] else ""
        st.caption(f"{line}: {escape_markdown(row['kind_in_words'])}{quote}{off}")
        if row["others"]:
            _show_company_coauthors(row, interest)


def _show_company_coauthors(row: InternshipProof, interest: str) -> None:
    """Whoever else of the company is on the work: one of them may be the one to write to."""
    head = row["head"]["author_id"] if row["head"] else None
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.caption("with")
        for one in row["others"]:
            components.show_person_link(one["author_id"], one["name"], interest)
            if one["author_id"] == head:
                st.caption("(head)")
