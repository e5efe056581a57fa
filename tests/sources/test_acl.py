"""Collections of the ACL Anthology. They are written after its documentation, about invented people."""

from __future__ import annotations

from pathlib import Path

import pytest

from finder.errors import TooLarge, UnexpectedFormat
from finder.ingest.file_import import import_files
from finder.model import Affiliation, Authorship, Rejected
from finder.publication import resolve_and_publish
from finder.source import discover_sources
from finder.sources import acl
from finder.storage import Store

ORCID = "0000-0002-1825-0097"
COLLECTION = f"""<?xml version='1.0' encoding='UTF-8'?>
<collection id="2025.acl"><volume id="long" type="proceedings">
<meta><booktitle>Proceedings of the Meeting</booktitle><month>July</month><year>2025</year><venue>acl</venue></meta>
<frontmatter><url>2025.acl-long.0</url></frontmatter>
<paper id="1"><title><fixed-case>O</fixed-case>wls  in <tex-math>n</tex-math> sentences</title>
<author id="ada-vell" orcid="{ORCID}"><first>Ada</first><last>Vell</last>
<affiliation>University of Valdorra</affiliation>
<variant script="hani"><first>x</first><last>y</last></variant></author>
<author id="bo-orn/unverified"><first>Bo</first><last>Orn</last></author>
<author><last>Cleo</last></author>
<abstract>We read owls. Write to ada@uni.example.</abstract><url hash="1">2025.acl-long.1</url>
<doi>10.18653/v1/2025.acl-long.1</doi></paper>
<paper id="2"><title>Gone</title><author><first>A</first><last>B</last></author><retracted>x</retracted></paper>
<paper id="3"><title>Nobody's</title></paper>
</volume>
<volume id="short"><meta><booktitle>Findings of Owls</booktitle><month>June-July</month><year>2025</year></meta>
<paper id="7"><title>Short</title><author><first>Di</first><last>Els</last></author></paper></volume></collection>
"""


def test_papers_are_read_with_whom_the_anthology_knows() -> None:
    first, *rejected, short = acl.read_file("2025.acl.xml", COLLECTION.encode())

    assert not isinstance(first, Rejected)
    assert (first.title, first.date, first.venue) == ("Owls in n sentences", "2025-07", "ACL 2025")
    assert first.authorships == (
        Authorship(
            "Ada Vell",
            (f"orcid:{ORCID}", "acl:ada-vell"),
            (Affiliation("University of Valdorra", raw="University of Valdorra"),),
        ),
        Authorship("Bo Orn"),
        Authorship("Cleo"),
    )
    assert first.ids == ("doi:10.18653/v1/2025.acl-long.1",)
    assert (first.source_id, first.url) == ("acl:2025.acl-long.1", "https://aclanthology.org/2025.acl-long.1")
    assert "@" not in (first.abstract or "")
    assert [one.reason for one in rejected if isinstance(one, Rejected)] == ["retracted", "no authors"]
    assert not isinstance(short, Rejected)
    assert (short.source_id, short.date, short.venue) == ("acl:2025.acl-short.7", "2025-06", "Findings of Owls 2025")


@pytest.mark.parametrize(
    "body",
    ["", "<volume/>", "<collection/>", "<collection id='x'>", '<!DOCTYPE x [<!ENTITY a "b">]><collection id="x"/>'],
)
def test_what_is_no_collection_is_refused(body: str) -> None:
    with pytest.raises(UnexpectedFormat):
        list(acl.read_file("x.xml", body.encode()))


def test_a_collection_of_too_many_pieces_is_not_read() -> None:
    with pytest.raises(TooLarge):
        list(acl.read_file("x.xml", COLLECTION.encode(), most=10_000))


def test_a_folder_of_collections_is_taken_in(store: Store, tmp_path: Path) -> None:
    (tmp_path / "2025.acl.xml").write_text(COLLECTION, encoding="utf-8")
    (tmp_path / "schema.xml").write_text("<grammar/>")
    now = "2026-11-01T00:00:00+00:00"
    report = import_files(store, discover_sources()["acl"], [tmp_path], now=now)

    assert (report.works, report.files, report.skipped) == (2, 1, ("schema.xml",))
    authors = resolve_and_publish(store, now).load_table("authors")
    assert "acl:ada-vell" in authors.filter(name="Ada Vell")["ids"].item()
