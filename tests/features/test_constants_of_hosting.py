"""Constants of who hosted interns, each guarded by a judged case that a turn of it makes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

import polars as pl
import pytest

from finder.features import host_candidates, internship_affiliations, internship_hosts, internship_papers
from finder.model import Affiliation, Authorship, Work
from finder.storage import Store
from tests.worlds import stored, work

TODAY = date(2026, 11, 1)
DAY = (TODAY - date(1970, 1, 1)).days
ON, OFF = True, False


def hosted(*works: tuple[float, bool]) -> dict[str, float]:
    """What is known of a host from so many works of interns: how many years ago, and whether on the interest."""
    led = pl.DataFrame(
        [
            {
                "author": 1,
                "company": 2,
                "intern": number,
                "work": number,
                "day": DAY - round(365.25 * ago),
                "chance": 1.0,
            }
            for number, (ago, _) in enumerate(works)
        ]
    )
    on = [{"work": number, "match": 1.0} for number, (_, on) in enumerate(works) if on]
    (row,) = internship_hosts.summarize_hosting(
        led, TODAY, pl.DataFrame(on, {"work": pl.Int64, "match": pl.Float64})
    ).to_dicts()
    return row


def more(one: list[tuple[float, bool]], other: list[tuple[float, bool]]) -> bool:
    return hosted(*one)["hosted"] > hosted(*other)["hosted"]


def sure(*chances: float) -> bool:
    """Whether somebody is said to have hosted, of whom so sure proofs are known."""
    led = pl.DataFrame(
        [
            {"author": 1, "company": 2, "intern": number, "work": number, "day": DAY, "chance": chance}
            for number, chance in enumerate(chances)
        ]
    )
    return internship_hosts.summarize_hosting(led, TODAY)["sure"].item() >= internship_hosts.SURE


Judgement = Callable[[], bool]
HOSTING: list[tuple[str, float, Judgement]] = [
    ("RECENT", 220, lambda: hosted((1.5, ON))["recent"] == 1),
    ("RECENT", 2200, lambda: hosted((4, ON))["recent"] == 0),
    # an intern of before counts for more than one off the interest, and for less than one of late off it and another
    ("PAST", 0.05, lambda: more([(5, ON)], [(0, OFF)])),
    ("PAST", 0.9, lambda: more([(0, OFF)] * 4, [(5, ON)])),
    # any number of interns of before does not outweigh one of late
    ("MOST_PAST", 2.0, lambda: more([(0, ON)], [(5, ON)] * 24)),
    ("MOST_PAST", 0.2, lambda: more([(5, ON)] * 2, [(5, ON)])),
    # five interns off the interest do not outweigh one on it; one is more than none
    ("OFF", 0.3, lambda: more([(0, ON)], [(0, OFF)] * 5)),
    ("OFF", 0.0, lambda: more([(0, OFF)] * 2, [(0, OFF)])),
    # a work wholly on the interest is on it
    ("ON", 2.0, lambda: hosted((0, ON))["on"] == 1),
    # a weak proof is none; two of these, of two interns, are one, and so are two places of one intern
    ("SURE", 0.3, lambda: not sure(0.6)),
    ("SURE", 0.95, lambda: sure(0.6, 0.6) and sure(0.85)),
]


@pytest.mark.parametrize("case", HOSTING, ids=lambda case: f"{case[0]}={case[1]}")
def test_a_turned_constant_makes_a_judged_host_wrong(
    case: tuple[str, float, Judgement], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, turned, holds = case

    assert holds()
    monkeypatch.setattr(internship_hosts, name, turned)
    assert not holds()


# --- what proves an internship -----------------------------------------------------------------------------------

UNI, LAB = "University of Valdorra", "Brightloom Labs"


_ids: dict[str, str] = {}


def at(name: str, *places: str, role: str | None = None) -> Authorship:
    """Somebody at some places, in a role at the last of them."""
    rows = [(place, role if place == places[-1] else None) for place in places]
    known = _ids.setdefault(name, f"openalex:A{len(_ids) + 1}")
    return Authorship(
        name, ids=(known,), affiliations=tuple(Affiliation(p, role=r, stated=r is not None) for p, r in rows)
    )


def scene(name: str, *lines: tuple[str, list[Authorship]]) -> Iterator[Work]:
    for number, (day, people) in enumerate(lines):
        yield work(f"A work of {name}, part {number}", *people, date=day)


def host(name: str) -> Authorship:
    return at(f"{name} Host", LAB)


def others(name: str, count: int) -> list[Authorship]:
    return [at(f"{name} Mate{chr(97 + n) * 2}", "Elsewhere College") for n in range(count)]


def scenes() -> Iterator[Work]:
    """Of each intern, or none, what was printed; nobody is in two scenes."""

    # who says to be an intern, third or seventh of nine
    yield from scene(
        "Third",
        (
            "2025-06-01",
            [*others("Third", 2), at("Third Zintern", LAB, role="Intern"), *others("Thirdly", 2), host("Third")],
        ),
    )
    yield from scene(
        "Seventh",
        (
            "2025-06-01",
            [
                *others("Seventh", 6),
                at("Seventh Zintern", LAB, role="Intern"),
                *others("Seventhly", 2),
                host("Seventh"),
            ],
        ),
    )
    # students whose co-authors are one or two of the company
    yield from scene("Alone", ("2025-06-01", [at("Alone Zintern", UNI), *others("Alone", 1), host("Alone")]))
    yield from scene("Two", ("2025-06-01", [at("Two Zintern", UNI), at("Two Colleague", LAB), host("Two")]))
    # works of ten months and of three years after an internship that was stated
    for name, day in (("Months", "2024-12-01"), ("Years", "2027-01-01")):
        yield from scene(
            name,
            ("2024-02-01", [at(f"{name} Zintern", LAB, role="Intern"), host(name)]),
            (day, [at(f"{name} Zintern", UNI), host(name)]),
        )
    # who prints the company alone eight months, or two years, after two places
    for name, day in (("Hired", "2024-09-01"), ("Later", "2026-04-01")):
        yield from scene(
            name,
            ("2024-01-01", [at(f"{name} Zintern", UNI, LAB), host(name)]),
            (day, [at(f"{name} Zintern", LAB), host(name)]),
        )
    # who prints two places over two years, or over ten months
    for name, day in (("Long", "2024-12-01"), ("Short", "2023-11-01")):
        yield from scene(
            name,
            ("2023-01-01", [at(f"{name} Zintern", UNI, LAB), host(name)]),
            (day, [at(f"{name} Zintern", UNI, LAB), host(name)]),
        )
    # whose last author was at their university three, or nine, years before
    for name, day in (("Advised", "2022-09-01"), ("Met", "2016-06-01")):
        yield from scene(
            name,
            (day, [*others(name, 1), at(f"{name} Host", UNI)]),
            ("2025-06-01", [at(f"{name} Zintern", UNI), at(f"{name} Colleague", LAB), host(name)]),
        )
    # whose last author began to publish four years, or a year and a half, after they did, beside an older colleague
    for name, day in (("Younger", "2025-01-01"), ("Equal", "2022-07-01")):
        colleague = at(f"{name} Colleague", LAB)
        yield from scene(
            name,
            ("2010-01-01", [*others(name, 1), colleague]),
            ("2021-01-01", [at(f"{name} Zintern", UNI), *others(name, 1)]),
            (day, [host(name), *others(name, 1)]),
            ("2025-06-01", [at(f"{name} Zintern", UNI, LAB), colleague, host(name)]),
        )

    yield from scenes_between()
    yield from scenes_of_heads()


def scenes_between() -> Iterator[Work]:
    """Who prints the company only, between works from one university."""
    for name, before, after in (("Back", "2023-06-01", "2026-06-01"), ("Apart", "2020-01-01", "2027-12-01")):
        yield from scene(
            name,
            (before, [at(f"{name} Zintern", UNI), *others(name, 1)]),
            ("2025-01-01", [at(f"{name} Zintern", LAB), host(name)]),
            (after, [at(f"{name} Zintern", UNI), *others(name, 1)]),
        )
    for name, count in (("Often", 4), ("Twice", 1)):
        yield from scene(
            name,
            ("2024-01-01", [at(f"{name} Zintern", UNI), *others(name, 1)]),
            ("2025-01-01", [at(f"{name} Zintern", LAB), host(name)]),
            *[("2025-02-01", [*others(name, 1), at(f"{name} Zintern", LAB), host(name)]) for _ in range(count)],
            ("2026-01-01", [at(f"{name} Zintern", UNI), *others(name, 1)]),
        )


def scenes_of_heads() -> Iterator[Work]:
    """Whose last author leads eighteen works, or two, beside two colleagues."""
    for name, count in (("Headed", 18), ("Sat", 2)):
        colleagues = [at(f"{name} Colleague", LAB), at(f"{name} Fellow", LAB)]
        yield from scene(
            name,
            *[("2024-06-01", [at(f"{name} Else", "Elsewhere College"), host(name)]) for _ in range(count)],
            ("2025-06-01", [at(f"{name} Zintern", UNI, LAB), *colleagues, host(name)]),
        )


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with stored(tmp_path_factory.mktemp("interns"), *scenes()) as opened:
        yield opened


class Told(NamedTuple):
    """What is told of somebody: works as an intern, how sure the least of these is, and who hosted."""

    works: int = 0
    chance: float = 0.0
    host: str = ""
    head: str = ""


Found = Callable[[str], Told]


def told(store: Store) -> Found:
    """What is told of the intern of a scene, two years from now."""
    snapshot = store.snapshots.current_snapshot()
    names = dict(snapshot.load_table("authors").select("author", "name").iter_rows())
    found: dict[str, Told] = {}
    tables = {name: snapshot.load_table(name) for name in internship_papers.READ}
    for row in internship_hosts.papers_by_host(
        internship_papers.internships_from_tables(tables, TODAY.replace(year=2028))
    ).iter_rows(named=True):
        name = names[row["intern"]].removesuffix(" Zintern")
        before = found.get(name, Told(0, 1.0))
        host, head = (names.get(row[who], "").split(" ")[-1] for who in ("author", "head"))
        found[name] = Told(before.works + 1, min(before.chance, row["chance"]), host, head)
    return lambda name: found.get(name, Told())


PROOFS: list[tuple[str, object, Callable[[Found], bool]]] = [
    # who says to be an intern is one of those who did the work where they stand third, not where they stand seventh
    ("EARLY", 1, lambda of: of("Third").works == 1),
    ("EARLY", 9, lambda of: of("Seventh").works == 0),
    ("COMPANY", 1, lambda of: of("Alone").works == 0),
    ("COMPANY", 6, lambda of: of("Two").works == 1),
    ("AFTER", 160, lambda of: of("Months").works == 2),
    ("AFTER", 1620, lambda of: of("Years").works == 1),
    # who soon prints the company alone was hired as likely as not; two years later that says nothing
    ("SOON", 120, lambda of: not sure(of("Hired").chance)),
    ("SOON", 1200, lambda of: sure(of("Later").chance)),
    ("LONG", 180, lambda of: sure(of("Short").chance)),
    ("LONG", 1800, lambda of: not sure(of("Long").chance)),
    # of two who were hired as likely as not, one was an intern more likely than not
    ("UNSURE", {internship_papers.PLACES: 0.15}, lambda of: sure(of("Hired").chance, of("Hired").chance)),
    ("UNSURE", {internship_papers.PLACES: 0.9}, lambda of: not sure(of("Hired").chance)),
    # whoever was at their university lately is their advisor, whoever left it nine years ago is not
    ("FORMER", 450, lambda of: of("Advised").works == 0),
    ("FORMER", 4500, lambda of: of("Met").works == 1),
    # nobody is led by who began four years after them, but may be by who began a little later
    ("AHEAD", 9, lambda of: of("Younger").host == "Colleague"),
    ("AHEAD", 1, lambda of: of("Equal").host == "Host"),
    # who comes back to the university a year and a half later was an intern, who does after years may be anybody
    ("ROUND", 300, lambda of: of("Back").works == 1),
    ("ROUND", 4000, lambda of: of("Apart").works == 0),
    # who wrote from the company alone three times more is employed there, who did once may be an intern still
    ("OFTEN", 9, lambda of: of("Often").works == 0),
    ("OFTEN", 0, lambda of: of("Twice").works == 1),
    # a senior who stands last of three heads them all; who stands last and leads little hosts
    ("SENIOR", 99, lambda of: of("Headed").host == "Colleague"),
    ("SENIOR", 1, lambda of: of("Sat").host == "Host"),
    ("CROWDED", 9, lambda of: of("Headed").head == "Host"),
    ("LAST", 0.5, lambda of: of("Sat").host == "Host"),
]


@pytest.mark.parametrize("case", PROOFS, ids=lambda case: f"{case[0]}={case[1]}")
def test_a_turned_constant_makes_a_judged_internship_wrong(
    store: Store, case: tuple[str, object, Callable[[Found], bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, turned, holds = case

    assert holds(told(store))
    for module in (internship_papers, internship_affiliations, host_candidates):
        if hasattr(module, name):
            monkeypatch.setattr(module, name, turned)
    assert not holds(told(store))


def test_a_footnote_or_two_places_are_believed_and_company_co_authors_only_of_two_interns(store: Store) -> None:
    of = told(store)

    assert [sure(of(name).chance) for name in ("Third", "Short", "Two")] == [True, True, False]
    assert sure(of("Two").chance, of("Two").chance)
    assert 1 > of("Third").chance > of("Short").chance > of("Two").chance
