"""What is read of files and of what is packed, never more than a bound: a small file may unpack to any size. Pure."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from finder.errors import TooLarge

MEGABYTE = 1_000_000
MOST = 256 * MEGABYTE
"""Bytes of a file, unpacked, unless the user has set another number."""
COST = 300
"""Bytes that a list or an object takes in memory, however few it takes in a file."""
CHUNK = 1 << 20
WINDOW, OVERLAP = 32 * MEGABYTE, 65_536
GZIP = b"\x1f\x8b"


def read_bounded_file(path: Path, most: int = MOST) -> bytes:
    """A file, unpacked where it is gzip.

    Raises:
        TooLarge: it holds more than the bound, or is packed twice.
        zlib.error: it is damaged.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return read_bounded_stream(path.name, file, most)


def read_file_head(path: Path, most: int) -> bytes:
    """The first bytes of a file, unpacked where it is gzip.

    Raises:
        zlib.error: it is damaged.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        first = file.read(min(CHUNK, most))
    return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(first, most) if first.startswith(GZIP) else first


def read_bounded_stream(name: str, file: IO[bytes], most: int = MOST) -> bytes:
    """The same of an open file."""
    first = file.read(CHUNK)
    pieces = _gunzip_chunks(first, file) if first.startswith(GZIP) else _raw_chunks(first, file)
    found = bytearray()
    for piece in pieces:
        found += piece
        if len(found) > most:
            raise too_large_error(name, most)
    if first.startswith(GZIP) and found.startswith(GZIP):
        raise TooLarge(f"{name} is packed within what is packed: unpack it once yourself.")
    return bytes(found)


def gunzip_bytes(name: str, data: bytes, most: int = MOST) -> bytes:
    """Bytes, unpacked where they are gzip; see :func:`read_bounded_file`."""
    if data.startswith(GZIP):
        return read_bounded_stream(name, io.BytesIO(data), most)
    if len(data) > most:
        raise too_large_error(name, most)
    return data


def inflate_bytes(data: bytes, most: int = MOST) -> bytes:
    """What zlib has packed.

    Raises:
        zlib.error: it is damaged, or holds more than the bound.
    """
    unpack = zlib.decompressobj()
    found = unpack.decompress(data, most + 1)
    if len(found) > most:
        raise zlib.error(f"more than {most // MEGABYTE:,} MB")
    if not unpack.eof:
        raise zlib.error("it broke off")
    return found


def require_affordable_json(name: str, text: bytes, most: int = MOST) -> None:
    """Make sure that JSON of very many small pieces is not read: each takes a hundred times of what it is in the file.

    Raises:
        TooLarge: it would take more memory than the bound.
    """
    if not is_affordable_json(text, most):
        raise too_large_error(name, most)


def is_affordable_json(text: bytes, most: int = MOST) -> bool:
    """Whether what JSON says fits into the bound."""
    return (text.count(b"{") + text.count(b"[")) * COST <= most


def overlapping_chunks(file: IO[bytes], most: int = 8 * MOST) -> Iterator[bytes]:
    """An open file in overlapping pieces, so that whatever is looked for in it stands whole in one of them."""
    before, left = b"", most
    while left > 0 and (piece := file.read(min(WINDOW, left))):
        left -= len(piece)
        yield before + piece
        before = piece[-OVERLAP:]


def too_large_error(name: str, most: int) -> TooLarge:
    """The error, with its remedy."""
    return TooLarge(
        f"{name} holds more than {most / MEGABYTE:,.0f} MB once it is unpacked and read, the most that is read of one "
        "file. If it should: set most_megabytes under [files] in finder.toml."
    )


def _raw_chunks(first: bytes, file: IO[bytes]) -> Iterator[bytes]:
    while first:
        yield first
        first = file.read(CHUNK)


def _gunzip_chunks(first: bytes, file: IO[bytes]) -> Iterator[bytes]:
    """All members of a gzip file, a piece at a time."""
    unpack, data = zlib.decompressobj(zlib.MAX_WBITS | 16), first
    while data or (data := file.read(CHUNK)):
        if unpack.eof:
            if not (data := data.lstrip(b"\0")):
                continue  # padding
            unpack = zlib.decompressobj(zlib.MAX_WBITS | 16)
        yield unpack.decompress(data, CHUNK)
        data = unpack.unused_data if unpack.eof else unpack.unconsumed_tail
    while not unpack.eof and (piece := unpack.decompress(b"", CHUNK)):
        yield piece
    if not unpack.eof:
        raise zlib.error("it broke off")
