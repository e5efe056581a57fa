"""What the four kinds of answers share: the interest and the countries asked for last, on whichever page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

_KEY = "topic"


class Topic(NamedTuple):
    """An interest, and ISO codes of countries."""

    interest: str = ""
    countries: tuple[str, ...] = ()


def remember_topic(interest: str, countries: Sequence[str]) -> None:
    """Keep what a page asks for, for the page that is opened next."""
    if interest:
        st.session_state[_KEY] = Topic(interest, tuple(countries))


def last_topic() -> Topic:
    """What was asked for last in this session; empty before anything was."""
    found: Topic = st.session_state.get(_KEY, Topic())
    return found
