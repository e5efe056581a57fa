"""Who works on what somebody works on: their recent led works, read as a topic, and whose led works are nearest to it.

Somebody's topic is a set of distinctive terms, TF-IDF over word groups of titles and over keywords (Salton & Buckley
1988), looked up in the full text; where vectors of works are at hand, also the mean of those of their works. Works of
others are as near as they are to that, measured by how near the person's own works are to it: 1 is one of their own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import date
from typing import Literal, NamedTuple

import narwhals as nw
import numpy as np
import polars as pl

from finder.authorship import authorship_credit, is_lead_author
from finder.ranking import signals
from finder.ranking.query_expansion import QueryTerm, strip_plural
from finder.ranking.text_match import Matches
from finder.ranking.work_embeddings import EmbeddingReader, cosine_similarities, open_embedding_reader
from finder.resolution import term_frequencies
from finder.storage import Snapshot, Store
from finder.tables import select_sorted_rows
from finder.text.names import FUNCTION_WORDS, WORDS

RECENT_YEARS = 5  # that works may be old, counted from the person's newest one
ENOUGH = 3  # recent led works below which the newest led ones stand in, then the newest of all
MOST = 30  # works of somebody that are read
HALF_LIFE = 4.0  # years after which a work says half as much of what somebody works on
TERMS = 16  # most distinctive terms that are looked up
USUAL, FEW = 0.01, 400  # share and number of works above which a term tells nobody apart
TWICE = 2  # own works that must bear a single word, or a group that is nobody's keyword
RARITY = 1.5  # exponent of the idf of a term: rare ones tell more
LONGEST = 4  # words of a term
BEST = 4_000  # nearest works whose leaders are looked at
LEAST = 0.1  # nearness below which a work is chance
DISCOUNT = 0.7  # of somebody's k-th nearest work: 0.7^(k-1)
MEANING = 0.8  # the most that meaning adds to what terms leave open
ALIKE, SAME = 0.40, 0.75  # cosines at which meaning begins to count, and counts wholly
COLUMNS = (5.0, 1.0, 3.0)  # what a term in title, abstract and keywords counts for, as in matching interests
_BOUND = 2.2  # BM25 of a term in one text, in units of its idf (k1 + 1)


class OwnWorks(NamedTuple):
    """The works that say what somebody works on.

    Attributes:
        works: ``work``, ``share``, which sums to 1: newer works say more.
        role: whether they led these, or merely wrote them because they led none.
        since: the year of the oldest.
    """

    works: pl.DataFrame
    role: Literal["led", "wrote"]
    since: int


Nearness = Callable[[OwnWorks], pl.DataFrame]
"""From somebody's works to ``work``, ``cosine``: how near all works that have a vector are to the mean of theirs."""


class AuthorTopic(NamedTuple):
    """What somebody works on.

    Attributes:
        own: the works that say so.
        terms: ``number``, ``term``, ``weight`` (which sums to 1) and ``works``, own works that bear it; best first.
        held: ``work``, ``number``, ``strength`` in [0, 1]: which works hold which term, and how much they are about it.
    """

    own: OwnWorks
    terms: pl.DataFrame
    held: pl.DataFrame


def recent_led_works(snapshot: Snapshot, author: int, as_of: date) -> OwnWorks:
    """Somebody's recent led works; all they led where these are few, all they wrote where they led none."""
    every = add_lead_credit(author_authorships(snapshot, author), as_of)
    led = every.filter(pl.col("led") > 0)
    some, role = (led, "led") if led.height else (every, "wrote")
    newest = some["day"].max() or 0
    recent = some.filter(pl.col("day") > newest - 365.25 * RECENT_YEARS)  # pyrefly: ignore[unsupported-operation]
    chosen = (recent if recent.height >= ENOUGH else some).sort("day", "work", descending=[True, False]).head(MOST)
    share = 0.5 ** ((newest - pl.col("day")) / (365.25 * HALF_LIFE))  # pyrefly: ignore[unsupported-operation]
    works = chosen.select("work", share=share).with_columns(pl.col("share") / pl.col("share").sum())
    since = int(chosen["year"].min() or as_of.year)  # pyrefly: ignore[bad-argument-type]
    return OwnWorks(works.sort("work"), role, since)


def author_authorships(snapshot: Snapshot, author: int) -> pl.DataFrame:
    """Somebody's rows of the table ``authorships``."""
    rows = select_sorted_rows(snapshot.load_table("authored"), "author", pl.Series([author]))["row"]
    return snapshot.load_table("authorships")[rows]


def add_lead_credit(authorships: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Published authorships up to a day, with ``led``, 0 or more: how far each of them led the work.

    Where authors stand in alphabetical order nobody is known to have led; everybody has the share that they are given.
    """
    counted = nw.from_native(authorships).filter(nw.col("published"), nw.col("day") <= signals.epoch_days(as_of))
    led = nw.when(is_lead_author() | nw.col("alphabetical")).then(authorship_credit()).otherwise(nw.lit(0.0))
    return counted.with_columns(led=led).to_native()


def extract_topic(store: Store, snapshot: Snapshot, own: OwnWorks, without: Iterable[str] = ()) -> AuthorTopic:
    """The terms that tell these works from others, and all works that hold them.

    Args:
        without: terms that are switched off.
    """
    stored = snapshot.load_table("versions").height
    off = {" ".join(WORDS.findall(term.casefold())) for term in without}
    kept: list[tuple[str, float, int]] = []
    parts: list[pl.DataFrame] = []
    for term, share, works in _propose_topic_terms(snapshot, own).select("term", "share", "works").iter_rows():
        if len(kept) == TERMS:
            break
        if term in off or _overlaps_chosen_term(term, [other for other, _, _ in kept]):
            continue
        found = pl.DataFrame(
            store.text.bm25_scores(f'"{term}"', COLUMNS), schema={"record": pl.Int64, "bm25": pl.Float64}, orient="row"
        )
        if not 1 < found.height <= max(USUAL * stored, FEW):
            continue
        idf = max(math.log((stored - found.height + 0.5) / (found.height + 0.5)), 1e-6)
        strength = (pl.col("bm25") / (idf * _BOUND)).clip(0.0, 1.0)
        parts.append(found.select("record", pl.lit(len(kept), pl.Int32).alias("number"), strength=strength))
        kept.append((term, math.sqrt(share) * idf**RARITY, works))
    schema = {"term": pl.String, "weight": pl.Float64, "works": pl.Int64}
    weighed = pl.DataFrame(kept, schema=schema, orient="row").with_row_index("number")
    weighed = weighed.with_columns(pl.col("number").cast(pl.Int32), pl.col("weight") / pl.col("weight").sum())
    empty = pl.DataFrame(schema={"record": pl.Int64, "number": pl.Int32, "strength": pl.Float64})
    held = pl.concat([empty, *parts]).join(snapshot.load_table("versions"), on="record")
    return AuthorTopic(
        own, weighed, held.group_by("work", "number").agg(pl.col("strength").max()).sort("work", "number")
    )


def _propose_topic_terms(snapshot: Snapshot, own: OwnWorks) -> pl.DataFrame:
    """``term``, ``share`` of the own works that bear it, ``works``; most telling first."""
    details = select_sorted_rows(
        snapshot.load_table("works").select("work", "title", "keywords"), "work", own.works["work"]
    )
    borne = term_frequencies.work_terms(details.lazy()).collect().join(own.works, on="work")
    counted = borne.group_by("term").agg(pl.col("share").sum(), works=pl.len())
    usual = snapshot.load_table("terms")
    known = counted.join(usual.select("term", "keyword", usual="share"), on="term", how="left")
    rare = 1 / max(snapshot.load_table("works").height, 2)
    idf = -pl.max_horizontal(pl.col("usual").fill_null(rare), pl.lit(rare)).log()
    words = pl.col("term").str.split(" ")
    clean = (
        ~words.list.first().is_in(FUNCTION_WORDS)
        & ~words.list.last().is_in(FUNCTION_WORDS)
        & ~pl.col("term").str.contains(r"^\d+$")
        & (pl.col("term").str.len_chars() > 2)
    )
    often, group = pl.col("works") >= min(TWICE, own.works.height), words.list.len() > 1
    keyword, seen = pl.col("keyword").fill_null(value=False), pl.col("usual").is_not_null()
    most = max(USUAL, FEW * rare)
    good = clean & (words.list.len() <= LONGEST) & (pl.col("usual").fill_null(0.0) <= most)
    good &= pl.when(group).then(keyword | (seen & often)).otherwise(keyword & often)
    telling = pl.col("share").sqrt() * idf * (1 + 0.25 * (words.list.len() - 1))
    found = known.filter(good).with_columns(telling=telling)
    return found.sort("telling", "term", descending=[True, False]).head(4 * TERMS)


def _overlaps_chosen_term(term: str, others: Iterable[str]) -> bool:
    """Whether a term says nothing beside others: it is a part of one of them, or one of it."""
    mine = {strip_plural(word) for word in term.split()}
    theirs = [{strip_plural(word) for word in other.split()} for other in others]
    return any(mine <= other or other <= mine for other in theirs)


def match_author_topic(
    store: Store, snapshot: Snapshot, author: int, as_of: date, without: Iterable[str] = ()
) -> Matches:
    """Works on what somebody works on, as an interest of theirs would have found them.

    Args:
        without: terms that are switched off.
    """
    own = recent_led_works(snapshot, author, as_of)
    found = extract_topic(store, snapshot, own, without)
    counted = snapshot.load_table("works").filter("published", pl.col("date") <= as_of)
    frame = score_topic_works(found, make_author_similarity(open_embedding_reader(store, snapshot))).join(
        counted, on="work", how="semi"
    )
    frame = frame.select("work", "match", "words", direct="words")
    name = select_sorted_rows(snapshot.load_table("authors"), "author", pl.Series([author]))["name"][0]
    read = [
        QueryTerm(term, round(weight, 3), works)
        for term, weight, works in found.terms.select("term", "weight", "works").iter_rows()
    ]
    return Matches(
        frame,
        (QueryTerm(similar_work_label(name), 1.0, frame.height), *read),
        topic_source_sentence(name, own),
        text=True,
    )


def similar_work_label(name: str) -> str:
    """What stands where an interest would."""
    return f"work like that of {name}"


def topic_source_sentence(name: str, own: OwnWorks) -> str:
    """What somebody's topic is read from, for whoever reads the answer."""
    works = f"{own.works.height} work{'s' * (own.works.height != 1)}"
    return f"Read from the {works} since {own.since} that {name} {own.role}."


def score_topic_works(found: AuthorTopic, near: Nearness | None = None) -> pl.DataFrame:
    """Works by how near they are to a topic; its own are about 1.

    Returns:
        ``work``, ``match`` in (0, 1], and ``words`` in [0, 1]: the part of it that terms give.
    """
    weighed = found.held.join(found.terms.select("number", "weight"), on="number")
    scored = weighed.group_by("work").agg(score=(pl.col("weight") * pl.col("strength")).sum())
    own = scored.join(found.own.works, on="work")
    usual = (own["score"] * own["share"]).sum() or 1.0
    by_terms = scored.select("work", words=(pl.col("score") / usual).clip(0.0, 1.0))
    meant = near(found.own) if near else pl.DataFrame(schema={"work": pl.UInt32, "cosine": pl.Float32})
    meaning = ((pl.col("cosine") - ALIKE) / (SAME - ALIKE)).clip(0.0, 1.0)
    meant = meant.filter(pl.col("cosine") > ALIKE).select("work", meaning=meaning)
    both = by_terms.join(meant, on="work", how="full", coalesce=True)
    both = both.with_columns(pl.col("words", "meaning").fill_null(0.0))
    match = 1 - (1 - pl.col("words")) * (1 - MEANING * pl.col("meaning"))
    return both.select("work", "words", match=match.round(9)).filter(pl.col("match") >= LEAST).sort("work")


def make_author_similarity(reader: EmbeddingReader) -> Nearness | None:
    """How near works are to somebody's in meaning; None where no encoder has read them."""
    if not reader.is_available:
        return None
    works, vectors = reader.title_vectors

    def cosines_to_mean(own: OwnWorks) -> pl.DataFrame:
        mine = own.works.join(pl.DataFrame({"work": works}).with_row_index("row"), on="work")
        mean = mine["share"].to_numpy() @ vectors[mine["row"].to_numpy()].astype(np.float32)
        length = float(np.linalg.norm(mean))
        if length == 0.0:
            return pl.DataFrame(schema={"work": pl.UInt32, "cosine": pl.Float32})
        return pl.DataFrame({"work": works, "cosine": cosine_similarities(mean / length, vectors)})

    return cosines_to_mean


def nearest_own_works(reader: EmbeddingReader, own: OwnWorks, works: pl.Series) -> pl.DataFrame:
    """``work``, ``own``: for works that are read, the one of somebody's that is nearest in meaning."""
    empty = pl.DataFrame(schema={"work": pl.UInt32, "own": pl.UInt32})
    if not reader.is_available:
        return empty
    numbers, vectors = reader.title_vectors
    rows = pl.DataFrame({"work": numbers}).with_row_index("row")
    theirs, mine = (rows.join(some.to_frame("work"), on="work", how="semi") for some in (works, own.works["work"]))
    if theirs.is_empty() or mine.is_empty():
        return empty
    a, b = (vectors[side["row"].to_numpy()].astype(np.float32) for side in (theirs, mine))
    best = (a @ b.T / np.maximum(np.linalg.norm(b, axis=1), 1e-9)).argmax(axis=1)
    return pl.DataFrame({"work": theirs["work"], "own": mine["work"].gather(best)})


def rank_similar_authors(
    snapshot: Snapshot, matches: pl.DataFrame, as_of: date, without: pl.Series
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Whose recent led works are nearest, and these works.

    Args:
        matches: as :func:`score_topic_works` gives them.
        without: works that count for nobody, such as all that the person is on: who writes with somebody is not
            thereby like them.

    Returns:
        ``author``, ``nearness`` in [0, 1], ``alike`` (works), nearest first; and ``author``, ``work``, ``match``.
    """
    others = matches.filter(~pl.col("work").is_in(without.implode()))
    best = others.sort("match", "work", descending=[True, False]).head(BEST)
    rows = add_lead_credit(select_sorted_rows(snapshot.load_table("authorships"), "work", best["work"]), as_of).filter(
        pl.col("led") > 0
    )
    newest = rows["day"].max() if rows.height else signals.epoch_days(as_of)
    reach = pl.min_horizontal(pl.lit(newest), pl.col("seen_until").fill_null(newest))  # what could have been seen
    fresh = 0.5 ** ((reach - pl.col("day")).clip(lower_bound=0) / (365.25 * HALF_LIFE))
    rows = rows.join(best, on="work").with_columns(worth=pl.col("match") * pl.col("led") * fresh)
    rows = rows.sort("author", "worth", "work", descending=[False, True, False])
    nth = pl.int_range(pl.len()).over("author")
    rows = rows.with_columns(part=(1 - DISCOUNT) * DISCOUNT**nth * pl.col("worth"))
    sums = rows.group_by("author").agg(nearness=pl.col("part").sum(), alike=pl.len())
    return sums.sort("nearness", "author", descending=[True, False]), rows.select("author", "work", "match")
