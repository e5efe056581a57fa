"""All that is held on somebody, with where each piece came from and when: for whoever asks what is stored of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import msgspec
import polars as pl

from finder import views
from finder.model import Person, Statement, Work
from finder.names import fold
from finder.outreach import anchors
from finder.outreach.texts import clean
from finder.store import Snapshot, Store
from finder.store.judgements import Sighting
from finder.views import identity, lookup
from finder.views.lookup import Asked

NOTHING = "Nothing is held on them."


def about(store: Store, who: str, as_of: date) -> dict[str, Any]:
    """Everything that is stored of one person, by author id, another id, or name.

    Returns:
        ``asked``, ``held`` (how many records name them), ``suppressed`` ("forgotten", "hidden" or None, as far as the
        id or name that was asked for tells) and, where something is held, who it is and the pieces.

    Raises:
        UsageError: it was not understood who is meant, more than one is, or nobody of that name but others of a name
            like it: the message lists the ids to choose from.
    """
    snapshot = store.snapshots.latest()
    asked = lookup.asked_of(snapshot, who) if snapshot else lookup.read(who)
    found: dict[str, Any] = {
        "asked": who, "as_of": as_of.isoformat(), "held": 0, "suppressed": _suppressed(store, asked),
    }  # fmt: skip
    if snapshot is None:
        return found
    if lookup.people(snapshot, asked).is_empty() and (found["suppressed"] or not _doubtful(snapshot, asked)):
        return found
    author = lookup.find(snapshot, who)
    person = snapshot.table("authors").row(by_predicate=pl.col("author") == author, named=True)
    sighted = snapshot.table("sightings").filter(pl.col("author") == author)
    told = snapshot.table("statements").filter(pl.col("author") == author)["record"]
    records = list(_records(store, sighted, told.to_list()))
    return found | {
        "held": len(records),
        "name": person["name"], "author_id": person["author_id"], "ids": sorted(person["ids"]),
        "homepage": person["homepage"], "records": records, "answers": _answers(store, records),
        "judgements": _judgements(store, author), "shortlist": _shortlist(store, author),
        "postings": _postings(store, person["author_id"], as_of),
    }  # fmt: skip


def _doubtful(snapshot: Snapshot, asked: Asked) -> bool:
    """Whether somebody who is stored may be meant by what nobody bears: then it is not said that nothing is held."""
    return asked.page is not None or bool(lookup.similar(snapshot, asked))


def _suppressed(store: Store, asked: Asked) -> str | None:
    erased = store.suppressions.erased()
    if erased is not None and (asked.token in erased or f"name|{fold(asked.name or asked.text)}" in erased):
        return "forgotten"
    return "hidden" if store.suppressions.among([asked.token]) else None


def _records(store: Store, sighted: pl.DataFrame, told: list[int]) -> Iterator[dict[str, Any]]:
    """Each record that names them: where it is from, and what of it is about them."""
    at: dict[int, list[int]] = dict(sighted.group_by("record").agg("position").iter_rows())
    numbers: list[int] = sorted({*at, *told})
    rows = store.records.sources(numbers)
    for id_ in numbers:
        row = rows[id_]
        piece = _piece(row.kind, row.body, at.get(id_, []))
        yield {
            "source": row.source, "kind": row.kind, "source_id": row.source_id, "fetched_at": row.fetched_at,
            "last_seen": row.seen or row.fetched_at[:10], "asked": row.asked, **piece,
        }  # fmt: skip


def _piece(kind: str, body: str, positions: list[int]) -> dict[str, Any]:
    if kind == "work":
        work = msgspec.json.decode(body, type=Work)
        own = [one for n, one in enumerate(work.authorships) if n in positions]
        page = {"title": work.title, "date": work.date, "url": work.url, "venue": work.venue}
        return {**page, "authorships": msgspec.to_builtins(own)}
    if kind == "person":
        return {"person": msgspec.to_builtins(msgspec.json.decode(body, type=Person))}
    return {"statement": msgspec.to_builtins(msgspec.json.decode(body, type=Statement))}


def _answers(store: Store, records: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The answers kept as they came that these records were read from."""
    asked = {row["asked"]: row["source"] for row in records if row["asked"]}
    return [{"source": source, "url": url, "fetched_at": when} for (url, when), source in sorted(asked.items())]


def _judgements(store: Store, author: int) -> list[dict[str, Any]]:
    own = set(identity.tokens(store, author))
    return [
        {"verdict": one.verdict, "about": list(one.about), "made_at": one.made_at}
        for one in store.judgements.all()
        if own & {*one.a, *one.b}
    ]


def _shortlist(store: Store, author: int) -> list[dict[str, Any]]:
    entries = store.shortlist.all()
    whose = anchors.resolve(store, entries)
    return [
        {
            "starred_at": one.starred_at, "interest": one.interest, "status": one.status, "notes": one.notes,
            "follow_up": one.follow_up, "events": [event._asdict() for event in one.events],
            "known_by": [list(token) if isinstance(token, Sighting) else token for token in one.anchors],
        }
        for one in entries
        if one.id in whose and whose[one.id].author == author
    ]  # fmt: skip


def _postings(store: Store, author_id: str, as_of: date) -> list[dict[str, Any]]:
    return views.person(store, author_id, as_of)["openings"]


def markdown(found: Mapping[str, Any]) -> str:
    """What is held, to be read by the person themselves."""
    lines = [f"# What is held on {_said(found.get('name') or found['asked'])}", "", f"As of {found['as_of']}."]
    if found["suppressed"]:
        lines.append(f"\nThey are {found['suppressed']}: nothing of them is shown, and that list holds no names.")
    if not found["held"]:
        return "\n".join([*lines, "", NOTHING, ""])
    lines += ["", f"- id here: {_said(found['author_id'])}", f"- ids: {_said(', '.join(found['ids'])) or 'none'}"]
    lines += [f"- page: {_said(found['homepage'])}"] if found["homepage"] else []
    lines += ["", f"## Records ({found['held']})", ""]
    for row in found["records"]:
        where = f"{row['source']} {row['source_id']}, fetched {row['fetched_at']}, last seen {row['last_seen']}"
        lines.append(f"- **{row['kind']}** ({_said(where)}): {_said(_told(row))}")
    for key, title in (("answers", "Answers kept as they came"), ("judgements", "Judgements"),
                       ("shortlist", "Shortlist"), ("postings", "Open positions that name them")):  # fmt: skip
        if found[key]:
            lines += ["", f"## {title} ({len(found[key])})", ""]
            lines += [f"- {_said('; '.join(f'{name}: {value}' for name, value in row.items()))}" for row in found[key]]
    return "\n".join([*lines, ""])


def _told(row: Mapping[str, Any]) -> str:
    if row["kind"] == "work":
        return f"{row['title']} ({row['date']}), as {msgspec.json.encode(row['authorships']).decode()}"
    return msgspec.json.encode(row.get("person") or row.get("statement")).decode()


def _said(text: object) -> str:
    """A text in Markdown, as it is."""
    return "".join(f"\\{sign}" if sign in r"\`*_[]<>#|" else sign for sign in clean(str(text)))
