"""OpenAlex's ``filter=`` over the works of the world; what is not known is refused, never guessed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from data.demo.builder.model import Paper
from data.demo.builder.shapes import OPTED_OUT, topic_id
from data.demo.builder.text import keyword_id

if TYPE_CHECKING:
    from data.demo.builder.service import Catalogue

Test = Callable[["Catalogue", Paper, str], bool]
_COMMA = re.compile(r",(?![^\"]*\"(?:[^\"]*\"[^\"]*\")*[^\"]*$)")


class Wrong(Exception):
    """A question that is refused with 400."""


class Refused(Exception):
    """Any other refusal."""

    def __init__(self, status: int, body: dict[str, object]) -> None:
        super().__init__(status)
        self.status, self.body = status, body


def _year(_: Catalogue, paper: Paper, value: str) -> bool:
    year = int(paper.date[:4])
    if value[:1] in "<>":
        return year < int(value[1:]) if value[0] == "<" else year > int(value[1:])
    low, dash, high = value.partition("-")
    return int(low or 0) <= year <= int(high or 9999) if dash else year == int(value)


def _author(books: Catalogue, paper: Paper, value: str) -> bool:
    people = [books.world.people[a.person] for a in paper.authors if a.matched_author]
    return value.upper() in {OPTED_OUT if p.opted_out else p.openalex for p in people}


def _institution(books: Catalogue, paper: Paper, value: str) -> bool:
    return value.upper() in {books.world.organisations[o].id for a in paper.authors if a.matched_orgs for o in a.orgs}


def _country(books: Catalogue, paper: Paper, value: str) -> bool:
    orgs = {o for a in paper.authors if a.matched_orgs for o in a.orgs}
    return value.upper() in {books.world.organisations[o].country.code for o in orgs}


def _keyword(_: Catalogue, paper: Paper, value: str) -> bool:
    return value.rsplit("/", 1)[-1] in {keyword_id(word).rsplit("/", 1)[-1] for word in paper.keywords}


TESTS: dict[str, Test] = {
    "from_publication_date": lambda _, p, v: p.date >= v,
    "to_publication_date": lambda _, p, v: p.date <= v,
    "publication_year": _year,
    "author.id": _author,
    "authorships.author.id": _author,
    "institutions.id": _institution,
    "authorships.institutions.id": _institution,
    "institutions.country_code": _country,
    "authorships.institutions.country_code": _country,
    "authorships.countries": _country,
    "keywords.id": _keyword,
    "primary_topic.id": lambda _, p, v: v.upper() == topic_id(p.interests[0]),
    "topics.id": lambda _, p, v: v.upper() in {topic_id(i) for i in p.interests},
    "type": lambda _, p, v: p.type == v,
    "language": lambda _, p, v: v == "en",
    "has_abstract": lambda _, p, v: (p.abstract is not None) == (v == "true"),
    "is_retracted": lambda _, p, v: v == "false",
    "is_paratext": lambda _, p, v: v == "false",
    "openalex": lambda _, p, v: p.id == v.upper(),
    "ids.openalex": lambda _, p, v: p.id == v.upper(),
    "doi": lambda _, p, v: p.doi is not None and v.lower().endswith(p.doi),
}
SEARCHED = ("title.search", "display_name.search", "title_and_abstract.search", "abstract.search", "default.search")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"[<>]?\d{4}|\d{4}-\d{0,4}|-\d{4}")


def sift(books: Catalogue, text: str) -> tuple[set[int], bool]:
    """The numbers of the works that pass all filters, and whether one of them searched text."""
    kept, costly = set(range(len(books.world.papers))), False
    for item in filter(None, _COMMA.split(text)):
        field, colon, value = item.partition(":")
        if not colon:
            raise Wrong(f"Filters must be formatted as field:value, not {item}")
        if field in ("from_updated_date", "from_created_date"):
            raise Refused(429, {"error": "Plan upgrade required", "message": f"{field} needs a paid plan."})
        if field in SEARCHED:
            costly = True
            texts = books.titles if field in SEARCHED[:2] else books.texts
            kept &= set().union(*(texts.find(option) for option in value.split("|")))
            continue
        negative = value.startswith("!")
        options = [re.sub(r"^https?://openalex\.org/", "", v).strip() for v in value.removeprefix("!").split("|")]
        _check(field, options)
        test = TESTS[field]
        passed = {n for n in kept if any(test(books, books.world.papers[n], option) for option in options)}
        kept = kept - passed if negative else passed
    return kept, costly


def _check(field: str, options: list[str]) -> None:
    if field not in TESTS:
        raise Wrong(f"{field} is not a valid field. Valid fields here are: {', '.join(sorted({*TESTS, *SEARCHED}))}")
    if len(options) > 100:
        raise Wrong("Maximum number of values exceeded for filter. You can use at most 100 values joined by |.")
    if field.endswith("_publication_date") and not _DAY.fullmatch(options[0]):
        raise Wrong(f"Value for param {field} must be a date such as 2020-05-17")
    if field == "publication_year" and not all(map(_NUMBER.fullmatch, options)):
        raise Wrong("Value for param publication_year must be a number or a range such as 2019-2021")
