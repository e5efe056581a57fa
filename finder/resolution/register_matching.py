"""Rows of registers that bear no id, a list of professors above all: whose they are."""

from __future__ import annotations

import polars as pl

from finder.resolution.link_confidence import RARE

CHANCE = 0.95  # that a rare name in a register is that of the only author who bears it
LED = 2  # works, or
YEARS = 4  # from the first work to the last: who has neither is hardly a professor yet


def assign_register_rows(named: pl.DataFrame, works: pl.DataFrame) -> pl.DataFrame:
    """Printed names with the register rows given to the one author who bears the name, if there is exactly one.

    Only rare names, and authors whose works are those of somebody established. Not where a second row of the registers
    bears the name, or where both bear ids of one registry.

    Args:
        named: as :func:`finder.resolution.authors.resolve_authors` gives it.
        works: the table of that name.
    """
    on_works = (pl.col("position") >= 0).any().over("author")
    rows = named.select("record", "position", "author", "author_id", "fold", "ids", works=on_works)
    lone = rows.filter(~pl.col("works")).filter(pl.col("record").n_unique().over("fold") == 1)
    # whoever has another registry's own id is found by that
    lone = lone.filter(pl.col("ids").list.eval(pl.element().str.starts_with("scholar:")).list.all())
    if lone.is_empty():
        return named
    authors = rows.filter("works").join(lone.select("fold").unique(), on="fold", how="semi")
    one = authors.filter(pl.col("author").n_unique().over("fold") == 1)
    one = one.group_by("fold").agg(
        pl.col("author", "author_id").first(), known=pl.col("ids").explode(empty_as_null=True).drop_nulls().unique()
    )
    met = lone.select("record", "position", "fold", "ids").join(one, on="fold").join(_name_bearers(named), on="fold")
    schemes = pl.col("ids").list.eval(pl.element().str.split(":").list.first())
    others = pl.col("known").list.eval(pl.element().str.split(":").list.first())
    against = schemes.list.set_intersection(others).list.len() > 0
    established = _find_senior_authors(named.join(met.select(author="author").unique(), on="author", how="semi"), works)
    met = met.filter(~against, pl.col("bearers") <= RARE, pl.col("author").is_in(established.implode()))
    theirs = met.select("record", "position", into="author", into_id="author_id")
    return (
        named.join(theirs, on=("record", "position"), how="left", maintain_order="left")
        .with_columns(
            author=pl.coalesce("into", "author"),
            author_id=pl.coalesce("into_id", "author_id"),
            chance=pl.when(pl.col("into").is_not_null()).then(pl.lit(CHANCE, pl.Float32)).otherwise("chance"),
        )
        .drop("into", "into_id")
    )


def _find_senior_authors(named: pl.DataFrame, works: pl.DataFrame) -> pl.Series:
    """Those who have led some works, or published for some years."""
    on = named.filter(pl.col("position") >= 0).join(
        works.select("work", "n_authors", "date", "alphabetical"), on="work"
    )
    last = (pl.col("position") == pl.col("n_authors").cast(pl.Int32) - 1) & ~pl.col("alphabetical")
    years = pl.col("date").max().dt.year() - pl.col("date").min().dt.year()
    career = on.group_by("author").agg(led=pl.col("work").filter(last).n_unique(), years=years)
    return career.filter((pl.col("led") >= LED) | (pl.col("years") >= YEARS)).sort("author")["author"]


def _name_bearers(named: pl.DataFrame) -> pl.DataFrame:
    """``fold``, ``bearers``: how many people would bear a name by chance, see :mod:`finder.resolution.authors`."""
    parts = pl.col("fold").str.split(" ")
    folds = named.select("fold").unique().with_columns(given=parts.list.first(), family=parts.list.last())
    expected = pl.len().over("given") * pl.len().over("family") / folds.height
    return folds.select("fold", bearers=expected)
