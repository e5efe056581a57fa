"""No ``.env`` of anybody is read: not by us, and not by anything that we import."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

CODE = """
import importlib, pkgutil, sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
import finder, dashboard
for package in (finder, dashboard):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not module.name.startswith(("dashboard.screens", "dashboard.app", "dashboard.asgi", "dashboard.local")) \
                and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
from finder.sources import scholar
from finder.errors import SourceError
try:
    scholar._run_scholarly("nobody", lambda url: "")
except SourceError:
    pass
assert "scholarly" in sys.modules and "dotenv" in sys.modules and "streamlit" in sys.modules
read = [path for path in opened if path.rpartition("/")[2].startswith(".env")]
assert not read, read
import os
assert "PLANTED_BY_DOTENV" not in os.environ
"""


def test_nothing_that_is_imported_reads_a_dotenv_file(tmp_path: Path) -> None:
    where = find_spec("scholarly")
    assert where
    assert where.origin
    # where python-dotenv looks first: beside whoever asks, and above; a real file, as one that is not there is not read
    planted = [Path(where.origin).parent / ".env", tmp_path / ".env"]
    assert not planted[0].exists()
    try:
        for path in planted:
            path.write_text("PLANTED_BY_DOTENV=1\n")
        environment = {
            **os.environ,
            "FINDER_HOME": str(tmp_path / "home"),
            "PYTHONPATH": str(Path(__file__).parents[1]),
        }
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", CODE], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
    finally:
        planted[0].unlink()
    assert done.returncode == 0, done.stderr[-2000:]
