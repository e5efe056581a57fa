"""Ids of people and works out of what was typed into a form: the bare id with its scheme, or None.

Forms hold ids in many spellings (``12/345-1.html``, whole URLs, search pages). What does not name exactly one person
or work is no id.
"""

from __future__ import annotations

import re

# Authors of OpenAlex who opted out, and who were deleted. Their works stay, but nobody may rebuild them by name.
PLACEHOLDERS = frozenset({"A9999999999", "A5317838346"})

_ORCID = re.compile(r"(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dXx])(?!\d)")
_PID = re.compile(r"(?:.*/pid/)?((?:\d+|[a-z])/(?:\d+|[A-Z][A-Za-z]*\d*)(?:-\d+)?)(?:\.html|\.xml|\.rdf)?/?(?:[?#].*)?")
_SCHOLAR = re.compile(r"(?:.*[?&]user=)?([\w-]{12})(?:[&#].*)?", re.ASCII)
_OPENREVIEW = re.compile(r"~[^\s@;,/]+\d")
_DOI = re.compile(r"10\.\d{4,9}/\S+")


def orcid(text: str) -> str | None:
    """An ORCID whose check digit is right.

    >>> orcid("https://orcid.org/0000-0002-1825-0097"), orcid("0000-0002-1825-0098")
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


def dblp(text: str) -> str | None:
    """A DBLP person id; pages addressed by a name or a search are not ids.

    >>> dblp("https://dblp.org/pid/12/345-1.html"), dblp("https://dblp.org/pers/hd/c/Cao:Zhangjie")
    ('dblp:12/345-1', None)
    """
    found = _PID.fullmatch(text.strip()) if "/" in text else None
    return f"dblp:{found[1]}" if found else None


def scholar(text: str) -> str | None:
    """A Google Scholar user.

    >>> scholar("https://scholar.google.de/citations?hl=de&user=x8qCMhcAAAAJ")
    'scholar:x8qCMhcAAAAJ'
    """
    found = _SCHOLAR.fullmatch(text.strip())
    return f"scholar:{found[1]}" if found else None


def openreview(text: str) -> str | None:
    """An OpenReview profile; the e-mail addresses that stand in its place are not kept.

    >>> openreview("~Ada_Byron1"), openreview("ada@example.org")
    ('openreview:~Ada_Byron1', None)
    """
    found = _OPENREVIEW.fullmatch(text.strip())
    return f"openreview:{found[0]}" if found else None


def doi(text: str) -> str | None:
    """A DOI, lower case, out of itself or any URL that ends with it.

    >>> doi("https://doi.org/10.1145/3528233.3530723")
    'doi:10.1145/3528233.3530723'
    """
    found = _DOI.search(text.strip())
    return f"doi:{found[0].lower().rstrip('.,;')}" if found else None


def page(text: str) -> str | None:
    """A web address, or None.

    >>> page(" https://example.org/~ada "), page("example.org")
    ('https://example.org/~ada', None)
    """
    text = text.strip()
    return text if text.startswith(("http://", "https://")) and len(text.split(None, 1)) == 1 else None
