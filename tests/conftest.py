"""What every test may rely on: no network beyond this machine, and a store of its own."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

from finder.storage import Store, open_store

# some hundred processes are begun by tests: each would compile all modules again
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# tests are about the sources that they name; what is asked of grants beside them has tests of its own
os.environ["FINDER_SOURCES_OFF"] = "nsf,openalex_awards,ukri"

# how long an example takes says nothing where tests share a machine; a run of the tests must not depend on luck, and
# FINDER_FUZZ is there to look for what nobody has thought of yet
settings.register_profile(
    "finder",
    deadline=None,
    derandomize="FINDER_FUZZ" not in os.environ,
    max_examples=100 if "FINDER_FUZZ" in os.environ else 30,
)
settings.load_profile("finder")

# files of tests that take longest, which begin first: whoever begins last with a long one is waited for
LONGEST = """
    e2e test_forgetting_in_the_world test_killed_anywhere test_every_page test_fuzzed_parsers
    test_failing_sources test_processes test_a_source_that_grows test_engines test_near_in_the_world test_world
    test_restoring_beside_others test_homepages_hostile test_full_and_read_only_disks test_ranking
    test_labs_of_the_world test_openings_of_the_world test_lookup test_weeks
""".split()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        names = {item.path.stem, item.path.parent.name}
        return next((number for number, name in enumerate(LONGEST) if name in names), len(LONGEST))

    items.sort(key=place)


class _Scheduler(LoadFileScheduling):
    """Each file's tests in one process; those that drive a browser in one after the other, which is quicker."""

    def _split_scope(self, nodeid: str) -> str:
        scope = super()._split_scope(nodeid)
        return "e2e" if "/e2e/" in scope else scope


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    return _Scheduler(config, log) if config.getvalue("dist") == "loadfile" else None


def _is_local(host: object) -> bool:
    if host in (None, "", "localhost", b"localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse to connect, or even to look up a name, beyond loopback."""

    def guard(name: str, real: Any) -> Any:
        def connect(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_local(address[0]):
                raise RuntimeError(f"a test wanted to {name} to {address}: tests stay on this machine")
            return real(self, address)

        return connect

    look_up = socket.getaddrinfo

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if _is_local(host):
            return look_up(host, *args, **kwargs)
        try:
            return look_up(host, None, flags=socket.AI_NUMERICHOST)  # an address, however it is spelled, asks nobody
        except OSError:
            raise RuntimeError(f"a test wanted to look up {host!r}: tests stay on this machine") from None

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, guard(name, getattr(socket.socket, name)))
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.fixture(autouse=True)
def _by_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Works are compared by their words, and nothing is encoded beside a test, unless it asks for that."""
    monkeypatch.setenv("FINDER_SEMANTIC", "off")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store in a folder of its own."""
    with open_store(tmp_path / "home") as opened:
        yield opened
