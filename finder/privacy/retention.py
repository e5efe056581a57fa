"""Not for ever: people nobody has told of for long are removed; answers as they came, and notes, go after a year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec
import polars as pl

from finder import publication
from finder.model import Grant, Work
from finder.outreach import identity_tracking
from finder.settings import Settings
from finder.storage import Store, expiry, record_filter
from finder.storage.records import EncodedRecord, encode_record

MONTH = 30.44  # days
LONGEST_PAUSE = timedelta(days=92)


@dataclass(frozen=True)
class PruneReport:
    """What was let go of, or would be.

    Attributes:
        people: removed, because no source has told of them for so long.
        replies: answers whose content was let go of; where they came from and when stays.
        notes: news, closed positions, and notes on runs and budgets, that were let go of.
    """

    people: int = 0
    replies: int = 0
    notes: int = 0


def apply_retention(store: Store, settings: Settings, now: str, *, dry: bool = False) -> PruneReport:
    """Let go of what is older than the settings allow; publishes where people were removed.

    Whoever is on the shortlist stays, and whoever a judgement is about.

    Args:
        now: ISO time; ages are counted from it.
        dry: only say what would be done.
    """
    today, people, replies, notes = date.fromisoformat(now[:10]), 0, 0, 0
    if settings.retention_replies_months:
        before = _cutoff_day(today, settings.retention_replies_months)
        replies = store.replies.count_older_bodies(before) if dry else store.replies.clear_old_bodies(before)
        notes = expiry.count_expired_rows(store, before) if dry else expiry.delete_expired_rows(store, before)
        if not dry:
            expiry.truncate_logs(store.home / "logs")
    if settings.retention_months:
        unseen = _stale_sightings(store, _cutoff_day(today, settings.retention_months))
        people = unseen["author"].n_unique()
        if people and not dry:
            _delete_sightings(store, unseen)
            publication.resolve_and_publish(store, now, anew=True)
    return PruneReport(people, replies, notes)


def is_clock_plausible(store: Store, now: str) -> bool:
    """Whether the finder has run within the last months: where it has not, the clock may have jumped.

    What is let go of does not come back, so that nothing goes unasked on a day that may be wrong.
    """
    query = "select substr(max(started_at), 1, 10) from run where started_at < ?"
    before = store.connection.execute(query, (now[:10],)).fetchone()[0]
    return before is None or date.fromisoformat(now[:10]) - date.fromisoformat(before) <= LONGEST_PAUSE


def _cutoff_day(today: date, months: float) -> str:
    return (today - timedelta(days=months * MONTH)).isoformat()


def _stale_sightings(store: Store, before: str) -> pl.DataFrame:
    """``author``, ``record``, ``position`` of all people of whom no source has told since a day."""
    snapshot = store.snapshots.snapshot_or_none()
    empty = pl.DataFrame(schema={"author": pl.UInt32, "record": pl.Int64, "position": pl.Int16})
    if snapshot is None:
        return empty
    seen = pl.DataFrame(store.records.last_seen_days(), schema={"record": pl.Int64, "seen": pl.String}, orient="row")
    sighted = snapshot.load_table("sightings").select("author", "record", "position")
    told = snapshot.load_table("statements").select("author", "record", position=pl.lit(-1, pl.Int16))
    funded = snapshot.load_table("grant_holders").select("author", "record", "position")
    own = pl.concat([sighted, told, funded]).join(seen, on="record", how="left")
    old = own.filter(pl.col("seen").max().over("author") < before)
    return old.filter(~pl.col("author").is_in(_authors_to_keep(store))).drop("seen")


def _authors_to_keep(store: Store) -> list[int]:
    """Numbers of those whom the user has said something about."""
    entries = store.shortlist.list_entries()
    starred = [
        one.author for one in identity_tracking.resolve_entries(store, entries).values() if one.author is not None
    ]
    judged = [
        token for one in store.judgements.list_judgements() for token in (*one.a, *one.b) if isinstance(token, str)
    ]
    people = store.snapshots.current_snapshot().load_table("authors")
    named = people.filter(pl.col("ids").list.eval(pl.element().is_in(judged)).list.any())
    return [*starred, *named["author"]]


def _delete_sightings(store: Store, unseen: pl.DataFrame) -> None:
    at: Mapping[int, Iterable[int]] = dict(unseen.group_by("record").agg("position").iter_rows())

    def strip_stale_people(record: int, row: EncodedRecord) -> EncodedRecord | None:
        if record not in at:
            return row
        if row.kind == "grant":
            held = record_filter.without_investigators(msgspec.json.decode(row.body, type=Grant), frozenset(at[record]))
            return None if held is None else encode_record(held)
        if row.kind != "work":
            return None
        rest = record_filter.work_without_people(msgspec.json.decode(row.body, type=Work), frozenset(at[record]))
        return None if rest is None else encode_record(rest)

    store.records.rewrite_records(strip_stale_people)
