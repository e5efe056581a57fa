"""Fixtures of the tests of ranking."""

from __future__ import annotations

import pytest

from finder.rank import match


@pytest.fixture(autouse=True)
def _match_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions are matched anew each time, since tests turn constants between two of them."""
    monkeypatch.setattr(match, "_find", match._find.__wrapped__)
