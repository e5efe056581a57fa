"""What a release needs works as CONTRIBUTING.md says it."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import tomllib
from datetime import date, timedelta
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


def exported(*more: str) -> set[str]:
    command = "uv export --quiet --frozen --no-dev --no-hashes --no-emit-project --no-annotate"
    done = subprocess.run([*command.split(), *more], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    return {re.split(r"[ =<>;\[@]", line)[0] for line in done.stdout.splitlines() if line[:1].isalpha()}


@needs_uv
def test_the_default_install_holds_nothing_that_only_an_extra_needs() -> None:
    spec = importlib.util.spec_from_file_location("wheel_check", ROOT / ".ci" / "wheel_check.py")
    assert spec
    assert spec.loader
    check = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(check)
    default = exported()

    assert not check.NEVER & default
    assert "scholarly" in exported("--extra", "scholar")
    assert check.unexpected(default | check.BESIDE | check.OURS, default) == set()
    assert check.unexpected(default | {"leftpad", "selenium"}, default) == {"leftpad", "selenium"}


@needs_uv
def test_each_package_without_a_release_for_two_years_is_listed_with_why_it_stays() -> None:
    packages = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    files = {p["name"]: [*p.get("wheels", []), *([p["sdist"]] if "sdist" in p else [])] for p in packages}
    days = {name: max(times) for name, of in files.items() if (times := [f["upload-time"][:10] for f in of])}
    before = str(date.fromisoformat(max(days.values())) - timedelta(days=730))
    old = {name for name in exported("--all-extras") if days.get(name, "9") < before}
    rows = re.findall(r"^\| `([\w.-]+)` \| ([\d-]+) \|", (ROOT / "docs/dependencies.md").read_text(), re.M)

    assert old
    assert old <= {name for name, _ in rows}
    assert all(days[name] == day for name, day in rows)


@needs_uv
def test_without_a_network_the_audit_is_skipped_and_says_so() -> None:
    nowhere = {**os.environ, "https_proxy": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
    done = subprocess.run(
        ["bash", ROOT / ".ci" / "audit"], env=nowhere, capture_output=True, text=True, timeout=100, check=False
    )

    assert done.returncode == 0
    assert done.stdout.startswith("audit: skipped, ")
