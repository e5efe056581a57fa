"""Watches: what is looked for again and again, how often, how the last time went, and when it is due."""

from __future__ import annotations

import streamlit as st

from dashboard import address, asking, collecting, filters, parts, watching_face
from finder.store.watches import Watch
from finder.texts import named
from finder.watching import files, wishes


def page() -> None:
    """The whole page."""
    st.title("Saved searches", anchor=False)
    if asking.demo():
        st.info("Watches ask the sources again and again; the demo never asks any.", icon=":material/visibility_off:")
        return
    with parts.remedies():
        with asking.store() as store:
            watches = store.watches.all()
            unread = len(store.watches.news(unread=True))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if watches and not collecting.current():
                st.button(
                    "Refresh all now", key="refresh-all", on_click=collecting.refresh, icon=":material/sync:",
                    disabled=all(one.paused for one in watches),
                )  # fmt: skip
            label = f"News ({unread} unread)" if unread else "News"
            st.page_link(parts.NEWS, label=label, icon=":material/notifications:")
        collecting.progress()
        if not watches:
            st.info(
                "**No saved searches yet.** Search for people, set the filters, and press *Watch*.",
                icon=":material/visibility:",
            )
        for one in watches:
            _card(one)
        _add()
        place = files.folder(asking.settings().home)
        st.caption(parts.text(f"Each refresh leaves a feed, a digest and a calendar in {place}."))


def _add() -> None:
    """The list that the Find page showed last can be watched from here."""
    query = {name: value if isinstance(value, list) else [value] for name, value in filters.last_query().items()}
    last, _ = address.read(query, asking.today().year)
    if not last.interest:
        return
    with st.expander(f"Watch the last search: {parts.text(named(last.interest))}", key="watch-last"):
        watching_face.form(last)


def _card(one: Watch) -> None:
    with st.container(border=True, key=f"watch-{one.id}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.markdown(f"**{parts.text(one.name)}**")
            if one.paused:
                st.badge("paused", color="gray", icon=":material/pause:")
        asked = wishes.said(one.wish)
        st.markdown(parts.text(named(one.wish["interest"]) + (f"; {asked}" if asked else "")))
        last = f"last complete {one.completed_at[:10]}" if one.completed_at else "not complete yet"
        when = "not refreshed while it is paused" if one.paused else f"due {one.due}"
        st.caption(f"Every {one.every} days, digest every {one.digest}; {last}; {when}.")
        if one.message:
            st.markdown(f":material/warning: {parts.text(one.message)}")
        with st.container(horizontal=True, gap="xsmall"):
            if not collecting.current():
                st.button("Refresh now", key=f"refresh-{one.id}", on_click=collecting.refresh, args=(one.name,),
                          icon=":material/sync:", type="tertiary")  # fmt: skip
            st.button(
                "Resume" if one.paused else "Pause", key=f"pause-{one.id}", type="tertiary",
                icon=":material/play_arrow:" if one.paused else ":material/pause:",
                on_click=_pause, args=(one.id,), kwargs={"paused": not one.paused},
            )  # fmt: skip
            with st.popover("Remove", icon=":material/delete:", type="tertiary", key=f"sure-{one.id}"):
                st.markdown("Its news goes with it; what was collected stays.")
                st.button("Remove it", key=f"remove-{one.id}", on_click=_remove, args=(one.id,), type="primary")


def _pause(id_: int, *, paused: bool) -> None:
    watching_face.keep(lambda store: store.watches.pause(id_, paused=paused))


def _remove(id_: int) -> None:
    watching_face.keep(lambda store: store.watches.remove(id_))


page()
