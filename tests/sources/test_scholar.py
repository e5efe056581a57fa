"""Google Scholar: one profile page by id, and nothing after a refusal."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest

from finder.errors import SourceBlocked, SourceError, UnexpectedFormat
from finder.model import Rejected, Work
from finder.source import FetchRequest, Response, discover_sources
from finder.sources import scholar
from finder.sources.scholar import SOURCE
from finder.storage import Store
from tests.serving import Door, Request, Web, page, run, serving
from tests.shared import SHARED, needs_shared

USER = "dq-VzqkAAAAJ"
OTHER = "Nw340R8AAAAJ"
FAST = replace(scholar.CARD, pace=1000)
DAY = date(2026, 11, 22)
ROW = (
    '<tr class="gsc_a_tr"><td class="gsc_a_t"><a class="gsc_a_at" href="/citations?view_op=view_citation&amp;'
    'citation_for_view={user}:{place}">{title}</a><div class="gs_gray">{authors}</div>'
    '<div class="gs_gray">{venue}<span class="gs_oph">, {year}</span></div></td>'
    '<td class="gsc_a_c"><a class="gsc_a_ac">{cited}</a></td><td class="gsc_a_y"><span>{year}</span></td></tr>'
)
LOGIN = '<form id="gaia_loginform" action="/signin"></form>'
CAPTCHA = '<html><form id="gs_captcha_f"><div id="gs_captcha_ccl"></div></form></html>'


def row(**more: object) -> str:
    given = dict(user=USER, place="u1", title="On Walking", authors="A Vell, B Ree", venue="RSS", year=2024, cited=7)
    return ROW.format(**{**given, **more})


def profile(*rows: str, name: str = "Ada Vell") -> str:
    more = '<button id="gsc_bpf_more"></button>'
    return f'<html><div id="gsc_prf_in">{name}</div><table>{"".join(rows)}</table>{more}</html>'


def reply(body: str | bytes, status: int = 200) -> Response:
    data = body.encode() if isinstance(body, str) else body
    return Response(
        "scholar", f"https://scholar.google.com/citations?user={USER}", status, data, "2026-11-22T00:00:00Z"
    )


def only(body: str) -> Work | Rejected:
    (found,) = SOURCE.parse(reply(body))
    return found  # type: ignore[return-value]


def asked(store: Store, monkeypatch: pytest.MonkeyPatch, *users: str, **serve: object) -> tuple[object, Web]:
    """Replies, or the error; and what the server saw."""
    monkeypatch.setattr(scholar, "CARD", FAST)

    def by(request: Request) -> bytes:
        if request.path == "/robots.txt":
            rules = "User-agent: *\nDisallow: /citations?\nAllow: /citations?user=\nDisallow: /*cstart=\n"
            return page(str(serve.get("robots", rules)), Content_Type="text/plain")
        return serve["answer"]  # type: ignore[return-value]

    async def ask() -> tuple[object, Web]:
        async with serving(by=by) as web:
            door = Door(store, web.url, card=FAST)
            question = FetchRequest("walking", DAY, DAY, DAY, ids=tuple(f"scholar:{user}" for user in users))
            async with door.open() as http:
                try:
                    return [each async for each in SOURCE.complete(http, question)], web  # type: ignore[misc]
                except SourceError as error:
                    return error, web

    return run(ask())


def test_a_row_becomes_a_work_with_authors_as_printed() -> None:
    work = only(profile(row(venue="arXiv preprint arXiv:2606.26392")))

    assert isinstance(work, Work)
    assert (work.title, work.date, work.citations) == ("On Walking", "2024", 7)
    assert work.venue == "arXiv preprint arXiv:2606.26392"
    assert work.ids == ("arxiv:2606.26392",)
    assert [(a.name, a.ids) for a in work.authorships] == [("A Vell", (f"scholar:{USER}",)), ("B Ree", ())]


def test_the_owners_id_goes_to_nobody_where_two_names_could_be_theirs() -> None:
    work = only(profile(row(authors="A Vell, AB Vell")))

    assert isinstance(work, Work)
    assert not any(a.ids for a in work.authorships)


def test_a_list_of_authors_that_was_cut_is_said_to_be() -> None:
    work = only(profile(row(authors="A Vell, B Ree, ...")))

    assert isinstance(work, Work)
    assert work.truncated
    assert len(work.authorships) == 2


@pytest.mark.parametrize(("more", "why"), [({"year": ""}, "year"), ({"title": ""}, "title"), ({"authors": ""}, "auth")])
def test_a_row_that_lacks_something_is_rejected_with_the_reason(more: dict[str, str], why: str) -> None:
    found = only(profile(row(**more)))

    assert isinstance(found, Rejected)
    assert why in found.reason


def test_an_empty_profile_is_empty_and_not_a_failure() -> None:
    assert list(SOURCE.parse(reply(profile('<tr><td class="gsc_a_e">No articles.</td></tr>')))) == []
    with pytest.raises(UnexpectedFormat):
        list(SOURCE.parse(reply(profile())))


@pytest.mark.parametrize("body", [CAPTCHA, LOGIN, "<html>Our systems have detected unusual traffic from your network"])
def test_a_saved_captcha_or_login_page_is_a_refusal(body: str) -> None:
    with pytest.raises(SourceBlocked):
        list(SOURCE.parse(reply(body)))


@needs_shared
def test_the_recorded_rows_are_read() -> None:
    body = (SHARED / "recorded/scholar/author-profile-rows.html").read_bytes()
    works = list(SOURCE.parse(reply(body)))

    assert [type(work) for work in works] == [Work] * 3
    first = works[0]
    assert isinstance(first, Work)
    assert first.source_id == f"scholar:{USER}:u-x6o8ySG0sC"
    assert [a.name for a in first.authorships] == ["R Xing", "S Ree", "B Plancher"]
    assert first.authorships[0].ids == (f"scholar:{USER}",)
    assert first.ids == ("arxiv:2606.26392",)


@needs_shared
def test_the_recorded_search_results_are_refused() -> None:
    body = (SHARED / "recorded/scholar/search-results.html").read_bytes()

    with pytest.raises(UnexpectedFormat, match="search results"):
        list(SOURCE.parse(reply(body)))


def test_one_page_a_person_through_our_door(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    replies, web = asked(store, monkeypatch, USER, answer=page(profile(row())))

    assert isinstance(replies, list)
    assert [work.title for work in SOURCE.parse(replies[0])] == ["On Walking"]  # type: ignore[union-attr]
    assert [request.target for request in web.asked] == ["/robots.txt", f"/citations?user={USER}"]
    assert "finder" in web.asked[1].headers["user-agent"]


@pytest.mark.parametrize(
    "answer",
    [
        page("no", status=403),
        page(CAPTCHA),
        page("<html>Our systems have detected unusual traffic from your computer network"),
        page("", status=302, Location="https://accounts.google.com/ServiceLogin?continue=x"),
        page(LOGIN),
        page("slow down", status=429),
    ],
    ids=["403", "captcha", "unusual", "redirect", "login", "429"],
)
def test_the_first_refusal_ends_it_and_says_so(store: Store, monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    error, web = asked(store, monkeypatch, USER, OTHER, answer=answer)

    assert isinstance(error, SourceBlocked)
    assert "wait a day" in str(error)
    assert not [request for request in web.asked if OTHER in request.target]


def test_robots_txt_is_obeyed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    error, web = asked(store, monkeypatch, USER, answer=page(profile(row())), robots="User-agent: *\nDisallow: /\n")

    assert isinstance(error, SourceBlocked)
    assert web.paths == ["/robots.txt"]


def test_it_is_off_by_default_and_completes_ten_at_most() -> None:
    question = FetchRequest("walking", DAY, DAY, DAY, ids=tuple(f"scholar:{n:08}AAAJ" for n in range(30)))

    assert not SOURCE.card.default_on
    assert SOURCE.fetch is None
    (call,) = SOURCE.plan(question)  # type: ignore[misc]
    assert call.calls == SOURCE.card.most == 10
    assert discover_sources()["scholar"] is SOURCE


def test_nothing_imports_scholarly_until_a_profile_is_asked_for() -> None:
    code = (
        "import sys, finder.cli; from finder.source import discover_sources; discover_sources();"
        "assert not [m for m in sys.modules if m.split('.')[0] in ('scholarly', 'selenium')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_the_extra_it_says_how_to_add_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "scholarly"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "scholarly", None)
    found, web = asked(store, monkeypatch, USER, answer=page(profile(row())))

    assert isinstance(found, SourceError)
    assert scholar.INSTALL in str(found)
    assert scholar.INSTALL in scholar.CARD.adds
    assert not web.asked


def test_the_environment_is_as_before(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    before = dict(os.environ)
    asked(store, monkeypatch, USER, answer=page(profile(row())))

    assert {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"} == {
        k: v for k, v in before.items() if k != "PYTEST_CURRENT_TEST"
    }
