"""Grants and doctoral networks of the fictional world, with the traps that a careful reader does not step into.

They are drawn from a seed of their own, so that all else in the world stays as it is without them.
"""

from __future__ import annotations

import io
import random
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from data.demo.builder import finish
from data.demo.builder.model import HEADS, TODAY, Person, World
from data.demo.builder.topics import NAMES

Json = dict[str, Any]
Kind = Literal["orcid", "name", "initials", "stranger elsewhere", "another ORCID"]
FUNDERS = ("Night Council (fictional)", "Lantern Foundation (fictional)", "Ministry of Tides (fictional)")
_TITLES = (
    "Foundations of {}",
    "{} for everyone",
    "New directions in {}",
    "Towards trustworthy {}",
    "{} with little data",
)
_NETWORKS = 6
_STRANGERS = 50_000  # from which numbers make ORCIDs that nobody in the world has


@dataclass(frozen=True)
class Award:
    """A grant. ``whose`` is the person of this world who leads it; None where it is a stranger's of the same name."""

    key: int
    kind: Kind
    whose: int | None
    name: str
    orcid: str | None
    org: int
    interest: int
    title: str
    funder: str
    start: str
    end: str
    amount: int | None

    @property
    def id(self) -> str:
        """The short OpenAlex id; no real award's number is anywhere near."""
        return f"G99{10_000_000 + self.key * 6151:08d}"


@cache
def make_awards(world: World) -> tuple[Award, ...]:
    """All grants of a world, in order."""
    rng = random.Random(f"grants {world.seed}")
    printed = {line.person for paper in world.papers for line in paper.authors}
    heads = [p for p in world.people if p.key in printed and p.current and p.current[0].role in HEADS]
    made: list[Award] = []
    for person in heads:
        if not person.opted_out and rng.random() < 0.5:
            made += [_make_own_award(rng, len(made) + n, person) for n in range(rng.choice((1, 1, 2)))]
        elif rng.random() < 0.2:
            made.append(_make_strange_award(rng, len(made), person, world))
    return tuple(made)


def _make_own_award(rng: random.Random, key: int, person: Person) -> Award:
    """A grant of somebody's, printed with an ORCID, with a name, or with initials that could be anybody's."""
    start = rng.choice(("2023-09-01", "2024-01-01", "2025-04-01", "2026-01-01", "2027-02-01"))
    post = person.post_at(start[:7]) or person.current[0]
    kind: Kind = "orcid" if person.orcid and rng.random() < 0.5 else "name" if rng.random() < 0.9 else "initials"
    name = f"{person.name.given[0]}. {person.name.family}" if kind == "initials" else person.name.full
    orcid = person.orcid if kind == "orcid" else None
    return _make_award(rng, key, kind, person.key, name, orcid, post.org, person.interests[0], start)


def _make_strange_award(rng: random.Random, key: int, person: Person, world: World) -> Award:
    """A grant of a stranger who is called like somebody: elsewhere, or here with an ORCID that is not theirs."""
    start = rng.choice(("2024-01-01", "2025-04-01", "2026-01-01"))
    here = [post.org for post in person.posts]
    kind: Kind = "another ORCID" if person.orcid and rng.random() < 0.5 else "stranger elsewhere"
    if kind == "another ORCID":
        org, orcid = person.current[0].org, finish.orcid(_STRANGERS + key)
    else:
        org, orcid = rng.choice([o.number for o in world.organisations if o.number not in here]), None
    return _make_award(rng, key, kind, None, person.name.full, orcid, org, person.interests[0], start)


def _make_award(
    rng: random.Random,
    key: int,
    kind: Kind,
    whose: int | None,
    name: str,
    orcid: str | None,
    org: int,
    interest: int,
    start: str,
) -> Award:
    title = rng.choice(_TITLES).format(NAMES[interest])
    end = f"{int(start[:4]) + rng.randint(3, 5)}-{rng.choice(('03-31', '08-31', '12-31'))}"
    amount = rng.randrange(150, 2500) * 1000 if rng.random() < 0.8 else None
    title = title[0].upper() + title[1:]
    return Award(key, kind, whose, name, orcid, org, interest, title, rng.choice(FUNDERS), start, end, amount)


def award_record(world: World, award: Award, topic: Json) -> Json:
    """A grant in the shape of OpenAlex's awards."""
    org = world.organisations[award.org]
    given, _, family = award.name.rpartition(" ")
    return {
        "id": f"https://openalex.org/{award.id}",
        "display_name": award.title,
        "description": f"A fictional grant on {NAMES[award.interest]}.",
        "funder_award_id": f"FICTIONAL-{award.key:04d}",
        "funder": {"id": "https://openalex.org/F9900000001", "display_name": award.funder},
        "amount": award.amount,
        "currency": "EUR" if award.amount else None,
        "funder_scheme": None,
        "start_date": award.start,
        "end_date": award.end,
        "start_year": int(award.start[:4]),
        "end_year": int(award.end[:4]),
        "landing_page_url": f"https://grants.example/{award.key}",
        "lead_investigator": {
            "given_name": given,
            "family_name": family,
            "orcid": f"https://orcid.org/{award.orcid}" if award.orcid else None,
            "affiliation": {"name": org.name, "country": org.country.code, "ids": []},
        },
        "co_lead_investigator": None,
        "investigators": [],
        "institution_awarded": [
            {"id": f"https://openalex.org/{org.id}", "display_name": org.name, "country_code": org.country.code}
        ],
        "primary_topic": topic,
        "topics": [topic],
    }


def sift_awards(world: World, filter_: str, topics: dict[int, str]) -> Iterator[Award]:
    """The grants that pass a filter: by topic, by ORCID and by the year they end.

    Raises:
        ValueError: it asks for something else.
    """
    asked: dict[str, str] = dict(part.split(":", 1) for part in filter_.split(",") if part)
    if strange := set(asked) - {"primary_topic.id", "lead_investigator.orcid", "end_year"}:
        raise ValueError(f"{', '.join(sorted(strange))} is not a valid field here")
    after = int(asked.get("end_year", ">0").removeprefix(">"))
    wanted = {name: set(asked[name].split("|")) for name in asked if name != "end_year"}
    for award in make_awards(world):
        values = {"primary_topic.id": topics[award.interest], "lead_investigator.orcid": award.orcid}
        if int(award.end[:4]) > after and all(values[name] in allowed for name, allowed in wanted.items()):
            yield award


def true_grants(world: World) -> list[Json]:
    """Who leads which grant, as the finder writes ids; a stranger's is nobody's."""
    return [
        {
            "id": f"openalex:{award.id}",
            "kind": award.kind,
            "title": award.title,
            "start": award.start,
            "end": award.end,
            "interest": NAMES[award.interest],
            "whose": None if award.whose is None else f"openalex:{world.people[award.whose].openalex}",
        }
        for award in make_awards(world)
    ]


@cache
def make_networks(world: World) -> tuple[Json, ...]:
    """Doctoral networks: each on an interest, with four universities."""
    rng = random.Random(f"networks {world.seed}")
    schools = [org for org in world.organisations if org.kind == "education"]
    made = []
    for number in range(_NETWORKS):
        interest, members = rng.randrange(len(NAMES)), rng.sample(schools, 4)
        start = rng.choice((2024, 2025, 2026))
        made.append(
            {
                "id": f"9990000{number}",
                "acronym": f"FICTNET{number}",
                "interest": NAMES[interest],
                "title": f"A fictional doctoral network on {NAMES[interest]}",
                "start": f"{start}-09-01",
                "end": f"{start + 4}-08-31",
                "members": [org.number for org in members],
            }
        )
    return tuple(made)


def pack_networks(world: World) -> bytes:
    """The networks as CORDIS gives them out: a zip of two tables."""
    tables: dict[str, list[str]] = defaultdict(list)
    tables["project"].append("id;acronym;status;title;startDate;endDate;ecMaxContribution;fundingScheme;objective")
    tables["organization"].append("projectID;projectAcronym;name;country;role")
    for one in make_networks(world):
        row = (
            one["id"],
            one["acronym"],
            "SIGNED",
            one["title"],
            one["start"],
            one["end"],
            "2500000",
            "HORIZON-TMA-MSCA-DN",
            "FICTIONAL.",
        )
        tables["project"].append(";".join(row))
        for place, number in enumerate(one["members"]):
            org = world.organisations[number]
            role = "coordinator" if place == 0 else "participant"
            tables["organization"].append(";".join((one["id"], one["acronym"], org.name, org.country.code, role)))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, lines in tables.items():
            entry = zipfile.ZipInfo(f"{name}.csv", (int(TODAY[:4]), 1, 1, 0, 0, 0))
            archive.writestr(entry, "\n".join(lines) + "\n", zipfile.ZIP_DEFLATED)
    return packed.getvalue()
