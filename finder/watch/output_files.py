"""What a refresh leaves in the folder ``news``: a feed, a digest when one is due, and the days until which to apply."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from finder import files
from finder.answers import openings
from finder.errors import FinderError, StoreError
from finder.outreach import export_dataset
from finder.outreach.exports import FORMATS
from finder.settings import Settings
from finder.storage import Store
from finder.storage.watches import NewsItem, Watch
from finder.watch import atom, digest, mail, saved_query, state_capture
from finder.watch.digest import Digest

FEED, MARKDOWN, HTML, DAYS = "atom.xml", "digest.md", "digest.html", "positions.ics"
IN_FEED = 300  # pieces of news


def news_folder(home: Path) -> Path:
    """Where they are."""
    return home / "news"


def write_news_files(store: Store, settings: Settings, day: date, now: str) -> list[str]:
    """Write the files anew, and mail the digest where that is set and due; returns what went wrong, in words."""
    place = news_folder(settings.home)
    place.mkdir(parents=True, exist_ok=True)
    _write_news_file(place / FEED, atom.render_atom_feed(store.watches.list_news(most=IN_FEED)))
    _write_news_file(place / DAYS, deadline_calendar(store, day))
    ready = due_digests(store.watches.list_watches(), day)
    if not ready:
        return []
    made = digest_of_watches(store, ready, day)
    _write_news_file(place / MARKDOWN, digest.render_digest_markdown(made).encode())
    _write_news_file(place / HTML, digest.render_digest_html(made).encode())
    try:
        mail_digest(settings, made)
    except FinderError as error:
        return [str(error)]  # it stays due
    store.watches.mark_digest_written([one.id for one in ready], now)
    return []


def _write_news_file(path: Path, content: bytes) -> None:
    try:
        files.write_private_file(path, content)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}. Check its rights and free space.") from error


def due_digests(watches: Sequence[Watch], day: date) -> list[Watch]:
    """Those refreshed since the last digest, whose next has come; by days, as refreshes are."""
    return [
        one
        for one in watches
        if one.tried_at
        and not one.paused
        and ((at := _last_digest_time(one, day)) is None or date.fromisoformat(at[:10]) + timedelta(one.digest) <= day)
    ]


def _last_digest_time(watch: Watch, day: date) -> str | None:
    """When its last digest was written; one of a day to come was written by a wrong clock, and tells too little."""
    at = watch.digested_at
    return at if at and date.fromisoformat(at[:10]) <= day + timedelta(days=1) else None


def digest_of_watches(store: Store, watches: Sequence[Watch], day: date) -> Digest:
    """All that was found for these watches, and about the shortlist, since their last digests."""
    found: list[NewsItem] = []
    for one in watches:
        found += store.watches.list_news(since=_last_digest_time(one, day) or one.created_at, watch=one.name)
    since = min(_last_digest_time(one, day) or one.created_at for one in watches)
    found += [one for one in store.watches.list_news(since=since) if one.watch is None]
    return digest.build_digest(found, day, since, [one.name for one in watches])


def mail_digest(settings: Settings, made: Digest) -> None:
    """Mail a digest to the user where they have set that.

    Raises:
        FinderError: it could not be sent.
    """
    if settings.mail is None or (made.quiet and settings.mail.quiet == "skip"):
        return
    mail.send_digest(settings, made.title, digest.render_digest_text(made), digest.render_digest_html(made))


def deadline_calendar(store: Store, day: date, local: date | None = None) -> bytes:
    """Until when what is open for any watch is open; ``local`` is the reader's own day, if that is another."""
    found = {}
    for watch in store.watches.list_watches():
        try:
            query = saved_query.query_of_watch(watch, day)
            wanted = openings.OpeningFilter(kinds=state_capture.KINDS, countries=query.countries)
            rows = openings.find_openings(
                store, query.interest, day, wanted, state_capture.POSITIONS, "", day=local
            ).results
        except FinderError:
            continue  # that watch says so itself
        found |= {row["posting_id"]: row for row in rows if row["valid_through"]}
    return FORMATS["ics"].write(export_dataset.dataset_from_openings("Open positions", day, found.values()))
