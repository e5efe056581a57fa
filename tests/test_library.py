from __future__ import annotations

import ast
import csv
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import finder
from finder import EmptyStore, Finder, Query, UsageError
from finder.errors import UnexpectedFormat
from finder.source import Response
from tests.once import demo_home

EXAMPLES = Path(__file__).parent.parent / "docs" / "examples" / "library"
INTEREST = "multimodal learning"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finder]:
    with Finder(demo_home(tmp_path_factory), demo=True) as opened:
        yield opened


def example(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec
    assert spec.loader
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_exported_name_is_there_and_the_list_is_complete_and_sorted() -> None:
    typed = next(
        node
        for node in ast.parse(Path(finder.__file__).read_text()).body
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name)
    )
    imported = [alias.name for node in typed.body if isinstance(node, ast.ImportFrom) for alias in node.names]

    assert finder.__all__ == sorted(finder.__all__)
    assert sorted(imported) == finder.__all__
    assert all(getattr(finder, name) is not None for name in finder.__all__)
    assert set(finder.__all__) <= set(dir(finder))
    assert (Path(finder.__file__).parent / "py.typed").exists()
    with pytest.raises(AttributeError, match="nothing_such"):
        getattr(finder, "nothing_such")  # noqa: B009


def test_an_answer_is_the_one_of_the_command_line_and_a_frame(asked: Finder) -> None:
    answer = asked.advisors(INTEREST)
    frame = answer.to_polars()

    assert frame["author_id"].to_list() == [row["author_id"] for row in answer.results]
    assert frame.height == 25
    assert asked.advisors(Query(INTEREST, asked.today, top=3)).to_polars().height == 3


def test_each_question_answers(asked: Finder) -> None:
    first = asked.advisors(INTEREST).results[0]

    assert asked.labs(INTEREST).to_polars()["head"].len() > 0
    assert asked.internships(INTEREST).results[0]["proofs"]
    assert asked.openings(INTEREST).to_polars().height == len(asked.openings(INTEREST).results)
    assert asked.person(first["author_id"], INTEREST)["name"] == first["name"]
    assert asked.explain(first["author_id"], INTEREST).place == 1
    assert asked.similar(first["author_id"]).results


def test_nothing_is_collected_into_the_demo_world(asked: Finder) -> None:
    with pytest.raises(UsageError, match="demo world"):
        asked.collect(INTEREST)


def test_an_empty_folder_says_so_and_a_closed_finder_opens_again(tmp_path: Path) -> None:
    empty = Finder(tmp_path)

    with pytest.raises(EmptyStore):
        empty.advisors(INTEREST)
    empty.close()
    with pytest.raises(EmptyStore):
        empty.labs(INTEREST)
    with pytest.raises(UsageError):
        empty.advisors("   ")
    empty.close()


def test_the_first_example_counts_works_by_year(asked: Finder) -> None:
    module = example("works_by_year")
    frame = module.works_by_year(asked, INTEREST)

    assert frame["name"].n_unique() == 10
    assert frame["works"].sum() > 0
    assert module.plot_works(frame).to_dict()["mark"]["type"] == "line"


def test_the_second_example_lists_only_who_recruits(asked: Finder, tmp_path: Path) -> None:
    frame = example("export_contacts").contact_rows(asked, INTEREST)
    frame.write_csv(tmp_path / "contacts.csv")

    with (tmp_path / "contacts.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert all(row["says"] and row["read_first"] for row in rows)


def test_the_third_example_is_a_source() -> None:
    module = example("toy_source")
    body = b'{"works": [{"id": 1, "title": "T", "date": "2026", "authors": ["Ada Vell"]}]}'

    (work,) = module.SOURCE.parse(Response("toy", "https://toy.example/works", 200, body, "2026-11-01T00:00:00+00:00"))
    assert (work.title, work.authorships[0].name) == ("T", "Ada Vell")
    with pytest.raises(UnexpectedFormat):
        list(module.SOURCE.parse(Response("toy", "https://toy.example/works", 200, b"<html>", "2026-11-01T00:00:00Z")))


def test_importing_the_package_loads_nothing_heavy() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import finder, sys; print(sorted({'polars', 'httpx', 'numpy'} & set(sys.modules)))"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "[]"
