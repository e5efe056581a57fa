"""Names of people and of interests, folded so that spellings of one compare equal: hints, never identities."""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii

_DBLP_SUFFIX = re.compile(r"\s+\d{4}$")
_NOT_LETTERS = re.compile(r"[^a-z\s]+")
_MOST_WORDS = 24  # of a topic
WORDS = re.compile(r"[^\W_]+")
FUNCTION_WORDS = frozenset("a an and as at by for from in into of on or the to towards using via with".split())
NO_TOPIC = "This is a text, which is matched with what is stored. To collect more, name its topic in a few words."


def tidy(name: str) -> str:
    """A printed name for display: composed Unicode, single spaces, no control characters, no DBLP number.

    >>> tidy("Wei  Wang 0001")
    'Wei Wang'
    """
    if not (name.isascii() and name.isprintable()):
        name = unicodedata.normalize("NFC", "".join(c if c.isprintable() else " " for c in name))
    name = " ".join(name.split())
    if name[-1:].isdigit():
        name = _DBLP_SUFFIX.sub("", name)
    if "," not in name:
        return name
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}" if comma and given.strip() and "," not in given else name


def fold(name: str) -> str:
    """A name as a key: ASCII, lower case, without punctuation, initials or middle names' dots.

    Middle initials are dropped ("Ada B. Lovelace" is "ada lovelace"), full middle names are kept.

    >>> fold("Müller-Lüdenscheidt, Jörg K.")
    'jorg muller ludenscheidt'
    """
    name = tidy(name)
    plain = name if name.isascii() else _strip_accents(name)
    if not plain.isascii():
        plain = anyascii(plain)
    words = _NOT_LETTERS.sub("", plain.replace("-", " ").replace(".", " ").lower()).split()
    if len(words) > 2:
        words = [words[0], *(w for w in words[1:-1] if len(w) > 1), words[-1]]
    return " ".join(words) or name.lower()


def plain(text: str) -> str:
    """A text folded as names are, so that a folded name can be looked for in it: whole words, no initials.

    >>> plain("Ask Prof. Jörg K. Müller-Lüdenscheidt!")
    'ask prof jorg muller ludenscheidt'
    """
    ascii_ = text if text.isascii() else anyascii(_strip_accents(text))
    words = _NOT_LETTERS.sub(" ", ascii_.lower().replace("'", "")).split()
    return " ".join(word for word in words if len(word) > 1)


def _strip_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def interest_key(interest: str) -> str:
    """An interest as a key: the same words in any case and spacing are the same interest."""
    return " ".join(interest.casefold().split())


def is_topic(interest: str) -> bool:
    """Whether sources can be searched for an interest; else it is a text, such as an abstract."""
    return len(interest.split()) <= _MOST_WORDS


def telling(text: str) -> list[str]:
    """The words of an interest or a title that say what it is about, in lower case; all where none do.

    >>> telling("Learning from the crowd")
    ['learning', 'crowd']
    """
    words = WORDS.findall(text.casefold())
    return [word for word in words if word not in FUNCTION_WORDS] or words
