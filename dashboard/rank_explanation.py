"""Why somebody is where they are in a list, or not on it, and who could introduce the reader to them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from dashboard import components, filters, queries
from dashboard.components import escape_markdown
from dashboard.search_url import View
from finder.answers import Query, introductions, rank_explanation
from finder.answers.introductions import Introductions
from finder.answers.rank_explanation import RankExplanation
from finder.errors import FinderError
from finder.results import PersonCard

LONGEST = 200  # characters of a name


def show_why_not_field(view: View) -> None:
    """Ask for somebody by name, and read why they are where they are in the list above."""
    who = st.text_input(
        "Why is somebody not listed?",
        key="whose",
        max_chars=LONGEST,
        icon=":material/person_search:",
        placeholder="their name, or an id",
    ).strip()
    if who:
        with st.container(key="why-not", border=True), _show_errors_inline():
            _show_rank_explanation(queries.query_rank_explanation(who, _rank_explanation_query(view)), view.interest)


def show_rank_line(card: PersonCard, interest: str) -> None:
    """Where somebody is in the list the reader came from, or the reasons why they are not there."""
    if not interest:
        return
    view = filters.last_view_for_interest(interest)
    with _show_errors_inline():
        _show_rank_summary(view, queries.query_rank_explanation(card["author_id"], _rank_explanation_query(view)))


def _show_rank_summary(view: View, found: RankExplanation) -> None:
    if found.state == "not matched":  # is said already
        return
    filtered = " with the filters last set" if filters.active_filters(view) else ""
    st.markdown(f"**{escape_markdown(rank_explanation.rank_headline(found))}**{filtered}")
    if not found.is_listed:
        with st.expander("Why", key="why-placed", icon=":material/help:"):
            _show_rank_reasons(found)


def show_introductions(author_id: str, most: int) -> None:
    """Chains of co-authors that lead to somebody from the people the reader knows; nothing where these are not set."""
    with _show_errors_inline():
        if found := queries.query_introductions(author_id):
            _show_coauthor_chains(found, most)


def _show_coauthor_chains(found: Introductions, most: int) -> None:
    st.markdown(f"**Who could introduce you:** {escape_markdown(introductions.introduction_sentence(found))}")
    lines = []
    for chain in found.chains[:most]:
        steps = [
            f"{escape_markdown(link['from'])} and {escape_markdown(link['to'])} "
            f"({components.markdown_web_link(link['title'], link['url'])}, {link['date'][:7]})"
            for link in chain["links"]
        ]
        lines.append(f"- {'; '.join(steps)}")
    if lines:
        st.markdown("\n".join(lines))
        st.caption(escape_markdown(introductions.COUNTED))
    for unknown in found.unknown:
        st.caption(escape_markdown(f"[me] in finder.toml: {unknown}"))


@contextmanager
def _show_errors_inline() -> Iterator[None]:
    """Show an expected error in its place: the rest of the page needs nothing of this."""
    try:
        yield
    except FinderError as error:
        st.warning(escape_markdown(error), icon=":material/info:")


def _rank_explanation_query(view: View) -> Query:
    return view.to_advisor_query(
        queries.as_of_date(), queries.user_weights(), queries.current_settings().half_life_years
    )


def _show_rank_explanation(found: RankExplanation, interest: str) -> None:
    if found.author_id and found.name:
        components.show_person_link(found.author_id, found.name, interest, strong=True)
    st.markdown(f"**{escape_markdown(rank_explanation.rank_headline(found))}**")
    _show_rank_reasons(found)
    for one in found.alike:
        known = f"{one.name} (works: {one.works}; {one.place or 'place unknown'})"
        components.show_person_link(one.author_id, known, interest)


def _show_rank_reasons(found: RankExplanation) -> None:
    lines = []
    for reason in found.reasons:
        lines.append(f"- {escape_markdown(reason.reason)}")
        lines += [f"    - {components.claim_line(claim)}" for claim in reason.evidence]
    st.markdown("\n".join(lines))
