from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared import SHARED, needs_shared

from finder.errors import SourceBlocked, SourceError, UnexpectedFormat
from finder.model import Affiliation, Authorship, Rejected, Work
from finder.source import FetchRequest, Response, SourceInfo, discover_sources
from finder.sources.arxiv import CARD, SOURCE, is_complete_arxiv_page, plan

RECORDED = SHARED / "recorded" / "arxiv"
TODAY = date(2026, 11, 22)
ASK = FetchRequest("multimodal learning", date(2019, 1, 1), date(2026, 12, 31), TODAY)
FEED = (
    '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
    'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
    "<opensearch:totalResults>{total}</opensearch:totalResults><opensearch:startIndex>{start}</opensearch:startIndex>"
    "{entries}</feed>"
)


def a_feed(*entries: str, total: int = 1, start: int = 0) -> bytes:
    return FEED.format(total=total, start=start, entries="".join(entries)).encode()


def an_entry(
    id_: str = "http://arxiv.org/abs/2603.00001v2",
    title: str = "Sight\n  and sound",
    published: str = "2026-03-01T10:00:00Z",
    authors: str = "<author><name>Ada Vell</name></author>",
    more: str = "",
) -> str:
    return (
        f"<entry><id>{id_}</id><title>{title}</title><published>{published}</published>"
        f"<updated>2026-05-01T10:00:00Z</updated><summary>  Seen\n and heard. </summary>"
        f'<category term="cs.CV"/><category term="cs.LG"/><category term="cs.CV"/>{authors}{more}</entry>'
    )


def parsed(body: bytes) -> list[Any]:
    return list(SOURCE.parse(Response("arxiv", "url", 200, body, "2026-11-22T10:00:00Z")))


def one(**changes: str) -> Work:
    (found,) = parsed(a_feed(an_entry(**changes)))
    assert isinstance(found, Work), found
    return found


def test_it_is_found_by_its_name_and_asked_only_on_demand_and_slowly() -> None:
    assert discover_sources()["arxiv"] is SOURCE
    assert CARD.default_on is False
    assert (CARD.pace, CARD.concurrency) == (1 / 3, 1)


@needs_shared
@pytest.mark.parametrize("path", sorted(RECORDED.iterdir()) if RECORDED.is_dir() else [], ids=lambda p: p.name)
def test_every_recorded_answer_parses_or_is_refused(path: Any) -> None:
    body = path.read_bytes()
    if path.name.startswith("error"):
        with pytest.raises(UnexpectedFormat, match=r"incorrect id format for abc.*Update the finder"):
            parsed(body)
        return
    records = parsed(body)
    assert len(records) == body.count(b"<entry>")
    for work in records:
        assert isinstance(work, Work)
        assert work.authorships
        assert all((work.abstract, work.keywords))
        assert (work.type, work.venue, work.ids[0]) == ("preprint", "arXiv", work.source_id)
        assert "\n" not in work.title
        assert "\n" not in (work.abstract or "")


@needs_shared
def test_recorded_ids_lose_their_version_and_keep_their_old_style() -> None:
    (old,), (versioned,) = (parsed((RECORDED / f"id-{n}.xml").read_bytes()) for n in ("old-style", "with-version"))
    assert (old.source_id, old.date, old.url) == (
        "arxiv:astro-ph/0601001",
        "2006-01-02",
        "https://arxiv.org/abs/astro-ph/0601001",
    )
    assert [a.affiliations[0].institution for a in old.authorships] == [
        "Ohio State",
        "Ohio State",
        "CfA",
        "Warsaw University Observatory",
    ]
    assert (versioned.source_id, versioned.title) == ("arxiv:2104.12255", "0")


@needs_shared
def test_a_recorded_doi_is_kept_beside_the_id() -> None:
    works = {w.source_id: w for w in parsed((RECORDED / "query-all-attention-mechanism.xml").read_bytes())}
    assert works["arxiv:1112.2954"].ids == ("arxiv:1112.2954", "doi:10.1016/j.mechmachtheory.2012.07.003")
    assert works["arxiv:1102.2017"].date == "2011-02-10"


def test_a_preprint_is_tidied() -> None:
    more = "<arxiv:doi>10.1000/ABC</arxiv:doi><extra>new</extra>"
    assert one(more=more) == Work(
        source="arxiv",
        source_id="arxiv:2603.00001",
        title="Sight and sound",
        date="2026-03-01",
        authorships=(Authorship("Ada Vell"),),
        abstract="Seen and heard.",
        keywords=("cs.CV", "cs.LG"),
        venue="arXiv",
        type="preprint",
        ids=("arxiv:2603.00001", "doi:10.1000/abc"),
        url="https://arxiv.org/abs/2603.00001",
    )


def test_groups_and_the_colon_after_them_are_no_people() -> None:
    names = ("The ATLAS Collaboration", ":", "Gemini Team", "Vell, Ada", "", "ada@sight.example")
    authors = "".join(f"<author><name>{name}</name></author>" for name in names)
    assert one(authors=authors).authorships == (Authorship("Ada Vell"),)


def test_where_somebody_is_is_kept_without_addresses_of_mail() -> None:
    printed = ("U  Sight, e-mail: a@b.example", "c@d.example")
    where = "".join(f"<arxiv:affiliation>{text}</arxiv:affiliation>" for text in printed)
    (author,) = one(authors=f"<author><name>Ada Vell</name>{where}</author>").authorships
    assert author.affiliations == (Affiliation("U Sight", raw="U Sight"),)


def test_what_was_withdrawn_is_not_published() -> None:
    assert one(more="<arxiv:comment>This paper has been withdrawn by the author</arxiv:comment>").published is False
    assert one(more="<arxiv:comment>12 pages; on withdrawn cash</arxiv:comment>").published is True


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"title": " "}, "no title"),
        ({"published": "soon"}, "no date"),
        ({"id_": "http://example.org/1"}, "no arXiv id"),
        ({"id_": "http://arxiv.org/abs/../../x"}, "no arXiv id"),
    ],
)
def test_what_is_not_whole_is_rejected_and_the_rest_of_the_page_kept(changes: dict[str, str], reason: str) -> None:
    bad, good = parsed(a_feed(an_entry(**changes), an_entry()))
    assert isinstance(good, Work)
    assert isinstance(bad, Rejected)
    assert bad.reason == reason


def test_a_paper_called_error_is_a_paper() -> None:
    assert one(title="Error").title == "Error"
    with pytest.raises(UnexpectedFormat, match="Seen and heard"):
        parsed(a_feed(an_entry(id_="https://arxiv.org/what", title="Error")))


BOMB = b'<?xml version="1.0"?><!DOCTYPE f [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><feed xmlns="http://www.w3.org/2005/Atom">&b;</feed>'


@pytest.mark.parametrize(
    "body",
    [
        BOMB,
        BOMB.decode().encode("utf-16"),
        BOMB.decode().replace("?>", ' encoding="utf-16"?>', 1).encode("utf-16-le"),
        b"\xef\xbb\xbf" + BOMB,
        b'<!DOCTYPE feed SYSTEM "file:///etc/passwd"><feed/>',
        b"<rss/>",
        b"<feed/>",
        a_feed()[:-3],
        b"<!doctype html><html></html>",
        a_feed().replace(b"UTF-8", b"UTF-7").replace(b"<opensearch:start", b"+ADw-!DOCTYPE"),
    ],
)
def test_hostile_and_other_xml_is_refused_before_it_is_read(body: bytes) -> None:
    with pytest.raises(UnexpectedFormat):
        parsed(body)
    assert is_complete_arxiv_page(body)


@given(st.text(), st.text(), st.text())
def test_any_text_in_any_field_is_read_or_rejected(first: str, second: str, third: str) -> None:
    one_, two, three = (escape(text) for text in (first, second, third))
    more = f"<arxiv:comment>{one_}</arxiv:comment><arxiv:doi>{two}</arxiv:doi>"
    authors = f"<author><name>{three}</name></author>"
    body = a_feed(an_entry(id_=one_, title=two, published=three), an_entry(title=one_, authors=authors, more=more))
    with suppress(UnexpectedFormat):
        records = parsed(body)
        assert len(records) == 2
        assert all(isinstance(record, Work | Rejected) for record in records)
        assert msgspec.json.encode(records)


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_refused(body: bytes) -> None:
    for wrapped in (body, a_feed().replace(b"</feed>", body + b"</feed>")):
        with suppress(UnexpectedFormat):
            assert all(isinstance(record, Work | Rejected) for record in parsed(wrapped))
        assert is_complete_arxiv_page(wrapped) in (True, False)


def test_an_empty_page_in_mid_paging_is_not_whole() -> None:
    assert not is_complete_arxiv_page(a_feed(total=900, start=200))
    assert is_complete_arxiv_page(a_feed(total=200, start=200))
    assert is_complete_arxiv_page(a_feed(an_entry(), total=900, start=200))
    assert is_complete_arxiv_page(a_feed(total=0))


@dataclass
class Door:
    """A shelf of ``total`` preprints; ``trouble`` is what becomes of a page, by where it begins."""

    total: int = 900
    trouble: dict[int, SourceError | bytes] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def has_key(self, _card: SourceInfo) -> bool:
        return False

    async def get(
        self, card: SourceInfo, path: str, params: Any = None, *, note: str = "", check: Any = None
    ) -> Response:
        assert path == "/query"
        assert note
        self.asked.append(params)
        start, size = params["start"], params["max_results"]
        entries = [an_entry(id_=f"http://arxiv.org/abs/2603.{n:05d}v1") for n in range(start, self.total)[:size]]
        body = self.trouble.get(start, a_feed(*entries, total=self.total, start=start))
        if isinstance(body, SourceError):
            raise body
        return Response(card.name, "url", 200, body, "2026-11-22T10:00:00Z", complete=check(body))


def fetched(door: Door, ask: FetchRequest = ASK) -> tuple[list[Response], SourceError | None]:
    async def run() -> tuple[list[Response], SourceError | None]:
        came: list[Response] = []
        assert SOURCE.fetch
        try:
            async for reply in SOURCE.fetch(door, ask):
                came.append(reply)  # noqa: PERF401 - what came before the error counts
        except SourceError as error:
            return came, error
        return came, None

    return asyncio.run(run())


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (200, 1), (201, 2), (900, 2)])
def test_pages_end_with_the_list_and_after_two_at_most(total: int, pages: int) -> None:
    door = Door(total)
    replies, error = fetched(door)
    assert error is None
    assert len(replies) == len(door.asked) == pages
    assert sum(len(parsed(reply.body)) for reply in replies) == min(total, 400)
    assert sum(call.calls for call in plan(ASK)) == 2


def test_the_words_are_asked_for_as_they_stand_newest_first_and_always_alike() -> None:
    first, second = Door(), Door()
    fetched(first)
    fetched(second)
    assert first.asked == second.asked
    assert [asked["start"] for asked in first.asked] == [0, 200]
    assert first.asked[0] == {
        "search_query": 'all:"multimodal learning" AND submittedDate:[201901010000 TO 202612312359]',
        "sortBy": "submittedDate",
        "sortOrder": "descending",
        "start": 0,
        "max_results": 200,
    }


@pytest.mark.parametrize(
    ("interest", "said"),
    [
        ('vision", language; sound', '(all:"vision" OR all:"language" OR all:"sound") AND '),
        ('x" OR all:(y) AND "', 'all:"x OR all y AND" AND '),
        ("C++  and self-supervision", 'all:"C++ and self-supervision" AND '),
    ],
)
def test_an_interest_cannot_leave_its_quotes(interest: str, said: str) -> None:
    door = Door(1)
    fetched(door, replace(ASK, interest=interest))
    assert door.asked[0]["search_query"].startswith(f"{said}submittedDate")


def test_a_blocked_page_keeps_the_one_before_and_an_empty_one_ends_the_list() -> None:
    blocked = SourceBlocked("406")
    replies, error = fetched(Door(trouble={200: blocked}))
    assert (len(replies), error) == (1, blocked)
    replies, error = fetched(Door(trouble={0: a_feed(total=900)}))
    assert ([reply.complete for reply in replies], error) == ([False], None)


@pytest.mark.parametrize(
    "changes", [{"interest": ' ", ;'}, {"since": date(2027, 1, 1)}, {"ids": ("openalex:A1",)}, {"limit": 0}]
)
def test_nothing_is_asked_for_nothing(changes: dict[str, Any]) -> None:
    door = Door()
    assert fetched(door, replace(ASK, **changes)) == ([], None)
    assert (door.asked, plan(replace(ASK, **changes))) == ([], [])


def test_a_small_limit_asks_for_little() -> None:
    door = Door()
    fetched(door, replace(ASK, limit=50))
    assert [asked["max_results"] for asked in door.asked] == [50]
