from __future__ import annotations

import json
from collections import Counter
from typing import Any

import msgspec
import pytest
from shared import SHARED, needs_shared

from finder.errors import UnexpectedFormat
from finder.model import Institution, Person, Rejected, Work
from finder.source import Parsed, Response, discover_sources
from finder.sources._openalex.records import is_complete_openalex_list
from finder.sources._openalex.texts import clean_raw_text
from finder.sources.openalex import CARD, SOURCE

RECORDED = SHARED / "recorded" / "openalex"
REFUSED = {
    "error-400-unknown-filter-doc-example.json": "Unknown filter field",
    "error-404-work-not-found.html": "JSON is malformed",
    "work-select-two-fields.json": "neither a list nor a record",
}
NOT_PEOPLE_NOR_WORKS = ("autocomplete", "country", "group-by", "keyword", "subfield", "topic")


def reply(body: Any, at: str = "2026-11-22T10:00:00Z") -> Response:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response("openalex", "https://api.openalex.org/works", 200, raw, at)


def parsed(body: Any, at: str = "2026-11-22T10:00:00Z") -> list[Parsed]:
    return list(SOURCE.parse(reply(body, at)))


def a_work(**changes: Any) -> dict[str, Any]:
    return {
        "id": "https://openalex.org/W1",
        "doi": "https://doi.org/10.1000/ABC",
        "title": "On <i>Sight</i> &amp; Sound",
        "publication_date": "2026-03-01",
        "publication_year": 2026,
        "type": "article",
        "authorships": [],
        **changes,
    }


def one(**changes: Any) -> Work:
    (found,) = parsed({"meta": {}, "results": [a_work(**changes)]})
    assert isinstance(found, Work), found
    return found


def signature(author: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    return {"author": author or {"id": "https://openalex.org/A5", "display_name": "Ada Byron"}, **changes}


def test_it_is_found_by_its_name() -> None:
    assert discover_sources()["openalex"] is SOURCE


@needs_shared
@pytest.mark.parametrize("path", sorted(RECORDED.iterdir()) if RECORDED.is_dir() else [], ids=lambda p: p.name)
def test_every_recorded_answer_parses_or_is_refused(path: Any) -> None:
    body = path.read_bytes()
    if path.name in REFUSED:
        with pytest.raises(UnexpectedFormat, match=f"{REFUSED[path.name]}.*Update the finder"):
            parsed(body)
        return
    records = parsed(body)
    content = json.loads(body)
    if path.name.startswith(NOT_PEOPLE_NOR_WORKS):
        assert records == []
        return
    assert len(records) == len(content.get("results", [content]))
    kind = {"w": Work, "a": Person, "i": Institution}[path.name[0]]
    assert all(isinstance(record, kind | Rejected) for record in records)
    assert all("not understood" not in r.reason for r in records if isinstance(r, Rejected))
    assert b"@" not in b"".join(
        msgspec.json.encode([a.affiliations for a in r.authorships]) for r in records if isinstance(r, Work)
    )


@needs_shared
def test_a_recorded_page_keeps_every_author_in_place() -> None:
    path = RECORDED / "works-search-machine-learning.json"
    works = {w.source_id: w for w in parsed(path.read_bytes()) if isinstance(w, Work)}
    for raw in json.loads(path.read_bytes())["results"]:
        work = works[f"openalex:{raw['id'].rsplit('/', 1)[-1]}"]
        assert len(work.authorships) == len(raw["authorships"])
        for entry, author in zip(raw["authorships"], work.authorships, strict=True):
            assert bool(entry["author"]["id"]) == any(i.startswith("openalex:A") for i in author.ids)
            assert len(author.affiliations) >= len(entry["institutions"])
        assert (work.abstract is None) == (raw["abstract_inverted_index"] is None)


@needs_shared
def test_both_shapes_of_one_author_tell_where_and_when() -> None:
    old, new = (parsed((RECORDED / f"author-priem-{month}.json").read_bytes())[0] for month in ("2025-06", "2026-03"))
    assert isinstance(old, Person)
    assert isinstance(new, Person)
    assert old.ids == new.ids == ("openalex:A5023888391", "orcid:0000-0001-6187-6610")
    assert list(new.works_by_year) == sorted(new.works_by_year, reverse=True)
    assert all(a.since and a.until and a.since <= a.until for a in new.affiliations)


@needs_shared
def test_an_institution_has_its_ror_and_place() -> None:
    (found,) = parsed((RECORDED / "institution-2026-03.json").read_bytes())
    assert isinstance(found, Institution)
    assert found.ids == ("openalex:I136199984", "ror:03vek6s52")
    assert (found.country, found.kind, found.city) == ("US", "education", "Cambridge")


def test_a_work_is_tidied() -> None:
    work = one(
        keywords=[{"display_name": "Sight", "score": 0.9}, {"display_name": "Farming", "score": 0.1}],
        primary_topic={"display_name": "Senses"},
        topics=[{"display_name": "Senses"}, {"display_name": "sight"}],
        abstract_inverted_index={"sound": [2], "and": [1], "Sight": [0]},
        primary_location={
            "source": None,
            "raw_source_name": "Proc. Senses",
            "landing_page_url": "http://arxiv.org/abs/2603.00001v2",
        },
    )
    assert work.title == "On Sight & Sound"
    assert work.ids == ("openalex:W1", "doi:10.1000/abc", "arxiv:2603.00001")
    assert work.keywords == ("Sight", "Senses")
    assert (work.venue, work.abstract) == ("Proc. Senses", "Sight and sound")
    assert work.url == "https://doi.org/10.1000/abc"


@pytest.mark.parametrize("doi", ["https://doi.org/10.48550/arXiv.2101.00001", "10.48550/arxiv.2101.00001v3"])
def test_an_arxiv_doi_is_an_arxiv_id(doi: str) -> None:
    assert "arxiv:2101.00001" in one(doi=doi).ids


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"is_retracted": True}, "retracted"),
        ({"is_paratext": True}, "paratext"),
        ({"type": "dataset"}, "not a publication: dataset"),
        ({"type": "peer-review"}, "not a publication: peer-review"),
        ({"title": None}, "no title"),
        ({"publication_date": None, "publication_year": None}, "no date"),
    ],
)
def test_what_is_no_publication_is_rejected_with_its_reason(changes: dict[str, Any], reason: str) -> None:
    assert parsed({"results": [a_work(**changes)]}) == [Rejected("openalex", "openalex:W1", reason)]


@pytest.mark.parametrize("kind", ["dissertation", "preprint", "conference-paper", "something-new", None])
def test_other_types_are_kept_as_they_are_called(kind: str | None) -> None:
    assert one(type=kind).type == kind


@pytest.mark.parametrize(
    ("day", "year", "kept"),
    [
        ("2026-12-31", 2026, "2026-12-31"),
        ("2031-01-01", 2031, "2031"),
        ("2031-01-01", 2024, "2024"),
        (None, 2020, "2020"),
    ],
)
def test_a_date_far_ahead_keeps_its_year_only(day: str | None, year: int, kept: str) -> None:
    assert one(publication_date=day, publication_year=year).date == kept


def test_an_unmatched_author_is_only_a_printed_name() -> None:
    (author,) = one(
        authorships=[signature({"id": None, "display_name": None}, raw_author_name="Byron, Ada")]
    ).authorships
    assert (author.name, author.ids) == ("Ada Byron", ())


@pytest.mark.parametrize("placeholder", ["A9999999999", "A5317838346"])
def test_who_opted_out_keeps_the_place_and_nothing_else(placeholder: str) -> None:
    gone = signature(
        {
            "id": f"https://openalex.org/{placeholder}",
            "display_name": "Deleted Author",
            "orcid": "https://orcid.org/0000-0002-1825-0097",
        },
        raw_author_name="Grace Gone",
        raw_affiliation_strings=["Gone University"],
        is_corresponding=True,
    )
    work = one(authorships=[gone, signature(raw_author_name="Ada Byron")])
    assert len(work.authorships) == 2
    assert msgspec.json.encode(work.authorships[0]) == b'{"name":""}'
    assert b"one" not in msgspec.json.encode(work.authorships)
    person = {"id": f"https://openalex.org/{placeholder}", "display_name": "Deleted Author"}
    assert isinstance(parsed(person)[0], Rejected)


def test_institutions_come_with_the_text_they_were_read_from_and_texts_without_one_alone() -> None:
    tu = {"id": "https://openalex.org/I1", "display_name": "TU Berlin", "country_code": "de", "type": "education"}
    printed = [
        {
            "raw_affiliation_string": "Fak. IV, TU Berlin; ada@tu.example",
            "institution_ids": ["https://openalex.org/I1"],
        },
        {"raw_affiliation_string": "Sight Labs, Inc.", "institution_ids": []},
    ]
    (author,) = one(authorships=[signature(institutions=[tu], affiliations=printed)]).authorships
    first, second = author.affiliations
    assert (first.institution, first.id, first.country, first.kind) == ("TU Berlin", "openalex:I1", "DE", "education")
    assert first.raw == "Fak. IV, TU Berlin"
    assert (second.institution, second.raw, second.id) == ("Sight Labs, Inc.", "Sight Labs, Inc.", None)


def test_without_institutions_the_printed_text_stands() -> None:
    (author,) = one(
        authorships=[signature(institutions=[], raw_affiliation_strings=["Sight Labs", "", "Sight Labs"])]
    ).authorships
    assert [a.institution for a in author.affiliations] == ["Sight Labs"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("TU Berlin. E-mail: ada.byron@tu-berlin.example", "TU Berlin."),
        ("{ada, grace}@cs.example.edu, Example University", "Example University"),
        ("Example University (ada [at] example.org)", "Example University"),
        ("Electronic address: ada@example.org", ""),
    ],
)
def test_addresses_are_not_kept(text: str, kept: str) -> None:
    assert clean_raw_text(text) == kept


def test_a_list_cuts_at_a_hundred_authors_and_a_single_work_does_not() -> None:
    many = [signature(raw_author_name=f"Ada {i}") for i in range(100)]
    assert one(authorships=many).truncated
    assert one(authorships=many[:3], is_authors_truncated=True).truncated
    assert not one(authorships=many[:99]).truncated
    (alone,) = parsed(a_work(authorships=many))
    assert isinstance(alone, Work)
    assert not alone.truncated


def test_a_person_tells_years_and_places_whatever_is_null() -> None:
    stay = {"institution": {"id": "https://openalex.org/I1", "display_name": "TU Berlin"}, "years": [2021, 2024, 2022]}
    person = {
        "id": "https://openalex.org/A5",
        "display_name": "Ada Byron",
        "orcid": None,
        "works_count": 3,
        "display_name_alternatives": ["A. Byron", "Ada Byron"],
        "affiliations": [stay],
        "last_known_institutions": [stay["institution"], {"id": "I2", "display_name": "Sight Labs"}],
        "counts_by_year": [{"year": 2021, "works_count": 1}, {"year": 2024, "works_count": 2}],
    }
    (found,) = parsed(person)
    assert isinstance(found, Person)
    assert [(a.institution, a.since, a.until) for a in found.affiliations] == [
        ("TU Berlin", 2021, 2024),
        ("Sight Labs", None, None),
    ]
    assert found.works_by_year == ((2024, 2), (2021, 1))
    assert (found.seen, found.other_names) == ("2026-11-22", ("A. Byron",))
    bare = parsed({**person, "affiliations": None, "last_known_institutions": None, "counts_by_year": None})
    assert isinstance(bare[0], Person)


def test_one_strange_entry_does_not_spoil_a_list_but_a_strange_list_does() -> None:
    strange = {"id": "https://openalex.org/W2", "title": ["not", "text"]}
    records = parsed({"results": [a_work(), strange]})
    assert Counter(type(r) for r in records) == {Work: 1, Rejected: 1}
    with pytest.raises(UnexpectedFormat, match="Update the finder"):
        parsed({"results": [strange, {"title": "no id"}]})


@pytest.mark.parametrize(
    "body",
    [
        {"meta": {"count": 0}, "results": []},
        {"meta": {"count": 0}, "results": [], "group_by": [{"key": "2024", "count": 3}]},
        {"api_key": "abc...xyz", "rate_limit": {"daily_budget_usd": 1}},
        {"results": [{"id": "https://openalex.org/I1", "display_name": "Harvard", "entity_type": "institution"}]},
        {"results": [{"id": "https://openalex.org/keywords/a5", "display_name": "A5", "works_count": 4}]},
    ],
)
def test_answers_without_records_are_fine(body: Any) -> None:
    assert parsed(body) == []


def test_a_search_cut_short_is_not_complete() -> None:
    assert not is_complete_openalex_list(b'{"meta": {"timed_out": true}, "results": []}')
    assert is_complete_openalex_list(b'{"meta": {"count": 1}, "results": []}')
    assert is_complete_openalex_list(b"no json")


def test_the_card_says_where_a_key_comes_from() -> None:
    assert (CARD.key_name, CARD.key_param) == ("openalex_key", "api_key")
    assert "openalex.org/settings/api" in CARD.key_help
