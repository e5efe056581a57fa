"""What a person has said about who is whom: kept beside the records, which it never edits.

A token is an id (``orcid:…``) or one printed name on one record (:class:`Sighting`).
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable
from typing import Literal, NamedTuple

from finder.store.records import Write

Verdict = Literal["same", "different"]


class Sighting(NamedTuple):
    """A folded name on a record, by what the source calls the record."""

    source: str
    kind: str
    source_id: str
    fold: str


Token = str | Sighting


class Judgement(NamedTuple):
    """One judgement: the tokens of both sides are of one person, or are of two.

    Attributes:
        about: the two names as they were shown, for a reader.
    """

    id: int
    verdict: Verdict
    a: tuple[Token, ...]
    b: tuple[Token, ...]
    about: tuple[str, str]
    made_at: str


class Judgements:
    """Verbs over the ``judgement`` table."""

    def __init__(self, connection: sqlite3.Connection, write: Write) -> None:
        self._db = connection
        self._write = write

    def add(
        self, verdict: Verdict, a: Iterable[Token], b: Iterable[Token], about: tuple[str, str], now: str
    ) -> Judgement:
        """Keep a judgement. One that says the opposite of just these tokens is taken back by it."""
        sides = tuple(sorted(set(a), key=_order)), tuple(sorted(set(b), key=_order))
        with self._write() as db:
            for old in self.all():
                if set(old.a) | set(old.b) <= {*sides[0], *sides[1]}:
                    db.execute("delete from judgement where id = ?", (old.id,))
            row = (verdict, *map(json.dumps, sides), json.dumps(about, ensure_ascii=False), now)
            insert = "insert into judgement (verdict, a, b, about, made_at) values (?, ?, ?, ?, ?) returning id"
            id_ = int(db.execute(insert, row).fetchone()[0])
        return Judgement(id_, verdict, *sides, about, now)

    def remove(self, id_: int) -> bool:
        """Take a judgement back; False where there is none of that number."""
        with self._write() as db:
            return db.execute("delete from judgement where id = ?", (id_,)).rowcount > 0

    def all(self) -> list[Judgement]:
        """All judgements, the oldest first."""
        rows = self._db.execute("select id, verdict, a, b, about, made_at from judgement order by id")
        return [
            Judgement(id_, verdict, _tokens(a), _tokens(b), tuple(json.loads(about)), made_at)
            for id_, verdict, a, b, about, made_at in rows
        ]

    def version(self) -> str:
        """Changes whenever the judgements do."""
        text = "".join(map(repr, self._db.execute("select verdict, a, b from judgement order by id")))
        return hashlib.sha256(text.encode()).hexdigest()[:12] if text else ""


def _order(token: Token) -> tuple[str, ...]:
    return (token,) if isinstance(token, str) else token


def _tokens(text: str) -> tuple[Token, ...]:
    return tuple(token if isinstance(token, str) else Sighting(*token) for token in json.loads(text))
