"""The application itself, its errors, and what every command needs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

import cyclopts
from cyclopts import App

from finder import clock
from finder.cli import streams
from finder.errors import FinderError, UsageError
from finder.text.sanitize import one_line

if TYPE_CHECKING:
    from finder.answers import Answer, Query
    from finder.ranking.engines import Engine
    from finder.settings import Settings
    from finder.storage import Store

LONGEST_ERROR = 2_000  # characters
Format = Literal["table", "json", "csv", "md"]

app = App(
    name="finder",
    help="From a research interest to the people who could advise you, with the works that prove it.",
    version_flags=["--version"],
    help_format="plaintext",
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; every expected error is one line with its remedy."""
    streams.configure_streams()
    try:
        code = _run_app(sys.argv[1:] if arguments is None else arguments)
    except cyclopts.CycloptsError as error:
        print_notice(f"finder: {' '.join(str(error).split())} Try: finder --help")
        raise SystemExit(2) from None
    except UsageError as error:
        print_notice(f"finder: {one_line(error, LONGEST_ERROR)}")
        raise SystemExit(2) from None
    except FinderError as error:
        print_notice(f"finder: {one_line(error, LONGEST_ERROR)}")
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        print_notice("finder: stopped. What came in is kept; the same command goes on from there.")
        raise SystemExit(130) from None
    except BrokenPipeError:
        raise SystemExit(0) from None
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        print_notice(f"finder: {one_line(f'{error.strerror or error}{where}.', LONGEST_ERROR)} What came in is kept.")
        raise SystemExit(1) from None
    raise SystemExit(code)


def _run_app(arguments: Sequence[str]) -> int:
    """Run a command, until all that it said is written."""
    try:
        code = app(arguments, exit_on_error=False, print_error=False)
    except SystemExit as ended:  # the library's way of giving a result
        code = ended.code
    streams.flush_stdout()
    return code if isinstance(code, int) else 0


def advisor_answer(store: Store, wish: Query, engine: Engine | None = None) -> Answer:
    """Who could advise, as an answer; computed in Polars unless another engine is given."""
    from finder import answers
    from finder.ranking.engines import POLARS

    return answers.find_advisors(store, wish, engine or POLARS)


def build_query(interest: str, **rest: Any) -> Query:
    """A wish of these parts."""
    from finder.answers import Query

    return Query(interest, **rest)


def print_answer(answer: Answer, format_: Format) -> None:
    """Print an answer in a format."""
    from finder.rendering import answer_text

    print_output(answer_text.render_advisor_answer(answer, format_))


def load_user_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The user's settings; what reads them is only loaded by commands that want them."""
    from finder import settings

    return settings.load_settings(environ=environ)


def open_user_store(settings: Settings) -> Store:
    """The store of the user, in a folder that nobody else can read."""
    from finder import files
    from finder.storage import open_store

    if done := files.restrict_home_access(settings.home):
        print_notice(done)
    return open_store(settings.home)


def ask_yes_no(question: str) -> bool:
    """Whether somebody at the terminal says yes."""
    streams.write_stderr(f"{question} [y/N] ")
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def terminal_prompt() -> Callable[[str], bool] | None:
    """What asks the user, where there is one."""
    return ask_yes_no if sys.stdin.isatty() else None


def open_current_store(settings: Settings) -> Store:
    """The store of the user, with everything published that came in, as this version of the finder publishes it.

    What is new is encoded: little of it now, much in the background.
    """
    from finder import embedding_jobs, publication

    store = open_user_store(settings)
    publication.publish_if_stale(store, utc_now_text())
    embedding_jobs.embed_new_works(store, print_notice)
    return store


@contextmanager
def open_answer_store(settings: Settings, *, demo: bool) -> Iterator[Store]:
    """The store that answers, as :func:`open_current_store` has it or the embedded world's."""
    if not demo:
        with open_current_store(settings) as store:
            yield store
        return
    from finder import demo_store as world

    with world.open_demo_store(settings.home, print_notice) as store:
        yield store


@contextmanager
def open_collected_store(
    settings: Settings, interest: str, *, demo: bool, offline: bool, boards: bool = False
) -> Iterator[Store]:
    """The same for an interest, which is collected first where nothing recent is stored.

    Args:
        boards: job boards are read, too, where that is due.
    """
    if not (demo or offline):
        from finder import pipeline

        with open_user_store(settings) as store:
            pipeline.collect_if_stale(settings, store, interest, print_notice)
            if boards:
                pipeline.crawl_boards_if_due(settings, store, print_notice)
    with open_answer_store(settings, demo=demo) as store:
        yield store


def default_query_day(*, demo: bool) -> date:
    """The day that questions are about unless they say another: in the embedded world it is always the same."""
    if not demo:
        return utc_today()
    from finder import demo_store as world

    return world.demo_today()


def utc_today() -> date:
    """The day it is."""
    return clock.utc_today()


def utc_now_text() -> str:
    """The moment it is."""
    return clock.utc_timestamp()


def print_output(text: str) -> None:
    """Say to standard output: the answer."""
    streams.write_stdout(text if text.endswith("\n") else text + "\n")


def print_notice(text: str) -> None:
    """Say to standard error: everything else."""
    streams.write_stderr(text + "\n")
