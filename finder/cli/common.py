"""The application itself, its errors, and what every command needs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

import cyclopts
from cyclopts import App, Group, Parameter

from finder import clock
from finder.cli import streams
from finder.errors import FinderError, UsageError
from finder.text.sanitize import one_line

if TYPE_CHECKING:
    from finder.answers import Answer, Query
    from finder.ranking.engines import Engine
    from finder.results import Advisor
    from finder.settings import Settings
    from finder.storage import Store

LONGEST_ERROR = 2_000  # characters
Format = Literal["table", "json", "csv", "md"]

SEARCH = Group("Search", sort_key=1)
PEOPLE = Group("People", sort_key=2)
COLLECT = Group("Collect", sort_key=3)
SHORTLIST = Group("Shortlist", sort_key=4)
WATCH = Group("Watch", sort_key=5)
PRIVACY = Group("Privacy", sort_key=6)
MAINTENANCE = Group("Maintenance", sort_key=7)


def _default_text(value: object) -> str | None:
    """What help says of a default; nothing of one that is empty."""
    return None if value in ("", (), False, None) else str(value)


app = App(
    name="finder",
    default_parameter=Parameter(negative_iterable=(), show_default=_default_text),
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


def advisor_answer(store: Store, query: Query, engine: Engine | None = None) -> Answer[Advisor]:
    """Who could advise, as an answer; computed in Polars unless another engine is given."""
    from finder import answers
    from finder.ranking.engines import POLARS

    return answers.find_advisors(store, query, engine or POLARS)


def build_query(interest: str, **rest: Any) -> Query:
    """A query of these parts."""
    from finder.answers import Query

    return Query(interest, **rest)


def print_answer(answer: Answer[Advisor], format_: Format) -> None:
    """Print an answer in a format."""
    from finder.rendering import answer_text

    print_output(answer_text.render_advisor_answer(answer, format_))


def load_user_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The user's settings; what reads them is only loaded by commands that want them."""
    from finder import settings

    return settings.load_settings(environ=environ)


def open_user_store(settings: Settings) -> Store:
    """The store of the user, in a folder that nobody else can read."""
    from finder import workspace

    return workspace.open_user_store(settings, print_notice)


def ask_yes_no(question: str) -> bool:
    """Whether somebody at the terminal says yes."""
    streams.write_stderr(f"{question} [y/N] ")
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def terminal_prompt() -> Callable[[str], bool] | None:
    """What asks the user, where there is one."""
    return ask_yes_no if sys.stdin.isatty() else None


def open_current_store(settings: Settings) -> Store:
    """The store of the user, published and encoded, see :func:`finder.workspace.open_current_store`."""
    from finder import workspace

    return workspace.open_current_store(settings, print_notice)


def open_answer_store(settings: Settings, *, demo: bool) -> Store:
    """The store that answers, see :func:`finder.workspace.open_answer_store`."""
    from finder import workspace

    return workspace.open_answer_store(settings, print_notice, demo=demo)


def open_collected_store(
    settings: Settings,
    interest: str,
    *,
    demo: bool,
    offline: bool,
    boards: bool = False,
    open_papers: bool = False,
) -> AbstractContextManager[Store]:
    """The store that answers about an interest, see :func:`finder.workspace.open_collected_store`."""
    from finder import workspace

    return workspace.open_collected_store(
        settings, interest, print_notice, demo=demo, offline=offline, boards=boards, open_papers=open_papers
    )


def default_query_day(*, demo: bool) -> date:
    """The day that queries are about unless they say another, see :func:`finder.workspace.default_query_day`."""
    from finder import workspace

    return workspace.default_query_day(demo=demo)


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
