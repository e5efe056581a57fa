"""Hiding somebody holds, or is not said to."""

from __future__ import annotations

from pathlib import Path

import pytest
from somebody import LATER, ORCID, TODAY, collected

from finder import answers
from finder.errors import StoreError, UsageError
from finder.privacy import person_erasure, person_suppression


def test_whoever_is_hidden_is_shown_nowhere(tmp_path: Path) -> None:
    with collected(tmp_path) as store:
        person_suppression.suppress_person(store, ORCID, LATER)
        with pytest.raises(UsageError):
            answers.person_profile(store, ORCID, TODAY)


@pytest.mark.parametrize("what", ["hide", "forget"])
def test_a_store_that_lets_go_of_the_list_is_told(what: str, tmp_path: Path) -> None:
    with collected(tmp_path) as store:
        store.connection.execute(
            "create trigger sly after insert on suppression begin delete from suppression where hash = new.hash; end"
        )
        do = {
            "hide": lambda: person_suppression.suppress_person(store, ORCID, LATER),
            "forget": lambda: person_erasure.erase_person(
                store, person_erasure.find_erasure_target(store, ORCID, LATER), LATER
            ),
        }
        with pytest.raises(StoreError, match="finder doctor"):
            do[what]()
