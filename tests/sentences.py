"""A page of the docs, a sentence at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"


def sentences(page: str) -> list[str]:
    """All sentences of a page, rows of tables and points of lists each by themselves; no headings, no code.

    >>> sentences("# Head\\n\\nOne thing. Another\\nthing: this.\\n\\n| a | b |\\n| --- | --- |\\n| c | d |\\n")
    ['One thing.', 'Another thing: this.', 'a: b', 'c: d']
    """
    text = re.sub(r"^ *```.*?^ *```", "\n", page, flags=re.M | re.S)
    return [sentence for block in _blocks(text) for sentence in _split(block)]


def _blocks(text: str) -> Iterator[str]:
    block: list[str] = []
    for line in [*text.splitlines(), ""]:
        bare = line.strip()
        starts = re.match(r"(?:[-*] |\d+\. |\|)", bare)
        if (not bare or bare.startswith("#") or starts) and block:
            yield " ".join(block)
            block = []
        if bare.startswith("|"):
            cells = [cell.strip() for cell in bare.strip("|").split("|")]
            if not set("".join(cells)) <= set("-: "):
                yield ": ".join(cells)
        elif bare and not bare.startswith("#"):
            block.append(re.sub(r"^(?:[-*] |\d+\. )", "", bare))


def _split(block: str) -> list[str]:
    return re.split(r"(?<=[.!?])(?:\*\*)? (?=[A-Z*“\"`])", block)
