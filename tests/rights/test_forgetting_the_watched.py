"""Whoever is forgotten leaves what watches have told of them, too."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from somebody import LATER

from finder import views
from finder.rights import forgetting
from finder.settings import Settings
from finder.store import open_store
from finder.store.watches import Item
from finder.watching import files
from tests.everything import found
from tests.faces import INTEREST, small

NAME = "Bela Newcomer"


def test_news_and_files_of_somebody_go_with_them(tmp_path: Path) -> None:
    small(tmp_path)
    with open_store(tmp_path) as store:
        watch = store.watches.add("mine", {"interest": INTEREST}, 7, 7, LATER)
        body = {"about": NAME, "text": f"{NAME} moved", "interest": INTEREST, "who": None, "url": None, "evidence": []}
        told = Item("k1", "moved", body, tuple(views.tokens_of(store, NAME)))
        others = {**body, "about": "Ada Senior", "text": "Ada Senior moved"}
        other = Item("k2", "moved", others, tuple(views.tokens_of(store, "Ada Senior")))
        store.watches.record(watch.id, [told, other], None, date(2026, 11, 20), LATER)
        files.write(store, Settings(tmp_path), date(2026, 11, 20), LATER)
        assert any("news/" in place for place in found(tmp_path, NAME)), "the search would find them"

        forgetting.forget(store, forgetting.known(store, NAME, LATER), LATER)
        assert [one.body["text"] for one in store.watches.news()] == ["Ada Senior moved"]
    assert found(tmp_path, NAME) == []
