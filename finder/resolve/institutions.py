"""One institution from what was printed: by id where there is one, else by the part of the text that names it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import polars as pl

from finder import curated
from finder.tables import table

_PARTS = re.compile(r"\s*[,;|]\s*")
_NAMES = re.compile(
    r"universi|hochschule|\bETH\b|\bEPFL\b|polytech|politec|institut|college|school of|école|academy|"
    r"\blabs?\b|laborator|research|\binc\b|gmbh|corp|hospital|cnrs|inria|\bkaist\b|\bmit\b",
    re.IGNORECASE,
)
_UNIVERSITY = re.compile(r"universi|hochschule|institute of technology|polytech|politec|\bETH\b|\bEPFL\b|école", re.I)
_PART_OF = re.compile(
    r"^(the )?(department|dept\b|faculty|school of|schools|division|center for|centre for|chair|group|lab(oratory)? of|"
    r"college of (engineering|computing|computer|science)|institute of (computer|information|automation of)|"
    r"key lab|state key|national key|dipartimento|fakult|(research|laborator(y|ies)|labs?|institute|university)$)",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"\b(inc|corp|corporation|llc|ltd|gmbh|co\., ltd|technologies|company|labs|ai lab|research lab)\b", re.I
)
_LITTLE_WORDS = frozenset(("the", "of", "at", "and", "for", "de", "di", "la"))
_OPENALEX = pl.col("id").str.starts_with("openalex:")
_SCHOOL = re.compile(r"universi|college|school|hochschule|institute of technology|polytech|politec|académ|école", re.I)


@cache
def main_part(printed: str) -> str:
    """The organisation in a printed affiliation: not the department before it, nor the city behind it.

    >>> main_part("Dept. of Computer Science, University of Valdorra, Ann Arbor, MI")
    'University of Valdorra'
    """
    text = re.sub(r"\s*\([^)]*\)", "", " ".join(printed.split())).strip(" .;,*†‡")
    parts = [part for part in _PARTS.split(text) if part]
    if len(parts) <= 1:
        return text or printed.strip()
    for fits in (_UNIVERSITY.search, _NAMES.search):
        found = [part for part in parts if fits(part) and not _PART_OF.search(part)]
        if found:
            return found[0]
    return next((part for part in parts if not _PART_OF.search(part)), parts[0])


@cache
def canonical(name: str) -> str:
    """The organisation's name: a well-known one by any of its aliases, else as printed.

    >>> canonical("CSAIL, MIT")
    'Massachusetts Institute of Technology'
    """
    aliases, part = curated.institution_aliases(), main_part(name)
    return aliases.get(name.casefold().strip()) or aliases.get(part.casefold()) or part


@cache
def key(name: str) -> str:
    """A name of an organisation as a key: letters only, without "the" and "of"."""
    folded = re.sub(r"[^\w]+", " ", canonical(name).casefold())
    return " ".join(word for word in folded.split() if word not in _LITTLE_WORDS)


def resolve(raw_affiliations: pl.DataFrame, raw_institutions: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Institutions, and for each distinct printed name (with id) which one it is.

    Returns:
        Table ``institutions``, and a frame ``institution_name``, ``id``, ``institution``.
    """
    printed = raw_affiliations.group_by("institution", "id").agg(
        count=pl.len(),
        country=pl.col("country").drop_nulls().mode().sort().first(),
        kind=pl.col("kind").drop_nulls().mode().sort().first(),
        domain=pl.col("domain").drop_nulls().mode().sort().first(),
    )
    known = raw_institutions.select(
        institution="name", id=pl.col("ids").list.first(), count=pl.lit(0, pl.UInt32),
        country="country", kind="kind", domain=pl.lit(None, pl.String),
    )  # fmt: skip
    rows = pl.concat([printed.with_columns(pl.col("count").cast(pl.UInt32)), known]).filter(
        pl.col("institution").str.len_chars() > 1
    )
    named = rows.with_columns(key=_mapped("institution", key), shown=_mapped("institution", canonical))
    # the same name with and without an id is one institution; an id keeps several spellings together
    by_key = named.filter(pl.col("id").is_not_null()).sort(_OPENALEX, "count", "id", descending=True)
    by_key = by_key.unique("key", keep="first").select("key", key_id="id", key_country="country")
    named = named.join(by_key, on="key", how="left").join(_same(raw_institutions), on="id", how="left")
    # nor is one that another register numbers a second one, unless it lies in another country
    here = pl.col("country").eq(pl.col("key_country")).fill_null(value=True)
    numbered_twice = ~_OPENALEX & pl.col("key_id").str.starts_with("openalex:") & here
    name_only = pl.format("name:{}", pl.col("key"))
    named = named.with_columns(
        institution_id=pl.coalesce("same_id", pl.when(numbered_twice).then("key_id"), "id", "key_id", name_only)
    )
    institutions = _describe(named, raw_institutions)
    numbered = named.join(institutions.select("institution_id", number="institution"), on="institution_id")
    return institutions, numbered.select(institution_name="institution", id="id", institution="number").unique()


def _same(raw_institutions: pl.DataFrame) -> pl.DataFrame:
    """``id``, ``same_id``: the other ids of an institution, and the one it goes by."""
    ids = raw_institutions.select(same_id=pl.col("ids").list.first(), id="ids").explode("id", empty_as_null=True)
    return ids.filter(pl.col("id") != pl.col("same_id")).sort("id", "same_id").unique("id", keep="first")


def _describe(named: pl.DataFrame, raw_institutions: pl.DataFrame) -> pl.DataFrame:
    weighted = named.sort("count", "shown", descending=[True, False])
    country = _country_by_majority(weighted)
    described = (
        weighted.group_by("institution_id")
        .agg(
            name=pl.col("shown").first(),
            kind=pl.col("kind").drop_nulls().first(),
        )
        .join(country, on="institution_id", how="left")
        .join(_places(raw_institutions), on="institution_id", how="left")
    )
    # what was put together by hand beats a vote among printed addresses
    described = described.with_columns(
        kind=pl.coalesce(_mapped("name", _curated("kind")), "kind", _mapped("name", kind_of)),
        country=pl.coalesce(_mapped("name", _curated("country")), "country", _mapped("name", country_in)),
    ).sort("institution_id")
    return table("institutions", described.with_row_index("institution"))


def _places(raw_institutions: pl.DataFrame) -> pl.DataFrame:
    return (
        raw_institutions.filter(pl.col("latitude").is_not_null())
        .select("ids", "latitude", "longitude")
        .explode("ids")
        .select("latitude", "longitude", institution_id="ids")
        .unique("institution_id", keep="first", maintain_order=True)
    )


def _country_by_majority(named: pl.DataFrame) -> pl.DataFrame:
    """Sources disagree and misalign: the country most often given wins; domains vote only where nobody gave one.

    (An ending in .edu is American, mostly; a few universities elsewhere have one.)
    """
    by_domain = named.with_columns(country=_mapped("domain", country_of_domain))
    given, guessed = _most_voted(named), _most_voted(by_domain)
    return given.join(guessed, on="institution_id", how="full", coalesce=True, suffix="_guessed").select(
        "institution_id", country=pl.coalesce("country", "country_guessed")
    )


def _most_voted(named: pl.DataFrame) -> pl.DataFrame:
    return (
        named.filter(pl.col("country").is_not_null())
        .group_by("institution_id", "country")
        .agg(votes=pl.col("count").sum())
        .sort("votes", "country", descending=[True, False])
        .unique("institution_id", keep="first")
        .select("institution_id", "country")
    )


def country_of_domain(domain: str) -> str | None:
    """The country a domain's ending stands for; US universities use .edu.

    >>> country_of_domain("cs.uni-valdorra.de"), country_of_domain("example.com")
    ('DE', None)
    """
    ending = domain.split("+")[0].strip(" .").rsplit(".", 1)[-1].lower()
    if ending == "edu":
        return "US"
    code = {"uk": "GB"}.get(ending, ending.upper())
    return code if code in curated.country_codes() and code not in ("AI", "IO", "ME", "TV", "CO", "LY") else None


def country_in(name: str) -> str | None:
    """A country named at the end of a printed affiliation."""
    return curated.countries().get(_PARTS.split(name)[-1].strip(" .").casefold()) if "," in name else None


def kind_of(name: str) -> str | None:
    """Company or school, where the name itself says so."""
    if _SCHOOL.search(name):
        return "education"
    return "company" if _COMPANY.search(name) else None


def _curated(column: str) -> Callable[[str], str | None]:
    return lambda name: curated.institutions().get(name, {}).get(column) or None


def _mapped(column: str, function: Callable[[str], str | None]) -> pl.Expr:
    """A Python function over a short column of names."""
    return pl.col(column).map_elements(function, return_dtype=pl.String, skip_nulls=True)
