"""From a research interest to the people who could advise you, with the works that prove it.

>>> from finder import Finder, Query
>>> with Finder(demo=True) as finder:  # doctest: +SKIP
...     answer = finder.advisors(Query("multimodal learning", finder.today, countries=("DE",)))
...     print(answer.to_polars().select("name", "strength", "why"))

Names are loaded when they are first used, so that a command loads only what it needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from finder.answers import Answer, Query
    from finder.answers.internships import Internships
    from finder.answers.opening_filters import OpeningFilter
    from finder.answers.openings import Openings
    from finder.answers.rank_explanation import RankExplanation
    from finder.answers.similar_people import SimilarPeople
    from finder.errors import EmptyStore, FinderError, SettingsError, SourceError, StoreError, UsageError
    from finder.library import Finder
    from finder.results import Advisor, Affiliation, Evidence, Host, Lab, Opening, PersonCard, WorkRef

__all__ = [
    "Advisor",
    "Affiliation",
    "Answer",
    "EmptyStore",
    "Evidence",
    "Finder",
    "FinderError",
    "Host",
    "Internships",
    "Lab",
    "Opening",
    "OpeningFilter",
    "Openings",
    "PersonCard",
    "Query",
    "RankExplanation",
    "SettingsError",
    "SimilarPeople",
    "SourceError",
    "StoreError",
    "UsageError",
    "WorkRef",
]

_MODULES = {
    "finder.answers": ("Answer", "Query"),
    "finder.answers.internships": ("Internships",),
    "finder.answers.opening_filters": ("OpeningFilter",),
    "finder.answers.openings": ("Openings",),
    "finder.answers.rank_explanation": ("RankExplanation",),
    "finder.answers.similar_people": ("SimilarPeople",),
    "finder.errors": ("EmptyStore", "FinderError", "SettingsError", "SourceError", "StoreError", "UsageError"),
    "finder.library": ("Finder",),
    "finder.results": ("Advisor", "Affiliation", "Evidence", "Host", "Lab", "Opening", "PersonCard", "WorkRef"),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    """Load an exported name."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULE_OF[name]), name)


def __dir__() -> list[str]:
    """The exported names."""
    return sorted({*globals(), *__all__})
