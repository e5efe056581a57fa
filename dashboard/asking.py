"""Questions the pages ask, each answered once for as long as the store stays as it is."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from finder import clock, publication, views, world
from finder import settings as settings_module
from finder.errors import StoreError
from finder.names import interest_key
from finder.rank.advisors import WEIGHTS, known_weights
from finder.settings import Settings
from finder.store import Store, open_store
from finder.store.runs import Run, SourceRun
from finder.views import Answer, Gathered, Wish, whynot
from finder.views import internships as hosts
from finder.views import introductions as ways
from finder.views import labs as lab_views
from finder.views import similar as likeness
from finder.views.facets import Facets, count_facets
from finder.views.internships import Internships
from finder.views.lookup import Candidate
from finder.views.openings import Filter, Openings
from finder.views.similar import SimilarPeople

EXAMPLES = ("multimodal learning", "legged locomotion", "protein structure prediction", "federated learning")


def settings() -> Settings:
    """The user's settings as they are now.

    Raises:
        SettingsError: a file or variable cannot be understood.
    """
    return _settings(_settings_stamp())


def _settings_stamp() -> tuple[object, ...]:
    """Changes whenever the settings may: a page asks for them thirty times."""
    home = settings_module.data_folder()
    stamps: list[object] = []
    for name in (settings_module.FILE, settings_module.SECRETS):
        try:
            found = (home / name).stat()
            stamps.append((found.st_mtime_ns, found.st_size, found.st_mode, found.st_ino))
        except OSError:
            stamps.append(None)
    variables = sorted((name, value) for name, value in os.environ.items() if name.startswith("FINDER_"))
    return home, *stamps, *variables


@lru_cache(maxsize=4)
def _settings(_: tuple[object, ...]) -> Settings:
    return settings_module.load()


def demo() -> bool:
    """Whether everything shown is fictional."""
    return settings_module.demo_mode()


def today() -> date:
    """The day answers are for."""
    return world.today() if demo() else clock.today()


def local_today() -> date:
    """The day that follow-ups and deadlines are counted by: the reader's own."""
    return world.today() if demo() else clock.local_day()


def now() -> str:
    """This moment in UTC, as the store writes times."""
    return clock.iso_now()


def store() -> Store:
    """The store, opened for one use: a connection serves one thread only."""
    return open_store(settings().home)


def version() -> str:
    """Changes whenever an answer may: with every publication and every run, and with the works that are encoded.

    Empty where nothing is published.
    """
    with store() as opened:
        snapshot, run, encoded = opened.snapshots.latest(), opened.runs.latest(), opened.vectors.current().version
    return f"{snapshot.version}/{run.id if run else 0}/{run.state if run else ''}/{encoded}" if snapshot else ""


def unpublished() -> bool:
    """Whether something is stored that nothing was published of, or nothing that can be read."""
    with store() as opened:
        return opened.records.seq() > 0


def put_together() -> None:
    """Publish all that is stored, whatever was published before.

    Raises:
        FinderError: it cannot be written; the message carries the remedy.
    """
    with store() as opened:
        publication.publish(opened, now(), anew=True)


def weights() -> dict[str, float]:
    """The user's usual weights."""
    return {**WEIGHTS, **known_weights(settings().weights)}


def examples() -> list[str]:
    """Interests to begin with."""
    return world.interests() if demo() else list(EXAMPLES)


def advisors(wish: Wish) -> Answer:
    """Who could advise.

    Raises:
        FinderError: nothing is stored, or the wish cannot be granted; the message carries the remedy.
    """
    return _advisors(settings().home, version(), wish)


def facets(wish: Wish) -> Facets:
    """How many people each value of a filter would leave.

    Raises:
        FinderError: nothing is stored, or the filters make no sense; the message carries the remedy.
    """
    return _facets(settings().home, version(), wish)


def internships(wish: Wish, company: str) -> Internships:
    """Who could host an intern.

    Raises:
        FinderError: nothing is stored, or the wish cannot be granted; the message carries the remedy.
    """
    return _internships(settings().home, version(), wish, company)


def person(who: str, interest: str | None) -> dict[str, Any]:
    """The whole card of one person.

    Raises:
        FinderError: nobody, or more than one, is meant; the message carries the remedy.
    """
    return _person(settings().home, version(), who, today(), _usual(interest))


def similar(who: str, top: int) -> SimilarPeople:
    """People whose recent led works are like somebody's.

    Raises:
        FinderError: nobody, or more than one, is meant; the message carries the remedy.
    """
    return _similar(settings().home, version(), who, today(), top)


def standing(who: str, wish: Wish) -> whynot.Standing:
    """Why somebody is where they are in the answer to a wish, or why they are not listed.

    Raises:
        FinderError: several are meant, or the wish cannot be granted; the message carries the remedy.
    """
    return _standing(settings().home, version(), who, wish, not settings_module.served_mode())


def introductions(who: str) -> ways.Introductions | None:
    """Who of the user's own people could introduce them to somebody.

    None where the user has named nobody, and where others read along: the people are not theirs.

    Raises:
        FinderError: nobody, or more than one, is meant; the message carries the remedy.
    """
    own = settings().me.people
    if not own or settings_module.served_mode():
        return None
    return _introductions(settings().home, version(), own, who, today())


def sketch(who: str, interest: str) -> dict[str, Any]:
    """What is first to be known of one person.

    Raises:
        FinderError: nobody, or more than one, is meant; the message carries the remedy.
    """
    return _sketch(settings().home, version(), who, today(), _usual(interest))


def _usual(interest: str | None) -> Wish | None:
    return Wish(interest, today(), half_life=settings().half_life_years) if interest else None


def openings(interest: str, wanted: Filter, top: int, since: str) -> Openings:
    """Open positions that fit an interest.

    Args:
        since: the moment of the last visit; what came later is new.

    Raises:
        FinderError: nothing is stored; the message carries the remedy.
    """
    days = today(), local_today()
    return _openings(settings().home, f"{version()}/{boards_read()}", *days, interest, wanted, top, since)


def last_look() -> str:
    """When openings were looked at before this moment, which counts from now on."""
    with store() as opened:
        before = views.openings.seen(opened)
        if not demo():
            with suppress(StoreError):  # a folder that can only be read has no visits, but openings
                views.openings.visited(opened, now())
    return before


def boards_read() -> str:
    """When a board was last asked for; empty where none was."""
    with store() as opened:
        return max((one.checked_at or "" for one in opened.postings.boards()), default="")


def labs(wish: Wish) -> Answer:
    """Labs that work on an interest.

    Raises:
        FinderError: nothing is stored, or the wish cannot be granted; the message carries the remedy.
    """
    return _labs(settings().home, version(), wish)


def lab(who: str, interest: str | None) -> dict[str, Any]:
    """The whole card of one lab.

    Raises:
        FinderError: no lab, or more than one, is meant; the message carries the remedy.
    """
    return _lab(settings().home, version(), who, today(), interest)


def countries() -> list[str]:
    """Countries that have an institution in the store."""
    return _countries(settings().home, version())


def suggestions(text: str, limit: int = 8) -> list[str]:
    """Known terms that hold what was typed; none where nothing is stored."""
    return _suggestions(settings().home, version(), text, limit)


def called(name: str) -> list[Candidate]:
    """People whom an id or link means, or whose name holds the words typed."""
    with store() as opened:
        return views.called(opened, name)


def last_run(interest: str) -> tuple[Run, list[SourceRun]] | None:
    """The newest collection of an interest, and how each source fared."""
    with store() as opened:
        run = opened.runs.latest(interest=interest_key(interest), kind="collect")
        return (run, opened.runs.sources(run.id)) if run else None


@st.cache_data(max_entries=50, show_spinner=False)
def _advisors(home: Path, version: str, wish: Wish) -> Answer:
    gathered = _gathered(home, version, wish.question())
    with open_store(home) as opened:
        return views.ranked(opened, gathered, wish)


@st.cache_data(max_entries=50, show_spinner=False)
def _facets(home: Path, version: str, wish: Wish) -> Facets:
    return count_facets(_gathered(home, version, wish.question()), wish)


# frames that nobody changes: what is kept need not be copied
@st.cache_resource(max_entries=12, show_spinner="Reading and ranking …")
def _gathered(home: Path, version: str, question: Wish) -> Gathered:
    with open_store(home) as opened:
        return views.gather(opened, question)


@st.cache_data(max_entries=50, show_spinner="Reading and looking for proof …")
def _internships(home: Path, version: str, wish: Wish, company: str) -> Internships:
    with open_store(home) as opened:
        return hosts.internships(opened, wish, company)


@st.cache_data(max_entries=50, show_spinner="Looking for the reason …")
def _standing(home: Path, version: str, who: str, wish: Wish, own: bool) -> whynot.Standing:
    gathered = _gathered(home, version, wish.question())
    with open_store(home) as opened:
        return whynot.why(opened, who, wish, gathered, own=own)


@st.cache_data(max_entries=50, show_spinner=False)
def _introductions(home: Path, version: str, own: tuple[str, ...], who: str, as_of: date) -> ways.Introductions:
    with open_store(home) as opened:
        return ways.between(opened, own, who, as_of, lenient=True)


@st.cache_data(max_entries=50, show_spinner="Looking this person up …")
def _person(home: Path, version: str, who: str, as_of: date, question: Wish | None) -> dict[str, Any]:
    found = _gathered(home, version, question).found if question else None
    with open_store(home) as opened:
        return views.person(opened, who, as_of, question.interest if question else None, found)


@st.cache_data(max_entries=50, show_spinner="Comparing works …")
def _similar(home: Path, version: str, who: str, as_of: date, top: int) -> SimilarPeople:
    with open_store(home) as opened:
        return likeness.people(opened, who, as_of, top)


@st.cache_data(max_entries=50, show_spinner="Looking this person up …")
def _sketch(home: Path, version: str, who: str, as_of: date, question: Wish | None) -> dict[str, Any]:
    found = _gathered(home, version, question).found if question else None
    with open_store(home) as opened:
        return views.sketch(opened, who, as_of, question.interest if question else None, found)


@st.cache_data(max_entries=20, show_spinner="Reading and ranking …")
def _openings(
    home: Path, version: str, as_of: date, day: date, interest: str, wanted: Filter, top: int, since: str
) -> Openings:
    with open_store(home) as opened:
        return views.openings.openings(opened, interest, as_of, wanted, top, since, day=day)


@st.cache_data(max_entries=50, show_spinner="Looking who works together …")
def _labs(home: Path, version: str, wish: Wish) -> Answer:
    with open_store(home) as opened:
        return lab_views.labs(opened, wish)


@st.cache_data(max_entries=50, show_spinner="Looking this lab up …")
def _lab(home: Path, version: str, who: str, as_of: date, interest: str | None) -> dict[str, Any]:
    with open_store(home) as opened:
        return lab_views.lab(opened, who, as_of, interest)


@st.cache_data(max_entries=4, show_spinner=False)
def _countries(home: Path, version: str) -> list[str]:
    with open_store(home) as opened:
        return views.countries(opened) if version else []


@st.cache_data(max_entries=200, show_spinner=False)
def _suggestions(home: Path, version: str, text: str, limit: int) -> list[str]:
    with open_store(home) as opened:
        return views.suggestions(opened, text, limit) if version else []
