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
from finder.names import FUNCTION_WORDS, WORDS
from finder.rank import signals
from finder.rank.match import Matches
from finder.rank.related import Term, stem
from finder.rank.semantic import Reader, cosines, open_reader
from finder.resolve import terms
from finder.store import Snapshot, Store
from finder.tables import rows_of

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


class Own(NamedTuple):
    """The works that say what somebody works on.

    Attributes:
        works: ``work``, ``share``, which sums to 1: newer works say more.
        role: whether they led these, or merely wrote them because they led none.
        since: the year of the oldest.
    """

    works: pl.DataFrame
    role: Literal["led", "wrote"]
    since: int


Nearness = Callable[[Own], pl.DataFrame]
"""From somebody's works to ``work``, ``cosine``: how near all works that have a vector are to the mean of theirs."""


class Topic(NamedTuple):
    """What somebody works on.

    Attributes:
        own: the works that say so.
        terms: ``number``, ``term``, ``weight`` (which sums to 1) and ``works``, own works that bear it; best first.
        held: ``work``, ``number``, ``strength`` in [0, 1]: which works hold which term, and how much they are about it.
    """

    own: Own
    terms: pl.DataFrame
    held: pl.DataFrame


def own_works(snapshot: Snapshot, author: int, as_of: date) -> Own:
    """Somebody's recent led works; all they led where these are few, all they wrote where they led none."""
    every = led_by(written_by(snapshot, author), as_of)
    led = every.filter(pl.col("led") > 0)
    some, role = (led, "led") if led.height else (every, "wrote")
    newest = some["day"].max() or 0
    recent = some.filter(pl.col("day") > newest - 365.25 * RECENT_YEARS)  # pyrefly: ignore[unsupported-operation]
    chosen = (recent if recent.height >= ENOUGH else some).sort("day", "work", descending=[True, False]).head(MOST)
    share = 0.5 ** ((newest - pl.col("day")) / (365.25 * HALF_LIFE))  # pyrefly: ignore[unsupported-operation]
    works = chosen.select("work", share=share).with_columns(pl.col("share") / pl.col("share").sum())
    since = int(chosen["year"].min() or as_of.year)  # pyrefly: ignore[bad-argument-type]
    return Own(works.sort("work"), role, since)


def written_by(snapshot: Snapshot, author: int) -> pl.DataFrame:
    """Somebody's rows of the table ``authorships``."""
    rows = rows_of(snapshot.table("authored"), "author", pl.Series([author]))["row"]
    return snapshot.table("authorships")[rows]


def led_by(authorships: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Published authorships up to a day, with ``led``, 0 or more: how far each of them led the work.

    Where authors stand in alphabetical order nobody is known to have led; everybody has the share that they are given.
    """
    counted = nw.from_native(authorships).filter(nw.col("published"), nw.col("day") <= signals.days(as_of))
    led = nw.when(is_lead_author() | nw.col("alphabetical")).then(authorship_credit()).otherwise(nw.lit(0.0))
    return counted.with_columns(led=led).to_native()


def topic(store: Store, snapshot: Snapshot, own: Own, without: Iterable[str] = ()) -> Topic:
    """The terms that tell these works from others, and all works that hold them.

    Args:
        without: terms that are switched off.
    """
    stored = snapshot.table("versions").height
    off = {" ".join(WORDS.findall(term.casefold())) for term in without}
    kept: list[tuple[str, float, int]] = []
    parts: list[pl.DataFrame] = []
    for term, share, works in _proposed(snapshot, own).select("term", "share", "works").iter_rows():
        if len(kept) == TERMS:
            break
        if term in off or _within(term, [other for other, _, _ in kept]):
            continue
        found = pl.DataFrame(
            store.text.match(f'"{term}"', COLUMNS), schema={"record": pl.Int64, "bm25": pl.Float64}, orient="row"
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
    held = pl.concat([empty, *parts]).join(snapshot.table("versions"), on="record")
    return Topic(own, weighed, held.group_by("work", "number").agg(pl.col("strength").max()).sort("work", "number"))


def _proposed(snapshot: Snapshot, own: Own) -> pl.DataFrame:
    """``term``, ``share`` of the own works that bear it, ``works``; most telling first."""
    details = rows_of(snapshot.table("works").select("work", "title", "keywords"), "work", own.works["work"])
    borne = terms.of(details.lazy()).collect().join(own.works, on="work")
    counted = borne.group_by("term").agg(pl.col("share").sum(), works=pl.len())
    usual = snapshot.table("terms")
    known = counted.join(usual.select("term", "keyword", usual="share"), on="term", how="left")
    rare = 1 / max(snapshot.table("works").height, 2)
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


def _within(term: str, others: Iterable[str]) -> bool:
    """Whether a term says nothing beside others: it is a part of one of them, or one of it."""
    mine = {stem(word) for word in term.split()}
    theirs = [{stem(word) for word in other.split()} for other in others]
    return any(mine <= other or other <= mine for other in theirs)


def matches(store: Store, snapshot: Snapshot, author: int, as_of: date, without: Iterable[str] = ()) -> Matches:
    """Works on what somebody works on, as an interest of theirs would have found them.

    Args:
        without: terms that are switched off.
    """
    own = own_works(snapshot, author, as_of)
    found = topic(store, snapshot, own, without)
    counted = snapshot.table("works").filter("published", pl.col("date") <= as_of)
    frame = nearest(found, nearness(open_reader(store, snapshot))).join(counted, on="work", how="semi")
    frame = frame.select("work", "match", "words", direct="words")
    name = rows_of(snapshot.table("authors"), "author", pl.Series([author]))["name"][0]
    read = [
        Term(term, round(weight, 3), works)
        for term, weight, works in found.terms.select("term", "weight", "works").iter_rows()
    ]
    return Matches(frame, (Term(wording(name), 1.0, frame.height), *read), said(name, own), text=True)


def wording(name: str) -> str:
    """What stands where an interest would."""
    return f"work like that of {name}"


def said(name: str, own: Own) -> str:
    """What somebody's topic is read from, for whoever reads the answer."""
    works = f"{own.works.height} work{'s' * (own.works.height != 1)}"
    return f"Read from the {works} since {own.since} that {name} {own.role}."


def nearest(found: Topic, near: Nearness | None = None) -> pl.DataFrame:
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


def nearness(reader: Reader) -> Nearness | None:
    """How near works are to somebody's in meaning; None where no encoder has read them."""
    if not reader.available:
        return None
    works, vectors = reader.titles

    def near(own: Own) -> pl.DataFrame:
        mine = own.works.join(pl.DataFrame({"work": works}).with_row_index("row"), on="work")
        mean = mine["share"].to_numpy() @ vectors[mine["row"].to_numpy()].astype(np.float32)
        length = float(np.linalg.norm(mean))
        if length == 0.0:
            return pl.DataFrame(schema={"work": pl.UInt32, "cosine": pl.Float32})
        return pl.DataFrame({"work": works, "cosine": cosines(mean / length, vectors)})

    return near


def closest(reader: Reader, own: Own, works: pl.Series) -> pl.DataFrame:
    """``work``, ``own``: for works that are read, the one of somebody's that is nearest in meaning."""
    empty = pl.DataFrame(schema={"work": pl.UInt32, "own": pl.UInt32})
    if not reader.available:
        return empty
    numbers, vectors = reader.titles
    rows = pl.DataFrame({"work": numbers}).with_row_index("row")
    theirs, mine = (rows.join(some.to_frame("work"), on="work", how="semi") for some in (works, own.works["work"]))
    if theirs.is_empty() or mine.is_empty():
        return empty
    a, b = (vectors[side["row"].to_numpy()].astype(np.float32) for side in (theirs, mine))
    best = (a @ b.T / np.maximum(np.linalg.norm(b, axis=1), 1e-9)).argmax(axis=1)
    return pl.DataFrame({"work": theirs["work"], "own": mine["work"].gather(best)})


def people(
    snapshot: Snapshot, matches: pl.DataFrame, as_of: date, without: pl.Series
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Whose recent led works are nearest, and these works.

    Args:
        matches: as :func:`nearest` gives them.
        without: works that count for nobody, such as all that the person is on: who writes with somebody is not
            thereby like them.

    Returns:
        ``author``, ``nearness`` in [0, 1], ``alike`` (works), nearest first; and ``author``, ``work``, ``match``.
    """
    others = matches.filter(~pl.col("work").is_in(without.implode()))
    best = others.sort("match", "work", descending=[True, False]).head(BEST)
    rows = led_by(rows_of(snapshot.table("authorships"), "work", best["work"]), as_of).filter(pl.col("led") > 0)
    newest = rows["day"].max() if rows.height else signals.days(as_of)
    reach = pl.min_horizontal(pl.lit(newest), pl.col("seen_until").fill_null(newest))  # what could have been seen
    fresh = 0.5 ** ((reach - pl.col("day")).clip(lower_bound=0) / (365.25 * HALF_LIFE))
    rows = rows.join(best, on="work").with_columns(worth=pl.col("match") * pl.col("led") * fresh)
    rows = rows.sort("author", "worth", "work", descending=[False, True, False])
    nth = pl.int_range(pl.len()).over("author")
    rows = rows.with_columns(part=(1 - DISCOUNT) * DISCOUNT**nth * pl.col("worth"))
    sums = rows.group_by("author").agg(nearness=pl.col("part").sum(), alike=pl.len())
    return sums.sort("nearness", "author", descending=[True, False]), rows.select("author", "work", "match")
