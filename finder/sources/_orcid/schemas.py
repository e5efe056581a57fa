"""ORCID's answers, as far as they are read."""

from __future__ import annotations

import msgspec


class OrcidStruct(msgspec.Struct, rename="kebab"):
    """What ORCID writes: names with hyphens, and null for whatever is not said."""


class Value(OrcidStruct):
    """Almost everything is wrapped in one."""

    value: str | int | None = None


class Name(OrcidStruct):
    """How somebody is called and signs."""

    given_names: Value | None = None
    family_name: Value | None = None
    credit_name: Value | None = None


class OtherName(OrcidStruct):
    """Another spelling."""

    content: str | None = None


class OtherNames(OrcidStruct):
    """Other spellings."""

    other_name: list[OtherName] | None = None


class Link(OrcidStruct):
    """A link somebody put on the record."""

    url_name: str | None = None
    url: Value | None = None


class Links(OrcidStruct):
    """Links somebody put on the record."""

    researcher_url: list[Link] | None = None


class Identifier(OrcidStruct):
    """The person in another register."""

    external_id_type: str | None = None
    external_id_value: str | None = None
    external_id_url: Value | None = None
    external_id_relationship: str | None = None


class Identifiers(OrcidStruct):
    """The person in other registers."""

    external_identifier: list[Identifier] | None = None


class Profile(OrcidStruct):
    """What ``/person`` answers: who it is."""

    name: Name | None = None
    other_names: OtherNames | None = None
    researcher_urls: Links | None = None
    external_identifiers: Identifiers | None = None
    path: str | None = None


class Day(OrcidStruct):
    """A date; people may leave out month and day."""

    year: Value | None = None


class Address(OrcidStruct):
    """Where an organisation is."""

    country: str | None = None


class OrganisationIdentifier(OrcidStruct):
    """The organisation in a register: ROR, GRID, RINGGOLD or FUNDREF."""

    disambiguated_organization_identifier: str | None = None
    disambiguation_source: str | None = None


class Organisation(OrcidStruct):
    """Where somebody works or studies."""

    name: str | None = None
    address: Address | None = None
    disambiguated_organization: OrganisationIdentifier | None = None


class AffiliationEntry(OrcidStruct):
    """A stay, as one account tells it."""

    department_name: str | None = None
    role_title: str | None = None
    start_date: Day | None = None
    end_date: Day | None = None
    organization: Organisation | None = None


class AffiliationSummary(OrcidStruct):
    """One account of a stay: either field, by section."""

    employment_summary: AffiliationEntry | None = None
    education_summary: AffiliationEntry | None = None


class AffiliationGroup(OrcidStruct):
    """All accounts of one stay, the preferred first."""

    summaries: list[AffiliationSummary] | None = None


class AffiliationSection(OrcidStruct):
    """Employments or educations."""

    affiliation_group: list[AffiliationGroup] | None = None


class Activities(OrcidStruct):
    """What somebody does and did."""

    employments: AffiliationSection | None = None
    educations: AffiliationSection | None = None


class Identity(OrcidStruct):
    """The ORCID iD."""

    path: str | None = None


class History(OrcidStruct):
    """What became of the record itself."""

    deactivation_date: Value | None = None


class Record(OrcidStruct):
    """What ``/record`` answers."""

    orcid_identifier: Identity | None = None
    history: History | None = None
    person: Profile | None = None
    activities_summary: Activities | None = None


class ResponseHead(OrcidStruct):
    """What tells answers apart."""

    response_code: int | None = None
    user_message: str | None = None
    num_found: int | None = None
    orcid_identifier: Identity | None = None
    path: str | None = None
