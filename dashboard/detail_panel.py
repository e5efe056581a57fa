"""The person in focus, beside the list: what a reader wants to know before opening the whole page."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import components, filters, people_list, person_card, queries, rank_explanation
from dashboard.components import escape_markdown
from dashboard.search_url import View
from finder.answers import mentoring
from finder.errors import FinderError
from finder.results import Advisor, PersonCard

WIDTH = 380  # pixels; a phone shows it as a sheet over the list, see style.css


def person_in_focus(rows: Sequence[Advisor], view: View) -> str:
    """The id of the person in focus: whoever the view has open, else the first of the list."""
    return view.open or rows[0]["author_id"]


def show_detail_panel(rows: Sequence[Advisor], view: View, key: str, focus: str) -> None:
    """The person in focus, with the ways to the one before and after."""
    # whoever was not chosen does not cover the list of a phone
    with st.container(key="pane" if view.open else "pane-unasked", width=WIDTH):
        _show_step_buttons(rows, view, key, focus)
        _show_preview_card(focus, view)


def show_detail_sheet(view: View) -> None:
    """Whoever is open beside a table."""
    with st.container(key="pane", width=WIDTH):
        with st.container(horizontal=True, horizontal_alignment="right"):
            _show_close_button()
        _show_preview_card(view.open, view)


def _show_step_buttons(rows: Sequence[Advisor], view: View, key: str, focus: str) -> None:
    ids = [row["author_id"] for row in rows]
    at = ids.index(focus) if focus in ids else -1
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="steps"):
        for label, icon, step, shortcut in (
            ("Previous person", ":material/keyboard_arrow_up:", -1, "up"),
            ("Next person", ":material/keyboard_arrow_down:", 1, "down"),
        ):
            number = at + step
            st.button(
                label,
                key=f"step-{shortcut}",
                icon=icon,
                type="tertiary",
                shortcut=shortcut,
                disabled=not 0 <= number < len(ids),
                on_click=_step_to_person,
                args=(rows, key, number),
            )
        st.caption(f"{at + 1} of {len(ids)}" if at >= 0 else "not on this list", width="stretch")
        if view.open:
            _show_close_button()


def _show_close_button() -> None:
    st.button("Close", key="close", on_click=filters.open_person, args=("",), icon=":material/close:", type="tertiary")


def _step_to_person(rows: Sequence[Advisor], key: str, number: int) -> None:
    people_list.turn_list_page(rows, key, number)
    filters.open_person(rows[number]["author_id"])


def _show_preview_card(author_id: str, view: View) -> None:
    try:
        card = queries.query_person_preview(author_id, view.interest)
    except FinderError as error:
        st.warning(escape_markdown(error), icon=":material/person_off:")
        return
    person_card.show_person_header(card)
    person_card.show_person_actions(card, view.interest)
    person_card.show_interest_summary(card, view.interest)
    rank_explanation.show_introductions(card["author_id"], 1)
    person_card.show_own_statements(card)
    person_card.show_running_grants(card)
    person_card.show_person_openings(card)
    st.markdown("**Read before writing**")
    st.markdown(person_card.works_to_read(card, view.interest))
    person_card.show_person_topics(card)
    _show_group_summary(card)
    _show_earlier_posts(card)


def _show_earlier_posts(card: PersonCard) -> None:
    earlier = [
        f"{components.institution_label(post)} {post['since'][:4]} to {post['until'][:4]}"
        for post in card["previous"][:5]
    ]
    if earlier:
        st.markdown("**Before**")
        st.markdown("\n".join(f"- {escape_markdown(line)}" for line in earlier))


def _show_group_summary(card: PersonCard) -> None:
    if card["mentoring"]["students"]:
        st.markdown("**Group**")
        st.markdown(escape_markdown(mentoring.advising_phrase(card["mentoring"]["summary"])))
    if by := card["advised_by"]:
        st.markdown("**Probably advised by**")
        st.markdown(
            "\n".join(
                f"- {escape_markdown(row['name'])}: {escape_markdown(mentoring.advisor_ground_phrase(row))}"
                for row in by[:3]
            )
        )
