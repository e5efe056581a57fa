"""What a release needs works as CONTRIBUTING.md says it."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
needs_uv = pytest.mark.skipif(shutil.which("uv") is None, reason="uv is not on the path")


@needs_uv
def test_the_bill_of_materials_names_all_that_the_finder_needs(tmp_path: Path) -> None:
    lines = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines()
    (line,) = (line.strip() for line in lines if "uv export" in line)
    words = shlex.split(line.replace("dist/sbom.cdx.json", str(tmp_path / "sbom.json")))
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    if "preview-features" in done.stderr or "cyclonedx" in done.stderr:
        pytest.skip(f"this uv cannot write one: {done.stderr[:200]}")
    assert done.returncode == 0, done.stderr

    found = json.loads((tmp_path / "sbom.json").read_text())
    named = {component["name"] for component in found["components"] if component.get("version")}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {word.split("[")[0].split(">")[0].split("=")[0] for word in project["dependencies"]}
    assert found["bomFormat"] == "CycloneDX"
    assert wanted <= named
    assert "pytest" not in named


@needs_uv
def test_without_a_network_the_audit_is_skipped_and_says_so() -> None:
    nowhere = {**os.environ, "https_proxy": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
    done = subprocess.run(
        ["bash", ROOT / ".ci" / "audit"], env=nowhere, capture_output=True, text=True, timeout=100, check=False
    )

    assert done.returncode == 0
    assert done.stdout.startswith("audit: skipped, ")
