"""Whose grants are which: by an id, else by name, institution and years together, and never by a name alone.

A grant that is given to the wrong person is worse than one that is missing. So whatever speaks against a person, or
fits two, joins nothing: another ORCID, another name under the same id, a name that many bear.
"""

from __future__ import annotations

import re

import polars as pl

from finder.resolution import affiliation_parser
from finder.resolution.input_tables import Frames
from finder.tables import conform_table

MOST_NAMESAKES = 3
"""People of one name that are stored, beyond which name and institution do not tell who is meant."""
BEFORE = 3 * 365
"""Days by which somebody may have been seen last at an institution before a grant there begins."""
AFTER = 365
"""Days by which somebody may have been seen first at an institution after a grant there ended."""

_PRINTED = ("record", "position")
_GOVERNED = re.compile(
    r"^(?:the )?(?:(?:board of )?(?:regents|trustees|curators)|president and fellows|rector (?:and|&) visitors|"
    r"chancellor, masters and scholars) of (?:the )?",
    re.IGNORECASE,
)


def assign_grants(
    frames: Frames, named: pl.DataFrame, affiliations: pl.DataFrame, places: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Tables ``grants`` and ``grant_holders``.

    Args:
        frames: the raw tables.
        named: every printed name, with ``author``, ``fold`` and ``ids``.
        affiliations: the table of that name.
        places: as :func:`match_places` gives them.
    """
    investigators = frames["raw_investigators"]
    if investigators.is_empty():
        return {"grants": conform_table("grants"), "grant_holders": conform_table("grant_holders")}
    dated = _add_grant_days(frames["raw_grants"])
    own = named.select("author", "fold", "ids")
    by_id = _join_by_id(investigators, own)
    rest = investigators.join(by_id, on=_PRINTED, how="anti").join(
        dated.select("record", "starts", "ends"), on="record"
    )
    by_name = _join_by_name(rest, own, affiliations, places)
    whose = pl.concat([by_id, by_name]).join(investigators.select(*_PRINTED, "lead"), on=_PRINTED)
    once = whose.sort("record", "author", "lead", "position", descending=[False, False, True, False]).unique(
        ("record", "author"), keep="first", maintain_order=True
    )
    return {
        "grants": conform_table("grants", _unite_sources(once.join(dated, on="record"))),
        "grant_holders": conform_table("grant_holders", whose.sort("author", *_PRINTED)),
    }


def match_places(investigators: pl.DataFrame, naming: pl.DataFrame, institutions: pl.DataFrame) -> pl.DataFrame:
    """``record``, ``position``, ``institution``: which known institution each investigator's may be.

    Names are compared as those on works are; they make no institution of their own.

    Args:
        investigators: table ``raw_investigators``.
        naming: how institutions are printed, as :func:`finder.resolution.institutions.resolve_institutions` gives it.
        institutions: table of that name.
    """
    placed = investigators.filter(pl.col("institution").is_not_null()).select(
        *_PRINTED, "institution", "id", given="country"
    )
    if placed.is_empty():
        return placed.select(*_PRINTED, pl.lit(None, pl.UInt32).alias("institution"))
    columns = ("id", "institution", "name")
    spelled = naming.select("id", "institution", name="institution_name").select(columns)
    shown = institutions.select("institution", "name", id="institution_id").select(columns)
    known = pl.concat([spelled, shown])
    by_id = placed.join(known.drop_nulls("id").select("id", number="institution").unique(), on="id")
    keyed = (
        _add_institution_keys(known.select("name", number="institution").unique(), "name")
        .select("key", "number")
        .unique()
    )
    by_name = _add_institution_keys(placed, "institution").join(keyed, on="key")
    home = institutions.select("country", number="institution")
    elsewhere = pl.col("given").is_not_null() & (pl.col("given") != pl.col("country"))
    found = pl.concat([by_id.select(*_PRINTED, "given", "number"), by_name.select(*_PRINTED, "given", "number")])
    found = found.join(home, on="number", how="left").filter(~elsewhere.fill_null(value=False))
    return found.select(*_PRINTED, institution="number").unique()


def _add_institution_keys(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    texts = frame[column].drop_nulls().unique()
    keys = pl.Series([affiliation_parser.organisation_key(plain_institution(text)) for text in texts], dtype=pl.String)
    return frame.join(pl.DataFrame({column: texts, "key": keys}), on=column)


def plain_institution(text: str) -> str:
    """An institution's name without its governing body, as registries of grants write it, and in ordinary case.

    >>> plain_institution("REGENTS OF THE UNIVERSITY OF VALDORRA"), plain_institution("University of Hestor-Lake")
    ('University Of Valdorra', 'University of Hestor-Lake')
    """
    short = _GOVERNED.sub("", text).strip()
    return (short or text).title() if text.isupper() else short or text


def _join_by_id(investigators: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    """Who bears an id that stands on a grant, and a name that has a word in common with the one beside it."""
    told = investigators.select(*_PRINTED, "fold", id="ids").explode("id", empty_as_null=True).drop_nulls("id")
    borne = own.select("author", spelled="fold", id="ids").explode("id", empty_as_null=True).drop_nulls("id").unique()
    shared = pl.col("fold").str.split(" ").list.set_intersection(pl.col("spelled").str.split(" ")).list.len() > 0
    found = told.join(borne, on="id").filter(shared).select(*_PRINTED, "author", "id").unique()
    scheme = pl.col("id").str.split(":").list.first().sort().first()
    return _keep_unambiguous(found.group_by(*_PRINTED, "author").agg(ground=scheme))


def _join_by_name(
    rest: pl.DataFrame, own: pl.DataFrame, affiliations: pl.DataFrame, places: pl.DataFrame
) -> pl.DataFrame:
    """Who bears the name, was at the institution in those years, and is the only one of whom both hold."""
    spelled = _split_names(own.select("author", "fold").unique())
    namesakes = spelled.group_by("first", "family").agg(number=pl.col("author").n_unique())
    asked = _split_names(rest)
    middles_agree = (pl.col("middle") == "") | (pl.col("middle_own") == "") | (pl.col("middle") == pl.col("middle_own"))
    called = (
        asked.join(namesakes.filter(pl.col("number") <= MOST_NAMESAKES), on=("first", "family"))
        .join(spelled, on=("first", "family"), suffix="_own")
        .filter(middles_agree)
    )
    stays = affiliations.select("author", "institution", seen_first="first", seen_last="last")
    there = called.join(places, on=_PRINTED, suffix="_known").join(
        stays, left_on=("author", "institution_known"), right_on=("author", "institution")
    )
    after = pl.col("seen_first") <= pl.coalesce("ends", "starts") + pl.duration(days=AFTER)
    before = pl.col("seen_last") >= pl.col("starts") - pl.duration(days=BEFORE)
    found = there.filter(after.fill_null(value=True), before.fill_null(value=True))
    dated = found.filter(pl.col("starts").is_not_null() | pl.col("ends").is_not_null())
    ground = pl.lit("name and institution")
    return _keep_unambiguous(_drop_other_ids(dated, own).select(*_PRINTED, "author", ground=ground).unique())


def _drop_other_ids(found: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    """Without those who are known by another ORCID than the one that stands on the grant."""
    orcid = pl.element().filter(pl.element().str.starts_with("orcid:"))
    borne = own.group_by("author").agg(pl.col("ids").explode(empty_as_null=True).drop_nulls().unique())
    known = borne.select("author", orcids=pl.col("ids").list.eval(orcid))
    both = found.with_columns(orcid=pl.col("ids").list.eval(orcid)).join(known, on="author", how="left")
    other = (pl.col("orcid").list.len() > 0) & (pl.col("orcids").list.len() > 0)
    return both.filter(~other.fill_null(value=False))


def _split_names(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows whose ``fold`` is a given name, written out, and a family name: with these, and what is between them."""
    words = pl.col("fold").str.split(" ")
    split = frame.with_columns(
        first=words.list.first(),
        family=words.list.last(),
        middle=words.list.slice(1, words.list.len() - 2).list.join(" "),
    )
    return split.filter(words.list.len() > 1, pl.col("first").str.len_chars() > 1, pl.col("family").str.len_chars() > 1)


def _keep_unambiguous(found: pl.DataFrame) -> pl.DataFrame:
    """The rows of printed names that fit just one person."""
    one = pl.col("author").n_unique().over(_PRINTED) == 1
    return found.filter(one).select(*_PRINTED, pl.col("author").cast(pl.UInt32), pl.col("ground").cast(pl.String))


def _add_grant_days(grants: pl.DataFrame) -> pl.DataFrame:
    """Grants with their first and last day, of dates that may be a year or a month only."""
    start, end = pl.col("start"), pl.col("end")
    first = pl.concat_str(start, pl.lit("-01-01")).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    month = pl.concat_str(end, pl.lit("-01")).str.to_date("%Y-%m-%d", strict=False).dt.month_end()
    year = pl.concat_str(end, pl.lit("-12-31")).str.to_date("%Y-%m-%d", strict=False)
    last = (
        pl.when(end.str.len_chars() == 4)
        .then(year)
        .when(end.str.len_chars() == 7)
        .then(month)
        .otherwise(end.str.to_date("%Y-%m-%d", strict=False))
    )
    return grants.with_columns(starts=first, ends=last)


def _unite_sources(rows: pl.DataFrame) -> pl.DataFrame:
    """One row for each grant of somebody: two sources tell of one where number or title are the same."""
    number = pl.col("number").str.to_lowercase().str.replace_all(r"[^a-z0-9]", "")
    title = pl.col("title").str.to_lowercase().str.replace_all(r"\W", "")
    same = pl.when(number.str.len_chars() > 3).then(number).otherwise(title)
    known = pl.sum_horizontal(pl.col(name).is_not_null() for name in ("ends", "amount", "url"))
    return (
        rows.with_columns(same=same, known=known)
        .sort("author", "same", "known", "source", "record", descending=[False, False, True, False, False])
        .group_by("author", "same", maintain_order=True)
        .agg(
            pl.all().exclude("source", "known").first(),
            lead_any=pl.col("lead").any(),
            sources=pl.col("source").unique().sort(),
        )
        .with_columns(lead="lead_any")
        .sort("author", "ends", "record", descending=[False, True, False], nulls_last=True)
    )
