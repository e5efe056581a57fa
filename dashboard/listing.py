"""The ranked list: as cards that fit a phone, and as a table that can be sorted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import streamlit as st

from dashboard import parts, starring
from finder.rank.advisors import BANDS, PARTS

PAGE = 25  # cards at once
BAR = 100  # pixels: three side by side on a phone
ABOUT = {
    "fit": "How much of their best work is on the interest, and what share of all their recent work that is.",
    "recency": "How fresh that work is: 1 today, 0.5 after a half-life.",
    "activity": "Work on the interest in the last two years, levelling off.",
    "momentum": "The last two years against the two before; 0.5 is in step with the field.",
    "advising": "Whether their stage lets them take people on, mixed with the share of works they led.",
}


def cards(rows: Sequence[Mapping[str, Any]], interest: str, key: str) -> None:
    """One card a person, under headings of bands, so many at a time."""
    pages = -(-len(rows) // PAGE)
    page = st.session_state.get(f"page-{key}", 1) if pages > 1 else 1
    there = starring.starred()
    shown = list(enumerate(rows))[(page - 1) * PAGE : page * PAGE]
    for band, members in groupby(shown, key=lambda pair: pair[1]["band"]):
        st.subheader(f"Band {band}", help=band_help(band), anchor=False)
        for number, row in members:
            _card(row, interest, number, there)
    if pages > 1:
        st.pagination(pages, key=f"page-{key}")


def band_help(band: str) -> str:
    """What a band means."""
    least = {name: share for share, name in BANDS}[band]
    above = min((share for share, _ in BANDS if share > least), default=1.0)
    return f"{least:.0%} to {above:.0%} of the best score. Within a band, differences mean little."


def _card(row: Mapping[str, Any], interest: str, number: int, there: Mapping[str, int]) -> None:
    with st.container(border=True, key=f"card-{number}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            parts.person_link(row["author_id"], row["name"], interest, strong=True)
            parts.stage_badge(row)
            parts.moved_badge(row)
            parts.newcomer_badge(row)
            parts.recruiting_badge(row)
            starring.star(row["author_id"], interest, str(number), there)
        st.markdown(f":material/location_on: {parts.text(parts.places(row['current']))}")
        st.caption(parts.text(row["why"]))
        bars(row)
        parts.openings(row)
        foot = parts.links(row)
        if foot:
            st.caption(foot)
        if row["works"]:
            with st.expander(
                f"Best {len(row['works'])} of {row['matched']} works on the interest", key=f"works-{number}"
            ):
                st.markdown("\n".join(f"- {parts.work_line(work)}" for work in row["works"]))


def bars(row: Mapping[str, Any], names: Sequence[str] = PARTS) -> None:
    """The score and its parts as small bars."""
    with st.container(horizontal=True, gap="xsmall"):
        st.progress(min(row["score"], 1.0), text=f"**score {row['score']:.2f}**", width=BAR)
        for part in names:
            st.progress(min(max(row["parts"][part], 0.0), 1.0), text=f"{part} {row['parts'][part]:.2f}", width=BAR)


def table(rows: Sequence[Mapping[str, Any]], interest: str, key: str) -> None:
    """All rows at once; choosing one opens the person."""
    frame = parts.frame([_line(row) for row in rows])
    chosen = st.dataframe(
        frame, key=f"table-{key}", on_select="rerun", selection_mode="single-row", hide_index=True,
        height=min(36 * len(rows) + 40, 720), column_config=_columns(), lazy=False,
    )  # fmt: skip
    st.caption("Choose a row to open the person. Any column sorts.")
    picked = chosen["selection"]["rows"]
    if picked and picked[0] < len(rows):
        query = {"author": rows[picked[0]]["author_id"], "interest": interest}
        st.switch_page(parts.PERSON, query_params=query)


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    newest = max(row["works"], key=lambda work: work["date"], default={})
    return {
        "band": row["band"], "name": row["name"], "stage": row["stage"], "known": parts.ground(row),
        "place": parts.places(row["current"]), "score": row["score"],
        **{part: row["parts"][part] for part in PARTS},
        "works": row["matched"], "newest": newest.get("title"), "homepage": row["links"]["homepage"],
    }  # fmt: skip


def _columns() -> dict[str, Any]:
    config = st.column_config
    bar = {"min_value": 0.0, "max_value": 1.0, "format": "%.2f", "width": 90}
    return {
        "band": config.TextColumn("Band", width=50),
        "name": config.TextColumn("Name", width=150),
        "stage": config.TextColumn("Stage"),
        "known": config.TextColumn("How known", width=95),
        "place": config.TextColumn("Now at", width="medium"),
        "score": config.ProgressColumn("Score", **bar),
        **{part: config.ProgressColumn(part.capitalize(), help=ABOUT[part], **bar) for part in PARTS},
        "works": config.NumberColumn("Works", help="Works on the interest", width=60),
        "newest": config.TextColumn("Newest of the best works", width="medium"),
        "homepage": config.LinkColumn("Homepage", display_text="open", width=80),
    }
