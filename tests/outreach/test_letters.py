"""Letters: what a template may do, what a letter must name, and what becomes of it as a mail."""

from __future__ import annotations

import email
from datetime import date
from email.policy import default as modern
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from finder.errors import UsageError
from finder.outreach import letter_drafts, letter_facts
from finder.outreach.letter_readiness import confirm_letter_ready
from finder.settings import MeSettings
from finder.storage import Store
from finder.storage.shortlist import ShortlistEntry
from finder.text.sanitize import clean_text, single_line

ROW: dict[str, Any] = {
    "name": "Ada Vell",
    "stage": "early-career faculty",
    "current": [{"institution": "Uni A", "country": "DE"}],
}
WORK: dict[str, Any] = {"title": "Bees & more", "date": "2025-06-01", "venue": None, "url": "https://a.example"}
ME = MeSettings(
    name="Mia Muster",
    programme="MSc in Nowhere until March 2027",
    background=("I built an oven.", "I like bees."),
    link="https://mia.example",
    start="April 2027",
    months=6,
    attachments=("CV", "transcript"),
)
NOW, TODAY = "2026-11-01T00:00:00+00:00", date(2026, 11, 1)
NAMES = "Subject: x\n\n{{ work.title }} "


def write(template: str = NAMES, to: str = "", **changed: Any) -> letter_drafts.Letter:
    row, chosen = ROW | changed.get("row", {}), WORK | changed.get("work", {})
    told = {name: changed[name] for name in ("me", "ask", "language") if name in changed}
    return letter_drafts.draft_letter(template, row, chosen, changed.get("interest", "bees"), "2026-11-01", to, **told)


def body_of(mail: Any) -> str:
    return mail.get_content().replace("\r\n", "\n")


def read(letter: letter_drafts.Letter) -> Any:
    return email.message_from_bytes(letter_drafts.letter_to_eml(letter), policy=modern)


@pytest.mark.parametrize("language", letter_facts.LANGUAGES)
@pytest.mark.parametrize("ask", letter_facts.ASKS)
def test_each_template_names_the_work_and_counts_what_is_left_to_the_user(ask: str, language: str) -> None:
    template = letter_drafts.default_template(ask, language)
    letter = write(template, ask=ask, language=language)
    assert letter.body.startswith("Guten Tag Ada Vell,\n\nich" if language == "de" else "Dear Ada Vell,\n\nI read your")
    assert "Bees & more" in letter.body
    assert "Uni A" in letter.body
    bare = write(template, row={"current": [], "stage": "unknown"}, interest="", ask=ask, language=language)
    assert "None" not in bare.body
    assert len(bare.open_blanks) > len(write(template, me=ME, ask=ask, language=language).open_blanks) == 2
    said = write(template, me=ME, ask=ask, language=language).to_text()
    for told in ("Mia Muster", "MSc in Nowhere", "I built an oven. I like bees.", "https://mia.example", "April 2027"):
        assert told in said
    assert ("6 months" in said or "6 Monate" in said) == (ask != "phd")
    assert "CV, transcript" in said


def test_a_statement_is_quoted_where_it_is_about_such_a_letter_and_instructions_always() -> None:
    says = [
        {"polarity": "recruiting", "quote": "Two PhD students, please [soon].", "age": "current", "audience": ["phd"]},
        {"polarity": "recruiting", "quote": "Interns of old.", "age": "old", "audience": ["intern"]},
        {"polarity": "conditions", "quote": "Write [BEES] first.", "age": "current", "audience": []},
    ]
    row = {"says": says, "recruiting": says[0]}
    letters = {ask: write(letter_drafts.default_template(ask), row=row, me=ME, ask=ask) for ask in letter_facts.ASKS}
    assert [ask for ask, one in letters.items() if "your page: “Two PhD students, please [soon].”" in one.body] == [
        "phd"
    ]
    assert not any("Interns of old" in one.body for one in letters.values())
    for one in letters.values():
        assert "You ask of those who write to you: “Write [BEES] first.”" in one.body
        assert len(one.open_blanks) == 3  # brackets of theirs are none of the user's
    quoting = letter_facts.letter_cautions(ROW | row, WORK | {"position": "last"}, TODAY, "phd")
    assert ["make sure that this means you" in one for one in quoting] == [True]
    refusing = {"says": says, "recruiting": {**says[0], "polarity": "not recruiting"}}
    assert "your page:" not in write(letter_drafts.default_template(), row=refusing).body


@pytest.mark.parametrize(
    ("role", "english", "german"),
    [
        ("Associate Professor", "Dear Professor Ada Vell,", "Guten Tag Prof. Ada Vell,"),
        ("Juniorprofessorin", "Dear Professor Ada Vell,", "Guten Tag Prof. Ada Vell,"),
        ("Postdoc", "Dear Ada Vell,", "Guten Tag Ada Vell,"),
        ("Professional staff", "Dear Ada Vell,", "Guten Tag Ada Vell,"),
        (None, "Dear Ada Vell,", "Guten Tag Ada Vell,"),
    ],
)
def test_a_salutation_takes_the_stated_title_and_guesses_nothing(role: str | None, english: str, german: str) -> None:
    row = ROW | {"current": [ROW["current"][0] | {"role": role}]}
    assert [letter_facts.salutation_line(row, language) for language in letter_facts.LANGUAGES] == [english, german]


def test_where_the_place_is_old_the_letter_names_none_and_says_so() -> None:
    old = {"current": [{"institution": "Uni A", "country": "DE", "old": True, "since": "2019", "until": "2021"}]}
    assert "Uni A" not in write(letter_drafts.default_template(), row=old).body
    work = WORK | {"position": "last"}
    assert letter_facts.letter_cautions(ROW, work, TODAY) == []
    assert "last seen at Uni A, 2021" in letter_facts.letter_cautions(ROW | old, work, TODAY)[0]
    assert "not known" in letter_facts.letter_cautions(ROW | {"current": []}, work, TODAY)[0]
    middle = letter_facts.letter_cautions(ROW, WORK | {"position": "middle", "date": "2019-01-01"}, TODAY)
    assert ["somebody else led it" in middle[0], "of 2019" in middle[1], len(middle)] == [True, True, 2]


def test_a_led_recent_work_is_cited_first() -> None:
    def paper(id_: str, position: str, year: int) -> dict[str, Any]:
        return {"work_id": id_, "position": position, "date": f"{year}-01-01"}

    works = [paper("a", "last", 2015), paper("b", "middle", 2026), paper("c", "last", 2025), paper("d", "last", 2026)]
    assert (letter_facts.pick_work_to_cite(works, TODAY) or {})["work_id"] == "c"
    assert (letter_facts.pick_work_to_cite(works[:2], TODAY) or {})["work_id"] == "a"
    elsewhere = {**paper("e", "last", 2026), "match": 0.0}  # led and recent, and on something else
    assert (letter_facts.pick_work_to_cite([paper("a", "last", 2015), elsewhere], TODAY) or {})["work_id"] == "a"
    assert letter_facts.pick_work_to_cite([], TODAY) is None


def test_a_work_is_found_by_its_number_or_some_words_of_its_title() -> None:
    theirs = [
        {"work_id": f"w{n}", "title": title}
        for n, title in enumerate(("Bees at night", "Bees by day, in 3 parts", "Wasps", "Bees"), 1)
    ]
    found = {
        said: [work["work_id"] for work in letter_drafts.find_letter_works(theirs, said)]
        for said in (
            "w2",
            "2",
            "#3",
            "BEES AT night",
            "day bees",
            "by day",
            "bees",
            "9",
            "owls",
            "",
            "3 parts",
        )
    }
    assert found == {
        "w2": ["w2"],
        "2": ["w2"],
        "#3": ["w3"],
        "BEES AT night": ["w1"],
        "day bees": ["w2"],
        "by day": ["w2"],
        "bees": ["w4"],
        "9": [],
        "owls": [],
        "": [],
        "3 parts": ["w2"],
    }


def test_a_letter_is_ready_only_without_brackets_and_never_the_same_for_two(store: Store) -> None:
    def entry(name: str) -> ShortlistEntry:
        number = store.shortlist.add([f"test:{name}"], [f"test:{name}"], name, "bees", NOW)
        return next(one for one in store.shortlist.list_entries() if one.id == number)

    ada, bela = entry("Ada Vell"), entry("Bela Orr")
    with pytest.raises(UsageError, match="2 places are still in brackets"):
        confirm_letter_ready(store, ada, write(letter_drafts.default_template(), me=ME), NOW, TODAY)
    for left in ("[x]", "[two\nlines]", "an open [ one", "a close ] one", "[]"):
        with pytest.raises(UsageError, match="still in brackets"):
            confirm_letter_ready(store, ada, write(f"{NAMES}{left}"), NOW, TODAY)
    with pytest.raises(UsageError, match="--ready"):
        store.shortlist.log_event(ada.id, " Ready ", "", TODAY, NOW)
    assert [event.what for one in store.shortlist.list_entries() for event in one.events] == ["starred", "starred"]

    text = "Subject: Hello\n\n{{ salutation }} your “{{ work.title }}” of {{ work.year }}. Figure 2 made me laugh."
    confirm_letter_ready(store, ada, write(text, work={"title": "[Re] Bees"}), NOW, TODAY)
    other: Any = {"row": {"name": "Bela Orr"}, "work": {"title": "On wasps", "date": "2024-01-01"}}
    with pytest.raises(UsageError, match=f"#{ada.id} gets the same"):
        confirm_letter_ready(store, bela, write(text, **other), NOW, TODAY)
    confirm_letter_ready(store, bela, write(text.replace("Figure 2", "Table 1"), **other), NOW, TODAY)
    confirm_letter_ready(store, ada, write(text), NOW, TODAY)  # once more, for the same
    assert [one.status for one in store.shortlist.list_entries()] == ["drafted", "drafted"]
    assert [event.what for event in store.shortlist.list_entries()[1].events] == ["starred", "drafted", "ready"]


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
        "{{ person.__class__ }}",
        "{{ person.name.__class__.__mro__ }}",
        "{{ ''.__class__ }}",
        "{{ person['name'] }}",
        "{% for i in range(9) %}x{% endfor %}",
        "{{ 9**9**9 }}",
        "{{ 'a' * 10**9 }}",
        "{{ person }}",
        "{{ self }}",
        "{{ range(9) }}",
        "{{ cycler.__init__.__globals__ }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{% set x = 1 %}",
        "{% macro m() %}{% endmacro %}",
        "{{ person.email }}",
        "{{ salary }}",
        "{{ 'a'|attr('b') }}",
        "{{ person.name|replace('a', 'b') }}",
        "{{ 'a' ~ 'b' }}",
        "{{ person.name",
        "{% if %}",
        "{% nonsense %}",
        "{{ lipsum() }}",
        "{{ work.title.format(x) }}",
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{{ " + "9" * 5000 + " }}",
        "{% if 1 %}" * 900 + "{% endif %}" * 900,
        "x" * 20_001,
        "{{ {} }}",
        "{{ [1] }}",
        "{{ not " + "not " * 3000 + "1 }}",
        "{% filter upper %}x{% endfilter %}",
        "{{ loop }}",
        "{{ 1|nothing }}",
    ],
)
def test_a_template_does_nothing_but_put_in_what_is_known(template: str) -> None:
    with pytest.raises(UsageError, match="emplate"):
        write(NAMES + template)


@pytest.mark.parametrize("template", ["", "Dear Ada", "Subject:\n\n{{ work.title }}", "\nSubject: " + "x" * 600])
def test_a_subject_is_asked_for(template: str) -> None:
    with pytest.raises(UsageError, match="Subject: …"):
        write(template)


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=300), st.text(min_size=1, max_size=100).filter(lambda text: bool(single_line(text))))
@example("Bcc: evil@example.org\r\n\r\nx", "a\r\nBcc: b@c.de\r\n\r\nx")
@example("\x85x\u2028y\x1cz", "Subject\ud800: =?utf-8?q?x?=")
def test_nothing_a_name_or_title_holds_becomes_a_header(name: str, title: str) -> None:
    letter = write(
        "Subject: On {{ work.title }} {{ person.name }}\n\n{{ person.name }}: {{ work.title }}\n",
        row={"name": name},
        work={"title": title},
    )
    mail = read(letter)
    assert set(mail.keys()) == {
        "X-Unsent",
        "Subject",
        "Content-Type",
        "Content-Transfer-Encoding",
        "MIME-Version",
    }
    assert body_of(mail) == letter.body
    assert single_line(title) in letter.body


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=2000))
def test_any_text_of_the_user_is_read_back_from_the_mail(text: str) -> None:
    plain = text.replace("{", "(")
    mail = read(write(NAMES + "\n" + plain))
    assert body_of(mail) == f"Bees & more \n{clean_text(plain)}".strip() + "\n"


def test_the_mail_program_gets_the_whole_letter() -> None:
    address = letter_drafts.mailto_link(
        write("Subject: a&b=c ü\n\n{{ work.title }}\n100 % & more", to="ada+x@uni-a.example")
    )
    parts = urlsplit(address)
    asked = parse_qs(parts.query)
    assert parts.scheme == "mailto"
    assert parts.path == "ada%2Bx@uni-a.example"
    assert asked == {"subject": ["a&b=c ü"], "body": ["Bees & more\r\n100 % & more\r\n"]}
    assert letter_drafts.mailto_link(write()).startswith("mailto:?subject=")
