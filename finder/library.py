"""The finder as a library: what the command line and the dashboard can do, with typed rows."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

from finder import answers, pipeline, workspace
from finder.answers import Answer, Query, internships, labs, openings, rank_explanation, similar_people
from finder.answers.internships import Internships
from finder.answers.opening_filters import OpeningFilter
from finder.answers.openings import Openings
from finder.answers.rank_explanation import RankExplanation
from finder.answers.similar_people import SHOWN, SimilarPeople
from finder.errors import UsageError
from finder.results import Advisor, Lab, PersonCard
from finder.settings import Settings, load_settings
from finder.storage import Store


def _ignore_notice(_: str) -> None:
    """Say nothing."""


class Finder:
    """One data folder, and the questions that can be asked of it.

    Nothing is asked of the network but by :meth:`collect`.

    A query is an interest as text, or a :class:`finder.Query` with filters.

    Attributes:
        settings: of ``finder.toml`` and the environment.
        today: the day that a query given as text is about.
    """

    def __init__(
        self,
        home: str | os.PathLike[str] | None = None,
        *,
        demo: bool = False,
        notify: workspace.Notify = _ignore_notice,
    ) -> None:
        """Read the settings; the store is opened by the first question.

        Args:
            home: the data folder; by default that of the command line (``FINDER_HOME``).
            demo: ask the embedded fictional world, which needs no network and no key.
            notify: called with each progress message.

        Raises:
            SettingsError: ``finder.toml`` or an environment variable is wrong.
        """
        self.settings: Settings = load_settings(None if home is None else Path(home))
        self.today: date = workspace.default_query_day(demo=demo)
        self._demo = demo
        self._notify = notify
        self._opened: Store | None = None

    def advisors(self, query: Query | str) -> Answer[Advisor]:
        """People who could advise, best first.

        Raises:
            EmptyStore: nothing is stored yet: call :meth:`collect`, or import files.
            UsageError: the filters contradict each other.
        """
        return answers.find_advisors(self._store, self._as_query(query))

    def labs(self, query: Query | str) -> Answer[Lab]:
        """Labs, best first. Raises as :meth:`advisors`."""
        return labs.find_labs(self._store, self._as_query(query))

    def internships(self, query: Query | str, company: str = "") -> Internships:
        """Company researchers who host interns, best first. Raises as :meth:`advisors`.

        Args:
            company: only companies whose name holds this.
        """
        return internships.find_internship_hosts(self._store, self._as_query(query), company)

    def openings(self, interest: str, filters: OpeningFilter | None = None, top: int = 25) -> Openings:
        """Open positions that fit, best first. Raises as :meth:`advisors`."""
        return openings.find_openings(self._store, interest, self.today, filters, top)

    def person(self, who: str, interest: str | None = None) -> PersonCard:
        """All that is known of one person, by id, link or name.

        Raises:
            UsageError: nobody, or more than one, is meant; the message lists the ids to choose from.
        """
        return answers.person_profile(self._store, who, self.today, interest)

    def explain(self, who: str, query: Query | str) -> RankExplanation:
        """Why somebody is where they are in an answer, or is not in it. Raises as :meth:`person`."""
        return rank_explanation.explain_author_rank(self._store, who, self._as_query(query))

    def similar(self, who: str, top: int = SHOWN) -> SimilarPeople:
        """People whose recent led works are nearest to somebody's. Raises as :meth:`person`."""
        return similar_people.find_similar_people(self._store, who, self.today, top)

    def collect(self, interest: str, since: date | None = None) -> str:
        """Fetch works and people on an interest from the sources that are switched on, and publish them.

        Returns:
            ``complete``, ``partial``, ``failed`` or ``stopped``; what arrived is stored in each case.

        Raises:
            UsageError: this is the demo world, which is complete.
            FinderError: nothing could be fetched, and nothing is stored.
        """
        if self._demo:
            raise UsageError("Nothing is collected in the demo world. To use your own store: Finder().")
        return pipeline.run_collection(self.settings, self._store, interest, self._notify, since)

    def close(self) -> None:
        """Close the store; the next question opens it again."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def __enter__(self) -> Self:
        """Open nothing yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the store."""
        self.close()

    @property
    def _store(self) -> Store:
        if self._opened is None:
            self._opened = workspace.open_answer_store(self.settings, self._notify, demo=self._demo)
        return self._opened

    def _as_query(self, query: Query | str) -> Query:
        if isinstance(query, Query):
            return query
        return Query(query, self.today, half_life=self.settings.half_life_years)
