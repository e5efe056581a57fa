"""The command line: one thin command each. Answers go to standard output, everything else to standard error."""

from __future__ import annotations

from finder.cli import answers, boards, corrections, openings, shortlist, stored  # each registers its commands
from finder.cli.common import app, main

__all__ = ["answers", "app", "boards", "corrections", "main", "openings", "shortlist", "stored"]
