"""The store that answers: the user's or the demo world's, published and encoded, collected first where that is due."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from finder import clock, files
from finder.settings import Settings
from finder.storage import Store, open_store

Notify = Callable[[str], None]


def open_user_store(settings: Settings, notify: Notify) -> Store:
    """The store of the user, in a folder that nobody else can read."""
    if note := files.restrict_home_access(settings.home):
        notify(note)
    return open_store(settings.home)


def open_current_store(settings: Settings, notify: Notify) -> Store:
    """The store of the user, with everything published that came in, as this version of the finder publishes it.

    New works are encoded: a few of them now, many in the background.
    """
    from finder import embedding_jobs, publication

    store = open_user_store(settings, notify)
    publication.publish_if_stale(store, clock.utc_timestamp())
    embedding_jobs.embed_new_works(store, notify)
    return store


def open_answer_store(settings: Settings, notify: Notify, *, demo: bool) -> Store:
    """The store that answers: as :func:`open_current_store` opens it, or the demo world's."""
    if not demo:
        return open_current_store(settings, notify)
    from finder import demo_store

    return demo_store.open_demo_store(settings.home, notify)


@contextmanager
def open_collected_store(
    settings: Settings,
    interest: str,
    notify: Notify,
    *,
    demo: bool,
    offline: bool,
    boards: bool = False,
    open_papers: bool = False,
) -> Iterator[Store]:
    """The store that answers about an interest, which is collected first where nothing recent is stored.

    Args:
        boards: job boards are read, too, where that is due.
        open_papers: conference files that are open to everybody are fetched in place of that.
    """
    if open_papers:
        from finder import pipeline

        with open_user_store(settings, notify) as store:
            pipeline.collect_open_papers(settings, store, notify)
    elif not (demo or offline):
        from finder import pipeline

        with open_user_store(settings, notify) as store:
            pipeline.collect_if_stale(settings, store, interest, notify)
            if boards:
                pipeline.crawl_boards_if_due(settings, store, notify)
    with open_answer_store(settings, notify, demo=demo) as store:
        yield store


def default_query_day(*, demo: bool) -> date:
    """The day that queries are about unless they say another: in the demo world it is always the same."""
    if not demo:
        return clock.utc_today()
    from finder.demo_metadata import demo_today

    return demo_today()
