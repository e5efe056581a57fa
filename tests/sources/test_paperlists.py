"""Conference files: every trap that was met in the real ones, small and made by hand."""

from __future__ import annotations

import gzip
import json
import re
from html import unescape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared import SHARED, needs_shared

from finder.errors import UnexpectedFormat
from finder.model import Authorship, Rejected, Work
from finder.sources import paperlists
from finder.sources._paperlists.files import PaperRecord, has_cell_per_author

FILES = SHARED / "paperlists"


def read(*records: dict[str, Any], name: str = "icml2023.json") -> list[Work | Rejected]:
    filled = [{"id": f"p{i}", "title": f"Paper {i}", "author": "Ada Byron", **r} for i, r in enumerate(records)]
    return list(paperlists.read_file(name, json.dumps(filled).encode()))


def one(name: str = "icml2023.json", **record: Any) -> Work:
    (work,) = read(record, name=name)
    assert isinstance(work, Work)
    return work


def names(author: str, **record: Any) -> list[str]:
    return [a.name for a in one(author=author, **record).authorships]


def posts(authorship: Authorship) -> list[tuple[str, str | None, str | None]]:
    return [(a.institution, a.country, a.role) for a in authorship.affiliations]


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Ada Byron;Grace Hopper", ["Ada Byron", "Grace Hopper"]),
        ("Ada Byron; Grace Hopper ;", ["Ada Byron", "Grace Hopper"]),
        ("Ada Byron, Grace Hopper", ["Ada Byron", "Grace Hopper"]),
        ("Ada Byron", ["Ada Byron"]),
        ("Kerry A. Seitz, Jr., Tim Foley", ["Kerry A. Seitz Jr.", "Tim Foley"]),
        ("Tim Foley, Henry Wood, III", ["Tim Foley", "Henry Wood III"]),
        ("Seitz, Jr.; Tim Foley", ["Seitz Jr.", "Tim Foley"]),
        ("Alice O&#x27;Toole, Zhangyang &quot;Atlas&quot; Wang", ["Alice O'Toole", 'Zhangyang "Atlas" Wang']),
        ("Guido D&amp;#x27;Amely, Ada Byron", ["Guido D'Amely", "Ada Byron"]),
        ("Nick Martin;John Pauly and Greg Zaharchuk", ["Nick Martin", "John Pauly", "Greg Zaharchuk"]),
        ("Leonardo Citraro; and Pascal Fua", ["Leonardo Citraro", "Pascal Fua"]),
        ("Fernand Hand, Ada Byron", ["Fernand Hand", "Ada Byron"]),
        ("Zsolt\xa0Kira; Weihua Hu*; Paul Debevec\u200e", ["Zsolt Kira", "Weihua Hu", "Paul Debevec"]),
        ("Hung Le 1, Sujith Ravi[2]", ["Hung Le", "Sujith Ravi"]),
        ("Thomas Auzinger@ist.ac.at, Ada Byron", ["Thomas Auzinger", "Ada Byron"]),
        ("Ada Byron, nmman@hcmus.edu.vn, 3 bao@viasm.edu.vn", ["Ada Byron"]),
        ("Amir Hertz, Kfir Aberman,", ["Amir Hertz", "Kfir Aberman"]),
    ],
)
def test_authors_are_told_apart(printed: str, expected: list[str]) -> None:
    assert names(printed) == expected


def test_a_list_printed_twice_in_a_row_is_halved_and_its_columns_match_the_half() -> None:
    work = one(author="A Bee;C Dee;A Bee;C Dee", authorids="/37;/38;/37;/38", aff="Uni X; Uni Y")

    assert [(a.name, a.ids, posts(a)) for a in work.authorships] == [
        ("A Bee", ("ieee:37",), [("Uni X", None, None)]),
        ("C Dee", ("ieee:38",), [("Uni Y", None, None)]),
    ]


def test_a_name_that_comes_again_stands_once_and_its_cell_goes_with_it() -> None:
    work = one(author="Jie Zhou;Le Tian;Jie Zhou;Hui Su", aff="U1;U2;U3;U4")

    assert [(a.name, posts(a)[0][0]) for a in work.authorships] == [
        ("Jie Zhou", "U1"),
        ("Le Tian", "U2"),
        ("Hui Su", "U4"),
    ]


@pytest.mark.parametrize("aff", ["Uni X;Uni Y;Uni Z", ";", "Uni X, University A and University B", "Uni X+Uni Y"])
def test_a_column_with_another_number_of_cells_than_authors_is_ignored(aff: str) -> None:
    assert all(not a.affiliations for a in one(author="A Bee;C Dee", aff=aff).authorships)


def test_the_only_place_on_a_paper_is_everybodys() -> None:
    work = one(author="A Bee;C Dee;E Eff", aff="Department of Walking, Uni X")

    assert [posts(a) for a in work.authorships] == [[("Department of Walking, Uni X", None, None)]] * 3


def test_the_only_place_of_some_profiles_is_nobody_elses() -> None:
    people = "~A_Bee1;c@dee.org;~E_Eff1"
    some = one(author="A Bee;C Dee;E Eff", aff="Uni X;Uni X", authorids=people)
    unsure = one(author="A Bee;C Dee;E Eff", aff="Uni X", authorids=people)

    assert [bool(a.affiliations) for a in some.authorships] == [True, False, True]
    assert [bool(a.affiliations) for a in unsure.authorships] == [False, False, False]


def test_places_in_an_order_of_their_own_are_kept_with_their_domains() -> None:
    people = "~A_Bee1;~C_Dee1"
    work = one(author="A Bee;C Dee", aff="Uni X;Uni Y", aff_domain="x.edu;cs.y.edu", authorids=people)
    ordered = one(
        author="A Bee;C Dee", aff="Uni X;Uni Y", aff_domain="x.edu;y.edu", authorids=people, or_profile=people
    )

    assert [a.affiliations for a in work.authorships] == [(), ()]
    assert [(place.institution, place.domain) for place in work.unplaced] == [("Uni X", "x.edu"), ("Uni Y", "cs.y.edu")]
    assert ordered.unplaced == ()


def test_places_that_are_not_as_many_as_the_authors_are_kept_without_an_owner() -> None:
    listed = one(author="A Bee, C Dee, E Eff", aff="Uni X; Uni Y + Firm Z")
    ordered = one(author="A Bee;C Dee", aff="Uni X;Uni Y")
    shared = one(author="A Bee, C Dee, E Eff", aff="Uni X; Uni X")

    assert [a.affiliations for a in listed.authorships] == [(), (), ()]
    assert [place.institution for place in listed.unplaced] == ["Uni X", "Uni Y", "Firm Z"]
    assert ordered.unplaced == ()
    assert shared.unplaced == ()


def test_posts_are_normalised_and_keep_what_was_printed() -> None:
    work = one(
        author="A Bee;C Dee",
        aff="MIT CSAIL+ Google ;EECS, MIT",
        aff_domain="mit.edu+google.com;csail.mit.edu",
        position="Assistant Professor+Researcher;PhD student",
        aff_unique_index="0+1;0",
        aff_unique_norm="Massachusetts Institute of Technology;Google",
        aff_country_unique_index="0+0;0",
        aff_country_unique="United States",
    )
    first, second = work.authorships

    assert posts(first) == [
        ("Massachusetts Institute of Technology", "US", "Assistant Professor"),
        ("Google", "US", "Researcher"),
    ]
    assert [a.raw for a in first.affiliations] == ["MIT CSAIL", None]
    assert [a.domain for a in first.affiliations] == ["mit.edu", "google.com"]
    assert all(a.stated for a in (*first.affiliations, *second.affiliations))
    assert posts(second) == [("Massachusetts Institute of Technology", "US", "PhD student")]


def test_an_affiliation_without_a_position_is_not_stated() -> None:
    (affiliation,) = one(aff="Uni X").authorships[0].affiliations

    assert (affiliation.role, affiliation.stated) == (None, False)


@pytest.mark.parametrize(
    ("aff", "position", "expected"),
    [
        ("Uni X", "Student+Intern", [("Uni X", None, "Student; Intern")]),
        ("Uni X+Uni Y", "Student", [("Uni X", None, "Student"), ("Uni Y", None, None)]),
        ("Uni X+Uni Y", "Student+Intern+Chair", [("Uni X", None, "Student"), ("Uni Y", None, "Intern")]),
        ("", "Student", []),
    ],
)
def test_posts_and_positions_of_unequal_number_are_paired_in_order(
    aff: str, position: str, expected: list[tuple[str, None, str | None]]
) -> None:
    assert posts(one(aff=aff, position=position).authorships[0]) == expected


def test_a_country_index_that_is_not_aligned_is_not_used() -> None:
    work = one(
        author="A Bee;C Dee;E Eff",
        aff="U1;U2;U3",
        aff_unique_index="0;1;2",
        aff_unique_norm="N1;N2;N3",
        aff_country_unique_index="0;1",
        aff_country_unique="Germany;France",
    )

    assert [posts(a) for a in work.authorships] == [[("N1", None, None)], [("N2", None, None)], [("N3", None, None)]]


@pytest.mark.parametrize(
    ("country", "code"),
    [
        ("South Korea", "KR"),
        ("Türkiye", "TR"),
        ("Turkey", "TR"),
        ("UK", "GB"),
        ("Macau", "MO"),
        ("Vietnam", "VN"),
        ("Russian Federation", "RU"),
        ("Czechia", "CZ"),
        ("Hong Kong", "HK"),
        ("Taiwan", "TW"),
        ("Unknown", None),
    ],
)
def test_countries_become_iso_codes(country: str, code: str | None) -> None:
    work = one(
        aff="U1", aff_unique_index="0", aff_unique_norm="N1", aff_country_unique_index="0", aff_country_unique=country
    )

    assert posts(work.authorships[0]) == [("N1", code, None)]


def test_an_index_may_leave_out_the_empty_cells() -> None:
    work = one(author="A Bee;C Dee;E Eff", aff=";U2;U3", aff_unique_index="1;0", aff_unique_norm="N3;N2")

    assert [posts(a) for a in work.authorships] == [[], [("N2", None, None)], [("N3", None, None)]]


def test_what_is_no_institution_is_none() -> None:
    work = one(
        author="A B;C D;E F;G H;I J",
        aff="1+2;Lab+2;a@mail.org;Dep. X, y@uni.de; unknown ",
        aff_unique_index="0;1;0;0;0",
        aff_unique_norm="Unknown Institution;N1",
    )

    assert [posts(a) for a in work.authorships] == [[], [("N1", None, None)], [], [("Dep. X", None, None)], []]


def test_a_plus_that_belongs_to_a_name_does_not_split_it() -> None:
    assert [p[0] for p in posts(one(aff="Tsinghua University+Megvii (Face++) Inc.").authorships[0])] == [
        "Tsinghua University",
        "Megvii (Face++) Inc.",
    ]


def test_files_that_list_institutions_give_them_to_nobody_but_a_single_author() -> None:
    listed = [{"author": "A Bee, C Dee, E Eff, G Gee", "aff": "Uni X; Uni Y"}] * 30
    chance = {"author": "A Bee, C Dee", "aff": "Uni X; Uni Y"}
    works = read(*listed, chance, {"aff": "Uni X"}, name="cvpr2023.json")

    assert [bool(a.affiliations) for a in works[30].authorships] == [False, False]  # type: ignore[union-attr]
    assert works[31].authorships[0].affiliations  # type: ignore[union-attr]
    assert not has_cell_per_author([PaperRecord(author=r["author"], aff=r["aff"]) for r in [*listed, chance]])


def test_ids_of_all_kinds_and_no_addresses() -> None:
    work = one(
        author="A Bee;C Dee;E Eff",
        authorids="~A_Bee1;c.dee@uni.de;/j/e-eff/",
        or_profile="~A_Bee1;c@d.org;",
        dblp="https://dblp.org/pid/12/345-1.html;https://dblp.org/pers/hd/d/Dee:C;w/EEff",
        google_scholar="https://scholar.google.de/citations?user=abcdefgAAAAJ&hl=de;x8qCMhcAAAAJ;https://scholar.google.com/citations?hl=en",
        orcid="0000-0002-1825-0097;0000-0002-1825-0098;http://orcid.org/0000-0001-5109-3700",
        homepage="https://a.org/;mailto:c@d.org;e.org",
    )

    assert [a.ids for a in work.authorships] == [
        ("openreview:~A_Bee1", "dblp:12/345-1", "scholar:abcdefgAAAAJ", "orcid:0000-0002-1825-0097"),
        ("scholar:x8qCMhcAAAAJ",),
        ("dblp:w/EEff", "orcid:0000-0001-5109-3700"),
    ]
    assert [a.homepage for a in work.authorships] == ["https://a.org/", None, None]


def test_columns_in_the_order_of_profiles_are_put_into_that_of_the_authors() -> None:
    work = one(
        author="Chris Paxton;Chris Xie;Tucker Hermans",
        authorids="~Chris_Paxton1;~Chris_Xie1;~Tucker_Hermans2",
        or_profile="~Chris_Paxton1;~Tucker_Hermans2;~Christopher_Xie1",
        aff="NVIDIA;Utah;Washington",
        position="Researcher;Professor;PhD student",
        homepage="https://p.org;https://h.org;https://x.org",
    )

    assert [(a.ids[-1], posts(a), a.homepage) for a in work.authorships] == [
        ("openreview:~Chris_Paxton1", [("NVIDIA", None, "Researcher")], "https://p.org"),
        ("openreview:~Christopher_Xie1", [("Washington", None, "PhD student")], "https://x.org"),
        ("openreview:~Tucker_Hermans2", [("Utah", None, "Professor")], "https://h.org"),
    ]


def test_whose_profile_cannot_be_told_apart_gets_none_of_it() -> None:
    work = one(
        author="Wei Li;Ada Byron;Wei Lu",
        authorids="~Wei_Li1;~Ada_Byron1;~Wei_Lu1",
        or_profile="~Ada_Byron1;~Wei_L1;~Wei_Lee1",
        aff="U1;U2;U3",
    )

    assert [posts(a) for a in work.authorships] == [[], [("U1", None, None)], []]


@pytest.mark.parametrize(
    ("status", "published"),
    [("Poster", True), (None, True), ("Reject", False), ("Withdraw", False), ("Desk Reject", False), ("Oral", True)],
)
def test_what_was_only_submitted_is_kept_as_such(status: str | None, published: bool) -> None:
    assert one(status=status).published is published


@pytest.mark.parametrize(
    ("name", "venue", "date"),
    [
        ("nips2024.json.gz", "NeurIPS 2024", "2024-12"),
        ("3dv2025.json", "3DV 2025", "2025-03"),
        ("siggraphasia2019.json", "SIGGRAPH Asia 2019", "2019-12"),
        ("nowhere2030.json", "NOWHERE 2030", "2030"),
    ],
)
def test_venue_and_month_come_from_the_files_name(name: str, venue: str, date: str) -> None:
    work = one(name=name)

    assert (work.venue, work.date) == (venue, date)


def test_the_rest_of_a_record() -> None:
    work = one(
        title=" On\n  Things ",
        abstract=" ",
        tldr="Short.",
        keywords="a b; c ;a b",
        track="Demo Track",
        status="Oral",
        primary_area="applications->machine_learning_for_health",
        doi="https://doi.org/10.1145/ABC.1",
        site="/no",
        pdf="https://x.org/p.pdf",
    )

    assert work == Work(
        "paperlists",
        "icml2023/p0",
        "On Things",
        "2023-07",
        (Authorship("Ada Byron"),),
        "Short.",
        ("a b", "c", "machine learning for health"),
        "ICML 2023",
        "oral / demo track",
        ("doi:10.1145/abc.1",),
        "https://x.org/p.pdf",
    )
    assert one(keywords="one, two", primary_area="[Content] Vision").keywords == ("one", "two", "Vision")
    assert re.fullmatch(r"icml2023/[0-9a-f]{10}", one(id=None).source_id)


def test_what_cannot_be_a_work_is_told() -> None:
    results = read(
        {"title": None},
        {"author": " ; "},
        {"author": "Anonymous"},
        {"id": "x"},
        {"id": "x", "title": "Other"},
        {"id": "y", "title": "The Same: a Thing"},
        {"id": "z", "title": "the same: A thing."},
        {"id": "w", "title": "The Same: a Thing", "author": "Grace Hopper"},
    )

    assert [r.reason if isinstance(r, Rejected) else r.source_id for r in results] == [
        "no title",
        "no authors",
        "no authors",
        "icml2023/x",
        "duplicate of icml2023/x",
        "icml2023/y",
        "duplicate of icml2023/y",
        "icml2023/w",
    ]


def test_a_number_where_text_belongs_is_read_and_other_things_left_out() -> None:
    work = one(id=17, keywords=["a"], abstract={"x": 1})

    assert (work.source_id, work.keywords, work.abstract) == ("icml2023/17", (), None)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("papers.json", b"[]"),
        ("icml2023.json", b"{}"),
        ("icml2023.json", b"[{"),
        ("icml2023.json.gz", b"\x1f\x8bnope"),
        ("icml2023.json.gz", gzip.compress(b"[]", mtime=0)[:-4]),
        ("icml2023.json", b'[{"name": "renamed"}]'),
        ("icml2023.json", b"\xff"),
    ],
)
def test_another_shape_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(UnexpectedFormat):
        paperlists.read_file(name, data)


CELLS = st.text(alphabet="aZ é;+,@~/0-9.&#'()\n\x00😀", max_size=30) | st.text(max_size=20)
NAMES = st.lists(
    st.text(alphabet="abcdefgh", min_size=1, max_size=4).map(lambda s: f"X{s} Y{s}"), min_size=1, max_size=6
)
COLUMNS = [name for name in PaperRecord.__struct_fields__ if name not in ("author", "title", "id")]


@settings(max_examples=300, deadline=None)
@given(NAMES, st.sampled_from([";", "; ", ", "]), st.dictionaries(st.sampled_from(COLUMNS), CELLS | st.none()))
def test_whatever_stands_in_the_columns_there_is_one_authorship_for_each_author(
    people: list[str], mark: str, columns: dict[str, str | None]
) -> None:
    assert names(mark.join(people), **columns) == list(dict.fromkeys(people))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(PaperRecord.__struct_fields__), CELLS | st.integers() | st.none()),
        min_size=1,
        max_size=3,
    )
)
def test_no_record_breaks_the_reading_of_a_file(records: list[dict[str, Any]]) -> None:
    results = list(
        paperlists.read_file("icml2023.json", json.dumps([*records, {"title": "T", "author": "A B"}]).encode())
    )

    assert len(results) == len(records) + 1
    for work in results:
        printed = [a.name for a in work.authorships] if isinstance(work, Work) else []
        assert len(set(printed)) == len(printed)
        assert all(any(c.isalpha() for c in name) and "@" not in name for name in printed)


@needs_shared
@pytest.mark.parametrize(
    "name", ["icra2021", "nips2024", "acl2021", "corl2022", "siggraph2018", "wacv2025", "iclr2018"]
)
def test_works_and_authorships_are_as_many_as_in_the_file(name: str) -> None:
    data = (FILES / f"{name}.json.gz").read_bytes()
    results = list(paperlists.read_file(f"{name}.json.gz", data))
    records = json.loads(gzip.decompress(data))

    assert len(results) == len(records)
    for record, work in zip(records, results, strict=True):
        if isinstance(work, Work) and not re.search(r"@| and ", record["author"]):
            assert len(work.authorships) == len(_people(record["author"])), record["author"]
    assert sum(isinstance(result, Rejected) for result in results) <= (21 if name == "iclr2018" else 0)


def _people(author: str) -> set[str]:
    text = unescape(unescape(author))
    return {" ".join(cell.split()) for cell in text.split(";" if ";" in text else ",") if cell.strip()}


@needs_shared
def test_no_address_is_kept_and_most_authors_have_a_place() -> None:
    data = (FILES / "aistats2025.json.gz").read_bytes()
    people = [
        a for w in paperlists.read_file("aistats2025.json.gz", data) if isinstance(w, Work) for a in w.authorships
    ]
    text = repr([(a.name, a.ids, a.homepage, [p.raw for p in a.affiliations]) for a in people])

    assert not re.search(r"[\w.]+@[\w-]+\.\w", text)
    assert sum(any(p.stated for p in a.affiliations) for a in people) > 0.8 * len(people)


PROFILES = {"author": "Ada Byron;Grace Hopper", "authorids": "~Ada_Byron1;~Grace_Hopper1"}


def test_places_of_profiles_in_an_unknown_order_are_nobodys() -> None:
    places = {"aff": "Uni A;Uni B", "position": "PhD student;Full Professor"}

    assert [posts(a) for a in one(**PROFILES, **places).authorships] == [[], []]
    known = one(**PROFILES, **places, or_profile="~Grace_Hopper1;~Ada_Byron1")
    assert [posts(a)[0][::2] for a in known.authorships] == [("Uni B", "Full Professor"), ("Uni A", "PhD student")]


def test_what_all_profiles_share_needs_no_order() -> None:
    work = one(**PROFILES, aff="Uni A;Uni A", position="PhD student;Full Professor")
    students = one(**PROFILES, aff="Uni A;Uni A", position="PhD student;PhD student")

    assert [posts(a)[0][::2] for a in work.authorships] == [("Uni A", None), ("Uni A", None)]
    assert [posts(a)[0][::2] for a in students.authorships] == [("Uni A", "PhD student")] * 2


@needs_shared
def test_the_order_of_profiles_is_not_that_of_the_authors() -> None:
    data = json.loads(gzip.decompress((FILES / "corl2024.json.gz").read_bytes()))
    both = [(p["authorids"], p["or_profile"]) for p in data if p.get("or_profile")]

    assert sum(authors != profiles for authors, profiles in both) > 0.1 * len(both)
