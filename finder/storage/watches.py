"""Watches, what each of them saw last, and the news that came of it.

News is about people: whoever is suppressed is in none of it, from the moment they are.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from finder.errors import UsageError
from finder.storage.records import WriteTransaction

LONGEST = 80  # characters of a name
SHORTLIST = 0
"""Under which the state of the shortlist is kept, which is no watch."""

Among = Callable[[Iterable[str]], set[str]]


class Watch(NamedTuple):
    """A wish that is refreshed.

    Attributes:
        wish: what is looked for, without the day.
        every, digest: days between refreshes, and between digests.
        tried_at, completed_at, digested_at: ISO times in UTC, None where that never was.
        due: ``YYYY-MM-DD`` from which it is to be refreshed.
        message: why the last refresh was not complete; empty where it was.
    """

    id: int
    name: str
    wish: Mapping[str, Any]
    every: int
    digest: int
    paused: bool
    created_at: str
    tried_at: str | None
    completed_at: str | None
    digested_at: str | None
    due: str
    message: str


class NewsDraft(NamedTuple):
    """One piece of news, before it is kept.

    Attributes:
        key: the same for the same news of the same watch, so that nothing is told twice.
        body: what is told: see :mod:`finder.watch.news_text`.
        marks: tokens by which a suppression would name whom it is about.
    """

    key: str
    kind: str
    body: Mapping[str, Any]
    marks: tuple[str, ...] = ()


class NewsItem(NamedTuple):
    """One piece of news.

    Attributes:
        watch: name of the watch; None for what is about the shortlist.
        day: ``YYYY-MM-DD`` it was found for.
        read_at: ISO time in UTC; None while unread.
    """

    id: int
    key: str
    watch: str | None
    day: str
    kind: str
    body: Mapping[str, Any]
    made_at: str
    read_at: str | None


class EncodedState(NamedTuple):
    """What a watch saw when it was last refreshed.

    Attributes:
        complete: all sources had given what they have.
    """

    day: str
    complete: bool
    body: bytes


_WATCH = """select id, name, wish, every, digest, paused, created_at, tried_at, completed_at, digested_at, due, message
            from watch"""
_STATE = """insert into watch_state (watch, day, complete, body) values (?, ?, ?, ?)
            on conflict (watch) do update set day = excluded.day, complete = excluded.complete, body = excluded.body"""
_NEWS = """insert into news (key, watch, day, kind, body, marks, made_at) values (?, ?, ?, ?, ?, ?, ?)
           on conflict (key) do nothing"""


def opaque_token(*parts: object) -> str:
    """A token that tells nothing of what it was made from: by it people in the state of a watch are known again."""
    return hashlib.blake2b("\x1f".join(map(str, parts)).encode(errors="replace"), digest_size=9).hexdigest()


class Watches:
    """Verbs over the ``watch``, ``watch_state`` and ``news`` tables."""

    def __init__(self, connection: sqlite3.Connection, write: WriteTransaction, suppressed: Among) -> None:
        """Take ``suppressed``: those of some tokens that must not be shown."""
        self._db = connection
        self._write = write
        self._suppressed = suppressed

    def add(self, name: str, wish: Mapping[str, Any], every: int, digest: int, now: str) -> Watch:
        """Begin to watch; the first refresh is due at once.

        Raises:
            UsageError: the name is taken or no name, or the days make no sense.
        """
        name = " ".join(name.split())
        if not name or len(name) > LONGEST or not name.isprintable():
            raise UsageError(f"A watch has a name of at most {LONGEST} characters. Say --name.")
        if not (1 <= every <= 366 and 1 <= digest <= 366):
            raise UsageError("A watch is refreshed, and digested, every 1 to 366 days, such as --every 7d.")
        row = (name, json.dumps(wish, ensure_ascii=False, sort_keys=True), every, digest, now, now[:10])
        with self._write() as db:
            if db.execute("select 1 from watch where name = ?", (name,)).fetchone():
                raise UsageError(f"There is a watch called “{name}” already. Say another --name.")
            query = "insert into watch (name, wish, every, digest, created_at, due) values (?, ?, ?, ?, ?, ?)"
            db.execute(query, row)
        return self.get(name)

    def list_watches(self) -> list[Watch]:
        """All watches, the oldest first."""
        return [_watch_from_row(row) for row in self._db.execute(f"{_WATCH} order by id")]

    def get(self, name: str) -> Watch:
        """The watch of this name, in whatever case.

        Raises:
            UsageError: there is none.
        """
        row = self._db.execute(f"{_WATCH} where name = ?", (" ".join(name.split()),)).fetchone()
        if row is None:
            raise UsageError(f"There is no watch called “{name}”. See: finder watch list")
        return _watch_from_row(row)

    def pause(self, id_: int, *, paused: bool) -> None:
        """Leave a watch out of refreshes, or take it in again."""
        with self._write() as db:
            db.execute("update watch set paused = ? where id = ?", (int(paused), id_))

    def remove(self, id_: int) -> None:
        """End a watch; its news goes with it."""
        with self._write() as db:
            db.execute("delete from watch_state where watch = ?", (id_,))
            db.execute("delete from watch where id = ?", (id_,))

    def load_state(self, id_: int) -> EncodedState | None:
        """What a watch, or the shortlist, saw when it was last refreshed."""
        row = self._db.execute("select day, complete, body from watch_state where watch = ?", (id_,)).fetchone()
        return EncodedState(row[0], bool(row[1]), row[2]) if row else None

    def save_state(self, id_: int, state: EncodedState) -> None:
        """Keep another state in place of what a watch saw."""
        with self._write() as db:
            db.execute(_STATE, (id_, state.day, int(state.complete), state.body))

    def record_refresh(
        self,
        id_: int,
        items: Iterable[NewsDraft],
        state: EncodedState | None,
        day: date,
        now: str,
        *,
        due: date | None = None,
        message: str = "",
        completed: bool = False,
    ) -> int:
        """Keep what a refresh of a watch, or of the shortlist, found: all of it or nothing.

        Returns:
            How much of the news was not there yet.
        """
        watch = None if id_ == SHORTLIST else id_
        with self._write() as db:
            if watch is not None and not db.execute("select 1 from watch where id = ?", (id_,)).fetchone():
                return 0  # it was removed meanwhile
            new = 0
            for item in items:
                body = json.dumps(item.body, ensure_ascii=False, sort_keys=True)
                marks = json.dumps(sorted(item.marks), ensure_ascii=False)
                row = (item.key, watch, day.isoformat(), item.kind, body, marks, now)
                new += db.execute(_NEWS, row).rowcount
            if state is not None:
                db.execute(_STATE, (id_, state.day, int(state.complete), state.body))
            if watch is not None:
                query = """update watch set tried_at = ?, message = ?, due = coalesce(?, due),
                             completed_at = case when ? then ? else completed_at end where id = ?"""
                db.execute(query, (now, message, due and due.isoformat(), completed, now, id_))
        return new

    def mark_digest_written(self, ids: Collection[int], now: str) -> None:
        """The digest of these watches was written."""
        with self._write() as db:
            db.executemany("update watch set digested_at = ? where id = ?", [(now, id_) for id_ in ids])

    def list_news(self, *, since: str = "", unread: bool = False, watch: str = "", most: int = -1) -> list[NewsItem]:
        """News that may be shown, the newest first; what one refresh found, in its order.

        Args:
            since: ``YYYY-MM-DD``, or a moment after which it was found.
            watch: only of the watch of this name.
        """
        query = """select n.id, n.key, w.name, n.day, n.kind, n.body, n.made_at, n.read_at, n.marks
                   from news n left join watch w on w.id = n.watch
                   where case when length(?1) > 10 then n.made_at > ?1 else n.day >= ?1 end
                     and (?2 = 0 or n.read_at is null) and (?3 = '' or w.name = ?3)
                   order by n.day desc, n.made_at desc, n.id"""
        rows = self._db.execute(query, (since, int(unread), watch)).fetchall()
        marks = {row[0]: set(json.loads(row[-1])) for row in rows}
        hidden = self._suppressed(set().union(*marks.values()))
        shown = [row for row in rows if not marks[row[0]] & hidden]
        return [_news_from_row(row) for row in (shown[:most] if most >= 0 else shown)]

    def newest_news_id(self) -> int:
        """The number of the newest news: what is found later has a higher one."""
        return int(self._db.execute("select coalesce(max(id), 0) from news").fetchone()[0])

    def mark_news_read(self, ids: Collection[int], now: str | None) -> None:
        """These were read; unread again where there is no ``now``."""
        with self._write() as db:
            db.executemany("update news set read_at = ? where id = ?", [(now, id_) for id_ in ids])

    def content_version(self) -> str:
        """Changes whenever a watch or the news does."""
        query = """select (select count(*) || '/' || coalesce(max(id), 0) || '/' || count(read_at) from news),
                     (select group_concat(name || paused || due || coalesce(tried_at, ''), '/') from watch)"""
        return "/".join(str(part) for part in self._db.execute(query).fetchone())


def _news_from_row(row: tuple[Any, ...]) -> NewsItem:
    id_, key, watch, day, kind, body, made_at, read_at, _ = row
    return NewsItem(id_, key, watch, day, kind, json.loads(body), made_at, read_at)


def _watch_from_row(row: tuple[Any, ...]) -> Watch:
    id_, name, wish, every, digest, paused, *rest = row
    return Watch(id_, name, json.loads(wish), every, digest, bool(paused), *rest)
