"""The encoder that compares works by what they mean: how it stands, its file, and reading the works now."""

from __future__ import annotations

import sys
from typing import Literal

from cyclopts import App

from finder.cli import streams
from finder.cli.common import app, load, now, opened, out, say
from finder.errors import UsageError

semantic = App(name="semantic", help="What works mean: which encoder reads them, and how far it is.")
app.command(semantic)


@semantic.default
@semantic.command
def status(*, format: Literal["table", "json"] = "table") -> None:  # noqa: A002
    """Which encoder is used, how much of what is stored it has read, and what its vectors take on the disk."""
    import json

    from finder import encoding

    with opened(load()) as store:
        state = encoding.state(store)
    out(json.dumps(state._asdict(), ensure_ascii=False, indent=2) if format == "json" else "\n".join(state.sentences()))


@semantic.command
def encode(*, gently: bool = False) -> int:
    """Read all works that are not read yet, newest first. What was read stays when this is stopped.

    Parameters
    ----------
    gently
        With low priority, and without a word: as it is done in the background.
    """
    from finder import encoding, publication
    from finder.encoder.choice import chosen

    settings = load()
    choice = chosen(settings.home)
    if choice.encoder is None:
        raise UsageError(f"Works cannot be read: {choice.why}. docs/semantic.md tells what it takes.")
    with opened(settings) as store:
        if gently:
            encoding.be_gentle()
        else:
            publication.refresh(store, now())
        done = encoding.encode(store, choice.encoder)
        if not gently:
            say("\n".join(encoding.state(store).sentences()) if done else "Another process is reading the works.")
    return 0


@semantic.command
def fetch(*, yes: bool = False) -> int:
    """Fetch the model's file from huggingface.co (23 MB), where the package with it is not wanted or cannot be had.

    Parameters
    ----------
    yes
        Do not ask.
    """
    from finder import encoding
    from finder.encoder.choice import FETCHED_PATH

    settings = load()
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("This asks before it fetches anything, and needs a terminal. Or add --yes.")
        streams.tell(f"Fetch {encoding.HUB.base}{FETCHED_PATH}? [y/N] ")
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            say("Nothing was fetched.")
            return 1
    with opened(settings) as store:
        say(f"Kept as {encoding.fetch(settings, store)}. Works are read anew with it: finder semantic encode")
    return 0
