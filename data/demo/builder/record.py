"""Record what the sources would have been answered: the finder collects, and the fictional service answers."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qsl, urlsplit

from data.demo.builder import boards
from data.demo.builder.model import TODAY, World
from data.demo.builder.service import answer
from data.demo.builder.topics import NAMES
from data.demo.builder.truth import Truth
from finder.collect import Collector, question
from finder.demo import RECORDINGS
from finder.http import write_recordings
from finder.settings import Settings
from finder.source import Reply
from finder.sources.openalex import SOURCE
from finder.store import open_store

KEPT_HEADERS = ("content-type", "x-ratelimit-credits-used")
"""The rest would differ with the order of the calls, or say nothing."""
TRUTH = "truth.json.gz"
PAGES = "pages.jsonl.xz"
FOLDER = Path("data/demo")


class Recorder(Mapping[str, Reply]):
    """Recordings that are made when they are first asked for: whatever the finder asks is answered, and kept."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.kept: dict[str, Reply] = {}

    def __getitem__(self, key: str) -> Reply:
        if key not in self.kept:
            self.kept[key] = openalex_reply(self.world, key)
        return self.kept[key]

    def __bool__(self) -> bool:
        return True  # an empty recorder is not "no recordings"

    def __iter__(self) -> Iterator[str]:
        return iter(self.kept)

    def __len__(self) -> int:
        return len(self.kept)


def openalex_reply(world: World, key: str) -> Reply:
    """What the service answers to a recording's name, ``openalex:/works?…``."""
    source, _, url = key.partition(":")
    parts = urlsplit(url)
    status, headers, body = answer(world, parts.path, dict(parse_qsl(parts.query)))
    if status != 200:
        raise LookupError(f"The fictional service says {status} to {url}: {body[:200].decode()}. Mend the builder.")
    kept = {name.lower(): value for name, value in headers.items() if name.lower() in KEPT_HEADERS}
    return Reply(source, url, status, body, "", kept, note=parts.path.strip("/"))


async def collect_all(recordings: Mapping[str, Reply], home: Path) -> None:
    """Collect all interests in order, into one store: whom the finder completes depends on whom it knows already.

    Raises:
        RuntimeError: something that was asked is not recorded.
    """
    moment = datetime.fromisoformat(f"{TODAY}T00:00:00+00:00")
    settings = Settings(home=home, keys={"openalex_key": "demo"})
    with closing(open_store(home)) as store:
        for interest in NAMES:
            async with Collector(
                settings,
                store,
                {"openalex": SOURCE},
                clock=lambda: moment,
                mode="replay",
                recordings=recordings,
            ) as collector:
                run = await collector.collect(question(interest, moment.date()))
                if run.state != "complete":
                    raise RuntimeError(f"{interest} was not collected completely: {store.runs.sources(run.id)}")


def record_openalex(world: World) -> list[Reply]:
    """The replies to everything that the demo asks: it is collected here exactly as it will be there."""
    recorder = Recorder(world)
    with TemporaryDirectory() as folder:
        asyncio.run(collect_all(recorder, Path(folder)))
    return list(recorder.kept.values())


def record_pages(world: World) -> Iterator[Reply]:
    """Homepages and job boards, for the sources that will read them."""
    for url, html in sorted(world.pages.items()):
        headers = {"content-type": "text/html; charset=utf-8"}
        yield Reply("homepages", url, 200, html.encode(), "", headers, note="a fictional homepage")
    for board, url, body in boards.replies(world):
        headers = {"content-type": "application/json; charset=utf-8"}
        yield Reply(board, url, 200, body, "", headers, note="a fictional job board")


def write_world(world: World, folder: Path = FOLDER) -> dict[str, int]:
    """Write recordings and truth; returns the size of each file in bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    write_recordings(folder / RECORDINGS, record_openalex(world))
    write_recordings(folder / PAGES, record_pages(world), boards.BASES)
    text = json.dumps(Truth(world).all(), ensure_ascii=False, separators=(",", ":"))
    (folder / TRUTH).write_bytes(packed(text.encode()))
    return {path.name: path.stat().st_size for path in (folder / RECORDINGS, folder / PAGES, folder / TRUTH)}


def packed(content: bytes) -> bytes:
    """Gzip without a time, so that the same content makes the same bytes."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, mtime=0, fileobj=buffer) as file:
        file.write(content)
    return buffer.getvalue()
