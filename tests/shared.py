"""The material beside the project: real papers, recorded answers, local stand-ins."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def needs_shared(test):
    """Mark a test that reads ``../shared``; it is skipped, saying so, where that folder is absent."""
    absent = pytest.mark.skipif(not SHARED.is_dir(), reason=f"{SHARED} is absent")
    return pytest.mark.shared(absent(test))
