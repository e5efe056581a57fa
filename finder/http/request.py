"""One question, as the parts of this package hand it on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from finder.source import SourceInfo

Check = Callable[[bytes], bool]
MOVED = "x-finder-moved"
"""Where a permanent redirect led: kept with the reply among its headers."""


@dataclass(frozen=True)
class HttpRequest:
    """One question. ``url`` is what is sent, without the key; ``shown`` names it in the store and in messages.

    ``question`` is the JSON of a search that is posted, in one spelling.
    """

    card: SourceInfo
    base: str
    url: str
    shown: str
    key: str | None = None
    question: str | None = None

    @property
    def name(self) -> str:
        """What the answer is kept under."""
        return f"GET {self.shown}" if self.question is None else f"POST {self.shown} {self.question}"

    @property
    def carries_key(self) -> bool:
        """Whether a key goes with it."""
        return self.key is not None
