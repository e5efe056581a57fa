"""What somebody's papers of the last years are about, by their keywords, and what has come and gone."""

from __future__ import annotations

from datetime import date

import polars as pl

from finder.results import TopicShare
from finder.storage import Snapshot
from finder.tables import select_sorted_rows

YEARS = 3  # that are late, and as many before
MOST = 6  # topics shown
LEAST = 2  # papers that must bear a topic


def author_topics(snapshot: Snapshot, dated: pl.DataFrame, now: date) -> list[TopicShare]:
    """The usual topics of somebody's late papers, most usual first; none where their papers bear no keywords.

    Args:
        dated: ``work``, ``date`` of their works, one row each.
        now: the day up to which their works are stored.
    """
    late = pl.col("date") > now.replace(year=now.year - YEARS, day=min(now.day, 28))
    early = pl.col("date") > now.replace(year=now.year - 2 * YEARS, day=min(now.day, 28))
    kept = dated.select("work", "date").filter(early)
    if kept.is_empty():
        return []
    borne = select_sorted_rows(snapshot.load_table("works").select("work", "keywords"), "work", kept["work"])
    headings = snapshot.load_table("terms").filter("heading")["term"]
    each = (
        kept.join(borne, on="work")
        .filter(pl.col("keywords").list.len() > 0)
        .with_columns(late=late)
        .explode("keywords", empty_as_null=True)
        .with_columns(topic=pl.col("keywords").str.to_lowercase().str.strip_chars())
        .filter(~pl.col("topic").is_in(headings.implode()))
        .unique(("work", "topic"))
    )
    of_late, before = (each.filter(pl.col("late") == when) for when in (True, False))
    papers, earlier = of_late["work"].n_unique(), before["work"].n_unique()
    counted = of_late.group_by("topic").len("papers").filter(pl.col("papers") >= LEAST)
    former = dict(before.group_by("topic").len().iter_rows())
    return [
        TopicShare(
            topic=topic,
            papers=count,
            share=round(count / papers, 2),
            before=round(former.get(topic, 0) / earlier, 2) if earlier else None,
        )
        for topic, count in counted.sort(["papers", "topic"], descending=[True, False]).head(MOST).iter_rows()
    ]
