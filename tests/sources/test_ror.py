from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared import SHARED, needs_shared

from finder.errors import NotFound, SourceError, SourceUnreachable, UnexpectedFormat
from finder.model import Institution, Rejected
from finder.source import FetchRequest, Response, SourceInfo, discover_sources
from finder.sources.ror import CARD, SOURCE, plan

RECORDED = SHARED / "recorded" / "ror"
TODAY = date(2026, 11, 22)
FOUND = {"affiliation-match.json": 1, "organization-uc-system.json": 1, "organizations-list.json": 20}


def parsed(body: Any) -> list[Any]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return list(SOURCE.parse(Response("ror", "https://api.ror.org/v2", 200, raw, "2026-11-22T10:00:00Z")))


def an_organisation(**changes: Any) -> dict[str, Any]:
    place = {"country_code": "no", "lat": 60, "lng": 10.75, "name": "Oslo"}
    return {
        "id": "https://ror.org/00pjdza24",
        "status": "active",
        "types": ["education", "funder"],
        "names": [
            {"value": "US", "types": ["acronym"]},
            {"value": "Sight U", "types": ["alias"]},
            {"value": "University of Sight", "types": ["ror_display", "label"]},
            {"value": "Universitetet i Syn", "types": ["label"]},
        ],
        "locations": [{"geonames_details": place}],
        "links": [
            {"type": "wikipedia", "value": "https://w.example"},
            {"type": "website", "value": "https://s.example"},
        ],
        "relationships": [
            {"id": "https://ror.org/02jbv0t02", "type": "parent"},
            {"id": "https://ror.org/03yrm5c26", "type": "child"},
        ],
        "external_ids": [{"type": "grid", "preferred": "grid.1.2", "all": ["grid.1.2"]}],
        **changes,
    }


def one(**changes: Any) -> Institution:
    (found,) = parsed(an_organisation(**changes))
    assert isinstance(found, Institution), found
    return found


def test_it_is_found_by_its_name_and_asked_only_on_demand() -> None:
    assert discover_sources()["ror"] is SOURCE
    assert (CARD.default_on, CARD.completes) == (False, "ror")


@needs_shared
@pytest.mark.parametrize("path", sorted(RECORDED.iterdir()) if RECORDED.is_dir() else [], ids=lambda p: p.name)
def test_every_recorded_answer_parses(path: Any) -> None:
    records = parsed(path.read_bytes())
    assert len(records) == FOUND[path.name]
    for found in records:
        assert isinstance(found, Institution)
        assert found.ids == (found.source_id,)
        assert all((found.kind, found.country, found.city, found.latitude, found.homepage))


@needs_shared
def test_of_recorded_matches_only_the_chosen_one_counts() -> None:
    (found,) = parsed((RECORDED / "affiliation-match.json").read_bytes())
    assert (found.source_id, found.name) == ("ror:04h699437", "University of Leicester")


@needs_shared
def test_recorded_payers_of_research_are_of_the_kind_they_are_besides() -> None:
    kinds = {i.name: i.kind for i in parsed((RECORDED / "organizations-list.json").read_bytes())}
    assert (kinds["RMIT University"], kinds["Burnet Institute"], kinds["The Heart Research Institute"]) == (
        "education",
        "nonprofit",
        "facility",
    )


def test_an_organisation_has_names_place_and_parents() -> None:
    assert one() == Institution(
        source="ror",
        source_id="ror:00pjdza24",
        name="University of Sight",
        other_names=("Universitetet i Syn", "Sight U", "US"),
        ids=("ror:00pjdza24",),
        country="NO",
        kind="education",
        city="Oslo",
        latitude=60.0,
        longitude=10.75,
        homepage="https://s.example",
        parents=("ror:02jbv0t02",),
    )


@pytest.mark.parametrize(
    ("types", "kind"),
    [(["funder"], "other"), (["archive", "government"], "government"), ([], None), (None, None), (["new"], "other")],
)
def test_kinds_are_ours(types: list[str] | None, kind: str | None) -> None:
    assert one(types=types).kind == kind


@pytest.mark.parametrize(
    "locations", [None, [], [{"geonames_details": None}], [{"geonames_details": {"lat": 91, "lng": 0}}]]
)
def test_an_unknown_place_is_none(locations: Any) -> None:
    found = one(locations=locations, links=None, relationships=None)
    assert (found.country, found.city, found.latitude, found.longitude) == (None,) * 4
    assert (found.homepage, found.parents) == (None, ())


def test_a_match_without_a_choice_is_no_answer_but_no_failure() -> None:
    items = [{"chosen": False, "score": 0.99, "organization": an_organisation()}]
    assert parsed({"number_of_results": 1, "items": items}) == []
    assert parsed({"number_of_results": 0, "items": []}) == []
    assert len(parsed({"items": [*items, {"chosen": True, "organization": an_organisation()}]})) == 1


@pytest.mark.parametrize(
    ("changes", "reason"), [({"status": "withdrawn"}, "withdrawn by ROR"), ({"names": []}, "no name")]
)
def test_what_is_no_organisation_is_rejected(changes: dict[str, Any], reason: str) -> None:
    assert parsed(an_organisation(**changes)) == [Rejected("ror", "ror:00pjdza24", reason)]


def test_one_strange_item_is_rejected_and_a_list_of_nothing_else_refused() -> None:
    good, bad = parsed({"items": [an_organisation(), {"id": 7}]})
    assert isinstance(good, Institution)
    assert "not understood" in bad.reason
    with pytest.raises(UnexpectedFormat):
        parsed({"items": [{"id": 7}]})


@pytest.mark.parametrize(
    "body", [{"errors": ["'x' is not a valid ROR ID"]}, {"items": None}, {"id": "https://grid.ac/x"}]
)
def test_errors_are_refused(body: Any) -> None:
    with pytest.raises(UnexpectedFormat, match=r"ROR's answer.*Update the finder"):
        parsed(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(), x, max_size=3),
)


@given(JSON, st.sampled_from([*an_organisation(), "organization", "items"]))
def test_any_json_is_an_institution_or_not_understood(body: Any, key: str) -> None:
    for wrapped in (body, {"items": [body]}, an_organisation(**{key: body}), {"items": [{"organization": body}]}):
        with suppress(UnexpectedFormat):
            assert all(isinstance(record, Institution | Rejected) for record in parsed(wrapped))


@dataclass
class Door:
    trouble: dict[str, SourceError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def has_key(self, _card: SourceInfo) -> bool:
        return False

    async def get(
        self, card: SourceInfo, path: str, params: Any = None, *, note: str = "", check: Any = None
    ) -> Response:
        assert note
        self.asked.append(path)
        if path in self.trouble:
            raise self.trouble[path]
        return Response(card.name, path, 200, b"{}", "2026-11-22T10:00:00Z")


def completed(door: Door, *ids: str) -> tuple[list[str], SourceError | None]:
    async def run() -> tuple[list[str], SourceError | None]:
        came: list[str] = []
        assert SOURCE.complete
        try:
            async for reply in SOURCE.complete(door, FetchRequest("", TODAY, TODAY, TODAY, ids=ids)):
                came.append(reply.url)  # noqa: PERF401 - what came before the error counts
        except SourceError as error:
            return came, error
        return came, None

    return asyncio.run(run())


ONE, TWO, THREE = (f"/organizations/{key}" for key in ("00pjdza24", "02jbv0t02", "03yrm5c26"))
IDS = ("ror:00pjdza24", "openalex:I1", "ror:nonsense", "ror:02jbv0t02", "ror:00pjdza24", "ror:03yrm5c26")


def test_organisations_are_asked_for_once_and_the_unknown_passed_over() -> None:
    door = Door({TWO: NotFound("unknown")})
    assert completed(door, *IDS) == ([ONE, THREE], None)
    assert door.asked == [ONE, TWO, THREE]
    assert [call.calls for call in plan(FetchRequest("", TODAY, TODAY, TODAY, ids=IDS))] == [3]


def test_a_source_that_is_down_keeps_what_came_before() -> None:
    down = SourceUnreachable("down")
    door = Door({TWO: down})
    assert completed(door, *IDS) == ([ONE], down)
    assert door.asked == [ONE, TWO]


def test_an_interest_asks_for_nothing() -> None:
    assert completed(Door()) == ([], None)
    assert plan(FetchRequest("sight", TODAY, TODAY, TODAY)) == []
