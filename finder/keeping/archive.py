"""One file that holds a data folder's record and settings, and never its keys: made, checked and unpacked."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import IO

import msgspec

from finder.errors import BadBackup, StoreError, StoreTooNew, UsageError
from finder.store import Store, copies
from finder.store.database import FILE, migrations

SETTINGS = "finder.toml"
NAMES = (FILE, SETTINGS)
MANIFEST = "manifest.json"
FORMAT = 1
CHUNK = 1 << 20
LARGEST_MANIFEST = 1 << 20


class Packed(msgspec.Struct, frozen=True):
    """A file in the archive, as it was before it was compressed."""

    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What an archive says it holds.

    Attributes:
        finder: version of the finder that made it; store: number of the store's last migration.
    """

    format: int
    finder: str
    store: int
    made_at: str
    files: dict[str, Packed]


def make(store: Store, target: Path, now: str) -> Manifest:
    """Write a backup; others may read and write the store meanwhile. An older backup of this name is replaced.

    Raises:
        UsageError: there is something else of this name.
        StoreError: there is no room, or no right to write there; nothing is left behind.
    """
    if target.is_dir() or (target.exists() and not _ours(target)):
        raise UsageError(f"{target} is there already and no backup of the finder. Choose another name.")
    with working_folder(store.home, "backup") as folder:
        copies.copy(store.connection, folder / FILE)
        with closing(sqlite3.connect(folder / FILE)) as db, db:
            db.execute("delete from lease")  # whoever holds it holds that store, not this copy
            number = db.execute("pragma user_version").fetchone()[0]
        if (store.home / SETTINGS).exists():
            shutil.copyfile(store.home / SETTINGS, folder / SETTINGS)
        part = target.with_name(f"{target.name}.part")
        try:
            part.unlink(missing_ok=True)
            with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
                packed = _pack(file, folder, number, now)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        except OSError as error:
            raise StoreError(f"{target} cannot be written: {error}. Free some space or choose another place.") from None
        finally:
            part.unlink(missing_ok=True)
    return packed


def unpack(path: Path, folder: Path) -> Manifest:
    """Write the files of a backup into a folder, once all is seen to be as its manifest says.

    Raises:
        BadBackup: it is damaged, or something else; StoreTooNew: a newer finder made it; StoreError: there is no room.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(archive, path)
            copies.require(folder, sum(packed.size for packed in manifest.files.values()))
            for name, packed in manifest.files.items():
                with archive.open(name) as source, (folder / name).open("xb") as target:
                    if _copied(source, target, packed.size) != packed.sha256:
                        raise BadBackup(f"{path} is damaged: {name} is not what was packed. Use another backup.")
    except FileNotFoundError:
        raise UsageError(f"There is no file {path}.") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadBackup(f"{path} is damaged, or no backup of the finder ({error}). Use another one.") from None
    except OSError as error:
        raise StoreError(f"{path} cannot be unpacked: {error}. Check its rights and the free space.") from None
    return manifest


@contextmanager
def working_folder(home: Path, what: str) -> Iterator[Path]:
    """A folder in the data folder for what is half done; one that a crash leaves is found by the doctor."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{what}.part-", dir=home))
    except OSError as error:
        raise StoreError(f"{home} cannot be written: {error}. Check its rights and free space.") from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _pack(file: IO[bytes], folder: Path, number: int, now: str) -> Manifest:
    files = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in NAMES:
            if (folder / name).exists():
                size = (folder / name).stat().st_size
                with (folder / name).open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
                    files[name] = Packed(size, _copied(source, target, size))
        manifest = Manifest(FORMAT, version("finder"), number, now, files)
        archive.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
    return manifest


def _copied(source: IO[bytes], target: IO[bytes], most: int) -> str:
    """Copy at most so many bytes; the checksum of what was copied, or nothing if there is more."""
    digest, left = hashlib.sha256(), most
    while chunk := source.read(min(CHUNK, left + 1)):
        left -= len(chunk)
        if left < 0:
            return ""
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest() if not left else ""


def _manifest(archive: zipfile.ZipFile, path: Path) -> Manifest:
    """The manifest, if it and the archive hold what they may and nothing else: no name of theirs becomes a path."""
    names = archive.namelist()
    if MANIFEST not in names or archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
        raise BadBackup(f"{path} is no backup of the finder: it has no manifest.")
    text = archive.read(MANIFEST)
    try:
        told = msgspec.json.decode(text, type=dict[str, object])
        if isinstance(told.get("format"), int) and told["format"] > FORMAT:  # type: ignore[operator]
            raise StoreTooNew(f"{path} was made by a newer finder ({told.get('finder')}). Update the finder.")
        manifest = msgspec.convert(told, Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadBackup(f"{path} is damaged, or no backup of the finder ({error}).") from None
    if manifest.store > migrations()[-1][0]:
        raise StoreTooNew(f"{path} was made by a newer finder ({manifest.finder}). Update the finder.")
    strange = sorted({*names, *manifest.files} - {*NAMES, MANIFEST})
    if strange or sorted(names) != sorted([*manifest.files, MANIFEST]) or FILE not in manifest.files:
        raise BadBackup(
            f"{path} is no backup of the finder: it does not hold what one holds {strange[:1] or ''}".rstrip() + "."
        )
    return manifest


def _ours(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return {MANIFEST, FILE} <= set(archive.namelist())
    except (OSError, zipfile.BadZipFile):
        return False
