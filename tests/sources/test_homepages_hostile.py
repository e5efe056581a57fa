"""Pages that are broken, or mean harm."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.errors import UnexpectedFormat
from finder.model import Person, Statement
from finder.source import Response
from finder.sources import homepages

URL = "https://ada-vell.example/"
NOTE = json.dumps({"name": "Ada Vell", "ids": [f"homepage:{URL}"], "depth": 0})
HEAD = "<html><title>Ada Vell</title><body><p>I am recruiting PhD students.</p>"


def said(page: str) -> list[str]:
    reply = Response("homepages", URL, 200, page.encode(), "2026-11-01T00:00:00+00:00", note=NOTE)
    return [record.quote for record in homepages.parse(reply) if isinstance(record, Statement)]


@pytest.mark.parametrize(
    "rest",
    [
        "<div>" * 100_000,
        "<nav>" * 39_000,
        "<ul><li>" * 19_000,
        "<a href=x>" * 39_000,
        "<!--" * 250_000,
        "<" * 900_000,
        "<a " * 300_000,
        '<a b="' * 150_000,
        "<![CDATA[" * 90_000,
        "<?" * 200_000,
        "&" * 500_000,
        "<script>" * 100_000,
        "&amp;&#x41;&bogus;" * 20_000,
        "<p>" + "I am looking for " * 50_000,
        "a" * 900_000,
        "<p>" + ". " * 100_000,
        "<a " + "b " * 400_000 + ">",
        "<p>I am recruiting" + " " * 500_000 + "you",
        "<p>" + "2026 " * 50_000,
    ],
    ids=lambda rest: rest[:12],
)
def test_no_page_takes_long_or_falls_over(rest: str) -> None:
    began = time.process_time()  # of this process alone: others may keep the machine busy

    assert said(HEAD + rest)[:1] == ["I am recruiting PhD students."]
    assert time.process_time() - began < 15


def test_tags_that_are_never_closed_lose_nothing() -> None:
    assert said("<title>Ada Vell</title><b><i><td><p>I am recruiting PhD students.<li>and more") != []


def test_entities_are_read() -> None:
    quote = "We\u2019re recruiting students & interns."
    assert said("<title>Ada Vell</title><p>We&rsquo;re recruiting students &amp; interns.</p>") == [quote]


@given(
    st.text(max_size=400)
    | st.lists(st.sampled_from([*HEAD.split(" "), "<li>", "</p>", "**", "\n", "<!--"])).map(" ".join)
)
@settings(max_examples=150, deadline=None)
def test_any_text_is_read(text: str) -> None:
    for quote in said("# Ada Vell\n\n" + text):
        assert quote.strip()


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_read(body: bytes) -> None:
    list(homepages.parse(Response("homepages", URL, 200, body, "2026-11-01T00:00:00+00:00", note=NOTE)))


@pytest.mark.parametrize(
    "note", ["", "null", "[]", '{"name": 1, "ids": [], "depth": 0}', '{"name": "A", "ids": [2], "depth": 0}']
)
def test_without_a_person_nothing_is_read(note: str) -> None:
    with pytest.raises(UnexpectedFormat):
        list(homepages.parse(Response("homepages", URL, 200, HEAD.encode(), "2026-11-01T00:00:00+00:00", note=note)))


def test_the_person_is_the_one_asked_for() -> None:
    reply = Response("homepages", URL, 200, HEAD.encode(), "2026-11-01T00:00:00+00:00", note=NOTE)
    (person,) = (record for record in homepages.parse(reply) if isinstance(record, Person))

    assert (person.name, person.ids, person.homepage, person.seen) == (
        "Ada Vell",
        (f"homepage:{URL}",),
        URL,
        "2026-11-01",
    )
