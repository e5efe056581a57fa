"""Submissions and published papers as OpenReview's notes tell of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from finder import ids
from finder.model import Authorship, Rejected, Work, split_joint_authors
from finder.sources._openreview.values import (
    openreview_profile_id,
    unwrap_value,
    value_integer,
    value_line,
    value_list,
    value_person_name,
    value_text,
)

SOURCE = "openreview"
_SUBMITTED = re.compile(r"submitted|submission|reject|withdr", re.IGNORECASE)
_ARXIV = re.compile(r"arxiv(?:\.org/(?:abs|pdf)/|[:.])((?:[a-z.-]+/\d{7})|(?:\d{4}\.\d{4,5}))", re.IGNORECASE)
_RECORD = re.compile(r"dblp:[a-z]+/[^\s/]+/\S+")
_DATES = ("pdate", "odate", "cdate", "tcdate")  # published, made public, written, entered
_NOBODY = frozenset({"", "anonymous", "anonymous author", "anonymous authors"})


def parse_openreview_note(note: dict[str, Any]) -> Work | Rejected:
    """A note as a work, or why it is none; reviews and comments stand in the forum of another note."""
    content = note["content"]
    key, forum, title, when = (
        value_line(note.get("id")),
        value_line(note.get("forum")),
        value_line(content.get("title")),
        _note_date(note),
    )
    authors = _note_authorships(content)
    why = (
        "no id"
        if not key
        else "not a paper"
        if forum and forum != key
        else "no title"
        if not title
        else "no date"
        if not when
        else "no authors"
        if not authors
        else None
    )
    if why:
        return Rejected(SOURCE, key or "a note", why)
    venue, venue_id = value_line(content.get("venue")), value_line(content.get("venueid"))
    return Work(
        source=SOURCE,
        source_id=key,
        title=title,
        date=when,
        authorships=split_joint_authors(authors),
        abstract=value_text(content.get("abstract")).strip() or value_line(content.get("TL;DR")) or None,
        keywords=_note_keywords(content.get("keywords")),
        venue=venue if venue != title else None,
        ids=tuple(dict.fromkeys(_note_work_ids(note, content))),
        url=ids.parse_page_url(f"https://openreview.net/forum?id={key}"),
        published=bool(venue or venue_id) and not _SUBMITTED.search(f"{venue_id} {venue if venue != title else ''}"),
    )


def _note_date(note: dict[str, Any]) -> str:
    """The day; the first moment of a year stands for the year alone, as bibliographies give it."""
    moments = (value_integer(note.get(name)) for name in _DATES)
    try:
        day = datetime.fromtimestamp(next(m for m in moments if m and m > 0) / 1000, UTC)
    except (StopIteration, ValueError, OverflowError, OSError):
        return ""
    return f"{day.year:04d}" if (day.month, day.day, day.hour, day.minute) == (1, 1, 0, 0) else f"{day.date()}"


def _note_authorships(content: dict[str, Any]) -> tuple[Authorship, ...]:
    """Names with their profiles; ids in a list of their own belong to them only if there are as many."""
    printed = value_list(content.get("authors"))
    keys = value_list(content.get("authorids"))
    if len(keys) != len(printed):
        keys = [None] * len(printed)
    found = [_note_authorship(unwrap_value(author), key) for author, key in zip(printed, keys, strict=True)]
    return () if all(author.name.casefold() in _NOBODY for author in found) else tuple(found)


def _note_authorship(author: Any, key: Any) -> Authorship:
    """One name as printed; without one it keeps its place in the row, so that first and last stay right."""
    if isinstance(author, dict):
        key = author.get("username") or key
        author = author.get("fullname") or author.get("name")
    profile = openreview_profile_id(key)
    known = profile or ids.parse_dblp_pid(value_text(key))
    return Authorship(value_person_name(author), (known,) if known else ())


def _note_keywords(value: Any) -> tuple[str, ...]:
    words = [value_line(word) for word in value_list(value)] or [
        value_line(word) for word in re.split(r"[,;]", value_text(value))
    ]
    return tuple(dict.fromkeys(filter(None, words)))


def _note_work_ids(note: dict[str, Any], content: dict[str, Any]) -> Iterator[str]:
    given = [value_text(one) for one in value_list(note.get("externalIds"))]
    page = value_text(content.get("html"))
    for one in (*given, page if "doi.org/" in page else ""):
        if doi := ids.parse_doi(one):
            yield doi
        if _RECORD.fullmatch(one):
            yield one
    for one in (*given, page, value_text(content.get("pdf"))):
        if found := _ARXIV.search(one):
            yield f"arxiv:{found[1].lower()}"
