"""A list that ends before its own count is partial, whatever the source calls it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from finder.pagination import PagedLists, list_url_key
from finder.source import ListPage, Response, discover_sources

HEAD, REST = "https://x.example/works?filter=a&page=1", "https://x.example/works?page=2&filter=a"


def short(*pages: ListPage) -> list[tuple[int, int]]:
    lists = PagedLists()
    for number, page in enumerate(pages):
        lists.record_page(f"https://x.example/works?filter=a&page={number}", page)
    return [(found.here, found.total) for found in lists.find_incomplete()]


@pytest.mark.parametrize(
    ("pages", "found"),
    [
        ([ListPage(6, 150, 100)], [(6, 150)]),
        ([ListPage(0, 150, 100)], [(0, 150)]),
        ([ListPage(100, 150, 100), ListPage(49, 150, 100)], [(149, 150)]),
        ([ListPage(100, 150, 100), ListPage(0, 150, 100)], [(100, 150)]),
        ([ListPage(100, 150, 100, more=False)], [(100, 150)]),
        ([ListPage(40, 150, 100), ListPage(100, 150, 100)], [(140, 150)]),
        ([ListPage(100, 200, 1000, more=False, rough=True)], [(100, 200)]),
    ],
)
def test_it_is_short_where_it_ended_by_itself(pages: Sequence[ListPage], found: list[tuple[int, int]]) -> None:
    assert short(*pages) == found


@pytest.mark.parametrize(
    "pages",
    [
        [ListPage(6, 6, 100)],
        [ListPage(0, 0, 100)],
        [ListPage(100, 150, 100)],
        [ListPage(100, 150, 100, more=True)],
        [ListPage(100, 150, 100), ListPage(50, 150, 100)],
        [ListPage(100, 151, 100), ListPage(50, 150, 100)],
        [ListPage(100, 150, 100), ListPage(51, 151, 100)],
        [ListPage(190, 200, 1000, more=False, rough=True)],
    ],
)
def test_it_is_not_where_it_came_whole_or_we_left_it(pages: Sequence[ListPage]) -> None:
    assert short(*pages) == []


def test_pages_of_one_list_count_together_and_each_once() -> None:
    lists = PagedLists()
    for url, page in ((HEAD, ListPage(100, 150, 100)), (REST, ListPage(50, 150, 100)), (REST, ListPage(50, 150, 100))):
        lists.record_page(url, page)
    lists.record_page(HEAD.replace("=a", "=b"), ListPage(3, 4, 100))

    assert list_url_key(HEAD) == list_url_key(REST) != list_url_key(HEAD.replace("=a", "=b"))
    assert [(found.here, found.total, len(found.urls)) for found in lists.find_incomplete()] == [(3, 4, 1)]


ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearch/1.1/">'
    "<o:totalResults>150</o:totalResults><o:startIndex>0</o:startIndex><entry/><entry/></feed>"
)
CASES: list[tuple[str, str, Any, ListPage]] = [
    (
        "openalex",
        "/works?per_page=100&cursor=*",
        {"meta": {"count": 150, "next_cursor": None}, "results": [{}, {}]},
        ListPage(2, 150, 100, more=False),
    ),
    ("openalex", "/works?per_page=100&page=1", {"meta": {"count": 150}, "results": [{}, {}]}, ListPage(2, 150, 100)),
    (
        "crossref",
        "/works?rows=200",
        {"message": {"items": [{}, {}], "total-results": 150, "items-per-page": 200}},
        ListPage(2, 150, 200),
    ),
    ("semantic_scholar", "/paper/search/bulk", {"total": 150, "data": [{}, {}]}, ListPage(2, 150, 1000, False, True)),
    ("openreview", "/notes/search?limit=500", {"count": 150, "notes": [{}, {}]}, ListPage(2, 150, 500)),
    ("arxiv", "/query?max_results=50", ATOM, ListPage(2, 150, 50)),
]


@pytest.mark.parametrize(("name", "path", "body", "page"), CASES)
def test_each_source_that_counts_its_lists_says_so(name: str, path: str, body: Any, page: ListPage) -> None:
    source = discover_sources()[name]
    text = body if isinstance(body, str) else json.dumps(body)
    reply = Response(name, f"{source.card.base}{path}", 200, text.encode(), "2026-11-01T00:00:00+00:00")

    assert source.page is not None
    assert source.page(reply) == page


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{}", b'{"meta": 3}', b'{"count": "x"}', b"[" * 5000])
def test_what_says_nothing_of_a_list_breaks_nothing(body: bytes) -> None:
    for source in discover_sources().values():
        if source.page:
            said = source.page(Response(source.card.name, f"{source.card.base}/works", 200, body, "2026-11-01"))
            assert said is None or said.total == 0
