"""Advisors out of the files of an OpenAlex snapshot, on each engine that is here."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from engines_here import LACKING, duckdb, engine

from finder import cli
from finder.answers import Answer, Query, advisors_from_files
from finder.errors import EngineError, UsageError
from finder.ranking import engines
from finder.rendering import answer_text
from finder.storage import Store

DAY = date(2026, 11, 1)
TOPIC = "quiet owls"
__all__ = ["duckdb", "engine"]


def entry(number: int, place: str = "Uni A", country: str = "DE", **more: Any) -> dict[str, Any]:
    """An authorship as OpenAlex lists it."""
    at = {"id": f"https://openalex.org/I{len(place)}", "display_name": place, "country_code": country, "ror": None}
    author = {"id": f"https://openalex.org/A{number}", "display_name": f"Person {number}", "orcid": None}
    return {"author": {**author, **more}, "institutions": [at] if place else [], "is_corresponding": None}


def paper(number: int, title: str, *people: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A work as OpenAlex lists it."""
    return {
        "id": f"https://openalex.org/W{number}",
        "doi": None,
        "title": title,
        "display_name": title,
        "type": "article",
        "publication_date": "2026-03-01",
        "publication_year": 2026,
        "is_retracted": False,
        "is_paratext": False,
        "authorships": list(people),
        "keywords": [],
        "abstract_inverted_index": None,
        "primary_location": {"source": {"display_name": "Journal of Owls"}, "landing_page_url": None},
        **more,
    }


WORKS = [
    *(paper(i, "Quiet owls at night", entry(100 + i), entry(1)) for i in range(1, 5)),
    *(paper(i, "Of owls that are quiet", entry(100 + i), entry(2, "Uni of B", "FR")) for i in range(5, 9)),
    *(
        paper(
            i,
            "Wings",
            entry(100 + i),
            entry(3, "", ""),
            keywords=[{"display_name": "Owls"}],
            abstract_inverted_index={"Quiet,": [0], "étude": [1]},
        )
        for i in range(9, 13)
    ),
    *(paper(i, "Disquieting bowls", entry(4)) for i in range(13, 17)),
    paper(17, "Quiet owls, retracted", entry(4), is_retracted=True),
    paper(18, "Quiet owls: data", entry(4), type="dataset"),
    paper(19, "Quiet owls by somebody who opted out", entry(109), entry(9999999999)),
    paper(20, "Quiet owls of the future", entry(4), publication_date="2026-12-24"),
]


def snapshot(folder: Path, works: list[dict[str, Any]] = WORKS, name: str = "updated_date=2026-01-01") -> Path:
    """A folder as OpenAlex's snapshot has it."""
    place = folder / "works" / name
    place.mkdir(parents=True, exist_ok=True)
    with gzip.open(place / "part_000.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(work) + "\n" for work in works)
    return folder


def ask(store: Store, engine: engines.Engine, folder: Path, interest: str = TOPIC, **query: Any) -> Answer:
    return advisors_from_files.find_advisors_in_files(store, Query(interest, DAY, **query), engine, folder)


def names(answer: Answer) -> list[str]:
    return [row["name"] for row in answer.results]


def test_words_together_in_a_title_beat_scattered_ones_and_those_beat_an_abstract(
    store: Store, engine: engines.Engine, tmp_path: Path
) -> None:
    answer = ask(store, engine, snapshot(tmp_path))
    matches = {row["name"]: row["works"][0]["match"] for row in answer.results}

    assert [name for name in names(answer) if name in ("Person 1", "Person 2", "Person 3")] == [
        "Person 1",
        "Person 2",
        "Person 3",
    ]
    assert (matches["Person 1"], matches["Person 2"], matches["Person 3"]) == (1.0, 0.85, 0.6)
    assert (answer.coverage["works"], answer.coverage["matched"]) == (17, 13)


def test_what_is_no_publication_not_yet_there_or_only_sounds_alike_counts_for_nobody(
    store: Store, engine: engines.Engine, tmp_path: Path
) -> None:
    assert "Person 4" not in names(ask(store, engine, snapshot(tmp_path)))


def test_who_opted_out_at_the_source_is_nobody(store: Store, engine: engines.Engine, tmp_path: Path) -> None:
    answer = ask(store, engine, snapshot(tmp_path), top=1000)

    assert "openalex:A9999999999" not in {row["author_id"] for row in answer.results}


def test_words_with_accents_are_found_in_abstracts(store: Store, engine: engines.Engine, tmp_path: Path) -> None:
    assert "Person 3" in names(ask(store, engine, snapshot(tmp_path), "ÉTUDE wings"))


def test_a_work_that_the_folder_holds_twice_counts_once(store: Store, engine: engines.Engine, tmp_path: Path) -> None:
    once = ask(store, engine, snapshot(tmp_path / "once"))
    folder = snapshot(tmp_path / "twice")
    snapshot(folder, WORKS[:6], "updated_date=2026-02-01")
    twice = ask(store, engine, folder)

    assert [(row["name"], row["score"], row["matched"]) for row in once.results] == [
        (row["name"], row["score"], row["matched"]) for row in twice.results
    ]


def test_who_is_hidden_is_not_shown_whatever_they_are_hidden_by(
    store: Store, engine: engines.Engine, tmp_path: Path
) -> None:
    folder = snapshot(tmp_path)
    before = ask(store, engine, folder, top=2)
    for token in ("openalex:A1", "person|openalex:I8"):  # an id; a name at an institution
        store.suppressions.add([token], "2026-01-01")
    after = ask(store, engine, folder, top=2)

    assert names(before) == ["Person 1", "Person 2"]
    assert not {"Person 1", "Person 2"} & set(names(after))
    assert len(after.results) == 2
    assert after.results[0]["score"] < before.results[0]["score"]
    assert after.total == before.total - 2


def test_countries_places_and_days_are_asked_of_the_newest_work(
    store: Store, engine: engines.Engine, tmp_path: Path
) -> None:
    folder = snapshot(tmp_path)
    french = ask(store, engine, folder, countries=("fr",))
    elsewhere = ask(store, engine, folder, not_at=("uni a",), top=1)

    assert names(french) == ["Person 2"]
    assert {"without a known country", "in other countries"} <= set(french.left_out)
    assert names(elsewhere) == ["Person 2"]
    assert ask(store, engine, folder, since=date(2026, 6, 1)).results == []


def test_an_answer_says_what_it_lacks_and_what_it_could_not_read(
    store: Store, engine: engines.Engine, tmp_path: Path
) -> None:
    folder = snapshot(tmp_path)
    with gzip.open(folder / "works" / "part_001.gz", "wt", encoding="utf-8") as file:
        file.write('{"id": "https://openalex.org/W9", broken\n')
    answer = ask(store, engine, folder)

    assert advisors_from_files.FILE_ANSWER_LIMITS in answer.coverage["lacks"]
    assert answer.coverage["sources"][0]["message"] == "1 lines are no works"
    assert "OpenAlex's files alone" in answer_text.render_advisor_table(answer)
    assert {row["stage"] for row in answer.results} == {"unknown"}
    assert all(row["evidence"] for row in answer.results)


def test_nobody_is_an_answer_too(store: Store, engine: engines.Engine, tmp_path: Path) -> None:
    answer = ask(store, engine, snapshot(tmp_path), "zebra stripes")

    assert (answer.results, answer.total, answer.coverage["matched"]) == ([], 0, 0)


def test_whatever_is_typed_is_words(store: Store, duckdb: engines.Engine, tmp_path: Path) -> None:
    folder = snapshot(tmp_path)
    for interest in ("(", "a*|b", "☃", "'; drop table works"):
        assert ask(store, duckdb, folder, interest).results == []


@pytest.mark.parametrize("query", [dict(near="Berlin"), dict(stages=("postdoc",)), dict(traits=("moved",))])
def test_what_the_files_do_not_tell_cannot_be_asked(store: Store, tmp_path: Path, query: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="do not tell"):
        ask(store, engines.POLARS, tmp_path, **query)


def test_a_folder_without_works_or_an_engine_that_reads_none_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no works"):
        ask(store, engines.POLARS, tmp_path)
    with pytest.raises(UsageError, match="--engine duckdb"):
        ask(store, engines.POLARS, snapshot(tmp_path))


def test_a_damaged_file_is_one_sentence(store: Store, engine: engines.Engine, tmp_path: Path) -> None:
    folder = snapshot(tmp_path)
    file = next(folder.rglob("*.gz"))
    file.write_bytes(file.read_bytes()[:300])

    with pytest.raises(EngineError, match=r"gave up") as told:
        ask(store, engine, folder)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("name", [name for name, lacking in LACKING.items() if not lacking])
def test_standard_output_is_the_answer_alone(
    name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINDER_HOME", str(tmp_path / "home"))
    folder = str(snapshot(tmp_path))
    with pytest.raises(SystemExit) as ended:
        cli.main(["advisors", TOPIC, "--engine", name, "--over", folder, "--as-of", "2026-11-01", "--format", "json"])

    assert ended.value.code == 0
    assert json.loads(capfd.readouterr().out)["results"][0]["name"] == "Person 1"


def test_over_wants_an_engine_that_reads_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["advisors", TOPIC, "--over", str(tmp_path)])

    assert ended.value.code == 2
    assert "--engine duckdb" in capsys.readouterr().err
