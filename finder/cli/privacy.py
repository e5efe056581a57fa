"""Commands for what people may ask for: what is held on them, to be forgotten, and not to be kept for ever."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from finder.cli import common
from finder.cli.common import (
    PRIVACY,
    app,
    load_user_settings,
    open_current_store,
    print_notice,
    utc_now_text,
    utc_today,
)
from finder.errors import UsageError

if TYPE_CHECKING:
    from finder.privacy.person_erasure import ErasureTarget


@app.command(name="forget", group=PRIVACY)
def run_forget_command(who: str, /, *, yes: bool = False) -> None:
    """Delete everything stored about somebody, and never store it again.

    Parameters
    ----------
    who
        An id or a link to a profile (also of somebody who is hidden or not stored), or a name that means one person.
    yes
        Do not ask before it is done.
    """
    from finder.privacy import person_erasure

    settings = load_user_settings()
    with open_current_store(settings) as store:
        known = person_erasure.find_erasure_target(store, who, utc_now_text())
        for sentence in _erasure_preview(known):
            print_notice(sentence)
        if not yes:
            if not sys.stdin.isatty():
                raise UsageError("Nothing was done. To do it without being asked: finder forget ID --yes")
            print_notice("This cannot be undone. Type yes to go on:")
            if input().strip().lower() != "yes":
                print_notice("Nothing was done.")
                return
        done = person_erasure.erase_person(store, known, utc_now_text())
    for place, count in done.changed.items():
        print_notice(f"  {place}: {count:,}")
    for path in done.deleted:
        print_notice(f"  deleted: {path}")
    for path in done.left:
        print_notice(f"  Not touched, but it mentions them: {settings.home / path}. Delete it yourself.")
    kept = "Only salted hashes are kept, by which they stay out of every later refresh, import and restore."
    if not any(known.records.values()):
        print_notice(
            f"Listed: whatever comes under {known.author_id} is not stored. Nobody was stored under it. {kept}"
        )
        return
    print_notice(f"Forgotten. {kept}")
    print_notice("Not reached: copies and exports outside the data folder, and whoever you gave them to.")


def _erasure_preview(known: ErasureTarget) -> list[str]:
    """What is about to happen."""
    held = ", ".join(f"{count:,} {kind}" for kind, count in known.records.items() if count)
    if not held:
        return [f"Nobody is stored under {known.author_id}; nobody will be."]
    told = [f"{known.name} ({known.author_id}): {held}. Their name leaves these works; the works stay"]
    told[0] += f", but for {known.alone:,} that name nobody else." if known.alone else "."
    if known.namesakes:
        others = ", ".join(known.namesakes[:5])
        told.append(f"Others of that name stay: {others}. So texts are searched for ids and pages, not the name.")
    return told


@app.command(name="about", group=PRIVACY)
def run_about_command(
    who: str,
    /,
    *,
    out: Path | None = None,
    format: Literal["md", "json"] | None = None,  # noqa: A002
    force: bool = False,
) -> None:
    """Show everything stored about somebody, with sources and dates.

    Parameters
    ----------
    who
        An id, a link to a profile, or a name that means one person.
    out
        Write it there, readable by you alone; .json or .md says in which format.
    force
        Write over such a file that is there without asking.
    format
        How to print the answer.
    """
    from finder.outreach import exports
    from finder.privacy import subject_access
    from finder.rendering.answer_text import format_json

    if format is None:
        format = "json" if out is not None and out.suffix == ".json" else "md"  # noqa: A001
    settings = load_user_settings()
    with open_current_store(settings) as store:
        found = subject_access.subject_access_report(store, who, utc_today())
    text = format_json(found) if format == "json" else subject_access.subject_access_markdown(found)
    if out is None:
        common.print_output(text)
        return
    exports.save_export(out, text.encode(), force=force, home=settings.home, ask=common.terminal_prompt())
    print_notice(f"{out}: {found['held']:,} records." if found["held"] else f"{out}: {subject_access.NOTHING}")


@app.command(name="prune", group=PRIVACY)
def run_prune_command(*, dry_run: bool = False) -> None:
    """Delete data older than the retention settings.

    Parameters
    ----------
    dry_run
        Only say what would be removed.
    """
    from finder.privacy import retention

    settings = load_user_settings()
    with open_current_store(settings) as store:
        done = retention.apply_retention(store, settings, utc_now_text(), dry=dry_run)
    would = "would be " if dry_run else ""
    people = f"{done.people:,} people {would}removed" if settings.retention_months else "people are kept for ever"
    print_notice(
        f"{people}; the content of {done.replies:,} answers and {done.notes:,} old notes and news {would}let go of."
    )
