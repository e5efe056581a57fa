"""Sources: what is stored of each, its key, what is left of today's allowance, its last run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from dashboard import asking, parts
from finder import views

HELP = {
    "openalex": "OpenAlex: a free key from openalex.org/settings/api gives ten times the daily credits. Without one, "
    "a small daily allowance."
}


def page() -> None:
    """The whole page."""
    st.title("Sources", anchor=False)
    with parts.remedies():
        settings = asking.settings()
        rows = _rows()
        if not rows:
            parts.nothing_stored()
        else:
            _snapshot()
        for row in rows:
            _source(row, settings.keys)
        _last_run()
        _keys(sorted(settings.keys))
        st.caption(f"Everything is stored in {parts.text(settings.home)}, and nowhere else.")


def _rows() -> list[dict[str, Any]]:
    """Every source that has left a trace: records or a run."""
    moment = datetime.now(UTC)
    with asking.store() as store:
        names = {source for source, _ in store.records.counts()}
        run = store.runs.latest()
        names |= {entry.source for entry in store.runs.sources(run.id)} if run else set()
        return views.sources(store, sorted(names), moment.date().isoformat(), moment.isoformat(timespec="seconds"))


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


def _source(row: Mapping[str, Any], keys: Mapping[str, str]) -> None:
    with st.container(border=True, key=f"source-{row['source']}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.markdown(f"**{parts.text(row['source'])}**")
            state = "from files" if row["state"] == "never asked" and row["works"] else row["state"]
            st.badge(parts.text(state), color=_colour(row["state"]))
            if f"{row['source']}_key" in keys:
                st.badge("key set", icon=":material/key:", color="gray")
        told = [f"{row['works']:,} works", f"{row['people']:,} people"]
        if row["last_run"]:
            told.append(f"last asked {row['last_run'][:16].replace('T', ' ')} UTC")
        st.caption(parts.text(", ".join(told)))
        if row["allowance"]:
            left = row["remaining"] if row["remaining"] is not None else row["allowance"] - row["spent_today"]
            share = min(max(left / row["allowance"], 0.0), 1.0)
            st.progress(share, text=f"{left:,.0f} of {row['allowance']:,.0f} credits left today", width=320)
        elif row["spent_today"]:
            st.caption(f"{row['spent_today']:,.0f} credits spent today.")
        if row["message"]:
            st.caption(parts.text(row["message"]))


def _colour(state: str) -> Any:
    if state == "complete":
        return "green"
    return "gray" if state in ("never asked", "asking") else "orange"


def _last_run() -> None:
    with asking.store() as store:
        run = store.runs.latest()
        entries = store.runs.sources(run.id) if run else []
    if run is None:
        return
    st.subheader("Last run", anchor=False)
    ended = f"ended {run.ended_at[:16].replace('T', ' ')} UTC" if run.ended_at else "not ended"
    st.markdown(parts.text(f"{run.kind} “{run.interest}”: {run.state}, {ended}."))
    for entry in entries:
        told = f"{entry.source}: {entry.state}; {entry.works:,} works, {entry.people:,} people, {entry.calls} calls, "
        st.markdown(f"- {parts.text(f'{told}{entry.cached} kept, {entry.credits:g} credits')}")


def _keys(names: list[str]) -> None:
    st.subheader("Keys", anchor=False)
    held = ", ".join(f"`{name}`" for name in names if name.isidentifier())
    st.markdown(f"Set: {held}." if held else "No key is set. Everything works without one, only slower and less of it.")
    with st.expander("How to get and set a key", key="keys"):
        st.markdown("\n".join(f"- {text}" for text in HELP.values()))
        st.markdown("Set it once in a terminal; it is kept in a file that only you can read, and never shown:")
        st.code("finder setup", language="bash")
        st.markdown("Or for one session, in the environment:")
        st.code("export FINDER_OPENALEX_KEY=…", language="bash")


page()
