"""Somebody beside the list: what a reader wants to know before opening the whole page."""

from __future__ import annotations

import streamlit as st

from dashboard import asking, filters, parts, person_card, standing
from dashboard.address import View
from finder.errors import FinderError
from finder.views import mentoring

WIDTH = 460  # pixels; a phone shows it as a sheet over the list, see style.css


def show(view: View) -> None:
    """Whoever the view has open."""
    with st.container(key="pane", width=WIDTH, border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            parts.person_link(view.open, "Open the whole page", view.interest)
            st.button("Close", key="close", on_click=filters.close, icon=":material/close:", type="tertiary")
        try:
            card = asking.sketch(view.open, view.interest)
        except FinderError as error:
            st.warning(parts.text(error), icon=":material/person_off:")
            return
        person_card.head(card)
        person_card.actions(card, view.interest)
        person_card.listed(card, view.interest)
        standing.introduced(card["author_id"], 1)
        person_card.says(card)
        person_card.open_positions(card)
        st.markdown("**Works nearest to the interest**")
        st.markdown(person_card.best(card, view.interest))
        _posts(card)
        _mentoring(card)


def _posts(card: person_card.Card) -> None:
    earlier = [f"{parts.place(post)} {post['since'][:4]} to {post['until'][:4]}" for post in card["previous"][:5]]
    if earlier:
        st.markdown("**Before**")
        st.markdown("\n".join(f"- {parts.text(line)}" for line in earlier))


def _mentoring(card: person_card.Card) -> None:
    if by := card["advised_by"]:
        st.markdown("**Probably advised by**")
        st.markdown("\n".join(f"- {parts.text(row['name'])}: {parts.text(mentoring.ground(row))}" for row in by[:3]))
    if card["mentoring"]["students"]:
        st.markdown("**Published with as last author**")
        st.markdown(parts.text(mentoring.summed(card["mentoring"]["summary"])))
