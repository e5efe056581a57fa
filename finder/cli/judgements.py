"""Commands by which a person corrects the answer: whom to hide, and who is whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyclopts import App

from finder.cli.common import (
    PEOPLE,
    PRIVACY,
    app,
    load_user_settings,
    open_current_store,
    print_notice,
    print_output,
    utc_now_text,
)
from finder.errors import UsageError

if TYPE_CHECKING:
    from finder.storage import Store
    from finder.storage.judgements import Judgement


@app.command(name="hide", group=PRIVACY)
def run_hide_command(who: str, /, *, undo: bool = False) -> None:
    """Never show somebody again; finder forget also deletes what is stored.

    Parameters
    ----------
    who
        An id, a link to a profile, or a name that means one person.
    undo
        Show them again; needs an id.
    """
    from finder import publication
    from finder.answers import lookup
    from finder.privacy import person_suppression

    with open_current_store(load_user_settings()) as store:
        if undo and not store.suppressions.remove(lookup.parse_person_reference(who).suppression_token):
            raise UsageError(f"{who} is not hidden. Give the id that was hidden, such as openalex:A5… or orcid:…")
        if undo:
            publication.resolve_and_publish(store, utc_now_text())
        else:
            person_suppression.suppress_person(store, who, utc_now_text())
    print_notice("Shown again." if undo else "Hidden from every list, card and export.")


judge = App(
    name="judge", group=PEOPLE, help="Say who is one person and who is not; it holds through every later refresh."
)
app.command(judge)


@judge.command(name="same")
def run_judge_same(one: str, other: str, /) -> None:
    """Two records are of one person.

    Parameters
    ----------
    one, other
        Author ids, other ids, or names that mean one record each.
    one
        An id or a name.
    other
        An id or a name of the second one.
    """
    from finder.answers import corrections

    with open_current_store(load_user_settings()) as store:
        made = corrections.judge_same_person(store, one, other, utc_now_text())
        _publish_judgement(store, made)


@judge.command(name="different")
def run_judge_different(one: str, other: str | None = None, /, *, work: tuple[str, ...] = ()) -> None:
    """Two records are of two people, or some works of a record are another person's.

    Parameters
    ----------
    one
        An author id, another id, or a name that means one record.
    other
        Another record that must not become one with it.
    work
        Id or whole title of a work that is not theirs (repeatable).
    """

    if (other is None) == (not work):
        raise UsageError("Name another record, or the works that are not theirs with --work: one of the two.")
    from finder.answers import corrections

    with open_current_store(load_user_settings()) as store:
        if other is None:
            made = corrections.judge_works_misattributed(store, one, work, utc_now_text())
        else:
            made = corrections.judge_different_people(store, one, other, utc_now_text())
        _publish_judgement(store, made)


@judge.command(name="list")
def run_judge_list() -> None:
    """What you have said so far."""
    from finder.rendering import answer_text

    with open_current_store(load_user_settings()) as store:
        print_output(answer_text.render_judgements(store.judgements.list_judgements()))


@judge.command(name="undo")
def run_judge_undo(number: int, /) -> None:
    """Take a judgement back.

    Parameters
    ----------
    number
        As finder judge list shows it.
    """
    from finder import publication

    with open_current_store(load_user_settings()) as store:
        if not store.judgements.remove(number):
            raise UsageError(f"There is no judgement {number}. See: finder judge list")
        publication.resolve_and_publish(store, utc_now_text())
    print_notice("Taken back.")


def _publish_judgement(store: Store, made: Judgement) -> None:
    from finder import publication
    from finder.answers import corrections

    publication.resolve_and_publish(store, utc_now_text())
    verdict = "one person" if made.verdict == "same" else "two people"
    print_notice(
        f"Kept: {made.about[0]} and {made.about[1]} are {verdict}. To take it back: finder judge undo {made.id}"
    )
    print_notice(f"Now: finder person {corrections.current_author_id(store, made)}")
