"""The command line, which tells on standard error when the steps begin and end at which it may be killed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from finder import cli, pipeline
from finder.ingest import file_import
from finder.maintenance import backup_archive
from finder.outreach import export_dataset, exports
from finder.resolution import input_tables
from finder.storage import database
from finder.storage.snapshot import Snapshots

STEPS: tuple[tuple[Any, str, str], ...] = (
    (pipeline, "run_collection", "collect"),
    (file_import, "import_files", "import"),
    (input_tables, "load_raw_tables", "load"),
    (Snapshots, "publish_tables", "snapshot"),
    (database, "_migrate_database", "migrate"),
    (export_dataset, "dataset_from_shortlist", "bundle"),
    (exports, "save_export", "save"),
    (backup_archive, "make_backup", "backup"),
)


def telling(real: Callable[..., Any], word: str) -> Callable[..., Any]:
    """The same, with ``@word`` before it and ``@/word`` after it."""

    def call(*args: Any, **options: Any) -> Any:
        print(f"@{word}", file=sys.stderr, flush=True)  # noqa: T201 - the test reads it
        try:
            return real(*args, **options)
        finally:
            print(f"@/{word}", file=sys.stderr, flush=True)  # noqa: T201

    return call


if __name__ == "__main__":
    for place, name, word in STEPS:
        setattr(place, name, telling(getattr(place, name), word))
    cli.main(sys.argv[1:])
