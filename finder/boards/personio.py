"""Personio: an XML feed of a whole board. The token is the tenant (``acme``), or a host: ``acme.jobs.personio.com``."""

from __future__ import annotations

from collections.abc import Iterator

from finder.boards import _xml
from finder.boards._asking import DAILY, host, whole
from finder.boards._places import countries, places, workplace
from finder.boards._reading import each, needed, once, token
from finder.boards._text import day, line, plain
from finder.model import Posting, Rejected
from finder.source import Card, Reply, Source

CARD = Card(
    name="personio",
    title="Personio",
    home="https://developer.personio.de/docs/retrieving-open-job-positions",
    terms="Public feed, made for showing the jobs elsewhere; texts belong to the employers.",
    base="https://personio.de",
    pace=1.0,
    cadence_days=DAILY,
    expects="text",
)


def parse(reply: Reply) -> Iterator[Posting | Rejected]:
    """Read a board; a position that stands in it twice is one.

    Raises:
        ShapeChanged: it is none.
    """
    board = token(CARD, reply)
    positions = _xml.items(CARD, reply, "workzag-jobs", "position")
    yield from once(each(CARD, reply, positions, lambda position: _posting(position, board)))


def _posting(position: _xml.Element, board: str) -> Posting:
    def says(path: str) -> str | None:
        return _xml.text(position, path)

    id_ = needed(says("id"), "an id")
    locations = places(says("office"), *(office.text for office in position.findall("additionalOffices/office")))
    texts = [
        f"<p>{_xml.text(part, 'name') or ''}</p>{_xml.text(part, 'value') or ''}"
        for part in position.findall("jobDescriptions/jobDescription")
    ]
    return Posting(
        source=CARD.name,
        source_id=f"{board}/{id_}",
        board=board,
        title=needed(line(says("name")), "a title"),
        url=f"https://{_host(board)}/job/{id_}",
        hiring_organization=line(says("subcompany")),
        description=plain("\n".join(texts)),
        locations=locations,
        countries=countries(locations),
        workplace=workplace(locations),
        employment_type=line((says("employmentType") or "").replace("_", " ")),
        level=line(says("seniority")),
        department=line(says("department")),
        date_posted=day(says("createdAt")),
    )


def _host(board: str) -> str:
    return host(board, "jobs.personio.de")


fetch = whole(CARD, lambda board: f"https://{_host(board)}/xml")
SOURCE = Source(card=CARD, parse=parse, fetch=fetch)
