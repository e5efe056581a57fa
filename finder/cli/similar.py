"""Whose work is like somebody's."""

from __future__ import annotations

from datetime import date

from finder.cli.common import (
    SEARCH,
    Format,
    app,
    default_query_day,
    load_user_settings,
    open_answer_store,
    print_output,
)


@app.command(name="similar", group=SEARCH)
def run_similar_command(
    who: str,
    /,
    *,
    top: int = 15,
    students: bool = False,
    as_of: date | None = None,
    demo: bool = False,
    format: Format = "table",  # noqa: A002
) -> None:
    """Find people whose recent work is like somebody's.

    Parameters
    ----------
    who
        An id such as openalex:A5…, orcid:0000-…, or a name.
    top
        Rows at most.
    students
        List students, too.
    as_of
        Answer as if it were this day, using nothing dated later.
    demo
        Answer from the embedded fictional world.
    format
        How to print the answer.
    """
    from finder.answers import similar_people as views
    from finder.errors import UsageError
    from finder.rendering import similar_text

    if top < 1:
        raise UsageError("--top must be at least 1.")
    with open_answer_store(load_user_settings(), demo=demo) as store:
        found = views.find_similar_people(store, who, as_of or default_query_day(demo=demo), top, students=students)
    print_output(similar_text.render_similar_answer(found, format))
