"""Encoding what was published, as commands do it: a few works at once, many by a process in the background.

An answer never waits for more than a few seconds: works are compared by words until they are encoded, and it says so.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from finder import clock, files
from finder.encoder import Encoder, EncoderError
from finder.encoder.encoder_choice import FETCHED, FETCHED_PATH, FETCHED_SHA256, choose_encoder
from finder.errors import FinderError
from finder.http import CachingHttpClient
from finder.resolution import work_vectors
from finder.settings import Settings
from finder.source import Response, SourceInfo
from finder.storage import Store
from finder.storage.vectors import KINDS, Kind

Say = Callable[[str], None]

HUB = SourceInfo(
    name="huggingface",
    title="Hugging Face",
    home="https://huggingface.co",
    terms="https://huggingface.co/terms-of-service",
    base="https://huggingface.co",
    pace=1.0,
    expects="text",
)
"""Where the model's file can be fetched from, on the user's word."""
MAX_FOREGROUND_TITLES = 1500  # titles that are encoded while somebody waits: three seconds
RESTART_AFTER_SECONDS = 900.0  # seconds after which a background process that did not finish is started anew
BACKGROUND_NICENESS = 10  # its priority, as nice counts
NAMES = {"titles": "Titles read", "texts": "Abstracts read"}
COMMAND = (sys.executable, "-m", "finder", "semantic", "encode", "--gently")


def embed_new_works(store: Store, say: Say, *, start: Callable[[Path], None] | None = None) -> None:
    """Encode what is new: few titles now, the rest in the background. What goes wrong is left for the doctor to say.

    Args:
        start: starts the background process of a data folder.
    """
    with suppress(FinderError, OSError):
        encoder = _available_encoder(store.home)
        snapshot = store.snapshots.snapshot_or_none()
        if (
            encoder is None
            or snapshot is None
            or store.vectors.current_table().is_complete_for(encoder.key, snapshot.version)
        ):
            return
        if 0 < work_vectors.count_missing_vectors(store, snapshot, encoder, "titles") <= MAX_FOREGROUND_TITLES:
            say("Reading new titles …")
            work_vectors.encode_works(store, encoder, kinds=("titles",))
        (start or start_background_embedding)(store.home)


def start_background_embedding(home: Path) -> None:
    """Start a process that encodes, unless one was started for the same snapshot a moment ago."""
    note = home / "vectors" / ".started"
    with suppress(OSError):
        if (
            clock.utc_now().timestamp() - note.stat().st_mtime < RESTART_AFTER_SECONDS
            and note.read_text() == _snapshot_pointer_text(home)
        ):
            return
    note.parent.mkdir(parents=True, exist_ok=True)
    files.write_private_file(note, _snapshot_pointer_text(home).encode())
    subprocess.Popen(  # noqa: S603 - our own program
        COMMAND,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=home,
        start_new_session=True,
    )


def _snapshot_pointer_text(home: Path) -> str:
    return (home / "snapshots" / "current.json").read_text(encoding="utf-8")


def embed_with_progress(store: Store, encoder: Encoder, *, kinds: tuple[Kind, ...] = KINDS) -> bool:
    """Encode what is missing with a display; says whether nothing is left.

    Raises:
        EncoderError: its files are damaged.
        FinderError: what answers read is damaged, or vectors cannot be written.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as display:
        tasks = {kind: display.add_task(NAMES[kind], total=None, visible=False) for kind in kinds}

        def update_progress_bar(one: work_vectors.EncodingProgress) -> None:
            display.update(tasks[one.kind], completed=one.done, total=one.total, visible=True)

        return work_vectors.encode_works(store, encoder, update_progress_bar, kinds=kinds)


def embed_imported_titles(store: Store, say: Say) -> None:
    """After an import: the titles while one looks on, the abstracts in the background."""
    try:
        encoder = _available_encoder(store.home)
        if encoder is None:
            return
        say("Reading titles for what they mean (Ctrl-C: later, in the background) …")
        embed_with_progress(store, encoder, kinds=("titles",))
    except KeyboardInterrupt:
        say("Stopped. What was read is kept.")
    except FinderError as error:  # what was imported is published already
        say(str(error))
    else:
        embed_new_works(store, say)


def lower_process_priority() -> None:
    """Leave the processor to whoever needs it."""
    if hasattr(os, "nice"):
        os.nice(BACKGROUND_NICENESS)


def _available_encoder(home: Path) -> Encoder | None:
    return choose_encoder(home).encoder


class EmbeddingStatus(NamedTuple):
    """How the encoder stands.

    Attributes:
        encoder: its name; empty where there is none.
        why: why works are compared by words alone, if they are.
        titles, texts: shares of the stored titles, and titles with abstracts, that it has read.
        bytes: what their vectors take on the disk.
    """

    encoder: str
    why: str
    titles: float
    texts: float
    bytes: int

    def to_sentences(self) -> list[str]:
        """The state in words."""
        if self.why:
            return [f"Works are compared by words alone: {self.why}."]
        read = f"{self.titles:.0%} of the titles and {self.texts:.0%} of the abstracts are read"
        return [f"Works are compared by what they mean, too: {self.encoder}; {read} ({self.bytes / 1e6:,.1f} MB)."]


def embedding_status(store: Store) -> EmbeddingStatus:
    """How the encoder of a data folder stands; its files are looked into."""
    choice, used = choose_encoder(store.home), store.vectors.bytes_on_disk()
    if choice.encoder is None:
        return EmbeddingStatus("", choice.why, 0.0, 0.0, used)
    try:
        choice.encoder.load()
    except EncoderError as error:
        return EmbeddingStatus(choice.encoder.name, str(error).rstrip("."), 0.0, 0.0, used)
    snapshot = store.snapshots.snapshot_or_none()
    share = work_vectors.vector_coverage(store, snapshot, choice.encoder) if snapshot else dict.fromkeys(KINDS, 1.0)
    return EmbeddingStatus(choice.encoder.name, "", share["titles"], share["texts"], used)


def fetch_model_file(settings: Settings, store: Store, **http: object) -> Path:
    """Fetch the model's file into the data folder; returns where it is.

    Raises:
        SourceError: it cannot be had.
        EncoderError: what came is another file.
    """

    async def download_model() -> Response:
        async with CachingHttpClient(settings, store, **http) as door:  # type: ignore[arg-type]
            return await door.get(HUB, FETCHED_PATH)

    reply = asyncio.run(download_model())
    if reply.id is not None:
        store.replies.delete_response(reply.id)  # the file is kept as a file
    if hashlib.sha256(reply.body).hexdigest() != FETCHED_SHA256:
        raise EncoderError(f"What {reply.url} gave is not the file it should be (its sha256 differs): not kept.")
    path = store.home / FETCHED
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write_private_file(path, reply.body)
    return path
