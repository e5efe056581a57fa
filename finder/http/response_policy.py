"""What an answer means: good, try again, or which error. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from finder.errors import (
    KeyRefused,
    NotFound,
    PaidPlanRequired,
    QuotaExceeded,
    SourceBlocked,
    SourceError,
    SourceUnreachable,
    UnexpectedFormat,
)
from finder.http.urls import shorten_url
from finder.source import SourceInfo

_EACH_SECOND = re.compile(r"per[ -]?second|(?:requests?|calls?|req) ?(?:/|a) ?s(?:ec(?:ond)?)?\b", re.I)
PATIENCE = 60.0
"""Told to wait longer than this, in seconds, a source is left alone until then."""
LONGEST = 7 * 86_400.0
"""Seconds for which a source is left alone at most, whatever it says: nobody renews an allowance less often."""

CHALLENGE_MARKS = re.compile(
    rb"anubis|captcha|challenge|unusual traffic|not a (ro)?bot|are you human|just a moment", re.I
)
PAGE_CHALLENGE_MARKS = re.compile(
    rb"anubis_challenge|within\.website/x/cmd/anubis|making sure you(&#39;|&#x27;|')re not a bot|gs_captcha|px-captcha"
    rb"|<title>\s*(just a moment|attention required)|unusual traffic from your|verify(ing)? you are human",
    re.I,
)
"""For pages, where "challenge" may well be the name of a workshop."""

LOGIN = re.compile(r"(?:^|/)(?:log-?in|sign-?in|sign-?on|sso|saml2?|oauth2?|auth)(?:$|[/.?])", re.I)
LOGIN_HOST = re.compile(r"^(?:login|signin|sso|idp|auth|accounts)\.", re.I)


MOST_PIECES = 1_000_000
"""Values or elements of one answer: each becomes an object many times its length. Good ones have 0.04 for each byte."""
_PIECES = {"json": (b",", b"[", b"{"), "text": (b"<",)}

LATER = "Try again later; if it stays so, update the finder."
UPDATE = "Update the finder; if it is up to date, report this."


class RetryableError(Exception):
    """This attempt failed in a way that another may not; ``wait`` is what the source asked for, in seconds."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait


class PartialResponse(RetryableError):
    """The answer is good as far as it goes."""


@dataclass(frozen=True)
class RawResponse:
    """What came back. Keys are blotted out; header names are in lower case."""

    url: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def classify_response(
    card: SourceInfo, answer: RawResponse, *, keyed: bool, now: datetime
) -> SourceError | RetryableError | None:
    """None for a good answer, else what is wrong with it."""
    status = answer.status
    if status == 429 and (fault := _classify_too_many(card, answer, keyed=keyed, now=now)):
        return fault
    if status in (404, 410):
        known = f"{card.title} does not know {shorten_url(answer.url)} ({status})."
        return NotFound(f"{known} If it knows nothing at all any more, update the finder.", answer.url)
    if is_challenge_page(card, answer):
        where = f"Try again later, or open {shorten_url(answer.url)} in a browser."
        return SourceBlocked(f"{card.title} shows a challenge page instead of an answer. {where}", answer.url)
    if status in (401, 402, 403, 406, 407, 451):
        return _refusal_error(card, answer, keyed=keyed)
    if status in (408, 425, 429) or status >= 500:
        wait = retry_after_seconds(answer, now)
        if wait is not None and wait > PATIENCE:
            return SourceUnreachable(
                f"{card.title} asks not to be asked for {format_duration(wait)} ({status}). Try again then.", answer.url
            )
        return RetryableError(f"it answered {status}", wait)
    if status != 200:
        said = f"{status}: {error_text(answer)}".removesuffix(": ")
        return UnexpectedFormat(f"{card.title} did not accept {shorten_url(answer.url)} ({said}). {UPDATE}", answer.url)
    return _format_error(card, answer)


def _classify_too_many(
    card: SourceInfo, answer: RawResponse, *, keyed: bool, now: datetime
) -> SourceError | RetryableError | None:
    body = _error_json(answer)
    wait = retry_after_seconds(answer, now)
    if wait is None and "plan upgrade required" in str(body.get("error", "")).lower():
        return PaidPlanRequired(
            f"{card.title} answers {shorten_url(answer.url)} only in a paid plan. {UPDATE}", answer.url
        )
    if is_rate_limited(answer, now):
        return None
    if is_quota_exhausted(body) or (wait is not None and wait > PATIENCE):
        return QuotaExceeded(quota_message(card, keyed=keyed), answer.url, int(wait or 0))
    return None


def is_rate_limited(answer: RawResponse, now: datetime) -> bool:
    """Whether a 429 is about the pace alone. What it says is left of the day is then no figure to go by: some services
    name 0 for whatever was refused.
    """
    if answer.status != 429:
        return False
    wait = retry_after_seconds(answer, now)
    said = " ".join(str(part) for part in _error_json(answer).values() if isinstance(part, str))
    return (wait is not None and wait <= PATIENCE) or bool(_EACH_SECOND.search(said))


def quota_message(card: SourceInfo, *, keyed: bool) -> str:
    """What to tell when the allowance is used up."""
    hint = "" if keyed or not card.key_name else f" {card.key_help}"
    return f"{card.title}: today's allowance is used up.{hint}"


def is_quota_exhausted(body: Mapping[str, Any]) -> bool:
    """Whether the body of a 429 says that the day's allowance does not cover the call."""
    left = finite_number(body.get("creditsRemaining"))
    usd = finite_number(body.get("dailyRemainingUsd"))
    short = left is not None and left < (finite_number(body.get("creditsRequired")) or 0.0)
    return short or any(x is not None and x <= 0 for x in (left, usd))


def _refusal_error(card: SourceInfo, answer: RawResponse, *, keyed: bool) -> SourceBlocked:
    if answer.status == 401 and card.key_name:
        said = f"{card.title} {'does not accept the key' if keyed else 'wants a key'}. {card.key_help}"
        return KeyRefused(said.strip(), answer.url)
    said = f"{card.title} refuses {shorten_url(answer.url)} ({answer.status})."
    return SourceBlocked(f"{said} It is not asked further; try again another day.", answer.url)


def _format_error(card: SourceInfo, answer: RawResponse) -> SourceError | RetryableError | None:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if card.expects == "html":
        strange = bool(kind) and kind not in ("text/html", "application/xhtml+xml", "text/plain")
        said = f"{shorten_url(answer.url)} is {kind}, not a page. Open it in a browser."
        return UnexpectedFormat(said, answer.url) if strange else None
    if sum(map(answer.body.count, _PIECES[card.expects])) > MOST_PIECES:
        return UnexpectedFormat(
            f"{card.title} sent more than {MOST_PIECES:,} pieces at once: not read. {LATER}", answer.url
        )
    if is_html_response(card, answer):
        return UnexpectedFormat(f"{card.title} sent a page where {card.expects} is due. {LATER}", answer.url)
    if card.expects == "json":
        text = answer.body.removeprefix(b"\xef\xbb\xbf").strip()
        if text and text[:1] not in b"{[":
            return UnexpectedFormat(f"{card.title} sent something that is not JSON. {LATER}", answer.url)
        if not text or text[-1:] not in b"}]":
            return RetryableError("the answer broke off")
    elif not answer.body.strip():
        return RetryableError("the answer was empty")
    return None


def is_html_response(card: SourceInfo, answer: RawResponse) -> bool:
    """Whether this is a page; XML is a page only where JSON is due."""
    head = answer.body[:200].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    typed = "html" in answer.headers.get("content-type", "").lower()
    return typed or head.startswith(b"<" if card.expects == "json" else (b"<!doctype html", b"<html"))


def is_challenge_page(card: SourceInfo, answer: RawResponse) -> bool:
    """Whether this is a page that wants to know whether we are human."""
    if answer.headers.get("cf-mitigated") == "challenge":
        return True
    marks = PAGE_CHALLENGE_MARKS if card.expects == "html" else CHALLENGE_MARKS
    return is_html_response(card, answer) and marks.search(answer.body[:200_000]) is not None


def is_login_url(url: str) -> bool:
    """Whether a redirect leads to a page that asks who one is."""
    parts = urlsplit(url)
    return bool(LOGIN.search(parts.path) or LOGIN_HOST.search(parts.netloc))


def retry_after_seconds(answer: RawResponse, now: datetime) -> float | None:
    """Seconds that the source asks us to wait, by header (seconds or a date) or by body."""
    header = answer.headers.get("retry-after", "").strip()
    if header and (seconds := finite_number(header)) is None:
        try:
            moment = parsedate_to_datetime(header)
            seconds = (moment - now).total_seconds()
        except (ValueError, TypeError):
            seconds = None
    else:
        seconds = finite_number(header) if header else finite_number(_error_json(answer).get("retryAfter"))
    return None if seconds is None else min(max(0.0, seconds), LONGEST)


def error_text(answer: RawResponse) -> str:
    """What a JSON error says about itself, fit to be printed."""
    body = _error_json(answer)
    said = str(body.get("message") or body.get("error") or "")
    return "".join(c if c.isprintable() else " " for c in said)[:200].strip()


def format_duration(seconds: float) -> str:
    """A length of time in words."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{max(1, round(seconds))} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def finite_number(value: object) -> float | None:
    """A finite number, or None."""
    try:
        found = float(str(value))
    except ValueError:
        return None
    return found if abs(found) < 1e15 else None


def _error_json(answer: RawResponse) -> dict[str, Any]:
    if answer.status == 200 or len(answer.body) > 100_000:
        return {}
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
