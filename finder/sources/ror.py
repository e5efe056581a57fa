"""ROR: organisations by their ROR id, with all their names, their place and what they belong to."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import TypeVar, get_args

import msgspec

from finder import ids
from finder.errors import NotFound, UnexpectedFormat
from finder.model import Institution, OrganisationKind, Rejected
from finder.source import FetchRequest, HttpClient, PlannedCall, ProbeRequest, Response, Source, SourceInfo

CARD = SourceInfo(
    name="ror",
    title="ROR (Research Organization Registry)",
    home="https://ror.org",
    terms="CC0.",
    base="https://api.ror.org/v2",
    pace=50 / 300,  # so many are free to everybody; more wants a client id in a header
    concurrency=1,
    cadence_days=90,
    default_on=False,
    completes="ror",
    most=0,
    locates=30,
    adds="Where institutions are, what kind they are, and what belongs to what.",
)
_ID = re.compile(r"(?:https?://ror\.org/|ror:)?(0[a-z0-9]{8})/?")
_KINDS = frozenset(get_args(OrganisationKind))
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
T = TypeVar("T")


class _Name(msgspec.Struct):
    value: str | None = None
    types: list[str] | None = None


class _Place(msgspec.Struct):
    country_code: str | None = None
    lat: float | None = None
    lng: float | None = None
    name: str | None = None


class _Location(msgspec.Struct):
    geonames_details: _Place | None = None


class _Link(msgspec.Struct):
    type: str | None = None
    value: str | None = None


class _Relation(msgspec.Struct):
    id: str | None = None
    type: str | None = None


class _Organisation(msgspec.Struct):
    id: str | None = None
    status: str | None = None
    names: list[_Name] | None = None
    types: list[str] | None = None
    locations: list[_Location] | None = None
    links: list[_Link] | None = None
    relationships: list[_Relation] | None = None


class _Match(msgspec.Struct):
    organization: msgspec.Raw = msgspec.Raw(b"")
    chosen: bool | None = None


class _Head(msgspec.Struct):
    id: str | None = None
    items: list[msgspec.Raw] | None = None
    errors: list[str] | None = None


def parse(reply: Response) -> Iterator[Institution | Rejected]:
    """Read one organisation, a list of them, or what an affiliation matches: only what ROR itself chose.

    Raises:
        UnexpectedFormat: it is an error, not JSON, or of a shape that is not understood.
    """
    head = _decode_ror(reply.body, _Head, reply.url)
    if head.errors:
        raise _ror_shape_error(f"it says {head.errors[0]}"[:200], reply.url)
    if head.items is not None:
        yield from _parse_ror_items(head.items, reply.url)
    elif head.id:
        yield _ror_institution(_decode_ror(reply.body, _Organisation, reply.url), reply.url)
    else:
        raise _ror_shape_error("neither a list nor an organisation", reply.url)


def _parse_ror_items(items: list[msgspec.Raw], url: str) -> Iterator[Institution | Rejected]:
    """Records of a list; one that is not understood is rejected, but a list of nothing else has changed its shape."""
    strange = 0
    for place, raw in enumerate(items):
        try:
            match = _decode_ror(bytes(raw), _Match, url)
            if bytes(match.organization) in (b"", b"null"):
                yield _ror_institution(_decode_ror(bytes(raw), _Organisation, url), url)
            elif match.chosen:
                yield _ror_institution(_decode_ror(bytes(match.organization), _Organisation, url), url)
        except UnexpectedFormat as error:
            strange += 1
            if strange == len(items):
                raise
            yield Rejected(CARD.name, f"{url} #{place}", f"not understood: {error}"[:200])


def _ror_institution(o: _Organisation, url: str) -> Institution | Rejected:
    own = _normalise_ror_id(o.id)
    if own is None:
        raise _ror_shape_error("an organisation without a ROR id", url)
    shown = _ror_names_of_kind(o, "ror_display") or _ror_names_of_kind(o, "label")
    if o.status == "withdrawn" or not shown:
        return Rejected(CARD.name, own, "withdrawn by ROR" if o.status == "withdrawn" else "no name")
    others = (*_ror_names_of_kind(o, "label"), *_ror_names_of_kind(o, "alias"), *_ror_names_of_kind(o, "acronym"))
    place = next((p.geonames_details for p in o.locations or [] if p.geonames_details), _Place())
    country = (place.country_code or "").strip().upper()
    latitude, longitude = _ror_coordinates(place)
    return Institution(
        source=CARD.name,
        source_id=own,
        name=shown[0],
        other_names=tuple(name for name in dict.fromkeys(others) if name != shown[0]),
        ids=(own,),
        country=country if len(country) == 2 else None,
        kind=_ror_kind(o.types or []),
        city=place.name or None,
        latitude=latitude,
        longitude=longitude,
        homepage=next(
            (page for k in o.links or [] if k.type == "website" and (page := ids.parse_page_url(k.value or ""))), None
        ),
        parents=tuple(
            dict.fromkeys(filter(None, (_normalise_ror_id(r.id) for r in o.relationships or [] if r.type == "parent")))
        ),
    )


def _ror_names_of_kind(o: _Organisation, kind: str) -> list[str]:
    """The organisation's names of one kind; a name may be of several."""
    found = (" ".join((name.value or "").split()) for name in o.names or [] if kind in (name.types or []))
    return [name for name in found if name]


def _ror_kind(types: list[str]) -> str | None:
    """What it is: most universities pay for research, too, so ``funder`` counts only where nothing else is said."""
    return next((kind for kind in types if kind in _KINDS), "other" if types else None)


def _ror_coordinates(place: _Place) -> tuple[float | None, float | None]:
    if place.lat is None or place.lng is None or abs(place.lat) > 90 or abs(place.lng) > 180:
        return None, None
    return place.lat, place.lng


def _normalise_ror_id(text: str | None) -> str | None:
    found = _ID.fullmatch((text or "").strip().lower())
    return f"ror:{found[1]}" if found else None


def _decode_ror(body: bytes, shape: type[T], url: str) -> T:
    try:
        return msgspec.json.decode(body, type=shape)
    except _BROKEN as error:
        raise _ror_shape_error(str(error)[:200], url) from None


def _ror_shape_error(why: str, url: str) -> UnexpectedFormat:
    return UnexpectedFormat(
        f"ROR's answer is not understood: {why}. Update the finder; if it is up to date, report this.", url
    )


async def complete(http: HttpClient, ask: FetchRequest) -> AsyncIterator[Response]:
    """The organisations asked for; what is unknown to ROR is passed over.

    Raises:
        SourceError: one could not be read; those before it were yielded.
    """
    for key in _ror_ids_to_fetch(ask):
        try:
            yield await http.get(CARD, f"/organizations/{key}", note="an organisation's record")
        except NotFound:
            continue


def _ror_ids_to_fetch(ask: FetchRequest) -> list[str]:
    known = (_normalise_ror_id(id_) for id_ in ask.ids if id_.startswith("ror:"))
    return [id_.removeprefix("ror:") for id_ in dict.fromkeys(filter(None, known))][: CARD.locates]


def plan(ask: FetchRequest) -> list[PlannedCall]:
    """One call an organisation; nothing for an interest."""
    wanted = _ror_ids_to_fetch(ask)
    return [PlannedCall("organisations' records", f"{CARD.base}/organizations/…", len(wanted), 0)] if wanted else []


PROBE = ProbeRequest("/organizations/04ttjf776")
SOURCE = Source(card=CARD, parse=parse, complete=complete, plan=plan, probe=PROBE)
