"""Doctoral networks, graduate schools and searches elsewhere, shown beside open positions: places without a posting."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date
from urllib.parse import quote_plus

import polars as pl

from finder import reference_data
from finder.answers.funding import says_phrase, split_topic, stem_words
from finder.model import Affiliation, Grant
from finder.ranking.evidence_text import http_url_or_none
from finder.reference_data import country_name
from finder.results import Programme, WebSearch
from finder.storage import Snapshot, Store
from finder.text.names import is_topic

NETWORKS = ("cordis",)
"""Sources of grants that are doctoral networks."""
MOST = 10
LONGEST_QUERY = 120  # signs of a search elsewhere
# words of fields that say little alone
_COMMON = frozenset(stem_words(["science", "system", "systems", "processing"]))


def find_programmes(
    store: Store,
    snapshot: Snapshot,
    interest: str,
    as_of: date,
    kinds: Sequence[str] = (),
    countries: Sequence[str] = (),
) -> list[Programme]:
    """Doctoral networks that run and say the interest's words, then curated programmes of its field.

    Args:
        kinds: of positions that are wanted; none of these is for anything but a PhD.
        countries: ISO codes, one of which has to be among theirs; empty is anywhere.
    """
    if (kinds and "phd" not in kinds) or not is_topic(interest):
        return []
    wanted = {code.upper() for code in countries}
    found = [*_find_networks(store, snapshot, interest, as_of), *_find_curated(interest)]
    fitting = [one for one in found if not wanted or not one["countries"] or wanted & set(one["countries"])]
    return fitting[:MOST]


def _find_networks(store: Store, snapshot: Snapshot, interest: str, as_of: date) -> list[Programme]:
    running = snapshot.load_table("raw_grants").filter(
        pl.col("source").is_in(NETWORKS), pl.col("end").is_null() | (pl.col("end") >= as_of.isoformat())
    )
    phrases = split_topic(interest)
    grants = store.records.get_records(running["record"].to_list(), Grant).values() if running.height else ()
    fitting = sorted(
        (one for one in grants if says_phrase(phrases, one)), key=lambda one: one.start or "", reverse=True
    )
    return [
        {
            "kind": "doctoral network",
            "name": one.title,
            "url": http_url_or_none(one.url),
            "usual_deadline": None,
            "institutions": [place.institution for place in _list_members(one)],
            "countries": sorted({place.country for place in _list_members(one) if place.country}),
            "start": one.start,
            "end": one.end,
            "source": one.source,
            "seen_at": None,
            "seen": None,
        }
        for one in fitting
    ]


def _list_members(grant: Grant) -> list[Affiliation]:
    return [place for place in (grant.institution, *grant.partners) if place]


def _find_curated(interest: str) -> list[Programme]:
    """Programmes put together by hand of whose fields the interest names a telling word."""
    said = stem_words(interest.split()) - _COMMON
    rows = [
        row
        for row in reference_data.load_reference_rows("programmes")
        if said & stem_words(row["fields"].replace("|", " ").split())
    ]
    return [
        {
            "kind": "doctoral programme",
            "name": row["name"],
            "url": http_url_or_none(row["link"]),
            "usual_deadline": calendar.month_name[int(row["month"])] if row["month"] else None,
            "institutions": [],
            "countries": list(filter(None, row["countries"].split("|"))),
            "start": None,
            "end": None,
            "source": "curated",
            "seen_at": row["seen_at"],
            "seen": row["seen"],
        }
        for row in rows
    ]


def find_searches(interest: str, kinds: Sequence[str] = ()) -> list[WebSearch]:
    """Searches on boards without an open feed, to be opened in a browser: nothing there is read by the finder."""
    if not is_topic(interest):
        return []
    words = quote_plus(" ".join(interest.split())[:LONGEST_QUERY])
    rows = reference_data.load_reference_rows("searches")
    fitting = [row for row in rows if not kinds or set(kinds) & set(row["kinds"].split("|"))]
    return [{"name": row["name"], "url": row["address"].replace("{words}", words)} for row in fitting]


def describe_programme(row: Programme) -> str:
    """A programme in a line: what it is, where, and when.

    >>> describe_programme({"kind": "doctoral programme", "name": "School of Owls", "countries": ["DE"], "start": None,
    ...                     "end": None, "institutions": [], "usual_deadline": "May", "seen": "2026-11-30"})
    'School of Owls (doctoral programme, Germany); applications usually close in May, as seen 2026-11-30'
    """
    places = ", ".join(map(country_name, row["countries"]))
    said = f"{row['name']} ({row['kind']}{f', {places}' if places else ''})"
    if row["start"] and row["end"]:
        said += f"; runs from {row['start'][:7]} to {row['end'][:7]}"
    if row["institutions"]:
        said += f"; {'; '.join(row['institutions'][:4])}" + (" and others" if len(row["institutions"]) > 4 else "")
    if row["usual_deadline"]:
        said += f"; applications usually close in {row['usual_deadline']}, as seen {row['seen']}"
    return said
