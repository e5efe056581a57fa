"""Two hundred invented postings in the order in which a student would want to read them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from benchmarks.judging import ndcg_with_gains
from finder.answers import openings
from finder.answers.openings import OpeningFilter
from finder.errors import UsageError
from finder.model import Board, Posting
from finder.postings.category import categorize_position
from finder.postings.position_kinds import Kind
from finder.storage import Store
from tests.worlds import stored, work

TODAY = date(2026, 11, 1)
SWEPT = "2026-10-20T00:00:00Z"
TOPICS = {"m": "multimodal learning", "r": "reinforcement learning"}
EMPLOYERS = {
    "B": "Bramwick Software",
    "E": "Belmora Courses",
    "F": "Farrow Freight",
    "H": "Cindral Health",
    "N": "Institut Norvelle",
    "P": "Pavonis AI",
    "Q": "Quillmere Research",
    "T": "Tarnwick Robotics",
    "U": "Osterhaven University",
}
WORKS = {
    "m": (
        "Q P N",
        (
            "Multimodal learning with missing modality",
            "Vision-language pre-training for multimodal learning",
            "Cross-modal retrieval by multimodal learning",
            "Audio-visual learning is multimodal learning",
            "Multimodal fusion for multimodal learning",
            "Multimodal learning of multimodal sentiment analysis",
            "Multimodal representation for multimodal learning",
            "Vision-language models and multimodal learning",
            "Cross-modal hashing in multimodal learning",
            "Multimodal learning",
        ),
    ),
    "r": (
        "T P",
        (
            "Reinforcement learning by policy gradient",
            "Reinforcement learning for continuous control",
            "Sample efficiency of reinforcement learning",
            "Policy gradient in offline reinforcement learning",
            "Continuous control with deep reinforcement learning",
            "Reinforcement learning and sample efficiency",
            "Reinforcement learning: policy gradient revisited",
            "Continuous control by reinforcement learning",
            "Sample efficiency in reinforcement learning",
            "Reinforcement learning",
        ),
    ),
    "-": (
        "U",
        [
            f"On {plant} in {place}"
            for plant in ("barley", "oats", "rye", "moss")
            for place in (
                "valleys",
                "hills",
                "marshes",
                "gardens",
                "deserts",
            )
        ],
    ),
}


def _judged() -> list[dict[str, str]]:
    with (Path(__file__).parent / "judged.psv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="|"))


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    papers = [
        work(title, f"Ada {key}{n} @ {EMPLOYERS[letter]}", date=f"2026-0{1 + n % 6}-01")
        for key, (letters, titles) in WORKS.items()
        for letter in letters.split()
        for n, title in enumerate(titles)
        if letter == letters[0] or n % 2
    ]
    with stored(tmp_path_factory.mktemp("judged"), *papers) as store:
        boards = {letter: Board(name, "lever", letter, "", "a test") for letter, name in EMPLOYERS.items()}
        store.postings.register_boards(boards.values())
        for letter, board in boards.items():
            mine = [
                Posting(
                    "lever",
                    f"{letter}/{n}",
                    letter,
                    row["title"],
                    f"https://jobs.example/{n}",
                    description=row["text"],
                    date_posted=f"2026-{10 - n % 7:02}-01",
                )
                for n, row in enumerate(_judged())
                if row["employer"] == letter
            ]
            store.postings.record_crawl(board, mine, SWEPT, complete=True)
        yield store


def _listed(store: Store, interest: str, **wanted: Any) -> list[dict[str, Any]]:
    return openings.find_openings(store, interest, TODAY, OpeningFilter(**wanted), 200).results


@pytest.mark.parametrize("topic", TOPICS)
def test_research_on_the_interest_stands_first(jobs: Store, topic: str) -> None:
    grades = [int(row["grade"]) if row["topic"] == topic else 0 for row in _judged()]
    found = [int(row["url"].rsplit("/", 1)[1]) for row in _listed(jobs, TOPICS[topic])]
    gains = {n: 2.0**grade - 1 for n, grade in enumerate(grades) if grade}
    ten, most = ndcg_with_gains(found, gains, 10), ndcg_with_gains(found, gains, 30)
    print(f"{TOPICS[topic]}: nDCG@10 {ten:.3f}, nDCG@30 {most:.3f}, listed {len(found)}")  # noqa: T201
    assert len(grades) == 200
    assert [n for n in found[:10] if grades[n] < 3] == []
    assert ten >= 0.99
    assert most >= 0.95


def test_work_that_is_no_research_is_not_listed_for_its_employer(jobs: Store) -> None:
    rows = _listed(jobs, TOPICS["m"])
    offices = [row for row in rows if row["category"] != "research"]
    assert offices
    assert all("its title" in row["why"] and not row["works"] and "works on it" not in row["why"] for row in offices)
    lifted = next(row for row in rows if row["title"] == "Research Internships, Summer 2027")
    assert "Quillmere Research has" in lifted["why"]
    assert {"Quillmere Research"} == {row["hiring_organization"] for row in rows if row["why"] == lifted["why"]}
    assert all("ultimodal" in work["title"] for work in lifted["works"])


def test_categories_and_kinds_can_be_asked_for(jobs: Store) -> None:
    research = _listed(jobs, TOPICS["m"], kinds=("research",))
    assert research[0]["title"] == "Research Scientist, Multimodal Learning"
    assert {row["kind"] for row in research} == {"research"}
    kinds = {row["kind"] for row in _listed(jobs, TOPICS["m"], categories=("research",))}
    assert kinds == {"internship", "phd", "postdoc", "research"}
    built = _listed(jobs, TOPICS["m"], categories=("engineering",))
    assert built[0]["level"] == "student"
    assert "Software Engineer Intern, Multimodal Learning Platform" in {row["title"] for row in built}
    with pytest.raises(UsageError, match="no category"):
        OpeningFilter(categories=("fun",))


def test_what_cannot_be_opened_is_counted_and_an_empty_store_says_how_many_boards_wait(tmp_path: Path) -> None:
    board = Board("Pavonis AI", "lever", "P", "", "a test")
    with stored(tmp_path, work("Multimodal learning", "Ada Vell @ Pavonis AI")) as store:
        assert (
            openings.find_openings(store, TOPICS["m"], TODAY).read
            == "No job board has been read yet. Read them: finder sweep"
        )
        store.postings.register_boards([board])
        assert "has been read yet: 1 waits." in openings.find_openings(store, TOPICS["m"], TODAY).read
        store.postings.record_board_state(board, "failing", "no answer", SWEPT)
        assert "No open position is stored" in openings.find_openings(store, TOPICS["m"], TODAY).read
        titles = {"javascript:alert(1)": "PhD position, multimodal learning", "https://jobs.example/1": "PhD position"}
        jobs = [
            Posting("lever", f"P/{n}", "P", title, url, description="On multimodal learning.")
            for n, (url, title) in enumerate(titles.items())
        ]
        store.postings.record_crawl(board, jobs, SWEPT, complete=True)
        found = openings.find_openings(store, TOPICS["m"], TODAY)
        assert (found.read, found.left_out) == ("", {"without an address of the web": 1})
        assert [row["url"] for row in found.results] == ["https://jobs.example/1"]


@pytest.mark.parametrize(
    ("title", "kind", "category"),
    [
        ("Intern, AI Research", "internship", "research"),
        ("Research Intern, Communication Networks", "internship", "research"),
        ("Research Communications Intern", "internship", "other"),
        ("PhD Software Engineering Intern", "internship", "engineering"),
        ("Research Engineer Intern", "internship", "research"),
        ("Abschlussarbeit (m/w/d) Bildverarbeitung", "internship", "research"),
        ("Werkstudent Forschung und Entwicklung", "internship", "research"),
        ("Werkstudent Marketing", "internship", "other"),
        ("Praktikum Computer Vision", "internship", "engineering"),
        ("Equity Research Intern", "internship", "other"),
        ("Member of Technical Staff, Agents", "other", "engineering"),
        ("Sales Engineer, Robotics", "other", "other"),
        ("Executive Assistant to the Head of Research", "research", "other"),
    ],
)
def test_a_title_says_what_work_it_is(title: str, kind: Kind, category: str) -> None:
    assert categorize_position(title, kind) == category
