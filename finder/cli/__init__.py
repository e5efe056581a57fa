"""The command line: one thin command each. Answers go to standard output, everything else to standard error."""

from __future__ import annotations

# each registers its commands
from finder.cli import (
    answers,
    boards,
    corrections,
    internships,
    keeping,
    labs,
    openings,
    rights,
    schedule,
    semantic,
    shortlist,
    similar,
    stored,
    watches,
    why,
)
from finder.cli.common import app, main

__all__ = [
    "answers", "app", "boards", "corrections", "internships", "keeping", "labs", "main",
    "openings", "rights", "schedule", "semantic", "shortlist", "similar", "stored", "watches", "why",
]  # fmt: skip
