"""One row a person: records that ids, spellings or registries part, and that company joins."""

from __future__ import annotations

from pathlib import Path

import pytest

from finder.answers import corrections, identity, lookup
from finder.ingest.file_import import import_files
from finder.publication import resolve_and_publish
from finder.resolution import link_confidence
from finder.source import discover_sources
from finder.storage import Store, open_store
from tests.shared import SHARED, needs_shared
from tests.worlds import NOW, author, put, stored, together, who_is_where, work

MATES = ("Bo Rask", "Cy Cole", "Di Dunn")
HERE = "Uni A"


def people(store: Store, name: str) -> list[str]:
    """Ids of the people who were printed with a word in their name."""
    frame = store.snapshots.current_snapshot().load_table("authors")
    return [id_ for id_, told in frame.select("author_id", "name").iter_rows() if name.casefold() in told.casefold()]


def papers(*names, mates: tuple[str, ...] = MATES, place: str = HERE) -> list:  # type: ignore[no-untyped-def]
    """A work for each name, each with the same co-authors."""
    at = [one if not isinstance(one, str) else author(f"{one} @ {place}") for one in names]
    beside = [f"{mate} @ {place}" for mate in mates]
    return [work(f"Owls part {n}", one, *beside, source_id=f"p{n}") for n, one in enumerate(at)]


def profile(name: str, *ids: str):  # type: ignore[no-untyped-def]
    return author(f"{name} @ {HERE}", *ids)


def test_two_profiles_of_one_registry_with_the_same_company_are_one(tmp_path: Path) -> None:
    one, two = (
        profile("Ada Vellmann", "openreview:~Ada_Vellmann1"),
        profile("Ada Vellmann", "openreview:~Ada_Vellmann2"),
    )
    store = stored(tmp_path, *papers(one, one, two, two, "Ada Vellmann", "Ada Vellmann"))

    assert len(people(store, "Vellmann")) == 1
    chances = (
        store.snapshots.current_snapshot().load_table("sightings").filter(pl_reason(link_confidence.PROFILES))["chance"]
    )
    assert len(chances) > 0
    assert all(chance < 0.95 for chance in chances)

    corrections.judge_different_people(store, "openreview:~Ada_Vellmann1", "openreview:~Ada_Vellmann2", NOW)
    resolve_and_publish(store, NOW)
    assert {"openreview:~Ada_Vellmann1", "openreview:~Ada_Vellmann2"} <= set(people(store, "Vellmann"))
    (made,) = store.judgements.list_judgements()
    store.judgements.remove(made.id)
    resolve_and_publish(store, NOW)
    assert len(people(store, "Vellmann")) == 1


def pl_reason(bit: int):  # type: ignore[no-untyped-def]
    import polars as pl

    return (pl.col("reasons") & bit) > 0


def test_two_profiles_without_much_in_common_stay_two(tmp_path: Path) -> None:
    one, two = (
        profile("Ada Vellmann", "openreview:~Ada_Vellmann1"),
        profile("Ada Vellmann", "openreview:~Ada_Vellmann2"),
    )
    store = stored(tmp_path, *papers(one, two, mates=("Bo Rask",)))

    assert len(people(store, "Vellmann")) == 2


def test_ids_of_different_registries_do_not_part_one_person_though_a_namesake_has_one(tmp_path: Path) -> None:
    store = stored(
        tmp_path,
        *papers(
            profile("Ada Vellmann", "openreview:~Ada_Vellmann1"),
            profile("Ada Vellmann", "ieee:37085551234"),
            "Ada Vellmann",
            profile("Ada Vellmann", "dblp:12/3456"),
        ),
        work("Quarks", author("Ada Vellmann @ Uni A", "openreview:~Ada_Vellmann2"), "Ed Eck @ Uni A"),
    )

    assert sorted(map(len, (t for t in together(store) if any("Owls" in x or x == "Quarks" for x in t)))) >= [1]
    assert {"Quarks"} in together(store)
    assert len(people(store, "Vellmann")) == 2


def test_a_name_between_two_namesakes_goes_to_the_one_it_is_tied_to_clearly_best(tmp_path: Path) -> None:
    store = stored(
        tmp_path,
        *papers(profile("Ada Vellmann", "openreview:~Ada_Vellmann1"), "Ada Vellmann"),
        work("Quarks", author(f"Ada Vellmann @ {HERE}", "openreview:~Ada_Vellmann2"), "Ed Eck"),
    )

    assert {"Owls part 0", "Owls part 1"} in together(store)
    assert {"Quarks"} in together(store)


def test_numbers_of_the_unregistered_are_no_ids(tmp_path: Path) -> None:
    store = stored(
        tmp_path,
        *papers(
            profile("Ada Vellmann", "ieee:100000000012345"),
            profile("Ada Vellmann", "ieee:100000000067890"),
            mates=("Bo Rask",),
        ),
    )

    assert len(people(store, "Vellmann")) == 1
    assert store.snapshots.current_snapshot().load_table("authors")["ids"].explode().drop_nulls().to_list() == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jürgen Vellmann", "Juergen Vellmann"),
        ("Søren Åkevell", "Soeren Aakevell"),
        ("Ana Vellez Rosso", "Ana Vellez"),
        ("J. Robert Vellmann", "Robert Vellmann"),
        ("Mei-Lin Vellmann", "Meilin Vellmann"),
        ("Mei-Lin Vellmann", "Mei Lin Vellmann"),
        ("Josh Vellmann", "Joshua Vellmann"),
        ("Bill Vellmann", "William Vellmann"),
    ],
)
def test_spellings_with_the_same_coauthors_and_place_are_one(tmp_path: Path, one: str, other: str) -> None:
    store = stored(tmp_path, *papers(one, one, other, other))

    assert len(store.snapshots.current_snapshot().load_table("authors")) == 1 + len(MATES)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Josh Vellmann", "Jonas Vellmann"),
        ("Ana Vellez Rosso", "Ana Vellez Pinto"),
        ("Yue Vellmann", "Yu Vellmann"),
        ("Robert Vellmann", "J. Rupert Vellmann"),
    ],
)
def test_names_that_are_no_spellings_of_one_stay_two(tmp_path: Path, one: str, other: str) -> None:
    store = stored(tmp_path, *papers(one, one, other, other))

    assert len(store.snapshots.current_snapshot().load_table("authors")) == 2 + len(MATES)


def test_nicknames_want_the_institution_too(tmp_path: Path) -> None:
    here, there = papers("Josh Vellmann"), papers("Joshua Vellmann", place="Uni B")
    store = stored(tmp_path, here[0], work("Wings", author("Joshua Vellmann @ Uni B"), *MATES))

    assert there
    assert len(people(store, "Vellmann")) == 2


def test_what_may_be_one_person_is_told_with_the_chance(tmp_path: Path) -> None:
    one, two = (
        profile("Ada Vellmann", "openreview:~Ada_Vellmann1"),
        profile("Ada Vellmann", "openreview:~Ada_Vellmann2"),
    )
    store = stored(
        tmp_path,
        *papers(one, two, mates=("Bo Rask",)),
        work("Bees", "Ed Eckstein @ Uni B"),
        work("Wasps", "Ed Eckstein @ Uni C"),
        # who is rare is known by how many bear the parts of a name
        *(work(f"Filler {n}", f"{sign * 4} Name{sign * 3}") for n, sign in enumerate("abcdefghijklmnopqrstuvwxyz")),
    )
    snapshot = store.snapshots.current_snapshot()
    frame = snapshot.load_table("authors")
    everybody = identity.possible_duplicates(snapshot, frame["author"])
    names = dict(frame.select("author", "name").iter_rows())
    told = {(names[row["author"]], row["reason"], row["chance"]) for row in everybody.iter_rows(named=True)}

    against = "the same rare name, 1 co-author in common, 1 institution in common, but different ids of openreview"
    assert told == {("Ada Vellmann", against, None), ("Ed Eckstein", "the same rare name", 0.8)}
    bees = lookup.resolve_author(snapshot, next(id_ for id_, t in who_is_where(store).items() if t == {"Bees"}))
    assert identity.possible_duplicates(snapshot, frame["author"].filter(frame["author"] == bees)).height == 1


def test_an_increment_joins_what_a_fresh_start_joins(tmp_path: Path) -> None:
    one, two = (
        profile("Ada Vellmann", "openreview:~Ada_Vellmann1"),
        profile("Ada Vellmann", "openreview:~Ada_Vellmann2"),
    )
    records = [
        *papers(one, two, "Ada Vellmann", "A. Vellmann", "Ada Vellmann-Rask", one),
        work("Quarks", author("Ada Vellmann", "openreview:~Ada_Vellmann3"), "Ed Eck"),
    ]
    whole, back = stored(tmp_path / "whole", *records), stored(tmp_path / "back", *reversed(records))
    grown = stored(tmp_path / "grown", records[0])
    for record in records[1:]:
        put(grown, record)

    assert together(whole) == together(grown) == together(back)


@needs_shared
@pytest.mark.parametrize(
    ("case", "name", "least", "most", "all_"),
    [
        ("dup_ids", "Quastenhoff", 1, 2, None),
        ("umlaut", "elmeier", 1, 1, 4),
    ],
)
def test_the_cases_of_identity(tmp_path: Path, case: str, name: str, least: int, most: int, all_: int | None) -> None:
    file = tmp_path / "icml2025.json"
    file.write_bytes((SHARED / "cases" / "identity" / f"{case}.icml2025.json").read_bytes())
    with open_store(tmp_path / "home") as store:
        import_files(store, discover_sources()["paperlists"], [file], now=NOW)
        resolve_and_publish(store, NOW)
        ids = people(store, name)

        assert least <= len(ids) <= most
        assert not [id_ for id_ in ids if id_.startswith("name:")] or case == "umlaut"
        assert all_ is None or store.snapshots.current_snapshot().load_table("authors").height == all_
