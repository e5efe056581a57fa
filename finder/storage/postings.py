"""Open positions and the boards they stand on: when each was first and last seen, and which are gone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Literal, NamedTuple

import msgspec

from finder.model import Board, Posting
from finder.postings.deadlines import extract_deadline
from finder.postings.dedupe import job_key, page_key
from finder.postings.position_kinds import Kind, classify_position
from finder.storage import record_filter
from finder.storage.hash_list import HashList
from finder.storage.records import WriteTransaction
from finder.text import redaction

State = Literal["unchecked", "reached", "moved", "gone", "failing"]

GONE_AFTER = 2
"""Complete sweeps in a row that did not find a posting, after which it is closed."""
STALE_DAYS = 45
"""A posting that no sweep has seen for so long, because its board cannot be read, is not shown as open."""

_UPSERT = """
insert into posting
  (platform, board, source_id, body, kind, words, page_key, job_key, first_seen, last_seen)
values (?, ?, ?, cast(? as text), ?, ?, ?, ?, ?, ?)
on conflict (platform, source_id) do update set
  board = excluded.board, body = excluded.body, kind = excluded.kind, words = excluded.words,
  page_key = excluded.page_key, job_key = excluded.job_key, last_seen = max(last_seen, excluded.last_seen),
  missed = 0, closed_at = null
"""
# of two postings of one job the employer's own is shown, not the one on a list of others' jobs
_OPEN = """
with shown as (
  select p.*, p.platform || '/' || p.board as at, p.platform in ('simplify', 'euraxess') as listed_by_others,
    coalesce(b.organisation, '') as organisation
  from posting p left join board b on b.platform = p.platform and b.token = p.board
  where substr(coalesce(p.body ->> '$.date_posted', p.first_seen), 1, 10) <= :day
    and coalesce(p.body ->> '$.valid_through', :local) >= :local
    and (p.closed_at is null or substr(p.closed_at, 1, 10) > :day)
    and substr(p.last_seen, 1, 10) >= :stale
), ranked as (
  select *, first_value(at) over (partition by page_key order by listed_by_others, first_seen, id) as by_page,
    first_value(at) over (partition by job_key order by listed_by_others, first_seen, id) as by_job
  from shown
)
select id, body, organisation, kind, words, first_seen, last_seen from ranked
where by_page = at and (job_key = '' or by_job = at)
order by coalesce(body ->> '$.date_posted', first_seen) desc, id
"""


class OpenPosting(NamedTuple):
    """A posting that is open.

    Attributes:
        organisation: the employer: as the posting names it, else as the board is known.
        words: of the title, the level or the text, that decided the kind.
        first_seen, last_seen: ISO times in UTC of sweeps.
    """

    id: int
    posting: Posting
    organisation: str
    kind: Kind
    words: tuple[str, ...]
    first_seen: str
    last_seen: str


class BoardStatus(NamedTuple):
    """A board, and how it fares.

    Attributes:
        state: "unchecked" until it was asked for; "gone" where the platform does not know it (any more); "moved" where
            it answers from another address; "failing" where the last attempt failed for another reason.
        checked_at: when it was last asked for; swept_at: when it was last read completely. ISO times in UTC.
        message: why it is in that state.
        open: postings of it that are not closed.
    """

    board: Board
    state: State
    checked_at: str | None
    swept_at: str | None
    message: str
    open: int


class PostingCounts(NamedTuple):
    """What a sweep of a board brought."""

    found: int
    new: int
    closed: int


class Postings:
    """Verbs over the ``posting`` and ``board`` tables. Times are ISO times in UTC, written alike."""

    def __init__(
        self, connection: sqlite3.Connection, write: WriteTransaction, erased: Callable[[], HashList | None]
    ) -> None:
        self._db = connection
        self._write = write
        self._erased = erased

    def register_boards(self, boards: Iterable[Board]) -> None:
        """These are the boards that are known now; how they fared stays, and others are no longer listed."""
        rows = [(b.platform, b.token, b.organisation, b.region, b.origin) for b in boards]
        with self._write() as db:
            db.execute("update board set listed = 0")
            db.executemany(
                """insert into board (platform, token, organisation, region, origin) values (?, ?, ?, ?, ?)
                   on conflict (platform, token) do update set organisation = excluded.organisation,
                     region = excluded.region, origin = excluded.origin, listed = 1""",
                rows,
            )

    def list_boards(self) -> list[BoardStatus]:
        """The boards that are listed, by organisation."""
        query = """select organisation, platform, token, region, origin, state, checked_at, swept_at, message,
                     (select count(*) from posting p
                      where p.platform = b.platform and p.board = b.token and p.closed_at is null)
                   from board b where listed order by organisation collate nocase, platform, token"""
        return [BoardStatus(Board(*row[:5]), *row[5:]) for row in self._db.execute(query)]

    def record_crawl(self, board: Board, postings: Iterable[Posting], now: str, *, complete: bool) -> PostingCounts:
        """Take in what a board lists, all at once.

        Only a complete sweep says anything about the postings that it did not find, and the same answer says it once:
        a sweep that is not newer than the last complete one counts no misses.

        Args:
            now: when the board's answer was fetched.
        """
        if (listed := self._erased()) is not None:
            postings = filter(None, [record_filter.filter_posting(posting, listed) for posting in postings])
        rows = [_posting_row(posting, board, now) for posting in map(redact_posting, postings)]
        mine = (board.platform, board.token)
        with self._write() as db:
            _clamp_future_times(db, board, now)
            before = _count_postings(db, *mine)
            last = db.execute("select swept_at from board where platform = ? and token = ?", mine).fetchone()
            db.executemany(_UPSERT, rows)
            _reindex_board(db, *mine)
            new, closed = _count_postings(db, *mine) - before, 0
            if complete and not (last and last[0] and last[0] >= now):
                closed = _close_missing_postings(db, board, now)
                db.execute("update board set swept_at = ? where platform = ? and token = ?", (now, *mine))
        return PostingCounts(len(rows), new, closed)

    def erase_mentions(self, listed: HashList) -> int:
        """Take whoever is listed out of all postings; returns how many named them."""
        decode, changed = msgspec.json.Decoder(Posting).decode, 0
        query = """select p.id, p.body, p.platform, p.board, coalesce(b.organisation, '') from posting p
                   left join board b on b.platform = p.platform and b.token = p.board"""
        with self._write() as db:
            for id_, body, platform, token, organisation in db.execute(query).fetchall():
                before = decode(body)
                after = record_filter.filter_posting(before, listed)
                if after is before:
                    continue
                changed += 1
                if after is None:
                    db.execute("delete from posting where id = ?", (id_,))
                else:
                    key = job_key(after, organisation)
                    row = (msgspec.json.encode(after), key, id_)
                    db.execute("update posting set body = cast(? as text), job_key = ? where id = ?", row)
                _reindex_board(db, platform, token)
            if changed:
                db.execute("delete from posting_text where rowid not in (select id from posting)")
                db.execute("insert into posting_text (posting_text) values ('optimize')")
        return changed

    def record_board_state(self, board: Board, state: State, message: str, now: str) -> None:
        """Write down how an attempt to read a board went."""
        with self._write() as db:
            db.execute(
                "update board set state = ?, message = ?, checked_at = ? where platform = ? and token = ?",
                (state, message, now, board.platform, board.token),
            )

    def match_postings(self, expression: str) -> list[int]:
        """Ids of the postings that fit an FTS5 expression over ``title`` and ``description``."""
        query = "select rowid from posting_text where posting_text match ?"
        return [row[0] for row in self._db.execute(query, (expression,))]

    def list_open_postings(self, as_of: date, local: date | None = None) -> list[OpenPosting]:
        """What was open on a day, newest first: not expired, not closed, each job once.

        Args:
            local: the reader's own day, by which deadlines pass; ``as_of`` where not given.

        Of the same job on two boards the employer's own posting is shown, else the one that was seen first.
        """
        decode = msgspec.json.Decoder(Posting).decode
        stale = (as_of - timedelta(days=STALE_DAYS)).isoformat()
        found = []
        for id_, body, organisation, kind, words, first, last in self._db.execute(
            _OPEN, {"day": as_of.isoformat(), "local": (local or as_of).isoformat(), "stale": stale}
        ):
            posting = decode(body)
            employer = posting.hiring_organization or organisation
            found.append(OpenPosting(id_, posting, employer, kind, tuple(json.loads(words)), first, last))
        return found


def redact_posting(posting: Posting) -> Posting:
    """A posting without e-mail addresses and telephone numbers in its texts; the same object where there are none."""
    body = msgspec.json.encode(posting)
    kept = redaction.redact_json(body)
    return posting if kept is body else msgspec.json.decode(kept, type=Posting)


def _posting_row(posting: Posting, board: Board, now: str) -> tuple[object, ...]:
    level = ", ".join(filter(None, (posting.employment_type, posting.level)))
    kind, words = classify_position(posting.title, posting.description or "", level)
    if posting.valid_through is None and (last := extract_deadline(posting.description or "", posting.date_posted)):
        posting = msgspec.structs.replace(posting, valid_through=last)
    return (
        board.platform,
        board.token,
        posting.source_id,
        msgspec.json.encode(posting),
        kind,
        json.dumps(words, ensure_ascii=False),
        page_key(posting.url),
        job_key(posting, board.organisation),
        now,
        now,
    )


def _reindex_board(db: sqlite3.Connection, platform: str, token: str) -> None:
    """The full text of a board's postings, anew."""
    mine = "platform = ? and board = ?"
    db.execute(f"delete from posting_text where rowid in (select id from posting where {mine})", (platform, token))  # noqa: S608
    db.execute(
        f"""insert into posting_text (rowid, title, description)
            select id, body ->> '$.title', body ->> '$.description' from posting where {mine}""",  # noqa: S608
        (platform, token),
    )


def _count_postings(db: sqlite3.Connection, platform: str, token: str) -> int:
    query = "select count(*) from posting where platform = ? and board = ?"
    return int(db.execute(query, (platform, token)).fetchone()[0])


def _clamp_future_times(db: sqlite3.Connection, board: Board, now: str) -> None:
    """What a wrong clock wrote down for days to come is as of the day of this sweep, and before it."""
    mine, day = "platform = ? and {} = ?", now[:10]
    for table, name, column in (
        ("posting", "board", "first_seen"),
        ("posting", "board", "last_seen"),
        ("posting", "board", "closed_at"),
        ("board", "token", "swept_at"),
    ):
        later = f"update {table} set {column} = ? where {mine.format(name)} and {column} > date(?, '+2 days')"  # noqa: S608
        db.execute(later, (day, board.platform, board.token, day))


def _close_missing_postings(db: sqlite3.Connection, board: Board, now: str) -> int:
    """Count what this sweep did not find, and close what two did not; returns how many were closed."""
    mine = "platform = ? and board = ? and closed_at is null"
    rows = (board.platform, board.token)
    db.execute(f"update posting set missed = missed + 1 where {mine} and last_seen < ?", (*rows, now))  # noqa: S608
    gone = f"update posting set closed_at = ? where {mine} and missed >= ?"  # noqa: S608 - constants only
    return db.execute(gone, (now, *rows, GONE_AFTER)).rowcount
