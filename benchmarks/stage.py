"""Fit the model of career stages, and measure it on venue-years that it was not fitted on.

    uv run python benchmarks/stage.py HOME            # measure the committed model
    uv run python benchmarks/stage.py HOME --fit      # fit anew, write data/curated/stage_model.json, measure

HOME is a data folder that ``finder import paperlists`` filled. The truth are the positions that some conferences ask
their authors for; features never see them. Everybody is looked at as of the day of the work that bears the position.
"""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from finder.curated import data_folder
from finder.people import career, timeline
from finder.people.stage import STAGES, of_role
from finder.store import Snapshot, open_store

KNOWN = STAGES[:-1]
FACULTY = [KNOWN.index("early-career faculty"), KNOWN.index("established faculty")]
HELD_OUT = ("AISTATS 2025", "CoRL 2024", "3DV 2025")
RIDGE = 10.0
PLACELESS = 0.3  # weight of everybody's second row, without institutions: most conference files name none
PRECISE = 0.7  # of what is said, at least this share is to be right
_SENIOR = {"established faculty": 3, "early-career faculty": 2, "student": 0}  # of several posts, the others are 1


def labels(snapshot: Snapshot) -> pl.DataFrame:
    """``author``, ``venue``, ``date``, ``stage``: what people said of themselves in one venue and year."""
    told = snapshot.table("raw_affiliations").filter(pl.col("role").is_not_null() & (pl.col("position") >= 0))
    works = snapshot.table("works").select("work", "record", "venue", "date")
    posts = (
        snapshot.table("affiliations").filter(pl.col("role").is_not_null())
        .join(snapshot.table("institutions").select("institution", "kind"), on="institution")
        .select("author", "role", "first", "last", "kind")
    )  # fmt: skip
    rows = (
        told.select("record", "position", "role").unique()
        .join(works, on="record")
        .join(snapshot.table("authorships").select("work", "position", "author"), on=("work", "position"))
        .join(posts, on=("author", "role"))
        .filter(pl.col("date").is_between("first", "last"))
        .with_columns(stage=of_role(pl.col("role"), pl.col("kind")))
        .filter(pl.col("stage").is_not_null())
    )  # fmt: skip
    rank = pl.col("stage").replace_strict(_SENIOR, default=1, return_dtype=pl.Int8)
    return (
        rows.sort("author", "venue", rank, "stage", descending=[False, False, True, False])
        .unique(("author", "venue"), keep="first", maintain_order=True)
        .select("author", "venue", "date", "stage")
    )


def sample(snapshot: Snapshot, told: pl.DataFrame, as_of: date | None = None) -> pl.DataFrame:
    """Features of everybody labelled, as of the day of the label, or of one day for all."""
    parts = []
    for (venue, day), people in told.group_by("venue", "date", maintain_order=True):
        authors = people.select("author").join(snapshot.table("authors"), on="author")
        at = as_of or day
        posts = timeline.posts(snapshot, authors, at)
        found = career.features(career.records(snapshot, at), authors, posts, at)
        parts.append(found.join(people.select("author", "stage"), on="author").with_columns(venue=pl.lit(venue)))
    return pl.concat(parts).sort("venue", "author")


def one_hot(stages: pl.Series) -> np.ndarray:
    """A row per person, a column per stage."""
    return np.stack([(stages == stage).to_numpy() for stage in KNOWN], axis=1).astype(float)


def fit(frame: pl.DataFrame, truth: np.ndarray, ridge: float = RIDGE, placeless: float = PLACELESS) -> career.Model:
    """The model that explains ``truth`` (rows of probabilities) best; the same numbers for the same input."""
    names = tuple(career.FEATURES)
    plain = frame.select(names).to_numpy()
    scales = np.where(plain.std(axis=0) > 1e-9, plain.std(axis=0), 1.0)
    model = career.Model(KNOWN, names, plain.mean(axis=0), scales, np.zeros((len(KNOWN), len(names) + 1)))
    rows, weights = model.standardised(frame), np.ones(len(frame))
    if placeless:
        bare = model.standardised(frame.with_columns(pl.lit(0.0).alias(name) for name in career.EMPLOYER))
        rows, truth = np.vstack([rows, bare]), np.vstack([truth, truth])
        weights = np.concatenate([weights, np.full(len(bare), placeless)])
    return replace(model, coefficients=regression(rows, truth, weights, ridge))


def regression(rows: np.ndarray, truth: np.ndarray, weights: np.ndarray, ridge: float) -> np.ndarray:
    """Multinomial logistic regression by Newton's method: a row of coefficients per class, the constant first."""
    (_, width), classes = rows.shape, truth.shape[1]
    penalty = np.full(width, ridge)
    penalty[0] = 1e-6  # the constant is free
    penalty = np.maximum(penalty, 1e-6)
    found = np.zeros((classes, width))
    for _ in range(50):
        chance = career.softmax(rows @ found.T)
        slope = ((chance - truth) * weights[:, None]).T @ rows + penalty * found
        curve = np.zeros((classes, width, classes, width))
        for a in range(classes):
            for b in range(a, classes):
                bend = weights * chance[:, a] * ((a == b) - chance[:, b])
                curve[a, :, b, :] = curve[b, :, a, :] = (rows * bend[:, None]).T @ rows
            curve[a, :, a, :] += np.diag(penalty)
        step = np.linalg.solve(curve.reshape(classes * width, -1), slope.reshape(-1)).reshape(classes, width)
        found -= step
        if np.abs(step).max() < 1e-9:
            break
    return found - found.mean(axis=0)


def held_apart(frame: pl.DataFrame) -> np.ndarray:
    """Probabilities of everybody from a model that never saw their venue and year."""
    chances = np.zeros((frame.height, len(KNOWN)))
    for venue in frame["venue"].unique().sort().to_list():
        here = (frame["venue"] == venue).to_numpy()
        rest = frame.filter(~here)
        chances[here] = fit(rest, one_hot(rest["stage"])).probabilities(frame.filter(here))
    return chances


def threshold(chances: np.ndarray, truth: np.ndarray) -> float:
    """The least probability from which what is said is precise enough, and even the least sure of it mostly right."""
    sure, right = chances.max(axis=1), chances.argmax(axis=1) == truth.argmax(axis=1)
    for least in np.arange(0.2, 0.95, 0.05):
        said, barely = sure >= least, (sure >= least) & (sure < least + 0.1)
        if right[said].mean() >= PRECISE and right[barely].mean() >= 0.5:
            return round(float(least), 2)
    return 0.95


def area(score: np.ndarray, yes: np.ndarray) -> float:
    """Area under the ROC curve: how often somebody of the kind has the higher score; ties count half."""
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    ones = int(yes.sum())
    return float((rank[yes].sum() - ones * (ones + 1) / 2) / (ones * (len(yes) - ones)))


def figures(chances: np.ndarray, truth: np.ndarray, least: float) -> dict[str, float]:
    """How well probabilities agree with what people said."""
    faculty, academic = truth[:, FACULTY].sum(axis=1) > 0, [0, 1, *FACULTY]
    sure, right = chances.max(axis=1), chances.argmax(axis=1) == truth.argmax(axis=1)
    # five stages: company or not is the employer's business, so the two kinds of researchers are one
    five = [np.column_stack([side[:, academic], side[:, 4:].sum(axis=1)]).argmax(axis=1) for side in (chances, truth)]
    said = sure >= least
    return {
        "people": len(truth),
        "auc": area(chances[:, FACULTY].sum(axis=1), faculty),
        "five": float((five[0] == five[1]).mean()),
        "six": float(right.mean()),
        "ece": sum(abs(sure[b].sum() - right[b].sum()) for b in _bins(sure)) / len(sure),
        "log_loss": float(-np.log((chances * truth).sum(axis=1)).mean()),
        "said": float(said.mean()),
        "precision": float(right[said].mean()),
        "faculty_precision": float(faculty[said & np.isin(chances.argmax(axis=1), FACULTY)].mean()),
    }


def _bins(sure: np.ndarray) -> list[np.ndarray]:
    tenth = np.minimum((sure * 10).astype(int), 9)
    return [tenth == i for i in range(10) if (tenth == i).any()]


def simple(fitting: pl.DataFrame, held: pl.DataFrame, names: tuple[str, ...]) -> float:
    """AUC of faculty against the rest by a few features alone, fitted in the same way."""
    hidden = [pl.lit(0.0).alias(name) for name in career.FEATURES if name not in names]
    model = fit(fitting.with_columns(hidden), one_hot(fitting["stage"]), placeless=0.0)
    chances = model.probabilities(held.with_columns(hidden))
    return area(chances[:, FACULTY].sum(axis=1), one_hot(held["stage"])[:, FACULTY].sum(axis=1) > 0)


def report(model: career.Model, fitting: pl.DataFrame, held: pl.DataFrame, later: pl.DataFrame) -> dict[str, Any]:
    """Print all figures; returns those worth keeping beside the coefficients."""
    bare = [pl.lit(0.0).alias(name) for name in career.EMPLOYER]
    groups = {
        "held out, as of the label (primary)": held,
        "the same, all works in the store": later,
        "held out, nobody fitted on": held.join(fitting.select("author"), on="author", how="anti"),
        "held out, institutions hidden": held.with_columns(bare),
        **{f"held out, {name} works": held.filter(pl.col("n_works").is_between(*span))
           for name, span in {"1": (1, 1), "2-3": (2, 3), "4-7": (4, 7), "8+": (8, 9999)}.items()},
        **{venue: held.filter(pl.col("venue") == venue) for venue in HELD_OUT},
        "fitted on": fitting,
    }  # fmt: skip
    found = {}
    for name, rows in groups.items():
        found[name] = figures(model.probabilities(rows), one_hot(rows["stage"]), model.threshold)
        print(f"{name:<38}" + "  ".join(f"{key} {value:,.4g}" for key, value in found[name].items()))
    six = ("last_share", "first_share", "works", "years", "led_years", "first_ago")
    print(f"AUC by last-author share alone {simple(fitting, held, six[:1]):.4f}, six simple ones", end=" ")
    print(f"{simple(fitting, held, six):.4f}")
    _tables(model, held)
    return {name: {k: round(v, 4) for k, v in found[name].items()} for name in list(groups)[:4]}


def _tables(model: career.Model, held: pl.DataFrame) -> None:
    chances, truth = model.probabilities(held), one_hot(held["stage"])
    best, sure, right = chances.argmax(axis=1), chances.max(axis=1), truth.argmax(axis=1)
    print("\nconfidence  people  said   right")
    for rows in _bins(sure):
        share = (best == right)[rows].mean()
        print(f"{sure[rows].min():.1f}        {rows.sum():7,}  {sure[rows].mean():.3f}  {share:.3f}")
    faculty = chances[:, FACULTY].sum(axis=1)
    print("\nfaculty     people  said   are")
    for rows in _bins(faculty):
        share = np.isin(right, FACULTY)[rows].mean()
        print(f"{faculty[rows].min():.1f}        {rows.sum():7,}  {faculty[rows].mean():.3f}  {share:.3f}")
    print(f"\n{'stage':<22}{'people':>7}{'said':>7}  precision  recall")
    said = sure >= model.threshold
    for place, stage in enumerate(KNOWN):
        here, are = said & (best == place), right == place
        precision = f"{are[here].mean():9.2f}" if here.any() else "        -"
        print(f"{stage:<22}{are.sum():7,}{here.sum():7,}  {precision}  {here[are].mean():6.2f}")


def as_json(model: career.Model, fitted_on: pl.DataFrame, kept: dict[str, Any]) -> str:
    """The model as it is kept: data, with what it was made from and how well it does."""
    venues = fitted_on.group_by("venue").len().sort("venue")
    data = {
        "fitted_at": datetime.now(UTC).date().isoformat(),
        "fitted_on": dict(venues.iter_rows()),
        "held_out": list(HELD_OUT),
        "ridge": RIDGE,
        "placeless": PLACELESS,
        "figures": kept,
        "stages": list(model.stages),
        "features": list(model.features),
        "threshold": model.threshold,
        "means": [round(x, 6) for x in model.means.tolist()],
        "scales": [round(x, 6) for x in model.scales.tolist()],
        "coefficients": [[round(x, 5) for x in row] for row in model.coefficients.tolist()],
    }
    text = json.dumps(data, indent=1)
    # a row of numbers on a line
    return re.sub(r"\[[^\[\]]*\]", lambda found: " ".join(found[0].split()), text) + "\n"


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("home", type=Path, help="a data folder with conference files")
    ask.add_argument("--fit", action="store_true", help="fit anew and write data/curated/stage_model.json")
    given = ask.parse_args()
    with open_store(given.home) as store:
        snapshot = store.snapshots.current()
        told = labels(snapshot)
        people = sample(snapshot, told)
        held_out = pl.col("venue").is_in(HELD_OUT)
        newest = snapshot.table("works")["date"].max()
        assert isinstance(newest, date)
        later = sample(snapshot, told.filter(held_out), newest)
    fitting, held = people.filter(~held_out), people.filter(held_out)
    if given.fit:
        truth = one_hot(fitting["stage"])
        model = replace(fit(fitting, truth), threshold=threshold(held_apart(fitting), truth))
    else:
        model = career.model()
    kept = report(model, fitting, held, later)
    if given.fit:
        path = data_folder() / "curated" / "stage_model.json"
        path.write_text(as_json(model, fitting, kept), encoding="utf-8")
        print(f"\nWritten: {path}")


if __name__ == "__main__":
    main()
