"""Open positions for an interest."""

from __future__ import annotations

from datetime import date
from typing import Literal

from finder.cli.common import (
    SEARCH,
    app,
    load_user_settings,
    open_current_store,
    print_notice,
    print_output,
    utc_now_text,
    utc_today,
)
from finder.clock import local_day


@app.command(name="openings", group=SEARCH)
def run_openings_command(
    interest: str,
    /,
    *,
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
) -> None:
    """List open internships, PhD positions, postdocs and research jobs that fit an interest.

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
    top
        How many to list at most.
    format
        How to print the answer.
    """
    from finder.answers import openings as view
    from finder.rendering import answer_text

    settings = load_user_settings()
    wanted = view.OpeningFilter(
        tuple(kind), country, remote, posted_within, deadline_from, organisation, near, within, category
    )
    if demo:
        from finder import demo_store as world

        with world.open_demo_store(settings.home, print_notice) as store:
            found = view.find_openings(store, interest, as_of or world.demo_today(), wanted, top)
    else:
        with open_current_store(settings) as store:
            if offline and not store.postings.list_boards():
                from finder.ingest import board_crawler

                store.postings.register_boards(
                    board_crawler.load_boards(settings)
                )  # so that the answer says how many wait
            elif not offline:
                from finder import pipeline

                pipeline.crawl_boards_if_due(settings, store, print_notice)
            found = view.find_openings(store, interest, as_of or utc_today(), wanted, top, day=as_of or local_day())
            view.record_openings_visit(store, utc_now_text())
    print_output(answer_text.format_json(found.to_json()) if format == "json" else answer_text.render_openings(found))
