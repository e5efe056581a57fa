"""From a long text, such as an abstract, to works that read like it.

A long text names no topic: no work holds all its words, and its rarest word is chance. Works are compared with it as
vectors of word weights instead, (1 + ln tf) x (1 + ln idf) over stemmed words (Salton & Buckley 1988), by their
cosine; then with the mean of the works nearest to it, which says what the text is about in words it does not use
(Rocchio 1971). Where an encoder has read the works, what it takes both for counts beside their words, and the works
that are nearest by it are compared even where they share no word with the text.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import polars as pl

from finder.ranking.work_embeddings import EmbeddingReader, cosine_similarities
from finder.storage import FullText, tokenize_texts

CANDIDATES = 2000  # works that are compared because of their words …
JOINING = 1000  # … and beside them those nearest in meaning …
NEAR = 0.3  # … that are as near as that
ASKED = 120  # rarest words of the text that candidates are looked up by
COMMON = 0.3  # share of all works from which a word says nothing
FEW = 100  # works below which no share says that
NEAREST = 150  # works that say what a text is about: at most a TENTH of those that are compared
TENTH = 0.1
SHARED = 0.7  # what likeness to these counts for, against likeness to the text itself
EVEN = 0.75  # exponent that brings cosines, which are small, nearer to 1
MEANING = 0.65  # what likeness of meaning counts for, against all likeness of words
LEAST = 0.12  # below this, likeness is chance
NONE = -1
_TEXT = -1  # the number of the text among its candidates

Numbers = Callable[[np.ndarray], np.ndarray]
"""Records to the works that count, by number; ``NONE`` for others."""


def similar_works(
    index: FullText, text: str, words: Sequence[str], stored: int, numbers: Numbers, near: pl.DataFrame | None = None
) -> pl.DataFrame:
    """``work``, ``score`` in [LEAST, 1]: works that read like a text, and how much.

    Args:
        words: the text's own, any of which a candidate must hold unless it is near in meaning.
        stored: how many works the index holds.
        near: how near works are to the text in meaning, as :func:`embedding_similarity` has it.
    """
    found = index.top_record_ids(" OR ".join(f'"{word}"' for word in _rarest_words(index, words, stored)), CANDIDATES)
    if near is not None:
        nearest = near.filter(pl.col("meaning") >= NEAR).top_k(JOINING, by=["meaning", "work"])
        found = [*dict.fromkeys([*found, *nearest["record"]])]
    worded = _lexical_similarity(index, text, found, stored)
    score = worded.with_columns(work=numbers(worded["record"].to_numpy())).group_by("work").agg(pl.col("score").max())
    if near is not None:
        known = pl.Series("work", numbers(np.array(found, np.int64)), pl.Int64)
        candidates = near.filter(pl.col("work").is_in(known.implode())).select("work", "meaning")
        both = score.join(candidates, on="work", how="full", coalesce=True)
        held, meaning = pl.col("score").fill_null(0.0), pl.col("meaning").fill_null(0.0)
        score = both.select("work", score=(1 - MEANING) * held + MEANING * meaning)
    return score.filter(pl.col("work") != NONE, pl.col("score") >= LEAST).sort("work")


def embedding_similarity(reader: EmbeddingReader, text: str) -> pl.DataFrame | None:
    """``record``, ``work``, ``meaning`` in [0, 1]: how near each work is to a text, by title and abstract.

    None where works cannot be compared so.
    """
    if not reader.is_available:
        return None
    (query,) = reader.encode([text])
    read = reader.text_vectors
    meaning = cosine_similarities(query, read.vectors).clip(0.0, 1.0).astype(np.float64).round(6)
    found = pl.DataFrame({"work": read.works, "meaning": meaning})
    records = reader.snapshot.load_table("works").select("work", "record")
    return found.join(records, on="work", maintain_order="left").with_columns(pl.col("work").cast(pl.Int64))


def _lexical_similarity(index: FullText, text: str, found: Sequence[int], stored: int) -> pl.DataFrame:
    """``record``, ``score``: how far records are like a text by their words."""
    vectors = _tfidf_vectors(index, tokenize_texts([(_TEXT, text), *index.texts_by_id(found)]), stored)
    own, others = vectors.filter(pl.col("text") == _TEXT), vectors.filter(pl.col("text") != _TEXT)
    direct = _cosine_scores(others, own)
    few = min(NEAREST, math.ceil(TENTH * direct.height))
    nearest = direct.sort("cosine", "text", descending=[True, False]).head(few)
    about = _normalize_weights(
        others.join(nearest, on="text")
        .group_by("term")
        .agg(weight=(pl.col("weight") * pl.col("cosine").sqrt()).sum())
        .with_columns(text=pl.lit(_TEXT, pl.Int64))
    )
    beside = _cosine_scores(others, about).rename({"cosine": "beside"})
    score = ((1 - SHARED) * pl.col("cosine").fill_null(0.0) + SHARED * pl.col("beside")).clip(0.0, 1.0) ** EVEN
    return beside.join(direct, on="text", how="left").select(record="text", score=score)


def _rarest_words(index: FullText, words: Sequence[str], stored: int) -> list[str]:
    """Those of a text's words that most narrow the works down."""
    stems = tokenize_texts(enumerate(words))
    telling = stems.join(_informative_terms(index, stems, stored), on="term").sort("works", "text")
    return [words[number] for number in telling.unique("term", keep="first", maintain_order=True)["text"].head(ASKED)]


def _informative_terms(index: FullText, counted: pl.DataFrame, stored: int) -> pl.DataFrame:
    """``term``, ``works``: the terms of texts that not every other work holds."""
    known = index.document_frequencies(counted["term"].unique().to_list())
    return known.filter(pl.col("works") <= max(COMMON * stored, FEW))


def _tfidf_vectors(index: FullText, counted: pl.DataFrame, stored: int) -> pl.DataFrame:
    """``text``, ``term``, ``weight``: each text as a vector of length 1 over the words that say something."""
    idf = 1 + ((stored + 1) / (pl.col("works") + 1)).log()
    weighed = counted.join(_informative_terms(index, counted, stored), on="term").with_columns(
        weight=(1 + pl.col("count").log()) * idf
    )
    return _normalize_weights(weighed.select("text", "term", "weight"))


def _normalize_weights(vectors: pl.DataFrame) -> pl.DataFrame:
    return vectors.with_columns(pl.col("weight") / pl.col("weight").pow(2).sum().over("text").sqrt())


def _cosine_scores(vectors: pl.DataFrame, one: pl.DataFrame) -> pl.DataFrame:
    """``text``, ``cosine``: those that share a word with ``one``; to nine digits, which no order of summing changes."""
    both = vectors.join(one.select("term", other="weight"), on="term")
    return both.group_by("text").agg(cosine=(pl.col("weight") * pl.col("other")).sum().round(9))
