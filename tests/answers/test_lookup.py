"""Whoever is named is found: ids, links and spellings, the same for every command."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.answers import lookup
from finder.cli import main
from finder.demo_metadata import demo_today
from finder.errors import UsageError
from finder.ingest.file_import import import_files
from finder.model import Authorship
from finder.privacy import person_erasure, subject_access
from finder.publication import resolve_and_publish
from finder.source import discover_sources
from finder.storage import Store, open_store
from tests.shared import SHARED, needs_shared
from tests.worlds import NOW, author, stored, work

IDS = (
    "orcid:0000-0002-1825-0097",
    "openreview:~Joshua_Velten1",
    "dblp:12/3456-7",
    "scholar:AbCdEfGAAAAJ",
    "openalex:A5023888391",
    "s2:1741101",
    "ieee:37085551234",
)
HOME = "https://velten.example/~josh/"
WAYS = (
    *IDS,
    "0000-0002-1825-0097",
    "https://orcid.org/0000-0002-1825-0097",
    "orcid.org/0000-0002-1825-0097",
    "0000000218250097",
    "~Joshua_Velten1",
    "https://openreview.net/profile?id=~Joshua_Velten1",
    "https://openreview.net/profile?id=%7EJoshua_Velten1",
    "~joshua_velten1",
    "12/3456-7",
    "https://dblp.org/pid/12/3456-7.html",
    "https://dblp.uni-trier.de/pid/12/3456-7",
    "AbCdEfGAAAAJ",
    "https://scholar.google.com/citations?user=AbCdEfGAAAAJ&hl=en",
    "https://scholar.google.de/citations?hl=de&user=AbCdEfGAAAAJ",
    "A5023888391",
    "a5023888391",
    "https://openalex.org/A5023888391",
    "https://openalex.org/authors/A5023888391",
    "https://api.openalex.org/people/A5023888391",
    "https://www.semanticscholar.org/author/J.-Velten/1741101",
    "https://ieeexplore.ieee.org/author/37085551234",
    HOME,
    "velten.example/~josh",
    "http://www.velten.example/~josh/index.html",
    "Joshua Velten (0000-0002-1825-0097)",
    "ORCID 0000-0002-1825-0097",
    "ORCID: 0000-0002-1825-0097",
    "Google Scholar AbCdEfGAAAAJ",
    "DBLP 12/3456-7",
    "Joshua B. Velten",
    "Joshua Velten",
    "Josh Velten",
    "Velten, Joshua",
    "Velten Joshua",
    "J. Velten",
    "velten, j.",
    "Prof. Joshua Velten",
    "Prof. Dr. Joshua B. Velten",
    "Dr Joshua Velten, PhD",
    "JOSHUA VELTEN",
    "Jóshua Vèlten",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, rask = tmp_path_factory.mktemp("store"), author("Bo Rask", "openalex:A5000000001")
    stored(
        folder,
        work("Owls", Authorship("Joshua B. Velten", ids=IDS, homepage=HOME), rask),
        work("Wings", Authorship("Josh Velten", ids=IDS[:1]), rask),
        work("Bees", "Jörg Händel @ Uni A", rask),
        work("Wasps", "Cy Cole @ Uni A"),
        work("Ants", "Cy Cole @ Uni B"),
        work("Newts", "Cy Cole @ Uni C", published=False),
    ).close()
    return folder


def run(home: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setenv("FINDER_HOME", str(home))
    with pytest.raises(SystemExit) as exit_:
        main(words)
    return int(exit_.value.code or 0)


@pytest.mark.parametrize("who", WAYS)
def test_every_way_of_naming_them_means_the_one_person(home: Path, who: str) -> None:
    with open_store(home) as store:
        snapshot = store.snapshots.current_snapshot()
        meant = snapshot.load_table("authors").row(lookup.resolve_author(snapshot, who), named=True)

        assert meant["name"] in ("Joshua B. Velten", "Josh Velten")
        assert subject_access.subject_access_report(store, who, demo_today())["held"] == 2


@pytest.mark.parametrize("who", ["Jörg Händel", "Joerg Haendel", "Jorg Handel", "Haendel, Joerg", "J. Händel"])
def test_umlauts_are_read_in_every_way_of_writing_them(home: Path, who: str) -> None:
    with open_store(home) as store:
        snapshot = store.snapshots.current_snapshot()

        assert snapshot.load_table("authors")["name"][lookup.resolve_author(snapshot, who)] == "Jörg Händel"


@pytest.mark.parametrize(
    "who",
    [
        "https://orcid.org/0000-0002-1825-0098",
        "0000-0002-1825-0098",
        "orcid:12",
        "https://openreview.net/forum?id=x",
        "https://dblp.org/search?q=velten",
        "https://scholar.google.com/scholar?q=velten",
        "ada@velten.example",
        "https://openalex.org/W2741809807",
        "twitter:velten",
        "12345",
        "",
        "???",
        "https://nobody.example/",
        "openreview.net/group?id=~Joshua_Velten",
        "Joshua_Velten1",
        "ORCID 0000-0002-1825-0098",
        "Velten 0000-0002-1825",
    ],
)
def test_what_is_not_understood_is_never_called_forgotten_or_not_held(
    home: Path, who: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (("forget", who, "--yes"), ("about", who), ("hide", who), ("person", who)):
        assert run(home, monkeypatch, *command) == 2
        told = capsys.readouterr()
        assert "Forgotten" not in told.err
        assert "Nothing is held" not in told.out
        assert "Type a name, or an id or link" in told.err


@given(st.text(max_size=30))
def test_anything_is_understood_or_refused(text: str) -> None:
    try:
        asked = lookup.parse_person_reference(text)
    except UsageError:
        return
    assert sum(part is not None for part in (asked.id, asked.page, asked.name)) == 1


def test_several_are_offered_with_those_without_a_work_last(home: Path) -> None:
    with open_store(home) as store, pytest.raises(UsageError, match="3 people are called Cy Cole") as told:
        lookup.resolve_author(store.snapshots.current_snapshot(), "Dr. Cy Cole")

    choices = str(told.value).split(": ")[1].split("; ")
    assert [choice.split("(")[1].split(",")[0] for choice in choices] == ["1 works", "1 works", "0 works"]


def test_a_name_means_whoever_is_well_known_where_it_is_read_and_nobody_where_it_is_acted_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known, other = author("Di Pell @ Uni A", "dblp:1/1"), author("Di Pell @ Uni B", "dblp:1/2")
    works = [work(f"Study {number} of moss", known, "Bo Rask") for number in range(10)]
    with stored(tmp_path, *works, work("Ferns", other), work("Reeds", other)) as store:
        meant = lookup.resolve_likely_author(store.snapshots.current_snapshot(), "Di Pell")
        assert meant.others == "1 other person is called Di Pell, with 2 works: dblp:1/2"
        with pytest.raises(UsageError, match="2 people are called Di Pell"):
            lookup.resolve_author(store.snapshots.current_snapshot(), "Di Pell")

    assert run(tmp_path, monkeypatch, "person", "Di Pell") == 0
    assert "1 other person is called Di Pell" in capsys.readouterr().out
    for command in (("forget", "Di Pell", "--yes"), ("hide", "Di Pell"), ("about", "Di Pell")):
        assert run(tmp_path, monkeypatch, *command) == 2
        assert "2 people are called Di Pell" in capsys.readouterr().err
    with open_store(tmp_path) as store:
        assert lookup.resolve_likely_author(store.snapshots.current_snapshot(), "dblp:1/2").others is None
    # three works of ten are not few enough
    more = stored(tmp_path / "more", *works, *(work(title, other) for title in ("Ferns", "Reeds", "Rushes")))
    with more, pytest.raises(UsageError, match="2 people are called Di Pell"):
        lookup.resolve_likely_author(more.snapshots.current_snapshot(), "Di Pell")


@pytest.mark.parametrize("who", ["Joshua Velden", "Velten", "Joshau Velten"])
def test_whoever_is_nearly_named_is_offered(
    home: Path, who: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (("person", who), ("about", who), ("forget", who, "--yes")):
        assert run(home, monkeypatch, *command) == 2
        assert "Did you mean" in capsys.readouterr().err


def test_a_name_that_is_nobodys_holds_nothing(home: Path) -> None:
    with open_store(home) as store:
        assert subject_access.subject_access_report(store, "Xenia Quux", demo_today())["held"] == 0


def test_nobody_is_forgotten_by_a_name_that_only_could_be_theirs(home: Path) -> None:
    with open_store(home) as store, pytest.raises(UsageError, match=r"Nobody is printed as J\. Velten\. Did you mean"):
        person_erasure.find_erasure_target(store, "J. Velten", NOW)


@pytest.mark.parametrize("who", ["https://orcid.org/0000-0002-1825-0097", "~Ada_Vell1", "Prof. Ada Vell", "Vell, Ada"])
def test_forgetting_by_a_link_forgets(
    tmp_path: Path, who: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = ("orcid:0000-0002-1825-0097", "openreview:~Ada_Vell1")
    stored(tmp_path, work("Owls", author("Ada Vell", *ids), "Bo Rask")).close()

    assert run(tmp_path, monkeypatch, "forget", who, "--yes") == 0
    assert "Forgotten" in capsys.readouterr().err
    with open_store(tmp_path) as store:
        assert store.snapshots.current_snapshot().load_table("authors")["name"].to_list() == ["Bo Rask"]


def test_an_id_that_is_stored_nowhere_is_listed_and_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stored(tmp_path, work("Owls", "Bo Rask")).close()
    assert run(tmp_path, monkeypatch, "forget", "https://orcid.org/0000-0002-1825-0097", "--yes") == 0
    told = capsys.readouterr().err
    assert "Nobody is stored under orcid:0000-0002-1825-0097" in told
    assert "Forgotten" not in told
    with open_store(tmp_path) as store:
        later = work("Wings", author("Ada Vell", "orcid:0000-0002-1825-0097"), "Bo Rask")
        store.records.put_records([_encoded(later)], fetched_at=NOW)
        assert set(resolve_and_publish(store, NOW).load_table("authors")["name"]) == {"Bo Rask"}


def _encoded(record):  # type: ignore[no-untyped-def]
    from finder.storage.records import encode_record

    return encode_record(record)


def test_hiding_by_a_link_hides_and_is_taken_back_by_the_bare_id(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(tmp_path, work("Owls", author("Ada Vell", "orcid:0000-0002-1825-0097"))).close()

    assert run(tmp_path, monkeypatch, "hide", "https://orcid.org/0000-0002-1825-0097") == 0
    with open_store(tmp_path) as store:
        assert store.snapshots.current_snapshot().load_table("authors").is_empty()
        assert (
            subject_access.subject_access_report(store, "0000-0002-1825-0097", demo_today())["suppressed"] == "hidden"
        )
    assert run(tmp_path, monkeypatch, "hide", "0000-0002-1825-0097", "--undo") == 0
    with open_store(tmp_path) as store:
        assert store.snapshots.current_snapshot().load_table("authors")["name"].to_list() == ["Ada Vell"]


@pytest.mark.parametrize("who", ["https://orcid.org/0000-0002-1825-0097", "Prof. Velten, Joshua", "Josh Velten"])
def test_other_commands_read_them_alike(home: Path, who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for command in (
        ("person", who, "--offline"),
        ("why", who, "owls", "--offline"),
        ("path", "--from", "Bo Rask", "--to", who),
        ("shortlist", "add", who),
        ("shortlist", "note", who, "kind"),
        ("shortlist", "remove", who),
    ):
        assert run(home, monkeypatch, *command) == 0, command


@needs_shared
@pytest.mark.parametrize(
    "who",
    [
        "Josh Tarnowicz",
        "~Joshua_Tarnowicz1",
        "https://orcid.org/0000-0002-1825-0097",
        "0000-0002-1825-0097",
        "https://openreview.net/profile?id=~Joshua_Tarnowicz1",
    ],
)
def test_the_case_of_a_person_with_all_ids(tmp_path: Path, who: str) -> None:
    file = tmp_path / "icml2025.json"
    file.write_bytes((SHARED / "cases" / "identity" / "lookup.icml2025.json").read_bytes())
    with open_store(tmp_path / "home") as store:
        import_files(store, discover_sources()["paperlists"], [file], now=NOW)
        resolve_and_publish(store, NOW)
        assert subject_access.subject_access_report(store, who, demo_today())["held"] == 3
        person_erasure.erase_person(store, person_erasure.find_erasure_target(store, who, NOW), NOW)
        assert "tarnowicz" not in _everybody(store)


def _everybody(store: Store) -> str:
    return " ".join(store.snapshots.current_snapshot().load_table("authors")["name"]).lower()
