"""The one writer of files that a user names: theirs alone, whole or not at all, and over nothing that is not ours.

Whoever writes elsewhere writes into the data folder, or is named with a reason in ``tests/test_one_writer.py``.
"""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from finder.errors import StoreError, UsageError

EXPORTS = "exports"
"""The folder in a data folder that takes what a user writes."""
_DATA = ("finder.sqlite", "secrets.toml")
"""A folder that holds one of these is somebody's data folder."""

Ours = Callable[[Path], bool]
Ask = Callable[[str], bool]


def write_user_file(
    path: Path, content: bytes, *, home: Path, ours: Ours, force: bool = False, ask: Ask | None = None
) -> None:
    """Write a file; see :func:`open_user_file`."""
    with open_user_file(path, home=home, ours=ours, force=force, ask=ask) as file:
        file.write(content)


def write_private_file(path: Path, content: bytes) -> None:
    """Write a file of the data folder's own, whole or not at all, for its owner alone.

    Raises:
        OSError: it cannot be written; what there was is as it was.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}-", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


@contextmanager
def open_user_file(
    path: Path, *, home: Path, ours: Ours, force: bool = False, ask: Ask | None = None
) -> Iterator[IO[bytes]]:
    """A file to write to, that only its owner can read, and that is there once all of it is.

    Args:
        home: the data folder, in which only ``exports`` may be written.
        ours: whether a file that is there is one that we write over, were we told to.
        force: write over such a one without asking.
        ask: asks the user, with a question; without it a file that is there stays.

    Raises:
        UsageError: it may not be written there; the message says where it may.
        StoreError: it cannot be written; what there was is as it was.
    """
    ensure_writable(path, home=home, ours=ours, force=force, ask=ask)
    part: Path | None = None
    try:
        if _is_same_path(path.parent, home / EXPORTS):
            path.parent.mkdir(mode=0o700, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}-", suffix=".part", dir=path.parent)
        part = Path(name)
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        why = error.strerror or str(error)
        remedy = "Free some space, or choose another place, in a folder that is there."
        raise StoreError(f"{path} cannot be written: {why}. {remedy}") from error
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


def ensure_writable(path: Path, *, home: Path, ours: Ours, force: bool = False, ask: Ask | None = None) -> None:
    """Make sure that a file may be written, before anything is computed for it.

    Raises:
        UsageError: it may not, or the user does not want it.
    """
    if data := _enclosing_data_folder(path, home):
        raise UsageError(
            f"{path} lies in the data folder {data}, where only {data / EXPORTS} takes files of yours. "
            "Name a file there, or outside."
        )
    try:
        there = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} is no file that can be written: {error}. Choose another name.") from None
    if not stat.S_ISREG(there.st_mode):
        raise UsageError(f"{path} is there already and is no plain file. Choose another name.")
    if there.st_size and not _is_own_file(path, ours):
        raise UsageError(f"{path} is there already, and is no such file of the finder's. Choose another name.")
    if not force and not (ask and ask(f"{path} is there already. Write over it?")):
        raise UsageError(f"{path} is there already, and stays as it is. Choose another name, or say --force.")


def restrict_home_access(home: Path) -> str:
    """Make a data folder that others can read its owner's alone, or else its files; what was done, to be said once."""
    if sys.platform == "win32" or not home.is_dir() or not stat.S_IMODE(home.stat().st_mode) & 0o077:
        return ""
    try:
        home.chmod(0o700)
        return f"Others on this machine could read {home}: now only you can (mode 700)."
    except OSError:  # it is not ours, but what is in it may be
        closed = sum(
            map(_restrict_file_access, [path for path in home.rglob("*") if path.is_file() and not path.is_symlink()])
        )
    if not closed:
        return ""
    return f"Others on this machine can read the folder {home}, which is not yours: its {closed} files were made yours."


def _restrict_file_access(path: Path) -> bool:
    try:
        if not stat.S_IMODE(path.stat().st_mode) & 0o077:
            return False
        path.chmod(0o600)
    except OSError:
        return False
    return True


def _is_own_file(path: Path, ours: Ours) -> bool:
    try:
        return ours(path)
    except (OSError, ValueError):
        return False


def _enclosing_data_folder(path: Path, home: Path) -> Path | None:
    """The data folder that a path leads into, by whatever way; None where it leads into none, or into its exports."""
    try:
        places = {path.absolute(), path.resolve(), path.parent.resolve() / path.name}
    except (OSError, RuntimeError, ValueError):
        raise UsageError(f"{path} is no file that can be written. Choose another name.") from None
    for place in places:
        below: list[Path] = [place]
        for folder in place.parents:
            if _is_same_path(folder, home) or any((folder / name).is_file() for name in _DATA):
                if len(below) > 1 and _is_same_path(below[-1], folder / EXPORTS):
                    return None if not (folder / EXPORTS).is_symlink() else folder
                return folder
            below.append(folder)
    return None


def _is_same_path(one: Path, other: Path) -> bool:
    """Whether two paths are one place, however they are spelled."""
    try:
        return one.samefile(other)
    except OSError:
        return one.absolute() == other.absolute()
