"""NEOGOV (governmentjobs.com), where public universities of the USA hire: an RSS feed. The token is the agency."""

from __future__ import annotations

from collections.abc import Iterator

from finder.boards import _xml
from finder.boards._fetch import DAILY, quote_path_segment, single_response_fetch
from finder.boards._locations import infer_workplace, location_countries, split_locations
from finder.boards._parse import board_token, parse_each_job, require_job_field
from finder.boards._text import clean_job_line, description_text, parse_job_date
from finder.model import Posting, Rejected
from finder.source import Response, Source, SourceInfo

CARD = SourceInfo(
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


def parse(reply: Response) -> Iterator[Posting | Rejected]:
    """Read a feed.

    Raises:
        UnexpectedFormat: it is none.
    """
    board = board_token(CARD, reply)
    yield from parse_each_job(
        CARD, reply, _xml.xml_feed_items(CARD, reply, "rss", "item"), lambda item: _neogov_posting(item, board)
    )


def _neogov_posting(item: _xml.Element, board: str) -> Posting:
    def neogov_field_text(path: str) -> str | None:
        return _xml.xml_element_text(item, path)

    url = require_job_field(neogov_field_text("link") or neogov_field_text("guid"), "an address")
    locations = split_locations(neogov_field_text(f"{_OWN}location"))
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{neogov_field_text(f'{_OWN}jobId') or url}",
        board=board,
        title=require_job_field(clean_job_line(neogov_field_text("title")), "a title"),
        url=url,
        description=description_text("\n".join(filter(None, map(neogov_field_text, _TEXTS)))),
        locations=locations,
        countries=location_countries(locations),
        workplace=infer_workplace(locations),
        employment_type=clean_job_line(neogov_field_text(f"{_OWN}jobType")),
        department=clean_job_line(neogov_field_text(f"{_OWN}department")),
        date_posted=parse_job_date(neogov_field_text(f"{_OWN}advertiseFromDateUTC"))
        or parse_job_date(neogov_field_text("pubDate")),
        valid_through=parse_job_date(neogov_field_text(f"{_OWN}advertiseToDateTimeUTC")),
    )


fetch = single_response_fetch(CARD, lambda token_: f"/SearchEngine/JobsFeed?agency={quote_path_segment(token_)}")
SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
