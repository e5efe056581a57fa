"""Any text at all: what is shown of it is one line of bounded length that steers and turns nothing around it."""

from __future__ import annotations

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from dashboard import components
from finder.text import sanitize
from tests.rendered import Shown, faults, text_of

ANY = st.text(
    st.characters() | st.sampled_from("[]()!<>:$*_`\\@.|#~&\u202e\u2067\u2069\u05d0\u0628\u0661\x1b\r\n wwhtps/")
)


@given(ANY)
def test_what_is_shown_is_one_line_without_signs_that_steer(data: str) -> None:
    shown = sanitize.one_line(data, 50)
    assert len(shown) <= 50
    assert "\n" not in shown
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cs")]
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@given(ANY)
def test_right_to_left_text_is_held_together_and_nothing_else_changes(data: str) -> None:
    shown = sanitize.one_line(data)
    isolated = sanitize.isolate_bidi(shown)
    assert isolated.replace("\u2068", "").replace("\u2069", "") == shown
    outside = "".join(part.rpartition("\u2069")[2] for part in isolated.split("\u2068"))
    assert not [c for c in outside if unicodedata.bidirectional(c) in ("R", "AL") and c < "\u0900"]


@given(ANY)
def test_data_as_markdown_reads_as_what_it_says(data: str) -> None:
    body = components.escape_markdown(data)
    assert faults(Shown("Markdown", "body", f"a {body} b"), "evil.example") == []
    told = sanitize.one_line(data).replace("\u2060", "")
    assert text_of(f"a {body} b").split() == f"a {told} b".split()


@given(st.recursive(ANY, lambda inner: st.lists(inner) | st.dictionaries(ANY, inner), max_leaves=5))
def test_json_says_the_same_after_escaping(data: object) -> None:
    written = sanitize.escape_json_controls(json.dumps(data, ensure_ascii=False))
    assert json.loads(written) == data
    assert sanitize.strip_control_chars(written) == written
