"""Whole processes against a local service: killed before they publish, side by side, and never telling a key.

``FINDER_TOGETHER=8 pytest tests/test_processes.py`` has more of them; test_killed_anywhere.py kills at any moment.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from processes import (
    DEADLINE,
    KEY,
    Finder,
    Service,
    busiest,
    collected_here,
    killed,
    serving_world,
    stored,
    tokens,
)

from finder.errors import StoreError
from finder.source import discover_sources
from finder.storage import Store, open_store

TOGETHER = int(os.environ.get("FINDER_TOGETHER", "4"))
INTERESTS = (
    "multimodal learning",
    "bandits",
    "federated learning",
    "quantum error correction",
    "legged locomotion",
    "program synthesis",
    "climate downscaling",
    "human-robot interaction",
)

pytestmark = pytest.mark.timeout(180 if TOGETHER < 5 else 600)


@pytest.fixture
def service() -> Iterator[Service]:
    with serving_world() as own:
        yield own


# --- (a) stopped while it collects -----------------------------------------------------------------------------------


def test_killed_before_it_publishes_the_next_call_publishes(tmp_path: Path, service: Service) -> None:
    finder = Finder(tmp_path, service.url)
    process = finder.start("collect", INTERESTS[0])
    with open_store(tmp_path) as store:
        while not ((run := store.runs.latest_run()) and run.state == "complete"):
            assert process.poll() is None
    assert killed(process, 0)
    with open_store(tmp_path) as store:
        assert store.snapshots.snapshot_or_none() is None, "it was killed too late to show anything"

    finder.run("collect", INTERESTS[0])
    assert finder.advisors(INTERESTS[0])["results"]


def test_a_disk_that_fills_up_is_said_in_one_line(
    tmp_path: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def small(home: Path) -> Store:
        store = open_store(home)
        store.connection.execute("pragma max_page_count = 60")
        return store

    monkeypatch.setattr("finder.ingest.collector.open_store", small)
    with pytest.raises(StoreError, match="Free some space"):
        collected_here(tmp_path, service.url, INTERESTS[:1])
    with open_store(tmp_path) as store:
        run = store.runs.latest_run()
        assert run is not None
        assert run.state == "stopped"


# --- (b) side by side ------------------------------------------------------------------------------------------------


@contextmanager
def reading(home: Path) -> Iterator[list[str]]:
    """Somebody who looks at store and snapshot all the while; yields what went wrong."""
    errors: list[str] = []
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            try:
                with open_store(home) as store:
                    store.records.count_by_source()
                    if snapshot := store.snapshots.snapshot_or_none():
                        works = snapshot.scan_table("works").select("work").collect()
                        assert works.height == snapshot.meta["works"]
            except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
                errors.append(repr(error))
            done.wait(0.02)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield errors
    finally:
        done.set()
        thread.join()


def test_processes_side_by_side_lose_nothing_and_keep_the_pace(tmp_path: Path, service: Service) -> None:
    interests = INTERESTS[:TOGETHER]
    whole = collected_here(tmp_path / "whole", service.url, interests, key="")
    service.asked.clear()
    finder = Finder(tmp_path / "shared", service.url, key="")
    with reading(finder.home) as errors:
        processes = [finder.start("collect", interest) for interest in interests]
        told = [process.communicate(timeout=DEADLINE * 4)[1] for process in processes]

    assert [process.returncode for process in processes] == [0] * len(interests), told
    assert all(": complete — " in text and "Error" not in text for text in told), told
    assert errors == []
    assert stored(finder.home) == whole
    assert all(finder.advisors(interest)["results"] for interest in interests[:2])
    pace = discover_sources()["openalex"].card.pace
    assert len(service.asked) > 2 * pace, "too few to tell"
    assert busiest(tokens(finder.home)) <= pace  # when they left: on their way they may meet


# --- (c) keys --------------------------------------------------------------------------------------------------------


def test_a_key_is_sent_and_never_kept_or_told(tmp_path: Path, service: Service) -> None:
    finder = Finder(tmp_path / "home", service.url)
    told = [text for words in (("collect", INTERESTS[0]), ("sources",)) for text in finder.run(*words)]
    refused = Finder(tmp_path / "home", f"{service.url}/nowhere").start("collect", INTERESTS[1])
    told += refused.communicate(timeout=DEADLINE)
    assert refused.returncode == 1

    assert any(KEY in dict(parse_qsl(urlsplit(target).query)).values() for _, target in service.asked)
    spelled = [KEY, KEY.replace("/", "%2F").replace("+", "%2B"), KEY.replace("+", "%2B")]
    assert not any(key in text for key in spelled for text in told)
    for path in (path for path in finder.home.rglob("*") if path.is_file()):
        content = path.read_bytes()
        assert not any(key.encode() in content for key in spelled), path
