"""The same ranking on every engine: same people, same order, same bands, same evidence."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl
import pytest
from engines_here import LACKING, duckdb, engine
from hypothesis import given, settings
from hypothesis import strategies as st
from shared import SHARED, needs_shared

from finder import answers, cli, demo_store
from finder.answers import Query
from finder.demo_metadata import demo_today
from finder.errors import EngineError, UsageError
from finder.ingest.file_import import import_files
from finder.publication import resolve_and_publish
from finder.ranking import advisor_score, engines, signals
from finder.settings import EngineSettings
from finder.source import discover_sources
from finder.storage import Store, open_store
from finder.tables import conform_table
from tests.examples import dear
from tests.once import demo_home

DAY = date(2026, 11, 1)
NOW = "2026-11-01T00:00:00+00:00"
REAL = ("aaai2021", "cvpr2019", "eccv2022", "icra2021", "icra2023", "iros2022", "nips2018", "iclr2018")
EVERYBODY = 100_000
__all__ = ["duckdb", "engine"]  # fixtures are found by their names


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The fictional world."""
    return demo_store.open_demo_store(demo_home(tmp_path_factory), pytest.fail)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Some 10,000 real works."""
    store = open_store(tmp_path_factory.mktemp("papers"))
    files = [SHARED / "paperlists" / f"{name}.json.gz" for name in REAL]
    import_files(store, discover_sources()["paperlists"], files, now=NOW)
    resolve_and_publish(store, NOW)
    return store


def same(store: Store, query: Query, other: engines.Engine) -> None:
    """Asserts that a query has the very same answer on another engine."""
    ours, theirs = (answers.find_advisors(store, query, on).to_json() for on in (engines.POLARS, other))
    assert len(ours["results"]) > 20
    placed = [[(row["author_id"], row["band"]) for row in answer["results"]] for answer in (ours, theirs)]
    assert placed[0] == placed[1]
    assert ours == theirs


@pytest.mark.parametrize("interest", ["multimodal learning", "quantum error correction"])
def test_the_fictional_world_is_ranked_alike(world: Store, engine: engines.Engine, interest: str) -> None:
    same(world, Query(interest, demo_today(), top=EVERYBODY), engine)


@pytest.mark.parametrize("name", [name for name, lacking in LACKING.items() if not lacking])
def test_the_command_prints_the_same_and_nothing_else(
    world: Store, name: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINDER_HOME", str(world.home.parent))
    printed = []
    for on in ("polars", name):
        with pytest.raises(SystemExit) as ended:
            cli.main(["advisors", "multimodal learning", "--demo", "--engine", on, "--format", "json"])
        assert ended.value.code == 0
        printed.append(capfd.readouterr().out)

    assert printed[0] == printed[1]
    assert json.loads(printed[0])["results"]


@needs_shared
@pytest.mark.parametrize("interest", ["legged locomotion", "object detection", "graph neural networks"])
def test_ten_thousand_real_works_are_ranked_alike(papers: Store, engine: engines.Engine, interest: str) -> None:
    assert papers.snapshots.current_snapshot().meta["works"] >= 10_000
    same(papers, Query(interest, DAY, top=EVERYBODY), engine)


def test_filters_and_weights_hold_on_every_engine(world: Store, engine: engines.Engine) -> None:
    query = Query(
        "multimodal learning", demo_today(), countries=("DE", "FR", "JP"), weights={"share": 1.0, "recent": 0.5}, top=40
    )
    same(world, query, engine)


def frames(rows: list[dict[str, Any]], matched: dict[int, float]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Matches and authorships in their declared shapes."""
    listed = pl.DataFrame(rows).unique(["work", "author"], keep="first", maintain_order=True)
    listed = listed.with_columns(day=20_000 - 40 * pl.col("age"), n_authors=pl.len().over("work"))
    listed = listed.with_columns(
        position=pl.int_range(pl.len()).over("work"),
        date=pl.col("day").cast(pl.Date),
        year=pl.col("day").cast(pl.Date).dt.year(),
        seen_until=pl.when(pl.col("author") % 3 > 0).then(20_000 - 300 * (pl.col("author") % 7)),
    )
    matches = pl.DataFrame(list(matched.items()), {"work": pl.UInt32, "match": pl.Float64}, orient="row")
    return matches, conform_table("authorships", listed.drop("age"))


def evidence(matches: Any, authorships: Any) -> Any:
    return advisor_score.collect_evidence(matches, authorships, DAY, DAY, 4.0)[0]


def scored(matches: Any, authorships: Any) -> Any:
    """Everybody's parts and score, of stages that are not known."""
    sums = advisor_score.aggregate_by_author(evidence(matches, authorships))
    people = nw.from_native(advisor_score.add_publication_record(sums, authorships, DAY))
    known = people.with_columns(stage=nw.lit("unknown"), stage_confidence=nw.lit(0.0))
    return advisor_score.score_advisors(known.to_native(), advisor_score.ScoringScheme())


def in_order(rows: pl.DataFrame, people: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both in an order that all engines agree on, everything within a billionth."""
    placed = advisor_score.sort_by_score(people.with_columns(author_id=pl.col("author").cast(pl.String).str.zfill(9)))
    near = pl.selectors.float().round(9) + 0.0
    return rows.sort("author", "work").with_columns(near), placed.with_columns(near)


LISTED = st.fixed_dictionaries(
    {
        "work": st.integers(0, 12),
        "author": st.integers(0, 99),
        "age": st.integers(0, 60),
        "corresponding": st.sampled_from([True, False, None]),
        "alphabetical": st.booleans(),
        "published": st.sampled_from([True, True, False]),
    }
)
MATCHED = st.dictionaries(st.integers(0, 12), st.sampled_from([0.1, 0.45, 0.6, 0.6, 1.0]), min_size=1)


def alike(rows: list[dict[str, Any]], matched: dict[int, float], other: engines.Engine) -> None:
    """Asserts that another engine gives the same for these frames."""
    inputs = frames(rows, matched)
    ours, theirs = (
        in_order(*(engines.run_query(on, question, *inputs) for question in (evidence, scored)))
        for on in (engines.POLARS, other)
    )
    for one, two in zip(ours, theirs, strict=True):
        assert one.schema == two.schema
        assert one.equals(two)


CROWD = [
    dict(work=work, author=author, age=3 * work, corresponding=author == 7, alphabetical=work == 3, published=True)
    for work in range(4)
    for author in range(100)
]


@pytest.mark.parametrize(
    "rows", [CROWD, CROWD[:1], [{**row, "age": 5, "published": row["work"] != 2} for row in CROWD]]
)
def test_crowds_single_works_and_ties_are_ranked_alike(rows: list[dict[str, Any]], engine: engines.Engine) -> None:
    alike(rows, {0: 0.6, 1: 0.6, 2: 0.6, 3: 1.0}, engine)


@settings(max_examples=dear(15))
@given(rows=st.lists(LISTED, min_size=1, max_size=60), matched=MATCHED)
def test_whatever_the_tables_hold_duckdb_ranks_alike(
    duckdb: engines.Engine, rows: list[dict[str, Any]], matched: dict[int, float]
) -> None:
    alike(rows, matched, duckdb)


@settings(max_examples=dear(40))
@given(rows=st.lists(LISTED, min_size=1, max_size=120), matched=MATCHED)
def test_streaming_gives_what_memory_gives(rows: list[dict[str, Any]], matched: dict[int, float]) -> None:
    class Streaming(engines.Polars):
        def collect(self, lazy: Any) -> list[pl.DataFrame]:
            return pl.collect_all(lazy, engine="streaming")

    alike(rows, matched, Streaming())


def test_an_engine_that_is_not_installed_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, module in (("duckdb", "duckdb"), ("spark", "pyspark.sql")):
        monkeypatch.setitem(__import__("sys").modules, module, None)
        with pytest.raises(UsageError, match=f"uv sync --extra {name}"), engines.open_engine(name, EngineSettings()):
            pass


@pytest.mark.skipif(bool(LACKING["spark"]), reason=str(LACKING["spark"]))
def test_without_java_spark_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    with pytest.raises(UsageError, match="there is no java"), engines.open_engine("spark", EngineSettings()):
        pass


def test_what_an_engine_throws_is_one_sentence_with_a_remedy(duckdb: engines.Engine, tmp_path: Path) -> None:
    assert isinstance(duckdb, engines.DuckDB)
    with pytest.raises(EngineError, match="memory_gb"), engines.translate_engine_errors(duckdb):
        duckdb.connection.read_parquet(str(tmp_path / "none.parquet"))


def test_works_of_large_numbers_are_discounted_best_first_for_a_text() -> None:
    works = [7_000_000_000, 2_000_000_001]
    listed = pl.DataFrame(
        {
            "work": works,
            "author": [1, 1],
            "position": [0, 0],
            "n_authors": [1, 1],
            "corresponding": [False] * 2,
            "alphabetical": [False] * 2,
            "day": [20_000, 19_000],
            "year": [2024, 2022],
            "published": [True] * 2,
            "seen_until": pl.Series([None, None], dtype=pl.Int32),
        }
    )
    matches = pl.DataFrame({"work": works, "match": [0.8, 1.0]})
    rows, _ = advisor_score.collect_evidence(matches.lazy(), listed.lazy(), DAY, DAY, 100.0, text=True)
    share = rows.select("work", pl.col("adds") / (pl.col("worth") * pl.col("fresh"))).collect()

    assert dict(share.iter_rows()) == pytest.approx({works[1]: 1.0, works[0]: signals.DISCOUNT})
