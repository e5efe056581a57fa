"""Record what the sources would have been answered: the finder collects, and the fictional service answers."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qsl, urlsplit

from data.demo.builder import boards, orcids
from data.demo.builder.grants import pack_networks
from data.demo.builder.model import World
from data.demo.builder.service import answer
from data.demo.builder.topics import NAMES
from data.demo.builder.truth import Truth
from finder.demo_store import NETWORKS, PAGES, SOURCES, collect_demo_interests
from finder.http import write_recordings
from finder.source import Response
from finder.storage import open_store

KEPT_HEADERS = ("content-type", "x-ratelimit-credits-used")
"""The rest would differ with the order of the calls, or say nothing."""
TRUTH = "truth.json.gz"
FOLDER = Path("data/demo")


class Recorder(Mapping[str, Response]):
    """Recordings that are made when they are first asked for: whatever the finder asks is answered, and kept."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.kept: dict[str, Response] = {}

    def __getitem__(self, key: str) -> Response:
        if key not in self.kept:
            self.kept[key] = reply_to(self.world, key)
        return self.kept[key]

    def __bool__(self) -> bool:
        return True  # an empty recorder is not "no recordings"

    def __iter__(self) -> Iterator[str]:
        return iter(self.kept)

    def __len__(self) -> int:
        return len(self.kept)


def reply_to(world: World, key: str) -> Response:
    """What the service that a recording's name begins with answers."""
    return orcids.reply(world, key) if key.startswith("orcid:") else openalex_reply(world, key)


def openalex_reply(world: World, key: str) -> Response:
    """What the service answers to a recording's name, ``openalex:/works?…``."""
    source, _, url = key.partition(":")
    parts = urlsplit(url)
    status, headers, body = answer(world, parts.path, dict(parse_qsl(parts.query)))
    if status != 200:
        raise LookupError(f"The fictional service says {status} to {url}: {body[:200].decode()}. Mend the builder.")
    kept = {name.lower(): value for name, value in headers.items() if name.lower() in KEPT_HEADERS}
    return Response(source, url, status, body, "", kept, note=parts.path.strip("/"))


async def collect_all(recordings: Mapping[str, Response], home: Path) -> None:
    """Collect as the demo does, into one store: whom the finder completes depends on whom it knows already.

    Raises:
        RuntimeError: something that was asked is not recorded.
    """
    with closing(open_store(home)) as store:
        await collect_demo_interests(store, recordings)
        for interest in NAMES:
            run = store.runs.latest_run(interest=interest, kind="collect")
            if run is None or run.state != "complete":
                told = store.runs.source_runs(run.id) if run else "it was not asked for"
                raise RuntimeError(f"{interest} was not collected completely: {told}")


def record_sources(world: World) -> dict[str, list[Response]]:
    """By source, the replies to everything that the demo asks: it is collected here exactly as it will be there."""
    recorder = Recorder(world)
    with TemporaryDirectory() as folder:
        asyncio.run(collect_all(recorder, Path(folder)))
    return {name: [reply for reply in recorder.kept.values() if reply.source == name] for name in SOURCES}


def record_pages(world: World) -> Iterator[Response]:
    """Homepages and job boards, for the sources that will read them."""
    for url, html in sorted(world.pages.items()):
        headers = {"content-type": "text/html; charset=utf-8"}
        yield Response("homepages", url, 200, html.encode(), "", headers, note="a fictional homepage")
    for board, url, body in boards.replies(world):
        headers = {"content-type": "application/json; charset=utf-8"}
        yield Response(board, url, 200, body, "", headers, note="a fictional job board")


def write_world(world: World, folder: Path = FOLDER) -> dict[str, int]:
    """Write recordings and truth; returns the size of each file in bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, replies in record_sources(world).items():
        write_recordings(folder / SOURCES[name], replies)
    write_recordings(folder / PAGES, record_pages(world), boards.BASES)
    (folder / NETWORKS).write_bytes(pack_networks(world))
    text = json.dumps(Truth(world).all(), ensure_ascii=False, separators=(",", ":"))
    (folder / TRUTH).write_bytes(packed(text.encode()))
    return {
        path.name: path.stat().st_size for path in map(folder.joinpath, (*SOURCES.values(), PAGES, NETWORKS, TRUTH))
    }


def packed(content: bytes) -> bytes:
    """Gzip without a time, so that the same content makes the same bytes."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, mtime=0, fileobj=buffer) as file:
        file.write(content)
    return buffer.getvalue()
