"""Filters that count people: country, stage and signals, each value with how many people it would leave."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard import badges, components
from dashboard.filters import SIGNAL_LABELS
from dashboard.search_url import View
from finder.answers.facets import Facets
from finder.answers.query import Trait
from finder.features.stage import STAGES
from finder.reference_data import country_name

WHY_UNKNOWN: Mapping[Trait, str] = {
    "recruiting": "Recruiting is read from homepages, and none was read.",
    "new": "New professors are known from dated posts, and no stored source has any.",
    "moved": "",
    "funded": "No grant of these people is stored.",
}
FIRST_COUNTRIES = 5  # shown as boxes; the others are in a list


def show_facets(view: View, facets: Facets | None) -> None:
    """Country, stage and signals, each with how many people it would leave.

    Args:
        facets: None where there is no answer to count in.
    """
    _show_country_facet(view, facets.countries if facets else {})
    _show_stage_facet(view, facets.stages if facets else {})
    _show_signal_facet(view, facets)


def _show_country_facet(view: View, counts: Mapping[str, int]) -> None:
    st.markdown("**Country**")
    shown = list(dict.fromkeys((*view.country, *counts)))
    shown = shown[: max(FIRST_COUNTRIES, len(view.country))]
    for code in shown:
        _show_facet_value("country", code, country_name(code), counts.get(code, 0))
    more = [code for code in counts if code not in shown]
    if more:
        st.session_state["country-more"] = None
        st.selectbox(
            "More countries",
            more,
            index=None,
            key="country-more",
            placeholder=f"{len(more)} more",
            format_func=lambda code: f"{country_name(code)} · {counts[code]:,}",
            on_change=_add_country,
            label_visibility="collapsed",
        )


def _add_country() -> None:
    if code := st.session_state["country-more"]:
        st.session_state["country"] = [*st.session_state["country"], code]


def _show_stage_facet(view: View, counts: Mapping[str, int]) -> None:
    st.markdown("**Stage**", help="Students are hidden unless you choose them.")
    for stage in STAGES:
        if counts.get(stage) or stage in view.stage:
            _show_facet_value("stage", stage, badges.stage_label(stage), counts.get(stage, 0))


def _show_signal_facet(view: View, facets: Facets | None) -> None:
    st.markdown("**Signals**")
    reasons = []
    for trait, label in SIGNAL_LABELS.items():
        reason = facets.unknowable.get(trait) if facets else None
        _show_facet_value("traits", trait, label, facets.traits.get(trait, 0) if facets else 0, reason)
        if reason:
            reasons.append(WHY_UNKNOWN[trait])
    if reasons:
        st.caption(" ".join(reasons))
        st.page_link(components.SOURCES, label="Switch on sources", icon=":material/database:")


def _show_facet_value(name: str, value: str, label: str, count: int, reason: str | None = None) -> None:
    """One value of a filter as a box to tick, greyed where it would leave nobody."""
    key, chosen = f"{name}-{value}", value in st.session_state[name]
    st.session_state[key] = chosen
    with st.container(horizontal=True, vertical_alignment="center", gap=None, key=f"facet-{key}"):
        st.checkbox(
            label,
            key=key,
            disabled=not (count or chosen),
            help=reason,
            on_change=_toggle_facet_value,
            args=(name, value),
            width="stretch",
        )
        st.markdown(f"{count:,}" if reason is None else "?", width="content")


def _toggle_facet_value(name: str, value: str) -> None:
    chosen = [one for one in st.session_state[name] if one != value]
    if st.session_state[f"{name}-{value}"]:
        chosen.append(value)
    st.session_state[name] = chosen
