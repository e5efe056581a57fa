"""People whose work is like somebody's, on that person's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import asking, parts
from finder.views import printed_similar
from finder.views.similar import Pair, Similar

SHOWN = 8


def section(card: Mapping[str, Any], interest: str) -> None:
    """Who they are, where, what their works share with this person's, and which of them are alike."""
    with parts.remedies():
        found = asking.similar(card["author_id"], SHOWN)
    if not found.results:
        return
    st.subheader("People whose work is like theirs", anchor=False)
    for row in found.results:
        with st.container(gap=None, key=f"like-{row.author_id}"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                parts.person_link(row.author_id, row.name, interest)
                st.caption(parts.text(printed_similar.place(row)))
            st.caption(_shared(row))
    about = f" It is about: {', '.join(found.terms)}." if found.terms else ""
    st.caption(parts.text(f"{found.read}{about} {printed_similar.footing(found)}"))


def _shared(row: Similar) -> str:
    """What the works share, with the pair that is most alike, as Markdown."""
    return parts.text(printed_similar.shared(row)) + "".join(f"; {_pair(pair)}" for pair in row.pairs[:1])


def _pair(pair: Pair) -> str:
    theirs, own = (f"“{parts.link(work.title, work.url)}” ({work.year})" for work in (pair.theirs, pair.own))
    return f"{theirs} is {'like' if pair.terms else 'near in meaning to'} {own}"
