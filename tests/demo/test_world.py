"""The fictional world is what it says, the committed files are what its builder makes, and nothing in it is real."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from data.demo.builder import record, service, shapes
from data.demo.builder.build import build_world
from data.demo.builder.model import World
from data.demo.builder.topics import INTERESTS, NAMES
from data.demo.builder.truth import Truth
from finder.errors import UnexpectedFormat
from finder.http import read_recordings
from finder.model import Person, Rejected, Work
from finder.source import Response
from finder.sources.openalex import SOURCE
from finder.sources.orcid import SOURCE as ORCID

Truths = dict[str, Any]
FOLDER = Path(__file__).parents[2] / "data" / "demo"
REMEDY = "Build the world anew: uv run python -m data.demo.builder"
REAL = (
    "MIT",
    "Massachusetts",
    "Stanford",
    "Harvard",
    "Oxford",
    "Cambridge",
    "ETH",
    "EPFL",
    "Max Planck",
    "Berkeley",
    "Carnegie",
    "Tsinghua",
    "Peking",
    "KAIST",
    "Tokyo",
    "Berlin",
    "München",
    "Munich",
    "Google",
    "DeepMind",
    "Meta",
    "Microsoft",
    "Amazon",
    "Apple",
    "NVIDIA",
    "OpenAI",
    "Anthropic",
    "IBM",
    "Huawei",
    "Tencent",
    "Baidu",
    "Bosch",
)


# --- built from the seed alone --------------------------------------------------------------------------------------


def test_two_builds_of_a_small_world_are_equal():
    first, second = (build_world(7, scale=0.4) for _ in range(2))
    assert json.dumps(Truth(first).all()) == json.dumps(Truth(second).all())
    assert first.pages == second.pages
    query = {"search.title_and_abstract": NAMES[0], "per_page": "100", "cursor": "*"}
    assert service.answer(first, "/works", query) == service.answer(second, "/works", query)


def test_another_seed_is_another_world():
    first, second = build_world(7, scale=0.4), build_world(8, scale=0.4)
    assert {p.name.full for p in first.people} != {p.name.full for p in second.people}


def test_the_committed_truth_is_what_the_builder_makes(world: World, truth: Truths):
    made = json.loads(json.dumps(Truth(world).all()))
    assert made == truth, REMEDY


def test_the_committed_recordings_are_what_the_service_answers(world: World, recordings: dict[str, Response]):
    for key, reply in recordings.items():
        made = record.openalex_reply(world, key)
        assert (made.status, made.headers, made.body) == (reply.status, reply.headers, reply.body), f"{key}: {REMEDY}"


def orcid_recordings() -> dict[str, Response]:
    return read_recordings(FOLDER / record.SOURCES["orcid"])


def award_recordings() -> dict[str, Response]:
    return read_recordings(FOLDER / record.SOURCES["openalex_awards"])


def test_the_committed_grants_are_what_the_builder_makes(world: World):
    for key, reply in award_recordings().items():
        assert record.reply_to(world, key).body == reply.body, f"{key}: {REMEDY}"


def test_the_committed_records_of_people_are_what_the_builder_makes(world: World):
    for key, reply in orcid_recordings().items():
        assert record.reply_to(world, key).body == reply.body, f"{key}: {REMEDY}"


def test_the_committed_pages_are_what_the_builder_makes(world: World):
    kept = read_recordings(FOLDER / record.PAGES)
    assert {reply.body for reply in kept.values()} == {reply.body for reply in record.record_pages(world)}, REMEDY


def test_everything_that_the_demo_asks_is_recorded(tmp_path: Path, recordings: dict[str, Response]):
    try:
        asyncio.run(record.collect_all({**recordings, **award_recordings(), **orcid_recordings()}, tmp_path))
    except RuntimeError as error:
        pytest.fail(f"{error}. {REMEDY}")


# --- its size ---------------------------------------------------------------------------------------------------------


def test_the_committed_files_are_small():
    assert sum(path.stat().st_size for path in FOLDER.glob("*.*z")) < 6_000_000


def test_there_is_as_much_as_was_promised(truth: Truths):
    counts = truth["counts"]
    assert 2_700 <= counts["works"] <= 3_300
    assert 2_250 <= counts["people"] <= 2_750
    assert (counts["institutions"], counts["countries"], len(truth["interests"])) == (120, 25, 12)
    assert 50 <= counts["postings"] <= 70
    assert 200 <= counts["homepages"] <= 300
    assert set(counts["stages"]) == {
        "student",
        "postdoc",
        "early-career faculty",
        "established faculty",
        "industry researcher",
        "staff scientist",
        "left",
    }
    assert min(counts["stages"].values()) >= 30


def test_every_interest_has_works_people_and_a_posting_or_two(truth: Truths):
    about = Counter(interests[0] for interests in truth["works"].values())
    assert all(120 <= about[number] <= 420 for number in range(len(INTERESTS)))
    assert truth["postings"][0]["kind"] in ("internship", "phd", "postdoc", "research", "other")
    assert {p["kind"] for p in truth["postings"]} == {"internship", "phd", "postdoc", "research", "other"}


# --- nothing is real ------------------------------------------------------------------------------------------------


def test_no_institution_is_real(truth: Truths):
    names = [i["name"] for i in truth["institutions"].values()]
    assert len(set(names)) == 120
    assert not [n for n in names for real in REAL if re.search(rf"\b{re.escape(real)}\b", n)]


def test_ids_and_addresses_cannot_belong_to_anybody(world: World):
    assert all(re.fullmatch(r"A59\d{8}", p.openalex) for p in world.people)
    assert len({p.openalex for p in world.people}) == len(world.people)
    assert all(p.orcid is None or p.orcid.startswith("0000-0009-9") for p in world.people)
    assert all(re.match(r"https://[\w.-]+\.example/", url) for url in world.pages)
    dois = [p.doi for p in world.papers if p.doi]
    assert all(re.match(r"10\.5555/fictional\.|10\.48550/arxiv\.\d{4}\.9\d{4}$", doi) for doi in dois)
    assert len(set(dois)) == len(dois)


def test_faces_say_that_it_is_fictional(world: World, truth: Truths):
    assert all("FICTIONAL" in page for page in world.pages.values())
    assert all("fictional" in p.text for p in world.postings)
    assert all("fictional" in p.url for p in world.postings)
    venues = {shapes.location(p)["source"]["display_name"] for p in world.papers}
    assert all(re.match("Fictional|Invented|Imaginary", name) for name in venues)
    assert "FICTIONAL" in truth["notice"]


def test_orcids_have_right_check_digits(world: World):
    for text in filter(None, (p.orcid for p in world.people)):
        total = 0
        for digit in text.replace("-", "")[:15]:
            total = (total + int(digit)) * 2
        assert text[-1] == "0123456789X"[(12 - total % 11) % 11]


# --- the replies ------------------------------------------------------------------------------------------------------


def test_every_recorded_reply_parses(truth: Truths, recordings: dict[str, Response]):
    rejected, works, people = [], set(), set()
    for key, reply in recordings.items():
        for found in SOURCE.parse(replace(reply, fetched_at=truth["today"])):
            if isinstance(found, Rejected):
                rejected.append((key, found))
            elif isinstance(found, Work):
                works.add(found.source_id)
            elif isinstance(found, Person):
                people.add(found.source_id)
    assert not rejected
    assert works <= set(truth["works"])
    assert len(works) > 2_500
    assert people <= set(truth["people"])
    assert len(people) > 400


def test_every_recorded_record_of_a_person_parses_and_says_that_it_is_fictional(truth: Truths):
    by_orcid = {facts["orcid"]: facts for facts in truth["people"].values() if "orcid" in facts}
    homepages = posts = 0
    for reply in orcid_recordings().values():
        assert b"FICTIONAL RECORD" in reply.body
        (person,) = ORCID.parse(replace(reply, fetched_at=truth["today"]))
        assert isinstance(person, Person)
        facts = by_orcid[person.source_id]
        assert person.name == facts["name"]
        assert person.homepage in (None, facts.get("homepage"))
        homepages += person.homepage is not None
        posts += any(place.role for place in person.affiliations)
    assert homepages > 120
    assert posts > 200


def test_the_service_refuses_as_openalex_does(world: World):
    status, _, body = service.answer(world, "/works", {"filter": "from_updated_date:2026-01-01"})
    assert (status, json.loads(body)["error"]) == (429, "Plan upgrade required")
    assert service.answer(world, "/works", {"filter": "colour:blue"})[0] == 400
    assert service.answer(world, "/works", {"limit": "5"})[0] == 400
    assert service.answer(world, "/works", {"per_page": "200"})[0] == 400
    status, headers, body = service.answer(world, "/works/W1", {})
    assert (status, headers["Content-Type"], body[:2]) == (404, "text/html; charset=utf-8", b"<!")
    with pytest.raises(UnexpectedFormat):
        list(SOURCE.parse(Response("openalex", "/works", 404, body, "")))


def test_cursors_reach_every_work_once(world: World):
    seen: list[str] = []
    query = {"filter": "publication_year:2024", "per_page": "100", "cursor": "*", "select": "id"}
    while query["cursor"]:
        answer = json.loads(service.answer(world, "/works", query)[2])
        seen += [w["id"] for w in answer["results"]]
        query["cursor"] = answer["meta"]["next_cursor"]
    assert len(seen) == len(set(seen)) == answer["meta"]["count"] > 300


def test_searching_text_finds_words_phrases_and_alternatives(world: World):
    def count(text: str) -> int:
        query = {"search.title_and_abstract": text, "select": "id"}
        return json.loads(service.answer(world, "/works", query)[2])["meta"]["count"]

    assert count("multimodal learning") >= count('"multimodal learning"') > 100
    assert count("bandits OR (multimodal learning)") > count("multimodal learning")
    assert count("multimodal learning NOT bandits") < count("multimodal learning")
    assert count("xylophone") == 0


# --- people -----------------------------------------------------------------------------------------------------------


def test_namesakes_share_a_name_and_nothing_else(truth: Truths):
    people = truth["people"]
    assert len(truth["namesakes"]) == 40
    for one, two in truth["namesakes"]:
        assert people[one]["name"] == people[two]["name"]
        assert one != two
        assert not {p["institution"] for p in people[one]["career"]} & {p["institution"] for p in people[two]["career"]}
    pairs = {tuple(sorted(pair)) for pair in truth["namesakes"]}
    named = defaultdict(list)
    for key, facts in people.items():
        named[facts["name"]].append(key)
    assert {tuple(sorted(keys)) for keys in named.values() if len(keys) > 1} == pairs


def test_two_spellings_are_both_printed(world: World, truth: Truths):
    for author in truth["specials"]["two_spellings"]["people"]:
        person = next(p for p in world.people if f"openalex:{p.openalex}" == author)
        names = {a.name for p in world.papers for a in p.authors if a.person == person.key}
        assert names <= {person.name.full, *person.variants}
    assert len(truth["specials"]["two_spellings"]["people"]) == 6


def test_the_order_of_authors_tells_who_leads(world: World, truth: Truths):
    """Stages have to be recoverable from the record: students first, heads last."""
    people, places = truth["people"], defaultdict(Counter)
    keys = {p.key: f"openalex:{p.openalex}" for p in world.people}
    for paper in world.papers:
        for place, line in enumerate(paper.authors):
            where = "last" if place == len(paper.authors) - 1 else "first" if place == 0 else "middle"
            places[people[keys[line.person]]["stage"]][where] += 1

    def share(stage: str, where: str) -> float:
        return places[stage][where] / places[stage].total()

    assert share("established faculty", "last") > 0.7
    assert share("student", "last") < 0.1
    assert share("student", "first") > 0.3


def test_hosts_and_interns_stand_on_the_same_work(world: World, truth: Truths):
    papers = {f"openalex:{p.id}": p for p in world.papers}
    keys = {f"openalex:{p.openalex}": p.key for p in world.people}
    assert len(truth["hosts"]) > 40
    printed = Counter()
    for host in truth["hosts"]:
        for row in host["internships"]:
            paper = papers[row["work"]]
            assert paper.authors[0].person == keys[row["student"]]
            assert keys[host["host"]] in [a.person for a in paper.authors[-2:]]
            assert paper.footnote == row["footnote"] == any("Work done" in raw for raw in paper.authors[0].raw)
            printed[row["footnote"]] += 1
    assert min(printed[True], printed[False]) > 50


def test_labs_have_heads_and_newcomers(truth: Truths):
    labs = truth["labs"]
    assert sum(lab["newcomer"] for lab in labs) >= 20
    assert sum("student" in lab["members"].values() for lab in labs) > 150
    for lab in labs:
        assert truth["people"][lab["head"]]["stage"] not in ("student", "postdoc", "left")
