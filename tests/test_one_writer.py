"""Files that a user names are written by one function; the source tree is walked for any other that writes."""

from __future__ import annotations

import ast
import os
import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import finder
from finder import cli, files
from finder.errors import StoreError, UsageError
from finder.maintenance import backup_archive
from finder.outreach import export_detection
from finder.storage import open_store

ROOT = Path(finder.__file__).parent.parent
posix = pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")

WRITERS = {
    "finder/files.py": "the one writer",
    "finder/http/rate_limiter.py": "a database of the data folder's own, for all processes",
    "finder/http/recordings.py:write_recordings": "for developers: recordings that tests replay",
    "finder/maintenance/backup_archive.py:make_backup": "a copy in a working folder of the data folder, private",
    "finder/maintenance/backup_archive.py:unpack_backup": "into a working folder of the data folder",
    "finder/maintenance/backup_archive.py:working_folder": "that folder itself",
    "finder/maintenance/backup_archive.py:_write_archive": "into the file that the one writer opened",
    "finder/maintenance/store_checks.py": "looks at the record and its copies",
    "finder/maintenance/restore.py": "moves the record and its copies within the data folder",
    "finder/maintenance/environment_checks.py:_folder_findings": "tries whether the data folder takes a file",
    "finder/ranking/engines.py": "a temporary folder of Spark's and DuckDB's",
    "finder/scheduling/installers.py": "entries of the machine's scheduler, which read them, and hold no data",
    "finder/storage/sqlite_backup.py:copy_database": "copies of the record beside it, readable by its owner alone",
    "finder/storage/database.py:open_store": "the record",
    "finder/storage/leases.py:_renew_lease": "the record",
    "finder/storage/expiry.py": "empties the record's own files",
    "finder/storage/derived_tables.py:keep_derived": "in a snapshot of the data folder, and gone with it",
    "finder/storage/snapshot.py": "snapshots in the data folder",
    "finder/storage/vectors.py": "vectors in the data folder",
    "finder/outreach/formats/xlsx.py:as_xlsx": "a workbook in memory",
    "finder/cli/streams.py:_redirect_to_devnull": "leads standard output to nowhere, once it has failed",
    "dashboard/jobs.py:_start_job": "logs of the data folder",
}
"""Who else writes, by module or function, and why that is no file that a user names."""
METHODS = frozenset(
    "write_text write_bytes touch symlink_to hardlink_to link_to write_csv write_parquet write_excel write_json "
    "write_ndjson write_ipc write_avro write_database sink_csv sink_parquet sink_ipc sink_ndjson tofile savetxt savez "
    "savez_compressed memmap copyfile copy2 copytree copyfileobj move mkstemp NamedTemporaryFile TemporaryFile "
    "SpooledTemporaryFile mkdtemp TemporaryDirectory"
    " extractall extract fdopen rename Workbook to_csv to_parquet".split()
)
OPENERS = frozenset("open ZipFile TarFile GzipFile LZMAFile BZ2File FileIO memmap".split())


def writes(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Calls that may write a file, each with the outermost function it stands in."""

    def walk(node: ast.AST, owner: str) -> Iterator[tuple[str, ast.Call]]:
        for child in ast.iter_child_nodes(node):
            inner = owner
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) and not owner:
                inner = child.name
            if isinstance(child, ast.Call) and may_write(child):
                yield inner, child
            yield from walk(child, inner)

    return walk(tree, "")


def may_write(call: ast.Call) -> bool:
    named = call.func
    name = named.attr if isinstance(named, ast.Attribute) else named.id if isinstance(named, ast.Name) else ""
    before = ast.unparse(named.value) if isinstance(named, ast.Attribute) else ""
    if name in OPENERS:
        if before == "os":
            return True
        modes = [one.value for one in (*call.args, *(k.value for k in call.keywords)) if isinstance(one, ast.Constant)]
        return any(isinstance(mode, str) and re.fullmatch(r"[rbtU]*[wax+][rwaxbt+]*", mode) for mode in modes)
    if before.startswith("pl.") or (name == "touch" and call.args):
        return False
    if name == "connect":
        return before.endswith("sqlite3") and ast.unparse(call.args[0]) != "':memory:'"
    if name in ("replace", "rename", "link", "dump", "save"):
        elsewhere = before in ("os", "shutil", "json", "pickle", "np", "numpy", "marshal")
        return elsewhere or (name in ("replace", "rename") and is_move(call))
    return name in METHODS


def is_move(call: ast.Call) -> bool:
    """Texts are replaced by two things, values by name, and columns of a table are renamed by a mapping."""
    return len(call.args) == 1 and not call.keywords and not isinstance(call.args[0], ast.Dict | ast.DictComp)


def unknown(root: Path) -> list[str]:
    """Places that write a file, and are neither the one writer nor on the list."""
    found = []
    for path in sorted((*root.glob("finder/**/*.py"), *root.glob("dashboard/**/*.py"))):
        module = path.relative_to(root).as_posix()
        for owner, call in writes(ast.parse(path.read_text(encoding="utf-8"))):
            if module not in WRITERS and f"{module}:{owner}" not in WRITERS:
                found.append(f"{module}:{owner} line {call.lineno}: {ast.unparse(call)[:80]}")
    return found


def test_nothing_writes_a_file_but_the_one_writer_and_those_with_a_reason() -> None:
    assert unknown(ROOT) == []


@pytest.mark.parametrize(
    "line",
    [
        "out.write_text(text)",
        "Path(x).write_bytes(b'')",
        "open(x, 'w')",
        "out.open('wb')",
        "open(x, mode='a')",
        "io.open(x, 'r+')",
        "os.open(x, os.O_WRONLY | os.O_CREAT)",
        "frame.write_csv(out)",
        "shutil.copyfile(a, b)",
        "zipfile.ZipFile(x, 'w')",
        "gzip.open(x, 'wb')",
        "np.save(x, a)",
        "os.replace(a, b)",
        "sqlite3.connect(x)",
        "lazy.sink_parquet(x)",
        "out.touch()",
        "tempfile.mkstemp()",
        "xlsxwriter.Workbook(path)",
        "a.rename(b)",
    ],
)
def test_the_walk_finds_a_new_writer(tmp_path: Path, line: str) -> None:
    (tmp_path / "finder").mkdir()
    (tmp_path / "finder" / "new.py").write_text(f"def save():\n    {line}\n")
    assert len(unknown(tmp_path)) == 1


def test_every_reason_is_still_needed() -> None:
    for place in WRITERS:
        module, _, owner = place.partition(":")
        found = {name for name, _ in writes(ast.parse((ROOT / module).read_text(encoding="utf-8")))}
        assert owner in found if owner else found, place


# --- what the one writer does ----------------------------------------------------------------------------------------


LETTER = b"X-Unsent: 1\r\nSubject: On newts\r\n\r\n"


def put(path: Path, home: Path, **more: object) -> None:
    files.write_user_file(path, LETTER, home=home, ours=export_detection.is_export, **more)  # type: ignore[arg-type]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    open_store(tmp_path / "home").close()
    (tmp_path / "home" / "finder.toml").write_text('contact = "ada@uni.example"\n')
    return tmp_path / "home"


@posix
def test_its_file_is_its_owners_alone_and_whole(tmp_path: Path, home: Path) -> None:
    put(tmp_path / "a.eml", home)
    assert stat.S_IMODE((tmp_path / "a.eml").stat().st_mode) == 0o600
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.eml", "home"]


@pytest.mark.parametrize(
    "name",
    [
        "finder.toml",
        "finder.sqlite",
        "secrets.toml",
        "new.md",
        "news/a.md",
        "deep/er/a.md",
        "exports/../a.md",
        "snapshots/current.json",
        "exports",
    ],
)
@pytest.mark.parametrize("force", [True, False])
def test_the_data_folder_is_left_alone(home: Path, name: str, force: bool) -> None:
    before = {one: one.read_bytes() for one in home.iterdir() if one.is_file()}
    with pytest.raises((UsageError, StoreError)):
        put(home / name, home, force=force, ask=lambda _: True)
    assert {one: one.read_bytes() for one in home.iterdir() if one.is_file()} == before


def test_other_ways_into_a_data_folder_are_none(tmp_path: Path, home: Path) -> None:
    (tmp_path / "link").symlink_to(home)
    (tmp_path / "settings.md").symlink_to(home / "finder.toml")
    open_store(tmp_path / "another").close()
    for path in (
        tmp_path / "link" / "a.md",
        tmp_path / "settings.md",
        tmp_path / "another" / "a.md",
        tmp_path / "x" / ".." / "home" / "a.md",
    ):
        with pytest.raises(UsageError, match="data folder"):
            put(path, home, force=True)
    assert "ada@uni.example" in (home / "finder.toml").read_text()


def test_its_folder_for_exports_is_made_and_used(home: Path) -> None:
    put(home / "exports" / "a.eml", home)
    assert (home / "exports" / "a.eml").read_bytes() == LETTER


@pytest.mark.parametrize(
    "content",
    [
        b"years of work",
        b"name,mail\nada,a@b\n",
        b"# Notes\n\nOn newts\n",
        b'{"title": "mine"}',
        b"PK\x03\x04",
        b"\x00" * 99,
        b"SQLite format 3\x00",
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//other//\r\n",
        b"#!/bin/sh\n",
    ],
)
def test_what_is_no_export_stays_whatever_is_said(tmp_path: Path, home: Path, content: bytes) -> None:
    path = tmp_path / "file.eml"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="Choose another name"):
        put(path, home, force=True, ask=lambda _: True)
    assert path.read_bytes() == content


def test_what_is_no_plain_file_stays(tmp_path: Path, home: Path) -> None:
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name in ("dangling", "folder", "pipe"):
        with pytest.raises(UsageError, match="no plain file"):
            put(tmp_path / name, home, force=True)


def test_it_asks_before_it_writes_over_an_export(tmp_path: Path, home: Path) -> None:
    path, asked = tmp_path / "a.eml", []
    path.write_bytes(LETTER + b"before")
    with pytest.raises(UsageError, match="--force"):
        put(path, home)
    with pytest.raises(UsageError, match="--force"):
        put(path, home, ask=lambda text: bool(asked.append(text)))
    assert path.read_bytes() == LETTER + b"before"
    assert len(asked) == 1
    put(path, home, ask=lambda _: True)
    assert path.read_bytes() == LETTER
    put(path, home, force=True)


@posix
def test_an_open_data_folder_is_shut_and_that_is_said_once(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home.chmod(0o755)
    monkeypatch.setenv("FINDER_HOME", str(home))
    said = []
    for _ in range(2):
        with pytest.raises(SystemExit):
            cli.main(["watch", "list"])
        said.append("mode 700" in capsys.readouterr().err)
    assert said == [True, False]
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


@posix
def test_the_files_of_a_folder_that_is_not_ours_are_shut(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.chmod(0o755)
    (home / "finder.toml").chmod(0o644)
    real = Path.chmod

    def refused(self: Path, mode: int) -> None:
        if self == home:
            raise PermissionError
        real(self, mode)

    monkeypatch.setattr(Path, "chmod", refused)
    assert "made yours" in files.restrict_home_access(home)
    assert stat.S_IMODE((home / "finder.toml").stat().st_mode) == 0o600
    assert files.restrict_home_access(home) == ""


@pytest.mark.parametrize(
    "words",
    [
        ["about", "Ada Vell", "--out", "PATH"],
        ["shortlist", "export", "PATH", "--as", "csv", "--force"],
        ["backup", "PATH"],
        ["news", "--atom", "PATH", "--force"],
        ["news", "--ics", "PATH", "--force"],
    ],
)
@pytest.mark.parametrize("aim", ["finder.toml", "finder.sqlite", "new"])
def test_no_command_writes_into_the_data_folder(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], aim: str
) -> None:
    monkeypatch.setenv("FINDER_HOME", str(home))
    with pytest.raises(SystemExit) as ended:
        cli.main([word.replace("PATH", str(home / aim)) for word in words])
    assert ended.value.code == 2
    assert "exports takes files of yours" in capsys.readouterr().err
    assert not (home / "new").exists()
    assert backup_archive.SETTINGS in {one.name for one in home.iterdir()}
