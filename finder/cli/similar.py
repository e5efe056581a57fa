"""Whose work is like somebody's."""

from __future__ import annotations

from datetime import date

from finder.cli.common import Format, app, asked_of, day, load, out


@app.command
def similar(
    who: str, /, *, top: int = 15, students: bool = False, as_of: date | None = None, demo: bool = False,
    format: Format = "table",  # noqa: A002
) -> None:  # fmt: skip
    """People whose recent led works are like somebody's, with the works that are alike and what they share.

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
    """
    from finder.errors import UsageError
    from finder.views import printed_similar
    from finder.views import similar as views

    if top < 1:
        raise UsageError("--top must be at least 1.")
    with asked_of(load(), demo=demo) as store:
        found = views.people(store, who, as_of or day(demo=demo), top, students=students)
    out(printed_similar.answer(found, format))
