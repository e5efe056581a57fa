"""From ORCID's answers to people: pure, lenient about what is missing, strict about what is not understood."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

import msgspec

from finder import ids
from finder.errors import ShapeChanged
from finder.model import Affiliation, Person, Rejected
from finder.names import fold, tidy
from finder.redaction import redact
from finder.source import Reply
from finder.sources._orcid import shapes

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


def parse(reply: Reply) -> Iterator[Person | Rejected]:
    """Read a record, or only its part about the person; searches hold ids alone, and no records.

    Raises:
        ShapeChanged: it is an error, not JSON, or something else of ORCID's (a work, a list of works).
    """
    head = _decode(reply.body, shapes.Head, reply.url)
    if head.response_code is not None:
        raise _changed(
            f"it says {head.response_code}: {(head.user_message or 'no reason').rstrip('.')}"[:200], reply.url
        )
    if head.num_found is not None:
        return
    if head.orcid_identifier:
        record = _decode(reply.body, shapes.Record, reply.url)
    elif head.path and head.path.endswith("/person"):
        record = shapes.Record(shapes.Identity(head.path), person=_decode(reply.body, shapes.Profile, reply.url))
    else:
        raise _changed("neither a record nor a search", reply.url)
    yield _person(record, reply)


def _person(record: shapes.Record, reply: Reply) -> Person | Rejected:
    own = ids.orcid((record.orcid_identifier.path if record.orcid_identifier else None) or "")
    if own is None:
        raise _changed("a record without an ORCID iD", reply.url)
    if record.history and record.history.deactivation_date:
        return Rejected(SOURCE, own, "closed by its owner")
    profile = record.person or shapes.Profile()
    printed = list(dict.fromkeys(_names(profile)))
    if not printed:
        return Rejected(SOURCE, own, "no public name")
    return Person(
        source=SOURCE,
        source_id=own,
        name=printed[0],
        seen=reply.fetched_at[:10],
        other_names=tuple(printed[1:]),
        ids=tuple(dict.fromkeys(filter(None, (own, ids.orcid(reply.url), *_other_ids(profile))))),
        affiliations=tuple(dict.fromkeys(_affiliations(record.activities_summary or shapes.Activities()))),
        homepage=_homepage(profile),
    )


def _names(profile: shapes.Profile) -> list[str]:
    """How somebody signs, given and family name, other spellings: none where the first two are not public."""
    name, others = profile.name or shapes.Name(), profile.other_names or shapes.OtherNames()
    told = (_text(name.credit_name), f"{_text(name.given_names)} {_text(name.family_name)}")
    shown = [tidy(one) for one in told if _is_name(one)]
    spelled = (other.content or "" for other in others.other_name or [])
    return [*shown, *(tidy(one) for one in spelled if _is_name(one))] if shown else []


def _is_name(text: str) -> bool:
    """People put anything there: addresses, too."""
    return any(map(str.isalpha, text)) and "@" not in text


def _other_ids(profile: shapes.Profile) -> Iterator[str]:
    """Profiles elsewhere that name the person beyond doubt; Scopus and the like are of no use here."""
    identifiers = (profile.external_identifiers or shapes.Identifiers()).external_identifier or []
    told = [(i.external_id_type or "", i.external_id_value or "", _text(i.external_id_url))
            for i in identifiers if i.external_id_relationship in (None, "self")]  # fmt: skip
    for kind, value, url in (*told, *(("", "", url) for _, url in _links(profile))):
        host = _host(url)
        if host.startswith("scholar.google."):
            yield from filter(None, [ids.scholar(url)])
        elif host.startswith("dblp."):
            yield from filter(None, [ids.dblp(url)])
        elif host == "openreview.net":
            yield from filter(None, map(ids.openreview, parse_qs(urlsplit(url).query).get("id", [])[:1]))
        elif "scholar" in kind.lower() and "google" in kind.lower():
            yield from filter(None, [ids.scholar(value)])
        elif kind.lower() == "dblp":
            yield from filter(None, [ids.dblp(value)])


def _homepage(profile: shapes.Profile) -> str | None:
    """Of the links, the first that by label or address is the person's own, else the first that is no network's."""
    links = [(label, url) for label, url in _links(profile) if not _elsewhere(url)]
    family = fold(_text(profile.name.family_name)).replace(" ", "") if profile.name else ""
    own = (u for label, u in links if _OWN.fullmatch(label) or (len(family) > 3 and family in u.lower()))
    return next(own, links[0][1] if links else None)


def _links(profile: shapes.Profile) -> list[tuple[str, str]]:
    """Label and address of every link that is a web address."""
    links = (profile.researcher_urls.researcher_url if profile.researcher_urls else None) or []
    found = [(" ".join((link.url_name or "").split()), ids.page(_text(link.url))) for link in links]
    return [(label, url) for label, url in found if url and _host(url)]


def _elsewhere(url: str) -> bool:
    """Whether this is a profile on a network; ``@`` stands in those of Mastodon, or in an address of mail."""
    host = _host(url)
    return "@" in url or host.startswith("scholar.google.") or f".{host}".endswith(_DOTTED)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _affiliations(activities: shapes.Activities) -> Iterator[Affiliation]:
    """Posts, then studies. Of several accounts of one stay, ORCID puts the preferred first."""
    for section in (activities.employments, activities.educations):
        for group in (section.affiliation_group if section else None) or []:
            told = (s.employment_summary or s.education_summary for s in group.summaries or [])
            post = next((p for p in told if p and p.organization and _clean(p.organization.name)), None)
            if post and post.organization:
                yield _affiliation(post, post.organization)


def _affiliation(post: shapes.Post, organisation: shapes.Organisation) -> Affiliation:
    country = ((organisation.address.country if organisation.address else None) or "").strip().upper()
    return Affiliation(
        institution=_clean(organisation.name),
        id=_ror(organisation.disambiguated_organization),
        country=country if len(country) == 2 and country.isascii() and country.isalpha() else None,
        raw=_clean(post.department_name) or None,
        role=_clean(post.role_title) or None,
        since=_year(post.start_date),
        until=_year(post.end_date),
        stated=True,
    )


def _ror(register: shapes.Register | None) -> str | None:
    if register is None or (register.disambiguation_source or "").upper() != "ROR":
        return None
    found = _ROR.fullmatch((register.disambiguated_organization_identifier or "").strip().lower())
    return f"ror:{found[1]}" if found else None


def _year(day: shapes.Day | None) -> int | None:
    text = _text(day.year if day else None)
    return int(text) if re.fullmatch(r"[12]\d{3}", text, re.ASCII) else None


def _text(value: shapes.Value | None) -> str:
    return str(value.value).strip() if value and value.value is not None else ""


def _clean(text: str | None) -> str:
    """Text in single spaces, without addresses of mail."""
    return " ".join(redact(text).split()) if text else ""


def _decode(body: bytes, shape: type[T], url: str) -> T:
    try:
        return msgspec.json.decode(body, type=shape)
    except _BROKEN as error:
        raise _changed(str(error)[:200], url) from None


def _changed(why: str, url: str) -> ShapeChanged:
    return ShapeChanged(
        f"ORCID's answer is not understood: {why}. Update the finder; if it is up to date, report this.", url
    )
