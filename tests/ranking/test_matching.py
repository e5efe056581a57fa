"""What an interest matches: words as they are spelled, fields by their vocabulary, titles by meaning."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from finder import reference_data
from finder.encoder.encoder_choice import choose_encoder
from finder.ranking import research_fields, text_match
from finder.resolution import work_vectors
from finder.storage import Store
from finder.storage.light_stemmer import base_form
from tests.worlds import stored, work

TODAY = date(2026, 11, 1)


def titles(store: Store, interest: str, **more: object) -> set[str]:
    """Titles of the works that an interest matches."""
    snapshot = store.snapshots.current_snapshot()
    found = text_match.match_works(store, snapshot, interest, TODAY, **more)  # type: ignore[arg-type]
    return set(found.frame.join(snapshot.load_table("works").select("work", "title"), on="work")["title"])


ALIKE = (
    "learning learned learns learn",
    "animation animations animated",
    "networks network",
    "optimization optimizing",
    "generalization generalisation generalize",
    "planning planned plan",
    "studies study",
    "robotics robot robotic",
    "retrieval retrieve retrieving",
    "fairness fair",
    "segmentation segment",
)
APART = (
    "animation animal",
    "active activation",
    "active activity",
    "continual continuous",
    "optimal optimization",
    "generalization generative",
    "generalization general",
    "transformer transformation",
    "causal cause",
    "physics physical",
)


@pytest.mark.parametrize("words", ALIKE)
def test_forms_of_a_word_are_one_word(words: str) -> None:
    assert len({base_form(word) for word in words.split()}) == 1


@pytest.mark.parametrize("words", APART)
def test_words_of_one_stem_and_two_meanings_are_two(words: str) -> None:
    assert len({base_form(word) for word in words.split()}) == 2


@pytest.mark.parametrize(
    ("interest", "held", "other"),
    [
        ("animation", "Animations of faces", "Animal kingdoms of old"),
        ("active learning", "On active learning", "Learning with activation functions"),
        ("continual learning", "Continual learning", "Learning in continuous time"),
        ("domain generalization", "Generalizing to a new domain", "Generative models of a domain"),
        ("learning to learn", "Learning to learn from few", "What owls learn while learning"),
    ],
)
def test_works_hold_the_words_themselves(tmp_path: Path, interest: str, held: str, other: str) -> None:
    store = stored(tmp_path, work(held, "Ada Vell"), work(other, "Bo Rask"))

    assert titles(store, interest, expand=False) == {held}


def test_function_words_are_not_needed(tmp_path: Path) -> None:
    store = stored(tmp_path, work("Vision-language navigation", "Ada Vell"), work("Vision of owls", "Bo Rask"))

    assert titles(store, "vision and language", expand=False) == {"Vision-language navigation"}


def test_the_words_that_carry_an_interest_are_enough_without_an_abstract(tmp_path: Path) -> None:
    usual = [work(f"Learning {chr(97 + n)}", f"Per{chr(97 + n)} Son") for n in range(24)]
    store = stored(tmp_path, work("Multimodal explanations", "Ada Vell"), *usual)

    assert titles(store, "multimodal learning", expand=False) == {"Multimodal explanations"}


# --- fields ------------------------------------------------------------------------------------------------------


@pytest.fixture
def field_store(tmp_path: Path) -> Store:
    """Works of a field that hardly name it."""
    own = [work(f"Point cloud number {chr(97 + n)}", f"Po{chr(97 + n)} Int") for n in range(12)]
    venue = work("A lens for tides", "Ve Nue", venue="3DV 2025")
    named = work("A survey of 3D vision", "Na Med")
    rest = [work(f"Colloids {chr(97 + n)}", f"Co{chr(97 + n)} Loid") for n in range(30)]
    return stored(tmp_path, *own, venue, named, *rest)


def test_a_fields_name_stands_for_its_terms_and_venues_and_says_so(field_store: Store) -> None:
    snapshot = field_store.snapshots.current_snapshot()
    found = text_match.match_works(field_store, snapshot, "3D vision", TODAY)

    assert titles(field_store, "3D vision") >= {"A survey of 3D vision", "Point cloud number a", "A lens for tides"}
    assert {(term.text, term.kind) for term in found.terms} >= {("point cloud", "field"), ("3DV", "venue")}
    assert "Read as the field 3D vision" in found.read


@pytest.mark.parametrize(("off", "gone"), [("point cloud", "Point cloud number a"), ("3DV", "A lens for tides")])
def test_each_part_of_a_field_can_be_switched_off(field_store: Store, off: str, gone: str) -> None:
    assert gone in titles(field_store, "3D vision")
    assert gone not in titles(field_store, "3D vision", without=(off,))


def test_a_field_whose_name_its_works_hold_needs_no_terms(tmp_path: Path) -> None:
    own = [work(f"3D vision and point cloud {chr(97 + n)}", f"Po{chr(97 + n)} Int") for n in range(12)]
    store = stored(tmp_path, *own, work("A point cloud alone", "Al One"), work("Colloids", "Co Loid"))
    found = text_match.match_works(store, store.snapshots.current_snapshot(), "3D vision", TODAY)

    assert not [term for term in found.terms if term.kind == "field"]


def test_the_table_of_fields_is_whole() -> None:
    rows = reference_data.load_reference_rows("fields")
    names = [
        research_fields.field_key(name)
        for row in rows
        for name in (row["field"], *row["also"].split(";"))
        if name.strip()
    ]

    assert all(row["field"] and len(row["terms"].split(";")) >= 3 for row in rows)
    assert [name for name in set(names) if names.count(name) > 1] == []


# --- meaning -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def read_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Works whose titles the encoder has read."""
    texts = [
        "Video moment retrieval with language queries",
        "Localizing events in untrimmed clips by sentences",
        "Temporal grounding of text in videos",
        "Slow colloids in suspension",
        "Theories of fair taxation",
        "Owls of the northern valleys",
    ]
    names = ("Ada Vell", "Bo Rask", "Cy Dorn", "Di Elm", "Ed Fink", "Flo Gant")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FINDER_SEMANTIC", "auto")
        store = stored(tmp_path_factory.mktemp("read"), *map(work, texts, names))
        encoder = choose_encoder(store.home).encoder
        assert encoder is not None
        assert work_vectors.encode_works(store, encoder, kinds=("titles",))
    yield store
    store.close()


def test_works_near_in_meaning_join_marked_as_such_and_can_be_switched_off(
    read_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINDER_SEMANTIC", "auto")
    snapshot = read_store.snapshots.current_snapshot()
    found = text_match.match_works(read_store, snapshot, "video moment retrieval", TODAY)
    named = found.frame.join(snapshot.load_table("works").select("work", "title"), on="work")
    by_meaning = set(named.filter(named["words"] == 0)["title"])

    assert "Temporal grounding of text in videos" in by_meaning
    assert not {"Slow colloids in suspension", "Theories of fair taxation"} & set(named["title"])
    assert titles(read_store, "video moment retrieval", without=(text_match.MEANING,)) == {
        "Video moment retrieval with language queries"
    }


def test_where_little_is_stored_the_answer_says_so(read_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINDER_SEMANTIC", "auto")
    snapshot = read_store.snapshots.current_snapshot()

    assert (
        "Only 1 stored work holds these words"
        in text_match.match_works(read_store, snapshot, "fair taxation", TODAY).read
    )
    nothing = text_match.match_works(read_store, snapshot, "quantum chromodynamics", TODAY)
    assert nothing.frame.is_empty()
    assert "No stored work holds these words" in nothing.read
