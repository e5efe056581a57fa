"""What sources say, as frozen records. The only currency between a source and the store.

Ids carry their scheme: ``openalex:A5…``, ``orcid:0000-…``, ``dblp:12/345``, ``openreview:~Ada_Byron1``,
``scholar:…``, ``ieee:…``, ``doi:10.…``, ``arxiv:2101.00001``, ``ror:…``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from finder.text.names import display_name, split_author_names

OrganisationKind = Literal["education", "company", "facility", "government", "nonprofit", "healthcare", "other"]


NOT_PUBLICATIONS = frozenset(
    {
        "component",
        "database",
        "dataset",
        "erratum",
        "grant",
        "libguides",
        "paratext",
        "peer-review",
        "retraction",
        "software",
        "supplementary-materials",
    }
)
"""Types of works, in the words of OpenAlex, that nobody is an author of in the sense meant here."""


class Affiliation(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody at an institution, as one source says it.

    Attributes:
        institution: the organisation's name as the source gives it (normalised by the source if it does so).
        id: ``openalex:I…`` or ``ror:…``, where the source has one.
        country: ISO 3166-1 alpha-2, upper case.
        raw: the printed text the name was taken from, when it says more.
        role: the post as stated ("Assistant Professor"), never inferred.
        since, until: years; a source that only counts works leaves the first and last year seen here.
        stated: a person said so (OpenReview, ORCID, CSRankings), as opposed to computed from works.
    """

    institution: str
    id: str | None = None
    country: str | None = None
    kind: str | None = None
    raw: str | None = None
    domain: str | None = None
    role: str | None = None
    since: int | None = None
    until: int | None = None
    stated: bool = False


class Authorship(msgspec.Struct, frozen=True, omit_defaults=True):
    """A name as printed on one work."""

    name: str
    ids: tuple[str, ...] = ()
    affiliations: tuple[Affiliation, ...] = ()
    corresponding: bool = False
    homepage: str | None = None


def split_joint_authors(authorships: Iterable[Authorship]) -> tuple[Authorship, ...]:
    """The authors of a work, where one cell that names several people becomes as many.

    The ids and places of such a cell are somebody's among them, and it is not known whose.
    """
    listed = tuple(authorships)
    if not any("," in one.name for one in listed):
        return listed
    return tuple(
        Authorship(display_name(name)) if len(names) > 1 else one
        for one, names in ((one, split_author_names(one.name)) for one in listed)
        for name in names
    )


class Work(msgspec.Struct, frozen=True, omit_defaults=True):
    """A publication as one source lists it.

    Attributes:
        date: ``YYYY-MM-DD``, or ``YYYY-MM`` or ``YYYY`` where the source knows no more.
        unplaced: places that are printed on it without saying whose they are.
        published: False for what was only submitted (rejected, withdrawn): evidence of who is where, never of work.
        truncated: the source cut the list of authors.
        complete: False where the page it stood on was partial.
    """

    source: str
    source_id: str
    title: str
    date: str
    authorships: tuple[Authorship, ...]
    abstract: str | None = None
    keywords: tuple[str, ...] = ()
    venue: str | None = None
    type: str | None = None
    ids: tuple[str, ...] = ()
    url: str | None = None
    citations: int | None = None
    published: bool = True
    truncated: bool = False
    unplaced: tuple[Affiliation, ...] = ()


class Person(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody as one source's own record of people tells.

    Attributes:
        works_by_year: ``(year, number of works)``, newest first; the whole record, not only what matched.
        seen: the date (``YYYY-MM-DD``) the source's statement holds for.
    """

    source: str
    source_id: str
    name: str
    seen: str
    other_names: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    affiliations: tuple[Affiliation, ...] = ()
    homepage: str | None = None
    works_count: int | None = None
    works_by_year: tuple[tuple[int, int], ...] = ()


class Institution(msgspec.Struct, frozen=True, omit_defaults=True):
    """An organisation as one source lists it. Coordinates in degrees."""

    source: str
    source_id: str
    name: str
    other_names: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    country: str | None = None
    kind: str | None = None
    city: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    homepage: str | None = None
    parents: tuple[str, ...] = ()


Workplace = Literal["remote", "hybrid", "on-site"]


class Posting(msgspec.Struct, frozen=True, omit_defaults=True):
    """An open position as one job board lists it (schema.org's JobPosting, where words agree).

    It is no row of the ``record`` table: postings come and go, see ``finder.storage.postings``.

    Attributes:
        source: the platform, by its module's name.
        source_id: the board's token and the platform's id of the job, ``anthropic/4021``.
        hiring_organization: as the board itself names it; None where it does not.
        description: plain text, without e-mail addresses, cut at some thousand characters.
        countries: ISO 3166-1 alpha-2, those of ``locations`` that are clear.
        level: whom it is for, in the platform's words ("Intern", "First Stage Researcher (R1)").
        date_posted, valid_through: ``YYYY-MM-DD``; the last day to apply counts in.
        requisition: the employer's own number of it.
    """

    source: str
    source_id: str
    board: str
    title: str
    url: str
    hiring_organization: str | None = None
    description: str | None = None
    locations: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    workplace: Workplace | None = None
    employment_type: str | None = None
    level: str | None = None
    department: str | None = None
    date_posted: str | None = None
    valid_through: str | None = None
    requisition: str | None = None


class Board(msgspec.Struct, frozen=True):
    """An organisation's page of open positions on a known platform.

    Attributes:
        token: what the platform calls it; what else is in it, its module says.
        region: where its positions mostly are, in words or ISO codes; empty is anywhere.
        origin: how it is known, and when that was seen.
    """

    organisation: str
    platform: str
    token: str
    region: str = ""
    origin: str = ""

    @property
    def id(self) -> str:
        """``board:greenhouse/anthropic``."""
        return f"board:{self.platform}/{self.token}"


Polarity = Literal["recruiting", "not recruiting", "conditions", "joining"]


class Statement(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody says on a page of theirs, word for word.

    Attributes:
        name, ids: whom it is about.
        polarity: "conditions" says how to apply or who may; "joining" that somebody begins at ``institution``.
        quote: the sentence as it stands on the page, without markup.
        date: ``YYYY`` or ``YYYY-MM`` or ``YYYY-MM-DD`` that the page itself gives for it; None is unknown age.
        seen: the day the page was read.
        audience: whom it is about, of "phd", "postdoc", "master", "bachelor", "intern", "visitor", "staff".
    """

    source: str
    source_id: str
    name: str
    ids: tuple[str, ...]
    polarity: Polarity
    quote: str
    url: str
    seen: str
    date: str | None = None
    audience: tuple[str, ...] = ()
    institution: str | None = None
    role: str | None = None


class Investigator(msgspec.Struct, frozen=True, omit_defaults=True):
    """A name as printed on one grant.

    Attributes:
        lead: leads it, alone or with others; else takes part in it.
        institution: where they are, as the source says of them or of the grant as a whole.
    """

    name: str
    ids: tuple[str, ...] = ()
    lead: bool = True
    institution: Affiliation | None = None


class Grant(msgspec.Struct, frozen=True, omit_defaults=True):
    """Money for research as one source lists it.

    Attributes:
        number: the funder's own number of it.
        amount, currency: as published, ISO 4217; never added up.
        start, end: ``YYYY-MM-DD``, or ``YYYY-MM`` or ``YYYY`` where the source knows no more; the last day counts in.
        institution: the one it was awarded to.
        partners: other institutions that take part.
        programme: the scheme it was awarded under, in the funder's words ("HORIZON-TMA-MSCA-DN").
        keywords: topics and keywords that the source gives it.
    """

    source: str
    source_id: str
    title: str
    funder: str
    investigators: tuple[Investigator, ...] = ()
    number: str | None = None
    amount: float | None = None
    currency: str | None = None
    start: str | None = None
    end: str | None = None
    institution: Affiliation | None = None
    partners: tuple[Affiliation, ...] = ()
    programme: str | None = None
    keywords: tuple[str, ...] = ()
    abstract: str | None = None
    url: str | None = None


class Rejected(msgspec.Struct, frozen=True):
    """A piece of an answer that could not become a record, and why. Counted and shown, never stored."""

    source: str
    where: str
    reason: str


class ClosedPosting(Rejected, frozen=True):
    """A job that is understood, still listed, and no longer open."""


Record = Work | Person | Institution | Statement | Grant
