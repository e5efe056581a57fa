"""In which countries people are: a map that is drawn, and sent, only while it is open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from dashboard import charts, components
from finder.reference_data import country_name
from finder.results import Advisor, Host


def show_world_section(
    rows: Sequence[Advisor | Host], noun: str = "people", label: str = "Where they are", key: str = "world"
) -> None:
    """Folded away: where all of a list are now; nothing where nobody is listed.

    Args:
        rows: of people; labs have one country each, see :func:`show_map_expander`.
    """
    show_map_expander([[post["country"] for post in row["current"]] for row in rows], noun, label, key)


def show_map_expander(places: Sequence[Iterable[str | None]], noun: str, label: str, key: str) -> None:
    """The same for the countries of each, some of which may be unknown."""
    if not places:
        return
    with st.expander(label, icon=":material/public:", key=key, on_change="rerun") as opened:
        if opened.open:
            show_country_map(places, noun, f"{key}-map")


def show_country_map(places: Sequence[Iterable[str | None]], noun: str, key: str) -> None:
    """The map, with its counts in words."""
    counts, unknown = count_countries(places)
    words = country_counts_text(counts, unknown)
    if counts:
        chart = charts.world_map_chart(counts, noun, components.text_colour())
        st.altair_chart(
            chart, key=key, alt=components.plain_label(f"{noun.capitalize()} by country: {words}", components.ALT)
        )
    st.caption(components.escape_markdown(f"{words[0].upper()}{words[1:]}."))
    if sum(counts.values()) + unknown > len(places):
        st.caption("Whoever is in two countries counts in both.")


def count_countries(places: Iterable[Iterable[str | None]]) -> tuple[dict[str, int], int]:
    """How many are in each country, most first, and of how many no country is known.

    >>> count_countries([["DE", "CH"], ["DE"], [None], []])
    ({'DE': 2, 'CH': 1}, 2)
    """
    known = [{country for country in of if country} for of in places]
    counts = Counter(country for of in known for country in of)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], country_name(item[0])))
    return dict(ordered), sum(not of for of in known)


def country_counts_text(counts: Mapping[str, int], unknown: int) -> str:
    """The counts in words.

    >>> country_counts_text({"DE": 2, "CH": 1}, 3), country_counts_text({}, 1)
    ('Germany 2, Switzerland 1; 3 without a known country', '1 without a known country')
    """
    known = ", ".join(f"{country_name(code)} {count}" for code, count in counts.items())
    return "; ".join(filter(None, (known, f"{unknown} without a known country" if unknown else "")))
