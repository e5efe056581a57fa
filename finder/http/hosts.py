"""Which hosts may be asked at all: public ones, and those that the user named in the settings."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Collection
from urllib.parse import urlsplit

from finder.errors import SourceBlocked
from finder.http.urls import origin
from finder.http.verdict import Again

Resolve = Callable[[str], list[str]]
NAT64 = ipaddress.ip_network("64:ff9b::/96")


def resolve(host: str) -> list[str]:
    """All addresses of a host name."""
    return [str(info[4][0]) for info in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]


def is_public(address: str) -> bool:
    """Whether an address belongs to the open internet, also where it wraps an IPv4 address."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return is_public(str(ip.ipv4_mapped))
        wrapped = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in NAT64 else ip.sixtofour
        if wrapped and not is_public(str(wrapped)):
            return False
    return ip.is_global and not ip.is_multicast


class Hosts:
    """Remembers which hosts were found to be public.

    A name is looked up here and once more when the connection is made, so a name that changes its address in
    between passes; answers are read as data only, which bounds what such a trick could gain.

    Attributes:
        trusted: hosts with port that the user set as a source's URL.
    """

    def __init__(self, trusted: Collection[str], resolve: Resolve = resolve) -> None:
        self.trusted = frozenset(trusted)
        self._resolve = resolve
        self._public: set[str] = set()

    async def check(self, url: str) -> None:
        """Refuse whatever is not a public host, so that no data can send us into somebody's own network.

        Raises:
            SourceBlocked: the host is, or resolves to, a loopback, private, link-local or reserved address.
            Again: the name could not be looked up.
        """
        host = urlsplit(url).hostname or ""
        if origin(url) in self.trusted or host in self._public:
            return
        try:
            addresses = await asyncio.to_thread(self._resolve, host)
        except (OSError, UnicodeError):
            raise Again(f"the name {host} could not be looked up") from None
        if not addresses or not all(map(is_public, addresses)):
            raise SourceBlocked(
                f"{host} is not a public host, so it was not asked. If it is your own mirror, set it as a source's "
                "URL in finder.toml.",
                url,
            )
        self._public.add(host)
