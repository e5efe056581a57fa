"""The truth of the world, for tests to hold the finder to. Ids are written as the finder writes them."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

from data.demo.builder.grants import make_networks, true_grants
from data.demo.builder.model import FACULTY, HEADS, TODAY, Person, Post, Posting, Stage, World
from data.demo.builder.specials import losses
from data.demo.builder.topics import NAMES

Json = dict[str, Any]
NOTICE = "FICTIONAL: all people and institutions in this file are invented."
_STAGES: dict[str, Stage] = {
    "PhD student": "student",
    "Postdoc": "postdoc",
    "Assistant Professor": "early-career faculty",
    "Associate Professor": "established faculty",
    "Professor": "established faculty",
    "Research Scientist": "industry researcher",
    "Staff Scientist": "staff scientist",
    "Group Leader": "staff scientist",
}


def stage(person: Person) -> Stage:
    """What somebody is today; emeriti count as having left."""
    return _STAGES.get(person.current[0].role, "left") if person.current else "left"


def visible(world: World) -> list[Person]:
    """Those of whom there is anything to find: a printed work or a page."""
    printed = {a.person for p in world.papers for a in p.authors}
    return [p for p in world.people if p.key in printed or p.homepage]


class Truth:
    """Turns a world into plain data."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.shown = visible(world)
        self.works: dict[int, list[int]] = defaultdict(list)
        self.advised: dict[int, list[int]] = defaultdict(list)
        for paper in world.papers:
            for line in paper.authors:
                self.works[line.person].append(paper.key)
        for person in self.shown:
            for boss in self.bosses(person, "PhD student"):
                self.advised[boss].append(person.key)

    def id(self, key: int) -> str:
        """A person's id."""
        return f"openalex:{self.world.people[key].openalex}"

    def org(self, number: int) -> str:
        """An institution's id."""
        return f"openalex:{self.world.organisations[number].id}"

    def bosses(self, person: Person, role: str) -> list[int]:
        """Heads that somebody worked for in a role, in order."""
        return list(dict.fromkeys(p.boss for p in person.posts if p.role == role and p.boss is not None))

    def all(self) -> Json:
        """The whole truth."""
        world = self.world
        papers = world.papers
        pairs = sorted({tuple(sorted((p.id, papers[p.twin].id))) for p in papers if p.twin is not None})
        return {
            "notice": NOTICE,
            "seed": world.seed,
            "today": TODAY,
            "interests": list(NAMES),
            "counts": self._counts(),
            "institutions": {self.org(o.number): self._institution(o.number) for o in world.organisations},
            "people": {self.id(p.key): self._person(p) for p in self.shown},
            "labs": [self._lab(p) for p in self.shown if p.current and p.current[0].role in HEADS],
            "hosts": [self._host(key, rows) for key, rows in world.interns.items()],
            "postings": [self._posting(p) for p in world.postings],
            "specials": {name: self._special(special) for name, special in world.specials.items()},
            "namesakes": [[self.id(a), self.id(b)] for a, b in world.namesakes],
            "duplicates": [[f"openalex:{a}", f"openalex:{b}"] for a, b in pairs],
            "works": {f"openalex:{p.id}": p.interests for p in papers},
            "grants": true_grants(world),
            "networks": [
                {**{k: v for k, v in one.items() if k != "members"}, "members": [self.org(n) for n in one["members"]]}
                for one in make_networks(world)
            ],
        }

    def _counts(self) -> Json:
        world = self.world
        return {
            "works": len(world.papers),
            "people": len({a.person for p in world.papers for a in p.authors}),
            "institutions": len(world.organisations),
            "countries": len({o.country.code for o in world.organisations}),
            "homepages": len(world.pages),
            "postings": len(world.postings),
            "stages": dict(sorted(Counter(map(stage, self.shown)).items())),
            **losses(world.papers),
        }

    def _institution(self, number: int) -> Json:
        org = self.world.organisations[number]
        return {"name": org.name, "kind": org.kind, "country": org.country.code, "city": org.city, "homepage": org.home}

    def _person(self, person: Person) -> Json:
        about = Counter(NAMES[i] for key in self.works[person.key] for i in self.world.papers[key].interests)
        said = self.world.statements.get(person.key, []) if person.homepage else []
        facts: Json = {
            "name": person.name.full,
            "spellings": person.variants,
            "orcid": f"orcid:{person.orcid}" if person.orcid else None,
            "homepage": person.homepage,
            "stage": stage(person),
            "role": person.current[0].role if person.current else None,
            "first_year": person.began,
            "career": [self._post(post) for post in person.posts],
            "moves": self._moves(person),
            "advisors": [self.id(b) for b in self.bosses(person, "PhD student")],
            "mentors": [self.id(b) for b in self.bosses(person, "Postdoc")],
            "advisees": [self.id(a) for a in self.advised[person.key]],
            "works": len(self.works[person.key]),
            "interests": dict(about.most_common()),
            "statements": [
                {"polarity": s.polarity, "quote": s.quote, "url": person.homepage, "date": s.date, "hidden": s.hidden}
                for s in said
            ],
            "recruiting": self._recruiting(person),
            "opted_out": person.opted_out,
        }
        # most people have most of these empty; leaving them out keeps the file small
        return {key: value for key, value in facts.items() if value not in (None, [], False)}

    def _recruiting(self, person: Person) -> str | None:
        """What a careful reader concludes: no wins, comments do not count, old years are over; None is unknown."""
        said = [s for s in self.world.statements.get(person.key, []) if not s.hidden and s.polarity != "moving"]
        if not person.homepage or not said:
            return None
        if any(s.polarity == "not recruiting" for s in said):
            return "no"
        if any(s.date is not None and s.date >= "2026" for s in said):
            return "yes"
        return "unknown age" if any(s.date is None for s in said) else "out of date"

    def _post(self, post: Post) -> Json:
        shown = {"institution": self.org(post.org), "role": post.role, "from": post.since, "to": post.until}
        if post.boss is not None:
            shown["with"] = self.id(post.boss)
        return shown

    def _moves(self, person: Person) -> list[Json]:
        main = [p for p in person.posts if not p.second]
        return [
            {"from": self.org(a.org), "to": self.org(b.org), "month": b.since, "roles": [a.role, b.role]}
            for a, b in pairwise(main)
            if a.org != b.org
        ]

    def _lab(self, head: Person) -> Json:
        team = [p for p in self.shown if p.current and p.current[0].boss == head.key]
        return {
            "head": self.id(head.key),
            "institution": self.org(head.current[0].org),
            "interests": [NAMES[i] for i in head.interests],
            "members": {self.id(p.key): stage(p) for p in team},
            "newcomer": head.current[0].role in FACULTY and self._first_chair(head) >= "2023-11",
        }

    def _first_chair(self, head: Person) -> str:
        return min(p.since for p in head.posts if p.role in FACULTY)

    def _host(self, key: int, rows: list[tuple[int, int]]) -> Json:
        papers = self.world.papers
        return {
            "host": self.id(key),
            "companies": sorted({self.org(c) for _, w in rows if (c := papers[w].internship) is not None}),
            "internships": [
                {"student": self.id(s), "work": f"openalex:{papers[w].id}", "footnote": papers[w].footnote}
                for s, w in rows
            ],
        }

    def _posting(self, p: Posting) -> Json:
        return {
            "title": p.title,
            "kind": p.kind,
            "interest": NAMES[p.interest] if p.interest is not None else None,
            "institution": self.org(p.org),
            "location": p.location,
            "date_posted": p.posted,
            "valid_through": p.closes,
            "url": p.url,
            "board": p.board,
        }

    def _special(self, special: Json) -> Json:
        shown = dict(special)
        if "people" in shown:
            shown["people"] = [self.id(key) for key in shown["people"]]
        if "paper" in shown:
            shown["work"] = f"openalex:{self.world.papers[shown.pop('paper')].id}"
        for name in ("old_employer", "new_employer", "company"):
            if name in shown:
                shown[name] = self.org(shown[name])
        return shown
