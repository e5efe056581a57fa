"""The gate before every page, and the guard before what no page shows."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.secrets import secrets_singleton
from streamlit.testing.v1 import AppTest

import dashboard
from tests.dashboard.test_pages import APP, said
from tests.faces import INTEREST, small
from tests.test_auth_policy import SECRET, TOML

SCREENS = sorted(path.name for path in (Path(dashboard.__file__).parent / "screens").glob("*.py"))
ORIGIN = "https://finder.example.org"
ADA = {"is_logged_in": True, "email": "ada@example.org", "email_verified": True}
STRANGERS = [{}, {"email": "ada@example.org"}, {**ADA, "is_logged_in": False}]


@pytest.fixture(scope="module")
def served_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("served")
    small(home)
    return home


@pytest.fixture
def home(served_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (served_home / "finder.toml").write_text(TOML)
    monkeypatch.setenv("FINDER_HOME", str(served_home))
    monkeypatch.setenv("FINDER_SERVED", "1")
    monkeypatch.delenv("FINDER_DEMO", raising=False)
    return served_home


def opened(user: dict[str, Any], page: str | None = None) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    app.user = user
    app.query_params["interest"] = INTEREST
    app.query_params["author"] = "openalex:A5001"
    if page:
        app.switch_page(f"screens/{page}")
    app.run()
    assert not app.exception
    return app


@pytest.mark.parametrize("page", SCREENS)
def test_a_stranger_sees_the_login_on_every_page_and_nothing_else(home: Path, page: str) -> None:
    for user in STRANGERS:
        app = opened(user, page)
        assert [title.value for title in app.title] == ["finder"]
        assert [button.key for button in app.button] == ["log-in"]
        assert "Ada Vell, ada" in said(app)
        assert not app.get("page_link")
        assert "Newcomer" not in said(app)


def test_who_is_not_on_the_list_is_refused_without_a_word_about_who_is(home: Path) -> None:
    app = opened({**ADA, "email": "eve@evil.example"})
    assert app.title[0].value == "Access denied"
    assert [button.key for button in app.button] == ["log-out"]
    assert "ada@" not in said(app).replace("Ada Vell, ada@", "")
    assert not app.get("page_link")


def test_who_is_on_the_list_sees_the_pages_and_who_is_responsible(home: Path) -> None:
    assert opened(ADA).get("page_link")
    method = opened(ADA, "method.py")
    assert "Who is responsible" in said(method)
    assert "Ada Vell, ada" in said(method)
    assert "log-out" in [button.key for button in method.button]


def test_settings_that_cannot_be_read_let_nobody_in_and_tell_nothing(home: Path) -> None:
    (home / "finder.toml").write_text(TOML.replace("serve = true", "serve = 'hm'"))
    app = opened(ADA)
    assert "closed for the moment" in said(app)
    assert str(home) not in said(app)
    assert not app.get("page_link")


def test_a_dashboard_started_for_others_stays_shut_when_the_file_no_longer_says_so(home: Path) -> None:
    (home / "finder.toml").write_text("")
    assert opened(ADA).title[0].value == "Access denied"


def test_on_ones_own_machine_there_is_no_gate(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINDER_SERVED", "0")
    app = opened({})
    assert app.get("page_link")
    assert not {"log-in", "log-out"} & {button.key for button in app.button}
    assert "Who is responsible" not in said(opened({}, "method.py"))


def test_readers_of_a_served_dashboard_set_no_keys(home: Path) -> None:
    app = opened(ADA, "sources.py")
    assert "Keys are the operator" in said(app)
    assert not app.text_input


# --- the guard -------------------------------------------------------------------------------------------------------


@pytest.fixture
def secrets(home: Path) -> Iterator[None]:
    secrets_singleton.merge_programmatic_secrets({"auth": {"cookie_secret": "c" * 64}})
    yield
    secrets_singleton._reset()


def asked(path: str, kind: str = "http", **headers: str) -> str:
    """What comes of a request: the inner application's "in", or the status of the refusal."""
    pytest.importorskip("starlette")
    from dashboard.auth_middleware import AuthMiddleware

    told: list[str] = []

    async def inner(*_: object) -> None:
        told.append("in")

    async def send(message: Any) -> None:
        if message["type"] in ("http.response.start", "websocket.close"):
            told.append(str(message.get("status") or message.get("code")))

    async def receive() -> dict[str, Any]:
        return {"type": f"{kind}.request"}

    lines = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": kind, "path": path, "headers": lines, "method": "GET", "query_string": b""}
    asyncio.run(AuthMiddleware(inner, ORIGIN)(scope, receive, send))
    return told[0]


def cookie(user: dict[str, Any], secret: str = "c" * 64) -> str:
    from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

    return f"_streamlit_user={create_signed_value(secret, '_streamlit_user', json.dumps(user)).decode()}"


@pytest.mark.parametrize("path", ["/media/a.csv", "/_stcore/metrics", "/_stcore/upload_file/a/b", "/_stcore/agent/run"])
def test_what_has_an_address_of_its_own_is_for_readers(secrets: None, path: str) -> None:
    ada = {**ADA, "origin": ORIGIN}

    assert asked(path, cookie=cookie(ada)) == "in"
    assert asked(path, cookie=cookie(ada), origin=ORIGIN) == "in"
    assert asked(path, cookie=cookie(ada), origin="http://localhost:9999") == "403"
    assert asked(path) == "403"
    assert asked(path, cookie="_streamlit_user=e30.x.y") == "403"
    assert asked(path, cookie=cookie(ada, secret="d" * 64)) == "403"
    assert asked(path, cookie=cookie({**ada, "email": "eve@evil.example"})) == "403"
    assert asked(path, cookie=cookie({**ada, "origin": "https://other.example"})) == "403"
    assert asked(path, cookie=cookie(["no", "user"])) == "403"  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["/", "/shortlist", "/static/js/index.js", "/_stcore/health", "/_stcore/host-config"])
def test_the_empty_page_is_for_everybody(secrets: None, path: str) -> None:
    assert asked(path) == "in"


def test_a_socket_is_opened_by_our_page_alone(secrets: None) -> None:
    assert asked("/_stcore/stream", "websocket", origin=ORIGIN) == "in"
    assert asked("/_stcore/stream", "websocket", origin="https://evil.example") == "1008"
    assert asked("/_stcore/stream", "websocket") == "1008"


def test_the_secrets_of_the_login_come_from_the_finder_alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboard.auth_middleware import build_auth_section
    from finder import auth_policy
    from finder.settings import load_settings

    monkeypatch.setenv("FINDER_OIDC_KEY", SECRET)
    auth_policy.ensure_cookie_key(load_settings())
    told = build_auth_section(load_settings())
    (home / "secrets.toml").unlink()

    assert told["redirect_uri"] == f"{ORIGIN}/oauth2callback"
    assert (told["client_secret"], len(told["cookie_secret"])) == (SECRET, 64)
