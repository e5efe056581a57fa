"""From a seed to a world. The same seed gives the same world, byte for byte."""

from __future__ import annotations

import random

from data.demo.builder import finish
from data.demo.builder.boards import add_postings
from data.demo.builder.careers import Careers
from data.demo.builder.model import SEED, World
from data.demo.builder.pages import add_pages
from data.demo.builder.papers import Press
from data.demo.builder.places import make_organisations
from data.demo.builder.specials import Specials


def build_world(seed: int = SEED, *, scale: float = 1.0) -> World:
    """A world; ``scale`` shrinks it for quick tests (at 1.0: 120 institutions, some 3,000 works)."""
    rng = random.Random(seed)
    universities = max(30, round(90 * scale))
    organisations = make_organisations(rng, universities, max(6, round(20 * scale)), max(3, round(10 * scale)))
    careers = Careers(rng, organisations, max(60, round(262 * scale)))
    world = World(seed, organisations, careers.run())
    world.focus = careers.focus
    specials = Specials(rng, careers, world)
    specials.add_people()
    _choose_hosts(rng, world)
    press = Press(rng, organisations, world.people)
    press.run(0.515)
    specials.add_papers(press)
    world.papers = press.papers
    _name(rng, world, specials.kept, scale)
    finish.add_twins(rng, press.papers, 0.07)
    _settle(world, press)
    add_pages(rng, world)
    add_postings(rng, world)
    return world


def _choose_hosts(rng: random.Random, world: World) -> None:
    for person in world.people:
        worked = any(p.role == "Research Scientist" and not p.second for p in person.posts)
        person.host = person.host or (worked and rng.random() < 0.42)


def _name(rng: random.Random, world: World, spare: set[int], scale: float) -> None:
    finish.add_namesakes(rng, world, max(6, round(40 * scale)), spare)
    world.specials["two_spellings"] = {
        "what": "works print the name in two ways",
        "people": finish.add_spellings(rng, world, 6),
    }
    finish.add_ids(rng, world.people, spare)
    finish.add_earlier(rng, world.people)


def _settle(world: World, press: Press) -> None:
    """Number the works, and turn what points at them into numbers."""
    finish.number_papers(press.papers)
    places = {id(paper): paper.key for paper in press.papers}
    for special in world.specials.values():
        if "paper" in special:
            special["paper"] = places[special["paper"]]
    world.interns = {host: [(s, p.key) for s, p in rows] for host, rows in sorted(press.interns.items())}
