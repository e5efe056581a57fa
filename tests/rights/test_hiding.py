"""Hiding somebody holds, or is not said to."""

from __future__ import annotations

from pathlib import Path

import pytest
from somebody import LATER, ORCID, TODAY, collected

from finder import views
from finder.errors import StoreError, UsageError
from finder.rights import forgetting, hiding


def test_whoever_is_hidden_is_shown_nowhere(tmp_path: Path) -> None:
    with collected(tmp_path) as store:
        hiding.hide(store, ORCID, LATER)
        with pytest.raises(UsageError):
            views.person(store, ORCID, TODAY)


@pytest.mark.parametrize("what", ["hide", "forget"])
def test_a_store_that_lets_go_of_the_list_is_told(what: str, tmp_path: Path) -> None:
    with collected(tmp_path) as store:
        store.connection.execute(
            "create trigger sly after insert on suppression begin delete from suppression where hash = new.hash; end"
        )
        do = {
            "hide": lambda: hiding.hide(store, ORCID, LATER),
            "forget": lambda: forgetting.forget(store, forgetting.known(store, ORCID, LATER), LATER),
        }
        with pytest.raises(StoreError, match="finder doctor"):
            do[what]()
