"""A watch over a source that grows: whether it tells exactly the difference, and what the second refresh asks.

    uv run python -m benchmarks.watches --standin ../shared/standin/standin.py --corpus ../shared/paperlists

The stand-in is started on the conference files but those of one year, then, at the same address, on all of them. Calls
are counted by the stand-in itself; what is new of those on the shortlist is asked of it directly, past the finder.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from finder import answers
from finder.answers import Query
from finder.outreach import identity_tracking
from finder.settings import Settings, SourceSettings
from finder.storage import Store, open_store
from finder.watch import ingest, saved_query, state_capture
from finder.watch.refresh import WatchRefresher

TOP, STARRED = 100, 60


@contextmanager
def run_standin(script: Path, corpus: Path, port: int) -> Iterator[str]:
    """The stand-in over a folder of conference files."""
    words = [sys.executable, str(script), "--port", str(port), "--corpus", str(corpus)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()  # "ready"
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def fetch_standin_json(url: str, path: str = "/_log") -> Any:
    with urllib.request.urlopen(url + path) as answer:
        return json.load(answer)


def recent_works_of(url: str, ids: list[str]) -> set[tuple[str, str]]:
    """``(author id, title)`` of recent works, as the stand-in says."""
    since = (datetime.now(UTC).date() - state_capture.RECENT).isoformat()
    found = set()
    for id_ in ids:
        key = id_.removeprefix("openalex:")
        path = f"/openalex/works?filter=author.id:{key},from_publication_date:{since}&per_page=100&api_key=b"
        found |= {(id_, " ".join(work["title"].split())) for work in fetch_standin_json(url, path)["results"]}
    return found


def refresh_and_report(refresher: WatchRefresher, store: Store, url: str, title: str) -> list[Any]:
    """Refresh once, and say how many calls that took, and for what."""
    before, last = len(fetch_standin_json(url)), store.watches.newest_news_id()
    began = time.perf_counter()
    report = refresher.refresh_watches(store.watches.list_watches())
    took = time.perf_counter() - began
    calls = fetch_standin_json(url)[before:]
    by_path = ", ".join(f"{n} {path}" for path, n in sorted(Counter(call["path"] for call in calls).items()))
    credits_ = sum(one.credits for one in report.asked)
    print(f"{title}: {report.outcomes[0].state}, {len(calls)} calls ({by_path}), {credits_:g} credits, {took:.1f} s")
    new = [one for one in store.watches.list_news() if one.id > last]
    print("   news: " + (", ".join(f"{n} {kind}" for kind, n in Counter(one.kind for one in new).items()) or "none"))
    return new


def advisor_ids(store: Store, interest: str, top: int) -> set[str]:
    rows = answers.find_advisors(store, Query(interest, datetime.now(UTC).date(), top=top)).results
    return {row["author_id"] for row in rows}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--standin", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--interest", default="multimodal learning")
    parser.add_argument("--without", default="2025", help="year of the files that come later")
    parser.add_argument("--port", type=int, default=8753)
    options = parser.parse_args()
    ingest.board_crawler.load_boards = lambda _: []  # type: ignore[assignment] - no boards here
    with tempfile.TemporaryDirectory() as folder:
        part, home = Path(folder) / "part", Path(folder) / "home"
        part.mkdir()
        home.mkdir()
        for file in options.corpus.glob("*.json*"):
            if options.without not in file.name:
                (part / file.name).symlink_to(file.resolve())
        url = f"http://127.0.0.1:{options.port}"
        clock = [datetime.now(UTC) - timedelta(days=1)]
        settings = Settings(
            home, keys={"openalex_key": "a"}, sources={"openalex": SourceSettings(url=f"{url}/openalex")}
        )
        with open_store(home) as store:
            query = saved_query.encode_saved_query(Query(options.interest, clock[0].date(), top=TOP))
            store.watches.add("watch", query, 7, 7, clock[0].isoformat())
            refresher = WatchRefresher(ingest.WatchIngest(settings, store, clock=lambda: clock[0]))
            with run_standin(options.standin, part, options.port):
                refresh_and_report(refresher, store, url, "first refresh")
                for id_ in sorted(advisor_ids(store, options.interest, STARRED)):
                    identity_tracking.add_to_shortlist(store, id_, options.interest, clock[0].isoformat())
                refresh_and_report(refresher, store, url, f"second, {STARRED} starred since")
                clock[0] += timedelta(hours=1)
                refresh_and_report(refresher, store, url, "third, nothing changed")
                starred = sorted({t for e in store.shortlist.list_entries() for t in e.anchors if isinstance(t, str)})
                had, known = (
                    recent_works_of(url, starred),
                    advisor_ids(store, options.interest, round(TOP * state_capture.MARGIN)),
                )
            clock[0] = datetime.now(UTC)
            with run_standin(options.standin, options.corpus, options.port):
                new = refresh_and_report(refresher, store, url, f"fourth, with the files of {options.without}")
                more = recent_works_of(url, starred) - had
            people = {one.body["who"]["author_id"] for one in new if one.kind == "new person"}
            due = advisor_ids(store, options.interest, TOP) - known
            print(f"new people: {len(people)} told, {len(due)} due, {len(people ^ due)} differ")
            told = {
                (one.body["who"]["author_id"], one.body["text"].split("“", 1)[1].rsplit("”", 1)[0])
                for one in new
                if one.kind == "new work"
            }
            print(f"new works of those starred: {len(told)} told, {len(more)} due, {len(told ^ more)} differ")
            for id_, title in sorted(told ^ more):
                print(f"   {'told' if (id_, title) in told else 'not told'}: {id_} {title}")


if __name__ == "__main__":
    main()
