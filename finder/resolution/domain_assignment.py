"""Whose a place is that a work lists without saying so: whoever is known to have its mail domain about that time."""

from __future__ import annotations

import polars as pl

from finder.resolution import email_domains
from finder.resolution.input_tables import UNPLACED

NEAR = 730  # days around a work in which somebody's mail domain is taken for theirs still
_WHERE = ("record", "position")


def assign_by_mail_domain(printed: pl.DataFrame, names: pl.DataFrame, works: pl.DataFrame) -> pl.DataFrame:
    """The raw affiliations with those that were nobody's given to whom they belong; nothing else is changed.

    Somebody gets a place if exactly one domain on the work is among those that stand with an id of theirs elsewhere.

    Args:
        printed, names, works: tables ``raw_affiliations``, ``raw_names``, ``raw_works``.
    """
    lists = printed.filter(pl.col("position") == UNPLACED)
    if lists.is_empty():
        return printed
    dates = works.select("record", day=pl.col("date").dt.epoch("d"))
    ids = names.select(*_WHERE, id="ids").explode("id", empty_as_null=True).drop_nulls("id")
    hosts = (
        printed.filter(pl.col("position") >= 0)
        .select(*_WHERE, host=email_domains.mail_host("domain"))
        .drop_nulls("host")
    )
    known = hosts.join(ids, on=_WHERE).join(dates, on="record").select("id", "host", "day").unique()
    wanted = lists.select("record", host=email_domains.mail_host("domain")).drop_nulls("host").unique()
    there = wanted.join(ids, on="record").join(dates, on="record").join(known, on=("id", "host"), suffix="_known")
    near = (pl.col("day") - pl.col("day_known")).abs() <= NEAR
    theirs = there.filter(near).select(*_WHERE, "host").unique().filter(pl.len().over(_WHERE) == 1)
    # somebody who was placed otherwise is left as they are
    theirs = theirs.join(printed.select(_WHERE).unique(), on=_WHERE, how="anti")
    one = lists.with_columns(host=email_domains.mail_host("domain")).sort("record", "host", "institution", "domain")
    one = one.unique(("record", "host"), keep="first", maintain_order=True).drop("position")
    found = theirs.join(one, on=("record", "host")).select(printed.columns)
    return pl.concat([printed, found.sort(_WHERE)])
