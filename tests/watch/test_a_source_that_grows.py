"""Refreshes of a watch whose source grows between them, fails, or stays as it is: from the first call to the files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl

import httpx
import pytest
from serving import Internet, public

from data.demo.builder.build import build_world
from data.demo.builder.model import World
from data.demo.builder.service import answer as world_answer
from finder import answers
from finder.answers import Query
from finder.ingest import board_crawler
from finder.model import Board, Posting
from finder.outreach import identity_tracking
from finder.privacy import person_erasure
from finder.settings import Settings
from finder.storage import Store, open_store
from finder.storage.watches import NewsItem, Watch, opaque_token
from finder.watch import output_files, saved_query, state_capture, watch_state
from finder.watch.ingest import WatchIngest
from finder.watch.refresh import RefreshReport, WatchRefresher, due_watches
from tests.everything import found
from tests.worlds import WITHOUT_GRANTS

INTEREST = "multimodal learning"
TOP = 60
NEWS_OF = "2026-03-01"  # what is dated from then on comes to the source later
MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
Said = tuple[int, dict[str, str], bytes]


@cache
def world() -> World:
    return build_world(scale=0.3)


@cache
def smaller() -> World:
    """The same world before its newest papers came to the source."""
    return replace(world(), papers=[one for one in world().papers if one.date < NEWS_OF])


class Source:
    """OpenAlex as it is on a day; ``fault`` answers in its place."""

    def __init__(self) -> None:
        self.world = smaller()
        self.fault: Callable[[httpx.URL], Said | None] = lambda _: None
        self.internet = Internet(self._answer)

    def _answer(self, request: httpx.Request) -> Said:
        url = request.url
        return self.fault(url) or world_answer(self.world, url.path, dict(parse_qsl(url.query.decode())))

    def calls(self) -> int:
        asked = len(self.internet.asked)
        self.internet.asked.clear()
        return asked


class Watched:
    """A store with a watch, refreshed week by week."""

    def __init__(self, store: Store, source: Source) -> None:
        self.store = store
        self.source = source
        self.now = MONDAY
        self.settings = Settings(store.home, keys={"openalex_key": "a-test-key"}, sources=WITHOUT_GRANTS)
        self.add("mm", INTEREST)

    def add(self, name: str, interest: str) -> Watch:
        kept = saved_query.encode_saved_query(Query(interest, self.now.date(), top=TOP))
        return self.store.watches.add(name, kept, 7, 7, self.now.isoformat())

    def refresh(self, days: int = 7) -> RefreshReport:
        async def no_sleep(_: float) -> None:
            return None

        http = {"transport": self.source.internet, "resolve": public, "sleep": no_sleep, "ticks": self._tick}
        asking = WatchIngest(self.settings, self.store, clock=lambda: self.now, http=http)
        report = WatchRefresher(asking).refresh_watches(self.store.watches.list_watches())
        self.now += timedelta(days=days)
        return report

    def _tick(self) -> float:
        self._ticks = getattr(self, "_ticks", 0.0) + 1000.0
        return self._ticks

    def news(self, *kinds: str) -> list[NewsItem]:
        return [one for one in self.store.watches.list_news() if not kinds or one.kind in kinds]

    def listed(self, top: int = TOP) -> dict[str, str]:
        """Names of those on the list by id, as the next refresh would see it."""
        found = answers.find_advisors(self.store, Query(INTEREST, self.now.date(), top=top)).results
        return {row["author_id"]: row["name"] for row in found}


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def watched(tmp_path: Path, source: Source, monkeypatch: pytest.MonkeyPatch) -> Watched:
    monkeypatch.setattr(board_crawler, "load_boards", lambda _: [])
    return Watched(open_store(tmp_path), source)


def test_a_first_refresh_is_a_beginning_and_a_second_of_the_same_tells_nothing(watched: Watched) -> None:
    report = watched.refresh(0)
    first = watched.source.calls()
    (begun,) = watched.news()
    assert begun.kind == "baseline"
    assert begun.body["text"].startswith(f"{len(watched.listed())} people and 0 open positions listed")
    assert report.outcomes[0].state == "complete"

    report = watched.refresh()
    second = watched.source.calls()
    assert report.new == 0
    assert watched.news() == [begun]
    assert 0 < second < first / 2


def test_what_a_source_has_more_is_told_exactly_and_costs_less_than_it_all(watched: Watched) -> None:
    watched.refresh()
    first = watched.source.calls()
    mates = _leaders_with_new_works()
    for who in mates:
        identity_tracking.add_to_shortlist(watched.store, who, INTEREST, watched.now.isoformat())
    watched.refresh()
    watched.source.calls()
    known = set(watched.listed(round(TOP * state_capture.MARGIN)))

    watched.source.world = world()
    watched.refresh(0)
    grown = watched.source.calls()
    stored = set(watched.store.snapshots.current_snapshot().load_table("works")["title"])

    new = {one.body["who"]["author_id"] for one in watched.news("new person")}
    assert new == set(watched.listed()) - known
    assert new
    before = {paper.title for paper in smaller().papers}  # a preprint that is printed now is no new work
    wanted = {(who, paper.title) for who in mates for paper in _new_papers(who)}
    works = [(one.body["who"]["author_id"], one.body["text"]) for one in watched.news("new work")]
    told = {(who, text.split("“")[1].split("”")[0]) for who, text in works}
    assert told == {(who, title) for who, title in wanted if title in stored and title not in before}
    assert told
    assert grown <= first  # two lists of a page each: what longer ones save is tested with the source
    newest = {paper.title for paper in world().papers if paper.date >= NEWS_OF and _on_it(paper.title)}
    assert newest <= stored


def _on_it(title: str) -> bool:
    return INTEREST in title.lower()


def _new_papers(author_id: str) -> list:  # type: ignore[type-arg]
    key = author_id.removeprefix("openalex:")
    people = {n: p.openalex for n, p in enumerate(world().people)}
    return [
        paper
        for paper in world().papers
        if paper.date >= NEWS_OF and any(line.matched_author and people[line.person] == key for line in paper.authors)
    ]


def _leaders_with_new_works() -> list[str]:
    """Three people who had works before and have more now."""
    people = {n: p.openalex for n, p in enumerate(world().people)}
    old = {people[line.person] for p in smaller().papers for line in p.authors if line.matched_author}
    on_it = [p for p in smaller().papers if _on_it(p.title)]
    known = [people[line.person] for p in on_it for line in p.authors if line.matched_author]
    ids = [f"openalex:{key}" for key in dict.fromkeys(known) if key in old]
    return [id_ for id_ in ids if _new_papers(id_)][:3]


def test_a_refresh_that_is_cut_short_tells_nothing_as_gone_and_the_next_catches_up(watched: Watched) -> None:
    watched.refresh()
    watched.source.world = world()
    watched.source.fault = lambda url: (500, {}, b"") if "/works" in url.path else None
    report = watched.refresh(1)
    assert report.outcomes[0].state in ("partial", "failed")
    assert {one.kind for one in watched.news()} <= {
        "baseline",
        "source failed",
        "new person",
        "new work",
        "new position",
    }
    (watch,) = watched.store.watches.list_watches()
    assert watch.message
    assert watch.due == (MONDAY + timedelta(days=8)).date().isoformat()
    assert due_watches([watch], date(2026, 11, 9)) == []
    kept = watched.store.watches.load_state(watch.id)
    assert kept is not None
    assert kept.day == MONDAY.date().isoformat()

    watched.source.fault = lambda _: None
    report = watched.refresh()
    assert report.outcomes[0].state == "complete"
    stored = set(watched.store.snapshots.current_snapshot().load_table("works")["title"])
    assert {p.title for p in world().papers if p.date >= NEWS_OF and _on_it(p.title)} <= stored
    assert watched.store.watches.list_watches()[0].message == ""


def test_a_source_that_goes_on_failing_is_told_once_until_it_has_worked_again(watched: Watched) -> None:
    watched.add("other", "federated learning")
    watched.refresh()
    down: Callable[[httpx.URL], Said | None] = lambda url: (500, {}, b"") if "/works" in url.path else None  # noqa: E731
    watched.source.fault = down
    for _ in range(3):
        watched.refresh(1)
    (told,) = watched.news("source failed")
    assert told.watch is None
    assert all(one.message for one in watched.store.watches.list_watches())
    watched.source.fault = lambda _: None
    watched.refresh(1)
    watched.source.fault = down
    watched.refresh(1)
    assert len(watched.news("source failed")) == 2


def test_nothing_is_told_twice_where_two_watches_find_it(watched: Watched) -> None:
    watched.add("again", f" {INTEREST.upper()}")
    watched.refresh()
    watched.source.world = world()
    watched.refresh()
    told = [(one.kind, one.body["who"]["author_id"]) for one in watched.news("new person", "rose", "moved")]
    assert told
    assert len(told) == len(set(told))
    papers = [one.body["text"] for one in watched.news("new person")]
    assert all(" author of “" in text for text in papers)
    new = {paper.title for paper in world().papers if paper.date >= NEWS_OF}
    assert {text.split("“")[1].split("”")[0] for text in papers} <= new


def test_a_used_up_budget_is_said_and_goes_on_tomorrow(watched: Watched) -> None:
    spent = b'{"error": "Rate limit exceeded", "message": "The daily budget is used up.", "dailyRemainingUsd": 0}'
    watched.source.fault = lambda _: (429, {"Retry-After": "40000", "Content-Type": "application/json"}, spent)
    watched.refresh(1)
    told = [one.body["text"] for one in watched.news("source failed")]
    assert any("OpenAlex: out of budget for today; it goes on tomorrow." in text for text in told)
    watched.source.fault = lambda _: None
    report = watched.refresh()
    assert report.outcomes[0].state == "complete"
    assert [one.kind for one in watched.news()][:1] == ["baseline"]


def test_one_watch_that_cannot_be_refreshed_leaves_the_others(watched: Watched) -> None:
    watched.store.watches.add("strange", {"interest": INTEREST, "phase_of_moon": "full"}, 7, 7, watched.now.isoformat())
    watched.add("other", "federated learning")
    report = watched.refresh()
    assert [one.state for one in report.outcomes] == ["complete", "failed", "complete"]
    failed = next(one for one in watched.news("source failed") if one.watch == "strange")
    assert "phase_of_moon" in failed.body["text"]


def test_watches_of_one_interest_are_collected_once(watched: Watched) -> None:
    watched.add("again", INTEREST.upper())
    watched.refresh()
    both = watched.source.calls()
    assert watched.store.connection.execute("select count(*) from run where kind = 'collect'").fetchone() == (1,)
    assert both > 0


def test_positions_that_open_and_close_are_told(watched: Watched) -> None:
    board = Board("Acme", "lever", "acme", "", "test")
    watched.store.postings.register_boards([board])

    def sweeps(*jobs: tuple[str, str]) -> None:
        posts = [
            Posting(
                source="lever",
                source_id=title,
                board="acme",
                title=title,
                url=f"https://acme.example/{title}",
                description="PhD student in multimodal learning, joint embeddings of images and text",
                valid_through=until,
            )
            for title, until in jobs
        ]
        watched.store.postings.record_crawl(board, posts, watched.now.strftime("%Y-%m-%dT%H:%M:%SZ"), complete=True)

    sweeps(("PhD in multimodal learning", "2026-12-18"))
    watched.refresh()
    sweeps(("PhD in multimodal learning", "2026-12-18"), ("PhD student, multimodal learning for maps", "2027-03-01"))
    watched.refresh(35)
    (new,) = watched.news("new position")
    assert "multimodal learning for maps" in new.body["text"]
    watched.now = datetime(2026, 12, 10, 9, tzinfo=UTC)
    sweeps(("PhD in multimodal learning", "2026-12-18"), ("PhD student, multimodal learning for maps", "2027-03-01"))
    watched.refresh()
    (closing,) = watched.news("closing")
    assert "apply by 2026-12-18 (8 days left)" in closing.body["text"]
    calendar = output_files.deadline_calendar(watched.store, date(2026, 12, 10)).decode()
    assert "DTSTART;VALUE=DATE:20261218" in calendar


def test_whoever_is_suppressed_is_in_no_news_from_then_on(watched: Watched) -> None:
    watched.refresh()
    watched.source.world = world()
    watched.refresh()
    one = watched.news("new person")[0]
    who = one.body["who"]
    watched.store.suppressions.add(answers.suppression_tokens(watched.store, who["author_id"]), watched.now.isoformat())
    assert one.id not in {other.id for other in watched.news()}
    watched.refresh()
    output_files.write_news_files(watched.store, watched.settings, watched.now.date(), watched.now.isoformat())
    for path in output_files.news_folder(watched.store.home).iterdir():
        assert who["name"] not in path.read_text(encoding="utf-8")


def test_whoever_is_forgotten_is_nowhere_and_not_known_again(watched: Watched) -> None:
    watched.refresh()
    watched.source.world = world()
    watched.refresh(0)
    output_files.write_news_files(watched.store, watched.settings, watched.now.date(), watched.now.isoformat())
    who = watched.news("new person")[0].body["who"]
    tokens = answers.suppression_tokens(watched.store, who["author_id"])
    now = watched.now.isoformat()
    person_erasure.erase_person(
        watched.store, person_erasure.find_erasure_target(watched.store, who["author_id"], now), now
    )
    rows = watched.store.connection.execute("select body, marks from news").fetchall()
    assert not any(who["name"] in text for row in rows for text in row)
    assert found(watched.store.home, who["name"]) == []
    state = watch_state.decode_state(watched.store.watches.load_state(watched.store.watches.list_watches()[0].id))
    assert state is not None
    assert not set(state.tokens["token"]) & {opaque_token(token) for token in tokens}
    assert state.people.height > 0


def test_the_same_store_and_day_write_the_same_files(watched: Watched, tmp_path: Path) -> None:
    watched.refresh()
    watched.source.world = world()
    watched.refresh()
    written = []
    for _ in range(2):
        watched.store.connection.execute("update watch set digested_at = null")
        assert (
            output_files.write_news_files(
                watched.store, watched.settings, date(2026, 11, 16), "2026-11-16T09:00:00+00:00"
            )
            == []
        )
        written.append({path.name: path.read_bytes() for path in output_files.news_folder(tmp_path).iterdir()})
    assert written[0] == written[1]
    assert set(written[0]) == {output_files.FEED, output_files.MARKDOWN, output_files.HTML, output_files.DAYS}
