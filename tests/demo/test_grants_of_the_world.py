"""Whose grants are which in the fictional world, held to its truth: precision and recall, and no wrong join."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

from data.demo.builder import grants
from data.demo.builder.model import World
from finder import answers, demo_store
from finder.answers import Query
from finder.demo_metadata import demo_today
from finder.reference_data import package_data_folder
from finder.storage import Store

KINDS = ("orcid", "name", "initials", "stranger elsewhere", "another ORCID")


def joined(store: Store) -> dict[str, set[str]]:
    """Ids of people by id of the grant."""
    snapshot = store.snapshots.current_snapshot()
    rows = snapshot.load_table("grant_holders").join(
        snapshot.load_table("authors").select("author", "author_id", "ids"), on="author"
    )
    keys = store.records.record_keys(rows["record"].unique().to_list())
    found: dict[str, set[str]] = {}
    for record, author_id, ids in rows.select("record", "author_id", "ids").iter_rows():
        found.setdefault(keys[record][2], set()).update((author_id, *ids))
    return found


def test_whose_grants_are_which(store: Store, truth: dict[str, Any]) -> None:
    stored = {keys[2] for keys in store.records.record_keys(store.records.record_ids()).values() if keys[1] == "grant"}
    found, right, asked, wrong = joined(store), Counter[str](), Counter[str](), []
    for grant in truth["grants"]:
        if grant["id"] not in stored:
            continue  # it has ended, or is on nothing that was asked for
        kind, whose = grant["kind"], grant["whose"]
        asked[kind] += 1
        if grant["id"] in found:
            if whose in found[grant["id"]]:
                right[kind] += 1
            else:
                wrong.append(grant["id"])
    own = sum(asked[kind] for kind in ("orcid", "name", "initials"))
    joins = sum(right.values()) + len(wrong)
    said = "; ".join(f"{kind}: {right[kind]} of {asked[kind]}" for kind in KINDS)
    sys.stdout.write(
        f"\ngrant -> person: precision {sum(right.values()) / joins:.3f} ({len(wrong)} wrong of {joins} joins), "
        f"recall {sum(right.values()) / own:.3f} of {own} ({said})\n"
    )

    assert wrong == []
    assert asked["stranger elsewhere"] >= 5
    assert asked["another ORCID"] >= 5
    assert right["initials"] == 0
    assert right["orcid"] == asked["orcid"] > 30
    assert right["name"] >= 0.8 * asked["name"] > 30


def test_the_committed_networks_are_what_the_builder_makes_and_are_stored(world: World, store: Store) -> None:
    assert (package_data_folder() / "demo" / demo_store.NETWORKS).read_bytes() == grants.pack_networks(world)
    names = {grant["acronym"] for grant in grants.make_networks(world)}
    titles = store.snapshots.current_snapshot().load_table("raw_grants").filter(source="cordis")["title"]
    assert {title.partition(":")[0] for title in titles} == names


def test_an_answer_of_the_world_says_who_has_money(store: Store) -> None:
    found = answers.find_advisors(store, Query("multimodal learning", demo_today(), traits=("funded",), top=200))

    assert len(found.results) > 5
    assert all(row["grants"] for row in found.results)
    assert any(row["grants"][0]["on_topic"] for row in found.results)
