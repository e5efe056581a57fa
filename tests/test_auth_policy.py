"""Serving the dashboard to others: what must be set before, who is let in, and how the server is started."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from finder import auth_policy
from finder.cli import dashboard_server as starting
from finder.errors import SettingsError
from finder.settings import DashboardSettings, Settings, load_settings

SECRET = "pl4nted-Client+Secret/42"
RULES: dict[str, Any] = dict(
    serve=True,
    address="0.0.0.0",
    public_url="https://finder.example.org",
    operator="Ada Vell, ada@example.org",
    allowed_users=("ada@example.org",),
    allowed_domains=("lab.example.org",),
    oidc_url="https://login.example.org/.well-known/openid-configuration",
    client_id="finder",
)
KEYS = {auth_policy.CLIENT: SECRET}


def settings(keys: dict[str, str] = KEYS, **changes: Any) -> Settings:
    return Settings(Path("/nowhere"), dashboard=DashboardSettings(**{**RULES, **changes}), keys=keys)


# --- what must be set ------------------------------------------------------------------------------------------------


def test_by_default_nobody_else_is_let_in(tmp_path: Path) -> None:
    rules = auth_policy.validate_dashboard(load_settings(tmp_path, {}))

    assert (rules.serve, rules.address) == (False, "127.0.0.1")
    words = starting.streamlit_command(tmp_path, rules, 8501, browser=True)
    assert {"--server.address=127.0.0.1", "--server.headless=false"} <= set(words)
    assert [word for word in words if "allowedHosts" in word] == [
        "--server.allowedHosts=127.0.0.1",
        "--server.allowedHosts=localhost",
    ]
    assert str(tmp_path / "local.py") in words
    assert [word for word in words if "allowedOrigins" in word] == ["--client.allowedOrigins=http://127.0.0.1:8501"]


def test_with_everything_set_it_is_served() -> None:
    assert auth_policy.validate_dashboard(settings()) == DashboardSettings(**RULES)


@pytest.mark.parametrize("name", ["public_url", "operator", "oidc_url", "client_id"])
@pytest.mark.parametrize("empty", ["", "  "])
def test_without_one_of_these_it_is_refused(name: str, empty: str) -> None:
    with pytest.raises(SettingsError, match=f"also wants {name}") as error:
        auth_policy.validate_dashboard(settings(**{name: empty}))
    assert "docs/serving.md" in str(error.value)


def test_without_a_login_it_is_refused_with_all_that_is_missing() -> None:
    with pytest.raises(SettingsError) as error:
        auth_policy.validate_dashboard(Settings(Path("/nowhere"), dashboard=DashboardSettings(serve=True)))

    told = str(error.value)
    assert all(name in told for name in ("public_url", "operator", "oidc_url", "client_id", "allowed_users"))
    assert "FINDER_OIDC_KEY" in told


def test_without_the_client_secret_it_is_refused() -> None:
    with pytest.raises(SettingsError, match="FINDER_OIDC_KEY"):
        auth_policy.validate_dashboard(settings(keys={}))


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.7"])
def test_an_open_address_alone_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match="serve = true"):
        auth_policy.validate_dashboard(settings(serve=False, address=address))


@pytest.mark.parametrize(
    ("changes", "about"),
    [
        (dict(address="everywhere"), "IP address"),
        (dict(address=""), "IP address"),
        (dict(public_url="http://finder.example.org"), "https://"),
        (dict(public_url="https://finder.example.org/mine"), "without a path"),
        (dict(public_url="https://finder.example.org/?x=1"), "without a path"),
        (dict(public_url="finder.example.org"), "public_url must be an address"),
        (dict(public_url="https://a:b@finder.example.org"), "public_url must be an address"),
        (dict(public_url="https://finder.example.org:port"), "no web address"),
        (dict(oidc_url="http://login.example.org/x"), "https://"),
        (dict(oidc_url="ftp://login.example.org/x"), "https://"),
        (dict(operator="Ada"), "a name and a contact"),
        (dict(allowed_users=("*@example.org",)), "one e-mail address"),
        (dict(allowed_users=("ada",)), "one e-mail address"),
        (dict(allowed_users=("@example.org",)), "one e-mail address"),
        (dict(allowed_users=("ada@example.org, bela@example.org",)), "one e-mail address"),
        (dict(allowed_domains=("@example.org",)), "behind the @"),
        (dict(allowed_domains=("*.example.org",)), "behind the @"),
        (dict(allowed_domains=("org",)), "behind the @"),
        (dict(allowed_domains=("*",)), "behind the @"),
        (dict(keys={**KEYS, auth_policy.COOKIE: "short"}), "too short"),
    ],
)
def test_what_is_set_wrongly_is_named(changes: dict[str, Any], about: str) -> None:
    with pytest.raises(SettingsError, match=about) as error:
        auth_policy.validate_dashboard(settings(**changes))
    assert SECRET not in str(error.value)


def test_on_this_machine_the_login_may_be_tried_without_tls() -> None:
    local = dict(public_url="http://localhost:8501", oidc_url="http://127.0.0.1:9000/x")

    assert auth_policy.dashboard_origin(auth_policy.validate_dashboard(settings(**local))) == "http://localhost:8501"


@pytest.mark.parametrize(
    ("url", "origin", "host"),
    [
        ("https://Finder.Example.org/", "https://finder.example.org", "finder.example.org"),
        ("https://finder.example.org:443", "https://finder.example.org", "finder.example.org"),
        ("https://finder.example.org:8443", "https://finder.example.org:8443", "finder.example.org"),
        ("http://[::1]:8501", "http://[::1]:8501", "[::1]"),
    ],
)
def test_the_origin_is_spelled_as_browsers_do(url: str, origin: str, host: str) -> None:
    rules = DashboardSettings(public_url=url)

    assert (auth_policy.dashboard_origin(rules), auth_policy.dashboard_host(rules)) == (origin, host)


# --- who is let in ---------------------------------------------------------------------------------------------------


def user(email: object = "ada@example.org", **said: object) -> dict[str, object]:
    return {"is_logged_in": True, "email": email, "email_verified": True, **said}


@pytest.mark.parametrize("email", ["ada@example.org", "ADA@Example.ORG", "anybody@lab.example.org"])
def test_who_is_on_the_list_is_admitted(email: str) -> None:
    assert auth_policy.login_verdict(DashboardSettings(**RULES), user(email)) == "admitted"


@pytest.mark.parametrize(
    "who",
    [
        user("eve@example.org"),
        user("ada@example.org.evil.example"),
        user("ada@evil.example"),
        user("ada@sub.lab.example.org"),
        user("@lab.example.org"),
        user("lab.example.org"),
        user("ada@lab.example.org@evil.example"),
        user("a\u0501a@example.org"),
        user("ada@\u217cab.example.org"),
        user(""),
        user(None),
        user(["ada@example.org"]),
        user(email_verified=False),
        user(email_verified="false"),
        user(email_verified=None),
        user(email_verified=1 - 1),
    ],
)
def test_nobody_else_is(who: dict[str, object]) -> None:
    assert auth_policy.login_verdict(DashboardSettings(**RULES), who) == "refused"


@pytest.mark.parametrize(
    "who", [{}, {"email": "ada@example.org"}, user(is_logged_in=False), user(is_logged_in="yes"), user(is_logged_in=1)]
)
def test_who_is_not_logged_in_is_a_stranger(who: dict[str, object]) -> None:
    assert auth_policy.login_verdict(DashboardSettings(**RULES), who) == "stranger"


def test_an_address_that_nobody_speaks_of_as_checked_counts_only_where_that_is_set() -> None:
    unsaid = {"is_logged_in": True, "email": "ada@example.org"}
    trusting = DashboardSettings(**{**RULES, "trust_email": True})

    assert auth_policy.login_verdict(DashboardSettings(**RULES), unsaid) == "refused"
    assert auth_policy.login_verdict(trusting, unsaid) == "admitted"
    assert auth_policy.login_verdict(trusting, user(email_verified=False)) == "refused"


def test_serving_that_is_switched_off_meanwhile_lets_nobody_in() -> None:
    assert auth_policy.login_verdict(DashboardSettings(**{**RULES, "serve": False}), user()) == "refused"


# --- how it is started -----------------------------------------------------------------------------------------------


def test_served_the_server_knows_its_name_and_the_command_no_secret(tmp_path: Path) -> None:
    words = starting.streamlit_command(tmp_path, auth_policy.validate_dashboard(settings()), 8501, browser=True)

    assert words[-1].startswith("--")
    assert str(tmp_path / "asgi.py") in words
    assert {"--server.address=0.0.0.0", "--server.allowedHosts=finder.example.org"} <= set(words)
    assert {"--server.enableXsrfProtection=true", "--server.enableCORS=true", "--server.headless=true"} <= set(words)
    assert {"--client.allowedOrigins=https://finder.example.org", "--client.showErrorDetails=none"} <= set(words)
    assert SECRET not in " ".join(words)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "find_spec", lambda _: None)

    with pytest.raises(SettingsError, match="--extra serve"):
        starting.check_server_settings(settings())
    assert not starting.check_server_settings(Settings(Path("/nowhere"))).serve


def test_the_key_of_the_cookies_is_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    auth_policy.ensure_cookie_key(load_settings(tmp_path, {}))
    made = load_settings(tmp_path, {}).keys[auth_policy.COOKIE]
    auth_policy.ensure_cookie_key(load_settings(tmp_path, {}))

    assert len(made) == 64
    assert load_settings(tmp_path, {}).keys == {auth_policy.COOKIE: made}
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "secrets.toml").stat().st_mode) == 0o600


TOML = """[dashboard]
serve = true
public_url = "https://finder.example.org"
operator = "Ada Vell, ada@example.org"
allowed_users = ["ada@example.org"]
oidc_url = "https://login.example.org/.well-known/openid-configuration"
client_id = "finder"
"""


def dashboard(home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "finder", "dashboard", "--no-browser", "--port", "1"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FINDER_")}
    environ = {**kept, "FINDER_HOME": str(home), "FINDER_SEMANTIC": "off", **variables}
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    ("toml", "about"),
    [
        (TOML, "also wants the client secret"),
        (TOML.replace("serve = true", "address = '0.0.0.0'"), "wants serve = true"),
        (TOML + "allow_everybody = true", "allow_everybody"),
        (TOML.replace('["ada@example.org"]', '"ada@example.org"'), "allowed_users"),
    ],
)
def test_the_command_refuses_in_one_line(tmp_path: Path, toml: str, about: str) -> None:
    (tmp_path / "finder.toml").write_text(toml)
    done = dashboard(tmp_path)

    assert (done.returncode, done.stdout) == (1, "")
    assert about in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="rights are another matter there")
def test_secrets_that_others_can_read_keep_it_shut(tmp_path: Path) -> None:
    (tmp_path / "finder.toml").write_text(TOML)
    (tmp_path / "secrets.toml").write_text(f'oidc_key = "{SECRET}"\n')
    (tmp_path / "secrets.toml").chmod(0o644)
    done = dashboard(tmp_path)

    assert done.returncode == 1
    assert "chmod 600" in done.stderr
    assert SECRET not in done.stderr
