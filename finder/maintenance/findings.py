"""What the doctor finds: one thing each, with how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

State = Literal["fine", "note", "problem"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        check: what was looked at.
        state: a note is worth knowing; a problem keeps the finder from its work, or lets it say what is wrong.
        remedy: what to do about it.
        mend: the safe remedy that the doctor knows itself, by name.
    """

    check: str
    state: State
    message: str
    remedy: str = ""
    mend: str = ""


def problem_finding(check: str, message: str, remedy: str, mend: str = "") -> Finding:
    """Something that has to be mended."""
    return Finding(check, "problem", message, remedy, mend)


def note_finding(check: str, message: str, remedy: str = "", mend: str = "") -> Finding:
    """Something worth knowing."""
    return Finding(check, "note", message, remedy, mend)


def ok_finding(check: str, message: str) -> Finding:
    """Nothing to do."""
    return Finding(check, "fine", message)


def finding_rows(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """As JSON has them."""
    return [asdict(finding) for finding in findings]


def findings_text(findings: Iterable[Finding]) -> str:
    """As a person reads them."""
    lines = []
    for finding in findings:
        lines.append(f"{finding.state:<8} {finding.check:<10} {finding.message}")
        if finding.remedy:
            lines.append(f"{'':<19} → {finding.remedy}")
    return "\n".join(lines)


def format_bytes(number: float) -> str:
    """Bytes for a person."""
    return f"{number / 1e9:,.1f} GB" if number >= 1e9 else f"{number / 1e6:,.0f} MB"
