"""Standard output and error, whatever they lead to: a terminal of an old encoding, a file, a full disk, nothing."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from finder.errors import FinderError
from finder.text.sanitize import strip_control_chars


class OutputFailed(FinderError):
    """What was to be said cannot be written."""


def configure_streams() -> None:
    """Files and pipes get UTF-8; a terminal keeps its encoding, and shows a sign in place of what it does not have."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with suppress(ValueError, OSError):  # it is closed: whoever writes says so
                if stream.isatty():
                    stream.reconfigure(errors="replace")
                else:
                    stream.reconfigure(encoding="utf-8", errors="replace")


def write_stdout(text: str) -> None:
    """Say to standard output.

    Raises:
        OutputFailed: it is closed, or what it leads to is full.
        BrokenPipeError: whoever read it has gone.
    """
    if sys.stdout is None:
        raise OutputFailed("Standard output is closed: there is nowhere to write the answer to.")
    with _translate_output_errors():
        sys.stdout.write(strip_control_chars(text))


def flush_stdout() -> None:
    """Write what still waits to be written, so that nothing is left for the interpreter to fail at.

    Raises:
        OutputFailed: as :func:`write_stdout`.
        BrokenPipeError: as :func:`write_stdout`.
    """
    if sys.stdout is not None:
        with _translate_output_errors():
            sys.stdout.flush()


def write_stderr(text: str) -> None:
    """Say to standard error, where anybody hears it."""
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            sys.stderr.write(strip_control_chars(text))
            sys.stderr.flush()


@contextmanager
def _translate_output_errors() -> Iterator[None]:
    """Turn an error of the output's into a sentence."""
    try:
        yield
    except BrokenPipeError:
        _redirect_to_devnull()
        raise
    except (OSError, ValueError) as error:
        _redirect_to_devnull()
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it is closed"
        raise OutputFailed(f"Standard output cannot be written: {why}. Nothing else was lost.") from None


def _redirect_to_devnull() -> None:
    """Lead what is left to nowhere: the interpreter flushes once more when it ends."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
