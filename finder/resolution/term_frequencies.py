"""How usual a term is: the background against which terms related to an interest stand out."""

from __future__ import annotations

import polars as pl

from finder.tables import conform_table

SAMPLE = 25_000  # titles that are enough to tell a usual word group from a telling one
LEAST = 2  # works that must bear a term
HALF = 0.5  # share of its uses from which a keyword is a heading
FEW = 0.3  # keywords a work, below which a volume sorts works instead of letting authors describe them


def count_terms(works: pl.DataFrame) -> pl.DataFrame:
    """Table ``terms``: word groups of titles up to three words, and keywords, with their share among works."""
    published = works.filter(pl.col("published"))
    step = max(published.height // SAMPLE, 1)
    borne = work_terms(published.gather_every(step).lazy())
    every = published.lazy().select("work", "keywords")
    suggested = (
        _keyword_terms(every)
        .group_by("term")
        .agg(n=pl.len())
        .filter(pl.col("n") >= LEAST)
        .join(_count_headings(published).lazy(), on="term", how="left")
        .select("term", keyword=pl.lit(value=True), heading=(pl.col("as_heading") > HALF * pl.col("n")))
    )
    size = max(-(-published.height // step), 1)
    frame = (
        borne.group_by("term")
        .agg(n=pl.len())
        .filter(pl.col("n") >= LEAST)
        .select("term", share=pl.col("n") / size)
        .join(suggested, on="term", how="full", coalesce=True)
        .with_columns(pl.col("share").fill_null(1 / size), pl.col("keyword", "heading").fill_null(value=False))
        .sort("share", "term", descending=[True, False])
    )
    return conform_table("terms", frame.collect())


def _count_headings(works: pl.DataFrame) -> pl.DataFrame:
    """``term``, ``as_heading``: how often a keyword is the name of a session or an area that a volume sorts works into.

    It is where a volume gives most works one of few keywords and no other, or where it is written with a number
    ("Machine Learning III") or as a path ("Computer Vision: Recognition"), whose beginning is one, too.
    """
    borne = works.select("work", "venue", "keywords", alone=pl.col("keywords").list.len() == 1)
    each = borne.explode("keywords", empty_as_null=True).drop_nulls("keywords")
    volumes = each.group_by("venue").agg(
        sorts=(pl.col("alone").mean() > HALF) & (pl.col("keywords").n_unique() < FEW * pl.len())
    )
    begins = each.filter(pl.col("keywords").str.contains(":", literal=True)).select(
        "venue", keywords=pl.col("keywords").str.split(":").list.first(), begins=pl.lit(value=True)
    )
    each = each.join(begins.unique(), on=("venue", "keywords"), how="left", nulls_equal=True)
    path = pl.col("keywords").str.contains(r":|\b[IVX]{1,4}$") | pl.col("begins")
    named = each.join(volumes, on="venue", how="left", nulls_equal=True).filter(
        path | (pl.col("sorts") & pl.col("alone"))
    )
    return (
        named.select(term=_extract_words(pl.col("keywords")).list.join(" ")).group_by("term").agg(as_heading=pl.len())
    )


def work_terms(works: pl.LazyFrame) -> pl.LazyFrame:
    """``work``, ``term``, each once: the word groups of titles and the keywords of works, in lower case."""
    titles = works.select("work", term=_extract_words(pl.col("title"))).explode("term", empty_as_null=True)
    return pl.concat([*(_word_groups(titles, n) for n in (1, 2, 3)), _keyword_terms(works)]).unique()


def _extract_words(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().str.extract_all(r"[\p{L}\p{N}]+")


def _word_groups(words: pl.LazyFrame, n: int) -> pl.LazyFrame:
    """``work``, ``term``: all runs of n words of each title, from one row per word."""
    following = [pl.col("term").shift(-i) for i in range(n)]
    same = pl.col("work").shift(-(n - 1)) == pl.col("work")
    return (
        words.select("work", term=pl.concat_str(following, separator=" "), same=same)
        .filter("same")
        .select("work", "term")
    )


def _keyword_terms(works: pl.LazyFrame) -> pl.LazyFrame:
    exploded = (
        works.select("work", term="keywords").explode("term", empty_as_null=True).filter(pl.col("term").is_not_null())
    )
    return (
        exploded.select("work", term=_extract_words(pl.col("term")).list.join(" "))
        .filter(pl.col("term").str.len_chars().is_between(3, 60))
        .unique()
    )
