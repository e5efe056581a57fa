"""Who is who, measured: names are resolved with every id hidden, and compared with the ids.

    uv run python benchmarks/identity.py [--home FOLDER] [--held-out VENUE…] [--by ieee] [--reasons]

B-cubed precision and recall (Bagga & Baldwin 1998) over all labelled authorships, and over those whose name more than
one id bears. The truth is the profile that authors gave (OpenReview, DBLP, Scholar); ids of one person are joined where
they stand together. ``--by ieee`` takes the IEEE's author numbers for the truth instead: they are given by a machine
that knows several spellings of one person. ``--reasons`` prints how often each reason was right: the chances in
``finder/resolve/certainty.py``. ``--home`` holds an imported store; without it, ``../shared/paperlists`` is imported
into a temporary one.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from finder.imports import import_files
from finder.resolve import authors, certainty, institutions, publish, raw, works
from finder.resolve.clusters import components
from finder.source import discover
from finder.store import Store, open_store

SHARED = Path(__file__).resolve().parents[2] / "shared" / "paperlists"
LABELS = ("openreview", "dblp", "scholar")


def labelled(names: pl.DataFrame, schemes: Sequence[str] = LABELS) -> pl.DataFrame:
    """``record``, ``position``, ``fold``, ``truth``: the authorships that bear a profile, and whose they are."""
    rows = names.filter(pl.col("position") >= 0).with_row_index("node")
    ids = (
        rows.select("node", id="ids")
        .explode("id", empty_as_null=True)
        .filter(pl.col("id").str.split(":").list.first().is_in(schemes))
    )
    label = components(ids.select("node", key=pl.col("id").hash(seed=1)))
    bearing = rows.join(ids.select("node").unique(), on="node", how="semi").with_columns(pl.col("node").cast(pl.Int64))
    truth = bearing.join(label, on="node", how="left").with_columns(truth=pl.coalesce("label", "node"))
    return truth.select("record", "position", "fold", "truth")


def b_cubed(rows: pl.DataFrame) -> tuple[float, float, float]:
    """Precision, recall, F1 of column ``said`` against ``truth``."""
    both = pl.len().over("said", "truth")
    frame = rows.select(precision=both / pl.len().over("said"), recall=both / pl.len().over("truth"))
    precision, recall = frame["precision"].mean(), frame["recall"].mean()
    assert isinstance(precision, float)
    assert isinstance(recall, float)
    return precision, recall, 2 * precision * recall / (precision + recall)


def report(title: str, rows: pl.DataFrame) -> None:
    """Print figures for all labelled names, and for those that several ids bear."""
    if rows.is_empty():
        return
    shared = rows.filter(pl.col("truth").n_unique().over("fold") > 1)
    for what, part in (("all", rows), ("shared names", shared)):
        figures = "  ".join(f"{name} {value:.4f}" for name, value in zip(("P", "R", "F1"), b_cubed(part), strict=True))
        print(f"{title:<28} {what:<13} {part.height:>7,}  {figures}")


def resolved(frames: raw.Frames) -> pl.DataFrame:
    """``record``, ``position``, ``said``: whom the finder takes each printed name for, with all ids hidden."""
    hidden = frames["raw_names"].with_columns(ids=pl.lit([], pl.List(pl.String)))
    _, versions = works.resolve(frames["raw_works"], hidden)
    _, naming = institutions.resolve(frames["raw_affiliations"], frames["raw_institutions"])
    named = authors.resolve(hidden, versions, publish.places(frames["raw_affiliations"], naming), frames["raw_works"])
    return named.select("record", "position", "reasons", "chance", said="author")


def reasons(rows: pl.DataFrame) -> None:
    """Print, by what ties a name to a person, how many of that person's other labelled names are truly theirs."""
    several = rows.filter(pl.len().over("said") > 1).with_columns(
        agreement=(pl.len().over("said", "truth") - 1) / (pl.len().over("said") - 1)
    )
    shown = several.group_by("reasons", "chance").agg(n=pl.len(), agreement=pl.col("agreement").mean())
    for row in shown.sort("n", descending=True).iter_rows(named=True):
        why = ", ".join(text for bit, text in certainty.REASONS.items() if row["reasons"] & bit) or "nothing"
        print(f"  {row['n']:>7,}  chance {row['chance']:.2f}  agreement {row['agreement']:.3f}  {why}")
    print(f"  mean chance {several['chance'].mean():.3f}, mean agreement {several['agreement'].mean():.3f}")


def venue_years(frames: raw.Frames) -> pl.DataFrame:
    """``record``, ``venue``: the file that each work came from."""
    venue = pl.col("venue").str.to_lowercase().str.replace_all(r"[^a-z0-9]", "")
    return frames["raw_works"].select("record", venue=venue)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--held-out", nargs="*", default=["www2024", "corl2022"])
    parser.add_argument("--by", nargs="*", default=LABELS)
    parser.add_argument("--reasons", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, open_store(options.home or Path(folder)) as store:
        if options.home is None:
            import_files(store, discover()["paperlists"], [SHARED], now="2026-11-22")
        measure(store, set(options.held_out), options.by, why=options.reasons)


def measure(store: Store, held_out: set[str], by: Sequence[str], *, why: bool) -> None:
    """Print the figures of a store."""
    frames, _ = raw.load(store)
    truth = labelled(frames["raw_names"], by)
    start = time.perf_counter()
    said = resolved(frames)
    print(f"resolved {frames['raw_names'].height:,} printed names in {time.perf_counter() - start:.1f} s")
    rows = truth.join(said, on=("record", "position")).join(venue_years(frames), on="record", how="left")
    by_name = rows.with_columns(said=pl.col("fold").rank("dense"))
    kept_out = pl.col("venue").is_in(list(held_out)).fill_null(value=False)
    for title, chosen in (("tuned on", ~kept_out), (f"held out: {' '.join(sorted(held_out))}", kept_out)):
        report(f"name only, {title}"[:28], by_name.filter(chosen))
        report(f"finder, {title}"[:28], rows.filter(chosen))
        if why:
            reasons(rows.filter(chosen))


if __name__ == "__main__":
    main()
