"""Open positions for an interest."""

from __future__ import annotations

from datetime import date
from typing import Literal

from finder.cli.common import app, load, now, out, say, today, up_to_date
from finder.clock import local_day


@app.command
def openings(
    interest: str, /, *,
    kind: tuple[Literal["internship", "phd", "postdoc", "research", "other"], ...] = (),
    country: tuple[str, ...] = (),
    near: str = "",
    within: int | None = None,
    remote: bool = False,
    posted_within: int | None = None,
    deadline_from: date | None = None,
    organisation: str = "",
    category: tuple[Literal["research", "engineering", "other"], ...] = (),
    as_of: date | None = None,
    top: int = 25,
    offline: bool = False,
    demo: bool = False,
    format: Literal["table", "json"] = "table",  # noqa: A002
) -> None:  # fmt: skip
    """Open internships, PhD positions, postdocs and research jobs that fit an interest, best first.

    Sweeps the job boards that were not read for a day first, unless --offline.

    Parameters
    ----------
    interest
        Your topic in your own words, such as "multimodal learning".
    kind
        internship, phd, postdoc, research or other (repeatable).
    country
        Two-letter codes of countries (repeatable).
    near
        A place that one of theirs must be near: a city ("Potsdam", "Cambridge, GB"), an institution, or coordinates
        "52.5,13.4".
    within
        Kilometres from there (100 where nothing is said).
    remote
        Only those that can be done from elsewhere.
    posted_within
        Posted within so many days.
    deadline_from
        The last day to apply must not be before this one; those that name none stay.
    organisation
        Part of the employer's name.
    category
        What work it is: research, engineering or other (repeatable). Research internships and PhD positions are
        research, too; --kind research lists jobs alone.
    as_of
        Answer as if it were this day.
    offline
        Read no board; answer from what is stored.
    demo
        Answer from the embedded fictional world.
    """
    from finder.views import openings as view
    from finder.views import printed

    settings = load()
    wanted = view.Filter(
        tuple(kind), country, remote, posted_within, deadline_from, organisation, near, within, category
    )
    if demo:
        from finder import demo as world

        with world.ready(settings.home, say) as store:
            found = view.openings(store, interest, as_of or world.today(), wanted, top)
    else:
        with up_to_date(settings) as store:
            if offline and not store.postings.boards():
                from finder import sweep

                store.postings.register(sweep.known(settings))  # so that the answer says how many wait
            elif not offline:
                from finder import session

                session.sweep_if_due(settings, store, say)
            found = view.openings(store, interest, as_of or today(), wanted, top, day=as_of or local_day())
            view.visited(store, now())
    out(printed.as_json(found.contract()) if format == "json" else printed.openings(found))
