"""Every recorded answer of a job board, as read."""

from __future__ import annotations

import re

import pytest
from boardly import SEEN, read
from shared import SHARED, needs_shared

from finder.model import Posting
from finder.postings.position_kinds import classify_position
from finder.source import discover_sources

JOBS = SHARED / "recorded" / "jobs"
RECORDED = {
    "greenhouse": ("greenhouse-amplitude.json", "amplitude", 2),
    "lever": ("lever-idealist.json", "idealistconsulting", 2),
    "ashby": ("ashby-highlightta.json", "HighlightTA", 2),
    "recruitee": ("recruitee-offers.json", "acme", 2),
    "smartrecruiters": ("smartrecruiters-postings.json", "Knight", 1),
    "workable": ("workable-widget.json", "zaelab", 1),
    "workday": ("workday-cxs-salesforce.json", "salesforce.wd12/External", 2),
    "teamtailor": ("teamtailor-jsonfeed.json", "career", 2),
    "bamboohr": ("bamboohr-list.json", "acme", 2),
    "eightfold": ("eightfold-jobs.json", "albemarle/albemarle.com", 2),
    "oracle": ("oracle-recruiting-list.json", "acme.fa.us2/CX_1", 2),
    "pinpoint": ("pinpoint-postings.json", "acme", 2),
    "rippling": ("rippling-list.json", "acme", 1),
    "personio": ("personio-feed.xml", "acme", 1),
    "icims": ("icims-search.html", "careers-wipfli", 2),
    "neogov": ("neogov-governmentjobs.rss.xml", "exampleagency", 2),
    "simplify": ("simplify-listings-300.json", "SimplifyJobs/Summer2024-Internships", 23),
    "euraxess": ("euraxess-search-one-card.html", "f[0]=job_country:791", 1),
}


SEEN_THEN = {"simplify": "2023-09-15T12:00:00Z"}  # what is older than two months is not open


def recorded(platform: str) -> list[Posting]:
    file, token, _ = RECORDED[platform]
    return read(platform, (JOBS / file).read_bytes(), token, SEEN_THEN.get(platform, SEEN))


@needs_shared
def test_every_recorded_platform_is_read_here() -> None:
    assert {file for file, _, _ in RECORDED.values()} == {path.name for path in JOBS.iterdir()}
    assert {*RECORDED, "feed", "jobposting"} == set(discover_sources("finder.boards"))


@needs_shared
@pytest.mark.parametrize("platform", sorted(RECORDED))
def test_every_recorded_answer_is_read_whole(platform: str) -> None:
    _, token, count = RECORDED[platform]
    found = recorded(platform)

    assert len(found) == count
    assert len({posting.source_id for posting in found}) == count
    for posting in found:
        assert (posting.source, posting.board) == (platform, token)
        assert posting.source_id.startswith(f"{token}/")
        assert posting.title == " ".join(posting.title.split())
        assert posting.url.startswith("https://")
        assert "?in_iframe" not in posting.url
        for day in (posting.date_posted, posting.valid_through):
            assert day is None or re.fullmatch(r"20\d\d-\d\d-\d\d", day)


@needs_shared
@pytest.mark.parametrize("platform", sorted(RECORDED))
def test_descriptions_are_plain_and_without_addresses(platform: str) -> None:
    for posting in recorded(platform):
        text = posting.description or ""
        assert not re.search(r"<[a-z/]|&(?:lt|amp|nbsp|quot|#\d+);", text), text[:500]
        assert "@" not in text
        assert len(text) <= 12_000


@needs_shared
def test_places_countries_and_workplaces() -> None:
    said = {
        platform: [(p.locations, p.countries, p.workplace) for p in recorded(platform)]
        for platform in RECORDED
        if platform != "simplify"
    }

    assert said["greenhouse"][0] == (("London, UK",), ("GB",), None)
    assert said["lever"][0] == (("Chicago, IL",), ("US",), "remote")
    # the flag for remote is set on both
    assert [row[2] for row in said["ashby"]] == ["remote", "hybrid"]
    assert said["recruitee"][0] == (("Berlin, Germany",), ("DE",), "hybrid")
    assert said["workable"][0] == (("Spain", "Portugal"), ("ES", "PT"), "remote")
    assert said["personio"][0] == (("Munich", "Berlin"), ("DE",), None)
    assert said["rippling"][0] == (("Remote (New Jersey, US)", "New York, NY"), ("US",), None)
    assert said["oracle"][0] == (("PERTH, WESTERN AUSTRALIA, Australia",), ("AU",), None)
    assert said["teamtailor"][1][1] == ("SE", "DK")
    assert said["pinpoint"] == [(("United States",), ("US",), "remote"), (("Atlanta, GA",), ("US",), "hybrid")]
    assert said["euraxess"][0] == (("Graz, Austria",), ("AT",), None)
    # three places, of which the answer names one
    assert said["workday"][0][1:] == (("US",), None)


@needs_shared
def test_dates() -> None:
    said = {platform: recorded(platform)[0] for platform in RECORDED}

    assert said["lever"].date_posted == "2025-11-27"  # milliseconds
    assert said["simplify"].date_posted == "2023-07-19"  # seconds
    assert said["workday"].date_posted == "2026-11-21"  # "Posted Yesterday", on the day of the sweep
    assert (said["euraxess"].date_posted, said["euraxess"].valid_through) == ("2026-08-24", "2026-09-21")
    assert (said["neogov"].date_posted, said["neogov"].valid_through) == ("2026-08-19", "2026-09-20")
    assert said["pinpoint"].valid_through == "2026-08-28"


@needs_shared
def test_kinds() -> None:
    kinds = {
        platform: [
            classify_position(p.title, p.description or "", f"{p.employment_type or ''}, {p.level or ''}")[0]
            for p in recorded(platform)
        ]
        for platform in RECORDED
    }

    assert kinds["euraxess"] == ["phd"]
    assert kinds["bamboohr"] == ["other", "internship"]
    assert set(kinds["simplify"]) == {"internship"}
    for platform in set(kinds) - {"euraxess", "bamboohr", "simplify"}:
        assert set(kinds[platform]) == {"other"}, platform
