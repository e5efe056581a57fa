"""Keys in the environment and in the key file turn up nowhere else: not in the store, an export, an error or a log."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest

from finder import cli
from finder.settings import load_settings, save_key
from finder.source import discover_sources
from tests.everything import everything
from tests.worlds import copied, work

IN_ENVIRONMENT, IN_FILE = "pl4nted-Env/0123+456", "pl4nted-File/789+0123"
KEYS = (IN_ENVIRONMENT, IN_FILE)
OWLS = work("Multimodal owls", "Ada Vell @ Uni A, DE", "Bo Other @ Uni A, DE")


@pytest.fixture(scope="module")
def careless() -> Iterator[str]:
    """A service that repeats whatever it is sent, in every way of failing that there is."""

    class Handler(BaseHTTPRequestHandler):
        turns = 0

        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            Handler.turns += 1
            said = f'{{"error": "{self.path}", "headers": "{dict(self.headers)}"}}'.encode()
            self.send_response((400, 500, 403, 429, 200)[Handler.turns % 5])
            self.send_header("Content-Type", "application/json")
            self.send_header("Retry-After", "0")
            self.send_header("ETag", f'"{self.path}"')
            self.send_header("Link", f"<{self.path}>; rel=next")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_POST = do_GET  # noqa: N815 - the names that Python gives

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder with two people, and one of the keys in its key file."""
    home = tmp_path / "home"
    copied(home, OWLS).close()
    for name in ("semantic_scholar_key", "openreview_key"):
        save_key(home, name, IN_FILE)
    return home


def finder(home: Path, *words: str, url: str = "", code: str = "") -> str:
    """What a call says, on both outputs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FINDER_")}
    command = [sys.executable, *(["-c", code] if code else ["-m", "finder", *words])]
    environment = {**kept, **variables(home, url)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
    return done.stdout + done.stderr


def variables(home: Path, url: str = "") -> dict[str, str]:
    urls = {f"FINDER_{name.upper()}_URL": f"{url}/{name}" for name in discover_sources()} if url else {}
    return {"FINDER_HOME": str(home), "FINDER_SEMANTIC": "off", "FINDER_OPENALEX_KEY": IN_ENVIRONMENT, **urls}


Said = Callable[..., str]


@pytest.fixture
def said_here(home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Said:
    """What a call says that is made in this process."""
    for name in [name for name in os.environ if name.startswith("FINDER_")]:
        monkeypatch.delenv(name)
    for name, value in variables(home).items():
        monkeypatch.setenv(name, value)

    def call(*words: str) -> str:
        with pytest.raises(SystemExit):
            cli.main(words)
        return "".join(capfd.readouterr())

    return call


def spelled() -> Iterator[str]:
    for key in KEYS:
        yield from (key, quote(key), quote(key, safe=""), key.replace("/", "\\/"))


def shown(text: str) -> list[str]:
    return [key for key in spelled() if key.lower() in text.lower()]


def kept(home: Path) -> list[str]:
    """Where in the data folder a key lies, but for the key file."""
    return [
        place
        for place, data in everything(home)
        if not place.startswith("secrets.toml") and any(key.encode() in data for key in spelled())
    ]


def test_the_keys_are_known(home: Path) -> None:
    keys = load_settings(home, {"FINDER_OPENALEX_KEY": IN_ENVIRONMENT}).keys

    assert {*keys.values()} == {*KEYS}
    assert (home / "secrets.toml").stat().st_mode & 0o077 == 0


def test_a_collection_that_fails_in_every_way_shows_none(home: Path, careless: str) -> None:
    enabled = "".join(f"[sources.{name}]\nenabled = {str(name in USED).lower()}\n" for name in discover_sources())
    (home / "finder.toml").write_text(enabled)
    said = finder(home, "collect", "multimodal owls", "--again", url=careless)

    assert "OpenAlex" in said
    assert shown(said) == []
    assert kept(home) == []
    assert shown(finder(home, "sources", url=careless)) == []


USED = ("openalex", "semantic_scholar")


def test_no_answer_help_or_export_shows_one(home: Path, said_here: Said) -> None:
    out = home.parent / "list.json"
    calls = [
        ("--help",),
        ("setup", "--help"),
        ("setup",),
        ("sources", "--format", "json"),
        ("nonsense",),
        ("advisors", "multimodal owls", "--offline", "--format", "json"),
        ("person", "Ada Vell"),
        ("about", "Ada Vell"),
        ("shortlist", "add", "Ada Vell"),
        ("shortlist", "export", str(out)),
        ("prune", "--dry-run"),
        ("collect", "owls", "--plan"),
        ("boards",),
        ("forget", "Bo Other", "--yes"),
    ]
    for words in calls:
        said = said_here(*words)
        assert said
        assert shown(said) == [], words
    assert shown(out.read_text(encoding="utf-8")) == []
    assert kept(home) == []


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("secrets.toml", f'openalex_key = "{IN_FILE}'),
        ("secrets.toml", f"{IN_FILE} = 1 = 2"),
        ("finder.toml", f'openalex_key = "{IN_FILE}"\n'),
        ("finder.toml", f'[sources.openalex]\nkey = "{IN_FILE}"\n'),
        ("finder.toml", f'half_life_years = "{IN_FILE}"\n'),
    ],
)
def test_a_key_in_the_wrong_place_is_not_repeated(home: Path, said_here: Said, file: str, content: str) -> None:
    (home / file).write_text(content)
    said = said_here("sources")

    assert said.startswith("finder: ")
    assert shown(said) == []


def test_rights_that_are_too_wide_are_refused(home: Path) -> None:
    (home / "secrets.toml").chmod(0o644)
    said = finder(home, "sources")

    assert "chmod 600" in said
    assert shown(said) == []


def test_no_traceback_shows_one(home: Path) -> None:
    said = finder(home, code="from finder.settings import load_settings\ns = load_settings()\nraise RuntimeError(s)")

    assert "RuntimeError: Settings(" in said
    assert shown(said) == []
