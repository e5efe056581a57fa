"""OpenAlex: works with topic, date, authors and affiliations in one answer, and authors' own records.

The plan is by cost. Keywords and topics of the interest come from the type-ahead, their works from lists at 1 credit
a page, newest first; text search at 10 credits a page fills only what the lists miss. With a key, pages are chains of
cursors, by year where the list is long; without one, they are page numbers.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from urllib.parse import urlencode, urlsplit

import msgspec

from finder.errors import QuotaExceeded
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
from finder.sources._openalex import plan as planning
from finder.sources._openalex import schemas
from finder.sources._openalex.fetch import FetchRun, fetch_by_ids, fetch_listings, fetch_text_searches, look_up_interest
from finder.sources._openalex.records import parse, read_lines

CARD = SourceInfo(
    name="openalex",
    title="OpenAlex",
    home="https://openalex.org",
    terms="CC0: free to use, attribution welcome",
    base="https://api.openalex.org",
    pace=8,  # its edge refuses more than 10 a second, and 30 with a key; requests bunch up on their way
    keyed_pace=25,
    concurrency=8,
    key_name="openalex_key",
    key_param="api_key",
    key_help="A free key from openalex.org/settings/api gives ten times the daily credits.",
    credits=(1_000, 10_000),
    credit_headers=("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Credits-Used", "X-RateLimit-Reset"),
    cadence_days=7,
    completes="openalex",
    compares=True,
    locates=500,
    adds="Works with authors, affiliations and topics, and people's own records: what everything else rests on.",
)


async def fetch(http: HttpClient, ask: FetchRequest) -> AsyncGenerator[Response, None]:
    """Ask for the works on an interest, newest first; with ``ask.ids``, only for those authors and works.

    Raises:
        SourceError: a call failed; all others were made and yielded before, unless the day's credits are spent.
    """
    run = FetchRun(http, CARD, ask)
    for stage in (
        [fetch_by_ids(run)] if ask.ids else [look_up_interest(run), fetch_listings(run), fetch_text_searches(run)]
    ):
        async with aclosing(stage) as replies:
            async for reply in replies:
                yield reply
    if run.errors:
        raise next((error for error in run.errors if isinstance(error, QuotaExceeded)), run.errors[0])


async def complete(http: HttpClient, ask: FetchRequest) -> AsyncGenerator[Response, None]:
    """Ask for authors' own records and their other works, newest first, and institutions' own records.

    Nothing is asked without ``ask.ids``.

    Raises:
        SourceError: as in :func:`fetch`.
    """
    if ask.ids:
        async with aclosing(fetch(http, ask)) as replies:
            async for reply in replies:
                yield reply


def plan(ask: FetchRequest) -> list[PlannedCall]:
    """What a collection asks at most, and for how many credits."""
    return _plan_id_calls(ask) if ask.ids else _plan_interest_calls(ask)


def _plan_interest_calls(ask: FetchRequest) -> list[PlannedCall]:
    looked, named = planning.typeahead_lookups(ask.interest), len(planning.interest_phrases(ask.interest))
    span = (ask.since, ask.until)
    years = len(planning.split_date_span(*span)) if ask.keyed and ask.limit > planning.DIRECT else 0
    listed = planning.Listing("", filter="keywords.id:…").request_params(span)
    calls = [
        PlannedCall(
            f"{shelf} for the interest",
            _openalex_call_url(f"/{shelf}", planning.typeahead_params(ask.interest)),
            count,
            cost,
        )
        for shelf, cost in planning.LOOK_COST.items()
        if (count := sum(look.shelf == shelf for look in looked))
    ]
    most = planning.listing_page_count(ask.limit, ask.limit) + 3 * named * (1 + years)
    if looked:
        calls.append(
            PlannedCall("works by keyword and topic, newest first", _openalex_call_url("/works", listed), most, 1)
        )
    most = min(planning.TEXT_PAGES[ask.keyed], planning.listing_page_count(ask.limit, ask.limit))
    purpose = "works by their text, as far as keywords find little"
    texts = planning.text_search_listings(ask.interest)[:1]
    return [
        *calls,
        *(
            PlannedCall(purpose, _openalex_call_url("/works", text.request_params(span)), most, planning.TEXT_COST)
            for text in texts
        ),
    ]


def _plan_id_calls(ask: FetchRequest) -> list[PlannedCall]:
    asked = planning.plan_id_lookups(ask.ids, ask.limit)
    span = (ask.since, ask.until)
    theirs = planning.Listing("", filter="author.id:…").request_params(span)
    own = planning.Listing("", filter="openalex:…").request_params(None)
    calls = [
        PlannedCall(
            "authors' own records",
            _openalex_call_url("/authors", planning.author_batch_params("…")),
            len(asked.authors),
            1,
        ),
        PlannedCall(
            "their works, newest first", _openalex_call_url("/works", theirs), len(asked.theirs) * asked.pages, 1
        ),
        PlannedCall("works by id", _openalex_call_url("/works", own), len(asked.works), 1),
        PlannedCall(
            "institutions' own records",
            _openalex_call_url("/institutions", planning.institution_batch_params("…")),
            len(asked.places),
            1,
        ),
    ]
    return [call for call in calls if call.calls]


def page(reply: Response) -> ListPage | None:
    """What a page says about its list of works."""
    if urlsplit(reply.url).path.rpartition("/")[2] != "works":
        return None
    try:
        found = msgspec.json.decode(reply.body, type=_WorksResponse)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    meta = found.meta or schemas.Meta()
    if meta.count is None or found.results is None:
        return None
    more = meta.next_cursor is not None if "cursor=" in urlsplit(reply.url).query else None
    return ListPage(len(found.results), meta.count, request_page_size(reply.url, "per_page", planning.PER_PAGE), more)


class _WorksResponse(schemas.ListResponse):
    results: list[msgspec.Raw] | None = None


def _openalex_call_url(path: str, params: dict[str, str]) -> str:
    return f"{CARD.base}{path}?{urlencode(params, safe=':,/|…“”')}"


PROBE = ProbeRequest("/works", {"select": planning.WORK_FIELDS, "per_page": 1}, credits=1)
SOURCE = Source(
    card=CARD, parse=parse, fetch=fetch, complete=complete, plan=plan, read_lines=read_lines, probe=PROBE, page=page
)
