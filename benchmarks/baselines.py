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

from finder import views
from finder.people.stage import STAGES
from finder.store import Snapshot, Store
from finder.views import Gathered, Wish

LATE = 4  # years that "works as last author" looks back
HALF_LIFE = 3.0  # years of "recency"
EVERYBODY = 100  # rows asked for where everybody is ranked, students too
AHEAD = "match", "author"  # what breaks ties


@dataclass(frozen=True)
class Question:
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
    def wish(self) -> Wish:
        """As the command line makes it of ``finder advisors INTEREST --country CODE --top N``."""
        return Wish(self.interest, self.day, countries=(self.country,) if self.country else (), top=self.top)

    @cached_property
    def gathered(self) -> Gathered:
        """What the finder knows of the interest."""
        return views.gather(self.store, self.wish)

    @cached_property
    def students(self) -> list[int]:
        """Those whom the finder takes for students."""
        return self.gathered.people.filter(pl.col("stage") == "student")["author"].to_list()

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Authors' ids to their numbers in this snapshot."""
        return dict(self.snapshot.table("authors").select("author_id", "author").iter_rows())

    @cached_property
    def rows(self) -> pl.DataFrame:
        """Authorships of the works that hold the words, of people inside the country, with ``match``."""
        found = former.plain_match(self.store, self.snapshot, self.interest, self.day)
        rows = self.snapshot.table("authorships").join(found.select("work", match="direct"), on="work")
        rows = rows.filter("published")
        return rows if self.inside is None else rows.filter(pl.col("author").is_in(list(self.inside)))

    @cached_property
    def newest(self) -> int:
        """The year of the newest stored work up to the day."""
        dates = self.snapshot.table("works").filter(pl.col("date") <= self.day)["date"]
        return int(dates.dt.year().max() or self.day.year)  # ty: ignore[invalid-argument-type]


Ranking = Callable[[Question], list[int]]
"""Authors' numbers, best first."""


def by_the_finder(asked: Question) -> list[int]:
    """The list that a user is shown."""
    answer = views.ranked(asked.store, asked.gathered, asked.wish)
    return [asked.numbers[row["author_id"]] for row in answer.results]


def by_the_finder_everybody(asked: Question) -> list[int]:
    """The same with people of all stages, students among them."""
    wish = Wish(asked.interest, asked.day, countries=asked.wish.countries, stages=tuple(STAGES), top=EVERYBODY)
    answer = views.ranked(asked.store, asked.gathered, wish)
    return [asked.numbers[row["author_id"]] for row in answer.results]


def by_the_former(asked: Question) -> list[int]:
    """The former score: five parts, weighed geometrically; without students, as it was listed."""
    ranked, students = by_the_former_everybody(asked), set(asked.students)
    return [author for author in ranked if author not in students]


def by_the_former_everybody(asked: Question) -> list[int]:
    """The same with students."""
    terms = [(term.text, term.weight) for term in asked.gathered.found.terms if term.kind == "related"]
    matches = former.match(asked.store, asked.snapshot, asked.interest, asked.day, terms)
    scored = former.score(asked.snapshot, matches, asked.gathered.people, asked.day, asked.gathered.now)
    if asked.inside is not None:
        scored = scored.filter(pl.col("author").is_in(list(asked.inside)))
    return scored["author"].to_list()


def by_sum(value: pl.Expr) -> Ranking:
    """One number of each person's matched works."""

    def ranked(asked: Question) -> list[int]:
        return _ordered(asked.rows, value)

    return ranked


def by_late_last_works(asked: Question) -> list[int]:
    """Matched works as last author in the last years that are stored."""
    return _ordered(asked.rows, (LAST & (pl.col("year") > asked.newest - LATE)).sum())


def without_students(ranking: Ranking) -> Ranking:
    """A ranking without those whom the finder takes for students."""

    def ranked(asked: Question) -> list[int]:
        students = set(asked.students)
        return [author for author in ranking(asked) if author not in students]

    return ranked


def _ordered(rows: pl.DataFrame, value: pl.Expr) -> list[int]:
    sums = rows.group_by("author").agg(score=value, match=pl.col("match").sum())
    return sums.sort("score", *AHEAD, descending=[True, True, False])["author"].to_list()


LAST = (pl.col("position") == pl.col("n_authors") - 1) & (pl.col("n_authors") > 1)
MATCH = pl.col("match")
FRESH = 2.0 ** (pl.col("day") / (365.25 * HALF_LIFE) - 15)  # up to a constant factor, which orders nobody
ONE_LINERS: dict[str, Ranking] = {
    "matched works": by_sum(pl.len()),
    "best match": by_sum(MATCH.max()),
    "BM25 summed": by_sum(MATCH.sum()),
    "BM25 shared by authors": by_sum((MATCH / pl.col("n_authors")).sum()),
    "BM25 x recency": by_sum((MATCH * FRESH).sum()),
    "works as last author, 4 y": by_late_last_works,
    "BM25 as last author": by_sum((MATCH * LAST).sum()),
    "BM25 as last author x recency": by_sum((MATCH * LAST * FRESH).sum()),
}
NO_STUDENTS = {f"{name}, no students": without_students(ranking) for name, ranking in ONE_LINERS.items()}
