"""A data folder with nothing wrong in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_backups import home_of


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("FINDER_OPENALEX_KEY", raising=False)
    made = home_of(tmp_path, "Silent owls", "Loud owls")
    made.chmod(0o700)
    return made
