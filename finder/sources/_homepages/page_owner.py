"""Whose page it is, and the post its owner states there."""

# ruff: noqa: RUF001 - pages are typed with curly quotes and long dashes

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import msgspec

from finder.model import Affiliation
from finder.sources._homepages.page import VisiblePage
from finder.text.names import name_key

_SEPARATOR = re.compile(r"\s+[-–—|·•:]\s+|[|·•:,(]|['’]s\b")
_NAME = re.compile(r"[^\W\d_][\w'’.-]*(?:\s+[^\W\d_][\w'’.-]*){1,3}")
_NO_NAMES = frozenset(
    "about academic ai and contact courses department for group home homepage in institute intelligence join joining"
    " lab laboratory learning my of open openings our page people personal positions professor prospective publications"
    " research science sciences software students systems teaching team the to university us vision website"
    " welcome".split()
)
_SELF = re.compile(
    r"(?:i am|i m|my name is|this is|welcome to)\s+(?:the (?:home ?page|website) of\s+)?(?:(?:dr|prof|professor)\s+)*"
)
_ROLE = (
    r"(?P<role>(?:(?:distinguished|associate|assistant|full|junior|adjunct|affiliate|visiting|research|teaching)\s+){0,2}"
    r"professor|(?:senior\s+)?lecturer|post-?doc(?:toral\s+\w+)?|(?:senior\s+|principal\s+|staff\s+)?research\s+scientist)"
)
_ORG = (
    r"(?P<org>(?:(?:[A-ZÀ-Ž][\w'’.&-]*|of|de|di|da|do|del|der|des|la|für|and|&|the)\s+){0,6}?"
    r"(?:[A-ZÀ-Ž][\w'’-]*)?(?:Universit\w+|Univers\w+|Institut\w*\s+of\s+Technology|College|Hochschule|École|Polytechni\w+"
    r"|ETH|EPFL|KAIST)"
    r"(?:(?:\s+|,\s(?=College Park))(?:of|at|de|di|da|do|del|für|[A-ZÀ-Ž][\w'’&-]*))*)"
)
_SENTENCE = re.compile(rf"\bI(?:\s+am|['’]m)\s+(?:currently\s+)?(?:an?\s+|the\s+)?(?:[\w-]+\s+){{0,3}}?{_ROLE}\b", re.I)
_LINE = re.compile(
    rf"^(?:an?\s+)?(?:[\w-]+\s+){{0,4}}?{_ROLE}\s*(?:\([^)]*\)\s*)?(?:,|(?P<at>\bat\b|@))\s*(?P<rest>.+)$", re.I
)
_ORGS = re.compile(_ORG)
# only with its years: without them nobody knows that it is over
_FORMER = re.compile(
    r"\b(?:before(?:\s+(?:that|this|then))?|previously|formerly|earlier|prior\s+to\s+(?:that|this)),?\s+I\s+was\s+"
    r"(?:an?\s+|the\s+)?(?P<role>[a-z][a-z -]{3,40}?)\s+(?:at|with)\s+(?:the\s+)?(?P<org>[A-ZÀ-Ž][^().;]{2,80}?)"
    r"\s*\((?P<since>(?:19|20)\d\d)\s*[-–—]\s*(?P<until>(?:19|20)\d\d)\)",
    re.I,
)
_PAST = re.compile(r"\b(?:where|before|previously|formerly|prior|until|received|was|advised|with|from)\b", re.I)


def is_page_of_person(page: VisiblePage, url: str, name: str, depth: int = 0) -> bool:
    """Whether the page is this person's: its title, heading or first lines name them, or its address does.

    A page that names somebody else as its owner is theirs, wherever it lies; a page that names nobody belongs to the
    homepage that links it.
    """
    parts = name_key(name).split()
    if not parts:
        return False
    owners = [part for title in [*page.titles, *page.h1[:2]] for part in _SEPARATOR.split(title)]
    if any(is_name_of_person(owner, parts) for owner in owners) or _introduces_person(page, parts):
        return True
    if _names_other_person(page):
        return False
    return depth > 0 or _url_names_person(url, parts)


def is_name_of_person(text: str, parts: list[str]) -> bool:
    """Whether a short text is this folded name: given (or its initial) and family name, little else."""
    words = name_key(text).split()
    if len(words) > len(parts) + 4 or not words:
        return False
    if len(parts) == 1:
        return parts[0] in words
    squeezed = "".join(parts)
    if squeezed in ("".join(words), "".join(words[1:] + words[:1]), "".join(words[-1:] + words[:-1])):
        return True
    return parts[-1] in words and any(_is_same_given_name(word, parts[0]) for word in words if word != parts[-1])


def _is_same_given_name(one: str, other: str) -> bool:
    return one == other or (1 in (len(one), len(other)) and one[0] == other[0])


def _introduces_person(page: VisiblePage, parts: list[str]) -> bool:
    for block in page.blocks[:12]:
        words = name_key(block.text[:120])
        known = _SELF.search(words)
        begin = words[known.end() :] if known else words
        if is_name_of_person(" ".join(begin.split()[: len(parts) + 1]), parts):
            return True
    return False


def _names_other_person(page: VisiblePage) -> bool:
    """Whether title and first heading agree on a person, who is not ours."""
    named = [
        {name_key(part) for part in _SEPARATOR.split(text) if _looks_like_person_name(part)} for text in page.titles[:3]
    ]
    return any(found & {name_key(h1) for h1 in page.h1[:1] if _looks_like_person_name(h1)} for found in named)


def _looks_like_person_name(text: str) -> bool:
    text = text.strip()
    return bool(_NAME.fullmatch(text)) and text[:1].isupper() and not _NO_NAMES & set(name_key(text).split())


def _url_names_person(url: str, parts: list[str]) -> bool:
    split = urlsplit(url)
    host = [label for label in (split.hostname or "").split(".")[:-1] if label != "www"]
    segments = [*host, *(segment.partition(".")[0] for segment in split.path.split("/"))]
    family, given = parts[-1], parts[:-1]
    initials = "".join(part[0] for part in given)
    for segment in segments:
        token = re.sub(r"[^a-z]", "", name_key(segment.lstrip("~")).replace(" ", ""))
        before, found, after = token.partition(family)
        if found and len(family) > 1:
            rest = before + after
            if rest in ("", "lab", "group", initials, initials[:1]) or (given and given[0] in rest):
                return True
        if given and len(given[0]) > 3 and token.startswith(given[0] + family[:3]):
            return True
    return False


def current_page_affiliations(page: VisiblePage) -> tuple[Affiliation, ...]:
    """The posts that the owner clearly says to hold: "I am an Assistant Professor … at X University", or a line so."""
    for block in page.blocks:
        for found in _SENTENCE.finditer(block.text):
            # what was before, and who advised them, is of other institutions
            rest = _PAST.split(block.text[found.end() :].split(". ")[0])[0]
            orgs = list(dict.fromkeys(org["org"] for org in _ORGS.finditer(rest)))
            if len(orgs) == 1:
                return (_homepage_affiliation(orgs[0], found["role"]),)
    for block in page.blocks[:10]:
        pieces = block.text.replace("\n", ", ").split(";")
        if found_posts := tuple(_line_affiliations(pieces, " ".join(page.titles))):
            return found_posts
    return ()


def former_page_affiliations(page: VisiblePage) -> Iterator[Affiliation]:
    """The posts that the owner says to have held: "Before that I was a Postdoc at X University (2019-2022)"."""
    for block in page.blocks:
        for found in _FORMER.finditer(block.text):
            since, until = int(found["since"]), int(found["until"])
            if since <= until and found["org"][0].isupper():
                yield msgspec.structs.replace(
                    _homepage_affiliation(found["org"], found["role"]), since=since, until=until
                )


def _line_affiliations(pieces: Iterable[str], title: str) -> Iterator[Affiliation]:
    """Posts listed as "Professor, X University, Town; Research Scientist at Y"."""
    for piece in pieces:
        line = _LINE.match(piece.strip())
        if line is None or len(piece) > 160 or ". " in piece:
            return
        orgs = list(dict.fromkeys(org["org"] for org in _ORGS.finditer(line["rest"])))
        first = line["rest"].split(",")[0].strip()
        if len(orgs) == 1:
            yield _homepage_affiliation(orgs[0], line["role"])
        elif not orgs and first[:1].isupper() and len(first.split()) <= 6 and (first in title or line["at"]):
            # a company's name looks like any word: the title or "at" must vouch for it
            yield _homepage_affiliation(first, line["role"])


def _homepage_affiliation(institution: str, role: str) -> Affiliation:
    return Affiliation(institution.strip().removeprefix("the "), role=" ".join(role.split()), stated=True)
