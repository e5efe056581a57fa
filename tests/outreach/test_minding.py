"""What the shortlist says to mind before writing, from entries and the day."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from finder.outreach import identity_tracking, shortlist
from finder.outreach.identity_tracking import CurrentIdentity
from finder.outreach.shortlist import ShortlistedPerson
from finder.storage.shortlist import ShortlistEntry, ShortlistEvent
from tests.worlds import NOW, stored, work

DAY = date(2026, 11, 1)


def listed(
    number: int = 1,
    status: Any = "shortlisted",
    *,
    wrote: str | None = None,
    row: dict[str, Any] | None = None,
    group: tuple[int, ...] = (),
    follow_up: str | None = None,
) -> ShortlistedPerson:
    events = (ShortlistEvent(1, wrote, "sent", "", NOW),) if wrote else ()
    entry = ShortlistEntry(number, (), f"Person {number}", status, "bees", "", follow_up, NOW, events)
    whose = CurrentIdentity(number, f"openalex:A{number}", f"Person {number}", known=3)
    return ShortlistedPerson(entry, whose, row or {"recruiting": None, "says": [], "works": []}, frozenset(group))


def said(one: ShortlistedPerson, *others: ShortlistedPerson) -> str:
    return " ".join(shortlist.entry_warnings(one, [one, *others], DAY))


def test_nothing_is_said_of_somebody_ordinary() -> None:
    assert said(listed()) == ""


@pytest.mark.parametrize(("days", "warned"), [(0, True), (6, True), (7, False), (-1, False)])
def test_the_same_group_is_not_written_to_twice_a_week(days: int, warned: bool) -> None:
    other = listed(2, "sent", wrote=(DAY - timedelta(days=days)).isoformat())

    told = said(listed(group=(2,)), other)
    assert ("Person 2 of the same group" in told) is warned
    assert said(listed(), other) == ""
    assert "same group" not in said(listed(status="sent", group=(2,)), other)


def test_silence_and_days_to_come_back_are_told() -> None:
    assert "Silence is not a no" in said(listed(status="sent", wrote="2026-10-01"))
    assert said(listed(status="sent", wrote="2026-10-25")) == ""
    assert "come back to them on 2026-10-31" in said(listed(follow_up="2026-10-31"))
    assert said(listed(follow_up="2026-11-02")) == ""
    assert said(listed(status="closed", follow_up="2026-10-31")) == ""
    assert "in touch with them on 2026-10-01 already" in said(listed(status="drafted", wrote="2026-10-01"))


def test_not_recruiting_is_said_first() -> None:
    no = {"polarity": "not recruiting", "quote": "I take nobody on.", "date": "2026", "url": None, "age": "current"}
    row = {"recruiting": no, "says": [], "works": []}
    told = shortlist.entry_warnings(listed(row=row, follow_up="2026-01-01"), [], DAY)
    assert told[0].startswith("They say that they are not recruiting (2026): “I take nobody on.”")
    assert len(told) == 2


def test_more_than_twenty_open_are_too_many() -> None:
    entries = [listed(n).entry for n in range(20)]
    assert shortlist.crowding_warning([*entries, listed(99, "closed").entry]) is None
    assert "21 are open" in (shortlist.crowding_warning([*entries, listed(99, "call").entry]) or "")


def test_people_of_one_place_who_write_together_are_a_group(tmp_path: Path) -> None:
    store = stored(
        tmp_path,
        work("Bees", "Ada Vell @ Uni A", "Bo Rask @ Uni A"),
        work("Ants", "Cy Cole @ Uni A"),
        work("Wasps", "Di Dorn @ Uni B", "Ada Vell @ Uni A"),
    )
    ids = {
        name: identity_tracking.add_to_shortlist(store, name, "bees", NOW)[0]
        for name in ("Ada Vell", "Bo Rask", "Cy Cole", "Di Dorn")
    }
    store.shortlist.set_status(ids["Bo Rask"], "sent", NOW)

    everybody = shortlist.load_shortlist(store, DAY)
    groups = {one.name: one.group for one in everybody}
    assert groups["Ada Vell"] == {ids["Bo Rask"]}
    assert groups["Cy Cole"] == groups["Di Dorn"] == frozenset()
    told = {one.name: " ".join(shortlist.entry_warnings(one, everybody, DAY)) for one in everybody}
    assert "in touch with Bo Rask of the same group" in told["Ada Vell"]
    assert not told["Cy Cole"]


def test_questions_follow_from_what_is_known() -> None:
    row = {
        "newcomer": {"since": "2026"},
        "moved": {"from": "Brightloom"},
        "stage": "industry researcher",
        "recruiting": None,
        "current": [{"institution": "Uni A", "old": False}, {"institution": "Brightloom", "old": False}],
    }
    asked = " ".join(shortlist.questions_for_students(row))
    assert all(word in asked for word in ("Brightloom: who moved along", "Uni A and Brightloom", "publish", "young"))
    assert len(shortlist.questions_for_students(None)) == 5
