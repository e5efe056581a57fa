"""Files to take along: every button says how much its file holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.elements.lib.mutable_popover_container import PopoverContainer

from dashboard import asking, parts
from finder.outreach import bundle, exports
from finder.outreach.bundle import Bundle
from finder.outreach.shortlist import Listed

Row = Mapping[str, Any]
MOST_TICKS = 500


def of_rows(title: str, rows: Sequence[Row], key: str, ticked: Sequence[Row] = ()) -> None:
    """Exports of a list of people: those who are ticked in its table or named here, else all."""
    labels = {row["author_id"]: parts.plain(row["name"]) for row in rows[:MOST_TICKS]}
    with _popover(disabled=not rows) as opened:
        if not opened.open:
            return
        if not ticked:
            named = st.multiselect(
                "Only these (all where none is named)", list(labels), key=f"ticks-{key}", format_func=labels.__getitem__
            )
            ticked = [row for row in rows if row["author_id"] in named]
        with asking.store() as store:
            made = bundle.of_rows(store, title, asking.today(), ticked or rows)
        _buttons(made, title, key)


def of_shortlist(listed: Sequence[Listed], key: str) -> None:
    """Exports of entries of the shortlist."""
    with _popover(disabled=not listed) as opened:
        if not opened.open:
            return
        st.caption("Those who are ticked, else all who are shown. vCards hold no addresses.")
        with asking.store() as store:
            made = bundle.of_shortlist(store, "Shortlist", asking.local_today(), listed)
        _buttons(made, "shortlist", key)


def of_openings(interest: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Exports of all open positions that are listed."""
    with _popover(disabled=not rows) as opened:
        if not opened.open:
            return
        _buttons(bundle.of_openings(f"Openings {interest}", asking.today(), rows), f"openings {interest}", "openings")


def _popover(*, disabled: bool) -> PopoverContainer:
    """What is in it costs time, and is made when it is opened."""
    return st.popover("Export", icon=":material/ios_share:", disabled=disabled, on_change="rerun", key="exports")


def _buttons(made: Bundle, title: str, key: str) -> None:
    stem = "-".join("".join(c if c.isalnum() else " " for c in title.lower()).split())[:60] or "list"
    for suffix, format_ in exports.FORMATS.items():
        st.download_button(
            f"{format_.counted(made)} as {format_.label}", data=_writer(format_.write, made),
            file_name=f"finder-{stem}.{suffix}", mime=format_.mime, on_click="ignore", key=f"export-{key}-{suffix}",
            disabled=not format_.count(made), type="tertiary", icon=":material/download:",
        )  # fmt: skip


def _writer(write: Callable[[Bundle], bytes], made: Bundle) -> Callable[[], bytes]:
    return lambda: write(made)
