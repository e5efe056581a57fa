"""Who is meant by what somebody typed: the one place that reads ids, links and names of people.

A person is found by any id or link of theirs, and by any spelling under which they were printed. Where nothing that is
stored fits, the answer tells whether the words were understood, and offers who might be meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

import polars as pl

from finder import ids
from finder.answers.author_names import authors_with_plain_name
from finder.errors import UsageError
from finder.storage import Snapshot
from finder.text import names

CHOICES = 10  # people to choose from
SUGGESTED = 5
LIKE = 0.75  # how alike a name must be spelled to be suggested
COMPARED = 3_000  # names compared at most
KNOWN, TIMES = 10, 5  # works, and times as many as of any other of the name, from which a reader means the one
TYPE = (
    "Type a name, or an id or link of ORCID, OpenReview, DBLP, Google Scholar, OpenAlex or Semantic Scholar, such as "
    "orcid:0000-… or https://openreview.net/profile?id=~…"
)
_PAGE = re.compile(r"^(https?://)?(www\.)?|(/index\.html?|/)$", re.IGNORECASE)


class PersonMatch(NamedTuple):
    """Somebody who is stored, with what tells them from others of the name.

    Attributes:
        author: number in the snapshot.
        works: published works that are stored or known of them.
        place: where they were seen last; None where that is unknown.
    """

    author: int
    author_id: str
    name: str
    works: int
    place: str | None
    country: str | None

    def describe_person(self) -> str:
        """The id, and what tells them from others."""
        return f"{self.author_id} ({self.works} works, {self.place or 'place unknown'})"


class PersonReference(NamedTuple):
    """What was typed, as it was understood: just one of ``id``, ``page`` and ``name``.

    Attributes:
        id: with its scheme.
        page: a web address that is no registry's.
        name: without titles.
    """

    text: str
    id: str | None = None
    page: str | None = None
    name: str | None = None

    @property
    def suppression_token(self) -> str:
        """What a suppression would list them by: the id, else what was typed."""
        return self.id or self.text

    def not_found_message(self) -> str:
        """That nobody fits, said precisely."""
        if self.id:
            return f"Nobody is stored under {self.id}."
        if self.page:
            return f"Nobody whose page is {self.page} is stored. {TYPE}."
        return f"Nobody called {self.name} is stored."


def parse_person_reference(text: str) -> PersonReference:
    """Understand what somebody typed.

    Raises:
        UsageError: it is neither a name nor the id or link of a person; the message says what to type.
    """
    text = " ".join(text.split())
    if id_ := ids.parse_person_id(text):
        return PersonReference(text, id=id_)
    scheme, colon, rest = text.partition(":")
    if colon and scheme.lower() == "homepage":
        return PersonReference(text, page=rest)
    if colon and scheme == "name" and " " not in rest:
        return PersonReference(text, id=text)
    registry = "orcid.org" in text.lower() or scheme.lower() == "orcid" or re.fullmatch(r"[\d-]{15,18}[\dXx]", text)
    if registry:
        raise UsageError(f"{text} holds no ORCID whose check digit is right. {TYPE}.")
    if ids.is_link(text):
        if _is_registry_link(text):
            raise UsageError(f"{text} is not the page of one person. {TYPE}.")
        return PersonReference(text, page=text)
    name = names.strip_titles(text)
    if not any(sign.isalpha() for sign in name) or set(names.display_name(name)) & set("@:/~_0123456789"):
        raise UsageError(f"“{text}” is neither a name nor an id or link that is understood. {TYPE}.")
    return PersonReference(text, name=name)


def _is_registry_link(link: str) -> bool:
    hosts = ("openreview.net", "scholar.google.", "dblp.", "openalex.org", "semanticscholar.org", "ieeexplore.ieee.org")
    return any(host in link.lower() for host in hosts)


def matching_authors(snapshot: Snapshot, asked: PersonReference) -> pl.DataFrame:
    """Rows of ``authors`` whom it means: by id, page or printed spelling, else by a spelling that could be it."""
    authors = snapshot.load_table("authors")
    if asked.id:
        found = authors.filter((pl.col("author_id") == asked.id) | pl.col("ids").list.contains(asked.id))
        if found.is_empty() and asked.id.startswith("openreview:"):
            low = asked.id.lower()
            found = authors.filter(pl.col("ids").list.eval(pl.element().str.to_lowercase()).list.contains(low))
        return found
    if asked.page:
        page = pl.col("homepage").str.replace_all(_PAGE.pattern, "").str.to_lowercase()
        return authors.filter(page == _PAGE.sub("", asked.page).lower())
    return authors.join(_authors_by_spelling(snapshot, asked.name or ""), on="author", how="semi")


def _authors_by_spelling(snapshot: Snapshot, name: str) -> pl.DataFrame:
    """``author`` of those who were printed so, else in another order, else with initials, dropped names and such."""
    printed, key = _author_spellings(snapshot), names.name_key(name)
    words = key.split()
    exact = printed.filter(pl.col("fold") == key)
    if not exact.is_empty() or len(words) < 2:
        return exact
    near = printed.filter(_holds_any_word({words[0], words[-1]} if len(words[0]) > 1 else {words[-1]}))
    turned = near.filter(pl.col("fold").str.split(" ").list.sort() == sorted(words))
    if not turned.is_empty():
        return turned
    written = (
        pl.concat([printed.filter(_holds_any_word({words[-1][:2]})), near]).unique() if len(words[-1]) > 2 else near
    )
    spellings = names.umlaut_name_key(name), names.umlaut_name_key(name).replace(" ", "")
    out = written.filter(
        (pl.col("written") == spellings[0]) | (pl.col("fold").str.replace_all(" ", "") == spellings[1])
    )
    if not out.is_empty():
        return out
    fits = [fold for fold in near["fold"].unique() if names.are_names_compatible(words, fold.split())]
    return near.filter(pl.col("fold").is_in(fits))


def _holds_any_word(words: Iterable[str]) -> pl.Expr:
    return pl.any_horizontal(pl.col("fold").str.contains(word, literal=True) for word in sorted(words))


@lru_cache(maxsize=2)
def _author_spellings(snapshot: Snapshot) -> pl.DataFrame:
    """``author``, ``fold``, ``written``: each spelling of each person; the last with its umlauts written out."""
    sighted = snapshot.load_table("sightings").lazy().select("record", "position", "author")
    spellings = (
        snapshot.load_table("raw_names")
        .lazy()
        .select("record", "position", "fold", "name")
        .join(sighted, on=("record", "position"))
        .select("author", "fold", "name")
        .unique()
    )
    plain = pl.col("name").str.len_bytes() == pl.col("name").str.len_chars()
    out = (
        pl.when(plain)
        .then("fold")
        .otherwise(pl.col("name").map_elements(names.umlaut_name_key, return_dtype=pl.String, skip_nulls=True))
    )
    return spellings.select("author", "fold", written=out).unique().collect()


def interpret_person_text(snapshot: Snapshot, text: str) -> PersonReference:
    """What somebody typed, as :func:`parse_person_reference` understands it.

    What is stored just so is an id or name, however it looks.

    Raises:
        UsageError: it was not understood.
    """
    if ":" in text and not matching_authors(snapshot, exact := PersonReference(text, id=text)).is_empty():
        return exact
    try:
        asked = parse_person_reference(text)
    except UsageError:
        if not _is_stored_name(snapshot, text):
            raise
        return PersonReference(text, name=text)
    return PersonReference(text, name=text) if asked.page and _is_stored_name(snapshot, text) else asked


def _is_stored_name(snapshot: Snapshot, text: str) -> bool:
    return (
        any(map(str.isalpha, text))
        and not _author_spellings(snapshot).filter(pl.col("fold") == names.name_key(text)).is_empty()
    )


def resolve_author(snapshot: Snapshot, who: str, *, printed: bool = False) -> int:
    """The author that an id, a link or a name means.

    Args:
        printed: names count only as they were printed, with initials or nicknames where they were printed so: what is
            done to somebody cannot be undone.

    Raises:
        UsageError: it was not understood, or means nobody or several; the message says whom it could mean.
    """
    asked = interpret_person_text(snapshot, who)
    found = matching_authors(snapshot, asked)
    if printed and asked.name and not found.is_empty() and not _is_printed_name(snapshot, asked.name, found):
        like = "; ".join(f"{one.name}: {one.describe_person()}" for one in person_matches(snapshot, found, CHOICES))
        raise UsageError(f"Nobody is printed as {asked.name}. Did you mean {like}? Name one by id.")
    if found.height == 1:
        return int(found["author"][0])
    if found.height > 1:
        raise UsageError(ambiguous_person_message(snapshot, asked, found))
    raise UsageError(unknown_person_message(snapshot, asked))


class ResolvedPerson(NamedTuple):
    """Whom a reader means.

    Attributes:
        others: a sentence about the others who are called so; None where there is nobody else.
    """

    author: int
    others: str | None


def resolve_likely_author(snapshot: Snapshot, who: str) -> ResolvedPerson:
    """The author whom an id, a link or a name means to a reader: of several of one name, the one who is well known.

    For showing only. What is done to somebody asks :func:`resolve_author`, which never chooses.

    Raises:
        UsageError: as for :func:`resolve_author`.
    """
    asked = interpret_person_text(snapshot, who)
    found = matching_authors(snapshot, asked)
    if asked.name and found.height > 1:
        first, second = person_matches(snapshot, found, 2)
        if first.works >= max(KNOWN, TIMES * second.works):
            number = found.height - 1
            one = "1 other person is" if number == 1 else f"{number} others are"
            most = f"with {'' if number == 1 else 'at most '}{second.works} {'work' if second.works == 1 else 'works'}"
            return ResolvedPerson(
                first.author, f"{one} called {asked.name}, {most}: {_list_other_ids(snapshot, found, first.author)}"
            )
    return ResolvedPerson(resolve_author(snapshot, who), None)


def _list_other_ids(snapshot: Snapshot, found: pl.DataFrame, but: int) -> str:
    rest = found.filter(pl.col("author") != but)
    ids_ = ", ".join(one.author_id for one in person_matches(snapshot, rest, SUGGESTED))
    return ids_ + (", …" if rest.height > SUGGESTED else "")


def _is_printed_name(snapshot: Snapshot, name: str, found: pl.DataFrame) -> bool:
    words = sorted(names.name_key(name).split())
    spellings = _author_spellings(snapshot).join(found.select("author"), on="author", how="semi")
    return any(sorted(fold.split()) == words for fold in spellings["fold"])


def ambiguous_person_message(snapshot: Snapshot, asked: PersonReference, found: pl.DataFrame) -> str:
    """That several people are meant, with what to choose from: people with no work stand last."""
    listed = "; ".join(one.describe_person() for one in person_matches(snapshot, found, CHOICES))
    called = f"are called {asked.name}" if asked.name else f"bear {asked.text}"
    more = "; …" if found.height > CHOICES else ""
    return f"{found.height} people {called}. Name one by id: {listed}{more}"


def unknown_person_message(snapshot: Snapshot, asked: PersonReference) -> str:
    """That nobody is meant, with who could be."""
    like = "; ".join(f"{one.name}: {one.describe_person()}" for one in suggest_similar_authors(snapshot, asked))
    meant = f" Did you mean {like}?" if like else ""
    remedy = "" if asked.page else " Collect an interest they work on, or check the spelling."
    return f"{asked.not_found_message()}{meant}{remedy}"


def person_matches(snapshot: Snapshot, found: pl.DataFrame, limit: int) -> list[PersonMatch]:
    """Some rows of ``authors`` as candidates, most works first."""
    first = found.sort("works_count", "author_id", descending=[True, False]).head(limit)
    placed = first.join(last_places(snapshot, first), on="author", how="left", maintain_order="left")
    return [
        PersonMatch(*row)
        for row in placed.select("author", "author_id", "name", "works_count", "place", "country").iter_rows()
    ]


def search_author_names(snapshot: Snapshot, text: str, limit: int) -> list[PersonMatch]:
    """People to choose from as somebody types: by id or link, else all whose name holds the words, most works first."""
    try:
        asked = parse_person_reference(text)
    except UsageError:
        return []
    if not asked.name or not (words := names.name_key(asked.name).split()):
        return person_matches(snapshot, matching_authors(snapshot, asked), limit)
    held = pl.all_horizontal(pl.col("plain").str.contains(word, literal=True) for word in words)
    as_typed = pl.col("name").str.to_lowercase().str.contains(asked.name.lower(), literal=True)
    found = authors_with_plain_name(snapshot).filter(held | as_typed)
    if len(words) > 1:
        found = found.join(matching_authors(snapshot, asked).select("author"), on="author", how="full", coalesce=True)
        found = snapshot.load_table("authors").join(found.select("author"), on="author", how="semi")
    return person_matches(snapshot, found, limit)


def suggest_similar_authors(snapshot: Snapshot, asked: PersonReference) -> list[PersonMatch]:
    """People whose names hold what was typed, else those spelled almost like it."""
    if not asked.name:
        return []
    if found := search_author_names(snapshot, asked.name, SUGGESTED):
        return found
    words = [word for word in names.name_key(asked.name).split() if len(word) > 1]
    if not words:
        return []
    # somebody whose family name begins alike, or who shares a whole word: the rest cannot be meant
    plain, begins = pl.col("plain"), pl.col("plain").str.split(" ").list.last().str.starts_with(words[-1][:3])
    shares = plain.str.split(" ").list.set_intersection(words).list.len() > 0
    near = (
        authors_with_plain_name(snapshot)
        .filter(begins | shares)
        .sort("works_count", "author_id", descending=[True, False])
    )
    typed = " ".join(words)
    scores = {
        one: SequenceMatcher(None, typed, name).ratio()
        for one, name in near.head(COMPARED).select("author", "plain").iter_rows()
    }
    best = sorted((one for one, score in scores.items() if score >= LIKE), key=lambda one: -scores[one])[:SUGGESTED]
    rows = person_matches(snapshot, near.filter(pl.col("author").is_in(best)), SUGGESTED)
    return sorted(rows, key=lambda row: best.index(row.author))


def last_places(snapshot: Snapshot, some: pl.DataFrame) -> pl.DataFrame:
    """``author``, ``place``, ``country``: where some people were seen last."""
    institutions = snapshot.load_table("institutions").lazy().select("institution", place="name", home="country")
    return (
        snapshot.load_table("affiliations")
        .lazy()
        .join(some.lazy().select("author"), on="author", how="semi")
        .sort("author", "last", descending=[False, True])
        .unique("author", keep="first", maintain_order=True)
        .join(institutions, on="institution")
        .select("author", "place", country=pl.coalesce("country", "home"))
        .collect()
    )
