"""What boards do that a careless reader gets wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from boardly import read, reply, strange

from finder.boards.greenhouse import is_complete_greenhouse_board
from finder.errors import UnexpectedFormat
from finder.model import Rejected
from finder.source import discover_sources

JOB: dict[str, Any] = {"id": 1, "title": "Research Intern", "absolute_url": "https://a.example/1"}
EMPTY: dict[str, Any] = {
    "greenhouse": {"jobs": [], "meta": {"total": 0}},
    "lever": [],
    "ashby": {"jobs": [], "apiVersion": "1"},
    "smartrecruiters": {"content": [], "totalFound": 0},
    "workable": {"name": "Acme", "jobs": []},
    "recruitee": {"offers": []},
    "workday": {"total": 0, "jobPostings": []},
    "teamtailor": {"items": []},
    "personio": "<workzag-jobs/>",
    "neogov": "<rss><channel/></rss>",
    "bamboohr": {"result": []},
    "eightfold": {"positions": [], "count": 0},
    "oracle": {"items": []},
    "pinpoint": {"data": []},
    "rippling": [],
    "feed": "<rss><channel><title>Jobs</title></channel></rss>",
    "simplify": [],
    "euraxess": "<html><p>No results found</p></html>",
    "icims": "<html><p>There are currently no open positions</p></html>",
}
TOKENS = {"workday": "acme.wd5/Site", "oracle": "acme.fa.us2/CX_1", "eightfold": "acme/acme.com"}


def page(*scripts: str, extra: str = "") -> str:
    tags = "".join(f'<script type="application/ld+json">{script}</script>' for script in scripts)
    return f"<html><head>{tags}</head><body>{extra}</body></html>"


POSTING: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "title": "PhD position in vision",
    "datePosted": "2026-10-01",
    "validThrough": "2026-12-15T23:59",
    "employmentType": ["FULL_TIME"],
    "hiringOrganization": {"@type": "Organization", "name": "University of Somewhere"},
    "jobLocation": {"address": {"addressLocality": "Freiburg", "addressCountry": "DE"}},
    "identifier": {"@type": "PropertyValue", "name": "No.", "value": "42"},
    "url": "/jobs/42",
    "description": "&lt;p&gt;Come &amp;amp; work.&lt;/p&gt;",
}


@pytest.mark.parametrize("platform", sorted(EMPTY))
def test_an_empty_board_is_an_empty_board(platform: str) -> None:
    assert read(platform, EMPTY[platform], TOKENS.get(platform, "acme")) == []


def test_every_platform_has_an_empty_board_but_the_one_that_never_says_so() -> None:
    assert {*EMPTY, "jobposting"} == set(discover_sources("finder.boards"))


def test_one_strange_job_does_not_cost_the_others() -> None:
    jobs = [JOB, {"id": "not a number"}, {**JOB, "id": 2, "title": ""}, {**JOB, "id": 3}]
    platform = discover_sources("finder.boards")["greenhouse"]
    found = list(platform.parse(reply("greenhouse", "acme", {"jobs": jobs})))

    assert [isinstance(one, Rejected) for one in found] == [False, True, True, False]
    assert "a job without a title" in strange("greenhouse", {"jobs": jobs})[1]


def test_a_board_of_nothing_but_strange_jobs_has_changed() -> None:
    with pytest.raises(UnexpectedFormat, match="none of its 2 jobs"):
        read("greenhouse", {"jobs": [{"id": 1}, {"id": 2}]})


def test_a_greenhouse_board_that_says_it_has_more_is_partial() -> None:
    assert is_complete_greenhouse_board(json.dumps({"jobs": [JOB], "meta": {"total": 1}}).encode())
    assert is_complete_greenhouse_board(json.dumps({"jobs": [JOB]}).encode())
    assert not is_complete_greenhouse_board(json.dumps({"jobs": [JOB], "meta": {"total": 2}}).encode())


def test_a_text_that_is_escaped_twice_is_read_as_text() -> None:
    content = "&lt;p&gt;You&amp;#39;ll work on R&amp;amp;D &amp;lt;3&lt;/p&gt;"

    assert read("greenhouse", {"jobs": [{**JOB, "content": content}]})[0].description == "You'll work on R&D <3"


def test_levers_requirements_are_part_of_its_text() -> None:
    job = {
        "id": "a",
        "text": "Intern",
        "hostedUrl": "https://a.example",
        "description": "<p>Hello</p>",
        "lists": [{"text": "You have", "content": "<li>a PhD</li>"}],
        "createdAt": 1764205361939,
    }
    (posting,) = read("lever", [job])

    assert posting.description == "Hello\nYou have\na PhD"
    assert posting.date_posted == "2025-11-27"


def test_ashbys_flag_for_remote_is_not_believed_where_it_says_hybrid() -> None:
    job = {"id": "a", "title": "Intern", "jobUrl": "https://a.example", "isRemote": True, "location": "London"}

    assert read("ashby", {"jobs": [{**job, "workplaceType": "Hybrid"}]})[0].workplace == "hybrid"
    assert read("ashby", {"jobs": [{**job, "workplaceType": None}]})[0].workplace == "remote"


def test_jobs_that_are_not_on_show_are_passed_over() -> None:
    job = {"id": "a", "title": "Intern", "jobUrl": "https://a.example", "isListed": False}
    offer = {"id": 1, "title": "Intern", "careers_url": "https://a.example", "status": "draft"}
    row = {"id": "x", "title": "Intern", "company_name": "A", "url": "https://a.example", "active": False}

    assert read("ashby", {"jobs": [job]}) == read("recruitee", {"offers": [offer]}) == read("simplify", [row]) == []


def test_a_job_that_stands_once_for_every_country_is_one_in_all_of_them() -> None:
    job = {"title": "Intern", "shortcode": "AB", "telecommuting": False}
    (posting,) = read("workable", {"jobs": [{**job, "country": "Spain"}, {**job, "country": "Portugal"}]})

    assert (posting.locations, posting.countries) == (("Spain", "Portugal"), ("ES", "PT"))


def test_the_simplify_list_says_term_and_sponsorship() -> None:
    row = {
        "id": "x",
        "title": "ML",
        "company_name": "A",
        "url": "https://a.example",
        "active": True,
        "terms": ["Summer 2027"],
        "sponsorship": "U.S. Citizenship is Required",
        "locations": ["NYC"],
    }
    (posting,) = read("simplify", [row], "SimplifyJobs/Summer2027-Internships")

    assert posting.description == "Term: Summer 2027.\nSponsorship: U.S. Citizenship is Required."
    assert posting.level == "Internship"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"terms": ["Summer 2027"], "date_posted": 1793664000}, None),  # 2026-11-03
        ({"terms": ["Summer 2026"]}, "all its terms are over"),
        ({"terms": ["Fall 2025", "Winter 2026", "Spring 2026"]}, "all its terms are over"),
        ({"terms": ["Summer 2026", "Summer 2027"]}, None),
        ({"terms": ["Fall 2026"]}, None),
        ({"season": "Summer"}, None),
        ({"terms": []}, None),
        ({"terms": ["Summer 2027"], "date_posted": 1785542400}, "posted more than 60 days ago"),  # 2026-08-01
    ],
)
def test_an_offer_of_simplify_lapses_with_its_terms_or_after_sixty_days(more: dict[str, Any], reason: str) -> None:
    row = {"id": "x", "title": "ML", "company_name": "A", "url": "https://a.example", "active": True, **more}

    assert strange("simplify", [row], "A/B") == ([reason] if reason else [])


# --- schema.org's JobPosting ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "script",
    [
        json.dumps(POSTING),
        json.dumps([POSTING]),
        json.dumps({"@graph": [{"@type": "Organization"}, POSTING]}),
        json.dumps({"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": POSTING}]}),
        json.dumps({**POSTING, "@type": ["Thing", "http://schema.org/JobPosting"]}),
        "//<![CDATA[\n" + json.dumps(POSTING) + "\n//]]>",
        json.dumps(POSTING) + ";",
        json.dumps(POSTING).replace("Come ", "Come\n"),
    ],
    ids=["one", "list", "graph", "item list", "types", "cdata", "semicolon", "line break"],
)
def test_a_job_posting_in_a_page(script: str) -> None:
    (posting,) = read("jobposting", page(script), "https://uni.example/jobs")

    assert posting.title == "PhD position in vision"
    assert posting.hiring_organization == "University of Somewhere"
    assert (posting.locations, posting.countries) == (("Freiburg, DE",), ("DE",))
    assert (posting.date_posted, posting.valid_through) == ("2026-10-01", "2026-12-15")
    assert " ".join((posting.description or "").split()) == "Come & work."
    assert posting.url == "https://board.example/jobs/42"
    assert (posting.source_id, posting.requisition) == ("https://uni.example/jobs/42", "42")
    assert posting.employment_type == "Full Time"


def test_what_stands_in_a_comment_is_not_open_any_more() -> None:
    hidden = f"<!-- {page(json.dumps(POSTING))} -->"

    with pytest.raises(UnexpectedFormat):
        read("jobposting", f"<html>{hidden}</html>")
    (posting,) = read("jobposting", hidden + page(json.dumps({**POSTING, "title": "Postdoc"})))
    assert posting.title == "Postdoc"


def test_a_page_on_which_nothing_is_marked_up_is_never_an_empty_board() -> None:
    with pytest.raises(UnexpectedFormat, match="no JobPosting"):
        read("jobposting", page('{"@type": "Organization", "name": "A"}', extra="No openings."))


def test_a_broken_script_does_not_cost_the_others() -> None:
    body = page("{broken", json.dumps(POSTING))

    assert strange("jobposting", body) == ["JSON-LD that is not JSON"]


@pytest.mark.parametrize(
    "node",
    [
        {"title": "X", "jobLocation": "Berlin", "hiringOrganization": "Uni"},
        {"title": "X", "jobLocation": [{"address": "Berlin, Germany"}], "identifier": 7},
        {"title": "X", "jobLocation": {"address": {"addressCountry": {"name": "Germany"}}}},
        {"title": "X", "jobLocation": [None, 3, []], "datePosted": 5, "url": ["https://a.example"]},
        {"name": "X", "description": {"@value": "text"}, "employmentType": None},
        {"title": ["X"], "jobLocationType": "TELECOMMUTE"},
    ],
)
def test_loose_shapes_are_read_as_far_as_they_go(node: dict[str, Any]) -> None:
    (posting,) = read("jobposting", page(json.dumps({"@type": "JobPosting", **node})))

    assert posting.title == "X"


def test_two_postings_of_one_page_without_ids_or_addresses_are_two() -> None:
    nodes = [{"@type": "JobPosting", "title": title} for title in ("PhD position", "Postdoc")]
    found = read("jobposting", page(json.dumps(nodes)))

    assert len({posting.source_id for posting in found}) == 2


# --- a large board --------------------------------------------------------------------------------------------------

LARGE = r"""
import json, re, sys
from pathlib import Path
from finder.source import Response, discover_sources
from finder.model import Posting

text = "&lt;p&gt;" + "work on learning machines &amp;amp; more " * 450 + "&lt;/p&gt;"
job = {"title": "Research Intern", "absolute_url": "https://a.example/1", "content": text, "metadata": []}
body = json.dumps({"jobs": [{**job, "id": number} for number in range(1, 800)]}).encode()
assert len(body) > 14_000_000, len(body)
count = 0
reply = Response("greenhouse", "u", 200, body, "2026", note="board:greenhouse/a")
for one in discover_sources("finder.boards")["greenhouse"].parse(reply):
    assert isinstance(one, Posting)
    count += 1
print(count, int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
def test_a_board_of_14_mb_is_read_within_200_mb() -> None:
    told = subprocess.run([sys.executable, "-c", LARGE], capture_output=True, text=True, check=True).stdout.split()

    assert int(told[0]) == 799
    assert int(told[1]) < 200, f"{told[1]} MB"
