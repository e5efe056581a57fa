"""Commands about what is stored: collecting, importing, sources and their keys, and the dashboard over it."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from finder import clock
from finder.cli.common import app, load, now, opened, out, say, up_to_date
from finder.errors import UsageError

if TYPE_CHECKING:
    from finder.settings import Settings
    from finder.store import Store


@app.command
def collect(interest: str, /, *, plan: bool = False, since: date | None = None, again: bool = False) -> int:
    """Fetch works and people on an interest from the sources that are switched on.

    Parameters
    ----------
    plan
        Print the calls and what they cost, and send nothing.
    since
        Works from this day on; the last eight years where not given.
    again
        Collect even if that was done this week.
    """
    from finder import encoding, session

    settings = load()
    if plan:
        from finder.views import printed

        out(printed.plan(session.plan(settings, interest, since)))
        return 0
    with opened(settings) as store:
        if not again and since is None and session.fresh(store, interest):
            say("This interest was collected within the last week. To ask again: --again")
            return 0
        state = session.collect(settings, store, interest, say, since)
        encoding.catch_up(store, say)
    say(f"Now: finder advisors {interest!r} --offline")
    return 1 if state == "failed" else 0


@app.command(name="import")
def import_(
    kind: Literal["paperlists", "openalex", "csrankings"], /, *paths: Path,
    interest: tuple[str, ...] = (),
    since: date | None = None,
    until: date | None = None,
    type: tuple[str, ...] = (),  # noqa: A002
    xpac: bool = False,
    again: bool = False,
) -> int:  # fmt: skip
    """Take in files that are on disk already.

    Parameters
    ----------
    kind
        paperlists (conference files, plain or gzipped), openalex (its snapshot, JSON lines, plain or gzipped),
        csrankings (CSV).
    paths
        Files, folders or patterns.
    interest
        Of OpenAlex's snapshot, only works that hold all words of this; several may be given.
    since
        … only works from this day on.
    until
        … only works up to this day.
    type
        … only works of these of OpenAlex's types, such as article or preprint.
    xpac
        … also the works that OpenAlex marks is_xpac, and hides from its own answers: 190 million of lower quality.
    again
        Read files of the snapshot that were taken in before, too.
    """
    from finder import dumps, encoding, imports, publication
    from finder.source import discover

    settings, source = load(), discover()[kind]
    wish = dumps.Wish(interest, since, until, type, xpac)
    if source.read_lines is None and (wish != dumps.Wish() or again):
        raise UsageError("Only OpenAlex's snapshot can be sifted while it is taken in.")
    with opened(settings) as store:
        if source.read_lines is None:
            report = imports.import_files(store, source, list(paths), now=now(), most=settings.files.most)
            told, done = report.sentences(), report.files
        else:
            taken = dumps.take(
                store, source, paths, wish, now=now(), again=again, on_file=say, most=settings.files.most
            )
            told, done = taken.sentences(), taken.held.files + taken.before
        for sentence in told:
            say(sentence)
        snapshot = publication.publish(store, now())
        say(f"Ready: {snapshot.meta['works']:,} works by {snapshot.meta['authors']:,} people.")
        encoding.encode_titles(store, say)
    return 0 if done else 1


@app.command
def sources(*names: str, test: bool = False, format: Literal["table", "json"] = "table") -> int:  # noqa: A002
    """Each source: what it adds, what is stored of it, its key, what is left of today's budget, its last runs.

    Parameters
    ----------
    names
        Only these.
    test
        Ask each source that is switched on, or each that is named, one small question, and say what came of it.
    """
    from finder.source import discover
    from finder.views import printed, printed_sources, sources_shown

    settings, known = load(), discover()
    if unknown := sorted(set(names) - set(known)):
        raise UsageError(f"No source is called {', '.join(unknown)}. There are: {', '.join(sorted(known))}.")
    with opened(settings) as store:
        rows = sources_shown.sources(store, settings, known, clock.now())
        rows = [row for row in rows if row["source"] in names or not names]
        if not test:
            out(printed.as_json(rows) if format == "json" else printed_sources.sources(rows))
            return 0
        wanted = [row for row in rows if row["test"] and (names or row["enabled"])]
        tested = _tested(settings, store, wanted)
    if none := [row["source"] for row in rows if row["test"] is None and (names or row["enabled"])]:
        say(f"Not tested, as it is only ever asked about somebody: {', '.join(none)}.")
    out(printed.as_json(tested) if format == "json" else printed_sources.tested(tested))
    return 0 if all(row["state"] == "ok" for row in tested) else 1


def _tested(settings: Settings, store: Store, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    import asyncio
    from dataclasses import asdict

    from finder import probe
    from finder.settings import demo_mode
    from finder.source import discover

    if demo_mode():
        raise UsageError("Nothing is asked in the demo.")
    tested = []
    for row in rows:
        cost = f"{row['test']['credits']} credit of {row['source']}'s" if row["test"]["credits"] else "no credits"
        say(f"{row['source']}: one request to {row['test']['url']}, {cost} …")
        tested.append(asdict(asyncio.run(probe.ask(settings, store, discover()[row["source"]]))))
    return tested


@app.command
def setup() -> None:
    """Ask once for the keys of sources that have one, and keep them in a file only you can read."""
    from finder import serving
    from finder.source import discover

    settings = load()
    if not sys.stdin.isatty():
        raise UsageError("finder setup asks questions and needs a terminal. Or set FINDER_OPENALEX_KEY instead.")
    for source in discover().values():
        card = source.card
        if card.key_name and _asked_for(settings, card.key_name, f"{card.title}: {card.key_help}"):
            with opened(settings) as store:
                store.budgets.unpark(card.name)
    if settings.dashboard.serve:
        _asked_for(settings, serving.CLIENT, "The login of the served dashboard: the provider's client secret.")


def _asked_for(settings: Settings, name: str, about: str) -> bool:
    """Ask for a key; whether one was given, and kept."""
    import getpass

    from finder.settings import save_key

    say(about)
    state = "one is set; Enter keeps it" if settings.keys.get(name) else "Enter skips"
    key = getpass.getpass(f"Key ({state}): ").strip()
    if key:
        say(f"Kept in {save_key(settings.home, name, key)}, readable by you alone.")
    return bool(key)


@app.command
def dashboard(*, demo: bool = False, port: int = 8501, browser: bool = True) -> int:
    """Open the dashboard in your browser; it listens on this machine only, unless finder.toml says otherwise.

    Parameters
    ----------
    demo
        Show the embedded fictional world.
    browser
        Open a browser window (--no-browser only prints the address).
    """
    import os
    import subprocess

    import dashboard as package
    from finder import demo as world
    from finder import serving as gate
    from finder.cli import serving
    from finder.settings import DashboardSettings

    settings = load()
    rules = DashboardSettings() if demo else serving.rules(settings)
    if demo and settings.dashboard.serve:
        say("The demo is shown on this machine only, whatever [dashboard] in finder.toml says.")
    up_to_date(settings).close()
    environment = {**os.environ, "FINDER_HOME": str(settings.home), "FINDER_SERVED": "0"}
    if demo:
        with world.ready(settings.home, say):
            environment |= {"FINDER_HOME": str(world.home(settings.home)), "FINDER_DEMO": "1"}
    if rules.serve:
        gate.with_cookie_key(settings)
        environment |= {"FINDER_SERVED": "1"}
        say(f"Served to {gate.origin(rules)}, from {rules.address}:{port}. Who may enter is in finder.toml.")
    folder = Path(package.__file__).parent
    command = serving.command(folder, rules, port, browser=browser)
    return subprocess.call(command, env=environment, cwd=folder)  # noqa: S603 - our own program
