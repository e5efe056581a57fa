"""Whether a record's tables are those that the migrations make, and nothing beside them: no trigger, no view, no table.

A record from elsewhere could hold SQL of its own, which would run whenever something is read or written.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from functools import cache

from finder.storage.database import load_migrations

SchemaObject = tuple[str, str, str, str]
"""Kind, name, table and SQL of something in a schema."""
_KEPT_BY_SQLITE = frozenset({"sqlite_sequence", "sqlite_stat1", "sqlite_stat4"})
_WORDS = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]"""  # in quotes: as it is
    r"""|(?P<comment>--[^\n]*|/\*.*?\*/)|\w+|[^\w\s]""",
    re.DOTALL,
)


def schema_difference(db: sqlite3.Connection) -> str:
    """What a record's schema has that the finder's of the same number has not, or lacks; empty where they are one.

    Nothing but the schema is read, and nothing of it runs.

    Raises:
        sqlite3.DatabaseError: the file is no database.
    """
    db.execute("pragma trusted_schema = off")
    number = db.execute("pragma user_version").fetchone()[0]
    if number not in {one for one, _ in load_migrations()}:
        return f"no finder has made a store of number {number}"
    found, due = Counter(_schema_objects(db)), Counter(schema_for_version(number))
    if more := sorted((found - due).elements()):
        kind, name, _, _ = more[0]
        return f"its {kind} {name[:60]!r} is none of the finder's"
    if less := sorted((due - found).elements()):
        return f"its {less[0][0]} {less[0][1]!r} is missing"
    return ""


@cache
def schema_for_version(number: int) -> Sequence[SchemaObject]:
    """The schema that the migrations up to a number make."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        for one, script in load_migrations():
            if one <= number:
                db.executescript(script)
        return tuple(_schema_objects(db))


def _schema_objects(db: sqlite3.Connection) -> list[SchemaObject]:
    rows = db.execute("select type, name, tbl_name, sql from sqlite_master").fetchall()
    return [
        (str(kind), str(name), str(table), normalize_sql(sql or ""))
        for kind, name, table, sql in rows
        if not (kind == "table" and name in _KEPT_BY_SQLITE)
    ]


def normalize_sql(sql: str) -> str:
    """SQL in one spelling: without comments, spaces, and capitals outside of what stands in quotes.

    >>> normalize_sql("CREATE TABLE meta (key text) -- notes") == normalize_sql("create table meta(key  text)")
    True
    >>> normalize_sql('select id from a') == normalize_sql('select id "--", evil()' + chr(10) + "from a")
    False
    """
    words = (found.group() for found in _WORDS.finditer(sql) if not found["comment"])
    return " ".join(word if word[0] in "'\"`[" else word.lower() for word in words)
