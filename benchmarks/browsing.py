"""The dashboard in a real browser over conference papers: what a click costs until the page stands still again.

uv run python benchmarks/browsing.py --home FOLDER [--rounds 20] [--sessions 2] [--collecting URL]

``--sessions`` lets so many readers click at once; ``--collecting`` collects from an OpenAlex-like server at that
address beside them, over a copy of the store.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path
from urllib.parse import quote_plus

from measuring import PROJECT, median_or_zero, print_table
from playwright.sync_api import Page, sync_playwright

INTERESTS = (
    "multimodal learning",
    "legged locomotion",
    "graph neural networks",
    "differential privacy",
    "neural rendering",
    "causal inference",
    "bandits",
    "machine translation",
    "protein structure",
    "federated learning",
    "image segmentation",
    "speech recognition",
    "reinforcement learning",
    "diffusion models",
    "point clouds",
    "question answering",
    "adversarial robustness",
    "optimal transport",
    "continual learning",
    "domain adaptation",
)
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic")
STILL = "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
LISTED = "[...document.querySelectorAll('[class*=st-key-who-0] a')].some(a => a.href.includes({}))"


@contextmanager
def run_dashboard(home: Path) -> Iterator[str]:
    """The dashboard over a store."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "finder", "dashboard", "--no-browser", "--port", str(port)]
    environment = {**os.environ, "FINDER_HOME": str(home)}
    process = subprocess.Popen(
        command,
        env=environment,
        cwd=PROJECT,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        while process.poll() is None:
            try:
                with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                    break
            except OSError:
                time.sleep(0.2)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)


def time_clicks(address: str, rounds: int) -> dict[str, list[float]]:
    """Seconds of each kind of step: to the first rows where a list is asked for, and until the page stands still."""
    took: dict[str, list[float]] = {}
    with sync_playwright() as playwright:
        chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{address}/?interest=quantum+computing")
        page.locator("[class*=st-key-row-0]").first.wait_for(timeout=120_000)
        _wait_until(page, STILL)
        for number in range(rounds):
            interest = INTERESTS[number % len(INTERESTS)] + " methods" * (number // len(INTERESTS))
            for step, seconds in _time_click_round(page, interest, number).items():
                took.setdefault(step, []).append(seconds)
        browser.close()
    return took


def _time_click_round(page: Page, interest: str, number: int) -> dict[str, float]:
    took = {}
    box = page.get_by_label("Your research interest").first
    box.fill(interest)
    begun = time.perf_counter()
    box.press("Enter")
    _wait_until(page, LISTED.format(repr(f"interest={quote_plus(interest)}")))
    took["interest: first rows"] = time.perf_counter() - begun
    _wait_until(page, STILL)
    took["interest: still"] = time.perf_counter() - begun

    facet = page.locator(".st-key-facet-stage-established-faculty label")
    begun = time.perf_counter()
    facet.click()
    _wait_until(page, f"location.search.includes('stage=') && {STILL}")
    took["facet"] = time.perf_counter() - begun

    if not page.get_by_role("slider", name="Recent").is_visible():
        page.get_by_text("Ranking weights").click()
    slider = page.get_by_role("slider", name="Recent")
    slider.focus()
    before = page.url
    begun = time.perf_counter()
    slider.press("ArrowRight" if number % 4 < 2 else "ArrowLeft")
    _wait_until(page, f"location.href !== {before!r} && {STILL}")
    took["weight"] = time.perf_counter() - begun

    second = page.locator("[class*=st-key-who-1] a").first
    name = second.locator("strong").inner_text()
    begun = time.perf_counter()
    second.click()
    page.get_by_role("heading", name=name, exact=True).wait_for(timeout=60_000)
    took["person: clicked"] = time.perf_counter() - begun
    _wait_until(page, STILL)

    begun = time.perf_counter()
    page.keyboard.press("ArrowUp")
    page.get_by_role("heading", name=name, exact=True).wait_for(state="detached", timeout=60_000)
    took["person: by key"] = time.perf_counter() - begun
    _wait_until(page, STILL)

    for turn in ("star", "unstar"):
        button = page.locator(f".st-key-{turn}-2 button")
        begun = time.perf_counter()
        button.click()
        button.wait_for(state="detached", timeout=60_000)
        took[turn] = time.perf_counter() - begun
        _wait_until(page, STILL)

    page.locator(".st-key-close button").click()
    _wait_until(page, f"!location.search.includes('open=') && {STILL}")
    facet.click()
    _wait_until(page, f"!location.search.includes('stage=') && {STILL}")
    return took


def _wait_until(page: Page, condition: str) -> None:
    page.wait_for_function(condition, timeout=120_000)


@contextmanager
def collect_in_background(home: Path, address: str) -> Iterator[None]:
    """Collect one interest after another while the readers read."""
    done = threading.Event()
    environment = {
        **os.environ,
        "FINDER_HOME": str(home),
        "FINDER_OPENALEX_URL": address,
        "FINDER_OPENALEX_KEY": "testkey12345",
    }

    def collect_interests() -> None:
        for interest in INTERESTS:
            if done.is_set():
                return
            # as the dashboard starts it: at low priority
            command = ["nice", "-n", "19", sys.executable, "-m", "finder", "collect", "--again", interest]
            subprocess.run(command, env=environment, cwd=PROJECT, capture_output=True, check=False)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(collect_interests)
        try:
            yield
        finally:
            done.set()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--sessions", type=int, default=1)
    parser.add_argument("--collecting", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home" if options.collecting else options.home
        if options.collecting:
            shutil.copytree(options.home, home)
        beside = collect_in_background(home, options.collecting) if options.collecting else nullcontext()
        with run_dashboard(home) as address, ThreadPoolExecutor(options.sessions) as pool, beside:
            jobs = [pool.submit(time_clicks, address, options.rounds) for _ in range(options.sessions)]
            everybody = [job.result() for job in jobs]
    steps = {step: [seconds for one in everybody for seconds in one[step]] for step in everybody[0]}
    told = f", {options.sessions} reader(s)" + (", a collection beside" if options.collecting else "")
    print_table(
        f"Milliseconds in Chromium, {options.rounds} rounds{told}",
        ("step", "median", "worst"),
        [(step, median_or_zero(values) * 1000, max(values) * 1000) for step, values in steps.items()],
    )


if __name__ == "__main__":
    main()
