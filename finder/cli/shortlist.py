"""The shortlist: whom to write to, what happened, letters that are not sent, and files to take along."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cyclopts import App

from finder.cli.common import (
    SHORTLIST,
    app,
    load_user_settings,
    open_user_store,
    print_notice,
    print_output,
    terminal_prompt,
    utc_now_text,
    utc_today,
)
from finder.clock import local_day
from finder.errors import UsageError

if TYPE_CHECKING:
    from finder.outreach.shortlist import ShortlistedPerson
    from finder.storage import Store

shortlist = App(
    name="shortlist", group=SHORTLIST, help="Keep the people to write to, and what happened. Nothing is ever sent."
)
app.command(shortlist)


def _open_published_store() -> Store:
    """The store with everything published that came in; one in which nothing was collected has an empty list."""
    from finder import publication

    store = open_user_store(load_user_settings())
    publication.publish_if_stale(store, utc_now_text())
    return store


@shortlist.command(name="add")
def run_shortlist_add(who: str, /, *, interest: str = "") -> None:
    """Put somebody on the shortlist; whoever is on it stays as they are.

    Parameters
    ----------
    who
        An id such as openalex:A5… or orcid:0000-…, or a name that means one person.
    interest
        What you would write to them about: it decides which of their works are shown.
    """
    from finder.outreach import identity_tracking
    from finder.outreach import shortlist as listing

    with _open_published_store() as store:
        number, new = identity_tracking.add_to_shortlist(store, who, interest, utc_now_text())
        print_notice(f"#{number}: " + ("on the shortlist, to read." if new else "was on the shortlist already."))
        if warning := listing.crowding_warning(store.shortlist.list_entries()):
            print_notice(warning)


@shortlist.command(name="list")
def run_shortlist_list(*, status: tuple[str, ...] = (), format: Literal["table", "json"] = "table") -> None:  # noqa: A002
    """Everybody on the shortlist, with what to mind and what to read.

    Parameters
    ----------
    status
        Only these: "to read", shortlisted, drafted, sent, replied, "no reply", call, closed (repeatable).
    format
        How to print the answer.
    """
    from finder.outreach import export_dataset, shortlist_text
    from finder.outreach import shortlist as listing
    from finder.rendering.answer_text import format_json

    with _open_published_store() as store:
        everybody = listing.load_shortlist(store, utc_today())
        shown = listing.load_shortlist(store, utc_today(), status) if status else everybody
        if format == "json":
            found = export_dataset.dataset_from_shortlist(store, "Shortlist", local_day(), shown)
            people = [
                {**row, "warnings": listing.entry_warnings(one, everybody, local_day())}
                for row, one in zip(found.people, shown, strict=True)
            ]
            print_output(format_json({**found.to_json(), "people": people}))
        else:
            print_output(shortlist_text.render_shortlist(shown, everybody, local_day()))


@shortlist.command(name="status")
def run_shortlist_status(who: str, status: str, /, *, on: date | None = None) -> None:
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

    with _open_published_store() as store:
        entry = listing.find_shortlist_entry(store, who)
        store.shortlist.set_status(entry.id, " ".join(status.lower().split()), utc_now_text(), day=on or local_day())
    print_notice(f"{entry.name}: {status}.")


@shortlist.command(name="note")
def run_shortlist_note(who: str, text: str, /, *, replace: bool = False) -> None:
    """Add a line to the notes on somebody.

    Parameters
    ----------
    replace
        Write the notes anew instead.
    who
        An id or a name on the shortlist.
    text
        What to write down.
    """
    from finder.outreach import shortlist as listing
    from finder.text.sanitize import clean_text

    with _open_published_store() as store:
        entry = listing.find_shortlist_entry(store, who)
        before = "" if replace or not entry.notes else f"{entry.notes}\n"
        store.shortlist.set_notes(entry.id, before + clean_text(text))
    print_notice("Noted.")


@shortlist.command(name="log")
def run_shortlist_log(who: str, what: str, text: str = "", /, *, on: date | None = None) -> None:
    """Keep that something happened with somebody, such as a call or a meeting.

    Parameters
    ----------
    what
        In a word or two; "e-mail", "call" and "meeting" count as being in touch.
    on
        The day it happened; today where not given.
    who
        An id or a name on the shortlist.
    text
        What to write down.
    """
    from finder.outreach import shortlist as listing
    from finder.text.sanitize import clean_text

    with _open_published_store() as store:
        store.shortlist.log_event(
            listing.find_shortlist_entry(store, who).id,
            clean_text(what),
            clean_text(text),
            on or local_day(),
            utc_now_text(),
        )
    print_notice("Kept.")


@shortlist.command(name="follow-up")
def run_shortlist_follow_up(who: str, day: str, /) -> None:
    """Set the day to come back to somebody.

    Parameters
    ----------
    day
        YYYY-MM-DD, or "never".
    who
        An id or a name on the shortlist.
    """
    from finder.outreach import shortlist as listing

    try:
        when = None if day == "never" else date.fromisoformat(day)
    except ValueError:
        raise UsageError(f"A day looks like 2026-11-30, or is never; not “{day}”.") from None
    with _open_published_store() as store:
        store.shortlist.set_follow_up(listing.find_shortlist_entry(store, who).id, when)
    print_notice(f"To follow up on {when}." if when else "No day to follow up.")


@shortlist.command(name="remove")
def run_shortlist_remove(who: str, /) -> None:
    """Take somebody off the shortlist, with all that was noted.

    Parameters
    ----------
    who
        An id or a name on the shortlist.
    """
    from finder.outreach import shortlist as listing

    with _open_published_store() as store:
        entry = listing.find_shortlist_entry(store, who)
        store.shortlist.remove(entry.id)
    print_notice(f"{entry.name} is off the shortlist.")


@shortlist.command(name="export")
def run_shortlist_export(
    file: Path,
    /,
    *,
    status: tuple[str, ...] = (),
    as_: Literal["csv", "xlsx", "md", "json", "bib", "ics", "vcf"] | None = None,
    separator: Literal["comma", "semicolon", "tab"] | None = None,
    force: bool = False,
) -> None:
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
    file
        Where to write; the ending chooses the format.
    """
    from functools import partial

    from finder.outreach import export_dataset, exports
    from finder.outreach import shortlist as listing
    from finder.outreach.formats import tables

    suffix = exports.export_format(file, as_)
    format_ = exports.FORMATS[suffix]
    if separator and suffix != "csv":
        raise UsageError(f"Only CSV files have a separator, not {format_.label}.")
    content = partial(tables.dataset_as_csv, separator=tables.SEPARATORS[separator]) if separator else format_.write
    with _open_published_store() as store:
        found = export_dataset.dataset_from_shortlist(
            store, "Shortlist", local_day(), listing.load_shortlist(store, utc_today(), status)
        )
        exports.save_export(file, content(found), force=force, home=store.home, ask=terminal_prompt())
    print_notice(f"{file}: {format_.describe_count(found)}.")


@shortlist.command(name="draft")
def run_shortlist_draft(
    who: str,
    /,
    *,
    work: str = "",
    template: Path | None = None,
    to: str = "",
    out: Path | None = None,
    force: bool = False,
    ask: Literal["thesis", "phd", "internship"] = "phd",
    language: Literal["en", "de"] = "en",
    ready: bool = False,
) -> None:
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
    from finder.cli.common import print_output as print_out
    from finder.outreach import exports, letter_drafts, letter_facts
    from finder.outreach import letter_readiness as readiness
    from finder.outreach import shortlist as listing

    if out is not None and out.suffix.lower() != ".eml":
        raise UsageError(f"A letter is kept as a file that ends with .eml, not as {out.name}.")
    text = letter_drafts.read_template(template) if template else letter_drafts.default_template(ask, language)
    with _open_published_store() as store:
        entry = listing.find_shortlist_entry(store, who)
        one = _load_entry_with_notes(store, entry.id)
        row, chosen = letter_drafts.choose_letter_work(store, one, work, utc_today())
        for caution in letter_facts.letter_cautions(row, chosen, utc_today(), ask):
            print_notice(f"! {caution}")
        letter = letter_drafts.draft_letter(
            text,
            row,
            chosen,
            entry.interest,
            local_day().isoformat(),
            to,
            me=load_user_settings().me,
            ask=ask,
            language=language,
        )
        if ready:
            readiness.confirm_letter_ready(store, entry, letter, utc_now_text(), utc_today())
        if out is not None:
            exports.save_export(
                out, letter_drafts.letter_to_eml(letter), force=force, home=store.home, ask=terminal_prompt()
            )
            if not ready and entry.status in ("to read", "shortlisted"):
                store.shortlist.set_status(entry.id, "drafted", utc_now_text())
    if out is None:
        print_out(letter.to_text())
    else:
        print_notice(f"{out}: not sent. Open it in your mail program, read it once more, and send it yourself.")
    if letter.open_blanks:
        print_notice(
            f"Still to fill in: {len(letter.open_blanks)} place{'s' * (len(letter.open_blanks) != 1)} in [brackets]."
        )
    if ready:
        print_notice("The letter is ready. It was not sent.")


def _load_entry_with_notes(store: Store, number: int) -> ShortlistedPerson:
    """An entry, after what to mind about it was said."""
    from finder.outreach import shortlist as listing

    everybody = listing.load_shortlist(store, utc_today())
    one = next(one for one in everybody if one.entry.id == number)
    for warning in listing.entry_warnings(one, everybody, local_day()):
        print_notice(f"! {warning}")
    for said in one.conditions:
        print_notice(f"They ask ({said['date'] or 'age unknown'}): “{said['quote']}” {said['url']}")
    return one
