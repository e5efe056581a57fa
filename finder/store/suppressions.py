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
            hashes = [self._hash(token) for token in tokens]
            rows = [(hash_, hashes[0], now) for hash_ in hashes]
            db.executemany("insert or ignore into suppression values (?, ?, ?)", rows)

    def remove(self, token: str) -> bool:
        """Take a suppression back, with all that was listed along with this token; False if it is not listed."""
        with self._write() as db:
            query = "delete from suppression where person in (select person from suppression where hash = ?)"
            return db.execute(query, (self._hash(token),)).rowcount > 0

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
        return {token for token in tokens if self._hash(token) in listed} if listed else set()

    def _hash(self, token: str) -> str:
        row = self._db.execute("select value from meta where key = 'salt'").fetchone()
        return hashlib.sha256(f"{row[0] if row else ''}|{token.casefold()}".encode()).hexdigest()
