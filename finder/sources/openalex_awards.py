"""OpenAlex's awards: grants by topic of the interest, and by the ORCID of whoever leads on it.

The shape is that of its documentation and server source of 2026; no answer of the service was at hand. Lists cost 1
credit a page; only where no topic bears the interest's name is its text searched, at 10.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import date

import msgspec

from finder import ids
from finder.errors import NotFound, UnexpectedFormat
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
from finder.sources._funding import join_name, keep_texts, read_amount, read_day, requested_phrases
from finder.sources._openalex import plan as planning
from finder.sources._openalex.records import typeahead_choices

CARD = SourceInfo(
    name="openalex_awards",
    title="OpenAlex awards",
    home="https://openalex.org",
    terms="CC0: free to use, attribution welcome",
    base="https://api.openalex.org",
    pace=2,
    keyed_pace=8,
    concurrency=1,
    key_name="openalex_key",
    key_param="api_key",
    key_help="It is asked with the key of OpenAlex, and out of the same daily credits.",
    credits=(1_000, 10_000),
    credit_headers=("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Credits-Used", "X-RateLimit-Reset"),
    cadence_days=30,
    completes="orcid",
    most=200,
    adds="Running grants of many funders, with who leads them.",
)
PER_PAGE, PAGES = 100, 2
SEARCH_COST = 10
TOGETHER = 50  # people whose grants are listed as one
FIELDS = (
    "id,display_name,description,funder_award_id,funder,amount,currency,funder_scheme,start_date,end_date,start_year,"
    "end_year,landing_page_url,lead_investigator,co_lead_investigator,investigators,institution_awarded,primary_topic,"
    "topics"
)
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class _Named(msgspec.Struct):
    id: str | None = None
    display_name: str | None = None
    country_code: str | None = None


class _Place(msgspec.Struct):
    name: str | None = None
    country: str | None = None


class _Investigator(msgspec.Struct):
    given_name: str | None = None
    family_name: str | None = None
    orcid: str | None = None
    affiliation: _Place | None = None


class _Award(msgspec.Struct):
    id: str | None = None
    display_name: str | None = None
    description: str | None = None
    funder_award_id: str | None = None
    funder: _Named | None = None
    amount: float | str | None = None
    currency: str | None = None
    funder_scheme: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    start_year: int | None = None
    end_year: int | None = None
    landing_page_url: str | None = None
    lead_investigator: _Investigator | None = None
    co_lead_investigator: _Investigator | None = None
    investigators: list[_Investigator] | None = None
    institution_awarded: list[_Named] | _Named | None = None
    primary_topic: _Named | None = None
    topics: list[_Named] | None = None


class _Meta(msgspec.Struct):
    count: int | None = None
    timed_out: bool | None = None


class _List(msgspec.Struct):
    results: list[msgspec.Raw] | None = None
    meta: _Meta | None = None
    error: str | None = None
    message: str | None = None


def parse(reply: Response) -> Iterator[Grant | Rejected]:
    """Read a page of awards; a type-ahead's page of topics holds none.

    Raises:
        UnexpectedFormat: it is an error, no JSON, or a list of something else.
    """
    listed = _decode_award_list(reply.body, reply.url)
    strange = 0
    for place, raw in enumerate(listed):
        key = _read_award_key(bytes(raw))
        if key.startswith("T"):
            continue
        try:
            if not key.startswith("G"):
                raise UnexpectedFormat("it has no id of an award")
            yield _read_award(msgspec.json.decode(raw, type=_Award), key)
        except (*_BROKEN, UnexpectedFormat) as error:
            strange += 1
            if strange == len(listed):
                raise _refuse_award_shape(f"none of its {strange} entries is an award", reply.url) from None
            yield Rejected(CARD.name, f"{reply.url} #{place}", f"not understood: {error}"[:200])


def _decode_award_list(body: bytes, url: str) -> list[msgspec.Raw]:
    try:
        found = msgspec.json.decode(body, type=_List)
    except _BROKEN as error:
        raise _refuse_award_shape(str(error)[:200], url) from None
    if found.results is None:
        raise _refuse_award_shape(
            f"it says {found.message or found.error}"[:200] if found.error else "it is no list", url
        )
    return found.results


def _read_award_key(raw: bytes) -> str:
    try:
        return (msgspec.json.decode(raw, type=_Named).id or "").rpartition("/")[2].upper()
    except _BROKEN:
        return ""


def _read_award(award: _Award, key: str) -> Grant | Rejected:
    title = " ".join((award.display_name or "").split())
    funder = " ".join(((award.funder.display_name if award.funder else None) or "").split())
    if not title or not funder:
        return Rejected(CARD.name, f"openalex:{key}", "no title" if not title else "no funder")
    awarded = award.institution_awarded
    places = [one for one in (awarded if isinstance(awarded, list) else [awarded]) if one and one.display_name]
    topics = (award.primary_topic, *(award.topics or ()))
    return Grant(
        source=CARD.name,
        source_id=f"openalex:{key}",
        title=title,
        funder=funder,
        investigators=tuple(_read_award_people(award)),
        number=(award.funder_award_id or "").strip() or None,
        amount=read_amount(award.amount),
        currency=award.currency.upper() if award.currency and read_amount(award.amount) else None,
        start=read_day(award.start_date) or (str(award.start_year) if award.start_year else None),
        end=read_day(award.end_date) or (str(award.end_year) if award.end_year else None),
        institution=_read_award_place(places[0]) if places else None,
        partners=tuple(map(_read_award_place, places[1:])),
        programme=award.funder_scheme or None,
        keywords=keep_texts(topic.display_name for topic in topics if topic),
        abstract=(award.description or "").strip() or None,
        url=ids.parse_page_url(award.landing_page_url or "") or f"https://openalex.org/{key}",
    )


def _read_award_place(place: _Named) -> Affiliation:
    key = (place.id or "").rpartition("/")[2]
    return Affiliation(
        place.display_name or "", f"openalex:{key}" if key else None, _read_country_code(place.country_code)
    )


def _read_country_code(code: str | None) -> str | None:
    return code.upper() if code and len(code) == 2 and code.isalpha() else None


def _read_award_people(award: _Award) -> Iterator[Investigator]:
    """Who leads it, and who takes part; somebody who stands in both places once."""
    leads = [one for one in (award.lead_investigator, award.co_lead_investigator) if one]
    seen: set[str] = set()
    for one, lead in (*((one, True) for one in leads), *((one, False) for one in award.investigators or ())):
        name = join_name(one.given_name, one.family_name)
        if not name or name in seen:
            continue
        seen.add(name)
        at = one.affiliation
        known = ids.parse_orcid(one.orcid or "")
        place = Affiliation(at.name, country=_read_country_code(at.country)) if at and at.name else None
        yield Investigator(name, (known,) if known else (), lead=lead, institution=place)


async def fetch(http: HttpClient, ask: FetchRequest) -> AsyncIterator[Response]:
    """Grants that run still, of the topics that bear the interest's name.

    Raises:
        SourceError: a call had no answer; those before it were yielded.
    """
    answers: planning.Answers = {}
    for look in _choose_topic_looks(ask):
        try:
            reply = await http.get(
                CARD, "/topics", planning.typeahead_params(look.spelling), note="topics of the interest"
            )
        except NotFound:
            continue
        yield reply
        answers = {**answers, look: typeahead_choices(reply.body)}
    listings = planning.plan_listings(ask.interest, answers).topics if answers else ()
    wanted = [{"filter": f"{one.filter},{_filter_running(ask.today)}"} for one in listings]
    for params in wanted or [
        {"search": phrase, "filter": _filter_running(ask.today)} for phrase in requested_phrases(ask)[:1]
    ]:
        async for reply in _page_awards(http, params, "running grants on the interest"):
            yield reply


async def complete(http: HttpClient, ask: FetchRequest) -> AsyncIterator[Response]:
    """Grants that run still, led by these people; nothing without ``ask.ids``.

    Raises:
        SourceError: as in :func:`fetch`.
    """
    for batch in _batch_orcids(ask):
        filter_ = f"lead_investigator.orcid:{'|'.join(batch)},{_filter_running(ask.today)}"
        async for reply in _page_awards(http, {"filter": filter_}, "grants of promising people"):
            yield reply


async def _page_awards(http: HttpClient, params: dict[str, str], note: str) -> AsyncIterator[Response]:
    for number in range(1, PAGES + 1):
        asked = {**params, "per_page": PER_PAGE, "page": number, "select": FIELDS}
        reply = await http.get(CARD, "/awards", asked, note=note, check=is_whole)
        yield reply
        found = page(reply)
        if found is None or number * PER_PAGE >= found.total:
            return


def is_whole(body: bytes) -> bool:
    """Whether a page is all that was asked for: a search that took too long is cut short, and says so."""
    try:
        meta = msgspec.json.decode(body, type=_List).meta
    except _BROKEN:
        return True
    return meta is None or not meta.timed_out


def page(reply: Response) -> ListPage | None:
    """What a page says about its list; a list is read as far as :data:`PAGES` go."""
    if "/awards" not in reply.url:
        return None
    try:
        found = msgspec.json.decode(reply.body, type=_List)
    except _BROKEN:
        return None
    if found.results is None or found.meta is None or found.meta.count is None:
        return None
    size = request_page_size(reply.url, "per_page", PER_PAGE)
    return ListPage(len(found.results), min(found.meta.count, PAGES * size), size)


def plan(ask: FetchRequest) -> list[PlannedCall]:
    """Look-ups for free, and at most two pages a phrase or for every fifty people."""
    if ask.ids:
        count = len(_batch_orcids(ask))
        return [PlannedCall("grants of promising people", f"{CARD.base}/awards", count * PAGES, 1)] if count else []
    looked = _choose_topic_looks(ask)
    if not looked:
        return []
    return [
        PlannedCall("topics of the interest", f"{CARD.base}/topics", len(looked), 0),
        PlannedCall("running grants on the interest", f"{CARD.base}/awards", PAGES * len(looked), 1),
        PlannedCall("the same by their text, where no topic is called so", f"{CARD.base}/awards", PAGES, SEARCH_COST),
    ]


def _choose_topic_looks(ask: FetchRequest) -> list[planning.TypeaheadLookup]:
    return (
        [look for look in planning.typeahead_lookups(ask.interest) if look.shelf == "topics"]
        if requested_phrases(ask)
        else []
    )


def _batch_orcids(ask: FetchRequest) -> list[list[str]]:
    known = sorted(id_.removeprefix("orcid:") for id_ in ask.ids if ids.parse_orcid(id_.removeprefix("orcid:")) == id_)
    return [known[start : start + TOGETHER] for start in range(0, len(known), TOGETHER)]


def _filter_running(today: date) -> str:
    return f"end_year:>{today.year - 1}"


def _refuse_award_shape(why: str, url: str) -> UnexpectedFormat:
    return UnexpectedFormat(
        f"OpenAlex's answer on awards is not understood: {why}. Update the finder; if it is up to date, report this.",
        url,
    )


PROBE = ProbeRequest("/awards", {"select": "id,display_name", "per_page": 1}, credits=1)
SOURCE = Source(card=CARD, parse=parse, fetch=fetch, complete=complete, plan=plan, probe=PROBE, page=page)
