"""What a page of the dashboard would put before somebody's eyes, read from the messages that go to the browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import polars as pl
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

MARKDOWN = {"body", "label", "help", "text", "content"}  # fields in which Streamlit reads Markdown
PLAIN = {"options", "raw_values", "raw_value", "alt", "placeholder", "code_text"}  # shown as they are
ADDRESSES = {"url"}
ICON = re.compile(r":material/(?!bug_report)[a-z_]+:")  # those of the dashboard itself
ACTIVE = re.compile(  # what Streamlit or GitHub's Markdown makes more than text, even where signs are escaped
    r"https?://|\bwww\.|\w@\w|:material/|:[a-z0-9_+-]+:|:[a-z-]+\[", re.IGNORECASE
)
BADGE = re.compile(r":[a-z]+-badge\[([^\[\]]*)\]")  # the dashboard's own, which nothing in them may end early
LEFT_ALONE = "\u2060\u2068\u2069"  # what the dashboard itself puts around and into data
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc]")
MARKDOWN_READER = MarkdownIt("commonmark", {"html": True}).enable(["strikethrough", "table"])


class Shown(NamedTuple):
    """One text on a page: of which kind of element, in which of its fields."""

    element: str
    field: str
    text: str


def shown(app: AppTest) -> list[Shown]:
    """All texts of a page, those of closed expanders and of dialogs too, cells of tables as ``cell``."""
    return [one for node in _nodes(app._tree) for one in _texts(type(node.proto).__name__, node.proto)]


def _nodes(node: Any) -> Iterator[Any]:
    if hasattr(getattr(node, "proto", None), "ListFields"):
        yield node
    for child in getattr(node, "children", {}).values():
        yield from _nodes(child)


def _texts(element: str, proto: Any, field: str = "") -> Iterator[Shown]:
    for descriptor, value in proto.ListFields():
        name = descriptor.name
        for one in [value] if isinstance(value, str | bytes | int | float) or hasattr(value, "ListFields") else value:
            if isinstance(one, str):
                yield Shown(element, name, one)
            elif isinstance(one, bytes) and name == "data":
                yield from _cells(element, one)
            elif hasattr(one, "ListFields"):
                yield from _texts(element, one, name)


def _cells(element: str, arrow: bytes) -> Iterator[Shown]:
    frame = pl.read_ipc_stream(arrow)
    for column in frame.select(pl.col(pl.String)):
        field = "url" if column.name in ("url", "homepage") else "cell"
        yield from (Shown(element, field, text) for text in column.drop_nulls())


def text_of(body: str) -> str:
    """What Markdown shows, without marks."""
    tokens = [token for block in MARKDOWN_READER.parse(BADGE.sub(r"\1", body)) for token in (block.children or [block])]
    text = "".join("\n" if t.type in ("softbreak", "inline") else t.content for t in tokens)
    return text.translate(dict.fromkeys(map(ord, LEFT_ALONE)))


def read(app: AppTest) -> str:
    """All that can be read on a page."""
    found = shown(app)
    texts = [text_of(one.text) for one in found if one.field in MARKDOWN and one.element != "Html"]
    return "\n".join([*texts, *(one.text for one in found if one.field in {*PLAIN, "cell"})])


def faults(one: Shown, evil: str) -> list[str]:
    """Why a text is more than text, or does more than stand there; empty where all is well.

    Args:
        evil: a host that nothing may lead to.
    """
    if one.element == "Html":
        return re.findall("onerror|<script|http", one.text)  # no data is in it at all
    if one.field in MARKDOWN:
        return [*_active(one.text, evil), *_turning(one.text)]
    if one.field in {*PLAIN, "cell"}:
        return _turning(one.text) + (_stray(one.text) if one.field != "cell" else [])
    if one.field in ADDRESSES:
        return _address(one.text, evil)
    return []


def _active(body: str, evil: str) -> Iterator[str]:
    body = BADGE.sub(r"\1", body)
    for block in MARKDOWN_READER.parse(body):
        for token in [block, *(block.children or [])]:
            if token.type in ("html_block", "html_inline", "image", "s_open", "code_block", "fence"):
                yield token.type
            if token.type == "link_open":
                yield from _address(str(token.attrs["href"]), evil)
            if token.type == "text" and (found := ACTIVE.search(ICON.sub("", token.content))):
                yield found[0]
    if "$" in re.sub(r"\\.", "", body):
        yield "LaTeX"
    if re.search(r"\S{700}", body):
        yield "long"
    yield from _stray(body)


def _address(url: str, evil: str) -> list[str]:
    scheme = url.partition(":")[0]
    if scheme == "mailto" or url.startswith("/mock/media/"):
        return []
    return [] if scheme in ("http", "https") and evil not in url.partition("?")[0] and url.isascii() else [url[:80]]


def _turning(text: str) -> list[str]:
    """Signs that steer or turn, and isolates that are left open."""
    found = re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066\u2067]", text)
    return [f"U+{ord(sign):04X}" for sign in found] + ["isolate"] * (text.count("\u2068") != text.count("\u2069"))


def _stray(text: str) -> list[str]:
    """Right-to-left text that nothing holds together."""
    return ["right to left"] if RIGHT_TO_LEFT.search(re.sub("\u2068[^\u2068\u2069]*\u2069", "", text)) else []
