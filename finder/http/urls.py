"""URLs as text: joining them, naming them, and keeping keys out of them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import SplitResult, parse_qsl, quote, unquote, unquote_plus, urlencode, urljoin, urlsplit

SAFE = "/%:@!$&'()*+,;=~-._"
DEFAULT_PORTS = {"http": 80, "https": 443}
SHOWN = 120
SHORTEST_SECRET = 8
"""A shorter "key" could be a word of a title: it is kept out of URLs by its parameter, not hunted for in texts."""


def normalize_url(url: str, params: Mapping[str, Any] | None = None) -> str:
    """An absolute http(s) URL in one spelling, with ``params`` added and without a fragment.

    Raises:
        ValueError: it is not one, or it holds a user name.
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
        raise ValueError("not a plain http(s) address")
    added = urlencode(list(_query_pairs(params or {})), safe=":,/*")
    query = "&".join(filter(None, (quote(parts.query, safe=SAFE + "?"), added)))
    path = quote(parts.path or "/", safe=SAFE)
    return SplitResult(parts.scheme, _ascii_netloc(parts), path, query, "").geturl()


def join_url(base: str, path: str, params: Mapping[str, Any] | None = None) -> str:
    """``base`` + ``path`` (or an absolute URL) with ``params``: None is left out, a list repeats its name."""
    if path.startswith(("http://", "https://")):
        return normalize_url(path, params)
    return normalize_url(base.rstrip("/") + ("" if path[:1] in ("", "/", "?") else "/") + path, params)


def redirect_url(url: str, location: str) -> str:
    """Where a redirect leads; raises ValueError as :func:`normalize_url` does."""
    return normalize_url(urljoin(url, location))


def _ascii_netloc(parts: SplitResult) -> str:
    # the host is spelled in ASCII here, so that what is checked is, letter by letter, what is asked
    name = parts.hostname or ""
    host = f"[{name}]" if ":" in name else name.encode("idna").decode()
    return host if parts.port in (None, DEFAULT_PORTS[parts.scheme]) else f"{host}:{parts.port}"


def _query_pairs(params: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for name, value in params.items():
        for one in value if isinstance(value, list | tuple) else (value,):
            if one is not None:
                yield name, str(one).lower() if isinstance(one, bool) else str(one)


def drop_query_params(url: str, names: Collection[str]) -> str:
    """The URL without the query parameters of these names."""
    parts = urlsplit(url)
    kept = [part for part in parts.query.split("&") if unquote_plus(part.partition("=")[0]) not in names]
    return parts._replace(query="&".join(kept)).geturl()


def add_query_param(url: str, name: str, value: str) -> str:
    """The URL with one query parameter more."""
    parts = urlsplit(url)
    return parts._replace(query="&".join(filter(None, (parts.query, urlencode({name: value}))))).geturl()


def canonical_url(url: str, hidden: Collection[str]) -> str:
    """The name under which an answer is kept: without ``hidden`` parameters, the others in order."""
    parts = urlsplit(drop_query_params(url, hidden))
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)), quote_via=quote, safe=":,/*")
    return parts._replace(query=query).geturl()


def url_host_port(url: str) -> str:
    """Host and port."""
    return urlsplit(url).netloc


def is_under_base(url: str, base: str) -> bool:
    """Whether a normal URL lies under a normal base URL: same scheme, host, port and folder."""
    asked, under = urlsplit(url), urlsplit(base)
    folder = under.path.rstrip("/")
    return (
        (asked.scheme, asked.netloc) == (under.scheme, under.netloc)
        and (asked.path == folder or asked.path.startswith(f"{folder}/"))
        and ".." not in unquote(asked.path).split("/")
    )


def path_under_base(url: str, base: str) -> str:
    """What follows the base URL; the whole URL where it lies elsewhere."""
    if not is_under_base(url, base):
        return url
    parts = urlsplit(url)
    path = parts.path[len(urlsplit(base).path.rstrip("/")) :] or "/"
    return f"{path}?{parts.query}" if parts.query else path


def shorten_url(url: str) -> str:
    """The URL as a message shows it: a long question is cut."""
    return url if len(url) <= SHOWN else f"{url[: SHOWN - 1]}…"


def redact_secrets(text: str, secrets: Iterable[str]) -> str:
    """The text with every secret, plain or percent-encoded, blotted out."""
    for secret in secrets:
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, "***").replace(quote(secret, safe=""), "***")
    return text


def redact_secret_bytes(body: bytes, secrets: Iterable[str]) -> bytes:
    """The same for a body."""
    for secret in secrets:
        if len(secret) >= SHORTEST_SECRET:
            body = body.replace(secret.encode(), b"***").replace(quote(secret, safe="").encode(), b"***")
    return body
