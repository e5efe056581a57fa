"""Commands that keep what was collected: a look at whether all is well, backups, and putting them back."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from finder import clock
from finder.cli.common import (
    MAINTENANCE,
    app,
    ask_yes_no,
    load_user_settings,
    open_user_store,
    print_notice,
    print_output,
    terminal_prompt,
    utc_now_text,
)
from finder.decompression import MOST
from finder.errors import SettingsError, UsageError

if TYPE_CHECKING:
    from finder.maintenance.settings_changes import SettingChange


@app.command(name="doctor", group=MAINTENANCE)
def run_doctor_command(
    *,
    mend: bool = False,
    yes: bool = False,
    live: bool = False,
    report: Path | None = None,
    force: bool = False,
    format: Literal["table", "json"] = "table",  # noqa: A002
) -> int:
    """Check store, index, settings, keys, clock and space; exit code 1 if something needs repair.

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
    format
        How to print the answer.
    """
    import json

    from finder.maintenance import doctor as doctor_module
    from finder.maintenance.findings import finding_rows, findings_text
    from finder.settings import user_data_folder
    from finder.source import discover_sources

    if report and not live:
        raise UsageError("A report is written of what --live finds: add --live.")
    if live:
        return _run_live_check(report, force=force, as_json=format == "json")
    home, moment = user_data_folder(), clock.utc_now()
    found = doctor_module.examine_data_folder(home, discover_sources(), moment)
    if mend:
        for sentence in doctor_module.apply_remedies(home, found, moment, yes=yes):
            print_notice(sentence)
        found = doctor_module.examine_data_folder(home, discover_sources(), clock.utc_now())
    problems = sum(finding.state == "problem" for finding in found)
    if format == "json":
        answer = {
            "home": str(home),
            "checked_at": utc_now_text(),
            "problems": problems,
            "findings": finding_rows(found),
        }
        print_output(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        print_output(findings_text(found))
        print_notice("All is well." if not problems else f"{problems} problems.")
    return 1 if problems else 0


def _run_live_check(file: Path | None, *, force: bool, as_json: bool) -> int:
    """Ask the services, print how they answered, and write the report."""
    import asyncio
    import json

    from finder import files
    from finder.maintenance import service_checks
    from finder.outreach.export_detection import is_export
    from finder.settings import is_demo_mode

    if is_demo_mode():
        raise UsageError("Nothing is asked in the demo.")
    settings, moment = load_user_settings(), utc_now_text()
    chosen, boards = service_checks.checkable_sources(settings), service_checks.sample_boards()
    stamp = moment[:19].replace(":", "").replace("-", "")
    path = (file or settings.home / files.EXPORTS / f"live-{stamp}.md").absolute()
    cost = sum(one.probe.credits for one in chosen if one.probe)
    print_notice(f"Asking {len(chosen)} sources and {len(boards)} job boards one question each ({cost} credits) …")
    print_notice(settings.out.describe())
    with open_user_store(settings) as store:
        if file:
            files.ensure_writable(path, home=settings.home, ours=is_export, force=force, ask=terminal_prompt())
        asked = asyncio.run(service_checks.check_services(settings, store, chosen, boards))
    text = service_checks.services_report(asked, settings, moment)
    files.write_user_file(path, text.encode(), home=settings.home, ours=is_export, force=True)
    print_output(
        json.dumps(service_checks.service_rows(asked), ensure_ascii=False, indent=2)
        if as_json
        else service_checks.services_table(asked)
    )
    failed = sum(one.result != "reached" for one in asked)
    print_notice(f"{len(asked) - failed} of {len(asked)} were reached. To attach to an issue, it names nobody: {path}")
    return 1 if failed else 0


@app.command(name="backup", group=MAINTENANCE)
def run_backup_command(file: Path, /, *, force: bool = False) -> None:
    """Write the store and the settings into one file. Keys are never included.

    Parameters
    ----------
    file
        Such as finder.zip; not in the data folder, but for its folder exports.
    force
        Replace an older backup of this name without asking.
    """
    from finder.maintenance import backup_archive

    with open_user_store(load_user_settings()) as store:
        backup_archive.make_backup(store, file.absolute(), utc_now_text(), force=force, ask=terminal_prompt())
    print_notice(f"Kept in {file} ({file.stat().st_size / 1e6:,.1f} MB), readable by you alone.")
    print_notice(f"To put it back: finder restore {file}")


@app.command(name="restore", group=MAINTENANCE)
def run_restore_command(file: Path, /, *, yes: bool = False, settings: bool = False, take: tuple[str, ...] = ()) -> int:
    """Restore a backup: verified first; the current store is kept, and hidden people stay hidden.

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
    file
        The backup to restore.
    """
    from finder.maintenance import restore as restoring
    from finder.settings import user_data_folder

    if take and not settings:
        raise UsageError("--take says which settings of the backup are taken: add --settings.")
    home = user_data_folder()
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("This asks before it changes anything, and needs a terminal. Or add --yes.")
        if not ask_yes_no(f"Replace what is stored in {home} by {file}?"):
            print_notice("Nothing was changed.")
            return 1
    choose = (lambda offered: _choose_settings_changes(offered, take, ask=not yes)) if settings else None
    restored = restoring.restore_archive(file.absolute(), home, utc_now_text(), choose, most=_unpack_size_limit())
    print_notice(f"What is stored is as of {restored.made_at} again. Keys are in no backup: those here stay.")
    if restored.former:
        print_notice(f"The former store is kept: {restored.former}")
    if not restored.hidden_known:
        print_notice("The former store could not tell who is hidden. Whoever was hidden since the backup: finder hide")
    if restored.settings and not settings:
        print_notice(
            "The backup holds settings, too: none was taken. To see what they change, and take them: --settings"
        )
    elif settings:
        print_notice(f"{len(restored.taken)} settings were taken; the former are in finder.toml.former.")
        for one in restored.left:
            print_notice(f"Not taken: {one.describe()}. To take it: finder restore {file} --settings --take {one.name}")
    return 0


def _unpack_size_limit() -> int:
    """Bytes that a backup may unpack to, also where the settings here cannot be read."""
    try:
        return load_user_settings().files.max_bytes
    except SettingsError:
        return MOST


def _choose_settings_changes(
    offered: Sequence[SettingChange], take: tuple[str, ...], *, ask: bool
) -> list[SettingChange]:
    """Which of the changes that a backup's settings make are taken."""
    from finder.maintenance import settings_changes

    print_notice("What the backup's settings change:")
    for one in offered:
        print_notice(f"  {one.describe()}")
    meant = settings_changes.select_changes(offered, take)
    wanted = [one for one in offered if one in meant or not one.needs_confirmation]
    for one in offered:
        if one not in wanted and ask and ask_yes_no(f"Take {one.describe()}?"):
            wanted.append(one)
    return wanted
