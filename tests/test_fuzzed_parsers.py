"""Whatever arrives, every parser reads it or says why not: only errors of ours leave it, in bounded time and memory.

``FINDER_FUZZ=40 uv run pytest -n 0 tests/test_fuzzed_parsers.py`` tries forty times as many examples, other ones each
time.
"""

from __future__ import annotations

import gzip
import tracemalloc
from contextlib import suppress
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard import search_url
from finder import ids
from finder import settings as settings_module
from finder.errors import FinderError
from finder.ingest import dump_import
from finder.ingest.file_import import import_files
from finder.model import Person, Posting, Record, Rejected, Statement, Work
from finder.postings.position_kinds import classify_position
from finder.publication import resolve_and_publish
from finder.resolution.input_tables import parse_epoch_day
from finder.source import Parsed, Response, discover_sources
from finder.storage import Store, open_store
from finder.storage.records import encode_record
from finder.text import names
from tests.fuzzing import HOSTILE, ODD, TABLES, TIMES, anything, asked, damaged, seeds, written
from tests.fuzzing import names as parsers

EXAMPLES = max(1, int(15 * TIMES))
MEMORY = 256_000_000  # bytes at most that a parser may need for a hostile answer of some megabytes
unhurried = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=TIMES == 1,
    database=None,
    suppress_health_check=list(HealthCheck),
)
every_parser = pytest.mark.parametrize(("package", "name"), parsers(), ids=lambda part: part.rpartition(".")[2])


def read(package: str, reply: Response) -> list[Parsed]:
    """What the parser makes of an answer, which must be fit to be kept."""
    found: list[Parsed] = []
    with suppress(FinderError):
        found.extend(discover_sources(package)[reply.source].parse(reply))
    for one in found:
        check(one)
    return found


def check(one: Parsed) -> None:
    """A record can be written down, and its dates are dates."""
    if isinstance(one, Rejected):
        str(one).encode()
        return
    if isinstance(one, Posting):
        msgspec.json.encode(one)
        for day in filter(None, (one.date_posted, one.valid_through)):
            date.fromisoformat(day)
        classify_position(one.title, one.description or "", one.level or "")
        return
    encode_record(one)
    if isinstance(one, Work):
        parse_epoch_day(one.date)
        assert one.date[:4].isascii()
    elif isinstance(one, Person | Statement) and one.seen:
        parse_epoch_day(one.seen[:10])


@pytest.mark.timeout(0 if TIMES > 1 else 120)
@every_parser
@unhurried
@given(data=st.data())
def test_a_damaged_answer(package: str, name: str, data: st.DataObject) -> None:
    seed = data.draw(st.sampled_from(seeds(package, name)))
    body = data.draw(damaged(seed.body))
    read(package, with_body(seed, body))


def with_body(seed: Response, body: bytes) -> Response:
    return Response(seed.source, seed.url, seed.status, body, seed.fetched_at, seed.headers, note=seed.note)


@pytest.mark.timeout(0 if TIMES > 1 else 120)
@every_parser
@unhurried
@given(body=anything())
def test_anything_at_all(package: str, name: str, body: bytes) -> None:
    read(package, asked(package, name, body))


@pytest.mark.parametrize("what", HOSTILE)
@every_parser
def test_an_answer_that_means_harm(package: str, name: str, what: str) -> None:
    tracemalloc.start()
    try:
        read(package, asked(package, name, HOSTILE[what]))
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()


@pytest.mark.timeout(0 if TIMES > 1 else 120)
def test_what_was_read_of_damaged_answers_can_be_published(tmp_path: Path) -> None:
    records: list[Record] = []

    @unhurried
    @given(data=st.data())
    def gather(package: str, name: str, data: st.DataObject) -> None:
        seed = data.draw(st.sampled_from(seeds(package, name)))
        found = read(package, with_body(seed, data.draw(damaged(seed.body))))
        records.extend(one for one in found if not isinstance(one, Rejected | Posting))

    for package, name in parsers():
        gather(package, name)
    with open_store(tmp_path) as store:
        store.records.put_records(map(encode_record, records), fetched_at="2026-11-22T12:00:00+00:00")
        assert resolve_and_publish(store, "2026-11-22T12:00:00+00:00").load_table("works").height > 0


@pytest.mark.timeout(0 if TIMES > 1 else 120)
@pytest.mark.parametrize("kind", TABLES)
@unhurried
@given(data=st.data())
def test_a_damaged_file(tmp_path_factory: pytest.TempPathFactory, kind: str, data: st.DataObject) -> None:
    name, seed = TABLES[kind]
    body = data.draw(damaged(seed) | anything())
    if data.draw(st.booleans()):
        name, body = f"{name}.gz", gzip.compress(body)[: data.draw(st.sampled_from([None, -1, -9, 12]))]
    folder = tmp_path_factory.mktemp("file")
    with open_store(folder / "home") as store, suppress(FinderError):
        assert sum(taken(store, kind, written(folder, name, body))) > 0
        if store.records.last_write_seq():
            resolve_and_publish(store, "2026-11-22T12:00:00+00:00")


def taken(store: Store, kind: str, file: Path) -> tuple[int, int]:
    """How many files were read to their end, and how many were not."""
    source, now = discover_sources()[kind], "2026-11-22T12:00:00+00:00"
    if source.read_lines:
        held = dump_import.import_dump(store, source, [file], dump_import.DumpQuery(), now=now).held
        return held.files, len(held.failed)
    report = import_files(store, source, [file], now=now)
    return report.files, len(report.failed)


@pytest.mark.parametrize("what", HOSTILE)
@pytest.mark.parametrize("kind", TABLES)
def test_a_file_that_means_harm(kind: str, what: str, tmp_path: Path) -> None:
    name = TABLES[kind][0] + (".gz" if what == "a bomb" else "")
    with open_store(tmp_path / "home") as store:
        taken(store, kind, written(tmp_path, name, HOSTILE[what]))
        assert store.records.count_by_source() == {}


@unhurried
@given(text=st.text() | st.sampled_from([one for one in ODD if isinstance(one, str)]))
def test_names_and_ids_of_any_unicode(text: str) -> None:
    assert isinstance(names.name_key(text), str)
    names.display_name(text).encode(errors="surrogatepass")
    names.text_key(text)
    for read_id in (
        ids.parse_orcid,
        ids.parse_dblp_pid,
        ids.parse_scholar_id,
        ids.parse_openreview_id,
        ids.parse_doi,
        ids.parse_page_url,
    ):
        assert read_id(text) is None or isinstance(read_id(text), str)


@unhurried
@given(
    text=st.text()
    | st.sampled_from(["weights = 1", "[[boards]]", "[sources]\nx=1", "a=[[[", "half_life_years=nan"])
    | st.binary().map(lambda data: data.decode("latin-1"))
)
def test_settings_of_any_text(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    home = tmp_path_factory.mktemp("home")
    (home / "finder.toml").write_bytes(text.encode(errors="surrogatepass"))
    with suppress(FinderError):
        settings_module.load_settings(home, {})


@unhurried
@given(
    query=st.dictionaries(
        st.sampled_from(["interest", "country", "stage", "kind", "since", "top", "without", "w_fit", "shape", "open"])
        | st.text(max_size=8),
        st.lists(st.text() | st.sampled_from(["nan", "inf", "-1", "1e999", "²", "9" * 5000]), max_size=3),
    )
)
def test_addresses_of_any_text(query: dict[str, list[str]]) -> None:
    view, notes = search_url.parse_search_url(query, 2026)
    assert all(map(str, notes))
    with suppress(FinderError):
        view.to_advisor_query(date(2026, 11, 22), {}, 4.0)
