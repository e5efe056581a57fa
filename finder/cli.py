"""The command line: one thin command each. Answers go to standard output, everything else to standard error."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import cyclopts
from cyclopts import App

from finder import settings as settings_module
from finder.errors import FinderError, UsageError

if TYPE_CHECKING:
    from finder.store import Store
    from finder.views import Answer, Wish

Format = Literal["table", "json", "csv", "md"]

app = App(
    name="finder",
    help="From a research interest to the people who could advise you, with the works that prove it.",
    version_flags=["--version"],
    help_format="plaintext",
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; every expected error is one line with its remedy."""
    try:
        code = app(sys.argv[1:] if arguments is None else arguments, exit_on_error=False, print_error=False)
    except cyclopts.CycloptsError as error:
        _say(f"finder: {' '.join(str(error).split())} Try: finder --help")
        raise SystemExit(2) from None
    except UsageError as error:
        _say(f"finder: {error}")
        raise SystemExit(2) from None
    except FinderError as error:
        _say(f"finder: {error}")
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        _say("finder: stopped. What came in is kept; the same command goes on from there.")
        raise SystemExit(130) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None
    raise SystemExit(code if isinstance(code, int) else 0)


@app.command
def demo(interest: str = "multimodal learning", /, *, format: Format = "table", top: int = 5) -> None:  # noqa: A002
    """Rank advisors in the embedded fictional world: no network, no key.

    Parameters
    ----------
    interest
        Any interest; the world was made for a dozen of them.
    """
    from finder import demo as world

    with world.ready(settings_module.load().home, _say) as store:
        answer = _answer(store, _wish(interest, as_of=world.today(), top=top))
        _print(answer, format)
    if format == "table":
        _say(f"\nAll of this is fictional. Other interests in this world: {', '.join(world.interests())}.")
        _say("See it in your browser:  uv run finder dashboard --demo")


@app.command
def advisors(
    interest: str, /, *,
    country: tuple[str, ...] = (),
    stage: tuple[str, ...] = (),
    kind: Literal["faculty", "industry", "any"] = "any",
    since: date | None = None,
    as_of: date | None = None,
    top: int = 25,
    weights: str = "",
    without: tuple[str, ...] = (),
    offline: bool = False,
    demo: bool = False,
    format: Format = "table",  # noqa: A002
) -> None:  # fmt: skip
    """People who could advise on an interest, best first, with reasons.

    Collects first when nothing recent is stored for the interest, unless --offline.

    Parameters
    ----------
    interest
        Your topic in your own words, such as "multimodal learning".
    country
        Two-letter codes of countries they should be in now (repeatable).
    stage
        student, postdoc, "early-career faculty", "established faculty", "industry researcher", "staff scientist".
    since
        Their newest matched work must not be older than this day.
    as_of
        Answer as if it were this day, using nothing dated later.
    weights
        Parts of the score, such as fit=3,recency=1,activity=1.5,momentum=0.5,advising=1.5.
    without
        Related terms not to look for (repeatable).
    offline
        Ask no source; answer from what is stored.
    demo
        Answer from the embedded fictional world.
    """
    settings = settings_module.load()
    wish: dict[str, Any] = {
        "countries": country, "stages": stage, "kind": kind, "since": since, "top": top, "without": without,
        "weights": {**settings.weights, **_weights(weights)}, "half_life": settings.half_life_years,
    }  # fmt: skip
    if demo:
        from finder import demo as world

        with world.ready(settings.home, _say) as store:
            _print(_answer(store, _wish(interest, as_of=as_of or world.today(), **wish)), format)
        return
    from finder.resolve import publish

    asked = _wish(interest, as_of=as_of or _today(), **wish)
    with _open(settings) as store:
        if not offline:
            from finder import session

            session.collect_if_old(settings, store, asked.interest, _say)
        publish.refresh(store, _now())
        _print(_answer(store, asked), format)


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
    from finder import session

    settings = settings_module.load()
    if plan:
        from finder.views import printed

        _out(printed.plan(session.plan(settings, interest, since)))
        return 0
    with _open(settings) as store:
        if not again and since is None and session.fresh(store, interest):
            _say("This interest was collected within the last week. To ask again: --again")
            return 0
        state = session.collect(settings, store, interest, _say, since)
    _say(f"Now: finder advisors {interest!r} --offline")
    return 1 if state == "failed" else 0


@app.command(name="import")
def import_(kind: Literal["paperlists", "openalex", "csrankings"], /, *paths: Path) -> int:
    """Take in files that are on disk already.

    Parameters
    ----------
    kind
        paperlists (conference files, plain or gzipped), openalex (JSON lines), csrankings (CSV).
    paths
        Files or folders.
    """
    from finder import imports
    from finder.resolve import publish
    from finder.source import discover

    settings = settings_module.load()
    with _open(settings) as store:
        report = imports.import_files(store, discover()[kind], list(paths), now=_now(), on_progress=None)
        for sentence in report.sentences():
            _say(sentence)
        snapshot = publish.publish(store, _now())
        _say(f"Ready: {snapshot.meta['works']:,} works by {snapshot.meta['authors']:,} people.")
    return 0 if report.files else 1


@app.command
def person(
    who: str, /, *, interest: str = "", as_of: date | None = None, demo: bool = False,
    format: Literal["table", "json"] = "table",  # noqa: A002
) -> None:  # fmt: skip
    """The whole card of one person, by id or name.

    Parameters
    ----------
    who
        An id such as openalex:A5…, orcid:0000-…, or a name.
    interest
        Tells works on this interest from the others.
    """
    from finder import views
    from finder.views import printed

    settings = settings_module.load()
    if demo:
        from finder import demo as world

        with world.ready(settings.home, _say) as store:
            card = views.person(store, who, as_of or world.today(), interest or None)
    else:
        with _open(settings) as store:
            card = views.person(store, who, as_of or _today(), interest or None)
    _out(printed.as_json(card) if format == "json" else printed.card(card))


@app.command
def sources(*, format: Literal["table", "json"] = "table") -> None:  # noqa: A002
    """Each source: what is stored of it, its key, what is left of today's budget, its last run."""
    from finder import views
    from finder.source import discover
    from finder.views import printed

    settings = settings_module.load()
    with _open(settings) as store:
        rows = views.sources(store, list(discover()), datetime.now(UTC).date().isoformat(), _now())
    for row in rows:
        card = discover()[row["source"]].card
        row["enabled"] = settings.enabled(card.name, card.default_on)
        row["key"] = (
            "none needed" if card.key_name is None else "set" if settings.keys.get(card.key_name) else "not set"
        )
    _out(printed.as_json(rows) if format == "json" else printed.sources(rows))


@app.command
def setup() -> None:
    """Ask once for the keys of sources that have one, and keep them in a file only you can read."""
    import getpass

    from finder.source import discover

    settings = settings_module.load()
    if not sys.stdin.isatty():
        raise UsageError("finder setup asks questions and needs a terminal. Or set FINDER_OPENALEX_KEY instead.")
    for source in discover().values():
        card = source.card
        if card.key_name is None:
            continue
        _say(f"{card.title}: {card.key_help}")
        state = "one is set; Enter keeps it" if settings.keys.get(card.key_name) else "Enter skips"
        key = getpass.getpass(f"Key ({state}): ").strip()
        if key:
            _say(f"Kept in {settings_module.save_key(settings.home, card.key_name, key)}, readable by you alone.")
            with _open(settings) as store:
                store.budgets.unpark(card.name)


@app.command
def dashboard(*, demo: bool = False, port: int = 8501, browser: bool = True) -> int:
    """Open the dashboard in your browser; it listens on this machine only.

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

    settings = settings_module.load()
    environment = {**os.environ, "FINDER_HOME": str(settings.home)}
    if demo:
        with world.ready(settings.home, _say):
            environment |= {"FINDER_HOME": str(world.home(settings.home)), "FINDER_DEMO": "1"}
    folder = Path(package.__file__).parent
    options = {
        "server.address": "127.0.0.1", "server.port": port, "server.headless": str(not browser).lower(),
        "browser.gatherUsageStats": "false",
    }  # fmt: skip
    command = [sys.executable, "-m", "streamlit", "run", str(folder / "app.py")]
    command += [f"--{name}={value}" for name, value in options.items()]
    return subprocess.call(command, env=environment, cwd=folder)  # noqa: S603 - our own program


@app.command
def hide(who: str, /, *, undo: bool = False) -> None:
    """Never show somebody again, through every later refresh and import (only salted hashes are kept).

    Parameters
    ----------
    who
        An author id, another id, or a name that means one person.
    undo
        Show them again; needs an id.
    """
    from finder import views
    from finder.resolve import publish

    with _open(settings_module.load()) as store:
        if undo and not store.suppressions.remove(who):
            raise UsageError(f"{who} is not hidden. Give the id that was hidden, such as openalex:A5… or orcid:…")
        if not undo:
            store.suppressions.add(views.tokens_of(store, who), _now())
        publish.publish(store, _now())
    _say("Shown again." if undo else "Hidden from every list, card and export.")


def _answer(store: Store, wish: Wish) -> Answer:
    from finder import views

    return views.advisors(store, wish)


def _wish(interest: str, **rest: Any) -> Wish:
    from finder.views import Wish

    return Wish(interest, **rest)


def _weights(text: str) -> dict[str, float]:
    try:
        return {name.strip(): float(value) for name, value in (pair.split("=") for pair in text.split(",") if pair)}
    except ValueError:
        raise UsageError("--weights looks like fit=3,recency=1") from None


def _print(answer: Answer, format_: Format) -> None:
    from finder.views import printed

    _out(printed.answer(answer, format_))


def _open(settings: settings_module.Settings) -> Store:
    from finder.store import open_store

    return open_store(settings.home)


def _today() -> date:
    return datetime.now(UTC).date()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _out(text: str) -> None:
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
