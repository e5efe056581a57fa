"""What each stored work means, as a vector: made once for a text, and gone with it."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import polars as pl

from finder.encoder import Encoder, NotAnEncoder
from finder.errors import NothingCollected
from finder.resolve.raw import batched
from finder.store import Store
from finder.tables import table

BATCH = 10_000  # works whose texts are in memory at once
DIGEST = 16  # bytes that stand for a text


def of_works(store: Store, encoder: Encoder | None) -> pl.DataFrame:
    """Table ``vectors``: empty without an encoder, or where its files cannot be read, which answers say."""
    if encoder is None:
        return table("vectors")
    try:
        known = _known(store, encoder)
        made = [_of_some(batch, known, encoder) for batch in batched(store.text.every(), BATCH)]
    except NotAnEncoder:
        return table("vectors")
    return pl.concat([table("vectors"), *made])


def _known(store: Store, encoder: Encoder) -> pl.DataFrame:
    """``text``, ``vector`` of the snapshot that holds, where the same encoder made them."""
    try:
        snapshot = store.snapshots.current()
        same = snapshot.meta.get("encoder") == encoder.key
        vectors = snapshot.table("vectors") if same else table("vectors")
    except NothingCollected:  # none, or a damaged one
        vectors = table("vectors")
    return vectors.select("text", "vector").unique("text", keep="first", maintain_order=True)


def _of_some(batch: list[tuple[int, str]], known: pl.DataFrame, encoder: Encoder) -> pl.DataFrame:
    """Rows of the table; only texts that are new to it are encoded."""
    records, texts = zip(*batch, strict=True)
    digests = [blake2b(text.encode(), digest_size=DIGEST).digest() for text in texts]
    frame = pl.DataFrame({"record": records, "text": digests})
    frame = frame.join(known, on="text", how="left", maintain_order="left")
    new = frame["vector"].is_null().arg_true()
    vectors = encoder.encode([texts[number] for number in new])
    return table("vectors", frame.with_columns(vector=frame["vector"].scatter(new, _rows(vectors))))


def _rows(vectors: np.ndarray) -> list[bytes]:
    return [row.tobytes() for row in vectors]
