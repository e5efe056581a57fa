"""A page as a reader sees it: visible blocks of text, each under its heading. Anything hidden is gone."""

# ruff: noqa: RUF001 - pages are typed with curly quotes and long dashes

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

from finder.decoding import decode_bytes
from finder.sources._homepages import dates, markdown
from finder.text.html_tree import parse_html

LARGEST = 1_000_000  # characters that are read of one page: a homepage has far fewer
_HIDING = re.compile(r"<!--|<(script|style|template|noscript|textarea)\b", re.I)
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_STRUCK = re.compile(r"text-decoration(?:-line)?\s*:[^;{}]{0,60}\bline-through\b", re.I)
_STRIKING = frozenset({"line-through", "text-decoration-line-through", "strikethrough"})  # of common style sheets
_STYLE = re.compile(r"<style\b[^>]{0,200}>(.{0,200000}?)</style", re.I | re.S)
_RULE = re.compile(r"([^{}]{1,300})\{([^{}]{0,2000})\}")
_LAST = re.compile(r"(?:^|[\s>+~])([a-z][\w-]*)?((?:[.#][\w-]+)+)$", re.I)  # of a selector: what it names itself
_GONE = frozenset("script style template noscript s strike del head select option button svg iframe object".split())
_ASIDE = frozenset("nav footer".split())
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code dfn em font i img ins kbd label mark q rp rt ruby samp small span strong"
    " sub sup time tt u var wbr strongred".split()
)
_SCOPES = frozenset("ul ol li dl dd table tr td section article".split())
_BOLD = frozenset("b strong dt".split())
_LEAD = 90  # characters of a label at most


@dataclass(frozen=True)
class Block:
    """A paragraph, list item, heading or cell.

    Attributes:
        heading: the nearest heading above.
        lead: the label it stands under or begins with ("Postdoctoral fellows:").
        stamp: the date it is labelled with.
        label: it is itself a heading or a label.
    """

    text: str
    heading: str = ""
    lead: str = ""
    stamp: str | None = None
    label: bool = False


@dataclass
class VisiblePage:
    """What is visible; ``titles`` are where a page says whose it is; ``cut`` says that it was too large."""

    titles: list[str] = field(default_factory=list)
    h1: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    cut: bool = False


def parse_visible_page(body: bytes, content_type: str = "") -> VisiblePage:
    """Read HTML or Markdown. Never fails: what is no page has no blocks."""
    long = len(body) > 4 * LARGEST
    text = decode_bytes(body[: 4 * LARGEST], content_type, cut=long).text.replace("\0", " ")
    page = VisiblePage(cut=len(text) > LARGEST or long)
    struck = _strikethrough_selectors(text[:LARGEST])
    text = _visible_page_html(text[:LARGEST])
    if markdown.is_markdown(text):
        text = markdown.markdown_to_html(text)
    tree, cut = parse_html(text)
    page.cut |= cut
    _collect_page_titles(tree, page)
    _TagWalker(page, struck).run(tree)
    return page


def _visible_page_html(text: str) -> str:
    """Without comments, scripts and styles; one that is never closed hides the rest, as in a browser."""
    parts, at = [], 0
    while start := _HIDING.search(text, at):
        parts.append(text[at : start.start()])
        name = start[1]
        end = re.compile(rf"</{name}[^>]{{0,50}}>", re.I) if name else re.compile("--!?>")
        closed = end.search(text, start.end() - (0 if name else 2))
        if closed is None:
            return " ".join(parts)
        at = closed.end()
    return " ".join([*parts, text[at:]])


def _collect_page_titles(tree: BeautifulSoup, page: VisiblePage) -> None:
    for tag in islice(tree.find_all(["title", "meta"]), 200):
        named = tag.get("property") == "og:site_name" or tag.get("name") == "author"
        text = tag.get_text(" ") if tag.name == "title" else str(tag.get("content") or "") if named else ""
        if text.strip():
            page.titles.append(" ".join(text.split())[:300])


def _strikethrough_selectors(text: str) -> frozenset[str]:
    """The classes and ids (``.done``, ``#old``) that a page's own style sheets strike through."""
    found: set[str] = set()
    for sheet in _STYLE.findall(text):
        for selectors, declarations in _RULE.findall(re.sub(r"/\*.*?\*/", "", sheet, flags=re.S)):
            if _STRUCK.search(declarations):
                lasts = (_LAST.search(selector.strip()) for selector in selectors.split(","))
                found.update("." + last[2].lstrip(".") if last[2][0] == "." else last[2] for last in lasts if last)
    return frozenset(found)


class _TagWalker:
    """Goes through the tags once, without recursion: a page may nest as deeply as it likes."""

    def __init__(self, page: VisiblePage, struck: frozenset[str]) -> None:
        self._page = page
        self._struck = struck
        self._text: list[tuple[str, bool]] = []
        self._bold = 0
        self._heading = self._lead = ""
        self._stamp: str | None = None
        self._scopes: list[str] = []

    def run(self, tree: BeautifulSoup) -> None:
        """Collect the blocks and links."""
        todo: list[tuple[PageElement, bool]] = [(child, False) for child in reversed(tree.contents)]
        while todo:
            node, left = todo.pop()
            if isinstance(node, Tag):
                if left:
                    self._leave_tag(node)
                elif self._enter_tag(node):
                    todo.append((node, True))
                    todo.extend((child, False) for child in reversed(node.contents))
            elif type(node) is NavigableString:
                self._text.append((re.sub(r"\s+", " ", node), self._bold > 0))
        self._flush_text("")

    def _enter_tag(self, tag: Tag) -> bool:
        if tag.name in _GONE or tag.name == "title" or _is_hidden_tag(tag) or self._is_struck(tag):
            return False
        if tag.name == "a" and tag.get("href"):
            self._page.links.append((str(tag["href"]), _tag_words(tag)))
        if tag.name in _ASIDE and _is_small_section(tag):
            self._page.links.extend(_section_links(tag))
            return False
        self._bold += tag.name in _BOLD
        if tag.name == "br":
            self._text.append(("\n", self._bold > 0))
        elif tag.name not in _INLINE:
            self._flush_text(tag.parent.name if tag.parent else "")
            if tag.name in _SCOPES:
                # an item that was never closed is no label of the next one
                again = tag.name == "li" and tag.parent is not None and tag.parent.name == "li" and self._scopes
                self._scopes.append(self._scopes[-1] if again else self._lead)
                self._lead = self._scopes[-1]
        return True

    def _is_struck(self, tag: Tag) -> bool:
        classes = tag.get("class") or ()
        if _STRUCK.search(str(tag.get("style") or "")) or not _STRIKING.isdisjoint(classes):
            return True
        return any(f".{name}" in self._struck for name in classes) or f"#{tag.get('id')}" in self._struck

    def _leave_tag(self, tag: Tag) -> None:
        if tag.name not in _INLINE and tag.name != "br":
            self._flush_text(tag.name)
            if tag.name in _SCOPES:
                self._lead = self._scopes.pop()
        self._bold -= tag.name in _BOLD

    def _flush_text(self, name: str) -> None:
        """The text so far is a block of the tag ``name``."""
        parts, self._text = self._text, []
        for lines in _split_paragraphs(parts):
            self._add_text_block(lines, name)

    def _add_text_block(self, parts: list[tuple[str, bool]], name: str) -> None:
        text = _tidy_block_text("".join(part for part, _ in parts))
        if not text:
            return
        if stamp := dates.paragraph_stamp(text):
            self._stamp = stamp
            if name in _HEADINGS:
                self._heading, self._lead = text, ""
            return
        stamp, self._stamp = self._stamp, None
        if name in _HEADINGS:
            self._append_block(Block(text, self._heading, "", stamp, label=True))
            self._heading, self._lead = text, ""
            if name == "h1":
                self._page.h1.append(text)
            return
        lead, rest = _split_block_label(parts, text)
        if lead and (dated := dates.sole_date(lead)):
            stamp = dated
        elif lead:
            self._lead = lead
        if lead and not rest:
            self._append_block(Block(text, self._heading, "", stamp, label=True))
        elif not lead and _is_block_label(text, name):
            self._append_block(Block(text, self._heading, self._lead, stamp, label=True))
            self._lead = text
        else:
            dated, body = dates.split_leading_date(rest)
            self._append_block(Block(body, self._heading, self._lead, dated or stamp))

    def _append_block(self, block: Block) -> None:
        self._page.blocks.append(block)


def _split_paragraphs(parts: list[tuple[str, bool]]) -> Iterator[list[tuple[str, bool]]]:
    """Two line breaks make a new paragraph."""
    found: list[tuple[str, bool]] = []
    broken = False
    for text, bold in parts:
        if text == "\n" and broken:
            yield found
            found = []
        broken = text == "\n" or (broken and not text.strip())
        found.append((text, bold))
    yield found


def _split_block_label(parts: list[tuple[str, bool]], text: str) -> tuple[str, str]:
    """The bold words that a block begins with, where they are a label, and what follows them."""
    count = next((n for n, (part, bold) in enumerate(parts) if part.strip() and not bold), len(parts))
    lead = _tidy_block_text("".join(part for part, _ in parts[:count]))
    if not lead or len(lead) > _LEAD or lead[-1] in ".!?":
        return "", text
    rest = _tidy_block_text("".join(part for part, _ in parts[count:]))
    if lead.endswith(":") or rest[:1] in (":", "") or dates.sole_date(lead):
        return lead, rest.lstrip(":–—-| ")
    return "", text


def _is_block_label(text: str, name: str) -> bool:
    if len(text) > _LEAD or "\n" in text:
        return False
    return text.endswith(":") or (name != "li" and len(text.split()) <= 8 and text[-1] not in '.!?…,;)"”')


def _tidy_block_text(text: str) -> str:
    return "\n".join(line for line in (" ".join(part.split()) for part in text.split("\n")) if line)


def _is_hidden_tag(tag: Tag) -> bool:
    classes = tag.get("class") or ()
    return (
        tag.has_attr("hidden")
        or tag.get("aria-hidden") == "true"
        or "d-none" in classes
        or "hidden" in classes
        or _INVISIBLE.search(str(tag.get("style") or "")) is not None
    )


def _is_small_section(tag: Tag) -> bool:
    """Whether this is a menu or the last lines, and not the whole page in a tag that was never closed."""
    elements = _elements_inside(tag, 301)
    return len(elements) <= 300 and sum(len(e) for e in elements if isinstance(e, NavigableString)) <= 2000


def _section_links(tag: Tag) -> list[tuple[str, str]]:
    inside = [a for a in _elements_inside(tag, 300) if isinstance(a, Tag)]
    return [(str(a["href"]), _tag_words(a)) for a in inside if a.name == "a" and a.get("href")]


def _tag_words(tag: Tag) -> str:
    return " ".join(" ".join(str(e) for e in _elements_inside(tag, 30) if isinstance(e, NavigableString)).split())[:200]


def _elements_inside(tag: Tag, most: int) -> list[PageElement]:
    """The first elements inside a tag, in order; the library's own ways walk to the deepest one first."""
    found: list[PageElement] = []
    todo: list[PageElement] = tag.contents[most::-1]
    while todo and len(found) < most:
        node = todo.pop()
        found.append(node)
        if isinstance(node, Tag):
            todo.extend(node.contents[most::-1])
    return found
