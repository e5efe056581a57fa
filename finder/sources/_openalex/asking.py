"""Carrying the plan out: calls side by side, each reply handed on as soon as it is there."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field

from finder.errors import NotFound, OutOfBudget, SourceError
from finder.paging import is_over, side_by_side
from finder.source import Ask, Card, Door, Reply
from finder.sources._openalex import plan as planning
from finder.sources._openalex.plan import PER_PAGE, Listing, Look, Span
from finder.sources._openalex.records import choices, is_complete, missing, peek, told_whole
from finder.sources._openalex.shapes import Meta

Replies = AsyncGenerator[Reply, None]


@dataclass
class Run:
    """One collection under way: whom it asks, what was found and spent, and what went wrong so far.

    Attributes:
        answers: choices of the type-ahead.
        found: works that the lists and searches asked for hold, as far as they were paged.
    """

    http: Door
    card: Card
    ask: Ask
    errors: list[SourceError] = field(default_factory=list)
    answers: dict[Look, list[tuple[str, str]]] = field(default_factory=dict)
    found: int = 0
    list_calls: int = 0
    text_calls: int = 0

    @property
    def room(self) -> int:
        """How many works may still be asked for."""
        return 0 if is_over(self.errors) or self.ask.since > self.ask.until else max(self.ask.limit - self.found, 0)

    @property
    def whole(self) -> Span:
        """All the time asked for."""
        return self.ask.since, self.ask.until

    async def together(self, streams: Sequence[Replies]) -> AsyncGenerator[tuple[int, Reply], None]:
        """Replies of several streams with the number of their stream."""
        async with aclosing(side_by_side(streams, self.card.concurrency, self.errors)) as replies:
            async for numbered in replies:
                yield numbered


async def look_up(run: Run) -> Replies:
    """Ask the type-ahead which keywords and topics name the interest."""
    looked = planning.looks(run.ask.interest) if run.room else []
    async with aclosing(run.together([_choices(run, look) for look in looked])) as replies:
        async for number, reply in replies:
            run.answers[looked[number]] = choices(reply.body)
            yield reply


async def page_lists(run: Run) -> Replies:
    """Works by keyword and topic. How much the broad lists hold decides whether the narrow ones are needed."""
    found = planning.lists(run.ask.interest, run.answers)
    heads: dict[Listing, Reply] = {}
    if run.room:
        async with aclosing(run.together([_chain(run, broad, run.whole) for broad in found.broad])) as replies:
            async for number, reply in replies:
                heads[found.broad[number]] = reply
                run.found += _listed(reply)
                yield reply
    counts = [_count(heads[broad]) for broad in found.broad if broad in heads]
    fitting = len(counts) == len(found.broad) and sum(counts) <= run.ask.limit
    share = run.ask.limit // max(len(planning.phrases(run.ask.interest)), 1)
    for listing in planning.in_order(found, fitting=fitting):
        if run.room and (listing in heads or listing not in found.broad):
            room = run.room if fitting else min(run.room, share)
            async with aclosing(_listing(run, listing, room, heads.get(listing))) as rest:
                async for reply in rest:
                    yield reply


async def page_texts(run: Run) -> Replies:
    """Works by their text: the exact words, and all words anywhere only where still little is found."""
    most = planning.text_pages(run.found, run.list_calls, keyed=run.ask.keyed)
    for turn, listing in enumerate(planning.texts(run.ask.interest)):
        room = min(run.room, (most - run.text_calls) * PER_PAGE)
        few = run.found < planning.FEW
        if room > 0 and (few or (turn == 0 and room >= PER_PAGE)):
            async with aclosing(_listing(run, listing, room)) as replies:
                async for reply in replies:
                    yield reply


async def page_people(run: Run) -> Replies:
    """Authors' own records with their other works, works by id, and institutions' own records."""
    asked = planning.people(run.ask.ids, run.ask.limit)
    streams = [
        *(_authors(run, batch) for batch in asked.authors),
        *(_chain(run, theirs, run.whole, pages=asked.pages) for theirs in asked.theirs if run.room),
        *(_chain(run, own, None) for own in asked.works),
        *(_places(run, batch) for batch in asked.places),
    ]
    async with aclosing(run.together(streams)) as replies:
        async for _, reply in replies:
            yield reply


async def _choices(run: Run, look: Look) -> Replies:
    try:
        note = f"{look.shelf} for “{look.spelling}”"
        yield await run.http.get(run.card, f"/{look.shelf}", planning.choice(look.spelling), note=note)
    except OutOfBudget:
        raise
    except SourceError as error:
        # without topics the answer is narrower, not wrong; without keywords text search has to find it all
        if look.shelf == "keywords" and not isinstance(error, NotFound):
            raise


async def _authors(run: Run, batch: str) -> Replies:
    params = planning.authors(batch)
    note = "authors' own records"
    listed = await run.http.get(run.card, "/authors", params, note=note, check=is_complete, known=run.ask.known)
    yield listed
    if listed.complete:
        for key in missing(listed, batch):
            with suppress(NotFound):  # asked for singly, at no cost, who was merged leads to whom they are now
                yield await run.http.get(run.card, f"/authors/{key}", {"select": planning.AUTHOR_FIELDS}, note=note)


async def _places(run: Run, batch: str) -> Replies:
    params = planning.places(batch)
    yield await run.http.get(run.card, "/institutions", params, note="institutions' own records", check=is_complete)


async def _listing(run: Run, listing: Listing, room: int, head: Reply | None = None) -> Replies:
    """One list, newest first, as far as there is room for it."""
    room += _listed(head) if head else 0
    if head is None:
        async with aclosing(run.together([_chain(run, listing, run.whole)])) as replies:
            async for _, head in replies:
                run.found += _listed(head)
                yield head
    pages = planning.pages_of(_count(head), room) if head else 0
    if head and pages > 1:
        run.found += min(_count(head), pages * PER_PAGE) - _listed(head)
        if told_whole(head):
            return
        async with aclosing(_rest(run, listing, peek(head.body), pages)) as rest:
            async for reply in rest:
                yield reply


async def _rest(run: Run, listing: Listing, head: Meta, pages: int) -> Replies:
    """The pages after the first: all at once by number, or one chain of cursors, or one for each year."""
    if not run.ask.keyed:
        last = min(pages, planning.DEPTH // PER_PAGE)
        streams = [_chain(run, listing, run.whole, str(page)) for page in range(2, last + 1)]
    elif pages * PER_PAGE <= planning.DIRECT or listing.search:
        streams = [_chain(run, listing, run.whole, head.next_cursor, pages - 1)] if head.next_cursor else []
    else:
        spans, heads, done = planning.spans(*run.whole), dict[int, Meta](), set[int]()
        async with aclosing(run.together([_chain(run, listing, span) for span in spans])) as replies:
            async for number, reply in replies:
                heads[number] = peek(reply.body)
                done |= {number} if told_whole(reply) else set()
                yield reply
        counts = [heads[n].count or 0 if n in heads else 0 for n in range(len(spans))]
        allotted = planning.allot(counts, pages * PER_PAGE)
        streams = [
            _chain(run, listing, spans[n], cursor, allotted[n] - 1)
            for n, meta in sorted(heads.items())
            if (cursor := meta.next_cursor) and allotted[n] > 1 and n not in done
        ]
    async with aclosing(run.together(streams)) as replies:
        async for _, reply in replies:
            yield reply


async def _chain(run: Run, listing: Listing, span: Span | None, first: str = "", pages: int = 1) -> Replies:
    """Pages after one another from ``first`` (a cursor with key, else a number), no further than the list is long."""
    place = first or ("*" if run.ask.keyed else "1")
    for number in range(1, pages + 1):
        params = {**listing.params(span), "cursor" if run.ask.keyed else "page": place}
        reply = await run.http.get(
            run.card, "/works", params, note=listing.purpose, check=is_complete, known=run.ask.known
        )
        run.text_calls += bool(listing.search)
        run.list_calls += not listing.search
        yield reply
        place = (peek(reply.body).next_cursor or "") if run.ask.keyed else str(int(place) + 1)
        if not place or (not first and (number * PER_PAGE >= _count(reply) or (number == 1 and told_whole(reply)))):
            return


def _count(reply: Reply) -> int:
    return peek(reply.body).count or 0


def _listed(head: Reply) -> int:
    return min(_count(head), PER_PAGE)
