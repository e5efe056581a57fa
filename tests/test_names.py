"""Names are the field's: what the house rules in CONTRIBUTING.md say of them, counted.

``uv run pytest -n 0 -rP tests/test_names.py`` prints the counts.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PARTICIPLES = frozenset(
    "asked begun called chosen done found gathered given gone held kept known left listed made meant named opened "
    "ranked said seen served shown sorted spelled stated stored taken told wanted weighed worded written".split()
)
CONTRACT = frozenset({"parse", "fetch", "plan", "complete", "main"})  # looked up on each source, board and script


class Function(NamedTuple):
    module: str
    name: str


def functions() -> list[Function]:
    return [
        Function(str(path.relative_to(ROOT)), node.name)
        for folder in ("finder", "dashboard")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("__")
    ]


def words(name: str) -> list[str]:
    return name.strip("_").split("_")


def test_functions_say_what_they_do() -> None:
    every = functions()
    modules = defaultdict(set)
    for one in every:
        modules[one.name].add(one.module)
    short = [one for one in every if len(words(one.name)) == 1]
    led = [one for one in every if words(one.name)[0] in PARTICIPLES]
    again = [one for one in every if len(modules[one.name]) > 1 and one.name not in CONTRACT]
    mean = sum(len(one.name) for one in every) / len(every)
    print(f"{len(every)} functions, {mean:.1f} letters a name")  # noqa: T201 - for -rP
    for title, found in (("one word", short), ("led by a participle", led), ("used again elsewhere", again)):
        print(f"{title}: {len(found) / len(every):.1%}", sorted({one.name for one in found})[:40])  # noqa: T201

    assert len(short) < 0.1 * len(every)
    assert len(led) < 0.02 * len(every)
    assert len(again) < 0.1 * len(every)


def test_a_module_is_a_noun_of_the_field() -> None:
    modules = {path.stem.strip("_") for folder in ("finder", "dashboard") for path in (ROOT / folder).rglob("*.py")}

    assert not modules & PARTICIPLES


def test_the_formatter_runs_everywhere() -> None:
    skipped = [
        path
        for folder in ("finder", "dashboard", "tests", "benchmarks", "docs", "data")
        for path in (ROOT / folder).rglob("*.py")
        if path != Path(__file__) and "# fmt: " in path.read_text(encoding="utf-8")
    ]

    assert skipped == []
