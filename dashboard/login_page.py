"""The gate of a dashboard that is served to others: before any page, also one that is asked for by its address."""

from __future__ import annotations

import streamlit as st

from dashboard import queries
from dashboard.components import escape_markdown
from finder import auth_policy
from finder.errors import FinderError
from finder.settings import DashboardSettings, is_served_mode

CLOSED = "This dashboard is closed for the moment: its settings cannot be read. Whoever runs it finds the reason there."


def require_login() -> None:
    """End the run here unless whoever looks may enter. On one's own machine everybody may."""
    if not is_served_mode():
        return
    try:
        rules = (
            queries.current_settings().dashboard
        )  # read anew each time: whoever is struck from the list is out at once
    except FinderError:
        st.error(CLOSED, icon=":material/lock:")
        st.stop()
    # without an [auth] section st.user has no is_logged_in at all: asked for like this, that means nobody
    verdict = auth_policy.login_verdict(rules, st.user.to_dict())
    if verdict == "admitted":
        return
    if verdict == "stranger":
        _show_login_form(rules)
    else:
        _show_access_denied(rules)
    st.stop()


def show_login_status() -> None:
    """Who is logged in, and the way out; nothing on one's own machine."""
    if not is_served_mode():
        return
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="small"):
        st.caption(escape_markdown(st.user.to_dict().get("email", "")), width="content")
        st.button("Log out", key="log-out", on_click=st.logout, type="tertiary", icon=":material/logout:")


def show_operator_notice(rules: DashboardSettings) -> None:
    """Who runs a served dashboard, and what that means for those who are shown."""
    st.markdown(
        f"Responsible for this dashboard: **{escape_markdown(rules.operator)}**. It shows what researchers have "
        "published and stated about their work, gathered from public sources; every page names the source and the "
        "date. Whoever is shown here may ask there to see, to correct or to remove what is held on them."
    )


def _show_login_form(rules: DashboardSettings) -> None:
    st.title("finder", anchor=False)
    st.markdown("This dashboard is for those whom its operator has let in.")
    st.button("Log in", key="log-in", on_click=st.login, type="primary", icon=":material/login:")
    st.caption("A cookie that only serves the login is kept for 30 days, or until you log out.")
    show_operator_notice(rules)


def _show_access_denied(rules: DashboardSettings) -> None:
    st.title("Access denied", anchor=False)
    email = escape_markdown(st.user.to_dict().get("email") or "an account without an e-mail address")
    st.markdown(f"You are logged in as {email}, which may not enter, or which your provider does not say to be yours.")
    st.markdown(f"Ask whoever runs this dashboard: {escape_markdown(rules.operator)}.")
    st.button("Log out", key="log-out", on_click=st.logout, icon=":material/logout:")
