"""What the fictional world is made of. Months are written ``YYYY-MM`` and days ``YYYY-MM-DD`` so that they sort."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

FIRST_YEAR = 2011
FIRST_DAY = "2019-01-01"
TODAY = "2026-11-01"
SEED = 20261101

Kind = Literal["education", "company", "facility"]
Stage = Literal[
    "student",
    "postdoc",
    "early-career faculty",
    "established faculty",
    "industry researcher",
    "staff scientist",
    "left",
]
Role = Literal[
    "PhD student",
    "Postdoc",
    "Assistant Professor",
    "Associate Professor",
    "Professor",
    "Professor Emeritus",
    "Research Scientist",
    "Staff Scientist",
    "Group Leader",
]
FACULTY: tuple[Role, ...] = ("Assistant Professor", "Associate Professor", "Professor")
HEADS: tuple[Role, ...] = (*FACULTY, "Group Leader")


@dataclass(frozen=True)
class Country:
    """A real country with a point well inside it; everything below it is invented."""

    code: str
    name: str
    latitude: float
    longitude: float
    spread: float
    weight: int
    styles: tuple[str, ...]


@dataclass(frozen=True)
class Organisation:
    """An invented university, company or research institute."""

    number: int
    name: str
    slug: str
    kind: Kind
    country: Country
    city: str
    latitude: float
    longitude: float
    acronym: str

    @property
    def id(self) -> str:
        """The short OpenAlex id."""
        return f"I99{10_000_000 + self.number * 7919:08d}"

    @property
    def home(self) -> str:
        """The site; ``.example`` is reserved, nobody can ever own it."""
        return f"https://www.{self.slug}.example"


@dataclass
class Post:
    """Somebody at an organisation in a role; ``boss`` is the head of the lab for students, postdocs and staff."""

    org: int
    role: Role
    since: str
    until: str | None = None
    boss: int | None = None
    second: bool = False


@dataclass
class Name:
    """An invented name, in the parts that printing needs."""

    given: str
    family: str

    @property
    def full(self) -> str:
        """Given name first."""
        return f"{self.given} {self.family}"


@dataclass
class Person:
    """An invented researcher.

    Attributes:
        interests: index of the main interest first; a second one is rare.
        lag: months that a new post takes to appear on printed works.
        stale: the newest post appears on no work at all yet.
        pace: how much more than usual somebody publishes.
        host: takes interns, when a company researcher.
    """

    key: int
    name: Name
    style: str
    interests: list[int]
    began: int
    posts: list[Post] = field(default_factory=list)
    variants: list[str] = field(default_factory=list)
    lag: int = 2
    stale: bool = False
    pace: float = 1.0
    host: bool = False
    opted_out: bool = False
    openalex: str = ""
    orcid: str | None = None
    homepage: str | None = None
    earlier: dict[int, int] = field(default_factory=dict)

    def posts_at(self, month: str) -> list[Post]:
        """All posts held in a month, the main one first."""
        held = [p for p in self.posts if p.since <= month and (p.until is None or month < p.until)]
        return sorted(held, key=lambda p: p.second)

    def post_at(self, month: str) -> Post | None:
        """The main post in a month."""
        held = self.posts_at(month)
        return held[0] if held else None

    @property
    def current(self) -> list[Post]:
        """The posts held today."""
        return self.posts_at(TODAY[:7])


@dataclass
class Printed:
    """A name as printed on one work: who it is, and what OpenAlex made of it."""

    person: int
    name: str
    orgs: list[int]
    raw: list[str]
    matched_author: bool = True
    matched_orgs: bool = True
    corresponding: bool = False


@dataclass
class Paper:
    """A work. ``twin`` joins a preprint and its conference version; ``internship`` is the hosting company."""

    key: int
    title: str
    abstract: str | None
    date: str
    interests: list[int]
    keywords: list[str]
    venue: int | None
    authors: list[Printed]
    type: str
    citations: int
    doi: str | None = None
    twin: int | None = None
    internship: int | None = None
    footnote: bool = False

    @property
    def id(self) -> str:
        """The short OpenAlex id; no real work number is anywhere near."""
        return f"W99{10_000_000 + self.key * 4513:08d}"


@dataclass(frozen=True)
class Statement:
    """A sentence on a homepage, as the truth knows it. ``hidden`` ones stand in an HTML comment and do not count."""

    polarity: Literal["recruiting", "not recruiting", "moving"]
    quote: str
    date: str | None
    hidden: bool = False


@dataclass(frozen=True)
class Posting:
    """An open position on a job board."""

    key: int
    org: int
    title: str
    kind: Literal["internship", "phd", "postdoc", "research", "other"]
    interest: int | None
    location: str
    posted: str
    closes: str | None
    text: str
    url: str
    board: str


@dataclass(eq=False)
class World:
    """Everything there is."""

    seed: int
    organisations: list[Organisation]
    people: list[Person]
    papers: list[Paper] = field(default_factory=list)
    focus: dict[int, list[int]] = field(default_factory=dict)
    specials: dict[str, dict[str, Any]] = field(default_factory=dict)
    namesakes: list[tuple[int, int]] = field(default_factory=list)
    statements: dict[int, list[Statement]] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    postings: list[Posting] = field(default_factory=list)
    interns: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
