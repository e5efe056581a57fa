"""How the dashboard's server is started: on this machine alone, or for others behind a login."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

from finder import auth_policy
from finder.errors import SettingsError
from finder.settings import DashboardSettings, Settings

HERE = "127.0.0.1"


def check_server_settings(settings: Settings) -> DashboardSettings:
    """What the settings say, if the dashboard may be started so.

    Raises:
        SettingsError: it may not, or what a login needs is not installed.
    """
    found = auth_policy.validate_dashboard(settings)
    if found.serve and find_spec("authlib") is None:
        raise SettingsError(
            "Serving the dashboard to others needs Authlib for the login. In this folder: uv sync --extra serve; "
            'elsewhere: pip install "finder[serve]"'
        )
    return found


def streamlit_command(folder: Path, found: DashboardSettings, port: int, *, browser: bool) -> list[str]:
    """The server as a command. No secret is ever part of it: others on this machine can read it."""
    options = {
        "server.address": found.address if found.serve else HERE,
        "server.port": str(port),
        "server.headless": str(found.serve or not browser).lower(),
        "browser.gatherUsageStats": "false",
        "global.disableWidgetStateDuplicationWarning": "true",  # controls are given their value both ways on purpose
        "server.enableXsrfProtection": "true",
        "server.enableCORS": "true",
        # whose messages a page heeds: by default those of every site that Streamlit hosts
        "client.allowedOrigins": auth_policy.dashboard_origin(found) if found.serve else f"http://{HERE}:{port}",
    }
    if found.serve:
        options |= {"browser.serverAddress": auth_policy.dashboard_host(found), "client.showErrorDetails": "none"}
    script = folder / ("asgi.py" if found.serve else "local.py")
    # against pages elsewhere that let a name of theirs point to this machine
    hosts = [auth_policy.dashboard_host(found)] if found.serve else list(auth_policy.LOCAL_HOSTS)
    words = [f"--{name}={value}" for name, value in (*options.items(), *(("server.allowedHosts", h) for h in hosts))]
    return [sys.executable, "-m", "streamlit", "run", str(script), *words]
