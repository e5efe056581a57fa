"""A source is a value: a card that says how to treat it, and two functions.

``fetch`` only asks: it turns an :class:`FetchRequest` into replies through the one door to the network. ``parse`` only
reads: it is pure, and raises :class:`~finder.errors.UnexpectedFormat` at what it does not understand.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Literal, NamedTuple, Protocol
from urllib.parse import parse_qsl, urlsplit

from finder.decoding import decode_bytes
from finder.errors import UnexpectedFormat
from finder.model import Grant, Institution, Person, Posting, Rejected, Statement, Work

Parsed = Work | Person | Institution | Statement | Grant | Posting | Rejected


@dataclass(frozen=True)
class SourceInfo:
    """What a source is, and the manners it asks for.

    Attributes:
        name: file name, source name and setting name at once (``FINDER_<NAME>_URL``).
        base: default base URL, without a trailing slash.
        pace: requests a second that the host allows (with a key where ``keyed_pace`` is not set).
        keyed_pace: the same with a key.
        concurrency: requests under way at once.
        key_name: setting that holds the key (``openalex_key``); None when there are no keys.
        key_param: query parameter that carries the key; stripped from whatever is kept.
        key_header: request header that carries it instead, with what stands before the key, if anything:
            ``x-api-key``, ``Authorization: Bearer``. Sent under ``base`` only.
        key_help: one sentence: where a key comes from.
        credits: allowance a day in the source's own units (without key, with key); None where it has none.
        credit_headers: response headers: (limit, remaining, cost of this call, seconds until the reset).
        cadence_days: after how many days, or parts of one, an answer counts as old.
        expects: content type that a good answer has ("json", "html", "text").
        default_on: asked unless switched off.
        completes: scheme of the ids whose whole record ``complete`` fetches ("openalex", "orcid", "homepage", …).
        rests: days for which it is left alone after it has refused us.
        rests_unreached: it rests as long after it could not be reached: nobody waits for it at every question.
        most: people at most that one collection completes there.
        locates: institutions at most whose records one collection fetches there; 0 where it has none.
        heeds_robots: robots.txt holds under ``base`` too, because it is no interface offered to programs at large.
        adds: what an answer gains by it, in one line.
        compares: ``fetch`` finds by itself what is new since ``FetchRequest.known``, whatever its date; other
            sources are asked for works of the time since only.
    """

    name: str
    title: str
    home: str
    terms: str
    base: str
    pace: float
    keyed_pace: float | None = None
    concurrency: int = 4
    key_name: str | None = None
    key_param: str | None = None
    key_header: str = ""
    key_help: str = ""
    credits: tuple[int, int] | None = None
    credit_headers: tuple[str, str, str, str] | None = None
    cadence_days: float = 7
    expects: Literal["json", "html", "text"] = "json"
    default_on: bool = True
    completes: str = ""
    rests: int = 0
    rests_unreached: bool = False
    most: int = 300
    locates: int = 0
    heeds_robots: bool = False
    adds: str = ""
    compares: bool = False


@dataclass(frozen=True)
class FetchRequest:
    """What a collection wants to know.

    Attributes:
        interest: the user's words.
        since, until: dates of the works asked for, both inclusive.
        ids: people, works or institutions to complete, with scheme (``openalex:A5…``); when given, only these are
            asked for.
        names: the name that goes with each of ``ids``, where the source needs one.
        limit: at most this many works per source.
        today: the day the question is asked.
        keyed: whether the source's key is set (what it may do depends on it).
        known: ISO moment up to which everything that is asked for here came in; empty where that never was so.
    """

    interest: str
    since: date
    until: date
    today: date
    ids: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    countries: tuple[str, ...] = ()
    limit: int = 5000
    keyed: bool = False
    known: str = ""


@dataclass(frozen=True)
class Response:
    """One answer of a source, as kept.

    Attributes:
        url: what was asked, without the key.
        fetched_at: ISO time in UTC.
        complete: False where the source itself said that the answer is partial.
        note: what ``fetch`` knows that the body does not say (e.g. which part of a plan it answers).
        from_cache: nothing was sent for it.
        id: under which the store keeps it: the provenance of the records read from it.
        before: what was kept for the same question at ``FetchRequest.known``, where that was given and something was.
    """

    source: str
    url: str
    status: int
    body: bytes
    fetched_at: str
    headers: dict[str, str] = field(default_factory=dict)
    complete: bool = True
    note: str = ""
    from_cache: bool = False
    id: int | None = None
    before: Response | None = None

    def decode_body(self, most: int) -> str:
        """The first ``most`` bytes as text, in the encoding in which they were written."""
        kind = self.headers.get("content-type", "")
        return decode_bytes(self.body[:most], kind, cut=len(self.body) > most).text


def request_page_size(url: str, name: str, usual: int) -> int:
    """How many entries a page was asked for, by a parameter of its address."""
    value = dict(parse_qsl(urlsplit(url).query)).get(name, "")
    return min(int(value), usual) if value.isdecimal() and len(value) < 9 else usual


class ListPage(NamedTuple):
    """What a page of a list says about the whole: by it a list that ends before its own count is known.

    Attributes:
        here: entries on this page.
        total: entries of the list, as the source counts them.
        size: entries that a page has at most.
        more: whether the source names a page after this one; None where it never does.
        rough: the source only estimates ``total``.
    """

    here: int
    total: int
    size: int
    more: bool | None = None
    rough: bool = False


@dataclass(frozen=True)
class PlannedCall:
    """One planned call of ``finder collect --plan``: what for, how many at most, and what each costs in credits."""

    purpose: str
    url: str
    calls: int
    credits_each: int


@dataclass(frozen=True)
class ProbeRequest:
    """One small question that the service answers whenever it works, to test it: what ``HttpClient.get`` takes."""

    path: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    credits: int = 0


class HttpClient(Protocol):
    """What a source sees of the network (implemented by ``finder.http.CachingHttpClient``)."""

    def has_key(self, card: SourceInfo) -> bool:
        """Whether the user gave a key for this source, and it may go where that is asked."""
        ...

    async def get(
        self,
        card: SourceInfo,
        path: str,
        params: dict[str, Any] | None = None,
        *,
        note: str = "",
        check: Callable[[bytes], bool] | None = None,
        known: str = "",
    ) -> Response:
        """GET ``card``'s base URL + ``path`` (or an absolute URL); ``check`` says whether a body is complete.

        What was kept by the moment ``known`` is asked for anew, and given as ``before``.

        Raises:
            SourceError: there is no good answer; the subclass says why.
        """
        ...

    async def post(
        self,
        card: SourceInfo,
        path: str,
        question: dict[str, Any],
        *,
        note: str = "",
        check: Callable[[bytes], bool] | None = None,
    ) -> Response:
        """The same for a search that wants its question as JSON in the body: it changes nothing there."""
        ...


@dataclass(frozen=True)
class DumpFilter:
    """Which records of a source's whole dump are taken in.

    Attributes:
        words: for each interest how its words begin, in lower case and without accents: a work holds all words of one.
            Empty: any work.
        since, until: ISO dates of works, both inclusive; empty where there is no bound.
        types: the source's own names of kinds of works; empty: any.
        named: ids, as in records, of the people and institutions that are taken in; None: any.
        hidden: works, too, that the source itself keeps out of its answers, being of lower quality.
    """

    words: tuple[tuple[str, ...], ...] = ()
    since: str = ""
    until: str = ""
    types: frozenset[str] = frozenset()
    named: AbstractSet[str] | None = None
    hidden: bool = False


Check = Callable[[bytes], bool]
Fetch = Callable[[HttpClient, FetchRequest], AsyncIterator[Response]]
Parse = Callable[[Response], Iterator[Parsed]]
Plan = Callable[[FetchRequest], list[PlannedCall]]


class ReadFile(Protocol):
    """Reads a file that is on disk, of a name; ``most`` bounds what it may take in memory."""

    def __call__(self, name: str, data: bytes, *, most: int = ...) -> Iterator[Parsed]:
        """The records of it."""
        ...


class InputFile(NamedTuple):
    """A file on disk, by its name without folders."""

    name: str
    data: bytes


class ReadFiles(Protocol):
    """Reads files that explain each other; ``most`` bounds what each may take in memory."""

    def __call__(self, files: Sequence[InputFile], *, most: int = ...) -> Iterator[Parsed]:
        """The records of all of them."""
        ...


@dataclass(frozen=True)
class Source:
    """A source of works, people or institutions; found by :func:`discover_sources` when a module names it ``SOURCE``.

    Attributes:
        read_files: the same as ``read_file`` of all files together, where one explains another.
        belongs: whether a file, by its name and first bytes, is one of this source's; others are skipped.
        read_lines: for dumps that are read a line at a time: the records of a file's lines that are wanted; why and how
            many others are not is counted.
        probe: None where there is no question but about somebody.
        page: what an answer says about the list that it is a page of; None of one that is no such page.
    """

    card: SourceInfo
    parse: Parse
    fetch: Fetch | None = None
    complete: Fetch | None = None
    plan: Plan | None = None
    read_file: ReadFile | None = None
    read_files: ReadFiles | None = None
    belongs: Callable[[str, bytes], bool] | None = None
    read_lines: Callable[[str, Iterable[bytes], DumpFilter, Counter[str]], Iterator[Parsed]] | None = None
    probe: ProbeRequest | None = None
    page: Callable[[Response], ListPage | None] | None = None


def parse_response(source: Source, reply: Response) -> list[Parsed]:
    """All that a reply says, whatever the parser may have stumbled over.

    Raises:
        SourceError: it is not understood.
    """
    try:
        return list(source.parse(reply))
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        why = f"{source.card.title}'s answer could not be read ({type(error).__name__}). Please report this."
        raise UnexpectedFormat(why, reply.url) from error


@cache
def discover_sources(package: str = "finder.sources") -> dict[str, Source]:
    """All sources of a package by name; a new one is one new file."""
    found: dict[str, Source] = {}
    folder = importlib.import_module(package)
    for module in sorted(info.name for info in pkgutil.iter_modules(folder.__path__)):
        source = getattr(importlib.import_module(f"{package}.{module}"), "SOURCE", None)
        if isinstance(source, Source):
            found[source.card.name] = source
    return found
