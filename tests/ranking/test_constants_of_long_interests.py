"""Constants of interests of more than two words, and of what means the same, each guarded by a judged answer.

A turn of the constant makes the answer wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from types import ModuleType

import polars as pl
import pytest

from finder.ranking import evidence_text, fulltext_index, similar_authors, text_match
from finder.storage import Store
from tests.worlds import stored, work

TODAY = date(2026, 11, 1)
FIVE = "serrated feather owls barley dusk"
SIX = "plankton bloom drifting kelp iridescence lagoon"


def letters(number: int) -> str:
    return chr(97 + number // 26) + chr(97 + number % 26)


# --- interests of three words and more ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Works that hold all words of an interest, or some, among others."""
    titles = [
        # of three words: 60 works hold these, far apart, 20 works those
        *[f"Gated mice and many beings of the long river {letters(n)} in resonance with soils" for n in range(60)],
        *["Gated mice in soils", "Soils of mice", "Resonance of mice", "Resonance of bats"],
        *[f"Woven tides and many other things of the long night {letters(n)} in harmony with amber" for n in range(20)],
        *["Woven things of amber", "Amber of mice", "Harmony of mice", "Harmony of bats"],
        # of five words: 55 works hold them, and one holds two of them
        *[f"Serrated feather of owls in barley at dusk, part {letters(n)}" for n in range(55)],
        *["Feather of serrated steel"],
        # of six words no work holds all; one holds the four that are not the rarest
        *["Plankton bloom of drifting kelp", "Plankton under iridescence"],
        *[f"Colloids {letters(n)}" for n in range(300)],
    ]
    store = stored(
        tmp_path_factory.mktemp("long"),
        *[work(title, f"Au{letters(n)} Thor", date="2025-05-01") for n, title in enumerate(titles)],
    )
    yield store
    store.close()


def found(store: Store, interest: str) -> dict[str, float]:
    """How well works match by the interest's own words, by title."""
    snapshot = store.snapshots.current_snapshot()
    frame = text_match.match_works(store, snapshot, interest, TODAY, expand=False).frame.join(
        snapshot.load_table("works"), on="work"
    )
    return dict(frame.select("title", "match").iter_rows())


Found = dict[str, float]
LONGER: list[tuple[str, float, str, Callable[[Found], bool]]] = [
    # where sixty works hold all three words, two of these are not enough; where twenty do, they are
    ("FEW", 150, "gated resonance soils", lambda m: "Gated mice in soils" not in m),
    ("FEW", 15, "woven harmony amber", lambda m: "Woven things of amber" in m),
    # where nothing holds all six words, what holds four of these is on it, though not the rarest
    ("PHRASED", 12, SIX, lambda m: "Plankton bloom of drifting kelp" in m),
    # one word of three is not enough
    ("PHRASED", 1, "woven harmony amber", lambda m: "Amber of mice" not in m),
    # five words are a topic: what holds two of them is not on it
    ("LONG", 3, FIVE, lambda m: "Feather of serrated steel" not in m),
]


@pytest.mark.parametrize("case", LONGER, ids=lambda case: f"{case[0]}={case[1]}")
def test_a_turned_constant_makes_a_judged_match_wrong(
    library: Store, case: tuple[str, float, str, Callable[[Found], bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, turned, interest, holds = case

    assert holds(found(library, interest))
    monkeypatch.setattr(text_match, name, turned)
    assert not holds(found(library, interest))


def test_a_sentence_is_read_as_a_text(library: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its words stand beside each other by chance: none is asked for by itself, and terms beside them mean nothing."""
    text = "We ask how lichens on granite cliffs above cold fjords glow when hungry gulls return from southern oceans"
    snapshot = library.snapshots.current_snapshot()

    assert text_match.match_works(library, snapshot, text, TODAY).text
    monkeypatch.setattr(text_match, "LONG", 24)
    assert not text_match.match_works(library, snapshot, text, TODAY).text


def test_fifty_works_are_not_said_to_be_little(library: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = library.snapshots.current_snapshot()

    assert "Only" not in text_match.match_works(library, snapshot, FIVE, TODAY).read
    monkeypatch.setattr(text_match, "THIN", 60)
    assert "Only 55 stored works" in text_match.match_works(library, snapshot, FIVE, TODAY).read


# --- up to when works are stored ---------------------------------------------------------------------------------


def ends(*days_ago: int) -> int:
    """How many days ago the collection ends, of works that are so old."""
    day = (TODAY - date(1970, 1, 1)).days
    counts: dict[int, int] = {}
    for ago in days_ago:
        counts[day - ago] = counts.get(day - ago, 0) + 1
    return (TODAY - text_match.latest_day_from_counts(counts, TODAY)).days


HORIZON: list[tuple[ModuleType, str, object, Callable[[], bool]]] = [
    # works are listed months late; a collection of the year before last has ended
    (text_match, "LAG", timedelta(days=60), lambda: ends(*[100] * 50) == 0),
    (text_match, "LAG", timedelta(days=600), lambda: ends(*[400] * 50) == 400),
    # two stray new works of a hundred do not make a collection go on; a tenth of them does
    (text_match, "NEWEST", 0.995, lambda: ends(*[400] * 98, 1, 1) == 400),
    (text_match, "NEWEST", 0.3, lambda: ends(*[800] * 60, *[10] * 40) == 0),
]


@pytest.mark.parametrize("case", HORIZON, ids=lambda case: f"{case[1]}={case[2]}")
def test_a_turned_constant_makes_a_judged_end_wrong(
    case: tuple[ModuleType, str, object, Callable[[], bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    module, name, turned, holds = case

    assert holds()
    monkeypatch.setattr(module, name, turned)
    assert not holds()


def test_venues_are_said_to_end_early_a_year_before_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a year is how venues are listed; two years ago is when somebody was seen last."""
    day = (TODAY - date(1970, 1, 1)).days
    half, two = ({"now": TODAY, "reach": day - ago} for ago in (180, 730))

    assert evidence_text.coverage_ends_early(two)
    assert not evidence_text.coverage_ends_early(half)
    monkeypatch.setattr(evidence_text, "UNSEEN", timedelta(days=110))
    assert evidence_text.coverage_ends_early(half)
    monkeypatch.setattr(evidence_text, "UNSEEN", timedelta(days=1095))
    assert not evidence_text.coverage_ends_early(two)


# --- where a word stands -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shelves(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Works alike in length that hold a topic in the title, as a keyword, and in the abstract."""
    filler = "On soils of the northern valleys"
    works = [
        work("Tactile graph drawing of maps", "Ti Tle", abstract=filler, keywords=("slow colours",)),
        work("On soils of the valleys", "Ke Word", abstract=filler, keywords=("tactile graph drawing",)),
        work(
            "On soils of the valleys in spring",
            "Ab Stract",
            abstract=f"{filler}: tactile graph drawing",
            keywords=("slow colours",),
        ),
        *[
            work(f"Notes of {what}", "Me Self", abstract=filler, keywords=("tactile graph drawing",))
            for what in ("autumn", "winter")
        ],
        *[
            work(f"Colloids {letters(n)} of the valleys", f"Co{letters(n)} Loid", abstract=filler, keywords=("dust",))
            for n in range(80)
        ],
    ]
    store = stored(tmp_path_factory.mktemp("shelves"), *works)
    yield store
    store.close()


PLACED = ("Tactile graph drawing of maps", "On soils of the valleys", "On soils of the valleys in spring")
Placed = tuple[float, float, float]


def by_interest(store: Store) -> Placed:
    """How well the works match an interest that hold it in title, keywords and abstract."""
    one, two, three = map(found(store, "tactile graph drawing").__getitem__, PLACED)
    return one, two, three


def by_likeness(store: Store) -> Placed:
    """How much the same works are about what somebody works on."""
    snapshot = store.snapshots.current_snapshot()
    me = snapshot.load_table("authors").filter(pl.col("name") == "Me Self")["author"][0]
    topic = similar_authors.extract_topic(store, snapshot, similar_authors.recent_led_works(snapshot, me, TODAY))
    titled = topic.held.join(snapshot.load_table("works").select("work", "title"), on="work")
    assert topic.terms["term"].to_list() == ["tactile graph drawing"]
    one, two, three = map(dict(titled.select("title", "strength").iter_rows()).__getitem__, PLACED)
    return one, two, three


COLUMNS: list[tuple[Placed, Callable[[float, float, float], bool]]] = [
    ((1.5, 1.0, 3.0), lambda title, keyword, _: title > keyword),
    ((15.0, 1.0, 3.0), lambda title, keyword, _: keyword > 0.83 * title),
    ((5.0, 0.3, 3.0), lambda title, _, abstract: abstract > 0.4 * title),
    ((5.0, 3.0, 3.0), lambda _, keyword, abstract: keyword > 1.2 * abstract),
    ((5.0, 1.0, 0.9), lambda _, keyword, abstract: keyword > 1.2 * abstract),
    ((5.0, 1.0, 9.0), lambda title, keyword, _: title > keyword),
]


@pytest.mark.parametrize(("module", "placed"), [(fulltext_index, by_interest), (similar_authors, by_likeness)])
@pytest.mark.parametrize("case", COLUMNS, ids=lambda case: f"COLUMNS={case[0]}")
def test_a_topic_in_the_title_says_more_than_as_a_keyword_and_that_more_than_in_the_abstract(
    shelves: Store,
    case: tuple[Placed, Callable[..., bool]],
    module: ModuleType,
    placed: Callable[[Store], Placed],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    turned, holds = case

    assert holds(*placed(shelves))
    monkeypatch.setattr(module, "COLUMNS", turned)
    assert not holds(*placed(shelves))
