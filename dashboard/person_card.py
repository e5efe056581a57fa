"""What is first to be known of somebody: on their own page, and beside a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import parts, starring
from finder.texts import named

Card = Mapping[str, Any]


def head(card: Card) -> None:
    """Who somebody is, where, and how that is known."""
    st.title(parts.text(card["name"]), anchor=False)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        parts.show_badges(parts.badges(card))
    st.markdown(f":material/location_on: {parts.text(parts.places(card['current'], 4))}")
    foot = parts.links(card)
    if foot:
        st.markdown(foot)
    if card["stage"] != "unknown":
        sure = f"{card['stage']}, confidence {card['stage_confidence']:.0%}: {card['stage_ground']}."
        st.caption(parts.text(sure[0].upper() + sure[1:]))
    if card["other_names"]:
        st.caption(parts.text(f"Also printed as: {', '.join(card['other_names'][:12])}"))


def actions(card: Card, interest: str) -> None:
    """What to do next: the shortlist, a letter, a comparison."""
    id_, there = card["author_id"], starring.starred()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        starring.star(id_, interest, "person", there)
        if (entry := there.get(id_)) is not None:
            parts.draft_link(entry)
        query = {"author": id_, **({"interest": interest} if interest else {})}
        st.page_link(parts.COMPARE, label="Compare", icon=":material/compare_arrows:", query_params=query)


def listed(card: Card, interest: str) -> None:
    """What the works stored say about the interest the reader came with."""
    if not interest:
        return
    on = [work for work in card["works"] if work["match"] > 0]
    if not on:
        st.info(f"No stored work of theirs is on {parts.text(named(interest))}.", icon=":material/search_off:")
        return
    led = sum(work["position"] in ("last", "only") for work in on)
    first = sum(work["position"] == "first" for work in on)
    newest = max(work["date"] for work in on)[:4]
    st.markdown(
        f"**On {parts.text(named(interest))}:** {len(on)} of {len(card['works'])} stored works, "
        f"the newest of {newest}; last author of {led}, first author of {first}."
    )


def says(card: Card) -> None:
    """Their own words, each with its page and age."""
    if not card["statements"]:
        return
    st.subheader("What they say themselves", anchor=False)
    lines = []
    for said in card["statements"]:
        age = parts.text(said["date"] or "age unknown")
        page = parts.link("page", said["url"])
        lines.append(f"- **{said['polarity']}** ({age}): “{parts.text(said['quote'])}” — {page}, read {said['seen']}")
    st.markdown("\n".join(lines))


def open_positions(card: Card) -> None:
    """Open positions that name them."""
    if card["openings"]:
        st.subheader("Open positions that name them", anchor=False)
        lines = [
            f"- {parts.link(one['title'], one['url'])} ({one['kind']}), "
            + parts.text(f"apply by {one['valid_through']}" if one["valid_through"] else "no deadline named")
            for one in card["openings"]
        ]
        st.markdown("\n".join(lines))


def best(card: Card, interest: str) -> str:
    """The works nearest to the interest, else the newest, as Markdown."""
    on = [work for work in card["works"] if work["match"] > 0] if interest else []
    nearest = sorted(on, key=lambda work: (-work["match"], work["date"]))[:5]
    return "\n".join(f"- {parts.work_line(work)}" for work in nearest or card["works"][:5])
