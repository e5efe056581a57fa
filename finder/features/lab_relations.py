"""Around labs: their works, those who have left them and where they went, and the labs they publish with."""

from __future__ import annotations

from datetime import date

import polars as pl

from finder.authorship import is_last_author
from finder.features.advisee_pairs import CROWD
from finder.features.collaboration import LATE, days_since_epoch
from finder.features.labs import QUIET, Labs

SISTERS = 2  # late joint works that make two labs sisters
SPAN = 730  # days that a trend compares with as many before them


def lab_people(labs: Labs) -> pl.DataFrame:
    """``lab``, ``author``, ``head`` of everybody in labs, and ``day``: from when on their works are the lab's.

    A head brings the works of before along, a member does not.
    """
    heads = labs.labs.lazy().select("lab", author="heads").explode("author").with_columns(head=True, day=None)
    members = labs.members.lazy().select("lab", "author", day=pl.col("since").dt.epoch("d").cast(pl.Int32))
    both = pl.concat(
        [heads.with_columns(pl.col("day").cast(pl.Int32)), members.with_columns(head=False)], how="diagonal"
    )
    return (
        both.select("lab", "author", "head", "day")
        .sort("lab", "head", "author", descending=[False, True, False])
        .collect()
    )


def lab_authorships(labs: Labs, authorships: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The works of labs as if each lab were one author: the place on the list of whoever of them leads, else begins it.

    Args:
        authorships: the table of that name, whole.

    Returns:
        A table of that shape in which ``author`` is the lab; one row per lab and work.
    """
    own = lab_people(labs).lazy().select("lab", "author", since="day")
    rows = (
        authorships.lazy().filter(pl.col("published"), pl.col("day") <= days_since_epoch(as_of)).join(own, on="author")
    )
    rows = rows.filter(pl.col("since").is_null() | (pl.col("day") >= pl.col("since")))
    leads = is_last_author(pl.col)
    best = rows.sort("lab", "work", leads, "corresponding", "position", descending=[False, False, True, True, False])
    return (
        best.unique(("lab", "work"), keep="first", maintain_order=True)
        .select(pl.col("lab").alias(name) if name == "author" else name for name in authorships.columns)
        .collect()
    )


def publication_trend(works: pl.DataFrame, now: date) -> pl.DataFrame:
    """How many works of the two years up to a day, and of the two before.

    Args:
        works: ``author``, ``day``: as :func:`lab_authorships` gives them, all or some.

    Returns:
        ``author``, ``now``, ``before``.
    """
    age = days_since_epoch(now) - pl.col("day")
    late, before = age < SPAN, (age >= SPAN) & (age < 2 * SPAN)
    return works.group_by("author").agg(now=late.sum(), before=before.sum()).sort("author")


def partner_labs(works: pl.DataFrame, now: date) -> pl.DataFrame:
    """Labs that publish together of late.

    Args:
        works: as :func:`lab_authorships` gives them.

    Returns:
        ``lab``, ``other``, ``joint`` (works, at least SISTERS), ``last`` (date), ``works`` (numbers, newest first).
        Ordered by ``lab``, then most works first.
    """
    late = works.lazy().filter(pl.col("day") > days_since_epoch(now) - LATE, pl.col("n_authors") <= CROWD)
    own = late.select("work", "day", lab="author")
    return (
        own.join(own.select("work", other="lab"), on="work")
        .filter(pl.col("lab") != pl.col("other"))
        .sort("day", "work", descending=True)
        .group_by("lab", "other", maintain_order=True)
        .agg(joint=pl.len(), last=pl.col("day").max().cast(pl.Date), works="work")
        .filter(pl.col("joint") >= SISTERS)
        .sort("lab", "joint", "last", "other", descending=[False, True, True, False])
        .collect()
    )


def lab_alumni(students: pl.DataFrame, labs: Labs, now: date) -> pl.DataFrame:
    """Whom the heads of labs led and who are not there any more.

    Args:
        students: as :func:`finder.features.advisees.describe_advisees` gives them.

    Returns:
        The rows of ``students`` that are no guests, with ``lab``; of two heads the one with more joint works. Ordered
        by ``lab``, then newest first.
    """
    of = labs.labs.lazy().select("lab", head="heads").explode("head")
    quiet = (pl.lit(now) - pl.col("last")).dt.total_days() >= QUIET
    gone = ~pl.col("still").fill_null(value=True) | quiet
    # whoever heads a lab of their own has left this one, even if it is next door
    heads = of.select(author="head", leads=True)
    return (
        students.lazy()
        .filter(~pl.col("guest"))
        .join(of, on="head")
        .join(labs.members.lazy(), on=("lab", "author"), how="anti")
        .join(of.select("lab", author="head"), on=("lab", "author"), how="anti")
        .join(heads, on="author", how="left")
        .filter(gone | pl.col("leads").fill_null(value=False))
        .drop("leads")
        .sort("lab", "author", "joint", "head", descending=[False, False, True, False])
        .unique(("lab", "author"), keep="first", maintain_order=True)
        .sort("lab", "last", "joint", "author", descending=[False, True, True, False])
        .collect()
    )


def newest_joint_works(labs: Labs, members: pl.DataFrame, authorships: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The newest work of each of some members with a head of their lab.

    Args:
        members: ``lab``, ``author``: some of those in ``labs``.

    Returns:
        ``lab``, ``author``, ``works`` (its number, in a list).
    """
    rows = _joint_work_rows(authorships, as_of)
    of = labs.labs.lazy().select("lab", head="heads").explode("head")
    of = of.join(members.lazy().select("lab"), on="lab", how="semi")
    led = rows.join(of, left_on="author", right_on="head").select("lab", "work")
    own = rows.join(members.lazy().select("lab", "author"), on="author").join(led, on=("lab", "work"), how="semi")
    newest = own.sort("lab", "author", "day", "work", descending=[False, False, True, False])
    return newest.group_by("lab", "author", maintain_order=True).agg(works=pl.col("work").head(1)).collect()


def count_joint_pairs(
    people: pl.DataFrame, authorships: pl.DataFrame, as_of: date, now: date | None = None
) -> pl.DataFrame:
    """How many works each two of some people wrote together: ``one``, ``other``, ``works``.

    Args:
        now: where it is given, only works of late count.
    """
    written = _joint_work_rows(authorships, as_of)
    if now is not None:
        written = written.filter(pl.col("day") > days_since_epoch(now) - LATE)
    own = written.join(people.lazy().select("author").unique(), on="author", how="semi")
    both = own.select("work", one="author").join(own.select("work", other="author"), on="work")
    return (
        both.filter(pl.col("one") < pl.col("other"))
        .group_by("one", "other")
        .agg(works=pl.len())
        .sort("one", "other")
        .collect()
    )


def _joint_work_rows(authorships: pl.DataFrame, as_of: date) -> pl.LazyFrame:
    """``work``, ``author``, ``day`` of works on which people wrote together: no crowds."""
    kept = authorships.lazy().filter(
        pl.col("published"), pl.col("day") <= days_since_epoch(as_of), pl.col("n_authors").is_between(2, CROWD)
    )
    return kept.select("work", "author", "day")
