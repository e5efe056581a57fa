"""The shortlist, ready to show: whom it holds, what is known of them now, and what to mind before writing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from finder.answers import comparison, lookup
from finder.errors import UsageError
from finder.outreach import identity_tracking
from finder.outreach.identity_tracking import CurrentIdentity
from finder.results import ComparedPerson, RecruitingStatement, Statement, WorkRef
from finder.storage import Store
from finder.storage.shortlist import STATUSES, ShortlistEntry
from finder.text.names import name_key

MOST_OPEN = 20
"""Entries that are open at once, above which nobody can write to each with care."""
APART = timedelta(days=7)
"""Between writing to one person of a group and writing to another."""
SILENT = timedelta(days=21)
"""After which silence after a letter is worth a word."""
DONE = ("no reply", "closed")
BEFORE = ("to read", "shortlisted", "drafted")
WRITTEN = ("sent", "e-mail", "call", "meeting")
"""Events that are a contact by the user."""
TOGETHER_YEARS = 3  # works together so far back make two people at one place one group


@dataclass(frozen=True)
class ShortlistedPerson:
    """An entry with what is known of the person now.

    Attributes:
        whose: who the entry is now.
        row: as :func:`finder.answers.comparison.compare_authors` gives it; None where nothing is stored of them any
            more.
        group: numbers of other entries of the same group: at one place, with works together lately.
        twins: numbers of other entries that have become the same person.
    """

    entry: ShortlistEntry
    whose: CurrentIdentity
    row: ComparedPerson | None
    group: frozenset[int] = frozenset()
    twins: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """As the snapshot has it, else as it was when they were starred."""
        return self.whose.name

    @property
    def works(self) -> list[WorkRef]:
        """What to read before writing: works nearest to the interest."""
        return self.row["works"] if self.row else []

    @property
    def conditions(self) -> list[Statement]:
        """What they ask of those who write to them, in their own words."""
        return [said for said in self.row["says"] if said["polarity"] == "conditions"] if self.row else []

    @property
    def refusal_statement(self) -> RecruitingStatement | None:
        """Their word that they take nobody on; None where they say no such thing."""
        says = self.row["recruiting"] if self.row else None
        return says if says and says["polarity"] == "not recruiting" else None


def load_shortlist(store: Store, as_of: date, statuses: Sequence[str] = ()) -> list[ShortlistedPerson]:
    """Everybody on the shortlist who may be shown, by status and then the longest there first.

    Args:
        statuses: only these; empty is any.

    Raises:
        UsageError: there is no such status.
    """
    if unknown := set(statuses) - set(STATUSES):
        raise UsageError(f"There is no status “{min(unknown)}”. Statuses are: {', '.join(STATUSES)}.")
    entries = store.shortlist.list_entries()
    whose = identity_tracking.resolve_entries(store, entries)
    entries = [entry for entry in entries if entry.id in whose]
    rows = _entry_person_rows(store, entries, whose, as_of)
    groups, twins = _entries_by_group(store, rows, whose, as_of), _duplicate_entries(whose)
    found = [
        ShortlistedPerson(
            entry, whose[entry.id], rows.get(entry.id), groups.get(entry.id, frozenset()), twins.get(entry.id, ())
        )
        for entry in entries
        if not statuses or entry.status in statuses
    ]
    return sorted(found, key=lambda one: (STATUSES.index(one.entry.status), one.entry.starred_at, one.entry.id))


def entries_by_author_id(store: Store) -> dict[str, int]:
    """Numbers of entries by the author ids that they go by now."""
    whose = identity_tracking.resolve_entries(store, store.shortlist.list_entries())
    return {one.author_id: id_ for id_, one in reversed(whose.items()) if one.author_id is not None}


def find_shortlist_entry(store: Store, who: str) -> ShortlistEntry:
    """The entry that an id, a name, or ``#number`` means.

    Raises:
        UsageError: nobody on the shortlist is called so, or more than one.
    """
    entries = store.shortlist.list_entries()
    whose = identity_tracking.resolve_entries(store, entries)
    entries = [entry for entry in entries if entry.id in whose]
    exact = [e for e in entries if who in (f"#{e.id}", whose[e.id].author_id) or who in e.anchors]
    found = exact or _match_named_entries(store, who, entries, whose)
    if not found:
        raise UsageError(
            f"{who} is not on the shortlist. See: finder shortlist list. To add: finder shortlist add {who}"
        )
    if len(found) > 1:
        which = "; ".join(f"#{e.id} ({whose[e.id].author_id or e.name})" for e in found)
        raise UsageError(f"{len(found)} on the shortlist are called {who}. Name one: {which}")
    return found[0]


def _match_named_entries(
    store: Store, who: str, entries: Sequence[ShortlistEntry], whose: Mapping[int, CurrentIdentity]
) -> list[ShortlistEntry]:
    """Entries that an id, a link, or a name in any spelling means."""
    if not who.strip() or who.startswith("#"):
        return []
    asked, snapshot = lookup.parse_person_reference(who), store.snapshots.snapshot_or_none()
    key = name_key(asked.name) if asked.name else ""
    named = [
        e for e in entries if asked.id in e.anchors or (key and key in (name_key(whose[e.id].name), name_key(e.name)))
    ]
    if named or snapshot is None:
        return named
    meant = set(lookup.matching_authors(snapshot, asked)["author"])
    return [e for e in entries if whose[e.id].author in meant]


def contact_days(entry: ShortlistEntry, today: date) -> list[date]:
    """The days on which the user wrote to or met somebody, the oldest first."""
    days = (date.fromisoformat(event.day) for event in entry.events if event.what in WRITTEN)
    return [day for day in days if day <= today]


def crowding_warning(entries: Sequence[ShortlistEntry]) -> str | None:
    """What to say where more are open than one can write to with care."""
    count = sum(entry.status not in DONE for entry in entries)
    if count <= MOST_OPEN:
        return None
    return f"{count} are open. More than {MOST_OPEN} can hardly each get a letter that is meant for them: close some."


def entry_warnings(one: ShortlistedPerson, everybody: Sequence[ShortlistedPerson], today: date) -> list[str]:
    """What to mind about somebody, the weightiest first.

    Args:
        everybody: all that are on the list, for those of the same group.
    """
    said = []
    if refuses := one.refusal_statement:
        said.append(
            f"They say that they are not recruiting ({refuses['date'] or 'of unknown age'}): “{refuses['quote']}”"
        )
    said += _identity_warnings(one)
    entry = one.entry
    wrote = contact_days(entry, today)
    if entry.status in BEFORE:
        if wrote:
            said.append(f"You were in touch with them on {wrote[-1]} already.")
        said += _same_group_warning(one, everybody, today)
    if entry.follow_up and entry.follow_up <= today.isoformat() and entry.status not in DONE:
        said.append(f"You wanted to come back to them on {entry.follow_up}.")
    if entry.status == "sent" and wrote and not entry.follow_up and today - wrote[-1] >= SILENT:
        said.append(f"Written to on {wrote[-1]}, {(today - wrote[-1]).days} days ago. Silence is not a no.")
    return said


def questions_for_students(row: ComparedPerson | None) -> list[str]:
    """What to ask somebody's students, from what is known: questions only, they answer nothing."""
    asked = [
        "How often do you meet one to one, and who else advises you day to day?",
        "Who chooses the questions you work on, and how did yours change over time?",
        "How are you funded, for how long, and what do you owe for it: teaching, projects, deliverables?",
        "How long did those before you take, and what do they do now?",
        "What happens when something does not work out, or when you disagree?",
    ]
    if row is None:
        return asked
    if row["newcomer"]:
        asked.append("The group is young: who is in it now, who will join, and what is set up already?")
    if row["moved"]:
        asked.append(f"They came from {row['moved']['from']}: who moved along, and how did that go for the students?")
    here = dict.fromkeys(post["institution"] for post in row["current"][:2] if not post["old"])
    if len(here) > 1:
        places = " and ".join(here)
        asked.append(f"They are seen at {places}: where are they on which days, and where are the students?")
    if row["stage"] == "industry researcher":
        asked.append("May you publish what you do there, and who decides?")
    if not row["recruiting"]:
        asked.append("Is somebody being taken on this year? Nothing about that is known here.")
    return asked


def identity_changes(one: ShortlistedPerson) -> list[tuple[str, str]]:
    """What has become of the person since they were starred, each with what it is about: the same is no news."""
    said, whose = [], one.whose
    if whose.author is None:
        text = "Nobody in the store is known as this person now. The entry is kept as it was when you starred it."
        said.append((text, "nobody"))
    if whose.others:
        names = ", ".join(f"{name} ({id_})" for id_, name in whose.others[:3])
        text = (
            f"Of {whose.known} printed names by which they were known, {whose.moved} now count as another's: {names}."
        )
        said.append((text, " ".join(sorted(id_ for id_, _ in whose.others))))
    if one.twins:
        twins = ", ".join(f"#{id_}" for id_ in one.twins)
        text = f"They are on the list twice: {twins} is the same person now."
        said.append((text, twins))
    return said


def _identity_warnings(one: ShortlistedPerson) -> list[str]:
    """What has become of the person, where that is not as it was."""
    said = [text for text, _ in identity_changes(one)]
    nothing = one.whose.author is not None and one.row is None
    return ["No published work of theirs is stored.", *said] if nothing else said


def _same_group_warning(one: ShortlistedPerson, everybody: Sequence[ShortlistedPerson], today: date) -> list[str]:
    lately = [
        (days[-1], other.name)
        for other in everybody
        if other.entry.id in one.group and (days := contact_days(other.entry, today)) and today - days[-1] < APART
    ]
    return [
        f"You were in touch with {name} of the same group on {day}: wait until {day + APART}."
        for day, name in sorted(lately, reverse=True)[:1]
    ]


def _entry_person_rows(
    store: Store, entries: Sequence[ShortlistEntry], whose: Mapping[int, CurrentIdentity], as_of: date
) -> dict[int, ComparedPerson]:
    """What is known of each entry's person, on the interest they were starred for."""
    by_interest: dict[str, list[tuple[int, int]]] = {}
    for entry in entries:
        if (author := whose[entry.id].author) is not None:
            by_interest.setdefault(entry.interest, []).append((entry.id, author))
    rows = {}
    for interest, pairs in by_interest.items():
        known = comparison.compare_authors(store, [author for _, author in pairs], interest, as_of)
        rows |= {id_: known[author] for id_, author in pairs if author in known}
    return rows


def _duplicate_entries(whose: Mapping[int, CurrentIdentity]) -> dict[int, tuple[int, ...]]:
    by_author: dict[int, list[int]] = {}
    for id_, one in whose.items():
        if one.author is not None:
            by_author.setdefault(one.author, []).append(id_)
    return {id_: tuple(other for other in ids if other != id_) for ids in by_author.values() for id_ in ids}


def _entries_by_group(
    store: Store, rows: Mapping[int, ComparedPerson], whose: Mapping[int, CurrentIdentity], as_of: date
) -> dict[int, frozenset[int]]:
    """Whose entries are of one group: at one institution now, with a work together in the last years."""
    entries: dict[int, list[int]] = {}
    for id_ in rows:
        if (author := whose[id_].author) is not None:
            entries.setdefault(author, []).append(id_)
    if len(entries) < 2:
        return {}
    lately = pl.col("year") > as_of.year - TOGETHER_YEARS
    own = (
        store.snapshots.current_snapshot()
        .load_table("authorships")
        .lazy()
        .filter(pl.col("author").is_in(list(entries)), lately, pl.col("date") <= as_of)
        .select("work", "author")
    )
    pairs = own.join(own, on="work", suffix="_other").filter(pl.col("author") != pl.col("author_other"))
    found: dict[int, set[int]] = {}
    for author, other in pairs.select("author", "author_other").unique().collect().iter_rows():
        for id_ in entries[author]:
            here = {post["institution_id"] for post in rows[id_]["current"]}
            same = (o for o in entries[other] if here & {post["institution_id"] for post in rows[o]["current"]})
            found.setdefault(id_, set()).update(same)
    return {id_: frozenset(others) for id_, others in found.items()}
