"""Fit the model of career stages, and measure it on conference series that it was not fitted on.

    uv run python -m benchmarks.stage HOME            # leave one series out at a time; the committed model beside it
    uv run python -m benchmarks.stage HOME --fit      # the same, then fit on all: data/curated/stage_model.json

HOME is a data folder that ``finder import paperlists`` filled; ``--files`` is the folder of those files, for lists of
positions that the import does not believe. The truth are the positions that some conferences ask their authors for
(:mod:`benchmarks.stage_labels`); features never see them. Everybody is looked at as of the day of that work.
"""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.stage_labels import conference_series, deal_out_stages, load_listed_stages, load_stage_labels
from finder.features import affiliation_history
from finder.features.stage import KNOWN, SURE
from finder.reference_data import package_data_folder
from finder.resolution import stage_model
from finder.storage import Snapshot, open_store

FACULTY = [KNOWN.index(stage) for stage in stage_model.FACULTY]
EARLY, STUDENT = FACULTY[0], KNOWN.index("student")
FILES = Path("../shared/paperlists")
RIDGE = 10.0
PLACELESS = 0.3  # weight of everybody's second row, without institutions: most conference files name none
PRECISE = 0.7  # of what is said, at least this share is to be right
ROUNDS = 2  # times that lists are dealt out anew by what was fitted on the last


def sample_stage_features(snapshot: Snapshot, told: pl.DataFrame) -> pl.DataFrame:
    """Features of everybody labelled, as of the day of the label."""
    parts = []
    for (venue, day), people in told.group_by("venue", "date", maintain_order=True):
        authors = people.select("author").join(snapshot.load_table("authors"), on="author")
        posts = affiliation_history.load_affiliations(snapshot, authors, day)
        found = stage_model.stage_features(stage_model.load_career_counts(snapshot, day), authors, posts, day)
        parts.append(found.join(people.select("author", "stage"), on="author").with_columns(venue=pl.lit(venue)))
    return pl.concat(parts).sort("venue", "author")


def one_hot(stages: pl.Series) -> np.ndarray:
    """A row per person, a column per stage."""
    return np.stack([(stages == stage).to_numpy() for stage in KNOWN], axis=1).astype(float)


def fit_stage_model(
    frame: pl.DataFrame, truth: np.ndarray, ridge: float = RIDGE, placeless: float = PLACELESS
) -> stage_model.StageModel:
    """The model that explains ``truth`` (rows of probabilities, or of zeros) best; the same for the same input."""
    names = tuple(stage_model.FEATURES)
    plain = frame.select(names).to_numpy()
    scales = np.where(plain.std(axis=0) > 1e-9, plain.std(axis=0), 1.0)
    model = stage_model.StageModel(KNOWN, names, plain.mean(axis=0), scales, np.zeros((len(KNOWN), len(names) + 1)))
    rows, weights = model.standardize_features(frame), truth.sum(axis=1)
    if placeless:
        bare = model.standardize_features(frame.with_columns(pl.lit(0.0).alias(name) for name in stage_model.EMPLOYER))
        rows, truth = np.vstack([rows, bare]), np.vstack([truth, truth])
        weights = np.concatenate([weights, weights * placeless])
    return replace(model, coefficients=fit_logistic_regression(rows, truth, weights, ridge))


def fit_logistic_regression(rows: np.ndarray, truth: np.ndarray, weights: np.ndarray, ridge: float) -> np.ndarray:
    """Multinomial logistic regression by Newton's method: a row of coefficients per class, the constant first."""
    (_, width), classes = rows.shape, truth.shape[1]
    penalty = np.full(width, ridge)
    penalty[0] = 1e-6  # the constant is free
    penalty = np.maximum(penalty, 1e-6)
    rows, truth, weights = (part[weights > 0] for part in (rows, truth, weights))
    found = np.zeros((classes, width))
    for _ in range(50):
        chance = stage_model.softmax_rows(rows @ found.T)
        slope = ((chance - truth) * weights[:, None]).T @ rows + penalty * found
        curve = np.zeros((classes, width, classes, width))
        for a in range(classes):
            for b in range(a, classes):
                bend = weights * chance[:, a] * ((a == b) - chance[:, b])
                curve[a, :, b, :] = curve[b, :, a, :] = (rows * bend[:, None]).T @ rows
            curve[a, :, a, :] += np.diag(penalty)
        step = np.linalg.solve(curve.reshape(classes * width, -1), slope.reshape(-1)).reshape(classes, width)
        found -= step
        if np.abs(step).max() < 1e-7:
            break
    return found - found.mean(axis=0)


def cross_validate_series(frame: pl.DataFrame, truth: np.ndarray) -> np.ndarray:
    """Probabilities of everybody from a model that saw nothing of their series."""
    chances = np.zeros((frame.height, len(KNOWN)))
    for series in frame["series"].unique().sort():
        here = (frame["series"] == series).to_numpy()
        chances[here] = fit_stage_model(frame.filter(~here), truth[~here]).predict_probabilities(frame.filter(here))
    return chances


def deal_stage_truth(frame: pl.DataFrame, lists: pl.DataFrame) -> np.ndarray:
    """The truth of everybody: what they said, or how likely each said it where only a list of a work is known."""
    truth = one_hot(frame["stage"].fill_null(""))
    rows = frame.select("author", "venue").with_row_index("row")
    places = {stage: place for place, stage in enumerate(KNOWN)}
    first = lists.drop_nulls("stage").unique(("author", "venue"), keep="first", maintain_order=True)
    for row, stage in rows.join(first, on=("author", "venue")).select("row", "stage").iter_rows():
        truth[row, places[stage]] = 1.0
    for _ in range(ROUNDS):
        for series in lists["series"].unique().sort():
            here = (frame["series"] == series).to_numpy()
            chances = fit_stage_model(frame.filter(~here), truth[~here]).predict_probabilities(frame.filter(here))
            own = lists.filter(pl.col("series") == series)
            truth[here] = deal_out_stages(chances, own, frame.filter(here)["author"].to_list())
    return truth


def choose_stage_threshold(chances: np.ndarray, truth: np.ndarray) -> float:
    """The least probability from which what is said is precise enough, and even the least sure of it mostly right."""
    seen = truth.sum(axis=1) > 0
    chances, truth = chances[seen], truth[seen]
    sure, right = chances.max(axis=1), chances.argmax(axis=1) == truth.argmax(axis=1)
    for least in np.arange(0.2, 0.95, 0.05):
        said, barely = sure >= least, (sure >= least) & (sure < least + 0.1)
        if right[said].mean() >= PRECISE and right[barely].mean() >= 0.5:
            return round(float(least), 2)
    return 0.95


def roc_area(score: np.ndarray, yes: np.ndarray) -> float:
    """Area under the ROC curve: how often somebody of the kind has the higher score; ties count half."""
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    ones = int(yes.sum())
    return float((rank[yes].sum() - ones * (ones + 1) / 2) / (ones * (len(yes) - ones)))


def stage_figures(
    model: stage_model.StageModel, frame: pl.DataFrame, chances: np.ndarray, truth: np.ndarray
) -> dict[str, float]:
    """How well probabilities, and what is said by them, agree with what people said."""
    weight = truth.sum(axis=1)
    frame, chances, truth = frame.filter(weight > 0), chances[weight > 0], truth[weight > 0]
    best, said, ranked = stage_model.decide_stages(model, frame, chances)
    rows, faculty = np.arange(len(truth)), truth[:, FACULTY].sum(axis=1)
    right = np.where(ranked, truth[rows, best], faculty)  # without a rank it is said that they lead a group
    sure = np.where(ranked, chances[rows, best], chances[:, FACULTY].sum(axis=1))
    top = chances.argmax(axis=1)
    never_led = (frame["n_last"] == 0).to_numpy()
    hidden = (top == STUDENT) & (chances.max(axis=1) >= SURE) & never_led
    as_faculty = said & np.isin(best, FACULTY)
    return {
        "people": len(truth),
        "auc": roc_area(chances[:, FACULTY].sum(axis=1), faculty >= 0.5),
        "six": float(truth[rows, top].mean()),
        "ece": calibration_error(chances.max(axis=1), truth[rows, top]),
        "ece_said": calibration_error(sure[said], right[said]),
        "said": float(said.mean()),
        "precision": float(right[said].mean()),
        "faculty_precision": float(faculty[as_faculty].mean()),
        "faculty_said": share_of_kind(as_faculty, faculty),
        "faculty_hidden": share_of_kind(hidden, faculty),
        "assistants_hidden": share_of_kind(hidden, truth[:, EARLY]),
        "students_hidden": share_of_kind(hidden, truth[:, STUDENT]),
        "students_as_faculty": share_of_kind(as_faculty, truth[:, STUDENT]),
    }


def share_of_kind(of: np.ndarray, whom: np.ndarray) -> float:
    """The share of people of a kind to whom something happens."""
    return float((of * whom).sum() / whom.sum().clip(1e-9))


def calibration_error(sure: np.ndarray, right: np.ndarray) -> float:
    """The calibration error: by how much confidence and share of what is right differ, over tenths."""
    tenth = np.minimum((sure * 10).astype(int), 9)
    return float(sum(abs(sure[tenth == i].sum() - right[tenth == i].sum()) for i in range(10)) / max(len(sure), 1))


def report_stage_figures(
    model: stage_model.StageModel, frame: pl.DataFrame, chances: np.ndarray, truth: np.ndarray
) -> dict[str, float]:
    """Print the figures of each series, of files in order, of lists, and of all; returns those of all."""
    in_order = frame["stage"].is_not_null()
    groups = {name: frame["series"] == name for name in frame["series"].unique().sort()}
    groups |= {"in order": in_order, "lists": ~in_order, "all": frame["series"] != ""}
    found: dict[str, float] = {}
    for name, mask in groups.items():
        here = mask.to_numpy()
        found = stage_figures(model, frame.filter(here), chances[here], truth[here])
        print(f"{name:<9}" + "  ".join(f"{key} {value:,.4g}" for key, value in found.items()))
    return {name: round(value, 4) for name, value in found.items()}


def stage_model_as_json(model: stage_model.StageModel, fitted_on: pl.DataFrame, kept: dict[str, float]) -> str:
    """The model as it is kept: data, with what it was made from and how well it does."""
    venues = fitted_on.group_by("venue").len().sort("venue")
    data = {
        "fitted_at": datetime.now(UTC).date().isoformat(),
        "fitted_on": dict(venues.iter_rows()),
        "ridge": RIDGE,
        "placeless": PLACELESS,
        "one_series_left_out": kept,
        "stages": list(model.stages),
        "features": list(model.features),
        "threshold": model.threshold,
        "faculty": model.faculty,
        "means": [round(x, 6) for x in model.means.tolist()],
        "scales": [round(x, 6) for x in model.scales.tolist()],
        "coefficients": [[round(x, 5) for x in row] for row in model.coefficients.tolist()],
    }
    text = json.dumps(data, indent=1)
    # a row of numbers on a line
    return re.sub(r"\[[^\[\]]*\]", lambda found: " ".join(found[0].split()), text) + "\n"


def load_labelled_features(home: Path, files: Path) -> tuple[pl.DataFrame, np.ndarray]:
    """Everybody labelled, with ``series``, and the truth of each."""
    with open_store(home) as store:
        snapshot = store.snapshots.current_snapshot()
        told, lists = (
            load_stage_labels(snapshot),
            load_listed_stages(snapshot, files).with_columns(series=conference_series(pl.col("venue"))),
        )
        of_lists = lists.unique(("author", "venue")).select("author", "venue", "date", stage=pl.lit(None, pl.String))
        frame = sample_stage_features(snapshot, pl.concat([told, of_lists])).with_columns(
            series=conference_series(pl.col("venue"))
        )
    return frame, deal_stage_truth(frame, lists)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("home", type=Path, help="a data folder with conference files")
    ask.add_argument("--files", type=Path, default=FILES, help="the folder of these files")
    ask.add_argument("--fit", action="store_true", help="fit anew and write data/curated/stage_model.json")
    given = ask.parse_args()
    frame, truth = load_labelled_features(given.home, given.files)
    chances = cross_validate_series(frame, truth)
    path = package_data_folder() / "curated" / "stage_model.json"
    model = fit_stage_model(frame, truth)
    model = replace(model, threshold=choose_stage_threshold(chances, truth))
    print("one series left out at a time")
    kept = report_stage_figures(model, frame, chances, truth)
    if given.fit:
        path.write_text(stage_model_as_json(model, frame, kept), encoding="utf-8")
        print(f"\nWritten: {path}")
    else:
        print("\nthe committed model")
        report_stage_figures(
            stage_model.load_stage_model(), frame, stage_model.load_stage_model().predict_probabilities(frame), truth
        )


if __name__ == "__main__":
    main()
