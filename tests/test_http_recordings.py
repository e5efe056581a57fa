from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from serving import KEY, TOY, Door, answer, run, serving

from finder.errors import NotFound, NotRecorded, StoreError
from finder.http import read_recordings, recording_key, write_recordings
from finder.source import Response
from finder.storage import Store


def test_what_was_recorded_from_a_local_server_replays_under_the_default_base(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "recorded.jsonl.xz"

    async def scenario() -> None:
        async with serving(answer({"a": 1}), answer({"a": 2})) as web:
            base = f"{web.url}/mirror"
            recording = Door(store, base, key=KEY)
            replies = [await recording.get("/works", {"b": 1, "a": 2}), await recording.get("/works/W1", note="part")]
        assert write_recordings(path, replies, {"toy": base}) == 2

        replaying = Door(store, now=datetime(2025, 1, 1, tzinfo=UTC))
        options = {"mode": "replay", "recordings": read_recordings(path)}
        first = await replaying.get("/works", {"a": 2, "b": 1}, **options)
        assert (first.body, first.url) == (b'{"a": 1}', "https://api.toy.example/works?a=2&b=1")
        assert (first.fetched_at, first.from_cache) == ("2025-01-01T00:00:00Z", True)
        assert (await replaying.get("/works/W1", **options)).note == "part"
        assert store.connection.execute("select url from reply where id = ?", (first.id,)).fetchone() == (first.url,)
        with pytest.raises(NotRecorded, match="not among the recordings"):
            await replaying.get("/works/W2", **options)

    run(scenario())


def test_the_same_replies_in_any_order_make_the_same_file(tmp_path: Path) -> None:
    replies = [
        Response("toy", "/works?b=1&a=2&mailto=me", 200, "Zoë\u2028\r\n".encode(), ""),
        Response("toy", "https://api.toy.example/works/W1?api_key=secret", 200, b"\xff\x00binary", ""),
        Response("pages", "https://lab.example/~me/", 200, b"<p>", "", {"content-type": "text/html"}, note="n"),
    ]
    bases = {"toy": "https://api.toy.example/"}
    digests = set()
    for order in (replies, replies[::-1]):
        write_recordings(tmp_path / "file.xz", order, bases)
        digests.add(hashlib.sha256((tmp_path / "file.xz").read_bytes()).hexdigest())

    assert len(digests) == 1
    read = read_recordings(tmp_path / "file.xz")
    assert list(read) == ["pages:https://lab.example/~me/", "toy:/works/W1", "toy:/works?a=2&b=1"]
    assert [reply.body for reply in read.values()] == [b"<p>", b"\xff\x00binary", "Zoë\u2028\r\n".encode()]
    assert read["pages:https://lab.example/~me/"].note == "n"
    assert recording_key("toy", "https://api.toy.example/works?a=2&b=1", bases["toy"]) == "toy:/works?a=2&b=1"


def test_a_recorded_refusal_is_a_refusal_and_partial_stays_partial(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "file.xz"
    write_recordings(path, [Response("toy", "/gone", 404, b"", ""), Response("toy", "/part", 200, b"{}", "")])
    door = Door(store, card=replace(TOY, pace=0.001))
    options = {"mode": "replay", "recordings": read_recordings(path)}

    with pytest.raises(NotFound):
        run(door.get("/gone", **options))
    assert not run(door.get("/part", check=lambda _: False, **options)).complete
    assert door.kinds == ["failed", "cached"]


@pytest.mark.parametrize("content", [None, b"", b"no xz", b"\xfd7zXZ\x00"])
def test_a_file_that_is_none(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "file.xz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StoreError, match=r"file\.xz is not a file of recordings"):
        read_recordings(path)
