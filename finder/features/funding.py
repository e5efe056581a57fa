"""Who has money for research on a day: grants that run, or that are known to begin."""

from __future__ import annotations

from datetime import date

import polars as pl

from finder.storage import Snapshot
from finder.tables import select_sorted_rows


def find_running(snapshot: Snapshot, authors: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Grants of some people that have not ended on a day; one whose end is not known says nothing.

    Those that begin later count only where the day is not one before the snapshot was made: nobody knew of them then.

    Returns:
        Rows of the table ``grants`` with ``begins``, whether it is still to begin.
    """
    own = select_sorted_rows(snapshot.load_table("grants"), "author", authors["author"])
    begins = pl.col("starts").fill_null(as_of) > as_of
    running = own.filter(pl.col("ends") >= as_of).with_columns(begins=begins)
    return running if as_of >= snapshot.publication_day else running.filter(~pl.col("begins"))
