"""The ranked list: one compact row a person, and the same people as a table that can be sorted."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import streamlit as st

from dashboard import badges, components, shortlist_actions
from dashboard.components import escape_markdown
from dashboard.search_url import View
from finder.ranking.advisor_score import BANDS, PARTS
from finder.results import Advisor, ComparedPerson, Lab, RankedPerson, YearCount

PAGE = 12  # rows at once: each takes the browser some milliseconds
MOST_COMPARED = 4
MOST_NAME = 60  # characters in the name of a button
FULL = BANDS[0][0]  # evidence at which a match is strong: from there the bar is nearly full
ABOUT = {
    "share": "Share of their own works of the last five years that is on the topic.",
    "freshness": "How fresh their works on the topic are: 1 today, 0.5 after a half-life.",
    "recent": "Work on the topic in the last two years, levelling off.",
    "lead": "Share of their works on the topic that they led.",
}


def show_person_rows(rows: Sequence[Advisor], view: View, key: str, focus: str) -> None:
    """One row a person, PAGE at a time.

    Args:
        focus: id of the person who is shown beside the list.
    """
    pages = -(-len(rows) // PAGE)
    page = min(st.session_state.get(f"page-{key}", 1), pages) if pages > 1 else 1
    for number, row in list(enumerate(rows))[(page - 1) * PAGE : page * PAGE]:
        show_person_row(row, view, number, in_focus=row["author_id"] == focus)
        if row["author_id"] == focus:
            st.html(f"<style>.st-key-row-{number} {{ --row: var(--row-in-focus) }}</style>")
    if pages > 1:
        st.pagination(pages, key=f"page-{key}")


def turn_list_page(rows: Sequence[Advisor], key: str, number: int) -> None:
    """Turn to the page of the row of that number."""
    if len(rows) > PAGE:
        st.session_state[f"page-{key}"] = number // PAGE + 1


def show_person_row(row: Advisor, view: View, number: int, *, in_focus: bool) -> None:
    """Who somebody is, where, the paper that counts most, how much they do on the topic, and what to do next."""
    label = f"**{escape_markdown(row['name'])}** {badges.badge_line(badges.row_badges(row))}".rstrip()
    with draw_row_frame(str(number), row["name"]):
        with st.container(gap=None, key=f"who-{number}"):
            st.page_link(
                components.FIND, label=label, query_params=view.with_open_person(row["author_id"]).to_url_params()
            )
            st.markdown("\n\n".join(_person_row_lines(row)))
        st.html(evidence_bars_html(row), width=170)
        show_row_actions(row["author_id"], row["name"], view.interest, str(number), in_focus=in_focus)


@contextmanager
def draw_row_frame(key: str, name: str) -> Iterator[None]:
    """The frame of one row of any list, with the initials of whoever it is about."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"row-{key}"):
        st.html(f'<span class="initials" aria-hidden="true">{html.escape(avatar_initials(name))}</span>', width=44)
        yield


@st.fragment
def show_row_actions(author_id: str, name: str, interest: str, key: str, *, in_focus: bool = False) -> None:
    """Three small buttons: star, write, compare. The style sheet shows their signs only; readers hear their names.

    Args:
        in_focus: they are shown beside the list, too, where a star has to be seen.
    """
    who, starred = (
        escape_markdown(components.plain_label(name, MOST_NAME)),
        shortlist_actions.load_entry_numbers(),
    )
    with st.container(horizontal=True, gap=None, width="content", key=f"acts-{key}"):
        turned = shortlist_actions.show_star_button(
            author_id, interest, key, starred, f"Star {who}", f"Take {who} off the shortlist"
        )
        if st.button(f"Write to {who}", key=f"write-{key}", icon=":material/mail:", type="tertiary"):
            shortlist_actions.star_and_write(author_id, interest)
        query = {"author": author_id, **({"interest": interest} if interest else {})}
        st.page_link(components.COMPARE, label=f"Compare {who}", icon=":material/compare_arrows:", query_params=query)
    if turned and in_focus:
        st.rerun()


def avatar_initials(name: str) -> str:
    """The first letters of the first and the last name.

    >>> avatar_initials("Ada Maria Vell"), avatar_initials("王小明"), avatar_initials("")
    ('AV', '王', '·')
    """
    words = [word for word in name.split() if word[0].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "·"


def _person_row_lines(row: Advisor) -> list[str]:
    """Where somebody is, and the work that counts most, as lines of Markdown."""
    place = escape_markdown(components.whereabouts_label(row["current"]))
    doubles = [
        escape_markdown(f"Perhaps the same person as row {same['row']}.") for same in row.get("perhaps_same", ())
    ]
    lines = [" ".join((place, *doubles))]
    if row["works"]:
        lines.append(components.work_line(row["works"][0]))
    return [*lines, *components.opening_lines(row.get("openings", []))[:1]]


def evidence_bars_html(row: RankedPerson) -> str:
    """Works on the topic year by year, and the match as one bar with its word, as HTML."""
    note = "one paper" if row["one_work"] else "none led for 3 years" if row["idle_leader"] else ""
    return match_bars_html(row, row["matched_by_year"] or (), note)


def match_bars_html(row: RankedPerson | Lab, years: Sequence[YearCount] = (), note: str = "") -> str:
    """The same of any row; years and the note where they are known."""
    most = max((year["works"] for year in years), default=0) or 1
    bars = "".join(f'<i style="height:{max(year["works"] / most, 0.04):.0%}"></i>' for year in years)
    count = f"{row['matched']} paper{'s' * (row['matched'] != 1)}"
    in_years = ", ".join(f"{year['year']}: {year['works']}" for year in years)
    match = f"{row['strength']} match"
    filled = min(row["score"] / (row["score"] + FULL / 3), 1.0)
    about = f'role="img" aria-label="Papers on the topic by year: {in_years}"' if years else ""
    return (
        f'<span class="years"><span {about}>{bars}</span>{count}</span>'
        f'<span class="match"><span><b style="width:{filled:.0%}"></b></span>{match.capitalize()}'
        f"{f'<small>{note}</small>' if note else ''}</span>"
    )


def show_part_bars(row: RankedPerson | ComparedPerson, names: Sequence[str] = PARTS) -> None:
    """The parts that describe the evidence as small bars."""
    values = {name: value for name in names if (value := row["parts"][name]) is not None}
    shown = "".join(
        f'<span>{name} {value:.2f}<i><b style="width:{min(max(value, 0.0), 1.0):.0%}"></b></i></span>'
        for name, value in values.items()
    )
    described = ", ".join(f"{name} {value:.2f}" for name, value in values.items())
    st.html(f'<div class="bars" role="img" aria-label="{described}">{shown}</div>')


def show_people_table(rows: Sequence[Advisor], view: View, key: str) -> None:
    """All rows at once. A button in each opens the person; those who are ticked go to the shortlist or a file."""
    frame = components.display_frame([_people_table_row(row) for row in rows])
    ids = [row["author_id"] for row in rows]
    st.dataframe(
        frame,
        key=f"table-{key}",
        on_select="rerun",
        selection_mode="multi-row",
        hide_index=True,
        height=min(36 * len(rows) + 40, 720),
        column_config=_people_table_columns(ids, key),
        lazy=False,
        alt=f"{len(rows)} people by score",
    )
    chosen = table_selection(rows, key)
    st.caption("Tick rows to star, compare or export them. Any column sorts.")
    if not chosen:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        chosen_ids = [row["author_id"] for row in chosen]
        st.button(
            f"Star {len(chosen)}",
            key="star-ticked",
            icon=":material/star:",
            on_click=shortlist_actions.star_all_people,
            args=(chosen_ids, view.interest),
        )
        if 2 <= len(chosen) <= MOST_COMPARED:
            query = {"author": chosen_ids, "interest": view.interest}
            st.page_link(components.COMPARE, label="Compare", icon=":material/compare_arrows:", query_params=query)


def table_selection(rows: Sequence[Advisor], key: str) -> list[Advisor]:
    """Those of the rows that are ticked in the table."""
    chosen = st.session_state.get(f"table-{key}", {}).get("selection", {}).get("rows", [])
    return [rows[number] for number in chosen if number < len(rows)]


def _open_table_row(ids: Sequence[str], key: str) -> None:
    row = st.session_state[f"open-{key}"]["row"]
    if row < len(ids):
        st.session_state["open"] = ids[row]


def _people_table_row(row: Advisor) -> Mapping[str, object]:
    newest = max(row["works"], key=lambda work: work["date"], default=None)
    return {
        "open": "Open",
        "match": row["strength"],
        "name": row["name"],
        "stage": badges.stage_label(row["stage"]),
        "known": badges.stage_basis(row),
        "place": components.whereabouts_label(row["current"]),
        "years": [year["works"] for year in row["matched_by_year"] or ()],
        "score": row["score"],
        **{part: row["parts"][part] for part in PARTS},
        "works": row["matched"],
        "newest": newest["title"] if newest else None,
        "homepage": row["links"]["homepage"],
    }


def _people_table_columns(ids: Sequence[str], key: str) -> Mapping[str, Any]:
    config = st.column_config
    bar = {"min_value": 0.0, "max_value": 1.0, "format": "%.2f", "width": 90}
    return {
        "open": config.ButtonColumn(
            "", width=70, pinned=True, type="tertiary", key=f"open-{key}", on_click=_open_table_row, args=(ids, key)
        ),
        "match": config.TextColumn("Match", width=70, help=badges.strength_help()),
        "name": config.TextColumn("Name", width=150),
        "stage": config.TextColumn("Stage"),
        "known": config.TextColumn(
            "Source", width=95, help="Stated by a page or profile, or estimated from the record"
        ),
        "place": config.TextColumn("Institution", width="medium"),
        "years": config.BarChartColumn("By year", width=90, help="Works on the topic, year by year"),
        "score": config.NumberColumn("Score", format="%.2f", width=60, help="The evidence of their works together."),
        **{part: config.ProgressColumn(part.capitalize(), help=ABOUT[part], **bar) for part in PARTS},
        "works": config.NumberColumn("Papers", help="Papers on the topic", width=60),
        "newest": config.TextColumn("Newest of the best papers", width="medium"),
        "homepage": config.LinkColumn("Homepage", display_text="open", width=80),
    }
