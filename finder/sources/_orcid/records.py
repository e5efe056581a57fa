"""From ORCID's answers to people: pure, lenient about what is missing, strict about what is not understood."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

import msgspec

from finder import ids
from finder.errors import UnexpectedFormat
from finder.model import Affiliation, Person, Rejected
from finder.source import Response
from finder.sources._orcid import schemas
from finder.text.names import display_name, name_key
from finder.text.redaction import redact_contacts

SOURCE = "orcid"

_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_ROR = re.compile(r"(?:https?://ror\.org/)?(0[a-z0-9]{8})/?")
_OWN = re.compile(r"(?:my |personal |academic )*(?:home ?page|web ?(?:site|page)|page|site)|.*\bpersonal\b.*", re.I)
_NOT_HOMEPAGES = tuple(
    """
    academia.edu acm.org arxiv.org bsky.app clarivate.com dblp.org dblp.uni-trier.de doi.org facebook.com figshare.com
    frontiersin.org github.com gitlab.com huggingface.co ieee.org instagram.com kaggle.com keybase.io linkedin.com
    mendeley.com nih.gov openreview.net orcid.org osf.io publons.com researchgate.net researcherid.com scopus.com
    semanticscholar.org ssrn.com stackoverflow.com t.me threads.net tiktok.com twitter.com vk.com webofscience.com
    weibo.com wikidata.org wikipedia.org x.com xing.com youtube.com zenodo.org zhihu.com
    """.split()
)
_DOTTED = tuple(f".{host}" for host in _NOT_HOMEPAGES)
T = TypeVar("T")


def parse(reply: Response) -> Iterator[Person | Rejected]:
    """Read a record, or only its part about the person; searches hold ids alone, and no records.

    Raises:
        UnexpectedFormat: it is an error, not JSON, or something else of ORCID's (a work, a list of works).
    """
    head = _decode_orcid(reply.body, schemas.ResponseHead, reply.url)
    if head.response_code is not None:
        raise _orcid_shape_error(
            f"it says {head.response_code}: {(head.user_message or 'no reason').rstrip('.')}"[:200], reply.url
        )
    if head.num_found is not None:
        return
    if head.orcid_identifier:
        record = _decode_orcid(reply.body, schemas.Record, reply.url)
    elif head.path and head.path.endswith("/person"):
        record = schemas.Record(
            schemas.Identity(head.path), person=_decode_orcid(reply.body, schemas.Profile, reply.url)
        )
    else:
        raise _orcid_shape_error("neither a record nor a search", reply.url)
    yield _orcid_person(record, reply)


def _orcid_person(record: schemas.Record, reply: Response) -> Person | Rejected:
    own = ids.parse_orcid((record.orcid_identifier.path if record.orcid_identifier else None) or "")
    if own is None:
        raise _orcid_shape_error("a record without an ORCID iD", reply.url)
    if record.history and record.history.deactivation_date:
        return Rejected(SOURCE, own, "closed by its owner")
    profile = record.person or schemas.Profile()
    printed = list(dict.fromkeys(_orcid_names(profile)))
    if not printed:
        return Rejected(SOURCE, own, "no public name")
    return Person(
        source=SOURCE,
        source_id=own,
        name=printed[0],
        seen=reply.fetched_at[:10],
        other_names=tuple(printed[1:]),
        ids=tuple(dict.fromkeys(filter(None, (own, ids.parse_orcid(reply.url), *_orcid_external_ids(profile))))),
        affiliations=tuple(dict.fromkeys(_orcid_affiliations(record.activities_summary or schemas.Activities()))),
        homepage=_orcid_homepage(profile),
    )


def _orcid_names(profile: schemas.Profile) -> list[str]:
    """How somebody signs, given and family name, other spellings: none where the first two are not public."""
    name, others = profile.name or schemas.Name(), profile.other_names or schemas.OtherNames()
    told = (
        _orcid_value_text(name.credit_name),
        f"{_orcid_value_text(name.given_names)} {_orcid_value_text(name.family_name)}",
    )
    shown = [display_name(one) for one in told if _is_orcid_name(one)]
    spelled = (other.content or "" for other in others.other_name or [])
    return [*shown, *(display_name(one) for one in spelled if _is_orcid_name(one))] if shown else []


def _is_orcid_name(text: str) -> bool:
    """People put anything there: addresses, too."""
    return any(map(str.isalpha, text)) and "@" not in text


def _orcid_external_ids(profile: schemas.Profile) -> Iterator[str]:
    """Profiles elsewhere that name the person beyond doubt; Scopus and the like are of no use here."""
    identifiers = (profile.external_identifiers or schemas.Identifiers()).external_identifier or []
    told = [
        (i.external_id_type or "", i.external_id_value or "", _orcid_value_text(i.external_id_url))
        for i in identifiers
        if i.external_id_relationship in (None, "self")
    ]
    for kind, value, url in (*told, *(("", "", url) for _, url in _orcid_links(profile))):
        host = _orcid_link_host(url)
        if host.startswith("scholar.google."):
            yield from filter(None, [ids.parse_scholar_id(url)])
        elif host.startswith("dblp."):
            yield from filter(None, [ids.parse_dblp_pid(url)])
        elif host == "openreview.net":
            yield from filter(None, map(ids.parse_openreview_id, parse_qs(urlsplit(url).query).get("id", [])[:1]))
        elif "scholar" in kind.lower() and "google" in kind.lower():
            yield from filter(None, [ids.parse_scholar_id(value)])
        elif kind.lower() == "dblp":
            yield from filter(None, [ids.parse_dblp_pid(value)])


def _orcid_homepage(profile: schemas.Profile) -> str | None:
    """Of the links, the first that by label or address is the person's own, else the first that is no network's."""
    links = [(label, url) for label, url in _orcid_links(profile) if not _is_network_profile(url)]
    family = name_key(_orcid_value_text(profile.name.family_name)).replace(" ", "") if profile.name else ""
    own = (u for label, u in links if _OWN.fullmatch(label) or (len(family) > 3 and family in u.lower()))
    return next(own, links[0][1] if links else None)


def _orcid_links(profile: schemas.Profile) -> list[tuple[str, str]]:
    """Label and address of every link that is a web address."""
    links = (profile.researcher_urls.researcher_url if profile.researcher_urls else None) or []
    found = [
        (" ".join((link.url_name or "").split()), ids.parse_page_url(_orcid_value_text(link.url))) for link in links
    ]
    return [(label, url) for label, url in found if url and _orcid_link_host(url)]


def _is_network_profile(url: str) -> bool:
    """Whether this is a profile on a network; ``@`` stands in those of Mastodon, or in an address of mail."""
    host = _orcid_link_host(url)
    return "@" in url or host.startswith("scholar.google.") or f".{host}".endswith(_DOTTED)


def _orcid_link_host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _orcid_affiliations(activities: schemas.Activities) -> Iterator[Affiliation]:
    """Posts, then studies. Of several accounts of one stay, ORCID puts the preferred first."""
    for section in (activities.employments, activities.educations):
        for group in (section.affiliation_group if section else None) or []:
            told = (s.employment_summary or s.education_summary for s in group.summaries or [])
            post = next((p for p in told if p and p.organization and _clean_orcid_text(p.organization.name)), None)
            if post and post.organization:
                yield _orcid_affiliation(post, post.organization)


def _orcid_affiliation(post: schemas.AffiliationEntry, organisation: schemas.Organisation) -> Affiliation:
    country = ((organisation.address.country if organisation.address else None) or "").strip().upper()
    return Affiliation(
        institution=_clean_orcid_text(organisation.name),
        id=_orcid_ror_id(organisation.disambiguated_organization),
        country=country if len(country) == 2 and country.isascii() and country.isalpha() else None,
        raw=_clean_orcid_text(post.department_name) or None,
        role=_clean_orcid_text(post.role_title) or None,
        since=_orcid_year(post.start_date),
        until=_orcid_year(post.end_date),
        stated=True,
    )


def _orcid_ror_id(register: schemas.OrganisationIdentifier | None) -> str | None:
    if register is None or (register.disambiguation_source or "").upper() != "ROR":
        return None
    found = _ROR.fullmatch((register.disambiguated_organization_identifier or "").strip().lower())
    return f"ror:{found[1]}" if found else None


def _orcid_year(day: schemas.Day | None) -> int | None:
    text = _orcid_value_text(day.year if day else None)
    return int(text) if re.fullmatch(r"[12]\d{3}", text, re.ASCII) else None


def _orcid_value_text(value: schemas.Value | None) -> str:
    return str(value.value).strip() if value and value.value is not None else ""


def _clean_orcid_text(text: str | None) -> str:
    """Text in single spaces, without addresses of mail."""
    return " ".join(redact_contacts(text).split()) if text else ""


def _decode_orcid(body: bytes, shape: type[T], url: str) -> T:
    try:
        return msgspec.json.decode(body, type=shape)
    except _BROKEN as error:
        raise _orcid_shape_error(str(error)[:200], url) from None


def _orcid_shape_error(why: str, url: str) -> UnexpectedFormat:
    return UnexpectedFormat(
        f"ORCID's answer is not understood: {why}. Update the finder; if it is up to date, report this.", url
    )
