"""Compare: two to four people side by side on one interest. It says what is known; it names no winner."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard import asking, charts, parts, people_list, retracing, starring
from dashboard.address import LONGEST_INTEREST
from finder.errors import UsageError
from finder.store import open_store
from finder.texts import named
from finder.views import lookup, mentoring, several

MOST = 4


def page() -> None:
    """The whole page."""
    st.title("Compare", anchor=False)
    with parts.remedies():
        interest, ids = _asked()
    if len(ids) < 2:
        st.info(
            "**Choose two to four people:** from your shortlist, or by “Compare” on somebody's page.",
            icon=":material/compare_arrows:",
        )
        parts.shortlist_link()
        parts.find_link(interest)
        return
    with parts.remedies():
        columns = [asking.person(id_, interest or None) for id_ in ids]
        rows = _rows(asking.settings().home, asking.version(), tuple(ids), interest, asking.today(),
                     tuple(asking.weights().items()), asking.settings().half_life_years)  # fmt: skip
    for column, card in zip(st.columns(len(columns)), columns, strict=True):
        with column, st.container(border=True, key=f"compared-{card['author_id']}", gap="xsmall"):
            _person(card, rows.get(card["author_id"]), interest)
    st.caption("A score is a fit to your words, not a verdict on a person. Unknown means unknown.")


def _asked() -> tuple[str, list[str]]:
    """The interest and the people, from the address first, then from the controls."""
    names = {one.whose.author_id: one.name for one in starring.everybody() if one.whose.author_id and one.row}
    state = st.session_state
    controls = (state.get("c-people"), " ".join(state.get("c-interest", "").split()))
    if "c-people" not in state or retracing.moved("compare", controls):
        asked = dict.fromkeys(id_[:200] for id_ in st.query_params.get_all("author"))
        state["c-people"] = [id_ for id_ in asked if id_ in names or _known(id_)][:MOST]
        state["c-interest"] = " ".join(st.query_params.get("interest", "").split())[:LONGEST_INTEREST]
    interest = " ".join(
        st.text_input("Interest", state["c-interest"], key="c-interest", max_chars=LONGEST_INTEREST).split()
    )
    options = list(dict.fromkeys([*state["c-people"], *names]))
    ids = st.multiselect(
        "People",
        options,
        state["c-people"],
        key="c-people",
        max_selections=MOST,
        format_func=lambda id_: parts.plain(names.get(id_) or _known(id_)),
    )
    retracing.publish("compare", (ids, interest), {"author": ids, "interest": interest})
    return interest, ids


def _known(author_id: str) -> str:
    """The name of somebody who is stored under just this id; empty for anybody else."""
    try:
        card = asking.person(author_id, None)
    except UsageError:
        return ""
    return card["name"] if card["author_id"] == author_id else ""


@st.cache_data(max_entries=20, show_spinner="Looking them up …")
def _rows(
    home: Path, version: str, ids: tuple[str, ...], interest: str, as_of: date,
    weights: tuple[tuple[str, float], ...], half_life: float,
) -> dict[str, dict[str, Any]]:  # fmt: skip
    with open_store(home) as store:
        authors = [lookup.find(store.snapshots.current(), id_) for id_ in ids]
        found = several.people(store, authors, interest, as_of, dict(weights), half_life)
    return {row["author_id"]: row for row in found.values()}


def _person(card: Mapping[str, Any], row: Mapping[str, Any] | None, interest: str) -> None:
    parts.person_link(card["author_id"], card["name"], interest, strong=True)
    starring.toggle(card["author_id"], interest, f"c-{card['author_id']}", starring.starred(), "Save", "Saved")
    parts.show_badges(parts.badges(card))
    if not card["recruiting"]:
        st.caption("Says nothing about taking people on, as far as it is known.")
    st.markdown(f":material/location_on: {parts.text(parts.places(card['current'], 4))}")
    if row and row["score"] is not None:
        st.caption(parts.text(row["why"]))
        people_list.show_bars(row)
    elif interest:
        st.caption(parts.text(f"No stored work on {named(interest)}."))
    if card["works_by_year"]:
        said = ", ".join(f"{y['year']}: {y['on'] + y['off']}" for y in card["works_by_year"])
        chart = charts.by_year(card["works_by_year"], split=bool(interest))
        st.altair_chart(chart, key=f"years-{card['author_id']}", alt=f"Works by year. {said}")
    summary = card["mentoring"]["summary"]
    if summary["students"]:
        st.caption(parts.text(f"Published with as last author: {mentoring.summed(summary)}"))
    if row and row["works"]:
        st.markdown("\n".join(f"- {parts.work_line(work)}" for work in row["works"]))
    if foot := parts.links(card):
        st.caption(foot)


page()
