"""The command line: one thin command each. Answers go to standard output, everything else to standard error."""

from __future__ import annotations

# each registers its commands
from finder.cli import (
    answers,
    boards,
    data,
    explain,
    internships,
    judgements,
    labs,
    maintenance,
    openings,
    privacy,
    schedule,
    semantic,
    shortlist,
    similar,
    watches,
)
from finder.cli.common import app, main

__all__ = [
    "answers",
    "app",
    "boards",
    "data",
    "explain",
    "internships",
    "judgements",
    "labs",
    "main",
    "maintenance",
    "openings",
    "privacy",
    "schedule",
    "semantic",
    "shortlist",
    "similar",
    "watches",
]
