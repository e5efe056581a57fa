"""People whose work is like somebody's, on that person's page."""

from __future__ import annotations

import streamlit as st

from dashboard import components, queries
from dashboard.components import escape_markdown
from finder.answers.similar_people import SimilarPerson, WorkPair
from finder.rendering import similar_text
from finder.results import PersonCard

SHOWN = 8


def show_similar_people(card: PersonCard, interest: str) -> None:
    """Who they are, where, what their works share with this person's, and which of them are alike."""
    with components.show_errors():
        found = queries.query_similar_people(card["author_id"], SHOWN)
    if not found.results:
        return
    st.subheader("People whose work is like theirs", anchor=False)
    for row in found.results:
        with st.container(gap=None, key=f"like-{row.author_id}"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                components.show_person_link(row.author_id, row.name, interest)
                st.caption(escape_markdown(similar_text.similar_person_place(row)))
            st.caption(_similarity_text(row))
    about = f" It is about: {', '.join(found.terms)}." if found.terms else ""
    st.caption(escape_markdown(f"{found.read}{about} {similar_text.similar_footer(found)}"))


def _similarity_text(row: SimilarPerson) -> str:
    """What the works share, with the pair that is most alike, as Markdown."""
    return escape_markdown(similar_text.common_terms_sentence(row)) + "".join(
        f"; {_similar_pair_text(pair)}" for pair in row.pairs[:1]
    )


def _similar_pair_text(pair: WorkPair) -> str:
    theirs, own = (
        f"“{components.markdown_web_link(work.title, work.url)}” ({work.year})" for work in (pair.theirs, pair.own)
    )
    return f"{theirs} is {'like' if pair.terms else 'near in meaning to'} {own}"
