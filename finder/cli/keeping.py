"""Commands that keep what was collected: a look at whether all is well, backups, and putting them back."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from finder import clock
from finder.cli.common import agreed, app, asker, load, now, opened, out, say
from finder.errors import SettingsError, UsageError
from finder.unpacking import MOST

if TYPE_CHECKING:
    from finder.keeping.adoption import Change


@app.command
def doctor(
    *, mend: bool = False, yes: bool = False, live: bool = False, report: Path | None = None, force: bool = False,
    format: Literal["table", "json"] = "table",  # noqa: A002
) -> int:  # fmt: skip
    """Check the store, what answers read, settings, keys, clock and space; ends with 1 if something has to be mended.

    Parameters
    ----------
    live
        Ask every source that is switched on, and five job boards, one small question each, and say how they answered.
    report
        With --live: where to write what may be attached to an issue; it holds no key and nothing about you. In the
        data folder's exports where not given.
    force
        Replace an older report of this name without asking.
    mend
        Do the remedies that lose nothing, and look again.
    yes
        With --mend: also put a damaged store back from the newest copy beside it.
    """
    import json

    from finder.keeping import doctor as doctor_module
    from finder.keeping.findings import as_rows, as_text
    from finder.settings import data_folder
    from finder.source import discover

    if report and not live:
        raise UsageError("A report is written of what --live finds: add --live.")
    if live:
        return _live(report, force=force, as_json=format == "json")
    home, moment = data_folder(), clock.now()
    found = doctor_module.examine(home, discover(), moment)
    if mend:
        for sentence in doctor_module.mend(home, found, moment, yes=yes):
            say(sentence)
        found = doctor_module.examine(home, discover(), clock.now())
    problems = sum(finding.state == "problem" for finding in found)
    if format == "json":
        answer = {"home": str(home), "checked_at": now(), "problems": problems, "findings": as_rows(found)}
        out(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        out(as_text(found))
        say("All is well." if not problems else f"{problems} problems.")
    return 1 if problems else 0


def _live(file: Path | None, *, force: bool, as_json: bool) -> int:
    """Ask the services, print how they answered, and write the report."""
    import asyncio
    import json

    from finder import files
    from finder.keeping import live
    from finder.outreach.ours import is_export
    from finder.settings import demo_mode

    if demo_mode():
        raise UsageError("Nothing is asked in the demo.")
    settings, moment = load(), now()
    chosen, boards = live.sources(settings), live.boards()
    stamp = moment[:19].replace(":", "").replace("-", "")
    path = (file or settings.home / files.EXPORTS / f"live-{stamp}.md").absolute()
    cost = sum(one.probe.credits for one in chosen if one.probe)
    say(f"Asking {len(chosen)} sources and {len(boards)} job boards one question each ({cost} credits) …")
    say(settings.out.describe())
    with opened(settings) as store:
        if file:
            files.check(path, home=settings.home, ours=is_export, force=force, ask=asker())
        asked = asyncio.run(live.look(settings, store, chosen, boards))
    text = live.report(asked, settings, moment)
    files.write(path, text.encode(), home=settings.home, ours=is_export, force=True)
    out(json.dumps(live.rows(asked), ensure_ascii=False, indent=2) if as_json else live.table(asked))
    failed = sum(one.result != "reached" for one in asked)
    say(f"{len(asked) - failed} of {len(asked)} were reached. To attach to an issue, it names nobody: {path}")
    return 1 if failed else 0


@app.command
def backup(file: Path, /, *, force: bool = False) -> None:
    """Write what is stored and set into one file, also while something is being collected. Keys are never in it.

    Parameters
    ----------
    file
        Such as finder.zip; not in the data folder, but for its folder exports.
    force
        Replace an older backup of this name without asking.
    """
    from finder.keeping import archive

    with opened(load()) as store:
        archive.make(store, file.absolute(), now(), force=force, ask=asker())
    say(f"Kept in {file} ({file.stat().st_size / 1e6:,.1f} MB), readable by you alone.")
    say(f"To put it back: finder restore {file}")


@app.command
def restore(file: Path, /, *, yes: bool = False, settings: bool = False, take: tuple[str, ...] = ()) -> int:
    """Put a backup back: checked first; the former store is kept aside, and whoever is hidden now stays hidden.

    Parameters
    ----------
    yes
        Do not ask whether to replace what is stored.
    settings
        Take the backup's settings, too, after showing what they change. What says where data go, who gets in, what is
        asked or deleted (addresses, mail, login and the like) is asked about one by one.
    take
        With --settings: a setting that is taken without being asked about, such as sources.openalex.url or mail
        (repeatable; "all" is all of them).
    """
    from finder.keeping import restore as restoring
    from finder.settings import data_folder

    if take and not settings:
        raise UsageError("--take says which settings of the backup are taken: add --settings.")
    home = data_folder()
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("This asks before it changes anything, and needs a terminal. Or add --yes.")
        if not agreed(f"Replace what is stored in {home} by {file}?"):
            say("Nothing was changed.")
            return 1
    choose = (lambda offered: _wanted(offered, take, ask=not yes)) if settings else None
    restored = restoring.from_archive(file.absolute(), home, now(), choose, most=_most())
    say(f"What is stored is as of {restored.made_at} again. Keys are in no backup: those here stay.")
    if restored.former:
        say(f"The former store is kept: {restored.former}")
    if not restored.hidden_known:
        say("The former store could not tell who is hidden. Whoever was hidden since the backup: finder hide")
    if restored.settings and not settings:
        say("The backup holds settings, too: none was taken. To see what they change, and take them: --settings")
    elif settings:
        say(f"{len(restored.taken)} settings were taken; the former are in finder.toml.former.")
        for one in restored.left:
            say(f"Not taken: {one.describe()}. To take it: finder restore {file} --settings --take {one.name}")
    return 0


def _most() -> int:
    """Bytes that a backup may unpack to, also where the settings here cannot be read."""
    try:
        return load().files.most
    except SettingsError:
        return MOST


def _wanted(offered: Sequence[Change], take: tuple[str, ...], *, ask: bool) -> list[Change]:
    """Which of the changes that a backup's settings make are taken."""
    from finder.keeping import adoption

    say("What the backup's settings change:")
    for one in offered:
        say(f"  {one.describe()}")
    meant = adoption.select_named(offered, take)
    wanted = [one for one in offered if one in meant or not one.wants_yes]
    for one in offered:
        if one not in wanted and ask and agreed(f"Take {one.describe()}?"):
            wanted.append(one)
    return wanted
