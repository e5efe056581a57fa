"""What a person has said about who is whom: kept beside the records, which it never edits.

A token is an id (``orcid:…``) or one printed name on one record (:class:`Sighting`).
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable
from typing import Literal, NamedTuple

from finder.storage.records import WriteTransaction

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

    def __init__(self, connection: sqlite3.Connection, write: WriteTransaction) -> None:
        self._db = connection
        self._write = write

    def add(
        self, verdict: Verdict, a: Iterable[Token], b: Iterable[Token], about: tuple[str, str], now: str
    ) -> Judgement:
        """Keep a judgement. One that says the opposite of just these tokens is taken back by it."""
        sides = tuple(sorted(set(a), key=_judgement_token_key)), tuple(sorted(set(b), key=_judgement_token_key))
        with self._write() as db:
            for old in self.list_judgements():
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

    def list_judgements(self) -> list[Judgement]:
        """All judgements, the oldest first."""
        rows = self._db.execute("select id, verdict, a, b, about, made_at from judgement order by id")
        return [
            Judgement(
                id_,
                verdict,
                _decode_judgement_tokens(a),
                _decode_judgement_tokens(b),
                tuple(json.loads(about)),
                made_at,
            )
            for id_, verdict, a, b, about, made_at in rows
        ]

    def content_version(self) -> str:
        """Changes whenever the judgements do."""
        text = "".join(map(repr, self._db.execute("select verdict, a, b from judgement order by id")))
        return hashlib.sha256(text.encode()).hexdigest()[:12] if text else ""


def _judgement_token_key(token: Token) -> tuple[str, ...]:
    return (token,) if isinstance(token, str) else token


def _decode_judgement_tokens(text: str) -> tuple[Token, ...]:
    return tuple(token if isinstance(token, str) else Sighting(*token) for token in json.loads(text))
