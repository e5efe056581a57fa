"""A scripted web server on this machine, and a door to it that never really waits."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import httpx

from finder.errors import SourceError
from finder.http import CachingHttpClient, HttpEvent
from finder.settings import Settings, SourceSettings
from finder.source import Response, SourceInfo
from finder.storage import Store

PUBLIC = "93.184.216.34"
KEY = "k3y-Planted/0123+456789"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOY = SourceInfo(
    "toy",
    "The Toy",
    "https://toy.example",
    "CC0",
    "https://api.toy.example",
    pace=1000,
    key_name="toy_key",
    key_param="api_key",
    key_help="A key is free at toy.example.",
    credits=(1000, 10000),
    credit_headers=("X-Limit", "X-Remaining", "X-Cost", "X-Reset"),
)

T = TypeVar("T")


def run(test: Coroutine[Any, Any, T]) -> T:
    """Run a test that needs an event loop."""
    return asyncio.run(test)


@dataclass(frozen=True)
class Request:
    """What the server saw."""

    target: str
    headers: dict[str, str]

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.target).query)


def answer(body: bytes | str | dict[str, Any] = b'{"ok":true}', status: int = 200, **headers: object) -> bytes:
    """An HTTP answer; a header's underscores stand for dashes, and ``Content_Length`` may lie."""
    data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    lines = {"Content-Type": "application/json", "Content-Length": len(data), "Connection": "close"} | named
    head = f"HTTP/1.1 {status} Said\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return head.encode() + b"\r\n" + data


def page(body: str, status: int = 200, **headers: object) -> bytes:
    """An answer that is a web page."""
    return answer(body, status, **{"Content_Type": "text/html", **headers})


@dataclass
class Web:
    """The server: where it is, and what it was asked."""

    url: str = ""
    asked: list[Request] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.asked]


@asynccontextmanager
async def serving(*answers: bytes, by: Callable[[Request], bytes] | None = None) -> AsyncIterator[Web]:
    """Serve these answers in turn (the last one for ever), or what ``by`` makes of each request."""
    web = Web()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        fields = (line.partition(":") for line in head[1:] if line)
        request = Request(head[0].split(" ")[1], {name.lower(): value.strip() for name, _, value in fields})
        web.asked.append(request)
        try:
            writer.write(by(request) if by else answers[min(len(web.asked), len(answers)) - 1])
            await writer.drain()
        except ConnectionError:  # the client had enough, which may be the point of the test
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        web.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield web


@dataclass
class Door:
    """A client over a store, with a clock that only ``sleep`` moves."""

    store: Store
    url: str = ""
    key: str = ""
    card: SourceInfo = TOY
    now: datetime = NOON
    slept: list[float] = field(default_factory=list)
    events: list[HttpEvent] = field(default_factory=list)

    def open(self, **options: Any) -> CachingHttpClient:
        settings = Settings(
            home=self.store.home,
            contact="me@uni.example",
            sources={self.card.name: SourceSettings(url=self.url)} if self.url else {},
            keys={"toy_key": self.key} if self.key else {},
        )
        given = {"clock": lambda: self.now, "sleep": self.sleep, "on_event": self.events.append} | options
        return CachingHttpClient(settings, self.store, **given)

    async def sleep(self, seconds: float) -> None:
        if seconds >= 0.1:  # shorter ones are the pace of a thousand a second
            self.slept.append(round(seconds, 1))
            self.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    async def get(self, path: str = "/works", params: dict[str, Any] | None = None, **options: Any) -> Response:
        asking = {name: options.pop(name) for name in ("note", "check") if name in options}
        async with self.open(**options) as http:
            return await http.get(self.card, path, params, **asking)

    @property
    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]


def tokens(store: Store) -> list[int]:
    """When the only host asked so far gave out its tokens, in milliseconds."""
    with closing(sqlite3.connect(store.home / "pace.sqlite")) as pace:
        (table,) = pace.execute("select name from sqlite_master where type = 'table'").fetchone()
        return [row[0] for row in pace.execute(f"select item_timestamp from {table} order by 1")]


async def told(store: Store, *answers: bytes, **options: Any) -> tuple[Door, Any, list[str]]:
    """Ask once; the door, the reply or the error, and what the server was asked."""
    async with serving(*answers) as web:
        door = Door(store, web.url, **{k: options.pop(k) for k in ("key", "card") if k in options})
        try:
            outcome: Any = await door.get(**options)
        except SourceError as error:
            outcome = error
    return door, outcome, [request.target for request in web.asked]


class Internet(httpx.AsyncBaseTransport):
    """Hosts that are not there, and what was asked of them."""

    def __init__(self, by: Callable[[httpx.Request], tuple[int, dict[str, str], bytes]]) -> None:
        self.by = by
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        status, headers, body = self.by(request)

        async def stream() -> AsyncIterator[bytes]:
            yield body

        return httpx.Response(status, headers=headers, content=stream())


def public(_: str) -> list[str]:
    return [PUBLIC]
