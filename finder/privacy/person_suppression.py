"""Hiding somebody from every list, card and export; what is stored of them stays."""

from __future__ import annotations

from finder import publication
from finder.answers import lookup, suppression_tokens
from finder.errors import StoreError
from finder.storage import Store


def suppress_person(store: Store, who: str, now: str) -> None:
    """List somebody, publish without them, and look whether that holds.

    Raises:
        UsageError: it was not understood who is meant, or nobody, or more than one, is.
        StoreError: it could not be written, or is not there when it is read back.
    """
    tokens = suppression_tokens(store, who)
    snapshot = publication.publish_without(store, tokens, store.suppressions.add(tokens, now), now)
    listed = store.suppressions.which_suppressed(tokens) == set(tokens)
    if (
        not listed
        or not lookup.matching_authors(snapshot, lookup.interpret_person_text(snapshot, tokens[0])).is_empty()
    ):
        raise StoreError(
            f"{who} is still shown, though it was written that they are hidden: something else changes this store. "
            "What is wrong with it is told by: finder doctor"
        )
