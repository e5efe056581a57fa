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


def narwhals(folder: str, streaming: str = "streaming") -> Task:
    """The finder's ranking, on Polars."""
    import narwhals  # noqa: F401 - imports are not counted
    import polars as pl

    def task() -> Mapping[str, Any]:
        def collect(frame: Any) -> pl.DataFrame:
            return frame.collect(engine=streaming)

        return _ranked(lambda name: pl.scan_parquet(Path(folder) / f"{name}.parquet"), collect, pl.DataFrame.lazy)

    return task


def elsewhere(folder: str, name: str) -> Task:
    """The same on another engine."""
    from finder.rank import engines
    from finder.settings import EngineSettings

    opened = engines.opened(name, EngineSettings(memory_gb=8 if name == "spark" else 1))  # type: ignore[arg-type]
    engine = opened.__enter__()  # the start of Java is not counted

    def task() -> Mapping[str, Any]:
        def scan(table: str) -> Any:
            path = str(Path(folder) / f"{table}.parquet")
            on: Any = engine
            return on.connection.read_parquet(path) if name == "duckdb" else on.session.read.parquet(path)

        found = _ranked(scan, lambda frame: engine.collect([frame])[0], engine.table)
        java = _peak(engine.session.sparkContext._gateway.proc.pid) if isinstance(engine, engines.Spark) else 0.0
        opened.__exit__(None, None, None)
        return {**found, "java": java}

    return task


def _peak(process: int) -> float:
    """The most memory of another process, in MB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(float(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _ranked(scan: Callable[[str], Any], collect: Callable[[Any], Any], take: Callable[[Any], Any]) -> Mapping[str, Any]:
    import narwhals as nw

    from finder.rank import advisors

    authorships = scan("authorships")
    evidence, sums = advisors.gather(scan("matches"), authorships, TODAY, TODAY, 4.0)
    sums = nw.from_native(sums).filter(nw.col("volume") >= TOUCH)
    people = nw.from_native(advisors.with_record(sums.to_native(), authorships, TODAY))
    people = people.join(nw.from_native(scan("authors")), on="author")
    people = people.with_columns(stage=nw.lit("unknown"), stage_confidence=nw.lit(0.0)).to_native()
    ordered = nw.from_native(advisors.banded(advisors.score(people, advisors.Scheme())))
    first = collect(ordered.head(TOP).to_native())
    who = nw.from_native(take(first.select("author")))
    shown = collect(nw.from_native(evidence).join(who, on="author", how="semi").to_native())
    return {"best": first["author_id"].to_list(), "bands": "".join(first["band"].to_list()), "evidence": shown.height}


def native(folder: str) -> Task:
    """The same formulas written for Polars alone."""
    import polars as pl

    from finder.rank import advisors, signals

    def power(base: float, exponent: pl.Expr) -> pl.Expr:
        return base ** exponent.cast(pl.Float64)

    def task() -> Mapping[str, Any]:
        c, day = pl.col, signals.days(TODAY)
        authorships = pl.scan_parquet(Path(folder) / "authorships.parquet").filter("published", c("day") <= day)
        matches = pl.scan_parquet(Path(folder) / "matches.parquet")
        last = c("position") == c("n_authors") - 1
        led = last | (c("corresponding") & (c("position") > 0))
        crowd = pl.min_horizontal(1.0, signals.SMALL / c("n_authors"))
        credit = (
            pl.when("alphabetical").then(signals.EQUAL * crowd).when(led).then(signals.LED)
            .when(c("position") == 0).then(signals.FIRST).otherwise(signals.MIDDLE * crowd)
        )  # fmt: skip
        rows = (
            matches.join(authorships, on="work")
            .with_columns(
                credit=credit, age=pl.max_horizontal(day - c("day"), 0),
                led=pl.when("alphabetical").then(0.5).otherwise(led.cast(pl.Float64)),
            )
            .with_columns(worth=c("match") * c("credit"))
            .with_columns(order=-c("worth") + c("age") * 1e-9 + (c("work") % 1_000_000) * 1e-15)
            .with_columns(nth=c("order").rank("ordinal").over("author"))
            .with_columns(share=power(signals.DISCOUNT, c("nth").cast(pl.Float64) - 1) * c("worth"),
                          fresh=power(0.5, c("age") / (365.25 * 4.0)))
        )  # fmt: skip
        now = c("age") <= signals.RECENT
        before = ~now & (c("age") <= 2 * signals.RECENT)
        sums = rows.group_by("author").agg(
            c("share").sum().alias("volume"), fresh_share=(c("share") * c("fresh")).sum(),
            now_worth=c("worth").filter(now).sum(), before_worth=c("worth").filter(before).sum(),
            matched_recent=now.sum(), led_match=(c("led") * c("match")).sum(), match_sum=c("match").sum(),
            worth_sum=c("worth").sum(), newest=c("year").max(), newest_day=c("day").max(), matched=pl.len(),
        ).filter(c("volume") >= TOUCH)  # fmt: skip
        many = c("n_authors") > 1
        ended = last & many & ~c("alphabetical")
        record = authorships.join(sums, on="author", how="semi").group_by("author").agg(
            works=pl.len(), last=ended.sum(), first=((c("position") == 0) & many).sum(),
            works_recently=(c("year") > TODAY.year - 5).sum(), recent_last=(ended & (c("year") > TODAY.year - 3)).sum(),
            led_since=c("year").filter(ended).min(), first_seen=c("year").min(), last_seen=c("year").max(),
        )  # fmt: skip
        field = (c("now_worth").sum() + 1.0) / (c("before_worth").sum() + 1.0)
        whole = pl.max_horizontal(signals.TYPICAL * c("works_recently"), "worth_sum")
        parts = (
            0.75 * (1 - signals.DISCOUNT) * c("volume") + 0.25 * c("worth_sum") / (whole + signals.PRIOR),
            c("fresh_share") / pl.max_horizontal("volume", 1e-9),
            1 - power(0.5, c("now_worth") / 0.8),
            (c("now_worth") + 0.5) / (c("now_worth") + field * c("before_worth") + 1.0),
            (c("led_match") + 0.15) / (c("match_sum") + 0.6),
        )  # fmt: skip
        total = sum(advisors.WEIGHTS.values())
        people = sums.join(record, on="author", how="left").join(
            pl.scan_parquet(Path(folder) / "authors.parquet"), on="author"
        ).with_columns(p.alias(name) for name, p in zip(advisors.PARTS, parts, strict=True))  # fmt: skip
        logs = [pl.max_horizontal(name, advisors.FLOOR).log() * (w / total) for name, w in advisors.WEIGHTS.items()]
        ratio = c("score") / c("score").max()
        band = pl.lit(advisors.BANDS[-1][1])
        for least, name in reversed(advisors.BANDS[:-1]):
            band = pl.when(ratio >= least).then(pl.lit(name)).otherwise(band)
        ordered = (
            people.with_columns(score=pl.sum_horizontal(logs).exp())
            .with_columns(band=band, order=(c("score") * 1e6).round(0))
            .sort("order", "author_id", descending=[True, False])
        )  # fmt: skip
        first = ordered.head(TOP).collect(engine="streaming")
        shown = rows.join(first.lazy().select("author"), on="author", how="semi").collect(engine="streaming")
        return {"best": first["author_id"].to_list(), "bands": "".join(first["band"]), "evidence": shown.height}

    return task


def made(home: str, folder: str, works: str, per_work: str) -> Task:
    """The tables."""

    def task() -> Mapping[str, Any]:
        import polars as pl

        from finder.rank import match
        from finder.store import open_store

        with open_store(Path(home)) as store:
            found = match.find(store, store.snapshots.current(), INTEREST, TODAY).frame
        enlarging.tables(Path(home), Path(folder), int(works), found.select("work", "match"), float(per_work))
        size = {name: pl.scan_parquet(Path(folder) / f"{name}.parquet").select(pl.len()).collect().item()
                for name in ("authorships", "matches", "authors")}  # fmt: skip
        return size | {"bytes": (Path(folder) / "authorships.parquet").stat().st_size}

    return task


TASKS: Mapping[str, Callable[..., Task]] = {
    "made": made,
    "narwhals": narwhals,
    "native": native,
    "elsewhere": elsewhere,
}


def _here(name: str) -> bool:
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
        print(f"{options.works:,} works, {size['authorships']:,} authorships ({size['bytes'] / 1e6:.0f} MB), "
              f"{size['authors']:,} people, {size['matches']:,} matched works")  # fmt: skip
        runs = {"native Polars, streaming": ("native", folder), "Narwhals on Polars, streaming": ("narwhals", folder),
                "Narwhals on Polars, in memory": ("narwhals", folder, "in-memory")}  # fmt: skip
        others = {name: ("elsewhere", folder, name) for name in ("duckdb", "spark") if _here(name)}
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
        rows.append([
            name, median(walls), f"{min(walls):.2f}-{max(walls):.2f}", median([cost.cpu for cost in found]),
            median([cost.memory + cost.told.get("java", 0) for cost in found]), median(ratios), "yes" if same else "NO",
        ])  # fmt: skip
    head = ["ranking", "wall s", "range s", "CPU s", "peak MB", "x native", "same first 25"]
    show(f"Ranking, medians of {options.rounds} rounds (other engines: 3)", head, rows)


if __name__ == "__main__":
    main()
