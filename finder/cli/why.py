"""Commands about one person in an answer: why they are where they are in it, and who could introduce you to them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from cyclopts import Parameter

from finder.cli.common import app, asked_of, day, load, out
from finder.cli.filters import ANY, Filters
from finder.errors import UsageError


@app.command
def why(
    name: str, interest: str, /, *, filters: Filters = ANY, offline: bool = False, demo: bool = False,
    format: Literal["table", "json"] = "table",  # noqa: A002
) -> None:  # fmt: skip
    """Why somebody is where they are among the advisors, or why they are not listed: each reason with its evidence.

    Answers from what is stored; the filters are those of finder advisors.

    Parameters
    ----------
    name
        A name, an id such as openalex:A5… or orcid:0000-…, or a link to a profile.
    interest
        The topic as you asked for it.
    offline
        As with finder advisors: this asks no source in any case.
    demo
        Answer from the embedded fictional world.
    """
    from finder.views import printed, printed_why, whynot

    settings = load()
    wish = filters.wish(interest, day(demo=demo), settings)
    with asked_of(settings, demo=demo) as store:
        found = whynot.why(store, name, wish)
    out(printed.as_json(found.contract()) if format == "json" else printed_why.standing(found))


@app.command
def path(
    *, to: str, from_: Annotated[tuple[str, ...], Parameter(name="--from")] = (), as_of: date | None = None,
    demo: bool = False, format: Literal["table", "json"] = "table",  # noqa: A002
) -> None:  # fmt: skip
    """Who could introduce you: the shortest chains of co-authors from people you know to somebody.

    Parameters
    ----------
    to
        A name, an id such as openalex:A5…, or a link to a profile.
    from_
        Somebody you know, by name or id (repeatable); those under [me] in finder.toml where nobody is given.
    as_of
        Answer as if it were this day, using nothing dated later.
    demo
        Answer from the embedded fictional world.
    """
    from finder.views import introductions, printed, printed_why

    settings = load()
    own = from_ or settings.me.people
    if not own:
        raise UsageError(f"Nobody is known whom you know. {introductions.HOW}")
    with asked_of(settings, demo=demo) as store:
        found = introductions.between(store, own, to, as_of or day(demo=demo))
    out(printed.as_json(found.contract()) if format == "json" else printed_why.paths(found))
