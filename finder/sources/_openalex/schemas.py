"""What an answer of OpenAlex looks like, as far as it is used. Every field may be missing or null."""

from __future__ import annotations

from typing import Any

import msgspec

NOTHING = msgspec.Raw(b"null")


class Envelope(msgspec.Struct):
    """Any answer: a list, a record of its own, a count by group, or an error."""

    id: Any = None
    error: Any = msgspec.UNSET
    message: Any = None
    results: list[msgspec.Raw] | msgspec.UnsetType | None = msgspec.UNSET
    group_by: Any = msgspec.UNSET
    rate_limit: Any = msgspec.UNSET


class RecordHead(msgspec.Struct):
    """What tells one kind of record from another; only a type-ahead's choice has ``entity_type``."""

    id: str | None = None
    entity_type: str | None = None


class Meta(msgspec.Struct):
    """``meta`` of a list. ``timed_out``: the search was cut short and this is only what it had."""

    count: int | None = None
    next_cursor: str | None = None
    timed_out: bool | None = None


class ListResponse(msgspec.Struct):
    """A list, as far as paging reads it."""

    meta: Meta | None = None


class Choice(msgspec.Struct):
    """One line of a type-ahead."""

    id: str | None = None
    display_name: str | None = None


class Choices(msgspec.Struct):
    """A type-ahead's answer."""

    results: list[Choice] | None = None


class Organisation(msgspec.Struct):
    """An institution as it stands inside a work or an author."""

    id: str | None = None
    display_name: str | None = None
    ror: str | None = None
    country_code: str | None = None
    type: str | None = None


class Author(msgspec.Struct):
    """The author OpenAlex believes a printed name to be; ``id`` is null where it could not tell."""

    id: str | None = None
    display_name: str | None = None
    orcid: str | None = None


class AffiliationString(msgspec.Struct):
    """One printed affiliation, and the institutions it was matched to."""

    raw_affiliation_string: str | None = None
    institution_ids: list[str] | None = None


class AuthorshipEntry(msgspec.Struct):
    """An entry of ``authorships``."""

    author: Author | None = None
    raw_author_name: str | None = None
    institutions: list[Organisation] | None = None
    affiliations: list[AffiliationString] | None = None
    raw_affiliation_strings: list[str] | None = None
    is_corresponding: bool | None = None


class NamedEntity(msgspec.Struct):
    """A keyword, a topic or a venue."""

    display_name: str | None = None
    score: float | None = None


class Location(msgspec.Struct):
    """Where a work can be read."""

    landing_page_url: str | None = None
    source: NamedEntity | None = None
    raw_source_name: str | None = None


class Publication(msgspec.Struct):
    """A work. The abstract stays raw until it is known that the work is wanted."""

    id: str | None = None
    doi: str | None = None
    title: str | None = None
    display_name: str | None = None
    publication_year: int | None = None
    publication_date: str | None = None
    type: str | None = None
    ids: dict[str, Any] | None = None
    authorships: list[AuthorshipEntry] | None = None
    is_authors_truncated: bool | None = None
    primary_location: Location | None = None
    locations: list[Location] | None = None
    primary_topic: NamedEntity | None = None
    topics: list[NamedEntity] | None = None
    keywords: list[NamedEntity] | None = None
    abstract_inverted_index: msgspec.Raw = NOTHING
    cited_by_count: int | None = None
    is_retracted: bool | None = None
    is_paratext: bool | None = None


class SnapshotLine(msgspec.Struct):
    """What tells whether a line of a snapshot is wanted, before the rest of it is read.

    Attributes:
        is_xpac: one of the 190 million works of lower quality that the interface hides unless asked for them.
    """

    id: str | None = None
    is_xpac: bool | None = None
    type: str | None = None
    publication_date: str | None = None
    publication_year: int | None = None
    title: str | None = None
    display_name: str | None = None
    primary_topic: NamedEntity | None = None
    topics: list[NamedEntity] | None = None
    keywords: list[NamedEntity] | None = None
    abstract_inverted_index: msgspec.Raw = NOTHING


class AffiliationYears(msgspec.Struct):
    """An institution and the years somebody published from there."""

    institution: Organisation | None = None
    years: list[int] | None = None


class YearCount(msgspec.Struct):
    """Works in a year."""

    year: int | None = None
    works_count: int | None = None


class AuthorRecord(msgspec.Struct):
    """An author's own record, computed by OpenAlex from works."""

    id: str | None = None
    orcid: str | None = None
    display_name: str | None = None
    display_name_alternatives: list[str] | None = None
    works_count: int | None = None
    affiliations: list[AffiliationYears] | None = None
    last_known_institutions: list[Organisation] | None = None
    counts_by_year: list[YearCount] | None = None
    updated_date: str | None = None


class Geo(msgspec.Struct):
    """Where an institution stands."""

    city: str | None = None
    country_code: str | None = None
    latitude: float | None = None
    longitude: float | None = None


class Related(msgspec.Struct):
    """An institution's parent, child or neighbour."""

    id: str | None = None
    relationship: str | None = None


class InstitutionRecord(msgspec.Struct):
    """An institution's own record."""

    id: str | None = None
    ror: str | None = None
    display_name: str | None = None
    display_name_alternatives: list[str] | None = None
    display_name_acronyms: list[str] | None = None
    country_code: str | None = None
    type: str | None = None
    homepage_url: str | None = None
    geo: Geo | None = None
    lineage: list[str] | None = None
    associated_institutions: list[Related] | None = None
