"""Who could introduce somebody to somebody: chains of people who wrote together, each link with its newest work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from finder.answers import affiliation_rows as whereabouts
from finder.answers import lookup
from finder.errors import UsageError
from finder.features import coauthor_paths
from finder.features.coauthor_paths import LONGEST, WEAK, Chain
from finder.ranking import evidence_text
from finder.results import CoauthorChain, IntroductionAnswer, PersonName, PrintedWork
from finder.storage import Snapshot, Store

COUNTED = f"Works of more than {WEAK} authors do not count, nor do chains of more than {LONGEST} links."
HOW = 'Say who they are: --from NAME, or in finder.toml: [me] people = ["Ada Lovelace", "openalex:A5…"]'
_NAME_CAUTION = "Names may be of two people: look at the works before you ask anybody."


@dataclass(frozen=True)
class Introductions:
    """The shortest ways from one's own people to somebody.

    Attributes:
        own: one's own people who are stored, with ``author_id`` and ``name``.
        to: whom they lead to, in the same shape.
        chains: at most three, the newest first; each has its ``people`` in order and its ``links``.
        unknown: why some of one's own people could not be looked up.
    """

    as_of: str
    own: tuple[PersonName, ...]
    to: PersonName
    chains: tuple[CoauthorChain, ...]
    unknown: tuple[str, ...] = ()

    def to_json(self) -> IntroductionAnswer:
        """As printed by ``--format json``."""
        return {
            "as_of": self.as_of,
            "from": list(self.own),
            "to": self.to,
            "chains": list(self.chains),
            "unknown": list(self.unknown),
            "counted": COUNTED,
        }


def find_introductions(
    store: Store, own: Sequence[str], to: str, as_of: date, *, lenient: bool = False
) -> Introductions:
    """The shortest chains of co-authors from one's own people to somebody.

    Args:
        own: names or ids.
        lenient: go on without those of one's own people whom nobody or several could be.

    Raises:
        EmptyStore: the store is empty.
        UsageError: nobody, or more than one, is meant.
    """
    snapshot = store.snapshots.current_snapshot()
    goal = lookup.resolve_author(snapshot, to)
    known: dict[int, str] = {}
    unknown: list[str] = []
    for who in own:
        try:
            known[lookup.resolve_author(snapshot, who)] = who
        except UsageError as error:
            if not lenient:
                raise
            unknown.append(str(error))
    found = coauthor_paths.shortest_paths(snapshot.load_table("authorships"), known, goal, as_of)
    people = _introduction_people(
        snapshot, {goal, *known, *(end for chain in found for link in chain for end in link[:2])}
    )
    works = _introduction_works(snapshot, {link.work for chain in found for link in chain})
    return Introductions(
        as_of.isoformat(),
        tuple(people[one] for one in known),
        people[goal],
        tuple(_introduction_chain(chain, people, works) for chain in found),
        tuple(unknown),
    )


def _introduction_chain(chain: Chain, people: dict[int, PersonName], works: dict[int, PrintedWork]) -> CoauthorChain:
    return {
        "people": [people[author] for author in (chain[0].one, *(link.other for link in chain))],
        "links": [
            {"from": people[link.one]["name"], "to": people[link.other]["name"], **works[link.work]} for link in chain
        ],
    }


def _introduction_people(snapshot: Snapshot, authors: set[int]) -> dict[int, PersonName]:
    rows = snapshot.load_table("authors").filter(pl.col("author").is_in(list(authors)))
    return {row["author"]: {"author_id": row["author_id"], "name": row["name"]} for row in rows.iter_rows(named=True)}


def _introduction_works(snapshot: Snapshot, works: set[int]) -> dict[int, PrintedWork]:
    rows = snapshot.load_table("works").filter(pl.col("work").is_in(list(works)))
    return {
        row["work"]: {
            "work_id": row["work_id"],
            "title": row["title"],
            "date": row["date"].isoformat(),
            "venue": row["venue"],
            "url": evidence_text.http_url_or_none(row["url"]) or whereabouts.work_page(row["work_id"]),
        }
        for row in rows.iter_rows(named=True)
    }


def introduction_sentence(found: Introductions) -> str:
    """What was found, in one line."""
    if found.to in found.own:
        return f"{found.to['name']} is one of your own people."
    names = " or ".join(one["name"] for one in found.own) or "your own people"
    if not found.chains:
        return f"No chain of co-authors leads from {names} to {found.to['name']}. {COUNTED}"
    links = len(found.chains[0]["links"])
    if links == 1:
        return f"{found.chains[0]['people'][0]['name']} has written with {found.to['name']}."
    return f"{links} links lead from your own people to {found.to['name']}, the newest chain first. {_NAME_CAUTION}"
