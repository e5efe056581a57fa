"""The person in focus, beside the list: what a reader wants to know before opening the whole page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import asking, filters, parts, people_list, person_card, standing
from dashboard.address import View
from finder.errors import FinderError
from finder.views import mentoring

WIDTH = 380  # pixels; a phone shows it as a sheet over the list, see style.css
Row = Mapping[str, Any]


def focused(rows: Sequence[Row], view: View) -> str:
    """The id of the person in focus: whoever the view has open, else the first of the list."""
    return view.open or rows[0]["author_id"]


def show(rows: Sequence[Row], view: View, key: str, focus: str) -> None:
    """The person in focus, with the ways to the one before and after."""
    # whoever was not chosen does not cover the list of a phone
    with st.container(key="pane" if view.open else "pane-unasked", width=WIDTH):
        _show_steps(rows, view, key, focus)
        _show_card(focus, view)


def show_sheet(view: View) -> None:
    """Whoever is open beside a table."""
    with st.container(key="pane", width=WIDTH):
        with st.container(horizontal=True, horizontal_alignment="right"):
            _show_close()
        _show_card(view.open, view)


def _show_steps(rows: Sequence[Row], view: View, key: str, focus: str) -> None:
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
                on_click=_step,
                args=(rows, key, number),
            )
        st.caption(f"{at + 1} of {len(ids)}" if at >= 0 else "not on this list", width="stretch")
        if view.open:
            _show_close()


def _show_close() -> None:
    st.button("Close", key="close", on_click=filters.focus, args=("",), icon=":material/close:", type="tertiary")


def _step(rows: Sequence[Row], key: str, number: int) -> None:
    people_list.turn_page(rows, key, number)
    filters.focus(rows[number]["author_id"])


def _show_card(author_id: str, view: View) -> None:
    try:
        card = asking.sketch(author_id, view.interest)
    except FinderError as error:
        st.warning(parts.text(error), icon=":material/person_off:")
        return
    person_card.head(card)
    person_card.actions(card, view.interest)
    person_card.listed(card, view.interest)
    standing.introduced(card["author_id"], 1)
    person_card.says(card)
    person_card.open_positions(card)
    st.markdown("**Read before writing**")
    st.markdown(person_card.best(card, view.interest))
    person_card.topics(card)
    _show_group(card)
    _show_career(card)


def _show_career(card: person_card.Card) -> None:
    earlier = [f"{parts.place(post)} {post['since'][:4]} to {post['until'][:4]}" for post in card["previous"][:5]]
    if earlier:
        st.markdown("**Before**")
        st.markdown("\n".join(f"- {parts.text(line)}" for line in earlier))


def _show_group(card: person_card.Card) -> None:
    if card["mentoring"]["students"]:
        st.markdown("**Group**")
        st.markdown(parts.text(mentoring.summed(card["mentoring"]["summary"])))
    if by := card["advised_by"]:
        st.markdown("**Probably advised by**")
        st.markdown("\n".join(f"- {parts.text(row['name'])}: {parts.text(mentoring.ground(row))}" for row in by[:3]))
