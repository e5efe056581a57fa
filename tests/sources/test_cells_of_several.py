"""A cell that names several people is of several people, in every source."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import finder.sources
from finder.model import Affiliation, Authorship, Work, split_joint_authors
from finder.sources import paperlists
from finder.text.names import split_author_names


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Ada One, Bo Two, Cy Three", ["Ada One", "Bo Two", "Cy Three"]),
        ("Ada One, Bo Two, and Cy Three", ["Ada One", "Bo Two", "Cy Three"]),
        ("Ada One, Bo Two, Cy Three, PhD", ["Ada One", "Bo Two", "Cy Three"]),
        ("One, A., Two, B.", ["One, A.", "Two, B."]),
        ("Byron, Ada", ["Byron, Ada"]),
        ("García López, María José", ["García López, María José"]),
        ("Ada One, Jr., PhD", ["Ada One, Jr., PhD"]),
        ("Ada One", ["Ada One"]),
    ],
)
def test_commas_part_people_but_not_a_name_from_its_parts(cell: str, names: list[str]) -> None:
    assert split_author_names(cell) == names


def test_nobody_among_several_is_given_the_ids_of_their_cell() -> None:
    cell = Authorship("Ada One, Bo Two, Cy Three", ("openreview:~Ada_One1",), (Affiliation("Uni A"),))
    own = Authorship("Di Four", ("dblp:1/2",))

    assert split_joint_authors([cell, own]) == (
        Authorship("Ada One"),
        Authorship("Bo Two"),
        Authorship("Cy Three"),
        own,
    )


def test_a_conference_file_with_such_a_cell() -> None:
    paper = {
        "title": "Owls",
        "id": "o1",
        "status": "Poster",
        "author": "Ada One, Bo Two, Cy Three;Di Four",
        "authorids": "~Ada_One1;~Di_Four1",
        "aff": "Uni A;Uni B",
    }
    (work,) = paperlists.read_file("icml2025.json", json.dumps([paper]).encode())

    assert isinstance(work, Work)
    assert [one.name for one in work.authorships] == ["Ada One", "Bo Two", "Cy Three", "Di Four"]
    assert [one.ids for one in work.authorships] == [(), (), (), ("openreview:~Di_Four1",)]


def test_every_parser_of_works_goes_that_way() -> None:
    folder = Path(finder.sources.__file__).parent
    made = [path for path in folder.rglob("*.py") if re.search(r"authorships=", path.read_text(encoding="utf-8"))]

    assert len(made) >= 6
    # a profile of Scholar gives names that its parser has parted already
    assert [path.name for path in made if "split_joint_authors" not in path.read_text(encoding="utf-8")] == [
        "scholar.py"
    ]
