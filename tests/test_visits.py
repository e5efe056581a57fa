"""People's own pages, from the answer's first names to the statement on their card."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path

from serving import Request, page, serving

from finder import answers
from finder.ingest.collector import Collector, active_sources, build_fetch_request, build_homepage_request
from finder.model import Authorship
from finder.publication import resolve_and_publish
from finder.settings import Settings, SourceSettings
from finder.source import discover_sources
from finder.storage import open_store
from finder.storage.runs import SourceRun
from tests.worlds import NOW, stored, work

TODAY = date(2026, 11, 1)
PAGE = """<title>Ada Vell</title><h1>Ada Vell</h1>
<!-- I am looking for PhD students to start in 2019. -->
<p>I am recruiting one PhD student to start in Fall 2027.</p>"""


def test_a_page_is_read_and_quoted_on_the_card_and_what_is_in_a_comment_is_not(tmp_path: Path) -> None:
    async def visited() -> list[str]:
        def by(request: Request) -> bytes:
            return page("", status=404) if request.path == "/robots.txt" else page(PAGE)

        async def no_sleep(_: float) -> None:
            await asyncio.sleep(0)

        async with serving(by=by) as web:
            ada = Authorship("Ada Vell", homepage=f"{web.url}/~ada/")
            stored(tmp_path, work("Modality dropout", ada, date="2026-01-01")).close()
            settings = Settings(tmp_path, sources={"homepages": SourceSettings(url=web.url, enabled=True)})
            with open_store(tmp_path) as store:
                before = store.runs.start_run("collect", "modality dropout", NOW)
                store.runs.record_source_run(before, SourceRun("openalex", "partial"))
                sources = {"homepages": discover_sources()["homepages"]}
                clock = datetime.fromisoformat(NOW).astimezone(UTC)
                async with Collector(settings, store, sources, clock=lambda: clock, sleep=no_sleep) as collector:
                    ask = build_homepage_request(
                        build_fetch_request("modality dropout", TODAY), {f"{web.url}/~ada/": "Ada Vell"}
                    )
                    run = await collector.visit_homepages(ask)
                assert run.state == "complete", store.runs.source_runs(run.id)
                resolve_and_publish(store, NOW)
            return web.paths

    asked = asyncio.run(visited())
    with open_store(tmp_path) as store:
        found = answers.find_advisors(store, answers.Query("modality dropout", TODAY))
        says = found.results[0]["recruiting"]

    states = {source["source"]: source["state"] for source in found.coverage["sources"]}
    assert (states["openalex"], states["homepages"]) == ("partial", "complete")
    assert says["polarity"] == "recruiting"
    assert says["quote"] == "I am recruiting one PhD student to start in Fall 2027."
    assert "/robots.txt" in asked


def test_pages_are_read_only_where_the_user_wants_it(tmp_path: Path) -> None:
    assert "homepages" not in active_sources(Settings(tmp_path), discover_sources())
    assert not Settings(tmp_path).is_source_enabled("homepages", discover_sources()["homepages"].card.default_on)
