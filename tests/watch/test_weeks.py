"""Week after week nothing grows but what is known, nothing shown loses its proof, and it is the same each time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from benchmarks.weeks import FIRST, FakeInternet, RefreshSimulation
from data.demo.builder.build import build_world
from finder import answers
from finder.answers import Query
from finder.ingest import board_crawler
from finder.privacy.retention import MONTH
from finder.privacy.subject_access import subject_access_report
from finder.storage.snapshot import KEEP

INTEREST = "multimodal learning"
MONTHS, WEEKS = 0.5, 5  # answers are let go of after two weeks


class Both(NamedTuple):
    """The same weeks twice: where old answers are let go of, and where they are kept for ever; all news by key."""

    pruned: RefreshSimulation
    kept: RefreshSimulation
    news: list[dict[str, tuple[Any, ...]]]


pytestmark = pytest.mark.timeout(300)  # the first test builds the world and lives through its weeks


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    world = build_world(scale=0.3)
    found, told = [], []
    for months in (MONTHS, 0):
        internet = FakeInternet(world)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(board_crawler, "load_boards", lambda _, boards=internet.job_boards: boards)
            home = tmp_path_factory.mktemp("weeks") / "home"
            weeks = RefreshSimulation(home, internet, months, (INTEREST,), FIRST + timedelta(weeks=16))
            every: dict[str, tuple[Any, ...]] = {}
            for days in (*[7] * WEEKS, 0):
                weeks.simulate_refresh(days)
                every |= {one.key: (one.day, one.kind, one.body) for one in weeks.store.watches.list_news()}
        found.append(weeks)
        told.append(every)
    yield Both(*found, told)
    for weeks in found:
        weeks.store.close()


def shown(weeks: RefreshSimulation) -> list[dict[str, Any]]:
    return answers.find_advisors(weeks.store, Query(INTEREST, weeks.now.date(), top=20)).results


def files(weeks: RefreshSimulation) -> dict[str, bytes]:
    """What a refresh leaves, without the feed: it goes back further."""
    return {path.name: path.read_bytes() for path in (weeks.home / "news").iterdir() if path.name != "atom.xml"}


def test_no_week_asks_more_than_those_before(both: Both) -> None:
    first, *others, _ = both.pruned.told
    assert first.works < others[-1].works, "there was something new"
    calls = [one.calls for one in others]
    assert max(calls) < first.calls
    assert calls[:2] == calls[2:4], "pages are read every other week"
    assert min(calls) < first.calls / 2


def test_no_file_and_no_lease_is_left_behind(both: Both) -> None:
    later = both.pruned.told[KEEP:]
    assert len({one.files for one in later}) == 1
    assert len(both.pruned.store.snapshots.snapshot_folders()) == KEEP
    assert {one.rows["lease"] for one in later} == {0}
    assert {one.rows["watch_state"] for one in later} == {2}, "one for the watch, one for the shortlist"


def test_old_answers_go_and_each_record_keeps_where_it_is_from(both: Both) -> None:
    store, now = both.pruned.store, both.pruned.now
    before = (now - timedelta(days=MONTHS * MONTH)).date().isoformat()
    query = "select fetched_at, length(body), url, id in (select reply from record) from reply"
    replies = store.connection.execute(query).fetchall()
    assert any(not length for _, length, *_ in replies)
    assert all(bool(length) == (at >= before) for at, length, *_ in replies)
    assert all(url and read for _, length, url, read in replies if not length), "what nothing was read from is gone"
    assert both.kept.told[-1].sizes["replies"] > both.pruned.told[-1].sizes["replies"]
    held = subject_access_report(store, shown(both.pruned)[0]["author_id"], now.date())["records"]
    assert held
    assert all(one["asked"] and one["fetched_at"] for one in held)


def test_what_is_shown_and_told_does_not_hang_on_kept_answers(both: Both) -> None:
    rows = shown(both.pruned)
    claims = [claim for row in rows for claim in row["evidence"] if " author of “" in claim["claim"]]
    assert claims
    assert all(claim["source"] and claim["url"] and claim["date"] for claim in claims)
    assert rows == shown(both.kept)
    pruned, kept = both.news
    assert {kind for _, kind, _ in pruned.values()} > {"baseline"}
    assert pruned == kept
    assert files(both.pruned) == files(both.kept)
    assert len(both.pruned.store.watches.list_news()) < len(kept), "old news has gone"


def test_a_second_refresh_of_a_day_finds_nothing(both: Both) -> None:
    last, again = both.pruned.told[-2:]
    assert (again.news, again.works) == (0, last.works)
    assert again.calls < last.calls
