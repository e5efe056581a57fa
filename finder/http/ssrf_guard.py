"""Which hosts may be asked at all: public ones, and those that the user named in the settings."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Collection, Sequence
from urllib.parse import urlsplit

from finder.errors import SourceBlocked
from finder.http.response_policy import RetryableError
from finder.http.urls import url_host_port
from finder.proxies import OutboundNetwork

Resolve = Callable[[str], list[str]]
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
"""Of IPv6 only what is given out to networks is public; all else wraps something, or is for inside."""
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
NOT_PUBLIC = tuple(
    map(
        ipaddress.ip_network,
        # RFC 6890 and IANA's registers of special addresses, whatever version of Python this is
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 "
        "192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3 "
        "2001::/23 2001:db8::/32 3fff::/20".split(),
    )
)
PORTS = (80, 443)
"""Where pages are; whatever else listens on a public host is no page."""


def resolve_host(host: str) -> list[str]:
    """All addresses of a host name."""
    return [str(info[4][0]) for info in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]


def is_public_address(address: str) -> bool:
    """Whether an address belongs to the open internet, also where it wraps an IPv4 address."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return is_public_address(str(ip.ipv4_mapped))
        if ip in NAT64:
            return is_public_address(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip not in GLOBAL_UNICAST or (ip.sixtofour and not is_public_address(str(ip.sixtofour))):
            return False
    named = any(ip.version == network.version and ip in network for network in NOT_PUBLIC)
    return not named and ip.is_global and not ip.is_multicast


class HostGuard:
    """Remembers which hosts were found to be public, and under which addresses: these are connected to.

    Attributes:
        trusted: hosts with port that the user set as a source's URL.
    """

    def __init__(
        self,
        trusted: Collection[str],
        resolve: Resolve = resolve_host,
        out: OutboundNetwork = OutboundNetwork(),  # noqa: B008
    ) -> None:
        self.trusted = frozenset(trusted)
        self._names = frozenset(urlsplit(f"//{one}").hostname or "" for one in trusted)
        self._resolve = resolve
        self._out = out
        self._public: dict[str, Sequence[str]] = {}

    async def check_host(self, url: str, base: str = "") -> None:
        """Refuse whatever is not a public host, so that no data can send us into somebody's own network.

        A name that only the proxy can look up is taken for public where the source itself is there, not where some
        page has named it.

        Args:
            base: the source's own address.

        Raises:
            SourceBlocked: the host is, or resolves to, a loopback, private, link-local or reserved address, or the
                port is not one of the web.
            RetryableError: the name could not be looked up.
        """
        if url_host_port(url) in self.trusted:
            return
        parts = urlsplit(url)
        host, proxied = parts.hostname or "", bool(self._out.proxy_for(url))
        try:
            await self._resolve_public(host, url)
        except RetryableError:
            if not proxied:
                raise
            if not self._out.looks_up and not _is_same_domain(host, urlsplit(base).hostname or ""):
                raise SourceBlocked(
                    f"{host} cannot be looked up here, and so may be no public host. {_BY_PROXY}", url
                ) from None
        if parts.port not in (None, *PORTS):
            raise SourceBlocked(
                f"{parts.netloc} has a port that is not one of the web, so it was not asked. {_OWN}", url
            )

    async def host_addresses(self, host: str) -> Sequence[str]:
        """What to connect to for a host that was checked: the very addresses; a host of the user's goes by its name.

        Raises:
            SourceBlocked: it was not checked, and is not public.
        """
        return [host] if host in self._names else await self._resolve_public(host, host)

    async def _resolve_public(self, host: str, url: str) -> Sequence[str]:
        if found := self._public.get(host):
            return found
        try:
            addresses = await asyncio.to_thread(self._resolve, host)
        except (OSError, UnicodeError):
            raise RetryableError(f"the name {host} could not be looked up ({_NO_NAMES})") from None
        if not addresses or not all(map(is_public_address, addresses)):
            raise SourceBlocked(f"{host} is not a public host, so it was not asked. {_OWN}", url)
        self._public[host] = tuple(dict.fromkeys(addresses))
        return self._public[host]


def _is_same_domain(host: str, base: str) -> bool:
    """Whether a host is the source's own, or lies beneath it."""
    return bool(base) and (host == base or host.endswith(f".{base}"))


_NO_NAMES = "no network, or one that wants a proxy: then set HTTPS_PROXY"
_BY_PROXY = "It was not asked for through the proxy; if that keeps to public hosts: proxy_lookup = true under [http]."
_OWN = "If it is your own mirror, set it as a source's URL in finder.toml."
