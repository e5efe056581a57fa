"""Watches: what is looked for again and again, how often, how the last time went, and when it is due."""

from __future__ import annotations

import streamlit as st

from dashboard import components, filters, jobs, queries, search_url, watch_form
from dashboard.components import escape_markdown
from finder.storage.watches import Watch
from finder.text.sanitize import quote_query
from finder.watch import output_files, saved_query


def show_watches_page() -> None:
    """The whole page."""
    st.title("Saved searches", anchor=False)
    if queries.is_demo():
        st.info("Watches ask the sources again and again; the demo never asks any.", icon=":material/visibility_off:")
        return
    with components.show_errors():
        with queries.open_page_store() as store:
            watches = store.watches.list_watches()
            unread = len(store.watches.list_news(unread=True))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if watches and not jobs.current_job():
                st.button(
                    "Refresh all now",
                    key="refresh-all",
                    on_click=jobs.start_watch_refresh,
                    icon=":material/sync:",
                    disabled=all(one.paused for one in watches),
                )
            label = f"News ({unread} unread)" if unread else "News"
            st.page_link(components.NEWS, label=label, icon=":material/notifications:")
        jobs.show_job_progress()
        if not watches:
            st.info(
                "**No saved searches yet.** Search for people, set the filters, and press *Watch*.",
                icon=":material/visibility:",
            )
        for one in watches:
            _show_watch_card(one)
        _show_watch_last_search()
        place = output_files.news_folder(queries.current_settings().home)
        st.caption(escape_markdown(f"Each refresh leaves a feed, a digest and a calendar in {place}."))


def _show_watch_last_search() -> None:
    """The list that the Find page showed last can be watched from here."""
    query = {
        name: value if isinstance(value, list) else [value] for name, value in filters.last_search_params().items()
    }
    last, _ = search_url.parse_search_url(query, queries.as_of_date().year)
    if not last.interest:
        return
    with st.expander(f"Watch the last search: {escape_markdown(quote_query(last.interest))}", key="watch-last"):
        watch_form.show_watch_form(last)


def _show_watch_card(one: Watch) -> None:
    with st.container(border=True, key=f"watch-{one.id}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.markdown(f"**{escape_markdown(one.name)}**")
            if one.paused:
                st.badge("paused", color="gray", icon=":material/pause:")
        asked = saved_query.describe_saved_query(one.wish)
        st.markdown(escape_markdown(quote_query(one.wish["interest"]) + (f"; {asked}" if asked else "")))
        last = f"last complete {one.completed_at[:10]}" if one.completed_at else "not complete yet"
        when = "not refreshed while it is paused" if one.paused else f"due {one.due}"
        st.caption(f"Every {one.every} days, digest every {one.digest}; {last}; {when}.")
        if one.message:
            st.markdown(f":material/warning: {escape_markdown(one.message)}")
        with st.container(horizontal=True, gap="xsmall"):
            if not jobs.current_job():
                st.button(
                    "Refresh now",
                    key=f"refresh-{one.id}",
                    on_click=jobs.start_watch_refresh,
                    args=(one.name,),
                    icon=":material/sync:",
                    type="tertiary",
                )
            st.button(
                "Resume" if one.paused else "Pause",
                key=f"pause-{one.id}",
                type="tertiary",
                icon=":material/play_arrow:" if one.paused else ":material/pause:",
                on_click=_pause_or_resume_watch,
                args=(one.id,),
                kwargs={"paused": not one.paused},
            )
            with st.popover("Remove", icon=":material/delete:", type="tertiary", key=f"sure-{one.id}"):
                st.markdown("Its news goes with it; what was collected stays.")
                st.button("Remove it", key=f"remove-{one.id}", on_click=_remove_watch, args=(one.id,), type="primary")


def _pause_or_resume_watch(id_: int, *, paused: bool) -> None:
    watch_form.change_watches(lambda store: store.watches.pause(id_, paused=paused))


def _remove_watch(id_: int) -> None:
    watch_form.change_watches(lambda store: store.watches.remove(id_))


show_watches_page()
