"""What a refresh leaves in the folder ``news``: a feed, a digest when one is due, and the days until which to apply."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from finder import files
from finder.errors import FinderError, StoreError
from finder.outreach import bundle
from finder.outreach.exports import FORMATS
from finder.settings import Settings
from finder.store import Store
from finder.store.watches import News, Watch
from finder.views import openings
from finder.watching import atom, digest, mail, standing, wishes
from finder.watching.digest import Digest

FEED, MARKDOWN, HTML, DAYS = "atom.xml", "digest.md", "digest.html", "positions.ics"
IN_FEED = 300  # pieces of news


def folder(home: Path) -> Path:
    """Where they are."""
    return home / "news"


def write(store: Store, settings: Settings, day: date, now: str) -> list[str]:
    """Write the files anew, and mail the digest where that is set and due; returns what went wrong, in words."""
    place = folder(settings.home)
    place.mkdir(parents=True, exist_ok=True)
    _keep(place / FEED, atom.as_atom(store.watches.news(most=IN_FEED)))
    _keep(place / DAYS, calendar(store, day))
    ready = due(store.watches.all(), day)
    if not ready:
        return []
    made = of_watches(store, ready, day)
    _keep(place / MARKDOWN, digest.as_markdown(made).encode())
    _keep(place / HTML, digest.as_html(made).encode())
    try:
        mailed(settings, made)
    except FinderError as error:
        return [str(error)]  # it stays due
    store.watches.digested([one.id for one in ready], now)
    return []


def _keep(path: Path, content: bytes) -> None:
    try:
        files.keep(path, content)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}. Check its rights and free space.") from error


def due(watches: Sequence[Watch], day: date) -> list[Watch]:
    """Those refreshed since the last digest, whose next has come; by days, as refreshes are."""
    return [
        one for one in watches
        if one.tried_at and not one.paused
        and ((at := _digested(one, day)) is None or date.fromisoformat(at[:10]) + timedelta(one.digest) <= day)
    ]  # fmt: skip


def _digested(watch: Watch, day: date) -> str | None:
    """When its last digest was written; one of a day to come was written by a wrong clock, and tells too little."""
    at = watch.digested_at
    return at if at and date.fromisoformat(at[:10]) <= day + timedelta(days=1) else None


def of_watches(store: Store, watches: Sequence[Watch], day: date) -> Digest:
    """All that was found for these watches, and about the shortlist, since their last digests."""
    found: list[News] = []
    for one in watches:
        found += store.watches.news(since=_digested(one, day) or one.created_at, watch=one.name)
    since = min(_digested(one, day) or one.created_at for one in watches)
    found += [one for one in store.watches.news(since=since) if one.watch is None]
    return digest.of(found, day, since, [one.name for one in watches])


def mailed(settings: Settings, made: Digest) -> None:
    """Mail a digest to the user where they have set that.

    Raises:
        FinderError: it could not be sent.
    """
    if settings.mail is None or (made.quiet and settings.mail.quiet == "skip"):
        return
    mail.send(settings, made.title, digest.as_text(made), digest.as_html(made))


def calendar(store: Store, day: date, local: date | None = None) -> bytes:
    """Until when what is open for any watch is open; ``local`` is the reader's own day, if that is another."""
    found = {}
    for watch in store.watches.all():
        try:
            wish = wishes.wish_of(watch, day)
            wanted = openings.Filter(kinds=standing.KINDS, countries=wish.countries)
            rows = openings.openings(store, wish.interest, day, wanted, standing.POSITIONS, "", day=local).results
        except FinderError:
            continue  # that watch says so itself
        found |= {row["posting_id"]: row for row in rows if row["valid_through"]}
    return FORMATS["ics"].write(bundle.of_openings("Open positions", day, found.values()))
