"""Commands read what is new: few works at once, many in the background, and say how far it is."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from finder import cli, demo_store, embedding_jobs
from finder.encoder import EncoderError, encoder_choice
from finder.encoder.encoder_choice import FETCHED
from finder.errors import SourceError
from finder.maintenance import environment_checks
from finder.resolution import work_vectors
from finder.settings import load_settings
from finder.storage import Store, open_store
from tests.encoders import encode_all, encoder_of, toy, use
from tests.worlds import copied, put, stored, work

WORKS = [work(f"Owl {chr(97 + n) * 3}", f"Ada {chr(97 + n) * 4}", abstract="It is silent.") for n in range(5)]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    use(tmp_path / "home", toy(tmp_path / "toy"), monkeypatch)
    monkeypatch.setenv("FINDER_HOME", str(tmp_path / "home"))
    return copied(tmp_path / "home", *WORKS)


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The commands that were started."""
    commands: list[Any] = []
    monkeypatch.setattr(embedding_jobs.subprocess, "Popen", lambda command, **_: commands.append(command))
    return commands


def share(store: Store) -> dict[str, float]:
    return dict(work_vectors.vector_coverage(store, store.snapshots.current_snapshot(), encoder_of(store.home)))


def test_few_titles_are_read_now_and_abstracts_in_the_background(store: Store, begun: list[Any]) -> None:
    said: list[str] = []
    embedding_jobs.embed_new_works(store, said.append)
    assert share(store) == {"titles": 1, "texts": 0}
    assert begun == [embedding_jobs.COMMAND]
    embedding_jobs.embed_new_works(store, said.append)
    assert len(begun) == 1, "it has just been started"
    assert said == ["Reading new titles …"]
    put(store, work("A new owl", "Di Ems"))
    embedding_jobs.embed_new_works(store, said.append)
    assert len(begun) == 2


def test_many_are_read_in_the_background_alone(store: Store, begun: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding_jobs, "MAX_FOREGROUND_TITLES", 4)
    embedding_jobs.embed_new_works(store, pytest.fail)
    assert share(store) == {"titles": 0, "texts": 0}
    assert begun == [embedding_jobs.COMMAND]


def test_nothing_is_started_where_all_is_read_or_it_is_switched_off(
    store: Store, begun: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    encode_all(store)
    embedding_jobs.embed_new_works(store, pytest.fail)
    put(store, work("A new owl", "Di Ems"))
    monkeypatch.setenv("FINDER_SEMANTIC", "off")
    embedding_jobs.embed_new_works(store, pytest.fail)
    assert begun == []


def test_a_broken_encoder_does_not_keep_a_command_from_its_answer(
    store: Store, begun: list[Any], tmp_path: Path
) -> None:
    (tmp_path / "toy" / "model.onnx").write_bytes(b"no model")
    embedding_jobs.embed_new_works(store, lambda _: None)
    embedding_jobs.embed_imported_titles(store, lambda _: None)
    assert begun == []


def test_what_the_background_runs_is_a_command_that_reads_all(store: Store) -> None:
    assert embedding_jobs.COMMAND[1:4] == ("-m", "finder", "semantic")
    _run(*embedding_jobs.COMMAND[3:])
    assert share(store) == {"titles": 1, "texts": 1}


def _run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    return int(str(ended.value.code))


def test_the_state_is_told(store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    work_vectors.encode_works(store, encoder_of(store.home), kinds=("titles",))
    _run("semantic")
    out = capsys.readouterr().out
    assert "toy; 100% of the titles and 0% of the abstracts are read (0.0 MB)" in out
    _run("semantic", "status", "--format", "json")
    state = json.loads(capsys.readouterr().out)
    assert (state["encoder"], state["titles"], state["texts"], state["why"]) == ("toy", 1.0, 0.0, "")
    monkeypatch.setenv("FINDER_SEMANTIC", "off")
    _run("semantic")
    assert "by words alone: it is switched off in the settings" in capsys.readouterr().out
    assert _run("semantic", "encode") == 2


def test_the_doctor_names_what_is_wrong(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def found() -> Any:
        looked = environment_checks.environment_findings(store.home, {}, datetime(2026, 11, 1, tzinfo=UTC))
        return next(one for one in looked if one.check == "semantic")

    told = list(environment_checks.embedding_findings(store))
    assert [(one.state, one.message) for one in told] == [
        ("note", "0% of the titles and 0% of the abstracts are read by toy.")
    ]
    encode_all(store)
    assert [one.state for one in environment_checks.embedding_findings(store)] == ["fine"]
    assert (found().state, found().message) == ("fine", "Works are compared by what they mean, too: toy.")
    (tmp_path / "toy" / "model.onnx").write_bytes(b"no model, and longer than that")
    assert found().state == "problem"
    assert "toy holds no encoder" in found().message
    (tmp_path / "toy" / "model.onnx").unlink()
    assert "does not hold model.onnx" in found().message
    monkeypatch.setenv("FINDER_SEMANTIC", "off")
    assert found().state == "fine"


def fetched(store: Store, status: int, content: bytes = b"") -> Path:
    async def pieces() -> AsyncIterator[bytes]:
        yield content

    def transport(request: httpx.Request) -> httpx.Response:
        assert str(request.url) == f"https://huggingface.co{encoder_choice.FETCHED_PATH}"
        return httpx.Response(status, content=pieces())

    return embedding_jobs.fetch_model_file(
        load_settings(store.home),
        store,
        transport=httpx.MockTransport(transport),
        resolve=lambda _: ["8.8.8.8"],
        sleep=lambda _: asyncio.sleep(0),
        ticks=iter(range(10, 10**6, 10)).__next__,
    )


def test_the_model_is_fetched_checked_and_kept_as_a_file_alone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytes(range(256)) * 100
    monkeypatch.setattr(embedding_jobs, "FETCHED_SHA256", hashlib.sha256(content).hexdigest())
    path = fetched(store, 200, content)
    assert path == store.home / FETCHED
    assert path.read_bytes() == content
    assert store.connection.execute("select count(*) from reply").fetchone() == (0,)
    assert not list(path.parent.glob("*.part"))


def test_another_file_than_the_pinned_one_is_not_kept(store: Store) -> None:
    with pytest.raises(EncoderError, match="not the file it should be"):
        fetched(store, 200, b"something else")
    with pytest.raises(SourceError):
        fetched(store, 403)
    assert not (store.home / FETCHED).exists()
    assert store.connection.execute("select count(*) from reply").fetchone() == (0,)


def test_fetching_asks_first(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("semantic", "fetch") == 2
    assert "--yes" in capsys.readouterr().err


def test_an_import_that_is_stopped_keeps_what_was_read(
    store: Store, begun: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_vectors, "AT_ONCE", {"titles": 1, "texts": 1})
    real = work_vectors.encode_works

    def encode(store: Store, encoder: Any, tell: Any, **rest: Any) -> bool:
        def stop(one: work_vectors.EncodingProgress) -> None:
            tell(one)
            if one.done == 2:
                raise KeyboardInterrupt

        return real(store, encoder, stop, **rest)

    monkeypatch.setattr(embedding_jobs.work_vectors, "encode_works", encode)
    said: list[str] = []
    embedding_jobs.embed_imported_titles(store, said.append)
    assert share(store)["titles"] == 2 / 5
    assert said[-1] == "Stopped. What was read is kept."
    assert begun == []


def test_the_demo_has_read_its_titles_before_it_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A world of three works in place of the real one, which takes longer."""
    use(demo_store.demo_home(tmp_path), toy(tmp_path / "toy"), monkeypatch)
    with stored(demo_store.demo_home(tmp_path), *WORKS) as built:
        built.set_meta("world", demo_store._demo_version())
    with demo_store.open_demo_store(tmp_path, pytest.fail) as opened:
        assert share(opened) == {"titles": 1, "texts": 0}
    monkeypatch.setenv("FINDER_SEMANTIC", "off")
    with demo_store.open_demo_store(tmp_path, pytest.fail) as opened, open_store(opened.home):
        pass
