"""The way out of this network: through which proxy a host is asked, and which certificates are trusted. Pure.

The usual variables are read (``HTTPS_PROXY``, ``HTTP_PROXY``, ``ALL_PROXY``, ``NO_PROXY``, ``SSL_CERT_FILE``,
``REQUESTS_CA_BUNDLE``, …); what ``[http]`` in finder.toml says wins, because a scheduler sees no variables.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from finder.errors import SettingsError

FILE = "finder.toml"
DIRECT = "none"
"""As a proxy: there is none, whatever the variables say."""
_CERTIFICATES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_DIR")


@dataclass(frozen=True)
class OutboundNetwork:
    """How hosts outside are reached.

    Attributes:
        https, http: the proxy for addresses of that scheme, as an address that may hold a name and password; empty
            where there is none.
        excluded: hosts, domains (``.uni.example``), networks and ports that are asked directly; "*" is all of them.
        ca: a file or folder of certificates that are trusted beside the usual ones.
        proxy_origin, ca_origin: the variable or file that says so.
        looks_up: names that cannot be looked up here are left to the proxy, whoever named them.
    """

    https: str = field(default="", repr=False)
    http: str = field(default="", repr=False)
    excluded: tuple[str, ...] = ()
    ca: str = ""
    proxy_origin: str = ""
    ca_origin: str = ""
    looks_up: bool = False

    def proxy_for(self, url: str) -> str:
        """The proxy through which an address is asked; empty where it is asked directly. This machine always is.

        Raises:
            SettingsError: the proxy is of a kind that cannot be used.
        """
        parts = urlsplit(url)
        proxy = self.https if parts.scheme == "https" else self.http
        host = parts.hostname or ""
        if not proxy or _is_local_host(host) or any(_no_proxy_covers(rule, host, parts.port) for rule in self.excluded):
            return ""
        if why := proxy_fault(proxy):
            raise SettingsError(f"{self.proxy_origin}: {why}")
        return proxy

    def describe(self) -> str:
        """In a sentence, without names and passwords."""
        proxies = [f"{name}:// through {proxy_host_port(proxy)}" for name, proxy in self._active_proxies()]
        told = f"Hosts are asked: {', '.join(proxies)} ({self.proxy_origin})" if proxies else "Hosts are asked directly"
        told += f", but for {', '.join(self.excluded)}" if proxies and self.excluded else ""
        return (
            f"{told}. " + (f"Certificates of {self.ca} ({self.ca_origin}) are trusted, too." if self.ca else "").strip()
        )

    def proxy_faults(self) -> Iterator[str]:
        """What is wrong with the proxies, once each."""
        yield from dict.fromkeys(
            f"{self.proxy_origin}: {why}" for _, proxy in self._active_proxies() if (why := proxy_fault(proxy))
        )

    def _active_proxies(self) -> Iterator[tuple[str, str]]:
        return ((name, proxy) for name, proxy in (("https", self.https), ("http", self.http)) if proxy)


def read_outbound_network(
    environ: Mapping[str, str], proxy: str = "", no_proxy: str = "", ca: str = "", *, looks_up: bool = False
) -> OutboundNetwork:
    """The way out as the settings and the environment say.

    Raises:
        SettingsError: the settings hold a password.
    """
    if "@" in proxy:
        raise SettingsError(
            f"The proxy in {FILE} holds a name or password. Keep them out of it: set HTTPS_PROXY instead."
        )
    excluded = no_proxy or _first_env_variable(environ, "NO_PROXY")[1]
    ca_origin, trusted = (FILE, ca) if ca else _first_env_variable(environ, *_CERTIFICATES)
    if proxy:
        origin, https, http = FILE, proxy, proxy
    else:
        of_https, of_http = (
            _first_env_variable(environ, "HTTPS_PROXY", "ALL_PROXY"),
            _first_env_variable(environ, "HTTP_PROXY", "ALL_PROXY"),
        )
        origin, https, http = of_https[0] or of_http[0], of_https[1], of_http[1]
    if proxy.strip().lower() == DIRECT:
        origin = https = http = ""
    return OutboundNetwork(
        _normalize_proxy_url(https),
        _normalize_proxy_url(http),
        tuple(filter(None, re.split(r"[,\s]+", excluded))),
        trusted,
        origin,
        ca_origin,
        looks_up,
    )


def proxy_fault(proxy: str) -> str:
    """Why a proxy cannot be used; empty where it can."""
    try:
        parts = urlsplit(proxy)
        port = parts.port
    except ValueError:
        return "the proxy is no address such as http://proxy.uni.example:3128."
    if parts.scheme not in ("http", "https"):
        return f"proxies of the kind {parts.scheme}:// are not used: set the address of one with http://."
    return "" if parts.hostname and port != 0 else "the proxy is no address such as http://proxy.uni.example:3128."


def proxy_host_port(proxy: str) -> str:
    """Host and port of a proxy, as messages name it.

    >>> proxy_host_port("http://ada:secret@proxy.uni.example:3128")
    'proxy.uni.example:3128'
    """
    return urlsplit(proxy).netloc.rpartition("@")[2]


def _normalize_proxy_url(proxy: str) -> str:
    """A proxy as an address, also where only host and port were given."""
    proxy = proxy.strip()
    return proxy if not proxy or "://" in proxy else f"http://{proxy}"


def _first_env_variable(environ: Mapping[str, str], *names: str) -> tuple[str, str]:
    """The first variable of these that is set, in either case of letters, and what it says."""
    spelled = (spelling for name in names for spelling in (name, name.lower()))
    return next(((name, value) for name in spelled if (value := environ.get(name, "").strip())), ("", ""))


def _is_local_host(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = _parse_ip_address(host)
    return address is not None and address.is_loopback


def _no_proxy_covers(rule: str, host: str, port: int | None) -> bool:
    """Whether a rule of NO_PROXY is about a host."""
    if rule == "*":
        return True
    name, _, number = rule.partition(":") if rule.count(":") == 1 else (rule, "", "")
    if number and number != str(port or ""):
        return False
    address = _parse_ip_address(host)
    if address is not None:
        try:
            return address in ipaddress.ip_network(name.strip("[]"), strict=False)
        except ValueError:
            return False
    domain = name.lower().removeprefix("*").removeprefix(".")
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))


def _parse_ip_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
