"""What the door says while it works, for whoever shows progress."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["sent", "cached", "waiting", "parked", "retry", "failed"]


@dataclass(frozen=True)
class HttpEvent:
    """Something that happened to one question.

    Attributes:
        url: without its key.
        remaining: of the day's allowance, where the source says so.
        cost: of this call, in the source's credits.
        unknown: it failed because the source does not know what was asked for.
        status, media, size: of an answer, as HTTP has it: the number, the kind of content, and its bytes.
    """

    source: str
    kind: Kind
    url: str
    detail: str = ""
    remaining: float | None = None
    cost: float = 0.0
    unknown: bool = False
    status: int = 0
    media: str = ""
    size: int = 0


Tell = Callable[[HttpEvent], object]
