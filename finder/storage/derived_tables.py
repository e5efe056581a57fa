"""What was computed from a snapshot alone and takes long, kept in its folder: it goes when the snapshot goes.

Nothing is lost with it. Whoever cannot read it computes it anew, and whoever cannot write it goes without.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from finder.storage.snapshot import Snapshot


def read_derived(snapshot: Snapshot, name: str, key: str, parts: tuple[str, ...]) -> dict[str, pl.DataFrame] | None:
    """The frames that were kept under a name, or None where there are none of this key, or not all of them.

    Args:
        key: of what they depend on beside the snapshot.
    """
    import polars as pl

    folder = _derived_folder(snapshot, name, key)
    if not folder.is_dir():
        return None
    try:
        return {part: pl.read_parquet(folder / f"{part}.parquet", memory_map=False) for part in parts}
    except (OSError, pl.exceptions.PolarsError):  # damaged, or swept away meanwhile
        return None


def keep_derived(snapshot: Snapshot, name: str, key: str, frames: Mapping[str, pl.DataFrame]) -> None:
    """Keep frames under a name, in place of those of another key; nothing happens where that cannot be done."""
    folder = _derived_folder(snapshot, name, key)
    with suppress(OSError):
        begun = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=snapshot.folder))
        try:
            for part, frame in frames.items():
                frame.write_parquet(begun / f"{part}.parquet", compression="lz4")
            shutil.rmtree(folder, ignore_errors=True)
            begun.replace(folder)
        finally:
            shutil.rmtree(begun, ignore_errors=True)
        for other in snapshot.folder.glob(f"{name}-*"):
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)


def _derived_folder(snapshot: Snapshot, name: str, key: str) -> Path:
    return snapshot.folder / f"{name}-{key}"
