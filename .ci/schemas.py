"""Write the JSON schemas of docs/schema from finder/results.py: python .ci/schemas.py."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from finder import results

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "schema"
ANSWERS = {
    "advisors": results.AdvisorAnswer,
    "labs": results.LabAnswer,
    "internships": results.InternshipAnswer,
    "openings": results.OpeningAnswer,
    "person": results.PersonCard,
}
"""What ``finder NAME --format json`` prints, by NAME."""


def schema_text(name: str) -> str:
    """The schema of one answer, as it stands in its file."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(ANSWERS[name])}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name in ANSWERS:
        (FOLDER / f"{name}.json").write_text(schema_text(name), encoding="utf-8")
