"""``uv run python -m data.demo.builder``: build the fictional world anew and write it to ``data/demo``."""

from __future__ import annotations

import sys
import time

from data.demo.builder.build import build_world
from data.demo.builder.record import write_world


def main() -> None:
    """Build, write, and say how much there is."""
    started = time.monotonic()
    world = build_world()
    sizes = write_world(world)
    lines = [f"{len(world.papers)} works, {len(world.people)} careers, {len(world.pages)} homepages"]
    lines += [f"{size:>9,} bytes  {name}" for name, size in sizes.items()]
    sys.stderr.write("\n".join([*lines, f"{time.monotonic() - started:.1f} s"]) + "\n")


if __name__ == "__main__":
    main()
