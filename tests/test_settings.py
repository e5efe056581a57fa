"""Settings: files, environment, and keys that stay where they belong."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from finder.errors import SettingsError
from finder.settings import (
    BoardSettings,
    EngineSettings,
    Settings,
    SourceSettings,
    has_java,
    is_demo_mode,
    load_settings,
    save_key,
)

KEY = "pl4nted-Key/0123+456789"
FILE = """
contact = "ada@uni.example"
half_life_years = 3
[weights]
fit = 2.5
[sources.openalex]
url = "https://mirror.example/openalex/"
[sources.paperlists]
enabled = true
"""
posix = pytest.mark.skipif(sys.platform == "win32", reason="rights are another matter there")


def written(home: Path, text: str = FILE, name: str = "finder.toml") -> Path:
    home.mkdir(parents=True, exist_ok=True)
    (home / name).write_text(text, encoding="utf-8")
    (home / name).chmod(0o600)
    return home


# --- where they come from --------------------------------------------------------------------------------------------


def test_without_anything_set_there_are_defaults(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {})

    assert settings == Settings(tmp_path)
    assert settings.source_url("openalex", "https://api.openalex.org/") == "https://api.openalex.org"
    assert [settings.is_source_enabled("s", default) for default in (True, False)] == [True, False]


def test_the_file_in_the_data_folder_is_read(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path), {})

    assert (settings.contact, settings.half_life_years, settings.weights) == ("ada@uni.example", 3.0, {"fit": 2.5})
    assert settings.source_url("openalex", "https://api.openalex.org") == "https://mirror.example/openalex"
    assert settings.is_source_enabled("paperlists", default=False)


def test_the_environment_wins_and_leaves_the_rest(tmp_path: Path) -> None:
    environ = {
        "FINDER_HOME": str(written(tmp_path)),
        "FINDER_CONTACT": "bela@uni.example",
        "FINDER_HALF_LIFE_YEARS": "5.5",
        "FINDER_OPENALEX_URL": "http://127.0.0.1:8155/openalex",
        "FINDER_PAPERLISTS_URL": "http://127.0.0.1:8155/paperlists",
        "FINDER_S2_KEY": f" {KEY}\n",
    }
    settings = load_settings(environ=environ)

    assert (settings.home, settings.contact, settings.half_life_years) == (tmp_path, "bela@uni.example", 5.5)
    assert settings.source_url("openalex", "") == "http://127.0.0.1:8155/openalex"
    assert settings.sources["paperlists"] == SourceSettings("http://127.0.0.1:8155/paperlists", enabled=True)
    assert (settings.keys, settings.weights) == ({"s2_key": KEY}, {"fit": 2.5})


def test_engines_are_set_in_the_file_and_the_master_by_a_variable_too(tmp_path: Path) -> None:
    (tmp_path / "finder.toml").write_text('[engine]\nmaster = "spark://one:7077"\nmemory_gb = 16\n')

    assert load_settings(tmp_path, {}).engine == EngineSettings("spark://one:7077", 16)
    assert load_settings(tmp_path, {"FINDER_SPARK_MASTER": "yarn"}).engine == EngineSettings("yarn", 16)
    assert load_settings(tmp_path / "elsewhere", {}).engine == EngineSettings("local[*]", 4)


@posix
def test_java_is_looked_for_where_spark_looks(tmp_path: Path) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\n")
    java.chmod(0o755)

    assert has_java({"JAVA_HOME": str(tmp_path)})
    assert not has_java({"JAVA_HOME": str(tmp_path / "none")})


def test_the_home_that_is_given_beats_the_environment(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path / "given"), {"FINDER_HOME": str(tmp_path / "other")})

    assert (settings.home, settings.contact) == (tmp_path / "given", "ada@uni.example")


@pytest.mark.parametrize("empty", [{}, {"FINDER_HOME": ""}])
def test_without_a_home_it_is_the_users_own_data_folder(empty: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_data_dir", lambda name: f"/data/{name}")

    assert load_settings(environ=empty).home == Path("/data/finder")


@pytest.mark.parametrize("name", ["FINDER_OPENALEX_URL", "FINDER_OPENALEX_KEY", "FINDER_HALF_LIFE_YEARS"])
def test_an_empty_variable_is_as_good_as_none(tmp_path: Path, name: str) -> None:
    assert load_settings(written(tmp_path), {name: ""}) == load_settings(tmp_path, {})


@pytest.mark.parametrize(("value", "demo"), [("1", True), ("", False), ("0", False)])
def test_the_demo_is_told_by_the_environment(value: str, demo: bool) -> None:
    assert is_demo_mode({"FINDER_DEMO": value}) is demo


# --- what cannot be understood ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("contakt = 'me'", "contakt"),
        ("[sources.openalex]\npace = 99", "pace"),
        ("half_life_years = 'long'", "half_life_years"),
        ("[weights]\nfit = 'much'", "weights"),
        ("sources = 3", "sources"),
        ("this is not toml", "line 1"),
    ],
)
def test_a_file_that_is_not_understood_is_named_with_what_is_wrong(tmp_path: Path, text: str, about: str) -> None:
    with pytest.raises(SettingsError, match="Correct or delete") as error:
        load_settings(written(tmp_path, text), {})

    assert str(tmp_path / "finder.toml") in str(error.value)
    assert about in str(error.value)


def test_boards_of_the_users_own(tmp_path: Path) -> None:
    text = """
    [[boards]]
    organisation = "My Lab"
    platform = "personio"
    token = "my-lab"
    [[boards]]
    organisation = "Other Lab"
    platform = "jobposting"
    token = "https://other.example/jobs"
    region = "DE"
    """

    assert load_settings(written(tmp_path, text), {}).boards == (
        BoardSettings("My Lab", "personio", "my-lab"),
        BoardSettings("Other Lab", "jobposting", "https://other.example/jobs", "DE"),
    )


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("[[boards]]\norganisation = 'A'\nplatform = 'lever'", "token"),
        ("[[boards]]\norganisation = 'A'\nplatform = 'lever'\ntoken = ''", "token"),
        ("[[boards]]\norganisation = 'A'\nplatform = 'lever'\ntoken = 'a'\nslug = 'a'", "slug"),
        ("[boards]\norganisation = 'A'", "boards"),
    ],
)
def test_a_board_that_is_not_understood_is_named_with_what_a_board_has(tmp_path: Path, text: str, about: str) -> None:
    with pytest.raises(SettingsError, match=r"Each \[\[boards\]\] has an organisation, a platform, a token") as error:
        load_settings(written(tmp_path, text), {})

    assert about in str(error.value)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "finder.toml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(SettingsError, match=r"finder\.toml"):
        load_settings(tmp_path, {})


@pytest.mark.parametrize("value", ["soon", "0", "-1", "1000", "nan", "inf"])
def test_a_half_life_must_be_a_sensible_number(tmp_path: Path, value: str) -> None:
    with pytest.raises(SettingsError, match=r"(?i)half_life_years"):
        load_settings(tmp_path, {"FINDER_HALF_LIFE_YEARS": value})


@pytest.mark.parametrize("value", ["0", "-4", "1e9"])
def test_so_must_the_one_in_the_file(tmp_path: Path, value: str) -> None:
    with pytest.raises(SettingsError, match="between"):
        load_settings(written(tmp_path, f"half_life_years = {value}"), {})


@pytest.mark.parametrize("url", ["ftp://a.example", "a.example", "file:///etc/passwd", "//a.example"])
def test_a_url_in_the_environment_must_be_one(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="FINDER_OPENALEX_URL must start with http"):
        load_settings(tmp_path, {"FINDER_OPENALEX_URL": url})


@pytest.mark.parametrize("url", ["ftp://a.example", "a.example", "file:///etc/passwd"])
def test_so_must_one_in_the_file(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="must start with http"):
        load_settings(written(tmp_path, f'[sources.openalex]\nurl = "{url}"'), {})


# --- keys ------------------------------------------------------------------------------------------------------------


@posix
def test_a_key_is_kept_for_the_owner_alone(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        path = save_key(tmp_path / "new", "openalex_key", KEY)
    finally:
        os.umask(old)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_settings(tmp_path / "new", {}).keys == {"openalex_key": KEY}
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_keys_are_added_and_replaced_one_by_one(tmp_path: Path) -> None:
    for name, key in (("openalex_key", "old"), ("s2_key", "two"), ("openalex_key", "new")):
        save_key(tmp_path, name, key)

    assert load_settings(tmp_path, {}).keys == {"openalex_key": "new", "s2_key": "two"}


def test_a_key_in_the_environment_wins(tmp_path: Path) -> None:
    save_key(tmp_path, "openalex_key", "kept")

    assert load_settings(tmp_path, {"FINDER_OPENALEX_KEY": "given"}).keys == {"openalex_key": "given"}


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o620])
def test_keys_that_others_can_read_are_refused_with_the_remedy(tmp_path: Path, mode: int) -> None:
    path = save_key(tmp_path, "openalex_key", KEY)
    path.chmod(mode)

    with pytest.raises(SettingsError, match=f"chmod 600 {path}"):
        load_settings(tmp_path, {})


@posix
def test_a_loose_file_left_by_a_crash_does_not_loosen_the_next(tmp_path: Path) -> None:
    part = tmp_path / "secrets.part"
    part.write_text("left by a crash")
    part.chmod(0o644)

    assert stat.S_IMODE(save_key(tmp_path, "openalex_key", KEY).stat().st_mode) == 0o600


@pytest.mark.parametrize("value", ["two words", 'a"b', "a'b", "a\\b", "a\nb", "schlüssel"])
def test_what_cannot_be_a_key_is_refused_without_saying_it(tmp_path: Path, value: str) -> None:
    with pytest.raises(SettingsError, match="Paste the key alone") as error:
        save_key(tmp_path, "openalex_key", value)
    assert value not in str(error.value)
    assert not (tmp_path / "secrets.toml").exists()


def test_broken_secrets_are_said_without_their_content(tmp_path: Path) -> None:
    written(tmp_path, f"openalex_key = {KEY}", "secrets.toml")

    with pytest.raises(SettingsError, match=r"secrets\.toml") as error:
        load_settings(tmp_path, {})
    assert KEY not in str(error.value)


def test_keys_are_in_no_representation(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {"FINDER_OPENALEX_KEY": KEY})

    assert settings.keys["openalex_key"] == KEY
    assert KEY not in f"{settings!r} {settings}"


def test_setup_wants_a_terminal(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "finder", "setup"]
    environ = {**os.environ, "FINDER_HOME": str(tmp_path)}
    done = subprocess.run(command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)

    assert (done.returncode, done.stdout) == (2, "")
    assert "needs a terminal" in done.stderr
    assert done.stderr.count("\n") == 1
