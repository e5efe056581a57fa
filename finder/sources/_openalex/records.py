"""From OpenAlex's answers to records: pure, lenient about what is missing, strict about what is not understood."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import TypeVar
from unicodedata import combining
from urllib.parse import urlsplit

import msgspec
from msgspec import structs

from finder.errors import UnexpectedFormat
from finder.model import Person, Rejected, Work
from finder.source import DumpFilter, Parsed, Response
from finder.sources._openalex import schemas
from finder.sources._openalex.people import SOURCE, parse_author_record, parse_institution_record
from finder.sources._openalex.texts import openalex_key
from finder.sources._openalex.works import parse_work_record

_KEPT = re.compile(r"(?:https?://openalex\.org/(?:works/|authors/|institutions/)?)?([WAI])\d+", re.IGNORECASE)
_KEPT_OR_OTHER = re.compile(r"https?://(?:api\.)?openalex\.org/\S+|[A-Z]\d+", re.IGNORECASE)
_AUTHOR = re.compile(r"openalex:A\d+")
_LINE = msgspec.json.Decoder(schemas.SnapshotLine)
OFF_TOPIC, NOT_NAMED = "not on the interest", "named by no work that is stored"
LOWER = "of lower quality (--xpac takes them in)"
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
T = TypeVar("T")


def parse(reply: Response) -> Iterator[Parsed]:
    """Records of a list or of a single answer; look-ups, counts and budgets hold none.

    Raises:
        UnexpectedFormat: the answer is an error, no JSON, or of a shape that is not understood.
    """
    body = _decode_openalex(reply.body, schemas.Envelope, reply.url)
    if body.error is not msgspec.UNSET:
        raise _openalex_shape_error(f"it says {body.error!s}: {body.message or 'no reason'}"[:300], reply.url)
    day = reply.fetched_at[:10]
    if isinstance(body.results, list):
        yield from _parse_openalex_list(body.results, day, reply.url)
    elif isinstance(body.id, str) and body.id:
        found = _parse_openalex_record(reply.body, day, listed=False)
        if isinstance(found, ValueError):
            raise _openalex_shape_error(str(found), reply.url)
        yield from (_add_former_id(one, reply.url) for one in found)
    elif body.group_by is msgspec.UNSET and body.rate_limit is msgspec.UNSET and body.results is msgspec.UNSET:
        raise _openalex_shape_error("neither a list nor a record", reply.url)


def _add_former_id(one: Parsed, url: str) -> Parsed:
    """An author who answers to another id than was asked for has both: OpenAlex found that they are one person."""
    former = f"openalex:{openalex_key(urlsplit(url).path)}"
    if isinstance(one, Person) and _AUTHOR.fullmatch(former) and former not in one.ids:
        return structs.replace(one, ids=(*one.ids, former))
    return one


def missing_author_keys(reply: Response, batch: str) -> list[str]:
    """Authors of a batch who are not in the list that was asked for: a list leaves out who was merged into another."""
    there = {openalex_key(id_) for id_ in _openalex_result_ids(reply.body)}
    return [key for key in batch.split("|") if key not in there]


def read_lines(name: str, lines: Iterable[bytes], wanted: DumpFilter, refused: Counter[str]) -> Iterator[Parsed]:
    """Records of a file of OpenAlex's snapshot, one JSON object a line; only what is wanted is read to the end.

    Raises:
        UnexpectedFormat: its first line is no record of OpenAlex.
    """
    words = [[word.encode() for word in words] for words in wanted.words]
    begun = False
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            seen = _LINE.decode(line)
            why = _line_skip_reason(seen, wanted, words)
        except _BROKEN as error:
            if not begun:
                raise _openalex_shape_error(f"its first line is no record ({str(error)[:100]})", name) from None
            yield Rejected(SOURCE, f"{name}:{number}", f"not understood: {str(error)[:200]}")
            continue
        if not begun and not _KEPT_OR_OTHER.fullmatch(seen.id or ""):
            raise _openalex_shape_error("its first line has no id of OpenAlex's", name)
        begun = True
        found = () if why else _parse_openalex_record(line, "", listed=False)
        if isinstance(found, ValueError):
            yield Rejected(SOURCE, f"{name}:{number}", f"not understood: {found}")
            continue
        for record in found:
            if wanted.words and isinstance(record, Work) and not matches_interest_words(record, wanted.words):
                why = OFF_TOPIC
            else:
                yield record
        if why:
            refused[why] += 1


def matches_interest_words(work: Work, interests: Iterable[tuple[str, ...]]) -> bool:
    """Whether a work's text has, for one of some interests, a word that begins like each of its words."""
    text = _fold_openalex_text(" ".join((work.title, work.abstract or "", *work.keywords)))
    return any(all(_word_prefix_pattern(word).search(text) for word in words) for words in interests)


@cache
def _word_prefix_pattern(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_]){re.escape(word)}")


def _fold_openalex_text(text: str) -> str:
    """In lower case and without accents, as the full text has it."""
    text = text.casefold()
    return text if text.isascii() else "".join(c for c in unicodedata.normalize("NFKD", text) if not combining(c))


def _line_skip_reason(seen: schemas.SnapshotLine, wanted: DumpFilter, words: list[list[bytes]]) -> str:
    """Why a line is not wanted, as far as that shows at a glance; empty where it may be."""
    kind, key = _KEPT.fullmatch(seen.id or ""), openalex_key(seen.id)
    if not kind:
        return "neither works nor people nor institutions"
    if kind.group(1).upper() != "W":
        return NOT_NAMED if wanted.named is not None and f"openalex:{key}" not in wanted.named else ""
    if seen.is_xpac and not wanted.hidden:
        return LOWER
    day = seen.publication_date or (f"{seen.publication_year}" if seen.publication_year else "")
    if wanted.types and seen.type not in wanted.types:
        return "of another type"
    if (wanted.since or wanted.until) and not day:
        return "without a date"
    if day < wanted.since[: len(day)]:
        return f"before {wanted.since}"
    if wanted.until and day > wanted.until:
        return f"after {wanted.until}"
    if words:
        texts = _line_search_text(seen)
        if not any(all(word in texts for word in each) for each in words):
            return OFF_TOPIC
    return ""


def _line_search_text(seen: schemas.SnapshotLine) -> bytes:
    """All words of a work, in no order; those of an abstract are looked at as they stand in its index, if they can."""
    named = [n.display_name or "" for n in (*(seen.keywords or ()), *(seen.topics or ()), seen.primary_topic) if n]
    texts, abstract = [seen.title or seen.display_name or "", *named], bytes(seen.abstract_inverted_index).lower()
    if not abstract.isascii() or b"\\u" in abstract:
        words = msgspec.json.decode(seen.abstract_inverted_index)
        texts, abstract = [*texts, *(words if isinstance(words, dict) else ())], b""
    return _fold_openalex_text(" ".join(texts)).encode() + b" " + abstract


def is_complete_openalex_list(body: bytes) -> bool:
    """Whether a list is whole: a slow search answers 200 with what it had and says ``timed_out``."""
    return not peek_list_meta(body).timed_out


@lru_cache(maxsize=16)
def peek_list_meta(body: bytes) -> schemas.Meta:
    """``meta`` of a list, empty where there is none."""
    try:
        return msgspec.json.decode(body, type=schemas.ListResponse).meta or schemas.Meta()
    except _BROKEN:
        return schemas.Meta()


def has_all_new_works(head: Response) -> bool:
    """Whether the first page of a list holds all that is new in it since the same page was read before.

    It does where the list has grown by just as many works as the page has that it had not: those that stand further
    down would be counted too.
    """
    if head.before is None or not (head.complete and head.before.complete):
        return False
    count, was = peek_list_meta(head.body).count, peek_list_meta(head.before.body).count
    return (
        count is not None
        and was is not None
        and count - was == len(_openalex_result_ids(head.body) - _openalex_result_ids(head.before.body))
    )


def _openalex_result_ids(body: bytes) -> set[str]:
    try:
        return {one.id for one in msgspec.json.decode(body, type=schemas.Choices).results or [] if one.id}
    except _BROKEN:
        return set()


def typeahead_choices(body: bytes) -> list[tuple[str, str]]:
    """``(id, name)`` of a type-ahead's lines."""
    try:
        found = msgspec.json.decode(body, type=schemas.Choices).results or []
    except _BROKEN:
        return []
    return [(c.id, c.display_name) for c in found if c.id and c.display_name]


def _openalex_shape_error(why: str, url: str) -> UnexpectedFormat:
    return UnexpectedFormat(
        f"OpenAlex's answer is not understood: {why}. Update the finder; if it is up to date, report this.", url
    )


def _decode_openalex(body: bytes, shape: type[T], url: str) -> T:
    try:
        return msgspec.json.decode(body, type=shape)
    except _BROKEN as error:
        raise _openalex_shape_error(str(error)[:200], url) from None


def _parse_openalex_list(results: list[msgspec.Raw], day: str, url: str) -> Iterator[Parsed]:
    """Records of a list; one that is not understood is rejected, but a list of nothing else has changed its shape."""
    strange = 0
    for place, raw in enumerate(results):
        found = _parse_openalex_record(bytes(raw), day, listed=True)
        if isinstance(found, ValueError):
            strange += 1
            if strange == len(results):
                raise _openalex_shape_error(str(found), url)
            yield Rejected(SOURCE, f"{url} #{place}", f"not understood: {found}")
        else:
            yield from found


def _parse_openalex_record(raw: bytes, day: str, *, listed: bool) -> tuple[Parsed, ...] | ValueError:
    """The record of one JSON object, none for kinds that are not kept, or why it is not understood."""
    try:
        head = msgspec.json.decode(raw, type=schemas.RecordHead)
        kind = _KEPT.fullmatch(head.id or "")
        if not kind or head.entity_type:
            return () if head.id else ValueError("it has no id")
        match kind.group(1).upper():
            case "W":
                return (parse_work_record(msgspec.json.decode(raw, type=schemas.Publication), day, listed=listed),)
            case "A":
                return (parse_author_record(msgspec.json.decode(raw, type=schemas.AuthorRecord), day),)
            case _:
                return (parse_institution_record(msgspec.json.decode(raw, type=schemas.InstitutionRecord)),)
    except _BROKEN as error:
        return ValueError(str(error)[:200])
