"""What was computed by another state of the program is not taken for this one's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from finder import fingerprint
from finder.answers import lab_index
from finder.ingest import file_registry


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "finder" / "ranking").mkdir(parents=True)
    (tmp_path / "finder" / "ranking" / "signals.py").write_text("HALF_LIFE = 4\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "places.csv").write_text("a\n")
    monkeypatch.setattr(fingerprint, "_PACKAGE", tmp_path / "finder")
    fingerprint.digest_code.cache_clear()
    yield tmp_path
    fingerprint.digest_code.cache_clear()


@pytest.mark.parametrize("changed", ["finder/ranking/signals.py", "data/places.csv", "finder/ranking/new.py"])
def test_a_change_of_code_or_data_changes_the_digest(changed: str, package: Path) -> None:
    before = fingerprint.digest_code("ranking", "data")
    (package / changed).write_text("HALF_LIFE = 5\n")
    fingerprint.digest_code.cache_clear()

    assert fingerprint.digest_code("ranking", "data") != before


def test_a_part_that_is_not_there_is_an_error(package: Path) -> None:
    with pytest.raises(FileNotFoundError, match="finder/rank is no part"):
        fingerprint.digest_code("ranking", "rank")


@pytest.mark.parametrize("parts", [lab_index._CODE, file_registry._CODE])
def test_what_is_kept_depends_on_parts_that_are_there(parts: tuple[str, ...]) -> None:
    assert len(fingerprint.digest_code(*parts)) == 16
