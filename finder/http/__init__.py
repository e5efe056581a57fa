"""The only door to the network.

``async with CachingHttpClient(settings, store) as http`` asks public hosts politely: at the pace of each source, which
all processes of a data folder share, within its daily budget, by robots.txt, and never twice within its cadence. What
came back is kept in the store as the provenance of every record. No key is ever kept, logged or shown.
"""

from __future__ import annotations

from finder.http.client import CachingHttpClient, Mode
from finder.http.events import HttpEvent
from finder.http.limits import RequestLimits
from finder.http.recordings import read_recordings, recording_key, write_recordings
from finder.http.request import MOVED

__all__ = [
    "MOVED",
    "CachingHttpClient",
    "HttpEvent",
    "Mode",
    "RequestLimits",
    "read_recordings",
    "recording_key",
    "write_recordings",
]
