"""Why somebody is where they are in a list, or not on it, and who could introduce the reader to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import streamlit as st

from dashboard import asking, filters, parts
from dashboard.address import View
from finder.errors import FinderError
from finder.views import Wish, introductions, whynot
from finder.views.introductions import Introductions
from finder.views.whynot import Standing

LONGEST = 200  # characters of a name


def field(view: View) -> None:
    """Ask for somebody by name, and read why they are where they are in the list above."""
    who = st.text_input(
        "Why is somebody not listed?", key="whose", max_chars=LONGEST, icon=":material/person_search:",
        placeholder="their name, or an id",
    ).strip()  # fmt: skip
    if who:
        with st.container(key="why-not", border=True), _remedy():
            _told(asking.standing(who, _wish(view)), view.interest)


def line(card: Mapping[str, Any], interest: str) -> None:
    """Where somebody is in the list the reader came from, or the reasons why they are not there."""
    if not interest:
        return
    view = filters.asked(interest)
    with _remedy():
        _placed(view, asking.standing(card["author_id"], _wish(view)))


def _placed(view: View, found: Standing) -> None:
    if found.state == "not matched":  # is said already
        return
    filtered = " with the filters last set" if filters.active(view) else ""
    st.markdown(f"**{parts.text(whynot.headline(found))}**{filtered}")
    if not found.listed:
        with st.expander("Why", key="why-placed", icon=":material/help:"):
            _reasons(found)


def introduced(author_id: str, most: int) -> None:
    """Chains of co-authors that lead to somebody from the people the reader knows; nothing where these are not set."""
    with _remedy():
        if found := asking.introductions(author_id):
            _ways(found, most)


def _ways(found: Introductions, most: int) -> None:
    st.markdown(f"**Who could introduce you:** {parts.text(introductions.sentence(found))}")
    lines = []
    for chain in found.chains[:most]:
        steps = [
            f"{parts.text(link['from'])} and {parts.text(link['to'])} "
            f"({parts.link(link['title'], link['url'])}, {link['date'][:7]})"
            for link in chain["links"]
        ]
        lines.append(f"- {'; '.join(steps)}")
    if lines:
        st.markdown("\n".join(lines))
        st.caption(parts.text(introductions.COUNTED))
    for unknown in found.unknown:
        st.caption(parts.text(f"[me] in finder.toml: {unknown}"))


@contextmanager
def _remedy() -> Iterator[None]:
    """Show an expected error in its place: the rest of the page needs nothing of this."""
    try:
        yield
    except FinderError as error:
        st.warning(parts.text(error), icon=":material/info:")


def _wish(view: View) -> Wish:
    return view.wish(asking.today(), asking.weights(), asking.settings().half_life_years)


def _told(found: Standing, interest: str) -> None:
    if found.author_id and found.name:
        parts.person_link(found.author_id, found.name, interest, strong=True)
    st.markdown(f"**{parts.text(whynot.headline(found))}**")
    _reasons(found)
    for one in found.alike:
        known = f"{one.name} (works: {one.works}; {one.place or 'place unknown'})"
        parts.person_link(one.author_id, known, interest)


def _reasons(found: Standing) -> None:
    lines = []
    for reason in found.reasons:
        lines.append(f"- {parts.text(reason.reason)}")
        lines += [f"    - {parts.claim_line(claim)}" for claim in reason.evidence]
    st.markdown("\n".join(lines))
