"""Grants as shown with people: running ones first that are on the interest, with what they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from finder.features import funding
from finder.model import Grant
from finder.ranking.evidence_text import http_url_or_none
from finder.ranking.query_expansion import strip_plural
from finder.results import Evidence, RunningGrant
from finder.storage import Snapshot, Store
from finder.storage.watches import opaque_token
from finder.text.names import content_words, is_topic, text_key

MOST = 5  # grants of one person that are shown


def find_grants(
    store: Store, snapshot: Snapshot, people: pl.DataFrame, as_of: date, interest: str | None
) -> dict[int, list[RunningGrant]]:
    """Running grants by author: those on the interest first, then those they lead, then those that run longest."""
    rows = funding.find_running(snapshot, people, as_of)
    if rows.is_empty():
        return {}
    texts = store.records.get_records(rows["record"].unique().to_list(), Grant)
    phrases = split_topic(interest)
    on_topic = {record: says_phrase(phrases, grant) for record, grant in texts.items()}
    found: dict[int, list[RunningGrant]] = {}
    for row in rows.iter_rows(named=True):
        found.setdefault(row["author"], []).append(
            {
                "title": row["title"],
                "funder": row["funder"],
                "number": row["number"],
                "amount": row["amount"],
                "currency": row["currency"],
                "start": row["start"],
                "end": row["end"],
                "begins": row["begins"],
                "institution": row["institution"],
                "country": row["country"],
                "programme": row["programme"],
                "lead": row["lead"],
                "ground": row["ground"],
                "on_topic": on_topic.get(row["record"], False) if phrases else None,
                "url": http_url_or_none(row["url"]),
                "source": ", ".join(row["sources"]),
                "key": opaque_token("grant", (row["number"] or row["title"]).casefold()),
            }
        )
    for grants in found.values():
        grants.sort(key=lambda one: one["end"], reverse=True)
        grants.sort(key=lambda one: (not one["on_topic"], not one["lead"]))
    return {author: grants[:MOST] for author, grants in found.items()}


def split_topic(interest: str | None) -> list[set[str]]:
    """The words that count of each phrase of a topic; none of a text."""
    topic = interest if interest and is_topic(interest) else ""
    return [stem_words(content_words(phrase)) for phrase in topic.split(",") if phrase.strip()]


def says_phrase(phrases: Sequence[set[str]], grant: Grant) -> bool:
    """Whether a grant's title, keywords or abstract say all words of one of the phrases."""
    said = stem_words(text_key(" ".join((grant.title, *grant.keywords, grant.abstract or ""))).split())
    return any(phrase <= said for phrase in phrases)


def stem_words(words: Sequence[str]) -> set[str]:
    """Words without the English plural, folded.

    >>> sorted(stem_words(["Networks", "bias"]))
    ['bia', 'network']
    """
    return {strip_plural(word) for text in words for word in (text_key(text) or text.lower()).split()}


def describe_grant(grant: RunningGrant) -> str:
    """A grant in a few words: on what, from when to when, and whose money it is.

    >>> describe_grant({"on_topic": True, "begins": False, "start": "2024-09-01", "end": "2029-08-31", "funder": "NSF",
    ...                 "title": "Owls", "amount": None, "currency": None})
    'grant on this topic until 2029-08 (NSF): “Owls”'
    """
    about = " on this topic" if grant["on_topic"] else ""
    begins = f" from {grant['start'][:7]}" if grant["begins"] else ""
    return f"grant{about}{begins} until {grant['end'][:7]} ({_describe_money(grant)}): “{grant['title']}”"


def _describe_money(grant: RunningGrant) -> str:
    """The funder, and the amount as it was published."""
    if not grant["amount"] or not grant["currency"]:
        return grant["funder"]
    return f"{grant['funder']}, {grant['amount']:,.0f} {grant['currency']}"


def claim_grants(grants: Sequence[RunningGrant]) -> list[Evidence]:
    """Grants as pieces of evidence, each with how it is known to be theirs."""
    return [
        {
            "claim": f"{'leads' if one['lead'] else 'takes part in'} {describe_grant(one)}; known by {one['ground']}",
            "source": one["source"],
            "url": one["url"],
            "date": one["start"],
        }
        for one in grants
    ]


def find_uncovered(snapshot: Snapshot, posts: pl.DataFrame) -> list[str]:
    """Countries where people are now and of which no grant is stored, those of most people first."""
    covered = snapshot.load_table("raw_grants")["country"].drop_nulls().unique()
    here = posts.filter("current").select("author", "country").drop_nulls().unique()
    counted = here.group_by("country").len().filter(~pl.col("country").is_in(covered.implode()))
    return counted.sort(["len", "country"], descending=[True, False])["country"].to_list()
