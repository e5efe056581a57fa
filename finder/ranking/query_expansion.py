"""Terms related to an interest, learned from the works that match it best (pseudo-relevance feedback).

A term is worth adding when it is much likelier among the best matches than among all works: lift, as in Lavrenko &
Croft's relevance models (2001), with the sources' own keywords and the titles' word groups as vocabulary.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from finder.resolution import term_frequencies
from finder.storage import Snapshot
from finder.tables import select_sorted_rows

SEEDS = 400  # best works whose titles and keywords propose terms
LONGEST = 4  # words of a term
PROPOSED = 24  # proposals that are looked up in the full text
GROUP_STANDS_OUT, WORD_STANDS_OUT = 1.2, 4.0  # lift in titles from which a word group or a word is proposed
AT_MOST = 10  # terms added
SUPPORT = 4  # works, of the seeds and beside the interest, that must bear a proposal
LIFT = 5.0  # how many times likelier a word group must be beside the interest than elsewhere
WORD_LIFT = 10.0  # the same for a single word, which means more things
OWN_LIFT = 20.0  # the same for a part of the interest itself: its rare half, never "learning" or "prediction"
FULL_LIFT = 100.0  # at which a term weighs most
WEIGHTS = 0.4, 0.9  # of a term that is barely related, and of one as telling as can be
UNSEEN = 1 / 50_000  # share of works that bear a term which was never counted
_WORDS = re.compile(r"[^\W_]+")
_EMPTY_WORDS = frozenset(
    "a an and are as at be by can do does for from how in into is it its of on or that the their this to toward "
    "towards via we what when where which with without using use based new novel approach approaches method methods "
    "model models learning learn deep neural network networks data framework efficient effective improving improved "
    "robust analysis study studies problem problems task tasks theory evaluation large multi high low non self fast "
    "better general generalized simple end understanding applications application systems system information".split()
)
_BETWEEN = frozenset(
    "a an and as at by beyond between for from in into of on or over the through to under via with without".split()
)

Kind = Literal["interest", "related", "field", "venue", "meaning"]
Beside = Callable[[str], tuple[int, float]]  # a term -> works that hold it beside the interest, and the lift


@dataclass(frozen=True)
class QueryTerm:
    """A term that was looked for, and why.

    Attributes:
        weight: 1 for the interest itself, less for what is only related to it.
        works: for the interest, matched works; for a related term, works that hold it together with the interest.
        lift: how many times likelier it is beside the interest than elsewhere; 0 where that was not counted.
        kind: the interest itself, a related term, a term or venue of the field it names, or nearness in meaning.
    """

    text: str
    weight: float
    works: int
    lift: float = 0.0
    kind: Kind = "related"


def expand_query(
    snapshot: Snapshot, words: Sequence[str], seeds: np.ndarray, beside: Beside, without: Iterable[str] = ()
) -> list[QueryTerm]:
    """Terms related to an interest, most telling first.

    Args:
        words: the interest's own words, lower case.
        seeds: works that fit the interest's own words, best first; SEEDS of them propose terms.
        beside: gives for a term how many works hold it together with the interest, and the lift of that.
        without: terms the user has switched off.
    """
    seeds = seeds[:SEEDS]
    works = select_sorted_rows(
        snapshot.load_table("works").select("work", "title", "keywords"), "work", pl.Series(seeds)
    )
    borne = term_frequencies.work_terms(works.lazy()).group_by("term").len().collect()
    headings = snapshot.load_table("terms").filter("heading")["term"]
    counts = borne.filter(~pl.col("term").is_in(headings.implode()), pl.col("len") >= SUPPORT)
    off = {" ".join(_WORDS.findall(term.lower())) for term in without}
    own = {strip_plural(word) for word in words}
    usable = {
        term: n
        for term, n in counts.iter_rows()
        if _is_informative_term(term) and term not in off and _is_new_term(term, own)
    }
    return _select_terms(_propose_terms(usable, _background_shares(snapshot, list(usable)), seeds.size), own, beside)


def strip_plural(word: str) -> str:
    """Just enough to see a plural as its singular."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _is_new_term(term: str, own: set[str]) -> bool:
    """Whether a term says something that the interest does not: a part of it alone, or other words."""
    stems = {strip_plural(word) for word in term.split()}
    return stems < own or not stems & own


def _is_informative_term(group: str) -> bool:
    """Whether a group is more than empty words, and no half of a phrase."""
    words = group.split()
    if not words or words[0] in _EMPTY_WORDS | _BETWEEN or words[-1] in _BETWEEN:
        return False
    if len(words) > LONGEST:
        return False  # a heading of a classification, not a term
    return len(words) > 1 or (len(group) > 4 and not group.isdigit())


def _background_shares(snapshot: Snapshot, terms: list[str]) -> dict[str, float]:
    """Share of all works that bear a term in their title or keywords."""
    known = snapshot.load_table("terms").filter(pl.col("term").is_in(terms))
    return dict(known.select("term", "share").iter_rows())


def _propose_terms(counts: dict[str, int], usual: dict[str, float], seeds: int) -> list[str]:
    """The terms that stand out most among the seeds' titles and keywords."""
    telling = {}
    for text, count in counts.items():
        lift = count / seeds / usual.get(text, UNSEEN)
        if lift >= (GROUP_STANDS_OUT if " " in text else WORD_STANDS_OUT):
            telling[text] = count * math.log1p(lift)
    return sorted(telling, key=lambda text: (-telling[text], text))[:PROPOSED]


def _select_terms(proposed: Iterable[str], own: set[str], beside: Beside) -> list[QueryTerm]:
    """Those of the proposals that the full text bears out, none within another."""
    rated, (low, high) = [], WEIGHTS
    of_own = {beside(word) for word in own}  # the index's stemmer knows "structural" for "structure"
    for text in proposed:
        count, lift = beside(text)
        is_own = {strip_plural(word) for word in text.split()} <= own or (count, lift) in of_own
        least = OWN_LIFT if is_own else LIFT if " " in text else WORD_LIFT
        if lift >= least and count >= SUPPORT:
            telling = min(1.0, math.log(lift / least) / math.log(FULL_LIFT / least))
            rated.append(
                (count * math.log(lift), QueryTerm(text, round(low + (high - low) * telling, 2), count, round(lift, 1)))
            )
    stems = {term.text: {strip_plural(word) for word in term.text.split()} for _, term in rated}
    grouped = set().union(*(group for group in stems.values() if len(group) > 1)) - own
    chosen: list[QueryTerm] = []
    for _, term in sorted(rated, key=lambda pair: (-pair[0], pair[1].text)):
        mine = stems[term.text]
        within = mine <= grouped if len(mine) == 1 else any(mine & stems[o.text] - own for o in chosen)
        # the index's stemmer takes two spellings for one word: they have the very same works
        same = any((term.works, term.lift) == (other.works, other.lift) for other in chosen)
        if not within and not same:
            chosen.append(term)
    return chosen[:AT_MOST]
