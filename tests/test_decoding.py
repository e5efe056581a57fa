"""Pages in the encodings that people use, with and without a label, and with a wrong one."""

# ruff: noqa: RUF001 - letters of many scripts

from __future__ import annotations

import json

import pytest
from serving import Door, Request, answer, run, serving

from finder.decoding import DAMAGED, decode_bytes, python_encoding_name
from finder.model import Person, Rejected, Statement
from finder.source import Response, SourceInfo
from finder.sources import homepages
from finder.storage import Store

GERMAN = "<title>Kai Müller</title><h1>Kai Müller</h1><p>I am recruiting PhD students for the Größe project.</p>"
CHINESE = "<title>李伟</title><h1>李伟 教授</h1><p>欢迎对机器学习感兴趣的同学报考我的博士研究生。</p>"
JAPANESE = "<title>山野</title><p>博士課程の学生を募集しています。研究室に興味のある方はご連絡ください。</p>"
KOREAN = "<title>김</title><p>박사과정 학생을 모집합니다. 관심 있는 분은 연락 주세요.</p>"
RUSSIAN = "<title>Иван</title><p>Приглашаю аспирантов для работы в области машинного обучения.</p>"
POLISH = "<title>Łukasz Żółty</title><p>Poszukuję doktoranta. Proszę o kontakt, jeśli jesteś zainteresowany.</p>"
FRENCH = "<title>André Lefèvre</title><p>Je recherche un doctorant motivé à l’université, dès l’été.</p>"
TURKISH = "<title>Ayşe</title><p>Doktora öğrencisi arıyorum. İlgilenen öğrenciler başvurabilir.</p>"
HTML = "text/html"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "cp1252"),
        (FRENCH, "cp1252"),
        (CHINESE, "gb18030"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc_jp"),
        (KOREAN, "cp949"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"),
        (POLISH, "cp1250"),
        (TURKISH, "cp1254"),
        (GERMAN, "utf-8"),
    ],
)
def test_without_a_label_the_encoding_is_found_by_its_letters(text: str, encoding: str) -> None:
    found = decode_bytes(text.encode(encoding), HTML)

    assert (found.text, found.encoding, found.guessed) == (text, encoding, encoding != "utf-8")


@pytest.mark.parametrize(
    ("header", "meta", "encoding"),
    [
        ("", "gb2312", "gbk"),
        ("; charset=GB2312", "", "gbk"),
        ("; charset=iso-8859-1", "", "cp1252"),
        ('; charset="utf-8"', "windows-1252", "cp1252"),  # a server that calls all its pages UTF-8
        ("; charset=ISO-8859-1", "utf-8", "utf-8"),  # and one that calls them Latin-1
        ("; charset=shift_jis", "", "cp932"),
        ("; charset=nonsense", "euc-kr", "cp949"),
        ("; charset=rot13", "", "utf-8"),
    ],
)
def test_a_label_is_believed_where_the_bytes_bear_it_out(header: str, meta: str, encoding: str) -> None:
    body = {"gbk": CHINESE, "cp932": JAPANESE, "cp949": KOREAN}.get(encoding, GERMAN)
    text = (f'<meta charset="{meta}">' if meta else "") + body

    assert decode_bytes(text.encode(encoding), HTML + header)[::2] == (text, False)


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_wins_over_every_label(mark: str) -> None:
    assert decode_bytes(GERMAN.encode(mark), "text/html; charset=gb2312").text == GERMAN


def test_some_damage_is_no_other_encoding_and_a_cut_is_no_damage() -> None:
    assert decode_bytes("é".encode() * 100 + b"\xff").text == "é" * 100 + DAMAGED
    assert decode_bytes("éü".encode()[:3], cut=True).text == "é"
    assert DAMAGED in decode_bytes(b"\x80\x81\xfe\xff\x00\x01").text


def test_what_is_no_encoding_of_text_is_no_label() -> None:
    names = ("rot13", "base64", "unicode_escape", "undefined", "", "none", "utf-8")
    assert [python_encoding_name(name) for name in names] == ["", "", "", "", "", "", "utf-8"]


def records(page: bytes, name: str, kind: str = HTML) -> list[Person | Statement | Rejected]:
    note = json.dumps({"name": name, "ids": ["homepage:https://m.example/"], "depth": 0})
    reply = Response(
        "homepages", "https://m.example/", 200, page, "2026-11-01T00:00:00Z", {"content-type": kind}, note=note
    )
    return list(homepages.parse(reply))


@pytest.mark.parametrize("kind", [HTML, "text/html; charset=utf-8", "text/html; charset=iso-8859-1"])
def test_a_homepage_in_an_old_encoding_is_its_owners_and_is_quoted_as_it_reads(kind: str) -> None:
    person, said = records(GERMAN.encode("cp1252"), "Kai Müller", kind)

    assert isinstance(person, Person)
    assert isinstance(said, Statement)
    assert said.quote == "I am recruiting PhD students for the Größe project."


def test_a_sentence_that_cannot_be_read_is_not_quoted() -> None:
    page = GERMAN.replace("Größe", "Gr\udcffe") + "<p>I am recruiting interns, too.</p>" + "ü" * 60
    found = records(page.encode("utf-8", "surrogateescape"), "Kai Müller")

    assert [said.quote for said in found if isinstance(said, Statement)] == ["I am recruiting interns, too."]
    assert [one.reason for one in found if isinstance(one, Rejected)] == [
        "a sentence in an encoding that could not be read"
    ]


def test_a_page_is_kept_in_utf8_so_that_whoever_is_named_on_it_is_found(store: Store) -> None:
    card = SourceInfo("pages", "Pages", "", "", "https://pages.example", pace=1000, expects="html")

    def web(request: Request) -> bytes:
        return answer("", 404) if request.path == "/robots.txt" else page_of(GERMAN.encode("cp1252"))

    async def scenario() -> Response:
        async with serving(by=web) as server:
            return await Door(store, server.url, card=card).get("/~mueller")

    reply = run(scenario())

    assert reply.body.decode() == GERMAN
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert store.connection.execute("select count(*) from reply where url like '%mueller'").fetchone() == (1,)


def page_of(body: bytes) -> bytes:
    return answer(body, Content_Type="text/html; charset=iso-8859-1")
