"""Plot how many works on an interest the first ten advisors wrote each year.

    uv run python docs/examples/library/works_by_year.py "multimodal learning" works.html

Asks the demo world; leave out ``demo=True`` to ask your own store.
"""

from __future__ import annotations

import sys
from pathlib import Path

import altair as alt
import polars as pl

from finder import Finder


def works_by_year(finder: Finder, interest: str, people: int = 10) -> pl.DataFrame:
    """``name``, ``year``, ``works`` of the first people for an interest."""
    rows = finder.advisors(interest).to_polars().head(people)
    return rows.select("name", "matched_by_year").explode("matched_by_year").unnest("matched_by_year")


def plot_works(frame: pl.DataFrame) -> alt.Chart:
    """One line for each person."""
    return alt.Chart(frame).mark_line(point=True).encode(x="year:O", y="works:Q", color=alt.Color("name:N", sort=None))


def main(interest: str, target: Path) -> None:
    """Write the plot as a page."""
    with Finder(demo=True) as finder:
        plot_works(works_by_year(finder, interest)).save(target)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
