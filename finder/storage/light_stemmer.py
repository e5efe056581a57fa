"""Which spellings are one word: a light look behind the stemmer of the full text.

Porter's stemmer takes words of different meaning for one: animation and animal, active and activation, continual and
continuous, generalization and generative. Plurals, forms of verbs, and nouns made of a verb are one word here; no more.
"""

from __future__ import annotations

# what stands instead of endings
_INSTEAD = {
    "": "ation ations ate ates ated ating ness nesses ing ings ed ly ic ics ence ences",
    "iz": "ize izes ized izing izer izers ization izations isation isations",
    "able": "ability abilities",
    "ible": "ibility ibilities",
    "t": "tion tions",
    "ss": "ssion ssions sses",
    "y": "ied ies",
    "v": "val vals",
    "sh": "shes",
    "ch": "ches",
    "x": "xes",
    "z": "zes",
}
_ENDINGS = sorted(
    ((ending, instead) for instead, endings in _INSTEAD.items() for ending in endings.split()),
    key=lambda pair: (-len(pair[0]), pair[0]),
)
_LEAST = 3  # letters that must be left
_VOWELS = frozenset("aeiouy")


def base_form(word: str) -> str:
    """A word without endings that leave its meaning: words of one base are one word.

    >>> [base_form(word) for word in ("animation", "animations", "animated", "animal")]
    ['anim', 'anim', 'anim', 'animal']
    >>> base_form("learned") == base_form("learning"), base_form("active") == base_form("activation")
    (True, False)
    """
    word = word.casefold()
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST and _VOWELS & set(word[: -len(ending)]):
            word = word[: -len(ending)] + instead
            break
    else:
        if len(word) > _LEAST and word.endswith("s") and not word.endswith(("ss", "us", "is")):
            word = word[:-1]
    if len(word) > _LEAST + 1 and word.endswith("e") and not word.endswith("ive"):
        word = word[:-1]
    if len(word) > _LEAST and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]  # planned, planning
    return word


def spelling_prefix(word: str) -> str:
    """Letters that every spelling of a word begins with."""
    base = base_form(word)
    return base[: max(_LEAST, len(base) - 1)]
