"""Full-text queries over the works that count, as scores in [0, 1]: BM25 divided by its upper bound.

Okapi BM25 (Robertson & Zaragoza 2009, k1 = 1.2) as SQLite's FTS5 computes it over title, abstract and keywords. The
bound is the sum of idf x (k1 + 1), so that 0.8 means the same for every interest. The index stems words; a second look
keeps those works only that hold the very words, in any of their forms (:mod:`finder.storage.light_stemmer`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import polars as pl

from finder.ranking import document_similarity, work_embeddings
from finder.ranking.work_embeddings import EmbeddingReader
from finder.ranking.work_scores import WorkScores, read_scores, take_best_scores
from finder.storage import FullText, Snapshot, Store
from finder.text.names import FUNCTION_WORDS, WORDS

COLUMNS = (5.0, 1.0, 3.0)  # a word in the title says as much as five in the abstract; keywords between
NONE = -1
_BOUND = 1.2 + 1


class QueryHits(NamedTuple):
    """Records with their scores by one query, the most information these can carry, and what the query counts for."""

    rows: np.ndarray
    idf: float
    weight: float


@dataclass(frozen=True)
class _WordLookup:
    """A word of a snapshot's works, and where it is looked up: the same whichever connection that is."""

    version: str
    word: str
    text: FullText = field(compare=False)


class FulltextIndex:
    """Full-text queries of a store, over the works of a snapshot that were published up to a day."""

    def __init__(self, store: Store, snapshot: Snapshot, as_of: date) -> None:
        self._text = store.text
        self.reader: EmbeddingReader = work_embeddings.open_embedding_reader(store, snapshot)
        self._stored = snapshot.load_table("versions").height
        self._works = _visible_record_mask(snapshot, as_of)
        self._counting = int((self._works != NONE).sum())
        self._version = snapshot.version

    def match_phrase(self, words: Sequence[str], weight: float) -> QueryHits:
        """The words one after the other."""
        rows = self._match_records(quote_phrase(" ".join(words)), words) if words else _NO_ROWS
        return QueryHits(rows, self.idf_from_count(len(rows)), weight)

    def match_all_words(
        self, words: Sequence[str], idf: float, weight: float, *, within: int | None = None
    ) -> QueryHits:
        """All of the words, at most ``within`` words apart where that is given; ``idf`` is that of all together."""
        each = [quote_phrase(word) for word in words]
        expression = " AND ".join(each) if within is None else f"NEAR({' '.join(each)}, {within})"
        return QueryHits(self._match_records(expression, words), idf, weight)

    def match_word_and_any(self, word: str, others: Sequence[str], idf: float, weight: float) -> QueryHits:
        """One word, and any of some others."""
        expression = f"{quote_phrase(word)} AND ({' OR '.join(map(quote_phrase, others))})"
        return QueryHits(self._match_records(expression, [word]), idf, weight)

    def _match_records(self, expression: str, words: Iterable[str]) -> np.ndarray:
        """Rows ``record``, ``score`` of the works that fit and hold each of the words as it is."""
        rows = np.array(self._text.bm25_scores(expression, COLUMNS), dtype=np.float64).reshape(-1, 2)
        records = rows[:, 0].astype(np.int64)
        keep = np.ones(len(rows), dtype=bool)
        for word in words:
            if word not in FUNCTION_WORDS and len(rows):
                holding = self._word_mask(word)
                keep &= (records < holding.size) & holding[np.minimum(records, holding.size - 1)]
        return rows[keep]

    def _word_mask(self, word: str) -> np.ndarray:
        """For each record number whether its work holds a word in one of its forms."""
        records = _find_records(_WordLookup(self._version, word, self._text))
        holding = np.zeros(max(self._works.size, 1), dtype=bool)
        holding[records[records < holding.size]] = True
        return holding

    def score_hits(self, hits: QueryHits) -> WorkScores:
        """The works that count, each with the best score of its records."""
        rows, idf, weight = hits
        works, values = self.map_to_works(rows[:, 0].astype(np.int64)), (rows[:, 1] / (idf * _BOUND)).clip(0.0, 1.0)
        counting = works != NONE
        return take_best_scores([WorkScores(works[counting], values[counting] * weight)])

    def find_similar_works(self, text: str, words: Sequence[str]) -> WorkScores:
        """Works that read like a text."""
        near = document_similarity.embedding_similarity(self.reader, text)
        found = document_similarity.similar_works(self._text, text, words, self._stored, self.map_to_works, near)
        return read_scores(found, "score")

    def word_idf(self, word: str) -> float:
        """How much information a word carries, in nats."""
        return self.idf_from_count(self._text.count_matches(quote_phrase(word)))

    def idf_from_count(self, works: int) -> float:
        """As FTS5 has it, over all stored works: it is divided out of the scores again."""
        return max(math.log((max(self._stored - works, 0) + 0.5) / (works + 0.5)), 1e-6)

    def works_with(self, words: Sequence[str]) -> np.ndarray:
        """Works that hold the words one after the other and count; each once."""
        return np.unique(self.map_to_works(self._matching_records(quote_phrase(" ".join(words)), words)))

    def records_with_word(self, word: str) -> list[int]:
        """Records that hold a word and count."""
        return self._matching_records(quote_phrase(word), [word]).tolist()

    def cooccurrence_lift(self, words: Sequence[str]) -> Callable[[str], tuple[int, float]]:
        """For a term: works that hold it with all of the words, and how many times likelier it is there than elsewhere.

        By the stemmer's words: "structural" stands beside what "structure" does.
        """
        own = self._matching_records(" AND ".join(map(quote_phrase, words)), ())
        here = np.zeros(self._works.size, dtype=bool)
        here[own] = True

        def term_lift(term: str) -> tuple[int, float]:
            records = self._matching_records(quote_phrase(term), ())
            both = int(here[records].sum())
            return both, (both / max(own.size, 1)) / max(records.size / max(self._counting, 1), 1e-9)

        return term_lift

    def _matching_records(self, expression: str, words: Iterable[str]) -> np.ndarray:
        """Records that fit, hold each of the words as it is, and count."""
        records = _parse_record_numbers(self._text.match_id_string(expression))
        records = records[self.map_to_works(records) != NONE]
        for word in words:
            if word not in FUNCTION_WORDS:
                records = records[self._word_mask(word)[records]]
        return records

    def map_to_works(self, records: np.ndarray) -> np.ndarray:
        """The work of each record; what came into the store since the snapshot is left for the next one."""
        known = records < self._works.size
        return np.where(known, self._works[np.where(known, records, 0)] if self._works.size else NONE, NONE)

    def visible_work_mask(self, works: np.ndarray) -> np.ndarray:
        """Which works, by number, count."""
        live = self._works[self._works != NONE]
        mask = np.zeros(int(max(live.max(initial=0), works.max(initial=0))) + 1, dtype=bool)
        mask[live] = True
        return mask[works]


def quote_phrase(words: str) -> str:
    """Words as an FTS5 phrase: nothing in them is an operator."""
    return '"' + words.replace('"', " ") + '"'


def split_words(text: str) -> list[str]:
    """The words of a text, in lower case, as the index takes them apart."""
    return WORDS.findall(text.casefold())


_NO_ROWS = np.empty((0, 2))


def _parse_record_numbers(text: str) -> np.ndarray:
    return np.fromstring(text, dtype=np.int64, sep=",") if text else np.empty(0, np.int64)


@lru_cache(maxsize=512)  # the same words stand in the terms of many interests
def _find_records(asked: _WordLookup) -> np.ndarray:
    """Records that hold a word in one of its forms."""
    text = asked.text
    return _parse_record_numbers(text.spelling_id_string(text.word_spellings(asked.word))).astype(np.int32)


@lru_cache(maxsize=2)
def _visible_record_mask(snapshot: Snapshot, as_of: date) -> np.ndarray:
    """For each record number its work, or NONE where that was not published up to a day."""
    works, versions = snapshot.load_table("works"), snapshot.load_table("versions")
    counts = works.select(pl.col("published") & (pl.col("date") <= as_of)).to_series().fill_null(value=False)
    work = versions["work"].cast(pl.Int64).to_numpy()
    numbers = np.full(int(versions["record"].to_numpy().max(initial=-1)) + 1, NONE, dtype=np.int64)
    numbers[versions["record"].to_numpy()] = np.where(np.isin(work, works["work"].filter(counts)), work, NONE)
    return numbers
