"""Who the authors of a record are, and which cell of a column is whose."""

from __future__ import annotations

import html
import re
from functools import lru_cache

import msgspec

from finder.text.names import display_name

SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv"))
_SUFFIX_CELLS = frozenset(f(s) + dot for s in SUFFIXES for f in (str, str.title, str.upper) for dot in ("", "."))
_AND = re.compile(r"\s+and\s+")
_MARKS = re.compile(r"[*†‡§¶\u2217⋆#^\u200b-\u200f]+|\s*\[\d+\]|\s+\d+$|^\d+\s*(?=\D)|^and\s+")


class AuthorLayout(msgspec.Struct, frozen=True, gc=False):
    """The authors of one record, and how its columns map onto them.

    Attributes:
        names: clean, without repetitions, in printed order.
        size: how many cells a per-author column must have.
        twice: the list was printed twice in a row; a column may be, too.
        kept: the cells that became ``names``; None when all did.
    """

    names: tuple[str, ...]
    size: int
    twice: bool = False
    kept: tuple[int, ...] | None = None

    def split_column(self, text: str | None) -> list[str] | None:
        """One cell an author; None where the column is empty or does not count as many cells as authors."""
        return self.select_cells(text.split(";")) if text else None

    def select_cells(self, cells: list[str]) -> list[str] | None:
        """The same of cells already split."""
        if len(cells) != self.size:
            if not self.twice or len(cells) != 2 * self.size:
                return None
            cells = cells[: self.size]
        return cells if self.kept is None else [cells[i] for i in self.kept]


def parse_author_list(authors: str) -> AuthorLayout:
    """Find the authors in a list that is separated by ``;``, or by ``,`` where there is none.

    >>> parse_author_list("Kerry A. Seitz, Jr., Tim Foley").names
    ('Kerry A. Seitz Jr.', 'Tim Foley')
    """
    names = _plain_author_names(authors) or [_author_cell_name(cell) for cell in _split_author_cells(authors)]
    size = len(names)
    if len(set(names)) == size and "" not in names:
        return AuthorLayout(tuple(names), size)
    half = size // 2
    twice = size % 2 == 0 and names[:half] == names[half:]
    if twice:
        size = half
    kept = tuple(i for i, name in enumerate(names[:size]) if name and name not in names[:i])
    return AuthorLayout(tuple(names[i] for i in kept), size, twice, kept if len(kept) < size else None)


def _plain_author_names(authors: str) -> list[str] | None:
    """The names of a list that is all plain letters, which most are, at once."""
    mark = ";" if ";" in authors else ","
    if not authors.isascii() or "  " in authors or f" {mark}" in authors or "and " in authors:
        return None
    if not authors.replace(mark, "").replace(" ", "").replace("-", "").replace(".", "").isalpha():
        return None
    names = authors.replace(f"{mark} ", mark).strip(" ").split(mark)
    return None if mark == "," and not _SUFFIX_CELLS.isdisjoint(names) else names


def _split_author_cells(authors: str) -> list[str]:
    if "&" in authors:
        authors = html.unescape(html.unescape(authors))
    cells = authors.split(";") if ";" in authors else _split_at_commas(authors)
    if "and " in authors:
        cells[-1:] = _split_name_pair(cells[-1])
    return cells


def _split_at_commas(authors: str) -> list[str]:
    cells: list[str] = []
    for cell in authors.split(","):
        if cells and cell.strip(" .").casefold() in SUFFIXES:
            cells[-1] = f"{cells[-1]} {cell.strip()}"
        else:
            cells.append(cell)
    return cells


def _split_name_pair(cell: str) -> list[str]:
    """``Anand Mishra and Anirban Chakraborty``, where both sides look like names."""
    sides = _AND.split(cell.strip())
    words = [side.split() for side in sides]
    named = all(1 < len(side) < 5 and all(word[0].isupper() for word in side) for side in words)
    return sides if named else [cell]


def _author_cell_name(cell: str) -> str:
    name = cell.strip()
    letters = name.replace(" ", "").replace("-", "").replace(".", "")
    if letters.isascii() and letters.isalpha() and "  " not in name and name[:4] != "and ":
        return name
    return _clean_odd_name(name)


@lru_cache(maxsize=65536)
def _clean_odd_name(name: str) -> str:
    """A name with more than plain letters; empty when it is an address or a number rather than a name."""
    name, at, _ = name.partition("@")
    name = display_name(_MARKS.sub("", display_name(name)))
    words = name.split()
    if words and words[0].casefold().rstrip(".") in SUFFIXES and len(words) > 1:
        name = " ".join((*words[1:], words[0]))  # tidy took "Seitz, Jr." for family name and given name
    if at and (len(words) < 2 or any(c in "{}0123456789" for c in name)):
        return ""
    return name if any(c.isalpha() for c in name) else ""


def profile_cell_order(
    layout: AuthorLayout, authors: list[str] | None, profiles: list[str] | None
) -> list[int | None] | None:
    """Where each author's cells stand in files that list profiles in an order of their own; None: at the same place.

    ``authors`` are the profile ids in the authors' order, ``profiles`` in that of all other columns. Both name people
    by profile, but somebody may have renamed theirs in between.
    """
    if authors is None or profiles is None or authors == profiles:
        return None
    authors, profiles = [cell.strip() for cell in authors], [cell.strip() for cell in profiles]
    same = {profile: place for place, profile in enumerate(profiles) if profile}
    if all(same.get(author, place) == place for place, author in enumerate(authors)):
        return None
    places = [same.get(author) for author in authors]
    free = [place for place in range(len(profiles)) if place not in places]
    unsure = [i for i, place in enumerate(places) if place is None]
    for i in unsure:
        fits = free if len(unsure) == 1 else [j for j in free if _name_matches_profile(layout.names[i], profiles[j])]
        if len(fits) == 1:
            places[i] = fits[0]
    return [place if place is None or places.count(place) == 1 else None for place in places]


def _name_matches_profile(name: str, profile: str) -> bool:
    words = set(re.findall(r"[^\W\d_]{2,}", profile.casefold().replace("_", " ")))
    return not words.isdisjoint(re.findall(r"[^\W\d_]{2,}", name.casefold()))
