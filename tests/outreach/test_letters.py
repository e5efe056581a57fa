"""Letters: what a template may do, what a letter must name, and what becomes of it as a mail."""

from __future__ import annotations

import email
from email.policy import default as modern
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from finder.errors import UsageError
from finder.outreach import drafts
from finder.texts import clean, line

ROW: dict[str, Any] = {
    "name": "Ada Vell", "stage": "early-career faculty",
    "current": [{"institution": "Uni A", "country": "DE"}],
}  # fmt: skip
WORK: dict[str, Any] = {"title": "Bees & more", "date": "2025-06-01", "venue": None, "url": "https://a.example"}
NAMES = "Subject: x\n\n{{ work.title }} "


def write(template: str = NAMES, to: str = "", **changed: Any) -> drafts.Letter:
    row, chosen = ROW | changed.get("row", {}), WORK | changed.get("work", {})
    return drafts.letter(template, row, chosen, changed.get("interest", "bees"), "2026-11-01", to)


def body_of(mail: Any) -> str:
    return mail.get_content().replace("\r\n", "\n")


def read(letter: drafts.Letter) -> Any:
    return email.message_from_bytes(drafts.eml(letter), policy=modern)


def test_the_default_names_the_work_and_leaves_the_rest_to_the_user() -> None:
    letter = write(drafts.default())
    assert letter.subject == "Question about “Bees & more”"
    assert letter.body.startswith("Dear Ada Vell,\n\nI read “Bees & more” (2025). [What struck you")
    assert "at Uni A" in letter.body
    assert len(letter.blanks) == 6
    assert "None" not in write(drafts.default(), row={"current": [], "stage": "unknown"}, interest="").body


def test_a_mail_is_unsent_and_goes_to_nobody_unless_the_user_said_to_whom() -> None:
    mail = read(write())
    assert mail["X-Unsent"] == "1"
    assert [mail[header] for header in ("To", "From", "Cc", "Bcc", "Date")] == [None] * 5
    assert body_of(mail) == "Bees & more\n"
    assert read(write(to=" ada@uni-a.example "))["To"] == "ada@uni-a.example"


@pytest.mark.parametrize(
    "to", ["ada", "ada@", "a b@c.de", "a@b.de, c@d.de", "a@b.de\nBcc: c@d.de", "<a@b.de>", "a@b..de", "Ada <a@b.de>"]
)
def test_what_is_no_address_is_refused(to: str) -> None:
    with pytest.raises(UsageError, match="not one e-mail address"):
        write(to=to)


def test_a_letter_that_names_no_work_is_no_letter() -> None:
    with pytest.raises(UsageError, match="does not name “Bees & more”"):
        write("Subject: {{ work.title }}\n\nDear {{ person.name }}, I like your work.")
    assert write("Subject: x\n\nOn BEES &\n  more, typed by hand").subject == "x"


@pytest.mark.parametrize(
    "template",
    [
        "{{ person.__class__ }}", "{{ person.name.__class__.__mro__ }}", "{{ ''.__class__ }}", "{{ person['name'] }}",
        "{% for i in range(9) %}x{% endfor %}", "{{ 9**9**9 }}", "{{ 'a' * 10**9 }}", "{{ person }}", "{{ self }}",
        "{{ range(9) }}", "{{ cycler.__init__.__globals__ }}", "{% include '/etc/passwd' %}", "{% import 'os' as os %}",
        "{% set x = 1 %}", "{% macro m() %}{% endmacro %}", "{{ person.email }}", "{{ salary }}", "{{ 'a'|attr('b') }}",
        "{{ person.name|replace('a', 'b') }}", "{{ 'a' ~ 'b' }}", "{{ person.name", "{% if %}", "{% nonsense %}",
        "{{ lipsum() }}", "{{ work.title.format(x) }}", "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{{ " + "9" * 5000 + " }}", "{% if 1 %}" * 900 + "{% endif %}" * 900, "x" * 20_001, "{{ {} }}", "{{ [1] }}",
        "{{ not " + "not " * 3000 + "1 }}", "{% filter upper %}x{% endfilter %}", "{{ loop }}", "{{ 1|nothing }}",
    ],
)  # fmt: skip
def test_a_template_does_nothing_but_put_in_what_is_known(template: str) -> None:
    with pytest.raises(UsageError, match="emplate"):
        write(NAMES + template)


@pytest.mark.parametrize("template", ["", "Dear Ada", "Subject:\n\n{{ work.title }}", "\nSubject: " + "x" * 600])
def test_a_subject_is_asked_for(template: str) -> None:
    with pytest.raises(UsageError, match="Subject: …"):
        write(template)


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=300), st.text(min_size=1, max_size=100).filter(lambda text: bool(line(text))))
@example("Bcc: evil@example.org\r\n\r\nx", "a\r\nBcc: b@c.de\r\n\r\nx")
@example("\x85x\u2028y\x1cz", "Subject\ud800: =?utf-8?q?x?=")
def test_nothing_a_name_or_title_holds_becomes_a_header(name: str, title: str) -> None:
    letter = write("Subject: On {{ work.title }} {{ person.name }}\n\n{{ person.name }}: {{ work.title }}\n",
                   row={"name": name}, work={"title": title})  # fmt: skip
    mail = read(letter)
    assert set(mail.keys()) == {
        "X-Unsent", "Subject", "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
    }  # fmt: skip
    assert body_of(mail) == letter.body
    assert line(title) in letter.body


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=2000))
def test_any_text_of_the_user_is_read_back_from_the_mail(text: str) -> None:
    plain = text.replace("{", "(")
    mail = read(write(NAMES + "\n" + plain))
    assert body_of(mail) == f"Bees & more \n{clean(plain)}".strip() + "\n"


def test_the_mail_program_gets_the_whole_letter() -> None:
    address = drafts.mailto(write("Subject: a&b=c ü\n\n{{ work.title }}\n100 % & more", to="ada+x@uni-a.example"))
    parts = urlsplit(address)
    asked = parse_qs(parts.query)
    assert parts.scheme == "mailto"
    assert parts.path == "ada%2Bx@uni-a.example"
    assert asked == {"subject": ["a&b=c ü"], "body": ["Bees & more\r\n100 % & more\r\n"]}
    assert drafts.mailto(write()).startswith("mailto:?subject=")
