"""Record what the sources would have been answered: the same calls as in life, through a door that leads nowhere."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from data.demo.builder import boards
from data.demo.builder.model import FIRST_DAY, TODAY, World
from data.demo.builder.service import answer
from data.demo.builder.topics import NAMES
from data.demo.builder.truth import Truth
from finder.errors import SourceError
from finder.http.recordings import write_recordings
from finder.http.urls import join
from finder.model import Work
from finder.source import Ask, Card, Reply
from finder.sources.openalex import SOURCE

COMPLETED = 50
"""Authors an interest whose own records and other works are recorded too; all of them would not fit."""
KEPT_HEADERS = ("Content-Type", "X-RateLimit-Credits-Used")
"""The rest would differ with the order of the calls, or say nothing."""
FOLDER = Path("data/demo")


class MemoryDoor:
    """A :class:`finder.source.Door` on the fictional world that keeps every reply."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.kept: dict[str, Reply] = {}

    def keyed(self, card: Card) -> bool:
        """A key is never needed here; the calls are those made with one."""
        return True

    async def get(
        self, card: Card, path: str, params: dict[str, Any] | None = None,
        *, note: str = "", check: Callable[[bytes], bool] | None = None,
    ) -> Reply:  # fmt: skip
        """What the service answers."""
        url = join(card.base, path, params)
        parts = urlsplit(url)
        status, headers, body = answer(self.world, parts.path, dict(parse_qsl(parts.query)))
        if status != 200:
            raise SourceError(f"The fictional service says {status}: {body[:200].decode()}. Mend the builder.")
        kept = {name: value for name, value in headers.items() if name in KEPT_HEADERS}
        reply = Reply(card.name, url, status, body, f"{TODAY}T00:00:00Z", kept, note=note)
        self.kept[url] = reply
        return reply


def ask_for(interest: str, ids: tuple[str, ...] = ()) -> Ask:
    """The question that the demo asks."""
    today = date.fromisoformat(TODAY)
    return Ask(interest, date.fromisoformat(FIRST_DAY), today, today, ids=ids, keyed=True)


def promising(works: list[Work], most: int = COMPLETED) -> tuple[str, ...]:
    """Authors with most works on the interest, first and last places counting double; ties by id."""
    points: Counter[str] = Counter()
    for work in {w.source_id: w for w in works}.values():
        last = len(work.authorships) - 1
        for place, line in enumerate(work.authorships[:30]):
            for key in line.ids:
                if key.startswith("openalex:"):
                    points[key] += 2 if place in (0, last) else 1
    best = sorted(points, key=lambda key: (-points[key], key))[:most]
    return tuple(sorted(best))


async def _all(replies: AsyncIterator[Reply]) -> list[Reply]:
    return [reply async for reply in replies]


def record_openalex(world: World) -> list[Reply]:
    """The replies to all twelve interests, then to the completion of their most promising authors."""
    door = MemoryDoor(world)
    if SOURCE.fetch is None or SOURCE.complete is None:
        raise RuntimeError("the OpenAlex source cannot be asked")
    for interest in NAMES:
        found = asyncio.run(_all(SOURCE.fetch(door, ask_for(interest))))
        works = [r for reply in found for r in SOURCE.parse(reply) if isinstance(r, Work)]
        asyncio.run(_all(SOURCE.complete(door, ask_for(interest, promising(works)))))
    return list(door.kept.values())


def record_pages(world: World) -> Iterator[Reply]:
    """Homepages and job boards, for the sources that will read them."""
    for url, html in sorted(world.pages.items()):
        headers = {"Content-Type": "text/html; charset=utf-8"}
        yield Reply("homepages", url, 200, html.encode(), "", headers, note="a fictional homepage")
    for board, url, body in boards.replies(world):
        headers = {"Content-Type": "application/json; charset=utf-8"}
        yield Reply(board, url, 200, body, "", headers, note="a fictional job board")


def write_world(world: World, folder: Path = FOLDER) -> dict[str, int]:
    """Write recordings and truth; returns the size of each file in bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    write_recordings(folder / "openalex.jsonl.gz", record_openalex(world), {"openalex": SOURCE.card.base})
    write_recordings(folder / "pages.jsonl.gz", record_pages(world), boards.BASES)
    text = json.dumps(Truth(world).all(), ensure_ascii=False, separators=(",", ":"))
    (folder / "truth.json.gz").write_bytes(packed(text.encode()))
    return {path.name: path.stat().st_size for path in sorted(folder.glob("*.gz"))}


def packed(content: bytes) -> bytes:
    """Gzip without a time, so that the same content makes the same bytes."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, mtime=0, fileobj=buffer) as file:
        file.write(content)
    return buffer.getvalue()
