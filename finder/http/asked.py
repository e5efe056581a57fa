"""One question, as the parts of this package hand it on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from finder.source import Card

Check = Callable[[bytes], bool]


@dataclass(frozen=True)
class Asked:
    """One question. ``url`` is what is sent, without the key; ``shown`` names it in the store and in messages."""

    card: Card
    base: str
    url: str
    shown: str
    key: str | None = None

    @property
    def keyed(self) -> bool:
        """Whether a key goes with it."""
        return self.key is not None
