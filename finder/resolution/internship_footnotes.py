"""Internships in printed affiliations: "Work done during an internship at X" says where work was done, and as what."""

from __future__ import annotations

import re
from functools import cache

import polars as pl

from finder import reference_data
from finder.resolution.affiliation_parser import canonical_name, organisation_key

# cheap enough for every printed affiliation; what it lets through is read with care
MAYBE = r"(?i)\bintern(?:s|ed|ing|ship|ships)?\b|student researcher"
_INTERN = r"(?:intern(?:s|ed|ing|ship|ships)?|student researchers?)\b(?:\s+(?:program(?:me)?|period|stay|position))?"
_AT = re.compile(rf"\b{_INTERN}\s*(?:at|with|in|for|@|from)\s+(?:the\s+)?(?P<where>.+)", re.I | re.S)
_AT_DONE = re.compile(
    r"\b(?:done|performed|conducted|carried out|completed|written)\s+(?:while\s+)?(?:at|with)\s+"
    rf"(?P<where>.+?)\s+(?:as|during)\s+.*\b{_INTERN}",
    re.I | re.S,
)
_OF = re.compile(
    rf"(?:\b(?:during|through|in|on|as)\s+)?(?:(?:a|an|his|her|their|my|the)\s+)?"
    rf"(?P<where>[^,;.]+?)\s+(?:research\s+|summer\s+|student\s+)*{_INTERN}",
    re.I,
)
_BEFORE = re.compile(r"^.*\b(?:during|through|while|as)\s+(?:(?:a|an|his|her|their|my|the)\s+)?", re.I | re.S)
_ENDS = re.compile(
    r"\s*(?:[;.)\]]\s|[;.)\]]+$|\band\s+(?:was|is|supported)\b|\b(?:when|while|during|affiliated)\b)", re.I
)
_NOTHING = frozenset("a an the his her their my our research summer student work former".split())
_FORMER = re.compile(r"\bformer(?:ly)?\b|\bex-", re.I)


@cache
def internship_employer(text: str) -> str | None:
    """The organisation that a printed affiliation says somebody was an intern at, by its usual name; None without one.

    >>> internship_employer("University of Valdorra; Work done during an internship at Google, Mountain View")
    'Google'
    >>> internship_employer("Work done during Google internship")
    'Google'
    >>> internship_employer("NAVER LABS Research Internship Program")
    'Naver'
    >>> internship_employer("Department of Internal Medicine, University of Valdorra") is None
    True
    """
    plain = " ".join(text.split())
    if _FORMER.search(plain):
        return None  # of another time, and perhaps of another work
    found = _AT.search(plain) or _AT_DONE.search(plain)
    where = found["where"] if found else _employer_before_word(plain)
    where = _ENDS.split(where.strip(" ."), maxsplit=1)[0].strip(" .,*")
    if len(where) < 2 or where.casefold() in _NOTHING:
        return None
    first = canonical_name(where.split(",")[0])  # a university that follows is where they study
    return first if first in reference_data.reference_institutions() else canonical_name(where)


def _employer_before_word(text: str) -> str:
    """What stands before the word, as in "during Google internship"."""
    found = _OF.search(text)
    where = _BEFORE.sub("", found["where"]) if found else ""
    return where if not set(where.casefold().split()) <= _NOTHING else ""


def extract_internships(placed: pl.DataFrame, institutions: pl.DataFrame) -> pl.DataFrame:
    """Printed internships, each at an institution that somebody else printed, too.

    Args:
        placed: ``record``, ``position``, ``printed`` (the name as a source gives it), ``raw`` (all that was printed).
        institutions: table ``institutions``.

    Returns:
        ``record``, ``position``, ``institution`` (where the internship was), ``quote`` (all that was printed).
    """
    text = pl.coalesce("raw", "printed")
    told = placed.lazy().select("record", "position", quote=text).filter(pl.col("quote").str.contains(MAYBE)).collect()
    each = told.select("quote").unique().sort("quote")
    where = [internship_employer(quote) for quote in each["quote"]]
    keys = [None if name is None else organisation_key(name) for name in where]
    each = each.with_columns(key=pl.Series(keys, dtype=pl.String)).drop_nulls("key")
    if each.is_empty():
        return told.select("record", "position", pl.lit(None, pl.UInt32).alias("institution"), "quote").clear()
    known = institutions.select(
        "institution", key=pl.col("name").map_elements(organisation_key, return_dtype=pl.String)
    )
    # of two that bear one name nobody knows which is meant
    known = known.filter(pl.len().over("key") == 1)
    met = each.join(known, on="key").select("quote", "institution")
    return told.join(met, on="quote").select("record", "position", "institution", "quote").unique()
