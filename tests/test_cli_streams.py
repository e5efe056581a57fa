"""What the command line says, wherever that leads: old encodings, a full disk, nowhere; and whose day it is."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from finder import settings as settings_module
from finder.cli import main, streams
from finder.clock import local_day

TEXT = "Jörg Müller → 李伟 “multimodal”\n"
FULL = Path("/dev/full")


class Terminal(io.BytesIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "cp932", "latin-1", "ascii", "utf-16"])
@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_files_and_pipes_get_utf8(monkeypatch: pytest.MonkeyPatch, encoding: str, name: str) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, name, io.TextIOWrapper(written, encoding=encoding))
    streams.configure_streams()
    {"stdout": streams.write_stdout, "stderr": streams.write_stderr}[name](TEXT)
    streams.flush_stdout()

    assert written.getvalue().decode() == TEXT


@pytest.mark.parametrize(
    ("encoding", "shown"), [("cp1252", "Jörg Müller ? ?? “multimodal”"), ("ascii", "J?rg M?ller ? ")]
)
def test_terminals_get_a_sign_in_place_of_what_they_do_not_have(
    monkeypatch: pytest.MonkeyPatch, encoding: str, shown: str
) -> None:
    written = Terminal()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding=encoding))
    streams.configure_streams()
    streams.write_stdout(TEXT)
    streams.flush_stdout()

    assert written.getvalue().decode(encoding).startswith(shown)


def test_a_closed_output_is_one_sentence(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(SystemExit, match="1"):
        main(["boards"])

    assert capsys.readouterr().err == "finder: Standard output is closed: there is nowhere to write the answer to.\n"


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_one_sentence(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with FULL.open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(SystemExit, match="1"):
            main(["boards"])

    said = capsys.readouterr().err
    assert said == "finder: Standard output cannot be written: No space left on device. Nothing else was lost.\n"


def test_without_a_standard_error_the_answer_comes_all_the_same(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with pytest.raises(SystemExit, match="0"):
        main(["boards"])

    assert "greenhouse" in capsys.readouterr().out


def test_who_has_no_home_is_told_to_name_a_folder(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def none(_: str) -> str:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("FINDER_HOME", raising=False)
    monkeypatch.setattr(settings_module.platformdirs, "user_data_dir", none)
    with pytest.raises(SystemExit, match="1"):
        main(["boards"])

    assert capsys.readouterr().err.startswith("finder: no home folder: set FINDER_HOME")


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[None]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone cannot be set here")
@pytest.mark.parametrize(
    ("zone", "day"), [("Pacific/Kiritimati", 1), ("America/Los_Angeles", 30), ("UTC", 30)], indirect=["zone"]
)
def test_a_day_is_the_readers_own(zone: None, day: int) -> None:
    assert local_day("2026-11-30T12:00:00+00:00") == date(2026, 12 if day == 1 else 11, day)
    assert local_day("2026-11-30T12:00:00Z").day == day
