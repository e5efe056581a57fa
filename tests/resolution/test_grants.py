"""Whose grants are which: by an id, else by name, institution and years together; never by a name alone."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from worlds import author, copied, work

from finder.model import Affiliation, Grant, Investigator, Record
from finder.storage import Store

ADA, OTHER = "orcid:0000-0002-1825-0097", "orcid:0000-0001-5109-3700"
UNI, FAR = "University of Valdorra", "University of Hestor"


def grant(title: str, *people: Investigator, at: str | None = UNI, **more: object) -> Grant:
    given: dict[str, object] = {
        "source": "test",
        "source_id": title,
        "funder": "Funds",
        "start": "2024-09",
        "end": "2029-08",
        "institution": Affiliation(at) if at else None,
        **more,
    }
    return Grant(title=title, investigators=people, **given)  # type: ignore[arg-type]


def named(name: str, *ids: str, at: str | None = None) -> Investigator:
    return Investigator(name, ids, institution=Affiliation(at) if at else None)


WORKS: list[Record] = [
    work("Owls", author(f"Ada Vell @ {UNI}", ADA), date="2024-05-01"),
    work("Owls again", author(f"Ada Vell @ {UNI}", ADA), date="2026-05-01"),
    work("Stones", f"Bela Maria Orn @ {UNI}", date="2025-01-01"),
    work("Gone", f"Cleo Dant @ {UNI}", date="2012-01-01"),
    work("Twins one", author(f"Emil Fur @ {UNI}", "openalex:A1"), "Xa One"),
    work("Twins two", author(f"Emil Fur @ {UNI}", "openalex:A2"), "Xb Two"),
    *(work(f"Many {n}", author(f"Wei Lang @ Place {n}", f"openalex:A10{n}"), f"Co U{n}t") for n in range(5)),
]
GRANTS: dict[str, tuple[Grant, set[str]]] = {
    "an ORCID": (grant("g1", named("A. Vell", ADA), at=None), {"Ada Vell"}),
    "an ORCID, and another name": (grant("g2", named("Zora Quist", ADA)), set()),
    "name and institution": (grant("g3", named("Ada Vell")), {"Ada Vell"}),
    "an initial between": (grant("g4", named("Ada K. Vell")), {"Ada Vell"}),
    "another middle name": (grant("g5", named("Bela Anna Orn")), set()),
    "no middle name": (grant("g6", named("Bela Orn")), {"Bela Maria Orn"}),
    "an institution in capitals": (grant("g7", named("Ada Vell"), at="UNIVERSITY OF VALDORRA"), {"Ada Vell"}),
    "its governing body": (grant("g19", named("Ada Vell"), at="Regents of the University of Valdorra"), {"Ada Vell"}),
    "another institution": (grant("g8", named("Ada Vell"), at=FAR), set()),
    "no institution": (grant("g9", named("Ada Vell"), at=None), set()),
    "initials": (grant("g10", named("A. Vell")), set()),
    "another ORCID": (grant("g11", named("Ada Vell", OTHER)), set()),
    "other years": (grant("g12", named("Cleo Dant")), set()),
    "their years": (grant("g13", named("Cleo Dant"), start="2011", end="2013"), {"Cleo Dant"}),
    "no years": (grant("g14", named("Ada Vell"), start=None, end=None), set()),
    "two of the name there": (grant("g15", named("Emil Fur")), set()),
    "one of many of the name": (grant("g16", named("Wei Lang"), at="Place 1"), set()),
    "one of many, by an id": (grant("g17", named("Wei Lang", "openalex:A101"), at="Place 1"), {"Wei Lang"}),
    "two investigators": (grant("g18", named("Ada Vell"), named("Bela Orn")), {"Ada Vell", "Bela Maria Orn"}),
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return copied(tmp_path / "home", *WORKS, *(one for one, _ in GRANTS.values()))


def whose(store: Store) -> dict[str, set[str]]:
    snapshot = store.snapshots.current_snapshot()
    rows = snapshot.load_table("grants").join(snapshot.load_table("authors").select("author", "name"), on="author")
    found: dict[str, set[str]] = {}
    for title, name in rows.select("title", "name").iter_rows():
        found.setdefault(title, set()).add(name)
    return found


def test_what_joins_a_grant_to_a_person_and_what_does_not(store: Store) -> None:
    found = whose(store)

    assert {case: found.get(one.title, set()) for case, (one, _) in GRANTS.items()} == {
        case: expected for case, (_, expected) in GRANTS.items()
    }
    grounds = dict(store.snapshots.current_snapshot().load_table("grants").select("title", "ground").iter_rows())
    assert (grounds["g1"], grounds["g3"]) == ("orcid", "name and institution")


def test_a_grants_institution_makes_none_of_its_own(store: Store) -> None:
    names = set(store.snapshots.current_snapshot().load_table("institutions")["name"])

    assert UNI in names
    assert not {FAR, "UNIVERSITY OF VALDORRA"} & names


def test_what_two_sources_say_of_one_grant_is_one(tmp_path: Path) -> None:
    one = grant("Owl Listening", named("Ada Vell"), number="A-1234", end=None)
    other = grant("Owl listening!", named("Ada Vell", ADA), number="a1234", source="other", amount=5.5, currency="EUR")
    later = grant("Owl Listening II", named("Ada Vell"), number="A-1235", start="2027-01-15", end="2030")
    with copied(tmp_path / "home", *WORKS, one, other, later) as store:
        rows = store.snapshots.current_snapshot().load_table("grants")
        holders = store.snapshots.current_snapshot().load_table("grant_holders")

    shown = rows.select("title", "sources", "amount", "currency", "start", pl.col("ends").cast(pl.String)).rows()
    assert shown == [
        ("Owl Listening II", ["test"], None, None, "2027-01-15", "2030-12-31"),
        ("Owl listening!", ["other", "test"], 5.5, "EUR", "2024-09", "2029-08-31"),
    ]
    assert holders.height == 3


def test_a_grant_that_changed_replaces_what_it_was(tmp_path: Path) -> None:
    from worlds import put

    with copied(tmp_path / "home", *WORKS, grant("g", named("Ada Vell"))) as store:
        put(store, grant("g", named("Bela Orn")))
        assert whose(store) == {"g": {"Bela Maria Orn"}}
