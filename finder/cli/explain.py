"""Commands about one person in an answer: why they are where they are in it, and who could introduce you to them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from cyclopts import Parameter

from finder.cli.common import PEOPLE, app, default_query_day, load_user_settings, open_answer_store, print_output
from finder.cli.filters import ANY, QueryOptions
from finder.errors import UsageError


@app.command(name="why", group=PEOPLE)
def run_why_command(
    name: str,
    interest: str,
    /,
    *,
    filters: QueryOptions = ANY,
    offline: bool = False,
    demo: bool = False,
    format: Literal["table", "json"] = "table",  # noqa: A002
) -> None:
    """Explain somebody's rank among the advisors, or why they are not listed.

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
    format
        How to print the answer.
    """
    from finder.answers import rank_explanation
    from finder.rendering import answer_text, explanation_text

    settings = load_user_settings()
    query = filters.to_query(interest, default_query_day(demo=demo), settings)
    with open_answer_store(settings, demo=demo) as store:
        found = rank_explanation.explain_author_rank(store, name, query)
    print_output(
        answer_text.format_json(found.to_json())
        if format == "json"
        else explanation_text.render_rank_explanation(found)
    )


@app.command(name="path", group=PEOPLE)
def run_path_command(
    *,
    to: str,
    from_: Annotated[tuple[str, ...], Parameter(name="--from")] = (),
    as_of: date | None = None,
    demo: bool = False,
    format: Literal["table", "json"] = "table",  # noqa: A002
) -> None:
    """Show who could introduce you: the shortest chains of co-authors.

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
    format
        How to print the answer.
    """
    from finder.answers import introductions
    from finder.rendering import answer_text, explanation_text

    settings = load_user_settings()
    own = from_ or settings.me.people
    if not own:
        raise UsageError(f"Nobody is known whom you know. {introductions.HOW}")
    with open_answer_store(settings, demo=demo) as store:
        found = introductions.find_introductions(store, own, to, as_of or default_query_day(demo=demo))
    print_output(
        answer_text.format_json(found.to_json()) if format == "json" else explanation_text.render_introductions(found)
    )
