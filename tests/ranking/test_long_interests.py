"""An interest may be a text, such as an abstract: works that read like it are found, and topics are matched as ever."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder import answers
from finder.answers import Query
from finder.errors import UsageError
from finder.ingest.collector import build_fetch_request
from finder.ranking import text_match
from finder.storage import Store
from tests.ranking.test_ranking import TODAY, letters
from tests.worlds import stored, work

ABSTRACT = (
    "Barn owls fly without a sound. We measure how the serrated edges of their wing feathers damp the turbulence that "
    "other birds make, and print combs that bring the same silence to small drones in a wind tunnel."
)
ALIKE = [
    ("Serrated feathers damp turbulence at the wing of owls", "Ada Vell"),
    ("Silent drones with combs that owls' feathers inspired", "Ada Vell"),
    ("Wind tunnel measurements of sound from feathers of birds", "Bo Rask"),
]
ELSE = [f"Tunnel construction by {letters(n)} in small towns" for n in range(30)]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    others = [work(title, f"Miner {letters(n)}son", date="2026-03-01") for n, title in enumerate(ELSE)]
    alike = [work(title, f"Student {letters(n)}", name, date="2026-03-01") for n, (title, name) in enumerate(ALIKE)]
    return stored(tmp_path_factory.mktemp("store"), *alike, *others)


def found(store: Store, interest: str) -> list[str]:
    """Titles of the works an interest matches, best first."""
    snapshot = store.snapshots.current_snapshot()
    frame = text_match.match_works(store, snapshot, interest, TODAY).frame
    titles = frame.join(snapshot.load_table("works"), on="work").sort("match", "title", descending=[True, False])
    return titles["title"].to_list()


def test_a_text_finds_works_that_read_like_it_and_who_leads_on_them(store: Store) -> None:
    assert set(found(store, ABSTRACT)[:3]) == {title for title, _ in ALIKE}
    best = answers.find_advisors(store, Query(ABSTRACT, TODAY)).results
    assert [row["name"] for row in best[:2]] == ["Ada Vell", "Bo Rask"]
    assert best[0]["evidence"]


def test_a_text_of_words_that_nobody_uses_finds_nothing(store: Store) -> None:
    assert found(store, "qwerty zxcvb asdfg hjkl poiuy mnbvc lkjhg fdsa trewq yuiop") == []


def test_a_topic_still_wants_its_words(store: Store) -> None:
    assert found(store, "wind tunnel") == [ALIKE[2][0]]


def test_a_longer_topic_that_no_work_holds_whole_finds_what_reads_like_it(store: Store) -> None:
    assert found(store, "owl feather serration drone silence")[0] in {ALIKE[0][0], ALIKE[1][0]}


@given(st.text(max_size=300))
def test_any_text_is_answered(store: Store, text: str) -> None:
    frame = text_match.match_works(store, store.snapshots.current_snapshot(), text, TODAY).frame
    assert frame["match"].is_between(0, 1).all()
    assert frame["work"].is_unique().all()


def test_sources_are_not_searched_for_a_text() -> None:
    assert build_fetch_request("silent flight of owls", TODAY).interest == "silent flight of owls"
    with pytest.raises(UsageError, match="name its topic in a few words"):
        build_fetch_request(ABSTRACT, TODAY)
