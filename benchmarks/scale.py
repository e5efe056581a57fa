"""The ranking over a million works and ten million authorships: Narwhals beside the same in native Polars.

    uv run --extra duckdb [--extra spark] python benchmarks/scale.py --home FOLDER [--works 1000000] [--rounds 5]

``--home`` holds an imported store (``finder import paperlists …``), from whose distribution the tables are drawn
(enlarging.py) into a temporary folder. Each task runs in a fresh process over these Parquet files: sums of everybody
who has a matched work, their whole record, parts, score, bands, and the evidence of the first 25.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import enlarging
from measuring import Cost, Task, apart, median, serve, show

TODAY = date(2026, 11, 22)
INTEREST = "multimodal learning"
TOP = 25
TOUCH = 0.2


def narwhals_ranking_task(folder: str, streaming: str = "streaming") -> Task:
    """The finder's ranking, on Polars."""
    import narwhals  # noqa: F401 - imports are not counted
    import polars as pl

    def rank_with_narwhals() -> Mapping[str, Any]:
        def collect_polars_frame(frame: Any) -> pl.DataFrame:
            return frame.collect(engine=streaming)

        return _rank_everybody(
            lambda name: pl.scan_parquet(Path(folder) / f"{name}.parquet"), collect_polars_frame, pl.DataFrame.lazy
        )

    return rank_with_narwhals


def other_engine_task(folder: str, name: str) -> Task:
    """The same on another engine."""
    from finder.ranking import engines
    from finder.settings import EngineSettings

    opened = engines.open_engine(name, EngineSettings(memory_gb=8 if name == "spark" else 1))  # type: ignore[arg-type]
    engine = opened.__enter__()  # the start of Java is not counted

    def rank_on_other_engine() -> Mapping[str, Any]:
        def scan_engine_table(table: str) -> Any:
            path = str(Path(folder) / f"{table}.parquet")
            on: Any = engine
            return on.connection.read_parquet(path) if name == "duckdb" else on.session.read.parquet(path)

        found = _rank_everybody(scan_engine_table, lambda frame: engine.collect([frame])[0], engine.table)
        java = (
            _peak_memory_mb(engine.session.sparkContext._gateway.proc.pid) if isinstance(engine, engines.Spark) else 0.0
        )
        opened.__exit__(None, None, None)
        return {**found, "java": java}

    return rank_on_other_engine


def _peak_memory_mb(process: int) -> float:
    """The most memory of another process, in MB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(float(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _rank_everybody(
    scan: Callable[[str], Any], collect: Callable[[Any], Any], take: Callable[[Any], Any]
) -> Mapping[str, Any]:
    import narwhals as nw

    from finder.ranking import advisor_score

    authorships = scan("authorships")
    evidence, sums = advisor_score.collect_evidence(scan("matches"), authorships, TODAY, TODAY, 4.0)
    sums = nw.from_native(sums).filter(nw.col("volume") >= TOUCH)
    people = nw.from_native(advisor_score.add_publication_record(sums.to_native(), authorships, TODAY))
    people = people.join(nw.from_native(scan("authors")), on="author")
    people = people.with_columns(stage=nw.lit("unknown"), stage_confidence=nw.lit(0.0)).to_native()
    ordered = nw.from_native(advisor_score.banded(advisor_score.score_advisors(people, advisor_score.ScoringScheme())))
    first = collect(ordered.head(TOP).to_native())
    who = nw.from_native(take(first.select("author")))
    shown = collect(nw.from_native(evidence).join(who, on="author", how="semi").to_native())
    return {"best": first["author_id"].to_list(), "bands": "".join(first["band"].to_list()), "evidence": shown.height}


def native_polars_task(folder: str) -> Task:
    """The same formulas written for Polars alone."""
    import polars as pl

    from finder.ranking import advisor_score, signals

    def raise_to_power(base: float, exponent: pl.Expr) -> pl.Expr:
        return base ** exponent.cast(pl.Float64)

    def rank_in_native_polars() -> Mapping[str, Any]:
        c, day = pl.col, signals.epoch_days(TODAY)
        authorships = pl.scan_parquet(Path(folder) / "authorships.parquet").filter("published", c("day") <= day)
        matches = pl.scan_parquet(Path(folder) / "matches.parquet")
        last = c("position") == c("n_authors") - 1
        led = last | (c("corresponding") & (c("position") > 0))
        crowd = pl.min_horizontal(1.0, signals.SMALL / c("n_authors"))
        credit = (
            pl.when("alphabetical")
            .then(signals.EQUAL * crowd)
            .when(led)
            .then(signals.LED)
            .when(c("position") == 0)
            .then(signals.FIRST)
            .otherwise(signals.MIDDLE * crowd)
        )
        rows = (
            matches.join(authorships, on="work")
            .with_columns(
                credit=credit,
                age=pl.max_horizontal(day - c("day"), 0),
                led=pl.when("alphabetical").then(0.5).otherwise(led.cast(pl.Float64)),
            )
            .with_columns(worth=c("match") * c("credit"))
            .with_columns(order=-c("worth") + c("age") * 1e-9 + (c("work") % 1_000_000) * 1e-15)
            .with_columns(nth=c("order").rank("ordinal").over("author"))
            .with_columns(
                share=raise_to_power(signals.DISCOUNT, c("nth").cast(pl.Float64) - 1) * c("worth"),
                fresh=raise_to_power(0.5, c("age") / (365.25 * 4.0)),
            )
        )
        now = c("age") <= signals.RECENT
        before = ~now & (c("age") <= 2 * signals.RECENT)
        sums = (
            rows.group_by("author")
            .agg(
                c("share").sum().alias("volume"),
                fresh_share=(c("share") * c("fresh")).sum(),
                now_worth=c("worth").filter(now).sum(),
                before_worth=c("worth").filter(before).sum(),
                matched_recent=now.sum(),
                led_match=(c("led") * c("match")).sum(),
                match_sum=c("match").sum(),
                worth_sum=c("worth").sum(),
                newest=c("year").max(),
                newest_day=c("day").max(),
                matched=pl.len(),
            )
            .filter(c("volume") >= TOUCH)
        )
        many = c("n_authors") > 1
        ended = last & many & ~c("alphabetical")
        record = (
            authorships.join(sums, on="author", how="semi")
            .group_by("author")
            .agg(
                works=pl.len(),
                last=ended.sum(),
                first=((c("position") == 0) & many).sum(),
                works_recently=(c("year") > TODAY.year - 5).sum(),
                recent_last=(ended & (c("year") > TODAY.year - 3)).sum(),
                led_since=c("year").filter(ended).min(),
                first_seen=c("year").min(),
                last_seen=c("year").max(),
            )
        )
        field = (c("now_worth").sum() + 1.0) / (c("before_worth").sum() + 1.0)
        whole = pl.max_horizontal(signals.TYPICAL * c("works_recently"), "worth_sum")
        parts = (
            0.75 * (1 - signals.DISCOUNT) * c("volume") + 0.25 * c("worth_sum") / (whole + signals.PRIOR),
            c("fresh_share") / pl.max_horizontal("volume", 1e-9),
            1 - raise_to_power(0.5, c("now_worth") / 0.8),
            (c("now_worth") + 0.5) / (c("now_worth") + field * c("before_worth") + 1.0),
            (c("led_match") + 0.15) / (c("match_sum") + 0.6),
        )
        total = sum(advisor_score.WEIGHTS.values())
        people = (
            sums.join(record, on="author", how="left")
            .join(pl.scan_parquet(Path(folder) / "authors.parquet"), on="author")
            .with_columns(p.alias(name) for name, p in zip(advisor_score.PARTS, parts, strict=True))
        )
        logs = [
            pl.max_horizontal(name, advisor_score.FLOOR).log() * (w / total)
            for name, w in advisor_score.WEIGHTS.items()
        ]
        ratio = c("score") / c("score").max()
        band = pl.lit(advisor_score.BANDS[-1][1])
        for least, name in reversed(advisor_score.BANDS[:-1]):
            band = pl.when(ratio >= least).then(pl.lit(name)).otherwise(band)
        ordered = (
            people.with_columns(score=pl.sum_horizontal(logs).exp())
            .with_columns(band=band, order=(c("score") * 1e6).round(0))
            .sort("order", "author_id", descending=[True, False])
        )
        first = ordered.head(TOP).collect(engine="streaming")
        shown = rows.join(first.lazy().select("author"), on="author", how="semi").collect(engine="streaming")
        return {"best": first["author_id"].to_list(), "bands": "".join(first["band"]), "evidence": shown.height}

    return rank_in_native_polars


def scale_tables_task(home: str, folder: str, works: str, per_work: str) -> Task:
    """The tables."""

    def write_scale_tables() -> Mapping[str, Any]:
        import polars as pl

        from finder.ranking import text_match
        from finder.storage import open_store

        with open_store(Path(home)) as store:
            found = text_match.match_works(store, store.snapshots.current_snapshot(), INTEREST, TODAY).frame
        enlarging.tables(Path(home), Path(folder), int(works), found.select("work", "match"), float(per_work))
        size = {
            name: pl.scan_parquet(Path(folder) / f"{name}.parquet").select(pl.len()).collect().item()
            for name in ("authorships", "matches", "authors")
        }
        return size | {"bytes": (Path(folder) / "authorships.parquet").stat().st_size}

    return write_scale_tables


TASKS: Mapping[str, Callable[..., Task]] = {
    "made": scale_tables_task,
    "narwhals": narwhals_ranking_task,
    "native": native_polars_task,
    "elsewhere": other_engine_task,
}


def _engine_available(name: str) -> bool:
    return importlib.util.find_spec({"spark": "pyspark"}.get(name, name)) is not None


def main() -> None:
    """Run the rounds and print medians."""
    if serve(TASKS, sys.argv[1:]):
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--works", type=int, default=1_000_000)
    parser.add_argument("--authors-per-work", type=float, default=enlarging.AUTHORS_PER_WORK)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="finder-scale-") as folder:
        size = apart(__file__, "made", options.home, folder, options.works, options.authors_per_work).told
        print(
            f"{options.works:,} works, {size['authorships']:,} authorships ({size['bytes'] / 1e6:.0f} MB), "
            f"{size['authors']:,} people, {size['matches']:,} matched works"
        )
        runs = {
            "native Polars, streaming": ("native", folder),
            "Narwhals on Polars, streaming": ("narwhals", folder),
            "Narwhals on Polars, in memory": ("narwhals", folder, "in-memory"),
        }
        others = {name: ("elsewhere", folder, name) for name in ("duckdb", "spark") if _engine_available(name)}
        costs: dict[str, list[Cost]] = {}
        for number in range(options.rounds):
            for name, run in {**runs, **(others if number < 3 else {})}.items():
                costs.setdefault(name, []).append(apart(__file__, *run))
    base = costs["native Polars, streaming"]
    rows = []
    for name, found in costs.items():
        same = all({**cost.told, "java": 0} == {**base[0].told, "java": 0} for cost in found)
        walls = [cost.wall for cost in found]
        ratios = [cost.wall / other.wall for cost, other in zip(found, base, strict=False)]
        rows.append(
            [
                name,
                median(walls),
                f"{min(walls):.2f}-{max(walls):.2f}",
                median([cost.cpu for cost in found]),
                median([cost.memory + cost.told.get("java", 0) for cost in found]),
                median(ratios),
                "yes" if same else "NO",
            ]
        )
    head = ["ranking", "wall s", "range s", "CPU s", "peak MB", "x native", "same first 25"]
    show(f"Ranking, medians of {options.rounds} rounds (other engines: 3)", head, rows)


if __name__ == "__main__":
    main()
