"""What the People page shows, as part of its address: read with care, written briefly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, Literal, cast, get_args

from finder.answers.geo_filter import MOST as FARTHEST
from finder.answers.query import TRAITS, Kind, Query, Trait
from finder.features.stage import STAGES
from finder.ranking.advisor_score import PARTS, SORTS, Sort
from finder.reference_data import country_codes

Shape = Literal["cards", "table"]
UrlParams = Mapping[str, Sequence[str]]
MOST = 500  # rows
HEAVIEST = 10.0  # weight of a part
EARLIEST = 1990
LONGEST_INTEREST = 2000  # characters: an abstract fits in
LONGEST = 200  # characters of anything else


@dataclass(frozen=True)
class View:
    """One view of the People page.

    Attributes:
        since: year of which the newest work on the interest must be at least.
        weights: by part; those that are missing are as usual.
        without: related terms that are switched off.
        open: id of the person who is shown beside the list.
        within: kilometres from ``near``; None is as usual.
    """

    interest: str = ""
    country: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    kind: Kind = "any"
    since: int | None = None
    top: int = 25
    without: tuple[str, ...] = ()
    traits: tuple[Trait, ...] = ()
    not_at: str = ""
    near: str = ""
    within: int | None = None
    shape: Shape = "cards"
    sort: Sort = "evidence"
    open: str = ""
    weights: Mapping[str, float] = field(default_factory=dict)

    def to_advisor_query(self, as_of: date, weights: Mapping[str, float], half_life: float) -> Query:
        """The wish behind the view.

        Args:
            weights: the user's usual ones.
        """
        return Query(
            self.interest,
            as_of,
            self.country,
            self.stage,
            self.kind,
            since=date(self.since, 1, 1) if self.since else None,
            top=self.top,
            weights={**weights, **self.weights},
            sort=self.sort,
            half_life=half_life,
            without=self.without,
            traits=self.traits,
            not_at=(self.not_at,) if self.not_at else (),
            near=self.near,
            within=self.within if self.near else None,
        )

    def with_open_person(self, author_id: str) -> View:
        """The same view with somebody beside the list; with nobody where the id is empty."""
        return replace(self, open=author_id)

    def to_url_params(self) -> dict[str, str | list[str]]:
        """As parameters of an address: only what differs from the usual."""
        usual = View()
        query: dict[str, str | list[str]] = {}
        for name in (entry.name for entry in fields(self)):
            value = getattr(self, name)
            if name == "weights":
                query |= {part: f"{weight:g}" for part, weight in sorted(value.items())}
            elif value != getattr(usual, name):
                query[name] = list(value) if isinstance(value, tuple) else str(value)
        return query


def parse_search_url(query: UrlParams, this_year: int) -> tuple[View, list[str]]:
    """The view an address asks for, and a note on each part of it that makes no sense and is left out."""
    reader = _UrlParser(query, this_year)
    return reader.parse_view(), reader.notes


class _UrlParser:
    """Takes parameters one by one and notes what it could not use."""

    def __init__(self, query: UrlParams, this_year: int) -> None:
        self._query = query
        self._year = this_year
        self.notes: list[str] = []

    def parse_view(self) -> View:
        usual = View()
        return View(
            interest=" ".join(self._last_value("interest").split())[:LONGEST_INTEREST],
            country=tuple(self._valid_values("country", country_codes(), str.upper)),
            stage=tuple(self._valid_values("stage", STAGES, str.lower)),
            kind=cast("Kind", self._choice_value("kind", get_args(Kind), usual.kind)),
            since=self._since_year(),
            top=self._int_in_range("top", 1, MOST) or usual.top,
            without=tuple(
                dict.fromkeys(" ".join(term.split())[:LONGEST] for term in self._query.get("without", ()) if term)
            ),
            traits=cast("tuple[Trait, ...]", tuple(self._valid_values("traits", TRAITS, str.lower))),
            not_at=" ".join(self._last_value("not_at").split())[:LONGEST],
            near=" ".join(self._last_value("near").split())[:LONGEST],
            within=self._int_in_range("within", 1, FARTHEST),
            shape=cast("Shape", self._choice_value("shape", get_args(Shape), usual.shape)),
            sort=cast("Sort", self._choice_value("sort", SORTS, usual.sort)),
            open=self._last_value("open").strip()[:LONGEST],
            weights=dict(self._part_weights()),
        )

    def _last_value(self, name: str) -> str:
        values = self._query.get(name, ())
        return values[-1] if values else ""

    def _valid_values(self, name: str, known: Any, tidy: Any) -> Iterator[str]:
        for value in dict.fromkeys(tidy(value.strip()) for value in self._query.get(name, ())):
            if value in known:
                yield value
            else:
                self.notes.append(f"“{value[:40]}” is not a known {name}.")

    def _choice_value(self, name: str, known: Sequence[str], usual: str) -> str:
        value = self._last_value(name) or usual
        if value in known:
            return value
        self.notes.append(f"{name} is one of {', '.join(known)}, not “{value[:40]}”.")
        return usual

    def _since_year(self) -> int | None:
        text = self._last_value("since")
        # a whole day, as the command line takes it, means its year here
        return self._int_in_range("since", EARLIEST, self._year, text[:4] if len(text) == 10 else text)

    def _int_in_range(self, name: str, least: int, most: int, text: str | None = None) -> int | None:
        text = self._last_value(name) if text is None else text
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) < 9 and least <= int(text) <= most:
            return int(text)
        self.notes.append(f"{name} lies between {least} and {most}, “{text[:40]}” does not.")
        return None

    def _part_weights(self) -> Iterator[tuple[str, float]]:
        for part in PARTS:
            text = self._last_value(part)
            if not text:
                continue
            try:
                weight = float(text)
            except ValueError:
                weight = -1.0
            if 0 <= weight <= HEAVIEST:
                yield part, weight
            else:
                self.notes.append(f"The weight of {part} lies between 0 and {HEAVIEST:g}, “{text[:40]}” does not.")
