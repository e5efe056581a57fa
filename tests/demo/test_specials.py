"""The people and works that were planted: the mission's story, and the traps that a finder has to survive."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

from data.demo.builder import orcids, service, shapes
from data.demo.builder.model import World
from data.demo.builder.search import words

Truths = dict[str, Any]
SPECIALS = {
    "newcomer",
    "strong_newcomer",
    "stale_record",
    "not_recruiting",
    "recruiting_dated",
    "hidden_recruiting",
    "undated_recruiting",
    "negative_wins",
    "volume_trap",
    "two_posts",
    "opted_out",
    "two_spellings",
    "crowd",
    "university_intern",
}


def special(truth: Truths, name: str) -> dict[str, Any]:
    return truth["people"][truth["specials"][name]["people"][0]]


def page_of(world: World, truth: Truths, name: str) -> str:
    return world.pages[special(truth, name)["homepage"]]


def works_of(world: World, author: str) -> list[dict[str, Any]]:
    query = {"filter": f"author.id:{author.removeprefix('openalex:')}", "per_page": "100"}
    return json.loads(service.answer(world, "/works", query)[2])["results"]


def test_every_special_is_there(truth: Truths):
    assert set(truth["specials"]) >= SPECIALS


def test_only_the_homepage_knows_that_the_newcomer_is_a_professor_now(world: World, truth: Truths):
    facts, now = special(truth, "newcomer"), special(truth, "newcomer")["career"][-1]
    assert (facts["stage"], now["role"], now["to"]) == ("early-career faculty", "Assistant Professor", None)
    assert truth["institutions"][now["institution"]]["country"] == "DE"
    assert [post["role"] for post in facts["career"]] == [
        "PhD student",
        "Postdoc",
        "Research Scientist",
        "Assistant Professor",
    ]
    author = truth["specials"]["newcomer"]["people"][0]
    new = now["institution"].replace("openalex:", shapes.HOME)
    works = works_of(world, author)
    assert sum(w["publication_year"] == 2026 for w in works) >= 3
    assert new not in json.dumps(works)
    profile = json.loads(service.answer(world, f"/authors/{author.removeprefix('openalex:')}", {})[2])
    assert new not in json.dumps(profile)
    assert any(s["polarity"] == "moving" for s in facts["statements"])
    assert truth["institutions"][now["institution"]]["name"] in unescape(page_of(world, truth, "newcomer"))
    assert facts["recruiting"] == "yes"


def test_neither_does_their_orcid_record_know_who_has_just_moved(world: World, truth: Truths):
    for name in orcids.ONLY_THE_PAGE_KNOWS:
        facts = special(truth, name)
        own = orcids.reply(world, f"{facts['orcid']}/record".replace("orcid:", "orcid:/")).body.decode()
        assert truth["institutions"][facts["career"][-1]["institution"]]["name"] not in own
        assert truth["institutions"][facts["career"][-2]["institution"]]["name"] in own
        assert facts["homepage"] in own


def test_statements_stand_on_their_pages_and_hidden_ones_in_comments(world: World, truth: Truths):
    for facts in truth["people"].values():
        for said in facts.get("statements", []):
            page = world.pages[said["url"]]
            visible = unescape(re.sub(r"<!--.*?-->", "", page, flags=re.DOTALL))
            assert (said["quote"] in visible) != said["hidden"]
            assert said["quote"] in unescape(page)
    assert "recruiting" not in special(truth, "hidden_recruiting")
    assert special(truth, "not_recruiting")["recruiting"] == special(truth, "negative_wins")["recruiting"] == "no"
    assert special(truth, "recruiting_dated")["recruiting"] == "yes"
    assert special(truth, "undated_recruiting")["recruiting"] == "unknown age"


def test_somebody_has_two_posts_and_prints_both(world: World, truth: Truths):
    posts = [post for post in special(truth, "two_posts")["career"] if post["to"] is None]
    assert len(posts) == 2
    person = next(p for p in world.people if f"openalex:{p.openalex}" == truth["specials"]["two_posts"]["people"][0])
    late = [a for p in world.papers if p.date > "2024" for a in p.authors if a.person == person.key]
    assert all(len(line.orgs) == 2 for line in late)


def test_who_opted_out_is_nowhere(world: World, truth: Truths):
    author = truth["specials"]["opted_out"]["people"][0]
    assert not works_of(world, author)
    assert service.answer(world, f"/authors/{author.removeprefix('openalex:')}", {})[0] == 404
    assert works_of(world, shapes.OPTED_OUT)


def test_a_crowd_is_cut_in_lists_only(world: World, truth: Truths):
    key = truth["specials"]["crowd"]["work"].removeprefix("openalex:")
    alone = json.loads(service.answer(world, f"/works/{key}", {})[2])
    listed = json.loads(service.answer(world, "/works", {"filter": f"openalex:{key}"})[2])["results"][0]
    assert (len(alone["authorships"]), len(listed["authorships"])) == (120, 100)
    assert listed["is_authors_truncated"]
    assert "is_authors_truncated" not in alone


def test_some_of_the_record_is_missing_as_in_life(truth: Truths):
    counts = truth["counts"]
    assert 0.01 < counts["without_author_id"] / counts["authorships"] < 0.04
    assert 0.05 < counts["without_institution"] / counts["authorships"] < 0.15
    assert counts["works_without_abstract"] > 80
    assert counts["works_without_authors"] == 2


def test_duplicates_are_a_preprint_and_its_conference_paper(world: World, truth: Truths):
    papers = {f"openalex:{p.id}": p for p in world.papers}
    assert 0.035 < len(truth["duplicates"]) / len(papers) < 0.075
    for pair in truth["duplicates"]:
        early, late = sorted((papers[key] for key in pair), key=lambda p: p.date)
        assert (early.type == "preprint") != (late.type == "preprint")
        assert [a.person for a in early.authors] == [a.person for a in late.authors]
        assert words(early.title) == words(late.title)


def test_volume_is_not_fit(truth: Truths):
    volume, strong = special(truth, "volume_trap"), special(truth, "strong_newcomer")
    assert volume["works"] >= 60
    assert 1 <= volume["interests"]["multimodal learning"] <= 8
    assert strong["interests"]["multimodal learning"] >= 5
    assert strong["works"] <= 15
