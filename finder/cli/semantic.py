"""The encoder that compares works by what they mean: how it stands, its file, and reading the works now."""

from __future__ import annotations

import sys
from typing import Literal

from cyclopts import App

from finder.cli import streams
from finder.cli.common import (
    COLLECT,
    app,
    load_user_settings,
    open_user_store,
    print_notice,
    print_output,
    utc_now_text,
)
from finder.errors import UsageError

semantic = App(name="semantic", group=COLLECT, help="Show and compute the embeddings of works.")
app.command(semantic)


@semantic.default
@semantic.command(name="status")
def run_semantic_status(*, format: Literal["table", "json"] = "table") -> None:  # noqa: A002
    """Which encoder is used, how much of what is stored it has read, and what its vectors take on the disk.

    Parameters
    ----------
    format
        How to print the answer.
    """
    import json

    from finder import embedding_jobs

    with open_user_store(load_user_settings()) as store:
        state = embedding_jobs.embedding_status(store)
    print_output(
        json.dumps(state._asdict(), ensure_ascii=False, indent=2)
        if format == "json"
        else "\n".join(state.to_sentences())
    )


@semantic.command(name="encode")
def run_semantic_encode(*, gently: bool = False) -> int:
    """Read all works that are not read yet, newest first. What was read stays when this is stopped.

    Parameters
    ----------
    gently
        With low priority, and without a word: as it is done in the background.
    """
    from finder import embedding_jobs, publication
    from finder.encoder.encoder_choice import choose_encoder

    settings = load_user_settings()
    choice = choose_encoder(settings.home)
    if choice.encoder is None:
        raise UsageError(f"Works cannot be read: {choice.why}. docs/semantic.md tells what it takes.")
    with open_user_store(settings) as store:
        if gently:
            embedding_jobs.lower_process_priority()
        else:
            publication.publish_if_stale(store, utc_now_text())
        done = embedding_jobs.embed_with_progress(store, choice.encoder)
        if not gently:
            print_notice(
                "\n".join(embedding_jobs.embedding_status(store).to_sentences())
                if done
                else "Another process is reading the works."
            )
    return 0


@semantic.command(name="fetch")
def run_semantic_fetch(*, yes: bool = False) -> int:
    """Fetch the model's file from huggingface.co (23 MB), where the package with it is not wanted or cannot be had.

    Parameters
    ----------
    yes
        Do not ask.
    """
    from finder import embedding_jobs
    from finder.encoder.encoder_choice import FETCHED_PATH

    settings = load_user_settings()
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("This asks before it fetches anything, and needs a terminal. Or add --yes.")
        streams.write_stderr(f"Fetch {embedding_jobs.HUB.base}{FETCHED_PATH}? [y/N] ")
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            print_notice("Nothing was fetched.")
            return 1
    with open_user_store(settings) as store:
        path = embedding_jobs.fetch_model_file(settings, store)
        print_notice(f"Kept as {path}. Works are read anew with it: finder semantic encode")
    return 0
