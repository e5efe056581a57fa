"""How near stored works are to a text in meaning, where an encoder is installed (see :mod:`finder.encoder`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from finder.encoder import NotAnEncoder, chosen, cosines
from finder.store import Snapshot

Near = Callable[[Sequence[int]], pl.DataFrame]
"""Records to ``text`` (their numbers) and ``meaning`` in [0, 1]; those without a vector are left out."""


def reading(home: Path, snapshot: Snapshot, text: str) -> tuple[Near | None, str]:
    """How to tell which works mean what a text means, and how it is read, for whoever reads the answer.

    The first is None where there is no encoder, or none had read the works when they were published.
    """
    choice = chosen(home)
    vectors = snapshot.table("vectors")
    if choice.encoder is None:
        return None, f"The text is compared by its words alone: {choice.why}."
    try:
        (own,) = choice.encoder.encode([text])
    except NotAnEncoder as error:
        return None, f"The text is compared by its words alone. {error}"
    if vectors.is_empty() or snapshot.meta.get("encoder") != choice.key:
        return None, f"The text is compared by its words alone: {choice.encoder.name} has not read the works yet."

    def near(records: Sequence[int]) -> pl.DataFrame:
        wanted = pl.DataFrame({"record": records}, schema={"record": pl.Int64})
        some = vectors.join(wanted, on="record", how="semi")
        found = np.frombuffer(b"".join(some["vector"].to_list()), np.int8).reshape(some.height, own.size)
        return pl.DataFrame({"text": some["record"], "meaning": np.clip(cosines(own, found), 0.0, 1.0)})

    return near, f"The text is compared by its words and by what they mean ({choice.encoder.name})."
