"""A process of its own that asks one source of this machine, and tells what came of it and what it cost.

``swallowing.py SOURCE URL HOME SECONDS``: SECONDS is the limit of one request; it is tried twice.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

from finder.http import RequestLimits
from finder.ingest.collector import Collector, build_fetch_request, build_homepage_request
from finder.settings import Settings, SourceSettings
from finder.source import discover_sources
from finder.storage import open_store

TRIES = 2


async def no_sleep(_: float) -> None:
    await asyncio.sleep(0)


async def swallowed(name: str, url: str, home: Path, seconds: float) -> dict[str, object]:
    """What a collection says of the source."""
    settings = Settings(home, sources={name: SourceSettings(enabled=True, url=url)})
    ask = replace(build_fetch_request("multimodal learning", date(2026, 11, 1)), limit=200)
    limits = RequestLimits(seconds=seconds, tries=TRIES)
    with open_store(home) as store:
        source = {name: discover_sources()[name]}
        async with Collector(settings, store, source, limits=limits, sleep=no_sleep) as collector:
            if name == "homepages":
                run = await collector.visit_homepages(build_homepage_request(ask, {f"{url}/ada": "Ada Vell"}))
            else:
                run = await collector.collect(ask)
        (entry,) = store.runs.source_runs(run.id)
        return {
            "state": entry.state,
            "message": entry.message,
            "records": store.records.count_by_source()[("test", "work")],
        }


def peak() -> float:
    """MB of memory that this process has had at most. What getrusage says on Linux counts who started it, too."""
    with suppress(OSError):
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024 * 1024 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    where, address, folder, limit = sys.argv[1:]
    began = time.monotonic()
    found = asyncio.run(swallowed(where, address, Path(folder), float(limit)))
    print(json.dumps({**found, "seconds": time.monotonic() - began, "peak": peak()}))  # noqa: T201 - the test reads it
