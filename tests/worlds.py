"""Small hand-made worlds for tests: works in a line or two each."""

from __future__ import annotations

from pathlib import Path

from finder.model import Affiliation, Authorship, Person, Record, Work
from finder.publication import resolve_and_publish
from finder.settings import SourceSettings
from finder.storage import Store, open_store
from finder.storage.records import encode_record
from tests import once

NOW = "2026-11-01T00:00:00+00:00"
# sources of grants are on unless they are switched off; most tests are about others
WITHOUT_GRANTS = {name: SourceSettings(enabled=False) for name in ("nsf", "openalex_awards", "ukri")}
_counter = iter(range(10**9))


def work(title: str, *people: str | Authorship, date: str = "2025-06-01", **more: object) -> Work:
    """A work; a person is ``Name``, or ``Name @ Institution`` (``@ Institution, DE`` with a country)."""
    more = {"source": "test", "source_id": f"w{next(_counter)}", **more}
    return Work(title=title, date=date, authorships=tuple(map(author, people)), **more)  # type: ignore[arg-type]


def author(text: str | Authorship, *ids: str, role: str | None = None) -> Authorship:
    """An authorship from ``Name @ Institution, CC``."""
    if isinstance(text, Authorship):
        return text
    name, _, place = text.partition(" @ ")
    institution, _, country = place.partition(", ")
    at = (Affiliation(institution, country=country or None, role=role, stated=role is not None),) if place else ()
    return Authorship(name, ids=ids, affiliations=at)


def stored(home: Path, *records: Record) -> Store:
    """A published store of these records."""
    store = open_store(home)
    put(store, *records)
    return store


def copied(home: Path, *records: Record) -> Store:
    """The same, where many tests begin with these very records: it is made once and copied."""
    once.made(home, _stored, *records)
    return open_store(home)


def _stored(home: Path, *records: Record) -> None:
    stored(home, *records).close()


def put(store: Store, *records: Record, complete: bool = True) -> None:
    """Store records and publish."""
    store.records.put_records(map(encode_record, records), fetched_at=NOW, complete=complete)
    resolve_and_publish(store, NOW)


def who_is_where(store: Store) -> dict[str, set[str]]:
    """Titles of works by author id."""
    snapshot = store.snapshots.current_snapshot()
    joined = (
        snapshot.load_table("authorships")
        .join(snapshot.load_table("authors").select("author", "author_id"), on="author")
        .join(snapshot.load_table("works").select("work", "title"), on="work")
    )
    found: dict[str, set[str]] = {}
    for author_id, title in joined.select("author_id", "title").iter_rows():
        found.setdefault(author_id, set()).add(title)
    return found


def together(store: Store) -> set[frozenset[str]]:
    """The sets of titles that one author each has."""
    return {frozenset(titles) for titles in who_is_where(store).values()}


__all__ = [
    "NOW",
    "WITHOUT_GRANTS",
    "Person",
    "author",
    "copied",
    "put",
    "stored",
    "together",
    "who_is_where",
    "work",
]
