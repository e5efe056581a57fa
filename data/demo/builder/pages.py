"""Homepages: who somebody says to be, what they say about students, and the ways such pages mislead."""

from __future__ import annotations

import random
from html import escape

from data.demo.builder.model import FACULTY, Organisation, Person, Statement, World
from data.demo.builder.names import slug
from data.demo.builder.topics import INTERESTS

MOST = 255
MONTHS = "January February March April May June July August September October November December"
NOTICE = "FICTIONAL PAGE. This person, this page and this institution do not exist; they belong to the demo of finder."
_RECRUITING = (
    "I plan to admit one or two PhD students for Fall 2027.",
    "We have an opening for a PhD student in {interest}, starting in spring 2027.",
    "I am looking for a PhD student and a postdoc to work on {term}.",
    "Our lab is hiring PhD students who care about {term}.",
)
_STALE = (
    "I am recruiting PhD students for Fall {year}.",
    "I have two open PhD positions for students who can start in {year}.",
)
_CLOSED = (
    "I am currently not taking new PhD students.",
    "My group is full, and I am not accepting interns or visitors in 2027.",
    "Unfortunately I will not be admitting students in the coming cycle.",
)
_INTERNS = (
    "We offer research internships on {interest} for summer 2027; write to me with a short CV.",
    "I am looking for PhD interns interested in {term}.",
)


def add_pages(rng: random.Random, world: World) -> None:
    """Choose who has a page, what it states, and write it."""
    taken: set[str] = set()
    for person in _owners(world):
        if person.key not in world.statements:
            world.statements[person.key] = _statements(rng, world, person)
        person.homepage = _address(rng, world, person, taken)
        world.pages[person.homepage] = _html(rng, world, person)


def _owners(world: World) -> list[Person]:
    """All specials, newcomers and movers, then other heads and hosts in order."""
    special = {key for special in world.specials.values() for key in special.get("people", [])}
    here = [p for p in world.people if p.current and p.key in special | set(world.statements)]
    faculty = [p for p in world.people if p.current and p.current[0].role in FACULTY]
    faculty.sort(key=lambda p: (p.current[0].since < "2024", p.key % 7, p.key))
    hosts = [world.people[key] for key in world.interns if world.people[key].current]
    chosen = {p.key: p for p in [*here, *faculty[:185], *hosts[:45], *faculty[185:]] if not p.opted_out}
    return sorted(list(chosen.values())[:MOST], key=lambda p: p.key)


def _statements(rng: random.Random, world: World, person: Person) -> list[Statement]:
    """What an ordinary page says; most say nothing."""
    made: list[Statement] = []
    post, it = person.current[0], INTERESTS[person.interests[0]]
    words = {"interest": it.name, "term": rng.choice(it.terms), "year": rng.randint(2021, 2024)}
    if len(person.posts) > 1 and post.since >= "2025-06":
        org = world.organisations[post.org]
        quote = f"In {_month(post.since)} I joined {org.name} as {_article(post.role)}."
        made.append(Statement("moving", quote, post.since))
    dice = rng.random()
    if post.role == "Research Scientist":
        if dice < 0.5:
            made.append(Statement("recruiting", rng.choice(_INTERNS).format(**words), f"2026-{rng.randint(7, 10):02d}"))
    elif dice < 0.26:
        made.append(Statement("recruiting", rng.choice(_RECRUITING).format(**words), f"2026-{rng.randint(6, 10):02d}"))
    elif dice < 0.34:
        made.append(Statement("recruiting", rng.choice(_STALE).format(**words), str(words["year"])))
    elif dice < 0.42:
        made.append(Statement("recruiting", rng.choice(_RECRUITING[2:]).format(**words), None))
    elif dice < 0.52:
        made.append(Statement("not recruiting", rng.choice(_CLOSED), f"2026-{rng.randint(3, 10):02d}"))
    return made


def _address(rng: random.Random, world: World, person: Person, taken: set[str]) -> str:
    """On the institution's site, or on a site of one's own; ``.example`` is reserved."""
    name = slug(person.name.full)
    own = rng.random() < 0.3 or any(s.polarity == "moving" for s in world.statements[person.key])
    url = f"https://{name}.example/" if own else f"{world.organisations[person.current[0].org].home}/people/{name}"
    url = url if url not in taken else f"https://{name}-{person.key}.example/"
    taken.add(url)
    return url


def _month(month: str) -> str:
    return f"{MONTHS.split()[int(month[5:7]) - 1]} {month[:4]}" if len(month) > 4 else month


def _article(role: str) -> str:
    return f"an {role}" if role[0] in "AEIOU" else f"a {role}"


def _html(rng: random.Random, world: World, person: Person) -> str:
    post = person.current[0]
    org = world.organisations[post.org]
    extra = [f"{p.role} (part-time) at {world.organisations[p.org].name}" for p in person.current[1:]]
    where = "; ".join([f"{post.role}, {org.name}, {org.city}, {org.country.name}", *extra])
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">',
            f"<title>{escape(person.name.full)} - {escape(org.name)}</title>",
            '<meta name="robots" content="noindex"></head>\n<body>',
            f"<p><em>{NOTICE}</em></p>",
            f"<h1>{escape(person.name.full)}</h1>",
            f"<p>{escape(where)}</p>",
            f"<h2>About</h2>\n<p>{escape(_about(world, person))}</p>",
            *_said(rng, world, person),
            *_publications(world, person),
            *_footer(world, person),
            "</body>\n</html>\n",
        ]
    )


def _about(world: World, person: Person) -> str:
    it = INTERESTS[person.interests[0]]
    text = f"I work on {it.name}, in particular on {it.terms[person.key % 10]} and {it.terms[(person.key + 3) % 10]}."
    for post in reversed([p for p in person.posts if p.until]):
        org: Organisation = world.organisations[post.org]
        years = f"{post.since[:4]}-{(post.until or '')[:4]}"
        if post.role == "PhD student" and post.boss is not None:
            text += f" I did my PhD at {org.name} with {world.people[post.boss].name.full} ({years})."
        else:
            text += f" Before that I was {_article(post.role)} at {org.name} ({years})."
    return text


def _said(rng: random.Random, world: World, person: Person) -> list[str]:
    """The statements, under one of the headings that such pages use."""
    lines: list[str] = []
    for said in world.statements[person.key]:
        quote = escape(said.quote)
        if said.hidden:
            lines.append(f"<!-- <p>{quote}</p> -->")
        elif said.polarity == "moving":
            lines.insert(0, f"<h2>News</h2>\n<ul><li><b>{_month(said.date or '')}</b> {quote}</li></ul>")
        else:
            stamp = f" <small>({_month(said.date)})</small>" if said.date and _month(said.date) not in quote else ""
            lines.append(f"<p>{quote}{stamp}</p>")
    if any(line.startswith("<p>") for line in lines):
        heading = rng.choice(("Prospective students", "Join us", "Openings", "For students"))
        place = next(n for n, line in enumerate(lines) if line.startswith("<p>"))
        lines.insert(place, f"<h2>{heading}</h2>")
    return lines


def _publications(world: World, person: Person) -> list[str]:
    own = [p for p in world.papers if any(a.person == person.key for a in p.authors)]
    if not own:
        return []
    items = [f"<li>{escape(p.title)} ({p.date[:4]})</li>" for p in own[-3:][::-1]]
    return ["<h2>Selected publications</h2>\n<ul>", *items, "</ul>"]


def _footer(world: World, person: Person) -> list[str]:
    """A date at the bottom, except where the point is that there is none."""
    if any(s.date is None for s in world.statements[person.key]):
        return []
    return [f"<p><small>Last updated: {2 + person.key % 26} October 2026</small></p>"] if person.key % 3 else []
