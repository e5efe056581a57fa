"""The dialog that deletes what is stored of somebody, as ``finder forget`` does."""

from __future__ import annotations

import streamlit as st

from dashboard import asking, filters, parts
from finder.rights import forgetting


def button(author_id: str, name: str) -> None:
    """The button that opens it."""
    if st.button("Delete what is stored of them", key="forget", icon=":material/person_remove:", type="tertiary"):
        _confirm(author_id, name)


@st.dialog("Delete what is stored of this person?")
def _confirm(author_id: str, name: str) -> None:
    with parts.remedies(), asking.store() as store:
        known = forgetting.known(store, author_id, asking.now())
    held = ", ".join(f"{count:,} {kind}" for kind, count in known.records.items() if count)
    st.markdown(
        f"**{parts.text(name)}**: {parts.text(held)}. All of it is deleted on this machine: records, their name on "
        "works (the works stay, but for those that name nobody else), answers kept as they came, your notes on them, "
        "and files in the data folder that mention them, copies of the store included. It cannot be undone. "
        "Only salted hashes are kept, so that later collections and imports leave them out, too."
    )
    if known.namesakes:
        st.caption(parts.text(f"Others of that name stay: {', '.join(known.namesakes[:5])}."))
    st.caption(
        "Not reached: copies and exports outside the data folder. With many works stored it takes a minute or more."
    )
    if st.button("Delete for good", key="forget-sure", type="primary", on_click=_forget, args=(author_id,)):
        st.switch_page(parts.FIND, query_params=filters.last_query() or None)


def _forget(author_id: str) -> None:
    with parts.remedies(), asking.store() as store:
        forgetting.forget(store, forgetting.known(store, author_id, asking.now()), asking.now())
