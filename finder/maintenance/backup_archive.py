"""One file that holds a data folder's record and settings, and never its keys: made, checked and unpacked."""

from __future__ import annotations

import hashlib
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

from finder import decompression, files, settings
from finder.errors import InvalidBackup, StoreError, StoreTooNew, UsageError
from finder.storage import Store, sqlite_backup
from finder.storage.database import FILE, load_migrations

SETTINGS = "finder.toml"
NAMES = (FILE, SETTINGS)
MANIFEST = "manifest.json"
FORMAT = 1
CHUNK = 1 << 20
LARGEST_MANIFEST = 1 << 20
LARGEST_LIST, LARGEST_END = 1 << 16, (1 << 16) + 22  # bytes of an archive's list of files, and of what ends it
MAX_EXPANSION = 50
"""How many times of its size a backup unpacks to at most, whatever is set: a record packs to a fifth."""


class ArchiveEntry(msgspec.Struct, frozen=True):
    """A file in the archive, as it was before it was compressed."""

    size: int
    sha256: str


class BackupManifest(msgspec.Struct, frozen=True):
    """What an archive says it holds.

    Attributes:
        finder: version of the finder that made it; store: number of the store's last migration.
    """

    format: int
    finder: str
    store: int
    made_at: str
    files: dict[str, ArchiveEntry]


def make_backup(
    store: Store, target: Path, now: str, *, force: bool = True, ask: files.Ask | None = None
) -> BackupManifest:
    """Write a backup; others may read and write the store meanwhile.

    Args:
        force: an older backup of this name is replaced; if not, only once the user said so to ``ask``.

    Raises:
        UsageError: it may not be written there, or there is something of this name.
        StoreError: there is no room, or no right to write there; nothing is left behind.
    """
    files.ensure_writable(target, home=store.home, ours=_is_backup_file, force=force, ask=ask)
    with working_folder(store.home, "backup") as folder:
        sqlite_backup.copy_database(store.connection, folder / FILE)
        with closing(sqlite3.connect(folder / FILE)) as db, db:
            db.execute("delete from lease")  # whoever holds it holds that store, not this copy
            number = db.execute("pragma user_version").fetchone()[0]
        if (store.home / SETTINGS).exists():
            shutil.copyfile(store.home / SETTINGS, folder / SETTINGS)
        with files.open_user_file(target, home=store.home, ours=_is_backup_file, force=True) as file:
            return _write_archive(file, folder, number, now)


def unpack_backup(path: Path, folder: Path, most: int = decompression.MOST) -> BackupManifest:
    """Write the files of a backup into a folder, once all is seen to be as its manifest says.

    Args:
        most: bytes that it may unpack to, unless it is itself a good part of that.

    Raises:
        InvalidBackup: it is damaged, or something else.
        StoreTooNew: a newer finder made it.
        StoreError: there is no room.
    """
    try:
        _require_short_listing(path)
        with zipfile.ZipFile(path) as archive:
            manifest = _read_manifest(archive, path)
            size = sum(packed.size for packed in manifest.files.values())
            sqlite_backup.ensure_copy_space(folder, size)
            if size > max(most, MAX_EXPANSION * path.stat().st_size):
                raise decompression.too_large_error(str(path), most)
            if SETTINGS in manifest.files and manifest.files[SETTINGS].size > settings.LARGEST:
                raise InvalidBackup(f"{path} is no backup of the finder: its settings are too long.")
            for name, packed in manifest.files.items():
                with archive.open(name) as source, (folder / name).open("xb") as target:
                    if _copy_with_checksum(source, target, packed.size) != packed.sha256:
                        raise InvalidBackup(f"{path} is damaged: {name} is not what was packed. Use another backup.")
    except FileNotFoundError:
        raise UsageError(f"There is no file {path}.") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise InvalidBackup(f"{path} is damaged, or no backup of the finder ({error}). Use another one.") from None
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


def _write_archive(file: IO[bytes], folder: Path, number: int, now: str) -> BackupManifest:
    files = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in NAMES:
            if (folder / name).exists():
                size = (folder / name).stat().st_size
                with (folder / name).open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
                    files[name] = ArchiveEntry(size, _copy_with_checksum(source, target, size))
        manifest = BackupManifest(FORMAT, version("finder"), number, now, files)
        archive.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
    return manifest


def _copy_with_checksum(source: IO[bytes], target: IO[bytes], most: int) -> str:
    """Copy at most so many bytes; the checksum of what was copied, or nothing if there is more."""
    digest, left = hashlib.sha256(), most
    while chunk := source.read(min(CHUNK, left + 1)):
        left -= len(chunk)
        if left < 0:
            return ""
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest() if not left else ""


def _require_short_listing(path: Path) -> None:
    """Make sure that an archive lists few files, before the list is read.

    Raises:
        InvalidBackup: it does not.
    """
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LARGEST_END))
        end = file.read()
    place = end.rfind(b"PK\x05\x06")
    if place >= 0 and int.from_bytes(end[place + 12 : place + 16], "little") > LARGEST_LIST:
        raise InvalidBackup(f"{path} is no backup of the finder: it does not hold what one holds.")


def _read_manifest(archive: zipfile.ZipFile, path: Path) -> BackupManifest:
    """The manifest, if it and the archive hold what they may and nothing else: no name of theirs becomes a path."""
    names = archive.namelist()
    if MANIFEST not in names or archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
        raise InvalidBackup(f"{path} is no backup of the finder: it has no manifest.")
    text = archive.read(MANIFEST)
    try:
        told = msgspec.json.decode(text, type=dict[str, object])
        if isinstance(told.get("format"), int) and told["format"] > FORMAT:  # type: ignore[operator]
            raise StoreTooNew(f"{path} was made by a newer finder ({told.get('finder')}). Update the finder.")
        manifest = msgspec.convert(told, BackupManifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidBackup(f"{path} is damaged, or no backup of the finder ({error}).") from None
    if manifest.store > load_migrations()[-1][0]:
        raise StoreTooNew(f"{path} was made by a newer finder ({manifest.finder}). Update the finder.")
    strange = sorted({*names, *manifest.files} - {*NAMES, MANIFEST})
    if strange or sorted(names) != sorted([*manifest.files, MANIFEST]) or FILE not in manifest.files:
        raise InvalidBackup(
            f"{path} is no backup of the finder: it does not hold what one holds {strange[:1] or ''}".rstrip() + "."
        )
    return manifest


def _is_backup_file(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return {MANIFEST, FILE} <= set(archive.namelist())
    except (OSError, zipfile.BadZipFile):
        return False
