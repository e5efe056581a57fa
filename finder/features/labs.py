"""Labs: people at one institution who publish together under a head, found from the record.

Nobody typed them in. In short:

- A head leads works of late, is not a student or postdoc, is somewhere now, and either holds a faculty post or leads
  several, of whom some are beginners (:mod:`finder.features.advisee_pairs`) or, at a company, colleagues there.
- A member is at the head's institution now, writes with the head of late, and heads nothing. Whoever is not known as a
  student or postdoc has begun under the head, or stands first as students do: colleagues on joint works do not.
  Students and postdocs who are still at the institution that the head has left are members, too, and so are beginners
  under the head whose own place was never printed. Everybody belongs to one lab: the one to whose head the ties are
  closest. Whoever studies is no member of a lab at a company, but an intern.
- Two heads who share most of their people and works head one lab together.

It is counted from author lists and affiliations. It knows no contracts, and misses who has not published there yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from finder.features import affiliation_history, moves
from finder.features.advisee_pairs import BEGUN
from finder.features.new_faculty import FACULTY

BELOW = ("student", "postdoc")
SURE = 0.5  # confidence from which a stage decides
CERTAIN = 0.7  # confidence from which whoever is faculty heads a lab before anybody is seen to begin under them
FRESH = 3 * 365  # days after which the newest sighting no longer says where somebody is
LEADS = 2  # led works of late of whoever heads a lab without being known as faculty
TAUGHT = {"unknown": 1, "leads a group": 1}  # beginners led of late by such a head, by stage
TAUGHT_ELSE = 2
CREW = 2  # members of a lab whose head is not known as faculty
QUIET = 730  # days without a joint work after which somebody is no member any more
DOCTORATE, PAUSE = 3 * 365, 365  # days of writing together after which a pause of so many says that it is over
ACTIVE = 365  # days in which a joint work shows a member at work now
COLLEAGUE = 2  # late works led by the head that make a colleague at a company a member
FIRST = 0.3  # share of their works on which somebody stands first who does the work of a student
SHARED = 0.5  # share of the larger one's people and works from which two heads have one lab
TWO = 2  # people whom two heads must share
PASSING = r"(?i)intern\b|visit|guest"  # posts of those who belong elsewhere

_TIE = ("head", "author")
_CLOSEST = ("lab", "still", "weight", "last", "author"), (False, False, True, True, False)


@dataclass(frozen=True)
class Labs:
    """Labs and who is in them.

    Attributes:
        labs: ``lab`` (the head's number), ``institution``, ``moved`` (the institution that the head has left lately,
            or null), ``heads`` (numbers, the lab's own first), ``members`` (how many), ``students`` (students and
            postdocs with a joint work in the last year), ``leads`` (late works led by the heads). Ordered by ``lab``.
        members: ``lab``, ``author``, ``stage``, ``stage_confidence``, ``place`` (the institution shared with the
            head, null where unknown), ``still`` (whether the head has left it), ``active`` (a joint work in the last
            year), and ``weight``, ``led``, ``joint``, ``since``, ``last`` as in
            :func:`finder.features.collaboration.collaboration_ties`. Ordered by ``lab``, then closest first.
    """

    labs: pl.DataFrame
    members: pl.DataFrame


def detect_labs(
    ties: pl.DataFrame, pupils: pl.DataFrame, people: pl.DataFrame, posts: pl.DataFrame, as_of: date, now: date
) -> Labs:
    """Labs of those who could head one, among these people.

    Args:
        ties: as :func:`finder.features.collaboration.collaboration_ties` gives them.
        pupils: ``head``, ``author``: beginners, no guests, whom somebody led on a work of late.
        people: ``author``, ``stage``, ``stage_confidence``, ``leads`` (as
            :func:`finder.features.collaboration.recent_leaders` gives it), ``works``, ``firsts``, ``lasts``, ``years``
            (how many works they have, stand first on, and last, and years from the first to the newest).
        posts: of all these people, as :func:`finder.features.affiliation_history.load_affiliations` gives them.
        now: the day that "late" is counted back from.
    """
    taught = pupils.group_by(author="head").agg(taught=pl.len())
    people = people.join(taught, on="author", how="left").with_columns(pl.col("leads", "taught").fill_null(0))
    going_on, places = ties.filter(_is_ongoing_tie(now)), _head_places(posts, now)
    heads = _lab_heads(people, places)
    left = _former_institutions(posts.join(heads, on="author", how="semi"), as_of)
    unseen = pupils.join(posts, on="author", how="anti")

    def build_labs(heads: pl.DataFrame) -> Labs:
        near = _member_candidates(going_on, heads, people, places, left, pupils, unseen)
        couples = _pair_lab_heads(near, heads, ties)
        return _assemble_labs(heads, couples, _assign_members(near, couples, now), places, left)

    # whoever turns out to head nobody may well be in another's lab
    leading = build_labs(heads).labs.select(author="heads").explode("author")
    return build_labs(heads.join(leading, on="author", how="semi"))


def _head_places(posts: pl.DataFrame, now: date) -> pl.DataFrame:
    """``author``, ``institution``, ``company``, ``order`` of current posts, seen of late, not in passing.

    Whoever is at a university and a company has their people at the university.
    """
    held = posts.lazy().filter("current", pl.col("last") >= now - timedelta(days=FRESH))
    passing = pl.col("role").fill_null("").str.contains(PASSING)
    company = (pl.col("kind") == "company").fill_null(value=False)
    own = held.filter(~passing | passing.all().over("author"))
    own = own.unique(("author", "institution"), keep="first", maintain_order=True)
    order = pl.int_range(pl.len()).over("author")
    return own.select("author", "institution", company=company, order=order).collect()


def _lab_heads(people: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """``author``, ``leads``, ``faculty`` of whoever could head a lab."""
    faculty = pl.col("stage").is_in(FACULTY) & ((pl.col("taught") > 0) | (pl.col("stage_confidence") >= CERTAIN))
    enough = pl.col("stage").replace_strict(TAUGHT, default=TAUGHT_ELSE, return_dtype=pl.Int64)
    leads = (pl.col("leads") >= LEADS) & ((pl.col("taught") >= enough) | pl.col("company"))
    only_company = places.group_by("author").agg(pl.col("company").all())
    return (
        people.join(only_company, on="author")
        .filter(pl.col("leads") > 0, faculty | (leads & ~pl.col("stage").is_in(BELOW)))
        .select("author", "leads", faculty=faculty & ~pl.col("company"))
        .sort("author")
    )


def _is_ongoing_tie(now: date) -> pl.Expr:
    """Whether two still write together: not where it is long ago, nor where it paused after what may be a doctorate."""
    long = (pl.col("last") - pl.col("since")).dt.total_days() >= DOCTORATE
    pause = pl.when(long).then(PAUSE).otherwise(QUIET)
    return (pl.lit(now) - pl.col("last")).dt.total_days() < pause


def _former_institutions(posts: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """``head``, ``institution``: which one a head has left for another lately."""
    moved = moves.detect_moves(affiliation_history.filter_recently_seen(posts, as_of), as_of).select(
        "author", name="from_name"
    )
    here = posts.join(moved, on=("author", "name")).select("institution", head="author")
    return here.unique("head", keep="first", maintain_order=True)


def _member_candidates(
    ties: pl.DataFrame,
    heads: pl.DataFrame,
    people: pl.DataFrame,
    places: pl.DataFrame,
    left: pl.DataFrame,
    pupils: pl.DataFrame,
    unseen: pl.DataFrame,
) -> pl.DataFrame:
    """Ties between heads and those who are at their place, or still at the one they left, and head nothing."""
    # whoever leads works while nobody knows their stage may be anybody
    vague = pl.col("stage").is_in(list(TAUGHT)) & (pl.col("leads") >= LEADS)
    senior = pl.col("stage").is_in(FACULTY) | vague
    free = people.filter(~senior).join(heads, on="author", how="anti")
    # who began of late, never led, and often stands first does the work of a student
    often = (pl.col("firsts") >= FIRST * pl.col("works")) & (pl.col("works") > 0)
    begins = (pl.col("lasts") == 0) & (pl.col("years") <= BEGUN)
    stages = free.lazy().select("author", "stage", "stage_confidence", begins=begins, junior=often & begins)
    own = ties.lazy().join(heads.lazy().select(head="author"), on="head", how="semi").join(stages, on="author")
    at = own.join(places.lazy().select("author", "institution", own="order"), on="author")
    here = at.join(places.lazy().rename({"author": "head"}), on=("head", "institution"))
    colleague = (pl.col("led") >= COLLEAGUE) & (pl.col("stage") != "student")
    employed = (pl.col("stage") == "industry researcher") & (pl.col("stage_confidence") >= SURE)
    # a colleague on a joint work is no member
    taught = here.join(pupils.lazy().with_columns(taught=True), on=_TIE, how="left")
    learns = pl.col("taught").fill_null(value=False) & pl.col("begins")
    below = pl.col("stage").is_in(BELOW) | learns | pl.col("junior")
    here = taught.filter(pl.when("company").then(colleague).otherwise(below & ~employed)).drop("taught")
    # colleagues stay when a head goes; students and postdocs are about to follow, or to finish
    gone = at.filter(pl.col("stage").is_in(BELOW)).join(left.lazy(), on=("head", "institution"))
    nowhere = own.join(unseen.lazy(), on=_TIE, how="semi").with_columns(still=False, company=False)
    every = [here.with_columns(still=False), gone.with_columns(still=True, company=False), nowhere]
    return (
        pl.concat(every, how="diagonal_relaxed")
        .sort(*_TIE, "still", "company", "order", "own", "institution")
        .unique(_TIE, keep="first", maintain_order=True)
        .rename({"institution": "place"})
        .drop("order", "own", "begins", "junior")
        .collect()
    )


def _pair_lab_heads(near: pl.DataFrame, heads: pl.DataFrame, ties: pl.DataFrame) -> pl.DataFrame:
    """``author``, ``lab``: whose lab each head's is; another's where the two have one together."""
    own = near.lazy().select("head", "author", "place")
    led = heads.lazy().select("author", "leads")
    size = own.group_by("head").agg(people=pl.len()).join(led.rename({"author": "head"}), on="head")
    both = own.join(own.rename({"head": "other"}), on=("author", "place")).filter(pl.col("head") != pl.col("other"))
    shared = (
        both.group_by("head", "other")
        .agg(shared=pl.len())
        .join(ties.lazy().select("head", "joint", other="author"), on=("head", "other"))
        .join(size, on="head")
        .join(size.rename({"head": "other"}), on="other", suffix="_other")
    )
    people, works = (pl.max_horizontal(name, f"{name}_other") * SHARED for name in ("people", "leads"))
    closest = (
        shared.filter(pl.col("shared") >= TWO, pl.col("shared") >= people, pl.col("joint") >= works)
        .sort("head", "shared", "joint", "other", descending=[False, True, True, False])
        .unique("head", keep="first", maintain_order=True)
    )
    mutual = closest.join(closest.select(head="other", other="head"), on=("head", "other"))
    after = (pl.col("leads_other") == pl.col("leads")) & (pl.col("other") < pl.col("head"))
    second = mutual.filter((pl.col("leads_other") > pl.col("leads")) | after).select(author="head", lab="other")
    couples = led.select("author").join(second, on="author", how="left")
    return couples.select("author", lab=pl.coalesce("lab", "author")).sort("author").collect()


def _assign_members(near: pl.DataFrame, couples: pl.DataFrame, now: date) -> pl.DataFrame:
    """Everybody in the one lab to which the ties are closest: those who are at the head's place first."""
    closest = ("still", "weight", "last", "joint", "head")
    return (
        near.lazy()
        .join(couples.lazy().rename({"author": "head"}), on="head")
        .sort("author", *closest, descending=[False, False, True, True, True, False])
        .with_columns(pl.col("joint", "last").max().over("author", "lab"), pl.col("since").min().over("author", "lab"))
        .with_columns(active=(pl.lit(now) - pl.col("last")).dt.total_days() < ACTIVE)
        .unique("author", keep="first", maintain_order=True)
        .drop("head")
        .collect()
    )


def _assemble_labs(
    heads: pl.DataFrame, couples: pl.DataFrame, members: pl.DataFrame, places: pl.DataFrame, left: pl.DataFrame
) -> Labs:
    """One row per lab: at which of the head's places most of the members are, the university's before a company's."""
    of = couples.lazy().join(heads.lazy(), on="author").sort(pl.col("author") != pl.col("lab"), "author")
    found = of.group_by("lab", maintain_order=True).agg(
        heads="author", leads=pl.col("leads").sum(), faculty=pl.col("faculty").any()
    )
    crew = members.lazy().filter(~pl.col("still")).group_by("lab", institution="place").agg(crew=pl.len())
    place = (
        places.lazy()
        .rename({"author": "lab"})
        .join(crew, on=("lab", "institution"), how="left")
        .sort("lab", "company", pl.col("crew").fill_null(0), "order", descending=[False, False, True, False])
        .unique("lab", keep="first", maintain_order=True)
    )
    # colleagues of a professor's other post at a company are not of the professor's lab
    own = members.lazy().join(place.select("lab", at_company="company"), on="lab")
    own = own.filter((pl.col("company") == pl.col("at_company")) | pl.col("still")).drop("company", "at_company")
    studying = pl.col("active") & pl.col("stage").is_in(BELOW)
    counted = own.group_by("lab").agg(members=pl.len(), students=studying.sum())
    rows = (
        found.join(place.select("lab", "institution"), on="lab")
        .join(left.lazy().select(lab="head", moved="institution"), on="lab", how="left")
        .join(counted, on="lab", how="left")
        .with_columns(pl.col("members", "students").fill_null(0))
        .filter(pl.col("faculty") | (pl.col("members") >= CREW))
        .select("lab", "institution", "moved", "heads", "members", "students", "leads")
        .sort("lab")
        .collect()
    )
    kept = own.join(rows.lazy().select("lab"), on="lab", how="semi")
    columns, descending = _CLOSEST
    return Labs(rows, kept.sort(columns, descending=list(descending)).collect())
