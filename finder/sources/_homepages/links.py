"""Which further pages of somebody's site are worth a request."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

_WORTH = (
    re.compile(r"prospective|\bjoin|opening|recruit|vacanc|opportunit|hiring|positions?\b|work[\s_-]with", re.I),
    re.compile(r"\bstudents?\b|for[\s_-]students", re.I),
    re.compile(r"\b(?:group|lab|team|contact|people|mentor\w*|advis\w+)\b", re.I),
)
_NOT = re.compile(
    r"alumni|former|faculty[\s_-](?:openings?|positions?)|publication|memoriam|award|\bnews\b|\bcv\b", re.I
)
_FILE = re.compile(r"\.(?:pdf|docx?|pptx?|zip|gz|bib|txt|jpe?g|png|gif|svg|mp4|xml|css|js|ics)$", re.I)


def select_further_pages(url: str, links: list[tuple[str, str]], most: int) -> list[str]:
    """At most so many pages of the same person's site, the most telling first."""
    ranked: dict[str, int] = {}
    for href, label in links:
        target = _same_site_url(url, href)
        if target is None:
            continue
        text = f"{label} {urlsplit(target).path.replace('/', ' ')[len(_homepage_folder(url)) - 1 :]}"
        rank = next((n for n, words in enumerate(_WORTH) if words.search(text)), None)
        if rank is not None and not _NOT.search(text):
            ranked[target] = min(rank, ranked.get(target, rank))
    return sorted(ranked, key=lambda target: ranked[target])[:most]


def _same_site_url(url: str, href: str) -> str | None:
    """The absolute address, where it lies beneath the homepage and is another page."""
    try:
        target = urlsplit(urljoin(url, href.strip()))
        home = urlsplit(url)
        hosts = [(parts.hostname or "").removeprefix("www.") for parts in (home, target)]
        ports = home.port, target.port
    except ValueError:
        return None
    if target.scheme not in ("http", "https") or hosts[0] != hosts[1] or ports[0] != ports[1] or "@" in target.netloc:
        return None
    path = target.path or "/"
    if not path.startswith(_homepage_folder(url)) or _FILE.search(path) or path.rstrip("/") == home.path.rstrip("/"):
        return None
    if re.fullmatch(r"index\.\w+", path.removeprefix(_homepage_folder(url))):
        return None
    return target._replace(fragment="").geturl()


def _homepage_folder(url: str) -> str:
    """What lies beneath a homepage: ``/~ada/`` for ``/~ada`` and ``/~ada/index.html``."""
    head, _, last = urlsplit(url).path.rpartition("/")
    if not last or re.match(r"(?:index|home|default)\.\w+$", last):
        return f"{head}/"
    return f"{head}/{last.rpartition('.')[0] or last}/"
