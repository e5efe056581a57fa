"""OpenAlex's snapshot into the store: sifted on the way, in any order, gone on with where it ended."""

from __future__ import annotations

import gzip
import itertools
import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from finder import cli
from finder.errors import UsageError
from finder.ingest import dump_import
from finder.ingest.dump_import import DumpQuery
from finder.model import Person, Work
from finder.publication import resolve_and_publish
from finder.ranking import text_match
from finder.sources.openalex import SOURCE
from finder.storage import Store, open_store
from finder.storage.fulltext import tokenize_texts
from finder.storage.records import encode_record

NOW = "2026-11-22T10:00:00+00:00"
TODAY = date(2026, 11, 22)


def line(number: int, title: str, day: str = "2024-03-01", author: int = 1, **more: Any) -> str:
    who = {"author": {"id": f"https://openalex.org/A{author}", "display_name": f"Ada {chr(64 + author)}ell"}}
    return json.dumps(
        {
            "id": f"https://openalex.org/W{number}",
            "title": title,
            "publication_date": day,
            "type": "article",
            "authorships": [who],
            **more,
        }
    )


def person(number: int) -> str:
    return json.dumps(
        {
            "id": f"https://openalex.org/A{number}",
            "display_name": f"Ada {chr(64 + number)}ell",
            "updated_date": "2024-05-01",
            "works_count": 3,
        }
    )


def part(dump: Path, day: str, *lines: str, kind: str = "works", number: int = 0) -> Path:
    file = dump / kind / f"updated_date={day}" / f"part_{number:03}.gz"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress("\n".join([*lines, ""]).encode()))
    return file


def take(store: Store, *paths: Path, query: DumpQuery = DumpQuery(), **more: Any) -> dump_import.DumpReport:  # noqa: B008 - a frozen value
    return dump_import.import_dump(store, SOURCE, paths, query, now=NOW, **more)


def titles(store: Store) -> dict[str, str]:
    works = [msgspec.json.decode(row.body, type=Work) for row in store.records.records_since(0, "work")]
    return {work.source_id: work.title for work in works}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "home") as opened:
        yield opened


def test_a_snapshot_is_taken_in_and_tells_what_was_not(store: Store, tmp_path: Path) -> None:
    part(
        tmp_path / "dump",
        "2024-05-01",
        line(1, "On sight"),
        "",
        '{"id": "https://openalex.org/W2"',
        line(3, "On sound"),
    )
    part(tmp_path / "dump", "2024-05-01", '{"id": "https://openalex.org/T1"}', kind="topics")
    told = []
    report = take(store, tmp_path / "dump", on_file=told.append)

    assert titles(store) == {"openalex:W1": "On sight", "openalex:W3": "On sound"}
    assert (report.held.files, report.lines, report.held.kinds["work"], report.held.reasons.total()) == (1, 4, 2, 1)
    assert report.left_out == ("topics",)
    assert told == ["1 of 1: works/updated_date=2024-05-01/part_000.gz: 4 lines, 2 records"]


def test_what_was_finished_is_not_read_again_but_for_another_wish_or_when_it_has_changed(
    store: Store, tmp_path: Path
) -> None:
    file = part(tmp_path, "2024-05-01", line(1, "On sight"))
    take(store, file)

    assert (take(store, file).before, take(store, file).lines) == (1, 0)
    assert take(store, file, again=True).lines == 1
    assert take(store, file, query=DumpQuery(since=date(2020, 1, 1))).lines == 1
    part(tmp_path, "2024-05-01", line(1, "On sight"), line(2, "On sound"))
    assert take(store, file).changed == 1


@pytest.mark.parametrize("days", list(itertools.permutations(("2023-01-01", "2024-01-01", "2025-01-01"))))
def test_what_was_said_later_stands_in_whatever_order_it_is_read(
    store: Store, tmp_path: Path, days: tuple[str, ...]
) -> None:
    for day in days:
        take(store, part(tmp_path, day, line(1, f"As of {day}")))

    assert titles(store) == {"openalex:W1": "As of 2025-01-01"}


def test_a_later_file_that_says_the_same_keeps_out_those_between(store: Store, tmp_path: Path) -> None:
    for day, title in (("2023-01-01", "Settled"), ("2025-01-01", "Settled"), ("2024-01-01", "Wavering")):
        take(store, part(tmp_path, day, line(1, title)))

    assert titles(store) == {"openalex:W1": "Settled"}


def test_what_was_fetched_since_is_not_replaced_by_an_older_snapshot(store: Store, tmp_path: Path) -> None:
    (work,) = SOURCE.read_lines("live", [line(1, "As of today").encode()], dump_import.DumpFilter(), Counter())  # type: ignore[misc]
    store.records.put_records([encode_record(work)], fetched_at=NOW)  # type: ignore[arg-type]
    take(store, part(tmp_path, "2024-01-01", line(1, "As it was")))

    assert titles(store) == {"openalex:W1": "As of today"}


def test_a_file_that_was_cut_off_gives_what_it_holds_and_is_read_again(store: Store, tmp_path: Path) -> None:
    chance = random.Random(7)
    words = [f"{chance.random()}" for _ in range(4000)]
    file = part(tmp_path, "2024-05-01", *(line(n, f"On sight {word}") for n, word in enumerate(words, 1)))
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) * 2 // 3])
    report = take(store, file)

    assert 0 < len(titles(store)) < 4000
    assert "could not be read to its end" in report.held.failed[0]
    assert "Download it again" in report.held.failed[0]
    assert take(store, file).before == 0
    file.write_bytes(whole)
    assert take(store, file).held.files == 1
    assert len(titles(store)) == 4000


def test_lines_that_are_wrong_at_different_places_have_one_reason(store: Store, tmp_path: Path) -> None:
    broken = [line(n, "On sight" * n) + "}" for n in range(2, 6)]
    report = take(store, part(tmp_path, "2024-05-01", line(1, "On sight"), *broken))

    assert list(report.held.reasons.values()) == [4]
    assert "byte" not in " ".join(report.to_sentences())


@pytest.mark.parametrize("content", [b"hello\nworld", b'{"results": []}\n', b"[1, 2]\n"])
def test_a_file_of_something_else_is_told_and_the_rest_goes_on(store: Store, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other.json").write_bytes(content)
    file = part(tmp_path, "2024-05-01", line(1, "On sight"))
    report = take(store, tmp_path / "other.json", file, query=DumpQuery(("sight",)))

    assert len(report.held.failed) == 1
    assert "other.json" in report.held.failed[0]
    assert len(titles(store)) == 1


def test_an_empty_partition_is_finished(store: Store, tmp_path: Path) -> None:
    file = part(tmp_path, "2024-05-01")
    take(store, file)

    assert take(store, file).before == 1


@pytest.mark.parametrize(
    ("query", "left", "why"),
    [
        (DumpQuery(since=date(2024, 3, 1)), {2, 3, 4}, "before 2024-03-01"),
        (DumpQuery(until=date(2024, 3, 1)), {1, 2, 4}, "after 2024-03-01"),
        (DumpQuery(types=("preprint",)), {4}, "of another type"),
        (DumpQuery(("perceived sound",)), {3}, "not on the interest"),
        (DumpQuery(("perceived sound", "sight")), {1, 3}, "not on the interest"),
    ],
)
def test_each_filter_takes_exactly_what_fits_and_counts_the_rest(
    store: Store, tmp_path: Path, query: DumpQuery, left: set[int], why: str
) -> None:
    part(
        tmp_path / "dump",
        "2024-05-01",
        line(1, "On sight", "2024-02-28"),
        line(2, "On touch", "2024-03-01"),
        line(3, "How we perceive sounds", "2024-06-01"),
        line(4, "On taste", "2024-03-01", type="preprint"),
    )
    report = take(store, tmp_path / "dump", query=query)

    assert {int(key.removeprefix("openalex:W")) for key in titles(store)} == left
    assert report.refused == {why: 4 - len(left)}


def test_of_people_only_those_are_taken_whom_works_on_the_interest_name(store: Store, tmp_path: Path) -> None:
    part(tmp_path / "dump", "2024-05-01", line(1, "On sight", author=1), line(2, "On touch", author=2))
    part(tmp_path / "dump", "2024-05-01", person(1), person(2), person(3), kind="authors")
    report = take(store, tmp_path / "dump", query=DumpQuery(("sight",)))

    assert (report.held.kinds["work"], report.held.kinds["person"]) == (1, 1)
    assert report.refused == {"not on the interest": 1, "named by no work that is stored": 2}
    assert take(store, tmp_path / "dump", again=True).held.kinds["person"] == 3
    people = [msgspec.json.decode(row.body, type=Person) for row in store.records.records_since(0, "person")]
    assert {one.seen for one in people} == {"2024-05-01"}


def test_works_that_come_later_have_their_people_looked_for(store: Store, tmp_path: Path) -> None:
    query = DumpQuery(since=date(2020, 1, 1))
    part(tmp_path, "2024-05-01", person(1), person(2), kind="authors")
    part(tmp_path, "2024-05-01", line(1, "On sight", author=1))
    assert take(store, tmp_path, query=query).held.kinds["person"] == 1
    part(tmp_path, "2024-05-02", line(2, "On sound", author=2))

    assert take(store, tmp_path, query=query).held.kinds["person"] == 2
    assert take(store, tmp_path, query=query).before == 3


def test_stopped_within_a_file_it_keeps_what_it_read_and_goes_on_with_that_file(store: Store, tmp_path: Path) -> None:
    part(tmp_path / "dump", "2024-05-01", line(1, "On sight"))
    part(tmp_path / "dump", "2024-05-02", line(2, "On touch"), line(3, "On sound"))
    assert SOURCE.read_lines is not None
    real = SOURCE.read_lines

    def stopped(name: str, lines: Iterable[bytes], *more: Any) -> Iterator[Any]:
        for count, record in enumerate(real(name, lines, *more)):
            yield record
            if "05-02" in name and count == 0:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dump_import.import_dump(store, replace(SOURCE, read_lines=stopped), [tmp_path / "dump"], DumpQuery(), now=NOW)
    assert len(titles(store)) == 2
    report = take(store, tmp_path / "dump")
    assert (report.before, report.lines, len(titles(store))) == (1, 2, 3)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of a process is read from Linux's /proc")
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    big = "x" * 20_000

    def peak(name: str, count: int) -> int:
        part(tmp_path / name, "2024-05-01", *(line(n, f"On sight {n}", abstract=big) for n in range(1, count)))
        code = (
            "import sys\nfrom pathlib import Path\nfrom finder.ingest.dump_import import DumpQuery, import_dump\n"
            "from finder.sources.openalex import SOURCE\nfrom finder.storage import open_store\n"
            "with open_store(Path(sys.argv[1])) as store:\n"
            f"    import_dump(store, SOURCE, [Path(sys.argv[2])], DumpQuery(('nothing',)), now='{NOW}')\n"
            "print(*(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
        )
        command = [sys.executable, "-c", code, str(tmp_path / f"{name}-home"), str(tmp_path / name)]
        return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout) // 1024

    small, large = peak("small", 50), peak("large", 5_000)  # 1 and 100 MB

    assert large - small < 30


BASES = ("hop", "hope", "stud", "sens", "relat", "optim", "real", "agil", "quantiz", "navig", "embed", "plan")
ENDINGS = ("", "e", "y", "ies", "ing", "ed", "er", "ible", "ibility", "al", "ality", "ization", "ational", "ness", "s")


@given(
    word=st.builds(str.__add__, st.sampled_from(BASES), st.sampled_from(ENDINGS)),
    other=st.builds(str.__add__, st.sampled_from(BASES), st.sampled_from(ENDINGS)),
)
@example(word="sensibility", other="sensible")
@example(word="hoping", other="hope")
@example(word="study", other="studies")
def test_all_forms_of_a_word_begin_as_is_looked_for(word: str, other: str) -> None:
    stems = tokenize_texts([(0, word), (1, other)]).sort("text")["term"].to_list()

    if stems[0] == stems[1]:
        (beginning,) = dump_import.word_prefixes(word)
        assert other.startswith(beginning)


SAID = (
    "Multimodal learning of hands",
    "We learn multi-modal and multimodal maps",
    "A study of agile dogs",
    "On tea",
    "Agility studied",
    "Naïve bounds, optimal",
    "Optimizing naive sets",
    "Multimodality learned",
    "Müller cells",
)


@pytest.mark.parametrize(
    "interest", ["multimodal learning", "Studies of agility", "naïve optimization", "naive bound", "muller cell"]
)
def test_no_work_is_left_out_that_the_interest_would_match(tmp_path: Path, interest: str) -> None:
    lines = [line(n, title) for n, title in enumerate((*SAID, interest, "Zebras"), 1)]
    lines.append(line(99, "On maps", abstract_inverted_index={"multimodal": [0], "learners": [1]}))
    lines.append(json.dumps(json.loads(line(98, "Müller's cell, unescaped")), ensure_ascii=False))
    file, found = part(tmp_path, "2024-05-01", *lines), []
    for name, query in (("all", DumpQuery()), ("some", DumpQuery((interest,)))):
        with open_store(tmp_path / name) as store:
            take(store, file, query=query)
            resolve_and_publish(store, NOW)
            snapshot = store.snapshots.current_snapshot()
            matched = text_match.match_works(store, snapshot, interest, TODAY, expand=False).frame
            found.append(set(matched.join(snapshot.load_table("works"), on="work")["work_id"]))

    assert found[0] == found[1] != set()


def test_a_text_is_no_interest_to_sift_by() -> None:
    with pytest.raises(UsageError, match="in a few words"):
        DumpQuery(("word " * 40,))


def test_the_command_takes_what_the_filters_leave_and_answers_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FINDER_HOME", str(tmp_path / "home"))
    part(tmp_path / "dump", "2024-05-01", line(1, "Multimodal learning"), line(2, "On tea"))

    def run(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(words)
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    code, said = run("import", "openalex", str(tmp_path / "dump"), "--interest", "multimodal learning")
    assert code == 0
    assert "Not wanted: 1 not on the interest." in said
    assert "Ready: 1 works by 1 people." in said
    code, said = run("import", "openalex", str(tmp_path / "dump"), "--interest", "multimodal learning")
    assert (code, "taken in before" in said) == (0, True)
    assert "Ada Aell" in run("advisors", "multimodal learning", "--offline")[1]
    assert run("advisors", "tea", "--demo", "--over", str(tmp_path / "dump"), "--engine", "duckdb")[0] == 2
    code, said = run("import", "paperlists", str(tmp_path / "dump"), "--since", "2020-01-01")
    assert (code, "Only OpenAlex's snapshot" in said) == (2, True)


def test_works_that_the_interface_hides_are_left_out_unless_asked_for(store: Store, tmp_path: Path) -> None:
    part(
        tmp_path,
        "2024-05-01",
        line(1, "On newts"),
        line(2, "On toads", is_xpac=True),
        line(3, "On frogs", is_xpac=False),
    )

    assert take(store, tmp_path).refused == {"of lower quality (--xpac takes them in)": 1}
    assert store.records.count_by_source() == {("openalex", "work"): 2}
    assert take(store, tmp_path, query=DumpQuery(hidden=True)).refused == {}
    assert store.records.count_by_source() == {("openalex", "work"): 3}
