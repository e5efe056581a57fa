"""NEOGOV (governmentjobs.com), where public universities of the USA hire: an RSS feed. The token is the agency."""

from __future__ import annotations

from collections.abc import Iterator

from finder.boards import _xml
from finder.boards._asking import DAILY, safe, whole
from finder.boards._places import countries, places, workplace
from finder.boards._reading import each, needed, token
from finder.boards._text import day, line, plain
from finder.model import Posting, Rejected
from finder.source import Card, Reply, Source

CARD = Card(
    name="neogov",
    title="NEOGOV GovernmentJobs",
    home="https://www.governmentjobs.com",
    terms="The feed that agencies publish, as far as robots.txt allows.",
    base="https://www.governmentjobs.com",
    pace=0.5,
    concurrency=1,
    cadence_days=DAILY,
    expects="text",
    heeds_robots=True,
)
_OWN = "{http://www.neogov.com/namespaces/JobListing}"
_TEXTS = ("description", f"{_OWN}examplesofduties", f"{_OWN}qualifications", f"{_OWN}supplementalinformation")


def parse(reply: Reply) -> Iterator[Posting | Rejected]:
    """Read a feed.

    Raises:
        ShapeChanged: it is none.
    """
    board = token(CARD, reply)
    yield from each(CARD, reply, _xml.items(CARD, reply, "rss", "item"), lambda item: _posting(item, board))


def _posting(item: _xml.Element, board: str) -> Posting:
    def says(path: str) -> str | None:
        return _xml.text(item, path)

    url = needed(says("link") or says("guid"), "an address")
    locations = places(says(f"{_OWN}location"))
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{says(f'{_OWN}jobId') or url}",
        board=board,
        title=needed(line(says("title")), "a title"),
        url=url,
        description=plain("\n".join(filter(None, map(says, _TEXTS)))),
        locations=locations,
        countries=countries(locations),
        workplace=workplace(locations),
        employment_type=line(says(f"{_OWN}jobType")),
        department=line(says(f"{_OWN}department")),
        date_posted=day(says(f"{_OWN}advertiseFromDateUTC")) or day(says("pubDate")),
        valid_through=day(says(f"{_OWN}advertiseToDateTimeUTC")),
    )


fetch = whole(CARD, lambda token_: f"/SearchEngine/JobsFeed?agency={safe(token_)}")
SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
