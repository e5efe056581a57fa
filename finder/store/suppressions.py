"""People who asked not to be shown, as salted hashes: the list itself holds no names."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from finder.store.records import Write


class Carried(NamedTuple):
    """A list as it is taken from one store into another: ``rows`` are hash, person and since."""

    salts: tuple[str, ...]
    rows: tuple[tuple[str, str, str], ...]


class Suppressions:
    """Verbs over the ``suppression`` table. A token is an id (``orcid:…``) or ``name|institution``, both folded."""

    def __init__(self, connection: sqlite3.Connection, write: Write) -> None:
        self._db = connection
        self._write = write

    def add(self, tokens: Iterable[str], now: str) -> None:
        """Suppress whoever bears one of these tokens, from now on and through every refresh."""
        with self._write() as db:
            db.execute("insert or ignore into meta values ('salt', ?)", (secrets.token_hex(16),))
            salt = self._salts()[0]
            hashes = [_hash(salt, token) for token in tokens]
            rows = [(hash_, hashes[0], now) for hash_ in hashes]
            db.executemany("insert or ignore into suppression values (?, ?, ?)", rows)

    def remove(self, token: str) -> bool:
        """Take a suppression back, with all that was listed along with this token; False if it is not listed."""
        with self._write() as db:
            query = "delete from suppression where person in (select person from suppression where hash = ?)"
            return sum(db.execute(query, (_hash(salt, token),)).rowcount for salt in self._salts()) > 0

    def any(self) -> bool:
        """Whether anybody is suppressed at all."""
        return self._db.execute("select 1 from suppression limit 1").fetchone() is not None

    def version(self) -> str:
        """Changes whenever the list does."""
        hashes = [row[0] for row in self._db.execute("select hash from suppression order by 1")]
        return hashlib.sha256("".join(hashes).encode()).hexdigest()[:12] if hashes else ""

    def among(self, tokens: Iterable[str]) -> set[str]:
        """Those of the tokens that are suppressed."""
        listed = {row[0] for row in self._db.execute("select hash from suppression")}
        if not listed:
            return set()
        salts = self._salts()
        return {token for token in tokens if any(_hash(salt, token) in listed for salt in salts)}

    def carried(self) -> Carried:
        """The whole list, to be taken into another store."""
        rows = self._db.execute("select hash, person, since from suppression order by 1").fetchall()
        return Carried(tuple(self._salts()), tuple(rows))

    def carry(self, carried: Carried) -> None:
        """Take another store's list in beside what is listed here, as when a copy of before is restored."""
        with self._write() as db:
            salts = dict.fromkeys([*self._salts(), *carried.salts])
            if salts:
                db.execute("insert or replace into meta values ('salt', ?)", (" ".join(salts),))
            db.executemany("insert or replace into suppression values (?, ?, ?)", carried.rows)

    def _salts(self) -> list[str]:
        """All salts that the hashes were made with, the first for new ones."""
        row = self._db.execute("select value from meta where key = 'salt'").fetchone()
        return row[0].split() if row else []


def _hash(salt: str, token: str) -> str:
    return hashlib.sha256(f"{salt}|{token.casefold()}".encode()).hexdigest()
