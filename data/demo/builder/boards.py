"""Job boards of companies and institutes: postings, and the boards' own reply shapes (Greenhouse, Lever, Ashby)."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime
from html import escape
from typing import Any

from data.demo.builder.model import Organisation, Posting, World
from data.demo.builder.topics import INTERESTS

PLATFORMS = ("greenhouse", "lever", "ashby")
BASES = {
    "greenhouse": "https://boards-api.greenhouse.io",
    "lever": "https://api.lever.co",
    "ashby": "https://api.ashbyhq.com",
}
_PATHS = {
    "greenhouse": "/v1/boards/{}/jobs?content=true",
    "lever": "/v0/postings/{}?mode=json",
    "ashby": "/posting-api/job-board/{}?includeCompensation=true",
}
_PAGES = {
    "greenhouse": "https://job-boards.greenhouse.io/{}/jobs/{}",
    "lever": "https://jobs.lever.co/{}/{}",
    "ashby": "https://jobs.ashbyhq.com/{}/{}",
}
_OTHERS = (
    "Account Executive",
    "Senior Backend Engineer",
    "Technical Recruiter",
    "Office Manager",
    "Product Designer",
    "Machine Learning Engineer",
)
NOTICE = "This posting is fictional and belongs to the demo of finder."

PlanRow = tuple[Any, int | None, str]
Plan = list[PlanRow]


def add_postings(rng: random.Random, world: World) -> None:
    """Six boards: five companies, three of them on multimodal learning, and one research institute."""
    companies = [o for o in world.organisations if o.kind == "company"]
    fitting = [o for o in companies if 0 in world.focus[o.number]][:3]
    companies = [*fitting, *(o for o in companies if o not in fitting)]
    institute = next(o for o in world.organisations if o.kind == "facility")
    for place, org in enumerate([*companies[:5], institute]):
        board = PLATFORMS[place % 3]
        plan = _institute_plan(world, org) if org.kind == "facility" else _company_plan(rng, world, org)
        for row in plan:
            world.postings.append(_posting(rng, world, org, board, row))


def _company_plan(rng: random.Random, world: World, org: Organisation) -> Plan:
    plan: Plan = []
    for interest in world.focus[org.number]:
        name = INTERESTS[interest].name
        title = rng.choice(("Research Intern, {} (2027)", "PhD Research Internship: {}", "Student Researcher - {}"))
        plan.append(("internship", interest, title.format(name.title())))
        plan.append(("research", interest, f"Research Scientist, {name.title()}"))
    first = INTERESTS[world.focus[org.number][0]]
    plan.append(("internship", world.focus[org.number][0], f"Research Intern ({first.terms[0]}), Winter 2027"))
    return plan + [("other", None, title) for title in rng.sample(_OTHERS, 3)]


def _institute_plan(world: World, org: Organisation) -> Plan:
    plan: Plan = []
    for interest in dict.fromkeys([0, *world.focus[org.number], 1, 7, 11]):
        name = INTERESTS[interest].name
        plan.append(("phd", interest, f"PhD position in {name} (f/m/d)"))
        plan.append(("postdoc", interest, f"Postdoctoral researcher, {name}"))
    return [*plan, ("other", None, "Administrative Assistant")]


def _posting(rng: random.Random, world: World, org: Organisation, board: str, row: PlanRow) -> Posting:
    kind, interest, title = row
    key = len(world.postings)
    number = str(9_900_000 + key * 17) if board == "greenhouse" else _uuid(world.seed, key)
    posted = date(2026, rng.randint(7, 10), rng.randint(1, 28)).isoformat()
    closes = f"2026-12-{rng.randint(5, 28):02d}" if board == "greenhouse" and rng.random() < 0.6 else None
    if key % 19 == 7:  # a posting that nobody took down
        posted, closes = "2025-02-11", "2025-04-30" if board == "greenhouse" else None
    url = _PAGES[board].format(f"fictional-{org.slug}", number)
    where, text = f"{org.city}, {org.country.name}", _text(rng, org, kind, interest)
    return Posting(key, org.number, title, kind, interest, where, posted, closes, text, url, board)


def _uuid(seed: int, key: int) -> str:
    digits = f"{seed * 7919 + key * 104_729:032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:]}"


def _text(rng: random.Random, org: Organisation, kind: str, interest: int | None) -> str:
    if interest is None:
        return f"{NOTICE} {org.name} is looking for somebody who keeps things running. No research is involved."
    it = INTERESTS[interest]
    first, second = rng.sample(it.terms, 2)
    who = {
        "internship": "You are enrolled in a PhD or master's programme and want to spend three to six months with us",
        "phd": "You hold a master's degree and want to do a PhD with us, fully funded for four years",
        "postdoc": "You hold a PhD and want to build your own research line for two years",
    }.get(kind, "You have published in the field and want to work on open problems")
    task = rng.choice(it.tasks)
    return f"{NOTICE} {who}. The topic is {it.name}: {first}, {second} and {task}. You will publish what you find."


def replies(world: World) -> list[tuple[str, str, bytes]]:
    """Each board's whole answer: platform, absolute URL, body."""
    boards: dict[tuple[str, int], list[Posting]] = {}
    for posting in world.postings:
        boards.setdefault((posting.board, posting.org), []).append(posting)
    made = []
    for (board, number), rows in boards.items():
        org = world.organisations[number]
        body = _SHAPES[board](org, rows)
        url = BASES[board] + _PATHS[board].format(f"fictional-{org.slug}")
        made.append((board, url, json.dumps(body, ensure_ascii=False).encode()))
    return made


def _greenhouse(org: Organisation, rows: list[Posting]) -> Any:
    return {"jobs": [_greenhouse_job(org, p) for p in rows], "meta": {"total": len(rows)}}


def _greenhouse_job(org: Organisation, p: Posting) -> Any:
    return {
        "absolute_url": p.url,
        "internal_job_id": 8_800_000 + p.key,
        "location": {"name": p.location},
        "metadata": [{"id": 1, "name": "Employment Type", "value": p.kind.title(), "value_type": "single_select"}],
        "id": int(p.url.rsplit("/", 1)[-1]),
        "updated_at": f"{p.posted}T10:00:00-04:00",
        "requisition_id": f"R-{p.key}",
        "title": p.title,
        "company_name": org.name,
        "first_published": f"{p.posted}T09:00:00-04:00",
        "language": "en",
        "application_deadline": f"{p.closes}T23:59:00-04:00" if p.closes else None,
        "content": escape(f"<div><p>{escape(p.text)}</p></div>"),
        "departments": [{"id": 7, "name": _team(p), "child_ids": [], "parent_id": None}],
        "offices": [{"id": 8, "name": org.city, "location": p.location, "child_ids": [], "parent_id": None}],
    }


def _team(p: Posting) -> str:
    return "Research" if p.interest is not None else "Operations"


def _lever(org: Organisation, rows: list[Posting]) -> Any:
    return [_lever_job(org, p) for p in rows]


def _lever_job(org: Organisation, p: Posting) -> Any:
    return {
        "id": p.url.rsplit("/", 1)[-1],
        "text": p.title,
        "country": org.country.code,
        "workplaceType": "onsite",
        "categories": {
            "commitment": "Internship" if p.kind == "internship" else "Full-time",
            "location": p.location,
            "team": _team(p),
            "allLocations": [p.location],
        },
        "createdAt": int(datetime.fromisoformat(f"{p.posted}T08:00:00").replace(tzinfo=UTC).timestamp() * 1000),
        "descriptionPlain": p.text,
        "description": f"<div>{escape(p.text)}</div>",
        "lists": [],
        "additional": "",
        "additionalPlain": "",
        "hostedUrl": p.url,
        "applyUrl": f"{p.url}/apply",
    }


def _ashby(org: Organisation, rows: list[Posting]) -> Any:
    return {"jobs": [_ashby_job(org, p) for p in rows], "apiVersion": "1"}


def _ashby_job(org: Organisation, p: Posting) -> Any:
    address = {"addressRegion": "", "addressCountry": org.country.name, "addressLocality": org.city}
    return {
        "id": p.url.rsplit("/", 1)[-1],
        "title": p.title,
        "department": _team(p),
        "team": org.name,
        "employmentType": "Intern" if p.kind == "internship" else "FullTime",
        "location": p.location,
        "secondaryLocations": [],
        "publishedAt": f"{p.posted}T08:00:00.000+00:00",
        "isListed": True,
        "isRemote": False,
        "workplaceType": "OnSite",
        "address": {"postalAddress": address},
        "jobUrl": p.url,
        "applyUrl": f"{p.url}/application",
        "descriptionHtml": f"<p>{escape(p.text)}</p>",
        "descriptionPlain": p.text,
        "compensation": None,
    }


_SHAPES = {"greenhouse": _greenhouse, "lever": _lever, "ashby": _ashby}
