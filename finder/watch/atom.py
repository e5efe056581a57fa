"""News as an Atom feed (RFC 4287) in a file: a reader on this machine follows it."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from finder.outreach.export_cells import web_address
from finder.storage.watches import NewsItem, opaque_token
from finder.text.sanitize import single_line
from finder.watch.digest import split_weightiest
from finder.watch.news import KINDS
from finder.watch.news_text import LABELS

NAMESPACE = "http://www.w3.org/2005/Atom"
OURS = "tag:finder.invalid,2026:news"  # RFC 4151; an id never changes, whatever becomes of the file
NEVER = "2026-01-01T00:00:00+00:00"  # when a feed without entries was updated


def render_atom_feed(news: Sequence[NewsItem]) -> bytes:
    """The feed of this news, the newest first; the same news gives the same bytes."""
    feed = ElementTree.Element("feed", xmlns=NAMESPACE)
    _add_text_element(feed, "id", OURS)
    _add_text_element(feed, "title", "finder: what is new")
    _add_text_element(feed, "updated", max((one.made_at for one in news), default=NEVER))
    _add_text_element(ElementTree.SubElement(feed, "author"), "name", "finder")
    days: dict[tuple[str | None, str], list[NewsItem]] = {}
    for one in news:
        days.setdefault((one.watch, one.day), []).append(one)
    for (watch, day), those in days.items():
        shown, rest = split_weightiest(sorted(those, key=lambda one: KINDS.index(one.kind)))
        for one in shown:
            _add_atom_entry(feed, one)
        if rest:
            _add_rest_entry(feed, watch, day, rest)
    ElementTree.indent(feed)
    return ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True) + b"\n"


def _add_atom_entry(feed: ElementTree.Element, one: NewsItem) -> None:
    entry = ElementTree.SubElement(feed, "entry")
    _add_text_element(entry, "id", f"{OURS}/{one.key}")
    label = LABELS.get(one.kind, (one.kind,))[0]
    _add_text_element(entry, "title", f"{label}: {one.body['about']}")
    _add_text_element(entry, "updated", one.made_at)
    ElementTree.SubElement(entry, "category", term=single_line(one.watch or "shortlist"))
    pages = [one.body["url"], *(claim["url"] for claim in one.body["evidence"])]
    if page := next(filter(None, map(web_address, pages)), None):
        ElementTree.SubElement(entry, "link", rel="alternate", href=page)
    told = [
        f"{claim['claim']} ({claim['source']}, {claim['date'] or 'undated'}) {web_address(claim['url']) or ''}".strip()
        for claim in one.body["evidence"]
    ]
    content = _add_text_element(entry, "content", "\n".join(map(single_line, [one.body["text"], *told])), keep=True)
    content.set("type", "text")


def _add_rest_entry(feed: ElementTree.Element, watch: str | None, day: str, rest: Sequence[NewsItem]) -> None:
    """What else there was for a watch on a day, as one entry: nobody reads three hundred."""
    entry = ElementTree.SubElement(feed, "entry")
    _add_text_element(entry, "id", f"{OURS}/rest-{opaque_token(watch, day)}")
    _add_text_element(entry, "title", f"And {len(rest):,} more")
    _add_text_element(entry, "updated", max(one.made_at for one in rest))
    _add_text_element(entry, "category").set("term", single_line(watch or "shortlist"))
    _add_text_element(entry, "content", f"{len(rest):,} lighter pieces of news of {day}: finder news --all").set(
        "type", "text"
    )


def _add_text_element(
    parent: ElementTree.Element, name: str, text: str = "", *, keep: bool = False
) -> ElementTree.Element:
    """A child with a text, on one line unless it is to be kept as it is; characters that XML cannot hold are gone."""
    child = ElementTree.SubElement(parent, name)
    child.text = text if keep else single_line(text)
    return child
