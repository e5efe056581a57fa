"""Where a text mentions somebody who is listed: by a name in any spelling and case, an id, or a page of theirs. Pure.

Names are listed by ``first|`` (a few bits of their first word, which say of nearly every word that it begins none),
``pair|`` (their first two words) and ``text|`` (all of them), ids and pages by ``bare|``, without scheme.
"""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from finder.storage.hash_list import HashList
from finder.text import names

REMOVED = "[removed]"
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_APART = 5  # signs between two words of one name: "Vell, Ada", "Ada B. Vell" and a line's end
_LONGEST = 5  # words
_LUMP = re.compile(r"[^\s\"'<>(){}\[\],;|\\^`]{6,}")  # what an id or address may be a part of
_CUTS = re.compile(r"[/=:]")
_QUERY = re.compile(r"[?#&]")
_SCHEME = re.compile(r"^\w+://(www\.)?")
_END = re.compile(r"(/index)?\.html?$|[/.,]+$")
_ENDS = (".html", ".htm", "/", ".", ",")  # what _END ends with: most have none of it, which is quickly seen
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
# given and family name as values of their own: between them there is nothing
_PARTED = re.compile(r'"\s*\}?\s*,\s*"(?:family|last|given|first)[\w-]*"\s*:\s*(?:\{\s*"value"\s*:\s*)?"', re.I)
_LEAST = 6  # signs of an id that can be known without its scheme
# the same words and lumps in plain text, by exchanging signs
_TO_WORDS = str.maketrans({**{sign: " " for sign in map(chr, range(128)) if not sign.isalpha()}, "'": None})
_BETWEEN = "\"'<>(){}[],;|\\^`"
_TO_LUMPS = str.maketrans(_BETWEEN, " " * len(_BETWEEN))


def tokens_of_names(folds: Iterable[str]) -> set[str]:
    """How folded names are listed; what is a name to nobody else's eyes (initials, one short word) is left out."""
    found = set()
    for name in folds:
        words = name.split()
        for order in (words, [*words[-1:], *words[:-1]]):
            if len(order) > 1 and all(len(word) > 1 for word in order):
                found |= {_first_word_bucket(order[0]), f"pair|{' '.join(order[:2])}", f"text|{' '.join(order)}"}
    return found


def tokens_of_ids(ids: Iterable[str]) -> set[str]:
    """How ids and pages are listed."""
    values = (
        _normalize_id(id_.removeprefix("homepage:") if "//" in id_ else id_.partition(":")[2] or id_) for id_ in ids
    )
    return {f"bare|{value}" for value in values if len(value) >= _LEAST and not value.isdigit()}


def decode_body_text(body: bytes) -> str:
    """An answer as text to look through: escapes of JSON and HTML undone."""
    text = body.decode("utf-8", "replace")
    if "\\u" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return _PARTED.sub(" ", html.unescape(text) if "&" in text else text)


def mentions_listed_person(text: str, listed: HashList) -> bool:
    """Whether a text mentions somebody who is listed."""
    text = unicodedata.normalize("NFC", text)
    if listed.filter_words(_id_candidates(text), _bare_id_tokens):
        return True
    # most texts hold no such pair of words anywhere: that is quickly said of whole answers
    words = _fold_words(text)
    if not (first := listed.filter_words(set(words), _bucket_tokens)):
        return False
    said = pairwise([word for word in words if len(word) > 1])
    near = any(one in first and f"pair|{one} {other}" in listed for one, other in said)
    return near and next(_name_spans(text, listed), None) is not None


def _fold_words(text: str) -> list[str]:
    """All words, folded; of plain text without looking for each, which is several times quicker."""
    if text.isascii():
        return text.replace("''", "  ").translate(_TO_WORDS).lower().split()
    return [_fold_word(word) for word in _WORD.findall(text)]


def _id_candidates(text: str) -> set[str]:
    """What an id or address may be a part of: no mere words."""
    lumps = text.translate(_TO_LUMPS).split() if text.isascii() else _LUMP.findall(text)
    return {lump for lump in set(lumps) if len(lump) >= _LEAST and not lump.isalpha()}


def _bucket_tokens(word: str) -> tuple[str, ...]:
    return (_first_word_bucket(word),)


def _bare_id_tokens(lump: str) -> list[str]:
    return [f"bare|{part}" for part in _id_parts(lump)]


def mask_mentions(text: str, listed: HashList) -> str:
    """The text without such mentions; the same text where there are none."""
    if not mentions_listed_person(text, listed):
        return text
    plain = unicodedata.normalize("NFC", text)
    found = sorted(mention_spans(plain, listed))
    parts, at = [], 0
    for start, end in found:
        if start >= at:
            parts += [plain[at:start], REMOVED]
        at = max(at, end)
    return "".join([*parts, plain[at:]])


def mention_spans(text: str, listed: HashList) -> Iterator[tuple[int, int]]:
    """Where the mentions stand, in a text of composed signs."""
    yield from _name_spans(text, listed)
    for found in _LUMP.finditer(text):
        if not found[0].isalpha() and any(token in listed for token in _bare_id_tokens(found[0])):
            yield found.span()


def _name_spans(text: str, listed: HashList) -> Iterator[tuple[int, int]]:
    words = [(word, *found.span()) for found in _WORD.finditer(text) if len(word := _fold_word(found[0])) > 1]
    for at, (word, start, _) in enumerate(words[:-1]):
        following = words[at + 1]
        if following[1] - words[at][2] > _APART or f"pair|{word} {following[0]}" not in listed:
            continue
        said = word
        for n in range(at + 1, min(at + _LONGEST, len(words))):
            if words[n][1] - words[n - 1][2] > _APART:
                break
            said += f" {words[n][0]}"
            if f"text|{said}" in listed:
                yield start, words[n][2]


def _first_word_bucket(word: str) -> str:
    """Which of 4,096 kinds a word is of: enough to pass over most, too little to tell which word it is."""
    return f"first|{hashlib.sha256(word.encode(errors='replace')).hexdigest()[:3]}"


@lru_cache(maxsize=100_000)
def _fold_word(word: str) -> str:
    return word.lower() if word.isascii() and word.isalpha() else names.text_key(word).replace(" ", "")


def _id_parts(lump: str) -> tuple[str, ...]:
    """The ids and addresses that a lump of signs may be, without scheme."""
    path, *query = _QUERY.split(lump)
    whole = _normalize_id(path)
    ends = [_normalize_id(path[cut.end() :]) for cut in _CUTS.finditer(path)]
    ends += [_normalize_id(part.rpartition("=")[2]) for part in query]
    heads = [whole[:at] for at, sign in enumerate(whole) if sign == "/"]
    return tuple(dict.fromkeys(part for part in (whole, *ends, *heads) if len(part) >= _LEAST))


def _normalize_id(value: str) -> str:
    """An id or address without what is spelled in several ways.

    >>> _normalize_id("https://www.Ada-Vell.example/index.html"), _normalize_id("12/345.html")
    ('ada-vell.example', '12/345')
    """
    value = value.strip().casefold()
    if "://" in value:
        value = _SCHEME.sub("", value)
    return _END.sub("", value) if value.endswith(_ENDS) else value
