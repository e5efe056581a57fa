"""The ranked list: as cards that fit a phone, and as a table that can be sorted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import streamlit as st

from dashboard import parts, starring
from dashboard.address import View
from finder.rank.advisors import BANDS, PARTS

PAGE = 10  # cards at once: each takes the browser some milliseconds
MOST_COMPARED = 4
ABOUT = {
    "fit": "How much of their best work is on the interest, and what share of all their recent work that is.",
    "recency": "How fresh that work is: 1 today, 0.5 after a half-life.",
    "activity": "Work on the interest in the last two years, levelling off.",
    "momentum": "The last two years against the two before; 0.5 is in step with the field.",
    "advising": "Whether their stage lets them take people on, mixed with the share of works they led.",
}


def cards(rows: Sequence[Mapping[str, Any]], view: View, key: str) -> None:
    """One card a person, under headings of bands, so many at a time."""
    pages = -(-len(rows) // PAGE)
    page = st.session_state.get(f"page-{key}", 1) if pages > 1 else 1
    there = starring.starred()
    shown = list(enumerate(rows))[(page - 1) * PAGE : page * PAGE]
    for band, members in groupby(shown, key=lambda pair: pair[1]["band"]):
        st.subheader(f"Band {band}", help=band_help(band), anchor=False)
        for number, row in members:
            _card(row, view, number, there)
    if pages > 1:
        st.pagination(pages, key=f"page-{key}")


def band_help(band: str) -> str:
    """What a band means."""
    least = {name: share for share, name in BANDS}[band]
    above = min((share for share, _ in BANDS if share > least), default=1.0)
    return f"{least:.0%} to {above:.0%} of the best score. Within a band, differences mean little."


def _card(row: Mapping[str, Any], view: View, number: int, there: Mapping[str, int]) -> None:
    with st.container(border=True, key=f"card-{number}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            query = view.beside(row["author_id"]).query()
            st.page_link(parts.FIND, label=f"**{parts.text(row['name'])}**", query_params=query)
            starring.star(row["author_id"], view.interest, str(number), there)
        place = f":material/location_on: {parts.text(parts.places(row['current']))}"
        st.markdown("  \n".join((parts.badge_line(parts.badges(row)), place, *parts.openings(row))))
        st.caption("  \n".join(filter(None, (parts.text(row["why"]), parts.links(row)))))
        bars(row)
        if row["works"]:
            best = f"Best {len(row['works'])} of {row['matched']} works on the interest"
            with st.expander(best, key=f"works-{number}"):
                st.markdown("\n".join(f"- {parts.work_line(work)}" for work in row["works"]))


def bars(row: Mapping[str, Any], names: Sequence[str] = PARTS) -> None:
    """The score and its parts as small bars."""
    told = {"score": row["score"], **{name: row["parts"][name] for name in names}}
    shown = "".join(
        f'<span>{name} {value:.2f}<i><b style="width:{min(max(value, 0.0), 1.0):.0%}"></b></i></span>'
        for name, value in told.items()
    )
    described = ", ".join(f"{name} {value:.2f}" for name, value in told.items())
    st.html(f'<div class="bars" role="img" aria-label="{described}">{shown}</div>')


def table(rows: Sequence[Mapping[str, Any]], view: View, key: str) -> None:
    """All rows at once. A button in each opens the person; those who are ticked go to the shortlist or a file."""
    frame = parts.frame([_line(row) for row in rows])
    ids = [row["author_id"] for row in rows]
    st.dataframe(
        frame, key=f"table-{key}", on_select="rerun", selection_mode="multi-row", hide_index=True,
        height=min(36 * len(rows) + 40, 720), column_config=_columns(ids, key), lazy=False,
        alt=f"{len(rows)} people by score",
    )  # fmt: skip
    chosen = ticked(rows, key)
    st.caption("Tick rows to star, compare or export them. Any column sorts.")
    if not chosen:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            f"Star {len(chosen)}", key="star-ticked", icon=":material/star:", on_click=starring.star_all,
            args=([row["author_id"] for row in chosen], view.interest),
        )  # fmt: skip
        query = {"author": [row["author_id"] for row in chosen], "interest": view.interest}
        if 2 <= len(chosen) <= MOST_COMPARED:
            st.page_link(parts.COMPARE, label="Compare", icon=":material/compare_arrows:", query_params=query)


def ticked(rows: Sequence[Mapping[str, Any]], key: str) -> list[Mapping[str, Any]]:
    """Those of the rows that are ticked in the table."""
    chosen = st.session_state.get(f"table-{key}", {}).get("selection", {}).get("rows", [])
    return [rows[number] for number in chosen if number < len(rows)]


def _open(ids: Sequence[str], key: str) -> None:
    row = st.session_state[f"open-{key}"]["row"]
    if row < len(ids):
        st.session_state["open"] = ids[row]


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    newest = max(row["works"], key=lambda work: work["date"], default={})
    return {
        "open": "Open", "band": row["band"], "name": row["name"], "stage": row["stage"], "known": parts.ground(row),
        "place": parts.places(row["current"]), "score": row["score"],
        **{part: row["parts"][part] for part in PARTS},
        "works": row["matched"], "newest": newest.get("title"), "homepage": row["links"]["homepage"],
    }  # fmt: skip


def _columns(ids: Sequence[str], key: str) -> dict[str, Any]:
    config = st.column_config
    bar = {"min_value": 0.0, "max_value": 1.0, "format": "%.2f", "width": 90}
    return {
        "open": config.ButtonColumn(
            "", width=70, pinned=True, type="tertiary", key=f"open-{key}", on_click=_open, args=(ids, key)
        ),
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
