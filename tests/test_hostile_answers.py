"""Answers that mean harm, through the real door: each ends within its limit and its memory, and names the remedy.

``FINDER_HOSTILE=all uv run pytest -n 0 -rP tests/test_hostile_answers.py`` tries all; it prints what each cost.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import re
import sys
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path

import pytest
from fuzzing import HOSTILE
from swallowing import TRIES

from finder.http.transport import BodyDecoder
from finder.storage import open_store
from tests.worlds import stored, work

MEMORY = 400
"""MB that the whole process may have needed at most, whatever is sent to it: 70 of them are its own code."""
SECONDS = 30.0
"""Within which it ends, its start and its end included, where a request may take ``LIMIT`` seconds."""
LIMIT = 1.0
REMEDY = re.compile(r"try again|asked again|update the finder|open .* in a browser|report this", re.I)
GIGABYTE = 10**9
FULL = 31_000_000
FEED = b'<feed xmlns="http://www.w3.org/2005/Atom">'
DEEP = b"<a>" * 10**5 + b"</a>" * 10**5
HELLO = b"<html><title>Ada Vell</title><p>I am recruiting PhD students."
MEMBER = gzip.compress(bytes(64 * 1024 * 1024), 9)

Said = Callable[[str], Iterator[bytes | float]]
"""What is sent to whoever asks for a path, piece by piece; a number is a wait in seconds."""


def head(kind: str = "application/json", status: str = "200 OK", **more: object) -> bytes:
    lines = {"Content-Type": kind, "Connection": "close"} | {k.replace("_", "-"): v for k, v in more.items()}
    return (f"HTTP/1.1 {status}\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items()) + "\r\n").encode()


def body(data: bytes, kind: str = "application/json", **more: object) -> Said:
    """A whole answer."""
    return lambda _: iter([head(kind, Content_Length=len(data), **more), data])


def full(first: bytes, each: bytes, last: bytes, kind: str = "application/json") -> Said:
    """An answer that is just not too large."""
    times = FULL // len(each) // 1000
    size = len(first) + times * 1000 * len(each) + len(last)
    return lambda _: chain([head(kind, Content_Length=size) + first], repeat(each * 1000, times), [last])


def endless(first: bytes, piece: bytes, kind: str = "application/json", **more: object) -> Said:
    """A body of ten gigabytes."""

    def said(_: str) -> Iterator[bytes]:
        yield head(kind, **more) + first
        yield from repeat(piece, 10 * GIGABYTE // len(piece))

    return said


def dripping(first: bytes, piece: bytes) -> Said:
    """A little, now and then."""

    def said(_: str) -> Iterator[bytes | float]:
        yield first
        while True:
            yield 0.05
            yield piece

    return said


def redirecting(path: str) -> Iterator[bytes]:
    yield head(status="302 Found", Location=f"{path}x", Content_Length=0)


def page(data: bytes, times: int = 1) -> Said:
    """A page of a host that has no robots.txt."""
    missing = head(status="404 Not Found", Content_Length=0)
    return lambda path: (
        iter([missing]) if path == "/robots.txt" else chain([head("text/html"), HELLO], repeat(data, times))
    )


def robots(rules: bytes, times: int) -> Said:
    """A page beside so many rules."""
    ruled = [head("text/plain"), b"User-agent: *\n"]
    return lambda path: chain(ruled, repeat(rules, times)) if path == "/robots.txt" else page(b"")(path)


@dataclass(frozen=True)
class Case:
    """Attributes: fine: the source may be read all the same."""

    source: str
    said: Said
    fine: bool = False


CHUNKED = {"Transfer_Encoding": "chunked"}
CASES = {
    "10^6 deep, open": Case("semantic_scholar", body(HOSTILE["a million lists"])),
    "10^6 deep, closed": Case("semantic_scholar", body(HOSTILE["a deep list of results"])),
    "10^6 deep objects": Case("semantic_scholar", body(b'{"data":' * 10**6 + b"1" + b"}" * 10**6)),
    "10^6 digits": Case("semantic_scholar", body(HOSTILE["a number of a million digits"])),
    "NaN and 1e999": Case("semantic_scholar", body(b'{"total":NaN,"data":[{"paperId":1e999,"title":-Infinity}]}')),
    "10^7 objects": Case("semantic_scholar", full(b'{"data":[', b"{},", b"{}]}")),
    "10^7 objects, another": Case("openalex", full(b'{"results":[', b"{},", b"{}]}")),
    "gzip bomb, 64 GB": Case("semantic_scholar", endless(b"", MEMBER * 10, Content_Encoding="gzip")),
    "gzip of nothing, endless": Case("openalex", endless(b"", gzip.compress(b"") * 3000, Content_Encoding="gzip")),
    "deflate bomb": Case("semantic_scholar", body(zlib.compress(bytes(300_000_000)), Content_Encoding="deflate")),
    "brotli, unasked": Case("semantic_scholar", body(b"\x00" * 1000, Content_Encoding="br")),
    "10 GB": Case("semantic_scholar", endless(b'{"results":[', b" " * 1_000_000)),
    "10 GB, said before": Case("semantic_scholar", endless(b"{", b" " * 1_000_000, Content_Length=10 * GIGABYTE)),
    "10 GB byte by byte": Case("semantic_scholar", endless(b"", b"1\r\n \r\n" * 10_000, **CHUNKED)),
    "endless headers": Case("semantic_scholar", lambda _: repeat(b"X-A: b\r\n" * 1000)),
    "endless status lines": Case("semantic_scholar", lambda _: repeat(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 1000)),
    "endless redirects": Case("semantic_scholar", redirecting),
    "body drips": Case("semantic_scholar", dripping(head() + b"{", b" ")),
    "headers drip": Case("semantic_scholar", dripping(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n")),
    "nothing comes": Case("semantic_scholar", dripping(b"", b"")),
    "garbage in place of HTTP": Case("semantic_scholar", lambda _: iter([bytes(range(256)) * 1000])),
    "garbage": Case("semantic_scholar", body(bytes(range(256)) * 1000)),
    "billion laughs": Case("arxiv", body(HOSTILE["entities that explode"], "application/atom+xml")),
    "a file as an entity": Case("arxiv", body(HOSTILE["an entity that reads a file"], "application/atom+xml")),
    "10^7 elements": Case("arxiv", full(FEED, b"<a/>", b"</feed>", "application/atom+xml")),
    "10^5 deep XML": Case("arxiv", body(FEED + DEEP + b"</feed>", "application/atom+xml"), fine=True),
    "10^5 deep HTML": Case("homepages", page(b"<div>" * 10**5), fine=True),
    "31 MB of open tags": Case("homepages", page(b"<a b='" * 1000, FULL // 6000), fine=True),
    "robots.txt of 10 GB": Case("homepages", robots(b"Disallow: /*a*a*a$\n" * 10_000, 10**6)),
    "robots.txt of 31 MB": Case("homepages", robots(b"Disallow: /*a*a*a*a$\n" * 1000, FULL // 22_000), fine=True),
}


USUAL = ("10^6 deep, closed", "10^7 objects", "gzip bomb, 64 GB", "10 GB", "body drips", "billion laughs")
CHOSEN = CASES if os.environ.get("FINDER_HOSTILE") else USUAL


@asynccontextmanager
async def serving(said: Said) -> AsyncIterator[str]:
    """A server that says it, for as long as somebody listens."""

    over = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
            for piece in said(path):
                if over.is_set():
                    break
                if isinstance(piece, float):
                    await asyncio.sleep(piece)
                    continue
                writer.write(piece)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        over.set()
        server.close()
        while len(asyncio.all_tasks()) > 1:
            await asyncio.sleep(0.01)


async def swallowed(case: Case, home: Path) -> dict[str, object]:
    script = str(Path(__file__).with_name("swallowing.py"))
    async with serving(case.said) as url:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            script,
            case.source,
            url,
            str(home),
            str(LIMIT),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            out, err = await asyncio.wait_for(child.communicate(), SECONDS)
        except TimeoutError:
            child.kill()
            await child.wait()
            raise
    assert child.returncode == 0, err.decode()[-2000:]
    return json.loads(out)


@pytest.mark.parametrize("name", CHOSEN)
def test_what_means_harm_costs_little_and_says_what_to_do(name: str, tmp_path: Path) -> None:
    stored(tmp_path, work("What was stored before", "Ada Vell")).close()

    told = asyncio.run(swallowed(CASES[name], tmp_path))

    print(f"{name:26}{told['seconds']:6.1f} s{told['peak']:7.0f} MB  {told['state']}: {told['message']}")  # noqa: T201
    assert float(str(told["peak"])) < MEMORY
    assert told["records"] == 1
    if not (CASES[name].fine and told["state"] == "complete"):
        assert told["state"] in ("failed", "blocked", "partial")
        assert REMEDY.search(str(told["message"])), told["message"]
    with open_store(tmp_path) as store:
        assert store.connection.execute("pragma integrity_check").fetchone() == ("ok",)


def test_the_limit_of_a_whole_question_is_known() -> None:
    assert LIMIT * TRIES < SECONDS


def test_what_is_packed_to_nothing_counts_as_it_came() -> None:
    unpack, member = BodyDecoder("gzip", 100_000), gzip.compress(b"") * 100

    fed = sum(unpack.feed(member) for _ in range(1000))

    assert 0 < fed <= 100_000 // len(member)
