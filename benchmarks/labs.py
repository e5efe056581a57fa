"""Labs over a store of conference papers: all of them at once, and answers for ten interests.

uv run python benchmarks/labs.py [--home FOLDER] [--papers ../shared/paperlists] [--rounds 3]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from answers import INTERESTS, TODAY, WARM, import_paper_store
from measuring import SHARED, Task, median_or_zero, print_table, run_in_fresh_process, run_named_task, time_command_line


def all_labs_task(home: str) -> Task:
    """All labs of a store, in a process that has read nothing yet."""
    from finder.answers import lab_index
    from finder.storage import open_store

    def count_all_labs() -> Mapping[str, Any]:
        with open_store(Path(home)) as store:
            found = lab_index.load_lab_index(store.snapshots.current_snapshot(), TODAY)
        return {"labs": found.found.labs.height, "members": found.found.members.height}

    return count_all_labs


def lab_answers_task(home: str, interest: str) -> Task:
    """The first answer of this process and the next ones, in seconds; imports are not counted."""
    from finder import answers
    from finder.answers import labs
    from finder.storage import open_store

    def time_lab_answers() -> Mapping[str, Any]:
        times = []
        with open_store(Path(home)) as store:
            for _ in range(1 + WARM):
                begun = time.perf_counter()
                found = labs.find_labs(store, answers.Query(interest, TODAY))
                times.append(time.perf_counter() - begun)
        return {"cold": times[0], "warm": times[1:], "labs": found.total}

    return time_lab_answers


def main() -> None:
    """Run the rounds and print medians."""
    if run_named_task({"every": all_labs_task, "answer": lab_answers_task}, sys.argv[1:]):
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="a data folder that holds papers already")
    parser.add_argument("--papers", type=Path, default=SHARED / "paperlists")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    home = options.home or import_paper_store(options.papers)
    time_command_line("labs", INTERESTS[0], "--offline", home=home)  # the files are in the system's cache from here on
    costs = [run_in_fresh_process(__file__, "every", home) for _ in range(options.rounds)]
    told = costs[0].told
    row = [
        told["labs"],
        told["members"],
        *(median_or_zero([getattr(c, name) for c in costs]) for name in ("wall", "cpu", "memory")),
    ]
    print_table("All labs at once", ["labs", "members", "wall s", "cpu s", "peak MB"], [row])
    rows, cold, warm, calls = [], [], [], []
    for interest in INTERESTS:
        rounds = [run_in_fresh_process(__file__, "answer", home, interest).told for _ in range(options.rounds)]
        cold.append(median_or_zero([told["cold"] for told in rounds]))
        warm.append(median_or_zero([seconds for told in rounds for seconds in told["warm"]]))
        calls.append(
            median_or_zero([time_command_line("labs", interest, "--offline", home=home) for _ in range(options.rounds)])
        )
        rows.append([interest, rounds[0]["labs"], *(seconds[-1] * 1000 for seconds in (cold, warm, calls))])
    rows += [
        [name, "", *(of(seconds) * 1000 for seconds in (cold, warm, calls))]
        for name, of in (("median", median_or_zero), ("worst", max))
    ]
    print_table(
        f"Answers, medians of {options.rounds} rounds",
        ["interest", "labs", "first ms", "later ms", "whole call ms"],
        rows,
    )


if __name__ == "__main__":
    main()
