"""Labs for an interest: people at one institution who publish together under a head."""

from __future__ import annotations

from datetime import date
from typing import Literal

from finder.cli.common import (
    SEARCH,
    Format,
    app,
    build_query,
    default_query_day,
    load_user_settings,
    open_collected_store,
    print_output,
)


@app.command(name="labs", group=SEARCH)
def run_labs_command(
    interest: str,
    /,
    *,
    country: tuple[str, ...] = (),
    near: str = "",
    within: int | None = None,
    kind: Literal["faculty", "industry", "any"] = "any",
    since: date | None = None,
    as_of: date | None = None,
    top: int = 10,
    without: tuple[str, ...] = (),
    offline: bool = False,
    demo: bool = False,
    format: Format = "table",  # noqa: A002
) -> None:
    """Rank labs that work on an interest: heads, members, alumni, and why.

    Collects first when nothing recent is stored for the interest, unless --offline.

    Parameters
    ----------
    interest
        Your topic in your own words, such as "multimodal learning".
    country
        Two-letter codes of countries they should be in now (repeatable).
    near
        A place they must be near now: a city ("Potsdam", "Cambridge, GB"), an institution, or coordinates "52.5,13.4".
    within
        Kilometres from there (100 where nothing is said).
    kind
        faculty leaves out labs at companies, industry all others.
    since
        Their newest matched work must not be older than this day.
    as_of
        Answer as if it were this day, using nothing dated later.
    without
        Related terms not to look for (repeatable).
    offline
        Ask no source; answer from what is stored.
    demo
        Answer from the embedded fictional world.
    top
        How many to list at most.
    format
        How to print the answer.
    """
    from finder.answers import labs as views
    from finder.rendering import lab_text

    settings = load_user_settings()
    asked = build_query(
        interest,
        as_of=as_of or default_query_day(demo=demo),
        countries=country,
        near=near,
        within=within,
        kind=kind,
        since=since,
        top=top,
        without=without,
        half_life=settings.half_life_years,
    )
    with open_collected_store(settings, interest, demo=demo, offline=offline) as store:
        print_output(lab_text.render_lab_answer(views.find_labs(store, asked), format))
