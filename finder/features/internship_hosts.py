"""Who has hosted interns, how lately, how sure that is, and where the interns came from and went."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from finder.features import author_summaries
from finder.features.advisee_pairs import BESIDE
from finder.storage import Snapshot

RECENT = 730  # days that count as "the last two years"
PAST = 0.3  # what an older internship counts for beside one of the last two years
MOST_PAST = 0.5  # what all older ones together count for: many of them say no more about this year
OFF = 0.1  # what one off the interest counts for beside one wholly on it
ON = 0.35  # match from which a work is on the interest, not only near it
POWER = 1.5  # of a match, as in the ranking of people
SURE = 0.7  # chance from which somebody is said to have hosted; below it the proof is weak


def find_internship_papers(snapshot: Snapshot, as_of: date, author: int | None = None) -> pl.DataFrame:
    """What :func:`finder.features.internship_papers.detect_internships` finds in a snapshot.

    Args:
        author: only works of this person.
    """
    found = author_summaries.find_internships(snapshot, as_of)
    if author is None:
        return found
    works = snapshot.load_table("authorships").filter(pl.col("author") == author).select("work")
    return found.join(works, on="work", how="semi")


def papers_by_host(papers: pl.DataFrame) -> pl.DataFrame:
    """Each intern paper under the one who most likely hosted.

    Returns:
        ``author`` (the host) and the columns of ``papers``; ``hosts`` without the host: ``others``.
    """
    return papers.select(
        pl.col("hosts").list.first().alias("author"),
        pl.exclude("hosts"),
        others=pl.col("hosts").list.slice(1),
    )


def summarize_hosting(led: pl.DataFrame, now: date, on: pl.DataFrame | None = None) -> pl.DataFrame:
    """Who has hosted where, one row for each.

    Args:
        led: as :func:`papers_by_host` gives them.
        now: the day from which the last two years are counted.
        on: ``work``, ``match`` of works that fit the interest that is asked about; all fit, where it is not given.

    Returns:
        ``author``, ``company``, ``interns`` (people), ``recent`` and ``older`` (their works), ``on`` (works of both
        that are on the interest), ``hosted`` (the sum over works of interns of chance x match^POWER, those before the
        last two years counting PAST, and MOST_PAST at most), ``sure`` (the chance that there was an intern at all),
        ``newest`` (date).
    """
    late = pl.col("day") > (now - date(1970, 1, 1)).days - RECENT
    if on is None:
        matched = led.with_columns(match=pl.lit(1.0))
    else:
        matched = led.join(on.select("work", "match"), on="work", how="left", maintain_order="left")
    fit = pl.col("match").fill_null(0.0)
    worth = pl.col("chance") * pl.max_horizontal(fit**POWER, pl.lit(OFF))
    past = pl.when("late").then(0.0).otherwise(pl.col("worth") * PAST).sum().clip(upper_bound=MOST_PAST)
    counted = (
        matched.with_columns(late=late, worth=worth, on=fit >= ON)
        .group_by("author", "company")
        .agg(
            interns=pl.col("intern").n_unique(),
            recent=pl.col("late").sum(),
            older=(~pl.col("late")).sum(),
            on=pl.col("on").sum(),
            hosted=pl.when("late").then("worth").otherwise(0.0).sum() + past,
            newest=pl.col("day").max().cast(pl.Date),
        )
    )
    # one student's works stand or fall together
    each = led.group_by("author", "company", "intern").agg(chance=pl.col("chance").max())
    sure = each.group_by("author", "company").agg(sure=1 - (1 - pl.col("chance")).product())
    return counted.join(sure, on=("author", "company")).sort("author", "company")


def add_host_presence(hosting: pl.DataFrame, posts: pl.DataFrame, now: date) -> pl.DataFrame:
    """The same with ``there`` (it is a current post of theirs, seen of late) and ``seen`` (date, last seen there).

    Args:
        posts: of the hosts, as :func:`finder.features.affiliation_history.load_affiliations` gives them.
    """
    at = posts.group_by("author", company="institution").agg(there=pl.col("current").any(), seen=pl.col("last").max())
    found = hosting.join(at, on=("author", "company"), how="left")
    late = pl.col("seen") >= now - timedelta(days=RECENT)
    return found.with_columns(there=(pl.col("there") & late).fill_null(value=False))


def intern_trajectories(papers: pl.DataFrame, posts: pl.DataFrame) -> pl.DataFrame:
    """Where interns came from and where they went.

    Args:
        papers: ``work``, ``intern``, ``company``, ``day``, ``homes``.
        posts: of the interns, as :func:`finder.features.affiliation_history.load_affiliations` gives them.

    Returns:
        ``work``, ``intern``, ``company``; ``homes``: universities they printed, else those they were seen at about that
        time; of the newest post that was seen after the work: ``went`` (institution), ``role``, ``last`` (date), null
        where nothing later is known.
    """
    keys = ("work", "intern", "company")
    held = posts.select("current", "institution", "kind", "role", "first", "last", intern="author")
    both = papers.select(*keys, "day").join(held, on="intern")
    days = (pl.col("first").dt.epoch("d") - BESIDE, pl.col("last").dt.epoch("d") + BESIDE)
    beside = both.filter(pl.col("kind") == "education", pl.col("day").is_between(*days))
    seen = beside.group_by(keys).agg(seen=pl.col("institution").unique().sort())
    after = both.filter("current", pl.col("last").dt.epoch("d") > pl.col("day"))
    after = after.sort("last", pl.col("role").is_not_null(), "institution", descending=[True, True, False])
    after = after.unique(keys, keep="first", maintain_order=True).select(*keys, "role", "last", went="institution")
    homes = pl.when(pl.col("homes").list.len() > 0).then("homes").otherwise("seen")
    found = papers.select(*keys, "homes").join(seen, on=keys, how="left").join(after, on=keys, how="left")
    return found.select(*keys, homes.fill_null(pl.lit([], pl.List(pl.UInt32))).alias("homes"), "went", "role", "last")
