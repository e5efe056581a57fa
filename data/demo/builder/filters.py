"""OpenAlex's ``filter=`` over the works of the world; what is not known is refused, never guessed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from data.demo.builder.model import Organisation, Paper
from data.demo.builder.shapes import OPTED_OUT, topic_id
from data.demo.builder.text import keyword_id

if TYPE_CHECKING:
    from data.demo.builder.service import Catalogue

Values = Callable[["Catalogue", Paper], set[str]]
_COMMA = re.compile(r",(?![^\"]*\"(?:[^\"]*\"[^\"]*\")*[^\"]*$)")


class Wrong(Exception):
    """A question that is refused with 400."""


class Refused(Exception):
    """Any other refusal."""

    def __init__(self, status: int, body: dict[str, object]) -> None:
        super().__init__(status)
        self.status, self.body = status, body


def _matched_orgs(books: Catalogue, paper: Paper) -> list[Organisation]:
    numbers = {
        o for a in paper.authors if a.matched_orgs and not books.world.people[a.person].opted_out for o in a.orgs
    }
    return [books.world.organisations[o] for o in numbers]


def _authors(books: Catalogue, paper: Paper) -> set[str]:
    people = [books.world.people[a.person] for a in paper.authors if a.matched_author]
    return {OPTED_OUT if p.opted_out else p.openalex for p in people}


def _institutions(books: Catalogue, paper: Paper) -> set[str]:
    return {o.id for o in _matched_orgs(books, paper)}


def _countries(books: Catalogue, paper: Paper) -> set[str]:
    return {o.country.code for o in _matched_orgs(books, paper)}


def _keywords(_: Catalogue, paper: Paper) -> set[str]:
    return {keyword_id(word).rsplit("/", 1)[-1].upper() for word in paper.keywords}


VALUES: dict[str, Values] = {
    "author.id": _authors,
    "authorships.author.id": _authors,
    "institutions.id": _institutions,
    "authorships.institutions.id": _institutions,
    "institutions.country_code": _countries,
    "authorships.institutions.country_code": _countries,
    "authorships.countries": _countries,
    "keywords.id": _keywords,
    "primary_topic.id": lambda _, p: {topic_id(p.interests[0])},
    "topics.id": lambda _, p: {topic_id(i) for i in p.interests},
    "type": lambda _, p: {p.type.upper()},
    "language": lambda _, p: {"EN"},
    "has_abstract": lambda _, p: {str(p.abstract is not None).upper()},
    "is_retracted": lambda _, p: {"FALSE"},
    "is_paratext": lambda _, p: {"FALSE"},
    "openalex": lambda _, p: {p.id},
    "ids.openalex": lambda _, p: {p.id},
}
RANGES = ("from_publication_date", "to_publication_date", "publication_year")
SEARCHED = ("title.search", "display_name.search", "title_and_abstract.search", "abstract.search", "default.search")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_YEARS = re.compile(r"[<>]?\d{4}|\d{4}-\d{0,4}|-\d{4}")


def sift(books: Catalogue, text: str) -> tuple[set[int], bool]:
    """The numbers of the works that pass all filters, and whether one of them searched text."""
    papers = books.world.papers
    kept, costly = set(range(len(papers))), False
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
        elif field in RANGES:
            kept = {n for n in kept if _in_range(field, papers[n].date, value)}
        else:
            options, negative = _options(field, value)
            kept = {n for n in kept if bool(VALUES[field](books, papers[n]) & options) != negative}
    return kept, costly


def _options(field: str, value: str) -> tuple[set[str], bool]:
    """The values joined by ``|``, without their addresses, and whether they are to be kept out."""
    if field not in VALUES:
        raise Wrong(f"{field} is not a valid field. Valid fields here are: {', '.join((*VALUES, *RANGES, *SEARCHED))}")
    options = value.removeprefix("!").split("|")
    if len(options) > 100:
        raise Wrong("Maximum number of values exceeded for filter. You can use at most 100 values joined by |.")
    return {option.strip().rsplit("/", 1)[-1].upper() for option in options}, value.startswith("!")


def _in_range(field: str, day: str, value: str) -> bool:
    if field == "publication_year":
        return any(_in_years(int(day[:4]), option) for option in value.split("|"))
    if not _DAY.fullmatch(value):
        raise Wrong(f"Value for param {field} must be a date such as 2020-05-17")
    return day >= value if field.startswith("from") else day <= value


def _in_years(year: int, value: str) -> bool:
    if not _YEARS.fullmatch(value):
        raise Wrong("Value for param publication_year must be a number or a range such as 2019-2021")
    if value[0] in "<>":
        return year < int(value[1:]) if value[0] == "<" else year > int(value[1:])
    low, dash, high = value.partition("-")
    return int(low or 0) <= year <= int(high or 9999) if dash else year == int(value)
