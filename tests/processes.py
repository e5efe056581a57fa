"""The command line as processes, and the fictional world's service for them to ask."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest.mock import patch
from urllib.parse import parse_qsl, unquote, urlsplit

from data.demo.builder.build import build_world
from data.demo.builder.service import Answer, answer
from finder.ingest.collector import Collector, build_fetch_request
from finder.settings import Settings, SourceSettings
from finder.source import discover_sources
from finder.sources import openalex
from finder.storage import open_store
from finder.storage.database import FILE

KEY = "pl4nted-Key/0123+456789"
DEADLINE = 60.0

Stored = set[tuple[str, str, str]]

# --- the service -----------------------------------------------------------------------------------------------------


@dataclass
class Service:
    """The fictional world's OpenAlex on this machine, and when it was asked what."""

    url: str = ""
    asked: list[tuple[float, str]] = field(default_factory=list)
    came: threading.Condition = field(default_factory=threading.Condition)

    def note(self, target: str) -> None:
        with self.came:
            self.asked.append((time.monotonic(), target))
            self.came.notify_all()

    def wait_for(self, count: int, done: Callable[[], object]) -> None:
        """Wait until it was asked so many times more, or ``done``."""
        wanted = len(self.asked) + count
        with self.came:
            while len(self.asked) < wanted and not done():
                self.came.wait(0.05)


@cache
def said(target: str) -> Answer:
    parts = urlsplit(target)
    return answer(build(), unquote(parts.path).removeprefix("/openalex"), dict(parse_qsl(parts.query)))


@cache
def build() -> object:
    return build_world(scale=0.3)


@contextmanager
def serving_world() -> Iterator[Service]:
    own = Service()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            own.note(self.path)
            status, headers, body = said(self.path)
            with suppress(ConnectionError):  # whoever asked may have been killed
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

    build()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        own.url = f"http://127.0.0.1:{server.server_port}/openalex"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield own
        server.shutdown()
        thread.join()


# --- the finder ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finder:
    """The command line over one data folder."""

    home: Path
    url: str = ""
    key: str = KEY
    program: tuple[str, ...] = ("-m", "finder")

    def start(self, *words: str | Path) -> subprocess.Popen[str]:
        self.home.mkdir(parents=True, exist_ok=True)  # only the service of this machine is to be asked
        others = (f"[sources.{name}]\nenabled = false\n" for name in discover_sources() if name != "openalex")
        (self.home / "finder.toml").write_text("".join(others), encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("FINDER_")}
        own = {"FINDER_HOME": str(self.home), "FINDER_OPENALEX_URL": self.url, "FINDER_OPENALEX_KEY": self.key}
        own |= {"FINDER_SEMANTIC": "off"}
        command = [sys.executable, *self.program, *map(str, words)]
        pipe = subprocess.PIPE
        environment = {**kept, **{name: value for name, value in own.items() if value}}
        return subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True, start_new_session=True)

    def run(self, *words: str | Path) -> tuple[str, str]:
        """Standard output and error of a call that must succeed."""
        process = self.start(*words)
        out, err = process.communicate(timeout=DEADLINE)
        assert process.returncode == 0, err
        return out, err

    def advisors(self, interest: str) -> dict[str, object]:
        return json.loads(self.run("advisors", interest, "--offline", "--format", "json")[0])


def killed(process: subprocess.Popen[str], patience: float) -> bool:
    """Kill it after so many seconds; False if it was done before."""
    try:
        process.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        for pipe in filter(None, (process.stdout, process.stderr)):
            pipe.close()
        return True
    assert process.returncode == 0
    return False


def survivors(group: int) -> list[str]:
    """Processes of a group that are still alive (Linux; nothing elsewhere)."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, of = stat.read_text().rpartition(")")[2].split()[:3]
            if int(of) == group and state != "Z":
                found.append(stat.parent.name)
    return found


def stored(home: Path) -> Stored:
    """All records; raises where the file or its full text is damaged."""
    with closing(sqlite3.connect(home / FILE)) as db:
        assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
        db.execute("insert into text (text) values ('integrity-check')")
        rows = db.execute("select kind, source || ' ' || source_id, body from record").fetchall()
        indexed = "select coalesce(max(cast(value as integer)), 0) from meta where key = 'indexed'"
        known = f"select id from record where kind = 'work' and seq <= ({indexed}) order by id"
        assert db.execute("select id from text_docsize order by id").fetchall() == db.execute(known).fetchall()
    assert len(set(rows)) == len(rows)
    return set(rows)


def collected_here(home: Path, url: str, interests: Iterable[str], key: str = KEY) -> Stored:
    """What one process stores that asks for the interests one after the other, without any trouble."""
    settings = Settings(home, sources={"openalex": SourceSettings(url=url)}, keys={"openalex_key": key} if key else {})

    unhurried = replace(openalex.CARD, pace=1000, keyed_pace=1000)  # this machine has no manners to ask for

    async def collect() -> None:
        with open_store(home) as store:
            for interest in interests:
                async with Collector(settings, store, {"openalex": discover_sources()["openalex"]}) as collector:
                    run = await collector.collect(build_fetch_request(interest, datetime.now(UTC).date()))
                    assert run.state == "complete"

    with patch.object(openalex, "CARD", unhurried):
        asyncio.run(collect())
    return stored(home)


def busiest(times: list[float], seconds: float = 1.0) -> int:
    """The most of these moments in any stretch of time of this length."""
    return max((sum(start <= at < start + seconds for at in times) for start in times), default=0)


def tokens(home: Path) -> list[float]:
    """When the only host that was asked gave out leave to ask it, in seconds."""
    with closing(sqlite3.connect(home / "pace.sqlite")) as db:
        (table,) = db.execute("select name from sqlite_master where type = 'table'").fetchone()
        return [row[0] / 1000 for row in db.execute(f"select item_timestamp from {table}")]
