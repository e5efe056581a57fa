"""Collecting from the dashboard: a process of its own, which the page only starts, watches and stops."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import streamlit as st

from dashboard import components, queries
from dashboard.components import escape_markdown
from finder import clock
from finder.errors import FinderError, StoreError
from finder.storage.budgets import Budget
from finder.storage.runs import Run, SourceRun
from finder.text.names import NO_TOPIC, interest_key, is_topic

EVERY = 2.0  # seconds between looks at a running collection
LOGS = 20  # kept
GENTLE = 19  # the priority of a collection, as nice counts
TAIL = 12  # lines of a log that are shown


@dataclass
class Job:
    """A collection, a sweep of the job boards, or a refresh of watches that this dashboard has started.

    Attributes:
        interest: what is collected; empty for a sweep and a refresh.
        doing: what goes on, in words.
        before: works and people stored by source when it began, so that what comes in can be counted.
        asked_to_stop: a second request is answered more firmly.
    """

    interest: str
    process: subprocess.Popen[bytes]
    log: Path
    before: Counter[str]
    doing: str
    asked_to_stop: bool = False
    begun: datetime = field(default_factory=clock.utc_now)

    def is_running(self) -> bool:
        """Whether it still goes on."""
        return self.process.poll() is None


@st.cache_resource
def _job_registry() -> list[Job]:
    """Shared by all sessions of this dashboard; the newest last."""
    return []


def collect_command(interest: str, *options: str) -> list[str]:
    """What collects an interest. Behind ``--`` an interest is never taken for an option."""
    return [sys.executable, "-m", "finder", "collect", *options, "--", interest]


def start_collect_job(interest: str) -> None:
    """Begin to collect, unless something is going on."""
    _start_job(interest, collect_command(interest, "--again"), f"Collecting “{interest}”")


def start_board_crawl() -> None:
    """Begin to read the job boards that are due, unless something is going on."""
    _start_job("", [sys.executable, "-m", "finder", "sweep"], "Reading the job boards")


def start_watch_refresh(*names: str) -> None:
    """Begin to refresh these watches, or all that are not paused, unless something is going on."""
    # joined by "=", so that a name is never taken for an option
    chosen = [f"--watch={name}" for name in names]
    about = f"Refreshing “{names[0]}”" if len(names) == 1 else "Refreshing the watches"
    _start_job("", [sys.executable, "-m", "finder", "refresh", *chosen], about)


def _start_job(interest: str, words: list[str], doing: str) -> None:
    if queries.is_demo() or current_job():
        return
    with components.show_errors():
        folder = queries.current_settings().home / "logs"
        before = _record_counts()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for old in sorted(folder.glob("collect-*.log"))[: -LOGS + 1]:
                old.unlink(missing_ok=True)
            log = folder / f"collect-{clock.utc_now():%Y%m%dT%H%M%S%f}.log"
            with log.open("wb") as out:
                process = subprocess.Popen(  # noqa: S603 - our own program, its arguments as a list
                    words, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=folder
                )
        except OSError as error:
            raise StoreError(f"{folder} cannot be used: {error.strerror}. Check its rights and free space.") from error
        if hasattr(os, "setpriority"):
            # whoever reads comes before what is fetched for later
            os.setpriority(os.PRIO_PROCESS, process.pid, GENTLE)
        _job_registry().append(Job(interest, process, log, before, doing))


def stop_job(job: Job) -> None:
    """Ask a collection to end and to keep what came in; insist when asked twice."""
    if not job.is_running():
        return
    if job.asked_to_stop or sys.platform == "win32":
        job.process.terminate()
    else:
        job.process.send_signal(signal.SIGINT)
    job.asked_to_stop = True


def current_job() -> Job | None:
    """The collection that is going on."""
    return next((job for job in _job_registry() if job.is_running()), None)


def latest_collect_job(interest: str) -> Job | None:
    """The newest collection of an interest that was started here."""
    key = interest_key(interest)
    return next((job for job in reversed(_job_registry()) if interest_key(job.interest) == key), None)


def estimate_collect_cost(interest: str) -> str:
    """What would be asked, and what it would cost; nothing is sent."""
    told = subprocess.run(  # noqa: S603 - our own program, its arguments as a list
        collect_command(interest, "--plan"), stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False
    )
    return (told.stdout or told.stderr).decode(errors="replace").strip()


def show_collect_controls(interest: str, *, first: bool = False) -> None:
    """Ways to collect an interest now, and to see beforehand what that would ask and cost."""
    if queries.is_demo() or current_job():
        return
    if not is_topic(interest):
        st.caption(NO_TOPIC)
        return
    st.button(
        "Update from the web" if first else "Update",
        key="collect",
        help="Collect what is new from the web",
        on_click=start_collect_job,
        args=(interest,),
        icon=":material/cloud_download:",
        type="primary" if first else "secondary",
    )
    about = "What would be asked, and what it would cost"
    with st.popover(":material/receipt_long:", on_change="rerun", key="plan", type="tertiary", help=about) as opened:
        if opened.open:
            st.markdown(f"**{about}**")
            with st.spinner("Estimating the cost …"):
                told = estimate_collect_cost(interest)
            st.code(told, language=None)
            st.caption("Nothing has been sent. Replies that are kept already cost nothing.")


def show_job_progress() -> None:
    """How the collection that is going on is going, whatever its interest."""
    job = current_job()
    if job:
        st.fragment(_refresh_job_progress, run_every=EVERY)(job, queries.answer_version())


def last_collect_text(interest: str) -> str:
    """When an interest was last collected."""
    if queries.is_demo() or not is_topic(interest):
        return ""
    found = queries.last_collect_run(interest)
    if found is None:
        return "Not yet updated from the web."
    run, _ = found
    return f"Last collected {(run.ended_at or run.started_at)[:16].replace('T', ' ')} UTC: {run.state}."


def show_failed_start(interest: str) -> None:
    """Say so when a collection that was started here could not even begin."""
    job, found = latest_collect_job(interest), queries.last_collect_run(interest)
    if not job or not job.process.returncode or (found is not None and found[0].pid == job.process.pid):
        return
    if job.asked_to_stop:
        st.info("You stopped it before anything arrived.", icon=":material/stop_circle:")
        return
    st.warning("Stopped before anything arrived:", icon=":material/error:")
    st.code(_log_tail(job.log), language=None)


def _refresh_job_progress(job: Job, version: str) -> None:
    """How a collection is going; runs again every few seconds, and renews the page when there is news."""
    with components.show_errors():
        _draw_job_progress(job, version)


def _draw_job_progress(job: Job, version: str) -> None:
    if not job.is_running() or queries.answer_version().partition("/")[0] != version.partition("/")[0]:
        st.rerun()
    with st.container(border=True, key="progress"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f":material/progress_activity: **{escape_markdown(job.doing)} …**")
            label = "Stop at once" if job.asked_to_stop else "Stop, keep what came in"
            st.button(label, key="stop", on_click=stop_job, args=(job,), icon=":material/stop_circle:")
        try:
            lines = _job_status_lines(job)
        except FinderError as error:
            lines = [escape_markdown(error)]
        st.markdown("\n".join(f"- {line}" for line in lines))
        st.caption("This goes on if you leave the page; the list renews itself when it is done.")


def _job_status_lines(job: Job) -> list[str]:
    if not job.interest:
        seconds = (clock.utc_now() - job.begun).total_seconds()
        return [escape_markdown(line) for line in _log_tail(job.log).splitlines()] or [f"Starting ({seconds:.0f} s)"]
    run, entries = _run_of_job(job)
    if run is None:
        seconds = (clock.utc_now() - job.begun).total_seconds()
        return [f"Step 1 of 2: reading what is stored and planning what to ask ({seconds:.0f} s)"]
    new = _record_counts()
    new.subtract(job.before)
    arrived = sum(max(count, 0) for count in new.values())
    budgets = _budget_texts(entries)
    return [
        f"Step 2 of 2: asking the sources, {arrived:,} new records so far",
        *(
            f"**{escape_markdown(entry.source)}**: {escape_markdown(entry.state)}, "
            f"{max(new[entry.source], 0):,} new records{budgets[entry.source]}"
            for entry in entries
        ),
    ]


def _run_of_job(job: Job) -> tuple[Run | None, list[SourceRun]]:
    found = queries.last_collect_run(job.interest)
    return (found[0], found[1]) if found and found[0].pid == job.process.pid else (None, [])


def _record_counts() -> Counter[str]:
    """Records by source."""
    with queries.open_page_store() as store:
        counts = store.records.count_by_source()
    stored: Counter[str] = Counter()
    for (source, _), count in counts.items():
        stored[source] += count
    return stored


def _budget_texts(entries: list[SourceRun]) -> dict[str, str]:
    """What is left of each source's budget of today, in words; empty where nothing was spent."""
    day = clock.utc_today().isoformat()
    with queries.open_page_store() as store:
        budgets = {entry.source: store.budgets.get(entry.source, day) for entry in entries}
    return {source: _budget_text(budget) for source, budget in budgets.items()}


def _budget_text(budget: Budget) -> str:
    if not budget.spent:
        return ""
    left = budget.remaining
    if left is None and budget.allowance is not None:
        left = budget.allowance - budget.spent
    return f", {budget.spent:,.0f} credits spent today" + ("" if left is None else f", {max(left, 0):,.0f} left")


def _log_tail(log: Path) -> str:
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL:])
    except OSError:
        return "(its log is gone)"
