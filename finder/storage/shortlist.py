"""Whom the user wants to write to, with notes, a day to come back, and what happened: it outlives every refresh.

An entry is anchored by tokens as a judgement is. Who bears them now is asked when it is read, not kept.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable
from datetime import date
from typing import Literal, NamedTuple, get_args

from finder.clock import local_day
from finder.errors import UsageError
from finder.storage.judgements import Sighting, Token
from finder.storage.records import WriteTransaction

Status = Literal["to read", "shortlisted", "drafted", "sent", "replied", "no reply", "call", "closed"]
STATUSES: tuple[Status, ...] = get_args(Status)
READY = "ready"  # the event that a letter to somebody is ready
LONGEST = 20_000  # characters of notes
BRIEF = 2_000  # characters of what happened

Among = Callable[[Iterable[str]], set[str]]


class ShortlistEvent(NamedTuple):
    """Something that happened with a person.

    Attributes:
        day: ``YYYY-MM-DD`` on which it happened.
        what: "starred", a status, or the user's own word for it.
        made_at: when it was written down, ISO time in UTC.
    """

    id: int
    day: str
    what: str
    text: str
    made_at: str


class ShortlistEntry(NamedTuple):
    """One person on the shortlist.

    Attributes:
        anchors: what the person was known by when starred.
        name: as it was shown then.
        interest: what they were starred for; may be empty.
        follow_up: ``YYYY-MM-DD`` to come back to them, or None.
        starred_at: ISO time in UTC.
        events: oldest first.
    """

    id: int
    anchors: tuple[Token, ...]
    name: str
    status: Status
    interest: str
    notes: str
    follow_up: str | None
    starred_at: str
    events: tuple[ShortlistEvent, ...]


class Shortlist:
    """Verbs over the ``shortlist_…`` tables. Whoever is suppressed is not there for any of them."""

    def __init__(self, connection: sqlite3.Connection, write: WriteTransaction, suppressed: Among) -> None:
        """Take ``suppressed``: those of some tokens that must not be shown."""
        self._db = connection
        self._write = write
        self._suppressed = suppressed

    def add(self, anchors: Iterable[Token], marks: Iterable[str], name: str, interest: str, now: str) -> int:
        """Put somebody on the list; whoever is there by just these anchors stays as they are. Returns the number.

        Args:
            marks: tokens by which a suppression would name this person.
        """
        known = json.dumps(sorted(set(anchors), key=_anchor_sort_key), ensure_ascii=False)
        row = (known, json.dumps(sorted(set(marks)), ensure_ascii=False), name, " ".join(interest.split()), now)
        with self._write() as db:
            new = db.execute(
                """insert into shortlist_entry (anchors, marks, name, status, interest, starred_at)
                   values (?, ?, ?, 'to read', ?, ?) on conflict (anchors) do nothing returning id""",
                row,
            ).fetchone()
            if new is None:
                return int(db.execute("select id from shortlist_entry where anchors = ?", (known,)).fetchone()[0])
            _insert_event(db, new[0], local_day(now).isoformat(), "starred", "", now)
        return int(new[0])

    def remove(self, id_: int) -> bool:
        """Take somebody off the list, with all that was noted; False where there is none of that number."""
        with self._write() as db:
            return db.execute("delete from shortlist_entry where id = ?", (id_,)).rowcount > 0

    def set_status(self, id_: int, status: str, now: str, *, day: date | None = None) -> None:
        """Say how far it has come; a change is kept among the events, on ``day`` or today.

        Raises:
            UsageError: there is no such status or entry.
        """
        if status not in STATUSES:
            raise UsageError(f"There is no status “{status}”. Statuses are: {', '.join(STATUSES)}.")
        with self._write() as db:
            if self._require_entry(id_).status != status:
                db.execute("update shortlist_entry set status = ? where id = ?", (status, id_))
                _insert_event(db, id_, (day or local_day(now)).isoformat(), status, "", now)

    def set_notes(self, id_: int, text: str) -> None:
        """Write the notes on somebody anew.

        Raises:
            UsageError: they are too long, or there is no such entry.
        """
        if len(text) > LONGEST:
            raise UsageError(f"Notes hold {LONGEST:,} characters, these are {len(text):,}.")
        with self._write() as db:
            self._require_entry(id_)
            db.execute("update shortlist_entry set notes = ? where id = ?", (text.strip(), id_))

    def set_follow_up(self, id_: int, day: date | None) -> None:
        """Set the day to come back to somebody; None takes it away.

        Raises:
            UsageError: there is no such entry.
        """
        with self._write() as db:
            self._require_entry(id_)
            db.execute("update shortlist_entry set follow_up = ? where id = ?", (day and day.isoformat(), id_))

    def set_letter_ready(self, id_: int, now: str, day: date) -> None:
        """Keep that the letter to somebody is ready to be sent, once it has been looked through for that.

        Raises:
            UsageError: there is no such entry.
        """
        with self._write() as db:
            if self._require_entry(id_).status in ("to read", "shortlisted"):
                db.execute("update shortlist_entry set status = 'drafted' where id = ?", (id_,))
                _insert_event(db, id_, day.isoformat(), "drafted", "", now)
            _insert_event(db, id_, day.isoformat(), READY, "", now)

    def log_event(self, id_: int, what: str, text: str, day: date, now: str) -> None:
        """Keep that something happened, such as ``call``.

        Raises:
            UsageError: it is too long, or there is no such entry.
        """
        if what.strip().casefold() == READY:
            raise UsageError("A letter is ready when nothing in it is in brackets: finder shortlist draft … --ready")
        if not what.strip() or len(what) > 40 or len(text) > BRIEF:
            raise UsageError(f"Say what happened in a word or two, and the rest in at most {BRIEF:,} characters.")
        with self._write() as db:
            self._require_entry(id_)
            _insert_event(db, id_, day.isoformat(), what.strip(), text.strip(), now)

    def list_entries(self) -> list[ShortlistEntry]:
        """All entries that may be shown, the oldest first."""
        events: dict[int, list[ShortlistEvent]] = {}
        query = "select entry, id, day, what, text, made_at from shortlist_event order by day, id"
        for entry, *event in self._db.execute(query):
            events.setdefault(entry, []).append(ShortlistEvent(*event))
        query = """select id, anchors, marks, name, status, interest, notes, follow_up, starred_at
                   from shortlist_entry order by id"""
        rows = self._db.execute(query).fetchall()
        marked = {row[0]: {*json.loads(row[2]), *_anchor_ids(row[1])} for row in rows}
        hidden = self._suppressed(set().union(*marked.values()))
        return [
            ShortlistEntry(id_, _decode_anchors(anchors), *rest, events=tuple(events.get(id_, ())))
            for id_, anchors, _, *rest in rows
            if not marked[id_] & hidden
        ]

    def content_version(self) -> str:
        """Changes whenever anything on the list does."""
        rows = (*self._db.execute("select * from shortlist_entry"), *self._db.execute("select * from shortlist_event"))
        return hashlib.sha256(repr(rows).encode(errors="replace")).hexdigest()[:12] if rows else ""

    def _require_entry(self, id_: int) -> ShortlistEntry:
        found = next((entry for entry in self.list_entries() if entry.id == id_), None)
        if found is None:
            raise UsageError("Whoever this was is not on the shortlist any more.")
        return found


def _insert_event(db: sqlite3.Connection, entry: int, day: str, what: str, text: str, now: str) -> None:
    query = "insert into shortlist_event (entry, day, what, text, made_at) values (?, ?, ?, ?, ?)"
    db.execute(query, (entry, day, what, text, now))


def _anchor_sort_key(token: Token) -> tuple[str, ...]:
    return (token,) if isinstance(token, str) else token


def _anchor_ids(anchors: str) -> list[str]:
    return [token for token in _decode_anchors(anchors) if isinstance(token, str)]


def _decode_anchors(text: str) -> tuple[Token, ...]:
    return tuple(token if isinstance(token, str) else Sighting(*token) for token in json.loads(text))
