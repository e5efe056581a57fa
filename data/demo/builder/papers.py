"""What people publish together: students first, heads last, hosts last on what their interns wrote."""

from __future__ import annotations

import math
import random
from collections import defaultdict

from data.demo.builder.careers import LAST_YEAR
from data.demo.builder.model import FIRST_DAY, HEADS, TODAY, Organisation, Paper, Person, Post, Printed
from data.demo.builder.names import printed
from data.demo.builder.text import compose
from data.demo.builder.topics import INTERESTS, PREPRINTS, venue

YEARS = range(int(FIRST_DAY[:4]), LAST_YEAR + 1)


def back(month: str, months: int) -> str:
    """The month so many months earlier."""
    count = int(month[:4]) * 12 + int(month[5:7]) - 1 - months
    return f"{count // 12}-{count % 12 + 1:02d}"


def poisson(rng: random.Random, mean: float) -> int:
    """How many of something rare happen."""
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


class Press:
    """Prints works, given who was where when."""

    def __init__(self, rng: random.Random, organisations: list[Organisation], people: list[Person]) -> None:
        self.rng = rng
        self.organisations = organisations
        self.people = people
        self.papers: list[Paper] = []
        self._there: dict[str, list[tuple[Person, Post]]] = {}
        self.interns: dict[int, list[tuple[int, Paper]]] = defaultdict(list)
        self.team: dict[int, list[tuple[Person, Post]]] = defaultdict(list)
        for person in people:
            for post in person.posts:
                if post.boss is not None:
                    self.team[post.boss].append((person, post))

    def there(self, month: str) -> list[tuple[Person, Post]]:
        """Everybody who holds a post in a month, with the main one."""
        if month not in self._there:
            self._there[month] = [(p, q) for p in self.people if (q := p.post_at(month))]
        return self._there[month]

    # --- one work -------------------------------------------------------------------------------------------------

    def affiliations(self, person: Person, month: str) -> list[int]:
        """The organisations a work of that month prints: the posts some months before, or the nearest there was."""
        held = person.posts_at(back(month, person.lag))
        if person.stale and person.posts[-1] in held:
            held = []
        if not held:
            known = person.posts[:-1] if person.stale else person.posts
            earlier = [p for p in known if p.since <= month and not p.second]
            held = earlier[-1:] or person.posts[:1]
        return list(dict.fromkeys(p.org for p in held))

    def raw(self, org: int, place: int) -> str:
        """An affiliation as a typesetter prints it."""
        it = self.organisations[org]
        department = ("Department of Computer Science, ", "School of Engineering, ", "", "Research, ")[place % 4]
        return f"{department}{it.name}, {it.city}, {it.country.name}"

    def author(self, person: Person, month: str) -> Printed:
        """A name as printed on a work of that month, with the losses that OpenAlex usually has."""
        orgs = self.affiliations(person, month)
        name = self.rng.choice([person.name.full, *person.variants]) if person.variants else None
        made = Printed(
            person.key, name or printed(self.rng, person.name), orgs, [self.raw(o, person.key) for o in orgs]
        )
        made.matched_author = self.rng.random() > 0.02
        made.matched_orgs = self.rng.random() > 0.09
        return made

    def write(
        self, date: str, number: int, interests: list[int], authors: list[Person], *, on_topic: bool = False
    ) -> Paper:
        """A work with its text; every author once."""
        text = compose(self.rng, interests, on_topic=on_topic)
        once = {person.key: person for person in reversed(authors)}  # the last place counts: a head stays last
        names = [self.author(person, date[:7]) for person in reversed(once.values())]
        names[0].corresponding = self.rng.random() < 0.35
        abstract = text.abstract if self.rng.random() > 0.06 else None
        kind = "preprint" if number == PREPRINTS else "article" if venue(number)[2] == "journal" else "conference-paper"
        age = max(0.0, 2026.9 - int(date[:4]) - int(date[5:7]) / 12)
        citations = int(age * math.exp(self.rng.gauss(0.9, 1.1)))
        paper = Paper(-1, text.title, abstract, date, interests, text.keywords, number, names, kind, citations)
        self.papers.append(paper)
        return paper

    def when(self, year: int, interest: int) -> tuple[str, int] | None:
        """A venue of the interest and its date in that year; None when that is still to come."""
        number = self.rng.choices((3 * interest, 3 * interest + 1, 3 * interest + 2, PREPRINTS), (40, 28, 19, 13))[0]
        month = venue(number)[1] if number != PREPRINTS and number % 3 != 2 else self.rng.randint(1, 12)
        date = f"{year}-{month:02d}-{self.rng.randint(1, 28):02d}"
        return (date, number) if date < TODAY else None

    def subjects(self, person: Person, main: int | None = None) -> list[int]:
        """What a work is about: the main interest, sometimes mixed with another one."""
        first = main if main is not None else person.interests[0]
        if len(person.interests) > 1 and self.rng.random() < 0.2:
            first = person.interests[1]
        dice = self.rng.random()
        others = [i for i in person.interests if i != first]
        if dice < 0.15:
            return [first, others[0] if others and dice < 0.1 else (first + self.rng.randint(1, 11)) % len(INTERESTS)]
        return [first]

    # --- a year -----------------------------------------------------------------------------------------------------

    def run(self, rate: float) -> None:
        """All works of all labs, companies and institutes."""
        for year in YEARS:
            for head in self.people:
                post = head.post_at(f"{year}-06")
                if post and post.role in HEADS:
                    self.lab_year(head, year, rate)
                elif post and post.role == "Research Scientist":
                    self.company_year(head, post, year, rate)
                elif post and post.role == "Professor Emeritus" and self.rng.random() < 0.15 * rate:
                    self._plain(year, head, [head])

    def lab(self, head: Person, month: str) -> list[tuple[Person, Post]]:
        """Who works for a head in a month."""
        return [(p, q) for p, q in self.team[head.key] if q.since <= month and (q.until is None or month < q.until)]

    def lab_year(self, head: Person, year: int, rate: float) -> None:
        """What the members of a lab write first in a year, with the head last."""
        members = self.lab(head, f"{year}-06")
        for person, post in members:
            age = year - int(post.since[:4])
            mean = {"PhD student": 0.25 + 0.12 * min(age, 3), "Postdoc": 0.7}.get(post.role, 0.55)
            for _ in range(poisson(self.rng, mean * person.pace * rate)):
                self._lab_paper(year, person, head, [p for p, _ in members if p is not person])
        if self.rng.random() < 0.12 * rate:
            self._plain(year, head, [head])

    def _lab_paper(self, year: int, first: Person, head: Person, others: list[Person]) -> None:
        size = min(len(others), self.rng.choice((0, 1, 1, 2, 2, 2, 3, 4)))
        middle = self.rng.sample(others, size)
        for _ in range(self.rng.choice((0, 0, 1, 1, 2))):
            middle.insert(self.rng.randint(0, len(middle)), self._outsider(head, year))
        self._plain(year, first, [first, *middle, head])

    def _outsider(self, head: Person, year: int) -> Person:
        """A co-author from elsewhere: mostly somebody who once was in the lab."""
        gone = [p for p, q in self.team[head.key] if q.until and q.until[:4] < str(year) and p.post_at(f"{year}-03")]
        if gone and self.rng.random() < 0.6:
            return self.rng.choice(gone)
        peers = [p for p, _ in self.there(f"{year}-03") if p.interests[0] == head.interests[0] and p is not head]
        return self.rng.choice(peers or [head])

    def _plain(self, year: int, subject: Person, authors: list[Person]) -> Paper | None:
        interests = self.subjects(subject)
        slot = self.when(year, interests[0])
        return self.write(*slot, interests, authors) if slot else None

    def company_year(self, host: Person, post: Post, year: int, rate: float) -> None:
        """What a company researcher writes, alone with colleagues or as the host of an intern."""
        mates = [p for p, q in self.there(f"{year}-06") if q.org == post.org and p is not host]
        mates.sort(key=lambda p: (p.interests[0] != host.interests[0], p.began, p.key))
        if self.rng.random() < 0.34 * rate:
            self._plain(year, host, [host, *self.rng.sample(mates[:6], min(len(mates), self.rng.choice((1, 1, 2, 3))))])
        if host.host and self.rng.random() < 0.62 * rate:
            self.intern_paper(host, post.org, year, mates)

    def intern_paper(self, host: Person, company: int, year: int, mates: list[Person]) -> Paper | None:
        """A student's work at a company: two affiliations, or a footnote that OpenAlex does not match."""
        students = [p for p, q in self.there(f"{year - 1}-10") if q.role == "PhD student"]
        fitting = [p for p in students if p.interests[0] == host.interests[0]]
        slot = self.when(year, host.interests[0])
        if not fitting or not slot:
            return None
        student = self.rng.choice(fitting)
        boss = next((q.boss for q in student.posts_at(f"{year - 1}-10")), None)
        advisor = [self.people[boss]] if boss is not None and self.rng.random() < 0.65 else []
        colleagues = [m for m in mates[:5] if m.key != student.key][: self.rng.choice((0, 1, 1, 2))]
        tail = [*advisor, host] if self.rng.random() < 0.72 else [host, *advisor]
        paper = self.write(*slot, self.subjects(host), [student, *colleagues, *tail])
        self.mark_intern(paper, student, boss, company)
        self.interns[host.key].append((student.key, paper))
        return paper

    def mark_intern(self, paper: Paper, student: Person, boss: int | None, company: int) -> None:
        """Print the internship on the first author's line, in one of the ways it is done."""
        line, paper.internship = paper.authors[0], company
        university = next(
            (p.org for p in reversed(student.posts) if p.boss == boss and p.boss is not None), line.orgs[0]
        )
        name = self.organisations[company].name
        paper.footnote = self.rng.random() < 0.5
        if paper.footnote:
            phrase = self.rng.choice(("Work done during an internship at", "Work done while interning at"))
            line.orgs, line.raw = [university], [f"{self.raw(university, 0)}; {phrase} {name}"]
        else:
            line.orgs = [university, company]
            line.raw = [self.raw(university, 0), self.raw(company, 2)]
