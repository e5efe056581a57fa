"""The dialog that deletes what is stored of somebody, as ``finder forget`` does."""

from __future__ import annotations

import streamlit as st

from dashboard import components, filters, queries
from dashboard.components import escape_markdown
from finder.privacy import person_erasure


def show_erase_button(author_id: str, name: str) -> None:
    """The button that opens it."""
    if st.button("Delete what is stored of them", key="forget", icon=":material/person_remove:", type="tertiary"):
        _show_erase_dialog(author_id, name)


@st.dialog("Delete what is stored of this person?")
def _show_erase_dialog(author_id: str, name: str) -> None:
    with components.show_errors(), queries.open_page_store() as store:
        known = person_erasure.find_erasure_target(store, author_id, queries.current_timestamp())
    held = ", ".join(f"{count:,} {kind}" for kind, count in known.records.items() if count)
    st.markdown(
        f"**{escape_markdown(name)}**: {escape_markdown(held)}. All of it is deleted on this machine: records, their "
        "name on works (the works stay, but for those that name nobody else), answers kept as they came, your notes on "
        "them, "
        "and files in the data folder that mention them, copies of the store included. It cannot be undone. "
        "Only salted hashes are kept, so that later collections and imports leave them out, too."
    )
    if known.namesakes:
        st.caption(escape_markdown(f"Others of that name stay: {', '.join(known.namesakes[:5])}."))
    st.caption(
        "Not reached: copies and exports outside the data folder. With many works stored it takes a minute or more."
    )
    if st.button("Delete for good", key="forget-sure", type="primary", on_click=_erase_person_now, args=(author_id,)):
        st.switch_page(components.FIND, query_params=filters.last_search_params() or None)


def _erase_person_now(author_id: str) -> None:
    with components.show_errors(), queries.open_page_store() as store:
        person_erasure.erase_person(
            store,
            person_erasure.find_erasure_target(store, author_id, queries.current_timestamp()),
            queries.current_timestamp(),
        )
