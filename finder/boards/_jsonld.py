"""JobPosting in schema.org's words, as JSON: what universities and institutes put into their pages. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from finder.boards._places import countries, join, places, workplace
from finder.boards._reading import Unread, needed
from finder.boards._text import day, line, plain
from finder.model import Posting

_SCRIPT = re.compile(r"<!--|<script\b[^>]{0,500}?application/ld\+json[^>]{0,500}>", re.I)
DEEPEST = 12
MOST = 500

Node = dict[str, Any]


def scripts(text: str) -> Iterator[str]:
    """The JSON-LD of a page, without that in comments: nobody sees it any more."""
    at, folded = 0, text.lower()
    while found := _SCRIPT.search(text, at):
        comment = found[0] == "<!--"
        end = folded.find("-->" if comment else "</script", found.end() - (2 if comment else 0))
        if end < 0:
            return
        if not comment:
            yield text[found.end() : end]
        at = end + 3


def load(script: str) -> Any:
    """What a script holds, also with line breaks in its strings, in CDATA, or with a semicolon behind it.

    Raises:
        Unread: it is no JSON.
    """
    text = (
        script.strip().removeprefix("//<![CDATA[").removeprefix("<![CDATA[").removesuffix("//]]>").removesuffix("]]>")
    )
    try:
        return json.loads(text.strip().rstrip(";"), strict=False)
    except (ValueError, RecursionError):
        raise Unread("JSON-LD that is not JSON") from None


def postings(node: Any, depth: int = 0) -> Iterator[Node]:
    """Every JobPosting in a tree of lists, graphs and lists of items."""
    if depth > DEEPEST:
        return
    if isinstance(node, list):
        for one in node[:MOST]:
            yield from postings(one, depth + 1)
    elif isinstance(node, dict):
        if any(str(kind).rsplit("/", 1)[-1] == "JobPosting" for kind in _list(node.get("@type"))):
            yield node
        else:
            for name in ("@graph", "itemListElement", "item", "mainEntity", "hasPart"):
                yield from postings(node.get(name), depth + 1)


def posting(node: Node, source: str, board: str, page: str) -> Posting:
    """One posting.

    Args:
        page: its address where it names none itself.

    Raises:
        Unread: it has no title.
    """
    title = needed(line(_text(node.get("title")) or _text(node.get("name"))), "a title")
    address = next(filter(None, (_text(node.get(name)) for name in ("url", "@id", "sameAs"))), "")
    url = urljoin(page, address) if address and not address.startswith(("_:", "#")) else page
    at = [_address(place) for place in _list(node.get("jobLocation"))]
    locations = places(*(join(*parts) for parts in at))
    remote = "TELECOMMUTE" in _text(node.get("jobLocationType")).upper()
    number = _text(node.get("identifier"))
    mark = number or hashlib.sha256(f"{url} {title} {locations}".encode()).hexdigest()[:16]
    needs = [_text(node.get(name)) for name in ("qualifications", "educationRequirements", "experienceRequirements")]
    return Posting(
        source=source,
        source_id=f"{board}/{mark}",
        board=board,
        title=title,
        url=url,
        hiring_organization=line(_text(node.get("hiringOrganization"))),
        description=plain("\n".join(filter(None, (_text(node.get("description")), *needs)))),
        locations=locations,
        countries=countries(locations, *(parts[-1] for parts in at)),
        workplace=workplace(locations, remote=remote and not locations),
        employment_type=line(", ".join(map(_text, _list(node.get("employmentType")))).replace("_", " ").title()),
        date_posted=day(_text(node.get("datePosted"))),
        valid_through=day(_text(node.get("validThrough"))),
        requisition=line(number),
    )


def _address(place: Any) -> tuple[str, ...]:
    """Town, region and country."""
    address = place.get("address", place) if isinstance(place, dict) else place
    if isinstance(address, list):
        address = address[0] if address else {}
    if not isinstance(address, dict):
        return (_text(address),)
    parts = tuple(_text(address.get(name)) for name in ("addressLocality", "addressRegion", "addressCountry"))
    return parts if any(parts) else (_text(place), "")


def _text(value: Any) -> str:
    """A value as text: of a thing, its name or value."""
    if isinstance(value, dict):
        return next(filter(None, (_text(value.get(k)) for k in ("value", "name", "@value", "description", "@id"))), "")
    if isinstance(value, list):
        return _text(value[0]) if value else ""
    return "" if value is None or isinstance(value, bool) else str(value).strip()


def _list(value: Any) -> list[Any]:
    return value[:MOST] if isinstance(value, list) else [] if value is None else [value]
