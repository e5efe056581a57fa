"""What one question may cost us."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RequestLimits:
    """Bounds of one question.

    Attributes:
        body: bytes of an answer, unpacked.
        redirects: hops after the first.
        seconds: of one request, from the connection to the last byte.
        tries: requests for one question, redirects not counted.
        waiting: seconds between those tries, summed.
        partial_tries: further tries when the source says that its answer is partial.
    """

    body: int = 32_000_000
    redirects: int = 5
    seconds: float = 90.0
    tries: int = 5
    waiting: float = 120.0
    partial_tries: int = 2
