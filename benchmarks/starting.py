"""How long the finder takes to begin: `finder --help` beside an empty Python, in processes of their own.

uv run python benchmarks/starting.py [--rounds 15]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from measuring import median_or_zero

CALLS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "python -c 'import polars'": [sys.executable, "-c", "import polars"],
    "finder --help": [str(Path(sys.executable).parent / "finder"), "--help"],
    "finder advisors --help": [str(Path(sys.executable).parent / "finder"), "advisors", "--help"],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    times: dict[str, list[float]] = {name: [] for name in CALLS}
    for _ in range(rounds):
        for name, command in CALLS.items():
            begun = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            times[name].append(time.perf_counter() - begun)
    for name, taken in times.items():
        print(f"{name}: {median_or_zero(taken) * 1000:.0f} ms, worst {max(taken) * 1000:.0f} ms")


if __name__ == "__main__":
    main()
