from __future__ import annotations

import json
import runpy
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from finder import Finder, Query
from finder.rendering import answer_text, host_text, lab_text
from tests.once import demo_home

ROOT = Path(__file__).parent.parent
INTEREST = "multimodal learning"
SCHEMAS = SimpleNamespace(**runpy.run_path(str(ROOT / ".ci" / "schemas.py")))


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finder]:
    with Finder(demo_home(tmp_path_factory), demo=True) as opened:
        yield opened


def printed_json(asked: Finder, name: str) -> str:
    """What the command of that name prints, of a place so that distances are in it."""
    near = Query(INTEREST, asked.today, near="Berlin", within=9_000)
    match name:
        case "advisors":
            return answer_text.render_advisor_answer(asked.advisors(near), "json")
        case "labs":
            return lab_text.render_lab_answer(asked.labs(near), "json")
        case "internships":
            return host_text.render_host_answer(asked.internships(near), "json")
        case "openings":
            return answer_text.format_json(asked.openings(INTEREST).to_json())
    # who has hosted, was hosted or moved: the fullest card
    host = asked.internships(INTEREST).results[0]["author_id"]
    return answer_text.format_json(asked.person(host, INTEREST))


@pytest.mark.parametrize("name", SCHEMAS.ANSWERS)
def test_what_is_printed_has_exactly_the_keys_of_its_type(asked: Finder, name: str) -> None:
    printed = json.loads(printed_json(asked, name))

    assert msgspec.convert(printed, SCHEMAS.ANSWERS[name], strict=True) == printed


@pytest.mark.parametrize("name", SCHEMAS.ANSWERS)
def test_the_schema_in_the_docs_is_that_of_the_type(name: str) -> None:
    file = ROOT / "docs" / "schema" / f"{name}.json"

    assert file.read_text(encoding="utf-8") == SCHEMAS.schema_text(name), "run: uv run python .ci/schemas.py"


def test_nothing_else_lies_beside_the_schemas() -> None:
    assert {path.stem for path in (ROOT / "docs" / "schema").iterdir()} == set(SCHEMAS.ANSWERS)
