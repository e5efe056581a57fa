"""The last touches of a world: ids, namesakes, spellings, preprint twins, and the record before 2019."""

from __future__ import annotations

import random
from collections import Counter

from data.demo.builder.model import FIRST_DAY, HEADS, Name, Paper, Person, World
from data.demo.builder.names import initials, plain, printed
from data.demo.builder.papers import back
from data.demo.builder.topics import PREPRINTS

OPENALEX_FIRST_YEAR = 2012
"""OpenAlex's counts by year do not go further back."""


def add_ids(rng: random.Random, people: list[Person], always: set[int]) -> None:
    """OpenAlex ids for all, ORCIDs for one in three, for two in three heads, and for those in ``always``.

    Ids run by lab: the finder asks for authors in order of their ids, so that works of one lab stand in one reply and
    the recordings stay small.
    """
    number = 10_000_000
    for person in sorted(people, key=_lab):
        number += rng.randint(1, 176_000_000 // len(people))
        person.openalex = f"A59{number:08d}"
    for person in people:
        heads = bool(person.current and person.current[0].role in HEADS)
        wanted = rng.random() < (0.7 if heads else 0.35) or person.key in always
        person.orcid = orcid(person.key) if wanted else None


def _lab(person: Person) -> tuple[int, int, int]:
    boss = next((p.boss for p in person.posts if p.boss is not None), None)
    company = next((10_000 + p.org for p in person.posts if p.role == "Research Scientist"), person.key)
    return person.interests[0], boss if boss is not None else company, person.key


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
    active = _often_printed(world.papers, 3)
    pool = [p for p in world.people if p.key in active and p.key not in spare]
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
                _print_anew(rng, world.papers, second)
                used |= {first.key, second.key}
                world.namesakes.append((first.key, second.key))
                break


def _often_printed(papers: list[Paper], least: int) -> set[int]:
    counts = Counter(line.person for paper in papers for line in paper.authors)
    return {key for key, count in counts.items() if count >= least}


def _print_anew(rng: random.Random, papers: list[Paper], person: Person) -> None:
    """Somebody's name has changed after the works were written."""
    for paper in papers:
        for line in paper.authors:
            if line.person == person.key:
                line.name = (
                    rng.choice([person.name.full, *person.variants]) if person.variants else printed(rng, person.name)
                )


def _share_place(first: Person, second: Person) -> bool:
    places = {p.org for p in first.posts} & {p.org for p in second.posts}
    bosses = {p.boss for p in first.posts} | {first.key}
    return bool(places) or bool(bosses & ({p.boss for p in second.posts if p.boss is not None} | {second.key}))


def add_spellings(rng: random.Random, world: World, count: int) -> list[int]:
    """A few people whose works print their name in two ways for years."""
    barred = {key for pair in world.namesakes for key in pair}
    active = _often_printed(world.papers, 5) - barred
    pool = [p for p in world.people if plain(p.name.full) != p.name.full and p.key in active and p.current]
    chosen = rng.sample(pool, min(count, len(pool)))
    for number, person in enumerate(chosen):
        person.variants = [plain(person.name.full) if number % 2 else initials(person.name)]
        _print_anew(rng, world.papers, person)
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
