"""A small world for the tests of the dashboard: a professor, a newcomer, a student, and somebody hostile."""

from __future__ import annotations

from pathlib import Path

from tests import once
from tests.worlds import author, stored, work

INTEREST = "multimodal learning"
HOSTILE = "<img src=x onerror=alert(1)> *Eve*"
FORMULA = '=HYPERLINK("http://evil.example","x") Mallory'


def small(home: Path) -> None:
    """Store and publish it."""
    once.made(home, _small)


def _small(home: Path) -> None:
    ada = "Ada Senior @ Universität Nirgendwo, DE"
    student = "Sam Pupil @ Universität Nirgendwo, DE"
    works = [
        work(f"Multimodal learning with {what}", student if year > 2022 else "Old Hand", ada, date=f"{year}-05-01")
        for year, what in enumerate(["sound", "touch", "text", "maps", "video", "speech", "haptics"], 2019)
    ]
    newcomer = author("Bela Newcomer @ Université Ailleurs, FR", "openalex:A5001", role="Assistant Professor")
    before = author("Bela Newcomer @ Brightloom Labs, US", "openalex:A5001")
    works += [
        work("Multimodal learning from few pairs", "Cleo Other", newcomer, date="2026-03-01"),
        work("Contrastive multimodal learning", "Cleo Other", before, date="2024-03-01"),
    ]
    works += [
        work(
            "<script>alert(2)</script> [multimodal learning](javascript:alert(3)) $x$ :red[y]",
            "Nobody Else",
            f"{HOSTILE} @ =cmd|' /C calc'!A0, US",
            date=f"{year}-02-01",
            url="javascript:alert(4)",
        )
        for year in (2024, 2025)
    ]
    works += [
        work(f"On multimodal learning, part {n}", "Nobody Else", f"{FORMULA} @ Sheet College, US", date=f"2025-0{n}-01")
        for n in (1, 2, 3)
    ]
    stored(home, *works).close()
