"""How people were ranked before they were ranked by one sum: five parts, weighed geometrically.

It is here as what a better ranking is measured against, so it is written out: nothing of it may change with the
finder. Related terms and stages are those that the finder finds now; stages of people whom it no longer gathers are
unknown.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import polars as pl

from finder.storage import Snapshot, Store
from finder.text import names

COLUMNS = (5.0, 1.0, 3.0)
PHRASE, NEAR, SCATTERED = 1.0, 0.85, 0.6
FEW, RELATED, FAINT, BOUND = 50, 0.45, 0.12, 2.2
WEIGHTS = {"fit": 3.0, "recency": 1.0, "activity": 1.5, "momentum": 0.5, "advising": 1.5}
STAGES = {
    "early-career faculty": 1.0,
    "established faculty": 1.0,
    "industry researcher": 0.75,
    "staff scientist": 0.65,
    "postdoc": 0.3,
    "student": 0.05,
}
DISCOUNT, FLOOR, TOUCH, HALF_LIFE, RECENT = 0.7, 0.05, 0.2, 4.0, 730


class _Index:
    def __init__(self, store: Store, snapshot: Snapshot, day: date) -> None:
        self._text, self._stored = store.text, snapshot.load_table("versions").height
        counted = snapshot.load_table("works").filter(pl.col("published"), pl.col("date") <= day).select("work")
        self._works = snapshot.load_table("versions").join(counted, on="work", how="semi")

    def inverse_document_frequency(self, expression: str) -> float:
        works = self._text.count_matches(expression)
        return max(math.log((max(self._stored - works, 0) + 0.5) / (works + 0.5)), 1e-6)

    def score_works(self, expression: str, idf: float, weight: float) -> pl.DataFrame:
        """``work``, ``score``: the best of each work's records."""
        schema = {"record": pl.Int64, "bm25": pl.Float64}
        found = pl.DataFrame(self._text.bm25_scores(expression, COLUMNS), schema=schema, orient="row")
        score = (pl.col("bm25") / (idf * BOUND)).clip(0.0, 1.0).max() * weight
        return found.join(self._works, on="record").group_by("work").agg(score=score)


def plain_match(store: Store, snapshot: Snapshot, interest: str, day: date) -> pl.DataFrame:
    """``work``, ``direct``: the interest's words together, close by, or anywhere in a text; for at most four words."""
    index, telling = _Index(store, snapshot, day), names.content_words(interest)
    words = " ".join(names.WORDS.findall(interest.casefold()))
    each = [f'"{word}"' for word in telling]
    idfs = [index.inverse_document_frequency(word) for word in each]
    found = [index.score_works(f'"{words}"', index.inverse_document_frequency(f'"{words}"'), PHRASE)]
    if len(telling) > 1:
        found.append(index.score_works(f"NEAR({' '.join(each)}, 6)", sum(idfs), NEAR))
        found.append(index.score_works(" AND ".join(each), sum(idfs), SCATTERED))
    if len(telling) > 2 and found[-1].height < FEW:
        rarest = max(range(len(each)), key=lambda i: idfs[i])
        others = " OR ".join(each[:rarest] + each[rarest + 1 :])
        found.append(index.score_works(f"{each[rarest]} AND ({others})", sum(idfs), SCATTERED))
    return pl.concat(found).group_by("work").agg(direct=pl.col("score").max()).sort("work")


def match_with_related(
    store: Store, snapshot: Snapshot, interest: str, day: date, terms: Sequence[tuple[str, float]]
) -> pl.DataFrame:
    """``work``, ``match``: the plain match, and related terms with their weights as a noisy-or beside it."""
    index, direct = _Index(store, snapshot, day), plain_match(store, snapshot, interest, day)
    scored = [
        index.score_works(f'"{term}"', index.inverse_document_frequency(f'"{term}"'), weight) for term, weight in terms
    ]
    beside = [one.select("work", pl.lit(0.0).alias("direct"), "score") for one in scored]
    rows = pl.concat([direct.with_columns(score=0.0), *beside])
    both = rows.group_by("work").agg(pl.col("direct").max(), related=1 - (1 - pl.col("score")).product())
    near = pl.col("related") * RELATED
    near = pl.when(near >= FAINT).then(near).otherwise(0.0)
    return both.select("work", match=1 - (1 - pl.col("direct")) * (1 - near)).filter(pl.col("match") > 0)


def former_author_scores(
    snapshot: Snapshot, matches: pl.DataFrame, people: pl.DataFrame, day: date, now: date
) -> pl.DataFrame:
    """``author``, ``score``, best first, of those who did more than touch the interest.

    Args:
        people: ``author``, ``author_id``, ``stage``, ``stage_confidence``.
        now: the day that ages are counted from.
    """
    authorships = snapshot.load_table("authorships").filter(
        pl.col("published"), pl.col("day") <= _epoch_day_number(day)
    )
    sums = _former_author_sums(matches, authorships, now).filter(pl.col("volume") >= TOUCH)
    late = authorships.filter(pl.col("year") > day.year - 5).group_by("author").agg(late=pl.len())
    stages = people.select("author", "stage", "stage_confidence")
    known = sums.join(late, on="author", how="left").join(stages, on="author", how="left")
    known = known.with_columns(pl.col("late", "stage_confidence").fill_null(0))
    worth, match_sum = pl.col("worth"), pl.col("match")
    whole = pl.max_horizontal(0.5 * pl.col("late"), worth)
    field = (pl.col("now").sum() + 1.0) / (pl.col("before").sum() + 1.0)
    lead, sure = (pl.col("led") + 0.15) / (match_sum + 0.6), pl.col("stage_confidence")
    stage = pl.col("stage").replace_strict(STAGES, default=0.0, return_dtype=pl.Float64)
    parts = {
        "fit": 0.75 * pl.col("volume") * (1 - DISCOUNT) + 0.25 * worth / (whole + 2.0),
        "recency": pl.col("fresh") / pl.col("volume"),
        "activity": 1 - 0.5 ** (pl.col("now") / 0.8),
        "momentum": (pl.col("now") + 0.5) / (pl.col("now") + field * pl.col("before") + 1.0),
        "advising": sure * stage + (1 - sure) * lead,
    }
    total = sum(WEIGHTS.values())
    logs = [value.clip(lower_bound=FLOOR).log() * (WEIGHTS[part] / total) for part, value in parts.items()]
    ids = snapshot.load_table("authors").select("author", "author_id")
    scored = known.select("author", score=pl.sum_horizontal(logs).exp()).join(ids, on="author")
    order = (pl.col("score") * 1e6).round(0)
    return scored.sort(order, "author_id", descending=[True, False]).select("author", "score")


def _former_author_sums(matches: pl.DataFrame, authorships: pl.DataFrame, now: date) -> pl.DataFrame:
    last = pl.col("position") == pl.col("n_authors") - 1
    led = last | (pl.col("corresponding") & (pl.col("position") > 0))
    crowd = (6 / pl.col("n_authors")).clip(upper_bound=1.0)
    usual = pl.when(led).then(1.0).when(pl.col("position") == 0).then(0.75).otherwise(0.3 * crowd)
    credit = pl.when("alphabetical").then(0.7 * crowd).otherwise(usual)
    share = pl.when("alphabetical").then(0.5).otherwise(led.cast(pl.Float64))
    rows = authorships.join(matches, on="work").with_columns(
        worth=pl.col("match") * credit,
        led=share * pl.col("match"),
        age=(_epoch_day_number(now) - pl.col("day")).clip(lower_bound=0),
    )
    rows = rows.sort("author", "worth", "age", "work", descending=[False, True, False, False])
    rows = rows.with_columns(share=DISCOUNT ** pl.int_range(pl.len()).over("author") * pl.col("worth"))
    new = pl.col("age") <= RECENT
    old = (pl.col("age") > RECENT) & (pl.col("age") <= 2 * RECENT)
    return rows.group_by("author").agg(
        volume=pl.col("share").sum(),
        fresh=(pl.col("share") * 0.5 ** (pl.col("age") / (365.25 * HALF_LIFE))).sum(),
        now=(pl.col("worth") * new).sum(),
        before=(pl.col("worth") * old).sum(),
        led=pl.col("led").sum(),
        match=pl.col("match").sum(),
        worth=pl.col("worth").sum(),
    )


def _epoch_day_number(day: date) -> int:
    return (day - date(1970, 1, 1)).days
