"""Titles and abstracts from phrases, so that a text search finds what it should, and a little of what it should not."""

from __future__ import annotations

import random
from dataclasses import dataclass

from data.demo.builder.names import slug
from data.demo.builder.topics import INTERESTS, Interest

_TITLES = (
    "{Method} for {task}",
    "{Task} with {method}",
    "{Task} from {data}",
    "{Coin}: {method} for {task}",
    "{Coin}: towards {task} with {data}",
    "Rethinking {task}: what {data} can teach us",
    "When {trouble}: {method} for {interest}",
    "How far does {method} carry? A study of {task}",
    "{Interest} for {data}",
    "Learning {task} when {trouble}",
    "A benchmark of {interest} with {data}",
    "On the limits of {method} in {interest}",
)
_OPENERS = (
    "{Interest} has come a long way, yet {trouble}.",
    "In {interest}, {trouble}.",
    "Progress in {interest} is slowed down because {trouble}.",
    "Much recent work on {term} assumes clean benchmarks, but {trouble}.",
    "We study {task} with {data}, where {trouble}.",
    "Despite advances in {term}, {task} remains difficult because {trouble}.",
)
_MIDDLES = (
    "We propose {coin}, which combines {method} with ideas from {term}.",
    "We introduce {method} and show how it interacts with {term} and {term2}.",
    "Our approach, {coin}, treats {task} as a question of {term} and needs no additional labels.",
    "This paper develops {method} for {task} and analyses where it helps.",
    "We revisit {method} in the light of {term2} and derive a simple training recipe.",
)
_RESULTS = (
    "On {data} it improves over strong baselines by {number} points while using {share}% of the computation.",
    "Experiments with {data} show gains of {number}% on {task}, and ablations trace most of them to {term}.",
    "Across {count} data sets we find that {term2} matters more than model size.",
    "A study with {count} participants and {data} confirms the effect and reveals two failure cases.",
    "The results hold for {data} and degrade gracefully when the budget is cut by {share}%.",
)
_CLOSERS = (
    "Code, data and trained models are released.",
    "We discuss what this means for practice and list open problems.",
    "The findings suggest that careful evaluation is still missing.",
    "An extended version reports negative results as well.",
    "We close with recommendations for future benchmarks.",
)
_MIXED = (
    "The same idea turns out to be useful for {interest}, in particular for {task}.",
    "We connect it with {interest} through {term}.",
)


@dataclass(frozen=True)
class Text:
    """What a work says."""

    title: str
    abstract: str
    keywords: list[str]


_COIN_STARTS = "Ar Bel Cor Dim Fen Gral Hux Lum Mo Nev Pol Quis Sar Tov Vel Zan"
_COIN_ENDS = "ba dex fo lin mir na phi ro tis vo"


def _coin(rng: random.Random) -> str:
    return rng.choice(_COIN_STARTS.split()) + rng.choice(_COIN_ENDS.split())


def _slots(rng: random.Random, interest: Interest) -> dict[str, str]:
    term, term2 = rng.sample(interest.terms, 2)
    slots = {
        "interest": interest.name,
        "task": rng.choice(interest.tasks),
        "method": rng.choice(interest.methods),
        "data": rng.choice(interest.data),
        "trouble": rng.choice(interest.troubles),
        "term": term,
        "term2": term2,
        "coin": _coin(rng),
        "number": f"{rng.uniform(1, 14):.1f}",
        "share": str(rng.randrange(10, 80, 5)),
        "count": str(rng.randrange(3, 40)),
    }
    return slots | {key.capitalize(): value[:1].upper() + value[1:] for key, value in slots.items()}


def _keywords(rng: random.Random, main: Interest, other: Interest | None, used: str) -> list[str]:
    """The interest itself mostly, the terms that the text uses, and now and then a stray one."""
    words = [main.name] if rng.random() < 0.78 else []
    words += [term for term in main.terms if term in used][:3]
    words.append(rng.choice(main.terms))
    if other is not None:
        words.append(other.name if rng.random() < 0.6 else rng.choice(other.terms))
    if rng.random() < 0.25:
        words.append(rng.choice(("evaluation", "robustness", "open data", "benchmarking", "user study")))
    return list(dict.fromkeys(words))


def compose(rng: random.Random, interests: list[int], *, on_topic: bool = False) -> Text:
    """A title, an abstract of three to five sentences and keywords; ``on_topic`` names the interest for certain."""
    main = INTERESTS[interests[0]]
    other = INTERESTS[interests[1]] if len(interests) > 1 else None
    slots = _slots(rng, main)
    title = rng.choice(_TITLES).format(**slots)
    parts = [rng.choice(_OPENERS), rng.choice(_MIDDLES), rng.choice(_RESULTS)]
    if rng.random() < 0.4:
        parts.append(rng.choice(_CLOSERS))
    sentences = [part.format(**slots) for part in parts]
    if other is not None:
        sentences.insert(2, rng.choice(_MIXED).format(**_slots(rng, other)))
    abstract = " ".join(sentence[:1].upper() + sentence[1:] for sentence in sentences)
    if on_topic and main.name not in f"{title} {abstract}".lower():
        abstract += f" The work contributes to {main.name}."
    title = title[:1].upper() + title[1:]
    return Text(title, abstract, _keywords(rng, main, other, f"{title} {abstract}".lower()))


def keyword_id(word: str) -> str:
    """OpenAlex's id of a keyword."""
    return f"https://openalex.org/keywords/{slug(word)}"
