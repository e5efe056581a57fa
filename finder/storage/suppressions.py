"""People who asked not to be shown, or not to be stored, as salted hashes: the list itself holds no names."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from finder.storage.hash_list import HashList, hash_token
from finder.storage.records import WriteTransaction

SALTS = "salt"  # note of the store: all salts that its hashes were made with, the first for new ones


class SuppressionExport(NamedTuple):
    """A list as it is taken from one store into another: ``rows`` are hash, person, since and erased."""

    salts: tuple[str, ...]
    rows: tuple[tuple[str, str, str, int], ...]


class Suppressions:
    """Verbs over the ``suppression`` table. A token is an id (``orcid:…``) or ``name|institution``, both folded.

    Whoever is erased is listed by further tokens, see :mod:`finder.storage.record_filter`.
    """

    def __init__(self, connection: sqlite3.Connection, write: WriteTransaction) -> None:
        self._db = connection
        self._write = write
        self._erased = HashList((), ())

    def add(self, tokens: Iterable[str], now: str, *, erased: bool = False) -> tuple[str, str]:
        """Suppress whoever bears one of these tokens, from now on and through every refresh.

        Args:
            erased: nothing of them is to be stored either.

        Returns:
            The list's version before, and the one in which it differs by nothing but these tokens.
        """
        with self._write() as db:
            before = self.content_version()
            db.execute("insert or ignore into meta values (?, ?)", (SALTS, secrets.token_hex(16)))
            salt = self._read_salts()[0]
            hashes = [hash_token(salt, token) for token in tokens]
            rows = [(hash_, hashes[0], now, erased) for hash_ in hashes]
            db.executemany(
                """insert into suppression (hash, person, since, erased) values (?, ?, ?, ?)
                   on conflict (hash) do update set person = excluded.person, erased = 1 where excluded.erased""",
                rows,
            )
            return before, self.content_version()

    def remove(self, token: str) -> bool:
        """Take a suppression back, with all that was listed along with this token; False if it is not listed."""
        with self._write() as db:
            marks = [hash_token(salt, token) for salt in self._read_salts()]
            query = f"""delete from suppression where person in
                        (select person from suppression where hash in ({", ".join("?" * len(marks))}))"""  # noqa: S608
            return db.execute(query, marks).rowcount > 0

    def has_suppressions(self) -> bool:
        """Whether anybody is suppressed at all."""
        return self._db.execute("select 1 from suppression limit 1").fetchone() is not None

    def content_version(self) -> str:
        """Changes whenever the list does."""
        hashes = [row[0] for row in self._db.execute("select hash from suppression order by 1")]
        return hashlib.sha256("".join(hashes).encode()).hexdigest()[:12] if hashes else ""

    def which_suppressed(self, tokens: Iterable[str]) -> set[str]:
        """Those of the tokens that are suppressed."""
        hashes = [row[0] for row in self._db.execute("select hash from suppression")]
        listed = HashList(self._read_salts(), hashes)
        return {token for token in tokens if token in listed} if hashes else set()

    def erasure_list(self) -> HashList | None:
        """Who is not to be stored; None where that is nobody."""
        hashes = [row[0] for row in self._db.execute("select hash from suppression where erased")]
        if self._erased.hashes != set(hashes):  # kept, because it remembers what it was asked
            self._erased = HashList(self._read_salts(), hashes)
        return self._erased if hashes else None

    def export_suppressions(self) -> SuppressionExport:
        """The whole list, to be taken into another store."""
        return load_suppressions(self._db)

    def merge_suppressions(self, carried: SuppressionExport) -> None:
        """Take another store's list in beside what is listed here, as when a copy of before is restored."""
        with self._write() as db:
            salts = dict.fromkeys([*self._read_salts(), *carried.salts])
            if salts:
                db.execute("insert or replace into meta values (?, ?)", (SALTS, " ".join(salts)))
            db.executemany("insert or replace into suppression values (?, ?, ?, ?)", carried.rows)

    def _read_salts(self) -> list[str]:
        row = self._db.execute("select value from meta where key = ?", (SALTS,)).fetchone()
        return row[0].split() if row else []


def load_suppressions(connection: sqlite3.Connection) -> SuppressionExport:
    """The whole list of any store, also of one whose version knows of nobody erased."""
    columns = {row[1] for row in connection.execute("pragma table_info(suppression)")}
    erased = "erased" if "erased" in columns else "0"
    rows = connection.execute(f"select hash, person, since, {erased} from suppression order by 1").fetchall()  # noqa: S608
    salts = connection.execute("select value from meta where key = ?", (SALTS,)).fetchone()
    return SuppressionExport(tuple(salts[0].split()) if salts else (), tuple(rows))
