"""A key goes to its own service, to this machine, or where its user has allowed it: from settings to the wire."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from serving import KEY, TOY, Door, Internet, public, run

from finder import api_keys
from finder.maintenance import environment_checks
from finder.settings import Settings, SourceSettings, load_settings
from finder.source import SourceInfo, discover_sources
from finder.storage import Store

HEADER = replace(TOY, key_param=None, key_header="x-api-key")
REFUSED = [
    "http://api.toy.example",  # its own, but whoever reads along has it
    "https://evil.example",
    "http://evil.example",
    "https://api.toy.example.evil.example",
    "https://evil.example/api.toy.example",
    "https://xapi.toy.example",
    "https://toy.example",
    "https://api.toy.example.",
    "http://10.0.0.7",
    "https://localhost.evil.example",
    "http://0.0.0.0",
    "https://api.toy.exаmple",  # noqa: RUF001 - a letter that only looks the same
]
ALLOWED = [
    "https://api.toy.example",
    "https://API.toy.example/v2",
    "http://127.0.0.1:8080",
    "http://localhost:9",
    "https://[::1]:4",
    "http://127.9.9.9",
]


def set_to(url: str, *hosts: str) -> Settings:
    return Settings(
        home=Path("nowhere"), keys={"toy_key": KEY}, sources={"toy": SourceSettings(url=url, key_hosts=hosts)}
    )


@pytest.mark.parametrize("url", REFUSED)
def test_a_key_stays_here(url: str) -> None:
    assert api_keys.source_api_key(set_to(url), TOY) is None
    assert "key_hosts" in api_keys.key_withheld_reason(set_to(url), TOY)


@pytest.mark.parametrize("url", ALLOWED)
def test_a_key_may_go(url: str) -> None:
    assert api_keys.source_api_key(set_to(url), TOY) == KEY
    assert api_keys.key_withheld_reason(set_to(url), TOY) == ""


@pytest.mark.parametrize(
    ("url", "entry", "may"),
    [
        ("https://mirror.uni.example", "mirror.uni.example", True),
        ("https://mirror.uni.example:8443", "mirror.uni.example", True),
        ("https://mirror.uni.example:8443", "mirror.uni.example:8443", True),
        ("https://mirror.uni.example", "mirror.uni.example:8443", False),
        ("http://mirror.uni.example", "mirror.uni.example", False),
        ("http://mirror.uni.example", "http://mirror.uni.example", True),
        ("http://mirror.uni.example:81", "http://mirror.uni.example", False),
        ("https://evil.example", "mirror.uni.example", False),
        ("https://mirror.uni.example.evil.example", "mirror.uni.example", False),
        ("https://evil.example", "*", False),
    ],
)
def test_a_user_allows_a_host_for_one_key(url: str, entry: str, may: bool) -> None:
    assert (api_keys.source_api_key(set_to(url, entry), TOY) == KEY) is may


@pytest.mark.parametrize("card", [TOY, HEADER])
@pytest.mark.parametrize("url", REFUSED[:7])
def test_no_request_carries_a_key_that_stays_here(store: Store, card: SourceInfo, url: str) -> None:
    seen: list[str] = []

    def by(request: httpx.Request) -> tuple[int, dict[str, str], bytes]:
        seen.extend([str(request.url), *request.headers.values()])
        return 200, {"content-type": "application/json"}, b"{}"

    run(Door(store, url, key=KEY, card=card).get(transport=Internet(by), resolve=public))
    assert seen
    assert not any(spelled in text for text in seen for spelled in (KEY, quote(KEY, safe="")))


@pytest.mark.parametrize("name", [name for name, source in discover_sources().items() if source.card.key_name])
def test_every_source_with_a_key_keeps_it_from_other_hosts(name: str) -> None:
    card = discover_sources()[name].card
    at = {name: SourceSettings(url="https://evil.example")}
    kept = {card.key_name or "": KEY}
    assert api_keys.source_api_key(Settings(home=Path("nowhere"), keys=kept), card) == KEY
    assert api_keys.source_api_key(Settings(home=Path("nowhere"), keys=kept, sources=at), card) is None


def test_the_doctor_says_where_each_key_would_go(tmp_path: Path) -> None:
    (tmp_path / "finder.toml").write_text('[sources.openalex]\nurl = "https://evil.example"\n')
    names = ("OPENALEX_KEY", "SEMANTIC_SCHOLAR_KEY", "OIDC_KEY", "COOKIE_KEY", "SMTP_PASSWORD")
    settings = load_settings(tmp_path, {f"FINDER_{name}": KEY for name in names})
    found = [
        *environment_checks._key_findings(settings, discover_sources()),
        *environment_checks._setting_name_findings(settings, discover_sources()),
    ]
    told = {one.message.split()[0].rstrip(":"): one for one in found}

    assert told["openalex_key"].state == "problem"
    assert "evil.example" in told["openalex_key"].message
    assert told["semantic_scholar_key"].state == "fine"
    assert "https://api.semanticscholar.org" in told["semantic_scholar_key"].message
    assert {"oidc_key", "cookie_key", "smtp_password"} <= set(told)
    assert not any("Nothing takes a key" in one.message for one in found), "all of these are the finder's own"
