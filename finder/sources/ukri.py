"""UKRI's Gateway to Research: running projects of the British research councils, with who leads them.

A search names no people: those of the first projects that run still are asked for one project at a time. The shape is
that of its documentation (GtR-2, version 7); no answer of the service was at hand.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import msgspec

from finder import ids
from finder.errors import NotFound, UnexpectedFormat
from finder.model import Affiliation, Grant, Investigator, Rejected
from finder.source import FetchRequest, HttpClient, PlannedCall, ProbeRequest, Response, Source, SourceInfo
from finder.sources._funding import join_name, keep_texts, quote_phrase, read_amount, read_day, requested_phrases
from finder.text.redaction import redact_contacts

CARD = SourceInfo(
    name="ukri",
    title="UKRI Gateway to Research",
    home="https://gtr.ukri.org",
    terms="Open Government Licence 3.0.",
    base="https://gtr.ukri.org/gtr/api",
    pace=1.0,
    concurrency=1,
    cadence_days=30,
    rests=1,
    rests_unreached=True,
    adds="Running grants in the United Kingdom, with who leads them.",
)
SIZE = 25
PROJECTS = 15  # of which people are asked for
_ROLES = {"PI_PER": True, "FELLOW_PER": True, "COI_PER": False}
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class _Link(msgspec.Struct):
    href: str | None = None
    rel: str | None = None
    start: int | str | None = None
    end: int | str | None = None


class _Links(msgspec.Struct):
    link: list[_Link] | None = None


class _Text(msgspec.Struct):
    text: str | None = None


class _Subjects(msgspec.Struct, rename="camel"):
    research_subject: list[_Text] | None = None


class _Topics(msgspec.Struct, rename="camel"):
    research_topic: list[_Text] | None = None


class _Identifier(msgspec.Struct):
    value: str | None = None
    type: str | None = None


class _Identifiers(msgspec.Struct):
    identifier: list[_Identifier] | None = None


class _Participant(msgspec.Struct, rename="camel"):
    organisation_name: str | None = None
    role: str | None = None
    grant_offer: float | str | None = None


class _Participants(msgspec.Struct):
    participant: list[_Participant] | None = None


class _Project(msgspec.Struct, rename="camel", omit_defaults=True):
    id: str | None = None
    title: str | None = None
    status: str | None = None
    abstract_text: str | None = None
    grant_category: str | None = None
    lead_funder: str | None = None
    start: int | str | None = None
    end: int | str | None = None
    identifiers: _Identifiers | None = None
    research_subjects: _Subjects | None = None
    research_topics: _Topics | None = None
    participant_values: _Participants | None = None
    links: _Links | None = None


class _Person(msgspec.Struct, rename="camel"):
    id: str | None = None
    first_name: str | None = None
    other_names: str | None = None
    surname: str | None = None
    orcid_id: str | None = None
    links: _Links | None = None


class _Answer(msgspec.Struct):
    project: list[_Project] | None = None
    person: list[_Person] | None = None


def parse(reply: Response) -> Iterator[Grant | Rejected]:
    """Read the people of a project, whose note says which one it is; a page of a search names nobody, and gives none.

    Raises:
        UnexpectedFormat: it is no JSON, or of a shape that is not understood.
    """
    answer = _decode_gtr_answer(reply.body, reply.url)
    if answer.person is None:
        return
    try:
        project = msgspec.json.decode(reply.note or "null", type=_Project)
    except _BROKEN:
        raise _refuse_gtr_shape("it is not known whose people these are", reply.url) from None
    yield _read_gtr_project(project, answer.person)


def _decode_gtr_answer(body: bytes, url: str) -> _Answer:
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except _BROKEN as error:
        raise _refuse_gtr_shape(str(error)[:200], url) from None
    if answer.project is None and answer.person is None:
        raise _refuse_gtr_shape("neither projects nor people", url)
    if any(not one.id for one in (*(answer.project or ()), *(answer.person or ()))):
        raise _refuse_gtr_shape("an entry without an id", url)
    return answer


def _read_gtr_project(project: _Project, people: list[_Person]) -> Grant | Rejected:
    title, funder = " ".join((project.title or "").split()), (project.lead_funder or "").strip()
    if not title or not funder:
        return Rejected(CARD.name, f"ukri:{project.id}", "no title" if not title else "no funder")
    members = _list_gtr_participants(project)
    leading = next((one for one in members if one.role == "LEAD_PARTICIPANT"), None)
    others = keep_texts(one.organisation_name for one in members if one is not leading)
    place = " ".join(((leading.organisation_name if leading else None) or "").split())
    amount = read_amount(leading.grant_offer) if leading else None
    known = project.identifiers.identifier if project.identifiers else None
    number = next((one.value for one in known or () if one.value), None)
    start, end = _find_gtr_days(project)
    return Grant(
        source=CARD.name,
        source_id=f"ukri:{project.id}",
        title=title,
        funder=funder,
        investigators=tuple(_read_gtr_people(project, people)),
        number=number,
        amount=amount,
        currency="GBP" if amount else None,
        start=start,
        end=end,
        institution=Affiliation(place, country="GB") if place else None,
        partners=tuple(map(Affiliation, others)),
        programme=project.grant_category or None,
        keywords=_list_gtr_subjects(project),
        abstract=(project.abstract_text or "").strip() or None,
        url=f"https://gtr.ukri.org/projects?ref={number}" if number else f"https://gtr.ukri.org/project/{project.id}",
    )


def _list_gtr_participants(project: _Project) -> list[_Participant]:
    return (project.participant_values.participant if project.participant_values else None) or []


def _list_gtr_subjects(project: _Project) -> tuple[str, ...]:
    subjects = project.research_subjects.research_subject if project.research_subjects else None
    topics = project.research_topics.research_topic if project.research_topics else None
    texts = keep_texts(one.text for one in (*(subjects or ()), *(topics or ())))
    return tuple(text for text in texts if text != "Unclassified")


def _list_gtr_links(links: _Links | None) -> list[_Link]:
    return (links.link if links else None) or []


def _find_gtr_days(project: _Project) -> tuple[str | None, str | None]:
    """First and last day: the project's own, else those of its money, which stand beside the link to it."""
    funds = [one for one in _list_gtr_links(project.links) if one.rel == "FUND"]
    starts = [day for one in funds if (day := read_day(one.start))]
    ends = [day for one in funds if (day := read_day(one.end))]
    return read_day(project.start) or min(starts, default=None), read_day(project.end) or max(ends, default=None)


def _read_gtr_people(project: _Project, people: list[_Person]) -> Iterator[Investigator]:
    """Those who lead it or take part; supervisors and students of studentships are left out."""
    for one in people:
        own = [link for link in _list_gtr_links(one.links) if (link.href or "").endswith(f"/{project.id}")]
        roles = [_ROLES[link.rel] for link in own if link.rel in _ROLES]
        name = join_name(one.first_name, one.other_names, one.surname)
        if roles and name:
            known = ids.parse_orcid(one.orcid_id or "")
            yield Investigator(name, (known,) if known else (), lead=any(roles))


async def fetch(http: HttpClient, ask: FetchRequest) -> AsyncIterator[Response]:
    """The best projects on each phrase, and the people of the first of them that run still.

    Raises:
        SourceError: a call had no answer; those before it were yielded.
    """
    asked: set[str] = set()
    for phrase in requested_phrases(ask):
        params: dict[str, Any] = {"q": quote_phrase(phrase), "s": SIZE, "p": 1}
        reply = await http.get(CARD, "/projects", params, note=f"projects on {phrase}")
        yield reply
        for project in _decode_gtr_answer(reply.body, reply.url).project or ():
            key = project.id or ""
            if key in asked or len(asked) >= PROJECTS or not _is_gtr_running(project, ask.today.isoformat()):
                continue
            asked.add(key)
            try:
                note = msgspec.json.encode(_redact_gtr_abstract(project)).decode()
                yield await http.get(CARD, f"/projects/{key}/persons", {"s": 100}, note=note)
            except NotFound:
                continue


def _redact_gtr_abstract(project: _Project) -> _Project:
    return msgspec.structs.replace(project, abstract_text=redact_contacts(project.abstract_text or "") or None)


def _is_gtr_running(project: _Project, today: str) -> bool:
    end = _find_gtr_days(project)[1]
    return end >= today if end else project.status == "Active"


def plan(ask: FetchRequest) -> list[PlannedCall]:
    """A page a phrase, and one call each for the people of fifteen projects."""
    phrases = requested_phrases(ask)
    if not phrases:
        return []
    return [
        PlannedCall("projects on the interest", f"{CARD.base}/projects", len(phrases), 0),
        PlannedCall("people of the best that run still", f"{CARD.base}/projects/…/persons", PROJECTS, 0),
    ]


def _refuse_gtr_shape(why: str, url: str) -> UnexpectedFormat:
    return UnexpectedFormat(
        f"UKRI's answer is not understood: {why}. Update the finder; if it is up to date, report this.", url
    )


PROBE = ProbeRequest("/projects", {"q": "learning", "s": 10, "p": 1})
SOURCE = Source(card=CARD, parse=parse, fetch=fetch, plan=plan, probe=PROBE)
