"""What was stored before e-mail addresses and telephone numbers were left out at the door is cleaned once."""

from __future__ import annotations

import msgspec

from finder.model import Posting
from finder.storage.database import Store
from finder.storage.postings import redact_posting
from finder.storage.records import EncodedRecord
from finder.text import redaction

DONE = "1"
NOTE = "redacted"


def redact_store_contacts(store: Store) -> dict[str, int]:
    """Take addresses and numbers out of records, answers and postings; how many of each were changed.

    Nothing is looked at where that was done.
    """
    if store.get_meta(NOTE) == DONE:
        return {}
    store.connection.execute("pragma secure_delete = on")
    changed, gone = store.records.rewrite_records(_redact_record)
    postings = 0
    with store.write_transaction() as db:
        for id_, body in db.execute("select id, body from posting").fetchall():
            before = msgspec.json.decode(body, type=Posting)
            after = redact_posting(before)
            if after is not before:
                postings += 1
                row = (msgspec.json.encode(after), after.title, after.description, id_)
                db.execute("update posting set body = cast(? as text) where id = ?", (row[0], id_))
                db.execute("update posting_text set title = ?, description = ? where rowid = ?", row[1:])
    answers = store.replies.redact_responses()
    store.set_meta(NOTE, DONE)
    return {"records": changed + gone, "answers": answers, "postings": postings}


def _redact_record(_: int, row: EncodedRecord) -> EncodedRecord | None:
    if redaction.contains_contact(row.source_id):
        return None
    body = redaction.redact_json(row.body)
    return row if body is row.body else row._replace(body=body)
