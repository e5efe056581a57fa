from __future__ import annotations

from datetime import date
from itertools import pairwise
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.source import FetchRequest
from finder.sources._openalex import plan as planning
from finder.sources.openalex import SOURCE

TODAY = date(2026, 11, 22)
ASK = FetchRequest("multimodal learning", date(2018, 1, 1), TODAY, TODAY, keyed=True)


@pytest.mark.parametrize(
    ("name", "interest", "meant"),
    [
        ("Multimodal Machine Learning Applications", "multimodal learning", True),
        ("Multi-Modal Learning", "multimodal learning", True),
        ("Multimodal learning", "multi modal learning", True),
        ("Graph Neural Network", "graph neural networks", True),
        ("Deep Learning", "multimodal learning", False),
        ("Smart Cities", "art", False),
    ],
)
def test_a_choice_is_taken_when_it_names_every_word(name: str, interest: str, meant: bool) -> None:
    (words,) = planning.interest_phrases(interest)
    answers = {planning.TypeaheadLookup("topics", words, interest): [("https://openalex.org/T1", name)]}
    assert bool(planning.plan_listings(interest, answers).topics) == meant


@given(st.text(max_size=80), st.booleans())
def test_any_interest_makes_a_plan_with_clean_words(interest: str, keyed: bool) -> None:
    ask = FetchRequest(interest, date(2018, 1, 1), TODAY, TODAY, keyed=keyed)
    assert SOURCE.plan
    assert all(call.calls > 0 for call in SOURCE.plan(ask))
    assert len(planning.typeahead_lookups(interest)) <= 60
    for listing in planning.text_search_listings(interest):
        assert not set("!|:*?~\\") & set(listing.search)


@given(st.dates(date(1950, 1, 1), TODAY), st.dates(date(1950, 1, 1), TODAY))
def test_stretches_cover_all_the_time_once(one: date, other: date) -> None:
    since, until = sorted((one, other))
    spans = planning.split_date_span(since, until)
    assert 1 <= len(spans) <= planning.SHARDS
    assert (spans[0][1], spans[-1][0]) == (until, since)
    assert all((later[0] - earlier[1]).days == 1 for later, earlier in pairwise(spans))


@given(st.lists(st.integers(0, 3_000), min_size=1, max_size=10), st.integers(1_000, 5_000))
def test_no_more_works_are_allotted_than_there_is_room_for(counts: list[int], room: int) -> None:
    pages = planning.allot_pages(counts, room)
    assert sum(min(c, p * planning.PER_PAGE) for c, p in zip(counts, pages, strict=True)) <= room
    if sum(counts) <= room:
        assert pages == [planning.listing_page_count(count, count) for count in counts]


def test_many_keywords_fit_into_a_url() -> None:
    names = [(f"https://openalex.org/keywords/{'very-' * 9}learning-{n}", f"learning {n}") for n in range(99)]
    answers = dict.fromkeys(planning.typeahead_lookups("learning learning"), names)
    (listing,) = planning.plan_listings("learning learning", answers).narrow
    assert len(urlencode(listing.request_params((ASK.since, ASK.until)))) < 8_000
