"""What ranking runs on: Polars, DuckDB or Spark. This module alone knows of them; the ranking itself is Narwhals.

A question is a function from native lazy frames to native lazy frames. An engine is asked it over tables, and gives
Polars frames of the same types whatever engine it was.
"""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import polars as pl

from finder import settings
from finder.errors import EngineError, UsageError
from finder.settings import EngineSettings
from finder.storage import Snapshot
from finder.tables import TABLES, select_sorted_rows

Name = Literal["polars", "duckdb", "spark"]
Question = Callable[..., Any]
_QUIET = "rootLogger.level = error\nrootLogger.appenderRef.e.ref = e\nappender.e.type = Console\n\
appender.e.name = e\nappender.e.target = SYSTEM_ERR\nappender.e.layout.type = PatternLayout\n"


@dataclass(frozen=True)
class SnapshotTable:
    """A table of a snapshot."""

    snapshot: Snapshot
    name: str


Table = pl.DataFrame | SnapshotTable


class Engine(Protocol):
    """Where frames live until they are collected."""

    def table(self, table: Table) -> Any:
        """A native lazy frame of what is in memory or stored."""
        ...

    def materialize(self, frame: Any) -> Any:
        """The same frame, computed once and kept beside this process's memory until the engine is closed."""
        ...

    def collect(self, frames: Sequence[Any]) -> list[pl.DataFrame]:
        """What lazy frames come to."""
        ...


class Polars:
    """In this process; tables that answers have read stay in memory."""

    def table(self, table: Table) -> pl.LazyFrame:
        """As :meth:`Engine.load_table`."""
        return table.snapshot.load_table(table.name).lazy() if isinstance(table, SnapshotTable) else table.lazy()

    def materialize(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """As :meth:`Engine.materialize`, but in memory."""
        return frame.collect(engine="streaming").lazy()

    def collect(self, frames: Sequence[pl.LazyFrame]) -> list[pl.DataFrame]:
        """As :meth:`Engine.collect`."""
        return pl.collect_all(frames)


class DuckDB:
    """In this process, over the files; what memory does not hold goes to a folder.

    Attributes:
        connection: to a database that is gone with the engine.
    """

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self._kept = 0

    def table(self, table: Table) -> Any:
        """As :meth:`Engine.load_table`."""
        if isinstance(table, SnapshotTable):
            return self.connection.read_parquet(str(table.snapshot.table_path(table.name)))
        return self.connection.from_arrow(table.to_arrow())

    def materialize(self, frame: Any) -> Any:
        """As :meth:`Engine.materialize`."""
        self._kept += 1
        frame.create(f"kept_{self._kept}")
        return self.connection.table(f"kept_{self._kept}")

    def collect(self, frames: Sequence[Any]) -> list[pl.DataFrame]:
        """As :meth:`Engine.collect`."""
        return [frame.pl() for frame in frames]


class Spark:
    """In a Java process or on a cluster, whose machines must see the folder of the store under the same name.

    Attributes:
        session: the Spark session.
    """

    def __init__(self, session: Any) -> None:
        self.session = session

    def table(self, table: Table) -> Any:
        """As :meth:`Engine.load_table`."""
        if isinstance(table, SnapshotTable):
            return self.session.read.parquet(str(table.snapshot.table_path(table.name)))
        signed = {pl.UInt8: pl.Int16, pl.UInt16: pl.Int32, pl.UInt32: pl.Int64, pl.UInt64: pl.Int64}
        with _silence_warnings():
            return self.session.createDataFrame(table.cast(signed).to_arrow())  # pyrefly: ignore[bad-argument-type]

    def materialize(self, frame: Any) -> Any:
        """As :meth:`Engine.materialize`."""
        return frame.persist(importlib.import_module("pyspark").StorageLevel.DISK_ONLY)

    def collect(self, frames: Sequence[Any]) -> list[pl.DataFrame]:
        """As :meth:`Engine.collect`."""
        with _silence_warnings():
            return [pl.DataFrame(frame.toArrow()) for frame in frames]


POLARS = Polars()


def authorship_table(engine: Engine, snapshot: Snapshot, key: Literal["work", "author"], wanted: pl.Series) -> Table:
    """The table of that name, of which only the rows with these works or authors are of interest.

    In this process they are looked up; other engines get the whole file, which they read in part.
    """
    if not isinstance(engine, Polars):
        return SnapshotTable(snapshot, "authorships")
    rows = snapshot.load_table("authorships")
    if key == "work":
        return select_sorted_rows(rows, key, wanted)
    return rows[select_sorted_rows(snapshot.load_table("authored"), key, wanted)["row"]]


def run_query(engine: Engine, question: Question, *tables: Table) -> pl.DataFrame:
    """What a question over tables comes to.

    Raises:
        EngineError: the engine gave up; the message names the remedy.
    """
    with translate_engine_errors(engine):
        found = engine.collect([question(*map(engine.table, tables))])[0]
    if isinstance(engine, Polars):
        return found
    # counts and row numbers are wider elsewhere: Polars says, over empty tables, of what type each column is
    shape = question(*(_empty_table(table).lazy() for table in tables)).collect_schema()
    return found.select(pl.col(column).cast(type_) for column, type_ in shape.items())


def _empty_table(table: Table) -> pl.DataFrame:
    return pl.DataFrame(schema=TABLES[table.name]) if isinstance(table, SnapshotTable) else table.clear()


@contextmanager
def open_engine(name: Name, wanted: EngineSettings) -> Iterator[Engine]:
    """An engine by name, until the end of the block; what it put into temporary folders is gone then.

    Raises:
        UsageError: what it needs is not installed; the message says how to.
        EngineError: it cannot be started.
    """
    if name == "polars":
        yield POLARS
        return
    module = _import_engine(name)
    with tempfile.TemporaryDirectory(prefix="finder-engine-", ignore_cleanup_errors=True) as folder:
        if name == "duckdb":
            limits = {"memory_limit": f"{wanted.memory_gb}GB", "temp_directory": folder}
            with module.connect(str(Path(folder) / "kept.duckdb"), config=limits) as connection:
                yield DuckDB(connection)
            return
        session = _start_spark_session(module, wanted, Path(folder))
        try:
            yield Spark(session)
        finally:
            session.stop()


def _import_engine(name: Name) -> Any:
    package = {"duckdb": "duckdb", "spark": "pyspark.sql"}[name]
    try:
        with _silence_warnings():
            module = importlib.import_module(package)
    except ImportError:
        raise UsageError(
            f"--engine {name} needs the extra {name}, which is not installed. Run: uv sync --extra {name} (or: pip "
            f'install "finder[{name}]"), or leave --engine out: Polars needs nothing.'
        ) from None
    if name == "spark" and not settings.has_java():
        raise UsageError(
            "--engine spark needs Java 17 or newer, and there is no java here. Install it (Debian: apt-get install "
            "openjdk-17-jre-headless) or set JAVA_HOME, or take --engine duckdb."
        )
    return module


def _start_spark_session(sql: Any, wanted: EngineSettings, folder: Path) -> Any:
    """A session whose Java process, and all that it says, keeps off standard output."""
    quiet = folder / "log4j2.properties"
    quiet.write_text(_QUIET, encoding="utf-8")
    options = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.driver.memory": f"{wanted.memory_gb}g",
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.session.timeZone": "UTC",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={quiet}",
    }
    if wanted.master.startswith("local"):
        options |= {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.sql.shuffle.partitions": "8",
        }
    builder = sql.SparkSession.builder.master(wanted.master).appName("finder")
    try:
        with _redirect_stdout(), _silence_warnings():
            return builder.config(map=options).getOrCreate()
    except Exception as error:  # what Java throws has no common root
        raise EngineError(
            f"Spark at {wanted.master} cannot be started: {_first_error_line(error)}. Check [engine] master in "
            "finder.toml, and that Java is 17 or newer."
        ) from error


@contextmanager
def translate_engine_errors(engine: Engine) -> Iterator[None]:
    """Whatever an engine throws becomes one sentence with a remedy."""
    try:
        yield
    except (UsageError, EngineError, KeyboardInterrupt):
        raise
    except Exception as error:  # each engine has a root of its own, and may not be installed
        if type(error).__module__.partition(".")[0] not in ("_duckdb", "duckdb", "pyspark", "py4j"):
            raise
        raise EngineError(
            f"{type(engine).__name__} gave up: {_first_error_line(error)}. If it ran out of memory, raise [engine] "
            "memory_gb in finder.toml; a damaged file is told by: finder doctor"
        ) from error


def _first_error_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__).rstrip(".")


@contextmanager
def _silence_warnings() -> Iterator[None]:
    """Without what PySpark says of its neighbours' versions."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _redirect_stdout() -> Iterator[None]:
    """Processes started meanwhile write to standard error: standard output is for the answer."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
