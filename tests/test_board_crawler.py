"""Sweeping boards: each politely, all at once, and a failure that costs only itself."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
from serving import Internet, public

from finder.boards._fetch import SEARCHES
from finder.errors import SettingsError
from finder.http import RequestLimits
from finder.ingest.board_crawler import BoardCrawler, BoardOutcome, due_boards, load_boards
from finder.model import Board
from finder.settings import BoardSettings, Settings
from finder.storage import Store

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ACME = Board("Acme", "greenhouse", "acme")
Answer = tuple[int, dict[str, str], bytes]
JSON = {"content-type": "application/json"}


def job(number: int, **more: object) -> dict[str, object]:
    url = f"https://job-boards.greenhouse.io/acme/jobs/{number}"
    return {"id": number, "title": f"Research Intern {number}", "absolute_url": url} | more


def board(*jobs: object) -> Answer:
    return 200, dict(JSON), json.dumps({"jobs": jobs}).encode()


MISSING: Answer = (404, dict(JSON), b'{"error": "not found"}')
BROKEN: Answer = (500, dict(JSON), b"{}")
PAGE: Answer = (200, {"content-type": "text/html"}, b"<html><title>Careers</title></html>")


@dataclass
class World:
    """Hosts that answer by ``by``, and a time that passes only by waiting."""

    store: Store
    by: Callable[[httpx.Request], Answer]
    now: datetime = NOON
    asked: list[tuple[datetime, httpx.Request]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    tell: Callable[[BoardOutcome, int, int], object] | None = None

    def answer(self, request: httpx.Request) -> Answer:
        self.asked.append((self.now, request))
        return (404, {}, b"") if request.url.path == "/robots.txt" else self.by(request)

    async def sleep(self, seconds: float) -> None:
        woken = self.now + timedelta(seconds=seconds)
        await asyncio.sleep(0)  # whoever else is ready goes first: all wait at once
        self.now = max(self.now, woken)

    def sweep(self, *boards: Board) -> list[BoardOutcome]:
        async def run() -> list[BoardOutcome]:
            async with BoardCrawler(
                Settings(self.store.home),
                self.store,
                self.tell or self._tell,
                clock=lambda: self.now,
                sleep=self.sleep,
                ticks=lambda: self.now.timestamp(),
                transport=Internet(self.answer),
                resolve=public,
                limits=RequestLimits(tries=2),
            ) as sweeper:
                return await sweeper.crawl_boards(boards)

        self.store.postings.register_boards(
            {one.board.id: one.board for one in self.store.postings.list_boards()}.values()
        )
        known_ = [one.board for one in self.store.postings.list_boards()]
        self.store.postings.register_boards([*known_, *(one for one in boards if one not in known_)])
        return asyncio.run(run())

    def _tell(self, outcome: BoardOutcome, done: int, total: int) -> None:
        self.told.append(f"{done}/{total} {outcome.board.token} {outcome.state}")

    def state(self, token: str = "acme") -> tuple[str, str]:
        (found,) = (one for one in self.store.postings.list_boards() if one.board.token == token)
        return found.state, found.message

    def open(self) -> list[str]:
        return sorted(one.posting.source_id for one in self.store.postings.list_open_postings(self.now.date()))

    def pages(self) -> list[httpx.Request]:
        return [request for _, request in self.asked if request.url.path != "/robots.txt"]


def answering(*answers: Answer) -> Callable[[httpx.Request], Answer]:
    """These in turn, the last for ever."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def tokens_by_host(store: Store) -> list[list[int]]:
    """When each host's requests were let through, in milliseconds."""
    with closing(sqlite3.connect(store.home / "pace.sqlite")) as pace:
        tables = [name for (name,) in pace.execute("select name from sqlite_master where type = 'table'")]
        query = "select item_timestamp from {} order by 1"
        return [[row[0] for row in pace.execute(query.format(table))] for table in tables]


# --- what comes of it -----------------------------------------------------------------------------------------------


def test_a_board_is_read_and_marked_reached(store: Store) -> None:
    world = World(store, answering(board(job(1), job(2))))
    (outcome,) = world.sweep(ACME)

    assert (outcome.state, outcome.complete, tuple(outcome.swept)) == ("reached", True, (2, 2, 0))
    assert world.state() == ("reached", "")
    assert world.open() == ["acme/1", "acme/2"]
    assert world.told == ["1/1 acme reached"]


def test_an_empty_board_is_reached_too(store: Store) -> None:
    world = World(store, answering(board()))

    assert world.sweep(ACME)[0].complete
    assert world.state() == ("reached", "")


@pytest.mark.parametrize(
    ("answer", "state", "says"),
    [
        (MISSING, "gone", "404"),
        (PAGE, "failing", "page"),
        (BROKEN, "failing", "500"),
        (board({"id": 1}), "failing", "none of"),
    ],
)
def test_a_board_that_cannot_be_read_says_why_and_costs_only_itself(
    store: Store, answer: Answer, state: str, says: str
) -> None:
    world = World(store, lambda request: answer if "/acme/" in request.url.path else board(job(7)))
    outcomes = world.sweep(ACME, Board("Bolt", "greenhouse", "bolt"))

    assert [outcome.state for outcome in outcomes] == [state, "reached"]
    assert world.state()[0] == state
    assert says in world.state()[1]
    assert world.open() == ["bolt/7"]


@pytest.mark.parametrize("failure", [MISSING, PAGE, BROKEN])
def test_a_failure_between_two_sweeps_closes_nothing(store: Store, failure: Answer) -> None:
    world = World(store, answering(board(job(1), job(2)), board(job(1)), failure, failure, board(job(1), job(2))))
    for _ in range(4):
        world.sweep(ACME)
        world.now += timedelta(days=1)

    assert world.open() == ["acme/1", "acme/2"]
    assert world.state() == ("reached", "") or failure is not BROKEN


def test_what_two_sweeps_did_not_find_is_gone_and_a_failure_between_them_does_not_help_it(store: Store) -> None:
    world = World(store, answering(board(job(1), job(2)), board(job(1)), MISSING, board(job(1))))
    closed = []
    for _ in range(4):
        closed.append(world.sweep(ACME)[0].swept.closed)
        world.now += timedelta(days=1)

    assert closed == [0, 0, 0, 1]
    assert world.open() == ["acme/1"]


def test_a_job_that_is_listed_but_not_understood_is_not_gone(store: Store) -> None:
    world = World(store, answering(board(job(1), job(2)), board(job(1), {"id": 2, "title": 5})))
    for _ in range(4):
        (outcome,) = world.sweep(ACME)
        world.now += timedelta(days=1)

    assert world.open() == ["acme/1", "acme/2"]
    assert not outcome.complete
    assert "1 jobs left out: not understood" in world.state()[1]


def test_letters_after_a_town_are_read_by_the_boards_region(store: Store) -> None:
    world = World(store, answering(board(job(1, location={"name": "Springfield, IN"}))))
    world.sweep(Board("Acme", "greenhouse", "acme", "US CA"))

    assert [one.posting.countries for one in store.postings.list_open_postings(NOON.date())] == [("US",)]


def test_a_listed_job_that_is_no_longer_open_closes_and_the_board_says_why(store: Store) -> None:
    row = {"title": "Intern", "company_name": "Acme", "active": True, "terms": ["Summer 2027"]}
    rows = [row | {"id": str(number), "url": f"https://a.example/{number}"} for number in range(3)]
    over = [rows[0], rows[1] | {"terms": ["Summer 2026"]}, rows[2] | {"date_posted": 1785542400}]
    answers = ((200, {"content-type": "text/plain"}, json.dumps(listed).encode()) for listed in (rows, over))
    world = World(store, answering(*answers))
    for _ in range(3):
        (outcome,) = world.sweep(Board("Many", "simplify", "A/B"))
        world.now += timedelta(days=1)

    assert outcome.complete
    assert world.open() == ["A/B/0"]
    assert "all its terms are over" in outcome.message
    assert "posted more than 60 days ago" in outcome.message


def test_a_board_that_gives_less_than_it_says_it_has_closes_nothing(store: Store) -> None:
    short = 200, dict(JSON), json.dumps({"jobs": [job(1)], "meta": {"total": 2}}).encode()
    world = World(store, answering(board(job(1), job(2)), short))
    for _ in range(4):
        world.sweep(ACME)
        world.now += timedelta(days=1)

    assert world.open() == ["acme/1", "acme/2"]
    assert "did not give all" in world.state()[1]


def test_a_board_that_answers_from_elsewhere_has_moved_and_is_read(store: Store) -> None:
    def by(request: httpx.Request) -> Answer:
        if request.url.path == "/v1/boards/acme/jobs":
            return 301, {"location": "https://boards-api.greenhouse.io/v1/boards/acme-labs/jobs"}, b""
        return board(job(1))

    world = World(store, by)
    world.sweep(ACME)

    assert world.state() == ("moved", "it answers from https://boards-api.greenhouse.io/v1/boards/acme-labs/jobs now")
    assert world.open() == ["acme/1"]


# --- manners --------------------------------------------------------------------------------------------------------


def test_forty_boards_are_swept_at_once_and_no_host_is_asked_more_than_once_a_second(store: Store) -> None:
    def by(request: httpx.Request) -> Answer:
        host = request.url.host
        if "greenhouse" in host:
            return board(job(abs(hash(request.url.path)) % 10**9))
        return (
            200,
            dict(JSON),
            b"[]" if "lever" in host else b'{"offers": []}' if "recruitee" in host else b'{"jobs": []}',
        )

    boards = [Board(f"Org {n}", "greenhouse", f"g{n}") for n in range(10)]
    boards += [Board(f"Org {n}", "lever", f"l{n}") for n in range(10)]
    boards += [Board(f"Org {n}", "ashby", f"a{n}") for n in range(10)]
    boards += [Board(f"Org {n}", "recruitee", f"r{n}") for n in range(10)]
    world = World(store, by)
    outcomes = world.sweep(*boards)

    assert [outcome.board for outcome in outcomes] == boards
    assert {outcome.state for outcome in outcomes} == {"reached"}
    hosts = tokens_by_host(store)
    assert len(hosts) == len({request.url.host for _, request in world.asked}) == 13
    assert sum(map(len, hosts)) == len(world.asked)
    for moments in hosts:
        assert all(b - a >= 1000 for a, b in pairwise(moments))
    # ten boards and a robots.txt on one host take eleven seconds or so: the hosts were asked side by side
    assert world.now - NOON < timedelta(seconds=25)


def test_the_second_sweep_asks_whether_anything_has_changed(store: Store) -> None:
    def by(request: httpx.Request) -> Answer:
        if request.headers.get("if-none-match") == '"v1"':
            assert request.headers["if-modified-since"] == "Sun, 22 Nov 2026 00:00:00 GMT"
            return 304, {}, b""
        status, headers, body = board(job(1))
        return status, headers | {"etag": '"v1"', "last-modified": "Sun, 22 Nov 2026 00:00:00 GMT"}, body

    world = World(store, by)
    world.sweep(ACME)
    world.now += timedelta(days=1)
    (outcome,) = world.sweep(ACME)

    assert len(world.pages()) == 2
    assert "if-none-match" not in world.pages()[0].headers
    assert (outcome.complete, outcome.cached, outcome.swept.found) == (True, False, 1)
    (found,) = store.postings.list_open_postings(world.now.date())
    assert found.last_seen == "2026-11-23T12:00:00Z"


def test_within_the_day_nothing_is_asked_again_and_nothing_counts_twice(store: Store) -> None:
    world = World(store, answering(board(job(1), job(2)), board(job(1))))
    for hours in (0, 26, 1, 1, 1):
        world.now += timedelta(hours=hours)
        (outcome,) = world.sweep(ACME)

    assert len(world.pages()) == 2
    assert outcome.cached
    assert world.open() == ["acme/1", "acme/2"]


def test_robots_txt_of_a_tenants_host_holds(store: Store) -> None:
    world = World(store, answering(PAGE))
    world.answer = lambda request: (200, {}, b"User-agent: *\nDisallow: /api/")  # type: ignore[method-assign]
    (outcome,) = world.sweep(Board("Acme", "recruitee", "acme"))

    assert outcome.state == "failing"
    assert "robots.txt" in outcome.message


def test_robots_txt_holds_for_an_interface_that_is_not_offered_to_all(store: Store) -> None:
    world = World(store, answering(PAGE))
    world.answer = lambda request: (200, {}, b"User-agent: *\nDisallow: /")  # type: ignore[method-assign]

    assert "robots.txt" in world.sweep(Board("Acme", "ashby", "acme"))[0].message


def test_stopping_keeps_what_came_in(store: Store) -> None:
    class Stop(Exception):
        pass

    def stop(*_: object) -> None:
        raise Stop

    world = World(store, answering(board(job(1))))
    world.tell = stop
    with pytest.raises(ExceptionGroup):
        world.sweep(*(Board(f"Org {n}", "greenhouse", f"g{n}") for n in range(9)))

    assert world.open()
    states = [one.state for one in store.postings.list_boards()]
    assert "reached" in states
    assert "unchecked" in states
    assert set(states) == {"reached", "unchecked"}


# --- lists in pages -------------------------------------------------------------------------------------------------


def workday(jobs: int, asked: list[tuple[str, int]]) -> Callable[[httpx.Request], Answer]:
    def by(request: httpx.Request) -> Answer:
        assert request.method == "POST"
        question = json.loads(request.content)
        start = question["offset"]
        asked.append((question["searchText"], start))
        here = [
            {"title": f"Intern {n}", "externalPath": f"/job/London/Intern_{n}", "locationsText": "London, UK"}
            for n in range(start, min(start + question["limit"], jobs))
        ]
        # the number of all jobs stands on the first page only
        return 200, dict(JSON), json.dumps({"total": jobs if start == 0 else 0, "jobPostings": here}).encode()

    return by


def test_a_search_that_is_posted_is_read_to_its_end_and_kept(store: Store) -> None:
    asked: list[tuple[str, int]] = []
    world = World(store, workday(45, asked))
    site = Board("Acme", "workday", "acme.wd5/Site")
    (outcome,) = world.sweep(site)

    assert (outcome.complete, outcome.swept.found) == (True, 45)
    assert {str(request.url) for request in world.pages()} == {
        "https://acme.wd5.myworkdayjobs.com/wday/cxs/acme/Site/jobs"
    }
    assert asked == [(words, start) for words in SEARCHES for start in (0, 20, 40)]
    assert world.sweep(site)[0].cached
    assert len(asked) == 12


def eightfold(jobs: int, refusal: Answer, asked: list[str]) -> Callable[[httpx.Request], Answer]:
    """A site that refuses its older list, and gives the newer one ten at a time."""

    def by(request: httpx.Request) -> Answer:
        query = request.url.params
        asked.append(f"{request.url.path} {query.get('query', '-')} {query['start']}")
        if request.url.path == "/api/apply/v2/jobs":
            return refusal
        start, total = int(query["start"]), 15 if query["query"] else jobs
        found = [
            {
                "id": n + 1,
                "name": f"Intern {n}",
                "locations": ["London, UK"],
                "positionUrl": f"/careers/job/{n}",
                "postedTs": 1793000000,
                "displayJobId": f"R{n}",
                "workLocationOption": "onsite",
            }
            for n in range(start, min(start + 10, total))
        ]
        return 200, dict(JSON), json.dumps({"status": 200, "data": {"positions": found, "count": total}}).encode()

    return by


@pytest.mark.parametrize(
    "refusal",
    [
        (403, dict(JSON), b"{}"),
        (403, {"content-type": "text/html"}, b"<h1>Forbidden</h1>"),
        (401, dict(JSON), b"{}"),
        (200, dict(JSON), b'{"message": "Not authorized for PCSX"}'),
        (403, dict(JSON), b'{"message": "Not authorized for PCSX"}'),
    ],
)
def test_a_site_that_shuts_its_older_list_is_asked_for_the_one_its_own_pages_load(
    store: Store, refusal: Answer
) -> None:
    asked: list[str] = []
    world = World(store, eightfold(25, refusal, asked))
    (outcome,) = world.sweep(Board("Acme", "eightfold", "acme/acme.com"))

    assert (outcome.state, outcome.complete, outcome.swept.found) == ("reached", True, 25)
    assert asked == ["/api/apply/v2/jobs - 0", *(f"/api/pcsx/search  {start}" for start in (0, 10, 20))]
    posting = store.postings.list_open_postings(NOON.date())[0].posting
    assert posting.url.startswith("https://acme.eightfold.ai/careers/job/")
    assert (posting.workplace, posting.date_posted) == ("on-site", "2026-10-26")


def test_a_site_of_thousands_is_searched_for_what_students_look_for(store: Store) -> None:
    asked: list[str] = []
    world = World(store, eightfold(4000, (403, dict(JSON), b"{}"), asked))
    (outcome,) = world.sweep(Board("Acme", "eightfold", "acme/acme.com"))

    assert (outcome.complete, outcome.swept.found) == (True, 15)
    assert asked[2:] == [f"/api/pcsx/search {words} {start}" for words in SEARCHES for start in (0, 10)]


def test_a_list_that_breaks_off_closes_nothing(store: Store) -> None:
    def page(offset: int) -> Answer:
        jobs = [{"id": f"{n}", "name": f"Intern {n}"} for n in range(offset, min(offset + 100, 150))]
        return 200, dict(JSON), json.dumps({"content": jobs, "totalFound": 150}).encode()

    def by(request: httpx.Request) -> Answer:
        offset = int(request.url.params["offset"])
        if offset and world.now > NOON + timedelta(hours=12):
            return 200, dict(JSON), b'{"content": [], "totalFound": 150}'
        return page(offset)

    world = World(store, by)
    one = Board("Acme", "smartrecruiters", "Acme")
    assert world.sweep(one)[0].swept.found == 150
    for _ in range(3):
        world.now += timedelta(days=1)
        assert not world.sweep(one)[0].complete
    assert len(world.open()) == 150


# --- which boards ---------------------------------------------------------------------------------------------------


def test_boards_are_due_once_a_day_and_sooner_after_a_failure(store: Store) -> None:
    others = [Board(name, "greenhouse", name) for name in ("gone", "failing", "reached", "new")]
    store.postings.register_boards(others)
    for one in others[:3]:
        store.postings.record_board_state(one, one.token, "", "2026-11-22T12:00:00Z")  # type: ignore[arg-type]

    def tokens(hours: float) -> set[str]:
        return {one.token for one in due_boards(store.postings.list_boards(), NOON + timedelta(hours=hours))}

    assert tokens(0.5) == {"new"}
    assert tokens(2) == {"new", "failing"}
    assert tokens(24) == {"new", "failing", "gone", "reached"}


def test_the_users_boards_join_the_curated_ones_and_win(tmp_path: Path) -> None:
    mine = (BoardSettings("My Lab", "personio", "my-lab", "DE"), BoardSettings("DeepMind", "greenhouse", "deepmind"))
    boards = {one.id: one for one in load_boards(Settings(tmp_path, boards=mine))}

    assert boards["board:personio/my-lab"] == Board("My Lab", "personio", "my-lab", "DE", "finder.toml")
    assert boards["board:greenhouse/deepmind"].organisation == "DeepMind"
    assert "seen 20" in boards["board:ashby/openai"].origin


def test_a_platform_that_is_not_known_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"'grenhouse' is no platform.*greenhouse"):
        load_boards(Settings(tmp_path, boards=(BoardSettings("A", "grenhouse", "a"),)))
