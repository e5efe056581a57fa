"""From an interest to works: how well each stored work fits the words, and the words related to them.

Okapi BM25 (Robertson & Zaragoza 2009, k1 = 1.2) as SQLite's FTS5 computes it over title, abstract and keywords.
A score is divided by its upper bound, the sum of idf x (k1 + 1), so that 0.8 means the same for every interest.
What is too long for that is matched by works that read like it, see :mod:`finder.rank.alike`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from finder import names
from finder.rank import alike, related, semantic
from finder.rank.related import Term
from finder.store import Snapshot, Store
from finder.tables import rows_of

COLUMNS = (5.0, 1.0, 3.0)  # a word in the title says as much as five in the abstract; keywords between
PHRASE, NEAR, SCATTERED = 1.0, 0.85, 0.6  # what the interest's words are worth together, close by, anywhere
CLOSE = 6  # words that may stand between words that are "close by"
PHRASED = 4  # words beyond which works that read like an interest stand in where too few hold all of it
LONG = 8  # words beyond which an interest is a text: only works that read like it are looked for
FEW = 50  # works below which some of the interest's words must do
RELATED = 0.45  # the most that related terms alone can give a work
FAINT = 0.12  # related terms below this are chance
LAG = timedelta(days=200)  # by which a collection may trail: works are listed late
NEWEST = 0.95  # share of an interest's works dated up to its horizon
NONE = -1
_BOUND = 1.2 + 1


@dataclass(frozen=True)
class Matches:
    """What an interest matched.

    Attributes:
        frame: columns ``work``, ``match`` in (0, 1], ``direct`` in [0, 1]: the part the interest's own words gave.
        terms: the interest first, then the related terms by weight.
        read: how it was compared where works that read like it were looked for, as a sentence; else nothing.
    """

    frame: pl.DataFrame
    terms: tuple[Term, ...]
    read: str = ""

    def told(self) -> list[dict[str, Any]]:
        """The terms as an answer shows them."""
        return [{"term": t.text, "weight": t.weight, "works": t.works, "lift": t.lift} for t in self.terms]


def find(
    store: Store, snapshot: Snapshot, interest: str, as_of: date, *, without: Iterable[str] = (), expand: bool = True
) -> Matches:
    """Published works up to ``as_of`` that fit an interest, with related terms learned from the best of them.

    Args:
        without: related terms the user has switched off.
        expand: whether to look for related terms at all.
    """
    words = names.WORDS.findall(interest.casefold())
    index = _Index(store, snapshot, as_of)
    telling = names.telling(interest)
    if len(set(telling)) > LONG:
        direct, expand = index.alike(interest, telling), False
    else:
        direct = _direct(index, words, telling)
    own = Term(" ".join(interest.split()), 1.0, direct.height)
    if not expand or direct.is_empty():
        return Matches(direct.with_columns(match="direct").select("work", "match", "direct"), (own,), index.read)
    terms = related.learn(snapshot, words, direct, index.beside(" AND ".join(map(quoted, telling))), without)
    beside = index.scored([index.phrase(names.WORDS.findall(term.text), term.weight) for term in terms])
    return Matches(_combined(direct, beside), (own, *terms), index.read)


def worded(store: Store, snapshot: Snapshot, interest: str, as_of: date, works: pl.DataFrame) -> pl.DataFrame:
    """How far works are from holding the words of an interest, nearest first.

    Args:
        works: column ``work``.

    Returns:
        ``work``, ``missing`` (telling words it does not hold), ``held`` (how much information those it holds carry).
    """
    index = _Index(store, snapshot, as_of)
    telling = names.telling(interest)
    own = snapshot.table("versions").join(works.select("work"), on="work", how="semi")
    lacks, held = [pl.lit(None, pl.String)], pl.lit(0.0)
    for word in dict.fromkeys(telling):
        holds = pl.col("work").is_in(own.filter(pl.col("record").is_in(index.fitting(word)))["work"].implode())
        lacks.append(pl.when(~holds).then(pl.lit(word)))
        held += pl.when(holds).then(index.idf_of(word)).otherwise(0.0)
    found = works.select("work").unique().with_columns(missing=pl.concat_list(lacks).list.drop_nulls(), held=held)
    return found.sort("held", "work", descending=[True, False])


def horizon(snapshot: Snapshot, matches: pl.DataFrame, as_of: date) -> date:
    """Up to when works on an interest are stored: the day before which all but 1 in 20 of them are dated.

    A collection that ends last year would else make everybody look idle. Within LAG of ``as_of`` it is ``as_of``.
    """
    own = rows_of(snapshot.table("works").select("work", "date"), "work", matches.filter(pl.col("direct") > 0)["work"])
    newest = own["date"].dt.epoch("d").quantile(NEWEST, "lower")
    return as_of if newest is None else _trailing(int(newest), as_of)


def horizon_of(works_by_day: Mapping[int, int], as_of: date) -> date:
    """The same where it is only known how many of them are of which day (since 1970)."""
    least, seen = (sum(works_by_day.values()) - 1) * NEWEST, 0
    for day in sorted(works_by_day):
        seen += works_by_day[day]
        if seen > least:
            return _trailing(day, as_of)
    return as_of


def _trailing(newest: int, as_of: date) -> date:
    reached = date(1970, 1, 1) + timedelta(days=newest)
    return reached if reached < as_of - LAG else as_of


@lru_cache(maxsize=2)
def _counting(snapshot: Snapshot, as_of: date) -> np.ndarray:
    """For each record number its work, or NONE where that was not published up to a day."""
    works, versions = snapshot.table("works"), snapshot.table("versions")
    counts = works.select(pl.col("published") & (pl.col("date") <= as_of)).to_series().fill_null(value=False)
    work = versions["work"].cast(pl.Int64).to_numpy()
    numbers = np.full(int(versions["record"].to_numpy().max(initial=-1)) + 1, NONE, dtype=np.int64)
    numbers[versions["record"].to_numpy()] = np.where(np.isin(work, works["work"].filter(counts)), work, NONE)
    return numbers


class _Hits(NamedTuple):
    """Records with their scores by one query, the most information these can carry, and what the query counts for."""

    rows: list[tuple[int, float]]
    idf: float
    weight: float


class _Index:
    """Full-text queries over the works that count, scores divided by their upper bound."""

    def __init__(self, store: Store, snapshot: Snapshot, as_of: date) -> None:
        self._text = store.text
        self._store, self._snapshot = store, snapshot
        self.read = ""  # how a text was compared, once one was
        self._stored = snapshot.table("versions").height
        self._works = _counting(snapshot, as_of)
        self._counting = int((self._works != NONE).sum())

    def phrase(self, words: Sequence[str], weight: float) -> _Hits:
        """The words one after the other."""
        rows = self._text.match(quoted(" ".join(words)), COLUMNS) if words else []
        return _Hits(rows, self.idf(len(rows)), weight)

    def all_of(self, expression: str, idfs: Sequence[float], weight: float) -> _Hits:
        """An expression over words of these idfs."""
        return _Hits(self._text.match(expression, COLUMNS), sum(idfs), weight)

    def scored(self, hits: Sequence[_Hits]) -> pl.DataFrame:
        """``query`` (its number), ``work``, ``score``: the best of each work's records that count."""
        parts = [pl.DataFrame(schema={"query": pl.Int64, "work": pl.Int64, "score": pl.Float64})]
        for number, (rows, idf, weight) in enumerate(hits):
            found = np.array(rows, dtype=np.float64).reshape(-1, 2)
            works, scores = self._of(found[:, 0].astype(np.int64)), (found[:, 1] / (idf * _BOUND)).clip(0.0, 1.0)
            part = pl.DataFrame({"work": works, "score": scores * weight})
            parts.append(part.select(pl.lit(number, pl.Int64).alias("query"), "work", "score"))
        every = pl.concat(parts).lazy().filter(pl.col("work") != NONE).with_columns(pl.col("work").cast(pl.UInt32))
        # in order: the order of factors decides the last digits of what they give
        return every.group_by("query", "work", maintain_order=True).agg(pl.col("score").max()).collect()

    def alike(self, text: str, words: Sequence[str]) -> pl.DataFrame:
        """``work``, ``direct``: works that read like a text."""
        reader = semantic.open_reader(self._store, self._snapshot)
        self.read = reader.sentence
        near = alike.meanings(reader, text)
        found = alike.works(self._text, text, words, self._stored, self._of, near)
        return found.select(pl.col("work").cast(pl.UInt32), direct="score")

    def idf_of(self, word: str) -> float:
        """How much information a word carries, in nats."""
        return self.idf(self._text.count(quoted(word)))

    def idf(self, works: int) -> float:
        """As FTS5 has it, over all stored works: it is divided out of the scores again."""
        return max(math.log((max(self._stored - works, 0) + 0.5) / (works + 0.5)), 1e-6)

    def fitting(self, word: str) -> list[int]:
        """Records that hold a word and count."""
        return self._fitting(quoted(word)).tolist()

    def beside(self, interest: str) -> related.Beside:
        """For a term: works that hold it with the interest, and how many times likelier it is there than elsewhere."""
        own = self._fitting(interest)
        here = np.zeros(self._works.size, dtype=bool)
        here[own] = True

        def lift(term: str) -> tuple[int, float]:
            records = self._fitting(quoted(term))
            both = int(here[records].sum())
            return both, (both / max(own.size, 1)) / max(records.size / max(self._counting, 1), 1e-9)

        return lift

    def _fitting(self, expression: str) -> np.ndarray:
        """Records that fit and count."""
        found = self._text.fitting(expression)
        records = np.fromstring(found, dtype=np.int64, sep=",") if found else np.empty(0, np.int64)
        return records[self._of(records) != NONE]

    def _of(self, records: np.ndarray) -> np.ndarray:
        """The work of each record; what came into the store since the snapshot is left for the next one."""
        known = records < self._works.size
        return np.where(known, self._works[np.where(known, records, 0)] if self._works.size else NONE, NONE)


def quoted(words: str) -> str:
    """Words as an FTS5 phrase: nothing in them is an operator."""
    return '"' + words.replace('"', " ") + '"'


def _direct(index: _Index, words: Sequence[str], telling: Sequence[str]) -> pl.DataFrame:
    """``work``, ``direct``: the best of the words together, close by, or anywhere in the text."""
    hits, each = [index.phrase(words, PHRASE)], [quoted(word) for word in telling]
    idfs = [index.idf_of(word) for word in telling]
    if len(telling) > 1:
        near = index.all_of(f"NEAR({' '.join(each)}, {CLOSE})", idfs, NEAR)
        hits += [near, index.all_of(" AND ".join(each), idfs, SCATTERED)]
    found = index.scored(hits)
    anywhere = found.filter(pl.col("query") == len(hits) - 1).height
    if anywhere < FEW and len(telling) > PHRASED:
        like = index.alike(" ".join(words), telling)
        found = pl.concat([found.select("work", "score"), like.rename({"direct": "score"})])
    elif anywhere < FEW and len(telling) > 2:
        # the rarest word says what it is about; any of the others must be there too
        rarest = max(range(len(each)), key=lambda i: idfs[i])
        others = " OR ".join(each[:rarest] + each[rarest + 1 :])
        found = pl.concat([found, index.scored([index.all_of(f"{each[rarest]} AND ({others})", idfs, SCATTERED)])])
    return found.group_by("work").agg(direct=pl.col("score").max()).sort("work")


def _combined(direct: pl.DataFrame, beside: pl.DataFrame) -> pl.DataFrame:
    """Direct and related evidence as a noisy-or: each adds to what the others left open."""
    both = pl.concat([
        direct.lazy().select("work", "direct", score=pl.lit(0.0)),
        beside.lazy().select("work", pl.lit(0.0).alias("direct"), "score"),
    ])  # fmt: skip
    together = both.group_by("work").agg(pl.col("direct").max(), related=(1 - pl.col("score")).product())
    near = (1 - pl.col("related")) * RELATED
    match = 1 - (1 - pl.col("direct")) * (1 - pl.col("related"))
    told = together.with_columns(related=pl.when(near >= FAINT).then(near).otherwise(0.0)).with_columns(match=match)
    return told.filter(pl.col("match") > 0).select("work", "direct", "match").sort("work").collect()
