"""Fixtures of the tests of ranking."""

from __future__ import annotations

import pytest

from finder.ranking import text_match


@pytest.fixture(autouse=True)
def _match_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions are matched anew each time, since tests turn constants between two of them."""
    monkeypatch.setattr(text_match, "_match_cached_query", text_match._match_cached_query.__wrapped__)
