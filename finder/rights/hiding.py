"""Hiding somebody from every list, card and export; what is stored of them stays."""

from __future__ import annotations

from finder import publication
from finder.errors import StoreError
from finder.store import Store
from finder.views import lookup, tokens_of


def hide(store: Store, who: str, now: str) -> None:
    """List somebody, publish without them, and look whether that holds.

    Raises:
        UsageError: it was not understood who is meant, or nobody, or more than one, is.
        StoreError: it could not be written, or is not there when it is read back.
    """
    tokens = tokens_of(store, who)
    store.suppressions.add(tokens, now)
    snapshot = publication.publish(store, now)
    listed = store.suppressions.among(tokens) == set(tokens)
    if not listed or not lookup.people(snapshot, lookup.asked_of(snapshot, tokens[0])).is_empty():
        raise StoreError(
            f"{who} is still shown, though it was written that they are hidden: something else changes this store. "
            "What is wrong with it is told by: finder doctor"
        )
