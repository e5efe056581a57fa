"""What people said of their stage in conference files: label by label, and in lists whose order is not quite told.

Some files name each author's position in the order of the authors. Others give as many positions as authors, in the
order in which profiles were found: one in twenty stands with somebody else. There the positions of a work are a list
to be dealt out; :func:`deal_out_stages` says how likely each is whose, by what a model that never saw the series makes
of it.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import polars as pl

from finder.features.roles import stage_of_role
from finder.features.stage import KNOWN
from finder.reference_data import venue_names
from finder.sources._paperlists.authors import parse_author_list
from finder.storage import Snapshot

LISTS = ("iclr2021", "icml2023", "acmmm2024", "www2024")
IN_PLACE = 0.9  # how likely a position of a list stands with its author, before anything is known of either
CROWD = 25  # authors above which a list tells too little
_SENIOR = {"established faculty": 3, "early-career faculty": 2, "student": 0}  # of several posts, the others are 1
_COMPANY = (".com", ".ai", ".io", ".tech", ".co.jp")


def conference_series(venue: pl.Expr) -> pl.Expr:
    """The venue without its year."""
    return venue.str.replace(r" \d{4}$", "")


def load_stage_labels(snapshot: Snapshot) -> pl.DataFrame:
    """``author``, ``venue``, ``date``, ``stage``: what people said of themselves in one venue and year."""
    told = snapshot.load_table("raw_affiliations").filter(pl.col("role").is_not_null() & (pl.col("position") >= 0))
    lists = [f"{venue_names().get(key[:-4], key[:-4].upper())} {key[-4:]}" for key in LISTS]
    works = snapshot.load_table("works").filter(~pl.col("venue").is_in(lists)).select("work", "record", "venue", "date")
    places = snapshot.load_table("institutions").select("institution", "kind", "country")
    posts = (
        snapshot.load_table("affiliations")
        .filter(pl.col("role").is_not_null())
        .join(places, on="institution")
        .select("author", "role", "first", "last", "kind", "country")
    )
    rows = (
        told.select("record", "position", "role")
        .unique()
        .join(works, on="record")
        .join(snapshot.load_table("authorships").select("work", "position", "author"), on=("work", "position"))
        .join(posts, on=("author", "role"))
        .filter(pl.col("date").is_between("first", "last"))
        .with_columns(stage=stage_of_role(pl.col("role"), pl.col("kind"), pl.col("country")))
        .filter(pl.col("stage").is_not_null())
    )
    rank = pl.col("stage").replace_strict(_SENIOR, default=1, return_dtype=pl.Int8)
    # who studies and does research beside is a student
    studies = (pl.col("stage") == "student").any().over("author", "venue") & (rank <= 1)
    rank = pl.when(studies & (pl.col("stage") == "student")).then(pl.lit(2, pl.Int8)).otherwise(rank)
    return (
        rows.sort("author", "venue", rank, "stage", descending=[False, False, True, False])
        .unique(("author", "venue"), keep="first", maintain_order=True)
        .select("author", "venue", "date", "stage")
    )


def load_listed_stages(snapshot: Snapshot, folder: Path) -> pl.DataFrame:
    """``author``, ``venue``, ``date``, ``work``, ``cell``, ``stage``: of works with a position for each author."""
    told = load_position_lists(snapshot, folder).with_columns(stage=stage_of_role(pl.col("role"), pl.col("kind")))
    return told.select("author", "venue", "date", "work", "cell", "stage")


def load_position_lists(snapshot: Snapshot, folder: Path) -> pl.DataFrame:
    """``author``, ``venue``, ``date``, ``work``, ``cell``, ``role``, ``kind``: likewise, as they are listed."""
    rows = [row for key in LISTS for row in _position_cells(folder, key)]
    schema = {
        "venue": pl.String,
        "title": pl.String,
        "cell": pl.Int16,
        "n_authors": pl.UInt16,
        "role": pl.String,
        "kind": pl.String,
    }
    told = pl.DataFrame(rows, schema, orient="row")
    records = snapshot.load_table("raw_works").select("record", "title", "venue", "n_authors", "date")
    records = records.join(snapshot.load_table("versions"), on="record").unique(("title", "venue"), keep="none")
    authors = snapshot.load_table("authorships").select("work", "author", cell="position")
    return (
        told.join(records, on=("title", "venue", "n_authors"))
        .join(authors, on=("work", "cell"))
        .select("author", "venue", "date", "work", "cell", "role", "kind")
        .sort("venue", "work", "cell")
    )


def _position_cells(folder: Path, key: str) -> list[tuple[str, str, int, int, str, str]]:
    venue = f"{venue_names().get(key[:-4], key[:-4].upper())} {key[-4:]}"
    found: list[tuple[str, str, int, int, str, str]] = []
    for paper in json.loads(gzip.decompress((folder / f"{key}.json.gz").read_bytes())):
        count, roles = len(parse_author_list(paper["author"] or "").names), (paper.get("position") or "").split(";")
        if len(roles) != count or count > CROWD or not all(role.strip() for role in roles):
            continue
        title = " ".join((paper["title"] or "").split())
        columns = [(paper.get(name) or "").split(";") for name in ("aff", "aff_domain")]
        places, domains = (column if len(column) == count else [""] * count for column in columns)
        for cell, (role, place, domain) in enumerate(zip(roles, places, domains, strict=True)):
            first, kind = (
                role.split("+")[0].strip(),
                _guess_place_kind(place.split("+")[0].lower(), domain.split("+")[0].lower()),
            )
            found.append((venue, title, cell, count, first, kind))
    return found


def _guess_place_kind(place: str, domain: str) -> str:
    """The kind of a place as far as its name and domain tell: good enough to read a role by."""
    if ".edu" in domain or ".ac." in domain or "univ" in place or "college" in place:
        return "education"
    if domain.endswith(_COMPANY):
        return "company"
    research = any(word in place for word in ("instit", "academy", "lab", "inria")) or ".gov" in domain
    return "facility" if research else "education"


def deal_out_stages(chances: np.ndarray, lists: pl.DataFrame, authors: list[int]) -> np.ndarray:
    """How likely each author said each stage, given the lists of their works.

    Args:
        chances: of ``authors``, a column per stage, from a model that never saw the series.
        lists: rows of :func:`load_listed_stages` of one series.

    Returns:
        A row per author, all zero for whoever has no usable list.
    """
    row_of, code = {author: row for row, author in enumerate(authors)}, {stage: i for i, stage in enumerate(KNOWN)}
    found = np.zeros((len(authors), len(KNOWN)))
    for _, work in lists.group_by("work", maintain_order=True):
        rows = [row_of.get(author, -1) for author in work["author"]]
        if min(rows) < 0:  # of somebody nothing is published
            continue
        stages = [code.get(stage, -1) for stage in work["stage"]]
        share = _sinkhorn_shares(chances[rows][:, stages] * np.where(np.array(stages) < 0, np.nan, 1.0))
        for cell, stage in enumerate(stages):
            if stage >= 0:
                found[rows, stage] += share[:, cell]
    total = found.sum(axis=1, keepdims=True)
    return np.where(total >= 0.5, found / total.clip(1e-9), 0.0)


def _sinkhorn_shares(likely: np.ndarray, rounds: int = 30) -> np.ndarray:
    """Rows dealt to columns: both sum to one (Sinkhorn), mostly in place; a column of NaN says nothing."""
    count = len(likely)
    away = (1 - IN_PLACE) / max(count - 1, 1)
    share = np.nan_to_num(likely, nan=1 / len(KNOWN)).clip(1e-4, 1) * (away + np.eye(count) * (IN_PLACE - away))
    for _ in range(rounds):
        share /= share.sum(axis=0, keepdims=True)
        share /= share.sum(axis=1, keepdims=True)
    return share
