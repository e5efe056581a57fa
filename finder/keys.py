"""Where each key may go: to its own service over https, to this machine, or where the user has allowed it. Pure."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from finder.settings import Settings
from finder.source import Card


@dataclass(frozen=True)
class Destination:
    """Where the key of a source would go.

    Attributes:
        url: that the source is asked under.
        allowed: whether the key may go there; without it the source is asked without a key.
        why: in a few words.
    """

    url: str
    allowed: bool
    why: str

    @property
    def host(self) -> str:
        """Scheme, host and port, as a user would allow it."""
        parts = _split(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts else self.url


def destination(settings: Settings, card: Card) -> Destination:
    """Where a source's key would go by these settings, and whether it may."""
    url = settings.url(card.name, card.base)
    asked, own = _split(url), _split(card.base)
    if asked is None or not asked.hostname or "@" in asked.netloc:
        return Destination(url, False, "that is no plain web address")
    if is_loopback(asked.hostname):
        return Destination(url, True, "this machine")
    setting = settings.sources.get(card.name)
    if any(_allows(entry, asked) for entry in (setting.key_hosts if setting else ())):
        return Destination(url, True, "allowed by key_hosts in finder.toml")
    if asked.scheme != "https":
        return Destination(url, False, "whoever reads along would have it, as that is not https")
    if own is not None and asked.hostname == own.hostname:
        return Destination(url, True, "its own service")
    return Destination(url, False, f"that is not {own.hostname if own else 'its own service'}")


def key_for(settings: Settings, card: Card) -> str | None:
    """The key that goes with a source's questions; None where there is none, or it may not go there."""
    key = settings.keys.get(card.key_name, "") if card.key_name else ""
    return key if key and destination(settings, card).allowed else None


def withheld(settings: Settings, card: Card) -> str:
    """Why a key that is set is not sent, and what to do about it; empty where it is sent, or none is set."""
    if not (card.key_name and settings.keys.get(card.key_name)):
        return ""
    to = destination(settings, card)
    if to.allowed:
        return ""
    return (
        f"The key for {card.title} is not sent to {to.host}: {to.why}. If it should be, write "
        f'key_hosts = ["{to.host}"] under [sources.{card.name}] in finder.toml; or remove its url there '
        f"(FINDER_{card.name.upper()}_URL)."
    )


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its name or address alone.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("localhost.example")
    (True, True, False)
    """
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _allows(entry: str, asked: SplitResult) -> bool:
    """Whether an entry such as ``mirror.uni.example``, or one with scheme and port, names what is asked."""
    named = _split(entry if "://" in entry else f"https://{entry}")
    if named is None or (named.scheme, named.hostname) != (asked.scheme, asked.hostname):
        return False
    return named.port == asked.port or (named.port is None and "://" not in entry)


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError:
        return None
    return parts
