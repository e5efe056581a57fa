"""Standard output and error, whatever they lead to: a terminal of an old encoding, a file, a full disk, nothing."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from finder.errors import FinderError
from finder.texts import printable


class OutputFailed(FinderError):
    """What was to be said cannot be written."""


def prepare() -> None:
    """Files and pipes get UTF-8; a terminal keeps its encoding, and shows a sign in place of what it does not have."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with suppress(ValueError, OSError):  # it is closed: whoever writes says so
                if stream.isatty():
                    stream.reconfigure(errors="replace")
                else:
                    stream.reconfigure(encoding="utf-8", errors="replace")


def write(text: str) -> None:
    """Say to standard output.

    Raises:
        OutputFailed: it is closed, or what it leads to is full.
        BrokenPipeError: whoever read it has gone.
    """
    if sys.stdout is None:
        raise OutputFailed("Standard output is closed: there is nowhere to write the answer to.")
    with _explained():
        sys.stdout.write(printable(text))


def finish() -> None:
    """Write what still waits to be written, so that nothing is left for the interpreter to fail at.

    Raises:
        OutputFailed: as :func:`write`.
        BrokenPipeError: as :func:`write`.
    """
    if sys.stdout is not None:
        with _explained():
            sys.stdout.flush()


def tell(text: str) -> None:
    """Say to standard error, where anybody hears it."""
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            sys.stderr.write(printable(text))
            sys.stderr.flush()


@contextmanager
def _explained() -> Iterator[None]:
    """Turn an error of the output's into a sentence."""
    try:
        yield
    except BrokenPipeError:
        _silence()
        raise
    except (OSError, ValueError) as error:
        _silence()
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it is closed"
        raise OutputFailed(f"Standard output cannot be written: {why}. Nothing else was lost.") from None


def _silence() -> None:
    """Lead what is left to nowhere: the interpreter flushes once more when it ends."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
