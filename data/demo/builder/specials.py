"""People and works that must be there: the mission's story, and the traps that a finder has to survive."""

from __future__ import annotations

import random
from typing import Any

from data.demo.builder.careers import Careers
from data.demo.builder.model import FACULTY, Organisation, Paper, Person, Post, Printed, Statement, World
from data.demo.builder.papers import Press
from data.demo.builder.topics import NAMES, PREPRINTS

MULTIMODAL = NAMES.index("multimodal learning")
LEGGED = NAMES.index("legged locomotion")
BANDITS = NAMES.index("bandits")
MEDICAL = NAMES.index("medical image segmentation")
CLIMATE = NAMES.index("climate downscaling")
NEWCOMER_DATES = (
    "2023-10-09 2024-03-14 2024-06-18 2024-10-11 2025-03-05 2025-06-17"
    " 2025-10-08 2026-03-19 2026-06-16 2026-08-21 2026-10-12"
)

PLANTED: dict[str, tuple[list[Statement], str]] = {
    "not_recruiting": (
        [Statement("not recruiting", "I am not accepting new PhD students at the moment.", "2026-09")],
        "a professor whose page says no",
    ),
    "recruiting_dated": (
        [Statement("recruiting", "I am recruiting two PhD students for Fall 2027 (deadline 15 December).", "2026-10")],
        "a professor whose page says yes, with a date",
    ),
    "hidden_recruiting": (
        [Statement("recruiting", "I am looking for PhD students to start in Fall 2022.", "2022", hidden=True)],
        "an old invitation stands in an HTML comment only: it does not count",
    ),
    "undated_recruiting": (
        [Statement("recruiting", "I am always looking for PhD students who like to ask questions.", None)],
        "an invitation of unknown age",
    ),
    "negative_wins": (
        [
            Statement("not recruiting", "Please note that I am not accepting applications this year.", "2026-10"),
            Statement("recruiting", "Old news (September 2024): I am recruiting PhD students.", "2024-09"),
        ],
        "no and an older yes on one page: no wins",
    ),
}


class Specials:
    """Plants the special people before anything is printed, and their works after."""

    def __init__(self, rng: random.Random, careers: Careers, world: World) -> None:
        self.rng = rng
        self.careers = careers
        self.world = world
        self.found: dict[str, dict[str, Any]] = world.specials
        self.kept: set[int] = set()

    def note(self, name: str, what: str, *people: Person, **more: object) -> None:
        """Write down a special."""
        self.kept |= {p.key for p in people}
        self.found[name] = {"what": what, "people": [p.key for p in people], **more}

    # --- people -----------------------------------------------------------------------------------------------------

    def add_people(self) -> None:
        """All special people; to be called before names and ids are given out."""
        self._newcomer()
        self._strong_newcomer()
        self._stale_record()
        self._planted_statements()
        self._volume_trap()
        self._two_posts()
        self._opted_out()

    def _university(self, code: str, taken: set[int]) -> Organisation:
        fitting = [u for u in self.careers.universities if u.country.code == code and u.number not in taken]
        return (fitting or [u for u in self.careers.universities if u.number not in taken])[0]

    def _head(self, interest: int, month: str, *codes: str) -> Person:
        """A head of that interest in that month, preferably in one of the countries."""

        def place(person: Person) -> str:
            post = person.post_at(month)
            return self.world.organisations[post.org].country.code if post else ""

        heads = [p for p in self.world.people if (q := p.post_at(month)) and q.role in FACULTY]
        heads.sort(key=lambda p: (p.interests[0] != interest, place(p) not in codes, p.key))
        return heads[0]

    def _career(self, org: Organisation, began: int, posts: list[Post]) -> Person:
        person = self.careers.person(org, [MULTIMODAL], began)
        person.posts = posts
        return person

    def _newcomer(self) -> None:
        """The mission's story: works and OpenAlex still say the company, only the homepage says the professorship."""
        advisor = self._head(MULTIMODAL, "2017-06", "DE", "NL", "AT")
        mentor = self._head(MULTIMODAL, "2020-06", "US", "GB", "CA")
        start, stay = advisor.post_at("2017-06"), mentor.post_at("2020-06")
        here = self._university("DE", {start.org if start else -1})
        company = next(c for c in self.careers.companies if c.country.code == "CH" or c is self.careers.companies[-1])
        posts = [
            Post(start.org if start else here.number, "PhD student", "2015-10", "2019-10", advisor.key),
            Post(stay.org if stay else here.number, "Postdoc", "2019-10", "2023-01", mentor.key),
            Post(company.number, "Research Scientist", "2023-01", "2026-07"),
            Post(here.number, "Assistant Professor", "2026-07"),
        ]
        person = self._career(here, 2015, posts)
        person.host, person.stale, person.pace = True, True, 1.0
        before = f"before that I was a research scientist at {company.name}"
        moving = f"Since July 2026 I am an Assistant Professor at {here.name}; {before}."
        wanted = "I am looking for two PhD students in multimodal learning, starting in spring 2027."
        self.world.statements[person.key] = [
            Statement("moving", moving, "2026-08"),
            Statement("recruiting", wanted, "2026-10"),
        ]
        what = "new assistant professor since July 2026; works and OpenAlex still carry the company"
        self.note("newcomer", what, person, old_employer=company.number, new_employer=here.number)

    def _strong_newcomer(self) -> None:
        advisor = self._head(MULTIMODAL, "2021-06", "NL", "SE", "DK", "CH")
        post = advisor.post_at("2021-06")
        here = self._university("DE", {self.world.people[-1].posts[-1].org})
        posts = [
            Post(post.org if post else here.number, "PhD student", "2019-09", "2023-09", advisor.key),
            Post(here.number, "Assistant Professor", "2025-09"),
        ]
        mentor = self._head(MULTIMODAL, "2024-06", "FR", "GB", "IT")
        stay = mentor.post_at("2024-06")
        posts.insert(1, Post(stay.org if stay else here.number, "Postdoc", "2023-09", "2025-09", mentor.key))
        self.note("strong_newcomer", "five strong works on the topic, few in all", self._career(here, 2019, posts))

    def _stale_record(self) -> None:
        """Somebody established who moved in 2026; the record lags by two years."""
        head = self._head(BANDITS, "2026-06", "FR", "GB")
        new = self._university("AT", {p.org for p in head.posts})
        old, role = head.posts[-1].org, head.posts[-1].role
        self.careers.hire(head, new.number, role, "2026-08")
        head.stale = True
        quote = f"In August 2026 I joined {new.name} as {role}."
        self.world.statements[head.key] = [Statement("moving", quote, "2026-08")]
        what = "moved in August 2026, works carry the old employer"
        self.note("stale_record", what, head, old_employer=old, new_employer=new.number)

    def _planted_statements(self) -> None:
        pool = [
            p for p in self.world.people if p.current and p.current[0].role in FACULTY and p.interests[0] == MULTIMODAL
        ]
        pool = [p for p in pool if p.key not in self.kept and p.current[0].since < "2022"]
        pool.sort(key=lambda p: -len(self.careers.members(p)))
        for (name, (statements, what)), person in zip(PLANTED.items(), pool, strict=False):
            self.world.statements[person.key] = statements
            self.note(name, what, person)

    def _volume_trap(self) -> None:
        """A professor of medical imaging in Germany, there all the time, with an enormous list of works."""
        head = self._professor(MEDICAL)
        here = self._university("DE", {p.org for other in self.kept for p in self.world.people[other].posts})
        for member in self.world.people:
            for post in member.posts:
                if post.boss == head.key:
                    post.org = here.number
        head.interests, head.posts = [MEDICAL], [Post(here.number, "Professor", "2009-09")]
        self.note("volume_trap", "sixty works and more, few of which touch multimodal learning", head)

    def _two_posts(self) -> None:
        person = self._professor(LEGGED)
        company = next(
            c
            for c in self.careers.companies
            if LEGGED in self.careers.focus[c.number] or c is self.careers.companies[-1]
        )
        person.posts.append(Post(company.number, "Research Scientist", "2023-03", None, None, second=True))
        self.note("two_posts", "professor and part-time researcher at a company", person, company=company.number)

    def _opted_out(self) -> None:
        person = self._professor(BANDITS)
        person.opted_out = True
        self.note("opted_out", "OpenAlex shows A9999999999 in this person's place", person)

    def _professor(self, interest: int) -> Person:
        """An established professor who is no special yet, of the interest if there is one."""
        pool = [p for p in self.world.people if p.current and p.current[0].role in FACULTY and p.key not in self.kept]
        return min(pool, key=lambda p: (p.interests[0] != interest, p.current[0].since > "2021", p.key))

    # --- works ------------------------------------------------------------------------------------------------------

    def add_papers(self, press: Press) -> None:
        """All special works; to be called when the ordinary ones are written."""
        self._newcomer_papers(press)
        self._strong_papers(press)
        self._volume_papers(press)
        self._crowd(press)
        self._university_intern(press)
        for paper in self.rng.sample(press.papers, 2):
            paper.authors = []

    def _person(self, name: str) -> Person:
        return self.world.people[self.found[name]["people"][0]]

    def _newcomer_papers(self, press: Press) -> None:
        person = self._person("newcomer")
        company = person.posts[2].org
        mates = [p for p in self.world.people if (q := p.post_at("2025-01")) and q.org == company and p is not person]
        for number, date in enumerate(NEWCOMER_DATES.split()):
            venue = {"06": 0, "10": 1, "03": 2}.get(date[5:7], PREPRINTS)
            fellow = self.rng.sample(mates, min(len(mates), 1 + number % 2))
            if number % 3 == 1:
                self._hosted(press, person, company, date, venue, fellow[:1])
            else:
                press.write(date, venue, [MULTIMODAL], [person, *fellow], on_topic=True)

    def _hosted(self, press: Press, host: Person, company: int, date: str, venue: int, fellow: list[Person]) -> None:
        students = [p for p in self.world.people if (q := p.post_at(date[:7])) and q.role == "PhD student"]
        student = next(s for s in students[self.rng.randrange(20) :] if s.interests[0] == MULTIMODAL)
        paper = press.write(date, venue, [MULTIMODAL], [student, *fellow, host], on_topic=True)
        post = student.post_at(date[:7])
        press.mark_intern(paper, student, post.boss if post else None, company)
        press.interns[host.key].append((student.key, paper))

    def _strong_papers(self, press: Press) -> None:
        person = self._person("strong_newcomer")
        peers = [
            p
            for p in self.world.people
            if (q := p.post_at("2025-10")) and q.role == "PhD student" and p.interests[0] == MULTIMODAL
        ]
        dates = (("2025-06-11", 0), ("2025-10-07", 1), ("2026-03-03", 2), ("2026-06-09", 0), ("2026-10-06", 1))
        for number, (date, venue) in enumerate(dates):
            other = peers[number % len(peers)]
            team = [person, other] if number < 2 else [other, person]
            press.write(date, venue, [MULTIMODAL], team, on_topic=True).citations += 40 - 8 * number

    def _volume_papers(self, press: Press) -> None:
        person = self._person("volume_trap")
        there = sum(any(a.person == person.key for a in p.authors) for p in press.papers)
        for number in range(max(0, 60 - there)):
            year = 2019 + number % 8
            slot = press.when(year, MEDICAL) or ("2026-04-20", 3 * MEDICAL + 1)
            lab = [p for p, _ in press.lab(person, slot[0][:7])]
            first = self.rng.choice(lab) if lab else person
            mixed = [MEDICAL, MULTIMODAL] if number in (6, 22, 46) else [MEDICAL]
            press.write(*slot, mixed, [first, *self.rng.sample(lab, min(1, len(lab))), person])

    def _crowd(self, press: Press) -> None:
        """A work of 120 authors: lists show the first hundred."""
        there = [p for p in self.world.people if p.post_at("2025-02") and not p.opted_out]
        crowd = self.rng.sample(there, min(120, len(there)))
        paper = press.write("2025-04-11", 3 * CLIMATE, [CLIMATE], crowd, on_topic=True)
        paper.title = "A community benchmark of climate downscaling: the Fictional Hundred and Twenty"
        self.found["crowd"] = {"what": "120 authors, cut to 100 in lists", "paper": id(paper)}

    def _university_intern(self, press: Press) -> None:
        """An internship at a university: no company host follows from it."""
        host = self._head(MULTIMODAL, "2025-03", "US", "SG")
        students = [p for p in self.world.people if (q := p.post_at("2025-03")) and q.role == "PhD student"]
        student = next(s for s in students if s.interests[0] == MULTIMODAL and s.posts[-1].boss != host.key)
        paper = press.write("2025-06-20", 0, [MULTIMODAL], [student, host], on_topic=True)
        line, post = paper.authors[0], host.post_at("2025-03")
        if post:
            line.raw = [f"{line.raw[0]}; Work done during an internship at {self.world.organisations[post.org].name}"]
        self.found["university_intern"] = {
            "what": "the footnote names a university, so there is no company host",
            "people": [student.key, host.key],
            "paper": id(paper),
        }


def losses(papers: list[Paper]) -> dict[str, int]:
    """How much is missing in the record, for the truth."""
    lines: list[Printed] = [a for p in papers for a in p.authors]
    return {
        "authorships": len(lines),
        "without_author_id": sum(not a.matched_author for a in lines),
        "without_institution": sum(not a.matched_orgs for a in lines),
        "works_without_abstract": sum(p.abstract is None for p in papers),
        "works_without_authors": sum(not p.authors for p in papers),
    }
