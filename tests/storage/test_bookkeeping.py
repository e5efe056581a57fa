"""The small tables: kept replies, budgets, the log of runs, and whom not to show."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import NOW, work

from finder.errors import StoreError
from finder.storage import Store, open_store
from finder.storage.database import FILE
from finder.storage.judgements import Sighting
from finder.storage.records import encode_record
from finder.storage.runs import SourceRun

LATER = "2026-11-02T00:00:00Z"
DAY = "2026-11-01"


def keep(store: Store, key: str = "GET a", body: bytes = b"{}", **more: object) -> int:
    return store.replies.upsert_response("s", key, "https://a.example/?q=1", 200, {"etag": "1"}, body, NOW, **more)  # type: ignore[arg-type]


# --- replies ---------------------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=2000))
def test_a_kept_body_is_given_back_byte_by_byte(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    with open_store(tmp_path_factory.mktemp("home")) as store:
        id_ = keep(store, body=body, complete=False, note="a note")

        assert store.replies.load_response("GET a") == (
            id_,
            "https://a.example/?q=1",
            200,
            {"etag": "1"},
            body,
            NOW,
            False,
            "a note",
        )


def test_what_is_not_kept_is_not_found(store: Store) -> None:
    assert store.replies.load_response("GET a") is None


def test_a_newer_answer_takes_the_place_of_the_older_and_keeps_its_id(store: Store) -> None:
    first = keep(store, body=b"old")
    store.records.put_records([encode_record(work("Owls"))], fetched_at=NOW, reply=first)
    second = keep(store, body=b"new")

    found = store.replies.load_response("GET a")
    assert found is not None
    assert (first, found[0], found[4]) == (second, first, b"new")
    assert store.connection.execute("select reply from record").fetchall() == [(first,)]


def test_touching_makes_an_answer_as_good_as_new(store: Store) -> None:
    keep(store)
    keep(store, key="GET b")
    store.replies.touch_response("GET a", LATER)

    assert [store.replies.load_response(key)[5] for key in ("GET a", "GET b")] == [LATER, NOW]  # type: ignore[index]


def test_a_record_outlives_its_reply(store: Store) -> None:
    store.records.put_records([encode_record(work("Owls"))], fetched_at=NOW, reply=keep(store))
    store.connection.execute("delete from reply")

    assert store.connection.execute("select reply from record").fetchall() == [(None,)]


# --- budgets ---------------------------------------------------------------------------------------------------------


def test_what_is_spent_adds_up_by_source_and_day(store: Store) -> None:
    for day in (DAY, DAY, "2026-11-02"):
        store.budgets.record_spending("s", day, 10, 1000, None)
    store.budgets.record_spending("t", DAY, 1, None, None)

    assert [store.budgets.get(*which).spent for which in (("s", DAY), ("s", "2026-11-02"), ("t", DAY))] == [20, 10, 1]
    assert store.budgets.get("unknown", DAY).allowance is None


def test_the_least_remainder_holds_whatever_the_order_of_answers(store: Store) -> None:
    for remaining in (900, 980, None, 950):
        store.budgets.record_spending("s", DAY, 10, 1000, remaining)
    assert store.budgets.get("s", DAY).remaining == 900

    store.budgets.record_spending("s", DAY, 10, 10_000, 9_900)  # a key was set
    assert (store.budgets.get("s", DAY).allowance, store.budgets.get("s", DAY).remaining) == (10_000, 9_900)


def test_a_parked_source_is_left_alone_until_then(store: Store) -> None:
    store.budgets.record_suspension("s", DAY, f"{DAY}T12:00:00Z", "used up")

    assert store.budgets.active_suspension("s", f"{DAY}T11:59:59Z") == (f"{DAY}T12:00:00Z", "used up")
    assert store.budgets.active_suspension("s", f"{DAY}T12:00:00Z") is None
    assert store.budgets.active_suspension("t", f"{DAY}T11:00:00Z") is None


def test_parking_reaches_over_midnight(store: Store) -> None:
    store.budgets.record_suspension("s", DAY, "2026-11-02T06:00:00Z", "used up")

    assert store.budgets.active_suspension("s", "2026-11-02T01:00:00Z")


def test_unparking_asks_again_and_keeps_what_was_spent(store: Store) -> None:
    store.budgets.record_spending("s", DAY, 10, 1000, 0)
    store.budgets.record_suspension("s", DAY, LATER, "used up")
    store.budgets.clear_suspension("s")

    budget = store.budgets.get("s", DAY)
    assert (store.budgets.active_suspension("s", NOW), budget.remaining, budget.spent) == (None, None, 10)


# --- runs ------------------------------------------------------------------------------------------------------------


def test_a_run_is_told_as_it_went(store: Store) -> None:
    run = store.runs.start_run("collect", "owls", NOW)
    store.runs.record_source_run(run, SourceRun("b", "asking"))
    store.runs.record_source_run(run, SourceRun("a", "complete", works=3, complete=True))
    store.runs.record_source_run(
        run, SourceRun("b", "partial", "it broke off", calls=2, cached=1, credits=0.5, people=4)
    )
    store.runs.end_run(run, "partial", LATER)

    latest = store.runs.latest_run("owls", "collect")
    assert latest is not None
    assert (latest.id, latest.state, latest.ended_at) == (run, "partial", LATER)
    assert [(s.source, s.state, s.complete) for s in store.runs.source_runs(run)] == [
        ("a", "complete", True),
        ("b", "partial", False),
    ]
    assert store.runs.runs_of_source("b") == [(latest, store.runs.source_runs(run)[1])]
    assert store.runs.runs_of_source("c") == []


def test_the_latest_run_is_of_the_interest_and_the_kind_asked_for(store: Store) -> None:
    owls = store.runs.start_run("collect", "owls", NOW)
    bats = store.runs.start_run("collect", "bats", NOW)
    imported = store.runs.start_run("import", "", LATER)

    def latest(*which: str | None) -> int | None:
        run = store.runs.latest_run(*which)
        return run.id if run else None

    assert [latest("owls"), latest("bats", "collect"), latest(None, "collect"), latest()] == [
        owls,
        bats,
        bats,
        imported,
    ]
    assert latest("owls", "import") is None


def test_the_runs_of_a_source_are_told_newest_first(store: Store) -> None:
    for number in range(4):
        store.runs.record_source_run(store.runs.start_run("collect", f"owls {number}", NOW), SourceRun("s", "asking"))

    told = store.runs.runs_of_source("s", 2)
    assert [(run.interest, run.ended_at, entry.state) for run, entry in told] == [
        ("owls 3", None, "asking"),
        ("owls 2", None, "asking"),
    ]


def test_whose_whole_record_was_fetched_is_remembered_by_source(store: Store) -> None:
    store.runs.mark_ids_complete("s", ["a", "b"], NOW)
    store.runs.mark_ids_complete("s", ["b"], LATER)

    assert store.runs.completion_times("s", ["a", "b", "c"]) == {"a": NOW, "b": LATER}
    assert store.runs.completion_times("t", ["a"]) == {}


# --- suppressions ----------------------------------------------------------------------------------------------------


def test_whoever_is_suppressed_is_known_by_any_of_the_tokens(store: Store) -> None:
    tokens = ["orcid:0000-0001", "ada byron|ror:abc"]
    store.suppressions.add(tokens, NOW)

    assert store.suppressions.which_suppressed([*tokens, "orcid:0000-0002"]) == set(tokens)
    assert store.suppressions.which_suppressed(["ORCID:0000-0001"]) == {"ORCID:0000-0001"}


def test_the_list_of_suppressions_holds_no_names(store: Store) -> None:
    store.suppressions.add(["orcid:0000-0001-Planted", "ada planted byron|ror:abc"], NOW)
    store.connection.execute("pragma wal_checkpoint(truncate)")

    files = [path.read_bytes().lower() for path in store.home.rglob("*") if path.is_file()]
    assert any(FILE in path.name for path in store.home.iterdir())
    assert not any(word in content for content in files for word in (b"planted", b"0000-0001"))


def test_two_stores_hash_alike_names_differently(tmp_path: Path) -> None:
    def hashes(home: Path) -> list[tuple[str]]:
        with open_store(home) as store:
            store.suppressions.add(["orcid:0000-0001"], NOW)
            return store.connection.execute("select hash from suppression").fetchall()

    assert hashes(tmp_path / "one") != hashes(tmp_path / "two")


def test_a_suppression_is_taken_back_whole_by_any_of_its_tokens(store: Store) -> None:
    store.suppressions.add(["a"], NOW)
    one = store.suppressions.content_version()
    store.suppressions.add(["b", "c"], NOW)
    store.suppressions.add(["b", "c"], LATER)

    assert store.suppressions.remove("C")
    assert store.suppressions.which_suppressed(["a", "b", "c"]) == {"a"}
    assert store.suppressions.content_version() == one
    assert not store.suppressions.remove("never there")
    assert store.suppressions.remove("a")
    assert not store.suppressions.has_suppressions()
    assert store.suppressions.content_version() == ""
    assert store.suppressions.which_suppressed(["a"]) == set()


def test_every_change_of_the_list_of_suppressions_changes_its_version(store: Store) -> None:
    versions = [store.suppressions.content_version()]
    for tokens in (["a"], ["b", "c"]):
        store.suppressions.add(tokens, NOW)
        versions.append(store.suppressions.content_version())

    assert len(set(versions)) == 3


# --- notes and transactions ------------------------------------------------------------------------------------------


def test_a_note_is_kept_and_replaced(store: Store) -> None:
    assert store.get_meta("key") is None
    store.set_meta("key", "old")
    store.set_meta("key", "new")
    assert store.get_meta("key") == "new"


def test_a_transaction_is_all_or_nothing(store: Store) -> None:
    with suppress(KeyboardInterrupt), store.write_transaction() as db:
        db.execute("insert into meta values ('half', 'done')")
        raise KeyboardInterrupt

    assert store.get_meta("half") is None
    with pytest.raises(StoreError), store.write_transaction() as db:
        db.execute("insert into nowhere values (1)")
    store.set_meta("goes", "on")


# --- judgements -------------------------------------------------------------------------------------------------------

ONE, TWO = Sighting("test", "work", "w1", "ada vell"), Sighting("test", "work", "w2", "ada vell")


def test_judgements_come_back_as_they_were_made(store: Store) -> None:
    made = store.judgements.add("same", [ONE, "orcid:0000-0002-1825-0097"], [TWO], ("Ada Vell", "Ada Véll"), NOW)

    assert store.judgements.list_judgements() == [made]
    assert made.about == ("Ada Vell", "Ada Véll")
    assert set(made.a) == {ONE, "orcid:0000-0002-1825-0097"}


def test_a_judgement_replaces_what_was_said_of_the_same_before(store: Store) -> None:
    old = store.judgements.add("same", [ONE], [TWO], ("A", "B"), NOW)
    version = store.judgements.content_version()
    new = store.judgements.add("different", [TWO, "dblp:1/1"], [ONE], ("B", "A"), LATER)

    assert store.judgements.list_judgements() == [new]
    assert store.judgements.content_version() != version
    assert store.judgements.remove(new.id)
    assert not store.judgements.remove(old.id)
    assert store.judgements.content_version() == ""
