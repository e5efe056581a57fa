"""Files to take along: every button says how much its file holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.elements.lib.mutable_popover_container import PopoverContainer

from dashboard import components, queries
from finder.outreach import export_dataset, exports
from finder.outreach.export_dataset import ExportDataset
from finder.outreach.shortlist import ShortlistedPerson
from finder.results import Advisor, Opening

MOST_TICKS = 500


def show_people_export(title: str, rows: Sequence[Advisor], key: str, ticked: Sequence[Advisor] = ()) -> None:
    """Exports of a list of people: those who are ticked in its table or named here, else all."""
    labels = {row["author_id"]: components.plain_label(row["name"]) for row in rows[:MOST_TICKS]}
    with _export_popover(disabled=not rows) as opened:
        if not opened.open:
            return
        if not ticked:
            named = st.multiselect(
                "Only these (all where none is named)", list(labels), key=f"ticks-{key}", format_func=labels.__getitem__
            )
            ticked = [row for row in rows if row["author_id"] in named]
        with queries.open_page_store() as store:
            made = export_dataset.dataset_from_rows(store, title, queries.as_of_date(), ticked or rows)
        _show_download_buttons(made, title, key)


def show_shortlist_export(listed: Sequence[ShortlistedPerson], key: str) -> None:
    """Exports of entries of the shortlist."""
    with _export_popover(disabled=not listed) as opened:
        if not opened.open:
            return
        st.caption("Those who are ticked, else all who are shown. vCards hold no addresses.")
        with queries.open_page_store() as store:
            made = export_dataset.dataset_from_shortlist(store, "Shortlist", queries.local_today(), listed)
        _show_download_buttons(made, "shortlist", key)


def show_openings_export(interest: str, rows: Sequence[Opening]) -> None:
    """Exports of all open positions that are listed."""
    with _export_popover(disabled=not rows) as opened:
        if not opened.open:
            return
        _show_download_buttons(
            export_dataset.dataset_from_openings(f"Openings {interest}", queries.as_of_date(), rows),
            f"openings {interest}",
            "openings",
        )


def _export_popover(*, disabled: bool) -> PopoverContainer:
    """What is in it costs time, and is made when it is opened."""
    return st.popover("Export", icon=":material/ios_share:", disabled=disabled, on_change="rerun", key="exports")


def _show_download_buttons(made: ExportDataset, title: str, key: str) -> None:
    stem = "-".join("".join(c if c.isalnum() else " " for c in title.lower()).split())[:60] or "list"
    for suffix, format_ in exports.FORMATS.items():
        st.download_button(
            f"{format_.describe_count(made)} as {format_.label}",
            data=_lazy_bundle_writer(format_.write, made),
            file_name=f"finder-{stem}.{suffix}",
            mime=format_.mime,
            on_click="ignore",
            key=f"export-{key}-{suffix}",
            disabled=not format_.count(made),
            type="tertiary",
            icon=":material/download:",
        )


def _lazy_bundle_writer(write: Callable[[ExportDataset], bytes], made: ExportDataset) -> Callable[[], bytes]:
    return lambda: write(made)
