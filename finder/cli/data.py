"""Commands about what is stored: collecting, importing, sources and their keys, and the dashboard over it."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from finder import clock
from finder.cli.common import (
    COLLECT,
    SEARCH,
    app,
    load_user_settings,
    open_current_store,
    open_user_store,
    print_notice,
    print_output,
    utc_now_text,
)
from finder.errors import UsageError

if TYPE_CHECKING:
    from finder.results import SourceStatus
    from finder.settings import Settings
    from finder.storage import Store


@app.command(name="collect", group=COLLECT)
def run_collect_command(interest: str, /, *, plan: bool = False, since: date | None = None, again: bool = False) -> int:
    """Fetch works and people on an interest from the sources that are switched on.

    Parameters
    ----------
    plan
        Print the calls and what they cost, and send nothing.
    since
        Works from this day on; the last eight years where not given.
    again
        Collect even if that was done this week.
    interest
        Your topic in your own words, such as "multimodal learning".
    """
    from finder import embedding_jobs, pipeline

    settings = load_user_settings()
    if plan:
        from finder.rendering import answer_text

        print_output(answer_text.render_call_plan(pipeline.plan_collection(settings, interest, since)))
        return 0
    with open_user_store(settings) as store:
        if not again and since is None and pipeline.is_interest_fresh(store, interest):
            print_notice("This interest was collected within the last week. To ask again: --again")
            return 0
        state = pipeline.run_collection(settings, store, interest, print_notice, since)
        embedding_jobs.embed_new_works(store, print_notice)
    print_notice(f"Now: finder advisors {interest!r} --offline")
    return 1 if state == "failed" else 0


@app.command(name="import", group=COLLECT)
def run_import_command(
    kind: Literal["paperlists", "openalex", "csrankings", "cordis", "acl"],
    /,
    *paths: Path,
    interest: tuple[str, ...] = (),
    since: date | None = None,
    until: date | None = None,
    type: tuple[str, ...] = (),  # noqa: A002
    xpac: bool = False,
    again: bool = False,
) -> int:
    """Import files that are already on disk.

    Parameters
    ----------
    kind
        paperlists (conference files, plain or gzipped), openalex (its snapshot, JSON lines, plain or gzipped),
        csrankings (CSV), cordis (EU projects: the zip of Horizon's CSV files, of which doctoral networks are taken in),
        acl (the XML of the ACL Anthology's collections).
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
        Read files that were taken in before, just so, too.
    """
    from finder import embedding_jobs, publication
    from finder.ingest import dump_import, file_import
    from finder.source import discover_sources

    settings, source = load_user_settings(), discover_sources()[kind]
    query = dump_import.DumpQuery(interest, since, until, type, xpac)
    if source.read_lines is None and query != dump_import.DumpQuery():
        raise UsageError("Only OpenAlex's snapshot can be sifted while it is taken in.")
    with open_user_store(settings) as store:
        if source.read_lines is None:
            report = file_import.import_files(
                store, source, list(paths), now=utc_now_text(), most=settings.files.max_bytes, again=again
            )
            told, read, done = report.to_sentences(), report.files, report.files + report.before
        else:
            taken = dump_import.import_dump(
                store,
                source,
                paths,
                query,
                now=utc_now_text(),
                again=again,
                on_file=print_notice,
                most=settings.files.max_bytes,
            )
            told, read, done = taken.to_sentences(), taken.held.files, taken.held.files + taken.before
        for sentence in told:
            print_notice(sentence)
        snapshot = publication.resolve_and_publish(store, utc_now_text())
        print_notice(f"Ready: {snapshot.meta['works']:,} works by {snapshot.meta['authors']:,} people.")
        if read:
            embedding_jobs.embed_imported_titles(store, print_notice)
    return 0 if done else 1


@app.command(name="sources", group=COLLECT)
def run_sources_command(*names: str, test: bool = False, format: Literal["table", "json"] = "table") -> int:  # noqa: A002
    """List the sources: what each adds, its key, its budget and its last runs.

    Parameters
    ----------
    names
        Only these.
    test
        Ask each source that is switched on, or each that is named, one small question, and say what came of it.
    format
        How to print the answer.
    """
    from finder.answers import source_status
    from finder.rendering import answer_text, source_text
    from finder.source import discover_sources

    settings, known = load_user_settings(), discover_sources()
    if unknown := sorted(set(names) - set(known)):
        raise UsageError(f"No source is called {', '.join(unknown)}. There are: {', '.join(sorted(known))}.")
    with open_user_store(settings) as store:
        rows = source_status.source_status_rows(store, settings, known, clock.utc_now())
        rows = [row for row in rows if row["source"] in names or not names]
        if not test:
            print_output(answer_text.format_json(rows) if format == "json" else source_text.render_source_table(rows))
            return 0
        wanted = [row for row in rows if row["test"] and (names or row["enabled"])]
        tested = _check_chosen_sources(settings, store, wanted)
    if none := [row["source"] for row in rows if row["test"] is None and (names or row["enabled"])]:
        print_notice(f"Not tested, as it is only ever asked about somebody: {', '.join(none)}.")
    print_output(answer_text.format_json(tested) if format == "json" else source_text.render_source_checks(tested))
    return 0 if all(row["state"] == "ok" for row in tested) else 1


def _check_chosen_sources(settings: Settings, store: Store, rows: list[SourceStatus]) -> list[dict[str, Any]]:
    import asyncio
    from dataclasses import asdict

    from finder.ingest import source_check
    from finder.settings import is_demo_mode
    from finder.source import discover_sources

    if is_demo_mode():
        raise UsageError("Nothing is asked in the demo.")
    tested = []
    for row in rows:
        asked = row["test"]
        cost = f"{asked['credits']} credit of {row['source']}'s" if asked and asked["credits"] else "no credits"
        print_notice(f"{row['source']}: one request to {asked['url'] if asked else 'it'}, {cost} …")
        tested.append(
            asdict(asyncio.run(source_check.probe_source(settings, store, discover_sources()[row["source"]])))
        )
    return tested


@app.command(name="setup", group=COLLECT)
def run_setup_command(*, open_papers: bool = False) -> int:
    """Enter the API keys of sources; they are kept in a file only you can read.

    Parameters
    ----------
    open_papers
        Ask for no key: fetch the conference files that are open to everybody instead (machine learning, vision,
        language, robotics; the last three years).
    """
    from finder import auth_policy, pipeline
    from finder.source import discover_sources

    settings = load_user_settings()
    if open_papers:
        with open_user_store(settings) as store:
            state = pipeline.collect_open_papers(settings, store, print_notice)
        print_notice('Now: finder advisors "your topic" --offline')
        return 1 if state == "failed" else 0
    if not sys.stdin.isatty():
        raise UsageError("finder setup asks questions and needs a terminal. Or set FINDER_OPENALEX_KEY instead.")
    asked: dict[str, bool] = {}  # two sources may share a key
    for source in discover_sources().values():
        card = source.card
        if not card.key_name:
            continue
        if card.key_name not in asked:
            asked[card.key_name] = _prompt_for_key(settings, card.key_name, f"{card.title}: {card.key_help}")
        if asked[card.key_name]:
            with open_user_store(settings) as store:
                store.budgets.clear_suspension(card.name)
    if settings.dashboard.serve:
        _prompt_for_key(
            settings, auth_policy.CLIENT, "The login of the served dashboard: the provider's client secret."
        )
    if not load_user_settings().keys.get("openalex_key"):
        print_notice(pipeline.WITHOUT_KEY)
    return 0


def _prompt_for_key(settings: Settings, name: str, about: str) -> bool:
    """Ask for a key; whether one was given, and kept."""
    import getpass

    from finder.settings import save_key

    print_notice(about)
    state = "one is set; Enter keeps it" if settings.keys.get(name) else "Enter skips"
    key = getpass.getpass(f"Key ({state}): ").strip()
    if key:
        print_notice(f"Kept in {save_key(settings.home, name, key)}, readable by you alone.")
    return bool(key)


@app.command(name="dashboard", group=SEARCH)
def run_dashboard_command(*, demo: bool = False, port: int = 8501, browser: bool = True) -> int:
    """Open the dashboard in your browser; only this machine can reach it unless finder.toml says otherwise.

    Parameters
    ----------
    demo
        Show the embedded fictional world.
    browser
        Open a browser window (--no-browser only prints the address).
    port
        The port that the server listens on.
    """
    import os
    import subprocess

    import dashboard as package
    from finder import auth_policy as gate
    from finder import demo_store as world
    from finder.cli import dashboard_server
    from finder.settings import DashboardSettings

    settings = load_user_settings()
    rules = DashboardSettings() if demo else dashboard_server.check_server_settings(settings)
    if demo and settings.dashboard.serve:
        print_notice("The demo is shown on this machine only, whatever [dashboard] in finder.toml says.")
    open_current_store(settings).close()
    environment = {**os.environ, "FINDER_HOME": str(settings.home), "FINDER_SERVED": "0"}
    if demo:
        with world.open_demo_store(settings.home, print_notice):
            environment |= {"FINDER_HOME": str(world.demo_home(settings.home)), "FINDER_DEMO": "1"}
    if rules.serve:
        gate.ensure_cookie_key(settings)
        environment |= {"FINDER_SERVED": "1"}
        print_notice(
            f"Served to {gate.dashboard_origin(rules)}, from {rules.address}:{port}. Who may enter is in finder.toml."
        )
    folder = Path(package.__file__).parent
    command = dashboard_server.streamlit_command(folder, rules, port, browser=browser)
    return subprocess.call(command, env=environment, cwd=folder)  # noqa: S603 - our own program
