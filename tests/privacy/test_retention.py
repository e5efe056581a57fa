"""Not for ever: who goes after how long, and what stays of the answers."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from worlds import NOW, author, put, stored, work

from finder.demo_metadata import demo_today
from finder.errors import SettingsError
from finder.model import Board, Grant, Investigator, Person, Posting
from finder.outreach import identity_tracking
from finder.privacy import retention
from finder.privacy.subject_access import subject_access_report
from finder.settings import Settings, load_settings
from finder.storage import Store, open_store
from finder.storage.records import encode_record
from finder.storage.runs import SourceRun
from finder.storage.watches import SHORTLIST, NewsDraft
from tests import once

YEAR_LATER = "2027-11-05T00:00:00+00:00"
ORCID = "orcid:0000-0002-1825-0097"
OLD = [
    work("Owls", author("Ada Old @ Uni A", ORCID), "Bela Seen @ Uni B", source_id="w1"),
    work("Owls alone", author("Ada Old @ Uni A", ORCID), source_id="w2"),
    Person("test", "p1", "Ada Old", "2026-11-01", (), (ORCID,)),
    Grant("test", "g1", "Owls", "Funds", (Investigator("Ada Old", (ORCID,)), Investigator("Cy Else"))),
    Grant("test", "g2", "Owls alone", "Funds", (Investigator("Ada Old", (ORCID,)),)),
]


def settings(store: Store, **months: float) -> Settings:
    return Settings(store.home, **months)  # type: ignore[arg-type]


def names(store: Store) -> set[str]:
    return set(store.snapshots.current_snapshot().load_table("authors")["name"])


@pytest.fixture
def store(tmp_path: Path) -> Store:
    once.made(tmp_path / "home", _home)
    return open_store(tmp_path / "home")


def _home(home: Path) -> None:
    with stored(home, *OLD) as found:
        late = work("Wings", "Bela Seen @ Uni B", source_id="w3")
        found.records.put([encode_record(late)], fetched_at="2027-10-01T00:00:00Z")
        put(found)


def test_unless_it_is_set_people_are_kept_for_ever(store: Store) -> None:
    assert retention.apply_retention(store, settings(store), "2099-01-01T00:00:00+00:00").people == 0
    assert names(store) == {"Ada Old", "Bela Seen"}


def test_whoever_was_not_seen_for_so_long_goes_and_the_works_of_others_stay(store: Store) -> None:
    twelve = settings(store, retention_months=12)

    assert retention.apply_retention(store, twelve, YEAR_LATER, dry=True).people == 1
    assert names(store) == {"Ada Old", "Bela Seen"}
    assert retention.apply_retention(store, twelve, YEAR_LATER).people == 1
    assert names(store) == {"Bela Seen"}
    assert set(store.snapshots.current_snapshot().load_table("works")["title"]) == {"Owls", "Wings"}
    assert [one.body for one in store.records.records_since(0, "grant") if "Ada Old" in one.body] == []
    assert [json.loads(one.body)["title"] for one in store.records.records_since(0, "grant")] == ["Owls"]
    assert retention.apply_retention(store, twelve, YEAR_LATER).people == 0


def test_they_may_come_back_when_a_source_tells_of_them(store: Store) -> None:
    retention.apply_retention(store, settings(store, retention_months=12), YEAR_LATER)
    store.records.put_records(map(encode_record, OLD), fetched_at=YEAR_LATER)
    put(store)

    assert names(store) == {"Ada Old", "Bela Seen"}


def test_what_is_said_again_unchanged_counts_as_seen(store: Store) -> None:
    store.records.put_records(map(encode_record, OLD), fetched_at="2027-09-01T00:00:00+00:00")

    assert retention.apply_retention(store, settings(store, retention_months=12), YEAR_LATER).people == 0
    assert subject_access_report(store, "Ada Old", demo_today())["records"][0]["last_seen"] == "2027-09-01"


def test_whoever_is_on_the_shortlist_stays(store: Store) -> None:
    identity_tracking.add_to_shortlist(store, "Ada Old", "", NOW)

    assert retention.apply_retention(store, settings(store, retention_months=12), YEAR_LATER).people == 0


def test_old_answers_lose_their_content_and_keep_their_provenance(store: Store) -> None:
    id_ = store.replies.upsert_response("test", "GET a", "https://a.example", 200, {"etag": "x"}, b"long ago", NOW)
    store.replies.upsert_response("test", "GET b", "https://b.example", 200, {}, b"lately", "2027-11-01T00:00:00Z")
    store.records.put_records(
        [encode_record(work("Flight", author("Cleo Other"), source_id="w9"))], fetched_at=NOW, reply=id_
    )

    assert retention.apply_retention(store, settings(store), YEAR_LATER, dry=True).replies == 1
    assert retention.apply_retention(store, settings(store), YEAR_LATER).replies == 1
    assert retention.apply_retention(store, settings(store), YEAR_LATER).replies == 0
    assert store.replies.load_response("GET a") is None, "it is asked for again"
    assert store.replies.load_response("GET b") is not None
    row = store.connection.execute("select url, fetched_at, length(sha256) from reply where id = ?", (id_,)).fetchone()
    assert row == ("https://a.example", NOW, 64)
    put(store)
    (told,) = subject_access_report(store, "Cleo Other", demo_today())["records"]
    assert told["asked"] == ("https://a.example", NOW)


def test_answers_that_nothing_was_read_from_and_notes_on_what_was_done_go_whole(store: Store) -> None:
    late = "2027-11-01T00:00:00+00:00"
    for at in (NOW, late):
        run = store.runs.start_run("collect", "owls", at, "2019-01-01")
        store.runs.record_source_run(run, SourceRun("test", "complete", complete=True))
        store.runs.end_run(run, "complete", at)
        store.budgets.record_spending("test", at[:10], 1, None, None)
        item = NewsDraft(f"news {at}", "baseline", {"text": "", "about": "", "url": None, "evidence": []})
        store.watches.record_refresh(SHORTLIST, [item], None, date.fromisoformat(at[:10]), at)
        store.replies.upsert_response("test", f"GET {at}", "https://a.example", 200, {}, b"nothing in it", at)
    other = store.runs.start_run("collect", "wings", NOW, "2019-01-01")
    store.runs.record_source_run(other, SourceRun("test", "complete", complete=True))
    store.runs.end_run(other, "complete", NOW)

    assert retention.apply_retention(store, settings(store), YEAR_LATER, dry=True).notes == 3
    assert retention.apply_retention(store, settings(store), YEAR_LATER).notes == 3
    assert retention.apply_retention(store, settings(store), YEAR_LATER).notes == 0
    count = {
        name: store.connection.execute(f"select count(*) from {name}").fetchone()[0]
        for name in ("run", "run_source", "budget", "news", "reply")
    }
    assert count == {"run": 2, "run_source": 2, "budget": 1, "news": 1, "reply": 1}
    assert store.runs.last_complete_time("test", "owls", "2019-01-01", YEAR_LATER) == late
    assert store.runs.last_complete_time("test", "wings", "2019-01-01", YEAR_LATER) == NOW, (
        "the last of its kind stays, however old"
    )


def test_a_position_that_was_closed_long_ago_goes_and_an_open_one_stays(store: Store) -> None:
    board = Board("Acme", "lever", "acme", "", "test")
    store.postings.register_boards([board])
    old, stays = (Posting("lever", name, "acme", name, f"https://acme.example/{name}") for name in ("old", "stays"))
    for day, listed in ((1, [old, stays]), (2, [stays]), (3, [stays])):
        store.postings.record_crawl(board, listed, f"2026-11-0{day}T00:00:00Z", complete=True)
    assert retention.apply_retention(store, settings(store), YEAR_LATER).notes == 1
    assert [row[0] for row in store.connection.execute("select source_id from posting")] == ["stays"]
    assert len(store.postings.match_postings("old OR stays")) == 1


def test_a_log_is_cut_where_it_is_long_and_begins_with_a_whole_line(store: Store) -> None:
    logs = store.home / "logs"
    logs.mkdir()
    line = b"nothing new\n"
    (logs / "schedule.log").write_bytes(line * 100_000)
    (logs / "short.log").write_bytes(line)
    with (logs / "schedule.log").open("ab") as open_still:
        retention.apply_retention(store, settings(store), YEAR_LATER)
        open_still.write(b"the next\n")
    kept = (logs / "schedule.log").read_bytes()
    assert 400_000 < len(kept) < 500_100
    assert set(kept.splitlines(keepends=True)) == {line, b"the next\n"}
    assert (logs / "short.log").read_bytes() == line


def test_months_are_numbers_that_are_not_negative(tmp_path: Path) -> None:
    (tmp_path / "finder.toml").write_text("retention_months = 24\nretention_replies_months = 0\n")
    assert (load_settings(tmp_path, {}).retention_months, load_settings(tmp_path, {}).retention_replies_months) == (
        24,
        0,
    )
    (tmp_path / "finder.toml").write_text("retention_months = -1\n")
    with pytest.raises(SettingsError):
        load_settings(tmp_path, {})
