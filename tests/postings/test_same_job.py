"""When two postings are one job."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.model import Posting
from finder.postings.dedupe import job_key, page_key


def posting(title: str = "Research Intern", *locations: str, employer: str | None = None) -> Posting:
    return Posting("toy", "a/1", "a", title, "https://a.example/1", employer, locations=locations)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://boards.greenhouse.io/acme/jobs/123", "https://acme.example/jobs?gh_jid=123&gh_src=x"),
        ("https://job-boards.greenhouse.io/acme/jobs/123", "https://boards.greenhouse.io/embed/x/jobs/123?a=b"),
        ("https://acme.example/jobs/1/", "http://www.ACME.example/jobs/1?utm_source=list&ref=x#top"),
        ("https://acme.example/jobs/1", "https://acme.example/jobs/1/apply"),
        (
            "https://jobs.lever.co/a/0b82dc72-56a8-4fc9-aae5-c008f6da0b02",
            "https://jobs.lever.co/a/0B82DC72-56a8-4fc9-aae5-c008f6da0b02/apply?lever-source=x",
        ),
        ("https://acme.example/job?a=1&b=2", "https://acme.example/job?b=2&a=1"),
    ],
)
def test_the_same_page(one: str, other: str) -> None:
    assert page_key(one) == page_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://acme.example/jobs?gh_jid=123", "https://acme.example/jobs?gh_jid=124"),
        ("https://acme.example/jobs?id=1", "https://acme.example/jobs?id=2"),
        ("https://acme.example/jobs/1", "https://other.example/jobs/1"),
    ],
)
def test_another_page(one: str, other: str) -> None:
    assert page_key(one) != page_key(other)


def test_the_same_title_of_the_same_employer_in_the_same_town() -> None:
    one = job_key(posting("Research Intern (m/f/d)", "Zürich, Switzerland", employer="Acme Inc."), "")
    other = job_key(posting("research  intern", "Zurich", employer=None), "ACME")

    assert one == other == "acme|research intern|zurich"


def test_towns_in_another_order_are_the_same_and_another_town_is_not() -> None:
    both = job_key(posting("T", "Paris, France", "London, UK"), "Acme")

    assert both == job_key(posting("T", "London", "Paris"), "Acme")
    assert both != job_key(posting("T", "London"), "Acme")


def test_without_employer_or_place_nothing_is_the_same() -> None:
    assert job_key(posting("T", "London"), "") == job_key(posting("T"), "Acme") == ""


@given(st.text(max_size=200), st.text(max_size=100))
def test_nothing_makes_it_fail(url: str, text: str) -> None:
    page_key(url)
    job_key(posting(text or "x", text, employer=text), text)
