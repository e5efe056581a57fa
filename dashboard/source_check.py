"""Testing a source and giving it a key, from the Sources page.

Pages never reach the network: the test is the command line's, in a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import queries
from dashboard.components import escape_markdown
from finder import settings as settings_module
from finder.errors import FinderError
from finder.results import SourceStatus

PATIENCE = 120  # seconds: a source's turn may come late while a collection goes on
COLOURS = {"ok": "green", "no key": "orange", "key refused": "red", "out of budget": "orange", "blocked": "red"}


def source_test_command(source: str) -> list[str]:
    """What tests one source."""
    return [sys.executable, "-m", "finder", "sources", "--test", "--format", "json", source]


def run_source_test(source: str) -> dict[str, Any]:
    """What came of testing a source now; a test that could not even begin is told, too."""
    try:
        done = subprocess.run(  # noqa: S603 - our own program, its arguments as a list
            source_test_command(source), stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        message = f"There was no answer within {PATIENCE} seconds. Try again later."
        return {"state": "unreachable", "message": message, "at": queries.current_timestamp()}
    try:
        (row,) = json.loads(done.stdout)
    except (ValueError, TypeError):
        told = done.stderr.decode(errors="replace").strip().splitlines()
        return {
            "state": "not tested",
            "message": told[-1] if told else "It ended without a word.",
            "at": queries.current_timestamp(),
        }
    return {**row, "at": queries.current_timestamp()}


def show_test_button(row: SourceStatus) -> None:
    """A button that asks the source one question, what that costs, and what came of it."""
    name = row["source"]
    asked = row["test"]
    if asked is None:
        st.caption("It is only ever asked about somebody, so there is nothing to test it by.")
        return
    cost = "1 credit" if asked["credits"] == 1 else f"{asked['credits']} credits"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        pressed = st.button(
            "Test",
            key=f"test-{name}",
            icon=":material/network_check:",
            help=escape_markdown(f"Sends one request to {asked['url']}"),
        )
        st.caption(f"One request, {cost if asked['credits'] else 'no credits'}.", width="content")
    if pressed:
        with st.spinner(f"Asking {escape_markdown(row['title'])} …"):
            st.session_state[f"tested-{name}"] = run_source_test(name)
        st.rerun()  # the budget above has changed
    if found := st.session_state.get(f"tested-{name}"):
        _show_test_result(found)


def _show_test_result(found: Mapping[str, Any]) -> None:
    left = found.get("remaining")
    told = found["message"] + (f" {left:,.0f} credits are left today." if left is not None else "")
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        colour: Any = COLOURS.get(found["state"], "red")
        st.badge(escape_markdown(found["state"]), color=colour)
        st.caption(escape_markdown(f"Tested {found['at'][11:16]} UTC."), width="content")
    st.markdown(escape_markdown(told))


def show_key_form(row: SourceStatus) -> None:
    """Whether a key is set, and where it comes from; a field for a new one, whose content is never shown again."""
    name = row["key_name"]
    if name is None:
        return
    if row["key"] == "set":
        st.markdown(f":material/key: Key set: `••••••••`, from {escape_markdown(row['key_from'])}.")
    else:
        st.markdown(f":material/key_off: No key is set. {escape_markdown(row['key_help'])}")
    if settings_module.is_served_mode():
        st.caption("Keys are the operator's: finder setup in a terminal on the server.")
    elif row["key"] == "set" and row["key_from"] != settings_module.SECRETS:
        st.caption("It comes from the environment, which wins over what is kept: change it there.")
    else:
        form = st.form(f"key-{row['source']}", clear_on_submit=True, border=False)
        with form, st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            value = st.text_input(
                "New key" if row["key"] == "set" else "Key",
                type="password",
                key=f"value-{row['source']}",
                autocomplete="off",
                max_chars=2000,
                width=320,
            )
            sent = st.form_submit_button("Save key", key=f"keep-{row['source']}")
        if sent:
            _save_source_key(row["source"], name, value.strip())


def _save_source_key(source: str, name: str, value: str) -> None:
    if not value:
        st.warning("Nothing was typed: the key is as it was.")
        return
    try:
        path = settings_module.save_key(queries.current_settings().home, name, value)
        with queries.open_page_store() as store:
            store.budgets.clear_suspension(source)
    except (FinderError, OSError) as error:
        why = str(error) if isinstance(error, FinderError) else f"The key could not be kept ({type(error).__name__})."
        st.error(escape_markdown(why))
        return
    st.session_state.pop(f"tested-{source}", None)  # what was tested was another key
    st.toast(f"Kept in {escape_markdown(path)}, readable by you alone.", icon=":material/key:")
    st.rerun()
