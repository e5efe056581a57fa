"""Carrying the plan out: calls side by side, each reply handed on as soon as it is there."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field

from finder.errors import NotFound, QuotaExceeded, SourceError
from finder.pagination import is_quota_exceeded, merge_page_streams
from finder.source import FetchRequest, HttpClient, Response, SourceInfo
from finder.sources._openalex import plan as planning
from finder.sources._openalex.plan import PER_PAGE, Listing, Span, TypeaheadLookup
from finder.sources._openalex.records import (
    has_all_new_works,
    is_complete_openalex_list,
    missing_author_keys,
    peek_list_meta,
    typeahead_choices,
)
from finder.sources._openalex.schemas import Meta

Replies = AsyncGenerator[Response, None]


@dataclass
class FetchRun:
    """One collection under way: whom it asks, what was found and spent, and what went wrong so far.

    Attributes:
        answers: choices of the type-ahead.
        found: works that the lists and searches asked for hold, as far as they were paged.
    """

    http: HttpClient
    card: SourceInfo
    ask: FetchRequest
    errors: list[SourceError] = field(default_factory=list)
    answers: dict[TypeaheadLookup, list[tuple[str, str]]] = field(default_factory=dict)
    found: int = 0
    list_calls: int = 0
    text_calls: int = 0

    @property
    def remaining_works(self) -> int:
        """How many works may still be asked for."""
        return (
            0
            if is_quota_exceeded(self.errors) or self.ask.since > self.ask.until
            else max(self.ask.limit - self.found, 0)
        )

    @property
    def full_span(self) -> Span:
        """All the time asked for."""
        return self.ask.since, self.ask.until

    async def run_streams(self, streams: Sequence[Replies]) -> AsyncGenerator[tuple[int, Response], None]:
        """Replies of several streams with the number of their stream."""
        async with aclosing(merge_page_streams(streams, self.card.concurrency, self.errors)) as replies:
            async for numbered in replies:
                yield numbered


async def look_up_interest(run: FetchRun) -> Replies:
    """Ask the type-ahead which keywords and topics name the interest."""
    looked = planning.typeahead_lookups(run.ask.interest) if run.remaining_works else []
    async with aclosing(run.run_streams([_fetch_typeahead(run, look) for look in looked])) as replies:
        async for number, reply in replies:
            run.answers[looked[number]] = typeahead_choices(reply.body)
            yield reply


async def fetch_listings(run: FetchRun) -> Replies:
    """Works by keyword and topic. How much the broad lists hold decides whether the narrow ones are needed."""
    found = planning.plan_listings(run.ask.interest, run.answers)
    heads: dict[Listing, Response] = {}
    if run.remaining_works:
        async with aclosing(
            run.run_streams([_fetch_page_chain(run, broad, run.full_span) for broad in found.broad])
        ) as replies:
            async for number, reply in replies:
                heads[found.broad[number]] = reply
                run.found += _first_page_size(reply)
                yield reply
    counts = [_listing_total(heads[broad]) for broad in found.broad if broad in heads]
    fitting = len(counts) == len(found.broad) and sum(counts) <= run.ask.limit
    share = run.ask.limit // max(len(planning.interest_phrases(run.ask.interest)), 1)
    for listing in planning.order_listings(found, fitting=fitting):
        if run.remaining_works and (listing in heads or listing not in found.broad):
            room = run.remaining_works if fitting else min(run.remaining_works, share)
            async with aclosing(_fetch_listing(run, listing, room, heads.get(listing))) as rest:
                async for reply in rest:
                    yield reply


async def fetch_text_searches(run: FetchRun) -> Replies:
    """Works by their text: the exact words, and all words anywhere only where still little is found."""
    most = planning.text_search_page_limit(run.found, run.list_calls, keyed=run.ask.keyed)
    for turn, listing in enumerate(planning.text_search_listings(run.ask.interest)):
        room = min(run.remaining_works, (most - run.text_calls) * PER_PAGE)
        few = run.found < planning.MIN_KEYWORD_WORKS
        if room > 0 and (few or (turn == 0 and room >= PER_PAGE)):
            async with aclosing(_fetch_listing(run, listing, room)) as replies:
                async for reply in replies:
                    yield reply


async def fetch_by_ids(run: FetchRun) -> Replies:
    """Authors' own records with their other works, works by id, and institutions' own records."""
    asked = planning.plan_id_lookups(run.ask.ids, run.ask.limit)
    streams = [
        *(_fetch_author_batch(run, batch) for batch in asked.authors),
        *(
            _fetch_page_chain(run, theirs, run.full_span, pages=asked.pages)
            for theirs in asked.theirs
            if run.remaining_works
        ),
        *(_fetch_page_chain(run, own, None) for own in asked.works),
        *(_fetch_institution_batch(run, batch) for batch in asked.places),
    ]
    async with aclosing(run.run_streams(streams)) as replies:
        async for _, reply in replies:
            yield reply


async def _fetch_typeahead(run: FetchRun, look: TypeaheadLookup) -> Replies:
    try:
        note = f"{look.shelf} for “{look.spelling}”"
        yield await run.http.get(run.card, f"/{look.shelf}", planning.typeahead_params(look.spelling), note=note)
    except QuotaExceeded:
        raise
    except SourceError as error:
        # without topics the answer is narrower, not wrong; without keywords text search has to find it all
        if look.shelf == "keywords" and not isinstance(error, NotFound):
            raise


async def _fetch_author_batch(run: FetchRun, batch: str) -> Replies:
    params = planning.author_batch_params(batch)
    note = "authors' own records"
    listed = await run.http.get(
        run.card, "/authors", params, note=note, check=is_complete_openalex_list, known=run.ask.known
    )
    yield listed
    if listed.complete:
        for key in missing_author_keys(listed, batch):
            with suppress(NotFound):  # asked for singly, at no cost, who was merged leads to whom they are now
                yield await run.http.get(run.card, f"/authors/{key}", {"select": planning.AUTHOR_FIELDS}, note=note)


async def _fetch_institution_batch(run: FetchRun, batch: str) -> Replies:
    params = planning.institution_batch_params(batch)
    yield await run.http.get(
        run.card, "/institutions", params, note="institutions' own records", check=is_complete_openalex_list
    )


async def _fetch_listing(run: FetchRun, listing: Listing, room: int, head: Response | None = None) -> Replies:
    """One list, newest first, as far as there is room for it."""
    room += _first_page_size(head) if head else 0
    if head is None:
        async with aclosing(run.run_streams([_fetch_page_chain(run, listing, run.full_span)])) as replies:
            async for _, head in replies:
                run.found += _first_page_size(head)
                yield head
    pages = planning.listing_page_count(_listing_total(head), room) if head else 0
    if head and pages > 1:
        run.found += min(_listing_total(head), pages * PER_PAGE) - _first_page_size(head)
        if has_all_new_works(head):
            return
        async with aclosing(_fetch_further_pages(run, listing, peek_list_meta(head.body), pages)) as rest:
            async for reply in rest:
                yield reply


async def _fetch_further_pages(run: FetchRun, listing: Listing, head: Meta, pages: int) -> Replies:
    """The pages after the first: all at once by number, or one chain of cursors, or one for each year."""
    if not run.ask.keyed:
        last = min(pages, planning.DEPTH // PER_PAGE)
        streams = [_fetch_page_chain(run, listing, run.full_span, str(page)) for page in range(2, last + 1)]
    elif pages * PER_PAGE <= planning.DIRECT or listing.search:
        streams = (
            [_fetch_page_chain(run, listing, run.full_span, head.next_cursor, pages - 1)] if head.next_cursor else []
        )
    else:
        spans, heads, done = planning.split_date_span(*run.full_span), dict[int, Meta](), set[int]()
        async with aclosing(run.run_streams([_fetch_page_chain(run, listing, span) for span in spans])) as replies:
            async for number, reply in replies:
                heads[number] = peek_list_meta(reply.body)
                done |= {number} if has_all_new_works(reply) else set()
                yield reply
        counts = [heads[n].count or 0 if n in heads else 0 for n in range(len(spans))]
        allotted = planning.allot_pages(counts, pages * PER_PAGE)
        streams = [
            _fetch_page_chain(run, listing, spans[n], cursor, allotted[n] - 1)
            for n, meta in sorted(heads.items())
            if (cursor := meta.next_cursor) and allotted[n] > 1 and n not in done
        ]
    async with aclosing(run.run_streams(streams)) as replies:
        async for _, reply in replies:
            yield reply


async def _fetch_page_chain(
    run: FetchRun, listing: Listing, span: Span | None, first: str = "", pages: int = 1
) -> Replies:
    """Pages after one another from ``first`` (a cursor with key, else a number), no further than the list is long."""
    place = first or ("*" if run.ask.keyed else "1")
    for number in range(1, pages + 1):
        params = {**listing.request_params(span), "cursor" if run.ask.keyed else "page": place}
        reply = await run.http.get(
            run.card, "/works", params, note=listing.purpose, check=is_complete_openalex_list, known=run.ask.known
        )
        run.text_calls += bool(listing.search)
        run.list_calls += not listing.search
        yield reply
        place = (peek_list_meta(reply.body).next_cursor or "") if run.ask.keyed else str(int(place) + 1)
        if not place or (
            not first and (number * PER_PAGE >= _listing_total(reply) or (number == 1 and has_all_new_works(reply)))
        ):
            return


def _listing_total(reply: Response) -> int:
    return peek_list_meta(reply.body).count or 0


def _first_page_size(head: Response) -> int:
    return min(_listing_total(head), PER_PAGE)
