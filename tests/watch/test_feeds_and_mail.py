"""The feed, the digests and the mail: well formed whatever is in the news, and sent to nobody but the user."""

from __future__ import annotations

import email
import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from email.policy import default as modern
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder import settings as settings_module
from finder.errors import MailError, SettingsError
from finder.settings import PASSWORD, MailSettings, Settings
from finder.storage import Store
from finder.storage.watches import NewsDraft, NewsItem
from finder.watch import atom, digest, mail, output_files
from finder.watch.news import KINDS

ATOM = f"{{{atom.NAMESPACE}}}"
HOSTILE = "</title><script>alert(1)</script>]]>&\x00\x0b\ufffe\u202e\ud800 {{ 7*7 }} [x](javascript:alert(1))"
SECRET = "hunter2-Planted"


def one(text: str = "Something", url: str | None = "https://a.example/x?a=1&b=2", **more: Any) -> NewsItem:
    claim = {"claim": text, "source": text, "url": url, "date": None}
    body = {"text": text, "about": text, "url": url, "who": None, "interest": text, "evidence": [claim]}
    row = {
        "id": 1,
        "key": "k1",
        "watch": "mm",
        "day": "2026-11-22",
        "kind": "new person",
        "body": body,
        "made_at": "2026-11-22T09:00:00+00:00",
        "read_at": None,
        **more,
    }
    return NewsItem(**row)


def checked(feed: bytes) -> ElementTree.Element:
    """What RFC 4287 asks of a feed and its entries."""
    root = ElementTree.fromstring(feed)
    assert root.tag == f"{ATOM}feed"
    ids = [root.findtext(f"{ATOM}id")]
    assert root.findtext(f"{ATOM}title")
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    for part in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(part.findall(f"{ATOM}{name}")) == 1
        moment = datetime.fromisoformat(part.findtext(f"{ATOM}updated") or "")
        assert moment.tzinfo is not None
    for entry in root.findall(f"{ATOM}entry"):
        ids.append(entry.findtext(f"{ATOM}id"))
        assert len(entry.findall(f"{ATOM}content")) == 1
        links = entry.findall(f"{ATOM}link[@rel='alternate']")
        assert len(links) <= 1
        assert all(link.get("href", "").startswith(("https://", "http://")) for link in links)
    assert all(re.fullmatch(r"tag:[\w.]+,\d{4}:\S+", id_ or "") for id_ in ids)
    assert len(set(ids)) == len(ids)
    return root


def test_a_feed_is_valid_without_and_with_entries_and_its_ids_stay() -> None:
    assert checked(atom.render_atom_feed([])).findall(f"{ATOM}entry") == []
    news = [one(), one("Other", None, key="k2", made_at="2026-11-23T09:00:00+00:00")]
    feed = atom.render_atom_feed(news)
    root = checked(feed)
    assert root.findtext(f"{ATOM}updated") == "2026-11-23T09:00:00+00:00"
    assert feed == atom.render_atom_feed(news)
    assert [e.findtext(f"{ATOM}id") for e in root.findall(f"{ATOM}entry")] == [f"{atom.OURS}/k1", f"{atom.OURS}/k2"]


@given(st.text(), st.text() | st.sampled_from([HOSTILE, "javascript:alert(1)", "http://[", "https://a b\n<"]))
def test_whatever_is_in_the_news_the_files_stay_whole(text: str, url: str) -> None:
    from finder.outreach.export_cells import scrub_export_data

    news = [one(text=text, url=url)._replace(body=scrub_export_data(one(text, url).body))]
    checked(atom.render_atom_feed(news))
    made = digest.build_digest(news, date(2026, 11, 22), "", ["mm"])
    page = digest.render_digest_html(made)
    assert page.count("<li>") == 1
    assert "javascript:" not in "".join(re.findall(r'href="([^"]*)"', page))
    digest.render_digest_markdown(made).encode()


def test_hostile_text_is_text_everywhere() -> None:
    news = [one(HOSTILE, "javascript:alert(1)", watch=HOSTILE, kind=kind, key=kind) for kind in KINDS]
    made = digest.build_digest(news, date(2026, 11, 22), "", [HOSTILE])
    page, marked = digest.render_digest_html(made), digest.render_digest_markdown(made)
    assert "<script" not in page
    assert "{{ 7*7 }}" in page
    assert not re.search(r"(?<!\\)\]\(javascript", marked)
    assert not re.search(r"(?<!\\)<", marked)
    assert "default-src 'none'" in page
    assert not re.search(r"(?:src|@import|url\()", page.replace("default-src", "").replace("style-src", ""))


def test_a_week_is_told_in_ten_lines_by_weight_and_the_rest_is_one_count() -> None:
    sizes = {"new person": 60, "new position": 30, "recruiting": 2, "rose": 9, "moved": 1}
    news = [
        one(f"A {kind}, {n}.", id=100 * place + n, key=f"{kind[:3]}{place}{n}", kind=kind, day=f"2026-11-{17 + n % 5}")
        for place, (kind, many) in enumerate(sizes.items())
        for n in range(many)
    ]
    made = digest.build_digest(news, date(2026, 11, 22), watches=["mm"])
    (section,) = made.sections
    told = [piece for _, pieces in section.kinds for piece in pieces]
    assert [piece.kind for piece in told] == ["recruiting"] * 2 + ["new position"] * 3 + ["moved"] + [
        "new person"
    ] * 3 + ["rose"]
    assert "102 pieces" in made.title
    for text in (digest.render_digest_text(made), digest.render_digest_markdown(made), digest.render_digest_html(made)):
        assert "And 92 more: 27 new positions, 57 new on the list, 8 rose a band" in text
        assert text.count("A new person") == 3
    assert "finder news --all" in digest.render_digest_text(made)
    whole = digest.render_digest_html(digest.build_digest(news, date(2026, 11, 22), everything=True))
    assert whole.count("<li>") == 102

    feed = checked(atom.render_atom_feed(news))
    titles = [entry.findtext(f"{ATOM}title") or "" for entry in feed.findall(f"{ATOM}entry")]
    counts = [int(title.split()[1]) for title in titles if title.startswith("And ")]
    assert (len(counts), sum(counts), len(titles)) == (5, 52, 55)


def test_a_paper_brings_one_line_by_whoever_led_it() -> None:
    def new(n: int, paper: str, position: str) -> NewsItem:
        made = one(f"Person {n}", id=n, key=f"k{n}")
        return made._replace(body={**made.body, "paper": {"work_id": paper, "position": position}})

    news = [new(1, "w1", "middle"), new(2, "w1", "last"), new(3, "w1", "first"), new(4, "w2", "middle")]
    (section,) = digest.build_digest(news, date(2026, 11, 22)).sections
    assert [piece.id for _, pieces in section.kinds for piece in pieces] == [2, 4]
    assert section.rest == "And 2 more: 2 new on the list"


def test_two_weeks_have_ten_lines_each_and_what_closes_first_comes_first() -> None:
    def opening(n: int, day: str, until: str | None) -> NewsItem:
        made = one(f"Job {n}", id=n, key=f"k{n}", kind="new position", day=day)
        return made._replace(body={**made.body, "position": {"valid_through": until}})

    news = [
        opening(n, "2026-11-10" if n % 2 else "2026-11-20", f"2026-12-{30 - n:02}" if n > 2 else None)
        for n in range(30)
    ]
    (section,) = digest.build_digest(news, date(2026, 11, 22)).sections
    ((_, pieces),) = section.kinds
    assert [piece.id for piece in pieces] == list(range(29, 9, -1))
    assert section.rest == "And 10 more: 10 new positions"


def test_a_quiet_week_is_one_line() -> None:
    made = digest.build_digest([], date(2026, 11, 22), "2026-11-15", ["mm", "robots"])
    assert digest.render_digest_text(made) == "Nothing new since 2026-11-15 for mm, robots.\n"
    assert "Nothing new since 2026-11-15 for mm, robots." in digest.render_digest_html(made)
    assert made.title == "finder, 2026-11-22: nothing new"


# --- mail ------------------------------------------------------------------------------------------------------------


class Mailbox:
    """What a mail server on this machine was told."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.mails: list[bytes] = []
        self.offers = ["250-here", "250 AUTH PLAIN"]
        self.refuses = ""


@contextmanager
def serving() -> Iterator[tuple[Mailbox, int]]:
    box = Mailbox()

    class Handler(socketserver.StreamRequestHandler):
        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

        def handle(self) -> None:
            self.say("220 here")
            while line := self.rfile.readline().decode().strip():
                box.lines.append(line)
                word = line.split()[0].upper()
                if word == "EHLO":
                    self.say("\r\n".join(box.offers))
                elif word == "AUTH":
                    self.say(f"535 no: {line}" if box.refuses else "235 yes")
                elif word == "DATA":
                    self.say("354 go on")
                    text = b""
                    while (part := self.rfile.readline()) != b".\r\n":
                        text += part
                    box.mails.append(text)
                    self.say("250 taken")
                elif word == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 fine")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield box, server.server_address[1]
        server.shutdown()


def sending(home: Path, port: int, **more: Any) -> Settings:
    told = {"host": "127.0.0.1", "to": "me@uni.example", "port": port, "security": "none", "user": "me", **more}
    return Settings(home, mail=MailSettings(**told), keys={PASSWORD: SECRET})


def watched(store: Store) -> None:
    made = store.watches.add("mm", {"interest": "owls"}, 7, 7, "2026-11-01T09:00:00+00:00")
    day = date(2026, 11, 2)
    store.watches.record_refresh(
        made.id, [], None, day, "2026-11-02T09:00:00+00:00", due=date(2026, 11, 9), completed=True
    )


def told(store: Store, key: str, moment: str) -> None:
    item = NewsDraft(key, "new person", one(f"News {key}").body)
    store.watches.record_refresh(1, [item], None, date.fromisoformat(moment[:10]), moment)


def test_a_digest_goes_to_the_user_alone_and_only_when_it_is_due(store: Store) -> None:
    watched(store)
    told(store, "a", "2026-11-02T09:00:00+00:00")
    with serving() as (box, port):
        settings = sending(store.home, port)
        assert output_files.write_news_files(store, settings, date(2026, 11, 2), "2026-11-02T09:01:00+00:00") == []
        told(store, "b", "2026-11-05T09:00:00+00:00")
        output_files.write_news_files(store, settings, date(2026, 11, 5), "2026-11-05T09:01:00+00:00")
        assert len(box.mails) == 1
        output_files.write_news_files(store, settings, date(2026, 11, 9), "2026-11-09T09:01:00+00:00")
        first, second = (email.message_from_bytes(text, policy=modern) for text in box.mails)
        assert "News a" in first.get_body(("plain",)).get_content()
        assert "News b" in second.get_body(("plain",)).get_content()
        assert "News a" not in second.get_body(("plain",)).get_content()
        assert (first["To"], first["Cc"], first["Bcc"]) == ("me@uni.example", None, None)
        assert [line[8:] for line in box.lines if line.upper().startswith("RCPT")] == ["<me@uni.example>"] * 2
        output_files.write_news_files(store, settings, date(2026, 11, 16), "2026-11-16T09:01:00+00:00")
        assert len(box.mails) == 2  # a quiet week
        said = sending(store.home, port, quiet="say")
        output_files.write_news_files(store, said, date(2026, 11, 23), "2026-11-23T09:01:00+00:00")
        assert "Nothing new since 2026-11-16 for mm." in box.mails[2].decode()


def test_a_mail_that_is_not_taken_stays_due_and_the_password_is_in_no_word(store: Store) -> None:
    watched(store)
    told(store, "a", "2026-11-02T09:00:00+00:00")
    with serving() as (box, port):
        box.refuses = "yes"
        (trouble,) = output_files.write_news_files(
            store, sending(store.home, port), date(2026, 11, 2), "2026-11-02T09:01:00+00:00"
        )
        assert "could not be mailed" in trouble
        assert SECRET not in trouble
        assert box.mails == []
        box.refuses = ""
        assert (
            output_files.write_news_files(
                store, sending(store.home, port), date(2026, 11, 3), "2026-11-03T09:01:00+00:00"
            )
            == []
        )
        assert len(box.mails) == 1
    assert SECRET not in repr(sending(store.home, 25))
    everything = b"".join(path.read_bytes() for path in store.home.rglob("*") if path.is_file())
    assert SECRET.encode() not in everything


def test_no_password_goes_over_a_line_that_others_can_read(tmp_path: Path) -> None:
    with serving() as (box, port):
        with pytest.raises(MailError):
            mail.send_digest(sending(tmp_path, port, security="starttls"), "s", "t", "h")
        assert not any(line.upper().startswith(("AUTH", "MAIL")) for line in box.lines)
    with pytest.raises(SettingsError, match="this machine only"):
        mail.send_digest(sending(tmp_path, 25, host="mail.example"), "s", "t", "h")
    with pytest.raises(SettingsError, match="FINDER_SMTP_PASSWORD"):
        mail.send_digest(Settings(tmp_path, mail=sending(tmp_path, 25).mail), "s", "t", "h")


def test_mail_is_set_in_the_file_and_its_password_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "finder.toml").write_text('[mail]\nhost = "mail.example"\nto = "me@uni.example"\n', encoding="utf-8")
    found = settings_module.load_settings(tmp_path, {"FINDER_SMTP_PASSWORD": SECRET})
    assert found.mail == MailSettings("mail.example", "me@uni.example", 587, "starttls")
    assert found.keys[PASSWORD] == SECRET
    for wrong in ("me@uni.example, you@uni.example", "me", "<me@uni.example>"):
        (tmp_path / "finder.toml").write_text(f'[mail]\nhost = "mail.example"\nto = "{wrong}"\n', encoding="utf-8")
        with pytest.raises(SettingsError):
            settings_module.load_settings(tmp_path, {})
