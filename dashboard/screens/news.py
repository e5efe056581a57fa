"""News: what changed for the watches and the shortlist, the newest day first, each with what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import streamlit as st

from dashboard import components, queries, watch_form
from dashboard.components import escape_markdown
from finder.storage.watches import NewsItem
from finder.watch import digest, output_files
from finder.watch.news_text import LABELS

STEP = 50  # pieces shown at first, and more with each click
GENERAL = digest.SHORTLIST
COLOURS: dict[str, components.Colour] = {
    "new person": "blue",
    "rose": "green",
    "fell": "gray",
    "new work": "blue",
    "moved": "orange",
    "new professor": "green",
    "new grant": "blue",
    "recruiting": "green",
    "not recruiting": "red",
    "new position": "violet",
    "closing": "orange",
    "identity": "orange",
    "source failed": "red",
}


def show_news_page() -> None:
    """The whole page."""
    st.title("News", anchor=False)
    with components.show_errors(), queries.open_page_store() as store:
        watches = [one.name for one in store.watches.list_watches()]
        every = store.watches.list_news()
    if not every:
        st.info(
            "**No news yet.** Watch an interest; each refresh tells here what changed.", icon=":material/notifications:"
        )
        st.page_link(components.WATCHES, label="Saved searches", icon=":material/visibility:")
        return
    shown = _choose_news(every, watches)
    unread = [one for one in shown if one.read_at is None]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{len(shown):,} piece{'s' * (len(shown) != 1)} of news**, {len(unread):,} unread")
        if unread:
            st.button(
                "Mark these as read",
                key="read-all",
                icon=":material/done_all:",
                type="tertiary",
                on_click=_mark_items_read,
                args=([one.id for one in unread],),
            )
    if not shown:
        st.info("**Nothing new.**", icon=":material/notifications_off:")
    most = int(st.session_state.get("n-most", STEP))
    for day, those in groupby(shown[:most], key=lambda one: one.day):
        st.subheader(day, anchor=False)
        for one in those:
            _show_news_item(one)
    if len(shown) > most:
        st.button(
            f"Show {min(STEP, len(shown) - most)} more", key="more", on_click=_raise_news_limit, args=(most + STEP,)
        )
    feed = output_files.news_folder(queries.current_settings().home) / output_files.FEED
    st.caption(escape_markdown(f"For a feed reader on this machine: {feed}"))


def _choose_news(every: Sequence[NewsItem], watches: Sequence[str]) -> list[NewsItem]:
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
            format_func=escape_markdown,
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


def _show_news_item(one: NewsItem) -> None:
    body = one.body
    with st.container(border=True, key=f"news-{one.id}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            if one.read_at is None:
                st.badge("unread", color="blue", icon=":material/circle:")
            st.badge(LABELS[one.kind][0], color=COLOURS.get(one.kind, "gray"))
            st.caption(escape_markdown(one.watch or GENERAL))
            if one.read_at is None:
                st.button(
                    "Mark as read",
                    key=f"read-{one.id}",
                    icon=":material/done:",
                    type="tertiary",
                    on_click=_mark_items_read,
                    args=([one.id],),
                )
        st.markdown(escape_markdown(body["text"]))
        if body["who"]:
            components.show_person_link(body["who"]["author_id"], body["who"]["name"], body["interest"])
        if body.get("position"):
            query = {"interest": body["interest"]}
            st.page_link(components.OPENINGS, label="Openings", icon=":material/work:", query_params=query)
        rests = [
            f"{components.markdown_web_link(claim['claim'], claim['url'])} "
            f"({escape_markdown(claim['source'])}, {claim['date'] or 'undated'})"
            for claim in body["evidence"]
        ]
        if rests:
            st.caption(" · ".join(rests))


def _mark_items_read(ids: list[int]) -> None:
    watch_form.change_watches(lambda store: store.watches.mark_news_read(ids, queries.current_timestamp()))


def _raise_news_limit(most: int) -> None:
    st.session_state["n-most"] = most


show_news_page()
