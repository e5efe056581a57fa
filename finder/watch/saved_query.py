"""What a watch looks for, as it is kept: a query without its day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

import msgspec

from finder.answers import scoring_scheme
from finder.answers.query import Query
from finder.errors import UsageError
from finder.ranking.advisor_score import drop_former_weights
from finder.storage.watches import LONGEST, Watch
from finder.text.names import is_topic

TOP = 100  # people of a list that are watched where the query does not say
_SPAN = re.compile(r"(\d{1,3})\s*(d|w|m|day|week|month)s?", re.IGNORECASE)
_DAYS = {"d": 1, "w": 7, "m": 30}


def encode_saved_query(query: Query) -> dict[str, Any]:
    """A query as it is kept: only what differs from the usual, and no day.

    Raises:
        UsageError: its weights make no sense, or it is about a text, which no source can be searched for.
    """
    if not is_topic(query.interest):
        raise UsageError("Sources cannot be searched for a text. To watch it, name its topic in a few words.")
    scoring_scheme(query)
    usual = Query("x", query.as_of)
    told = {one.name: getattr(query, one.name) for one in fields(query) if one.name != "as_of"}
    return msgspec.to_builtins({name: value for name, value in told.items() if value != getattr(usual, name, None)})


def query_of_watch(watch: Watch, as_of: date) -> Query:
    """The query of a watch on a day.

    Raises:
        UsageError: it was kept by another version of the finder and means nothing here.
    """
    known = {one.name for one in fields(Query)}
    if strange := set(watch.wish) - known:
        raise UsageError(f"The watch “{watch.name}” asks for {', '.join(sorted(strange))}. Update the finder.")
    try:
        weights = drop_former_weights(watch.wish.get("weights", {}))
        return msgspec.convert({**watch.wish, "weights": weights, "as_of": as_of}, Query)
    except msgspec.ValidationError as error:
        raise UsageError(f"The watch “{watch.name}” is not understood: {error}. Remove it and add it anew.") from None


def widen_query(query: Query, share: float) -> Query:
    """The same query for a longer list, so that whoever stands near its end is known too."""
    return replace(query, top=round(query.top * share))


def parse_day_span(text: str) -> int:
    """Days between refreshes as somebody types them.

    >>> parse_day_span("7d"), parse_day_span("2 weeks"), parse_day_span("10")
    (7, 14, 10)

    Raises:
        UsageError: it is no such span.
    """
    if text.strip().isascii() and text.strip().isdigit():
        return int(text)
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"“{text}” is no span of days. Say it like 7d or 2w.")
    return int(found[1]) * _DAYS[found[2][0].lower()]


def default_watch_name(query: Query, taken: Iterable[str]) -> str:
    """A name for a watch that was given none: its interest, its countries, and a number where that is taken."""
    place = f" ({', '.join(query.countries)})" if query.countries else ""
    name = (" ".join(query.interest.split()) + place)[: LONGEST - 4].strip()
    used = {one.casefold() for one in taken}
    return next(tried for n in range(1, 10_000) if (tried := name if n == 1 else f"{name} {n}").casefold() not in used)


def describe_saved_query(query: Mapping[str, Any]) -> str:
    """What a kept query asks beside its interest, in words; empty where that is nothing."""
    told = []
    for name, value in query.items():
        if name in ("interest", "half_life", "related"):
            continue
        if isinstance(value, Mapping):
            shown = ", ".join(f"{key} {number:g}" for key, number in sorted(value.items()))
        else:
            shown = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        told.append(f"{name.replace('_', ' ')}: {shown}")
    return "; ".join(told)
