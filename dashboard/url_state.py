"""The browser's back button, for pages whose address follows their controls."""

from __future__ import annotations

from typing import Any

import streamlit as st


def url_changed_externally(page: str, controls: object) -> bool:
    """Whether the address was pasted or gone back to: it changed while no control did, so the controls must follow.

    Args:
        page: a name of the page.
        controls: what they say now.
    """
    shown, written = st.session_state.get(f"shown-{page}", (None, None))
    return controls == shown and _current_url_params() != written


def write_page_url(page: str, controls: object, query: dict[str, Any]) -> None:
    """Write the address of what is shown, and remember both."""
    told = {name: value if isinstance(value, list) else [str(value)] for name, value in query.items() if value}
    if told != _current_url_params():
        st.query_params.from_dict(told)
    st.session_state[f"shown-{page}"] = (controls, told)


def _current_url_params() -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in st.query_params}
