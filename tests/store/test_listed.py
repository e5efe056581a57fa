"""What is listed is found in any text, whichever way the text is cut, and nothing is asked twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from finder.model import Affiliation
from finder.publication import publish
from finder.store import mentions, open_store, scrub
from finder.store.listed import Listed, hashed
from finder.store.records import Encoded, encode
from tests.worlds import NOW, author, work

TOKENS = mentions.tokens_of_names(["ada vell", "jean luc o brien", "mary dalembert"]) | mentions.tokens_of_ids(
    ["openreview:~Ada_Vell1", "orcid:0000-0002-1825-0097", "homepage:https://www.ada-vell.example/~av/index.html"]
)


def listed(tokens: set[str] = TOKENS) -> Listed:
    return Listed(("salt",), [hashed("salt", token) for token in tokens])


@pytest.mark.parametrize("text", [
    "by Ada Vell.", "VELL, ADA", "Ada B. Vell", "Ada\nVell", "(Ada_Vell)", "3Ada Vell4", "''Ada'' ''Vell''",
    "x''Ada Vell", "Mary d'Alembert", "MARY D'ALEMBERT", "see ~Ada_Vell1;", "https://orcid.org/0000-0002-1825-0097?x=1",
    "[page](http://ada-vell.example/~av/cv.pdf)", "a=b&id=~Ada_Vell1",
])  # fmt: skip
def test_a_mention_is_found_in_plain_text_and_beside_signs_that_are_not(text: str) -> None:
    assert mentions.mentions(text, listed())
    assert mentions.mentions(f"{text} \u2013 caf\u00e9", listed())
    assert mentions.REMOVED in mentions.masked(text, listed())
    assert not mentions.mentions(mentions.masked(text, listed()), listed())


@pytest.mark.parametrize("text", [
    "Ada Vellin", "Vell or Ada", "Ada. In another sentence a Vell", "adavell", "Ada''Vell's",
    "0000-0002-1825-0098", "Mary and d'Alembert",
])  # fmt: skip
def test_what_only_looks_like_one_is_left(text: str) -> None:
    for whole in (text, f"{text} \u2013 caf\u00e9"):
        assert mentions.masked(whole, listed()) == whole


def test_each_word_is_asked_about_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(Listed, "_holds", lambda self, token: asked.append(token) or token.endswith("owl"))

    def itself(word: str) -> tuple[str, ...]:
        return (word,)

    one = listed()
    assert one.among({"owl", "wing"}, itself) == {"owl"}
    assert one.among({"owl", "wing", "egg"}, itself) == {"owl"}
    assert sorted(asked) == ["egg", "owl", "wing"]


def test_tokens_beside_the_list_count_too() -> None:
    more = listed().with_(["name|somebody else"])
    assert "name|somebody else" in more
    assert "openreview:nobody" not in more
    assert next(iter(TOKENS)) in more


def test_nobody_else_is_taken_for_somebody_listed_on_a_work() -> None:
    one = listed({"name|ada vell", *scrub.place_tokens("ada vell", Affiliation("Uni Nirgendwo"))})
    places = ("Uni Nirgendwo", "Sheet College")
    here, elsewhere = (work("Owls", author(f"Ada Vell @ {place}"), author("Bela Seen")) for place in places)
    assert scrub.of_work(elsewhere, one) is elsewhere
    cleaned = scrub.of_work(here, one)
    assert cleaned is not None
    assert [at.name for at in cleaned.authorships] == ["", "Bela Seen"]


def test_what_was_deleted_is_in_no_snapshot_that_comes_after(tmp_path: Path) -> None:
    with open_store(tmp_path / "home") as store:
        rows = [encode(work(title, "Ada Vell @ Uni A", source_id=title)) for title in ("Owls", "Wings")]
        store.records.put(rows, fetched_at=NOW)
        publish(store, NOW)

        def change(_: int, row: Encoded) -> Encoded | None:
            return None if row.source_id == "Owls" else row

        store.records.rewrite(change)
        snapshot = publish(store, NOW)
        assert snapshot.table("works")["title"].to_list() == ["Wings"]
        assert snapshot.table("raw_names").height == 1
