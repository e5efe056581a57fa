"""Somebody of the fictional world is forgotten, and the world is collected, visited and swept once more."""

from __future__ import annotations

import asyncio

import polars as pl
import pytest

from finder import demo_store
from finder.outreach import identity_tracking
from finder.privacy import person_erasure
from finder.publication import resolve_and_publish
from finder.storage import Store
from finder.text.names import name_key
from tests.everything import found
from tests.once import demo_home

NOW, LATER = "2026-11-22T00:00:00+00:00", "2026-11-29T00:00:00+00:00"


def somebody(store: Store) -> dict[str, object]:
    """Whoever has a page on which they state something, most works, and a name of their own."""
    snapshot = store.snapshots.current_snapshot()
    stating = snapshot.load_table("statements").select("author").unique()
    people = (
        snapshot.load_table("authors").filter(pl.col("homepage").is_not_null()).join(stating, on="author", how="semi")
    )
    everybody = snapshot.load_table("authors")["name"].map_elements(name_key, return_dtype=pl.String).to_list()
    return next(
        row
        for row in people.sort("works_count", descending=True).to_dicts()
        if everybody.count(name_key(row["name"])) == 1
    )


@pytest.mark.timeout(300)  # the world is built twice
def test_nothing_is_left_and_nothing_comes_back(tmp_path_factory: pytest.TempPathFactory) -> None:
    with demo_store.open_demo_store(demo_home(tmp_path_factory), pytest.fail) as store:
        person = somebody(store)
        name, home = str(person["name"]), store.home
        words = [name, name_key(name), name_key(name).replace(" ", "-"), str(person["homepage"])]
        words += [id_.partition(":")[2] for id_ in [*person["ids"], person["author_id"]] if "//" not in id_]  # type: ignore[has-type]
        identity_tracking.add_to_shortlist(store, str(person["author_id"]), "", NOW)
        assert len(found(home, *words)) > 10
        works = store.snapshots.current_snapshot().load_table("works").height
        answers = store.connection.execute("select count(*) from reply").fetchone()[0]

        done = person_erasure.erase_person(store, person_erasure.find_erasure_target(store, name, NOW), NOW)
        assert done.changed["shortlist entries"] == 1
        assert found(home, *words) == []
        kept = store.connection.execute("select count(*) from reply").fetchone()[0]
        assert answers * 0.9 < kept < answers

        store.connection.execute("delete from completed")
        asyncio.run(demo_store._build_demo_store(store))
        resolve_and_publish(store, LATER)
        assert store.snapshots.current_snapshot().load_table("works").height >= works - done.changed["records"]
    assert found(home, *words) == []
