"""Who is who, measured: names are resolved with every id hidden, and compared with the ids.

    uv run python benchmarks/identity.py [--home FOLDER] [--held-out VENUE…] [--by ieee] [--reasons]
                                                   [--apart] [--doubtful]

B-cubed precision and recall (Bagga & Baldwin 1998) over all labelled authorships, and over those whose name more than
one id bears. The truth is the profile that authors gave (OpenReview, DBLP, Scholar); ids of one person are joined where
they stand together. ``--by ieee`` takes the IEEE's author numbers for the truth instead: they are given by a machine
that knows several spellings of one person. ``--reasons`` prints how often each reason was right: the chances in
``finder/resolution/link_confidence.py``. ``--apart`` prints, with all ids in use, who stands there as two though much
speaks for one, and whether namesakes are kept apart. ``--doubtful`` prints how many records of one name that stand
apart are one person's: the chances in ``finder/answers/identity.py``. ``--home`` holds an imported store; without it,
``../shared/paperlists`` is imported into a temporary one.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from finder import reference_data
from finder.ingest.file_import import import_files
from finder.resolution import author_merges, authors, input_tables, institutions, link_confidence, pipeline, works
from finder.resolution.connected_components import label_components
from finder.source import discover_sources
from finder.storage import Store, open_store
from finder.tables import LIST
from finder.text import names

SHARED = Path(__file__).resolve().parents[2] / "shared" / "paperlists"
LABELS = ("openreview", "dblp", "scholar")


def label_authorships(printed: pl.DataFrame, schemes: Sequence[str] = LABELS) -> pl.DataFrame:
    """``record``, ``position``, ``fold``, ``truth``: the authorships that bear a profile, and whose they are."""
    rows = printed.filter(pl.col("position") >= 0).with_row_index("node")
    ids = (
        rows.select("node", id="ids")
        .explode("id", empty_as_null=True)
        .filter(pl.col("id").str.split(":").list.first().is_in(schemes))
    )
    label = label_components(ids.select("node", key=pl.col("id").hash(seed=1)))
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


def report_identity_figures(title: str, rows: pl.DataFrame) -> None:
    """Print figures for all labelled names, and for those that several ids bear."""
    if rows.is_empty():
        return
    shared = rows.filter(pl.col("truth").n_unique().over("fold") > 1)
    for what, part in (("all", rows), ("shared names", shared)):
        figures = "  ".join(f"{name} {value:.4f}" for name, value in zip(("P", "R", "F1"), b_cubed(part), strict=True))
        print(f"{title:<28} {what:<13} {part.height:>7,}  {figures}")


def resolve_printed_names(frames: input_tables.Frames, hidden: pl.DataFrame | None = None) -> pl.DataFrame:
    """``record``, ``position``, ``said``: whom the finder takes each printed name for, with all ids hidden.

    Args:
        hidden: the printed names with the ids that are to be used, instead.
    """
    if hidden is None:
        hidden = frames["raw_names"].with_columns(ids=pl.lit([], LIST))
    _, versions = works.resolve_works(frames["raw_works"], hidden)
    _, naming = institutions.resolve_institutions(frames["raw_affiliations"], frames["raw_institutions"])
    named = authors.resolve_authors(
        hidden, versions, pipeline.attach_institutions(frames["raw_affiliations"], naming), frames["raw_works"]
    )
    return named.select("record", "position", "reasons", "chance", said="author")


def report_reason_agreement(rows: pl.DataFrame) -> None:
    """Print, by what ties a name to a person, how many of that person's other labelled names are truly theirs."""
    several = rows.filter(pl.len().over("said") > 1).with_columns(
        agreement=(pl.len().over("said", "truth") - 1) / (pl.len().over("said") - 1)
    )
    shown = several.group_by("reasons", "chance").agg(n=pl.len(), agreement=pl.col("agreement").mean())
    for row in shown.sort("n", descending=True).iter_rows(named=True):
        why = ", ".join(text for bit, text in link_confidence.REASONS.items() if row["reasons"] & bit) or "nothing"
        print(f"  {row['n']:>7,}  chance {row['chance']:.2f}  agreement {row['agreement']:.3f}  {why}")
    print(f"  mean chance {several['chance'].mean():.3f}, mean agreement {several['agreement'].mean():.3f}")


MATES = 3  # co-authors of the same names in common from which two records of one name are suspected to be one person
MANY = 10  # printed names of each from which that matters most


def coauthor_names(named: pl.DataFrame) -> pl.DataFrame:
    """``said``, ``fold``, ``mate``: with people of which names each person wrote."""
    people = named.filter(pl.col("position") >= 0).select("said", "fold", "record")
    both = people.join(people.select("record", mate="fold", whose="said"), on="record")
    return both.filter(pl.col("said") != pl.col("whose")).select("said", "fold", "mate").unique()


def conflicting_id_pairs(pairs: pl.DataFrame, named: pl.DataFrame, *, but: Sequence[str] = ()) -> pl.DataFrame:
    """``said``, ``said_2``: pairs to whom one registry has given different ids."""
    ids = named.select("said", id="ids").explode("id", empty_as_null=True).drop_nulls().unique()
    ids = ids.with_columns(scheme=pl.col("id").str.split(":").list.first()).filter(~pl.col("scheme").is_in(but))
    both = (
        pairs.select("said", "said_2")
        .join(ids, on="said")
        .join(ids, left_on=("said_2", "scheme"), right_on=("said", "scheme"), suffix="_2")
    )
    each = both.group_by("said", "said_2", "scheme").agg(same=(pl.col("id") == pl.col("id_2")).any())
    return each.filter(~pl.col("same")).select("said", "said_2").unique()


def report_split_pairs(named: pl.DataFrame) -> None:
    """Print how many pairs of one name, or of spellings of one, stand apart that share co-authors.

    Args:
        named: ``record``, ``position``, ``name``, ``fold``, ``ids``, ``said``.
    """
    beside = coauthor_names(named)
    sizes = named.filter(pl.col("position") >= 0).group_by("said").agg(size=pl.len())

    def pairs_sharing_coauthors(one: pl.DataFrame, other: pl.DataFrame, least: int) -> pl.DataFrame:
        pairs = one.join(other, on=("key", "mate"), suffix="_2").filter(pl.col("said") != pl.col("said_2"))
        pairs = pairs.select(
            pl.min_horizontal("said", "said_2"), "key", "mate", said_2=pl.max_horizontal("said", "said_2")
        )
        pairs = pairs.group_by("said", "said_2").agg(shared=pl.col("mate").n_unique())
        return pairs.filter(pl.col("shared") >= least)

    same = beside.rename({"fold": "key"})
    pairs = pairs_sharing_coauthors(same, same, MATES)
    for what, but in (("any registry", ()), ("any registry but the IEEE", ("ieee",))):
        free = pairs.join(conflicting_id_pairs(pairs, named, but=but), on=("said", "said_2"), how="anti")
        sized = free.join(sizes, on="said").join(sizes, left_on="said_2", right_on="said", suffix="_2")
        many = sized.filter((pl.col("size") >= MANY) & (pl.col("size_2") >= MANY)).height
        print(
            f"one name, {MATES} co-authors in common, ids of {what} do not contradict: {free.height:,} pairs apart, "
            f"{many} of them with {MANY} printed names each"
        )
    folds = named.select("fold", "name").unique("name")
    words = pl.col("fold").str.split(" ")
    longer = words.list.len() > 2
    keys = {
        "umlauts written out": folds.filter(pl.col("name").str.contains("[äöüÄÖÜøØåÅ]"))
        .select("fold", key=pl.col("name").map_elements(names.umlaut_name_key, return_dtype=pl.String))
        .filter(pl.col("fold") != pl.col("key")),
        "second family name missing": folds.filter(longer & (words.list.first().str.len_chars() > 1)).select(
            "fold", key=words.list.slice(0, words.list.len() - 1).list.join(" ")
        ),
        "first initial missing": folds.filter(longer & (words.list.first().str.len_chars() == 1)).select(
            "fold", key=words.list.slice(1).list.join(" ")
        ),
        "hyphen or space missing": folds.select("fold", key=pl.col("fold").str.replace_all(" ", "")),
        "nickname": folds.select(
            "fold",
            key=pl.concat_str(
                words.list.first().replace(reference_data.nickname_index()),
                pl.lit(" "),
                words.list.slice(1).list.join(" "),
            ),
        ),
    }
    for what, key in keys.items():
        key = key.unique()
        one = beside.join(key, on="fold").select("said", "fold", "key", "mate")
        if what.startswith(("hyphen", "nick")):
            two = one
        else:
            two = beside.filter(pl.col("fold").is_in(key["key"].implode())).with_columns(key="fold")
        all_ = one.join(two, on=("key", "mate"), suffix="_2").filter(pl.col("fold") != pl.col("fold_2"))
        met = (
            all_.group_by("fold", "fold_2")
            .agg(shared=pl.col("mate").n_unique(), one=(pl.col("said") == pl.col("said_2")).any())
            .filter(pl.col("shared") >= 2)
        )
        if two is one:
            met = met.filter(pl.col("fold") < pl.col("fold_2"))
        print(
            f"{what}, 2 co-authors in common: {met.filter(~pl.col('one')).height} of {met.height} pairs of names apart"
        )


def report_doubtful_pairs(rows: pl.DataFrame, frames: input_tables.Frames, said: pl.DataFrame) -> None:
    """Print, by what they have in common, what share of the records of one name that stand apart are one person's.

    Args:
        rows: the labelled authorships with ``said``.
        said: everybody's.
    """
    _, naming = institutions.resolve_institutions(frames["raw_affiliations"], frames["raw_institutions"])
    at = pipeline.attach_institutions(frames["raw_affiliations"], naming)
    named = frames["raw_names"].join(said, on=("record", "position")).filter(pl.col("position") >= 0)
    truth = rows.group_by("said", "truth").len().sort("len", "truth").unique("said", keep="last", maintain_order=True)
    own = named.join(truth, on="said", how="semi").select("said", "fold").unique()
    own = own.filter(pl.col("said").n_unique().over("fold") > 1)
    few = named.filter(pl.len().over("record") <= author_merges.CROWD)
    beside = own.join(few.select("said", "record"), on="said").join(few.select("record", on="said"), on="record")
    here = own.join(named.select("said", "record", "position"), on="said").join(at, on=("record", "position"))
    pairs = own.join(own, on="fold", suffix="_2").filter(pl.col("said") < pl.col("said_2"))
    for name, company in (
        ("mates", beside.filter(pl.col("on") != pl.col("said"))),
        ("places", here.rename({"institution": "on"})),
    ):
        met = company.select("said", "fold", "on").unique()
        both = (
            met.join(met, on=("fold", "on"), suffix="_2").group_by("said", "said_2", "fold").agg(pl.len().alias(name))
        )
        pairs = pairs.join(both, on=("said", "said_2", "fold"), how="left").with_columns(pl.col(name).fill_null(0))
    bearers = pl.col("bearers")
    told = (
        pairs.join(truth, on="said")
        .join(truth, left_on="said_2", right_on="said", suffix="_2")
        .join(authors.estimate_name_bearers(frames["raw_names"]), on="fold")
        .with_columns(
            name=pl.when(bearers <= link_confidence.RARE)
            .then(pl.lit("rare"))
            .when(bearers <= 1)
            .then(pl.lit("one or fewer"))
            .otherwise(pl.lit("several"))
        )
        .group_by("name", pl.col("mates").clip(0, 1), pl.col("places").clip(0, 1))
        .agg(n=pl.len(), same=(pl.col("truth") == pl.col("truth_2")).mean())
        .sort("name", "mates", "places")
    )
    for row in told.iter_rows(named=True):
        print(
            f"  expected bearers {row['name']:<12} co-author {row['mates']} institution {row['places']}: "
            f"{row['n']:>6,} pairs, one person {row['same']:.2f}"
        )


def report_namesakes(frames: input_tables.Frames) -> None:
    """Print how many of one name whom two registries at least know as two stand apart, with ids and without."""
    printed = frames["raw_names"].filter(pl.col("position") >= 0)
    whose = label_authorships(frames["raw_names"])
    placed = whose.join(frames["raw_affiliations"], on=("record", "position"), how="semi")
    known = placed.filter(pl.col("truth").n_unique().over("fold") > 1)
    ids = known.select("record", "position", said="truth").join(printed, on=("record", "position"))
    ids = ids.select("said", id="ids").explode("id", empty_as_null=True).drop_nulls().unique()
    ids = ids.with_columns(scheme=pl.col("id").str.split(":").list.first())
    people = known.select("fold", said="truth").unique()
    pairs = people.join(people, on="fold", suffix="_2").filter(pl.col("said") < pl.col("said_2"))
    both = pairs.join(ids, on="said").join(ids, left_on=("said_2", "scheme"), right_on=("said", "scheme"), suffix="_2")
    told = both.group_by("said", "said_2", "scheme").agg(same=(pl.col("id") == pl.col("id_2")).any())
    two = told.group_by("said", "said_2").agg(schemes=(~pl.col("same")).sum(), same=pl.col("same").any())
    pairs = pairs.join(two.filter((pl.col("schemes") > 1) & ~pl.col("same")), on=("said", "said_2"))
    for what, hidden in (("ids in use", frames["raw_names"]), ("all ids hidden", None)):
        said = whose.join(resolve_printed_names(frames, hidden), on=("record", "position"))
        mostly = said.group_by("truth", "said").len().sort("truth", "len", "said")
        mostly = mostly.unique("truth", keep="last", maintain_order=True).select("truth", whom="said")
        found = pairs.join(mostly, left_on="said", right_on="truth").join(
            mostly, left_on="said_2", right_on="truth", suffix="_2"
        )
        apart_ = found.filter(pl.col("whom") != pl.col("whom_2")).height
        print(
            f"namesakes with places printed, two to two registries at least, {what}: {apart_} of {found.height} apart"
        )


def record_venues(frames: input_tables.Frames) -> pl.DataFrame:
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
    parser.add_argument("--apart", action="store_true")
    parser.add_argument("--doubtful", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, open_store(options.home or Path(folder)) as store:
        if options.home is None:
            import_files(store, discover_sources()["paperlists"], [SHARED], now="2026-11-22")
        measure_identity(store, set(options.held_out), options.by, why=options.reasons, unsure=options.doubtful)
        if options.apart:
            frames, _ = input_tables.load_raw_tables(store)
            said = resolve_printed_names(frames, frames["raw_names"]).select("record", "position", "said")
            report_split_pairs(frames["raw_names"].join(said, on=("record", "position")))
            report_namesakes(frames)


def measure_identity(store: Store, held_out: set[str], by: Sequence[str], *, why: bool, unsure: bool) -> None:
    """Print the figures of a store."""
    frames, _ = input_tables.load_raw_tables(store)
    truth = label_authorships(frames["raw_names"], by)
    start = time.perf_counter()
    said = resolve_printed_names(frames)
    print(f"resolved {frames['raw_names'].height:,} printed names in {time.perf_counter() - start:.1f} s")
    rows = truth.join(said, on=("record", "position")).join(record_venues(frames), on="record", how="left")
    by_name = rows.with_columns(said=pl.col("fold").rank("dense"))
    kept_out = pl.col("venue").is_in(list(held_out)).fill_null(value=False)
    for title, chosen in (("tuned on", ~kept_out), (f"held out: {' '.join(sorted(held_out))}", kept_out)):
        report_identity_figures(f"name only, {title}"[:28], by_name.filter(chosen))
        report_identity_figures(f"finder, {title}"[:28], rows.filter(chosen))
        if why:
            report_reason_agreement(rows.filter(chosen))
    if unsure:
        report_doubtful_pairs(rows, frames, said.select("record", "position", "said"))


if __name__ == "__main__":
    main()
