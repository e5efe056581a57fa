"""The embedded fictional world as its builder wrote it down: which day it is there, and which interests it knows."""

from __future__ import annotations

import gzip
import json
from datetime import date
from functools import cache
from typing import Any

from finder.reference_data import package_data_folder


@cache
def demo_truth() -> dict[str, Any]:
    """What the builder of the world wrote down beside it."""
    return json.loads(gzip.decompress((package_data_folder() / "demo" / "truth.json.gz").read_bytes()))


def demo_today() -> date:
    """The day it is in that world."""
    return date.fromisoformat(demo_truth()["today"])


def demo_interests() -> list[str]:
    """The interests the world was made for."""
    return list(demo_truth()["interests"])
