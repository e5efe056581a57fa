"""Backups: whole while others write, without keys, and refused where they are not what they say."""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import stat
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from finder.errors import FinderError, InvalidBackup, StoreError, StoreTooNew, TooLarge, UsageError
from finder.maintenance import backup_archive, restore
from finder.settings import save_key
from finder.storage import open_store
from finder.storage.database import FILE, load_migrations
from tests import once
from tests.worlds import NOW, stored, work

KEY = "pl4nted-Key/0123"
SETTINGS = 'contact = "ada@uni.example"\n'
WRITER = """
import sys
from pathlib import Path
from finder.model import Work
from finder.storage import open_store
from finder.storage.records import encode_record
with open_store(Path(sys.argv[1])) as store:
    number = 0
    while True:  # two records at once: a copy that holds one of them alone is torn
        pair = [Work("writer", f"{number}{side}", "A pair " * 50, "2026", ()) for side in "ab"]
        store.records.put_records(map(encode_record, pair), fetched_at="2026-11-01T00:00:00+00:00")
        number += 1
        if number == 20:
            print("ready", flush=True)
"""


def home_of(tmp_path: Path, *titles: str) -> Path:
    home = tmp_path / "home"
    once.made(home, _home, *(titles or ("Silent owls",)))
    return home


def _home(home: Path, *titles: str) -> None:
    stored(home, *(work(title, "Ada Vell", "Bo Rask") for title in titles)).close()
    (home / backup_archive.SETTINGS).write_text(SETTINGS)


def backed_up(home: Path, name: str = "backup.zip") -> Path:
    target = home.parent / name
    with open_store(home) as store:
        backup_archive.make_backup(store, target, NOW)
    return target


def everything(home: Path) -> dict[str, bytes]:
    """All files and what is in them, but for what an open store comes and goes with."""
    fleeting = ("-wal", "-shm", ".lock")
    files = (f for f in home.rglob("*") if f.is_file() and not f.name.endswith(fleeting))
    return {str(f.relative_to(home)): f.read_bytes() for f in files}


def test_a_backup_holds_record_and_settings_and_no_key(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    save_key(home, "openalex_key", KEY)
    target = backed_up(home)

    with zipfile.ZipFile(target) as packed:
        assert sorted(packed.namelist()) == sorted([FILE, backup_archive.SETTINGS, backup_archive.MANIFEST])
        assert all(KEY.encode() not in packed.read(name) for name in packed.namelist())
        manifest = json.loads(packed.read(backup_archive.MANIFEST))
    assert manifest["store"] == load_migrations()[-1][0]
    assert manifest["made_at"] == NOW
    if os.name == "posix":
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert not [path for path in (*home.iterdir(), *tmp_path.iterdir()) if ".part" in path.name]


def test_while_another_process_writes_a_backup_is_one_moment(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    command = [sys.executable, "-c", WRITER, str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        try:
            assert writer.stdout
            assert writer.stdout.readline() == "ready\n"
            backups = [backed_up(home, f"{number}.zip") for number in range(3)]
            assert writer.poll() is None
        finally:
            writer.kill()
    sizes = []
    for number, target in enumerate(backups):
        folder = tmp_path / f"unpacked{number}"
        folder.mkdir()
        backup_archive.unpack_backup(target, folder)
        assert restore.integrity_fault(folder / FILE) == ""
        with closing(sqlite3.connect(folder / FILE)) as db:
            names = [row[0] for row in db.execute("select source_id from record where source = 'writer'")]
        counts = Counter(name[:-1] for name in names).values()
        assert set(counts) == {2}
        sizes.append(len(counts))
    assert sizes == sorted(sizes)
    assert sizes[0] >= 20


def test_a_backup_replaces_an_older_one_and_nothing_else(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    target = backed_up(home)
    assert backed_up(home) == target
    (tmp_path / "thesis.zip").write_bytes(b"years of work")
    for name in ("thesis.zip", "."):
        with pytest.raises(UsageError, match="Choose another name"):
            backed_up(home, name)

    assert (tmp_path / "thesis.zip").read_bytes() == b"years of work"


def test_a_place_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="choose another place"):
        backed_up(home_of(tmp_path), "nowhere/backup.zip")


def test_a_disk_that_fills_up_leaves_the_older_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = home_of(tmp_path)
    before = backed_up(home).read_bytes()

    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup_archive, "_copy_with_checksum", full)
    with pytest.raises(StoreError, match="No space left"):
        backed_up(home)
    assert (tmp_path / "backup.zip").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.zip", "home"]


# --- what is no backup -----------------------------------------------------------------------------------------------


def remade(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """The archive with its files changed."""
    with zipfile.ZipFile(path) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    change(files)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)


def told(**changes: object) -> Callable[[dict[str, bytes]], None]:
    """With other words in the manifest."""

    def change(files: dict[str, bytes]) -> None:
        files[backup_archive.MANIFEST] = json.dumps(json.loads(files[backup_archive.MANIFEST]) | changes).encode()

    return change


def listed(name: str) -> Callable[[dict[str, bytes]], None]:
    """With one more file, which the manifest knows."""

    def change(files: dict[str, bytes]) -> None:
        manifest = json.loads(files[backup_archive.MANIFEST])
        files[name] = b"owned"
        manifest["files"][name] = {"size": 5, "sha256": "0" * 64}
        files[backup_archive.MANIFEST] = json.dumps(manifest).encode()

    return change


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0xFF
    path.write_bytes(content)


def bomb(path: Path) -> None:
    """More than the manifest says comes out of it."""
    remade(path, lambda files: files.update({FILE: files[FILE] + bytes(50_000_000)}))


def broken_inside(path: Path) -> None:
    """All checksums fit, but the database is damaged."""

    def change(files: dict[str, bytes]) -> None:
        content = files[FILE]
        files[FILE] = content[:8192] + b"\xff" * (len(content) - 8192)
        sink, manifest = io.BytesIO(), json.loads(files[backup_archive.MANIFEST])
        sha = backup_archive._copy_with_checksum(io.BytesIO(files[FILE]), sink, len(content))
        manifest["files"][FILE] = {"size": len(content), "sha256": sha}
        files[backup_archive.MANIFEST] = json.dumps(manifest).encode()

    remade(path, change)


def twice(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as packed, pytest.warns(UserWarning, match="Duplicate"):
        packed.writestr(FILE, b"another")


@pytest.mark.parametrize(
    ("damage", "error", "says"),
    [
        (lambda p: p.write_bytes(b"hello"), InvalidBackup, "no backup of the finder"),
        (lambda p: p.write_bytes(b""), InvalidBackup, "no backup of the finder"),
        (lambda p: p.write_bytes(p.read_bytes()[:-500]), InvalidBackup, "damaged"),
        (lambda p: p.unlink(), UsageError, "no file"),
        (flipped, InvalidBackup, "damaged"),
        (bomb, InvalidBackup, "damaged"),
        (broken_inside, InvalidBackup, "damaged"),
        (twice, InvalidBackup, "no backup"),
        (lambda p: remade(p, lambda files: files.pop(backup_archive.MANIFEST)), InvalidBackup, "no manifest"),
        (lambda p: remade(p, lambda files: files.pop(FILE)), InvalidBackup, "no backup"),
        (lambda p: remade(p, lambda files: files.update({backup_archive.MANIFEST: b"[]"})), InvalidBackup, "no backup"),
        (
            lambda p: remade(p, lambda files: files.update({backup_archive.MANIFEST: b"\xff"})),
            InvalidBackup,
            "no backup",
        ),
        (lambda p: remade(p, lambda files: files.update({"../../evil": b"x"})), InvalidBackup, "no backup"),
        (lambda p: remade(p, listed("../../evil")), InvalidBackup, "no backup"),
        (lambda p: remade(p, listed("/etc/evil")), InvalidBackup, "no backup"),
        (lambda p: remade(p, listed("secrets.toml")), InvalidBackup, "no backup"),
        (
            lambda p: remade(p, lambda files: files.update({backup_archive.SETTINGS: b"contact = 1\n"})),
            InvalidBackup,
            "damaged",
        ),
        (lambda p: remade(p, told(format=2)), StoreTooNew, "Update the finder"),
        (lambda p: remade(p, told(store=999)), StoreTooNew, "Update the finder"),
        (lambda p: remade(p, told(files=3)), InvalidBackup, "no backup"),
    ],
)
def test_what_is_no_sound_backup_is_refused_and_changes_nothing(
    tmp_path: Path, damage: Callable[[Path], object], error: type[FinderError], says: str
) -> None:
    home = home_of(tmp_path)
    path = backed_up(home)
    stored(home, work("Written later", "Cy Cole")).close()
    before = everything(home)
    damage(path)

    with pytest.raises(error, match=says):
        restore.restore_archive(path, home, NOW)
    assert everything(home) == before
    assert sorted(f.name for f in tmp_path.iterdir() if f != path) == ["home"]


def test_settings_that_this_finder_does_not_know_are_refused_where_they_are_wanted(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    (home / backup_archive.SETTINGS).write_text("telepathy = true\n")
    path = backed_up(home)
    (home / backup_archive.SETTINGS).unlink()

    with pytest.raises(InvalidBackup, match="telepathy"):
        restore.restore_archive(path, home, NOW, list)
    assert restore.restore_archive(path, home, NOW).settings, "the record is no worse for them"


def test_without_room_nothing_is_unpacked(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    path = backed_up(home)
    remade(
        path,
        told(files={FILE: {"size": 10**15, "sha256": "0" * 64}, backup_archive.SETTINGS: {"size": 1, "sha256": ""}}),
    )

    with pytest.raises(StoreError, match=r"MB are free\. Free"):
        restore.restore_archive(path, home, NOW)


@pytest.mark.parametrize(("times", "refused"), [(30, False), (80, True)])
def test_a_backup_unpacks_to_fifty_times_its_size_and_no_more(tmp_path: Path, times: int, refused: bool) -> None:
    noise = 1_000_000 // times
    content = os.urandom(noise) + bytes(1_000_000 - noise)
    packed = backup_archive.ArchiveEntry(len(content), hashlib.sha256(content).hexdigest())
    manifest = backup_archive.BackupManifest(backup_archive.FORMAT, "1", 1, NOW, {FILE: packed})
    path, folder = tmp_path / "a.zip", tmp_path / "to"
    folder.mkdir()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(FILE, content)
        file.writestr(backup_archive.MANIFEST, msgspec.json.encode(manifest))

    if refused:
        with pytest.raises(TooLarge, match="most_megabytes"):
            backup_archive.unpack_backup(path, folder, most=1)
        assert not list(folder.iterdir())
    else:
        backup_archive.unpack_backup(path, folder, most=1)
        assert (folder / FILE).read_bytes() == content
    assert backup_archive.unpack_backup(path, tmp_path, most=2_000_000) == manifest
