"""E-mail addresses and telephone numbers are not collected: the one rule that takes them out of texts.

An address is written in many ways: plain, with signs of HTML, JSON, URLs or full width in place of ``@``, with
``(at)`` and ``dot`` in words, or for several people at once as ``{ada,bela}@uni.example``. What looks like one and is
not (``Recall@10``, ``pass@k``, ``look at the dot product``) stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import msgspec

_OPEN, _CLOSE = r"[(\[{<«\"'_*|-]", r"[)\]}>»\"'_*|-]"
_SIGN = r"(?:@|\uff20|\ufe6b|&#0*64;?|&#x0*40;?|&commat;?|%40|\\u(?:0040|ff20|fe6b)|\(@\)|\[@\]|\{@\})"
_AT = rf"(?:\s?{_SIGN}\s?|\s*{_OPEN}{{1,2}}\s*(?:at|ät|arroba|chez)\s*{_CLOSE}{{1,2}}\s*)"
_DOT = (
    rf"(?:[.\uff0e\u3002]|%2e|\\uff0e|\s*{_OPEN}{{1,2}}\s*(?:dot|punkt|point|punto|\.)\s*{_CLOSE}{{1,2}}\s*"
    r"|\s+(?:dot|punkt)\s+)"
)
_LOCAL = r"[^\W_][\w.+%'\u2019\uff0e-]{0,63}"
_SEVERAL = rf"[{{(\[<]\s*{_LOCAL}(?:\s*[,;|/]\s*{_LOCAL})*\s*(?:,?\s*(?:\.\.\.|\u2026)\s*)?[}})\]>]"
_REST = r"(?:[\w-]|\\u[0-9a-f]{4}){0,62}"  # letters of answers in JSON may be escaped
_LABEL = rf"[^\W_]{_REST}"
# the last part has letters of one case: "NDCG@10.Furthermore" ends no address
_TOP = r"(?-i:[a-z]{2,18}|[A-Z]{2,18})(?![\w@])"
# where little else tells an address, its end has to be one that addresses have
_ENDS = (
    "(?:edu|com|org|net|gov|mil|int|info|eu|uk|ac|de|at|ch|fr|nl|es|pt|pl|cz|dk|se|fi|ie|ca|au|nz|jp|cn|hk|tw|kr|sg|il"
    r"|br|ru|example)\b"
)
_LETTERED = rf"(?=[\w-]*[^\W\d_])[^\W_]{_REST}"  # "163.com" is the domain of addresses, "1.we" is none
_DOMAIN = (
    rf"(?:{_LETTERED}(?:{_DOT}{_LABEL}){{0,5}}{_DOT}{_TOP}"
    rf"|{_LETTERED}(?:\s?\.\s?{_LABEL}){{0,4}}\s?\.\s?{_ENDS}"
    rf"|\d{{2,5}}\.(?:com|net|org|cn)\b)"
)
_WORDS = rf"{_LOCAL}\s+at\s+{_LETTERED}(?:\s+dot\s+{_LABEL}){{0,4}}\s+dot\s+{_ENDS}"
_LEADING = r"(?:mailto\s*:\s*)?"
_ADDRESS = re.compile(rf"{_LEADING}(?:(?:{_SEVERAL}|{_LOCAL}){_AT}{_DOMAIN}|{_WORDS})", re.IGNORECASE)
_PHONE = re.compile(
    r"\b(?:tele)?(?:phone|fon|fono)s?\b[^\w+(]{0,4}\+?[\d(][\d\s()/.\u2013-]{5,}\d"
    r"|\b(?:tel|fax|mobile|mobil|cell)\b[^\w+(]{0,4}\+?[\d(][\d\s()/.\u2013-]{5,}\d",
    re.IGNORECASE,
)
_LABELS = re.compile(
    r"(?:\b(?:e-?mails?|electronic (?:mail|address(?:es)?)|contact|mailto|correspond(?:ence|ing author))\b"
    r"\s*(?:to|at)?\s*:?\s*)"
    r"(?=[\s.,;:)\]}>]*$|\s*[.,;)\]}>])",
    re.IGNORECASE,
)
_EMPTY = re.compile(r"[(\[{<]\s*[,;:|/]*\s*[)\]}>]")
# what every address or number holds; understood alike by Python and by Polars
_HINT = (
    r"@|\uff20|\ufe6b|&#0*64|&#[xX]0*40|&commat|%40|\\u0040|\\uff20|\\ufe6b|arroba"
    r"|[(\[{<\"'_*|-] ?[aAä][tT] ?[)\]}>\"'_*|\\-]| [aA][tT] [^ ]+ [dD][oO][tT] "
    r"|(?:[fF][oO][nN]|FON|[pP]hone|PHONE|[tT]el|TEL|[fF]ax|FAX|[mM]obil|[cC]ell)[a-zA-Z]*"
    r"[^a-zA-Z0-9(\"]{0,4}[+(]{0,2}[0-9][0-9 ()/.-]{5}"
)
_HINTED = re.compile(_HINT)
_AROUND = 300  # signs on both sides of a hint in which an address may stand
MOST_HINTS = 20_000  # beyond which an answer is not looked through, and not kept
_IN_URL = re.compile(r"mailto:|[\w.+-]{1,64}(?:@|%40)[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_URLS = frozenset(("url", "homepage", "apply_url"))


def redact_rows(bodies: Sequence[bytes]) -> list[bytes]:
    """Records as JSON, each as :func:`redact_json` gives it; most are passed over at once."""
    import polars as pl  # reading a page or a posting needs none of it

    kept = list(bodies)
    hinted = pl.Series(kept, dtype=pl.Binary).cast(pl.String).str.contains(_HINT)
    for number in hinted.arg_true():
        kept[number] = redact_json(kept[number])
    return kept


def redact_contacts(text: str, instead: str = "") -> str:
    """A text without e-mail addresses and telephone numbers, and without the litter that they would leave.

    Args:
        instead: what is to stand in the place of each.

    >>> redact_contacts("TU Berlin, Germany. E-mail: ada@tu.example")
    'TU Berlin, Germany.'
    >>> redact_contacts("Recall@10 of {ada, bela}@uni.example and others")
    'Recall@10 of and others'
    >>> redact_contacts("Ada Vell (ada (at) uni (dot) edu) looks at the dot product")
    'Ada Vell looks at the dot product'
    """
    found = _strike_contacts(text, instead)
    if found == text or instead:
        return found
    found = _remove_litter(found)
    return found if found == text else redact_contacts(found)  # what was apart may stand together now


def _remove_litter(found: str) -> str:
    """A text without the litter that addresses leave."""
    found = _LABELS.sub("", _EMPTY.sub("", found))
    found = re.sub(r"[^\S\n]+(?=[.,;:)\]}])", "", re.sub(r"[^\S\n]{2,}", " ", found))
    return re.sub(r"([,;:])(?:\s*[.,;:])+", r"\1", found).strip(" ,;:-")


def redact_response_body(body: bytes) -> bytes | None:
    """An answer as it came, without addresses and numbers; all else stays where it is, so that it is read as before.

    None where it is full of signs of them, so that looking through it would take too long.
    """
    text = body.decode("utf-8", "surrogateescape")
    some = list(islice(_find_quickly(text), MOST_HINTS + 1))
    if not some:
        return body
    return None if len(some) > MOST_HINTS else _strike_around(text, some, "").encode("utf-8", "surrogateescape")


def redact_json(body: bytes) -> bytes:
    """A record as JSON without addresses and numbers in any of its texts; the same bytes where there are none.

    An address of the web or an id that holds one goes whole.
    """
    before = msgspec.json.decode(body)
    after = _redact_value(before)
    return body if after == before else msgspec.json.encode(after)


def contains_contact(text: str) -> bool:
    """Whether an e-mail address stands in a text, such as in an id."""
    return _strike_contacts(text, "") != text


def _strike_contacts(text: str, instead: str) -> str:
    """The text without them: only around hints is it looked at closely."""
    return _strike_around(text, _find_hints(text), instead)


def _find_hints(text: str) -> Iterator[tuple[int, int]]:
    """Where hints begin and end."""
    return (hint.span() for hint in _HINTED.finditer(text))


def _find_quickly(text: str) -> Iterator[tuple[int, int]]:
    """The same in a tenth of the time, as long as a text can be given to Polars."""
    import polars as pl

    try:
        found = pl.Series([text]).str.extract_all(_HINT).item()
    except UnicodeEncodeError:  # it holds bytes that are no text
        readable = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        if pl.Series([readable]).str.contains(_HINT).item():
            yield from _find_hints(text)
        return
    at = 0
    for hint in found:  # what is found looks at nothing around it: where it stands next is where it was found
        at = text.index(hint, at)
        yield at, at + len(hint)
        at += len(hint)


def _strike_around(text: str, hints: Iterable[tuple[int, int]], instead: str) -> str:
    parts, at = [], 0
    for begin, end in _hint_windows(text, hints):
        parts += [text[at:begin], _PHONE.sub(instead, _ADDRESS.sub(instead, text[begin:end]))]
        at = end
    return "".join([*parts, text[at:]]) if parts else text


def _hint_windows(text: str, hints: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Begin and end of what is around hints, none over another."""
    begin = end = -1
    for first, last in hints:
        if begin >= 0 and first - _AROUND <= end:
            end = min(last + _AROUND, len(text))
            continue
        if begin >= 0:
            yield begin, end
        begin, end = max(first - _AROUND, 0), min(last + _AROUND, len(text))
    if begin >= 0:
        yield begin, end


def _redact_value(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _redact_value(one, name) for name, one in value.items()}
    if isinstance(value, list):
        kept = [_redact_value(one, key) for one in value]
        return [one for one, was in zip(kept, value, strict=True) if one or not was]
    if not isinstance(value, str) or key == "source_id":
        return value
    if key in _URLS:
        return "" if _IN_URL.search(value) else value
    if key == "ids":
        return "" if contains_contact(value) else value
    return redact_contacts(value)
