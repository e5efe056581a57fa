"""How well open positions fit an interest: what work they are, what they say, and what their organisation works on.

Research with the interest's words in its title comes first, then research on related topics, then engineering with the
words. Works of an organisation on the interest lift its research positions: a general "PhD position" at the right
place is worth a look, its offices are not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

import numpy as np
import polars as pl

from finder.postings.category import LEVELS, title_topic
from finder.ranking import phrase_search, research_fields
from finder.ranking.fulltext_index import quote_phrase
from finder.ranking.query_expansion import QueryTerm
from finder.ranking.work_embeddings import TITLE_TOKENS, EmbeddingReader
from finder.storage import Snapshot, Store
from finder.text import names

# where the interest's own words stand -> fit
TITLE, TITLE_APART, TEXT, NEAR, ANYWHERE = 1.0, 0.9, 0.8, 0.55, 0.3
RELATED_TITLE, RELATED_TEXT = 0.9, 0.45  # of a related term's weight
RELATED = 0.75  # the most that related terms and nearness in meaning give together
MEANT, SPAN = 0.45, 0.3  # likeness in meaning from which a title is near, and over which it grows to RELATED_TITLE
PLACE = 0.3  # the most that the organisation's works give
ELSEWHERE = 0.6  # of that, where the title names a topic and neither it nor the text is on the interest
ON_IT = 0.35  # match from which a work of an organisation is on the interest
ENGINEERING = 0.3  # of what its own words give a position in engineering
OTHER = 0.2  # of what the words in its title give any other position
SENIOR = 0.5  # of the fit of a position for which one has led others
CLOSE = 8  # words that may stand between words that are "close by"
YEARS = 3  # of works by which an organisation is known
MANY = 3.0  # summed match of an organisation's works that counts as a great part of PLACE
ENCODED = 500  # titles that are compared in meaning at most, the newest

Row = tuple[int, float, str, bool, bool]
_ROWS = {"id": pl.Int64, "value": pl.Float64, "says": pl.String, "direct": pl.Boolean, "titled": pl.Boolean}


def match_posting_texts(store: Store, terms: Sequence[QueryTerm], texts: Mapping[int, tuple[str, str]]) -> pl.DataFrame:
    """What postings say of an interest, in the words that really stand in them.

    Args:
        terms: as :func:`finder.ranking.text_match.match_works` learned them: the interest first, then related ones.
        texts: title and text of each posting that counts, by its id.

    Returns:
        ``id``, ``own`` in [0, 1] (by the interest's words), ``titled`` (by its title), ``beside`` in [0, 1] (by related
        terms), ``says``: where the words stand, best first.
    """
    interest, *others = terms
    rows = [*_match_interest_words(store, interest.text, texts)]
    for term in others:
        if term.kind in ("related", "field"):
            rows += _match_related_term(store, term, texts)
    frame = pl.DataFrame(rows, _ROWS, orient="row")
    direct = pl.col("direct")
    best = pl.col("says").filter(direct).head(1)  # what is weaker says nothing beside it
    return (
        frame.sort("direct", "value", "says", descending=[True, True, False])
        .unique(("id", "says"), keep="first", maintain_order=True)
        .group_by("id", maintain_order=True)
        .agg(
            own=pl.col("value").filter(direct).max().fill_null(0.0),
            titled=pl.col("titled").filter(direct).any(),
            beside=1 - (1 - pl.col("value").filter(~direct)).product(),
            says=best.append(pl.col("says").filter(~direct).head(2)),
        )
        .sort("id")
    )


def add_field_terms(interest: str, terms: Sequence[QueryTerm]) -> list[QueryTerm]:
    """The terms with those of the field that an interest names: a posting may use them where no stored work does."""
    field, known = research_fields.find_field(interest), {research_fields.field_key(term.text) for term in terms}
    more = [text for text in (field.terms if field else ()) if research_fields.field_key(text) not in known]
    return [*terms, *(QueryTerm(text, research_fields.TERM, 0, kind="field") for text in more)]


def _match_interest_words(store: Store, interest: str, texts: Mapping[int, tuple[str, str]]) -> Iterable[Row]:
    """Postings that hold all telling words of an interest, each at the best place where they stand."""
    words, telling = names.WORDS.findall(interest.casefold()), names.content_words(interest)
    if not words:
        return
    together = set(store.postings.match_postings(f"NEAR({' '.join(map(quote_phrase, telling))}, {CLOSE})"))
    for id_ in store.postings.match_postings(" AND ".join(map(quote_phrase, telling))):
        if id_ not in texts:
            continue
        title, text = texts[id_]
        if phrase := phrase_search.find_phrase(title, words):
            yield id_, TITLE, f"its title says “{phrase}”", True, True
        elif each := phrase_search.find_all_words(title, telling):
            yield id_, TITLE_APART, f"its title holds {_join_quoted_words(each)}", True, True
        elif phrase := phrase_search.find_phrase(text, words):
            yield id_, TEXT, f"its text says “{phrase}”", True, False
        elif each := phrase_search.find_all_words(f"{title}\n{text}", telling):
            near = id_ in together
            says = (
                f"its text has {_join_quoted_words(each)} close together"
                if near
                else f"its text holds {_join_quoted_words(each)}"
            )
            yield id_, NEAR if near else ANYWHERE, says, True, False


def _match_related_term(store: Store, term: QueryTerm, texts: Mapping[int, tuple[str, str]]) -> Iterable[Row]:
    words = names.WORDS.findall(term.text.casefold())
    for id_ in store.postings.match_postings(quote_phrase(" ".join(words))) if words else ():
        if id_ not in texts:
            continue
        title, text = texts[id_]
        if phrase := phrase_search.find_phrase(title, words):
            yield id_, RELATED_TITLE * term.weight, f"its title names “{phrase}”", False, True
        elif phrase := phrase_search.find_phrase(text, words):
            yield id_, RELATED_TEXT * term.weight, f"its text names “{phrase}”", False, False


def _join_quoted_words(words: Sequence[str]) -> str:
    return " and ".join(f"“{word}”" for word in words)


def posting_title_similarity(reader: EmbeddingReader, interest: str, titles: Mapping[int, str]) -> pl.DataFrame:
    """Titles near an interest in meaning, without the words that only say what kind of position it is.

    Returns:
        ``id``, ``meant`` in (0, RELATED_TITLE]; nothing where texts cannot be compared.
    """
    topics = {id_: topic for id_, title in titles.items() if (topic := title_topic(title))}
    chosen = dict(list(topics.items())[:ENCODED]) if reader.is_available else {}
    if not chosen:
        return pl.DataFrame(schema={"id": pl.Int64, "meant": pl.Float64})
    key = reader.choice.encoder.key if reader.choice.encoder else ""
    query, *vectors = _encode_titles_cached(key, reader.encode, (interest, *chosen.values()))
    values = RELATED_TITLE * np.clip((np.array(vectors) @ query - MEANT) / SPAN, 0.0, 1.0)
    return pl.DataFrame({"id": list(chosen), "meant": values.astype(np.float64)}).filter(pl.col("meant") > 0)


_VECTORS: dict[tuple[str, str], np.ndarray] = {}  # of titles: the same stand on boards for weeks


def _encode_titles_cached(
    key: str, encode: Callable[[Sequence[str], int], np.ndarray], texts: Sequence[str]
) -> list[np.ndarray]:
    new = [text for text in dict.fromkeys(texts) if (key, text) not in _VECTORS]
    if len(_VECTORS) > 20 * ENCODED:
        _VECTORS.clear()
        new = list(dict.fromkeys(texts))
    if new:
        _VECTORS.update(zip(((key, text) for text in new), encode(new, TITLE_TOKENS), strict=True))
    return [_VECTORS[key, text] for text in texts]


def institution_fit(snapshot: Snapshot, matches: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Organisations by what they publish on an interest.

    Args:
        matches: ``work``, ``match``.

    Returns:
        ``institution``, ``place_fit`` in (0, 1), ``works`` (how many of the last YEARS).
    """
    summed = _recent_institution_works(snapshot, matches, as_of).group_by("institution")
    fit = 1 - (-(pl.col("amount") / MANY) * math.log(2)).exp()
    found = summed.agg(works=pl.len(), amount=pl.col("match").sum())
    return found.select("institution", "works", place_fit=fit).sort("institution").collect()


def best_institution_works(snapshot: Snapshot, matches: pl.DataFrame, as_of: date, most: int) -> pl.DataFrame:
    """The works by which organisations are known: ``institution``, ``work``, those that fit best first."""
    ordered = _recent_institution_works(snapshot, matches, as_of).sort("match", "work", descending=[True, False])
    return ordered.group_by("institution", maintain_order=True).head(most).select("institution", "work").collect()


def _recent_institution_works(snapshot: Snapshot, matches: pl.DataFrame, as_of: date) -> pl.LazyFrame:
    """``institution``, ``work``, ``match``: works of late on the interest, with who printed them."""
    since = as_of.replace(year=as_of.year - YEARS, day=min(as_of.day, 28))
    lately = snapshot.load_table("works").lazy().filter(pl.col("date").is_between(since, as_of)).select("work")
    on_it = matches.lazy().filter(pl.col("match") >= ON_IT).join(lately, on="work").select("work", "match")
    printed = (
        snapshot.load_table("affiliations")
        .lazy()
        .select("record", "institution")
        .join(snapshot.load_table("versions").lazy(), on="record")
        .select("work", "institution")
        .unique()
    )
    return printed.join(on_it, on="work")


def add_posting_fit(openings: pl.DataFrame) -> pl.DataFrame:
    """The fit of each posting, and how it came about.

    Args:
        openings: ``category``, ``level``, ``general`` (its title names no topic), ``own``, ``titled``, ``beside``,
            ``meant``, ``place_fit``; all but the first three may be null.

    Returns:
        The same with ``fit`` in [0, 1].
    """
    own, beside, meant_, place = (pl.col(name).fill_null(0.0) for name in ("own", "beside", "meant", "place_fit"))
    related = (1 - (1 - beside) * (1 - meant_)) * RELATED
    silent = (own + related == 0) & ~pl.col("general")
    lifted = PLACE * place * pl.when(silent).then(ELSEWHERE).otherwise(1.0)
    research = 1 - (1 - own) * (1 - related) * (1 - lifted)
    other = pl.when(pl.col("titled").fill_null(value=False)).then(OTHER * own).otherwise(0.0)
    by_category = (
        pl.when(pl.col("category") == "research")
        .then(research)
        .when(pl.col("category") == "engineering")
        .then(ENGINEERING * own)
        .otherwise(other)
    )
    return openings.with_columns(fit=by_category * pl.when(pl.col("level") == LEVELS[-1]).then(SENIOR).otherwise(1.0))
