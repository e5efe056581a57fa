"""From a long text, such as an abstract, to works that read like it.

A long text names no topic: no work holds all its words, and its rarest word is chance. Works are compared with it as
vectors of word weights instead, (1 + ln tf) x (1 + ln idf) over stemmed words (Salton & Buckley 1988), by their
cosine; then with the mean of the works nearest to it, which says what the text is about in words it does not use
(Rocchio 1971). Where an encoder is installed, what it takes both for counts beside their words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import polars as pl

from finder.rank.semantic import Near
from finder.store import FullText, tokens

CANDIDATES = 2000  # works that are compared
ASKED = 120  # rarest words of the text that candidates are looked up by
COMMON = 0.3  # share of all works from which a word says nothing
FEW = 100  # works below which no share says that
NEAREST = 150  # works that say what a text is about: at most a TENTH of those that are compared
TENTH = 0.1
SHARED = 0.7  # what likeness to these counts for, against likeness to the text itself
EVEN = 0.75  # exponent that brings cosines, which are small, nearer to 1
MEANING = 0.4  # what likeness of meaning counts for, against all likeness of words
LEAST = 0.12  # below this, likeness is chance
_TEXT = -1  # the number of the text among its candidates


def works(index: FullText, text: str, words: Sequence[str], stored: int, near: Near | None = None) -> pl.DataFrame:
    """``record``, ``score`` in [LEAST, 1]: works that read like a text, and how much.

    Args:
        words: the text's own, any of which a candidate must hold.
        stored: how many works the index holds.
        near: how near works are to the text in meaning.
    """
    found = index.best(" OR ".join(f'"{word}"' for word in _rarest(index, words, stored)), CANDIDATES)
    vectors = _vectors(index, tokens([(_TEXT, text), *index.of(found)]), stored)
    own, others = vectors.filter(pl.col("text") == _TEXT), vectors.filter(pl.col("text") != _TEXT)
    direct = _cosines(others, own)
    few = min(NEAREST, math.ceil(TENTH * direct.height))
    nearest = direct.sort("cosine", "text", descending=[True, False]).head(few)
    about = _unit(
        others.join(nearest, on="text")
        .group_by("term")
        .agg(weight=(pl.col("weight") * pl.col("cosine").sqrt()).sum())
        .with_columns(text=pl.lit(_TEXT, pl.Int64))
    )
    beside = _cosines(others, about).rename({"cosine": "beside"})
    score = ((1 - SHARED) * pl.col("cosine").fill_null(0.0) + SHARED * pl.col("beside")).clip(0.0, 1.0) ** EVEN
    scored = beside.join(direct, on="text", how="left").select("text", score=score)
    if near is not None:
        both = scored.join(near(found), on="text", how="full", coalesce=True)
        held, meaning = pl.col("score").fill_null(0.0), pl.col("meaning").fill_null(0.0)
        scored = both.select("text", score=(1 - MEANING) * held + MEANING * meaning)
    return scored.rename({"text": "record"}).filter(pl.col("score") >= LEAST).sort("record")


def _rarest(index: FullText, words: Sequence[str], stored: int) -> list[str]:
    """Those of a text's words that most narrow the works down."""
    stems = tokens(enumerate(words))
    telling = stems.join(_telling(index, stems, stored), on="term").sort("works", "text")
    return [words[number] for number in telling.unique("term", keep="first", maintain_order=True)["text"].head(ASKED)]


def _telling(index: FullText, counted: pl.DataFrame, stored: int) -> pl.DataFrame:
    """``term``, ``works``: the terms of texts that not every other work holds."""
    known = index.works_with(counted["term"].unique().to_list())
    return known.filter(pl.col("works") <= max(COMMON * stored, FEW))


def _vectors(index: FullText, counted: pl.DataFrame, stored: int) -> pl.DataFrame:
    """``text``, ``term``, ``weight``: each text as a vector of length 1 over the words that say something."""
    idf = 1 + ((stored + 1) / (pl.col("works") + 1)).log()
    weighed = counted.join(_telling(index, counted, stored), on="term").with_columns(
        weight=(1 + pl.col("count").log()) * idf
    )
    return _unit(weighed.select("text", "term", "weight"))


def _unit(vectors: pl.DataFrame) -> pl.DataFrame:
    return vectors.with_columns(pl.col("weight") / pl.col("weight").pow(2).sum().over("text").sqrt())


def _cosines(vectors: pl.DataFrame, one: pl.DataFrame) -> pl.DataFrame:
    """``text``, ``cosine``: those that share a word with ``one``; to nine digits, which no order of summing changes."""
    both = vectors.join(one.select("term", other="weight"), on="term")
    return both.group_by("text").agg(cosine=(pl.col("weight") * pl.col("other")).sum().round(9))
