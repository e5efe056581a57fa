"""Places that a work lists without saying whose they are."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from finder.model import Affiliation, Authorship, Work
from finder.storage import Store
from tests.worlds import put, stored, work

VALDORRA, HESTOR, RUVE = "University of Valdorra", "University of Hestor", "Ruve University"


def listing(title: str, *people: str | Authorship, places: tuple[str, ...], date: str = "2025-06-01") -> Work:
    return work(title, *people, date=date, unplaced=tuple(map(Affiliation, places)))


def everywhere(store: Store) -> dict[str, dict[str, int]]:
    """How often each was seen where."""
    snapshot = store.snapshots.current_snapshot()
    named = snapshot.load_table("affiliations").join(
        snapshot.load_table("institutions").select("institution", place="name"), on="institution"
    )
    named = named.join(snapshot.load_table("authors").select("author", who="name"), on="author")
    found: dict[str, dict[str, int]] = {}
    for who, place, times in named.group_by("who", "place").agg(pl.col("count").sum()).sort("who", "place").iter_rows():
        found.setdefault(who, {})[place] = times
    return found


# who prints the names, so that they are known
KNOWN = [
    work(
        "Nothing of note", f"Ola Prins @ {VALDORRA}", f"Per Quast @ {HESTOR}", f"Una Ridder @ {RUVE}", date="2019-01-01"
    )
]


def test_all_authors_are_at_the_one_place_that_is_listed_by_several_names(tmp_path: Path) -> None:
    names = ("Department of Walking, University of Valdorra", "UNIVERSITY OF VALDORRA", "Univ. of Valdorra, Graz")
    one = listing("Walking", "Ada Vell", "Bo Rask", "Cy Ode", "Di Pell", places=names)
    two = listing("Running", "Eve Zand", "Fay Ylst", places=(VALDORRA, HESTOR))
    unread = listing("Swimming", "Gus Xanth", "Hal Wend", places=(VALDORRA, "Somewhere Else Entirely"))
    profiles = listing("Diving", Authorship("Ida Volk", ids=("openreview:~Ida_Volk1",)), "Jo Umber", places=names)
    found = everywhere(stored(tmp_path, *KNOWN, one, two, unread, profiles))

    assert [found.get(who) for who in ("Ada Vell", "Bo Rask", "Cy Ode", "Di Pell")] == [{VALDORRA: 1}] * 4
    assert not {"Eve Zand", "Fay Ylst", "Gus Xanth", "Hal Wend", "Ida Volk", "Jo Umber"} & set(found)


def test_somebody_seen_twice_at_just_one_of_the_places_is_there(tmp_path: Path) -> None:
    before = [
        work("Earlier", f"Ada Vell @ {VALDORRA}", f"Bo Rask @ {HESTOR}", date="2024-11-01"),
        work("Later", f"Ada Vell @ {VALDORRA}", f"Bo Rask @ {VALDORRA}", date="2025-01-01"),
        work("Latest", f"Bo Rask @ {HESTOR}", f"Ada Vell @ {VALDORRA}", date="2025-02-01"),
        work("Last", f"Bo Rask @ {VALDORRA}", f"Cy Ode @ {RUVE}", date="2025-03-01"),
    ]
    shuffled = listing("Shuffled", "Ada Vell", "Bo Rask", "Cy Ode", places=(HESTOR, VALDORRA, RUVE))
    long_after = listing("Long after", "Ada Vell", "Bo Rask", places=(RUVE, VALDORRA), date="2027-01-01")
    found = everywhere(stored(tmp_path / "once", *before, shuffled, long_after))

    assert found["Ada Vell"] == {VALDORRA: 4}
    assert found["Bo Rask"] == {VALDORRA: 2, HESTOR: 2}  # may be at both
    assert found["Cy Ode"] == {RUVE: 1}  # once is not enough
    # one after the other gives the same
    store = stored(tmp_path / "later", long_after, shuffled)
    put(store, *before)
    assert everywhere(store) == found


def test_a_place_that_keeps_standing_on_the_works_is_theirs_unless_it_may_be_a_co_authors(tmp_path: Path) -> None:
    ada, gil = Authorship("Ada Vell", ids=("dblp:01/1",)), Authorship("Gil Tamm", ids=("dblp:01/2",))
    others = (("Bo Rask", HESTOR), ("Cy Ode", RUVE), ("Di Pell", "Ghost College"))
    together = [
        listing(f"Title of {other}", ada, other, gil, places=(VALDORRA, place), date=f"2025-0{number}-01")
        for number, (other, place) in enumerate(others, start=1)
    ]
    apart = [
        listing(f"Sequel of {other}", ada, other, places=(VALDORRA, place), date=f"2024-0{number}-01")
        for number, (other, place) in enumerate(others, start=1)
    ]
    assert not {"Ada Vell", "Gil Tamm"} & set(everywhere(stored(tmp_path / "both", *KNOWN, *together)))
    found = everywhere(stored(tmp_path / "she", *KNOWN, *together, *apart))
    assert found["Ada Vell"] == {VALDORRA: 6}
    assert "Gil Tamm" not in found


def test_a_name_that_only_lists_bear_makes_no_institution(tmp_path: Path) -> None:
    store = stored(tmp_path, *KNOWN, listing("Walking", "Ada Vell", places=("Uni A, Uni B", "Ghost College")))
    names = store.snapshots.current_snapshot().load_table("institutions")["name"].to_list()
    assert sorted(names) == sorted((VALDORRA, HESTOR, RUVE))
