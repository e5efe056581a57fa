"""OpenReview: submissions with who wrote them, and profiles with the posts that people state themselves.

It wants a login: without the user's own token a search may still be answered, profiles hardly ever. A profile's
``relations`` (who advised whom) and its e-mail addresses are never read.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from typing import Any

import msgspec

from finder import ids
from finder.errors import NotFound, SourceBlocked, UnexpectedFormat
from finder.model import Person, Rejected, Work
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
from finder.sources._openreview.notes import parse_openreview_note
from finder.sources._openreview.profiles import parse_openreview_profile
from finder.text.names import split_phrases

CARD = SourceInfo(
    name="openreview",
    title="OpenReview",
    home="https://openreview.net",
    terms="OpenReview Terms of Use; papers under the licence that each states.",
    base="https://api2.openreview.net",
    pace=0.5,
    keyed_pace=1.0,
    concurrency=1,
    key_name="openreview_key",
    key_header="Authorization: Bearer",
    key_help="Log in at openreview.net with an account of your own and set FINDER_OPENREVIEW_KEY to its bearer token; "
    "it holds for a week at most.",
    cadence_days=14,
    default_on=False,
    completes="openreview",
    adds="Submissions to machine learning conferences, and the posts that people state on their profiles.",
)
COUNTED = 10_000  # submissions of a list, beyond which it counts no further
PER_PAGE, PAGES = 500, 2  # of a phrase: best matches first, in no order of time
PEOPLE = 50  # in one call


async def fetch(http: HttpClient, ask: FetchRequest) -> AsyncGenerator[Response, None]:
    """Ask for the submissions on an interest, best matches first; with ``ask.ids``, only for those people.

    Raises:
        SourceError: a call had no answer; those before it were yielded.
    """
    if ask.ids:
        async for reply in complete(http, ask):
            yield reply
        return
    for phrase in _openreview_phrases(ask):
        size = min(PER_PAGE, ask.limit)
        for page in range(_openreview_page_count(ask)):
            params = {"term": phrase, "source": "forum", "limit": size, "offset": page * size}
            reply = await _get_from_openreview(
                http, "/notes/search", params, f"submissions on {phrase}, page {page + 1}"
            )
            yield reply
            if _count_notes(reply.body) < size:
                break


async def complete(http: HttpClient, ask: FetchRequest) -> AsyncGenerator[Response, None]:
    """Ask for people's profiles, fifty at a time; nothing without ``ask.ids``.

    Raises:
        SourceError: as in :func:`fetch`.
    """
    for batch in _profile_id_batches(ask):
        try:
            yield await _get_from_openreview(http, "/profiles", {"ids": ",".join(batch)}, "people's profiles")
        except NotFound:  # it knows none of them
            continue


def plan(ask: FetchRequest) -> list[PlannedCall]:
    """At most two pages a phrase, or one call for every fifty people."""
    if ask.ids:
        count = len(_profile_id_batches(ask))
        return [PlannedCall("people's profiles", f"{CARD.base}/profiles", count, 0)] if count else []
    url = f"{CARD.base}/notes/search"
    return [
        PlannedCall(f"submissions on {phrase}", url, _openreview_page_count(ask), 0)
        for phrase in _openreview_phrases(ask)
    ]


async def _get_from_openreview(http: HttpClient, path: str, params: dict[str, Any], note: str) -> Response:
    try:
        return await http.get(CARD, path, params, note=note)
    except SourceBlocked as error:
        if http.has_key(CARD):
            raise
        raise SourceBlocked(f"OpenReview wants a login. {CARD.key_help}", error.url) from None


def _openreview_phrases(ask: FetchRequest) -> list[str]:
    return [] if ask.since > ask.until else split_phrases(ask.interest)[:3]


def _openreview_page_count(ask: FetchRequest) -> int:
    return min(PAGES, -(-ask.limit // PER_PAGE))


def _profile_id_batches(ask: FetchRequest) -> list[list[str]]:
    known = {given for given in ask.ids if ids.parse_openreview_id(given.removeprefix("openreview:")) == given}
    people = sorted(id_.removeprefix("openreview:") for id_ in known)
    return [people[start : start + PEOPLE] for start in range(0, len(people), PEOPLE)]


def _count_notes(body: bytes) -> int:
    try:
        answer = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return 0
    notes = answer.get("notes") if isinstance(answer, dict) else None
    return len(notes) if isinstance(notes, list) else 0


def page(reply: Response) -> ListPage | None:
    """What a page says about its list; the service counts up to :data:`COUNTED` only."""
    try:
        found = msgspec.json.decode(reply.body, type=_NotesResponse)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if found.count is None or found.notes is None or found.count >= COUNTED:
        return None
    return ListPage(len(found.notes), found.count, request_page_size(reply.url, "limit", PER_PAGE))


class _NotesResponse(msgspec.Struct):
    count: int | None = None
    notes: list[msgspec.Raw] | None = None


def parse(reply: Response) -> Iterator[Work | Person | Rejected]:
    """Submissions out of a list of notes, people out of a list of profiles.

    Raises:
        UnexpectedFormat: the answer is an error, no JSON, or of a shape that is not understood; so is a bare list, such
            as the tables of papers that others make from OpenReview (the source ``paperlists`` reads those).
    """
    kind, entries = _openreview_entries(reply)
    if entries and not any(isinstance(entry, dict) and "content" in entry for entry in entries):
        raise _openreview_shape_error(f"no entry of its {kind} has a content", reply.url)
    for place, entry in enumerate(entries):
        if not isinstance(entry, dict) or not isinstance(entry.get("content"), dict):
            yield Rejected(CARD.name, f"{reply.url} #{place}", "it has no content")
        elif kind == "notes":
            yield parse_openreview_note(entry)
        else:
            yield parse_openreview_profile(entry, reply.fetched_at[:10])


def _openreview_entries(reply: Response) -> tuple[str, list[Any]]:
    try:
        body = msgspec.json.decode(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _openreview_shape_error(str(error)[:200], reply.url) from None
    if isinstance(body, dict):
        for kind in ("notes", "profiles"):
            if isinstance(body.get(kind), list):
                return kind, body[kind]
    said = body.get("message") if isinstance(body, dict) else None
    raise _openreview_shape_error(
        f"it says {said[:200]}" if isinstance(said, str) else "neither notes nor profiles", reply.url
    )


def _openreview_shape_error(why: str, url: str) -> UnexpectedFormat:
    return UnexpectedFormat(f"OpenReview's answer is not understood: {why}. Update the finder.", url)


PROBE = ProbeRequest("/notes/search", {"term": "learning", "source": "forum", "limit": 1})
SOURCE = Source(card=CARD, parse=parse, fetch=fetch, complete=complete, plan=plan, probe=PROBE, page=page)
