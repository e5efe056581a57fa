"""Conference papers from papercopilot/paperlists: one JSON file a venue and year.

The files were put together from many sites, so a column means what its file makes of it. What is not sure to belong
to an author is left out rather than given to the wrong one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from pathlib import PurePosixPath
from typing import TypeVar
from urllib.parse import urlsplit

from finder import ids, reference_data
from finder.decoding import decode_bytes
from finder.decompression import MOST
from finder.errors import NotFound, QuotaExceeded, SourceBlocked, SourceError, UnexpectedFormat
from finder.model import Affiliation, Authorship, Rejected, Work, split_joint_authors
from finder.source import FetchRequest, HttpClient, PlannedCall, ProbeRequest, Response, Source, SourceInfo
from finder.sources._paperlists.affiliations import (
    AffiliationLookup,
    align_index_cells,
    common_affiliations,
    is_same_index_shape,
    paper_affiliations,
)
from finder.sources._paperlists.authors import AuthorLayout, parse_author_list, profile_cell_order
from finder.sources._paperlists.files import PaperRecord, decode_paper_file, has_cell_per_author

CARD = SourceInfo(
    name="paperlists",
    title="Conference papers (Paper Copilot)",
    home="https://github.com/papercopilot/paperlists",
    terms="Open data of Paper Copilot, collected from the conferences' own sites.",
    base="https://raw.githubusercontent.com/papercopilot/paperlists/main",
    pace=2.0,
    concurrency=2,
    cadence_days=30,
    expects="text",  # raw.githubusercontent.com calls everything text/plain
    default_on=False,
    adds="Papers of machine learning conferences with affiliations and positions, year by year.",
)
PATIENCE = 3  # files that may fail before no other is asked for
_FILE = re.compile(r"(3dv|ai4x|[a-z]+)((?:19|20)\d\d)\.json(?:\.gz)?")
_NOT_PUBLISHED = ("reject", "withdr", "desk reject")
_NOBODY = frozenset(("na", "n/a", "none", "withdrawn", "anonymous", "tba"))
_AREA = re.compile(r"^(\[[^\]]*\]|.*->)\s*")


T = TypeVar("T")


@dataclass(frozen=True)
class Edition:
    """A venue in one year, which is one file.

    Attributes:
        key: the file's name without ending; begins every source id.
        per_author: its affiliations are one cell an author, not a list of the institutions on the paper.
    """

    key: str
    venue: str
    date: str
    per_author: bool = True


def parse(reply: Response) -> Iterator[Work | Rejected]:
    """Read a file as fetched; its name is the last part of the address."""
    return read_file(PurePosixPath(urlsplit(reply.url).path).name, reply.body)


def belongs(name: str, head: bytes) -> bool:
    """Whether a file is named after a venue and year, or else may be a list of papers under another name."""
    return bool(_FILE.fullmatch(name.lower())) or decode_bytes(head, cut=True).text.lstrip().startswith("[")


def read_file(name: str, data: bytes, *, most: int = MOST) -> Iterator[Work | Rejected]:
    """Read a file, plain or gzipped, named like ``icml2025.json.gz``.

    Raises:
        UnexpectedFormat: it is not a JSON array of records, or its name does not tell venue and year.
        TooLarge: it holds more than the bound.
    """
    match = _FILE.fullmatch(name.lower())
    if match is None:
        raise UnexpectedFormat(
            f"{name} is not named like icml2025.json.gz: rename it, so that venue and year are known."
        )
    papers = decode_paper_file(name, data, most)
    return _paperlists_works(papers, _paperlists_edition(match[1], match[2], per_author=has_cell_per_author(papers)))


def _paperlists_edition(venue: str, year: str, *, per_author: bool) -> Edition:
    month = reference_data.venue_months().get(venue)
    name = reference_data.venue_names().get(venue, venue.upper())
    return Edition(f"{venue}{year}", f"{name} {year}", f"{year}-{month:02d}" if month else year, per_author)


def _paperlists_works(papers: list[PaperRecord], edition: Edition) -> Iterator[Work | Rejected]:
    """Each record as a work, or why not; a record is there twice with the same id, or title and one of the authors."""
    by_id: set[str] = set()
    by_title: dict[str, tuple[str, tuple[str, ...]]] = {}
    for number, paper in enumerate(papers, 1):
        title = _paperlists_line(paper.title)
        layout = parse_author_list(paper.author or "")
        id_ = f"{edition.key}/{_paperlists_line(paper.id) or _title_digest(title)}"
        reason = _paper_reject_reason(title, layout.names)
        if reason is None and id_ in by_id:
            reason = f"duplicate of {id_}"
        elif reason is None:
            by_id.add(id_)
            folded = title.casefold().replace(" ", "").replace("-", "").rstrip(".")
            first, people = by_title.setdefault(folded, (id_, layout.names))
            if first != id_ and not set(people).isdisjoint(layout.names):
                reason = f"duplicate of {first}"
        if reason is None:
            yield _paperlists_work(paper, edition, id_, title, layout)
        else:
            yield Rejected(CARD.name, f"{edition.key} record {number}", reason)


def _title_digest(title: str) -> str:
    return hashlib.sha1(title.encode(), usedforsecurity=False).hexdigest()[:10]


def _paper_reject_reason(title: str, names: tuple[str, ...]) -> str | None:
    if not title:
        return "no title"
    if not names or (len(names) == 1 and names[0].casefold().rstrip(".") in _NOBODY):
        return "no authors"
    return None


def _paperlists_work(paper: PaperRecord, edition: Edition, id_: str, title: str, layout: AuthorLayout) -> Work:
    type_, published = _paper_type_and_status(paper.status, paper.track)
    doi = ids.parse_doi(paper.doi) if paper.doi else None
    return Work(
        source=CARD.name,
        source_id=id_,
        title=title,
        date=edition.date,
        authorships=_paperlists_authorships(paper, layout, edition),
        unplaced=_affiliations_without_author(paper, layout, edition),
        abstract=_paperlists_text(paper.abstract) or _paperlists_text(paper.tldr),
        keywords=_paperlists_keywords(paper) if paper.keywords or paper.primary_area else (),
        venue=edition.venue,
        type=type_,
        ids=(doi,) if doi else (),
        url=ids.parse_page_url(paper.site or "") or ids.parse_page_url(paper.pdf or ""),
        published=published,
    )


@lru_cache(maxsize=1024)
def _paper_type_and_status(status: str | None, track: str | None) -> tuple[str | None, bool]:
    """The type of a work out of its status and track, and whether it was published."""
    status, track = _paperlists_line(status).lower(), _paperlists_line(track).lower()
    parts = [part for part in (status, track if track != "main" else "") if part]
    return " / ".join(parts) or None, not status.startswith(_NOT_PUBLISHED)


def _paperlists_authorships(paper: PaperRecord, layout: AuthorLayout, edition: Edition) -> tuple[Authorship, ...]:
    printed = layout.split_column(paper.authorids)
    order = profile_cell_order(layout, printed, layout.split_column(paper.or_profile)) if paper.or_profile else None
    posts = (
        _affiliations_per_author(paper, layout, printed)
        if paper.aff and (edition.per_author or layout.size == 1)
        else None
    )
    if posts is None and paper.aff:
        posts = common_affiliations(paper.aff, printed, len(layout.names))
    affiliations = repeat(()) if posts is None else _reorder_cells(posts, order, ())
    if paper.or_profile or paper.dblp or paper.google_scholar or paper.orcid or paper.homepage:
        people, homepages = zip(*_author_ids_and_homepages(paper, layout, printed, order), strict=True)
        return split_joint_authors(map(Authorship, layout.names, people, affiliations, repeat(False), homepages))
    people = map(_author_cell_ids, printed) if printed else repeat(())
    return split_joint_authors(map(Authorship, layout.names, people, affiliations))


def _affiliations_without_author(paper: PaperRecord, layout: AuthorLayout, edition: Edition) -> tuple[Affiliation, ...]:
    """The places of a paper whose authors' order they do not stand in; what else is known may tell whose they are."""
    if not paper.aff or paper.or_profile or len({cell.strip() for cell in paper.aff.split(";")}) == 1:
        return ()  # none, those of profiles in order, or one that all share
    of_profiles = any(id_.startswith("~") for id_ in layout.split_column(paper.authorids) or [])
    in_order = edition.per_author and layout.select_cells(paper.aff.split(";")) is not None
    return () if in_order and not of_profiles else paper_affiliations(paper.aff, paper.aff_domain)


def _affiliations_per_author(
    paper: PaperRecord, layout: AuthorLayout, people: list[str] | None
) -> list[tuple[Affiliation, ...]] | None:
    """Every author's affiliations, in the order of the affiliation column; None where it cannot be told apart.

    Places that were looked up from profiles stand in the order in which the profiles were found. Where no column names
    these, one in five stands with somebody else: then only what all authors share is known.
    """
    printed = paper.aff.split(";") if paper.aff else []
    cells, roles = layout.select_cells(printed), layout.split_column(paper.position)
    if cells is None:
        return None
    if not paper.or_profile and any(id_.startswith("~") for id_ in people or ()):
        if len(set(cells)) > 1:
            return None
        roles = roles if roles and len(set(roles)) == 1 else None
    norms, index, country = None, None, None
    if paper.aff_unique_index and (index := align_index_cells(paper.aff_unique_index, printed)):
        norms = paper.aff_unique_norm
        if is_same_index_shape(paper.aff_unique_index, paper.aff_country_unique_index):
            country = align_index_cells(paper.aff_country_unique_index, printed)
    places = AffiliationLookup(norms, paper.aff_country_unique if country else None)
    blank = repeat("")
    rows = list(
        zip(
            cells,
            layout.select_cells(index) or blank if index else blank,
            layout.select_cells(country) or blank if country else blank,
            layout.split_column(paper.aff_domain) or blank,
            roles or blank,
            strict=False,
        )
    )
    known = {row: places.author_affiliations(*row) for row in set(rows)}  # co-authors mostly share a post
    return [known[row] for row in rows]


def _author_ids_and_homepages(
    paper: PaperRecord, layout: AuthorLayout, printed: list[str] | None, order: list[int | None] | None
) -> Iterator[tuple[tuple[str, ...], str | None]]:
    """Ids and homepage of every author, in files that list profiles."""
    blank = [""] * len(layout.names)
    texts = (paper.or_profile, paper.dblp, paper.google_scholar, paper.orcid, paper.homepage)
    columns = [_reorder_cells(layout.split_column(text) or blank, order, "") for text in texts]
    for id_, profile, dblp, scholar, orcid, homepage in zip(printed or blank, *columns, strict=True):
        found = (
            ids.parse_openreview_id(profile),
            ids.parse_dblp_pid(dblp),
            ids.parse_scholar_id(scholar),
            ids.parse_orcid(orcid),
        )
        yield tuple(dict.fromkeys((*_author_cell_ids(id_), *filter(None, found)))), ids.parse_page_url(homepage)


@lru_cache(maxsize=65536)
def _author_cell_ids(cell: str) -> tuple[str, ...]:
    """The id in a cell of ``authorids``; e-mail addresses and names stand there, too, and are passed over."""
    cell = cell.strip()
    id_ = ids.parse_ieee_id(cell[1:]) if cell[:1] == "/" else ids.parse_openreview_id(cell)
    return (id_,) if id_ else ()


def _reorder_cells(column: list[T], order: list[int | None] | None, empty: T) -> list[T]:
    return column if order is None else [empty if place is None else column[place] for place in order]


def _paperlists_keywords(paper: PaperRecord) -> tuple[str, ...]:
    text = paper.keywords or ""
    words = [_paperlists_line(word) for word in text.split(";" if ";" in text else ",")]
    if paper.primary_area:
        words.append(_AREA.sub("", _paperlists_line(paper.primary_area)).replace("_", " "))
    return tuple(dict.fromkeys(filter(None, words)))


def _paperlists_line(text: str | None) -> str:
    """Text on one line, clean."""
    if not text:
        return ""
    text = text.strip()
    if "  " not in text and text.isprintable():
        return text
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _paperlists_text(text: str | None) -> str | None:
    return text.replace("\0", " ").strip() or None if text else None


async def fetch(http: HttpClient, ask: FetchRequest) -> AsyncIterator[Response]:
    """The files of all known venues in the years asked for; most venues skip some years.

    Raises:
        SourceError: a file could not be had; all others were yielded before, unless the source has refused us.
    """
    failed: list[SourceError] = []
    for call in plan(ask):
        try:
            yield await http.get(CARD, call.url.removeprefix(CARD.base), note=call.purpose)
        except NotFound:
            continue
        except (QuotaExceeded, SourceBlocked):
            raise
        except SourceError as error:
            failed.append(error)
            if len(failed) > PATIENCE:
                break
    if failed:
        raise failed[0]


def plan(ask: FetchRequest) -> list[PlannedCall]:
    """One call a venue and year."""
    return [
        PlannedCall(f"papers of {name} {year}", f"{CARD.base}/{venue}/{venue}{year}.json", 1, 0)
        for year in range(ask.since.year, ask.until.year + 1)
        for venue, name in sorted(reference_data.venue_names().items())
    ]


PROBE = ProbeRequest("/siggraphasia/siggraphasia2021.json")  # the smallest of its files
SOURCE = Source(card=CARD, parse=parse, fetch=fetch, plan=plan, read_file=read_file, belongs=belongs, probe=PROBE)
