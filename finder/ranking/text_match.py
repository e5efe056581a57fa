"""From an interest to works: how well each stored work fits it, by words, by related terms, and by meaning.

Three kinds of evidence are put together as a noisy-or, each adding to what the others left open: the interest's own
words (:mod:`finder.ranking.fulltext_index`), terms that the best of those works use beside them
(:mod:`finder.ranking.query_expansion`) or that a field of that name uses (:mod:`finder.ranking.research_fields`), and
nearness in meaning (:mod:`finder.ranking.title_similarity`). What is too long for that is matched by works that read
like it, see :mod:`finder.ranking.document_similarity`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import combinations

import polars as pl

from finder import results
from finder.ranking import query_expansion, research_fields, title_similarity
from finder.ranking.fulltext_index import FulltextIndex, QueryHits, split_words
from finder.ranking.query_expansion import QueryTerm
from finder.ranking.title_similarity import TitleSimilarity
from finder.ranking.work_scores import NO_SCORES, WorkScores, combine_scores, read_scores, take_best_scores
from finder.storage import Snapshot, Store
from finder.storage.light_stemmer import base_form
from finder.tables import select_sorted_rows
from finder.text import names

PHRASE, NEAR, SCATTERED = 1.0, 0.85, 0.6  # what the interest's words are worth together, close by, anywhere
SOFT = 0.6  # what those words are worth that carry nearly all of an interest, without the rest
SOFT_SHARE = 0.75  # share of an interest's information that these must carry
ALIKE = 0.35  # likeness in meaning without which words that stand apart, or some of the words, are chance
CLOSE = 6  # words that may stand between words that are "close by"
PHRASED = 4  # words beyond which works that read like an interest stand in where too few hold all of it
LONG = 8  # words beyond which an interest is a text: only works that read like it are looked for
FEW = 50  # works below which some of the interest's words must do
THIN = 20  # works that hold the words, below which an answer says that little is stored
RELATED = 0.45  # the most that related terms alone can give a work
FAINT = 0.12  # related terms below this are chance
MEANING = "near in meaning"  # how that part is called where it is switched off
LAG = timedelta(days=200)  # by which a collection may trail: works are listed late
KEPT = 16  # answers to questions that are asked again: with other weights, filters, on other pages
NEWEST = 0.95  # share of an interest's works dated up to its horizon


@dataclass(frozen=True)
class Matches:
    """What an interest matched.

    Attributes:
        frame: columns ``work``, ``match`` in (0, 1], ``direct`` in [0, 1]: the part the interest's own words gave, and
            ``words`` in [0, 1]: the part that all words gave; 0 for works that are only near in meaning.
        terms: the interest first, then what else was looked for.
        read: how the interest was read, in sentences; empty where its words say it all.
        text: whether it was matched as a text.
    """

    frame: pl.DataFrame
    terms: tuple[QueryTerm, ...]
    read: str = ""
    text: bool = False

    def terms_to_json(self) -> list[results.QueryTerm]:
        """The terms as an answer shows them."""
        return [
            {"term": t.text, "weight": t.weight, "works": t.works, "lift": t.lift, "kind": t.kind} for t in self.terms
        ]


def match_works(
    store: Store, snapshot: Snapshot, interest: str, as_of: date, *, without: Iterable[str] = (), expand: bool = True
) -> Matches:
    """Published works up to ``as_of`` that fit an interest, with what else was looked for.

    Args:
        without: related terms, terms or venues of its field, or ``near in meaning``, that the user has switched off.
        expand: whether anything but the interest's own words is looked for.
    """
    index = FulltextIndex(store, snapshot, as_of)
    return _match_cached_query(
        _MatchQuery(index.reader.version, interest, as_of, tuple(without), expand, snapshot, index)
    )


@dataclass(frozen=True)
class _MatchQuery:
    """What was asked, of which version of the store; the same whichever connection is asked by."""

    version: str
    interest: str
    as_of: date
    without: tuple[str, ...]
    expand: bool
    snapshot: Snapshot = field(compare=False)
    index: FulltextIndex = field(compare=False)


@lru_cache(maxsize=KEPT)
def _match_cached_query(asked: _MatchQuery) -> Matches:
    telling = names.content_words(asked.interest)
    if len(set(telling)) > LONG:
        alike = asked.index.find_similar_works(asked.interest, telling)
        own = QueryTerm(" ".join(asked.interest.split()), 1.0, alike.works.size, kind="interest")
        return Matches(_match_frame(alike, alike, alike), (own,), asked.index.reader.similarity_note, text=True)
    return _match_topic_query(asked.snapshot, asked.index, asked.interest, asked.without, expand=asked.expand)


def clear_match_cache() -> None:
    """Let go of what earlier questions found."""
    _match_cached_query.cache_clear()


def _match_topic_query(
    snapshot: Snapshot, index: FulltextIndex, interest: str, without: Iterable[str], *, expand: bool
) -> Matches:
    words, telling = split_words(interest), names.content_words(interest)
    off = {research_fields.field_key(part) for part in without}
    together, apart = _match_query_words(index, words, telling)
    if not expand:
        direct = take_best_scores([together, apart])
        own = QueryTerm(" ".join(interest.split()), 1.0, direct.works.size, kind="interest")
        return Matches(_match_frame(direct, direct, direct), (own,))
    field = research_fields.find_field(interest)
    field = field.exclude_terms(off) if field else None
    by_field = research_fields.match_field_terms(index, field, together.works) if field else None
    vocabulary = field.terms if field and by_field is not None else ()
    likeness = _visible_title_similarity(index, interest, take_best_scores([together, apart]), vocabulary)
    if likeness is not None:
        apart = apart.select(likeness.look_up(apart.works) >= ALIKE)
    direct = take_best_scores([together, apart])
    terms = _related_terms(snapshot, index, words, telling, direct, [*without, *vocabulary])
    beside = [index.score_hits(index.match_phrase(split_words(term.text), term.weight)) for term in terms]
    parts = [direct, _combine_term_scores(beside, RELATED)]
    if by_field is not None:
        parts.append(_combine_term_scores(list(by_field.values()), research_fields.TERMS))
        terms += [
            QueryTerm(term, research_fields.TERM, some.works.size, kind="field") for term, some in by_field.items()
        ]
    if field and field.venues:
        works = snapshot.load_table("works").select("work", "venue")
        there = research_fields.works_at_venues(
            works.filter(index.visible_work_mask(works["work"].to_numpy())), field.venues
        )
        parts.append(read_scores(there.unique("work").select("work", score=pl.lit(research_fields.VENUE)), "score"))
        terms += [
            QueryTerm(venue, research_fields.VENUE, works, kind="venue")
            for venue, works in there["venue"].value_counts().sort("venue").iter_rows()
        ]
    near = NO_SCORES
    nothing = not direct.works.size
    strange = nothing and likeness is not None and float(likeness.cosines.max(initial=0.0)) < title_similarity.STRANGE
    if likeness is not None and research_fields.field_key(MEANING) not in off and not strange:
        near = likeness.similarity_scores()
        terms.append(QueryTerm(MEANING, title_similarity.MOST, near.works.size, kind="meaning"))
    own = QueryTerm(" ".join(interest.split()), 1.0, direct.works.size, kind="interest")
    sentences = (
        _field_sentence(terms, field),
        index.reader.similarity_note,
        _sparse_results_sentence(direct.works.size),
    )
    frame = _match_frame(combine_scores([*parts, near]), direct, combine_scores(parts))
    return Matches(frame, (own, *terms), " ".join(filter(None, sentences)))


def _visible_title_similarity(
    index: FulltextIndex, interest: str, seeds: WorkScores, vocabulary: Sequence[str]
) -> TitleSimilarity | None:
    found = title_similarity.compute_title_similarity(
        index.reader, interest, seeds.order_best(title_similarity.SEEDS), vocabulary
    )
    if found is None:
        return None
    live = index.visible_work_mask(found.works)
    return TitleSimilarity(found.works[live], found.cosines[live])


def _match_query_words(
    index: FulltextIndex, words: Sequence[str], telling: Sequence[str]
) -> tuple[WorkScores, WorkScores]:
    """Works that hold an interest's words together, and those that hold them apart, or most of them.

    Words that the interest's function words stand between ("vision and language") may stand side by side as well.
    Where its words are one ("learning to learn"), only the interest as it is written is meant.
    """
    together = [index.match_phrase(words, PHRASE)]
    if list(words) != list(telling):
        together.append(
            index.match_phrase(telling, PHRASE) if len(telling) > 1 else QueryHits(together[0].rows[:0], 1.0, 1.0)
        )
    if len({base_form(word) for word in telling}) < len(telling):
        return index.score_hits(together[0]), NO_SCORES
    idfs = {word: index.word_idf(word) for word in telling}
    whole = sum(idfs.values())
    apart: list[QueryHits] = []
    if len(telling) > 1:
        together.append(index.match_all_words(telling, whole, NEAR, within=CLOSE))
        everything = index.match_all_words(telling, whole, SCATTERED)
        apart = [everything, *(index.match_all_words(some, whole, SOFT) for some in _informative_subsets(idfs, whole))]
        if len(everything.rows) < FEW and PHRASED >= len(telling) > 2:
            # the rarest word says what it is about; any of the others must be there too
            rarest = max(telling, key=lambda word: idfs[word])
            apart.append(index.match_word_and_any(rarest, [w for w in telling if w != rarest], whole, SCATTERED))
        elif len(everything.rows) < FEW and len(telling) > PHRASED:
            like = index.find_similar_works(" ".join(words), telling)
            return _best_hit_scores(index, together), take_best_scores([_best_hit_scores(index, apart), like])
    return _best_hit_scores(index, together), _best_hit_scores(index, apart)


def _informative_subsets(idfs: Mapping[str, float], whole: float) -> list[tuple[str, ...]]:
    """The smallest groups of an interest's words, not all of them, that carry SOFT_SHARE of its information."""
    found: list[tuple[str, ...]] = []
    for size in range(1, len(idfs)):
        for group in combinations(idfs, size):
            enough = sum(idfs[word] for word in group) >= SOFT_SHARE * whole
            if enough and not any(set(smaller) <= set(group) for smaller in found):
                found.append(group)
    return found


def _best_hit_scores(index: FulltextIndex, hits: Sequence[QueryHits]) -> WorkScores:
    return take_best_scores([index.score_hits(some) for some in hits])


def _related_terms(
    snapshot: Snapshot,
    index: FulltextIndex,
    words: Sequence[str],
    telling: Sequence[str],
    direct: WorkScores,
    without: Collection[str],
) -> list[QueryTerm]:
    if not direct.works.size:
        return []
    return query_expansion.expand_query(
        snapshot, words, direct.order_best(direct.works.size), index.cooccurrence_lift(telling), without
    )


def _field_sentence(terms: Sequence[QueryTerm], field: research_fields.ResearchField | None) -> str:
    """How the name of a field was read; each part can be switched off."""
    if field is None:
        return ""
    used = [term.text for term in terms if term.kind == "field"]
    venues = [term.text for term in terms if term.kind == "venue"]
    parts = [f"its terms ({', '.join(used)})"] if used else []
    parts += [f"its venues ({', '.join(venues)})"] if venues else []
    return f"Read as the field {field.name}: {' and '.join(parts)} count too." if parts else ""


def _sparse_results_sentence(works: int) -> str:
    if works >= THIN:
        return ""
    held = f"Only {works} stored work{'s hold' if works != 1 else ' holds'}" if works else "No stored work holds"
    return f"{held} these words: collect the interest for a real answer."


def _combine_term_scores(terms: Sequence[WorkScores], most: float) -> WorkScores:
    """Several terms as a noisy-or, at most ``most``; what is FAINT is chance."""
    found = combine_scores(terms, most)
    return found.select(found.values >= FAINT)


def _match_frame(match: WorkScores, direct: WorkScores, words: WorkScores) -> pl.DataFrame:
    """The frame of :class:`Matches`."""
    works, values = match.works, match.values.round(12)
    columns = {"work": works, "match": values, "direct": direct.look_up(works), "words": words.look_up(works).round(12)}
    return pl.DataFrame(columns).with_columns(pl.col("work").cast(pl.UInt32)).filter(pl.col("match") > 0)


def missing_words(store: Store, snapshot: Snapshot, interest: str, as_of: date, works: pl.DataFrame) -> pl.DataFrame:
    """How far works are from holding the words of an interest, nearest first.

    Args:
        works: column ``work``.

    Returns:
        ``work``, ``missing`` (telling words it does not hold), ``held`` (how much information those it holds carry).
    """
    index = FulltextIndex(store, snapshot, as_of)
    telling = names.content_words(interest)
    own = snapshot.load_table("versions").join(works.select("work"), on="work", how="semi")
    lacks, held = [pl.lit(None, pl.String)], pl.lit(0.0)
    for word in dict.fromkeys(telling):
        holds = pl.col("work").is_in(
            own.filter(pl.col("record").is_in(index.records_with_word(word)))["work"].implode()
        )
        lacks.append(pl.when(~holds).then(pl.lit(word)))
        held += pl.when(holds).then(index.word_idf(word)).otherwise(0.0)
    found = works.select("work").unique().with_columns(missing=pl.concat_list(lacks).list.drop_nulls(), held=held)
    return found.sort("held", "work", descending=[True, False])


def latest_covered_day(snapshot: Snapshot, matches: pl.DataFrame, as_of: date) -> date:
    """Up to when works on an interest are stored: the day before which all but 1 in 20 of them are dated.

    A collection that ends last year would else make everybody look idle. Within LAG of ``as_of`` it is ``as_of``.
    """
    own = select_sorted_rows(
        snapshot.load_table("works").select("work", "date"), "work", _direct_matches(matches)["work"]
    )
    newest = own["date"].dt.epoch("d").quantile(NEWEST, "lower")
    return as_of if newest is None else _horizon_day(int(newest), as_of)


def latest_day_from_counts(works_by_day: Mapping[int, int], as_of: date) -> date:
    """The same where it is only known how many of them are of which day (since 1970)."""
    least, seen = (sum(works_by_day.values()) - 1) * NEWEST, 0
    for day in sorted(works_by_day):
        seen += works_by_day[day]
        if seen > least:
            return _horizon_day(day, as_of)
    return as_of


def _horizon_day(newest: int, as_of: date) -> date:
    reached = date(1970, 1, 1) + timedelta(days=newest)
    return reached if reached < as_of - LAG else as_of


def _direct_matches(matches: pl.DataFrame) -> pl.DataFrame:
    """The works that hold an interest's words; those near in meaning where none does."""
    own = matches.filter(pl.col("direct") > 0)
    return matches if own.is_empty() else own
