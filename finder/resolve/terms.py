"""How usual a term is: the background against which terms related to an interest stand out."""

from __future__ import annotations

import polars as pl

from finder.tables import table

SAMPLE = 25_000  # titles that are enough to tell a usual word group from a telling one
LEAST = 2  # works that must bear a term


def count(works: pl.DataFrame) -> pl.DataFrame:
    """Table ``terms``: word groups of titles up to three words, and keywords, with their share among works."""
    published = works.filter(pl.col("published"))
    step = max(published.height // SAMPLE, 1)
    borne = of(published.gather_every(step).lazy())
    every = published.lazy().select("work", "keywords")
    suggested = (
        _keywords(every)
        .group_by("term")
        .agg(n=pl.len())
        .filter(pl.col("n") >= LEAST)
        .select("term", keyword=pl.lit(value=True))
    )
    size = max(-(-published.height // step), 1)
    frame = (
        borne.group_by("term")
        .agg(n=pl.len())
        .filter(pl.col("n") >= LEAST)
        .select("term", share=pl.col("n") / size)
        .join(suggested, on="term", how="full", coalesce=True)
        .with_columns(pl.col("share").fill_null(1 / size), pl.col("keyword").fill_null(value=False))
        .sort("share", "term", descending=[True, False])
    )
    return table("terms", frame.collect())


def of(works: pl.LazyFrame) -> pl.LazyFrame:
    """``work``, ``term``, each once: the word groups of titles and the keywords of works, in lower case."""
    titles = works.select("work", term=_words(pl.col("title"))).explode("term", empty_as_null=True)
    return pl.concat([*(_groups(titles, n) for n in (1, 2, 3)), _keywords(works)]).unique()


def _words(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().str.extract_all(r"[\p{L}\p{N}]+")


def _groups(words: pl.LazyFrame, n: int) -> pl.LazyFrame:
    """``work``, ``term``: all runs of n words of each title, from one row per word."""
    following = [pl.col("term").shift(-i) for i in range(n)]
    same = pl.col("work").shift(-(n - 1)) == pl.col("work")
    return (
        words.select("work", term=pl.concat_str(following, separator=" "), same=same)
        .filter("same")
        .select("work", "term")
    )


def _keywords(works: pl.LazyFrame) -> pl.LazyFrame:
    exploded = (
        works.select("work", term="keywords").explode("term", empty_as_null=True).filter(pl.col("term").is_not_null())
    )
    return (
        exploded.select("work", term=_words(pl.col("term")).list.join(" "))
        .filter(pl.col("term").str.len_chars().is_between(3, 60))
        .unique()
    )
