from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared import SHARED, needs_shared

from finder.errors import NotFound, QuotaExceeded, SourceError, SourceUnreachable, UnexpectedFormat
from finder.model import Affiliation, Person, Rejected
from finder.source import FetchRequest, Response, SourceInfo, discover_sources
from finder.sources.orcid import CARD, SOURCE, plan

RECORDED = SHARED / "recorded" / "orcid"
TODAY = date(2026, 11, 22)
ADA, BEA, CLEO = "0000-0002-1825-0097", "0000-0001-5109-3700", "0000-0002-1694-233X"
REFUSED = {
    "error-404-bad-id.json": "404: The resource was not found",
    "error-500-bad-start.json": "500: Something went wrong",
    "works-small.json": "neither a record nor a search",
}


def parsed(body: Any, url: str = "") -> list[Any]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return list(SOURCE.parse(Response("orcid", url, 200, raw, "2026-11-22T10:00:00Z")))


def a_stay(kind: str = "employment", **changes: Any) -> dict[str, Any]:
    organisation = {
        "name": "University  of Sight",
        "address": {"city": "Oslo", "region": None, "country": "no"},
        "disambiguated-organization": {
            "disambiguated-organization-identifier": "https://ror.org/00pjdza24",
            "disambiguation-source": "ROR",
        },
    }
    post = {
        "department-name": "Senses",
        "role-title": "Professor",
        "organization": organisation,
        "start-date": {"year": {"value": "2019"}, "month": None, "day": None},
        "end-date": None,
        **changes,
    }
    return {"summaries": [{f"{kind}-summary": post}]}


def a_record(
    *, name: Any = None, posts: Any = (), studies: Any = (), links: Any = (), registers: Any = (), **changes: Any
) -> dict[str, Any]:
    person = {
        "name": name or {"given-names": {"value": "Ada"}, "family-name": {"value": "Vell"}, "credit-name": None},
        "other-names": {"other-name": [{"content": "A. Vell"}, {"content": "ada@x.example"}, {"content": "{}"}]},
        "researcher-urls": {"researcher-url": [{"url-name": n, "url": {"value": u}} for n, u in links]},
        "emails": {"email": [{"email": "ada@sight.example"}]},
        "external-identifiers": {
            "external-identifier": [
                {
                    "external-id-type": t,
                    "external-id-value": v,
                    "external-id-url": {"value": u},
                    "external-id-relationship": "self",
                }
                for t, v, u in registers
            ]
        },
    }
    activities = {"employments": {"affiliation-group": [*posts]}, "educations": {"affiliation-group": [*studies]}}
    return {"orcid-identifier": {"path": ADA}, "person": person, "activities-summary": activities, **changes}


def one(**changes: Any) -> Person:
    (found,) = parsed(a_record(**changes))
    assert isinstance(found, Person), found
    return found


def test_it_is_found_by_its_name_and_asked_only_where_it_is_switched_on() -> None:
    assert discover_sources()["orcid"] is SOURCE
    assert (CARD.default_on, CARD.completes, CARD.most, CARD.key_name) == (False, "orcid", 60, None)


@needs_shared
@pytest.mark.parametrize("path", sorted(RECORDED.iterdir()) if RECORDED.is_dir() else [], ids=lambda p: p.name)
def test_every_recorded_answer_parses_or_is_refused(path: Any) -> None:
    body = path.read_bytes()
    if path.name in REFUSED or path.suffix == ".xml":
        with pytest.raises(UnexpectedFormat, match=f"{REFUSED.get(path.name, 'JSON')}.*Update the finder"):
            parsed(body)
    elif path.name.startswith("search"):
        assert parsed(body) == []
    else:
        (person,) = parsed(body)
        assert isinstance(person, Person)
        assert person.seen == "2026-11-22"
        assert b"@" not in msgspec.json.encode(person)


@needs_shared
def test_a_recorded_record_tells_name_posts_and_homepage() -> None:
    (person,) = parsed((RECORDED / "record-carberry-2024.json").read_bytes())
    assert (person.name, person.ids) == ("Josiah Carberry", (f"orcid:{ADA}",))
    assert person.other_names == ("Josiah Stinkney Carberry", "J. Carberry", "J. S. Carberry")
    assert person.homepage == "http://library.brown.edu/about/hay/carberry.php"
    assert [(a.institution, a.country, a.role, a.raw, a.since, a.until, a.stated) for a in person.affiliations] == [
        ("Wesleyan University", "US", "Professor", "Psychoceramics", 1930, None, True),
        ("Brown University", "US", "Professor", "Psychoceramics", 1929, None, True),
    ]


@needs_shared
def test_of_recorded_links_the_persons_own_is_the_homepage() -> None:
    found = [parsed((RECORDED / f"person-{n}.json").read_bytes())[0].homepage for n in (1, 2, 3)]
    assert found == ["http://www.carlboettiger.info", None, "http://scottchamberlain.info/"]


def test_a_stay_is_stated_with_its_place_and_years() -> None:
    ended = {"year": {"value": "2018"}}
    person = one(posts=[a_stay()], studies=[a_stay("education", **{"role-title": "PhD student", "end-date": ended})])
    post = Affiliation(
        "University of Sight", "ror:00pjdza24", "NO", raw="Senses", role="Professor", since=2019, stated=True
    )
    assert person.affiliations == (post, msgspec.structs.replace(post, role="PhD student", until=2018))


def test_other_registers_give_no_id_and_odd_years_are_unknown() -> None:
    elsewhere = {
        "name": "Lab",
        "disambiguated-organization": {
            "disambiguated-organization-identifier": "grid.30389.31",
            "disambiguation-source": "GRID",
        },
    }
    (stay,) = one(posts=[a_stay(organization=elsewhere, **{"start-date": {"year": {"value": "20"}}})]).affiliations
    assert (stay.institution, stay.id, stay.country, stay.since) == ("Lab", None, None, None)


def test_of_several_accounts_of_one_stay_the_first_counts_and_nameless_ones_do_not() -> None:
    group = {
        "summaries": [
            *a_stay(organization={"name": " "})["summaries"],
            *a_stay()["summaries"],
            *a_stay(**{"role-title": "Prof."})["summaries"],
        ]
    }
    assert [a.role for a in one(posts=[group, a_stay(), a_stay(organization=None)]).affiliations] == ["Professor"]


def test_addresses_of_mail_are_never_kept() -> None:
    stay = a_stay(**{"role-title": "Professor (E-mail: ada@sight.example)", "department-name": "ada@sight.example"})
    name = {"given-names": {"value": "Ada"}, "family-name": {"value": "Vell"}, "credit-name": {"value": "a@b.example"}}
    person = one(name=name, posts=[stay], links=[("mail", "mailto:ada@sight.example"), ("me", "https://x.example/a@b")])
    assert b"@" not in msgspec.json.encode(person)
    assert (person.name, person.other_names, person.homepage) == ("Ada Vell", ("A. Vell",), None)


def test_people_are_shown_as_they_sign() -> None:
    name = {"given-names": {"value": "Ada"}, "family-name": {"value": "Vell"}, "credit-name": {"value": "Vell, A. B."}}
    person = one(name=name)
    assert (person.name, person.other_names) == ("A. B. Vell", ("Ada Vell", "A. Vell"))


def test_profiles_elsewhere_are_ids_where_they_name_one_person() -> None:
    person = one(
        links=[
            ("Scholar", "https://scholar.google.no/citations?user=x8qCMhcAAAAJ&hl=en"),
            ("DBLP", "https://dblp.org/pid/12/345-1.html"),
            ("search", "https://dblp.org/search?q=Ada"),
            ("OR", "https://openreview.net/profile?id=~Ada_Vell1"),
            ("odd", "http://["),
            ("evil", "https://[::1"),
        ],
        registers=[
            ("Scopus Author ID", "7007156898", "http://www.scopus.com/x?authorID=7007156898"),
            ("Google Scholar", "y8qCMhcAAAAJ", ""),
            ("ResearcherID", "A-0003-2020", ""),
        ],
    )
    assert person.ids == (
        f"orcid:{ADA}",
        "scholar:y8qCMhcAAAAJ",
        "scholar:x8qCMhcAAAAJ",
        "dblp:12/345-1",
        "openreview:~Ada_Vell1",
    )
    assert person.homepage is None


@pytest.mark.parametrize(
    ("links", "homepage"),
    [
        (
            [("X", "https://x.com/ada"), ("", "https://www.linkedin.com/in/ada"), ("", "https://sight.example/~a")],
            "https://sight.example/~a",
        ),
        ([("Lab", "https://lab.example"), ("Personal website", "https://ada.example")], "https://ada.example"),
        (
            [("Lab", "https://lab.example"), ("", "https://sight.example/people/vell")],
            "https://sight.example/people/vell",
        ),
        ([("", "https://mastodon.example/@ada"), ("", "https://de.wikipedia.org/wiki/Ada")], None),
        ([("Homepage", "ada.example")], None),
    ],
)
def test_the_homepage_is_the_persons_own_and_no_networks(links: Any, homepage: str | None) -> None:
    assert one(links=links).homepage == homepage


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"history": {"deactivation-date": {"value": 1}}}, "closed by its owner"),
        ({"person": {"name": None}}, "no public name"),
        ({"person": None}, "no public name"),
        ({"name": {"credit-name": {"value": "a@b.example"}}}, "no public name"),
    ],
)
def test_who_is_not_there_keeps_no_name(changes: dict[str, Any], reason: str) -> None:
    assert parsed(a_record(**changes)) == [Rejected("orcid", f"orcid:{ADA}", reason)]


def test_an_id_that_was_merged_into_another_stays_one_of_the_persons() -> None:
    (person,) = parsed(a_record(), f"https://pub.orcid.org/v3.0/{BEA}/record")
    assert (person.source_id, person.ids) == (f"orcid:{ADA}", (f"orcid:{ADA}", f"orcid:{BEA}"))


def test_a_record_without_a_valid_id_is_refused() -> None:
    with pytest.raises(UnexpectedFormat, match="without an ORCID"):
        parsed(a_record(**{"orcid-identifier": {"path": "0000-0002-1825-0098"}}))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(), x, max_size=3),
)


@given(JSON, st.sampled_from(["person", "activities-summary", "history", "orcid-identifier", "num-found", "path"]))
def test_any_json_is_a_person_or_not_understood(body: Any, key: str) -> None:
    for wrapped in (body, a_record(**{key: body}), a_record(posts=[body]), a_record(name=body)):
        with suppress(UnexpectedFormat):
            assert all(isinstance(record, Person | Rejected) for record in parsed(wrapped))


@given(st.text(), st.text())
def test_any_link_is_read_or_passed_over(label: str, rest: str) -> None:
    person = one(links=[(label, f"https://{rest}"), (label, rest)], registers=[("dblp", rest, rest)])
    assert person.homepage is None or person.homepage.startswith("http")


@dataclass
class Door:
    """Knows whose record is asked for; ``trouble`` says what becomes of it instead."""

    trouble: dict[str, SourceError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def has_key(self, _card: SourceInfo) -> bool:
        return False

    async def get(
        self, card: SourceInfo, path: str, params: Any = None, *, note: str = "", check: Any = None
    ) -> Response:
        assert note
        assert params is None
        self.asked.append(path)
        await asyncio.sleep(0)
        key = path.split("/")[1]
        if key in self.trouble:
            raise self.trouble[key]
        return Response(card.name, f"{card.base}{path}", 200, b"{}", "2026-11-22T10:00:00Z")


def completed(door: Door, *ids: str) -> tuple[list[str], SourceError | None]:
    async def run() -> tuple[list[str], SourceError | None]:
        came: list[str] = []
        assert SOURCE.complete
        try:
            async for reply in SOURCE.complete(door, FetchRequest("", TODAY, TODAY, TODAY, ids=ids)):
                came.append(reply.url.removeprefix(CARD.base))  # noqa: PERF401 - what came before the error counts
        except SourceError as error:
            return came, error
        return came, None

    return asyncio.run(run())


def test_the_records_of_those_asked_for_are_asked_for_once_and_in_order() -> None:
    door = Door()
    came, error = completed(door, f"orcid:{ADA}", "openalex:A1", f"orcid:{BEA}", f"orcid:{ADA}", "orcid:nonsense")
    assert (came, error) == ([f"/{ADA}/record", f"/{BEA}/record"], None)
    assert door.asked == came


def test_nobody_is_asked_for_nobody() -> None:
    assert completed(Door(), "dblp:12/345") == ([], None)
    assert plan(FetchRequest("sight", TODAY, TODAY, TODAY)) == []
    assert [c.calls for c in plan(FetchRequest("sight", TODAY, TODAY, TODAY, ids=(f"orcid:{ADA}", "dblp:1/2")))] == [1]


def test_who_is_unknown_is_passed_over_and_a_refused_record_is_told_at_the_end() -> None:
    door = Door({ADA: NotFound("unknown"), BEA: UnexpectedFormat("409")})
    came, error = completed(door, f"orcid:{ADA}", f"orcid:{BEA}", f"orcid:{CLEO}")
    assert came == [f"/{CLEO}/record"]
    assert str(error) == "409"


@pytest.mark.parametrize("trouble", [SourceUnreachable("down"), QuotaExceeded("spent")])
def test_a_source_that_is_down_keeps_what_came_and_is_asked_no_more(trouble: SourceError) -> None:
    many = [f"orcid:{key}" for key in _valid(12)]
    door = Door({many[5].removeprefix("orcid:"): trouble})
    came, error = completed(door, *many)
    assert error is trouble
    assert (len(came), len(door.asked)) == (7, 8)


def _valid(count: int) -> list[str]:
    found = []
    for number in range(count):
        digits, total = f"{number + 150_000_000_000_00:015d}", 0
        for digit in digits:
            total = (total + int(digit)) * 2
        check = (12 - total % 11) % 11
        text = digits + ("X" if check == 10 else str(check))
        found.append("-".join(text[at : at + 4] for at in range(0, 16, 4)))
    return found
