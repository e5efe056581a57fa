"""What parsers are fuzzed with: answers of every service, damaged in every way one can think of."""

# ruff: noqa: RUF001 - strange signs are the point

from __future__ import annotations

import gzip
import json
import os
import random
import string
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from finder.http import read_recordings
from finder.reference_data import package_data_folder
from finder.source import Response, discover_sources
from tests.shared import SHARED

TIMES = float(os.environ.get("FINDER_FUZZ", "1"))
"""How many times the usual number of examples; where it is set, they are other ones in every run."""
SEEN = "2026-11-22T12:00:00+00:00"
BOARDS = "finder.boards"
_FOLDERS = {"semanticscholar": "semantic_scholar"}
_DEEP, _LONG, _HUGE = "\x02deep", "\x02long", "\x02huge"
_NOTES = {
    "homepages": json.dumps({"name": "Ada Vell", "ids": ["homepage:https://ada-vell.example/"], "depth": 0}),
}

ODD: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    1,
    2**31,
    -(2**63),
    2**64,
    10**40,
    1e308,
    -0.5,
    float("inf"),
    float("nan"),
    "",
    " ",
    "\x00",
    "\ud800",
    "\udfff\ud800",
    "a\u0000b",
    "\u202e\u2066abc",
    "A\u0300" * 40,
    "\U0001f468\u200d\U0001f469",
    "0000-13-45",
    "2026-02-30",
    "2026-13",
    "0000",
    "9999-12-31",
    "10000-01-01",
    "99999",
    "-2026",
    "2026-1-1",
    "１９９９-０１-０１",
    "²⁰²⁶",
    "²",
    "http://[::1",
    "http://[evil]/",
    "https://a b/",
    "javascript:alert(1)",
    "//",
    "~",
    "https://orcid.org/",
    "<b>&bogus;</b>",
    "&#1114112;",
    "&#xD800;",
    "%",
    "%ff%fe",
    "{}",
    "[]",
    "{{7*7}}",
    "=1+1",
    "'; drop table record; --",
    [],
    {},
    [None],
    [[]],
    [{}],
    {"": None},
    ["x"] * 300,
    {"value": None},
    [1, "a", None, {}],
    _DEEP,
    _LONG,
    _HUGE,
]
"""Values that stand where something else is due."""

_MARKUP = [
    b"<",
    b">",
    b"</",
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b"]]>",
    b"&",
    b"&bogus;",
    b"&#1114112;",
    b"\x00",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b'"',
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"null",
    b"1e999",
    b"9" * 5000,
    b"\xef\xbb\xbf",
    b"\r\n\r\n",
    b"\\ud800",
    b"\\u0000",
    "２０２６".encode(),
    "²".encode(),
    b"<!DOCTYPE a [<!ENTITY a 'b'>]>",
    b"<?xml version='1.0'?>",
    b" " * 3000,
    b"@",
    b"mailto:",
    b"0000-00-00",
]

_ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
HOSTILE: dict[str, bytes] = {
    "a million lists": b"[" * 1_000_000,
    "a million closed lists": b"[" * 1_000_000 + b"]" * 1_000_000,
    "a million objects": b'{"a":' * 1_000_000,
    "a deep list of results": b'{"results":[' + b"[" * 1_000_000 + b"]" * 1_000_000 + b"]}",
    "a number of a million digits": b'{"results":[{"id":' + b"9" * 1_000_000 + b"}]}",
    "entities that explode": f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "ha">{_ENTITIES}]><a>&a11;</a>'.encode(),
    "an entity that reads a file": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "deep markup": b"<a>" * 100_000,
    "an odd declaration": b'<html><li class="iCIMS_JobCardItem"><article class="ecl-content-item"><![CDmailto<!x',
    "an address that is none": b'<li class="iCIMS_JobCardItem"><a class="iCIMS_Anchor" href="http://[::1/jobs/1/x">x</a>',
    "nothing but signs": b"<" * 1_000_000,
    "no text": bytes(1_000_000),
    "two halves of a pair": b'{"results":[{"id":"\\ud800","title":"\\udc00"}]}',
    "another encoding": '{"results": []}'.encode("utf-16"),
    "a bomb": gzip.compress(b"[" + b" " * 80_000_000),
}


def names() -> list[tuple[str, str]]:
    """Package and name of every parser there is."""
    return [(package, name) for package in ("finder.sources", BOARDS) for name in sorted(discover_sources(package))]


def asked(package: str, name: str, body: bytes, url: str = "", note: str | None = None) -> Response:
    """A body as an answer of that service."""
    told = f"board:{name}/acme.wd5/Site" if package == BOARDS else _NOTES.get(name, "")
    address = url or "https://ada-vell.example/"
    return Response(name, address, 200, body, SEEN, {"content-type": "text/html"}, note=told if note is None else note)


@cache
def seeds(package: str, name: str) -> list[Response]:
    """Answers of a service that are good: of the fictional world, and recorded ones where they are at hand."""
    found = [asked(package, name, r.body, r.url, r.note or None) for r in _world() if r.source == name][:40]
    for path in sorted(SHARED.glob("recorded/*/*")):
        if name in (_FOLDERS.get(path.parent.name, path.parent.name), path.name.split("-")[0]):
            found.append(asked(package, name, path.read_bytes()))
    small = [asked(package, name, _brief(r.body), r.url, r.note) for r in found]
    return small or [asked(package, name, json.dumps({"results": [{"id": "1", "title": "T"}]}).encode())]


@cache
def _world() -> list[Response]:
    files = sorted((package_data_folder() / "demo").glob("*.jsonl.xz"))
    return [reply for file in files for reply in list(read_recordings(file).values())[::7][:80]]


def _brief(body: bytes) -> bytes:
    """The first few of every list, so that many examples are tried in little time."""

    def cut(value: Any) -> Any:
        if isinstance(value, list):
            return [cut(one) for one in value[:3]]
        if isinstance(value, dict):
            return {key: cut(one) for key, one in list(value.items())[:60]}
        return value[:400] if isinstance(value, str) else value

    try:
        return json.dumps(cut(json.loads(body))).encode()
    except ValueError:
        return body[:20_000]


def damaged(seed: bytes) -> st.SearchStrategy[bytes]:
    """An answer, damaged."""
    return st.builds(lambda number: _damage(seed, random.Random(number)), st.integers(0, 2**32))


def _damage(seed: bytes, dice: random.Random) -> bytes:
    try:
        tree = json.loads(seed)
    except ValueError:
        tree = None
    if tree is not None and dice.random() < 0.75:
        for _ in range(dice.choice([1, 1, 2, 4])):
            tree = _replaced(tree, dice)
        body = json.dumps(tree).encode()
        for mark, text in (
            (_DEEP, b"[" * 50_000 + b"]" * 50_000),
            (_LONG, b'"' + b"a b" * 60_000 + b'"'),
            (_HUGE, b"9" * 5_000),
        ):
            body = body.replace(json.dumps(mark).encode(), text)
        return body
    data = bytearray(seed)
    for _ in range(dice.choice([1, 2, 3, 8])):
        at = dice.randrange(len(data) + 1)
        to = min(len(data), at + dice.choice([0, 0, 1, 5, 50, len(data)]))
        data[at:to] = dice.choice([*_MARKUP, dice.randbytes(3), bytes(data[at : at + 40]) * 3, b""])
    return bytes(data)


def _replaced(tree: Any, dice: random.Random) -> Any:
    """The tree with one value, chosen anywhere in it, made an odd one, taken away or doubled."""
    places = list(_places(tree))
    if not places:
        return deepcopy(dice.choice(ODD))
    holder, key = dice.choice(places)
    what = dice.random()
    if what < 0.15:
        del holder[key]
    elif what < 0.25 and isinstance(holder, list):
        holder.append(holder[key])
    elif what < 0.35 and isinstance(holder[key], str):
        holder[key] = holder[key] + dice.choice([one for one in ODD if isinstance(one, str)])
    else:
        holder[key] = deepcopy(dice.choice(ODD))
    return tree


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    items: Iterable[tuple[Any, Any]] = ()
    if isinstance(tree, dict):
        items = list(tree.items())
    elif isinstance(tree, list):
        items = list(enumerate(tree))
    for key, value in items:
        yield tree, key
        yield from _places(value)


TABLES: dict[str, tuple[str, bytes]] = {
    "csrankings": (
        "csrankings.csv",
        b"name,affiliation,homepage,scholarid\nAda Vell,Uni,https://a.example/,AAAAAAAAAAAA\n",
    ),
    "paperlists": (
        "toy2025.json",
        json.dumps(
            [
                {
                    "title": "T",
                    "author": "Ada Vell;Bo",
                    "aff": "Uni;Lab",
                    "status": "Poster",
                    "id": "x1",
                    "track": "main",
                    "author_site": "Ada Vell",
                    "abstract": "text",
                    "keywords": "a;b",
                    "aff_domain": "uni.edu;lab.com",
                    "site": "",
                    "position": "Full Professor;PhD student",
                    "homepage": ";",
                    "dblp": ";",
                    "google_scholar": ";",
                    "orcid": ";",
                }
            ]
        ).encode(),
    ),
    "openalex": ("works.jsonl", b'{"id":"https://openalex.org/W1","title":"Sight","publication_date":"2026-03-01"}\n'),
}
"""A small file of each kind that can be imported."""


def anything() -> st.SearchStrategy[bytes]:
    """Bytes of any kind, and any JSON."""
    text = st.text(st.characters(codec="utf-8") | st.sampled_from(string.punctuation), max_size=40)
    leaf = st.none() | st.booleans() | st.integers() | st.floats() | text
    tree = st.recursive(leaf, lambda x: st.lists(x, max_size=4) | st.dictionaries(text, x, max_size=4), max_leaves=12)
    wrapped = st.sampled_from(["results", "data", "jobs", "items", "notes", "hits", "message", "offers", "postings"])
    return (
        st.binary(max_size=300)
        | tree.map(lambda x: json.dumps(x).encode())
        | st.tuples(wrapped, tree).map(lambda pair: json.dumps({pair[0]: [pair[1]]}).encode())
        | text.map(lambda x: f"<html><body>{x}</body></html>".encode(errors="replace"))
    )


def written(folder: Path, name: str, body: bytes) -> Path:
    """A file of that name."""
    (folder / name).write_bytes(body)
    return folder / name


Parser = Callable[[Response], Iterator[object]]
