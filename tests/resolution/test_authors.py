"""Who is who: ids first, then a name with somebody or somewhere in common, never a name alone."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from finder.model import Affiliation, Authorship, Person
from finder.storage import Store
from tests.examples import dear
from tests.worlds import NOW, author, put, stored, together, who_is_where, work


def by(store, name):  # type: ignore[no-untyped-def]
    return [titles for id_, titles in who_is_where(store).items() if name in id_]


def test_a_name_alone_does_not_make_one_person_of_two_places(tmp_path: Path) -> None:
    store = stored(tmp_path, work("One", "Ada Vell @ Uni A"), work("Two", "Ada Vell @ Uni B"))

    assert together(store) == {frozenset({"One"}), frozenset({"Two"})}


def test_a_name_alone_does_not_make_one_person_where_no_place_is_known(tmp_path: Path) -> None:
    store = stored(tmp_path, work("One", "Ada Vell"), work("Two", "Ada Vell"))

    assert together(store) == {frozenset({"One"}), frozenset({"Two"})}


def test_the_same_name_at_the_same_place_is_one_person(tmp_path: Path) -> None:
    store = stored(tmp_path, work("One", "Ada Vell @ Uni A"), work("Two", "Ada B. Vell @ Uni A"))

    assert together(store) == {frozenset({"One", "Two"})}


def test_a_shared_coauthor_follows_somebody_who_moved(tmp_path: Path) -> None:
    store = stored(
        tmp_path,
        work("One", "Ada Vell @ Uni A", "Bo Rask"),
        work("Two", "Ada Vell @ Uni B", "Bo Rask"),
        work("Three", "Ada Vell @ Uni C"),
    )

    assert by(store, "ada-vell") == [{"One", "Two"}, {"Three"}] or by(store, "ada-vell") == [{"Three"}, {"One", "Two"}]


def test_a_shared_id_joins_two_spellings(tmp_path: Path) -> None:
    store = stored(
        tmp_path,
        work("One", author("Ada Vell", "orcid:0000-0002-1825-0097")),
        work("Two", author("A. Vell", "orcid:0000-0002-1825-0097")),
    )

    assert together(store) == {frozenset({"One", "Two"})}


def test_conflicting_ids_stay_two_people_at_one_place_with_one_coauthor(tmp_path: Path) -> None:
    store = stored(
        tmp_path,
        work("One", author("Wei Lan @ Uni A", "openreview:~Wei_Lan1"), "Bo Rask"),
        work("Two", author("Wei Lan @ Uni A", "openreview:~Wei_Lan2"), "Bo Rask"),
    )

    assert by(store, "Wei_Lan1") == [{"One"}]
    assert by(store, "Wei_Lan2") == [{"Two"}]


def test_an_unlabelled_work_joins_the_only_one_of_two_namesakes_it_is_tied_to(tmp_path: Path) -> None:
    store = stored(
        tmp_path,
        work("One", author("Wei Lan @ Uni A", "openreview:~Wei_Lan1")),
        work("Two", author("Wei Lan @ Uni B", "openreview:~Wei_Lan2")),
        work("Tie", author("Wei Lan @ Uni A"), "Bo Rask"),
        work("Both", author("Wei Lan @ Uni B"), "Bo Rask"),
    )

    assert by(store, "Wei_Lan1") == [{"One", "Tie"}]
    assert by(store, "Wei_Lan2") == [{"Two", "Both"}]


def test_a_mistyped_orcid_does_not_join_different_family_names(tmp_path: Path) -> None:
    store = stored(
        tmp_path,
        work("One", author("Ada Vell", "orcid:0000-0002-1825-0097")),
        work("Two", author("Bo Rask", "orcid:0000-0002-1825-0097")),
    )

    assert len(together(store)) == 2


def test_people_who_opted_out_are_never_rebuilt(tmp_path: Path) -> None:
    store = stored(tmp_path, work("One", Authorship(""), "Bo Rask"))

    assert set(who_is_where(store)) == {i for i in who_is_where(store) if "bo-rask" in i}


def test_a_suppressed_person_is_gone_with_all_that_is_tied_to_them_and_stays_gone(tmp_path: Path) -> None:
    store = stored(
        tmp_path, work("One", author("Ada Vell @ Uni A", "orcid:0000-0002-1825-0097")), work("Two", "Ada Vell @ Uni A")
    )
    store.suppressions.add(["orcid:0000-0002-1825-0097"], NOW)
    put(store, work("Three", author("Ada Vell @ Uni A", "orcid:0000-0002-1825-0097"), "Bo Rask"))

    assert [id_ for id_ in who_is_where(store) if "ada" in id_ or "orcid" in id_] == []


def test_a_suppression_by_name_and_place_needs_no_id(tmp_path: Path) -> None:
    store = stored(tmp_path, work("One", "Ada Vell @ Uni A", "Bo Rask @ Uni A"))
    store.suppressions.add(["ada vell|name:uni a"], NOW)
    put(store, work("Two", "Ada Vell @ Uni A"))

    assert {id_.split(".")[0] for id_ in who_is_where(store)} == {"name:bo-rask"}


def test_the_list_of_suppressions_holds_no_names(tmp_path: Path) -> None:
    store = stored(tmp_path, work("One", "Bo Rask @ Uni A"))
    store.suppressions.add(["ada vell|name:uni a"], NOW)
    rows = store.connection.execute("select hash from suppression").fetchall()

    assert not any("ada" in row[0] for row in rows)


def test_a_persons_own_record_gives_places_to_their_works(tmp_path: Path) -> None:
    own = Person(
        "test",
        "p1",
        "Ada Vell",
        "2026-10-01",
        ids=("scholar:abcdefghijkl",),
        affiliations=(Affiliation("Uni B", country="DE", role="Faculty", stated=True),),
        homepage="https://example.org/ada",
    )
    store = stored(tmp_path, work("One", author("Ada Vell @ Uni A", "scholar:abcdefghijkl")), own)
    snapshot = store.snapshots.current_snapshot()

    assert snapshot.load_table("authors")["homepage"].to_list() == ["https://example.org/ada"]
    assert set(
        snapshot.load_table("affiliations").join(snapshot.load_table("institutions"), on="institution")["name"]
    ) == {
        "Uni A",
        "Uni B",
    }


def test_a_page_gives_its_owner_a_place_that_no_work_shows(tmp_path: Path) -> None:
    own = Person("test", "p1", "Ada Vell", "2026-10-01", ids=("scholar:abcdefghijkl",), homepage="https://ada.example/")
    store = stored(
        tmp_path, work("One", author("Ada Vell @ Uni A", "scholar:abcdefghijkl")), own, page_of("https://ada.example/")
    )

    assert list(who_is_where(store).values()) == [{"One"}]
    assert places(store) == {"Uni A", "Uni B"}


def test_two_namesakes_on_one_page_of_a_department_stay_two(tmp_path: Path) -> None:
    home = "https://dept.example/people"
    store = stored(
        tmp_path,
        work("One", Authorship("Ada Vell", ids=("openreview:~Ada_Vell1",), homepage=home)),
        work("Two", Authorship("Ada Vell", ids=("openreview:~Ada_Vell2",), homepage=home)),
        page_of(home),
    )

    assert together(store) == {frozenset({"One"}), frozenset({"Two"})}
    assert places(store) == set()


def page_of(url: str) -> Person:
    there = (Affiliation("Uni B", role="Professor", stated=True),)
    return Person(
        "homepages", url, "Ada Vell", "2026-10-01", ids=(f"homepage:{url}",), affiliations=there, homepage=url
    )


def places(store: Store) -> set[str]:
    """Institutions of those who have a work."""
    tables = store.snapshots.current_snapshot().load_table
    at = tables("affiliations").join(tables("authorships").select("author").unique(), on="author", how="semi")
    return set(at.join(tables("institutions"), on="institution")["name"])


people = st.lists(
    st.tuples(
        st.sampled_from(["Ada Vell", "Bo Rask", "Wei Lan"]),
        st.sampled_from(["", " @ Uni A", " @ Uni B"]),
        st.sampled_from([(), ("openreview:~X1",), ("openreview:~X2",)]),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda p: p[0],
)


@settings(max_examples=dear(25), deadline=None)
@given(works=st.lists(people, min_size=1, max_size=6), seed=st.randoms(use_true_random=False))
def test_the_order_of_input_does_not_matter_and_a_second_run_changes_nothing(tmp_path_factory, works, seed) -> None:  # type: ignore[no-untyped-def]
    records = [
        work(f"Title number {i}", *(author(name + place, *ids) for name, place, ids in people), source_id=str(i))
        for i, people in enumerate(works)
    ]
    first = stored(tmp_path_factory.mktemp("a"), *records)
    shuffled = list(records)
    seed.shuffle(shuffled)
    second = stored(tmp_path_factory.mktemp("b"), *shuffled)
    before = first.snapshots.current_snapshot().version
    put(first, *records)

    assert together(first) == together(second)
    assert first.snapshots.current_snapshot().version == before


def test_an_increment_gives_what_a_fresh_start_gives(tmp_path: Path) -> None:
    records = [
        work("One", "Ada Vell @ Uni A", "Bo Rask"),
        work("Two", "Ada Vell @ Uni B", "Bo Rask"),
        work("Three", "Ada Vell @ Uni B"),
    ]
    whole = stored(tmp_path / "whole", *records)
    grown = stored(tmp_path / "grown", records[0])
    for record in records[1:]:
        put(grown, record)

    assert who_is_where(grown) == who_is_where(whole)
