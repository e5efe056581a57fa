"""Hosts of interns for an interest: company researchers, with the interns' works that prove it."""

from __future__ import annotations

from datetime import date

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


@app.command(name="internships", group=SEARCH)
def run_internships_command(
    interest: str,
    /,
    *,
    country: tuple[str, ...] = (),
    near: str = "",
    within: int | None = None,
    company: str = "",
    since: date | None = None,
    as_of: date | None = None,
    top: int = 15,
    without: tuple[str, ...] = (),
    offline: bool = False,
    demo: bool = False,
    format: Format = "table",  # noqa: A002
) -> None:
    """Rank company researchers who could host an internship, with the proof that they host.

    Collects first when nothing recent is stored for the interest, unless --offline.

    Parameters
    ----------
    interest
        Your topic in your own words, such as "multimodal learning".
    country
        Two-letter codes of countries they should be in now (repeatable); a company counts where it is at home.
    near
        A place they must be near now: a city ("Potsdam", "Cambridge, GB"), an institution, or coordinates "52.5,13.4".
    within
        Kilometres from there (100 where nothing is said).
    company
        Only hosts at companies whose name holds this.
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
    from finder.answers import internships as views
    from finder.rendering import host_text

    settings = load_user_settings()
    asked = build_query(
        interest,
        as_of=as_of or default_query_day(demo=demo),
        countries=country,
        near=near,
        within=within,
        since=since,
        top=top,
        without=without,
        half_life=settings.half_life_years,
    )
    with open_collected_store(settings, interest, demo=demo, offline=offline, boards=True) as store:
        print_output(host_text.render_host_answer(views.find_internship_hosts(store, asked, company), format))
