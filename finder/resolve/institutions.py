"""One institution from what was printed: by id where there is one, else by the part of the text that names it."""

from __future__ import annotations

import re
from collections.abc import Callable

import polars as pl

from finder import curated
from finder.geo import distance, is_point
from finder.resolve.printed import canonical, is_company, key, unit
from finder.tables import table

_PARTS = re.compile(r"\s*[,;|]\s*")
_COMPANY = re.compile(
    r"\b(inc|corp|corporation|llc|ltd|gmbh|co\., ltd|technologies|company|labs|ai lab|research lab)\b", re.I
)
ONE_PLACE = 50.0  # kilometres that records of one institution may lie apart
_OPENALEX = pl.col("id").str.starts_with("openalex:")
_SCHOOL = re.compile(r"universi|college|school|hochschule|institute of technology|polytech|politec|académ|école", re.I)


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
    # sources number a company's labs and offices one by one: they are the company
    companies = pl.col("shown").is_in([name for name in curated.institutions() if is_company(name)])
    shared = numbered_twice | (companies & pl.col("key_id").is_not_null())
    name_only = pl.format("name:{}", pl.col("key"))
    named = named.with_columns(
        institution_id=pl.coalesce("same_id", pl.when(shared).then("key_id"), "id", "key_id", name_only)
    )
    institutions = _describe(named, raw_institutions)
    numbered = named.join(institutions.select("institution_id", number="institution"), on="institution_id")
    return institutions, numbered.select(institution_name="institution", id="id", institution="number").unique()


def _same(raw_institutions: pl.DataFrame) -> pl.DataFrame:
    """``id``, ``same_id``: the other ids of an institution, and the one it goes by."""
    ids = raw_institutions.select(same_id=pl.col("ids").list.first(), id="ids").explode("id", empty_as_null=True)
    return ids.filter(pl.col("id") != pl.col("same_id")).sort("id", "same_id").unique("id", keep="first")


def units(placed: pl.DataFrame, institutions: pl.DataFrame) -> pl.DataFrame:
    """The same posts with ``unit``: the lab of a well-known organisation, as printed; null where none is named.

    Args:
        placed: ``institution`` (a number), ``printed`` (its name as a source gives it), ``raw`` (all that was printed).
        institutions: table ``institutions``.
    """
    several = [name for name, row in curated.institutions().items() if row["labs"] or row["begins"]]
    known = institutions.filter(pl.col("name").is_in(several)).select("institution", "name")
    text = placed.with_columns(text=pl.coalesce("raw", "printed"))
    each = text.select("institution", "text").unique().join(known, on="institution")
    told = [unit(printed, name) for printed, name in each.select("text", "name").iter_rows()]
    found = each.with_columns(unit=pl.Series(told, dtype=pl.String)).filter(pl.col("unit").is_not_null())
    return text.join(found.drop("name"), on=("institution", "text"), how="left").drop("text", "raw")


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
        .join(_places(named, raw_institutions), on="institution_id", how="left")
    )
    # what was put together by hand beats a vote among printed addresses
    described = described.with_columns(
        kind=pl.coalesce(_mapped("name", _curated("kind")), "kind", _mapped("name", kind_of)),
        country=pl.coalesce(_mapped("name", _curated("country")), "country", _mapped("name", country_in)),
    ).sort("institution_id")
    return table("institutions", described.with_row_index("institution"))


def _places(named: pl.DataFrame, raw_institutions: pl.DataFrame) -> pl.DataFrame:
    """``institution_id``, ``city``, ``latitude``, ``longitude`` of institutions that are at one place.

    What several records were put together to, a company's offices above all, is at no one place unless all of them
    say that it is: then nothing is said.
    """
    told = raw_institutions.select("record", "city", "latitude", "longitude", id=pl.col("ids").list.first())
    located = is_point(pl.col("latitude"), pl.col("longitude"))
    own = named.filter(pl.col("id").is_not_null()).select("institution_id", "id").unique()
    # each id's first record with coordinates; ids that one record has in common are one
    first = told.filter(located).sort("record").unique("id", keep="first", maintain_order=True)
    same = pl.col("id").is_in(_same(raw_institutions)["id"].implode())
    own = own.join(first, on="id", how="left").filter(pl.col("record").is_not_null() | ~same)
    numbers = pl.col("record").filter(_OPENALEX)
    apart = distance(pl.col("latitude"), pl.col("longitude"), pl.col("latitude").first(), pl.col("longitude").first())
    return (
        own.sort(pl.col("record").is_null(), ~_OPENALEX, "record", "id")
        .group_by("institution_id", maintain_order=True)
        .agg(
            pl.col("city", "latitude", "longitude").first(),
            one=(apart.max() <= ONE_PLACE) & ((numbers.len() <= 1) | (numbers.null_count() == 0)),
        )
        .filter("one")
        .drop("one")
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
