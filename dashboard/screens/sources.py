"""Sources: every known one, what it adds, its key, what is left of today's allowance, its last runs, and a test."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import components, queries, source_check
from dashboard.components import escape_markdown
from finder import clock
from finder.answers import source_status
from finder.results import SourceStatus
from finder.settings import Settings
from finder.source import discover_sources


def show_sources_page() -> None:
    """The whole page."""
    st.title("Sources", anchor=False)
    with components.show_errors():
        settings = queries.current_settings()
        with queries.open_page_store() as store:
            rows = source_status.source_status_rows(store, settings, discover_sources(), clock.utc_now())
        if any(row["works"] or row["people"] for row in rows):
            _show_snapshot_counts()
        else:
            components.show_empty_store_link()
        for row in rows:
            if row["enabled"]:
                _show_enabled_source(row)
        st.subheader("Not switched on", anchor=False)
        st.caption("Records that came from them earlier, or from files, stay in use.")
        for row in rows:
            if not row["enabled"]:
                _show_disabled_source(row, settings)
        st.caption(f"Everything is stored in {escape_markdown(settings.home)}, and nowhere else.")


def _show_snapshot_counts() -> None:
    with queries.open_page_store() as store:
        snapshot = store.snapshots.snapshot_or_none()
    if snapshot is None:
        components.show_empty_store()
        return
    with st.container(horizontal=True, gap="medium"):
        for name, label in (("works", "Works"), ("authors", "People"), ("authorships", "Authorships")):
            st.metric(label, snapshot.meta.get(name, 0), format="compact", width=140, border=True)
    published = str(snapshot.meta.get("published_at", ""))[:16].replace("T", " ")
    st.caption(escape_markdown(f"After putting versions and spellings together; published {published} UTC."))


def _show_enabled_source(row: SourceStatus) -> None:
    with st.container(border=True, key=f"source-{row['source']}", gap="small"):
        _show_source_header(row)
        _show_source_budget(row)
        if row["message"]:
            st.markdown(escape_markdown(row["message"]))
        if queries.is_demo():
            st.caption("Nothing is asked in the demo, so there is nothing to test and no key to give.")
        else:
            source_check.show_key_form(row)
            source_check.show_test_button(row)
        _show_source_runs(row)


def _show_disabled_source(row: SourceStatus, settings: Settings) -> None:
    with st.expander(
        f"**{escape_markdown(row['title'])}** — {escape_markdown(row['adds'])}",
        key=f"source-{row['source']}",
    ):
        _show_source_header(row)
        if row["key_name"] and not queries.is_demo():
            source_check.show_key_form(row)
        if row["home"]:
            st.markdown(f"To switch it on, write into {escape_markdown(settings.home / 'finder.toml')}:")
            st.code(f"[sources.{row['source']}]\nenabled = true", language="toml")
            st.caption(f"{components.markdown_web_link('About it', row['home'])}. {escape_markdown(row['terms'])}")
        _show_source_runs(row)


def _show_source_header(row: SourceStatus) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if row["enabled"]:
            st.markdown(f"**{escape_markdown(row['title'])}**", width="content")
        state = "from files" if row["state"] == "never asked" and (row["works"] or row["people"]) else row["state"]
        st.badge(escape_markdown(state), color=_source_state_colour(row["state"]))
        if row["key"] != "none needed":
            icon = ":material/key:" if row["key"] == "set" else ":material/key_off:"
            st.badge(f"key {row['key']}", icon=icon, color="gray")
    told = [f"{row['works']:,} works", f"{row['people']:,} people"]
    told += [f"{row['grants']:,} grants"] if row["grants"] else []
    if row["last_run"]:
        told.append(f"last asked {_utc_minute_text(row['last_run'])}")
    adds = f"{row['adds']} " if row["enabled"] else ""
    st.caption(escape_markdown(f"{adds}Stored: {', '.join(told)}."))


def _show_source_budget(row: SourceStatus) -> None:
    if row["allowance"]:
        left = row["remaining"] if row["remaining"] is not None else row["allowance"] - row["spent_today"]
        share = min(max(left / row["allowance"], 0.0), 1.0)
        asked = "" if row["remaining"] is not None or row["spent_today"] else " (not asked yet today)"
        st.progress(share, text=f"{left:,.0f} of {row['allowance']:,.0f} credits left today{asked}", width=320)
    elif row["spent_today"]:
        st.caption(f"{row['spent_today']:,.0f} credits spent today.")


def _show_source_runs(row: SourceStatus) -> None:
    if not row["runs"]:
        return
    with st.expander("Last runs", key=f"runs-{row['source']}"):
        for run in row["runs"]:
            about = f"{run['kind']} “{run['interest']}”" if run["interest"] else run["kind"]
            read = f"{run['works']:,} works and {run['people']:,} people read, {run['calls']} requests"
            told = f"{_utc_minute_text(run['at'])}, {about}: {run['state']}; {read}. {run['message']}"
            st.markdown(f"- {escape_markdown(told)}")


def _source_state_colour(state: str) -> Any:
    if state == "complete":
        return "green"
    return "gray" if state in ("never asked", "asking", "not asked") else "orange"


def _utc_minute_text(stamp: str) -> str:
    return f"{stamp[:16].replace('T', ' ')} UTC"


show_sources_page()
