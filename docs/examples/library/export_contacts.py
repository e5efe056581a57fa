"""Write the professors who recruit, with the works to read first, into a CSV file.

uv run python docs/examples/library/export_contacts.py "multimodal learning" contacts.csv
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from finder import Finder, Query


def contact_rows(finder: Finder, interest: str) -> pl.DataFrame:
    """``name``, ``institution``, ``says``, ``page``, ``read_first`` of professors who say that they recruit."""
    answer = finder.advisors(Query(interest, finder.today, kind="faculty", traits=("recruiting",)))
    return pl.DataFrame(
        {
            "name": row["name"],
            "institution": row["current"][0]["institution"] if row["current"] else None,
            "says": row["recruiting"]["quote"] if row["recruiting"] else None,
            "page": row["links"]["homepage"],
            "read_first": "; ".join(work["title"] for work in row["works"][:2]),
        }
        for row in answer.results
    )


def main(interest: str, target: Path) -> None:
    """Write the file."""
    with Finder(demo=True) as finder:
        contact_rows(finder, interest).write_csv(target)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
