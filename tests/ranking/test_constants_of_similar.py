"""Constants of similar people, each guarded by a judged case that a turn of it makes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from finder.ranking import similar_authors
from finder.ranking.similar_authors import AuthorTopic, OwnWorks

TODAY = date(2026, 11, 1)
DAY = (TODAY - date(1970, 1, 1)).days
ME, ONE, OTHER = 1, 2, 3


def written(lines: Iterable[tuple[int, int, float]]) -> pl.DataFrame:
    """The table ``authorships`` of works that each have led: work, author, and how many years ago."""
    rows = [
        {"work": work, "author": author, "day": DAY - round(365.25 * ago), "year": 2026 - int(ago)}
        for work, author, ago in sorted(lines)
    ]
    return pl.DataFrame(rows).with_columns(
        position=pl.lit(1),
        n_authors=pl.lit(2),
        corresponding=pl.lit(value=False),
        alphabetical=pl.lit(value=False),
        published=pl.lit(value=True),
        seen_until=pl.lit(None, pl.Int32),
    )


def tables(**named: pl.DataFrame) -> Any:
    return SimpleNamespace(load_table=named.__getitem__)


# --- which works say what somebody works on ----------------------------------------------------------------------


def read(*years_ago: float) -> pl.DataFrame:
    """Of works that somebody led so many years ago, those that are read, with their share."""
    lines = written((number, ME, ago) for number, ago in enumerate(years_ago))
    authored = pl.DataFrame({"author": [ME] * lines.height, "row": range(lines.height)})
    return similar_authors.recent_led_works(tables(authorships=lines, authored=authored), ME, TODAY).works


def share_of(first: int, *years_ago: float) -> float:
    """What part of it the first so many works say."""
    return read(*years_ago).filter(pl.col("work") < first)["share"].sum()


Judgement = Callable[[], bool]
READ: list[tuple[str, float, Judgement]] = [
    # what somebody left eight years ago is not what they work on; what they did four years ago still is
    ("RECENT_YEARS", 15, lambda: read(0, 1, 1, 8).height == 3),
    ("RECENT_YEARS", 1.5, lambda: read(0, 1, 1, 4).height == 4),
    # a single new work does not stand for somebody who led others before; five do
    ("ENOUGH", 1, lambda: read(0, 7, 7, 7).height == 4),
    ("ENOUGH", 9, lambda: read(0, 0, 1, 1, 2, 8).height == 5),
    # a career of sixty works is what the last thirty are about, and twenty are all read
    ("MOST", 90, lambda: share_of(30, *[0] * 30, *[3] * 30) > 0.9),
    ("MOST", 9, lambda: read(*[0] * 20).height == 20),
    # three works of now say more than four of four years ago, and less than seven of these
    ("HALF_LIFE", 12.0, lambda: share_of(3, *[0] * 3, *[4] * 4) > 0.5),
    ("HALF_LIFE", 1.2, lambda: share_of(3, *[0] * 3, *[4] * 7) < 0.5),
]

# --- which terms say it ------------------------------------------------------------------------------------------


def terms_of(
    bearers: dict[str, int],
    held: dict[str, int] | None = None,
    *,
    own: int = 10,
    stored: int = 100_000,
    keywords: bool = True,
) -> dict[str, float]:
    """The terms that somebody is read by, with their weights.

    Args:
        bearers: how many of their own works bear each term: as keyword, or in the title.
        held: how many stored works hold each; 50 where that is not given.
    """
    borne = [[term for term, count in bearers.items() if number < count] for number in range(own)]
    titles = [
        f"Untold {number}" + "".join(f"; {term}" for term in borne[number] if not keywords) for number in range(own)
    ]
    counts = {term: (held or {}).get(term, 50) for term in bearers}
    known = pl.DataFrame(
        {
            "term": list(bearers),
            "share": [0.0] * len(bearers),
            "keyword": [keywords] * len(bearers),
        }
    )
    mine = pl.DataFrame({"title": titles, "keywords": borne if keywords else [[""]] * own})
    others = pl.select(title=pl.repeat("", stored - own), keywords=pl.lit([], pl.List(pl.String)))
    snapshot = tables(
        versions=pl.select(record=pl.int_range(stored), work=pl.int_range(stored)),
        works=pl.concat([mine, others]).with_row_index("work"),
        terms=known,
    )
    index = SimpleNamespace(bm25_scores=lambda quoted, _: [(n, 5.0) for n in range(counts[quoted.strip('"')])])
    works = pl.DataFrame({"work": range(own), "share": [1 / own] * own}, schema_overrides={"work": pl.UInt32})
    found = similar_authors.extract_topic(SimpleNamespace(text=index), snapshot, OwnWorks(works, "led", 2024))  # type: ignore[arg-type]
    return dict(found.terms.select("term", "weight").iter_rows())


def letters(number: int) -> str:
    return chr(97 + number // 26) + chr(97 + number % 26)


def many(count: int) -> dict[str, int]:
    """So many terms that have nothing in common, each on every work."""
    return {f"quiet{letters(n)} owl{letters(n)}": 10 for n in range(count)}


def heavier(one: dict[str, int], held: dict[str, int]) -> bool:
    """Whether the first of some terms says more than the second."""
    weights = terms_of(one, held)
    first, second = (weights[term] for term in one)
    return first > second


TERMS: list[tuple[str, float, Judgement]] = [
    # somebody is read by a dozen terms, not by two and not by everything that stands on their works
    ("TERMS", 5, lambda: len(terms_of(many(12), stored=2000)) == 12),
    ("TERMS", 48, lambda: len(terms_of(many(40), stored=2000)) < 25),
    # a topic of 700 among 100,000 works tells people apart; what every fiftieth work holds does not
    ("USUAL", 0.003, lambda: "tactile graphs" in terms_of({"tactile graphs": 9}, {"tactile graphs": 700})),
    ("USUAL", 0.03, lambda: "open problems" not in terms_of({"open problems": 9}, {"open problems": 2000})),
    # in a store of one field 250 of 4,000 works may be on a topic; 1,000 of them are on the field
    ("FEW", 120, lambda: "tactile graphs" in terms_of({"tactile graphs": 9}, {"tactile graphs": 250}, stored=4000)),
    ("FEW", 1200, lambda: "owl studies" not in terms_of({"owl studies": 9}, {"owl studies": 1000}, stored=4000)),
    # a word group of one title is chance, one of three titles is not
    ("TWICE", 1, lambda: "silver dust" not in terms_of({"silver dust": 1}, keywords=False)),
    ("TWICE", 6, lambda: "silver dust" in terms_of({"silver dust": 3}, keywords=False)),
    # what few hold tells more than what many do, unless it stands on one of one's own works only
    ("RARITY", 0.2, lambda: heavier({"tactile graphs": 5, "drawing": 10}, {"tactile graphs": 5, "drawing": 900})),
    ("RARITY", 4.5, lambda: heavier({"drawing owls": 10, "odd sand": 1}, {"drawing owls": 100, "odd sand": 3})),
    # a heading is no term, a name of three words is
    ("LONGEST", 12, lambda: not terms_of({"all about owls and how they fly": 9})),
    ("LONGEST", 1, lambda: "tactile graph drawing" in terms_of({"tactile graph drawing": 9})),
]

# --- how near a work is ------------------------------------------------------------------------------------------


def near(*, strength: float = 0.0, cosine: float = 0.0) -> float:
    """How near a work is that holds the topic so strongly and means so nearly the same; 0 where it is not near."""
    own = OwnWorks(pl.DataFrame({"work": [1], "share": [1.0]}, schema_overrides={"work": pl.UInt32}), "led", 2024)
    terms = pl.DataFrame({"number": [0], "term": ["owls"], "weight": [1.0], "works": [1]})
    held = pl.DataFrame({"work": [1, 2], "number": [0, 0], "strength": [1.0, strength]})
    topic = AuthorTopic(own, terms.cast({"number": pl.Int32}), held.cast({"work": pl.UInt32, "number": pl.Int32}))
    meant = pl.DataFrame({"work": [2], "cosine": [cosine]}, schema_overrides={"work": pl.UInt32})
    found = similar_authors.score_topic_works(topic, lambda _: meant)
    return dict(found.select("work", "match").iter_rows()).get(2, 0.0)


NEAR: list[tuple[str, float, Judgement]] = [
    ("LEAST", 0.03, lambda: near(strength=0.05) == 0),  # a term in passing is chance
    ("LEAST", 0.3, lambda: near(strength=0.2) > 0),
    ("MEANING", 0.24, lambda: near(cosine=0.8) > 0.6),  # the same in other words is nearly the same
    ("MEANING", 2.4, lambda: near(cosine=0.8) < near(strength=1.0)),
    ("ALIKE", 0.12, lambda: near(cosine=0.3) == 0),  # of the same field, but not the same
    ("ALIKE", 0.7, lambda: near(cosine=0.6) > 0.3),
    ("SAME", 2.25, lambda: near(cosine=0.75) > 0.6),
    ("SAME", 0.5, lambda: near(cosine=0.5) < 0.6 * near(cosine=0.75)),
]

# --- who is near -------------------------------------------------------------------------------------------------


def nearness(one: dict[float, int], other: dict[float, int], years_ago: float = 0.0) -> tuple[float, float]:
    """How near two people are, who led so many works so near; those of the first are so many years old."""
    lines, near = [], []
    for author, works, ago in ((ONE, one, years_ago), (OTHER, other, 0.0)):
        for match, count in works.items():
            for _ in range(count):
                lines.append((len(lines), author, ago))
                near.append(match)
    matches = pl.DataFrame({"work": range(len(near)), "match": near})
    found, _ = similar_authors.rank_similar_authors(tables(authorships=written(lines)), matches, TODAY, pl.Series([-1]))
    by = dict(found.select("author", "nearness").iter_rows())
    return by.get(ONE, 0.0), by.get(OTHER, 0.0)


def nearer(one: dict[float, int], other: dict[float, int], years_ago: float = 0.0) -> bool:
    first, second = nearness(one, other, years_ago)
    return first > second


PEOPLE: list[tuple[str, float, Judgement]] = [
    # five works that are half like it say more than one that is wholly like it; twenty that hardly are do not
    ("DISCOUNT", 0.2, lambda: nearer({0.5: 5}, {1.0: 1})),
    ("DISCOUNT", 0.95, lambda: nearer({1.0: 1}, {0.2: 20})),
    # works of four years ago count about half
    ("HALF_LIFE", 12.0, lambda: not nearer({1.0: 3}, {0.65: 3}, 4.0)),
    ("HALF_LIFE", 1.2, lambda: nearer({1.0: 3}, {0.35: 3}, 4.0)),
    # nobody is lost because two thousand works of others are nearer
    ("BEST", 1200, lambda: nearness({0.3: 5}, {0.9: 2000})[0] > 0),
    ("BEST", 12_000, lambda: nearness({0.3: 5}, {0.9: 5000})[0] == 0),  # nor is everything looked at
]


@pytest.mark.parametrize("case", [*READ, *TERMS, *NEAR, *PEOPLE], ids=lambda case: f"{case[0]}={case[1]}")
def test_a_turned_constant_makes_a_judged_likeness_wrong(
    case: tuple[str, float, Judgement], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, turned, holds = case

    assert holds()
    monkeypatch.setattr(similar_authors, name, turned)
    assert not holds()
