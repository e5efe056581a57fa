"""How resolving grows: shares of a store resolved from scratch, and one more hundredth on top of the rest.

    uv run python benchmarks/resolving.py --home FOLDER [--rounds 3]

``--home`` holds an imported store (``finder import paperlists …``). Each figure is of a fresh process: decoding the
records, resolving, indexing the full text and publishing. The increment publishes a store of which all but one work in
a hundred were published before; the judgement publishes one in which nothing but a judgement is new.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from measuring import Task, median_or_zero, print_table, run_in_fresh_process, run_named_task

from finder.publication import resolve_and_publish
from finder.storage import open_store
from finder.storage.database import FILE

SHARES = (10, 25, 50, 100)
NOW = "2026-11-22T00:00:00+00:00"


def copy_store_records(source: Path, home: Path, test: str) -> None:
    """Copy the records of a store that pass a test on ``number``, which counts them in an order without pattern."""
    with open_store(home) as store:
        seq = store.records.last_write_seq() + 1
        store.connection.execute("attach database ? as old", (f"file:{source / FILE}?mode=ro",))
        with store.write_transaction() as db:
            db.execute(f"""insert into record
                select id, kind, source, source_id, body, fetched_at, complete, null, {seq}
                from (select *, (id * 2654435761) % 100 as number from old.record) where {test}""")
            db.execute("insert or replace into meta values ('seq', ?)", (str(seq),))


def publish_copy_task(home: str) -> Task:
    """Publish a store as it stands."""

    def publish_copied_store() -> Mapping[str, Any]:
        with open_store(Path(home)) as store:
            snapshot = resolve_and_publish(store, NOW)
        return {name: snapshot.meta[name] for name in ("works", "authorships", "authors")}

    return publish_copied_store


def main() -> None:
    """Measure and print."""
    if run_named_task({"publish": publish_copy_task}, sys.argv[1:]):
        return
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    rows = [_measure_from_scratch(options.home, share, options.rounds) for share in SHARES]
    rows += _measure_increments(options.home, options.rounds)
    head = ("", "works", "authorships", "people", "wall s", "CPU s", "peak GB", "us/authorship")
    print_table("resolving, medians", head, rows)


def _resolving_row(title: str, costs: list[Any]) -> list[object]:
    told, wall = costs[0].told, median_or_zero([cost.wall for cost in costs])
    return [
        title,
        told["works"],
        told["authorships"],
        told["authors"],
        wall,
        median_or_zero([c.cpu for c in costs]),
        median_or_zero([c.memory for c in costs]) / 1000,
        1e6 * wall / told["authorships"],
    ]


def _measure_from_scratch(source: Path, share: int, rounds: int) -> list[object]:
    costs = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            copy_store_records(source, Path(folder), f"number < {share}")
            costs.append(run_in_fresh_process(__file__, "publish", folder))
    return _resolving_row(f"{share} % from scratch", costs)


def _measure_increments(source: Path, rounds: int) -> list[list[object]]:
    more, judged = [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            copy_store_records(source, home, "number < 99")
            run_in_fresh_process(__file__, "publish", folder)
            copy_store_records(source, home, "number = 99")
            more.append(run_in_fresh_process(__file__, "publish", folder))
            with open_store(home) as store:
                store.judgements.add("same", ["dblp:0/0"], ["dblp:0/1"], ("nobody", "nobody"), NOW)
            judged.append(run_in_fresh_process(__file__, "publish", folder))
    return [_resolving_row("1 % more", more), _resolving_row("a judgement", judged)]


if __name__ == "__main__":
    main()
