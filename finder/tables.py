"""The declared tables of a snapshot: what answers read, and what resolution gives.

Row numbers (``work``, ``author``, ``institution``) hold within one snapshot; ``*_id`` columns outlive it.
Raw tables are what the sources said, one row each; the others are what resolution made of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
import polars as pl

from finder.errors import StoreError

LIST = pl.List(pl.String)

TABLES: Mapping[str, pl.Schema] = {
    # one row per work record, authorship, affiliation and person record, as said by the sources
    "raw_works": pl.Schema(
        {
            "record": pl.Int64,
            "source": pl.String,
            "title": pl.String,
            "date": pl.Date,
            "year": pl.Int16,
            "venue": pl.String,
            "type": pl.String,
            "url": pl.String,
            "ids": LIST,
            "keywords": LIST,
            "citations": pl.Int32,
            "published": pl.Boolean,
            "n_authors": pl.UInt16,
        }
    ),
    "raw_names": pl.Schema(
        {
            "record": pl.Int64,
            "position": pl.Int16,
            "name": pl.String,
            "fold": pl.String,
            "ids": LIST,
            "corresponding": pl.Boolean,
            "homepage": pl.String,
        }
    ),
    "raw_affiliations": pl.Schema(
        {
            "record": pl.Int64,
            "position": pl.Int16,
            "institution": pl.String,
            "id": pl.String,
            "raw": pl.String,
            "country": pl.String,
            "kind": pl.String,
            "domain": pl.String,
            "role": pl.String,
            "since": pl.Int16,
            "until": pl.Int16,
            "stated": pl.Boolean,
        }
    ),
    "raw_people": pl.Schema(
        {
            "record": pl.Int64,
            "source": pl.String,
            "seen": pl.Date,
            "works_count": pl.Int32,
            "first_year": pl.Int16,
            "recent_works": pl.Int32,
        }
    ),
    "raw_institutions": pl.Schema(
        {
            "record": pl.Int64,
            "name": pl.String,
            "ids": LIST,
            "country": pl.String,
            "kind": pl.String,
            "city": pl.String,
            "latitude": pl.Float64,
            "longitude": pl.Float64,
        }
    ),
    "raw_statements": pl.Schema(
        {
            "record": pl.Int64,
            "source": pl.String,
            "fold": pl.String,
            "ids": LIST,
            "polarity": pl.String,
            "quote": pl.String,
            "url": pl.String,
            "date": pl.String,
            "seen": pl.Date,
            "audience": LIST,
            "institution": pl.String,
            "role": pl.String,
        }
    ),
    "raw_grants": pl.Schema(
        {
            "record": pl.Int64,
            "source": pl.String,
            "title": pl.String,
            "funder": pl.String,
            "number": pl.String,
            "amount": pl.Float64,
            "currency": pl.String,
            "start": pl.String,
            "end": pl.String,
            "institution": pl.String,
            "country": pl.String,
            "programme": pl.String,
            "keywords": LIST,
            "url": pl.String,
        }
    ),
    "raw_investigators": pl.Schema(
        {
            "record": pl.Int64,
            "position": pl.Int16,
            "fold": pl.String,
            "ids": LIST,
            "lead": pl.Boolean,
            "institution": pl.String,
            "id": pl.String,
            "country": pl.String,
        }
    ),
    # resolved
    "versions": pl.Schema({"record": pl.Int64, "work": pl.UInt32}),
    "works": pl.Schema(
        {
            "work": pl.UInt32,
            "work_id": pl.String,
            "record": pl.Int64,
            "title": pl.String,
            "date": pl.Date,
            "venue": pl.String,
            "type": pl.String,
            "url": pl.String,
            "published": pl.Boolean,
            "n_authors": pl.UInt16,
            "keywords": LIST,
            "sources": LIST,
            "citations": pl.Int32,
            "alphabetical": pl.Boolean,
        }
    ),
    "authorships": pl.Schema(
        {
            "work": pl.UInt32,
            "author": pl.UInt32,
            "position": pl.Int16,
            "n_authors": pl.UInt16,
            "corresponding": pl.Boolean,
            "alphabetical": pl.Boolean,
            "date": pl.Date,
            "day": pl.Int32,
            "year": pl.Int32,
            "published": pl.Boolean,
            # up to which day works of this author could have been seen, see finder.resolution.coverage_end
            "seen_until": pl.Int32,
        }
    ),
    # every printed name, whose it is, why, and how likely
    "sightings": pl.Schema(
        {
            "record": pl.Int64,
            "position": pl.Int16,
            "author": pl.UInt32,
            "reasons": pl.UInt16,
            "chance": pl.Float32,
        }
    ),
    "authors": pl.Schema(
        {
            "author": pl.UInt32,
            "author_id": pl.String,
            "name": pl.String,
            "ids": LIST,
            "homepage": pl.String,
            "works_count": pl.Int32,
            "first_year": pl.Int16,
        }
    ),
    # whose rows of ``authorships`` are which, by author
    "authored": pl.Schema({"author": pl.UInt32, "row": pl.UInt32}),
    # what each author's works say of a career, on the day of publication: counts, shares, days since 1970
    "careers": pl.Schema(
        {
            "author": pl.UInt32,
            "n_works": pl.UInt32,
            "n_last": pl.UInt32,
            "n_first": pl.UInt32,
            "alone": pl.Float64,
            "begun": pl.Int32,
            "led_since": pl.Int32,
            "first_newest": pl.Int32,
            "place": pl.Float64,
            "eldest": pl.Float64,
            "leads_most": pl.Float64,
            "firsts_since": pl.Float64,
            "lasts_led": pl.Float64,
            "custom": pl.Float64,
            "strangers": pl.Float64,
            # the first year from which works of theirs would be stored, see finder.resolution.coverage_start
            "covered": pl.Int32,
        }
    ),
    # of the day of publication, too: the record as a whole in short, and the stage
    "standings": pl.Schema(
        {
            "author": pl.UInt32,
            "works_recently": pl.Int32,
            "led_since": pl.Int32,
            "first_seen": pl.Int32,
            "last_seen": pl.Int32,
            "stage": pl.String,
            "stage_confidence": pl.Float64,
            "stage_ground": pl.String,
            "stage_record": pl.Int64,
            "is_student": pl.Boolean,
            "likely_stage": pl.String,
            "likely_confidence": pl.Float64,
        }
    ),
    # and who has moved, or become a professor, within the last years
    "moves": pl.Schema(
        {
            "author": pl.UInt32,
            "from_name": pl.String,
            "to_name": pl.String,
            "first_seen": pl.Date,
            "since": pl.String,
            "source": pl.String,
            "after": pl.Date,
            "evidence": pl.Int64,
        }
    ),
    "newcomers": pl.Schema(
        {
            "author": pl.UInt32,
            "since": pl.String,
            "after": pl.String,
            "evidence": pl.Int64,
            "source": pl.String,
            "institution": pl.String,
        }
    ),
    # works that came out of an internship, on the day of publication, see finder.features.internship_papers
    "internships": pl.Schema(
        {
            "work": pl.UInt32,
            "intern": pl.UInt32,
            "company": pl.UInt32,
            "day": pl.Int32,
            "kind": pl.String,
            "chance": pl.Float64,
            "quote": pl.String,
            "role": pl.String,
            "homes": pl.List(pl.UInt32),
            "hosts": pl.List(pl.UInt32),
            "head": pl.UInt32,
        }
    ),
    # with a country where one was printed for the person: that of the institution is another thing
    "affiliations": pl.Schema(
        {
            "author": pl.UInt32,
            "institution": pl.UInt32,
            "country": pl.String,
            "unit": pl.String,
            "role": pl.String,
            "stated": pl.Boolean,
            "first": pl.Date,
            "last": pl.Date,
            "count": pl.UInt32,
            "source": pl.String,
            "record": pl.Int64,
        }
    ),
    # what these make of somebody's posts, on the day of publication
    "posts": pl.Schema(
        {
            "author": pl.UInt32,
            "institution": pl.UInt32,
            "country": pl.String,
            "role": pl.String,
            "unit": pl.String,
            "stated": pl.Boolean,
            "first": pl.Date,
            "last": pl.Date,
            "count": pl.UInt32,
            "source": pl.String,
            "record": pl.Int64,
            "since": pl.String,
            "records": pl.List(pl.Int64),
            "current": pl.Boolean,
        }
    ),
    # where each author was by the work itself; with a quote: as an intern there, as the footnote says
    "places": pl.Schema(
        {
            "work": pl.UInt32,
            "author": pl.UInt32,
            "institution": pl.UInt32,
            "role": pl.String,
            "quote": pl.String,
        }
    ),
    "institutions": pl.Schema(
        {
            "institution": pl.UInt32,
            "institution_id": pl.String,
            "name": pl.String,
            "country": pl.String,
            "kind": pl.String,
            "city": pl.String,
            "latitude": pl.Float64,
            "longitude": pl.Float64,
        }
    ),
    "statements": pl.Schema(
        {
            "author": pl.UInt32,
            "record": pl.Int64,
            "source": pl.String,
            "polarity": pl.String,
            "quote": pl.String,
            "url": pl.String,
            "date": pl.String,
            "seen": pl.Date,
            "audience": LIST,
            "institution": pl.String,
            "role": pl.String,
        }
    ),
    # whose grants are which, and by what that is known, see finder.resolution.grants; what several sources say of one
    # grant is one row
    "grants": pl.Schema(
        {
            "author": pl.UInt32,
            "record": pl.Int64,
            "ground": pl.String,
            "lead": pl.Boolean,
            "title": pl.String,
            "funder": pl.String,
            "number": pl.String,
            "amount": pl.Float64,
            "currency": pl.String,
            "start": pl.String,
            "end": pl.String,
            "starts": pl.Date,
            "ends": pl.Date,
            "institution": pl.String,
            "country": pl.String,
            "programme": pl.String,
            "keywords": LIST,
            "url": pl.String,
            "sources": LIST,
        }
    ),
    # every name printed on a grant that is somebody's
    "grant_holders": pl.Schema({"author": pl.UInt32, "record": pl.Int64, "position": pl.Int16}),
    # each work's title, and its title with its abstract, as digests: what their vectors are found by
    "digests": pl.Schema({"work": pl.UInt32, "title": pl.UInt64, "text": pl.UInt64}),
    # a heading names a session or an area of a volume: it is no term
    "terms": pl.Schema(
        {
            "term": pl.String,
            "share": pl.Float64,
            "keyword": pl.Boolean,
            "heading": pl.Boolean,
        }
    ),
}


# snapshots of another shape are made anew
SHAPE = hashlib.sha256(repr({name: dict(schema) for name, schema in TABLES.items()}).encode()).hexdigest()[:12]


def conform_table(name: str, columns: Mapping[str, object] | pl.DataFrame | None = None) -> pl.DataFrame:
    """A frame in a declared shape: columns in order, of the declared types; empty without ``columns``.

    Raises:
        StoreError: a column is missing, or a value does not fit its type. It is a fault of the finder.
    """
    schema = TABLES[name]
    try:
        if columns is None:
            return pl.DataFrame(schema=schema)
        if isinstance(columns, pl.DataFrame):
            return columns.select(pl.col(column).cast(type_) for column, type_ in schema.items())
        return pl.DataFrame(dict(columns), schema=schema, strict=False)
    except pl.exceptions.PolarsError as error:
        raise StoreError(f"Table {name} is not in its declared shape: {error}. Please report this.") from error


def select_sorted_rows(frame: pl.DataFrame, key: str, wanted: pl.Series) -> pl.DataFrame:
    """Those rows of a frame sorted by ``key`` that have one of the wanted values, in the frame's order.

    A join would look through the whole table, which takes longer than all else where few rows are wanted.
    """
    keys, values = frame[key].to_numpy(), np.unique(wanted.to_numpy())
    begins, ends = np.searchsorted(keys, values, "left"), np.searchsorted(keys, values, "right")
    sizes = ends - begins
    before = np.cumsum(sizes) - sizes  # rows of the values before each
    return frame[np.arange(sizes.sum()) + np.repeat(begins - before, sizes)]
