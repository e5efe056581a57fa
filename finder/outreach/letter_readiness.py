"""When a letter is ready: nothing in it is still to be filled in, and nobody else gets the same.

What is kept to tell that is a hash of the text without what the finder put in: it names nobody and tells nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date

from finder.errors import UsageError
from finder.outreach.letter_drafts import Letter
from finder.storage import Store
from finder.storage.shortlist import ShortlistEntry

READY_LETTERS_KEY = "letters that are ready"


def confirm_letter_ready(store: Store, entry: ShortlistEntry, letter: Letter, now: str, day: date) -> None:
    """Keep that the letter to somebody is ready.

    Raises:
        UsageError: something is still to be filled in, or somebody else is to get the same letter.
    """
    if blanks := letter.open_blanks:
        shown = "; ".join(blanks[:3]) + ("; …" if len(blanks) > 3 else "")
        places = f"{len(blanks)} place{'s are' if len(blanks) != 1 else ' is'} still in brackets"
        raise UsageError(f"The letter is not ready: {places}: {shown} Fill them in first.")
    mark = letter_fingerprint(letter)
    before = json.loads(store.get_meta(READY_LETTERS_KEY) or "{}")
    there = {entry.id for entry in store.shortlist.list_entries()}
    kept = {number: of for number, of in before.items() if int(number) in there and int(number) != entry.id}
    if twin := next((number for number, of in kept.items() if of == mark), None):
        raise UsageError(
            f"The letter is not ready: #{twin} gets the same with another name and title in it. Say what you read in "
            "this work."
        )
    store.set_meta(READY_LETTERS_KEY, json.dumps({**kept, str(entry.id): mark}))
    store.shortlist.set_letter_ready(entry.id, now, day)


def letter_fingerprint(letter: Letter) -> str:
    """A hash of what the user wrote: the letter without what differs between any two people anyhow."""
    text = letter.body.casefold()
    for fact in sorted(letter.given, key=lambda one: (-len(one), one)):
        text = re.sub(rf"(?<!\w){re.escape(fact.casefold())}(?!\w)", " ", text)
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:32]
