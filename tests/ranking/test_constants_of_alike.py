"""Constants of comparing texts, each guarded by a judged case that a turn makes wrong: what reads like what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest

from finder.ranking import document_similarity
from finder.storage import FullText, open_store
from finder.storage.records import encode_record
from tests.worlds import NOW, work


@contextmanager
def library(home: Path, titles: Sequence[str]) -> Iterator[FullText]:
    """The full text of works with these titles."""
    with open_store(home) as store:
        store.records.put_records([encode_record(work(title, "Ada Vell")) for title in titles], fetched_at=NOW)
        store.records.update_fulltext()
        yield store.text


def letters(number: int) -> str:
    return chr(97 + number // 26) + chr(97 + number % 26)


def numbered(begins: str, count: int) -> list[str]:
    """So many words that occur once."""
    return [f"{begins}{letters(n // 676)}{letters(n % 676)}" for n in range(count)]


Found = dict[str, float]


def found(index: FullText, text: str, meant: dict[str, float] | None = None) -> Found:
    """How much works read like a text, by title; the best of those that are titled alike.

    Args:
        meant: how near works are to it in meaning, by how their titles begin; None without an encoder.
    """
    every = list(index.titles_and_abstracts())
    near = None
    if meant is not None:
        rows = [(id_, id_, next((v for k, v in meant.items() if title.startswith(k)), 0.0)) for id_, title, _ in every]
        near = pl.DataFrame(rows, {"record": pl.Int64, "work": pl.Int64, "meaning": pl.Float64}, orient="row")
    frame = document_similarity.similar_works(index, text, text.split(), len(every), lambda records: records, near)
    titles = {id_: title for id_, title, _ in every}
    best: Found = {}
    for id_, score in frame.select("work", "score").iter_rows():
        best[titles[id_]] = max(best.get(titles[id_], 0.0), score)
    return best


Case = tuple[str, float, Sequence[str], str, dict[str, float] | None, Callable[[Found], bool]]

REST = [f"Colloids {word}" for word in numbered("rest", 600)]
TEXT = "silent owls glide over barley fields hunting voles by ear alone"
# what ten works nearest to a text share is what it is about: seven of these speak of plumage, three of radar; of the
# next nearest, most speak of weather
ABOUT = [
    *["silent owls glide over barley fields radar"] * 3,
    *["silent owls glide over barley plumage"] * 7,
    *["silent owls weather"] * 20,
    *[f"voles {word}" for word in numbered("other", 70)],
    "alone plumage",
    "alone radar",
    "alone weather",
]
# the same with seven hundred: of the seventy nearest, thirty speak of radar and forty of plumage
CROWD = [
    *["silent owls glide over barley fields radar"] * 30,
    *["silent owls glide over barley plumage"] * 40,
    *[f"{('voles', 'hunting', 'ear')[n % 3]} {word}" for n, word in enumerate(numbered("other", 630))],
    "alone plumage",
    "alone radar",
]
LONG = " ".join(numbered("word", 100))


def nearest_of(one: str, *others: str) -> Callable[[Found], bool]:
    return lambda m: all(m.get(one, 0.0) > m.get(other, 0.0) for other in others)


CASES: list[Case] = [
    # a word of every other work says nothing, a word of every fourth says something
    (
        "COMMON",
        0.9,
        [f"{title} voles" if n % 2 else title for n, title in enumerate(REST)],
        TEXT,
        None,
        lambda m: not m,
    ),
    (
        "COMMON",
        0.09,
        [f"{title} voles" if n % 4 == 0 else title for n, title in enumerate(REST)],
        TEXT,
        None,
        lambda m: len(m) == 150,
    ),
    # where few works are stored, half of them may be on it; of 600 that is no reason
    (
        "FEW",
        30,
        [f"{title} voles" if n % 2 else title for n, title in enumerate(REST[:140])],
        TEXT,
        None,
        lambda m: len(m) == 70,
    ),
    (
        "FEW",
        300,
        [f"{title} voles" if n % 5 < 2 else title for n, title in enumerate(REST)],
        TEXT,
        None,
        lambda m: not m,
    ),
    # a work that holds the ten more usual ones of a text's hundred words is found
    (
        "ASKED",
        36,
        [
            *numbered("word", 90),
            "Colloids " + " ".join(numbered("word", 100)[90:]),
            *[" ".join(numbered("word", 100)[90:])] * 20,
        ],
        LONG,
        None,
        lambda m: any("Colloids" in title for title in m),
    ),
    # all of seven hundred works that read like it are found
    (
        "CANDIDATES",
        600,
        [f"{TEXT.split()[n % 11]} {word}" for n, word in enumerate(numbered("kind", 700))],
        TEXT,
        None,
        lambda m: len(m) == 700,
    ),
    # and all of four hundred that mean it and share no word
    (
        "JOINING",
        300,
        [f"raptor {word}" for word in numbered("kind", 400)],
        TEXT,
        {"raptor": 0.6},
        lambda m: len(m) == 400,
    ),
    # what means nearly the same counts without a word in common, what is of the same field does not
    ("NEAR", 0.9, ["raptor mute", *REST], TEXT, {"raptor": 0.6}, lambda m: "raptor mute" in m),
    ("NEAR", 0.09, ["raptor mute", *REST], TEXT, {"raptor": 0.25}, lambda m: "raptor mute" not in m),
    (
        "MEANING",
        0.2,
        ["raptor mute", "alone colloids", *REST],
        TEXT,
        {"raptor": 0.6},
        nearest_of("raptor mute", "alone colloids"),
    ),
    ("MEANING", 0.97, ["raptor mute", TEXT, *REST], TEXT, {"raptor": 0.6, TEXT: 0.55}, nearest_of(TEXT, "raptor mute")),
    ("TENTH", 0.03, ABOUT, TEXT, None, nearest_of("alone plumage", "alone radar")),
    ("TENTH", 0.3, ABOUT, TEXT, None, nearest_of("alone plumage", "alone weather")),
    ("NEAREST", 45, CROWD, TEXT, None, nearest_of("alone plumage", "alone radar")),
    # what the nearest are about counts for more than what else the text says, but not for everything
    ("SHARED", 0.2, ["hunting ear colloids", *ABOUT], TEXT, None, nearest_of("alone plumage", "hunting ear colloids")),
    ("SHARED", 1.0, ["hunting voles by ear", *ABOUT], TEXT, None, nearest_of("hunting voles by ear", "alone plumage")),
    # a work that shares one word of eleven is not half like it, one that shares six is
    ("EVEN", 0.2, ["alone colloids", TEXT, *REST], TEXT, None, lambda m: m["alone colloids"] < 0.5),
    ("EVEN", 2.25, ABOUT, TEXT, None, lambda m: m["silent owls glide over barley fields radar"] > 0.7),
    ("LEAST", 0.03, [TEXT, f"alone {' '.join(numbered('other', 60))}", *REST], TEXT, None, lambda m: len(m) == 1),
    ("LEAST", 0.5, ["alone colloids", TEXT, *REST], TEXT, None, lambda m: len(m) == 2),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}={case[1]}")
def test_a_turned_constant_makes_a_judged_reading_wrong(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, turned, titles, text, meant, holds = case

    with library(tmp_path, titles) as index:
        assert holds(found(index, text, meant))
        monkeypatch.setattr(document_similarity, name, turned)
        assert not holds(found(index, text, meant))
