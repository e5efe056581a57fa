"""Connections to the addresses that were checked, and to no others: a name that changes in between gains nothing."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, cast

import httpcore
import httpx

Addresses = Callable[[str], Awaitable[Sequence[str]]]


class PinnedTransport(httpx.AsyncHTTPTransport):
    """The usual connections; certificates are checked against the name, and the address comes from ``addresses``."""

    def __init__(self, addresses: Addresses, context: ssl.SSLContext | None = None) -> None:
        super().__init__(trust_env=False, http2=True)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context or httpx.create_ssl_context(trust_env=False),
            http1=True,
            http2=True,
            network_backend=PinnedBackend(addresses),
        )


class PinnedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections by address."""

    def __init__(self, addresses: Addresses, inner: httpcore.AsyncNetworkBackend | None = None) -> None:
        self._addresses = addresses
        self._inner = inner or cast("httpcore.AsyncNetworkBackend", httpcore.AnyIOBackend())

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first of the host's addresses that answers."""
        failed: Exception | None = None
        for address in await self._addresses(host):
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed or httpcore.ConnectError(f"{host} has no address")

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.AsyncNetworkStream:
        """Never: pages lie on no socket of this machine."""
        raise httpcore.ConnectError(f"{path} is no host")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._inner.sleep(seconds)
