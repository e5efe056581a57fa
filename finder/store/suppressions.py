"""People who asked not to be shown, as salted hashes: the list itself holds no names."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Iterable

from finder.store.records import Write


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

    def take_over(self, salts: Iterable[str], rows: Iterable[tuple[str, str, str]]) -> None:
        """Suppress also whom another store's list names; its hashes stay as they are, and its salts come with them."""
        with self._write() as db:
            known = self._salts()
            for number, salt in enumerate((salt for salt in salts if salt not in known), start=len(known)):
                db.execute("insert into meta values (?, ?)", (f"salt.{number}" if number else "salt", salt))
            db.executemany("insert or ignore into suppression values (?, ?, ?)", rows)

    def _salts(self) -> list[str]:
        """The salt of this store, then those that came with lists of others."""
        query = "select value from meta where key = 'salt' or key glob 'salt.[0-9]*' order by length(key), key"
        return [row[0] for row in self._db.execute(query)]


def listed_in(connection: sqlite3.Connection) -> tuple[list[str], list[tuple[str, str, str]]]:
    """Salts and rows of the list in any store, for :meth:`Suppressions.take_over`."""
    salts = connection.execute(
        "select value from meta where key = 'salt' or key glob 'salt.[0-9]*' order by length(key), key"
    )
    rows = connection.execute("select hash, person, since from suppression").fetchall()
    return [row[0] for row in salts], rows


def _hash(salt: str, token: str) -> str:
    return hashlib.sha256(f"{salt}|{token.casefold()}".encode()).hexdigest()
