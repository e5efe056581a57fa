"""A backup is data: its settings change nothing unless somebody wants them, and what reaches out wants a yes."""

from __future__ import annotations

import io
import sys
import tomllib
from pathlib import Path

import msgspec
import pytest
from test_backups import backed_up, home_of

from finder import cli, settings
from finder.maintenance import backup_archive, restore, settings_changes
from finder.settings import _SettingsFile
from tests.worlds import NOW

OWN = 'contact = "ada@uni.example"\nhalf_life_years = 3.0\n\n[weights]\nnovelty = 2.0\n'
FOREIGN = """
contact = "mallory@evil.example"
half_life_years = 9.0
retention_months = 0.1

[sources.openalex]
url = "http://evil.example"
key_hosts = ["http://evil.example"]

[mail]
host = "mail.evil.example"
to = "mallory@evil.example"

[dashboard]
serve = true
allowed_domains = ["evil.example"]

[engine]
master = "spark://evil.example:7077"

[[boards]]
organisation = "Evil"
platform = "lever"
token = "evil"
"""


def foreign(tmp_path: Path, text: str = FOREIGN) -> tuple[Path, Path]:
    """A data folder with settings of its own, and somebody else's backup."""
    there = home_of(tmp_path / "there")
    (there / backup_archive.SETTINGS).write_text(text)
    path = backed_up(there)
    home = home_of(tmp_path / "here")
    (home / backup_archive.SETTINGS).write_text(OWN)
    return home, path


def ran(monkeypatch: pytest.MonkeyPatch, home: Path, *arguments: object, typed: str | None = None) -> int | str | None:
    monkeypatch.setenv("FINDER_HOME", str(home))
    if typed is not None:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    with pytest.raises(SystemExit) as ended:
        cli.main([str(one) for one in arguments])
    return ended.value.code


def test_nothing_is_taken_unless_asked_for(tmp_path: Path) -> None:
    home, path = foreign(tmp_path)
    restored = restore.restore_archive(path, home, NOW)

    assert (home / backup_archive.SETTINGS).read_text() == OWN
    assert restored.settings
    assert restored.taken == ()


def test_settings_and_yes_take_what_is_harmless_and_name_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home, path = foreign(tmp_path)
    assert ran(monkeypatch, home, "restore", path, "--yes", "--settings") == 0

    kept = tomllib.loads((home / backup_archive.SETTINGS).read_text())
    assert kept == {"contact": "ada@uni.example", "half_life_years": 9.0}
    said = capsys.readouterr().err
    for name in ("sources.openalex.url", "mail.host", "dashboard.serve", "engine.master", "boards", "contact"):
        assert f"--settings --take {name}" in said
    assert "half_life_years: 3.0 → 9.0" in said


def test_what_reaches_out_is_taken_by_its_name_or_by_a_yes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, path = foreign(tmp_path)
    assert ran(monkeypatch, home, "restore", path, "--yes", "--settings", "--take", "mail") == 0
    assert set(tomllib.loads((home / backup_archive.SETTINGS).read_text())["mail"]) == {"host", "to"}

    offered = len(
        settings_changes.diff_settings(settings.read_toml(home / backup_archive.SETTINGS), tomllib.loads(FOREIGN))
    )
    assert ran(monkeypatch, home, "restore", path, "--settings", typed="y\n" * (offered + 1)) == 0
    assert (home / backup_archive.SETTINGS).read_text() == FOREIGN
    assert ran(monkeypatch, home, "restore", path, "--take", "mail", "--yes") == 2


def test_every_setting_there_is_wants_a_yes_unless_it_is_known_to_be_harmless() -> None:
    """A setting that is added later is not taken along by oversight."""
    harmless = {path[0] for path in settings_changes.HARMLESS}
    assert harmless == {"half_life_years", "weights", "me", "semantic"}
    for name in {field.name for field in msgspec.structs.fields(_SettingsFile)} - harmless:
        assert settings_changes.SettingChange((name, "anything"), None, 1).needs_confirmation


@pytest.mark.parametrize(
    "text",
    [
        FOREIGN,
        OWN,
        'contact = "a\\u007f\\"\\\\ \\n é 😀"\n',
        '[sources."a b"]\nenabled = false\n[sources.""]\nenabled = true\n',
        "half_life_years = inf\n[weights]\n'x.y' = -0.5\n",
    ],
)
def test_settings_are_written_as_they_are_read(text: str) -> None:
    assert tomllib.loads(settings_changes.format_toml(tomllib.loads(text))) == tomllib.loads(text)


def test_all_changes_make_the_settings_of_the_backup() -> None:
    here, there = tomllib.loads(OWN), tomllib.loads(FOREIGN)
    offered = settings_changes.diff_settings(here, there)

    assert settings_changes.apply_changes(here, offered) | {"weights": {}} == there | {"weights": {}}
    assert settings_changes.diff_settings(there, there) == []
