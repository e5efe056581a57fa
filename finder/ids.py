"""Ids of people and works out of what was typed into a form: the bare id with its scheme, or None.

Forms hold ids in many spellings (``12/345-1.html``, whole URLs, search pages). What does not name exactly one person
or work is no id.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

# Authors of OpenAlex who opted out, and who were deleted. Their works stay, but nobody may rebuild them by name.
PLACEHOLDERS = frozenset({"A9999999999", "A5317838346"})

_ORCID = re.compile(r"(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dXx])(?!\d)")
_PID = re.compile(r"(?:.*/pid/)?((?:\d+|[a-z])/(?:\d+|[A-Z][A-Za-z]*\d*)(?:-\d+)?)(?:\.html|\.xml|\.rdf)?/?(?:[?#].*)?")
_SCHOLAR = re.compile(r"(?:.*[?&]user=)?([\w-]{12})(?:[&#].*)?", re.ASCII)
_OPENREVIEW = re.compile(r"~[^\s@;,/]+\d")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_OPENALEX = re.compile(r"(?:.*[/:])?(A\d+)", re.IGNORECASE)
_UNREGISTERED = re.compile(r"\d{15,}")  # the IEEE numbers whoever has no profile there anew on every paper
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+(/|$)")


def parse_orcid(text: str) -> str | None:
    """An ORCID whose check digit is right.

    >>> parse_orcid("https://orcid.org/0000-0002-1825-0097"), parse_orcid("0000-0002-1825-0098")
    ('orcid:0000-0002-1825-0097', None)
    """
    found = _ORCID.search(text)
    if found is None:
        return None
    digits = "".join(found.groups()).upper()
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return f"orcid:{'-'.join(found.groups()).upper()}" if digits[-1] == ("X" if check == 10 else str(check)) else None


def parse_dblp_pid(text: str) -> str | None:
    """A DBLP person id; pages addressed by a name or a search are not ids.

    >>> parse_dblp_pid("https://dblp.org/pid/12/345-1.html"), parse_dblp_pid("https://dblp.org/pers/hd/c/Cao:Zhangjie")
    ('dblp:12/345-1', None)
    """
    found = _PID.fullmatch(text.strip()) if "/" in text else None
    return f"dblp:{found[1]}" if found else None


def parse_scholar_id(text: str) -> str | None:
    """A Google Scholar user.

    >>> parse_scholar_id("https://scholar.google.de/citations?hl=de&user=x8qCMhcAAAAJ")
    'scholar:x8qCMhcAAAAJ'
    """
    found = _SCHOLAR.fullmatch(text.strip())
    return f"scholar:{found[1]}" if found else None


def parse_openreview_id(text: str) -> str | None:
    """An OpenReview profile; the e-mail addresses that stand in its place are not kept.

    >>> parse_openreview_id("~Ada_Byron1"), parse_openreview_id("ada@example.org")
    ('openreview:~Ada_Byron1', None)
    """
    found = _OPENREVIEW.fullmatch(text.strip())
    return f"openreview:{found[0]}" if found else None


def parse_doi(text: str) -> str | None:
    """A DOI, lower case, out of itself or any URL that ends with it.

    >>> parse_doi("https://doi.org/10.1145/3528233.3530723")
    'doi:10.1145/3528233.3530723'
    """
    found = _DOI.search(text.strip())
    return f"doi:{found[0].lower().rstrip('.,;')}" if found else None


def parse_page_url(text: str) -> str | None:
    """A web address, or None.

    >>> parse_page_url(" https://example.org/~ada "), parse_page_url("example.org")
    ('https://example.org/~ada', None)
    """
    text = text.strip()
    return text if text.startswith(("http://", "https://")) and len(text.split(None, 1)) == 1 else None


def parse_openalex_id(text: str) -> str | None:
    """An author of OpenAlex.

    >>> parse_openalex_id("https://openalex.org/authors/a5023888391"), parse_openalex_id("W2741809807")
    ('openalex:A5023888391', None)
    """
    found = _OPENALEX.fullmatch(text.strip().rstrip("/"))
    return f"openalex:{found[1].upper()}" if found else None


def parse_ieee_id(text: str) -> str | None:
    """The number of somebody registered with the IEEE.

    >>> parse_ieee_id("37085551234"), parse_ieee_id("100000000012345")
    ('ieee:37085551234', None)
    """
    text = text.strip()
    return f"ieee:{text}" if text.isdecimal() and not _UNREGISTERED.fullmatch(text) else None


def parse_s2_id(text: str) -> str | None:
    """An author of Semantic Scholar, by their number."""
    text = text.strip()
    return f"s2:{text}" if text.isdecimal() else None


def is_person_id(id_: str) -> bool:
    """Whether an id with its scheme is one of a person: numbers of unregistered authors are not.

    >>> is_person_id("ieee:37085551234"), is_person_id("ieee:100000000012345")
    (True, False)
    """
    return not id_.startswith("ieee:") or parse_ieee_id(id_[5:]) is not None


SCHEMES = {
    "orcid": parse_orcid,
    "openalex": parse_openalex_id,
    "openreview": parse_openreview_id,
    "dblp": parse_dblp_pid,
    "scholar": parse_scholar_id,
    "s2": parse_s2_id,
    "ieee": parse_ieee_id,
}
"""What reads an id of a person, by its scheme."""


def parse_person_id(text: str) -> str | None:
    """The id of a person out of what somebody typed: with its scheme, bare, or as a link to any registry's page.

    >>> parse_person_id("https://orcid.org/0000-0002-1825-0097")
    'orcid:0000-0002-1825-0097'
    >>> parse_person_id("~Ada_Byron1")
    'openreview:~Ada_Byron1'
    >>> parse_person_id("Ada Byron") is None
    True
    >>> parse_person_id("https://www.semanticscholar.org/author/A.-Byron/1741101")
    's2:1741101'
    >>> parse_person_id("orcid:0000-0002-1825-0098") is None
    True
    >>> parse_person_id("Ada Byron (ORCID 0000-0002-1825-0097)")
    'orcid:0000-0002-1825-0097'
    """
    text = unquote(text.strip().strip("<>"))
    if is_link(text):
        return _person_id_from_link(text if "://" in text else f"https://{text}")
    scheme, colon, value = text.partition(":")
    if colon and (read := SCHEMES.get(scheme.strip().lower())):
        return parse_person_id(value) if is_link(value) else read(value.strip())
    if " " in text:  # an id beside its owner's or registry's name
        found = {id_ for word in text.split() if len(word) > 5 and (id_ := parse_person_id(word.strip("()[]<>,;")))}
        return found.pop() if len(found) == 1 else None
    if _ORCID.fullmatch(text):
        return parse_orcid(text)
    # bare users of Scholar look like words; all of them end alike
    return (
        parse_openreview_id(text)
        or parse_dblp_pid(text)
        or parse_openalex_id(text)
        or (parse_scholar_id(text) if text.endswith("AAAAJ") else None)
    )


def is_link(text: str) -> bool:
    """Whether a text is a web address, with or without its scheme.

    >>> is_link("orcid.org/0000-0002-1825-0097"), is_link("12/345-1"), is_link("J. Doe")
    (True, False, False)
    """
    return "://" in text or (" " not in text and "@" not in text and _HOST.match(text) is not None and "/" in text)


def _person_id_from_link(link: str) -> str | None:
    """The id of the person whose page at a registry a link opens."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    host, last = (parts.hostname or ""), parts.path.rstrip("/").rpartition("/")[2]
    asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
    if host.endswith("orcid.org"):
        return parse_orcid(parts.path)
    if host.endswith("openreview.net"):
        return parse_openreview_id(asked.get("id", ""))
    if host.startswith("scholar.google."):
        return parse_scholar_id(asked.get("user", ""))
    if host.startswith("dblp"):
        return parse_dblp_pid(parts.path)
    if host.endswith("openalex.org"):
        return parse_openalex_id(last)
    if host.endswith("semanticscholar.org"):
        return parse_s2_id(last) if "author" in parts.path else None
    if host.endswith("ieeexplore.ieee.org"):
        return parse_ieee_id(last)
    return None
