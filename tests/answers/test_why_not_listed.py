"""Why somebody is where they are in an answer: every way there is not to be on a list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from finder import answers
from finder.answers import Query, rank_explanation
from finder.answers.rank_explanation import RankExplanation
from finder.errors import UsageError
from finder.features import author_summaries, stage
from finder.privacy import person_erasure
from finder.publication import resolve_and_publish
from finder.resolution import stage_model
from finder.storage import Store, open_store
from tests.faces import INTEREST, small
from tests.worlds import NOW, put, work

DAY = date(2026, 11, 1)
UNA = "Una Bird @ Nest, DE"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Store]:
    small(tmp_path)
    with open_store(tmp_path) as store:
        yield store


def why(store: Store, who: str, interest: str = INTEREST, **query: Any) -> RankExplanation:
    return rank_explanation.explain_author_rank(store, who, Query(interest, DAY, **query))


def about(found: RankExplanation) -> list[str]:
    return [reason.about for reason in found.reasons]


def test_places_bands_and_scores_are_those_of_the_list(home: Store) -> None:
    answer = answers.find_advisors(home, Query(INTEREST, DAY, countries=("DE", "FR")))
    for place, row in enumerate(answer.results, 1):
        found = why(home, row["author_id"], countries=("DE", "FR"))
        assert (found.state, found.place, found.total) == ("listed", place, answer.total)
        assert (found.band, found.score, found.parts) == (row["band"], row["score"], row["parts"])


def test_each_filter_says_what_is_known_and_what_was_asked(home: Store) -> None:
    found = why(
        home,
        "Ada Senior",
        countries=("us",),
        not_at=("NIRGENDWO",),
        since=date(2026, 1, 1),
        kind="industry",
        traits=("recruiting", "moved", "new"),
        near="50,5",
    )
    assert found.state == "filtered out"
    assert found.place is None
    assert found.parts is not None
    told = {reason.about: reason for reason in found.reasons}
    assert [*told] == ["near", "country", "recruiting", "moved", "new", "not_at", "since", "kind", "recent"]
    assert told["near"].reason == "near: where they are is not known"
    assert told["country"].reason == "country: last known DE; you asked for US"
    assert [claim["claim"] for claim in told["country"].evidence] == ["affiliation at Universität Nirgendwo"]
    assert told["since"].reason.endswith("is of 2025-05-01; you asked for 2026-01-01 or later")
    assert "silence is not a no" in told["recruiting"].reason
    assert told["kind"].reason == "kind: established faculty (likely); you asked for industry"


def test_an_unknown_country_is_one_reason_and_says_so(home: Store) -> None:
    found = why(home, "Old Hand", countries=("DE",))
    assert [reason.reason for reason in found.reasons if reason.about == "country"] == [
        "country: not known; you asked for DE"
    ]


def test_a_student_is_listed_if_asked_for(home: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "SURE", 0.5)  # of one work nobody is as sure as the record has to be
    for name, value in {"FEW": 0.0, "STRANGERS": 0.0, "ABSENT": 0.0, "SEEN": -99}.items():
        monkeypatch.setattr(stage_model, name, value)
    monkeypatch.setattr(
        author_summaries, "_is_still_valid", lambda *_: False
    )  # and it was published with the usual one
    found = why(home, "Sam Pupil")
    assert about(found) == ["stage", "recent"]
    assert found.reasons[0].reason.startswith("stage: student (likely); students are listed only")
    assert [claim["claim"][:9] for claim in found.reasons[0].evidence] == ["student: "]
    assert why(home, "Sam Pupil", stages=("student",)).is_listed


def test_below_the_cut_is_told_against_the_last_who_is_listed(home: Store) -> None:
    first = answers.find_advisors(home, Query(INTEREST, DAY)).results[0]
    found = why(home, "openalex:A5001", top=1)
    assert (found.state, found.last and found.last["author_id"]) == ("below the cut", first["author_id"])
    assert found.last
    assert found.last["parts"] == first["parts"]
    assert f"those of {first['name']}, who is the last listed, to" in found.reasons[0].reason
    claim = found.reasons[0].evidence[0]["claim"]
    assert claim.startswith("adds ")
    assert claim.endswith("last author of “Multimodal learning from few pairs”")
    moving = next(reason for reason in found.reasons if reason.about == "moving up")
    assert "would add about 0.6: place " in moving.reason


def test_whoever_has_no_recent_work_is_told_when_the_newest_was(home: Store) -> None:
    found = why(home, "Old Hand", top=1)
    recent = found.reasons[-1]
    assert recent.reason.startswith("none of their 4 works on the interest is of the two years to")
    assert recent.evidence[0]["date"] == "2022-05-01"


def test_nearest_works_tell_which_words_are_missing(home: Store) -> None:
    put(home, work("Learning to sing", UNA, date="2024-01-01"), work("On eggs", UNA, date="2025-01-01"))
    found = why(home, "Una Bird")
    assert found.state == "not matched"
    claims = [claim["claim"] for claim in found.reasons[0].evidence]
    assert claims == [
        "only author of “Learning to sing”: without multimodal",
        "only author of “On eggs”: without multimodal, learning",
    ]
    assert "nor does anybody's: collect the interest" in why(home, "Una Bird", "quantum pottery").reasons[0].reason
    assert why(home, "Una Bird").total == answers.find_advisors(home, Query(INTEREST, DAY)).total


def test_who_merely_stands_on_a_long_list_barely_matches(home: Store) -> None:
    crowd = [f"{one}{other} Member" for one in "ABCDEF" for other in "abcdef"]
    put(home, work("Learning multimodal things", *crowd))
    found = why(home, "Cc Member")
    assert (found.state, about(found)) == ("barely matched", ["barely matched"])
    assert found.reasons[0].evidence[0]["claim"] == "middle author of “Learning multimodal things”"
    assert "who barely touch it" in answers.find_advisors(home, Query(INTEREST, DAY)).left_out


def test_before_their_first_work_there_is_none(home: Store) -> None:
    found = rank_explanation.explain_author_rank(home, "openalex:A5001", Query(INTEREST, date(2020, 1, 1)))
    assert (found.state, about(found)) == ("no work", ["no work"])


def test_names_spelled_almost_alike_are_offered(home: Store) -> None:
    for typed in ("Ada Senoir", "ada", "Ada Seniör", "Adda Senior"):
        found = why(home, typed)
        if typed != "Ada Seniör":
            assert found.state == "not collected"
            assert [one.name for one in found.alike] == ["Ada Senior"]
    assert why(home, "Xaver Zzyzx").alike == ()
    assert why(home, "openalex:A999").alike == ()


def test_one_of_several_has_to_be_named_by_id(home: Store) -> None:
    with pytest.raises(UsageError, match="Name one by id"):
        why(home, "Nobody Else")


@pytest.mark.parametrize("who", ["openalex:A5001", "Bela Newcomer"])
def test_who_is_hidden_is_said_to_whom_hid_them_alone(home: Store, who: str) -> None:
    home.suppressions.add(answers.suppression_tokens(home, who), NOW)
    resolve_and_publish(home, NOW)
    assert why(home, who).state == "hidden"
    other = rank_explanation.explain_author_rank(home, who, Query(INTEREST, DAY), own=False)
    assert (other.state, other.alike) == ("not collected", ())


@pytest.mark.parametrize("who", ["openalex:A5001", "Bela Newcomer"])
@pytest.mark.parametrize("hidden_before", [False, True])
def test_who_is_forgotten_is_nobody(home: Store, who: str, *, hidden_before: bool) -> None:
    tokens = answers.suppression_tokens(home, who)
    known = person_erasure.find_erasure_target(home, who, NOW)
    if hidden_before:
        home.suppressions.add(tokens, NOW)
    person_erasure.erase_person(home, known, NOW)
    nobody = "openalex:A999" if ":" in who else "Xaver Zzyzx"
    found, stranger = why(home, who), why(home, nobody)
    assert found.state == "not collected"
    assert found.alike == ()
    assert found.reasons[0].reason == stranger.reasons[0].reason.replace(nobody, who)
