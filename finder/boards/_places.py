"""Where a position is: places as printed, the countries that are clear, and whether one has to be there. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from finder.boards._text import line
from finder.curated import countries as country_names
from finder.curated import country_codes, rows
from finder.model import Workplace

_BETWEEN = re.compile(r"\s*(?:\||;|•|\n|\s/\s|\s+or\s+)\s*")
_REMOTE = re.compile(
    r"\b(?:fully[ -])?remote\b(?![ -](?:friendly|sensing))|\bwork from home\b|\bhome ?office\b|\btelecommut\w*", re.I
)
_HYBRID = re.compile(r"\bhybrid\b|\bremote[ -]friendly\b", re.I)
_HERE = re.compile(r"\bon-?\s?site\b|\bin[ -](?:office|person)\b", re.I)
_NOISE = re.compile(
    r"\b(?:(?:fully[ -])?remote(?:[ -]friendly)?|hybrid|on-?site|in[ -]office|travel-?required|hq|headquarters|office"
    r"|metro|area|region)\b",
    re.I,
)
_PARTS = re.compile(r"[,()/]| [-–—] |^[-–— ]+|[-–—]\s*$")  # noqa: RUF001 - places are typed with long dashes


@cache
def _known(kind: str) -> dict[str, str]:
    """Country by casefolded town, region, or two letters after a town.

    Letters that are as likely a country's own (DE, IN, CA, IL, CO, …) are not among the latter.
    """
    return {row["place"].casefold(): row["country"] for row in rows("places") if row["kind"] == kind}


def places(*texts: str | None) -> tuple[str, ...]:
    """Each place once, in order; "A | B; C" are three.

    >>> places("San Francisco, CA | New York City, NY", None, "San Francisco, CA")
    ('San Francisco, CA', 'New York City, NY')
    """
    parts = (line(part.strip(" ,")) for text in texts if text for part in _BETWEEN.split(text[:2000]))
    return tuple(dict.fromkeys(part for part in parts if part))[:40]


def join(*parts: str | None) -> str | None:
    """A place out of town, region and country, each said once.

    >>> join("Berlin", "Berlin", None, "Germany")
    'Berlin, Germany'
    """
    return ", ".join(dict.fromkeys(part.strip() for part in parts if part and part.strip())) or None


def countries(locations: Iterable[str], *codes: str | None) -> tuple[str, ...]:
    """ISO codes, those that the platform states first, then those that the places make clear.

    >>> countries(["Cambridge, MA", "Berlin, DE", "Remote - Canada", "Springfield, IN"])
    ('US', 'DE', 'CA')
    """
    stated = ((code or "").strip().upper() for code in codes)
    found = [code for code in stated if code in country_codes()]
    found += [code for location in locations if (code := country(location))]
    return tuple(dict.fromkeys(found))


def country(location: str) -> str | None:
    """The country of one place, where it is clear; its last part counts first."""
    parts = [part.strip(" -–—").casefold() for part in _PARTS.split(_NOISE.sub(" ", location[:300]))]  # noqa: RUF001
    parts = [part for part in parts if part.strip()]
    for part in reversed(parts):
        named = country_names().get(part) if part != "georgia" or len(parts) == 1 else None  # a state, too
        if code := named or _known("region").get(part):
            return code
    if town := next((code for part in parts if (code := _known("town").get(part))), None):
        return town
    return _known("code").get(parts[-1].split()[0]) if len(parts) > 1 or parts == ["us"] else None  # "MA 02139"


def workplace(locations: Iterable[str], stated: str | None = None, *, remote: bool | None = None) -> Workplace | None:
    """Whether one works there: as the platform states it, else as the places themselves say.

    Args:
        stated: the platform's own word ("OnSite", "hybrid"); it wins over a flag, which boards set for hybrid, too.
        remote: the platform's flag.

    >>> workplace(["Remote - US"]), workplace(["London"], "Hybrid", remote=True), workplace(["Remote", "Paris"])
    ('remote', 'hybrid', None)
    """
    if stated:
        if _HYBRID.search(stated):
            return "hybrid"
        return "remote" if _REMOTE.search(stated) else "on-site" if _HERE.search(stated) else None
    said = list(locations)
    if any(_HYBRID.search(place) for place in said):
        return "hybrid"
    if remote or (said and all(_REMOTE.search(place) for place in said)):
        return "remote"
    return "on-site" if said and all(_HERE.search(place) for place in said) else None
