"""The ACL Anthology: papers of computational linguistics, out of its collections' XML (``data/xml`` of its archive).

It tells people apart itself: an author who bears an ``id`` is one person wherever it stands, and since 2025 an ORCID
may stand beside it. Where authors are is printed since 2024. The shape is that of its documentation; no file was here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import urlsplit
from xml.etree import ElementTree

from finder import ids, reference_data
from finder.decompression import MOST, gunzip_bytes, too_large_error
from finder.errors import UnexpectedFormat
from finder.model import Affiliation, Authorship, Rejected, Work, split_joint_authors
from finder.source import Response, Source, SourceInfo
from finder.text.names import display_name
from finder.text.redaction import redact_contacts

CARD = SourceInfo(
    name="acl",
    title="ACL Anthology",
    home="https://aclanthology.org",
    terms="CC BY 4.0.",
    base="https://aclanthology.org",
    pace=0.3,
    concurrency=1,
    cadence_days=30,
    expects="text",
    default_on=False,
    adds="Papers on language, with affiliations and people told apart, from files: finder import acl DIR.",
)
COST = 200  # bytes that a tag takes in memory
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_ANTHOLOGY = re.compile(r"[A-Za-z0-9.-]+")
Element = ElementTree.Element


def parse(reply: Response) -> Iterator[Work | Rejected]:
    """Read a collection as fetched."""
    return read_file(PurePosixPath(urlsplit(reply.url).path).name, reply.body)


def belongs(name: str, head: bytes) -> bool:
    """Whether a file is a collection, by its first bytes."""
    return b"<collection" in head


def read_file(name: str, data: bytes, *, most: int = MOST) -> Iterator[Work | Rejected]:
    """Read a collection: the papers of all its volumes.

    Raises:
        UnexpectedFormat: it is no collection, or declares entities.
        TooLarge: it holds more than the bound.
    """
    data = gunzip_bytes(name, data, most)
    if b"<!ENTITY" in data or b"<!DOCTYPE" in data:
        raise UnexpectedFormat(f"{name} declares entities, which a collection has no use for.")
    if data.count(b"<") * COST > most:
        raise too_large_error(name, most)
    try:
        root = ElementTree.fromstring(data)  # noqa: S314 - no entities to expand, and its size is bounded
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise UnexpectedFormat(f"{name} is no collection of the ACL Anthology ({error}): download it again.") from None
    key = root.get("id", "")
    if root.tag != "collection" or not key:
        raise UnexpectedFormat(f"{name} is no collection of the ACL Anthology: download it again.")
    for volume in root.findall("volume"):
        yield from _read_volume(volume, key)


def _read_volume(volume: Element, collection: str) -> Iterator[Work | Rejected]:
    meta = volume.find("meta")
    head = meta if meta is not None else Element("meta")
    year = _YEAR.search(_join_element_text(head.find("year")) or collection)
    date = f"{year[0]}{_read_month_name(_join_element_text(head.find('month')))}" if year else ""
    short = _join_element_text(head.find("venue"))
    venue = reference_data.venue_names().get(short.lower(), short.upper()) or _join_element_text(head.find("booktitle"))
    for paper in volume.findall("paper"):
        printed = _join_element_text(paper.find("url"))
        own = printed if _ANTHOLOGY.fullmatch(printed) else f"{collection}-{volume.get('id')}.{paper.get('id')}"
        yield _read_anthology_paper(paper, own, date, f"{venue} {year[0]}" if venue and year else venue)


def _read_anthology_paper(paper: Element, key: str, date: str, venue: str) -> Work | Rejected:
    title = _join_element_text(paper.find("title"))
    authorships = split_joint_authors(filter(None, map(_read_anthology_author, paper.findall("author"))))
    gone = next((tag for tag in ("retracted", "removed") if paper.find(tag) is not None), "")
    if not title or not authorships or not date or gone:
        why = gone or ("no title" if not title else "no date" if not date else "no authors")
        return Rejected(CARD.name, f"acl:{key}", why)
    doi = ids.parse_doi(_join_element_text(paper.find("doi")))
    return Work(
        source=CARD.name,
        source_id=f"acl:{key}",
        title=title,
        date=date,
        authorships=authorships,
        abstract=redact_contacts(_join_element_text(paper.find("abstract"))) or None,
        venue=venue or None,
        type="proceedings",
        ids=(doi,) if doi else (),
        url=f"https://aclanthology.org/{key}",
    )


def _read_anthology_author(author: Element) -> Authorship | None:
    """An author with what the Anthology knows them by; one who is not told from others yet bears no id of it."""
    name = display_name(
        " ".join(filter(None, (_join_element_text(author.find("first")), _join_element_text(author.find("last")))))
    )
    if not any(map(str.isalpha, name)):
        return None
    own = author.get("id", "").strip()
    known = (
        ids.parse_orcid(author.get("orcid", "")),
        f"acl:{own}" if own and not own.endswith("/unverified") else None,
    )
    places = dict.fromkeys(
        filter(None, (redact_contacts(_join_element_text(one)) for one in author.findall("affiliation")))
    )
    at = tuple(Affiliation(institution=place, raw=place) for place in places)
    return Authorship(name, ids=tuple(filter(None, known)), affiliations=at)


def _read_month_name(text: str) -> str:
    """The first month that is named, as it ends a date.

    >>> _read_month_name("June-July"), _read_month_name("")
    ('-06', '')
    """
    words = re.findall(r"[a-z]+", text.lower())
    number = next(
        (n for word in words for n, month in enumerate(_MONTHS, 1) if len(word) > 2 and month.startswith(word)), 0
    )
    return f"-{number:02d}" if number else ""


def _join_element_text(element: Element | None) -> str:
    """All text of an element, whatever is marked up in it, on one line."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


SOURCE = Source(card=CARD, parse=parse, read_file=read_file, belongs=belongs)
