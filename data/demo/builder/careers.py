"""Careers, one step a year: people begin, graduate, move, are promoted, found labs, go to companies, stop."""

from __future__ import annotations

import random
from collections import Counter

from data.demo.builder.model import FACULTY, FIRST_YEAR, HEADS, TODAY, Organisation, Person, Post, Role
from data.demo.builder.names import STYLES, draw_name
from data.demo.builder.topics import INTERESTS

LAST_YEAR = int(TODAY[:4])


class Careers:
    """The simulation's state: everybody so far, and who is where this year."""

    def __init__(self, rng: random.Random, organisations: list[Organisation], labs_today: int) -> None:
        self.rng = rng
        self.organisations = organisations
        self.universities = [o for o in organisations if o.kind == "education"]
        self.companies = [o for o in organisations if o.kind == "company"]
        self.institutes = [o for o in organisations if o.kind == "facility"]
        self.labs_today = labs_today
        self.people: list[Person] = []
        self.taken: set[str] = set()
        self.focus = {o.number: self._focus(o, place) for place, o in enumerate(self.companies + self.institutes)}
        self.ends: dict[int, int] = {}

    def _focus(self, org: Organisation, place: int) -> list[int]:
        """What a company or an institute works on; every interest has its share of them."""
        size = 3 if org.kind == "company" else 2
        return [(place * 3 + step * 5) % len(INTERESTS) for step in range(size)]

    # --- acts ---------------------------------------------------------------------------------------------------

    def person(self, org: Organisation, interests: list[int], began: int) -> Person:
        """Somebody new, with a name that suits the country more often than not."""
        style = self.rng.choice(org.country.styles if self.rng.random() < 0.6 else sorted(STYLES))
        name = draw_name(self.rng, style, self.taken)
        made = Person(len(self.people), name, style, interests, began)
        made.lag = self.rng.choice((0, 1, 2, 2, 3, 4, 6))
        made.pace = self.rng.choice((0.6, 0.8, 1.0, 1.0, 1.2, 1.7))
        self.people.append(made)
        return made

    def hire(self, person: Person, org: int, role: Role, month: str, boss: int | None = None) -> None:
        """A new main post; the old one ends."""
        self.end(person, month)
        person.posts.append(Post(org, role, month, None, boss))

    def end(self, person: Person, month: str) -> None:
        """Nothing is held any more."""
        for post in person.posts:
            post.until = post.until or month

    def role(self, person: Person) -> Role | None:
        """The role held at this point of the simulation."""
        return person.posts[-1].role if person.posts and person.posts[-1].until is None else None

    def holding(self, *roles: Role) -> list[Person]:
        """Everybody in one of these roles now."""
        return [p for p in self.people if self.role(p) in roles]

    def members(self, head: Person) -> list[Person]:
        """Students and postdocs of a lab now."""
        return [p for p in self.people if self.role(p) in ("PhD student", "Postdoc") and p.posts[-1].boss == head.key]

    # --- the beginning --------------------------------------------------------------------------------------------

    def start(self) -> None:
        """The world in 2011: labs with students, companies, institutes."""
        for number in range(round(self.labs_today * 0.6)):
            org = self.universities[number % len(self.universities)]
            age = self.rng.randint(3, 34)
            role: Role = "Assistant Professor" if age < 10 else "Associate Professor" if age < 16 else "Professor"
            self._found(org, self._interests(number), FIRST_YEAR - age - 4, role)
        for org in self.companies:
            for _ in range(self.rng.randint(3, 6)):
                self._company_researcher(org, FIRST_YEAR)
        for org in self.institutes:
            leader = self._found(org, [self.focus[org.number][0]], FIRST_YEAR - 20, "Group Leader")
            for _ in range(self.rng.randint(2, 4)):
                self._staff(leader, FIRST_YEAR)
        self._fill_labs(FIRST_YEAR)

    def _interests(self, number: int) -> list[int]:
        first = number % len(INTERESTS)
        second = self.rng.randrange(len(INTERESTS))
        return [first, second] if self.rng.random() < 0.35 and second != first else [first]

    def _found(self, org: Organisation, interests: list[int], began: int, role: Role) -> Person:
        head = self.person(org, interests, began)
        self.hire(head, org.number, role, f"{max(began + 8, FIRST_YEAR - 12)}-09")
        return head

    def _company_researcher(self, org: Organisation, year: int) -> Person:
        made = self.person(org, [self.rng.choice(self.focus[org.number])], year - self.rng.randint(5, 14))
        self.hire(
            made, org.number, "Research Scientist", f"{year - self.rng.randint(0, 4)}-{self.rng.randint(1, 12):02d}"
        )
        return made

    def _staff(self, leader: Person, year: int) -> None:
        org = self.organisations[leader.posts[-1].org]
        made = self.person(org, [self.rng.choice(self.focus[org.number])], year - self.rng.randint(5, 20))
        self.hire(made, org.number, "Staff Scientist", f"{year - self.rng.randint(0, 3)}-03", leader.key)

    # --- a year ---------------------------------------------------------------------------------------------------

    def run(self) -> list[Person]:
        """All years, from the beginning to today."""
        self.start()
        for year in range(FIRST_YEAR + 1, LAST_YEAR + 1):
            self._professors(year)
            self._students(year)
            self._postdocs(year)
            self._industry(year)
            self._open_labs(year)
            self._fill_labs(year)
        return self.people

    def _professors(self, year: int) -> None:
        for head in self.holding(*HEADS):
            post, dice = head.posts[-1], self.rng.random()
            served = year - min((int(p.since[:4]) for p in head.posts if p.role in FACULTY), default=year)
            if year - head.began > 36 and dice < 0.3:
                self.hire(head, post.org, "Professor Emeritus", f"{year}-09")
            elif dice < 0.01:
                self.end(head, f"{year}-09")
            elif dice < 0.045 and post.role in FACULTY and year - int(post.since[:4]) >= 3:
                self._move(head, f"{year}-{self.rng.choice(('01', '09', '10'))}")
            elif post.role == "Assistant Professor" and served >= 6:
                self.hire(head, post.org, "Associate Professor", f"{year}-09")
            elif post.role == "Associate Professor" and served >= 12:
                self.hire(head, post.org, "Professor", f"{year}-09")

    def _move(self, head: Person, month: str) -> None:
        """A head goes elsewhere; most of the lab comes along."""
        old, role = head.posts[-1].org, head.posts[-1].role
        new = self.rng.choice([u for u in self.universities if u.number != old])
        team = self.members(head)
        self.hire(head, new.number, role, month)
        for member in team:
            if self.rng.random() < 0.6:
                self.hire(member, new.number, self.role(member) or "PhD student", month, head.key)

    def _students(self, year: int) -> None:
        for student in self.holding("PhD student"):
            if self.rng.random() < 0.025:
                self.end(student, f"{year}-{self.rng.randint(1, 8):02d}")
            elif year >= self.ends[student.key]:
                self._graduate(student, f"{year}-{self.rng.choice(('03', '07', '09'))}")

    def _graduate(self, student: Person, month: str) -> None:
        dice = self.rng.random()
        if dice < 0.34:
            self._take_postdoc(student, month)
        elif dice < 0.54:
            self._take_company(student, month)
        elif dice < 0.57:
            leader = self.rng.choice(self.holding("Group Leader"))
            self.hire(student, leader.posts[-1].org, "Staff Scientist", month, leader.key)
        else:
            self.end(student, month)

    def _take_postdoc(self, person: Person, month: str) -> None:
        """Elsewhere, abroad if possible, with a head of the same interest."""
        here = self.organisations[person.posts[-1].org]
        heads = [
            h
            for h in self.holding(*FACULTY)
            if h.interests[0] == person.interests[0] and h.posts[-1].org != here.number
        ]
        abroad = [h for h in heads if self.organisations[h.posts[-1].org].country != here.country]
        pool = abroad if abroad and self.rng.random() < 0.65 else heads
        if not pool:
            return self.end(person, month)
        head = self.rng.choice(pool)
        self.ends[person.key] = int(month[:4]) + self.rng.choice((2, 2, 3, 3, 4))
        return self.hire(person, head.posts[-1].org, "Postdoc", month, head.key)

    def _take_company(self, person: Person, month: str) -> None:
        fitting = [c for c in self.companies if person.interests[0] in self.focus[c.number]]
        self.hire(person, self.rng.choice(fitting or self.companies).number, "Research Scientist", month)

    def _postdocs(self, year: int) -> None:
        for postdoc in self.holding("Postdoc"):
            if year < self.ends[postdoc.key]:
                continue
            dice, month = self.rng.random(), f"{year}-{self.rng.choice(('04', '09'))}"
            if dice < 0.4:
                self._take_company(postdoc, month)
            elif dice < 0.5:
                leader = self.rng.choice(self.holding("Group Leader"))
                self.hire(postdoc, leader.posts[-1].org, "Staff Scientist", month, leader.key)
            else:
                self.end(postdoc, month)

    def _labs(self, year: int) -> int:
        """How many labs there may be; growth is what lets newcomers in."""
        share = 0.6 + 0.4 * (year - FIRST_YEAR) / (LAST_YEAR - FIRST_YEAR)
        return round(self.labs_today * share)

    def _room(self, person: Person, year: int) -> bool:
        """Whether a lab may open on this person's interest."""
        labs = self.holding(*FACULTY)
        same = sum(h.interests[0] == person.interests[0] for h in labs)
        return len(labs) < self._labs(year) and same * len(INTERESTS) <= len(labs)

    def _become_professor(self, person: Person, month: str) -> None:
        labs = self.holding(*FACULTY)
        crowd = {u.number: sum(h.posts[-1].org == u.number for h in labs) for u in self.universities}
        least = sorted(crowd, key=lambda number: (crowd[number], self.rng.random()))[:20]
        choice = [number for number in least if number != person.posts[-1].org]
        self.hire(person, self.rng.choice(choice), "Assistant Professor", month)

    def _industry(self, year: int) -> None:
        for person in self.holding("Research Scientist", "Staff Scientist"):
            dice, month = self.rng.random(), f"{year}-{self.rng.randint(1, 9):02d}"
            if dice < 0.05 and self.role(person) == "Research Scientist":
                self._take_company(person, month)
            elif dice < 0.14:
                self.end(person, month)
            elif dice < 0.15 and self._room(person, year):
                self._become_professor(person, month)

    def _open_labs(self, year: int) -> None:
        """What is still open goes to postdocs who have served two years, then to people from outside this record."""
        waiting = [p for p in self.holding("Postdoc") if year - int(p.posts[-1].since[:4]) >= 2]
        while len(self.holding(*FACULTY)) < self._labs(year) - 3 and waiting:
            crowd = Counter(h.interests[0] for h in self.holding(*FACULTY))
            waiting.sort(key=lambda p: (-crowd[p.interests[0]], p.key))  # thinly staffed interests are filled first
            self._become_professor(waiting.pop(), f"{year}-09")

    def _fill_labs(self, year: int) -> None:
        """New students, up to the size a head likes."""
        size: dict[int, int] = {}
        for person in self.holding("PhD student"):
            boss = person.posts[-1].boss
            if boss is not None:
                size[boss] = size.get(boss, 0) + 1
        for head in self.holding(*FACULTY):
            wanted = 2 + (head.key * 7) % 6
            young = head.posts[-1].role == "Assistant Professor" and year - int(head.posts[-1].since[:4]) < 2
            room = min(wanted, 2 if young else 7) - size.get(head.key, 0)
            for _ in range(min(room, 2 if year > FIRST_YEAR else 7)):
                if self.rng.random() < 0.75:
                    self._enrol(head, year)

    def _enrol(self, head: Person, year: int) -> None:
        org = self.organisations[head.posts[-1].org]
        interests = list(head.interests) if self.rng.random() < 0.6 else [head.interests[0]]
        early = self.rng.randint(0, 4) if year == FIRST_YEAR else 0
        student = self.person(org, interests, year - early)
        student.posts.append(
            Post(org.number, "PhD student", f"{year - early}-{self.rng.choice(('09', '10', '10'))}", None, head.key)
        )
        self.ends[student.key] = year - early + self.rng.choices((3, 4, 5, 6), (2, 5, 4, 2))[0]
