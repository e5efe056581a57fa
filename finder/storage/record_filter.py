"""Records without people who are not to be stored: applied to all that is stored when somebody is erased, and from then
on to all that arrives. Pure.

Beside the tokens of a suppression, somebody who is erased is listed by ``name|`` (decides nothing alone: only where it
is listed is a name looked at more closely), by their name on each of their works, at each of their places, and as
:mod:`finder.storage.mention_masking` says. Another person of the same name elsewhere bears none of these together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TypeVar

import msgspec

from finder.model import Affiliation, Authorship, Grant, Investigator, Person, Posting, Statement, Work
from finder.storage import mention_masking
from finder.storage.hash_list import HashList
from finder.text.names import name_key, text_key

T = TypeVar("T", Work, Posting, Statement, Grant)
NOBODY = Authorship("")
"""Stands where somebody stood who is not stored: the others keep their places."""


def affiliation_tokens(name: str, at: Affiliation) -> set[str]:
    """A folded name at an institution, by its id and by what is printed."""
    return {f"{name}|{at.id}" if at.id else "", f"{name}|at {text_key(at.institution)}"} - {""}


def work_tokens(name: str, work: Work) -> set[str]:
    """A folded name on a work, by what the work is known by in any source."""
    return {f"{name}|on {id_}" for id_ in (*work.ids, f"{work.source} {work.source_id}", text_key(work.title))}


def work_without_people(work: Work, positions: Collection[int]) -> Work | None:
    """A work without the people at some positions; None where nobody is left whom it could be told of."""
    if not positions:
        return work
    rest = tuple(NOBODY if n in positions else one for n, one in enumerate(work.authorships))
    return msgspec.structs.replace(work, authorships=rest) if any(one.name for one in rest) else None


def filter_work(work: Work, listed: HashList) -> Work | None:
    """A work without whoever is listed, in its authors and in its texts; the same object where nothing is to change."""
    struck = _positions_to_strip(work, listed)
    rest = work_without_people(work, struck)
    if rest is None:
        return None
    own = [name_key(work.authorships[n].name) for n in struck]
    everybody = listed.with_extra_tokens(mention_masking.tokens_of_names(own)) if own else listed
    # one look at all texts at once: few works mention anybody
    if not mention_masking.mentions_listed_person("\n".join(filter(None, _maskable_texts(rest))), everybody):
        return rest
    rest = _mask_fields(rest, everybody, ("title", "abstract"))
    if rest.url and mention_masking.mentions_listed_person(rest.url, everybody):
        rest = msgspec.structs.replace(rest, url=None)
    authorships = tuple(_mask_authorship(one, everybody) for one in rest.authorships)
    if any(new is not old for new, old in zip(authorships, rest.authorships, strict=True)):
        rest = msgspec.structs.replace(rest, authorships=authorships)
    return rest


def filter_person(person: Person, listed: HashList) -> Person | None:
    """A person's own record, or None where they are listed."""
    ids = (*person.ids, f"homepage:{person.homepage}")
    names = {name_key(name) for name in (person.name, *person.other_names)}
    named = (name for name in names if f"name|{name}" in listed)
    if _any_listed(ids, listed) or any(
        _any_listed(affiliation_tokens(name, at), listed) for name in named for at in person.affiliations
    ):
        return None
    return person


def filter_statement(statement: Statement, listed: HashList) -> Statement | None:
    """A statement, or None where it is by somebody who is listed."""
    ids = (*statement.ids, f"homepage:{statement.url}")
    return None if _any_listed(ids, listed) else _mask_fields(statement, listed, ("quote",))


def filter_posting(posting: Posting, listed: HashList) -> Posting | None:
    """A posting that does not name them, or None where its very address does."""
    if mention_masking.mentions_listed_person(f"{posting.url} {posting.source_id}", listed):
        return None
    return _mask_fields(posting, listed, ("title", "description", "department"))


def grant_tokens(name: str, grant: Grant) -> set[str]:
    """A folded name on a grant, by what the grant is known by."""
    known = (f"{grant.source} {grant.source_id}", text_key(grant.title), grant.number or "")
    return {f"{name}|on {id_}" for id_ in known if id_}


def without_investigators(grant: Grant, positions: Collection[int]) -> Grant | None:
    """A grant without the people at some positions; None where it named nobody else."""
    rest = tuple(one for n, one in enumerate(grant.investigators) if n not in positions)
    return msgspec.structs.replace(grant, investigators=rest) if rest else None


def strike_from_grant(grant: Grant, listed: HashList) -> Grant | None:
    """A grant without whoever is listed, in its investigators and texts; None where it named nobody else."""
    rest = tuple(one for one in grant.investigators if not _holds_grant(one, grant, listed))
    if grant.investigators and not rest:
        return None
    gone = [name_key(one.name) for one in grant.investigators if one not in rest]
    everybody = listed.with_extra_tokens(mention_masking.tokens_of_names(gone)) if gone else listed
    if gone:
        grant = msgspec.structs.replace(grant, investigators=rest)
    if grant.url and mention_masking.mentions_listed_person(grant.url, everybody):
        grant = msgspec.structs.replace(grant, url=None)
    if grant.institution and (at := _mask_affiliation(grant.institution, everybody)) is not grant.institution:
        grant = msgspec.structs.replace(grant, institution=at)
    held = tuple(_mask_holder(one, everybody) for one in grant.investigators)
    if any(new is not old for new, old in zip(held, grant.investigators, strict=True)):
        grant = msgspec.structs.replace(grant, investigators=held)
    return _mask_fields(grant, everybody, ("title", "abstract"))


def _mask_holder(one: Investigator, listed: HashList) -> Investigator:
    at = one.institution and _mask_affiliation(one.institution, listed)
    return one if at is one.institution else msgspec.structs.replace(one, institution=at)


def _holds_grant(one: Investigator, grant: Grant, listed: HashList) -> bool:
    if _any_listed(one.ids, listed):
        return True
    name = name_key(one.name)
    if f"name|{name}" not in listed:
        return False
    at = one.institution or grant.institution
    return _any_listed(grant_tokens(name, grant), listed) or (
        at is not None and _any_listed(affiliation_tokens(name, at), listed)
    )


def _positions_to_strip(work: Work, listed: HashList) -> set[int]:
    """Positions of those on a work who are listed."""
    names = {one.name for one in work.authorships if one.name}
    ids = {id_ for one in work.authorships for id_ in (*one.ids, f"homepage:{one.homepage}")}
    if not listed.filter_words(names, _name_tokens) and not listed.filter_words(ids, _id_as_token):
        return set()
    return {n for n, one in enumerate(work.authorships) if _is_authorship_listed(one, work, listed)}


def _name_tokens(name: str) -> tuple[str, ...]:
    return (f"name|{name_key(name)}",)


def _id_as_token(id_: str) -> tuple[str, ...]:
    return (id_,)


def _maskable_texts(work: Work) -> Iterator[str | None]:
    """All that a work says in whole sentences, or that may be an address."""
    yield from (work.title, work.abstract, work.url)
    yield from (at.raw for one in work.authorships for at in one.affiliations)


def _is_authorship_listed(one: Authorship, work: Work, listed: HashList) -> bool:
    if _any_listed(one.ids, listed) or (one.homepage and f"homepage:{one.homepage}" in listed):
        return True
    name = name_key(one.name) if one.name else ""
    if not name or f"name|{name}" not in listed:
        return False
    return _any_listed(work_tokens(name, work), listed) or any(
        _any_listed(affiliation_tokens(name, at), listed) for at in one.affiliations
    )


def _any_listed(tokens: Iterable[str], listed: HashList) -> bool:
    return any(token in listed for token in tokens)


def _mask_authorship(one: Authorship, listed: HashList) -> Authorship:
    if not any(at.raw for at in one.affiliations):
        return one
    at = tuple(_mask_affiliation(place, listed) for place in one.affiliations)
    changed = any(new is not old for new, old in zip(at, one.affiliations, strict=True))
    return msgspec.structs.replace(one, affiliations=at) if changed else one


def _mask_affiliation(at: Affiliation, listed: HashList) -> Affiliation:
    raw = at.raw and mention_masking.mask_mentions(at.raw, listed)
    return at if raw == at.raw else msgspec.structs.replace(at, raw=raw)


def _mask_fields(record: T, listed: HashList, fields: Iterable[str]) -> T:
    """The record with mentions in its texts taken out; the same object where there are none."""
    changed = dict(_field_changes(record, listed, fields))
    return msgspec.structs.replace(record, **changed) if changed else record


def _field_changes(record: object, listed: HashList, fields: Iterable[str]) -> Iterator[tuple[str, str]]:
    for field in fields:
        text = getattr(record, field)
        if text and (new := mention_masking.mask_mentions(text, listed)) != text:
            yield field, new
