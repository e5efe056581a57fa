"""Hosts of interns for an interest: company researchers, with the interns' works that prove it."""

from __future__ import annotations

from datetime import date
from typing import Any

from finder.cli.common import Format, app, load, now, opened, out, say, today, wish_of


@app.command
def internships(
    interest: str, /, *,
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
) -> None:  # fmt: skip
    """Company researchers who could host an internship on an interest, best first, with the proof that they host.

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
    """
    from finder.views import internships as views
    from finder.views import printed_hosts

    settings = load()
    wish: dict[str, Any] = {
        "countries": country, "near": near, "within": within,
        "since": since, "top": top, "without": without, "half_life": settings.half_life_years,
    }  # fmt: skip
    if demo:
        from finder import demo as world

        with world.ready(settings.home, say) as store:
            asked = wish_of(interest, as_of=as_of or world.today(), **wish)
            out(printed_hosts.internships(views.internships(store, asked, company), format))
        return
    from finder.resolve import publish

    asked = wish_of(interest, as_of=as_of or today(), **wish)
    with opened(settings) as store:
        if not offline:
            from finder import session

            session.collect_if_old(settings, store, asked.interest, say)
            session.sweep_if_due(settings, store, say)
        publish.refresh(store, now())
        out(printed_hosts.internships(views.internships(store, asked, company), format))
