"""Commands by which a person corrects the answer: whom to hide, and who is whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyclopts import App

from finder.cli.common import app, load, now, out, say, up_to_date
from finder.errors import UsageError

if TYPE_CHECKING:
    from finder.store import Store
    from finder.store.judgements import Judgement


@app.command
def hide(who: str, /, *, undo: bool = False) -> None:
    """Never show somebody again, through every later refresh and import (finder forget deletes what is stored, too).

    Parameters
    ----------
    who
        An id, a link to a profile, or a name that means one person.
    undo
        Show them again; needs an id.
    """
    from finder import publication
    from finder.rights import hiding
    from finder.views import lookup

    with up_to_date(load()) as store:
        if undo and not store.suppressions.remove(lookup.read(who).token):
            raise UsageError(f"{who} is not hidden. Give the id that was hidden, such as openalex:A5… or orcid:…")
        if undo:
            publication.publish(store, now())
        else:
            hiding.hide(store, who, now())
    say("Shown again." if undo else "Hidden from every list, card and export.")


judge = App(name="judge", help="Say who is one person and who is not; it holds through every later refresh.")
app.command(judge)


@judge.command
def same(one: str, other: str, /) -> None:
    """Two records are of one person.

    Parameters
    ----------
    one, other
        Author ids, other ids, or names that mean one record each.
    """
    from finder.views import identity

    with up_to_date(load()) as store:
        made = identity.same(store, one, other, now())
        _kept(store, made)


@judge.command
def different(one: str, other: str | None = None, /, *, work: tuple[str, ...] = ()) -> None:
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
    from finder.views import identity

    if (other is None) == (not work):
        raise UsageError("Name another record, or the works that are not theirs with --work: one of the two.")
    with up_to_date(load()) as store:
        if other is None:
            made = identity.not_theirs(store, one, work, now())
        else:
            made = identity.different(store, one, other, now())
        _kept(store, made)


@judge.command(name="list")
def list_() -> None:
    """What you have said so far."""
    from finder.views import printed

    with up_to_date(load()) as store:
        out(printed.judgements(store.judgements.all()))


@judge.command
def undo(number: int, /) -> None:
    """Take a judgement back.

    Parameters
    ----------
    number
        As finder judge list shows it.
    """
    from finder import publication

    with up_to_date(load()) as store:
        if not store.judgements.remove(number):
            raise UsageError(f"There is no judgement {number}. See: finder judge list")
        publication.publish(store, now())
    say("Taken back.")


def _kept(store: Store, made: Judgement) -> None:
    from finder import publication
    from finder.views import identity

    publication.publish(store, now())
    verdict = "one person" if made.verdict == "same" else "two people"
    say(f"Kept: {made.about[0]} and {made.about[1]} are {verdict}. To take it back: finder judge undo {made.id}")
    say(f"Now: finder person {identity.goes_by(store, made)}")
