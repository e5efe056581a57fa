"""What stands for the present state of the program: what it computed in another state is not taken for its own."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parent


@cache
def digest_code(*parts: str) -> str:
    """A digest of all modules of some packages, or of some modules and files of data.

    Args:
        parts: paths below the package ``finder``, such as ``resolution`` or ``ids.py``; ``data/…`` are those of data.

    Raises:
        FileNotFoundError: there is no such part: left out, its changes would go unnoticed.
    """
    found = hashlib.blake2b(digest_size=8)
    for part in parts:
        at = _PACKAGE / part
        if not at.exists():  # the data of a checkout lie beside the package
            at = _PACKAGE.parent / part
        if not at.exists():
            raise FileNotFoundError(f"finder/{part} is no part of the program.")
        for path in sorted(at.rglob("*") if at.is_dir() else [at]):
            if path.is_file() and "__pycache__" not in path.parts:
                found.update(str(path.relative_to(at)).encode() + path.read_bytes())
    return found.hexdigest()
