"""A block of text as sentences, each as it stands on the page."""

# ruff: noqa: RUF001 - pages are typed with curly quotes and long dashes

from __future__ import annotations

import re

from finder.sources._homepages import dates
from finder.text.redaction import redact_contacts

LONGEST = 1000
"""What is longer is no sentence."""

_END = re.compile(r"[.!?…]+[\"”’'»)\]]*\s+(?=\S)|(?<=\.html)\s+(?=[A-Z])")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[“\"])(?:dr|prof|mr|ms|mrs|st|univ|dept|comm|ave|vs|etc|e\.g|i\.e|ph\.?d|m\.s|b\.s|m\.sc|b\.sc|u\.s|u\.k"
    r"|no|fig|approx|incl|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|[A-Za-z])\.$",
    re.I,
)
_QUESTION = re.compile(r"(?:interested|looking|want|wish|would you like|thinking)\b[^.!?]{0,90}\?$", re.I)


def split_sentences(text: str) -> list[tuple[str, str | None]]:
    """The sentences of a block, each with the date stamped on it ("… Fall 2027. (October 2026)")."""
    found: list[tuple[str, str | None]] = []
    for line in _join_wrapped_lines(text):
        for sentence in _split_line_sentences(line):
            stamp = dates.sole_date(sentence) if sentence[:1] in "([" else None
            if stamp and found:
                found[-1] = (found[-1][0], stamp)
            elif found and _QUESTION.match(found[-1][0]):
                found[-1] = (f"{found[-1][0]} {sentence}", found[-1][1])
            else:
                found.append((sentence, None))
    return found


def redact_quote_emails(quote: str) -> str:
    """The quotation with every e-mail address, plain or disguised, left out."""
    return redact_contacts(quote, "[address]")


def _join_wrapped_lines(text: str) -> list[str]:
    """A line break ends a sentence only where the line looks finished, or the next one begins with a date."""
    lines: list[str] = []
    for line in (" ".join(line.split()) for line in text.split("\n")):
        if not line:
            continue
        begins = not lines or lines[-1][-1] in ".!?:;)]" or dates.split_leading_date(line)[0] is not None
        if begins:
            lines.append(line)
        else:
            lines[-1] += f" {line}"
    return lines


def _split_line_sentences(line: str) -> list[str]:
    parts, start = [], 0
    for match in _END.finditer(line):
        before, after = line[max(start, match.start() - 30) : match.start() + 1], line[match.end()]
        short = len(before.split()[-1]) <= 4 or "." in before.split()[-1][:-1]
        if match[0].startswith(".") and (_ABBREVIATION.search(before) or (after.islower() and short)):
            continue
        parts.append(line[start : match.end()].strip())
        start = match.end()
    return [part for part in [*parts, line[start:].strip()] if part]
