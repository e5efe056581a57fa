"""A whole refresh: collect and compare, write the files, and let go of what is older than the settings allow."""

from __future__ import annotations

from collections.abc import Sequence

from finder.privacy import retention
from finder.storage.watches import Watch
from finder.watch import output_files
from finder.watch.ingest import WatchIngest
from finder.watch.refresh import RefreshReport, WatchRefresher


def run_refresh(asking: WatchIngest, watches: Sequence[Watch]) -> RefreshReport:
    """Refresh these watches, from the first call to the last file; ``asking.say`` hears what went wrong."""
    store, settings = asking.store, asking.settings
    report = WatchRefresher(asking).refresh_watches(watches)
    if watches:
        for trouble in output_files.write_news_files(store, settings, asking.clock().date(), asking.current_time()):
            asking.say(trouble)
    if retention.is_clock_plausible(store, asking.current_time()):
        retention.apply_retention(store, settings, asking.current_time())
    else:
        asking.say("The finder has not run for months, or the clock is wrong: nothing old is let go of today.")
    return report
