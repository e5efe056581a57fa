"""What takes long to build is built once in a run of the tests, or once in a process of it, and copied."""

from __future__ import annotations

import atexit
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from filelock import FileLock

from finder import demo_store
from finder.storage.database import FILE


def made(home: Path, build: Callable[..., object], *told: object) -> None:
    """Put into a folder what ``build`` puts into one, with the store closed; where one is already, it builds upon it.

    Args:
        told: what else ``build`` is told; of what it is told alike it makes the same.
    """
    if (home / FILE).exists():
        build(home, *told)
    else:
        shutil.copytree(_built(build, *told), home, dirs_exist_ok=True)


@cache
def _built(build: Callable[..., object], *told: object) -> Path:
    home = _kept() / str(_built.cache_info().misses)
    build(home, *told)
    return home


@cache
def _kept() -> Path:
    """A folder that goes with this process, and not with one that it has begun as a copy of itself."""
    folder, own = mkdtemp(prefix="finder-tests-"), os.getpid()
    atexit.register(lambda: os.getpid() == own and shutil.rmtree(folder, ignore_errors=True))
    return Path(folder)


def copied(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], None]) -> Path:
    """A folder of the caller's own, with what ``build`` has put into one."""
    base = factory.getbasetemp()
    common = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base  # what all processes of this run share
    built = common / f"once-{name}"
    with FileLock(f"{built}.lock"):
        if not built.exists():
            begun = factory.mktemp(name)
            with ThreadPoolExecutor(1) as beside:  # an event loop may be running in this thread
                beside.submit(build, begun).result()
            begun.rename(built)
    return shutil.copytree(built, factory.mktemp(name), dirs_exist_ok=True)


def demo_home(factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the demo world was built as on first use; works are compared by their words."""
    return copied(factory, "demo", _build_demo)


def _build_demo(home: Path) -> None:
    said: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FINDER_SEMANTIC", "off")
        demo_store.open_demo_store(home, said.append).close()
    assert said == ["Building the demo world (once) …"]
