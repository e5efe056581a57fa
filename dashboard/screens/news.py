"""News: what changed for the watches and the shortlist, the newest day first, each with what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import streamlit as st

from dashboard import asking, parts, watching_face
from finder.store.watches import News
from finder.watching import digest, files
from finder.watching.wording import LABELS

STEP = 50  # pieces shown at first, and more with each click
GENERAL = digest.SHORTLIST
COLOURS: dict[str, parts.Colour] = {
    "new person": "blue", "rose": "green", "fell": "gray", "new work": "blue", "moved": "orange",
    "new professor": "green", "recruiting": "green", "not recruiting": "red", "new position": "violet",
    "closing": "orange", "identity": "orange", "source failed": "red",
}  # fmt: skip


def page() -> None:
    """The whole page."""
    st.title("News", anchor=False)
    with parts.remedies(), asking.store() as store:
        watches = [one.name for one in store.watches.all()]
        every = store.watches.news()
    if not every:
        st.info(
            "**No news yet.** Watch an interest; each refresh tells here what changed.", icon=":material/notifications:"
        )
        st.page_link(parts.WATCHES, label="Saved searches", icon=":material/visibility:")
        return
    shown = _chosen(every, watches)
    unread = [one for one in shown if one.read_at is None]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{len(shown):,} piece{'s' * (len(shown) != 1)} of news**, {len(unread):,} unread")
        if unread:
            st.button("Mark these as read", key="read-all", icon=":material/done_all:", type="tertiary",
                      on_click=_read, args=([one.id for one in unread],))  # fmt: skip
    if not shown:
        st.info("**Nothing new.**", icon=":material/notifications_off:")
    most = int(st.session_state.get("n-most", STEP))
    for day, those in groupby(shown[:most], key=lambda one: one.day):
        st.subheader(day, anchor=False)
        for one in those:
            _item(one)
    if len(shown) > most:
        st.button(f"Show {min(STEP, len(shown) - most)} more", key="more", on_click=_more, args=(most + STEP,))
    feed = files.folder(asking.settings().home) / files.FEED
    st.caption(parts.text(f"For a feed reader on this machine: {feed}"))


def _chosen(every: Sequence[News], watches: Sequence[str]) -> list[News]:
    """Those of the watch that is chosen, all or only unread; the address says which."""
    names = [*watches, GENERAL]
    state, query = st.session_state, st.query_params
    if "n-watch" not in state:
        state["n-watch"] = query.get("watch") if query.get("watch") in names else None
        state["n-unread"] = query.get("unread") == "1"
    if state["n-watch"] not in names:
        state["n-watch"] = None
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        watch = st.pills(
            "Watch",
            names,
            default=state["n-watch"],
            key="n-watch",
            format_func=parts.text,
            label_visibility="collapsed",
        )
        only = st.toggle("Only unread", state["n-unread"], key="n-unread")
    told: dict[str, Any] = {"watch": watch, "unread": "1" if only else ""}
    st.query_params.from_dict({name: value for name, value in told.items() if value})
    return [
        one
        for one in every
        if (not watch or (one.watch or GENERAL) == watch) and not (only and one.read_at is not None)
    ]


def _item(one: News) -> None:
    body = one.body
    with st.container(border=True, key=f"news-{one.id}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            if one.read_at is None:
                st.badge("unread", color="blue", icon=":material/circle:")
            st.badge(LABELS[one.kind][0], color=COLOURS.get(one.kind, "gray"))
            st.caption(parts.text(one.watch or GENERAL))
            if one.read_at is None:
                st.button("Mark as read", key=f"read-{one.id}", icon=":material/done:", type="tertiary",
                          on_click=_read, args=([one.id],))  # fmt: skip
        st.markdown(parts.text(body["text"]))
        if body["who"]:
            parts.person_link(body["who"]["author_id"], body["who"]["name"], body["interest"])
        if body.get("position"):
            query = {"interest": body["interest"]}
            st.page_link(parts.OPENINGS, label="Openings", icon=":material/work:", query_params=query)
        rests = [
            f"{parts.link(claim['claim'], claim['url'])} ({parts.text(claim['source'])}, {claim['date'] or 'undated'})"
            for claim in body["evidence"]
        ]
        if rests:
            st.caption(" · ".join(rests))


def _read(ids: list[int]) -> None:
    watching_face.keep(lambda store: store.watches.mark_read(ids, asking.now()))


def _more(most: int) -> None:
    st.session_state["n-most"] = most


page()
