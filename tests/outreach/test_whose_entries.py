"""Who on the shortlist is whom, through refreshes, judgements and suppressions."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from finder import views
from finder.errors import UsageError
from finder.outreach import anchors, shortlist
from finder.publication import publish
from finder.store import Store
from finder.views import identity
from finder.watching import wording
from tests.faces import INTEREST, small
from tests.worlds import NOW, author, put, stored, work

DAY = date(2026, 11, 1)
LATER = "2026-11-02T00:00:00+00:00"


@pytest.fixture
def faces(tmp_path: Path) -> Store:
    small(tmp_path)
    return stored(tmp_path)


def one(store: Store) -> shortlist.Listed:
    (found,) = shortlist.listed(store, DAY)
    return found


def test_a_starred_person_is_shown_with_what_is_known_of_them(faces: Store) -> None:
    id_, new = anchors.star(faces, "Ada Senior", INTEREST, NOW)
    again = anchors.star(faces, "Ada Senior", "another interest", LATER)

    found = one(faces)
    assert (new, again) == (True, (id_, False))
    assert found.row is not None
    assert found.row["current"][0]["institution"] == "Universität Nirgendwo"
    assert len(found.works) == 3
    assert found.row["matched"] == 7
    assert found.row["parts"]["share"] > 0
    assert shortlist.starred(faces) == {found.whose.author_id: id_}


def test_on_an_interest_of_nobodys_the_newest_works_are_shown_and_nothing_is_scored(faces: Store) -> None:
    anchors.star(faces, "Ada Senior", "basket weaving", NOW)

    found = one(faces)
    assert found.row is not None
    assert found.row["score"] is None
    assert set(found.row["parts"].values()) == {None}
    assert found.works[0]["date"].startswith("2025")


def test_an_entry_follows_when_the_id_changes(tmp_path: Path) -> None:
    paper = work("Bees and more", "Wei Lan @ Uni A", "Bo Rask", source_id="w-1")
    with stored(tmp_path, paper) as store:
        anchors.star(store, "Wei Lan", "bees", NOW)
        before = one(store).whose.author_id
        known = author("Wei Lan @ Uni A", "orcid:0000-0002-1825-0097")
        put(store, work("Bees and more", known, "Bo Rask", source_id="w-1"))

        found = one(store)
        assert before != found.whose.author_id == "orcid:0000-0002-1825-0097"
        assert anchors.star(store, "Wei Lan", "bees", LATER) == (found.entry.id, False)
        assert shortlist.warnings(found, [found], DAY) == []


def test_an_entry_follows_its_ids_when_no_printed_name_is_left(tmp_path: Path) -> None:
    bee, wasp = (author(f"{name} @ Uni A", "openalex:A1") for name in ("Wei Lan", "Wei Lan-Rask"))
    with stored(tmp_path, work("Bees and more", bee, source_id="w-1")) as store:
        anchors.star(store, "Wei Lan", "bees", NOW)
        put(store, work("Bees and more", wasp, source_id="w-1"))

        assert one(store).whose.author_id == "openalex:A1"
        assert one(store).name == "Wei Lan-Rask"


def test_a_person_parted_in_two_is_told_and_both_can_be_on_the_list(tmp_path: Path) -> None:
    wei = author("Wei Lan @ Uni A", "openalex:A1")
    papers = [work(f"{what} and more", wei, "Bo Rask", date=f"2025-0{n}-01")
              for n, what in enumerate(("Bees", "Wasps", "Quarks"), 1)]  # fmt: skip
    with stored(tmp_path, *papers) as store:
        anchors.star(store, "openalex:A1", "bees", NOW)
        identity.not_theirs(store, "openalex:A1", ["Quarks and more"], NOW)
        publish(store, NOW)

        found = one(store)
        assert found.whose.author_id == "openalex:A1"
        (told,) = shortlist.warnings(found, [found], DAY)
        assert "1 now count as another's" in told
        (news,) = wording.identities([found], lambda who: (f"token of {who}",))
        assert (news.kind, news.body["text"], news.marks) == ("identity", f"Wei Lan: {told}", ("token of openalex:A1",))
        assert news.key == wording.identities([one(store)], lambda _: ())[0].key  # told once
        ((other, _),) = found.whose.others
        assert anchors.star(store, other, "quarks", LATER)[1]
        assert {e.whose.author_id for e in shortlist.listed(store, DAY)} == {"openalex:A1", other}


def test_two_entries_that_become_one_person_are_told(tmp_path: Path) -> None:
    one_, two = (author("Wei Lan @ Uni A", f"openalex:A{n}") for n in (1, 2))
    with stored(tmp_path, work("Bees", one_, "Bo Rask"), work("Quarks", two, "Cy Cole")) as store:
        first, _ = anchors.star(store, "openalex:A1", "bees", NOW)
        second, _ = anchors.star(store, "openalex:A2", "bees", NOW)
        assert first != second
        identity.same(store, "openalex:A1", "openalex:A2", NOW)
        publish(store, NOW)

        listed = shortlist.listed(store, DAY)
        assert len({found.whose.author_id for found in listed}) == 1
        assert len({item.key for item in wording.identities(listed, lambda _: ())}) == 2
        assert all("on the list twice" in shortlist.warnings(found, listed, DAY)[0] for found in listed)


def test_whoever_vanished_is_kept_and_told(tmp_path: Path) -> None:
    with stored(tmp_path / "old", work("Bees", "Wei Lan @ Uni A")) as old:
        anchors.star(old, "Wei Lan", "bees", NOW)
        (entry,) = old.shortlist.all()
    with stored(tmp_path / "new", work("Quarks", "Bo Rask")) as store:
        store.shortlist.add(entry.anchors, [], entry.name, entry.interest, NOW)
        found = one(store)
        assert (found.name, found.row, found.works) == ("Wei Lan", None, [])
        assert "Nobody in the store" in shortlist.warnings(found, [found], DAY)[0]
        assert shortlist.find(store, "wei lan").id == found.entry.id


@pytest.mark.parametrize("published", [True, False])
def test_whoever_is_hidden_is_not_on_the_list_by_name_or_number(faces: Store, published: bool) -> None:
    id_, _ = anchors.star(faces, "openalex:A5001", INTEREST, NOW)
    faces.suppressions.add(views.tokens_of(faces, "openalex:A5001"), NOW)
    if published:
        publish(faces, NOW)

    assert shortlist.listed(faces, DAY) == []
    assert shortlist.starred(faces) == {}
    for who in ("Bela Newcomer", "openalex:A5001", f"#{id_}"):
        with pytest.raises(UsageError, match="not on the shortlist") as told:
            shortlist.find(faces, who)
        assert who == "Bela Newcomer" or "Bela" not in str(told.value)


def test_whoever_is_hidden_by_an_id_found_later_is_not_on_the_list(tmp_path: Path) -> None:
    with stored(tmp_path, work("Bees and more", "Wei Lan", source_id="w-1")) as store:
        anchors.star(store, "Wei Lan", "bees", NOW)
        put(store, work("Bees and more", author("Wei Lan", "openalex:A1"), source_id="w-1"))
        store.suppressions.add(["openalex:A1"], NOW)
        publish(store, NOW)

        assert shortlist.listed(store, DAY) == []


def test_an_empty_store_has_an_empty_list(store: Store) -> None:
    assert shortlist.listed(store, DAY) == []
    with pytest.raises(UsageError, match="Statuses are"):
        shortlist.listed(store, DAY, ["married"])
