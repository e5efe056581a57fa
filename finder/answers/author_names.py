"""Names as people type them: in small letters, without marks. Spelled so once for each snapshot."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from finder.storage import Snapshot


@lru_cache(maxsize=2)
def authors_with_plain_name(snapshot: Snapshot) -> pl.DataFrame:
    """The table ``authors`` with ``plain``: the name in small letters, without marks."""
    plain = pl.col("name").str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()
    return snapshot.load_table("authors").with_columns(plain=plain)
