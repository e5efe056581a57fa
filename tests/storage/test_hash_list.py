"""What is listed is found in any text, whichever way the text is cut, and nothing is asked twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from finder.model import Affiliation
from finder.publication import resolve_and_publish
from finder.storage import mention_masking, open_store, record_filter
from finder.storage.hash_list import HashList, hash_token
from finder.storage.records import EncodedRecord, encode_record
from tests.worlds import NOW, author, work

TOKENS = mention_masking.tokens_of_names(
    ["ada vell", "jean luc o brien", "mary dalembert"]
) | mention_masking.tokens_of_ids(
    ["openreview:~Ada_Vell1", "orcid:0000-0002-1825-0097", "homepage:https://www.ada-vell.example/~av/index.html"]
)


def listed(tokens: set[str] = TOKENS) -> HashList:
    return HashList(("salt",), [hash_token("salt", token) for token in tokens])


@pytest.mark.parametrize(
    "text",
    [
        "by Ada Vell.",
        "VELL, ADA",
        "Ada B. Vell",
        "Ada\nVell",
        "(Ada_Vell)",
        "3Ada Vell4",
        "''Ada'' ''Vell''",
        "x''Ada Vell",
        "Mary d'Alembert",
        "MARY D'ALEMBERT",
        "see ~Ada_Vell1;",
        "https://orcid.org/0000-0002-1825-0097?x=1",
        "[page](http://ada-vell.example/~av/cv.pdf)",
        "a=b&id=~Ada_Vell1",
    ],
)
def test_a_mention_is_found_in_plain_text_and_beside_signs_that_are_not(text: str) -> None:
    assert mention_masking.mentions_listed_person(text, listed())
    assert mention_masking.mentions_listed_person(f"{text} \u2013 caf\u00e9", listed())
    assert mention_masking.REMOVED in mention_masking.mask_mentions(text, listed())
    assert not mention_masking.mentions_listed_person(mention_masking.mask_mentions(text, listed()), listed())


@pytest.mark.parametrize(
    "text",
    [
        "Ada Vellin",
        "Vell or Ada",
        "Ada. In another sentence a Vell",
        "adavell",
        "Ada''Vell's",
        "0000-0002-1825-0098",
        "Mary and d'Alembert",
    ],
)
def test_what_only_looks_like_one_is_left(text: str) -> None:
    for whole in (text, f"{text} \u2013 caf\u00e9"):
        assert mention_masking.mask_mentions(whole, listed()) == whole


def test_each_word_is_asked_about_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(HashList, "_contains_token", lambda self, token: asked.append(token) or token.endswith("owl"))

    def itself(word: str) -> tuple[str, ...]:
        return (word,)

    one = listed()
    assert one.filter_words({"owl", "wing"}, itself) == {"owl"}
    assert one.filter_words({"owl", "wing", "egg"}, itself) == {"owl"}
    assert sorted(asked) == ["egg", "owl", "wing"]


def test_tokens_beside_the_list_count_too() -> None:
    more = listed().with_extra_tokens(["name|somebody else"])
    assert "name|somebody else" in more
    assert "openreview:nobody" not in more
    assert next(iter(TOKENS)) in more


def test_nobody_else_is_taken_for_somebody_listed_on_a_work() -> None:
    one = listed({"name|ada vell", *record_filter.affiliation_tokens("ada vell", Affiliation("Uni Nirgendwo"))})
    places = ("Uni Nirgendwo", "Sheet College")
    here, elsewhere = (work("Owls", author(f"Ada Vell @ {place}"), author("Bela Seen")) for place in places)
    assert record_filter.filter_work(elsewhere, one) is elsewhere
    cleaned = record_filter.filter_work(here, one)
    assert cleaned is not None
    assert [at.name for at in cleaned.authorships] == ["", "Bela Seen"]


def test_what_was_deleted_is_in_no_snapshot_that_comes_after(tmp_path: Path) -> None:
    with open_store(tmp_path / "home") as store:
        rows = [encode_record(work(title, "Ada Vell @ Uni A", source_id=title)) for title in ("Owls", "Wings")]
        store.records.put_records(rows, fetched_at=NOW)
        resolve_and_publish(store, NOW)

        def change(_: int, row: EncodedRecord) -> EncodedRecord | None:
            return None if row.source_id == "Owls" else row

        store.records.rewrite_records(change)
        snapshot = resolve_and_publish(store, NOW)
        assert snapshot.load_table("works")["title"].to_list() == ["Wings"]
        assert snapshot.load_table("raw_names").height == 1
