"""Personio: an XML feed of a whole board. The token is the tenant (``acme``), or a host: ``acme.jobs.personio.com``."""

from __future__ import annotations

from collections.abc import Iterator

from finder.boards import _xml
from finder.boards._fetch import DAILY, single_response_fetch, tenant_host
from finder.boards._locations import infer_workplace, location_countries, split_locations
from finder.boards._parse import board_token, merge_repeat_jobs, parse_each_job, require_job_field
from finder.boards._text import clean_job_line, description_text, parse_job_date
from finder.model import Posting, Rejected
from finder.source import Response, Source, SourceInfo

CARD = SourceInfo(
    name="personio",
    title="Personio",
    home="https://developer.personio.de/docs/retrieving-open-job-positions",
    terms="Public feed, made for showing the jobs elsewhere; texts belong to the employers.",
    base="https://personio.de",
    pace=1.0,
    cadence_days=DAILY,
    expects="text",
)


def parse(reply: Response) -> Iterator[Posting | Rejected]:
    """Read a board; a position that stands in it twice is one.

    Raises:
        UnexpectedFormat: it is none.
    """
    board = board_token(CARD, reply)
    positions = _xml.xml_feed_items(CARD, reply, "workzag-jobs", "position")
    yield from merge_repeat_jobs(
        parse_each_job(CARD, reply, positions, lambda position: _personio_posting(position, board))
    )


def _personio_posting(position: _xml.Element, board: str) -> Posting:
    def personio_field_text(path: str) -> str | None:
        return _xml.xml_element_text(position, path)

    id_ = require_job_field(personio_field_text("id"), "an id")
    locations = split_locations(
        personio_field_text("office"), *(office.text for office in position.findall("additionalOffices/office"))
    )
    texts = [
        f"<p>{_xml.xml_element_text(part, 'name') or ''}</p>{_xml.xml_element_text(part, 'value') or ''}"
        for part in position.findall("jobDescriptions/jobDescription")
    ]
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{id_}",
        board=board,
        title=require_job_field(clean_job_line(personio_field_text("name")), "a title"),
        url=f"https://{_personio_host(board)}/job/{id_}",
        hiring_organization=clean_job_line(personio_field_text("subcompany")),
        description=description_text("\n".join(texts)),
        locations=locations,
        countries=location_countries(locations),
        workplace=infer_workplace(locations),
        employment_type=clean_job_line((personio_field_text("employmentType") or "").replace("_", " ")),
        level=clean_job_line(personio_field_text("seniority")),
        department=clean_job_line(personio_field_text("department")),
        date_posted=parse_job_date(personio_field_text("createdAt")),
    )


def _personio_host(board: str) -> str:
    return tenant_host(board, "jobs.personio.de")


fetch = single_response_fetch(CARD, lambda board: f"https://{_personio_host(board)}/xml")
SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
