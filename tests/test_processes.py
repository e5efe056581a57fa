"""Whole processes against a local service: killed at any moment, side by side, and never telling a key.

``FINDER_KILLS=100 FINDER_TOGETHER=8 FINDER_SEED=7 pytest tests/test_processes.py`` is the long campaign.
"""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections.abc import Iterator, Mapping
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
    survivors,
    tokens,
)

from finder.errors import StoreError
from finder.source import discover
from finder.store import Store, open_store

KILLS = int(os.environ.get("FINDER_KILLS", "6"))
TOGETHER = int(os.environ.get("FINDER_TOGETHER", "4"))
SEED = int(os.environ.get("FINDER_SEED", "0"))
INTERESTS = (
    "multimodal learning", "bandits", "federated learning", "quantum error correction", "legged locomotion",
    "program synthesis", "climate downscaling", "human-robot interaction",
)  # fmt: skip

pytestmark = pytest.mark.timeout(3600 if KILLS > 10 else 180)


@pytest.fixture
def service() -> Iterator[Service]:
    with serving_world() as own:
        yield own


# --- (a) killed while it collects ------------------------------------------------------------------------------------


def test_killed_at_any_moment_a_collection_goes_on_to_the_same_store(tmp_path: Path, service: Service) -> None:
    whole = collected_here(tmp_path / "whole", service.url, INTERESTS[:1])
    assert len(whole) > 100
    chance = random.Random(SEED)
    kills, homes = 0, [tmp_path / "0"]
    while kills < KILLS:
        process = Finder(homes[-1], service.url).start("collect", INTERESTS[0])
        if chance.random() < 0.7:  # while it asks, at one of its calls; otherwise at any time, also at its end
            service.wait_for(chance.randint(1, 10), lambda process=process: process.poll() is not None)
            patience = chance.uniform(0, 0.3)
        else:
            patience = chance.uniform(0.3, 2)
        if killed(process, patience):
            kills += 1
            with open_store(homes[-1]):
                assert stored(homes[-1]) <= whole
        else:
            homes.append(tmp_path / str(len(homes)))

    for home in homes:
        finder = Finder(home, service.url)
        finder.run("collect", INTERESTS[0])
        assert stored(home) == whole
    assert finder.advisors(INTERESTS[0])["results"]


def test_killed_before_it_publishes_the_next_call_publishes(tmp_path: Path, service: Service) -> None:
    finder = Finder(tmp_path, service.url)
    process = finder.start("collect", INTERESTS[0])
    with open_store(tmp_path) as store:
        while not ((run := store.runs.latest()) and run.state == "complete"):
            assert process.poll() is None
    assert killed(process, 0)
    with open_store(tmp_path) as store:
        assert store.snapshots.latest() is None, "it was killed too late to show anything"

    finder.run("collect", INTERESTS[0])
    assert finder.advisors(INTERESTS[0])["results"]


def test_a_disk_that_fills_up_is_said_in_one_line(
    tmp_path: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def small(home: Path) -> Store:
        store = open_store(home)
        store.connection.execute("pragma max_page_count = 60")
        return store

    monkeypatch.setattr("finder.collect.open_store", small)
    with pytest.raises(StoreError, match="Free some space"):
        collected_here(tmp_path, service.url, INTERESTS[:1])
    with open_store(tmp_path) as store:
        run = store.runs.latest()
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
                    store.records.counts()
                    if snapshot := store.snapshots.latest():
                        works = snapshot.scan("works").select("work").collect()
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
    pace = discover()["openalex"].card.pace
    assert len(service.asked) > 2 * pace, "too few to tell"
    assert busiest(tokens(finder.home)) <= pace  # when they left: on their way they may meet


# --- (c) killed while it imports -------------------------------------------------------------------------------------


def conference(chance: random.Random, name: str, papers: int) -> list[Mapping[str, str]]:
    words = ["owls", "wings", "silent", "flight", "multimodal", "learning", "of", "the", "night", "étude"]
    people = [f"{given} {family}" for given in ("Ada", "Béla", "Chen") for family in ("Byron", "Ólafs", "Wu", "Diaz")]

    def some(count: int) -> str:
        return " ".join(chance.choices(words, k=count))

    return [
        {
            "id": f"{name}-{number}", "title": f"{some(6)} {number}", "abstract": some(150),
            "author": ";".join(chance.sample(people, 3)), "aff": "Owl Lab;Bat Lab;Owl Lab", "keywords": some(2),
            "status": "Poster",
        }
        for number in range(papers)
    ]  # fmt: skip


def test_killed_while_importing_the_same_import_ends_in_the_same_store(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    folder = tmp_path / "papers"
    folder.mkdir()
    for year in range(2021, 2025):
        text = json.dumps(conference(chance, f"icml{year}", 600))
        (folder / f"icml{year}.json").write_text(text, encoding="utf-8")
    Finder(tmp_path / "whole").run("import", "paperlists", folder)
    whole = stored(tmp_path / "whole")
    assert len(whole) == 4 * 600

    finder = Finder(tmp_path / "home")
    for _ in range(max(2, KILLS // 3)):
        process = finder.start("import", "paperlists", folder)
        until = time.monotonic() + DEADLINE
        while len(survivors(process.pid)) < 2 and process.poll() is None:  # until it has started a helper
            assert time.monotonic() < until
        killed(process, chance.uniform(0, 2))
        with open_store(finder.home):
            assert stored(finder.home) <= whole
        while survivors(process.pid):
            assert time.monotonic() < until, "a process it had started lives on"
    finder.run("import", "paperlists", folder)
    assert stored(finder.home) == whole
    assert finder.advisors("silent flight")["results"]


# --- (d) keys --------------------------------------------------------------------------------------------------------


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
