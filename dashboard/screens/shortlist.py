"""Shortlist: a board by status, with notes, days to come back, what happened, what to mind and what to read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from itertools import groupby
from typing import Any

import streamlit as st

from dashboard import badges, components, export_menu, queries, shortlist_actions, url_state
from dashboard.components import escape_markdown
from finder.clock import local_day
from finder.errors import UsageError
from finder.outreach import shortlist
from finder.outreach.shortlist import ShortlistedPerson
from finder.storage import Store
from finder.storage.shortlist import BRIEF, LONGEST, STATUSES
from finder.text.sanitize import clean_text, quote_query

ACROSS = 4  # statuses side by side; narrow windows show them one below the other
MOST_COMPARED = 4
HAPPENED = ("e-mail", "call", "meeting", "reply", "other")


def show_shortlist_page() -> None:
    """The whole page."""
    st.title("Shortlist", anchor=False)
    with components.show_errors():
        everybody = shortlist_actions.load_shortlist_people()
    if not everybody:
        st.info("**Nobody is on your shortlist.** Save people from a list or from their page.", icon=":material/star:")
        components.show_find_link()
        return
    if crowded := shortlist.crowding_warning([one.entry for one in everybody]):
        st.warning(escape_markdown(crowded), icon=":material/groups:")
    asked = st.query_params.get("entry", "")
    if asked and asked not in {str(one.entry.id) for one in everybody}:
        st.warning("**That entry is gone.** Whoever it was is not on the shortlist.", icon=":material/link_off:")
    shown = _filter_by_status(everybody)
    ticked = [one for one in shown if st.session_state.get(f"tick-{one.entry.id}")]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        export_menu.show_shortlist_export(ticked or shown, "shortlist")
        _show_compare_link(ticked or shown)
    st.caption(f"{len(shown)} of {len(everybody)} people. Nothing is ever sent from here; notes stay on this machine.")
    by_status = [(status, list(those)) for status, those in groupby(shown, key=lambda one: one.entry.status)]
    for some in (by_status[first : first + ACROSS] for first in range(0, len(by_status), ACROSS)):
        for column, (status, those) in zip(st.columns(len(some)), some, strict=True):
            with column:
                st.subheader(f"{status.capitalize()} ({len(those)})", anchor=False)
                for one in those:
                    _show_entry_card(one, everybody)


def _filter_by_status(everybody: Sequence[ShortlistedPerson]) -> list[ShortlistedPerson]:
    """Those of the statuses that are chosen; the address says which, or which one entry."""
    state = st.session_state
    if "s-status" not in state or url_state.url_changed_externally("shortlist", state["s-status"]):
        st.session_state["s-status"] = [s for s in st.query_params.get_all("status") if s in STATUSES]
    there = [status for status in STATUSES if any(one.entry.status == status for one in everybody)]
    st.session_state["s-status"] = [status for status in st.session_state["s-status"] if status in there]
    chosen = st.pills("Status", there, key="s-status", selection_mode="multi", format_func=str.capitalize)
    url_state.write_page_url("shortlist", chosen, {"status": chosen, "entry": st.query_params.get("entry", "")})
    return [one for one in everybody if not chosen or one.entry.status in chosen]


def _show_compare_link(shown: Sequence[ShortlistedPerson]) -> None:
    ids = [one.whose.author_id for one in shown if one.whose.author_id and one.row][:MOST_COMPARED]
    if len(ids) > 1:
        query: dict[str, Any] = {"author": ids, "interest": shown[0].entry.interest}
        label = f"Compare the first {len(ids)}" if len(shown) > len(ids) else f"Compare these {len(ids)}"
        st.page_link(components.COMPARE, label=label, icon=":material/compare_arrows:", query_params=query)


def _show_entry_card(one: ShortlistedPerson, everybody: Sequence[ShortlistedPerson]) -> None:
    entry = one.entry
    with st.container(border=True, key=f"entry-{entry.id}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.checkbox("Tick", key=f"tick-{entry.id}", label_visibility="collapsed")
            if one.whose.author_id and one.row:
                components.show_person_link(one.whose.author_id, one.name, entry.interest, strong=True)
            else:
                st.markdown(f"**{escape_markdown(one.name)}**")
        if one.row:
            badges.show_badges([*badges.match_badges(one.row), *badges.person_badges(one.row)])
            st.caption(f":material/location_on: {escape_markdown(components.whereabouts_label(one.row['current']))}")
        for warning in shortlist.entry_warnings(one, everybody, queries.local_today()):
            st.markdown(f":material/warning: {escape_markdown(warning)}")
        if entry.interest:
            st.caption(escape_markdown(f"For {quote_query(entry.interest)}, starred {local_day(entry.starred_at)}"))
        _show_status_select(one)
        if one.row and one.works:
            components.show_letter_link(entry.id)
        opened = st.query_params.get("entry") == str(entry.id)
        with st.expander("Notes and history", key=f"more-{entry.id}", expanded=opened):
            _show_entry_notes(one)
            _show_entry_history(one)
        with st.expander("Before writing", key=f"before-{entry.id}"):
            _show_writing_advice(one)


def _show_status_select(one: ShortlistedPerson) -> None:
    key = f"status-{one.entry.id}"
    st.session_state[key] = one.entry.status  # what the store says, however it came there
    st.selectbox(
        "Status", STATUSES, key=key, on_change=_set_entry_status, args=(one.entry.id,), label_visibility="collapsed"
    )


def _set_entry_status(id_: int) -> None:
    status = st.session_state[f"status-{id_}"]
    shortlist_actions.change_shortlist(
        lambda store: store.shortlist.set_status(id_, status, queries.current_timestamp(), day=queries.local_today())
    )


def _show_entry_notes(one: ShortlistedPerson) -> None:
    entry = one.entry
    notes, day = f"notes-{entry.id}", f"day-{entry.id}"
    st.session_state[notes] = entry.notes
    st.session_state[day] = date.fromisoformat(entry.follow_up) if entry.follow_up else None
    st.text_area("Notes", key=notes, max_chars=LONGEST, on_change=_set_entry_notes, args=(entry.id,))
    st.date_input("Follow up on", key=day, on_change=_set_follow_up_day, args=(entry.id,))


def _set_entry_notes(id_: int) -> None:
    text = clean_text(st.session_state[f"notes-{id_}"] or "")
    shortlist_actions.change_shortlist(lambda store: store.shortlist.set_notes(id_, text))


def _set_follow_up_day(id_: int) -> None:
    day = st.session_state[f"day-{id_}"]
    shortlist_actions.change_shortlist(lambda store: store.shortlist.set_follow_up(id_, day))


def _show_entry_history(one: ShortlistedPerson) -> None:
    lines = [f"- {event.day}: {escape_markdown(f'{event.what} {event.text}')}" for event in one.entry.events]
    st.markdown("\n".join(lines))
    id_ = one.entry.id
    with st.form(f"log-{id_}", clear_on_submit=True, border=False):
        st.selectbox("What happened", HAPPENED, key=f"what-{id_}")
        st.text_input("In a few words", key=f"said-{id_}", max_chars=BRIEF)
        st.date_input("On", value=queries.local_today(), key=f"on-{id_}")
        st.form_submit_button("Keep", key=f"keep-{id_}", on_click=_log_contact_event, args=(id_,))
    if st.button("Take off the shortlist", key=f"off-{id_}", type="tertiary", icon=":material/delete:"):
        _show_removal_dialog(one)


def _log_contact_event(id_: int) -> None:
    state = st.session_state
    what, text, day = (
        state[f"what-{id_}"],
        clean_text(state[f"said-{id_}"] or ""),
        state[f"on-{id_}"] or queries.local_today(),
    )
    shortlist_actions.change_shortlist(
        lambda store: store.shortlist.log_event(id_, what, text, day, queries.current_timestamp())
    )


@st.dialog("Take them off the shortlist?")
def _show_removal_dialog(one: ShortlistedPerson) -> None:
    st.markdown(f"The notes on **{escape_markdown(one.name)}**, and what happened with them, are deleted.")
    if st.button(
        "Delete",
        key="off-sure",
        type="primary",
        on_click=shortlist_actions.change_shortlist,
        args=(partial(_remove_entry, one.entry.id),),
    ):
        st.rerun()


def _remove_entry(id_: int, store: Store) -> None:
    if not store.shortlist.remove(id_):
        raise UsageError("Whoever this was is not on the shortlist any more.")


def _show_writing_advice(one: ShortlistedPerson) -> None:
    if one.row and one.conditions:
        st.markdown("**What they ask of those who write**")
        st.markdown("\n".join(components.quote_line(said) for said in one.conditions))
    if one.works:
        st.markdown("**Read first**")
        st.markdown("\n".join(f"- {components.work_line(work)}" for work in one.works))
    st.markdown("**Ask their students**")
    st.markdown("\n".join(f"- {escape_markdown(question)}" for question in shortlist.questions_for_students(one.row)))
    if one.row and (foot := components.profile_links_line(one.row["links"])):
        st.caption(foot)


show_shortlist_page()
