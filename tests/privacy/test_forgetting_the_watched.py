"""Whoever is forgotten leaves what watches have told of them, too."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from somebody import LATER

from finder import answers
from finder.privacy import person_erasure
from finder.settings import Settings
from finder.storage import open_store
from finder.storage.watches import NewsDraft
from finder.watch import output_files
from tests.everything import found
from tests.faces import INTEREST, small

NAME = "Bela Newcomer"


def test_news_and_files_of_somebody_go_with_them(tmp_path: Path) -> None:
    small(tmp_path)
    with open_store(tmp_path) as store:
        watch = store.watches.add("mine", {"interest": INTEREST}, 7, 7, LATER)
        body = {"about": NAME, "text": f"{NAME} moved", "interest": INTEREST, "who": None, "url": None, "evidence": []}
        told = NewsDraft("k1", "moved", body, tuple(answers.suppression_tokens(store, NAME)))
        others = {**body, "about": "Ada Senior", "text": "Ada Senior moved"}
        other = NewsDraft("k2", "moved", others, tuple(answers.suppression_tokens(store, "Ada Senior")))
        store.watches.record_refresh(watch.id, [told, other], None, date(2026, 11, 20), LATER)
        output_files.write_news_files(store, Settings(tmp_path), date(2026, 11, 20), LATER)
        assert any("news/" in place for place in found(tmp_path, NAME)), "the search would find them"

        person_erasure.erase_person(store, person_erasure.find_erasure_target(store, NAME, LATER), LATER)
        assert [one.body["text"] for one in store.watches.list_news()] == ["Ada Senior moved"]
    assert found(tmp_path, NAME) == []
