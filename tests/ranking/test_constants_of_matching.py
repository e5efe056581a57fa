"""Constants of fields, related terms and meaning, each guarded by a judged answer that a turn makes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from types import ModuleType, SimpleNamespace

import numpy as np
import polars as pl
import pytest

from finder.encoder import quantize_vectors
from finder.ranking import research_fields, text_match, title_similarity
from finder.ranking.title_similarity import TitleSimilarity
from finder.resolution import coverage_end
from finder.storage import Store
from tests.worlds import stored, work

TODAY = date(2026, 11, 1)


def letters(number: int) -> str:
    return chr(97 + number // 26) + chr(97 + number % 26)


# --- meaning -----------------------------------------------------------------------------------------------------


def near(cosine: float) -> float:
    """What a work that is so near gives."""
    found = TitleSimilarity(np.array([7]), np.array([cosine])).similarity_scores()
    return float(found.values.sum())


def likeness(work: tuple[float, float]) -> float:
    """How near a work is to an interest that points along the first axis, whose best works point along the second."""
    vectors = np.array([(0.0, 1.0, 0.0), (*work, 0.0)], np.float32)
    reader = SimpleNamespace(
        is_available=True,
        title_vectors=(np.array([1, 2], np.uint32), quantize_vectors(vectors)),
        encode=lambda texts, _: np.array([(1.0, 0.0, 0.0)] * len(texts), np.float32),
    )
    found = title_similarity.compute_title_similarity(reader, "x", np.array([1]))  # type: ignore[arg-type]
    assert found is not None
    return float(found.cosines[1])


def likeness_by_field(work: tuple[float, float]) -> float:
    """The same where the terms of the field that it names point along the second axis."""
    reader = SimpleNamespace(
        is_available=True,
        title_vectors=(np.array([1], np.uint32), quantize_vectors(np.array([(*work, 0.0)], np.float32))),
        encode=lambda texts, _: np.array([(1.0, 0.0, 0.0), *[(0.0, 1.0, 0.0)] * (len(texts) - 1)], np.float32),
    )
    none = pl.Series([], dtype=pl.UInt32)
    found = title_similarity.compute_title_similarity(reader, "x", none, ("a", "b"))  # type: ignore[arg-type]
    assert found is not None
    return float(found.cosines[0])


Judgement = Callable[[], bool]
MEANING: list[tuple[ModuleType, str, float, Judgement]] = [
    (title_similarity, "LEAST", 0.3, lambda: near(0.42) == 0),  # a talk of the same field is not the same topic
    (title_similarity, "LEAST", 0.7, lambda: near(0.65) > 0.3),
    (
        title_similarity,
        "SPAN",
        0.9,
        lambda: near(0.78) > 0.8,
    ),  # another way to say the same counts nearly as the words do
    (title_similarity, "SPAN", 0.05, lambda: near(0.52) < 0.4),
    (title_similarity, "MOST", 0.5, lambda: near(0.9) > 0.8),
    (title_similarity, "MOST", 1.2, lambda: near(0.9) < 1.0),
    (
        title_similarity,
        "BY_SEEDS",
        0.0,
        lambda: near(likeness((0.3, 0.95))) > 0.2,
    ),  # what its best works are about is meant
    (
        title_similarity,
        "BY_FIELD",
        0.09,
        lambda: near(likeness_by_field((0.3, 0.95))) > 0.2,
    ),  # nor is only its name meant
    (title_similarity, "BY_FIELD", 0.9, lambda: near(likeness_by_field((1.0, 0.0))) > 0.8),
    (title_similarity, "BY_SEEDS", 0.8, lambda: near(likeness((1.0, 0.0))) > 0.8),  # and so is what was typed
]


# --- fields and related terms ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Works of a field that hardly name it, works at its venue, and others."""
    own = [work(f"Point cloud {letters(n)}", f"Po{letters(n)} Int", date="2025-01-01") for n in range(12)]
    both = [
        work(f"Depth estimation with a point cloud {letters(n)}", f"Bo{letters(n)} Th", date="2025-01-01")
        for n in range(4)
    ]
    there = [
        work(f"A lens for tides {letters(n)}", f"Ve{letters(n)} Nue", venue="3DV 2025", date="2025-01-01")
        for n in range(4)
    ]
    named = [work("A survey of 3D vision", "Na Med", date="2025-01-01")]
    named += [work("Three shapes: a point cloud in 3D vision", "Na Ming", date="2025-01-01")]
    # a field whose name every fifth of its works holds
    spoken = [work(f"Speech synthesis {letters(n)}", f"Sp{letters(n)} Eech", date="2025-01-01") for n in range(8)]
    spoken += [work(f"Owls in speech synthesis and speech processing {n}", "Sp Oken", date="2025-01-01") for n in "ab"]
    topic = [
        work(f"Modality dropout for gated fusion {letters(n)}", f"Mo{letters(n)} Dal", date="2025-01-01")
        for n in range(8)
    ]
    beside = [work(f"Gated fusion of {what}", f"Fu{what} Sion", date="2025-01-01") for what in ("sensors", "signals")]
    beside += [work("Silver tides", "Si Lver", date="2025-01-01", abstract="As gated fusion does.")]
    rest = [work(f"Colloids {letters(n)}", f"Co{letters(n)} Loid", date="2024-01-01") for n in range(80)]
    store = stored(tmp_path_factory.mktemp("fields"), *own, *both, *there, *named, *spoken, *topic, *beside, *rest)
    yield store
    store.close()


def matches(store: Store, interest: str) -> dict[str, float]:
    """The best match by how titles begin."""
    snapshot = store.snapshots.current_snapshot()
    found = text_match.match_works(store, snapshot, interest, TODAY)
    titled = found.frame.join(snapshot.load_table("works").select("work", "title"), on="work")
    best: dict[str, float] = {}
    for title, value in titled.select("title", "match").iter_rows():
        begins = " ".join(title.split()[:2])
        best[begins] = max(best.get(begins, 0.0), value)
    return best


Found = dict[str, float]
FIELDS: list[tuple[ModuleType, str, float, str, Callable[[Found], bool]]] = [
    # where one work in seventeen holds the name of the field its terms stand in, where one in five does it is enough
    (research_fields, "NAMED", 0.027, "3D vision", lambda m: "Point cloud" in m),
    (research_fields, "NAMED", 0.27, "speech processing", lambda m: "Owls in" in m and "Speech synthesis" not in m),
    (research_fields, "TERM", 0.2, "3D vision", lambda m: m.get("Point cloud", 0) > 0.3),
    (research_fields, "TERMS", 0.1, "3D vision", lambda m: m.get("Point cloud", 0) > 0.3),
    (research_fields, "TERMS", 1.0, "3D vision", lambda m: m["Depth estimation"] < 0.7),
    (research_fields, "VENUE", 0.05, "3D vision", lambda m: m["A lens"] > 0.25),
    (research_fields, "VENUE", 0.95, "3D vision", lambda m: m["A lens"] < 0.6 * m["A survey"]),
    (text_match, "RELATED", 1.0, "modality dropout", lambda m: m["Gated fusion"] < 0.4 * m["Modality dropout"]),
    (text_match, "RELATED", 0.05, "modality dropout", lambda m: m.get("Gated fusion", 0) > 0.15),
    (text_match, "FAINT", 0.5, "modality dropout", lambda m: "Gated fusion" in m),
    (
        text_match,
        "FAINT",
        0.036,
        "modality dropout",
        lambda m: "Silver tides" not in m,
    ),  # a related term in passing is chance
]


@pytest.mark.parametrize("case", MEANING, ids=lambda case: f"{case[1]}={case[2]}")
def test_a_turned_constant_makes_a_judged_nearness_wrong(
    case: tuple[ModuleType, str, float, Judgement], monkeypatch: pytest.MonkeyPatch
) -> None:
    module, name, turned, holds = case

    assert holds()
    monkeypatch.setattr(module, name, turned)
    assert not holds()


@pytest.mark.parametrize("case", FIELDS, ids=lambda case: f"{case[1]}={case[2]}")
def test_a_turned_constant_makes_a_judged_field_or_term_wrong(
    library: Store,
    case: tuple[ModuleType, str, float, str, Callable[[Found], bool]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module, name, turned, interest, holds = case

    assert holds(matches(library, interest))
    monkeypatch.setattr(module, name, turned)
    assert not holds(matches(library, interest))


def test_little_is_said_to_be_stored_below_twenty_works(library: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = library.snapshots.current_snapshot()

    assert (
        "Only 8 stored works hold these words"
        in text_match.match_works(library, snapshot, "modality dropout", TODAY).read
    )
    monkeypatch.setattr(text_match, "THIN", 3)
    assert "Only" not in text_match.match_works(library, snapshot, "modality dropout", TODAY).read


def test_usual_venues_are_those_of_the_last_five_years() -> None:
    """Whoever left a venue that ended for one that goes on, seven years ago, is seen until the other ends."""
    days = {"ENDED 2018": 17_600, "GOES ON 2025": 20_200}
    works = pl.DataFrame(
        {
            "work": [1, 2, 3],
            "venue": ["ENDED 2018", "GOES ON 2025", "GOES ON 2025"],
            "published": [True] * 3,
            "date": pl.Series([days["ENDED 2018"], 20_000, days["GOES ON 2025"]]).cast(pl.Int32).cast(pl.Date),
            "sources": [["paperlists"]] * 3,
        }
    )
    authorships = pl.DataFrame(
        {
            "work": [1, 2],
            "author": [5, 5],
            "day": [days["ENDED 2018"], 20_000],
            "published": [True, True],
        }
    )
    until = coverage_end.author_coverage_end(authorships, works, TODAY)["seen_until"].to_list()

    assert until == [days["GOES ON 2025"]]
