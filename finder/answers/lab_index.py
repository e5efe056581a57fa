"""All labs of the store as of a day, with what surrounds them: found once for each day asked for, then kept.

They are kept in memory, and those of the last day that was asked for beside the snapshot for the next process.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from threading import Lock

import polars as pl

from finder.answers import person_rows
from finder.authorship import is_last_author
from finder.features import advisee_pairs, advisees, collaboration, lab_relations
from finder.features import labs as labs_module
from finder.features.labs import Labs
from finder.fingerprint import digest_code
from finder.ranking import text_match
from finder.storage import Snapshot
from finder.storage.derived_tables import keep_derived, read_derived
from finder.text.names import name_key

MAX_CACHED_INDEXES = 2  # answers kept in memory
_FRAMES = ("people", "posts", "works", "alumni", "sisters")
_CODE = (
    "features",
    "resolution",
    "answers",
    "ranking",
    "text",
    "authorship.py",
    "reference_data.py",
    "tables.py",
    "data/curated",
)


@dataclass(frozen=True)
class LabIndex:
    """All labs.

    Attributes:
        now: the day that ages are counted from: up to when works are stored at all.
        people: heads and members, as :func:`finder.answers.person_rows.load_author_profiles` gives them.
        posts: theirs, as :func:`finder.features.affiliation_history.load_affiliations` gives them.
        works: as :func:`finder.features.lab_relations.lab_authorships` gives them.
        alumni, sisters: as :mod:`finder.features.lab_relations` gives them.
    """

    now: date
    found: Labs
    people: pl.DataFrame
    posts: pl.DataFrame
    works: pl.DataFrame
    alumni: pl.DataFrame
    sisters: pl.DataFrame


_recent: list[tuple[str, date, LabIndex]] = []  # one snapshot and day are asked for again and again
_one_by_one = Lock()  # whoever asks meanwhile waits for what is found already


def load_lab_index(snapshot: Snapshot, as_of: date) -> LabIndex:
    """All labs as of a day."""
    key = str(snapshot.folder)
    with _one_by_one:
        for folder, day, known in _recent:
            if (folder, day) == (key, as_of):
                return known
        made = _read_groups(snapshot, as_of) or _keep_groups(snapshot, as_of, build_lab_index(snapshot, as_of))
        _recent[:] = [(key, as_of, made), *_recent[: MAX_CACHED_INDEXES - 1]]
        return made


def _key_of(as_of: date) -> str:
    return f"{as_of.isoformat()}-{digest_code(*_CODE)}"


def _read_groups(snapshot: Snapshot, as_of: date) -> LabIndex | None:
    """Those that an earlier process kept, if it was of this very program."""
    kept = read_derived(snapshot, "groups", _key_of(as_of), ("labs", "members", "now", *_FRAMES))
    if kept is None:
        return None
    found = Labs(kept["labs"], kept["members"])
    return LabIndex(kept["now"]["now"][0], found, *(kept[name] for name in _FRAMES))


def _keep_groups(snapshot: Snapshot, as_of: date, made: LabIndex) -> LabIndex:
    frames = {name: getattr(made, name) for name in _FRAMES}
    frames |= {"labs": made.found.labs, "members": made.found.members, "now": pl.DataFrame({"now": [made.now]})}
    keep_derived(snapshot, "groups", _key_of(as_of), frames)
    return made


def build_lab_index(snapshot: Snapshot, as_of: date) -> LabIndex:
    """All labs as of a day, found anew."""
    authorships = snapshot.load_table("authorships")
    everything = snapshot.load_table("works").filter("published", pl.col("date") <= as_of)
    now = text_match.latest_covered_day(snapshot, everything.select("work", direct=pl.lit(1.0)), as_of)
    leaders = collaboration.recent_leaders(authorships, as_of, now)
    near = collaboration.filter_same_place(
        collaboration.collaboration_ties(authorships, leaders, as_of, now), snapshot.load_table("affiliations")
    )
    works, pairs = advisee_pairs.find_advisee_pairs(snapshot, as_of, heads=leaders)
    concerned = pl.concat([near["head"], near["author"], leaders["author"], pairs["author"]]).unique()
    people, posts = person_rows.load_author_profiles(snapshot, concerned.to_frame("author"), as_of)
    counted = people.join(leaders, on="author", how="left").join(
        _author_work_counts(authorships, as_of), on="author", how="left"
    )
    counted = counted.with_columns(pl.col("works", "firsts", "lasts", "years").fill_null(0))
    # who heads and who learns is read from the likeliest stages; what is said of anybody is what the record bears
    likely = counted.with_columns(stage="likely_stage", stage_confidence="likely_confidence")
    found = _use_displayed_stages(
        labs_module.detect_labs(near, _current_advisees(works, pairs, now), likely, posts, as_of, now), people
    )
    led = pairs.join(found.labs.select(head="heads").explode("head"), on="head", how="semi")
    students = advisees.describe_advisees(works, led, authorships, posts, people, as_of)
    own = lab_relations.lab_authorships(found, authorships, as_of)
    who = lab_relations.lab_people(found)
    return LabIndex(
        now,
        found,
        people.join(who, on="author", how="semi"),
        posts.join(who, on="author", how="semi"),
        own,
        lab_relations.lab_alumni(students, found, now),
        _drop_same_name_labs(lab_relations.partner_labs(own, now), found, people),
    )


def _use_displayed_stages(found: Labs, people: pl.DataFrame) -> Labs:
    """The labs with the stages of members that are said of them."""
    said = people.select("author", "stage", "stage_confidence")
    members = found.members.drop("stage", "stage_confidence").join(said, on="author", how="left", maintain_order="left")
    return Labs(found.labs, members.select(found.members.columns))


def _author_work_counts(authorships: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """``author``, ``works``, ``firsts``, ``lasts``, ``years``: how many works everybody has, stands first on, and last;
    and years from the first to the newest.

    Alphabetical lists say who is on a work, and not who did it.
    """
    rows = authorships.filter(pl.col("published"), pl.col("day") <= collaboration.days_since_epoch(as_of))
    return rows.group_by("author").agg(
        works=pl.len(),
        firsts=(~pl.col("alphabetical") & (pl.col("position") == 0)).sum(),
        lasts=is_last_author(pl.col).sum(),
        years=(pl.col("day").max() - pl.col("day").min()) / advisee_pairs.YEAR,
    )


def _drop_same_name_labs(sisters: pl.DataFrame, found: Labs, people: pl.DataFrame) -> pl.DataFrame:
    """Sisters without those whose heads share a name: somebody with two records is no sister of themselves."""
    heads = (
        found.labs.select("lab", author="heads").explode("author").join(people.select("author", "name"), on="author")
    )
    names = heads.select("lab", name=pl.col("name").map_elements(name_key, return_dtype=pl.String))
    pairs = sisters.select("lab", "other").join(names, on="lab")
    twins = pairs.join(names.rename({"lab": "other"}), on=("other", "name"), how="semi")
    return sisters.join(twins, on=("lab", "other"), how="anti", maintain_order="left")


def _current_advisees(works: pl.DataFrame, pairs: pl.DataFrame, now: date) -> pl.DataFrame:
    """``head``, ``author``: beginners, no guests, whom somebody led on a work of late."""
    late = (
        works.filter(pl.col("day") > collaboration.days_since_epoch(now) - collaboration.LATE)
        .select("head", "author")
        .unique()
    )
    return pairs.filter(~pl.col("guest")).join(late, on=("head", "author"), how="semi").select("head", "author")
