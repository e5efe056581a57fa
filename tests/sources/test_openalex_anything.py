"""Whatever OpenAlex answers, it is either understood or said not to be."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from finder.errors import UnexpectedFormat
from finder.model import Institution, Person, Rejected, Work
from finder.source import Parsed, Response
from finder.sources._openalex.texts import abstract_from_index, clean_raw_text
from finder.sources.openalex import SOURCE
from finder.text.redaction import contains_contact


def parsed(body: Any) -> list[Parsed]:
    return list(SOURCE.parse(Response("openalex", "url", 200, json.dumps(body).encode(), "2026-11-22T10:00:00Z")))


def a_work(**changes: Any) -> dict[str, Any]:
    return {"id": "https://openalex.org/W1", "title": "Sight", "publication_date": "2026-03-01", "doi": None, **changes}


@given(st.text() | st.text(alphabet="ab.@ ({[at]})dot,;edu"))
def test_no_text_keeps_an_address(text: str) -> None:
    assert not contains_contact(clean_raw_text(text))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    )
)
def test_any_json_yields_records_or_says_that_the_shape_changed(body: Any) -> None:
    for wrapped in (body, {"results": [body]}, a_work(**body) if isinstance(body, dict) else {"id": body}):
        with suppress(UnexpectedFormat):
            assert all(isinstance(record, Work | Person | Institution | Rejected) for record in parsed(wrapped))


_FIELDS = st.sampled_from([*a_work(), "abstract_inverted_index", "keywords", "primary_location", "ids", "is_retracted"])


@given(st.dictionaries(_FIELDS, st.none() | st.integers() | st.text() | st.lists(st.none() | st.text(), max_size=2)))
def test_any_field_may_be_anything(changes: dict[str, Any]) -> None:
    with suppress(UnexpectedFormat):
        assert len(parsed({"results": [a_work(**changes)]})) <= 1


@given(st.dictionaries(st.text(), st.lists(st.integers() | st.none() | st.booleans()) | st.integers() | st.text()))
def test_no_index_breaks_the_abstract(index: dict[str, Any]) -> None:
    text = abstract_from_index(json.dumps(index).encode())
    assert text is None or 0 < len(text) <= 5_000


@given(st.binary())
def test_no_bytes_break_the_abstract(index: bytes) -> None:
    text = abstract_from_index(index)
    assert text is None or text


@given(st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1), min_size=1, max_size=60))
def test_an_index_gives_its_words_back_in_order(words: list[str]) -> None:
    index: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        index.setdefault(word, []).append(place)
    assert abstract_from_index(json.dumps(index).encode()) == " ".join(words)
