"""Compare: two to four people side by side on one interest. It says what is known; it names no winner."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import streamlit as st

from dashboard import badges, charts, components, people_list, queries, shortlist_actions, url_state
from dashboard.components import escape_markdown
from dashboard.search_url import LONGEST_INTEREST
from finder.answers import comparison, lookup, mentoring
from finder.errors import UsageError
from finder.results import ComparedPerson, PersonCard
from finder.storage import open_store
from finder.text.sanitize import quote_query

MOST = 4


def show_compare_page() -> None:
    """The whole page."""
    st.title("Compare", anchor=False)
    with components.show_errors():
        interest, ids = _choose_compared_people()
    if len(ids) < 2:
        st.info(
            "**Choose two to four people:** from your shortlist, or by “Compare” on somebody's page.",
            icon=":material/compare_arrows:",
        )
        components.show_shortlist_link()
        components.show_find_link(interest)
        return
    with components.show_errors():
        columns = [queries.query_person_card(id_, interest or None) for id_ in ids]
        rows = _compute_compare_rows(
            queries.current_settings().home,
            queries.answer_version(),
            tuple(ids),
            interest,
            queries.as_of_date(),
            tuple(queries.user_weights().items()),
            queries.current_settings().half_life_years,
        )
    for column, card in zip(st.columns(len(columns)), columns, strict=True):
        with column, st.container(border=True, key=f"compared-{card['author_id']}", gap="xsmall"):
            _show_compare_column(card, rows.get(card["author_id"]), interest)
    st.caption("Scores measure topic match, not quality. Unknown means unknown.")


def _choose_compared_people() -> tuple[str, list[str]]:
    """The interest and the people, from the address first, then from the controls."""
    names = {
        one.whose.author_id: one.name
        for one in shortlist_actions.load_shortlist_people()
        if one.whose.author_id and one.row
    }
    state = st.session_state
    controls = (state.get("c-people"), " ".join(state.get("c-interest", "").split()))
    if "c-people" not in state or url_state.url_changed_externally("compare", controls):
        asked = dict.fromkeys(id_[:200] for id_ in st.query_params.get_all("author"))
        state["c-people"] = [id_ for id_ in asked if id_ in names or _name_of_author(id_)][:MOST]
        state["c-interest"] = " ".join(st.query_params.get("interest", "").split())[:LONGEST_INTEREST]
    interest = " ".join(
        st.text_input("Interest", state["c-interest"], key="c-interest", max_chars=LONGEST_INTEREST).split()
    )
    options = list(dict.fromkeys([*state["c-people"], *names]))
    ids = st.multiselect(
        "People",
        options,
        state["c-people"],
        key="c-people",
        max_selections=MOST,
        format_func=lambda id_: components.plain_label(names.get(id_) or _name_of_author(id_)),
    )
    url_state.write_page_url("compare", (ids, interest), {"author": ids, "interest": interest})
    return interest, ids


def _name_of_author(author_id: str) -> str:
    """The name of somebody who is stored under just this id; empty for anybody else."""
    try:
        card = queries.query_person_card(author_id, None)
    except UsageError:
        return ""
    return card["name"] if card["author_id"] == author_id else ""


@st.cache_data(max_entries=20, show_spinner="Looking them up …")
def _compute_compare_rows(
    home: Path,
    version: str,
    ids: tuple[str, ...],
    interest: str,
    as_of: date,
    weights: tuple[tuple[str, float], ...],
    half_life: float,
) -> dict[str, ComparedPerson]:
    with open_store(home) as store:
        authors = [lookup.resolve_author(store.snapshots.current_snapshot(), id_) for id_ in ids]
        found = comparison.compare_authors(store, authors, interest, as_of, dict(weights), half_life)
    return {row["author_id"]: row for row in found.values()}


def _show_compare_column(card: PersonCard, row: ComparedPerson | None, interest: str) -> None:
    components.show_person_link(card["author_id"], card["name"], interest, strong=True)
    shortlist_actions.show_star_button(
        card["author_id"], interest, f"c-{card['author_id']}", shortlist_actions.load_entry_numbers(), "Save", "Saved"
    )
    badges.show_badges(badges.person_badges(card))
    if not card["recruiting"]:
        st.caption("No statement about recruiting is known.")
    st.markdown(f":material/location_on: {escape_markdown(components.whereabouts_label(card['current'], 4))}")
    if row and row["score"] is not None:
        st.caption(escape_markdown(row["why"]))
        people_list.show_part_bars(row)
    elif interest:
        st.caption(escape_markdown(f"No stored work on {quote_query(interest)}."))
    if card["works_by_year"]:
        said = ", ".join(f"{y['year']}: {y['on'] + y['off']}" for y in card["works_by_year"])
        chart = charts.works_by_year_chart(card["works_by_year"], split=bool(interest))
        st.altair_chart(chart, key=f"years-{card['author_id']}", alt=f"Works by year. {said}")
    summary = card["mentoring"]["summary"]
    if summary["students"]:
        st.caption(escape_markdown(f"Likely students: {mentoring.advising_phrase(summary)}"))
    if row and row["works"]:
        st.markdown("\n".join(f"- {components.work_line(work)}" for work in row["works"]))
    if foot := components.profile_links_line(card["links"]):
        st.caption(foot)


show_compare_page()
