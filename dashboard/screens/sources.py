"""Sources: every known one, what it adds, its key, what is left of today's allowance, its last runs, and a test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import asking, parts, probing
from finder import clock
from finder.settings import Settings
from finder.source import discover
from finder.views import sources_shown


def page() -> None:
    """The whole page."""
    st.title("Sources", anchor=False)
    with parts.remedies():
        settings = asking.settings()
        with asking.store() as store:
            rows = sources_shown.sources(store, settings, discover(), clock.now())
        if any(row["works"] or row["people"] for row in rows):
            _snapshot()
        else:
            parts.elsewhere()
        for row in rows:
            if row["enabled"]:
                _source(row)
        st.subheader("Not switched on", anchor=False)
        st.caption("What came from them once, or from files, stays in use.")
        for row in rows:
            if not row["enabled"]:
                _off(row, settings)
        st.caption(f"Everything is stored in {parts.text(settings.home)}, and nowhere else.")


def _snapshot() -> None:
    with asking.store() as store:
        snapshot = store.snapshots.latest()
    if snapshot is None:
        parts.nothing_stored()
        return
    with st.container(horizontal=True, gap="medium"):
        for name, label in (("works", "Works"), ("authors", "People"), ("authorships", "Authorships")):
            st.metric(label, snapshot.meta.get(name, 0), format="compact", width=140, border=True)
    published = str(snapshot.meta.get("published_at", ""))[:16].replace("T", " ")
    st.caption(parts.text(f"After putting versions and spellings together; published {published} UTC."))


def _source(row: Mapping[str, Any]) -> None:
    with st.container(border=True, key=f"source-{row['source']}", gap="small"):
        _head(row)
        _budget(row)
        if row["message"]:
            st.markdown(parts.text(row["message"]))
        if asking.demo():
            st.caption("Nothing is asked in the demo, so there is nothing to test and no key to give.")
        else:
            probing.key_form(row)
            probing.test_button(row)
        _runs(row)


def _off(row: Mapping[str, Any], settings: Settings) -> None:
    with st.expander(f"**{parts.text(row['title'])}** — {parts.text(row['adds'])}", key=f"source-{row['source']}"):
        _head(row)
        if row["key_name"] and not asking.demo():
            probing.key_form(row)
        if row["home"]:
            st.markdown(f"To switch it on, write into {parts.text(settings.home / 'finder.toml')}:")
            st.code(f"[sources.{row['source']}]\nenabled = true", language="toml")
            st.caption(f"{parts.link('About it', row['home'])}. {parts.text(row['terms'])}")
        _runs(row)


def _head(row: Mapping[str, Any]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if row["enabled"]:
            st.markdown(f"**{parts.text(row['title'])}**", width="content")
        state = "from files" if row["state"] == "never asked" and (row["works"] or row["people"]) else row["state"]
        st.badge(parts.text(state), color=_colour(row["state"]))
        if row["key"] != "none needed":
            icon = ":material/key:" if row["key"] == "set" else ":material/key_off:"
            st.badge(f"key {row['key']}", icon=icon, color="gray")
    told = [f"{row['works']:,} works", f"{row['people']:,} people"]
    if row["last_run"]:
        told.append(f"last asked {_moment(row['last_run'])}")
    adds = f"{row['adds']} " if row["enabled"] else ""
    st.caption(parts.text(f"{adds}Stored: {', '.join(told)}."))


def _budget(row: Mapping[str, Any]) -> None:
    if row["allowance"]:
        left = row["remaining"] if row["remaining"] is not None else row["allowance"] - row["spent_today"]
        share = min(max(left / row["allowance"], 0.0), 1.0)
        asked = "" if row["remaining"] is not None or row["spent_today"] else " (not asked yet today)"
        st.progress(share, text=f"{left:,.0f} of {row['allowance']:,.0f} credits left today{asked}", width=320)
    elif row["spent_today"]:
        st.caption(f"{row['spent_today']:,.0f} credits spent today.")


def _runs(row: Mapping[str, Any]) -> None:
    if not row["runs"]:
        return
    with st.expander("Last runs", key=f"runs-{row['source']}"):
        for run in row["runs"]:
            about = f"{run['kind']} “{run['interest']}”" if run["interest"] else run["kind"]
            read = f"{run['works']:,} works and {run['people']:,} people read, {run['calls']} requests"
            told = f"{_moment(run['at'])}, {about}: {run['state']}; {read}. {run['message']}"
            st.markdown(f"- {parts.text(told)}")


def _colour(state: str) -> Any:
    if state == "complete":
        return "green"
    return "gray" if state in ("never asked", "asking", "not asked") else "orange"


def _moment(stamp: str) -> str:
    return f"{stamp[:16].replace('T', ' ')} UTC"


page()
