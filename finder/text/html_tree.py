"""Pages as trees, made safely: what is broken or means harm costs no more time than a page of its size may."""

from __future__ import annotations

import re
import warnings

from bs4 import BeautifulSoup, UnicodeDammit, XMLParsedAsHTMLWarning
from bs4 import MarkupResemblesLocatorWarning as ResemblesLocator

MOST_TAGS = 40_000
"""Tags that are read of one page: an honest one has far fewer."""
_LONGEST_TAG = 20_000
_DECLARATION = re.compile(r"<!(?!--|doctype\b|\[CDATA\[)", re.I)  # the parser refuses a whole page for an odd one


def parse_html(page: str | bytes) -> tuple[BeautifulSoup, bool]:
    """A page as a tree, and whether it had so many tags that it was cut."""
    text = page if isinstance(page, str) else UnicodeDammit(page, is_html=True).unicode_markup or ""
    cut = text.count("<") > MOST_TAGS
    if cut:
        text = "<".join(text.split("<", MOST_TAGS)[:MOST_TAGS])
    with warnings.catch_warnings():  # whatever it is, it is read as HTML
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        warnings.simplefilter("ignore", ResemblesLocator)
        return BeautifulSoup(_DECLARATION.sub("&lt;!", _escape_unclosed_tags(text)), "html.parser"), cut


def _escape_unclosed_tags(text: str) -> str:
    """Without tags that never end: the parser would look for their end again and again."""
    first, *others = text.split("<")
    parts = [first]
    for part in others:
        end = part.find(">")
        parts.append(f"&lt;{part}" if end < 0 else f"<{part}" if end < _LONGEST_TAG else part[end + 1 :])
    return "".join(parts)
