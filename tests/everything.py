"""All bytes of a data folder, packed or not: what a search for somebody has to look through."""

from __future__ import annotations

import gzip
import html
import lzma
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import polars as pl


def everything(home: Path) -> Iterator[tuple[str, bytes]]:
    """Every file by its path: as it lies there, and unpacked. Of a database also each packed answer."""
    for path in sorted(file for file in home.rglob("*") if file.is_file()):
        place = str(path.relative_to(home))
        data = path.read_bytes()
        yield place, place.encode() + b"\n" + data
        if path.suffix == ".parquet":
            yield f"{place} as a table", repr(pl.read_parquet(path).to_dicts()).encode()
        elif data[:2] == b"\x1f\x8b":
            yield f"{place} unpacked", gzip.decompress(data)
        elif data[:6] == b"\xfd7zXZ\x00":
            yield f"{place} unpacked", lzma.decompress(data)
        elif data[:4] == b"PK\x03\x04":
            with zipfile.ZipFile(path) as archive:
                yield from ((f"{place} {name}", archive.read(name)) for name in archive.namelist())
        elif data[:16] == b"SQLite format 3\x00" and path.name == "finder.sqlite":
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
                for id_, body in db.execute("select id, body from reply where length(body) > 0"):
                    yield f"{place} reply {id_}", zlib.decompress(body)
                dump = "\n".join(repr(row) for table in _tables(db) for row in db.execute(f"select * from {table}"))
                yield f"{place} as text", dump.encode(errors="replace")
        yield from ((f"{place} packed at {at}", text) for at, text in _inflated(data))


def _tables(db: sqlite3.Connection) -> list[str]:
    query = "select name from sqlite_master where type = 'table' and name not like '%text%'"
    return [row[0] for row in db.execute(query)]


def _inflated(data: bytes) -> Iterator[tuple[int, bytes]]:
    """What begins like a zlib stream anywhere in a file, such as in a free page, as far as it can be unpacked."""
    for found in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", data):
        try:
            text = zlib.decompressobj().decompress(data[found.start() : found.start() + 200_000], 400_000)
        except zlib.error:
            continue
        if len(text) > 40:
            yield found.start(), text


def found(home: Path, *words: str) -> list[str]:
    """Where any of the words stands, in any case, as JSON or HTML may spell it, too."""
    spelled = set()
    for word in words:
        escaped = "".join(c if c.isascii() else f"\\u{ord(c):04x}" for c in word)
        spelled |= {form.lower().encode() for form in (word, escaped, html.escape(word), word.replace(" ", "\x1f"))}
    return [f"{place}: {form.decode()}" for place, data in everything(home) for form in spelled if form in data.lower()]
