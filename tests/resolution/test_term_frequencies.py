"""Which keywords are terms, and which only name a session or an area of a volume."""

from __future__ import annotations

import polars as pl

from finder.resolution import term_frequencies


def counted(*works: tuple[str, list[str]]) -> dict[str, bool]:
    """Keywords of works, given with their venue, and whether each is a heading."""
    frame = pl.DataFrame(
        [
            {"work": n, "title": "x", "published": True, "venue": venue, "keywords": keywords}
            for n, (venue, keywords) in enumerate(works)
        ]
    )
    found = term_frequencies.count_terms(frame).filter("keyword")
    return dict(found.select("term", "heading").iter_rows())


def test_a_volume_that_sorts_works_by_one_keyword_each_has_headings() -> None:
    sorted_ = [("SORTS 2024", ["Humans and Machines"])] * 8 + [("SORTS 2024", ["Vision of Sorts"])] * 8
    own = [("FREE 2024", ["owls", "night flight", f"only {chr(97 + n)}"]) for n in range(9)]
    found = counted(*sorted_, *own)

    assert found["humans and machines"]
    assert found["vision of sorts"]
    assert not found["owls"]
    assert not found["night flight"]


def test_paths_and_numbers_are_headings_and_so_is_what_a_path_begins_with() -> None:
    works = [("AREAS 2024", ["Learning: Trees", "Learning"])] * 3 + [("AREAS 2024", ["Birds III", "song"])] * 3
    found = counted(*works)

    assert found == {"learning trees": True, "learning": True, "birds iii": True, "song": False}


def test_a_word_that_authors_use_stays_a_term_though_one_volume_heads_a_session_with_it() -> None:
    works = [("SORTS 2024", ["owls"])] * 4 + [("SORTS 2024", ["eggs"])] * 4
    works += [("FREE 2024", ["owls", f"only {chr(97 + n)}", "more"]) for n in range(9)]

    assert not counted(*works)["owls"]
    assert counted(*works)["eggs"]
