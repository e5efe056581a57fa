"""A whole refresh: collect and compare, write the files, and let go of what is older than the settings allow."""

from __future__ import annotations

from collections.abc import Sequence

from finder.rights import retention
from finder.store.watches import Watch
from finder.watching import files
from finder.watching.asking import Asking
from finder.watching.refresh import Refresher, Report


def whole(asking: Asking, watches: Sequence[Watch]) -> Report:
    """Refresh these watches, from the first call to the last file; ``asking.say`` hears what went wrong."""
    store, settings = asking.store, asking.settings
    report = Refresher(asking).refresh(watches)
    if watches:
        for trouble in files.write(store, settings, asking.clock().date(), asking.now()):
            asking.say(trouble)
    if retention.usual(store, asking.now()):
        retention.prune(store, settings, asking.now())
    else:
        asking.say("The finder has not run for months, or the clock is wrong: nothing old is let go of today.")
    return report
