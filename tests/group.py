"""A small group for tests: a head, students, one who left, a hostile name, and a sister lab."""

from __future__ import annotations

from pathlib import Path

from finder.model import Record
from tests import once
from tests.worlds import author, stored, work

GROUP = "multimodal learning"
ADA = "openalex:A6001"
HOSTILE = "<img src=x onerror=alert(1)> *Eve*"
HERE = "Universität Nirgendwo, DE"


def members() -> list[Record]:
    """Works of the group since 2016."""
    ada = author(f"Ada Head @ {HERE}", ADA, role="Professor")
    sam, eve = author(f"Sam Pupil @ {HERE}"), author(f"{HOSTILE} @ {HERE}")
    once, gone = (author(f"Once There @ {place}", "openalex:A6003") for place in (HERE, "Elsewhere College, US"))
    early: list[Record] = [
        work(f"Multimodal learning before, part {year}", "Old Hand", "Zed Else", ada, date=f"{year}-05-01")
        for year in range(2014, 2019)
    ]
    began: list[Record] = [
        work(f"Multimodal learning at first, part {year}", once, ada, date=f"{year}-05-01") for year in (2019, 2020)
    ]
    now: list[Record] = [
        work("Multimodal learning with sound", sam, eve, ada, date="2025-12-01"),
        work("Multimodal learning with touch", eve, ada, date="2026-03-01"),
        work("Multimodal learning with text", sam, ada, date="2026-05-01"),
        work("Something else entirely", gone, "Cleo Other", date="2026-06-01"),
    ]
    return [*early, *began, *now, *_sister(sam, ada)]


def _sister(sam: object, ada: object) -> list[Record]:
    rue = author("Rue Sister @ Université Ailleurs, FR", "openalex:A6002", role="Professor")
    zoe = author("Zoe Young @ Université Ailleurs, FR")
    old: list[Record] = [
        work(f"Sisterly works, part {year}", "Some Body", "Any Body", rue, date=f"{year}-05-01")
        for year in range(2014, 2019)
    ]
    joint: list[Record] = [
        work(f"Joint multimodal learning, part {n}", zoe, sam, ada, rue, date=f"2026-0{n}-11")
        for n in (1, 2)  # type: ignore[arg-type]
    ]
    return [*old, *joint, work("Multimodal learning alone", zoe, rue, date="2026-04-11")]


def group(home: Path) -> None:
    """Store and publish it."""
    once.made(home, _group)


def _group(home: Path) -> None:
    stored(home, *members()).close()
