"""The command line, which tells on standard error when the steps begin and end at which it may be killed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from finder import cli, imports, session
from finder.keeping import archive
from finder.outreach import bundle, exports
from finder.resolve import raw
from finder.store import database
from finder.store.snapshot import Snapshots

STEPS: tuple[tuple[Any, str, str], ...] = (
    (session, "collect", "collect"), (imports, "import_files", "import"), (raw, "load", "load"),
    (Snapshots, "publish", "snapshot"), (database, "_migrate", "migrate"), (bundle, "of_shortlist", "bundle"),
    (exports, "save", "save"), (archive, "make", "backup"),
)  # fmt: skip


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
