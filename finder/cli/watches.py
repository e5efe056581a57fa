"""Watches: wishes that are refreshed, what is new for them, and the files that tell it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cyclopts import App

from finder.cli.common import app, asker, load, now, opened, out, say, today, wish_of
from finder.cli.filters import weights_with
from finder.clock import local_day
from finder.errors import UsageError

if TYPE_CHECKING:
    from finder.store.watches import News
    from finder.tally import Tell

watch = App(name="watch", help="Wishes that are refreshed: you are told what changes.")
app.command(watch)


@watch.command
def add(
    interest: str, /, *,
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
    not_at: tuple[str, ...] = (),
) -> None:  # fmt: skip
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
    """
    from finder.watching import wishes

    settings = load()
    wish = wish_of(
        interest, as_of=today(), countries=country, near=near, within=within, stages=stage, kind=kind, since=since,
        top=top, without=without,
        weights=weights_with(settings.weights, weights), half_life=settings.half_life_years, not_at=not_at,
        traits=tuple(t for t, on in (("recruiting", recruiting), ("moved", moved), ("new", new)) if on),
    )  # fmt: skip
    with opened(settings) as store:
        chosen = name or wishes.name_for(wish, [one.name for one in store.watches.all()])
        made = store.watches.add(chosen, wishes.kept(wish), wishes.days_of(every), wishes.days_of(digest), now())
    say(f"Watching “{made.name}” every {made.every} days. Now: finder refresh")


@watch.command(name="list")
def list_(*, format: Literal["table", "json"] = "table") -> None:  # noqa: A002
    """All watches: what they look for, when they were refreshed last, and when that is due again."""
    from finder.views.printed import as_json
    from finder.watching import told

    with opened(load()) as store:
        watches = store.watches.all()
    out(as_json([one._asdict() for one in watches]) if format == "json" else told.watches(watches))


@watch.command
def pause(name: str, /) -> None:
    """Leave a watch out of refreshes; its news stays."""
    _pause(name, paused=True)
    say(f"“{name}” is paused.")


@watch.command
def resume(name: str, /) -> None:
    """Take a watch in again."""
    _pause(name, paused=False)
    say(f"“{name}” is refreshed again.")


def _pause(name: str, *, paused: bool) -> None:
    with opened(load()) as store:
        store.watches.pause(store.watches.get(name).id, paused=paused)


@watch.command
def remove(name: str, /) -> None:
    """End a watch; its news goes with it, what was collected stays."""
    with opened(load()) as store:
        store.watches.remove(store.watches.get(name).id)
    say(f"“{name}” is watched no more.")


@app.command
def refresh(
    *, due: bool = False, watch: tuple[str, ...] = (), format: Literal["table", "json"] = "table",  # noqa: A002
) -> int:  # fmt: skip
    """Collect what is new for the watches, say what changed, and write the files in the folder news.

    Parameters
    ----------
    due
        Only watches whose day has come.
    watch
        Only the watch of this name (repeatable).
    """
    from finder import encoding
    from finder.errors import Busy
    from finder.views.printed import as_json
    from finder.watching import digest, routine, told
    from finder.watching import refresh as refreshing
    from finder.watching.asking import Asking

    settings = load()
    with opened(settings) as store, ExitStack() as held:
        try:
            held.enter_context(store.leases.held("refresh"))
        except Busy as error:
            say(str(error))
            return 0
        watches = [store.watches.get(name) for name in watch] or [one for one in store.watches.all() if not one.paused]
        if due:
            watches = refreshing.due(watches, today())
        if not watches:
            say(
                "No watch is due."
                if store.watches.all()
                else "There is no watch. Begin with: finder watch add INTEREST"
            )
        before = store.watches.last()
        asking = Asking(settings, store, say=say, showing=_showing)
        report = routine.whole(asking, watches)
        news = [one for one in store.watches.news() if one.id > before]
        encoding.catch_up(store, say)
    if format == "json":
        out(as_json(told.report(report, news)))
    elif watches:
        out(digest.as_text(digest.of(news, today(), watches=[one.name for one in watches])))
        for line in told.lines(report):
            say(line)
    return 1 if report.outcomes and all(one.state == "failed" for one in report.outcomes) else 0


@contextmanager
def _showing(title: str) -> Iterator[Tell]:
    from finder.progress import Display

    with Display(title) as display:
        yield display.tell


@app.command
def news(
    *, since: date | None = None, unread: bool = False, watch: str = "", mark_read: bool = False,
    all: bool = False,  # noqa: A002
    format: Literal["table", "json", "md", "html"] = "table",  # noqa: A002
    atom: Path | None = None, digest: Path | None = None, ics: Path | None = None, force: bool = False,
) -> None:  # fmt: skip
    """What is new for the watches and the shortlist, the newest day first.

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
    """
    from finder.outreach.exports import save
    from finder.watching import atom as feed
    from finder.watching import digest as digests
    from finder.watching import files

    if digest is not None and digest.suffix.lower() not in (".md", ".html"):
        raise UsageError(f"A digest is a file that ends with .md or .html, not {digest.name}.")
    with opened(load()) as store:
        name = store.watches.get(watch).name if watch else ""
        found = store.watches.news(since=since.isoformat() if since else "", unread=unread, watch=name)
        names = [name] if name else [one.name for one in store.watches.all()]
        told = digests.of(found, today(), since.isoformat() if since else "", names, everything=all)
        written: list[tuple[Path, bytes]] = []
        if atom is not None:
            written.append((atom, feed.as_atom(found)))
        if digest is not None:
            render = digests.as_html if digest.suffix.lower() == ".html" else digests.as_markdown
            written.append((digest, render(told).encode()))
        if ics is not None:
            written.append((ics, files.calendar(store, today(), local_day())))
        for path, content in written:
            save(path, content, force=force, home=store.home, ask=asker())
            say(f"Written: {path}")
        if not written:
            out(_shown(format, found, told))
        if mark_read:
            store.watches.mark_read([one.id for one in found if one.read_at is None], now())


def _shown(format_: str, found: list[News], told: Any) -> str:
    from finder.views.printed import as_json
    from finder.watching import digest

    if format_ == "json":
        return as_json([{**one._asdict(), "body": dict(one.body)} for one in found])
    return {"table": digest.as_text, "md": digest.as_markdown, "html": digest.as_html}[format_](told)
