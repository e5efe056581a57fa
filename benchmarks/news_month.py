"""A month of news as a student reads it: conference files come venue by venue, and each week's digest is printed.

    uv run python -m benchmarks.news_month --standin ../shared/standin/standin.py --corpus ../shared/paperlists \
        --postings tests/postings/judged.psv

The stand-in is started anew each week on the files that are there by then; the ten first listed are starred before.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.watches import run_standin
from finder import answers
from finder.answers import Query
from finder.model import Board, Posting
from finder.outreach import identity_tracking
from finder.settings import Settings, SourceSettings
from finder.storage import Store, open_store
from finder.watch import digest, ingest, saved_query
from finder.watch.refresh import WatchRefresher

YEARS = ("2022", "2023", "2024")  # of the files that are there at first
WEEKS = (("cvpr2025",), (), ("3dv2025", "aistats2025", "alt2025", "coling2025", "icml2025"), ("iccv2025",))
TOP, STARRED = 100, 10
BOARD = Board("Quillmere Research", "lever", "quillmere", "", "a benchmark")


def fill_fake_board(store: Store, rows: Sequence[dict[str, str]], week: int, now: datetime) -> None:
    """A board that lists more each week; every third position names a deadline."""
    listed = [
        Posting(
            "lever",
            f"quillmere/{n}",
            "quillmere",
            row["title"],
            f"https://jobs.example/{n}",
            description=row["text"],
            date_posted="2026-10-01",
            valid_through=f"2026-12-{10 + n % 15}" if n % 3 == 0 else None,
        )
        for n, row in enumerate(rows)
        if row["topic"] in "m-" and n % 5 <= week
    ]
    store.postings.register_boards([BOARD])
    store.postings.record_crawl(BOARD, listed, now.strftime("%Y-%m-%dT%H:%M:%SZ"), complete=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--standin", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--postings", type=Path)
    parser.add_argument("--interest", default="multimodal learning")
    parser.add_argument("--port", type=int, default=8754)
    options = parser.parse_args()
    ingest.board_crawler.load_boards = lambda _: []  # type: ignore[assignment] - no boards but ours
    rows: list[dict[str, str]] = []
    if options.postings:
        with options.postings.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="|"))
    files = sorted(options.corpus.glob("*.json*"))
    with tempfile.TemporaryDirectory() as folder:
        part, home = Path(folder) / "part", Path(folder) / "home"
        part.mkdir()
        home.mkdir()
        url = f"http://127.0.0.1:{options.port}/openalex"
        settings = Settings(home, keys={"openalex_key": "a"}, sources={"openalex": SourceSettings(url=url)})
        clock = [datetime(2026, 11, 2, 9, tzinfo=UTC)]
        with open_store(home) as store:
            query = saved_query.encode_saved_query(Query(options.interest, clock[0].date(), top=TOP))
            store.watches.add(options.interest, query, 7, 7, clock[0].isoformat())
            refresher = WatchRefresher(ingest.WatchIngest(settings, store, clock=lambda: clock[0]))
            for week, new in enumerate(((), *WEEKS)):
                for file in files:
                    first = any(year in file.name for year in YEARS) and week == 0
                    if first or file.name.split(".")[0] in new:
                        (part / file.name).symlink_to(file.resolve())
                fill_fake_board(store, rows, week, clock[0])
                last = store.watches.newest_news_id()
                with run_standin(options.standin, part, options.port):
                    report = refresher.refresh_watches(store.watches.list_watches())
                    if week == 0:
                        star_first_people(store, options.interest, clock[0])
                        clock[0] += timedelta(hours=1)
                        refresher.refresh_watches(store.watches.list_watches())  # their other works are no news
                found = [
                    one for one in store.watches.list_news() if one.id > last and one.day == clock[0].date().isoformat()
                ]
                kinds = dict(Counter(one.kind for one in found))
                print(f"=== week {week}, {', '.join(new) or 'no new venue'}: {report.outcomes[0].state}, {kinds}")
                print(
                    digest.render_digest_text(digest.build_digest(found, clock[0].date(), watches=[options.interest]))
                )
                clock[0] += timedelta(days=7)


def star_first_people(store: Store, interest: str, now: datetime) -> None:
    """Put the first of a list on the shortlist."""
    for row in answers.find_advisors(store, Query(interest, now.date(), top=STARRED)).results:
        identity_tracking.add_to_shortlist(store, row["author_id"], interest, now.isoformat())


if __name__ == "__main__":
    main()
