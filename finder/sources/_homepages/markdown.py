"""Markdown as homepages' sources are written in: turned into plain HTML, hidden text left out."""

from __future__ import annotations

import re
from html import escape

_FRONT = re.compile(r"\A\ufeff?(---|\+\+\+)[ \t]*\n(.*?\n)\1[ \t]*(?:\n|\Z)", re.S)
_TITLE = re.compile(r"^(?:title|author|name)\s*[:=]\s*[\"']?([^\"'\n]+)", re.M)
_REMARK = re.compile(r"^[ \t]*\[(?://|comment|#|_)\]:[^\n]*$", re.M | re.I)
_LIQUID = re.compile(r"\{%[^%]*%\}|\{\{[^}]*\}\}")
_FENCE = re.compile(r"^[ \t]*(```|~~~)")
_IMAGE = re.compile(r"!\[([^\]\n]{0,200})\]\([^)\n]{0,500}\)")
_LINK = re.compile(
    r"\[((?:[^\[\]\n]|\[[^\[\]\n]{0,100}\]){1,500})\]\(([^)\s]{0,500})[^)\n]{0,200}\)(?:\{[^}\n]{0,100}\})?"
)
_BOLD = re.compile(r"(\*\*|__)(?=\S)([^\n]{1,500}?)(?<=\S)\1")
_STRUCK = re.compile(r"~~([^\n~]{1,500})~~")
_SOFT = re.compile(r"(?<![\w*\\])([*_])(?=[^\s*_])([^\n*_]{1,300})(?<=\S)\1(?![\w*])")
_ESCAPED = re.compile(r"\\([\[\](){}*_#`~.!+-])")
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,2}[.)])\s+(.*)$")
_UNDERLINE = re.compile(r"(=+|-{3,})\s*$")


def is_markdown(text: str) -> bool:
    """Whether a text has none of the tags that a whole page has."""
    return re.search(r"<(?:!doctype|html|head|body|title)\b", text[:20_000], re.I) is None


def markdown_to_html(text: str) -> str:
    """The text as HTML. Raw HTML in it stays; comments must be gone already."""
    title = ""
    if front := _FRONT.match(text):
        title = "".join(f"<title>{escape(found.strip())}</title>" for found in _TITLE.findall(front[2]))
        text = text[front.end() :]
    text = _LIQUID.sub("", _REMARK.sub("", text))
    lines: list[str] = []
    fenced = False
    for line in text.splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            _append_html_line(lines, line)
    return "\n".join([title, "<p>", *lines])


def _append_html_line(lines: list[str], line: str) -> None:
    if not line.strip():
        lines.append("</p></li><p>")
    elif heading := _HEADING.match(line):
        level = len(heading[1])
        lines.append(f"</p></li><h{level}>{_inline_to_html(heading[2])}</h{level}><p>")
    elif _UNDERLINE.match(line):
        if lines and lines[-1] and not lines[-1].startswith("<"):
            lines[-1] = f"<h2>{lines[-1]}</h2><p>"
    elif item := _ITEM.match(line):
        lines.append(f"</p></li><li>{_inline_to_html(item[1])}")
    else:
        lines.append(_inline_to_html(line))


def _inline_to_html(text: str) -> str:
    text = _IMAGE.sub("", text)
    text = _LINK.sub(r'<a href="\2">\1</a>', text)
    text = _STRUCK.sub(r"<del>\1</del>", _BOLD.sub(r"<b>\2</b>", text))
    if "<" not in text:
        text = _SOFT.sub(r"\2", text)
    else:  # underscores and stars inside tags are no emphasis
        text = "".join(
            part if part.startswith("<") else _SOFT.sub(r"\2", part) for part in re.split(r"(<[^<>]*>)", text)
        )
    return _ESCAPED.sub(r"\1", text)
