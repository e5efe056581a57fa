"""Where each key may go: to its own service over https, to this machine, or where the user has allowed it. Pure."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from finder.settings import Settings
from finder.source import SourceInfo


@dataclass(frozen=True)
class KeyDestination:
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
        parts = _split_key_url(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts else self.url


def key_destination(settings: Settings, card: SourceInfo) -> KeyDestination:
    """Where a source's key would go by these settings, and whether it may."""
    url = settings.source_url(card.name, card.base)
    asked, own = _split_key_url(url), _split_key_url(card.base)
    if asked is None or not asked.hostname or "@" in asked.netloc:
        return KeyDestination(url, False, "that is no plain web address")
    if is_loopback_host(asked.hostname):
        return KeyDestination(url, True, "this machine")
    setting = settings.sources.get(card.name)
    if any(_entry_allows_host(entry, asked) for entry in (setting.key_hosts if setting else ())):
        return KeyDestination(url, True, "allowed by key_hosts in finder.toml")
    if asked.scheme != "https":
        return KeyDestination(url, False, "whoever reads along would have it, as that is not https")
    if own is not None and asked.hostname == own.hostname:
        return KeyDestination(url, True, "its own service")
    return KeyDestination(url, False, f"that is not {own.hostname if own else 'its own service'}")


def source_api_key(settings: Settings, card: SourceInfo) -> str | None:
    """The key that goes with a source's questions; None where there is none, or it may not go there."""
    key = settings.keys.get(card.key_name, "") if card.key_name else ""
    return key if key and key_destination(settings, card).allowed else None


def key_withheld_reason(settings: Settings, card: SourceInfo) -> str:
    """Why a key that is set is not sent, and what to do about it; empty where it is sent, or none is set."""
    if not (card.key_name and settings.keys.get(card.key_name)):
        return ""
    to = key_destination(settings, card)
    if to.allowed:
        return ""
    return (
        f"The key for {card.title} is not sent to {to.host}: {to.why}. If it should be, write "
        f'key_hosts = ["{to.host}"] under [sources.{card.name}] in finder.toml; or remove its url there '
        f"(FINDER_{card.name.upper()}_URL)."
    )


def is_loopback_host(host: str) -> bool:
    """Whether a host is this machine, by its name or address alone.

    >>> is_loopback_host("127.0.0.1"), is_loopback_host("localhost"), is_loopback_host("localhost.example")
    (True, True, False)
    """
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _entry_allows_host(entry: str, asked: SplitResult) -> bool:
    """Whether an entry such as ``mirror.uni.example``, or one with scheme and port, names what is asked."""
    named = _split_key_url(entry if "://" in entry else f"https://{entry}")
    if named is None or (named.scheme, named.hostname) != (asked.scheme, asked.hostname):
        return False
    return named.port == asked.port or (named.port is None and "://" not in entry)


def _split_key_url(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError:
        return None
    return parts
