"""ORCID: where people say themselves that they are, were and studied, by their ORCID iD.

Only public records are read, in JSON, without a token; e-mail addresses on them are passed over. The XML form of the
same answers is refused: the door asks for JSON.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from finder import ids
from finder.errors import NotFound, NotRecorded, SourceError, UnexpectedFormat
from finder.source import FetchRequest, HttpClient, PlannedCall, ProbeRequest, Response, Source, SourceInfo
from finder.sources._orcid.records import parse

CARD = SourceInfo(
    name="orcid",
    title="ORCID",
    home="https://orcid.org",
    terms="Public data of ORCID, CC0.",
    base="https://pub.orcid.org/v3.0",
    pace=8.0,
    concurrency=4,
    cadence_days=30,
    completes="orcid",
    default_on=False,
    most=60,
    adds="Posts with dates, as people state them themselves.",
)


async def complete(http: HttpClient, ask: FetchRequest) -> AsyncIterator[Response]:
    """The records of the people asked for; who is unknown to ORCID is passed over.

    Raises:
        SourceError: a record could not be read; what was asked for before, or along with it, was yielded.
    """
    failed: SourceError | None = None
    wanted = _orcids_to_fetch(ask)
    for start in range(0, len(wanted), CARD.concurrency):
        calls = (
            http.get(CARD, f"/{key}/record", note="somebody's own record")
            for key in wanted[start : start + CARD.concurrency]
        )
        for answer in (answers := await asyncio.gather(*calls, return_exceptions=True)):
            if isinstance(answer, Response):
                yield answer
        for error in answers:
            if isinstance(error, UnexpectedFormat | NotRecorded):
                failed = failed or error  # one record that is closed or not kept says nothing about the others
            elif isinstance(error, BaseException) and not isinstance(error, NotFound):
                raise error
    if failed:
        raise failed


def _orcids_to_fetch(ask: FetchRequest) -> list[str]:
    known = (ids.parse_orcid(id_.removeprefix("orcid:")) for id_ in ask.ids if id_.startswith("orcid:"))
    return [id_.removeprefix("orcid:") for id_ in dict.fromkeys(filter(None, known))][: CARD.most]


def plan(ask: FetchRequest) -> list[PlannedCall]:
    """One call a person; nothing for an interest."""
    wanted = _orcids_to_fetch(ask)
    return [PlannedCall("people's own records", f"{CARD.base}/…/record", len(wanted), 0)] if wanted else []


PROBE = ProbeRequest("/0000-0002-1825-0097/record")  # of a person whom ORCID has invented
SOURCE = Source(card=CARD, parse=parse, complete=complete, plan=plan, probe=PROBE)
