"""Who may see the dashboard where it is served to others, and what must be set before it is. Pure but for the keys.

Nobody is let in by default: serving is asked for in ``finder.toml``, and refused as long as there is no login.
"""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import SplitResult, urlsplit

from finder.errors import SettingsError
from finder.settings import DashboardSettings, Settings, save_key

CLIENT, COOKIE = "oidc_key", "cookie_key"
"""Keys: the provider's secret for this dashboard, and what signs its readers' cookies."""
GUIDE = "docs/serving.md tells how, step by step."
LOCAL_HOSTS = ("127.0.0.1", "localhost")
LEAST_COOKIE = 32  # characters of a secret that signs

Verdict = Literal["stranger", "refused", "admitted"]


def validate_dashboard(settings: Settings) -> DashboardSettings:
    """The settings of the dashboard, if it may be started with them.

    Raises:
        SettingsError: it would be open to others without a login, or could not work; the message says what to set.
    """
    rules = settings.dashboard
    try:
        local = ipaddress.ip_address(rules.address).is_loopback
    except ValueError:
        raise _dashboard_error(
            f"address must be an IP address, such as 127.0.0.1 or 0.0.0.0, not {rules.address!r}"
        ) from None
    if not rules.serve:
        if not local:
            raise _dashboard_error(f"address = {rules.address!r} lets others in, which wants serve = true and a login")
        return rules
    if lacking := _missing_settings(settings):
        raise _dashboard_error(f"serve = true also wants {', '.join(lacking)}")
    _check_dashboard_urls(rules)
    _check_allowed_people(rules)
    if 0 < len(settings.keys.get(COOKIE, "")) < LEAST_COOKIE:
        raise SettingsError(f"The key {COOKIE} is too short to sign with: remove it, and a good one is made.")
    return rules


def _missing_settings(settings: Settings) -> list[str]:
    rules = settings.dashboard
    lacking = [name for name in ("public_url", "operator", "oidc_url", "client_id") if not getattr(rules, name).strip()]
    if not rules.allowed_users and not rules.allowed_domains:
        lacking.append("allowed_users or allowed_domains")
    if not settings.keys.get(CLIENT):
        lacking.append("the client secret (finder setup, or FINDER_OIDC_KEY)")
    return lacking


def _check_dashboard_urls(rules: DashboardSettings) -> None:
    for name in ("public_url", "oidc_url"):
        found = _split_dashboard_url(name, getattr(rules, name))
        if not found.hostname or found.username or found.password:
            raise _dashboard_error(f"{name} must be an address such as https://finder.example.org")
        if found.scheme != "https" and not (found.scheme == "http" and _is_loopback_name(found.hostname)):
            raise _dashboard_error(f"{name} must begin with https://, as who reads along could log in otherwise")
    found = urlsplit(rules.public_url)
    if found.path.strip("/") or found.query or found.fragment:
        raise _dashboard_error("public_url must be a host of its own, without a path")


def _split_dashboard_url(name: str, url: str) -> SplitResult:
    try:
        found = urlsplit(url)
        _ = found.port
    except ValueError:
        raise _dashboard_error(f"{name} is no web address") from None
    return found


def _is_loopback_name(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_allowed_people(rules: DashboardSettings) -> None:
    if "@" not in rules.operator and "://" not in rules.operator:
        raise _dashboard_error('operator must hold a name and a contact, such as "Ada Vell, ada@example.org"')
    for user in rules.allowed_users:
        name, _, domain = user.rpartition("@")
        if not name or "." not in domain or not user.isascii() or any(sign in user for sign in "* ,"):
            raise _dashboard_error(f"allowed_users holds {user!r}, which is not one e-mail address")
    for domain in rules.allowed_domains:
        if "." not in domain.strip(".") or not domain.isascii() or any(sign in domain for sign in "@*/ ,"):
            raise _dashboard_error(
                f"allowed_domains holds {domain!r}; it takes what stands behind the @, such as example.org"
            )


def _dashboard_error(what: str) -> SettingsError:
    return SettingsError(f"[dashboard] in finder.toml: {what}. {GUIDE}")


def dashboard_origin(rules: DashboardSettings) -> str:
    """Scheme, host and port that readers type, as a browser says them."""
    found = urlsplit(rules.public_url)
    usual = {"https": 443, "http": 80}[found.scheme]
    port = "" if found.port in (None, usual) else f":{found.port}"
    return f"{found.scheme}://{dashboard_host(rules)}{port}"


def dashboard_host(rules: DashboardSettings) -> str:
    """The host of it alone."""
    name = urlsplit(rules.public_url).hostname or ""
    return f"[{name}]" if ":" in name else name


def ensure_cookie_key(settings: Settings) -> None:
    """Make the key that signs cookies, once: it stays, so that a restart does not log everybody out."""
    if not settings.keys.get(COOKIE):
        save_key(settings.home, COOKIE, secrets.token_hex(32))


def login_verdict(rules: DashboardSettings, user: Mapping[str, Any]) -> Verdict:
    """Whether somebody may enter, by what the provider says about them.

    Only an address that the provider has checked counts: at many, anybody may state any other.
    """
    if user.get("is_logged_in") is not True:
        return "stranger"
    email = user.get("email")
    if not rules.serve or not isinstance(email, str) or not email.isascii() or not _is_email_verified(rules, user):
        return "refused"
    email = email.lower()
    name, _, domain = email.rpartition("@")
    named = email in {one.lower() for one in rules.allowed_users}
    return "admitted" if name and (named or domain in {one.lower() for one in rules.allowed_domains}) else "refused"


def _is_email_verified(rules: DashboardSettings, user: Mapping[str, Any]) -> bool:
    said = user.get("email_verified")
    return said in (True, "true") or (said is None and rules.trust_email)
