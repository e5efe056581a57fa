"""Who is on a list of salted hashes. It is asked about all that is stored, so it remembers what it was asked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet

MOST_KNOWN = 500_000

Tokens = Callable[[str], Iterable[str]]


class HashList:
    """What is listed, for many questions at once.

    Args:
        also: tokens that count as listed beside the hashes.
    """

    def __init__(self, salts: Sequence[str], hashes: Iterable[str], also: Iterable[str] = ()) -> None:
        self._salts = salts
        self.hashes = frozenset(hashes)
        self._also = frozenset(also)
        self._known: dict[str, bool] = {}
        self._asked: dict[Tokens, tuple[set[str], set[str]]] = {}

    def __contains__(self, token: str) -> bool:
        found = self._known.get(token)
        if found is None:
            if len(self._known) > MOST_KNOWN:
                self._known.clear()
            found = self._known[token] = self._contains_token(token)
        return found

    def filter_words(self, words: AbstractSet[str], tokens: Tokens) -> AbstractSet[str]:
        """Those of the words of which a token is listed. Whoever asks the same way again pays for new words only.

        Args:
            tokens: what a word would be listed by; the same function every time.
        """
        yes, no = self._asked.setdefault(tokens, (set(), set()))
        if len(no) > MOST_KNOWN:
            no.clear()
        for word in words - no - yes:
            (yes if any(map(self._contains_token, tokens(word))) else no).add(word)
        return words & yes

    def with_extra_tokens(self, tokens: Iterable[str]) -> HashList:
        """The same list with some tokens more."""
        return HashList(self._salts, self.hashes, {*self._also, *tokens})

    def _contains_token(self, token: str) -> bool:
        for salt in self._salts:
            if hash_token(salt, token) in self.hashes:
                return True
        return token in self._also


def hash_token(salt: str, token: str) -> str:
    """A token as it is listed."""
    return hashlib.sha256(f"{salt}|{token.casefold()}".encode(errors="replace")).hexdigest()
