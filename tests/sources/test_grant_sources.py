"""Sources of grants: each by its documented shape, with its traps, its faults and what it would cost.

Nothing here was recorded: the answers are written after each service's documentation, about invented people.
"""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from finder.errors import NotFound, UnexpectedFormat
from finder.http.rate_limiter import HostRateLimiter
from finder.ingest.collector import Collector, build_fetch_request
from finder.model import Affiliation, Grant, Investigator, Rejected
from finder.settings import Settings
from finder.source import FetchRequest, Response, Source, SourceInfo, discover_sources
from finder.sources import cordis, nsf, openalex_awards, ukri
from finder.storage import Store, open_store
from finder.storage.runs import SourceRun
from tests import failing

TODAY = date(2026, 11, 22)
ASK = FetchRequest("owl listening", date(2019, 1, 1), date(2026, 12, 31), TODAY)
ORCID = "0000-0002-1825-0097"


def reply(source: Source, body: object, url: str = "https://a.example/awards?per_page=100", note: str = "") -> Response:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(source.card.name, url, 200, raw, "2026-11-22T10:00:00Z", note=note)


def read(source: Source, body: object, **more: str) -> list[Any]:
    return list(source.parse(reply(source, body, **more)))


class Door:
    """Answers by path; remembers what it was asked."""

    def __init__(self, answers: Mapping[str, object]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def has_key(self, _: SourceInfo) -> bool:
        return True

    async def get(self, card: SourceInfo, path: str, params: Any = None, *, note: str = "", **_: object) -> Response:
        self.asked.append((path, dict(params or {})))
        if path not in self.answers:
            raise NotFound(path)
        return reply(discover_sources()[card.name], self.answers[path], url=f"{card.base}{path}?{params}", note=note)


def fetched(source: Source, answers: Mapping[str, object], ask: FetchRequest = ASK) -> tuple[list[Any], Door]:
    door = Door(answers)
    asks = source.complete if ask.ids else source.fetch
    assert asks is not None

    async def run() -> list[Any]:
        return [one async for got in asks(door, ask) for one in source.parse(got)]  # type: ignore[arg-type]

    return asyncio.run(run()), door


# --- OpenAlex --------------------------------------------------------------------------------------------------------

AWARD = {
    "id": "https://openalex.org/G5453342221",
    "display_name": "Listening to owls",
    "description": "About owls.",
    "funder_award_id": "633053",
    "funder": {"id": "https://openalex.org/F1", "display_name": "Night Council"},
    "amount": 650000.0,
    "currency": "EUR",
    "funder_scheme": "Grants",
    "start_date": "2025-01-01",
    "end_date": None,
    "start_year": 2025,
    "end_year": 2029,
    "landing_page_url": "https://grants.example/633053",
    "lead_investigator": {
        "given_name": "Ada",
        "family_name": "Vell",
        "orcid": f"https://orcid.org/{ORCID}",
        "affiliation": {"name": "University of Valdorra", "country": "DE", "ids": []},
    },
    "co_lead_investigator": None,
    "investigators": [{"given_name": "Ada", "family_name": "Vell"}, {"given_name": "Bo", "family_name": "Orn"}],
    "institution_awarded": [{"id": "https://openalex.org/I7", "display_name": "Uni V", "country_code": "DE"}],
    "primary_topic": {"id": "https://openalex.org/T1", "display_name": "Bioacoustics"},
    "topics": None,
}


def awards(*rows: object, **meta: object) -> dict[str, object]:
    return {"meta": {"count": len(rows), **meta}, "results": list(rows)}


def test_openalex_awards_are_read() -> None:
    (found,) = read(openalex_awards.SOURCE, awards(AWARD))

    assert found == Grant(
        "openalex_awards",
        "openalex:G5453342221",
        "Listening to owls",
        "Night Council",
        (
            Investigator(
                "Ada Vell", (f"orcid:{ORCID}",), institution=Affiliation("University of Valdorra", country="DE")
            ),
            Investigator("Bo Orn", lead=False),
        ),
        "633053",
        650000.0,
        "EUR",
        "2025-01-01",
        "2029",
        Affiliation("Uni V", "openalex:I7", "DE"),
        (),
        "Grants",
        ("Bioacoustics",),
        "About owls.",
        "https://grants.example/633053",
    )


def test_an_openalex_award_without_title_is_left_out_and_a_list_of_others_is_refused() -> None:
    found = read(openalex_awards.SOURCE, awards({**AWARD, "display_name": None}, {**AWARD, "institution_awarded": {}}))

    assert [type(one) for one in found] == [Rejected, Grant]
    assert read(openalex_awards.SOURCE, awards()) == []
    assert read(openalex_awards.SOURCE, awards({"id": "https://openalex.org/T1", "display_name": "Owls"})) == []
    with pytest.raises(UnexpectedFormat, match="award"):
        read(openalex_awards.SOURCE, awards({"id": "https://openalex.org/W1"}))
    with pytest.raises(UnexpectedFormat, match="slow"):
        read(openalex_awards.SOURCE, {"error": "x", "message": "slow"})
    assert not openalex_awards.is_whole(json.dumps(awards(timed_out=True)).encode())


def test_openalex_is_asked_by_topic_else_by_text_and_for_people_by_orcid() -> None:
    topics = awards({"id": "https://openalex.org/T1", "display_name": "Owl listening", "works_count": 5})
    found, door = fetched(openalex_awards.SOURCE, {"/topics": topics, "/awards": awards(AWARD)})
    assert len(found) == 1
    assert door.asked[-1][1]["filter"] == "primary_topic.id:T1,end_year:>2025"
    assert "search" not in door.asked[-1][1]

    _, door = fetched(openalex_awards.SOURCE, {"/topics": awards(), "/awards": awards(AWARD)})
    assert (door.asked[-1][1]["search"], door.asked[-1][1]["filter"]) == ("owl listening", "end_year:>2025")

    ask = FetchRequest("", ASK.since, ASK.until, TODAY, ids=(f"orcid:{ORCID}", "openalex:A1"))
    _, door = fetched(openalex_awards.SOURCE, {"/awards": awards(AWARD, count=150)}, ask)
    assert [asked["page"] for _, asked in door.asked] == [1, 2]
    assert door.asked[0][1]["filter"] == f"lead_investigator.orcid:{ORCID},end_year:>2025"


# --- NSF -------------------------------------------------------------------------------------------------------------

NSF = {
    "id": "2535171",
    "title": "CAREER: Listening to owls",
    "abstractText": "Write to ada@uni.example.",
    "awardeeName": "Valdorra University",
    "awardeeCountryCode": "US",
    "startDate": "01/15/2026",
    "expDate": "12/31/2029",
    "estimatedTotalAmt": "650151",
    "fundsObligatedAmt": "100000",
    "fundProgramName": "OWLS",
    "pdPIName": "Ada K Vell",
    "piFirstName": "Ada",
    "piMiddeInitial": "K",
    "piLastName": "Vell",
    "coPDPI": ["Bo Orn bo@uni.example"],
}


def nsf_page(*rows: object, total: int | None = None) -> dict[str, object]:
    return {"response": {"metadata": {"totalCount": len(rows) if total is None else total}, "award": list(rows)}}


def test_nsf_awards_are_read_without_addresses() -> None:
    (found,) = read(nsf.SOURCE, nsf_page(NSF))

    assert found.investigators == (Investigator("Ada K Vell"), Investigator("Bo Orn", lead=False))
    assert (found.start, found.end, found.amount, found.currency) == ("2026-01-15", "2029-12-31", 650151.0, "USD")
    assert (found.institution, found.number) == (Affiliation("Valdorra University", country="US"), "2535171")
    assert found.url == "https://www.nsf.gov/awardsearch/showAward?AWD_ID=2535171"


def test_what_nsf_says_in_place_of_awards_is_no_empty_list() -> None:
    said = {"response": {"serviceNotification": [{"notificationType": "ERROR", "notificationMessage": "Bad keyword"}]}}
    with pytest.raises(UnexpectedFormat, match="Bad keyword"):
        read(nsf.SOURCE, said)
    assert read(nsf.SOURCE, nsf_page()) == []
    only = read(nsf.SOURCE, nsf_page({"id": "1"}, {"id": 5}, {"id": "2", "title": "T", "estimatedTotalAmt": "0"}))
    assert [type(one) for one in only] == [Rejected, Rejected, Grant]
    assert (only[2].amount, only[2].currency, only[2].start) == (None, None, None)


def test_nsf_is_paged_no_further_than_it_goes() -> None:
    _, door = fetched(nsf.SOURCE, {"/awards.json": nsf_page(NSF)})
    ((_, asked),) = door.asked
    assert (asked["keyword"], asked["expDateStart"], asked["offset"]) == ('"owl listening"', "11/22/2026", 1)
    assert "Email" not in asked["printFields"]

    _, door = fetched(nsf.SOURCE, {"/awards.json": nsf_page(*[NSF] * 25, total=900)})
    assert [asked["offset"] for _, asked in door.asked] == [1, 26, 51, 76]
    found = nsf.page(reply(nsf.SOURCE, nsf_page(*[NSF] * 25, total=900), url="https://a.example/?rpp=25"))
    assert found is not None
    assert (found.here, found.total) == (25, 100), "what is not asked for is not missing"


# --- UKRI ------------------------------------------------------------------------------------------------------------

PROJECT = {
    "id": "ABC-123",
    "title": "Listening to owls",
    "status": "Active",
    "leadFunder": "EPSRC",
    "abstractText": "Owls.",
    "grantCategory": "Research Grant",
    "start": None,
    "end": None,
    "identifiers": {"identifier": [{"value": "EP/X000001/1", "type": "RCUK"}]},
    "researchTopics": {"researchTopic": [{"id": "1", "text": "Acoustics"}, {"id": "2", "text": "Unclassified"}]},
    "participantValues": {
        "participant": [
            {"organisationName": "University of Hestor", "role": "LEAD_PARTICIPANT", "grantOffer": 800000.0},
            {"organisationName": "Sheet College", "role": "PARTICIPANT", "grantOffer": 0},
        ]
    },
    "links": {
        "link": [
            {"rel": "FUND", "href": "http://gtr.ukri.org/gtr/api/funds/1", "start": 1735689600000, "end": 1861833600000}
        ]
    },
}


def person(first: str, last: str, *rels: str, of: str = "ABC-123", orcid: str | None = None) -> dict[str, object]:
    links = [{"rel": rel, "href": f"http://gtr.ukri.org/gtr/api/projects/{of}"} for rel in rels]
    return {"id": last, "firstName": first, "surname": last, "orcidId": orcid, "links": {"link": links}}


def test_ukri_projects_bear_the_people_of_their_own_and_those_that_ended_are_not_asked_for() -> None:
    over = {**PROJECT, "id": "OLD", "end": 1262304000000}
    closed = {**PROJECT, "id": "SHUT", "status": "Closed", "links": None}
    people = [
        person("Ada", "Vell", "COI_PER", "PI_PER", orcid=ORCID),
        person("Bo", "Orn", "COI_PER"),
        person("Cy", "Pupil", "STUDENT_PER"),
        person("Di", "Else", "PI_PER", of="OTHER"),
    ]
    answers = {"/projects": {"project": [over, PROJECT, closed]}, "/projects/ABC-123/persons": {"person": people}}
    (found,), door = fetched(ukri.SOURCE, answers)

    assert [path for path, _ in door.asked] == ["/projects", "/projects/ABC-123/persons"]
    assert found.investigators == (
        Investigator("Ada Vell", (f"orcid:{ORCID}",)),
        Investigator("Bo Orn", lead=False),
    )
    assert (found.start, found.end, found.amount, found.currency) == ("2025-01-01", "2028-12-31", 800000.0, "GBP")
    assert found.institution == Affiliation("University of Hestor", country="GB")
    assert (found.number, found.keywords) == ("EP/X000001/1", ("Acoustics",))


def test_people_of_an_unknown_project_are_refused() -> None:
    with pytest.raises(UnexpectedFormat, match="whose people"):
        read(ukri.SOURCE, {"person": []}, note="{")
    with pytest.raises(UnexpectedFormat, match="id"):
        read(ukri.SOURCE, {"project": [{"title": "no id"}]})
    assert read(ukri.SOURCE, {"project": []}) == []


# --- CORDIS ----------------------------------------------------------------------------------------------------------

PROJECTS = (
    '"id";"acronym";"status";"title";"startDate";"endDate";"ecMaxContribution";"fundingScheme";"objective";"keywords"\n'
    '"101";"OWLNET";"SIGNED";"Listening; owls";"2026-09-01";"2030-08-31";"2500000,5";"HORIZON-TMA-MSCA-DN";"O";"a, b"\n'
    '"102";"SOLO";"SIGNED";"Alone";"2026-09-01";"2028-08-31";"1";"HORIZON-TMA-MSCA-PF-EF";"";""\n'
    '"103";"";"SIGNED";"";"";"";"";"HORIZON-TMA-MSCA-DN";"";""\n'
)
PLACES = (
    "projectID;name;country;role\n101;SECOND UNIVERSITY;EL;participant\n101;FIRST UNIVERSITY;DE;coordinator\n"
    "101;;FR;participant\n"
)


def zipped(**files: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.csv", text)
    return packed.getvalue()


def test_doctoral_networks_are_read_by_the_names_of_columns() -> None:
    data = zipped(project=PROJECTS, organization=PLACES, euroSciVoc="a;b\n1;2\n")
    found = list(cordis.read_file("cordis-HORIZONprojects-csv.zip", data))

    assert [one.reason for one in found[1:]] == ["no doctoral network", f"not a row of {','.join(cordis.PROJECTS)}"]
    network = found[0]
    assert (network.title, network.amount, network.currency) == ("OWLNET: Listening; owls", 2500000.5, "EUR")
    assert network.institution == Affiliation("FIRST UNIVERSITY", country="DE")
    assert network.partners == (Affiliation("SECOND UNIVERSITY", country="GR"),)
    assert (network.investigators, network.end, network.keywords) == ((), "2030-08-31", ("a", "b"))
    assert cordis.belongs("CORDIS-horizon.zip", data[:100])
    assert not cordis.belongs("list.xlsx", data[:100])


@pytest.mark.parametrize("data", [zipped(other="a;b\n"), zipped(project=PROJECTS)[:-40], b"a;b\n1;2\n"])
def test_a_file_without_projects_is_refused(data: bytes) -> None:
    with pytest.raises(UnexpectedFormat):
        list(cordis.read_file("cordis.zip", data))


# --- what they cost --------------------------------------------------------------------------------------------------


def test_the_plan_says_what_each_costs_at_most() -> None:
    cost = {
        name: (sum(call.calls for call in calls), sum(call.calls * call.credits_each for call in calls))
        for name in ("openalex_awards", "nsf", "ukri")
        if (plan := discover_sources()[name].plan) and (calls := plan(ASK)) is not None
    }

    assert cost == {"openalex_awards": (5, 22), "nsf": (4, 0), "ukri": (16, 0)}
    assert discover_sources()["cordis"].fetch is None


def test_one_that_could_not_be_reached_is_not_waited_for_again_that_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HostRateLimiter, "_try_take_token", lambda *_: 0.0)  # nobody is asked, so nobody needs a pace

    async def collected(store: Store, **options: Any) -> SourceRun:
        async with Collector(Settings(tmp_path), store, {"nsf": nsf.SOURCE}, **options) as collector:
            run = await collector.collect(build_fetch_request("owl listening", failing.TODAY))
        return store.runs.source_runs(run.id)[0]

    with open_store(tmp_path) as store:
        options = failing.door(failing.says(503, b"down"))
        assert asyncio.run(collected(store, **options)).state == "failed"
        options = failing.door(failing.says(200, nsf_page(NSF)))
        entry = asyncio.run(collected(store, **options))
        assert (entry.state, options["transport"].asked) == ("blocked", [])
        assert "could not be reached" in entry.message

        options = failing.door(failing.says(200, nsf_page(NSF)), now=failing.NOW + timedelta(days=2))
        entry = asyncio.run(collected(store, **options))
        assert (entry.state, entry.grants, entry.works) == ("complete", 1, 0)
        assert [json.loads(one.body)["title"] for one in store.records.records_since(0, "grant")] == [NSF["title"]]
