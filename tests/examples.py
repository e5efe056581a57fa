"""How many examples a property is tried with."""

from __future__ import annotations

import os

FULL = bool({"FINDER_FUZZ", "CI_FULL"} & os.environ.keys())
"""Whether all of a property's examples are tried, and what takes long is done in full."""


def dear(most: int) -> int:
    """Examples of a property each of which takes a while: some, and ``most`` where the tests are run in FULL."""
    return most if FULL else max(5, most // 4)
