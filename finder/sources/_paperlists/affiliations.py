"""Where the authors of a record are: the columns about affiliations, which point into lists beside them."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

from finder import reference_data
from finder.model import Affiliation
from finder.text.redaction import redact_contacts

_PLUS = re.compile(r"(?<!\+)\+(?!\+)")  # "Megvii (Face++)" is one company
_BESIDE = re.compile(r"(?<!\+)\+(?!\+)|\s/\s")
_DOMAIN = re.compile(r"@?((?:[a-z0-9-]+\.)+[a-z]{2,})", re.IGNORECASE)
_NOWHERE = ("unknown", "not specified")
_DIGITS = str.maketrans("", "", "0123456789 ")
_SEVERAL = re.compile(r"\+|\s/\s|universi.*universi|\band\b.*\b(?:universi|inc\b|institute of tech)", re.IGNORECASE)
_NUMBERS = tuple(map(str, range(1000)))


def align_index_cells(index: str | None, cells: list[str]) -> list[str] | None:
    """Cells of an index column beside those of the column it explains: it may leave out the empty ones."""
    found = index.split(";") if index else []
    if len(found) == len(cells):
        return found
    filled = [bool(cell.strip()) for cell in cells]
    if not found or len(found) != sum(filled):
        return None
    rest = iter(found)
    return [next(rest) if there else "" for there in filled]


def is_same_index_shape(index: str, other: str | None) -> bool:
    """Whether two index columns have the same number of entries for every cell."""
    if other is None or index.count(";") != other.count(";") or index.count("+") != other.count("+"):
        return False
    return "+" not in index or index.translate(_DIGITS) == other.translate(_DIGITS)


def common_affiliations(text: str, people: list[str] | None, size: int) -> list[tuple[Affiliation, ...]] | None:
    """The posts of all authors of a paper on which one place only is printed; None where several are, or may be.

    Where the places are those of profiles, they are of nobody else: as many cells as profiles must be there.

    Args:
        people: the cells of ``authorids``.
        size: how many authors there are.
    """
    cells = [cell.strip() for cell in text.split(";")]
    place = _clean_affiliation_cell(cells[0])
    if not place or any(cell != cells[0] for cell in cells) or _SEVERAL.search(place):
        return None
    at = (Affiliation(institution=place),)
    profiles = [person.strip().startswith("~") for person in people or ()]
    if not any("~" in person or "@" in person for person in people or ()):
        return [at] * size
    return [at if own else () for own in profiles] if sum(profiles) == len(cells) else None


def paper_affiliations(text: str, domains: str | None) -> tuple[Affiliation, ...]:
    """The places on a paper, where nothing tells which is whose, with the mail domain where one is printed for each."""
    cells, mail = (
        [_clean_affiliation_cell(cell) for cell in text.split(";")],
        [_mail_domain(cell) for cell in (domains or "").split(";")],
    )
    if len(cells) != len(mail):
        mail = [None] * len(cells)
    both = (
        Affiliation(institution=place.strip(), domain=at)
        for cell, at in zip(cells, mail, strict=True)
        for place in _BESIDE.split(cell or "")
        if place.strip()
    )
    return tuple(dict.fromkeys(both))


class AffiliationLookup:
    """The lists that a record's indexes point into: normalised institutions and ISO codes of their countries."""

    __slots__ = ("countries", "institutions")

    def __init__(self, institutions: str | None, countries: str | None) -> None:
        self.institutions = (
            dict(zip(_NUMBERS, map(_clean_institution_cell, institutions.split(";")), strict=False))
            if institutions
            else {}
        )
        self.countries = (
            dict(zip(_NUMBERS, map(_paperlists_country, countries.split(";")), strict=False)) if countries else {}
        )

    def author_affiliations(
        self, cell: str, index: str, country: str, domain: str, role: str
    ) -> tuple[Affiliation, ...]:
        """The posts of one author from the cells of all columns about them; ``+`` joins several."""
        if "+" in cell or "+" in role:
            return self._joint_affiliations(cell, index, country, domain, role)
        post = _clean_affiliation_cell(cell)
        name = self.institutions.get(index.strip()) if index else None
        code = self.countries.get(country.strip()) if country else None
        return (
            (_paperlists_affiliation(post, name, code, _mail_domain(domain), " ".join(role.split()) or None),)
            if post
            else ()
        )

    def _joint_affiliations(
        self, cell: str, index: str, country: str, domain: str, role: str
    ) -> tuple[Affiliation, ...]:
        printed = list(map(_clean_affiliation_cell, _split_plus_cell(cell)))
        posts = [post for post in printed if post]
        names = _look_up_index_rows(index, self.institutions, printed)
        codes = _look_up_index_rows(country, self.countries, printed)
        domains = list(map(_mail_domain, _split_plus_cell(domain)))
        if len(domains) != len(posts):
            domains = [None] * len(posts)
        return tuple(
            dict.fromkeys(
                map(_paperlists_affiliation, posts, names, codes, domains, _split_role_cell(role, len(posts)))
            )
        )


def _paperlists_affiliation(
    post: str, name: str | None, code: str | None, domain: str | None, role: str | None
) -> Affiliation:
    return Affiliation(
        institution=name or post,
        country=code,
        raw=post if name and name != post else None,
        domain=domain,
        role=role,
        stated=role is not None,
    )


def _split_plus_cell(cell: str) -> list[str]:
    if "+" not in cell:
        return [cell] if cell.strip() else []
    return _PLUS.split(cell) if "++" in cell else cell.split("+")


@lru_cache(maxsize=65536)
def _clean_affiliation_cell(text: str) -> str:
    """A printed affiliation, clean; empty when it is a footnote number or an e-mail address."""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    text = redact_contacts(text)
    text = text.strip(" ,;*†‡")
    if "  " in text or not text.isprintable():
        text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return "" if _is_unknown_place(text) or not any(map(str.isalpha, text)) else text


@lru_cache(maxsize=65536)
def _clean_institution_cell(name: str) -> str:
    """A normalised institution; empty where it says that none is known."""
    name = name.strip()
    return "" if _is_unknown_place(name) or "@" in name else name


def _is_unknown_place(name: str) -> bool:
    lower = name.casefold()
    return any(word in lower for word in _NOWHERE) or lower in ("none", "n/a", "na")


@lru_cache(maxsize=1024)
def _paperlists_country(name: str) -> str | None:
    return reference_data.country_codes_by_name().get(name.strip().casefold())


def _look_up_index_rows(
    index: str, table: dict[str, str] | dict[str, str | None], printed: list[str]
) -> list[str | None]:
    """The row of a table that an index cell gives for each post, if it has one entry a post."""
    where = index.split("+") if index else []
    if len(where) == len(printed):
        where = [i for i, post in zip(where, printed, strict=True) if post]
    elif len(where) != sum(map(bool, printed)):
        return [None for post in printed if post]
    return [table.get(i.strip()) for i in where]


@lru_cache(maxsize=16384)
def _mail_domain(text: str) -> str | None:
    if not text:
        return None
    found = _DOMAIN.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return found[1].lower() if found else None


def _split_role_cell(cell: str, posts: int) -> list[str | None]:
    """One role a post, in order; roles left over go to the only post there is."""
    roles = [" ".join(part.split()) or None for part in _split_plus_cell(cell)]
    if posts == 1 and len(roles) > 1:
        return ["; ".join(role for role in roles if role) or None]
    return [*roles, *[None] * posts][:posts]
