"""The job boards of the fictional world, swept from their recordings and held to its truth."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from data.demo.builder import record
from finder import demo_store
from finder.demo_metadata import demo_today, demo_truth
from finder.http import read_recordings
from finder.model import Posting
from finder.postings.position_kinds import classify_position
from finder.postings.requirements import extract_requirements
from finder.reference_data import package_data_folder
from finder.storage import Store, open_store
from finder.storage.postings import OpenPosting

KINDS = ("internship", "phd", "postdoc", "research", "other")


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = open_store(tmp_path_factory.mktemp("boards"))
    outcomes = asyncio.run(
        demo_store.crawl_demo_boards(store, read_recordings(package_data_folder() / "demo" / record.PAGES))
    )
    assert [(outcome.state, outcome.complete) for outcome in outcomes] == [("reached", True)] * 6, outcomes
    return store


@pytest.fixture(scope="module")
def stored(swept: Store) -> dict[str, tuple[str, str, str]]:
    """Kind, title and body of every posting, by address."""
    query = "select body ->> '$.url', kind, body ->> '$.title', body from posting"
    return {url: (kind, title, body) for url, kind, title, body in swept.connection.execute(query)}


@pytest.fixture(scope="module")
def shown(swept: Store) -> list[OpenPosting]:
    return swept.postings.list_open_postings(demo_today())


def wanted() -> dict[str, dict[str, Any]]:
    return {posting["url"]: posting for posting in demo_truth()["postings"]}


def test_every_posting_of_the_world_is_found_and_nothing_else(stored: dict[str, tuple[str, str, str]]) -> None:
    assert set(stored) == set(wanted())
    assert len(stored) == len(demo_truth()["postings"]) == 61


def test_kinds_are_told_apart(stored: dict[str, tuple[str, str, str]]) -> None:
    for source in ("stored", "by title alone"):
        said = {
            url: kind if source == "stored" else classify_position(title)[0] for url, (kind, title, _) in stored.items()
        }
        for kind in KINDS:
            true = {url for url, posting in wanted().items() if posting["kind"] == kind}
            found = {url for url, one in said.items() if one == kind}
            precision, recall = len(true & found) / max(len(found), 1), len(true & found) / len(true)
            print(f"{source}: {kind}: precision {precision:.2f}, recall {recall:.2f} of {len(true)}")  # noqa: T201
            assert precision >= 0.95, (source, kind, found - true)
            assert recall >= 0.95, (source, kind, true - found)


def test_facts_are_those_of_the_world(swept: Store) -> None:
    for (body,) in swept.connection.execute("select body from posting"):
        posting = msgspec.json.decode(body, type=Posting)
        true = wanted()[posting.url]
        assert posting.title == true["title"]
        assert posting.locations == (true["location"],)
        assert posting.date_posted == true["date_posted"]
        assert posting.valid_through == true["valid_through"]


def test_what_is_asked_is_said_with_its_sentence(shown: list[OpenPosting]) -> None:
    for one in shown:
        found = extract_requirements(one.posting.description or "")
        if one.kind in ("internship", "phd"):
            assert found.degree == "master"
        if one.kind == "postdoc":
            assert (found.degree, found.months) == ("phd", (24, 24))
        if one.kind == "internship":
            assert found.months == (3, 6)
        if one.kind == "phd":
            assert found.months == (48, 48)


def test_expired_postings_are_not_shown(shown: list[OpenPosting]) -> None:
    open_ = {
        p["url"]
        for p in wanted().values()
        if p["valid_through"] is None or p["valid_through"] >= demo_today().isoformat()
    }

    assert {one.posting.url for one in shown} == open_
    assert len(open_) < 61
