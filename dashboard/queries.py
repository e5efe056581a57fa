"""Questions the pages ask, each answered once for as long as the store stays as it is."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import date
from functools import lru_cache
from pathlib import Path

import streamlit as st

from finder import answers, clock, demo_metadata, publication
from finder import settings as settings_module
from finder.answers import Answer, CandidatePool, Query, rank_explanation
from finder.answers import internships as hosts
from finder.answers import introductions as ways
from finder.answers import labs as lab_views
from finder.answers import similar_people as likeness
from finder.answers.facets import Facets, count_facets
from finder.answers.internships import Internships
from finder.answers.lookup import PersonMatch
from finder.answers.openings import OpeningFilter, Openings
from finder.answers.similar_people import SimilarPeople
from finder.errors import StoreError
from finder.ranking.advisor_score import WEIGHTS, drop_former_weights
from finder.results import Advisor, Lab, LabCard, PersonCard
from finder.settings import Settings
from finder.storage import Store, open_store
from finder.storage.runs import Run, SourceRun
from finder.text.names import interest_key

EXAMPLES = ("multimodal learning", "legged locomotion", "protein structure prediction", "federated learning")


def current_settings() -> Settings:
    """The user's settings as they are now.

    Raises:
        SettingsError: a file or variable cannot be understood.
    """
    return _load_settings_at(_settings_stamp())


def _settings_stamp() -> tuple[object, ...]:
    """Changes whenever the settings may: a page asks for them thirty times."""
    home = settings_module.user_data_folder()
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
def _load_settings_at(_: tuple[object, ...]) -> Settings:
    return settings_module.load_settings()


def is_demo() -> bool:
    """Whether everything shown is fictional."""
    return settings_module.is_demo_mode()


def as_of_date() -> date:
    """The day answers are for."""
    return demo_metadata.demo_today() if is_demo() else clock.utc_today()


def local_today() -> date:
    """The day that follow-ups and deadlines are counted by: the reader's own."""
    return demo_metadata.demo_today() if is_demo() else clock.local_day()


def current_timestamp() -> str:
    """This moment in UTC, as the store writes times."""
    return clock.utc_timestamp()


def open_page_store() -> Store:
    """The store, opened for one use: a connection serves one thread only."""
    return open_store(current_settings().home)


def answer_version() -> str:
    """Changes whenever an answer may: with every publication and every run, and with the works that are encoded.

    Empty where nothing is published.
    """
    with open_page_store() as opened:
        snapshot, run, encoded = (
            opened.snapshots.snapshot_or_none(),
            opened.runs.latest_run(),
            opened.vectors.current_table().version,
        )
    return f"{snapshot.version}/{run.id if run else 0}/{run.state if run else ''}/{encoded}" if snapshot else ""


def has_unpublished_records() -> bool:
    """Whether something is stored that nothing was published of, or nothing that can be read."""
    with open_page_store() as opened:
        return opened.records.last_write_seq() > 0


def rebuild_index() -> None:
    """Publish all that is stored, whatever was published before.

    Raises:
        FinderError: it cannot be written; the message carries the remedy.
    """
    with open_page_store() as opened:
        publication.resolve_and_publish(opened, current_timestamp(), anew=True)


def user_weights() -> dict[str, float]:
    """The user's usual weights."""
    return {**WEIGHTS, **drop_former_weights(current_settings().weights)}


def example_interests() -> list[str]:
    """Interests to begin with."""
    return demo_metadata.demo_interests() if is_demo() else list(EXAMPLES)


def query_advisors(query: Query) -> Answer[Advisor]:
    """Who could advise.

    Raises:
        FinderError: nothing is stored, or the query cannot be granted; the message carries the remedy.
    """
    return _compute_advisors(current_settings().home, answer_version(), query)


def query_facets(query: Query) -> Facets:
    """How many people each value of a filter would leave.

    Raises:
        FinderError: nothing is stored, or the filters make no sense; the message carries the remedy.
    """
    return _compute_facets(current_settings().home, answer_version(), query)


def query_internships(query: Query, company: str) -> Internships:
    """Who could host an intern.

    Raises:
        FinderError: nothing is stored, or the query cannot be granted; the message carries the remedy.
    """
    return _compute_host_answer(current_settings().home, answer_version(), query, company)


def query_person_card(who: str, interest: str | None) -> PersonCard:
    """The whole card of one person.

    Raises:
        FinderError: nobody, or more than one, is meant; the message carries the remedy.
    """
    return _compute_person_card(current_settings().home, answer_version(), who, as_of_date(), _interest_query(interest))


def query_similar_people(who: str, top: int) -> SimilarPeople:
    """People whose recent led works are like somebody's.

    Raises:
        FinderError: nobody, or more than one, is meant; the message carries the remedy.
    """
    return _compute_similar_people(current_settings().home, answer_version(), who, as_of_date(), top)


def query_rank_explanation(who: str, query: Query) -> rank_explanation.RankExplanation:
    """Why somebody is where they are in the answer to a query, or why they are not listed.

    Raises:
        FinderError: several are meant, or the query cannot be granted; the message carries the remedy.
    """
    return _compute_rank_explanation(
        current_settings().home, answer_version(), who, query, not settings_module.is_served_mode()
    )


def query_introductions(who: str) -> ways.Introductions | None:
    """Who of the user's own people could introduce them to somebody.

    None where the user has named nobody, and where others read along: the people are not theirs.

    Raises:
        FinderError: nobody, or more than one, is meant; the message carries the remedy.
    """
    own = current_settings().me.people
    if not own or settings_module.is_served_mode():
        return None
    return _compute_introductions(current_settings().home, answer_version(), own, who, as_of_date())


def query_person_preview(who: str, interest: str) -> PersonCard:
    """What is first to be known of one person.

    Raises:
        FinderError: nobody, or more than one, is meant; the message carries the remedy.
    """
    return _compute_person_preview(
        current_settings().home, answer_version(), who, as_of_date(), _interest_query(interest)
    )


def _interest_query(interest: str | None) -> Query | None:
    return Query(interest, as_of_date(), half_life=current_settings().half_life_years) if interest else None


def query_openings(interest: str, wanted: OpeningFilter, top: int, since: str) -> Openings:
    """Open positions that fit an interest.

    Args:
        since: the moment of the last visit; what came later is new.

    Raises:
        FinderError: nothing is stored; the message carries the remedy.
    """
    days = as_of_date(), local_today()
    return _compute_openings(
        current_settings().home, f"{answer_version()}/{last_board_check()}", *days, interest, wanted, top, since
    )


def update_openings_visit() -> str:
    """When openings were looked at before this moment, which counts from now on."""
    with open_page_store() as opened:
        before = answers.openings.last_openings_visit(opened)
        if not is_demo():
            with suppress(StoreError):  # a folder that can only be read has no visits, but openings
                answers.openings.record_openings_visit(opened, current_timestamp())
    return before


def last_board_check() -> str:
    """When a board was last asked for; empty where none was."""
    with open_page_store() as opened:
        return max((one.checked_at or "" for one in opened.postings.list_boards()), default="")


def query_labs(query: Query) -> Answer[Lab]:
    """Labs that work on an interest.

    Raises:
        FinderError: nothing is stored, or the query cannot be granted; the message carries the remedy.
    """
    return _compute_labs(current_settings().home, answer_version(), query)


def query_lab_card(who: str, interest: str | None) -> LabCard:
    """The whole card of one lab.

    Raises:
        FinderError: no lab, or more than one, is meant; the message carries the remedy.
    """
    return _compute_lab_card(current_settings().home, answer_version(), who, as_of_date(), interest)


def query_countries() -> list[str]:
    """Countries that have an institution in the store."""
    return _compute_countries(current_settings().home, answer_version())


def query_term_suggestions(text: str, limit: int = 8) -> list[str]:
    """Known terms that hold what was typed; none where nothing is stored."""
    return _compute_term_suggestions(current_settings().home, answer_version(), text, limit)


def query_people_by_name(name: str) -> list[PersonMatch]:
    """People whom an id or link means, or whose name holds the words typed."""
    with open_page_store() as opened:
        return answers.search_people(opened, name)


def last_collect_run(interest: str) -> tuple[Run, list[SourceRun]] | None:
    """The newest collection of an interest, and how each source fared."""
    with open_page_store() as opened:
        run = opened.runs.latest_run(interest=interest_key(interest), kind="collect")
        return (run, opened.runs.source_runs(run.id)) if run else None


@st.cache_data(max_entries=50, show_spinner=False)
def _compute_advisors(home: Path, version: str, query: Query) -> Answer[Advisor]:
    gathered = _gather_query_evidence(home, version, query.without_filters())
    with open_store(home) as opened:
        return answers.rank_candidates(opened, gathered, query)


@st.cache_data(max_entries=50, show_spinner=False)
def _compute_facets(home: Path, version: str, query: Query) -> Facets:
    return count_facets(_gather_query_evidence(home, version, query.without_filters()), query)


# frames that nobody changes: what is kept need not be copied
@st.cache_resource(max_entries=12, show_spinner="Reading and ranking …")
def _gather_query_evidence(home: Path, version: str, question: Query) -> CandidatePool:
    with open_store(home) as opened:
        return answers.collect_candidates(opened, question)


@st.cache_data(max_entries=50, show_spinner="Reading and looking for proof …")
def _compute_host_answer(home: Path, version: str, query: Query, company: str) -> Internships:
    with open_store(home) as opened:
        return hosts.find_internship_hosts(opened, query, company)


@st.cache_data(max_entries=50, show_spinner="Looking for the reason …")
def _compute_rank_explanation(
    home: Path, version: str, who: str, query: Query, own: bool
) -> rank_explanation.RankExplanation:
    gathered = _gather_query_evidence(home, version, query.without_filters())
    with open_store(home) as opened:
        return rank_explanation.explain_author_rank(opened, who, query, gathered, own=own)


@st.cache_data(max_entries=50, show_spinner=False)
def _compute_introductions(home: Path, version: str, own: tuple[str, ...], who: str, as_of: date) -> ways.Introductions:
    with open_store(home) as opened:
        return ways.find_introductions(opened, own, who, as_of, lenient=True)


@st.cache_data(max_entries=50, show_spinner="Looking this person up …")
def _compute_person_card(home: Path, version: str, who: str, as_of: date, question: Query | None) -> PersonCard:
    found = _gather_query_evidence(home, version, question).found if question else None
    with open_store(home) as opened:
        return answers.person_profile(opened, who, as_of, question.interest if question else None, found)


@st.cache_data(max_entries=50, show_spinner="Comparing works …")
def _compute_similar_people(home: Path, version: str, who: str, as_of: date, top: int) -> SimilarPeople:
    with open_store(home) as opened:
        return likeness.find_similar_people(opened, who, as_of, top)


@st.cache_data(max_entries=50, show_spinner="Looking this person up …")
def _compute_person_preview(home: Path, version: str, who: str, as_of: date, question: Query | None) -> PersonCard:
    found = _gather_query_evidence(home, version, question).found if question else None
    with open_store(home) as opened:
        return answers.person_preview(opened, who, as_of, question.interest if question else None, found)


@st.cache_data(max_entries=20, show_spinner="Reading and ranking …")
def _compute_openings(
    home: Path, version: str, as_of: date, day: date, interest: str, wanted: OpeningFilter, top: int, since: str
) -> Openings:
    with open_store(home) as opened:
        return answers.openings.find_openings(opened, interest, as_of, wanted, top, since, day=day)


@st.cache_data(max_entries=50, show_spinner="Looking who works together …")
def _compute_labs(home: Path, version: str, query: Query) -> Answer[Lab]:
    with open_store(home) as opened:
        return lab_views.find_labs(opened, query)


@st.cache_data(max_entries=50, show_spinner="Looking this lab up …")
def _compute_lab_card(home: Path, version: str, who: str, as_of: date, interest: str | None) -> LabCard:
    with open_store(home) as opened:
        return lab_views.lab_card(opened, who, as_of, interest)


@st.cache_data(max_entries=4, show_spinner=False)
def _compute_countries(home: Path, version: str) -> list[str]:
    with open_store(home) as opened:
        return answers.institution_countries(opened) if version else []


@st.cache_data(max_entries=200, show_spinner=False)
def _compute_term_suggestions(home: Path, version: str, text: str, limit: int) -> list[str]:
    with open_store(home) as opened:
        return answers.suggest_terms(opened, text, limit) if version else []
