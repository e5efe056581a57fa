"""The ranked list: as cards that fit a phone, and as a table that can be sorted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import parts, starring
from dashboard.address import View
from finder.rank.advisors import PARTS

PAGE = 10  # cards at once: each takes the browser some milliseconds
MOST_COMPARED = 4
ABOUT = {
    "share": "Share of their own works of the last five years that is on the topic.",
    "freshness": "How fresh their works on the topic are: 1 today, 0.5 after a half-life.",
    "recent": "Work on the topic in the last two years, levelling off.",
    "lead": "Share of their works on the topic that they led.",
}


def cards(rows: Sequence[Mapping[str, Any]], view: View, key: str) -> None:
    """One card a person, so many at a time."""
    pages = -(-len(rows) // PAGE)
    page = st.session_state.get(f"page-{key}", 1) if pages > 1 else 1
    there = starring.starred()
    shown = list(enumerate(rows))[(page - 1) * PAGE : page * PAGE]
    for number, row in shown:
        _card(row, view, number, there)
    if pages > 1:
        st.pagination(pages, key=f"page-{key}")


def _card(row: Mapping[str, Any], view: View, number: int, there: Mapping[str, int]) -> None:
    with st.container(border=True, key=f"card-{number}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            query = view.beside(row["author_id"]).query()
            st.page_link(parts.FIND, label=f"**{parts.text(row['name'])}**", query_params=query)
            starring.star(row["author_id"], view.interest, str(number), there)
        place = f":material/location_on: {parts.text(parts.places(row['current']))}"
        st.markdown("  \n".join((parts.badge_line(parts.badges(row)), place, *parts.openings(row))))
        doubles = [parts.text(f"Perhaps the same as row {same['row']}.") for same in row.get("perhaps_same", ())]
        st.caption("  \n".join(filter(None, (parts.text(row["why"]), *doubles, parts.links(row)))))
        bars(row)
        if row["works"]:
            best = f"Best {len(row['works'])} of {row['matched']} works on the interest"
            with st.expander(best, key=f"works-{number}"):
                st.markdown("\n".join(f"- {parts.work_line(work)}" for work in row["works"]))


def bars(row: Mapping[str, Any], names: Sequence[str] = PARTS) -> None:
    """The parts that describe the evidence as small bars."""
    told = {name: row["parts"][name] for name in names}
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
        "open": "Open", "match": row["strength"], "name": row["name"], "stage": row["stage"],
        "known": parts.ground(row),
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
        "match": config.TextColumn("Match", width=70, help=parts.strength_help()),
        "name": config.TextColumn("Name", width=150),
        "stage": config.TextColumn("Stage"),
        "known": config.TextColumn("How known", width=95),
        "place": config.TextColumn("Now at", width="medium"),
        "score": config.NumberColumn("Score", format="%.2f", width=60, help="The evidence of their works together."),
        **{part: config.ProgressColumn(part.capitalize(), help=ABOUT[part], **bar) for part in PARTS},
        "works": config.NumberColumn("Works", help="Works on the interest", width=60),
        "newest": config.TextColumn("Newest of the best works", width="medium"),
        "homepage": config.LinkColumn("Homepage", display_text="open", width=80),
    }
