"""The last touches of a world: ids, namesakes, spellings, preprint twins, and the record before 2019."""

from __future__ import annotations

import random

from data.demo.builder.model import FIRST_DAY, Name, Paper, Person, World
from data.demo.builder.names import initials, plain
from data.demo.builder.papers import back
from data.demo.builder.topics import PREPRINTS

OPENALEX_FIRST_YEAR = 2012
"""OpenAlex's counts by year do not go further back."""


def add_ids(rng: random.Random, people: list[Person]) -> None:
    """OpenAlex ids for all, ORCIDs for two in five."""
    numbers = rng.sample(range(10_000_000, 99_999_999), len(people))
    for person, number in zip(people, numbers, strict=True):
        person.openalex = f"A59{number:08d}"
        person.orcid = orcid(person.key) if rng.random() < 0.4 else None


def orcid(key: int) -> str:
    """A well-formed ORCID with a right check digit, in a block that ORCID has not been given: nobody's."""
    base = f"000000099{100_000 + key * 7:06d}"
    total = 0
    for digit in base:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    text = base + ("X" if check == 10 else str(check))
    return "-".join(text[i : i + 4] for i in range(0, 16, 4))


def add_namesakes(rng: random.Random, world: World, pairs: int, spare: set[int]) -> None:
    """Different people with one name, at different organisations; every third pair shares the interest as well."""
    pool = [p for p in world.people if p.posts[-1].until is None and p.key not in spare]
    rng.shuffle(pool)
    used: set[int] = set()
    for first in pool:
        if len(world.namesakes) == pairs:
            return
        same = len(world.namesakes) % 3 == 0
        for second in pool:
            if first.key >= second.key or {first.key, second.key} & used or _share_place(first, second):
                continue
            if (first.interests[0] == second.interests[0]) == same:
                second.name = Name(first.name.given, first.name.family)
                used |= {first.key, second.key}
                world.namesakes.append((first.key, second.key))
                break


def _share_place(first: Person, second: Person) -> bool:
    places = {p.org for p in first.posts} & {p.org for p in second.posts}
    bosses = {p.boss for p in first.posts} | {first.key}
    return bool(places) or bool(bosses & ({p.boss for p in second.posts if p.boss is not None} | {second.key}))


def add_spellings(rng: random.Random, world: World, count: int) -> list[int]:
    """A few people whose works print their name in two ways for years."""
    twice = {key for pair in world.namesakes for key in pair}
    pool = [
        p
        for p in world.people
        if plain(p.name.full) != p.name.full and p.key not in twice and p.posts[-1].until is None and p.began < 2023
    ]
    chosen = rng.sample(pool, min(count, len(pool)))
    for number, person in enumerate(chosen):
        person.variants = [plain(person.name.full) if number % 2 else initials(person.name)]
    return sorted(p.key for p in chosen)


def add_twins(rng: random.Random, papers: list[Paper], share: float) -> None:
    """Preprints of some conference papers: the same work under another id, some months before."""
    for paper in list(papers):
        if paper.type == "preprint" or rng.random() > share:
            continue
        month = back(paper.date[:7], rng.randint(3, 8))
        date = f"{month}-{rng.randint(1, 28):02d}"
        if date < FIRST_DAY:
            continue
        title = paper.title if rng.random() < 0.8 else paper.title.replace(": ", " - ").lower().capitalize()
        authors = [
            type(a)(a.person, a.name, list(a.orgs), list(a.raw), a.matched_author, a.matched_orgs)
            for a in paper.authors
        ]
        twin = Paper(
            -1, title, paper.abstract, date, paper.interests, paper.keywords, PREPRINTS, authors, "preprint", 1
        )
        twin.internship, twin.footnote = paper.internship, paper.footnote
        papers.append(twin)
        twin.twin, paper.twin = id(paper), id(twin)


def number_papers(papers: list[Paper]) -> None:
    """Sort by date and give numbers and DOIs; until now twins knew each other by their place in memory."""
    papers.sort(key=lambda p: (p.date, p.title, p.type, p.authors[0].person if p.authors else -1))
    places = {id(paper): number for number, paper in enumerate(papers)}
    for number, paper in enumerate(papers):
        paper.key = number
        paper.twin = places[paper.twin] if paper.twin is not None else None
        if paper.venue == PREPRINTS:
            paper.doi = f"10.48550/arxiv.{paper.date[2:4]}{paper.date[5:7]}.9{number:04d}"
        elif number % 25:
            paper.doi = f"10.5555/fictional.{paper.date[:4]}.{number:05d}"


def add_earlier(rng: random.Random, people: list[Person]) -> None:
    """How many works a year people had before this record begins: it tells how long somebody has been there."""
    for person in people:
        for year in range(max(person.began + 1, OPENALEX_FIRST_YEAR), int(FIRST_DAY[:4])):
            post = person.post_at(f"{year}-06")
            often = 1 if post is None or post.role == "PhD student" else 2 if post.role == "Postdoc" else 5
            works = rng.randint(0, often)
            if works:
                person.earlier[year] = works
