"""Which constants of the ranking can be turned without any test of theirs noticing.

Each is made three times as large and 0.3 times as large, every number of a tuple by itself, and the tests that guard
constants are run; those that still pass are printed as survivors.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import importlib
import io
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[1]
RANK, PEOPLE = "finder.ranking", "finder.features"
JUDGED = [f"tests/ranking/{path.name}" for path in sorted((PROJECT / "tests/ranking").glob("test_constants*.py"))]
INTERNS = ["tests/features/test_constants_of_hosting.py", "tests/features/test_internship_papers.py"]
GUARDS: dict[str, list[str]] = {
    "finder.authorship": JUDGED,
    **{
        f"{RANK}.{name}": JUDGED
        for name in (
            "advisor_score",
            "document_similarity",
            "evidence_text",
            "fulltext_index",
            "posting_fit",
            "query_expansion",
            "research_fields",
            "signals",
            "similar_authors",
            "text_match",
            "title_similarity",
            "work_embeddings",
        )
    },
    f"{PEOPLE}.internship_hosts": INTERNS,
    f"{PEOPLE}.internship_papers": INTERNS,
}
FACTORS = (0.3, 3)
NO_MEASURE = ("NONE", "LATER")  # a number that stands for nothing, and what was observed


def mutate_constant(value: Any, factor: float) -> Iterator[Any]:
    """The values that a constant may be turned to: one for each number in it."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        yield type(value)(round(value * factor, 9)) if isinstance(value, float) else round(value * factor)
    elif isinstance(value, timedelta):
        yield value * factor
    elif isinstance(value, tuple):
        for place, part in enumerate(value):
            for other in mutate_constant(part, factor):
                yield (*value[:place], other, *value[place + 1 :])
    elif isinstance(value, dict):
        for key, part in value.items():
            for other in mutate_constant(part, factor):
                yield {**value, key: other}


def module_constants(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """Numbers that a module names itself; those that it takes from another are that one's."""
    names = (
        part.id
        for line in ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")).body
        if isinstance(line, (ast.Assign, ast.AnnAssign))
        for part in ast.walk(line)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    )
    for name in names:
        if name.isupper() and not name.startswith("_") and name not in NO_MEASURE:
            yield name, getattr(module, name)


def mutant_survives(constant: str, tests: list[str]) -> bool:
    """Whether all tests pass: those first that are named for the constant."""
    return _tests_pass("-k", constant, *tests) and _tests_pass(*tests)


def _tests_pass(*arguments: str) -> bool:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        ended = pytest.main(["-x", "-q", "-n", "0", "-p", "no:cacheprovider", *arguments])
    return ended in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=[], help="modules, such as similar_authors")
    asked = parser.parse_args().only
    sys.path.insert(0, str(PROJECT))
    killed, survivors = 0, []
    for name, tests in GUARDS.items():
        if asked and name.rpartition(".")[2] not in asked:
            continue
        module = importlib.import_module(name)
        for constant, value in list(module_constants(module)):
            for factor in FACTORS:
                for other in (one for one in mutate_constant(value, factor) if one != value):
                    setattr(module, constant, other)
                    survived = mutant_survives(constant, tests)
                    setattr(module, constant, value)
                    killed += not survived
                    if survived:
                        survivors.append(f"{name}.{constant} = {other}")
                        print("survives:", survivors[-1], flush=True)
    print(f"{killed} killed, {len(survivors)} survive")


if __name__ == "__main__":
    main()
