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
from finder.texts import shown

if TYPE_CHECKING:
    from finder.rank.engines import Engine
    from finder.settings import Settings
    from finder.store import Store
    from finder.views import Answer, Wish

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
    streams.prepare()
    try:
        code = _run(sys.argv[1:] if arguments is None else arguments)
    except cyclopts.CycloptsError as error:
        say(f"finder: {' '.join(str(error).split())} Try: finder --help")
        raise SystemExit(2) from None
    except UsageError as error:
        say(f"finder: {shown(error, LONGEST_ERROR)}")
        raise SystemExit(2) from None
    except FinderError as error:
        say(f"finder: {shown(error, LONGEST_ERROR)}")
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        say("finder: stopped. What came in is kept; the same command goes on from there.")
        raise SystemExit(130) from None
    except BrokenPipeError:
        raise SystemExit(0) from None
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        say(f"finder: {shown(f'{error.strerror or error}{where}.', LONGEST_ERROR)} What came in is kept.")
        raise SystemExit(1) from None
    raise SystemExit(code)


def _run(arguments: Sequence[str]) -> int:
    """Run a command, until all that it said is written."""
    try:
        code = app(arguments, exit_on_error=False, print_error=False)
    except SystemExit as ended:  # the library's way of giving a result
        code = ended.code
    streams.finish()
    return code if isinstance(code, int) else 0


def answered(store: Store, wish: Wish, engine: Engine | None = None) -> Answer:
    """Who could advise, as an answer; computed in Polars unless another engine is given."""
    from finder import views
    from finder.rank.engines import POLARS

    return views.advisors(store, wish, engine or POLARS)


def wish_of(interest: str, **rest: Any) -> Wish:
    """A wish of these parts."""
    from finder.views import Wish

    return Wish(interest, **rest)


def show(answer: Answer, format_: Format) -> None:
    """Print an answer in a format."""
    from finder.views import printed

    out(printed.answer(answer, format_))


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """The user's settings; what reads them is only loaded by commands that want them."""
    from finder import settings

    return settings.load(environ=environ)


def opened(settings: Settings) -> Store:
    """The store of the user, in a folder that nobody else can read."""
    from finder import files
    from finder.store import open_store

    if done := files.shut(settings.home):
        say(done)
    return open_store(settings.home)


def agreed(question: str) -> bool:
    """Whether somebody at the terminal says yes."""
    streams.tell(f"{question} [y/N] ")
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def asker() -> Callable[[str], bool] | None:
    """What asks the user, where there is one."""
    return agreed if sys.stdin.isatty() else None


def up_to_date(settings: Settings) -> Store:
    """The store of the user, with everything published that came in, as this version of the finder publishes it.

    What is new is encoded: little of it now, much in the background.
    """
    from finder import encoding, publication

    store = opened(settings)
    publication.refresh(store, now())
    encoding.catch_up(store, say)
    return store


@contextmanager
def asked_of(settings: Settings, *, demo: bool) -> Iterator[Store]:
    """The store that answers, as :func:`up_to_date` has it or the embedded world's."""
    if not demo:
        with up_to_date(settings) as store:
            yield store
        return
    from finder import demo as world

    with world.ready(settings.home, say) as store:
        yield store


@contextmanager
def answering(settings: Settings, interest: str, *, demo: bool, offline: bool, boards: bool = False) -> Iterator[Store]:
    """The same for an interest, which is collected first where nothing recent is stored.

    Args:
        boards: job boards are read, too, where that is due.
    """
    if not (demo or offline):
        from finder import session

        with opened(settings) as store:
            session.collect_if_old(settings, store, interest, say)
            if boards:
                session.sweep_if_due(settings, store, say)
    with asked_of(settings, demo=demo) as store:
        yield store


def day(*, demo: bool) -> date:
    """The day that questions are about unless they say another: in the embedded world it is always the same."""
    if not demo:
        return today()
    from finder import demo as world

    return world.today()


def today() -> date:
    """The day it is."""
    return clock.today()


def now() -> str:
    """The moment it is."""
    return clock.iso_now()


def out(text: str) -> None:
    """Say to standard output: the answer."""
    streams.write(text if text.endswith("\n") else text + "\n")


def say(text: str) -> None:
    """Say to standard error: everything else."""
    streams.tell(text + "\n")
