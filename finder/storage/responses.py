"""Answers as they came: the cache of the network door, and the provenance of every record."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Callable
from urllib.parse import unquote

from finder.decompression import inflate_bytes
from finder.storage import mention_masking
from finder.storage.hash_list import HashList
from finder.storage.records import WriteTransaction
from finder.text import redaction

QUARANTINE_SUFFIX = " (not understood)"
LEVEL = 1  # 188 MB/s in, 375 MB/s out, a fifth of the size


class Responses:
    """Verbs over the ``reply`` table."""

    def __init__(
        self, connection: sqlite3.Connection, write: WriteTransaction, erased: Callable[[], HashList | None]
    ) -> None:
        self._db = connection
        self._write = write
        self._erased = erased

    def upsert_response(
        self,
        source: str,
        key: str,
        url: str,
        status: int,
        headers: dict[str, str],
        body: bytes,
        fetched_at: str,
        *,
        complete: bool = True,
        note: str = "",
    ) -> int | None:
        """Keep an answer under its key, replacing an older one; returns its id.

        E-mail addresses and telephone numbers are left out of it. One that names somebody who is not to be stored is
        not kept, and asked for again next time: None.
        """
        kept = redaction.redact_response_body(body)
        if kept is None:
            self._delete_by_key(key)
            return None
        body = kept
        if (listed := self._erased()) is not None and mention_masking.mentions_listed_person(
            f"{unquote(url)} {note} {mention_masking.decode_body_text(body)}", listed
        ):
            self._delete_by_key(key)
            return None
        row = (
            source,
            key,
            url,
            status,
            json.dumps(headers),
            zlib.compress(body, LEVEL),
            hashlib.sha256(body).hexdigest(),
            fetched_at,
            complete,
            note,
        )
        with self._write() as db:
            query = """insert into reply (source, key, url, status, headers, body, sha256, fetched_at, complete, note)
                       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                       on conflict (key) do update set url = excluded.url, status = excluded.status,
                         headers = excluded.headers, body = excluded.body, sha256 = excluded.sha256,
                         fetched_at = excluded.fetched_at, complete = excluded.complete, note = excluded.note
                       returning id"""
            return int(db.execute(query, row).fetchone()[0])

    def redact_responses(self) -> int:
        """Take addresses and numbers out of all answers that were kept before that was done; returns of how many."""
        changed = 0
        query = "select id, body from reply where length(body) > 0"
        for id_, packed in self._db.execute(query).fetchall():
            try:
                body = inflate_bytes(packed)
                kept = redaction.redact_response_body(body)
            except zlib.error:  # nobody can read it, so nobody can tell what it holds
                body, kept = b"", None
            if kept == body:
                continue
            changed += 1
            row = (zlib.compress(kept, LEVEL) if kept else b"", hashlib.sha256(kept or b"").hexdigest(), id_)
            with self._write() as db:
                db.execute("update reply set body = ?, sha256 = ? where id = ?", row)
        return changed

    def _delete_by_key(self, key: str) -> None:
        with self._write() as db:
            db.execute("delete from reply where key = ?", (key,))

    def load_response(self, key: str) -> tuple[int, str, int, dict[str, str], bytes, str, bool, str] | None:
        """``(id, url, status, headers, body, fetched_at, complete, note)`` of the answer kept under a key."""
        query = """select id, url, status, headers, body, fetched_at, complete, note from reply
                   where key = ? and length(body) > 0"""  # an emptied one is provenance alone
        row = self._db.execute(query, (key,)).fetchone()
        if row is None:
            return None
        id_, url, status, headers, body, fetched_at, complete, note = row
        return id_, url, status, json.loads(headers), inflate_bytes(body), fetched_at, bool(complete), note

    def delete_response(self, id_: int) -> None:
        """Let go of an answer that was put elsewhere."""
        with self._write() as db:
            db.execute("delete from reply where id = ?", (id_,))

    def touch_response(self, key: str, fetched_at: str) -> None:
        """A conditional request said "not modified": the kept answer is as good as new."""
        with self._write() as db:
            db.execute("update reply set fetched_at = ? where key = ?", (fetched_at, key))

    def count_older_bodies(self, before: str) -> int:
        """How many answers with content were fetched before a day."""
        query = "select count(*) from reply where fetched_at < ? and length(body) > 0"
        return int(self._db.execute(query, (before,)).fetchone()[0])

    def clear_old_bodies(self, before: str) -> int:
        """Let go of the content of answers that were fetched before a day.

        What was asked, when, and the content's hash stay: the provenance of the records read from it. An answer that
        no record was read from, or that others have replaced for all of them, goes whole.

        Returns:
            How many were emptied.
        """
        query = "update reply set body = x'', headers = '{}' where fetched_at < ? and length(body) > 0"
        with self._write() as db:
            emptied = db.execute(query, (before,)).rowcount
            # also those emptied before, whose records were told anew since
            db.execute(
                """delete from reply where length(body) = 0 and fetched_at < ?
                   and not exists (select 1 from record where record.reply = reply.id)""",
                (before,),
            )
        return emptied

    def quarantine_response(self, url: str) -> None:
        """This answer was not understood: it stays as evidence, and the question is asked anew next time."""
        with self._write() as db:
            db.execute("delete from reply where key = ?", (f"GET {url}{QUARANTINE_SUFFIX}",))
            db.execute("update reply set key = ? where key = ?", (f"GET {url}{QUARANTINE_SUFFIX}", f"GET {url}"))
