"""Which way a request takes: straight to the addresses that were checked, or through the user's proxy."""

from __future__ import annotations

import ssl
from pathlib import Path

import httpx

from finder.errors import SettingsError
from finder.http.pinned_transport import Addresses, PinnedTransport
from finder.proxies import OutboundNetwork


class ProxyTransport(httpx.AsyncBaseTransport):
    """Connections of both kinds. A proxy itself is wherever the user says, be it in their own network.

    Raises:
        SettingsError: the certificates that are to be trusted cannot be read.
    """

    def __init__(self, addresses: Addresses, out: OutboundNetwork) -> None:
        self._context = build_ssl_context(out)
        self._direct = PinnedTransport(addresses, self._context)
        self._out = out
        self._proxied: dict[str, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it the way that its address takes."""
        proxy = self._out.proxy_for(str(request.url))
        transport = self._proxy_connection(proxy) if proxy else self._direct
        return await transport.handle_async_request(request)

    async def aclose(self) -> None:
        """Let go of all connections."""
        for transport in (self._direct, *self._proxied.values()):
            await transport.aclose()

    def _proxy_connection(self, proxy: str) -> httpx.AsyncHTTPTransport:
        if proxy not in self._proxied:
            context = self._context if proxy.startswith("https:") else None  # of the way to the proxy itself
            to = httpx.Proxy(proxy, ssl_context=context)
            self._proxied[proxy] = httpx.AsyncHTTPTransport(verify=self._context, trust_env=False, http2=True, proxy=to)
        return self._proxied[proxy]


def build_ssl_context(out: OutboundNetwork) -> ssl.SSLContext:
    """The usual certificates, and those that the user trusts beside them."""
    context = httpx.create_ssl_context(trust_env=False)
    if out.ca:
        path = Path(out.ca).expanduser()
        try:
            context.load_verify_locations(
                cafile=None if path.is_dir() else str(path), capath=str(path) if path.is_dir() else None
            )
        except (OSError, ssl.SSLError) as error:
            raise SettingsError(
                f"{out.ca_origin}: the certificates of {out.ca} cannot be read ({type(error).__name__}). "
                "Name a file in PEM format."
            ) from None
    return context
