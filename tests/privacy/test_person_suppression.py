"""Hiding somebody holds, or is not said to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest
from somebody import LATER, ORCID, TODAY, UNI, collected

from finder import answers, publication
from finder.errors import StoreError, UsageError
from finder.model import Affiliation, Authorship, Grant, Investigator
from finder.privacy import person_erasure, person_suppression
from finder.storage import Snapshot, open_store
from finder.storage.records import encode_record
from finder.tables import TABLES
from tests import once
from tests.worlds import NOW, author, copied, put, work


def test_whoever_is_hidden_is_shown_nowhere(tmp_path: Path) -> None:
    with collected(tmp_path) as store:
        person_suppression.suppress_person(store, ORCID, LATER)
        with pytest.raises(UsageError):
            answers.person_profile(store, ORCID, TODAY)


@pytest.mark.parametrize("what", ["hide", "forget"])
def test_a_store_that_lets_go_of_the_list_is_told(what: str, tmp_path: Path) -> None:
    with collected(tmp_path) as store:
        store.connection.execute(
            "create trigger sly after insert on suppression begin delete from suppression where hash = new.hash; end"
        )
        do = {
            "hide": lambda: person_suppression.suppress_person(store, ORCID, LATER),
            "forget": lambda: person_erasure.erase_person(
                store, person_erasure.find_erasure_target(store, ORCID, LATER), LATER
            ),
        }
        with pytest.raises(StoreError, match="finder doctor"):
            do[what]()


FEATURES = ("careers", "standings")  # they count co-authors, among whom are the hidden until all is resolved again


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A published store in which Ida, known by two ids, leads a group, hosts an intern and has a namesake elsewhere."""
    once.made(tmp_path, _put_group)
    return tmp_path


def _put_group(home: Path) -> None:
    ida = ("openreview:~Ida_Host1", "orcid:0000-0002-1825-0097")
    with open_store(home) as store:
        put(
            store,
            *(
                work(
                    f"Robots {n}",
                    author("Una Stern @ Hestor University, DE", "openreview:~Una_Stern1"),
                    author("Bo Peer @ Orvel Inc, US"),
                    author("Ida Host @ Orvel Inc, US", *ida[: 1 + n % 2]),
                    date=f"202{n}-05-01",
                )
                for n in range(6)
            ),
            work(
                "Robots intern",
                _intern(),
                author("Bo Peer @ Orvel Inc, US"),
                author("Ida Host @ Orvel Inc, US"),
                date="2025-05-01",
            ),
            work("Cells", author("Ida Host @ Sheet College, GB", "openreview:~Ida_Host2"), date="2025-02-01"),
            Grant(
                "test",
                "g1",
                "Robots that listen",
                "Funds",
                (Investigator("Ida Host", ("orcid:0000-0002-1825-0097",)), Investigator("Una Stern")),
                start="2024",
                end="2029",
                institution=Affiliation("Hestor University", country="DE"),
            ),
        )


def _intern() -> Authorship:
    places = (Affiliation("Hestor University", country="DE"), Affiliation("Orvel Inc", country="US"))
    return Authorship("Una Stern", ids=("openreview:~Una_Stern1",), affiliations=places)


def tables_of(snapshot: Snapshot) -> Mapping[str, pl.DataFrame]:
    """All tables, with ids in place of the numbers of people, which differ from one publication to the next."""
    names = dict(snapshot.load_table("authors").select("author", "author_id").iter_rows())
    found = {}
    for name in TABLES.keys() - {"authored", *FEATURES}:
        frame = snapshot.load_table(name)
        numbers = [column for column in ("author", "intern", "head") if column in frame.columns]
        found[name] = frame.with_columns(pl.col(numbers).replace_strict(names, return_dtype=pl.String))
        if "hosts" in frame.columns:
            hosts = [[names[number] for number in row] for row in frame["hosts"]]
            found[name] = found[name].with_columns(hosts=pl.Series(hosts, dtype=pl.List(pl.String)))
    return found


@pytest.mark.parametrize("who", ["openreview:~Ida_Host1", "openreview:~Ida_Host2", "Una Stern"])
def test_hiding_at_once_leaves_what_resolving_all_again_leaves(who: str, home: Path) -> None:
    with open_store(home) as store:
        before = store.snapshots.current_snapshot()
        assert before.load_table("grants")["author"].n_unique() == 2
        person_suppression.suppress_person(store, who, LATER)
        made = store.snapshots.current_snapshot()
        assert made.meta["published_at"] == before.meta["published_at"] == NOW  # nothing was resolved again
        at_once, order = tables_of(made), made.load_table("authored")
        assert made.load_table("authorships")[order["row"]]["author"].equals(order["author"])
        assert (
            made.load_table("careers").height
            == made.load_table("standings").height
            < before.load_table("careers").height
        )
        whole = tables_of(publication.resolve_and_publish(store, NOW, anew=True))
    for name, frame in whole.items():
        assert at_once[name].equals(frame), name


def test_what_came_in_meanwhile_is_published_without_whoever_is_hidden(home: Path) -> None:
    with open_store(home) as store:
        more = work("Robots again", author("Ida Host @ Orvel Inc, US", "orcid:0000-0002-1825-0097"), date="2025-07-01")
        store.records.put_records([encode_record(more)], fetched_at=NOW)
        person_suppression.suppress_person(store, "openreview:~Ida_Host1", LATER)
        assert store.snapshots.current_snapshot().meta["works"] == 9
        assert (
            "openreview:~Ida_Host1"
            not in store.snapshots.current_snapshot().load_table("authors")["author_id"].to_list()
        )


def test_of_two_of_a_name_at_one_place_the_hidden_one_goes(tmp_path: Path) -> None:
    """Both are printed alike at one institution: whose the listed name is there only resolving tells."""
    one = [
        work(f"Owls {n}", author(f"Eva Twin @ {UNI}, DE", "openreview:~Eva_Twin1"), date="2025-01-01") for n in range(2)
    ]
    other = work("Waves", author(f"Eva Twin @ {UNI}, DE", "openreview:~Eva_Twin2"), date="2025-01-01")
    with copied(tmp_path, *one, other) as store:
        person_suppression.suppress_person(store, "openreview:~Eva_Twin1", LATER)
        at_once = tables_of(store.snapshots.current_snapshot())
        whole = tables_of(publication.resolve_and_publish(store, LATER, anew=True))
        assert at_once["authors"].equals(whole["authors"])
