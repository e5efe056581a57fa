"""Homepages: what a page says, whose it is, and what is asked for."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from finder.errors import NotFound, SourceBlocked, SourceError
from finder.http import read_recordings
from finder.model import Person, Rejected, Statement
from finder.reference_data import package_data_folder
from finder.source import FetchRequest, Response, SourceInfo
from finder.sources import homepages

URL = "https://ada-vell.example/"
PAGE = """<html><head><title>Ada Vell - Alder University</title></head><body><h1>Ada Vell</h1>
<p>Assistant Professor, Alder University, Alder, Norway</p>
<h2>Prospective students</h2><p>I am recruiting PhD students for Fall 2026.</p></body></html>"""


def reply(body: str, name: str = "Ada Vell", url: str = URL, depth: int = 0) -> Response:
    note = json.dumps({"name": name, "ids": [f"homepage:{url}"], "depth": depth})
    return Response("homepages", url, 200, body.encode(), "2026-11-01T00:00:00+00:00", note=note)


def said(body: str, **more: Any) -> list[tuple[str, str | None, tuple[str, ...]]]:
    found = homepages.parse(reply(body, **more))
    return [(r.polarity, r.date, r.audience) for r in found if isinstance(r, Statement)]


YES = ("recruiting", "2026", ("phd",))
SENTENCE = "I am recruiting PhD students for Fall 2026."


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", [YES]),
        (f"<p>{SENTENCE}</p>", f"<!-- <p>{SENTENCE}</p> -->", []),
        (f"<p>{SENTENCE}</p>", f"<!--- <p>{SENTENCE}</p> --->", []),
        (f"<p>{SENTENCE}</p>", f"<!-- <p>{SENTENCE}</p>", []),
        (f"<p>{SENTENCE}</p>", f"<p style='display: none'>{SENTENCE}</p>", []),
        (f"<p>{SENTENCE}</p>", f"<p hidden>{SENTENCE}</p>", []),
        (SENTENCE, f"<s>{SENTENCE}</s>", []),
        (SENTENCE, f"<del>{SENTENCE}</del>", []),
        (f"<p>{SENTENCE}</p>", f"<script>document.write('<p>{SENTENCE}</p>')</script>", []),
        ("am recruiting", "am not recruiting", [("not recruiting", "2026", ("phd",))]),
        ("</body>", "<p>I am not accepting PhD students.</p></body>", [("not recruiting", None, ("phd",))]),
        ("</body>", "<p>My group is full.</p></body>", [("not recruiting", None, ())]),
        ("</body>", "<p>I am not taking interns.</p></body>", [YES, ("not recruiting", None, ("intern",))]),
        ("</body>", "<p>In 2024 I am not taking PhD students.</p></body>", [YES, ("not recruiting", "2024", ("phd",))]),
        ("2026", "2019", [("recruiting", "2019", ("phd",))]),
        (" for Fall 2026", "", [("recruiting", None, ("phd",))]),
        (SENTENCE, f"{SENTENCE} <small>(October 2025)</small>", [("recruiting", "2025-10", ("phd",))]),
        ("<h2>Prospective students", "<h2>Faculty openings", []),
        ("<h2>Prospective students", "<h2>Alumni news", []),
        ("<h2>Prospective students", "<h2>In memoriam", []),
        ("I am recruiting", "The department is recruiting", []),
        (SENTENCE, "We are hiring faculty.", []),
        (SENTENCE, "I am on the academic job market and looking for postdoc positions.", []),
        (SENTENCE, "Are you recruiting PhD students?", []),
        (SENTENCE, "If we are recruiting PhD students, it is said here.", []),
    ],
)
def test_a_change_of_the_page_changes_what_it_says(old: str, new: str, expected: list[object]) -> None:
    assert said(PAGE.replace(old, new, 1) if old else PAGE) == expected


@pytest.mark.parametrize(
    "change",
    [
        {"body": PAGE.replace("Ada Vell", "Bo Ekström")},
        {"body": PAGE, "name": "Bo Ekström", "url": "https://example.org/~bo"},
        {"body": PAGE.replace("Ada Vell", "Bo Ekström"), "url": f"{URL}join", "depth": 1},
        {
            "body": "<title>People</title><p>I did my PhD with Ada Vell. I am recruiting.</p>",
            "url": "https://x.example/~bo",
        },
    ],
)
def test_another_persons_page_says_nothing(change: dict[str, Any]) -> None:
    assert list(homepages.parse(reply(**change))) == [
        Rejected("homepages", change.get("url", URL), "another person's page")
    ]


@pytest.mark.parametrize("name", ["Ada B. Vell", "Vell, Ada", "Ada Vell 0001", "Áda Vell", "A. Vell"])
def test_a_name_fits_in_its_spellings(name: str) -> None:
    assert said(PAGE, name=name, url="https://example.org/x") == [YES]


def test_a_mixed_sentence_says_both() -> None:
    page = PAGE.replace(SENTENCE, "I am not taking master's students but I am recruiting PhD students.")
    assert sorted(said(page)) == [("not recruiting", None, ("master",)), ("recruiting", None, ("phd",))]


@pytest.mark.parametrize(
    ("address", "quote"),
    [
        ("ada@alder.example", "I am hiring PhD students, write to [address] now."),
        ("ada [at] alder.example", "I am hiring PhD students, write to [address] now."),
        ("ada (at) alder (dot) example", "I am hiring PhD students, write to [address] now."),
    ],
)
def test_quotations_hold_no_addresses(address: str, quote: str) -> None:
    page = PAGE.replace(SENTENCE, f"I am hiring PhD students, write to {address} now.")
    assert [r.quote for r in homepages.parse(reply(page)) if isinstance(r, Statement)] == [quote]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("I will be joining Rice University as an Assistant Professor in Fall 2026.", ("Rice University", "2026")),
        ("I will join the CS Department at Rice University in January 2027!", ("Rice University", "2027-01")),
        ("In Fall 2026 I joined Brightloom Labs as a Research Scientist.", ("Brightloom Labs", "2026")),
        ("I will be joining Rice University as an Assistant Professor in Fall 2021.", None),
        ("Bo will join Rice University as an Assistant Professor in Fall 2026.", None),
        ("I joined the program committee of a workshop at Rice University in 2026.", None),
        ("I will be joining Google this summer as a research intern.", None),
    ],
)
def test_joining(sentence: str, expected: tuple[str, str] | None) -> None:
    found = [r for r in homepages.parse(reply(PAGE.replace(SENTENCE, sentence))) if isinstance(r, Statement)]
    assert [(r.institution, r.date) for r in found if r.polarity == "joining"] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("<b>August 2026</b> In July 2026 I joined Rice University as an Assistant Professor.", "2026-07"),
        ("<b>August 2026</b> In 2026 I joined Rice University as an Assistant Professor.", "2026-08"),
        ("<b>August 2026</b> I joined Rice University as an Assistant Professor.", "2026-08"),
        ("<b>August 2026</b> I will join Rice University as an Assistant Professor.", "2026-08"),
        ("<b>August 2026</b> Since 2019 I am an Assistant Professor at Rice University.", None),
    ],
    ids=["before the news", "the news is more exact", "undated", "to come", "long ago"],
)
def test_a_post_begins_when_the_sentence_says_so_not_when_it_was_news(line: str, expected: str | None) -> None:
    found = homepages.parse(reply(f"<h1>Ada Vell</h1><h2>News</h2><ul><li>{line}</li></ul>"))

    assert [r.date for r in found if isinstance(r, Statement)] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Before that I was a Research Scientist at Quillmark AI (2021-2024).", [("Quillmark AI", 2021, 2024)]),
        (
            "Previously, I was an assistant professor at the University of Oslo (2015-2020).",
            [("University of Oslo", 2015, 2020)],
        ),
        (
            "Before that I was a Postdoc at Uni A (2019-2020). Before that I was a Postdoc at Uni B (2017-2019).",
            [("Uni A", 2019, 2020), ("Uni B", 2017, 2019)],
        ),
        ("Before that I was a Postdoc at Uni A.", []),
        ("Before that I was a Postdoc at Uni A (2024-2019).", []),
        ("My student was previously a Postdoc at Uni A (2019-2020).", []),
        ("Before that I was a reviewer at the same time (2019-2020).", []),
    ],
)
def test_former_posts_are_read_where_their_years_are_given(sentence: str, expected: list[tuple[str, int, int]]) -> None:
    person = next(homepages.parse(reply(PAGE.replace("</h1>", f"</h1><p>{sentence}</p>"))))
    assert isinstance(person, Person)
    former = [(p.institution, p.since, p.until) for p in person.affiliations if p.until]

    assert former == expected
    assert [p.institution for p in person.affiliations if not p.until] == ["Alder University"]
    assert all(p.stated for p in person.affiliations)


def test_the_demo_worlds_pages_say_what_is_true_of_it() -> None:
    pages = read_recordings(package_data_folder() / "demo" / "pages.jsonl.xz")
    people = json.loads(gzip.decompress((package_data_folder() / "demo" / "truth.json.gz").read_bytes()))[
        "people"
    ].values()
    true, read = set(), set()
    for person in (person for person in people if person.get("homepage")):
        url = person["homepage"]
        page = pages.get(f"homepages:{url}") or pages[f"homepages:{url}/"]
        for record in homepages.parse(reply(page.body.decode(), person["name"], url)):
            if isinstance(record, Statement):
                read.add((url, record.polarity, record.quote, record.date))
        for one in person.get("statements", []):
            if not one["hidden"]:
                polarity = "joining" if one["polarity"] == "moving" else one["polarity"]
                true.add((url, polarity, one["quote"], one.get("date")))
    precision, recall = len(true & read) / len(read), len(true & read) / len(true)
    print(f"{len(true)} statements: precision {precision:.3f}, recall {recall:.3f}")  # noqa: T201 - for pytest -s

    assert precision >= 0.95
    assert recall >= 0.95


class Site:
    """A door behind which some pages are."""

    def __init__(self, pages: Mapping[str, str | SourceError]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def has_key(self, card: SourceInfo) -> bool:
        return False

    async def get(
        self, card: SourceInfo, path: str, params: object = None, *, note: str = "", check: object = None
    ) -> Response:
        self.asked.append(path)
        page = self.pages.get(path, NotFound("gone", path))
        if isinstance(page, SourceError):
            raise page
        return Response("homepages", path, 200, page.encode(), "2026-11-01T00:00:00+00:00", note=note)


def complete(site: Site, *urls: str) -> list[Response]:
    names = {f"homepage:{url}": "Ada Vell" for url in urls}
    day = date(2026, 11, 1)

    async def run() -> list[Response]:
        ask = FetchRequest("x", day, day, day, ids=tuple(names), names=names)
        return [one async for one in homepages.complete(site, ask)]

    return asyncio.run(run())


MENU = PAGE.replace(
    "</body>",
    "<nav>"
    + "".join(
        f"<a href='{href}'>{text}</a>"
        for href, text in {
            "/group": "Group",
            "/join.html": "Join us",
            "/students/": "For students",
            "contact": "Contact",
            "/cv.pdf": "Students",
            "https://elsewhere.example/join": "Join",
            "#join": "Join",
            "mailto:a@b.example": "Contact",
            "/alumni": "Former students",
        }.items()
    )
    + "</nav></body>",
)


def test_at_most_four_pages_of_ones_own_site_are_asked_for() -> None:
    site = Site({URL: MENU, f"{URL}join.html": "x", f"{URL}group": SourceBlocked("robots.txt", "")})

    came = complete(site, URL)
    assert site.asked == [URL, f"{URL}join.html", f"{URL}students/", f"{URL}group"]
    assert [(one.url, json.loads(one.note)["depth"]) for one in came] == [(URL, 0), (f"{URL}join.html", 1)]


def test_a_departments_other_pages_are_not_the_persons() -> None:
    home = "https://alder.example/people/ada-vell"
    site = Site({home: MENU.replace("'contact'", "'ada-vell/contact'")})
    complete(site, home)

    assert site.asked == [home, f"{home}/contact"]


def test_nothing_further_of_another_persons_page_is_asked_for() -> None:
    site = Site({URL: MENU.replace("Ada Vell", "Bo Ekström")})

    assert len(complete(site, URL)) == len(site.asked) == 1


def test_a_refused_page_costs_only_itself() -> None:
    refused = SourceBlocked("robots.txt", "https://no.example/")
    assert len(complete(Site({URL: PAGE, "https://no.example/": refused}), "https://no.example/", URL)) == 1
    assert complete(Site({}), URL) == []
    with pytest.raises(SourceBlocked):
        complete(Site({"https://no.example/": refused}), URL, "https://no.example/")


def test_posts_are_as_stated() -> None:
    (person,) = (r for r in homepages.parse(reply(PAGE)) if isinstance(r, Person))
    assert [(p.institution, p.role, p.stated) for p in person.affiliations] == [
        ("Alder University", "Assistant Professor", True)
    ]
