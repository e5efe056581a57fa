"""What is right of well-known people, from two tables outside the project: one with a header, one with bars."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple


class Case(NamedTuple):
    """What is right of one person; alternatives in each set, empty where the table says nothing."""

    name: str
    id: str
    institutions: tuple[str, ...]
    countries: tuple[str, ...]
    stages: tuple[str, ...]
    moved: int | None
    new: int | None


def read_case_table(path: Path) -> list[Case]:
    """The table with a header: ``or`` between institutions, bars between stages and countries."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            _parse_case_row(
                row["name"],
                row.get("author_id_today", ""),
                row["institution"].split(" or "),
                row["country"].split("|"),
                row["stage"].split("|"),
                row["moved_year"],
                row["new_professor_year"],
            )
            for row in csv.DictReader(file)
        ]


def read_known_people(path: Path) -> list[Case]:
    """The table without one: commas between alternatives."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            name, places, countries, stages, moved, new, *_ = [*line.split("|"), "", ""]
            # a comma may also belong to the name of a university
            split = [places] if places.startswith("University of California") else places.split(",")
            found.append(_parse_case_row(name, "", split, countries.split(","), stages.split(","), moved, new))
    return found


def _parse_case_row(
    name: str, id_: str, places: list[str], countries: list[str], stages: list[str], moved: str, new: str
) -> Case:
    when = [int(text) if text.strip().isdigit() else None for text in (moved, new)]
    many = [tuple(filter(None, map(str.strip, texts))) for texts in (places, countries, stages)]
    return Case(name.strip(), id_, many[0], many[1], many[2], when[0], when[1])
