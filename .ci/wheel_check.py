"""Whether pip brought only what uv.lock holds, and what is known to come beside it.

python .ci/wheel_check.py CAME.json LOCKED.txt
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

# tokenizers asks for the first, to fetch what is never fetched here, and uv leaves it out; with it come the others
BESIDE = frozenset("huggingface-hub fsspec hf-xet httpcore2 httpx2 pyyaml tqdm truststore typer".split())
OURS = frozenset(("finder", "pip", "setuptools"))
NEVER = frozenset("scholarly selenium free-proxy fake-useragent sphinx-rtd-theme sphinx python-dotenv".split())


def named(text: str) -> str:
    """A package's name as indexes write it."""
    return re.sub(r"[-_.]+", "-", text).lower()


def unexpected(came: set[str], locked: set[str]) -> set[str]:
    """Packages that nobody expects in an environment that holds the wheel and what it asks for."""
    return (came - locked - BESIDE - OURS) | (came & NEVER)


def main(came_file: str, locked_file: str) -> int:
    """Print what came, and fail on what is not expected."""
    came = {named(row["name"]) for row in json.loads(Path(came_file).read_text(encoding="utf-8"))}
    lines = Path(locked_file).read_text(encoding="utf-8").splitlines()
    locked = {named(re.split(r"[ =<>;\[@]", line)[0]) for line in lines if line[:1].isalpha()}
    more = unexpected(came, locked)
    beside = came & BESIDE - locked
    print(f"wheel: {len(came)} packages came, {len(beside)} of them for tokenizers: {' '.join(sorted(came))}")
    if more:
        print(f"wheel: unexpected: {' '.join(sorted(more))}")
    return bool(more)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
