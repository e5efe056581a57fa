"""Watches: wishes that are refreshed, what is new for them, and the files that tell it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cyclopts import App

from finder.cli.common import (
    WATCH,
    app,
    build_query,
    load_user_settings,
    open_user_store,
    print_notice,
    print_output,
    terminal_prompt,
    utc_now_text,
    utc_today,
)
from finder.cli.filters import merge_typed_weights
from finder.clock import local_day
from finder.errors import UsageError

if TYPE_CHECKING:
    from finder.ingest.source_stats import Tell
    from finder.storage.watches import NewsItem

watch = App(name="watch", group=WATCH, help="Save searches, run them again, and report changes.")
app.command(watch)


@watch.command(name="add")
def run_watch_add(
    interest: str,
    /,
    *,
    every: str = "7d",
    digest: str = "7d",
    name: str = "",
    country: tuple[str, ...] = (),
    near: str = "",
    within: int | None = None,
    stage: tuple[str, ...] = (),
    kind: Literal["faculty", "industry", "any"] = "any",
    since: date | None = None,
    top: int = 100,
    weights: str = "",
    without: tuple[str, ...] = (),
    recruiting: bool = False,
    moved: bool = False,
    new: bool = False,
    funded: bool = False,
    not_at: tuple[str, ...] = (),
) -> None:
    """Watch an interest; the filters are those of finder advisors. Nothing is asked before finder refresh.

    Parameters
    ----------
    every
        How often it is refreshed, such as 7d or 2w.
    digest
        How often a digest of its news is written, and mailed where that is set.
    name
        What to call it; its interest where not given.
    top
        How much of the list is watched.
    interest
        Your topic in your own words, such as "multimodal learning".
    country
        Two-letter codes of countries (repeatable).
    near
        A place they must be near: a city, an institution, or coordinates "52.5,13.4".
    within
        Kilometres from there (100 by default).
    stage
        Only these stages (repeatable); see finder advisors --help.
    kind
        faculty or industry; any keeps both.
    since
        Their newest matched work must not be older than this day.
    weights
        What counts more: share, freshness, recent, lead; such as share=1,recent=0.5.
    without
        Related terms to leave out (repeatable).
    recruiting
        Only those whose own page says that they take people on.
    moved
        Only those who changed institution within three years.
    new
        Only those who state their first faculty post within three years.
    not_at
        Part of the name of an institution to leave out (repeatable).
    """
    from finder.watch import saved_query

    settings = load_user_settings()
    query = build_query(
        interest,
        as_of=utc_today(),
        countries=country,
        near=near,
        within=within,
        stages=stage,
        kind=kind,
        since=since,
        top=top,
        without=without,
        weights=merge_typed_weights(settings.weights, weights),
        half_life=settings.half_life_years,
        not_at=not_at,
        traits=tuple(
            trait
            for trait, on in (("recruiting", recruiting), ("moved", moved), ("new", new), ("funded", funded))
            if on
        ),
    )
    with open_user_store(settings) as store:
        chosen = name or saved_query.default_watch_name(query, [one.name for one in store.watches.list_watches()])
        made = store.watches.add(
            chosen,
            saved_query.encode_saved_query(query),
            saved_query.parse_day_span(every),
            saved_query.parse_day_span(digest),
            utc_now_text(),
        )
    print_notice(f"Watching “{made.name}” every {made.every} days. Now: finder refresh")


@watch.command(name="list")
def run_watch_list(*, format: Literal["table", "json"] = "table") -> None:  # noqa: A002
    """All watches: what they look for, when they were refreshed last, and when that is due again.

    Parameters
    ----------
    format
        How to print the answer.
    """
    from finder.rendering.answer_text import format_json
    from finder.watch import rendering

    with open_user_store(load_user_settings()) as store:
        watches = store.watches.list_watches()
    print_output(
        format_json([one._asdict() for one in watches]) if format == "json" else rendering.watch_list_text(watches)
    )


@watch.command(name="pause")
def run_watch_pause(name: str, /) -> None:
    """Leave a watch out of refreshes; its news stays.

    Parameters
    ----------
    name
        The name of the saved search.
    """
    _set_watch_paused(name, paused=True)
    print_notice(f"“{name}” is paused.")


@watch.command(name="resume")
def run_watch_resume(name: str, /) -> None:
    """Take a watch in again.

    Parameters
    ----------
    name
        The name of the saved search.
    """
    _set_watch_paused(name, paused=False)
    print_notice(f"“{name}” is refreshed again.")


def _set_watch_paused(name: str, *, paused: bool) -> None:
    with open_user_store(load_user_settings()) as store:
        store.watches.pause(store.watches.get(name).id, paused=paused)


@watch.command(name="remove")
def run_watch_remove(name: str, /) -> None:
    """End a watch; its news goes with it, what was collected stays.

    Parameters
    ----------
    name
        The name of the saved search.
    """
    with open_user_store(load_user_settings()) as store:
        store.watches.remove(store.watches.get(name).id)
    print_notice(f"“{name}” is watched no more.")


@app.command(name="refresh", group=WATCH)
def run_refresh_command(
    *,
    due: bool = False,
    watch: tuple[str, ...] = (),
    format: Literal["table", "json"] = "table",  # noqa: A002
) -> int:
    """Update saved searches from the web, report what changed, and write the news files.

    Parameters
    ----------
    due
        Only watches whose day has come.
    watch
        Only the watch of this name (repeatable).
    format
        How to print the answer.
    """
    from finder import embedding_jobs
    from finder.errors import AlreadyRunning
    from finder.rendering.answer_text import format_json
    from finder.watch import digest, refresh_run, rendering
    from finder.watch import refresh as refreshing
    from finder.watch.ingest import WatchIngest

    settings = load_user_settings()
    with open_user_store(settings) as store, ExitStack() as held:
        try:
            held.enter_context(store.leases.acquire_lease("refresh"))
        except AlreadyRunning as error:
            print_notice(str(error))
            return 0
        watches = [store.watches.get(name) for name in watch] or [
            one for one in store.watches.list_watches() if not one.paused
        ]
        if due:
            watches = refreshing.due_watches(watches, utc_today())
        if not watches:
            print_notice(
                "No watch is due."
                if store.watches.list_watches()
                else "There is no watch. Begin with: finder watch add INTEREST"
            )
        before = store.watches.newest_news_id()
        asking = WatchIngest(settings, store, say=print_notice, showing=_progress_display)
        report = refresh_run.run_refresh(asking, watches)
        news = [one for one in store.watches.list_news() if one.id > before]
        embedding_jobs.embed_new_works(store, print_notice)
    if format == "json":
        print_output(format_json(rendering.refresh_report_json(report, news)))
    elif watches:
        print_output(
            digest.render_digest_text(digest.build_digest(news, utc_today(), watches=[one.name for one in watches]))
        )
        for line in rendering.refresh_report_lines(report):
            print_notice(line)
    return 1 if report.outcomes and all(one.state == "failed" for one in report.outcomes) else 0


@contextmanager
def _progress_display(title: str) -> Iterator[Tell]:
    from finder.progress import Display

    with Display(title) as display:
        yield display.show_progress


@app.command(name="news", group=WATCH)
def run_news_command(
    *,
    since: date | None = None,
    unread: bool = False,
    watch: str = "",
    mark_read: bool = False,
    all: bool = False,  # noqa: A002
    format: Literal["table", "json", "md", "html"] = "table",  # noqa: A002
    atom: Path | None = None,
    digest: Path | None = None,
    ics: Path | None = None,
    force: bool = False,
) -> None:
    """Show what is new for saved searches and the shortlist, newest first.

    Parameters
    ----------
    since
        From this day on.
    unread
        Only what was not marked as read.
    watch
        Only of the watch of this name.
    mark_read
        Mark what is shown as read.
    all
        Leave nothing out; else the weightiest ten of a watch and week are told, and the others counted.
    atom, digest, ics
        Write an Atom feed, a digest (.md or .html), or the days until which positions are open, to a file.
    force
        Write over a file that is there.
    format
        How to print the answer.
    atom
        Write the news as an Atom feed to this file.
    digest
        Write the news as a digest to this file.
    ics
        Write deadlines and follow-ups as a calendar to this file.
    """
    from finder.watch.silence import describe_silence

    if digest is not None and digest.suffix.lower() not in (".md", ".html"):
        raise UsageError(f"A digest is a file that ends with .md or .html, not {digest.name}.")
    with open_user_store(load_user_settings()) as store:
        name = store.watches.get(watch).name if watch else ""
        found = store.watches.list_news(since=since.isoformat() if since else "", unread=unread, watch=name)
        names = [name] if name else [one.name for one in store.watches.list_watches()]
        if format == "table" and not found and atom is digest is ics is None:
            print_output(describe_silence(since.isoformat() if since else "", names))
            return

        from finder.outreach.exports import save_export
        from finder.watch import atom as feed
        from finder.watch import digest as digests
        from finder.watch import output_files

        told = digests.build_digest(found, utc_today(), since.isoformat() if since else "", names, everything=all)
        written: list[tuple[Path, bytes]] = []
        if atom is not None:
            written.append((atom, feed.render_atom_feed(found)))
        if digest is not None:
            render = digests.render_digest_html if digest.suffix.lower() == ".html" else digests.render_digest_markdown
            written.append((digest, render(told).encode()))
        if ics is not None:
            written.append((ics, output_files.deadline_calendar(store, utc_today(), local_day())))
        for path, content in written:
            save_export(path, content, force=force, home=store.home, ask=terminal_prompt())
            print_notice(f"Written: {path}")
        if not written:
            print_output(_render_news(format, found, told))
        if mark_read:
            store.watches.mark_news_read([one.id for one in found if one.read_at is None], utc_now_text())


def _render_news(format_: str, found: list[NewsItem], told: Any) -> str:
    from finder.rendering.answer_text import format_json
    from finder.watch import digest

    if format_ == "json":
        return format_json([{**one._asdict(), "body": dict(one.body)} for one in found])
    return {"table": digest.render_digest_text, "md": digest.render_digest_markdown, "html": digest.render_digest_html}[
        format_
    ](told)
