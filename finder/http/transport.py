"""One request, one bounded answer. With :mod:`finder.http.pinned_transport` all that knows httpx."""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
import zlib
from collections.abc import Mapping
from importlib.metadata import version
from typing import Self
from urllib.parse import urlsplit

import httpx

from finder.errors import SourceUnreachable
from finder.http.limits import RequestLimits
from finder.http.response_policy import LATER, RawResponse, RetryableError
from finder.http.urls import shorten_url
from finder.proxies import OutboundNetwork, proxy_host_port

_MAIL = re.compile(r"[^\s@<>,;()\"/:]+@[^\s@<>,;()\"/:]+\.[A-Za-z]{2,}")
ACCEPT = {"json": "application/json", "html": "text/html,application/xhtml+xml", "text": "text/plain, */*;q=0.8"}

# these log whole URLs, and with them keys, whenever somebody turns logging on
for _name in ("httpx", "httpcore", "hpack", "h2"):
    logging.getLogger(_name).setLevel(logging.WARNING)


def user_agent(contact: str) -> str:
    """Who asks, and whom to write to about it; an address as Crossref and others look for it.

    >>> user_agent("ada@uni.example").partition(" ")[2], user_agent("https://uni.example/ada").partition(" ")[2]
    ('(mailto:ada@uni.example)', '(+https://uni.example/ada)')
    """
    plain = "".join(c for c in contact if c.isascii() and c.isprintable()).strip().removeprefix("mailto:")
    address = _MAIL.search(plain)
    who = f"mailto:{address[0]}" if address else f"+{plain}" if plain else "a literature search; no contact set"
    return f"finder/{version('finder')} ({who})"


_UNTRUSTED = (
    "its certificate is not trusted here. If this network looks into what passes: SSL_CERT_FILE=… with the certificate "
    "of whoever runs it, or ca = … under [http] in finder.toml."
)


def _is_certificate_error(error: BaseException | None) -> bool:
    """Whether somewhere beneath an error a certificate was refused."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


class HttpTransport:
    """The connections. Stateless between requests: no cookies, no redirects followed, nothing from the environment."""

    def __init__(
        self,
        contact: str,
        limits: RequestLimits,
        transport: httpx.AsyncBaseTransport,
        out: OutboundNetwork = OutboundNetwork(),  # noqa: B008
    ) -> None:
        self._limits = limits
        self._out = out
        self._client = httpx.AsyncClient(
            transport=transport,
            trust_env=False,
            follow_redirects=False,
            headers={"User-Agent": user_agent(contact), "Accept-Encoding": "gzip, deflate"},
            timeout=httpx.Timeout(30.0, connect=15.0, pool=limits.seconds),
        )

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def send_request(
        self, url: str, shown: str, expects: str, headers: Mapping[str, str], question: str | None = None
    ) -> RawResponse:
        """GET ``url``, or POST a question in JSON; the answer and every error show ``shown`` instead.

        Raises:
            RetryableError: the network failed, or the answer broke off.
            SourceUnreachable: the URL cannot be asked, or the answer is too large.
        """
        method = "GET" if question is None else "POST"
        headers = {"Accept": ACCEPT[expects], **({"Content-Type": "application/json"} if question else {}), **headers}
        try:
            async with (
                asyncio.timeout(self._limits.seconds),
                self._client.stream(method, url, content=question, headers=headers) as response,
            ):
                self._client.cookies.clear()
                body = await self._read_body(response, shown)
        except (httpx.TimeoutException, TimeoutError):
            raise RetryableError("it took too long") from None
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError, httpx.CloseError, zlib.error):
            raise RetryableError("the answer broke off") from None
        except httpx.ProxyError as error:
            raise self._proxy_error(error, url, shown) from None
        except httpx.NetworkError as error:
            if _is_certificate_error(error):
                raise SourceUnreachable(f"{urlsplit(shown).hostname}: {_UNTRUSTED}", shown) from None
            proxy = self._out.proxy_for(url)
            raise RetryableError(
                f"it could not be reached{f' through the proxy {proxy_host_port(proxy)}' if proxy else ''}"
            ) from None
        # an error of httpx may hold the URL with its key: it is neither shown nor chained
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ValueError) as error:
            raise SourceUnreachable(
                f"{shorten_url(shown)} cannot be asked ({type(error).__name__}). {LATER}", shown
            ) from None
        return RawResponse(shown, response.status_code, {k.lower(): v for k, v in response.headers.items()}, body)

    def _proxy_error(self, error: httpx.ProxyError, url: str, shown: str) -> SourceUnreachable | RetryableError:
        """What to make of a proxy's answer to the query for a connection; it begins with the status."""
        status = str(error)[:3]
        told = f"the proxy {proxy_host_port(self._out.proxy_for(url))} refuses {urlsplit(shown).hostname} ({status})"
        if status.startswith("5"):
            return RetryableError(told)
        wants = " It wants a name and a password: HTTPS_PROXY=http://name:password@…" if status == "407" else ""
        return SourceUnreachable(f"{told[0].upper()}{told[1:]}.{wants or ' Ask who runs it, or set another.'}", shown)

    async def _read_body(self, response: httpx.Response, shown: str) -> bytes:
        unpack = BodyDecoder(response.headers.get("content-encoding", ""), self._limits.body)
        async for chunk in response.aiter_raw():
            if not unpack.feed(chunk):
                most = f"{self._limits.body // 1_000_000} MB"
                raise SourceUnreachable(f"{shorten_url(shown)} is larger than {most}: not read. {LATER}", shown)
        return unpack.finish()


class BodyDecoder:
    """Decompresses as it comes and stops at the limit, whatever a small answer claims to be.

    Raises:
        ValueError: the encoding is unknown.
        zlib.error: it is not what it claims, or it broke off.
    """

    def __init__(self, encoding: str, limit: int) -> None:
        self._encoding = encoding.strip().lower()
        if self._encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise ValueError("unknown content encoding")
        self._packed = self._encoding not in ("", "identity")
        self._limit = limit
        self._came = 0
        self._body = bytearray()
        self._inflate: zlib._Decompress | None = None

    def feed(self, data: bytes) -> bool:
        """Take what came; False when it is too much, be it packed to nothing."""
        self._came += len(data)
        if not self._packed:
            self._body += data
        while self._packed and data and len(self._body) <= self._limit:
            if self._inflate is None or self._inflate.eof:
                if self._inflate is not None and data[:1] != b"\x1f":
                    break  # padding after the end
                self._inflate = zlib.decompressobj(self._zlib_window(data))
            self._body += self._inflate.decompress(data, self._limit - len(self._body) + 1)
            data = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail
        return max(self._came, len(self._body)) <= self._limit

    def finish(self) -> bytes:
        """The whole body."""
        if self._inflate is not None and not self._inflate.eof:
            raise zlib.error("broke off")
        return bytes(self._body)

    def _zlib_window(self, data: bytes) -> int:
        if self._encoding != "deflate":
            return zlib.MAX_WBITS | 16
        # RFC 9110 wants a zlib header (its first byte ends in 8); some servers leave it out
        return zlib.MAX_WBITS if data[0] & 0x0F == 8 else -zlib.MAX_WBITS
