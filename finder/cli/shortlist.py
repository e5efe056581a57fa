"""The shortlist: whom to write to, what happened, letters that are not sent, and files to take along."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cyclopts import App

from finder.cli.common import app, asker, load, now, opened, out, say, today
from finder.clock import local_day
from finder.errors import UsageError

if TYPE_CHECKING:
    from finder.outreach.shortlist import Listed
    from finder.store import Store

shortlist = App(name="shortlist", help="Whom to write to, and what happened. Nothing is ever sent.")
app.command(shortlist)


def _ready() -> Store:
    """The store with everything published that came in; one in which nothing was collected has an empty list."""
    from finder import publication

    store = opened(load())
    publication.refresh(store, now())
    return store


@shortlist.command
def add(who: str, /, *, interest: str = "") -> None:
    """Put somebody on the shortlist; whoever is on it stays as they are.

    Parameters
    ----------
    who
        An id such as openalex:A5… or orcid:0000-…, or a name that means one person.
    interest
        What you would write to them about: it decides which of their works are shown.
    """
    from finder.outreach import anchors
    from finder.outreach import shortlist as listing

    with _ready() as store:
        number, new = anchors.star(store, who, interest, now())
        say(f"#{number}: " + ("on the shortlist, to read." if new else "was on the shortlist already."))
        if warning := listing.crowded(store.shortlist.all()):
            say(warning)


@shortlist.command(name="list")
def list_(*, status: tuple[str, ...] = (), format: Literal["table", "json"] = "table") -> None:  # noqa: A002
    """Everybody on the shortlist, with what to mind and what to read.

    Parameters
    ----------
    status
        Only these: "to read", shortlisted, drafted, sent, replied, "no reply", call, closed (repeatable).
    """
    from finder.outreach import bundle, printed
    from finder.outreach import shortlist as listing
    from finder.views.printed import as_json

    with _ready() as store:
        everybody = listing.listed(store, today())
        shown = listing.listed(store, today(), status) if status else everybody
        if format == "json":
            found = bundle.of_shortlist(store, "Shortlist", local_day(), shown).contract()
            for row, one in zip(found["people"], shown, strict=True):
                row["warnings"] = listing.warnings(one, everybody, local_day())
            out(as_json(found))
        else:
            out(printed.table(shown, everybody, local_day()))


@shortlist.command
def status(who: str, status: str, /, *, on: date | None = None) -> None:
    """Say how far it has come with somebody.

    Parameters
    ----------
    who
        An id, a name, or #number as finder shortlist list shows it.
    status
        "to read", shortlisted, drafted, sent, replied, "no reply", call or closed.
    on
        The day it happened; today where not given.
    """
    from finder.outreach import shortlist as listing

    with _ready() as store:
        entry = listing.find(store, who)
        store.shortlist.set_status(entry.id, " ".join(status.lower().split()), now(), day=on or local_day())
    say(f"{entry.name}: {status}.")


@shortlist.command
def note(who: str, text: str, /, *, replace: bool = False) -> None:
    """Add a line to the notes on somebody.

    Parameters
    ----------
    replace
        Write the notes anew instead.
    """
    from finder.outreach import shortlist as listing
    from finder.texts import clean

    with _ready() as store:
        entry = listing.find(store, who)
        before = "" if replace or not entry.notes else f"{entry.notes}\n"
        store.shortlist.note(entry.id, before + clean(text))
    say("Noted.")


@shortlist.command
def log(who: str, what: str, text: str = "", /, *, on: date | None = None) -> None:
    """Keep that something happened with somebody, such as a call or a meeting.

    Parameters
    ----------
    what
        In a word or two; "e-mail", "call" and "meeting" count as being in touch.
    on
        The day it happened; today where not given.
    """
    from finder.outreach import shortlist as listing
    from finder.texts import clean

    with _ready() as store:
        store.shortlist.log(listing.find(store, who).id, clean(what), clean(text), on or local_day(), now())
    say("Kept.")


@shortlist.command(name="follow-up")
def follow_up(who: str, day: str, /) -> None:
    """Set the day to come back to somebody.

    Parameters
    ----------
    day
        YYYY-MM-DD, or "never".
    """
    from finder.outreach import shortlist as listing

    try:
        when = None if day == "never" else date.fromisoformat(day)
    except ValueError:
        raise UsageError(f"A day looks like 2026-11-30, or is never; not “{day}”.") from None
    with _ready() as store:
        store.shortlist.follow_up(listing.find(store, who).id, when)
    say(f"To follow up on {when}." if when else "No day to follow up.")


@shortlist.command
def remove(who: str, /) -> None:
    """Take somebody off the shortlist, with all that was noted."""
    from finder.outreach import shortlist as listing

    with _ready() as store:
        entry = listing.find(store, who)
        store.shortlist.remove(entry.id)
    say(f"{entry.name} is off the shortlist.")


@shortlist.command
def export(
    file: Path, /, *,
    status: tuple[str, ...] = (),
    as_: Literal["csv", "xlsx", "md", "json", "bib", "ics", "vcf"] | None = None,
    separator: Literal["comma", "semicolon", "tab"] | None = None,
    force: bool = False,
) -> None:  # fmt: skip
    """Write the shortlist to a file: .csv, .xlsx, .md, .json, .bib (works), .ics (days), .vcf (cards, no addresses).

    Parameters
    ----------
    status
        Only these (repeatable).
    as_
        The format, where the file's name does not say it.
    separator
        What stands between the columns of a CSV file: Excel in German and many other languages wants the semicolon.
    force
        Write over a file that is there.
    """
    from functools import partial

    from finder.outreach import bundle, exports
    from finder.outreach import shortlist as listing
    from finder.outreach.formats import tables

    suffix = exports.format_of(file, as_)
    format_ = exports.FORMATS[suffix]
    if separator and suffix != "csv":
        raise UsageError(f"Only CSV files have a separator, not {format_.label}.")
    content = partial(tables.as_csv, separator=tables.SEPARATORS[separator]) if separator else format_.write
    with _ready() as store:
        found = bundle.of_shortlist(store, "Shortlist", local_day(), listing.listed(store, today(), status))
        exports.save(file, content(found), force=force, home=store.home, ask=asker())
    say(f"{file}: {format_.counted(found)}.")


@shortlist.command
def draft(
    who: str, /, *, work: str = "", template: Path | None = None, to: str = "", out: Path | None = None,
    force: bool = False, ask: Literal["thesis", "phd", "internship"] = "phd", language: Literal["en", "de"] = "en",
    ready: bool = False,
) -> None:  # fmt: skip
    """Draft a letter about one of somebody's works. It is printed, or kept as a mail to edit; it is never sent.

    Parameters
    ----------
    who
        Somebody on the shortlist: an id, a name, or #number.
    work
        The work of theirs that the letter is about: its id, its title or some words of it, or its number in the list
        of finder shortlist list. Where not given, the newest on your interest that they led.
    template
        Your own, instead of the one the finder brings.
    to
        Their address, if you have it: the finder knows none and guesses none.
    out
        A file that ends with .eml.
    force
        Write over a file that is there.
    ask
        What you ask for: each has a template of its own.
    language
        Of the template and the salutation.
    ready
        Keep that the letter is ready: refused while anything is in brackets, or where somebody else gets the same.
    """
    from finder.cli.common import out as print_out
    from finder.outreach import drafts, exports, facts
    from finder.outreach import ready as readiness
    from finder.outreach import shortlist as listing

    if out is not None and out.suffix.lower() != ".eml":
        raise UsageError(f"A letter is kept as a file that ends with .eml, not as {out.name}.")
    text = drafts.read(template) if template else drafts.default(ask, language)
    with _ready() as store:
        entry = listing.find(store, who)
        one = _told(store, entry.id)
        row, chosen = drafts.chosen(store, one, work, today())
        for caution in facts.cautions(row, chosen, today(), ask):
            say(f"! {caution}")
        letter = drafts.letter(
            text, row, chosen, entry.interest, local_day().isoformat(), to, me=load().me, ask=ask, language=language
        )
        if ready:
            readiness.make_ready(store, entry, letter, now(), today())
        if out is not None:
            exports.save(out, drafts.eml(letter), force=force, home=store.home, ask=asker())
            if not ready and entry.status in ("to read", "shortlisted"):
                store.shortlist.set_status(entry.id, "drafted", now())
    if out is None:
        print_out(letter.text())
    else:
        say(f"{out}: not sent. Open it in your mail program, read it once more, and send it yourself.")
    if letter.blanks:
        say(f"Still to fill in: {len(letter.blanks)} place{'s' * (len(letter.blanks) != 1)} in [brackets].")
    if ready:
        say("The letter is ready. It was not sent.")


def _told(store: Store, number: int) -> Listed:
    """An entry, after what to mind about it was said."""
    from finder.outreach import shortlist as listing

    everybody = listing.listed(store, today())
    one = next(one for one in everybody if one.entry.id == number)
    for warning in listing.warnings(one, everybody, local_day()):
        say(f"! {warning}")
    for said in one.conditions:
        say(f"They ask ({said['date'] or 'age unknown'}): “{said['quote']}” {said['url']}")
    return one
