"""E-mail addresses and telephone numbers stay out of the store, however they are written; what looks like one stays."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from finder.model import Affiliation, Authorship, Board, Institution, Person, Posting, Record, Statement, Work
from finder.publication import resolve_and_publish
from finder.storage import Store, open_store, redaction_migration
from finder.storage.records import encode_record
from finder.text import redaction
from tests.everything import everything
from tests.worlds import NOW

SPELLINGS = (
    "ada.vell@uni.example",
    "Ada.Vell@Uni.example",
    "ADA.VELL@UNI.EXAMPLE",
    "ada.vell @ uni.example",
    "ada.vell (at) uni.example",
    "ada.vell[at]uni[dot]edu",
    "ada.vell {at} uni {dot} edu",
    "ada.vell at uni dot edu",
    "ada.vell AT cs dot uni DOT edu",
    "{ada.vell,bela}@x.edu",
    "{ada.vell, bela, cleo}@x.edu",
    "(ada.vell|bela)@x.edu",
    "ada.vell&#64;uni.edu",
    "ada.vell&#x40;uni.edu",
    "ada.vell&commat;uni.edu",
    "ada.vell\uff20uni.edu",
    "ada.vell\uff20uni\uff0eedu",
    "mailto:ada.vell%40uni.edu",
    "ada.vell(@)uni.edu",
    "ada.vell -at- uni -dot- edu",
    "ada.vell<at>uni<dot>edu",
    "ada.vell@uni(dot)edu",
    "ada.vell_at_uni.edu",
    "ada.vell@uni dot edu",
    "ada.vell_AT_uni_DOT_edu",
    "ada.vell+lab@uni.co.uk",
    "ada.vell@m\u00fcller.de",
    "ada.vell @uni . edu",
    "ada.vell@163.com",
)
NUMBERS = (
    "Phone: +49 30 1234567",
    "Tel. 030/123 45 67",
    "telephone (030) 123-4567",
    "Telefon +49 (0)30 12 34 56",
    "fax: 0301234567",
)
KEPT = (
    "Recall@10",
    "pass@k",
    "P@10 and mAP@0.5",
    "Hits@1.We show",
    "NDCG@10.Furthermore, we propose",
    "IoU@0.5:0.95",
    "look at the dot product",
    "we evaluate at 10 dot com",
    "Recall@1.we show 3 dots",
    "GPT-4 @ scale",
    "top@5 acc.",
    "ICML 2024 at Vienna",
    "arXiv 2401.01234",
    "a telephone survey of 1,234 people",
    "mobile robots 2023-2024 and 12 more",
    "That is good at (at least) ten tasks.",
    "cell 1234 of the grid",
    "Bell, A. (2001)",
)


@pytest.mark.parametrize("spelling", [*SPELLINGS, *NUMBERS])
def test_what_is_written_so_is_left_out_without_litter(spelling: str) -> None:
    assert redaction.redact_contacts(f"Ada Vell, {spelling}, Berlin") == "Ada Vell, Berlin"
    assert redaction.redact_contacts(f"Ada Vell ({spelling})") == "Ada Vell"
    assert redaction.redact_contacts(f"Ask {spelling} for it", "[address]") == "Ask [address] for it"


@pytest.mark.parametrize("text", KEPT)
def test_what_only_looks_like_one_stays(text: str) -> None:
    assert redaction.redact_contacts(text) == text


@pytest.mark.parametrize("label", ["E-mail:", "Email", "e-mails:", "Electronic address:", "Contact:"])
def test_the_word_before_it_goes_too(label: str) -> None:
    assert redaction.redact_contacts(f"Uni of Nowhere, Berlin. {label} ada.vell@uni.edu") == "Uni of Nowhere, Berlin."


def test_hints_are_found_quickly_where_they_are() -> None:
    pieces = (
        "ada@uni.example",
        "ada (at) uni (dot) example",
        "Tel. +49 (0)331 977-1234",
        '"at": [3], "at": [5]',
        "a at b dot c at d dot e ",
        "Phone phone 1",
        "ada&#64;uni.example",
        "@@@",
        "\uff20",
        "fax: 123 456 789",
        "x",
    )
    draw = random.Random(1)
    for _ in range(200):
        text = draw.choice(("", " ", ", ")).join(draw.choices(pieces, k=12)) + draw.choice(("", "\udcff"))
        assert list(redaction._find_quickly(text)) == list(redaction._find_hints(text)), text


def test_an_answer_is_read_as_before() -> None:
    body = json.dumps({"a": [f"x {one} y" for one in SPELLINGS], "b": "Recall@10", "c": {"n": 1}}).encode()
    kept = json.loads(redaction.redact_response_body(body) or b"")
    assert (kept["b"], kept["c"], len(kept["a"])) == ("Recall@10", {"n": 1}, len(SPELLINGS))
    assert not any("ada" in text for text in kept["a"])
    odd = b"\xff\xfe ada@uni.edu \x00"
    assert redaction.redact_response_body(odd) == b"\xff\xfe  \x00"


@pytest.mark.parametrize("piece", ["a@", "@", "{a,", "a at b dot ", "tel 1 ", "a.b@c.", "(at)", "a-"])
def test_an_answer_full_of_signs_takes_no_time_and_is_not_kept_where_it_would(piece: str) -> None:
    body = (piece * (1_000_000 // len(piece))).encode()
    kept = redaction.redact_response_body(body)
    assert kept is None or len(kept) <= len(body)


def fields(type_: type[msgspec.Struct]) -> Iterable[str]:
    """Fields of a record that hold one text."""
    for field in msgspec.structs.fields(type_):
        if field.type in (str, str | None) and field.name not in ("source", "source_id", "kind", "platform", "board"):
            yield field.name


SAID = " ".join(SPELLINGS)
PLAIN: dict[type, dict[str, Any]] = {
    Work: {
        "source": "test",
        "source_id": "w1",
        "title": "Owls",
        "date": "2025-01-01",
        "authorships": (Authorship("Ada"),),
    },
    Person: {"source": "test", "source_id": "p1", "name": "Ada", "seen": "2026-11-01"},
    Statement: {
        "source": "test",
        "source_id": "s1",
        "name": "Ada",
        "ids": ("homepage:https://a.example",),
        "polarity": "recruiting",
        "quote": "Come.",
        "url": "https://a.example",
        "seen": "2026-11-01",
    },
    Institution: {"source": "test", "source_id": "i1", "name": "Uni"},
}
CLOSED = {"polarity", "seen", "date"}  # they take a few words only


def planted() -> list[Record]:
    """Records with addresses in one text each, and in the texts within them."""
    found: list[Record] = []
    for type_, plain in PLAIN.items():
        open_ = (name for name in fields(type_) if name not in CLOSED)
        found += [type_(**{**plain, "source_id": f"{name}1", name: f"Owls {SAID}"}) for name in open_]
    at = Affiliation("Uni", raw=f"Uni, {SAID}", role=f"Prof {SAID}")
    one = Authorship("Ada", affiliations=(at,), homepage="mailto:ada.vell@uni.edu", ids=("x:ada.vell@uni.edu",))
    found.append(Work(**{**PLAIN[Work], "source_id": "in", "authorships": (one,), "keywords": ("owls", SAID)}))
    found.append(Work(**{**PLAIN[Work], "source_id": "ada.vell@uni.edu"}))
    return found


def seen(home: Path) -> list[str]:
    """Where a trace of the addresses is left."""
    traces = (b"ada.vell", b"ada.vell@", b"bela}@", b"(ada", b"{ada")
    return [place for place, data in everything(home) if any(trace in data.lower() for trace in traces)]


def posting() -> Posting:
    return Posting("lever", "n/1", "n", f"PhD {SAID}", "https://b.example/1", description=f"Write to {SAID}")


def fill(store: Store) -> None:
    reply = store.replies.upsert_response(
        "test", "GET 1", "https://a.example/1", 200, {}, f"<p>{SAID}</p>".encode(), NOW
    )
    store.records.put_records(map(encode_record, planted()), fetched_at=NOW, reply=reply)
    board = Board("N", "lever", "n")
    store.postings.register_boards([board])
    store.postings.record_crawl(board, [posting()], NOW, complete=True)
    resolve_and_publish(store, NOW)


def test_nothing_that_comes_in_brings_one_into_the_store(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        fill(store)
        assert len(store.records.record_ids()) == len(planted()) - 1, (
            "but for the one that is known by an address alone"
        )
    assert seen(tmp_path) == []


def test_what_was_stored_before_is_cleaned_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as before:
        before.setattr(redaction, "redact_rows", list)
        before.setattr(redaction, "redact_json", lambda body: body)
        before.setattr(redaction, "redact_response_body", lambda body: body)
        before.setattr(redaction, "contains_contact", lambda text: False)
        with open_store(tmp_path) as store:
            fill(store)
    assert seen(tmp_path), "the search would find them"
    with open_store(tmp_path) as store:
        store.set_meta(redaction_migration.NOTE, "0")  # as the migration leaves a store that holds something
        resolve_and_publish(store, NOW, anew=True)
        assert store.get_meta(redaction_migration.NOTE) == redaction_migration.DONE
        assert redaction_migration.redact_store_contacts(store) == {}
        store.connection.execute("vacuum")
        store.connection.execute("pragma wal_checkpoint(truncate)")
    assert seen(tmp_path) == []


def test_an_older_store_is_to_be_cleaned_and_a_new_one_is_not(tmp_path: Path) -> None:
    with open_store(tmp_path / "new") as store:
        assert store.get_meta(redaction_migration.NOTE) == redaction_migration.DONE
