"""Sentences by which somebody says that they begin, or have just begun, at an institution."""

# ruff: noqa: RUF001 - pages are typed with curly quotes and long dashes

from __future__ import annotations

import re

from finder.sources._homepages import dates

_ROLE = (
    r"(?P<role>(?:tenure[- ]track\s+)?(?:(?:distinguished|associate|assistant|full|junior|adjunct|research|teaching"
    r"|senior|principal|staff)\s+){0,2}(?:professor|lecturer|scientist|researcher|group\s+leader|faculty(?:\s+member)?"
    r"|post-?doc\w*(?:\s+\w+)?|engineer|reader))"
)
_WHERE = r"(?:the\s+)?(?P<where>[A-ZÀ-Ž].{1,150}?)"
_END = r"(?=\s+as\s+(?:an?\s+|the\s+)?\w|\s+(?:in|from|this|next|on|starting|to|where|since|and)\s+|[.!,;(]|\s*$)"
_FUTURE = r"\bI(?:\s+will|['’]ll|\s+am\s+going\s+to)(?:\s+(?:also|soon|be|then)){0,2}\s+"
_NOW = (
    r"\bI(?:\s+am|['’]m)(?:\s+(?:excited|thrilled|happy|delighted)\s+to\s+"
    r"(?:be\s+|announce\s+that\s+I\s+(?:am|will\s+be)\s+)?)?\s*"
)
_PAST = r"\bI(?:\s+have|['’]ve)?(?:\s+(?:just|recently))?\s+"
_JOIN = re.compile(
    rf"(?:(?P<future>{_FUTURE}(?:join|joining)|{_NOW}(?:join|joining)|^\W*(?:joining|excited\s+to\s+join))"
    rf"|(?P<past>{_PAST}(?:joined|moved\s+to)))\s+{_WHERE}{_END}"
)
_START = re.compile(
    rf"(?:(?P<future>{_FUTURE}(?:start|starting|begin|be)|{_NOW}starting|^\W*(?:starting|beginning))"
    rf"|(?P<past>{_PAST}(?:started|began)|\b(?:since|as\s+of)\s+[^,.]{{3,20}},?\s+I(?:\s+am|['’]m)))"
    rf"\s+(?:work\s+)?(?:as\s+)?(?:an?\s+|the\s+)?(?i:{_ROLE})\b.{{0,80}}?\s(?:at|with)\s+{_WHERE}{_END}",
    re.I,
)
_AS = re.compile(rf"\s+as\s+(?:an?\s+|the\s+|its\s+)?(?i:{_ROLE})", re.I)
_KNOWN = re.compile(
    r"Universit|Univers|Institut|College|Hochschule|École|Ecole|School|Polytechni|Laborator|\bLabs?\b|Research\b|Academy|Department"
    r"|\bETH|EPFL|\bMIT\b|KAIST|\bCMU\b|\bUC\s|Google|Microsoft|\bMeta\b|Amazon|Apple|NVIDIA|IBM|DeepMind|OpenAI|Anthropic",
)
_NO_POST = re.compile(
    r"\bintern(?:ship)?\b|\bvisit(?:ing|or)\b|\b(?:program|editorial|organi[sz]ing|steering|advisory)\s+(?:committee|board)"
    r"|\bcommittee\b|\beditorial\b|\bworkshop\b|\bpanel\b|\bteam of\b|\bfor the summer\b"
    r"|\bif\b|\bPh\.?D\.?\s+student\b",
    re.I,
)


def parse_announced_move(sentence: str, stamp: str | None, year: int) -> tuple[str, str | None, str | None] | None:
    """Institution, role and date, where the sentence says that the speaker begins there.

    Args:
        year: the year the page was read: what began before the last one is a life, no news.
    """
    found = _JOIN.search(sentence) or _START.search(sentence)
    if found is None or _NO_POST.search(sentence):
        return None
    groups = found.groupdict()
    as_ = _AS.match(sentence, found.end())
    role = groups.get("role") or (as_["role"] if as_ else None)
    where = _move_institution(found["where"])
    if where is None or (role is None and not _KNOWN.search(where)):
        return None
    date = _move_date(sentence, stamp, begun=bool(groups["past"]))
    if (date is None and groups["past"]) or (date is not None and int(date[:4]) < year - 1):
        return None
    return where, " ".join(role.split()) if role else None, date


def _move_date(sentence: str, stamp: str | None, *, begun: bool) -> str | None:
    """News is often dated later than what it tells of; a label may be more exact about the same time."""
    own = dates.find_page_date(sentence)
    if begun and own and not (stamp or "").startswith(own):
        return own
    return stamp or own


def _move_institution(text: str) -> str | None:
    """The whole out of "the Department of X at Y"."""
    for word in (" at ", " @ "):
        text = text.rpartition(word)[2] if word in text else text
    text = text.strip().removeprefix("the ").strip()
    return text if text[:1].isupper() and len(text) <= 100 else None
