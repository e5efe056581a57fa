"""The National Science Foundation of the USA: its running awards on an interest, with who leads them.

The shape is that of its documentation (api.nsf.gov); no answer of the service was at hand. E-mail addresses, which
stand beside names, and programme officers are never read.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import msgspec

from finder.errors import UnexpectedFormat
from finder.model import Affiliation, Grant, Investigator, Rejected
from finder.source import (
    FetchRequest,
    HttpClient,
    ListPage,
    PlannedCall,
    ProbeRequest,
    Response,
    Source,
    SourceInfo,
    request_page_size,
)
from finder.sources._funding import join_name, keep_texts, quote_phrase, read_amount, read_day, requested_phrases

CARD = SourceInfo(
    name="nsf",
    title="NSF (US National Science Foundation) awards",
    home="https://www.nsf.gov/awardsearch",
    terms="Public data of the US government.",
    base="https://api.nsf.gov/services/v1",
    pace=0.5,
    concurrency=1,
    cadence_days=30,
    rests=1,
    rests_unreached=True,
    adds="Running grants in the USA, with who leads them.",
)
PER_PAGE, PAGES = 25, 4
FIELDS = (
    "id,title,abstractText,agency,awardeeName,awardeeCountryCode,startDate,expDate,estimatedTotalAmt,fundsObligatedAmt,"
    "fundProgramName,pdPIName,piFirstName,piMiddeInitial,piLastName,coPDPI"
)  # the service spells it so
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class _Award(msgspec.Struct, rename="camel"):
    id: str | None = None
    title: str | None = None
    abstract_text: str | None = None
    awardee_name: str | None = None
    awardee_country_code: str | None = None
    start_date: str | None = None
    exp_date: str | None = None
    estimated_total_amt: str | int | float | None = None
    funds_obligated_amt: str | int | float | None = None
    fund_program_name: str | None = None
    pi_first_name: str | None = None
    pi_midde_initial: str | None = None
    pi_last_name: str | None = None
    pd_name: str | None = msgspec.field(default=None, name="pdPIName")
    others: list[str] | str | None = msgspec.field(default=None, name="coPDPI")


class _Notice(msgspec.Struct, rename="camel"):
    notification_message: str | None = None


class _Metadata(msgspec.Struct, rename="camel"):
    total_count: int | str | None = None


class _Response(msgspec.Struct, rename="camel"):
    award: list[msgspec.Raw] | None = None
    metadata: _Metadata | None = None
    service_notification: list[_Notice] | None = None


class _Answer(msgspec.Struct):
    response: _Response | None = None


def parse(reply: Response) -> Iterator[Grant | Rejected]:
    """Read a page of awards.

    Raises:
        UnexpectedFormat: it is an error, no JSON, or of a shape that is not understood.
    """
    awards = _decode_nsf_awards(reply.body, reply.url)
    strange = 0
    for place, raw in enumerate(awards):
        try:
            yield _read_nsf_award(msgspec.json.decode(raw, type=_Award), f"{reply.url} #{place}")
        except _BROKEN as error:
            strange += 1
            if strange == len(awards):
                raise _refuse_nsf_shape(f"none of its {strange} entries is an award", reply.url) from None
            yield Rejected(CARD.name, f"{reply.url} #{place}", f"not understood: {error}"[:200])


def _decode_nsf_awards(body: bytes, url: str) -> list[msgspec.Raw]:
    try:
        response = msgspec.json.decode(body, type=_Answer).response
    except _BROKEN as error:
        raise _refuse_nsf_shape(str(error)[:200], url) from None
    if response is None or response.award is None:
        notices = (response.service_notification if response else None) or []
        said = next((one.notification_message for one in notices if one.notification_message), None)
        raise _refuse_nsf_shape(f"it says {said}"[:200] if said else "no list of awards", url)
    return response.award


def _read_nsf_award(award: _Award, where: str) -> Grant | Rejected:
    number, title = (award.id or "").strip(), " ".join((award.title or "").split())
    if not number or not title:
        return Rejected(CARD.name, where, "no title" if number else "no number")
    amount = read_amount(award.estimated_total_amt) or read_amount(award.funds_obligated_amt)
    place = " ".join((award.awardee_name or "").split())
    country = (award.awardee_country_code or "US").upper()
    return Grant(
        source=CARD.name,
        source_id=f"nsf:{number}",
        title=title,
        funder="US National Science Foundation",
        investigators=tuple(_read_nsf_people(award)),
        number=number,
        amount=amount,
        currency="USD" if amount else None,
        start=read_day(award.start_date),
        end=read_day(award.exp_date),
        institution=Affiliation(place, country=country if len(country) == 2 else None) if place else None,
        programme=" ".join((award.fund_program_name or "").split()) or None,
        abstract=(award.abstract_text or "").strip() or None,
        url=f"https://www.nsf.gov/awardsearch/showAward?AWD_ID={number}",
    )


def _read_nsf_people(award: _Award) -> Iterator[Investigator]:
    parts = award.pi_first_name, award.pi_midde_initial, award.pi_last_name
    lead = join_name(*parts) if award.pi_last_name else join_name(award.pd_name)
    if lead:
        yield Investigator(lead)
    others = [award.others] if isinstance(award.others, str) else award.others or []
    for name in keep_texts(map(join_name, others)):
        if name != lead:
            yield Investigator(name, lead=False)


async def fetch(http: HttpClient, ask: FetchRequest) -> AsyncIterator[Response]:
    """Awards that run still and say a phrase of the interest.

    Raises:
        SourceError: a call had no answer; those before it were yielded.
    """
    for phrase in requested_phrases(ask):
        for number in range(PAGES):
            params: dict[str, Any] = {
                "keyword": quote_phrase(phrase),
                "expDateStart": f"{ask.today:%m/%d/%Y}",
                "printFields": FIELDS,
                "rpp": PER_PAGE,
                "offset": number * PER_PAGE + 1,
            }
            reply = await http.get(CARD, "/awards.json", params, note=f"running awards on {phrase}")
            yield reply
            if len(_decode_nsf_awards(reply.body, reply.url)) < PER_PAGE:
                break


def page(reply: Response) -> ListPage | None:
    """What a page says about its list; a list is read as far as :data:`PAGES` go."""
    try:
        response = msgspec.json.decode(reply.body, type=_Answer).response
        total = int(response.metadata.total_count or "") if response and response.metadata else None
    except (*_BROKEN, ValueError):
        return None
    if response is None or response.award is None or total is None:
        return None
    size = request_page_size(reply.url, "rpp", PER_PAGE)
    return ListPage(len(response.award), min(total, PAGES * size), size)


def plan(ask: FetchRequest) -> list[PlannedCall]:
    """At most four pages a phrase."""
    url = f"{CARD.base}/awards.json"
    return [PlannedCall(f"running awards on {phrase}", url, PAGES, 0) for phrase in requested_phrases(ask)]


def _refuse_nsf_shape(why: str, url: str) -> UnexpectedFormat:
    return UnexpectedFormat(
        f"NSF's answer is not understood: {why}. Update the finder; if it is up to date, report this.", url
    )


PROBE = ProbeRequest("/awards.json", {"keyword": "learning", "printFields": "id,title", "rpp": 1})
SOURCE = Source(card=CARD, parse=parse, fetch=fetch, plan=plan, probe=PROBE, page=page)
