"""What a user may ask of advisors, the same wherever it is about a list of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from cyclopts import Parameter

from finder.cli.common import build_query
from finder.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from finder.answers import Query
    from finder.settings import Settings


@Parameter(name="*")
@dataclass(frozen=True)
class QueryOptions:
    """Filters and weights.

    Parameters
    ----------
    country
        Two-letter codes of countries they should be in now (repeatable).
    near
        A place they must be near now: a city ("Potsdam", "Cambridge, GB"), an institution, or coordinates "52.5,13.4".
    within
        Kilometres from there (100 where nothing is said).
    stage
        student, postdoc, "early-career faculty", "established faculty", "industry researcher", "staff scientist".
    since
        Their newest matched work must not be older than this day.
    as_of
        Answer as if it were this day, using nothing dated later.
    weights
        What counts more beside the evidence: share, freshness, recent, lead; such as share=1,recent=0.5 (0 as a rule).
    sort
        What comes first: evidence; those who began to lead works on it within three years; the newest work that they
        led; or what they led alone.
    without
        Related terms, terms or venues of a field, or "near in meaning", not to look for (repeatable).
    recruiting
        Only those whose own page says that they take people on; silence is not a no.
    moved
        Only those who have changed institution within three years.
    new
        Only those who state their first faculty post within three years.
    funded
        Only those of whom a running grant is known, on whatever topic; where none is known, that is not a no.
    not_at
        Part of the name of an institution where they must not be, such as your own (repeatable).
    kind
        faculty or industry; any keeps both.
    top
        How many to list at most.
    """

    country: tuple[str, ...] = ()
    near: str = ""
    within: int | None = None
    stage: tuple[str, ...] = ()
    kind: Literal["faculty", "industry", "any"] = "any"
    since: date | None = None
    as_of: date | None = None
    top: int = 25
    weights: str = ""
    sort: Literal["evidence", "new-leaders", "recent", "led"] = "evidence"
    without: tuple[str, ...] = ()
    recruiting: bool = False
    moved: bool = False
    new: bool = False
    funded: bool = False
    not_at: tuple[str, ...] = ()

    def to_query(self, interest: str, today: date, settings: Settings) -> Query:
        """The query that these make of an interest.

        Raises:
            UsageError: it cannot be granted as it is.
        """
        traits = (
            ("recruiting", self.recruiting),
            ("moved", self.moved),
            ("new", self.new),
            ("funded", self.funded),
        )
        return build_query(
            interest,
            as_of=self.as_of or today,
            countries=self.country,
            near=self.near,
            within=self.within,
            stages=self.stage,
            kind=self.kind,
            since=self.since,
            top=self.top,
            without=self.without,
            not_at=self.not_at,
            weights=merge_typed_weights(settings.weights, self.weights),
            sort=self.sort,
            half_life=settings.half_life_years,
            traits=tuple(trait for trait, on in traits if on),
        )


ANY = QueryOptions()


def merge_typed_weights(usual: Mapping[str, float], typed: str) -> dict[str, float]:
    """The user's usual weights with those that are typed."""
    from finder.ranking.advisor_score import drop_former_weights

    return {**drop_former_weights(usual), **parse_typed_weights(typed)}


def parse_typed_weights(text: str) -> dict[str, float]:
    """Weights as they are typed: ``fit=3,recency=1``."""
    try:
        return {name.strip(): float(value) for name, value in (pair.split("=") for pair in text.split(",") if pair)}
    except ValueError:
        raise UsageError("--weights looks like share=1,recent=0.5") from None
