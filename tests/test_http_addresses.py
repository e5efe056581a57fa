"""What may be connected to: public addresses alone, on the web's ports, and the very ones that were looked at."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Iterable
from typing import Any

import httpcore
import pytest
from serving import PUBLIC, TOY, Door, answer, run, serving

from finder.errors import SourceBlocked
from finder.http.pinned_transport import PinnedBackend, PinnedTransport
from finder.http.ssrf_guard import HostGuard, is_public_address
from finder.storage import Store

# IANA's registers of special addresses (RFC 6890 and what came later): one of each
SPECIAL = """
0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.254 127.0.0.1 127.255.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1
192.0.0.170 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.1.1.1
240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:0:127.0.0.1 ::ffff:0:8.8.8.8 64:ff9b::127.0.0.1
64:ff9b::10.0.0.1 64:ff9b:1::1 64:ff9b:1:ffff::8.8.8.8 100::1 100:0:0:1::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2
2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:a00:1::1 2002:c0a8:1:: 3fff::1 3fff:fff::1 5f00::1
fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0 febf::1 fec0::1 feff::1 ff02::1 ff0e::1 4000::1 8000::1 e000::1
"""
OPEN = """
93.184.216.34 8.8.8.8 1.1.1.1 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.88.98.1 198.17.0.1 223.255.255.1
2606:4700::1111 2a00:1450:4001::1 2400:cb00::1 2001:4860::8888 2001:200::1 64:ff9b::8.8.8.8 ::ffff:8.8.8.8
2002:808:808::
"""


@pytest.mark.parametrize("address", SPECIAL.split())
def test_no_special_address_is_public(address: str) -> None:
    assert not is_public_address(address)


@pytest.mark.parametrize("address", OPEN.split())
def test_what_is_given_out_is_public(address: str) -> None:
    assert is_public_address(address)


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"])
def test_no_way_to_wrap_an_inner_address_makes_it_public(inside: str) -> None:
    number = int(ipaddress.IPv4Address(inside))
    for prefix in ("::", "::ffff:0:0", "::ffff:0:0:0", "64:ff9b::", "64:ff9b:1::", "fec0::"):
        assert not is_public_address(str(ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) | number)))
    assert not is_public_address(str(ipaddress.IPv6Address((0x2002 << 112) | (number << 80))))


@pytest.mark.parametrize("port", [22, 25, 81, 3306, 6379, 8080, 8443, 65535])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_other_ports_than_the_webs_are_refused(store: Store, scheme: str, port: int) -> None:
    with pytest.raises(SourceBlocked, match="port"):
        run(Door(store).get(f"{scheme}://pages.example:{port}/", resolve=lambda _: [PUBLIC]))


@pytest.mark.parametrize(
    "url",
    ["http://pages.example", "https://pages.example:443/", "http://pages.example:443/", "https://pages.example:80/"],
)
def test_the_webs_ports_are_not(url: str) -> None:
    run(HostGuard((), lambda _: [PUBLIC]).check_host(url))


def test_a_port_that_the_user_set_is_asked(store: Store) -> None:
    async def scenario() -> None:
        async with serving(answer()) as web:  # on whatever port is free
            await Door(store, web.url, card=TOY).get()
            assert web.asked

    run(scenario())


class Seen(httpcore.AsyncNetworkBackend):
    """Connects to nothing, and keeps what it was asked to."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self.asked.append(host)
        raise httpcore.ConnectError


def test_the_address_that_was_looked_at_is_connected_to() -> None:
    """A name that answers otherwise the second time, as who wants us to reach into this machine has it answer."""
    answers = iter([[PUBLIC, "2606:4700::1111"], ["127.0.0.1"], ["127.0.0.1"]])
    hosts, seen = HostGuard((), lambda _: next(answers)), Seen()

    async def scenario() -> None:
        await hosts.check_host("https://rebinding.example/")
        with pytest.raises(httpcore.ConnectError):
            await PinnedBackend(hosts.host_addresses, seen).connect_tcp("rebinding.example", 443)

    asyncio.run(scenario())
    assert seen.asked == [PUBLIC, "2606:4700::1111"]


def test_what_was_never_looked_at_is_looked_at_before_it_is_connected_to() -> None:
    hosts, seen = HostGuard(("127.0.0.1:8080",), lambda _: ["10.0.0.7"]), Seen()

    async def scenario() -> None:
        with pytest.raises(SourceBlocked):
            await PinnedBackend(hosts.host_addresses, seen).connect_tcp("inside.example", 443)
        with pytest.raises(httpcore.ConnectError):
            await PinnedBackend(hosts.host_addresses, seen).connect_tcp("127.0.0.1", 8080)
        with pytest.raises(httpcore.ConnectError):
            await PinnedBackend(hosts.host_addresses, seen).connect_unix_socket("/run/some.sock")

    asyncio.run(scenario())
    assert seen.asked == ["127.0.0.1"]


def test_the_door_connects_by_way_of_it() -> None:
    transport = PinnedTransport(HostGuard(()).host_addresses)
    assert isinstance(transport._pool._network_backend, PinnedBackend)
