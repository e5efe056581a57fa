"""All that is held on somebody, with where each piece came from and when: for whoever asks what is stored of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import msgspec
import polars as pl

from finder import answers
from finder.answers import corrections, lookup
from finder.answers.lookup import PersonReference
from finder.model import Grant, Person, Statement, Work
from finder.outreach import identity_tracking
from finder.outreach.export_cells import clean_text
from finder.results import NamedOpening
from finder.storage import Snapshot, Store
from finder.storage.judgements import Sighting
from finder.text.names import name_key

NOTHING = "Nothing is held on them."


def subject_access_report(store: Store, who: str, as_of: date) -> dict[str, Any]:
    """Everything that is stored of one person, by author id, another id, or name.

    Returns:
        ``asked``, ``held`` (how many records name them), ``suppressed`` ("forgotten", "hidden" or None, as far as the
        id or name that was asked for tells) and, where something is held, who it is and the pieces.

    Raises:
        UsageError: it was not understood who is meant, more than one is, or nobody of that name but others of a name
            like it: the message lists the ids to choose from.
    """
    snapshot = store.snapshots.snapshot_or_none()
    asked = lookup.interpret_person_text(snapshot, who) if snapshot else lookup.parse_person_reference(who)
    found: dict[str, Any] = {
        "asked": who,
        "as_of": as_of.isoformat(),
        "held": 0,
        "suppressed": _suppression_status(store, asked),
    }
    if snapshot is None:
        return found
    if lookup.matching_authors(snapshot, asked).is_empty() and (
        found["suppressed"] or not _may_match_author(snapshot, asked)
    ):
        return found
    author = lookup.resolve_author(snapshot, who)
    person = snapshot.load_table("authors").row(by_predicate=pl.col("author") == author, named=True)
    sighted = snapshot.load_table("sightings").filter(pl.col("author") == author)
    told = snapshot.load_table("statements").filter(pl.col("author") == author)["record"]
    funded = snapshot.load_table("grant_holders").filter(pl.col("author") == author)
    named = pl.concat([sighted.select("record", "position"), funded.select("record", "position")])
    records = list(_person_records(store, named, told.to_list()))
    return found | {
        "held": len(records),
        "name": person["name"],
        "author_id": person["author_id"],
        "ids": sorted(person["ids"]),
        "homepage": person["homepage"],
        "records": records,
        "answers": _source_responses(store, records),
        "judgements": _author_judgements(store, author),
        "shortlist": _author_shortlist(store, author),
        "postings": _author_postings(store, person["author_id"], as_of),
    }


def _may_match_author(snapshot: Snapshot, asked: PersonReference) -> bool:
    """Whether somebody who is stored may be meant by what nobody bears: then it is not said that nothing is held."""
    return asked.page is not None or bool(lookup.suggest_similar_authors(snapshot, asked))


def _suppression_status(store: Store, asked: PersonReference) -> str | None:
    erased = store.suppressions.erasure_list()
    if erased is not None and (
        asked.suppression_token in erased or f"name|{name_key(asked.name or asked.text)}" in erased
    ):
        return "forgotten"
    return "hidden" if store.suppressions.which_suppressed([asked.suppression_token]) else None


def _person_records(store: Store, sighted: pl.DataFrame, told: list[int]) -> Iterator[dict[str, Any]]:
    """Each record that names them: where it is from, and what of it is about them."""
    at: dict[int, list[int]] = dict(sighted.group_by("record").agg("position").iter_rows())
    numbers: list[int] = sorted({*at, *told})
    rows = store.records.record_provenance(numbers)
    for id_ in numbers:
        row = rows[id_]
        piece = _record_excerpt(row.kind, row.body, at.get(id_, []))
        yield {
            "source": row.source,
            "kind": row.kind,
            "source_id": row.source_id,
            "fetched_at": row.fetched_at,
            "last_seen": row.seen or row.fetched_at[:10],
            "asked": row.asked,
            **piece,
        }


def _record_excerpt(kind: str, body: str, positions: list[int]) -> dict[str, Any]:
    if kind == "work":
        work = msgspec.json.decode(body, type=Work)
        own = [one for n, one in enumerate(work.authorships) if n in positions]
        page = {"title": work.title, "date": work.date, "url": work.url, "venue": work.venue}
        return {**page, "authorships": msgspec.to_builtins(own)}
    if kind == "person":
        return {"person": msgspec.to_builtins(msgspec.json.decode(body, type=Person))}
    if kind == "grant":
        grant = msgspec.json.decode(body, type=Grant)
        own_names = [one for n, one in enumerate(grant.investigators) if n in positions]
        page = {"title": grant.title, "funder": grant.funder, "url": grant.url}
        return {**page, "investigators": msgspec.to_builtins(own_names)}
    return {"statement": msgspec.to_builtins(msgspec.json.decode(body, type=Statement))}


def _source_responses(store: Store, records: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The answers kept as they came that these records were read from."""
    asked = {row["asked"]: row["source"] for row in records if row["asked"]}
    return [{"source": source, "url": url, "fetched_at": when} for (url, when), source in sorted(asked.items())]


def _author_judgements(store: Store, author: int) -> list[dict[str, Any]]:
    own = set(corrections.identity_tokens(store, author))
    return [
        {"verdict": one.verdict, "about": list(one.about), "made_at": one.made_at}
        for one in store.judgements.list_judgements()
        if own & {*one.a, *one.b}
    ]


def _author_shortlist(store: Store, author: int) -> list[dict[str, Any]]:
    entries = store.shortlist.list_entries()
    whose = identity_tracking.resolve_entries(store, entries)
    return [
        {
            "starred_at": one.starred_at,
            "interest": one.interest,
            "status": one.status,
            "notes": one.notes,
            "follow_up": one.follow_up,
            "events": [event._asdict() for event in one.events],
            "known_by": [list(token) if isinstance(token, Sighting) else token for token in one.anchors],
        }
        for one in entries
        if one.id in whose and whose[one.id].author == author
    ]


def _author_postings(store: Store, author_id: str, as_of: date) -> list[NamedOpening]:
    return answers.person_profile(store, author_id, as_of)["openings"]


def subject_access_markdown(found: Mapping[str, Any]) -> str:
    """What is held, to be read by the person themselves."""
    lines = [
        f"# What is held on {_escape_access_text(found.get('name') or found['asked'])}",
        "",
        f"As of {found['as_of']}.",
    ]
    if found["suppressed"]:
        lines.append(f"\nThey are {found['suppressed']}: nothing of them is shown, and that list holds no names.")
    if not found["held"]:
        return "\n".join([*lines, "", NOTHING, ""])
    lines += [
        "",
        f"- id here: {_escape_access_text(found['author_id'])}",
        f"- ids: {_escape_access_text(', '.join(found['ids'])) or 'none'}",
    ]
    lines += [f"- page: {_escape_access_text(found['homepage'])}"] if found["homepage"] else []
    lines += ["", f"## Records ({found['held']})", ""]
    for row in found["records"]:
        where = f"{row['source']} {row['source_id']}, fetched {row['fetched_at']}, last seen {row['last_seen']}"
        lines.append(
            f"- **{row['kind']}** ({_escape_access_text(where)}): {_escape_access_text(_describe_record(row))}"
        )
    for key, title in (
        ("answers", "Answers kept as they came"),
        ("judgements", "Judgements"),
        ("shortlist", "Shortlist"),
        ("postings", "Open positions that name them"),
    ):
        if found[key]:
            lines += ["", f"## {title} ({len(found[key])})", ""]
            lines += [
                f"- {_escape_access_text('; '.join(f'{name}: {value}' for name, value in row.items()))}"
                for row in found[key]
            ]
    return "\n".join([*lines, ""])


def _describe_record(row: Mapping[str, Any]) -> str:
    if row["kind"] == "work":
        return f"{row['title']} ({row['date']}), as {msgspec.json.encode(row['authorships']).decode()}"
    if row["kind"] == "grant":
        return f"{row['title']} ({row['funder']}), as {msgspec.json.encode(row['investigators']).decode()}"
    return msgspec.json.encode(row.get("person") or row.get("statement")).decode()


def _escape_access_text(text: object) -> str:
    """A text in Markdown, as it is."""
    return "".join(f"\\{sign}" if sign in r"\`*_[]<>#|" else sign for sign in clean_text(str(text)))
