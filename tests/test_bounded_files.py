"""Files are no more trusted than the network: whatever a small one unpacks to, little of it is held."""

from __future__ import annotations

import csv
import gzip
import io
import json
import lzma
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from test_one_writer import ROOT

from finder import decompression
from finder.errors import TooLarge
from finder.ingest import dump_import
from finder.ingest.file_import import import_files
from finder.settings import load_settings
from finder.source import discover_sources
from finder.storage import Store, erasure
from tests.worlds import NOW

MOST = 1_000_000
LITTLE = 700_000_000
"""Bytes that a process takes which refuses a file: its libraries, and no more than twice the bound."""


def megabytes(piece: bytes, count: int = 40) -> bytes:
    return piece * (count * 1_000_000 // len(piece))


def gz(data: bytes) -> bytes:
    return gzip.compress(data, compresslevel=9)


PAPERS: dict[str, Callable[[], bytes]] = {
    "spaces": lambda: gz(b"[" + megabytes(b" ") + b"]"),
    "empty records": lambda: gz(b"[" + megabytes(b"{},") + b"{}]"),
    "lists in a column": lambda: gz(b'[{"title": [' + megabytes(b"[],") + b"[]]}]"),
    "objects in an unknown column": lambda: gz(b'[{"x": [' + megabytes(b"{},") + b"{}]}]"),
    "one long title": lambda: gz(b'[{"title": "' + megabytes(b"x") + b'", "author": "Ada Vell"}]'),
    "many members": lambda: gz(megabytes(b" ", 4)) * 10,
    "gzip in gzip": lambda: gz(gz(megabytes(b"[]"))),
    "plain": lambda: megabytes(b"{},"),
    "nested": lambda: b"[" * 200_000,
    "nested in a record": lambda: b'[{"title": ' + b"[" * 3_000 + b"]" * 3_000 + b"}]",
    "broken off": lambda: gz(b'[{"title": "x"}]')[:-9],
}


@pytest.mark.parametrize("name", PAPERS)
def test_a_file_of_papers_is_refused_with_its_remedy(store: Store, tmp_path: Path, name: str) -> None:
    path = tmp_path / "icml2025.json.gz"
    path.write_bytes(PAPERS[name]())
    report = import_files(store, discover_sources()["paperlists"], [path], now=NOW, most=MOST)

    assert report.files == 0
    (said,) = report.failed
    assert "most_megabytes" in said or "download it again" in said or "unpack it once" in said
    if name in ("spaces", "empty records", "one long title", "many members", "plain"):
        assert "1 MB" in said
        assert "[files] in finder.toml" in said


@pytest.mark.parametrize("end", ["", ".gz"])
def test_a_table_is_read_a_row_at_a_time_and_bounded(store: Store, tmp_path: Path, end: str) -> None:
    rows = b"name,affiliation,homepage,scholarid\n" + megabytes(b"a,b,c,d\n")
    path = tmp_path / f"csrankings.csv{end}"
    path.write_bytes(gz(rows) if end else rows)
    report = import_files(store, discover_sources()["csrankings"], [path], now=NOW, most=MOST)
    assert "most_megabytes" in report.failed[0]

    small = io.StringIO()
    csv.writer(small).writerows([["name", "affiliation", "homepage", "scholarid"], ["Ada Vell", "Uni X", "", "NO"]])
    path.write_bytes(gz(small.getvalue().encode()) if end else small.getvalue().encode())
    assert import_files(store, discover_sources()["csrankings"], [path], now=NOW, most=MOST).people == 1


def test_many_small_records_are_bounded_as_well(store: Store, tmp_path: Path) -> None:
    rows = b"name,affiliation,homepage,scholarid\n" + b"".join(b"%d,b,,\n" % number for number in range(90_000))
    (tmp_path / "csrankings.csv").write_bytes(rows)
    assert len(rows) < MOST
    report = import_files(store, discover_sources()["csrankings"], [tmp_path / "csrankings.csv"], now=NOW, most=MOST)
    assert "most_megabytes" in report.failed[0]


def test_a_line_of_a_dump_is_bounded_and_the_others_go_on(store: Store, tmp_path: Path) -> None:
    good = json.dumps({"id": "https://openalex.org/W1", "title": "On newts", "publication_date": "2025-01-01"}).encode()
    bad = b'{"id": "https://openalex.org/W2", "authorships": [' + megabytes(b"{},", 5) + b"{}]}"
    folder = tmp_path / "works"
    folder.mkdir()
    (folder / "part_000.gz").write_bytes(gz(good + b"\n" + bad + b"\n"))
    taken = dump_import.import_dump(
        store, discover_sources()["openalex"], [folder], dump_import.DumpQuery(), now=NOW, most=MOST
    )

    assert taken.lines == 2
    assert sum(taken.held.reasons.values()) == 1


@pytest.mark.parametrize("kind", ["empty records", "spaces"])
def test_a_small_gzip_takes_little_memory(tmp_path: Path, kind: str) -> None:
    """With the bound that holds where nobody has set one."""
    piece = {"empty records": b"{},", "spaces": b" "}[kind]
    path = tmp_path / "icml2025.json.gz"
    path.write_bytes(gz(b"[" + megabytes(piece, 31) + b"{}]"))
    assert path.stat().st_size < 60_000
    script = (
        "import resource, sys\nfrom pathlib import Path\nfrom finder.ingest.file_import import import_files\n"
        "from finder.source import discover_sources\nfrom finder.storage import open_store\n"
        "with open_store(Path(sys.argv[2])) as store:\n"
        f"    print(import_files(store, discover_sources()['paperlists'], [Path(sys.argv[1])], now='{NOW}').failed)\n"
        # of this program alone: what getrusage says is never below what the process had that began it
        "own = Path('/proc/self/status')\n"
        "peak = own.read_text().split('VmHWM:')[1].split()[0] if own.exists() else None\n"
        "print(peak or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    command = [sys.executable, "-c", script, str(path), str(tmp_path / "home")]
    told = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout.split()
    assert int(told[-1]) * (1 if sys.platform == "darwin" else 1024) < LITTLE


@pytest.mark.parametrize("pack", [gz, lzma.compress, lambda data: data])
def test_a_file_beside_the_store_is_looked_through_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Callable[[bytes], bytes]
) -> None:
    monkeypatch.setattr(decompression, "WINDOW", 100_000)
    (tmp_path / "a").write_bytes(pack(b"x" * 99_995 + b"Ada Vell" + b"x" * 300_000))
    pieces = list(erasure.iter_file_contents(tmp_path / "a"))
    assert max(map(len, pieces)) <= 100_000 + decompression.OVERLAP
    assert any(b"Ada Vell" in piece for piece in pieces)


def test_an_archive_beside_the_store_is_looked_through_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decompression, "WINDOW", 100_000)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("b", b"x" * 99_995 + b"Ada Vell" + b"x" * 300_000)
    assert any(b"Ada Vell" in piece for piece in erasure.iter_file_contents(tmp_path / "a.zip"))


def test_what_the_store_has_packed_is_bounded() -> None:
    packed = zlib.compress(b"x" * 3_000_000)
    assert len(decompression.inflate_bytes(packed)) == 3_000_000
    with pytest.raises(zlib.error, match="more than 1 MB"):
        decompression.inflate_bytes(packed, MOST)
    with pytest.raises(zlib.error, match="broke off"):
        decompression.inflate_bytes(packed[:-20])


@pytest.mark.parametrize(
    "size", [0, 1, decompression.CHUNK - 1, decompression.CHUNK, decompression.CHUNK + 1, 5_000_000]
)
@pytest.mark.parametrize("members", [1, 3])
def test_what_is_within_the_bound_comes_whole(tmp_path: Path, size: int, members: int) -> None:
    data = (bytes(range(256)) * (size // 256 + 1))[:size].replace(b"\x1f\x8b", b"  ")
    (tmp_path / "a").write_bytes(gz(data) * members)
    assert decompression.read_bounded_file(tmp_path / "a") == data * members
    (tmp_path / "a").write_bytes(data)
    assert decompression.read_bounded_file(tmp_path / "a") == data
    if size:
        with pytest.raises(TooLarge):
            decompression.read_bounded_file(tmp_path / "a", size - 1)


def test_the_bound_is_the_users(tmp_path: Path) -> None:
    (tmp_path / "finder.toml").write_text("[files]\nmost_megabytes = 7\n")
    assert load_settings(tmp_path, {}).files.max_bytes == 7_000_000
    assert load_settings(tmp_path / "none", {}).files.max_bytes == decompression.MOST


def test_nothing_unpacks_without_a_bound() -> None:
    """Whoever unpacks does so through the one module, or is known here."""
    known = {
        "finder/decompression.py": "the one place",
        "finder/demo_metadata.py": "the embedded world's own file",
        "finder/http/transport.py": "answers, bounded as they come",
        "finder/http/recordings.py": "for developers: recordings that tests replay",
        "finder/ingest/dump_import.py": "a line at a time, each bounded",
        "finder/storage/erasure.py": "in windows",
        "finder/maintenance/backup_archive.py": "a piece at a time, bounded by its manifest and that by the bound",
        "finder/sources/cordis.py": "two tables of a zip, each bounded",
        "finder/outreach/export_detection.py": "the beginning of one file in a workbook",
    }
    signs = (
        "gzip.",
        "igzip.",
        "lzma.",
        "bz2.",
        "zlib.decompress",
        "zipfile.ZipFile",
        "tarfile.",
        "zstandard",
        "brotli",
    )
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (*ROOT.glob("finder/**/*.py"), *ROOT.glob("dashboard/**/*.py"))
        if any(sign in path.read_text(encoding="utf-8") for sign in signs)
    }
    assert found == set(known)
