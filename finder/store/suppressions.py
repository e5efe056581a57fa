"""People who asked not to be shown, or not to be stored, as salted hashes: the list itself holds no names."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from finder.store.listed import Listed, hashed
from finder.store.records import Write

SALTS = "salt"  # note of the store: all salts that its hashes were made with, the first for new ones


class Carried(NamedTuple):
    """A list as it is taken from one store into another: ``rows`` are hash, person, since and erased."""

    salts: tuple[str, ...]
    rows: tuple[tuple[str, str, str, int], ...]


class Suppressions:
    """Verbs over the ``suppression`` table. A token is an id (``orcid:…``) or ``name|institution``, both folded.

    Whoever is erased is listed by further tokens, see :mod:`finder.store.scrub`.
    """

    def __init__(self, connection: sqlite3.Connection, write: Write) -> None:
        self._db = connection
        self._write = write
        self._erased = Listed((), ())

    def add(self, tokens: Iterable[str], now: str, *, erased: bool = False) -> None:
        """Suppress whoever bears one of these tokens, from now on and through every refresh.

        Args:
            erased: nothing of them is to be stored either.
        """
        with self._write() as db:
            db.execute("insert or ignore into meta values (?, ?)", (SALTS, secrets.token_hex(16)))
            salt = self._salts()[0]
            hashes = [hashed(salt, token) for token in tokens]
            rows = [(hash_, hashes[0], now, erased) for hash_ in hashes]
            db.executemany(
                """insert into suppression (hash, person, since, erased) values (?, ?, ?, ?)
                   on conflict (hash) do update set person = excluded.person, erased = 1 where excluded.erased""",
                rows,
            )

    def remove(self, token: str) -> bool:
        """Take a suppression back, with all that was listed along with this token; False if it is not listed."""
        with self._write() as db:
            marks = [hashed(salt, token) for salt in self._salts()]
            query = f"""delete from suppression where person in
                        (select person from suppression where hash in ({", ".join("?" * len(marks))}))"""  # noqa: S608
            return db.execute(query, marks).rowcount > 0

    def any(self) -> bool:
        """Whether anybody is suppressed at all."""
        return self._db.execute("select 1 from suppression limit 1").fetchone() is not None

    def version(self) -> str:
        """Changes whenever the list does."""
        hashes = [row[0] for row in self._db.execute("select hash from suppression order by 1")]
        return hashlib.sha256("".join(hashes).encode()).hexdigest()[:12] if hashes else ""

    def among(self, tokens: Iterable[str]) -> set[str]:
        """Those of the tokens that are suppressed."""
        hashes = [row[0] for row in self._db.execute("select hash from suppression")]
        listed = Listed(self._salts(), hashes)
        return {token for token in tokens if token in listed} if hashes else set()

    def erased(self) -> Listed | None:
        """Who is not to be stored; None where that is nobody."""
        hashes = [row[0] for row in self._db.execute("select hash from suppression where erased")]
        if self._erased.hashes != set(hashes):  # kept, because it remembers what it was asked
            self._erased = Listed(self._salts(), hashes)
        return self._erased if hashes else None

    def carried(self) -> Carried:
        """The whole list, to be taken into another store."""
        return carried_from(self._db)

    def carry(self, carried: Carried) -> None:
        """Take another store's list in beside what is listed here, as when a copy of before is restored."""
        with self._write() as db:
            salts = dict.fromkeys([*self._salts(), *carried.salts])
            if salts:
                db.execute("insert or replace into meta values (?, ?)", (SALTS, " ".join(salts)))
            db.executemany("insert or replace into suppression values (?, ?, ?, ?)", carried.rows)

    def _salts(self) -> list[str]:
        row = self._db.execute("select value from meta where key = ?", (SALTS,)).fetchone()
        return row[0].split() if row else []


def carried_from(connection: sqlite3.Connection) -> Carried:
    """The whole list of any store, also of one whose version knows of nobody erased."""
    columns = {row[1] for row in connection.execute("pragma table_info(suppression)")}
    erased = "erased" if "erased" in columns else "0"
    rows = connection.execute(f"select hash, person, since, {erased} from suppression order by 1").fetchall()  # noqa: S608
    salts = connection.execute("select value from meta where key = ?", (SALTS,)).fetchone()
    return Carried(tuple(salts[0].split()) if salts else (), tuple(rows))
