"""JobPosting in schema.org's words, as JSON: what universities and institutes put into their pages. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from finder.boards._locations import infer_workplace, join_location_parts, location_countries, split_locations
from finder.boards._parse import UnreadableJob, require_job_field
from finder.boards._text import clean_job_line, description_text, parse_job_date
from finder.model import Posting

_SCRIPT = re.compile(r"<!--|<script\b[^>]{0,500}?application/ld\+json[^>]{0,500}>", re.I)
DEEPEST = 12
MOST = 500

Node = dict[str, Any]


def jsonld_scripts(text: str) -> Iterator[str]:
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


def load_jsonld(script: str) -> Any:
    """What a script holds, also with line breaks in its strings, in CDATA, or with a semicolon behind it.

    Raises:
        UnreadableJob: it is no JSON.
    """
    text = (
        script.strip().removeprefix("//<![CDATA[").removeprefix("<![CDATA[").removesuffix("//]]>").removesuffix("]]>")
    )
    try:
        return json.loads(text.strip().rstrip(";"), strict=False)
    except (ValueError, RecursionError):
        raise UnreadableJob("JSON-LD that is not JSON") from None


def find_jsonld_postings(node: Any, depth: int = 0) -> Iterator[Node]:
    """Every JobPosting in a tree of lists, graphs and lists of items."""
    if depth > DEEPEST:
        return
    if isinstance(node, list):
        for one in node[:MOST]:
            yield from find_jsonld_postings(one, depth + 1)
    elif isinstance(node, dict):
        if any(str(kind).rsplit("/", 1)[-1] == "JobPosting" for kind in _jsonld_list(node.get("@type"))):
            yield node
        else:
            for name in ("@graph", "itemListElement", "item", "mainEntity", "hasPart"):
                yield from find_jsonld_postings(node.get(name), depth + 1)


def parse_jsonld_posting(node: Node, source: str, board: str, page: str) -> Posting:
    """One posting.

    Args:
        page: its address where it names none itself.

    Raises:
        UnreadableJob: it has no title.
    """
    title = require_job_field(
        clean_job_line(_jsonld_text(node.get("title")) or _jsonld_text(node.get("name"))), "a title"
    )
    address = next(filter(None, (_jsonld_text(node.get(name)) for name in ("url", "@id", "sameAs"))), "")
    url = urljoin(page, address) if address and not address.startswith(("_:", "#")) else page
    at = [_jsonld_address_parts(place) for place in _jsonld_list(node.get("jobLocation"))]
    locations = split_locations(*(join_location_parts(*parts) for parts in at))
    remote = "TELECOMMUTE" in _jsonld_text(node.get("jobLocationType")).upper()
    number = _jsonld_text(node.get("identifier"))
    mark = number or hashlib.sha256(f"{url} {title} {locations}".encode()).hexdigest()[:16]
    needs = [
        _jsonld_text(node.get(name)) for name in ("qualifications", "educationRequirements", "experienceRequirements")
    ]
    return Posting(
        source=source,
        source_id=f"{board}/{mark}",
        board=board,
        title=title,
        url=url,
        hiring_organization=clean_job_line(_jsonld_text(node.get("hiringOrganization"))),
        description=description_text("\n".join(filter(None, (_jsonld_text(node.get("description")), *needs)))),
        locations=locations,
        countries=location_countries(locations, *(parts[-1] for parts in at)),
        workplace=infer_workplace(locations, remote=remote and not locations),
        employment_type=clean_job_line(
            ", ".join(map(_jsonld_text, _jsonld_list(node.get("employmentType")))).replace("_", " ").title()
        ),
        date_posted=parse_job_date(_jsonld_text(node.get("datePosted"))),
        valid_through=parse_job_date(_jsonld_text(node.get("validThrough"))),
        requisition=clean_job_line(number),
    )


def _jsonld_address_parts(place: Any) -> tuple[str, ...]:
    """Town, region and country."""
    address = place.get("address", place) if isinstance(place, dict) else place
    if isinstance(address, list):
        address = address[0] if address else {}
    if not isinstance(address, dict):
        return (_jsonld_text(address),)
    parts = tuple(_jsonld_text(address.get(name)) for name in ("addressLocality", "addressRegion", "addressCountry"))
    return parts if any(parts) else (_jsonld_text(place), "")


def _jsonld_text(value: Any) -> str:
    """A value as text: of a thing, its name or value."""
    if isinstance(value, dict):
        return next(
            filter(None, (_jsonld_text(value.get(k)) for k in ("value", "name", "@value", "description", "@id"))), ""
        )
    if isinstance(value, list):
        return _jsonld_text(value[0]) if value else ""
    return "" if value is None or isinstance(value, bool) else str(value).strip()


def _jsonld_list(value: Any) -> list[Any]:
    return value[:MOST] if isinstance(value, list) else [] if value is None else [value]
