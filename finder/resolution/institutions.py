"""One institution from what was printed: by id where there is one, else by the part of the text that names it."""

from __future__ import annotations

import re
from collections.abc import Callable

import polars as pl

from finder import reference_data
from finder.geo import distance_km, is_valid_point
from finder.resolution import affiliation_text, email_domains, institution_countries
from finder.resolution.affiliation_parser import (
    SEVERAL,
    affiliation_country,
    canonical_name,
    is_known_company,
    lab_unit,
    organisation_key,
)
from finder.resolution.input_tables import UNPLACED
from finder.tables import conform_table

_PARTS = re.compile(r"\s*[,;|]\s*")
ONE_PLACE = 50.0  # kilometres that records of one institution may lie apart
_OPENALEX = pl.col("id").str.starts_with("openalex:")


def resolve_institutions(
    raw_affiliations: pl.DataFrame, raw_institutions: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Institutions, and for each distinct way to print an affiliation which one it is, and in which country.

    Departments, schools and addresses are no institutions: they are whoever's the mail domain is, or nothing.

    Returns:
        Table ``institutions``, and a frame ``institution_name``, ``id``, ``raw``, ``domain``, ``given`` (what was
        printed, and the country that the source gives), ``institution``, ``country`` (where this was printed, null
        where only the institution's country is known).
    """
    # a name in a list, which is nobody's, may be of several: it makes no institution
    told = raw_affiliations.filter((pl.col("position") != UNPLACED) | pl.col("domain").is_not_null())
    printed = told.group_by("institution", "id", "raw", "domain", given="country").agg(
        count=pl.len().cast(pl.UInt32), kind=pl.col("kind").drop_nulls().mode().sort().first()
    )
    known = raw_institutions.select(
        institution="name",
        id=pl.col("ids").list.first(),
        raw=pl.lit(None, pl.String),
        domain=pl.lit(None, pl.String),
        given="country",
        count=pl.lit(0, pl.UInt32),
        kind="kind",
    )
    rows = pl.concat([printed, known.select(printed.columns)]).filter(pl.col("institution").str.len_chars() > 1)
    rows = _assign_institution_ids(_parse_printed_names(rows), raw_institutions)
    institutions = _build_institution_table(rows, raw_institutions)
    numbered = rows.join(institutions.select("institution_id", number="institution"), on="institution_id")
    naming = numbered.filter(pl.col("count") > 0).select(
        "id", "raw", "domain", "given", institution_name="institution", institution="number", country="seen"
    )
    return institutions, naming.unique()


def _parse_printed_names(rows: pl.DataFrame) -> pl.DataFrame:
    """What the texts say: ``shown`` (the name), ``key``, ``part`` (no institution), ``host``, and the countries.

    ``told`` is printed, or the ending of a school's mail domain; ``seen`` is that of the sighting, which for companies
    may also be what a register of their offices gives: without one, a source only knows where a company is at home.
    """
    named = _map_unique_texts(rows, "institution", shown=canonical_name)
    named = _map_unique_texts(named, "shown", whole=_name_unless_part)
    # a normalised name that is only a department's may have been printed with the university's
    named = named.with_columns(fuller=pl.when(pl.col("whole").is_null()).then("raw"))
    named = _map_unique_texts(named, "fuller", raw_shown=canonical_name)
    named = _map_unique_texts(named, "raw_shown", raw_whole=_name_unless_part)
    unnamed = pl.coalesce("whole", "raw_whole").is_null()
    named = named.with_columns(shown=pl.coalesce("whole", "raw_whole", "shown"), part=unnamed & pl.col("id").is_null())
    named = _map_unique_texts(
        named, "shown", key=organisation_key, by_name=institution_kind, curated_kind=_reference_lookup("kind")
    )
    several = pl.col("key").is_in(list(SEVERAL)) & pl.col("curated_kind").is_null() & pl.col("id").is_null()
    named = named.with_columns(several=several)
    named = _map_unique_texts(named, "domain", by_domain=country_of_domain)
    named = named.with_columns(told=_country_from_text(named), host=email_domains.mail_host("domain"))
    sort = pl.coalesce("curated_kind", "kind", "by_name")
    # universities outside the USA have .edu, too
    own = pl.when((sort == "education") & ~pl.col("domain").str.contains(r"\.edu\W*$")).then("by_domain")
    named = named.with_columns(told=pl.coalesce("told", own), school=(sort == "education").fill_null(value=False))
    return named.with_columns(
        seen=pl.coalesce("told", pl.when((sort == "company") & pl.col("id").is_not_null()).then("given"))
    )


def _country_from_text(rows: pl.DataFrame) -> pl.Series:
    """The country that the text of each row names; most end in one, which is quickly seen."""
    text = rows.select(text=pl.coalesce("raw", "institution"), name="shown")
    last = pl.col("text").str.split(",").list.last().str.strip_chars(" .").str.to_lowercase()
    sure = {name: code for name, code in reference_data.country_codes_by_name().items() if code not in ("CN", "GE")}
    one = pl.col("text").str.to_lowercase().str.count_matches("universi") <= 1
    quick = pl.when(one, pl.col("text").str.contains(",", literal=True)).then(last)
    text = text.with_columns(code=quick.replace_strict(sure, default=None, return_dtype=pl.String))
    rest = text.filter(pl.col("code").is_null()).select("text", "name").unique()
    read = pl.Series([affiliation_country(*pair) for pair in rest.iter_rows()], dtype=pl.String)
    found = text.join(rest.with_columns(read=read), on=("text", "name"), how="left", maintain_order="left")
    return found.select(pl.coalesce("code", "read")).to_series()


def _assign_institution_ids(rows: pl.DataFrame, raw_institutions: pl.DataFrame) -> pl.DataFrame:
    """The rows with ``institution_id``; those that name no institution are left out."""
    rows = institution_countries.add_nation_votes(rows)
    # the same name with and without an id is one institution; an id keeps several spellings together
    by_key = (
        rows.filter(pl.col("id").is_not_null())
        .group_by("key", "id")
        .agg(pl.col("count").sum(), key_country=pl.col("given").drop_nulls().mode().sort().first())
    )
    by_key = by_key.sort(_OPENALEX, "count", "id", descending=True).unique("key", keep="first")
    rows = rows.join(by_key.select("key", "key_country", key_id="id"), on="key", how="left")
    rows = rows.join(_alternate_ids(raw_institutions), on="id", how="left")
    # nor is one that another register numbers a second one, unless it lies in another country
    here = pl.col("given").eq(pl.col("key_country")).fill_null(value=True)
    numbered_twice = ~_OPENALEX & pl.col("key_id").str.starts_with("openalex:") & here
    # sources number a company's labs and offices one by one: they are the company
    companies = pl.col("shown").is_in(
        [name for name in reference_data.reference_institutions() if is_known_company(name)]
    )
    shared = numbered_twice | (companies & pl.col("key_id").is_not_null())
    name_only = pl.when("abroad").then(pl.format("name:{}@{}", "key", "nation")).otherwise(pl.format("name:{}", "key"))
    key_id = pl.when(~pl.col("abroad")).then("key_id")
    own = pl.coalesce("same_id", pl.when(shared).then("key_id"), "id", key_id, name_only)
    return _assign_by_domain(rows.with_columns(institution_id=own))


def _assign_by_domain(rows: pl.DataFrame) -> pl.DataFrame:
    """Departments as those whose mail domain they have, and names of one institution as one."""
    named = rows.with_columns(name="shown")
    rows = rows.join(email_domains.domain_owners(named), on="host", how="left")
    # which of several of a name is meant, too, is told by the domain
    one_of = pl.col("several") & pl.col("owner").is_not_null()
    rows = rows.with_columns(institution_id=pl.when(pl.col("part") | one_of).then("owner").otherwise("institution_id"))
    rows = rows.filter(pl.col("institution_id").is_not_null()).join(
        email_domains.merge_by_domain(named.filter(~pl.col("part"))), on="institution_id", how="left"
    )
    other = pl.col("part") | pl.col("into").is_not_null()
    return rows.with_columns(institution_id=pl.coalesce("into", "institution_id"), another=other)


def _alternate_ids(raw_institutions: pl.DataFrame) -> pl.DataFrame:
    """``id``, ``same_id``: the other ids of an institution, and the one it goes by."""
    ids = raw_institutions.select(same_id=pl.col("ids").list.first(), id="ids").explode("id", empty_as_null=True)
    return ids.filter(pl.col("id") != pl.col("same_id")).sort("id", "same_id").unique("id", keep="first")


def add_lab_units(placed: pl.DataFrame, institutions: pl.DataFrame) -> pl.DataFrame:
    """The same posts with ``unit``: the lab of a well-known organisation, as printed; null where none is named.

    Args:
        placed: ``institution`` (a number), ``printed`` (its name as a source gives it), ``raw`` (all that was printed).
        institutions: table ``institutions``.
    """
    several = [name for name, row in reference_data.reference_institutions().items() if row["labs"] or row["begins"]]
    known = institutions.filter(pl.col("name").is_in(several)).select("institution", "name")
    text = placed.with_columns(text=pl.coalesce("raw", "printed"))
    each = text.select("institution", "text").unique().join(known, on="institution")
    told = [lab_unit(printed, name) for printed, name in each.select("text", "name").iter_rows()]
    found = each.with_columns(unit=pl.Series(told, dtype=pl.String)).filter(pl.col("unit").is_not_null())
    return text.join(found.drop("name"), on=("institution", "text"), how="left").drop("text", "raw")


def _build_institution_table(named: pl.DataFrame, raw_institutions: pl.DataFrame) -> pl.DataFrame:
    # by its own name, rather than by that of a part or an older one
    weighted = named.sort("another", "count", "shown", descending=[False, True, False])
    described = (
        weighted.group_by("institution_id")
        .agg(name=pl.col("shown").first(), kind=pl.col("kind").drop_nulls().first())
        .join(institution_countries.majority_country(weighted), on="institution_id", how="left")
        .join(_institution_locations(named, raw_institutions), on="institution_id", how="left")
    )
    # what was put together by hand beats a vote among printed addresses
    described = _map_unique_texts(
        described,
        "name",
        by_hand=_reference_lookup("kind"),
        home=_reference_lookup("country"),
        by_name=institution_kind,
    )
    described = _map_unique_texts(described, "name", at_end=country_at_end).with_columns(
        kind=pl.coalesce("by_hand", "kind", "by_name"), country=pl.coalesce("home", "country", "at_end")
    )
    return conform_table("institutions", described.sort("institution_id").with_row_index("institution"))


def _institution_locations(named: pl.DataFrame, raw_institutions: pl.DataFrame) -> pl.DataFrame:
    """``institution_id``, ``city``, ``latitude``, ``longitude`` of institutions that are at one place.

    What several records were put together to, a company's offices above all, is at no one place unless all of them
    say that it is: then nothing is said.
    """
    told = raw_institutions.select("record", "city", "latitude", "longitude", id=pl.col("ids").list.first())
    located = is_valid_point(pl.col("latitude"), pl.col("longitude"))
    own = named.filter(pl.col("id").is_not_null()).select("institution_id", "id").unique()
    # each id's first record with coordinates; ids that one record has in common are one
    first = told.filter(located).sort("record").unique("id", keep="first", maintain_order=True)
    same = pl.col("id").is_in(_alternate_ids(raw_institutions)["id"].implode())
    own = own.join(first, on="id", how="left").filter(pl.col("record").is_not_null() | ~same)
    numbers = pl.col("record").filter(_OPENALEX)
    apart = distance_km(
        pl.col("latitude"), pl.col("longitude"), pl.col("latitude").first(), pl.col("longitude").first()
    )
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


def country_of_domain(domain: str) -> str | None:
    """The country a domain's ending stands for; US universities use .edu.

    >>> country_of_domain("cs.uni-valdorra.de"), country_of_domain("example.com")
    ('DE', None)
    """
    ending = domain.split("+")[0].strip(" .").rsplit(".", 1)[-1].lower()
    if ending == "edu":
        return "US"
    code = {"uk": "GB"}.get(ending, ending.upper())
    return code if code in reference_data.country_codes() and code not in ("AI", "IO", "ME", "TV", "CO", "LY") else None


def country_at_end(name: str) -> str | None:
    """A country named at the end of a printed affiliation."""
    return (
        reference_data.country_codes_by_name().get(_PARTS.split(name)[-1].strip(" .").casefold())
        if "," in name
        else None
    )


def institution_kind(name: str) -> str | None:
    """Company or school, where the name itself says so."""
    if affiliation_text.looks_like_school(name):
        return "education"
    return "company" if affiliation_text.looks_like_company(name) else None


def _reference_lookup(column: str) -> Callable[[str], str | None]:
    return lambda name: reference_data.reference_institutions().get(name, {}).get(column) or None


def _name_unless_part(name: str) -> str | None:
    return None if affiliation_text.is_subunit(name) else name


def _map_unique_texts(frame: pl.DataFrame, column: str, **functions: Callable[[str], str | None]) -> pl.DataFrame:
    """The frame with what Python functions make of a column of texts, each of which is read once."""
    texts = frame.get_column(column).drop_nulls().unique()
    made = {
        name: pl.Series([function(text) for text in texts], dtype=pl.String) for name, function in functions.items()
    }
    return frame.join(pl.DataFrame({column: texts, **made}), on=column, how="left", maintain_order="left")
