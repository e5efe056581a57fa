"""Who on the shortlist is whom, through refreshes, judgements and suppressions."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from finder import answers
from finder.answers import corrections
from finder.errors import UsageError
from finder.outreach import identity_tracking, shortlist
from finder.publication import resolve_and_publish
from finder.storage import Store
from finder.watch import news_text
from tests.faces import INTEREST, small
from tests.worlds import NOW, author, put, stored, work

DAY = date(2026, 11, 1)
LATER = "2026-11-02T00:00:00+00:00"


@pytest.fixture
def faces(tmp_path: Path) -> Store:
    small(tmp_path)
    return stored(tmp_path)


def one(store: Store) -> shortlist.ShortlistedPerson:
    (found,) = shortlist.load_shortlist(store, DAY)
    return found


def test_a_starred_person_is_shown_with_what_is_known_of_them(faces: Store) -> None:
    id_, new = identity_tracking.add_to_shortlist(faces, "Ada Senior", INTEREST, NOW)
    again = identity_tracking.add_to_shortlist(faces, "Ada Senior", "another interest", LATER)

    found = one(faces)
    assert (new, again) == (True, (id_, False))
    assert found.row is not None
    assert found.row["current"][0]["institution"] == "Universität Nirgendwo"
    assert len(found.works) == 3
    assert found.row["matched"] == 7
    assert found.row["parts"]["share"] > 0
    assert shortlist.entries_by_author_id(faces) == {found.whose.author_id: id_}


def test_on_an_interest_of_nobodys_the_newest_works_are_shown_and_nothing_is_scored(faces: Store) -> None:
    identity_tracking.add_to_shortlist(faces, "Ada Senior", "basket weaving", NOW)

    found = one(faces)
    assert found.row is not None
    assert found.row["score"] is None
    assert set(found.row["parts"].values()) == {None}
    assert found.works[0]["date"].startswith("2025")


def test_an_entry_follows_when_the_id_changes(tmp_path: Path) -> None:
    paper = work("Bees and more", "Wei Lan @ Uni A", "Bo Rask", source_id="w-1")
    with stored(tmp_path, paper) as store:
        identity_tracking.add_to_shortlist(store, "Wei Lan", "bees", NOW)
        before = one(store).whose.author_id
        known = author("Wei Lan @ Uni A", "orcid:0000-0002-1825-0097")
        put(store, work("Bees and more", known, "Bo Rask", source_id="w-1"))

        found = one(store)
        assert before != found.whose.author_id == "orcid:0000-0002-1825-0097"
        assert identity_tracking.add_to_shortlist(store, "Wei Lan", "bees", LATER) == (found.entry.id, False)
        assert shortlist.entry_warnings(found, [found], DAY) == []


def test_an_entry_follows_its_ids_when_no_printed_name_is_left(tmp_path: Path) -> None:
    bee, wasp = (author(f"{name} @ Uni A", "openalex:A1") for name in ("Wei Lan", "Wei Lan-Rask"))
    with stored(tmp_path, work("Bees and more", bee, source_id="w-1")) as store:
        identity_tracking.add_to_shortlist(store, "Wei Lan", "bees", NOW)
        put(store, work("Bees and more", wasp, source_id="w-1"))

        assert one(store).whose.author_id == "openalex:A1"
        assert one(store).name == "Wei Lan-Rask"


def test_a_person_parted_in_two_is_told_and_both_can_be_on_the_list(tmp_path: Path) -> None:
    wei = author("Wei Lan @ Uni A", "openalex:A1")
    papers = [
        work(f"{what} and more", wei, "Bo Rask", date=f"2025-0{n}-01")
        for n, what in enumerate(("Bees", "Wasps", "Quarks"), 1)
    ]
    with stored(tmp_path, *papers) as store:
        identity_tracking.add_to_shortlist(store, "openalex:A1", "bees", NOW)
        corrections.judge_works_misattributed(store, "openalex:A1", ["Quarks and more"], NOW)
        resolve_and_publish(store, NOW)

        found = one(store)
        assert found.whose.author_id == "openalex:A1"
        (told,) = shortlist.entry_warnings(found, [found], DAY)
        assert "1 now count as another's" in told
        (news,) = news_text.identity_news([found], lambda who: (f"token of {who}",))
        assert (news.kind, news.body["text"], news.marks) == ("identity", f"Wei Lan: {told}", ("token of openalex:A1",))
        assert news.key == news_text.identity_news([one(store)], lambda _: ())[0].key  # told once
        ((other, _),) = found.whose.others
        assert identity_tracking.add_to_shortlist(store, other, "quarks", LATER)[1]
        assert {e.whose.author_id for e in shortlist.load_shortlist(store, DAY)} == {"openalex:A1", other}


def test_two_entries_that_become_one_person_are_told(tmp_path: Path) -> None:
    one_, two = (author("Wei Lan @ Uni A", f"openalex:A{n}") for n in (1, 2))
    with stored(tmp_path, work("Bees", one_, "Bo Rask"), work("Quarks", two, "Cy Cole")) as store:
        first, _ = identity_tracking.add_to_shortlist(store, "openalex:A1", "bees", NOW)
        second, _ = identity_tracking.add_to_shortlist(store, "openalex:A2", "bees", NOW)
        assert first != second
        corrections.judge_same_person(store, "openalex:A1", "openalex:A2", NOW)
        resolve_and_publish(store, NOW)

        listed = shortlist.load_shortlist(store, DAY)
        assert len({found.whose.author_id for found in listed}) == 1
        assert len({item.key for item in news_text.identity_news(listed, lambda _: ())}) == 2
        assert all("on the list twice" in shortlist.entry_warnings(found, listed, DAY)[0] for found in listed)


def test_whoever_vanished_is_kept_and_told(tmp_path: Path) -> None:
    with stored(tmp_path / "old", work("Bees", "Wei Lan @ Uni A")) as old:
        identity_tracking.add_to_shortlist(old, "Wei Lan", "bees", NOW)
        (entry,) = old.shortlist.list_entries()
    with stored(tmp_path / "new", work("Quarks", "Bo Rask")) as store:
        store.shortlist.add(entry.anchors, [], entry.name, entry.interest, NOW)
        found = one(store)
        assert (found.name, found.row, found.works) == ("Wei Lan", None, [])
        assert "Nobody in the store" in shortlist.entry_warnings(found, [found], DAY)[0]
        assert shortlist.find_shortlist_entry(store, "wei lan").id == found.entry.id


@pytest.mark.parametrize("published", [True, False])
def test_whoever_is_hidden_is_not_on_the_list_by_name_or_number(faces: Store, published: bool) -> None:
    id_, _ = identity_tracking.add_to_shortlist(faces, "openalex:A5001", INTEREST, NOW)
    faces.suppressions.add(answers.suppression_tokens(faces, "openalex:A5001"), NOW)
    if published:
        resolve_and_publish(faces, NOW)

    assert shortlist.load_shortlist(faces, DAY) == []
    assert shortlist.entries_by_author_id(faces) == {}
    for who in ("Bela Newcomer", "openalex:A5001", f"#{id_}"):
        with pytest.raises(UsageError, match="not on the shortlist") as told:
            shortlist.find_shortlist_entry(faces, who)
        assert who == "Bela Newcomer" or "Bela" not in str(told.value)


def test_whoever_is_hidden_by_an_id_found_later_is_not_on_the_list(tmp_path: Path) -> None:
    with stored(tmp_path, work("Bees and more", "Wei Lan", source_id="w-1")) as store:
        identity_tracking.add_to_shortlist(store, "Wei Lan", "bees", NOW)
        put(store, work("Bees and more", author("Wei Lan", "openalex:A1"), source_id="w-1"))
        store.suppressions.add(["openalex:A1"], NOW)
        resolve_and_publish(store, NOW)

        assert shortlist.load_shortlist(store, DAY) == []


def test_an_empty_store_has_an_empty_list(store: Store) -> None:
    assert shortlist.load_shortlist(store, DAY) == []
    with pytest.raises(UsageError, match="Statuses are"):
        shortlist.load_shortlist(store, DAY, ["married"])
