"""A conference file as published: its records, and what its affiliations are."""

from __future__ import annotations

import zlib
from typing import Any

import msgspec

from finder.decoding import strip_byte_order_mark
from finder.decompression import MOST, gunzip_bytes, require_affordable_json
from finder.errors import UnexpectedFormat

ENOUGH = 20  # records that can tell whether a file's affiliations are one cell an author
BY_CHANCE = 0.25  # lists of institutions agree with the number of authors in a tenth of records, cells in nearly half


class PaperRecord(msgspec.Struct, gc=False):
    """One record of a file: the columns that are read, as published."""

    id: str | None = None
    title: str | None = None
    abstract: str | None = None
    tldr: str | None = None
    keywords: str | None = None
    primary_area: str | None = None
    track: str | None = None
    status: str | None = None
    author: str | None = None
    authorids: str | None = None
    aff: str | None = None
    aff_domain: str | None = None
    aff_unique_index: str | None = None
    aff_unique_norm: str | None = None
    aff_country_unique_index: str | None = None
    aff_country_unique: str | None = None
    position: str | None = None
    homepage: str | None = None
    dblp: str | None = None
    google_scholar: str | None = None
    orcid: str | None = None
    or_profile: str | None = None
    doi: str | None = None
    site: str | None = None
    pdf: str | None = None


def decode_paper_file(name: str, data: bytes, most: int = MOST) -> list[PaperRecord]:
    """The records of a file, plain or gzipped, that takes no more than ``most`` bytes."""
    try:
        plain = strip_byte_order_mark(gunzip_bytes(name, data, most))
        require_affordable_json(name, plain, most)
        papers = _decode_papers(plain)
    except (OSError, EOFError, zlib.error) as error:
        raise UnexpectedFormat(f"{name} is damaged ({error}): download it again.") from None
    except RecursionError:
        raise UnexpectedFormat(f"{name} is nested too deeply to be a list of papers: download it again.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnexpectedFormat(f"{name} is not a JSON array of papers ({error}): download it again.") from None
    if papers and not any(paper.title and paper.author for paper in papers):
        raise UnexpectedFormat(
            f"{name}: no record has a title and an author. Its columns were renamed: update the finder."
        )
    return papers


def _decode_papers(plain: bytes) -> list[PaperRecord]:
    try:
        return msgspec.json.decode(plain, type=list[PaperRecord])
    except msgspec.ValidationError:
        return [_lenient_paper(record) for record in msgspec.json.decode(plain, type=list[dict[str, Any]])]


def _lenient_paper(record: dict[str, Any]) -> PaperRecord:
    """A record with something else than text in a column: numbers become text, the rest is left out."""
    texts = {name: record.get(name) for name in PaperRecord.__struct_fields__}
    return PaperRecord(
        **{n: str(t) for n, t in texts.items() if isinstance(t, str | int | float) and not isinstance(t, bool)}
    )


def has_cell_per_author(papers: list[PaperRecord]) -> bool:
    """Some files list the institutions of a paper; where those are as many as the authors, it is by chance."""
    pairs = [(paper.author, paper.aff.count(";")) for paper in papers if paper.aff and paper.author]
    several = [(a, a.count(";") or a.count(","), cells) for a, cells in pairs if ";" in a or "," in a]
    fits = sum(cells == authors or (2 * cells + 1 == authors and _is_text_doubled(a)) for a, authors, cells in several)
    return len(several) < ENOUGH or fits >= BY_CHANCE * len(several)


def _is_text_doubled(text: str) -> bool:
    half = len(text) // 2
    return text[:half] == text[half + 1 :]
