"""ORCID's answers, as far as they are read."""

from __future__ import annotations

import msgspec


class Shape(msgspec.Struct, rename="kebab"):
    """What ORCID writes: names with hyphens, and null for whatever is not said."""


class Value(Shape):
    """Almost everything is wrapped in one."""

    value: str | int | None = None


class Name(Shape):
    """How somebody is called and signs."""

    given_names: Value | None = None
    family_name: Value | None = None
    credit_name: Value | None = None


class OtherName(Shape):
    """Another spelling."""

    content: str | None = None


class OtherNames(Shape):
    """Other spellings."""

    other_name: list[OtherName] | None = None


class Link(Shape):
    """A link somebody put on the record."""

    url_name: str | None = None
    url: Value | None = None


class Links(Shape):
    """Links somebody put on the record."""

    researcher_url: list[Link] | None = None


class Identifier(Shape):
    """The person in another register."""

    external_id_type: str | None = None
    external_id_value: str | None = None
    external_id_url: Value | None = None
    external_id_relationship: str | None = None


class Identifiers(Shape):
    """The person in other registers."""

    external_identifier: list[Identifier] | None = None


class Profile(Shape):
    """What ``/person`` answers: who it is."""

    name: Name | None = None
    other_names: OtherNames | None = None
    researcher_urls: Links | None = None
    external_identifiers: Identifiers | None = None
    path: str | None = None


class Day(Shape):
    """A date; people may leave out month and day."""

    year: Value | None = None


class Address(Shape):
    """Where an organisation is."""

    country: str | None = None


class Register(Shape):
    """The organisation in a register: ROR, GRID, RINGGOLD or FUNDREF."""

    disambiguated_organization_identifier: str | None = None
    disambiguation_source: str | None = None


class Organisation(Shape):
    """Where somebody works or studies."""

    name: str | None = None
    address: Address | None = None
    disambiguated_organization: Register | None = None


class Post(Shape):
    """A stay, as one account tells it."""

    department_name: str | None = None
    role_title: str | None = None
    start_date: Day | None = None
    end_date: Day | None = None
    organization: Organisation | None = None


class Summary(Shape):
    """One account of a stay: either field, by section."""

    employment_summary: Post | None = None
    education_summary: Post | None = None


class Group(Shape):
    """All accounts of one stay, the preferred first."""

    summaries: list[Summary] | None = None


class Section(Shape):
    """Employments or educations."""

    affiliation_group: list[Group] | None = None


class Activities(Shape):
    """What somebody does and did."""

    employments: Section | None = None
    educations: Section | None = None


class Identity(Shape):
    """The ORCID iD."""

    path: str | None = None


class History(Shape):
    """What became of the record itself."""

    deactivation_date: Value | None = None


class Record(Shape):
    """What ``/record`` answers."""

    orcid_identifier: Identity | None = None
    history: History | None = None
    person: Profile | None = None
    activities_summary: Activities | None = None


class Head(Shape):
    """What tells answers apart."""

    response_code: int | None = None
    user_message: str | None = None
    num_found: int | None = None
    orcid_identifier: Identity | None = None
    path: str | None = None
