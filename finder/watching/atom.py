"""News as an Atom feed (RFC 4287) in a file: a reader on this machine follows it."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from finder.outreach.texts import web
from finder.store.watches import News, hashed
from finder.texts import line
from finder.watching.digest import fold
from finder.watching.news import KINDS
from finder.watching.wording import LABELS

NAMESPACE = "http://www.w3.org/2005/Atom"
OURS = "tag:finder.invalid,2026:news"  # RFC 4151; an id never changes, whatever becomes of the file
NEVER = "2026-01-01T00:00:00+00:00"  # when a feed without entries was updated


def as_atom(news: Sequence[News]) -> bytes:
    """The feed of this news, the newest first; the same news gives the same bytes."""
    feed = ElementTree.Element("feed", xmlns=NAMESPACE)
    _text(feed, "id", OURS)
    _text(feed, "title", "finder: what is new")
    _text(feed, "updated", max((one.made_at for one in news), default=NEVER))
    _text(ElementTree.SubElement(feed, "author"), "name", "finder")
    days: dict[tuple[str | None, str], list[News]] = {}
    for one in news:
        days.setdefault((one.watch, one.day), []).append(one)
    for (watch, day), those in days.items():
        shown, rest = fold(sorted(those, key=lambda one: KINDS.index(one.kind)))
        for one in shown:
            _entry(feed, one)
        if rest:
            _rest(feed, watch, day, rest)
    ElementTree.indent(feed)
    return ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True) + b"\n"


def _entry(feed: ElementTree.Element, one: News) -> None:
    entry = ElementTree.SubElement(feed, "entry")
    _text(entry, "id", f"{OURS}/{one.key}")
    label = LABELS.get(one.kind, (one.kind,))[0]
    _text(entry, "title", f"{label}: {one.body['about']}")
    _text(entry, "updated", one.made_at)
    ElementTree.SubElement(entry, "category", term=line(one.watch or "shortlist"))
    pages = [one.body["url"], *(claim["url"] for claim in one.body["evidence"])]
    if page := next(filter(None, map(web, pages)), None):
        ElementTree.SubElement(entry, "link", rel="alternate", href=page)
    told = [f"{claim['claim']} ({claim['source']}, {claim['date'] or 'undated'}) {web(claim['url']) or ''}".strip()
            for claim in one.body["evidence"]]  # fmt: skip
    content = _text(entry, "content", "\n".join(map(line, [one.body["text"], *told])), keep=True)
    content.set("type", "text")


def _rest(feed: ElementTree.Element, watch: str | None, day: str, rest: Sequence[News]) -> None:
    """What else there was for a watch on a day, as one entry: nobody reads three hundred."""
    entry = ElementTree.SubElement(feed, "entry")
    _text(entry, "id", f"{OURS}/rest-{hashed(watch, day)}")
    _text(entry, "title", f"And {len(rest):,} more")
    _text(entry, "updated", max(one.made_at for one in rest))
    _text(entry, "category").set("term", line(watch or "shortlist"))
    _text(entry, "content", f"{len(rest):,} lighter pieces of news of {day}: finder news --all").set("type", "text")


def _text(parent: ElementTree.Element, name: str, text: str = "", *, keep: bool = False) -> ElementTree.Element:
    """A child with a text, on one line unless it is to be kept as it is; characters that XML cannot hold are gone."""
    child = ElementTree.SubElement(parent, name)
    child.text = text if keep else line(text)
    return child
