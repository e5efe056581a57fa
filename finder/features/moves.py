"""Who has changed institution lately. Precision first: a wrong move misleads more than a missing one."""

from __future__ import annotations

from datetime import date, timedelta
from difflib import SequenceMatcher

import polars as pl

from finder.features import roles
from finder.resolution import affiliation_end_dates
from finder.text.names import name_key

NEW = 3 * 365  # days after which a move is no longer news
LIKELY = 1 / 3  # share of the time between two sightings, in which it was, that is of late
HALF = 0.5  # of the sightings of the former place seen most, which make another one as good
STEADY = 5  # sightings of a place that outweigh another one that works go on printing
QUIET = 300  # days without the old place, while the new one is seen
STAY = 300  # days that are longer than an internship
FORMER = 730  # days before the newest of the former places: which of these was seen most
MANY = 3  # sightings that are no visit
STEM = 6  # first letters that make two long words one, in two languages
ALIKE = 0.9  # of two names, above which one is taken for a misspelling of the other
_LITTLE = frozenset(
    "of the for and de für di at in la del et university institute college school technology"
    " research lab labs science sciences national center centre".split()
)
# a part of some institution that does not say of which
_PART = (
    r"(?i)^(?:the )?(?:dept\b|department|school of|faculty|division|college of|laborator|lab\b|group\b|section\b"
    r"|independent|unaffiliated|freelance|self[- ]employed"
    r"|state key|key lab|graduate school|computer science\b|electrical engineering\b|center for\b|centre for\b)"
)
_PASSING = rf"(?i)intern\b|student researcher|resident\b|trainee|{roles.BESIDE}"
# what is one house under several names
_HOUSES = (
    ("google", "deepmind"),
    ("meta", "facebook"),
    ("microsoft", "msr"),
    ("alibaba", "ant group", "damo"),
    ("chinese academy", "ucas"),
    ("max planck", "mpi"),
    ("inria", "ens", "psl", "sorbonne", "cnrs", "grenoble", "saclay"),
)


def detect_moves(posts: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """From the place seen most in the years before to the newest that is stated, or was seen twice.

    What is held beside another post, an internship, a visit, a department, a part of the other place or another name
    for it is no move. Works go on printing an old place for a while after somebody has left it; a place that is still
    seen as lately as the new one was not left; and whoever was there before the other place may have stayed.

    Args:
        posts: as :func:`finder.features.affiliation_history.load_affiliations` gives them.

    Returns:
        ``author``, ``from_name``, ``to_name``, ``first_seen``, ``since`` and ``source`` (as in ``posts``), ``after``
        (when they were last seen at the old place before the new one, null where both were seen at once), ``evidence``
        (record number).
    """
    places = _affiliation_spans(posts)
    to = _new_affiliations(places, as_of)
    both = places.join(to, on="author").filter(pl.col("institution") != pl.col("now"))
    former = both.filter(pl.col("first") < pl.col("to_first"), _is_long_stay())
    lately = (pl.col("last").max().over("author") - pl.col("last")).dt.total_days() <= FORMER
    # whoever has long been at a place that they have not left may have a new one beside it
    long = (pl.col("first") < as_of - timedelta(days=NEW)) & ~_has_left()
    left = (
        former.filter(~long.any().over("author"), _has_left())
        .filter(lately)
        .filter(pl.col("told") | (pl.col("shown") >= HALF * pl.col("shown").max().over("author")))
        .sort("author", "last", "shown", "institution", descending=[False, True, True, False])
        .unique("author", keep="first", maintain_order=True)
        .filter(_is_recent_move(as_of), ~pl.col("to_name").str.contains(_PART), ~pl.col("name").str.contains(_PART))
    )
    dated = pl.col("to_since").is_not_null()
    before = pl.col("last") < pl.col("to_first")
    # whoever was seen at the new place before, by whatever name, may have been there all along
    names = former.join(left.select("author"), on="author", how="semi").select("author", "name", "to_name").unique()
    same = pl.struct("name", "to_name").map_elements(_is_same_institution, return_dtype=pl.Boolean)
    known = names.filter(same).select("author").unique()
    return (
        left.join(known, on="author", how="anti")
        .select(
            "author",
            pl.col("name").alias("from_name"),
            "to_name",
            pl.col("to_first").alias("first_seen"),
            since="to_since",
            source="to_source",
            after=pl.when(before & ~dated).then("last"),
            evidence="to_record",
        )
        .sort("author")
        .collect()
    )


def _affiliation_spans(posts: pl.DataFrame) -> pl.LazyFrame:
    """One row per author and place, without what is held in passing."""
    role = pl.col("role").fill_null("")
    main = pl.col("stated") & (role != "")
    own = posts.lazy().filter(~role.str.contains(_PASSING))
    earliest = own.sort("author", "first", pl.col("since").is_null(), "record")
    return earliest.group_by("author", "institution", maintain_order=True).agg(
        pl.col("name", "kind").first(),
        pl.col("first").min(),
        pl.col("last").max(),
        shown=pl.col("count").sum(),
        told=main.any(),
        since=pl.col("since").drop_nulls().first(),
        source=pl.col("source").first(),
        record=pl.col("record").first(),
    )


def _new_affiliations(places: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """The new place of each author that was seen of late, stated or seen twice; of several the one seen most."""
    newest = pl.col("last").max().over("author")
    here = (newest - pl.col("last")).dt.total_days() <= affiliation_end_dates.LAG
    stays = (pl.col("last") - pl.col("first")).dt.total_days() >= STAY
    passing = (pl.col("kind") == "company").fill_null(value=False) & ~stays & (pl.col("shown") < MANY)
    sure = pl.col("told") | ((pl.col("shown") >= affiliation_end_dates.FEW) & ~passing)
    stated = pl.when("told").then(
        "first"
    )  # of several statements the newest, of several places that works show the main
    order = ("author", "told", stated, "shown", "first", "institution")
    return (
        places.filter(here, sure, pl.col("first") >= as_of - timedelta(days=NEW))
        .sort(*order, descending=[False, True, True, True, True, False])
        .unique("author", keep="first", maintain_order=True)
        .select(
            "author",
            now="institution",
            to_name="name",
            to_first="first",
            to_last="last",
            to_shown="shown",
            to_told="told",
            to_kind="kind",
            to_since="since",
            to_source="source",
            to_record="record",
        )
    )


def _is_long_stay() -> pl.Expr:
    """Whether somebody was at a former place for more than a visit or an internship."""
    company = (pl.col("kind") == "company").fill_null(value=False)
    long = (pl.col("last") - pl.col("first")).dt.total_days() >= STAY
    return pl.col("told") | pl.when(company).then((pl.col("shown") >= MANY) & long).otherwise(
        pl.col("shown") >= affiliation_end_dates.FEW
    )


def _has_left() -> pl.Expr:
    """Whether the old place was left: seen no more, or printed on for a while only, and not too long ago."""
    overlap = (pl.col("last") - pl.col("to_first")).dt.total_days()
    behind = (pl.col("to_last") - pl.col("last")).dt.total_days()
    dated = pl.col("to_since").is_not_null()
    steady = (pl.col("to_shown") >= STEADY) & (behind >= QUIET)
    # a stated beginning outweighs works that print the old place for a while
    over = (
        (overlap < 0)
        | (dated & (overlap < affiliation_end_dates.LAG))
        | ((overlap < affiliation_end_dates.LAG) & (behind >= QUIET))
        | steady
    )
    # a centre of which nobody knows what it is may well be one of the university's
    vague = pl.col("to_kind").is_null() & ~pl.col("to_told")
    return over & (~vague | ((overlap < 0) & (pl.col("to_shown") >= MANY)))


def _is_recent_move(as_of: date) -> pl.Expr:
    """Whether a move between two sightings may well have been of late: what lies years apart may be years ago."""
    since = (pl.col("to_first") - pl.lit(as_of - timedelta(days=NEW))).dt.total_days()
    apart = (pl.col("to_first") - pl.col("last")).dt.total_days()
    return pl.col("to_since").is_not_null() | (since >= LIKELY * apart)


def _is_same_institution(pair: dict[str, str]) -> bool:
    """Whether two names may be of one institution, or of a part of it and the whole.

    >>> _is_same_institution({"name": "Univeristy of Rochester", "to_name": "University of Rochester"})
    True
    >>> _is_same_institution({"name": "Meta", "to_name": "Meta Codec Avatars Lab"})
    True
    >>> _is_same_institution({"name": "UWA", "to_name": "University of Western Australia"})
    True
    >>> _is_same_institution({"name": "University of Rochester", "to_name": "University of Manchester"})
    False
    """
    one, other = (" ".join(name_key(name).replace("-", " ").split()) for name in (pair["name"], pair["to_name"]))
    words, others = (set(name.replace(",", " ").split()) for name in (one, other))
    own, theirs = words - _LITTLE, others - _LITTLE
    if not own or not theirs or _words_are_within(own, theirs) or _words_are_within(theirs, own):
        return True  # also where a name says nothing of its own, such as "University of Science"
    if any(_belongs_to_house(one, house) and _belongs_to_house(other, house) for house in _HOUSES):
        return True
    if _holds_initials(pair["name"], pair["to_name"]) or _holds_initials(pair["to_name"], pair["name"]):
        return True
    return SequenceMatcher(None, one, other).ratio() > ALIKE


def _words_are_within(some: set[str], others: set[str]) -> bool:
    """Whether each word is among the others, or begins as one of them does in another language.

    >>> _words_are_within({"karlsruhe"}, {"karlsruher", "technologie"})
    True
    """
    return all(any(word == one or (len(word) > STEM and word[:STEM] == one[:STEM]) for one in others) for word in some)


def _belongs_to_house(name: str, house: tuple[str, ...]) -> bool:
    return any(f" {part} " in f" {name} " or (f" {part}" in f" {name}" and len(part) > 4) for part in house)


def _holds_initials(short: str, long: str) -> bool:
    """Whether one name holds the initials of the other.

    >>> _holds_initials("UIUC", "University of Illinois at Urbana-Champaign")
    True
    """
    words = [word for word in long.replace("-", " ").replace(",", " ").split() if word[:1].isupper()]
    initials = "".join(word[0] for word in words)
    return len(initials) >= 3 and initials in short.replace(".", "").split()
