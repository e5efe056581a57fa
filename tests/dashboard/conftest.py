"""The small store of :mod:`tests.faces` as the user's own, on a day that stays the same."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dashboard import queries
from tests.faces import small


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    small(tmp_path)
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    monkeypatch.delenv("FINDER_DEMO", raising=False)
    monkeypatch.setattr(queries, "as_of_date", lambda: date(2026, 11, 1))
    monkeypatch.setattr(queries, "local_today", lambda: date(2026, 11, 1))
    return tmp_path
