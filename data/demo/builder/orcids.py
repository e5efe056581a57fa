"""ORCID over the fictional world: what people keep up about themselves, and what they forgot to, as of late 2026."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from functools import cache
from typing import Any

from data.demo.builder.model import TODAY, Person, Post, World
from data.demo.builder.shapes import ror
from finder.source import Response

Json = dict[str, Any]
NOTICE = "FICTIONAL RECORD. This person does not exist; this record belongs to the demo of finder."
ONLY_THE_PAGE_KNOWS = ("newcomer", "stale_record")
"""Specials whose newest post stands on their homepage alone."""
_LABELS = ("Homepage", "Personal website", "My page", "Group page", "")
_STUDIES = ("PhD", "PhD in Computer Science", "Doctor of Philosophy", "Doctoral student")
_EMPTY = 0.15  # of records hold no more than a name
_FORGOTTEN = 0.25  # of records were last touched years ago
_NEWEST_ONLY = 0.2  # of the others name only the newest post


def reply(world: World, key: str) -> Response:
    """What the service answers to a recording's name, ``orcid:/0000-…/record``."""
    source, _, path = key.partition(":")
    person = _people(world).get(path.split("/")[1])
    headers = {"content-type": "application/json;charset=UTF-8"}
    if person is None:
        body: Json = {
            "response-code": 404,
            "developer-message": "404 Not Found",
            "error-code": 9016,
            "user-message": "The resource was not found.",
        }
        return Response(source, path, 404, _packed(body), "", headers)
    return Response(source, path, 200, _packed(record(world, person)), "", headers, note="somebody's own record")


@cache
def _people(world: World) -> dict[str, Person]:
    return {p.orcid: p for p in world.people if p.orcid}


def _packed(body: Json) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def record(world: World, person: Person) -> Json:
    """Somebody's whole record; the same person of the same world always has the same."""
    rng = random.Random(f"orcid {world.seed} {person.key}")
    touched, posts, named = _kept_up(rng, world, person)
    studies = [_group(rng, world, p, "education", touched) for p in posts if p.role == "PhD student"]
    jobs = [_group(rng, world, p, "employment", touched) for p in reversed(posts) if p.role != "PhD student"]
    return {
        "orcid-identifier": {"uri": f"https://orcid.org/{person.orcid}", "path": person.orcid, "host": "orcid.org"},
        "preferences": {"locale": "en"},
        "history": {
            "creation-method": "DIRECT",
            "completion-date": None,
            "submission-date": _moment("2018-01"),
            "last-modified-date": _moment(touched),
            "claimed": True,
            "source": None,
            "deactivation-date": None,
            "verified-email": True,
            "verified-primary-email": True,
        },
        "person": _profile(rng, person, touched, named=named),
        "activities-summary": {
            "last-modified-date": _moment(touched),
            "educations": _section(person, "educations", studies),
            "employments": _section(person, "employments", jobs),
        },
        "path": f"/{person.orcid}",
    }


def _kept_up(rng: random.Random, world: World, person: Person) -> tuple[str, list[Post], bool]:
    """The month of the last change, the posts that were on the record then, and whether it names the homepage."""
    dice, only, named = rng.random(), rng.random(), rng.random()
    long_ago = f"{rng.randint(2019, 2024)}-{rng.randint(1, 12):02d}"
    posts = [p for p in person.posts if p.role != "Professor Emeritus"]
    if any(person.key in world.specials.get(name, {}).get("people", []) for name in ONLY_THE_PAGE_KNOWS):
        return person.posts[-1].since, posts[:-1], True
    if any(person.key in special.get("people", []) for special in world.specials.values()):
        return "2026-09", posts, True
    if dice < _EMPTY:
        return "2020-02", [], named < 0.4
    if dice < _EMPTY + _FORGOTTEN:
        return long_ago, [p for p in posts if p.since <= long_ago], named < 0.7
    newest = [p for p in posts if p.until is None] if only < _NEWEST_ONLY else posts
    return "2026-09", newest, named < 0.95


def _profile(rng: random.Random, person: Person, touched: str, *, named: bool) -> Json:
    links = []
    if named and person.homepage:
        links.append(
            {
                "created-date": _moment(touched),
                "last-modified-date": _moment(touched),
                "source": None,
                "url-name": rng.choice(_LABELS) or None,
                "url": {"value": person.homepage},
                "visibility": "public",
                "path": f"/{person.orcid}/researcher-urls/{person.key}",
                "put-code": person.key,
                "display-index": 1,
            }
        )
    name = {
        "created-date": _moment("2018-01"),
        "last-modified-date": _moment("2018-01"),
        "given-names": {"value": person.name.given},
        "family-name": {"value": person.name.family},
        "credit-name": None,
        "source": None,
        "visibility": "public",
        "path": person.orcid,
    }
    return {
        "last-modified-date": _moment(touched),
        "name": name,
        "other-names": {"other-name": [{"content": v, "visibility": "public"} for v in person.variants]},
        "biography": {"content": NOTICE, "visibility": "public", "path": f"/{person.orcid}/biography"},
        "researcher-urls": {"researcher-url": links, "path": f"/{person.orcid}/researcher-urls"},
        "emails": {"email": []},
        "addresses": {"address": []},
        "keywords": {"keyword": []},
        "external-identifiers": {"external-identifier": []},
        "path": f"/{person.orcid}/person",
    }


def _section(person: Person, name: str, groups: list[Json]) -> Json:
    return {"affiliation-group": groups, "path": f"/{person.orcid}/{name}"}


def _group(rng: random.Random, world: World, post: Post, kind: str, touched: str) -> Json:
    """One stay; an end that came after the last change is not there."""
    org = world.organisations[post.org]
    register = {"disambiguated-organization-identifier": ror(org), "disambiguation-source": "ROR"}
    until = post.until if post.until and post.until <= touched else None
    months = rng.random() < 0.7
    summary = {
        "created-date": _moment(touched),
        "last-modified-date": _moment(touched),
        "source": None,
        "put-code": post.org,
        "department-name": None,
        "role-title": rng.choice(_STUDIES) if kind == "education" else post.role,
        "start-date": _day(post.since, months=months),
        "end-date": _day(until, months=months) if until else None,
        "organization": {
            "name": org.name,
            "address": {"city": org.city, "region": None, "country": org.country.code},
            "disambiguated-organization": register if rng.random() < 0.6 else None,
        },
        "url": None,
        "external-ids": None,
        "display-index": "0",
        "visibility": "public",
    }
    group = {"last-modified-date": _moment(touched), "external-ids": {"external-id": []}}
    return {**group, "summaries": [{f"{kind}-summary": summary}]}


def _day(month: str, *, months: bool) -> Json:
    return {"year": {"value": month[:4]}, "month": {"value": month[5:7]} if months else None, "day": None}


def _moment(month: str) -> Json:
    day = datetime.fromisoformat(f"{min(month, TODAY[:7])}-01T12:00:00").replace(tzinfo=UTC)
    return {"value": int(day.timestamp() * 1000)}
