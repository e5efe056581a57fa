"""Until when posts are held that somebody stated without an end: until something newer says otherwise."""

from __future__ import annotations

from datetime import date

import polars as pl

LAG = 540  # days for which works may go on printing a place that was left
FEW = 2  # sightings elsewhere from which works say that a record was not kept up
# what is held beside a post, and ends none
BESIDE = (
    r"(?i)visit|guest|adjunct|affiliat|honorar|courtesy|emerit|part[- ]time|consult|advis|intern\b|student|phd|founder"
)
# "I will join" is a plan: nobody knows from it that it has come true
_BEGUN = r"(?i)\b(?:joined|moved\s+to|started|began|since|as\s+of)\b"
POST = ("author", "institution", "role")


def affiliations_from_statements(statements: pl.DataFrame, institutions: pl.DataFrame, as_of: date) -> pl.LazyFrame:
    """Posts that people say to have begun, at an institution whose name is known and nobody else's.

    Args:
        statements, institutions: the tables of these names.

    Returns:
        Rows as in ``affiliations``, with ``since``.
    """
    name = pl.col("name").str.to_lowercase()
    named = institutions.lazy().select("institution", name=name)
    named = named.filter(pl.len().over("name") == 1)
    begun = pl.col("date").str.slice(0, 7)
    # "in 2026", read in 2026, may be still to come
    exact = (begun.str.len_chars() == 7) | (begun.str.slice(0, 4).cast(pl.Int32) < pl.col("seen").dt.year())
    return (
        statements.lazy()
        .filter(pl.col("polarity") == "joining", pl.col("seen") <= as_of, pl.col("date").is_not_null())
        .filter(exact, pl.col("quote").str.contains(_BEGUN))
        .with_columns(name=pl.col("institution").str.to_lowercase(), since=begun)
        .drop("institution")
        .join(named, on="name")
        .select(
            "author",
            "institution",
            pl.lit(None, pl.String).alias("country"),
            pl.lit(None, pl.String).alias("unit"),
            "role",
            pl.lit(value=True).alias("stated"),
            first=since_to_date(pl.col("since")),
            last="seen",
            count=pl.lit(1, pl.UInt32),
            source="source",
            record="record",
            since="since",
        )
        .filter(pl.col("first") <= as_of)
    )


def since_to_date(since: pl.Expr) -> pl.Expr:
    """The first day of ``YYYY`` or ``YYYY-MM``."""
    return pl.concat_str(since, pl.lit("-01-01")).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)


def close_affiliations(posts: pl.DataFrame) -> pl.DataFrame:
    """Posts whose ``last`` is brought forward to when something newer says that they ended.

    Args:
        posts: ``author``, ``institution``, ``role``, ``stated``, ``first``, ``last``, ``count``, ``records``,
            ``since``; one row per author, institution and role.
    """
    if posts["since"].null_count() == posts.height:
        return posts
    begun = pl.max_horizontal("first", since_to_date(pl.col("since")))
    exact = pl.col("first").dt.year() == pl.col("since").str.slice(0, 4).cast(pl.Int32)
    rows = posts.lazy().with_columns(first=pl.when("stated", exact).then(begun).otherwise("first"))
    # a post that was said to end long ago needs no other to end it
    until_now = pl.col("last") > pl.col("last").max().over("author") - pl.duration(days=365)
    dated = rows.filter(pl.col("stated"), pl.col("since").is_not_null(), until_now)
    shown = rows.filter(~pl.col("stated")).group_by("author", "institution")
    shown = shown.agg(seen_from=pl.col("first").min(), seen=pl.col("last").max(), times=pl.col("count").sum())
    dated = dated.join(shown.select("author", "institution", "seen"), on=("author", "institution"), how="left")
    until = (
        pl.concat([_end_by_successor(dated), _end_by_sightings(dated, shown)]).group_by(POST).agg(pl.col("until").min())
    )
    capped = pl.max_horizontal(pl.min_horizontal("last", "until"), "first")
    ended = rows.join(until, on=POST, how="left", nulls_equal=True).with_columns(last=capped)
    return ended.drop("until").collect()


def _end_by_successor(dated: pl.LazyFrame) -> pl.LazyFrame:
    """A later post that another record tells of: whoever wrote that one did not forget to end the older.

    What one record holds at once is held at once; and works tell of a place that somebody did not leave.
    """
    later = dated.select("author", new="institution", new_role="role", begun="first", new_records="records")
    lag = pl.duration(days=LAG)
    return (
        dated.join(later, on="author")
        .filter(
            pl.col("institution") != pl.col("new"),
            pl.col("first") < pl.col("begun"),
            pl.col("begun") <= pl.col("last"),
            ~pl.col("new_role").fill_null("").str.contains(BESIDE),
            pl.col("records").list.set_intersection("new_records").list.len() == 0,
            pl.col("seen").is_null() | (pl.col("seen") < pl.col("begun") + lag),
        )
        .select(*POST, until=pl.col("begun") - pl.duration(days=1))
    )


def _end_by_sightings(dated: pl.LazyFrame, shown: pl.LazyFrame) -> pl.LazyFrame:
    """A record that was not kept up: works have long shown another place, one it does not know, and this no more."""
    both = dated.group_by("author", new="institution").agg(known=pl.col("records").explode())
    others = shown.rename({"institution": "new", "seen": "new_seen"})
    left = pl.coalesce("seen", "first")
    return (
        dated.join(others, on="author")
        .join(both, on=("author", "new"), how="left")
        .filter(
            pl.col("institution") != pl.col("new"),
            pl.col("records").list.set_intersection("known").list.len().fill_null(0) == 0,
            pl.col("seen_from") > pl.col("first"),
            pl.col("times") >= FEW,
            pl.col("new_seen") >= left + pl.duration(days=LAG),
        )
        .select(*POST, until=pl.coalesce("seen", "seen_from"))
    )
