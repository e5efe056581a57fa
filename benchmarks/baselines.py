"""Rankings to judge the finder against: one-line sums over the works that hold the words, and its former score.

All of them see the same works: those whose title, keywords or abstract hold the words of the interest, by BM25. This
match is written out here so that a better match in the finder changes the finder and not its baselines.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import former
import polars as pl

from finder import answers
from finder.answers import CandidatePool, Query
from finder.features.stage import STAGES
from finder.storage import Snapshot, Store

LATE = 4  # years that "works as last author" looks back
HALF_LIFE = 3.0  # years of "recency"
EVERYBODY = 100  # rows asked for where everybody is ranked, students too
AHEAD = "match", "author"  # what breaks ties


@dataclass(frozen=True)
class BenchmarkQuery:
    """What every ranking is asked.

    Attributes:
        country: a code, or nothing.
        inside: authors who are in that country now; None without a country.
        top: rows that the finder is asked for.
    """

    store: Store
    snapshot: Snapshot
    interest: str
    day: date
    country: str = ""
    inside: frozenset[int] | None = None
    top: int = 50

    @cached_property
    def advisor_query(self) -> Query:
        """As the command line makes it of ``finder advisors INTEREST --country CODE --top N``."""
        return Query(self.interest, self.day, countries=(self.country,) if self.country else (), top=self.top)

    @cached_property
    def query_evidence(self) -> CandidatePool:
        """What the finder knows of the interest."""
        return answers.collect_candidates(self.store, self.advisor_query)

    @cached_property
    def student_authors(self) -> list[int]:
        """Those whom the finder takes for students."""
        return self.query_evidence.people.filter(pl.col("stage") == "student")["author"].to_list()

    @cached_property
    def author_numbers(self) -> dict[str, int]:
        """Authors' ids to their numbers in this snapshot."""
        return dict(self.snapshot.load_table("authors").select("author_id", "author").iter_rows())

    @cached_property
    def authorship_rows(self) -> pl.DataFrame:
        """Authorships of the works that hold the words, of people inside the country, with ``match``."""
        found = former.plain_match(self.store, self.snapshot, self.interest, self.day)
        rows = self.snapshot.load_table("authorships").join(found.select("work", match="direct"), on="work")
        rows = rows.filter("published")
        return rows if self.inside is None else rows.filter(pl.col("author").is_in(list(self.inside)))

    @cached_property
    def newest_year(self) -> int:
        """The year of the newest stored work up to the day."""
        dates = self.snapshot.load_table("works").filter(pl.col("date") <= self.day)["date"]
        return max(dates.dt.year().to_list(), default=self.day.year)


Ranking = Callable[[BenchmarkQuery], list[int]]
"""Authors' numbers, best first."""


def rank_by_finder(asked: BenchmarkQuery) -> list[int]:
    """The list that a user is shown."""
    answer = answers.rank_candidates(asked.store, asked.query_evidence, asked.advisor_query)
    return [asked.author_numbers[row["author_id"]] for row in answer.results]


def rank_all_by_finder(asked: BenchmarkQuery) -> list[int]:
    """The same with people of all stages, students among them."""
    query = Query(
        asked.interest, asked.day, countries=asked.advisor_query.countries, stages=tuple(STAGES), top=EVERYBODY
    )
    answer = answers.rank_candidates(asked.store, asked.query_evidence, query)
    return [asked.author_numbers[row["author_id"]] for row in answer.results]


def rank_by_former_score(asked: BenchmarkQuery) -> list[int]:
    """The former score: five parts, weighed geometrically; without students, as it was listed."""
    ranked, students = rank_all_by_former_score(asked), set(asked.student_authors)
    return [author for author in ranked if author not in students]


def rank_all_by_former_score(asked: BenchmarkQuery) -> list[int]:
    """The same with students."""
    terms = [(term.text, term.weight) for term in asked.query_evidence.found.terms if term.kind == "related"]
    matches = former.match_with_related(asked.store, asked.snapshot, asked.interest, asked.day, terms)
    scored = former.former_author_scores(
        asked.snapshot, matches, asked.query_evidence.people, asked.day, asked.query_evidence.now
    )
    if asked.inside is not None:
        scored = scored.filter(pl.col("author").is_in(list(asked.inside)))
    return scored["author"].to_list()


def make_sum_ranking(value: pl.Expr) -> Ranking:
    """One number of each person's matched works."""

    def rank_by_sum(asked: BenchmarkQuery) -> list[int]:
        return _order_authors(asked.authorship_rows, value)

    return rank_by_sum


def rank_by_late_last_works(asked: BenchmarkQuery) -> list[int]:
    """Matched works as last author in the last years that are stored."""
    return _order_authors(asked.authorship_rows, (LAST & (pl.col("year") > asked.newest_year - LATE)).sum())


def make_studentless_ranking(ranking: Ranking) -> Ranking:
    """A ranking without those whom the finder takes for students."""

    def rank_without_students(asked: BenchmarkQuery) -> list[int]:
        students = set(asked.student_authors)
        return [author for author in ranking(asked) if author not in students]

    return rank_without_students


def _order_authors(rows: pl.DataFrame, value: pl.Expr) -> list[int]:
    sums = rows.group_by("author").agg(score=value, match=pl.col("match").sum())
    return sums.sort("score", *AHEAD, descending=[True, True, False])["author"].to_list()


LAST = (pl.col("position") == pl.col("n_authors") - 1) & (pl.col("n_authors") > 1)
MATCH = pl.col("match")
FRESH = 2.0 ** (pl.col("day") / (365.25 * HALF_LIFE) - 15)  # up to a constant factor, which orders nobody
ONE_LINERS: dict[str, Ranking] = {
    "matched works": make_sum_ranking(pl.len()),
    "best match": make_sum_ranking(MATCH.max()),
    "BM25 summed": make_sum_ranking(MATCH.sum()),
    "BM25 shared by authors": make_sum_ranking((MATCH / pl.col("n_authors")).sum()),
    "BM25 x recency": make_sum_ranking((MATCH * FRESH).sum()),
    "works as last author, 4 y": rank_by_late_last_works,
    "BM25 as last author": make_sum_ranking((MATCH * LAST).sum()),
    "BM25 as last author x recency": make_sum_ranking((MATCH * LAST * FRESH).sum()),
}
NO_STUDENTS = {f"{name}, no students": make_studentless_ranking(ranking) for name, ranking in ONE_LINERS.items()}
