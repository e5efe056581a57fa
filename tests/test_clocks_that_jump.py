"""Clocks that were wrong for a while: what they left behind neither stops the finder nor makes it ask too much.

Leases, the scheduler's loop and the doctor have tests of their own for it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from serving import NOON, Door, answer, page, run, serving, told
from test_http_safety import HTML

from finder.errors import QuotaExceeded
from finder.http.rate_limiter import HostRateLimiter
from finder.ingest import board_crawler, collector
from finder.model import Board, Posting
from finder.privacy import retention
from finder.storage import Store, sqlite_backup
from finder.storage.database import FILE
from finder.storage.postings import BoardStatus
from finder.storage.runs import SourceRun
from finder.storage.watches import Watch
from finder.text.names import interest_key
from finder.watch import output_files, refresh

YEARS = timedelta(days=3650)
JUMPS = pytest.mark.parametrize("jump", [YEARS, -timedelta(days=365)], ids=["ten years ahead", "a year back"])
BOARD = Board("Acme", "greenhouse", "acme")


def text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


# --- asking ----------------------------------------------------------------------------------------------------------


@JUMPS
def test_the_pace_waits_for_no_time_that_only_a_wrong_clock_has_seen(tmp_path: Path, jump: timedelta) -> None:
    now, waited = time.time(), list[float]()

    async def sleep(seconds: float) -> None:
        nonlocal now
        waited.append(seconds)
        now += seconds

    async def take(times: int) -> None:
        pace = HostRateLimiter(tmp_path, sleep, lambda: now)
        for _ in range(times):
            await pace.wait_for_token("https://a.example", 2)
        pace.close()

    now += jump.total_seconds()
    asyncio.run(take(3))
    now -= jump.total_seconds()
    waited.clear()
    asyncio.run(take(5))

    assert sum(waited) < 5
    assert sum(waited) > 1.5, "and it keeps the pace all the same"


@JUMPS
def test_what_a_wrong_clock_kept_is_asked_for_anew(store: Store, jump: timedelta) -> None:
    async def scenario() -> None:
        async with serving(answer()) as web:
            await Door(store, web.url, now=NOON + jump).get()
            assert not (await Door(store, web.url).get()).from_cache
            assert (await Door(store, web.url).get()).from_cache
        assert len(web.asked) == 2

    run(scenario())


@JUMPS
def test_robots_txt_of_a_wrong_clock_is_read_anew(store: Store, jump: timedelta) -> None:
    async def scenario() -> None:
        async with serving(by=lambda request: page("x", 404 if request.path == "/robots.txt" else 200)) as web:
            for number, moment in enumerate((NOON + jump, NOON, NOON)):
                await Door(store, web.url, card=HTML, now=moment).get(f"/{number}")
        assert web.paths.count("/robots.txt") == 2

    run(scenario())


@JUMPS
def test_a_source_parked_by_a_wrong_clock_is_asked(store: Store, jump: timedelta) -> None:
    async def scenario() -> None:
        async with serving(answer({"error": "Rate limit exceeded"}, 429, Retry_After=7200), answer()) as web:
            with pytest.raises(QuotaExceeded):
                await Door(store, web.url, now=NOON + jump).get()
            assert (await Door(store, web.url).get()).status == 200

    run(scenario())


@pytest.mark.parametrize("wait", ["99999999999999", "9" * 400, "1e14", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_source_that_asks_us_to_wait_for_ever_is_left_alone_for_a_week(store: Store, wait: str) -> None:
    _, error, _ = run(told(store, answer({"creditsRemaining": 0}, 429, Retry_After=wait)))

    assert isinstance(error, QuotaExceeded)
    assert 0 < error.resets_in <= 7 * 86_400


def test_an_allowance_that_is_said_to_begin_anew_in_ages_is_asked_for_in_a_week(store: Store) -> None:
    spent = answer(X_Limit=1000, X_Remaining=0, X_Cost=1, X_Reset=10**14)

    assert run(told(store, spent))[1].status == 200
    assert store.budgets.active_suspension("toy", stamp(NOON + timedelta(days=6)))
    assert store.budgets.active_suspension("toy", stamp(NOON + timedelta(days=8))) is None


# --- what is due -----------------------------------------------------------------------------------------------------


@JUMPS
def test_an_interest_that_a_wrong_clock_collected_is_not_fresh(store: Store, jump: timedelta) -> None:
    number = store.runs.start_run("collect", interest_key("owls"), text(NOON + jump))
    store.runs.end_run(number, "complete", text(NOON + jump))

    assert not collector.has_fresh_run(store, "owls", NOON)


@JUMPS
def test_only_what_was_known_by_now_need_not_be_asked(store: Store, jump: timedelta) -> None:
    for moment in (NOON - timedelta(days=900), NOON + jump):
        number = store.runs.start_run("collect", "owls", text(moment), "2020-01-01")
        store.runs.record_source_run(number, SourceRun("openalex", "complete", complete=True))
        store.runs.end_run(number, "complete", text(moment))

    assert store.runs.last_complete_time("openalex", "owls", "2020-01-01", text(NOON)) == text(
        NOON - timedelta(days=900) if jump > timedelta(0) else NOON + jump
    )


def watch(due: date, digested: datetime | None = None) -> Watch:
    when = digested and text(digested)
    return Watch(1, "owls", {"interest": "owls"}, 7, 7, False, text(NOON), text(NOON), text(NOON), when, str(due), "")


@pytest.mark.parametrize(
    ("ahead", "expected"), [(-400, True), (0, True), (1, False), (7, False), (8, True), (3650, True)]
)
def test_a_watch_is_due_when_its_day_has_come_or_is_none_that_a_right_clock_sets(ahead: int, expected: bool) -> None:
    one = watch(NOON.date() + timedelta(days=ahead))

    assert refresh.due_watches([one], NOON.date()) == [one] * expected


@pytest.mark.parametrize(("ago", "expected"), [(-3650, True), (0, False), (6, False), (7, True), (365, True)])
def test_a_digest_is_due_likewise(ago: int, expected: bool) -> None:
    one = watch(NOON.date(), NOON - timedelta(days=ago))

    assert output_files.due_digests([one], NOON.date()) == [one] * expected


@pytest.mark.parametrize(("ago", "expected"), [(-3650, True), (0.1, False), (1, True), (365, True)])
def test_a_board_is_due_likewise(ago: float, expected: bool) -> None:
    known = BoardStatus(BOARD, "working", stamp(NOON - timedelta(days=ago)), None, "", 0)  # type: ignore[arg-type]

    assert board_crawler.due_boards([known], NOON) == [BOARD] * expected


@JUMPS
def test_positions_that_a_wrong_clock_saw_are_closed_when_they_are_gone(store: Store, jump: timedelta) -> None:
    def swept(moment: datetime, *numbers: int) -> None:
        jobs = [Posting("greenhouse", f"acme/{n}", "acme", f"Intern {n}", f"https://a.example/{n}") for n in numbers]
        store.postings.record_crawl(BOARD, jobs, stamp(moment), complete=True)

    store.postings.register_boards([BOARD])
    swept(NOON - timedelta(days=1), 1, 2)
    swept(NOON + jump, 1, 2, 3)
    for day in range(3):
        swept(NOON + timedelta(days=day), 1)

    found = store.postings.list_open_postings((NOON + timedelta(days=2)).date())
    assert [one.posting.source_id for one in found] == ["acme/1"]


# --- what would be lost ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("later", "expected"), [(1, True), (31, True), (400, False), (3650, False)])
def test_nothing_is_let_go_of_unasked_on_the_first_day_after_a_jump(store: Store, later: int, expected: bool) -> None:
    assert retention.is_clock_plausible(store, text(NOON))
    for moment in (NOON, now := NOON + timedelta(days=later)):
        store.runs.start_run("collect", "owls", text(moment))

    assert retention.is_clock_plausible(store, text(now)) is expected
    assert retention.is_clock_plausible(store, text(now + timedelta(days=1))), "the next day it is believed"


@pytest.mark.parametrize("order", [sorted, lambda names: sorted(names, reverse=True)])
def test_the_copy_just_made_stays_whatever_the_clock_said_before(
    tmp_path: Path, order: Callable[[list[str]], list[str]]
) -> None:
    for when in (names := order([f"{year}1122120000" for year in (2025, 2026, 2027, 2036)])):
        copy = tmp_path / f"{FILE}.former-{when}.bak"
        copy.write_text(when)
        sqlite_backup.prune_store_copies(tmp_path / FILE, "former", 2, copy)
        assert copy.exists()

    assert len(list(tmp_path.iterdir())) == 2
    assert (tmp_path / f"{FILE}.former-{names[-1]}.bak").exists()
