"""Text, dates and places as boards print them."""

# ruff: noqa: RUF001 - places are typed with long dashes

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from shared import SHARED, needs_shared

from finder.boards._locations import infer_workplace, location_countries, location_country, split_locations
from finder.boards._text import LONGEST, clean_job_line, description_text, parse_job_date


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<p>One</p><p>Two<br>Three</p>", "One\nTwo\nThree"),
        ("&lt;div&gt;&lt;p&gt;Fish &amp;amp; chips&lt;/p&gt;&lt;/div&gt;", "Fish & chips"),
        ("&amp;lt;p&amp;gt;twice&amp;lt;/p&amp;gt;", "twice"),
        ("<p>Write &lt;div&gt; by hand</p>", "Write <div> by hand"),
        ("<p>a<!-- we look for interns --> b</p><script>x()</script><style>p{}</style>", "a b"),
        ("<p>seen</p><!-- never closed <p>hidden</p>", "seen"),
        ("a < b and c > d", "a < b and c > d"),
        ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
        ("<p>write to jo.doe@uni.example now</p>", "write to [e-mail address left out] now"),
        ("jo [at] uni [dot] example or jo (at) uni.example", "[e-mail address left out] or [e-mail address left out]"),
        ("We work at scale. Look at example.org", "We work at scale. Look at example.org"),
        ("", None),
        (None, None),
        ("<p> </p>", None),
    ],
)
def test_html_becomes_plain_text(text: str | None, shown: str | None) -> None:
    assert description_text(text) == shown


def test_a_text_is_bounded() -> None:
    assert len(description_text("<p>" + "word " * 200_000) or "") <= LONGEST


@given(st.text())
@example("0)\x1f")
def test_no_text_makes_it_fail(text: str) -> None:
    description_text(text)
    clean_job_line(text)
    split_locations(text)
    location_country(text)
    infer_workplace([text], text)
    parse_job_date(text, text)


def test_hostile_texts_do_not_take_long() -> None:
    for piece in ("<!--", "<script>", "<a ", "&lt;", "&amp;", "a@", "a.", "<p", " at ", "(at)"):
        description_text(piece * 100_000)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2026-12-10T23:59:00-04:00", "2026-12-10"),  # a deadline is meant where it is set
        ("2026-08-05 10:10:39 UTC", "2026-08-05"),
        ("2026-11-13", "2026-11-13"),
        (1764205361939, "2025-11-27"),
        (1683864000, "2023-05-12"),
        ("1764205361939", "2025-11-27"),
        ("Posted on: 24 August 2026", "2026-08-24"),
        ("September 21, 2026", "2026-09-21"),
        ("Wed, 19 Aug 2026 05:00:00:0", "2026-08-19"),
        ("Posted Today", "2026-11-22"),
        ("Posted Yesterday", "2026-11-21"),
        ("Posted 3 Days Ago", "2026-11-19"),
        ("Posted 30+ Days Ago", None),  # only a bound
        ("2026-02-31", None),
        ("0001-01-01", None),
        (0, None),
        (True, None),
        (None, None),
        ("open until filled", None),
    ],
)
def test_dates(value: object, said: str | None) -> None:
    assert parse_job_date(value, "2026-11-22T12:00:00Z") == said


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("London, UK", "GB"),
        ("San Francisco, CA", "US"),
        ("Toronto, CA", "CA"),
        ("Chicago, IL", "US"),
        ("Tel Aviv, IL", "IL"),
        ("Berlin, DE", "DE"),
        ("Cambridge, MA", "US"),
        ("Cambridge, UK", "GB"),
        ("Cambridge", None),
        ("Paris, Texas", "US"),
        ("Paris", "FR"),
        ("Atlanta, Georgia", "US"),
        ("Georgia", "GE"),
        ("Springfield, IN", None),
        ("Somewhere, DE", None),
        ("Remote - US", "US"),
        ("Remote (Germany)", "DE"),
        ("Remote-India (PEO)", "IN"),
        ("United States (Remote)", "US"),
        ("München", "DE"),
        ("Zürich – Hybrid", "CH"),
        ("Remote", None),
        ("Boston, MA 02139", "US"),
        ("Anywhere", None),
        ("", None),
        ("London, ON", "CA"),
        ("Vienna, VA", "US"),
        ("Dublin, OH", "US"),
        ("Athens, GA", "US"),
        ("Lebanon, NH", "US"),
        ("Perth, WA", "AU"),
        ("Vancouver, WA", "US"),
        ("Richmond, CA", "US"),
        ("Wilmington, DE", "US"),
        ("Bloomington, IN", "US"),
        ("Hyderabad, IN", "IN"),
        ("Bogota, CO", "CO"),
        ("Boulder, CO", "US"),
        ("Bangalore, Karnataka, IN", "IN"),
        ("Casablanca, MA", "MA"),
        ("St. John's, NL", "CA"),
        ("Amsterdam, NL", "NL"),
        ("Newcastle, NSW", "AU"),
        ("Tbilisi, Georgia", "GE"),
        ("Ile-de-France, FR", "FR"),
        ("München, BY", "DE"),
        ("CN-Shanghai", "CN"),
        ("US-CA-Santa Clara", "US"),
        ("CA-Toronto", "CA"),
        ("China-Shanghai", "CN"),
        ("Remote in USA", "US"),
        ("Tel Aviv-Yafo", "IL"),
        ("Göteborg", "SE"),
        ("Den Haag", "NL"),
        ("Oxford", "GB"),
        ("Kyiv", "UA"),
        ("Bay Area", "US"),
        ("Durham", None),
        ("Lab, IT", None),
    ],
)
def test_a_country_is_said_where_it_is_clear(place: str, code: str | None) -> None:
    assert location_country(place) == code


def test_letters_of_several_countries_are_told_by_where_the_board_and_its_other_places_are() -> None:
    assert location_countries(["Springfield, IN"]) == ()
    assert (
        location_countries(["Springfield, IN"], near=["US"]) == location_countries(["Springfield, IN"], "US") == ("US",)
    )
    assert location_countries(["Peru, IL", "Chicago, IL"]) == ("US",)
    assert location_countries(["Cambridge"], near=["GB"]) == ("GB",)
    assert location_countries(["Hamburg, DE"], near=["US"]) == ("DE",)


@needs_shared
def test_places_of_real_boards() -> None:
    lines = (SHARED / "cases" / "places.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines]

    assert {case["location"]: location_country(case["location"]) for case in cases} == {
        case["location"]: case["expected"] for case in cases
    }


def test_codes_that_are_stated_come_first_and_nonsense_is_left_out() -> None:
    assert location_countries(["Paris, France"], "de", "XX", None, "") == ("DE", "FR")


@pytest.mark.parametrize(
    ("locations", "stated", "flag", "said"),
    [
        (["Remote - US"], None, None, "remote"),
        (["Paris"], None, True, "remote"),
        (["Paris"], "Hybrid", True, "hybrid"),
        (["Paris"], "OnSite", True, "on-site"),
        (["Paris"], "onsite", None, "on-site"),
        (["Remote", "Paris"], None, None, None),
        (["Paris (Hybrid)"], None, None, "hybrid"),
        (["Remote-Friendly (Travel-Required)", "San Francisco, CA"], None, None, "hybrid"),
        (["Remote Sensing Centre"], None, None, None),
        (["Paris"], None, False, None),
        (["Paris"], "unknown", None, None),
        ([], None, None, None),
    ],
)
def test_whether_one_works_there(locations: list[str], stated: str | None, flag: bool | None, said: str | None) -> None:
    assert infer_workplace(locations, stated, remote=flag) == said


def test_places_are_split_and_said_once() -> None:
    assert split_locations("Paris | London; Paris", "Oslo or Bergen", None) == ("Paris", "London", "Oslo", "Bergen")
