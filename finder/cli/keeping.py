"""Commands that keep what was collected: a look at whether all is well, backups, and putting them back."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from finder.cli.common import app, load, now, opened, out, say
from finder.errors import UsageError


@app.command
def doctor(*, mend: bool = False, yes: bool = False, format: Literal["table", "json"] = "table") -> int:  # noqa: A002
    """Check the store, what answers read, settings, keys, clock and space; ends with 1 if something has to be mended.

    Parameters
    ----------
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

    home, moment = data_folder(), datetime.now(UTC)
    found = doctor_module.examine(home, discover(), moment)
    if mend:
        for sentence in doctor_module.mend(home, found, moment, yes=yes):
            say(sentence)
        found = doctor_module.examine(home, discover(), datetime.now(UTC))
    problems = sum(finding.state == "problem" for finding in found)
    if format == "json":
        answer = {"home": str(home), "checked_at": now(), "problems": problems, "findings": as_rows(found)}
        out(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        out(as_text(found))
        say("All is well." if not problems else f"{problems} problems.")
    return 1 if problems else 0


@app.command
def backup(file: Path, /) -> None:
    """Write what is stored and set into one file, also while something is being collected. Keys are never in it.

    Parameters
    ----------
    file
        Such as finder.zip; an older backup of this name is replaced.
    """
    from finder.keeping import archive

    with opened(load()) as store:
        archive.make(store, file.absolute(), now())
    say(f"Kept in {file} ({file.stat().st_size / 1e6:,.1f} MB), readable by you alone.")
    say(f"To put it back: finder restore {file}")


@app.command
def restore(file: Path, /, *, yes: bool = False) -> int:
    """Put a backup back: checked first; the former store is kept aside, and whoever is hidden now stays hidden.

    Parameters
    ----------
    yes
        Do not ask.
    """
    from finder.keeping import restore as restoring
    from finder.settings import data_folder

    home = data_folder()
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("This asks before it changes anything, and needs a terminal. Or add --yes.")
        sys.stderr.write(f"Replace what is stored in {home} by {file}? [y/N] ")
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            say("Nothing was changed.")
            return 1
    restored = restoring.from_archive(file.absolute(), home, now())
    say(f"What is stored is as of {restored.made_at} again. Keys are in no backup: those here stay.")
    if restored.former:
        say(f"The former store is kept: {restored.former}")
    if not restored.hidden_known:
        say("The former store could not tell who is hidden. Whoever was hidden since the backup: finder hide")
    return 0
