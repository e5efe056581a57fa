"""What was stored before e-mail addresses and telephone numbers were left out at the door is cleaned once."""

from __future__ import annotations

import msgspec

from finder import redaction
from finder.model import Posting
from finder.store.database import Store
from finder.store.postings import redact_posting
from finder.store.records import Encoded

DONE = "1"
NOTE = "redacted"


def clean_stored(store: Store) -> dict[str, int]:
    """Take addresses and numbers out of records, answers and postings; how many of each were changed.

    Nothing is looked at where that was done.
    """
    if store.meta(NOTE) == DONE:
        return {}
    store.connection.execute("pragma secure_delete = on")
    changed, gone = store.records.rewrite(_clean)
    postings = 0
    with store.write() as db:
        for id_, body in db.execute("select id, body from posting").fetchall():
            before = msgspec.json.decode(body, type=Posting)
            after = redact_posting(before)
            if after is not before:
                postings += 1
                row = (msgspec.json.encode(after), after.title, after.description, id_)
                db.execute("update posting set body = cast(? as text) where id = ?", (row[0], id_))
                db.execute("update posting_text set title = ?, description = ? where rowid = ?", row[1:])
    answers = store.replies.redact()
    store.set_meta(NOTE, DONE)
    return {"records": changed + gone, "answers": answers, "postings": postings}


def _clean(_: int, row: Encoded) -> Encoded | None:
    if redaction.holds_address(row.source_id):
        return None
    body = redaction.redact_json(row.body)
    return row if body is row.body else row._replace(body=body)
