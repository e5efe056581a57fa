"""Ids out of forms, and the curated files."""

from __future__ import annotations

import doctest
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import components
from finder import ids, reference_data
from finder.text import sanitize


@pytest.mark.parametrize("module", [ids, reference_data, sanitize, components])
def test_the_examples_hold(module: object) -> None:
    tried = doctest.testmod(module)  # type: ignore[arg-type]

    assert tried.attempted
    assert not tried.failed


@pytest.mark.parametrize(
    ("read", "text", "expected"),
    [
        (ids.parse_dblp_pid, "12/345-1", "dblp:12/345-1"),
        (ids.parse_dblp_pid, "29/4319.html/", "dblp:29/4319"),
        (ids.parse_dblp_pid, "02/6128-16.html?q=Xiangyu%20Wang", "dblp:02/6128-16"),
        (ids.parse_dblp_pid, "f/DavidAForsyth", "dblp:f/DavidAForsyth"),
        (ids.parse_dblp_pid, "d/SNDiggavi.html#j15", "dblp:d/SNDiggavi"),
        (ids.parse_dblp_pid, "https://dblp.uni-trier.de/pid/76/744-1", "dblp:76/744-1"),
        (ids.parse_dblp_pid, "https://dblp.uni-trier.de/pers/hd/d/Dabney:Will", None),
        (ids.parse_dblp_pid, "https://dblp.org/rec/conf/nips/ChoiCN20", None),
        (ids.parse_dblp_pid, "https://dblp2.uni-trier.de/search/publ?q=author%3AJohn_Klein", None),
        (ids.parse_dblp_pid, "1234567", None),
        (ids.parse_scholar_id, "-nAiryMAAAAJ", "scholar:-nAiryMAAAAJ"),
        (ids.parse_scholar_id, "https://scholar.google.com/citations?user=abcdefgAAAAJ&hl=en", "scholar:abcdefgAAAAJ"),
        (ids.parse_scholar_id, "https://scholar.google.com/citations?view_op=list_works", None),
        (ids.parse_scholar_id, "3XtW8AAAAJ", None),
        (ids.parse_orcid, "0000-0003-1447-121X", "orcid:0000-0003-1447-121X"),
        (ids.parse_orcid, "my-orcid?orcid=0000-0003-0556-0763", "orcid:0000-0003-0556-0763"),
        (ids.parse_orcid, "0000-0003-1447-1210", None),
        (ids.parse_openreview_id, "~Xi'ai_Chen1", "openreview:~Xi'ai_Chen1"),
        (ids.parse_openreview_id, "ada@uni.de", None),
        (ids.parse_doi, "https://link.springer.com/chapter/10.1007/978-3-030_1", "doi:10.1007/978-3-030_1"),
        (ids.parse_doi, "none", None),
        (ids.parse_page_url, "ftp://x.org", None),
    ],
)
def test_what_names_one_person_or_work_is_an_id(
    read: Callable[[str], str | None], text: str, expected: str | None
) -> None:
    assert read(text) == expected


@given(st.text())
def test_any_text_is_an_id_or_none(text: str) -> None:
    for read in (ids.parse_orcid, ids.parse_dblp_pid, ids.parse_scholar_id, ids.parse_openreview_id, ids.parse_doi):
        assert (read(text) or read.__name__).startswith(read.__name__)


def test_countries_are_known_by_name_alias_and_code() -> None:
    names = [
        "South Korea",
        "Turkey",
        "United States",
        "UK",
        "Macau",
        "Taiwan",
        "Hong Kong",
        "Russia",
        "Iran",
        "Vietnam",
    ]

    assert [
        reference_data.country_codes_by_name()[name.casefold()] for name in names
    ] == "KR TR US GB MO TW HK RU IR VN".split()
    assert len(reference_data.country_codes()) == 250
    assert reference_data.country_name("kr") == "South Korea"
    assert reference_data.country_name("??") == "??"


def test_every_month_is_one() -> None:
    assert set(reference_data.venue_months().values()) <= set(range(1, 13))
    assert set(reference_data.venue_months()) <= set(reference_data.venue_names())
