"""What a posting asks for: degree, visa, months, each with its sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.postings.requirements import extract_requirements


@pytest.mark.parametrize(
    ("text", "degree"),
    [
        ("You hold a master's degree and want to do a PhD with us, fully funded for four years", "master"),
        ("You are enrolled in a PhD or master's programme", "master"),
        ("You hold a PhD and want to build your own research line", "phd"),
        ("Master's degree in computer science required; PhD preferred.", "master"),
        ("Bachelor's degree in CS; Master's degree preferred", "bachelor"),
        ("Currently pursuing a PhD in machine learning or a related field.", "phd"),
        ("BS, MS or PhD in Computer Science or equivalent", "bachelor"),
        ("We offer fully-funded PhD positions. Requirements: a Master's degree in CS.", "master"),
        ("Ein abgeschlossenes Studium (Master oder Diplom) der Informatik", "master"),
        ("Abgeschlossene Promotion in Informatik", "phd"),
        ("PhD preferred.", None),
        ("A PhD is a plus. Ideally you have a PhD.", None),
        ("You will master new tools and have fun.", None),
        ("We have many PhD students in our lab.\nNothing else.", None),
        ("Our mission is to help.", None),
    ],
)
def test_the_least_degree_that_is_required(text: str, degree: str | None) -> None:
    found = extract_requirements(text)

    assert found.degree == degree
    assert bool(found.degree_words) == (degree is not None)
    assert found.degree_words in text


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("and want to spend three to six months with us", (3, 6)),
        ("Internship of 12 weeks (summer)", (3, 3)),
        ("A 6-month internship", (6, 6)),
        ("Duration: 3-6 months", (3, 6)),
        ("The position is limited to 36 months (TV-L E13).", (36, 36)),
        ("Die Stelle ist befristet auf 3 Jahre.", (36, 36)),
        ("fully funded for four years", (48, 48)),
        ("5+ years of experience for this position", None),
        ("There is a 6 months probation period for this position", None),
        ("Within 3 months of this internship you will ship", None),
        ("16 weeks of parental leave for everybody", None),
        ("Our contract is 4 months old", None),
    ],
)
def test_how_long_it_lasts(text: str, months: tuple[int, int] | None) -> None:
    assert extract_requirements(text).months == months


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Pay is good. We do sponsor visas! Come.", ("We do sponsor visas!",)),
        ("Sponsorship: Does Not Offer Sponsorship", ("Sponsorship: Does Not Offer Sponsorship",)),
        ("U.S. Citizenship is Required", ("U.S. Citizenship is Required",)),
        ("You are on CPT or OPT.", ("You are on CPT or OPT.",)),
        ("You may opt out. We opt for Rust. We manage sponsorship deals.", ()),
        ("We are good corporate citizens.", ()),
    ],
)
def test_visa_words_are_quoted(text: str, says: tuple[str, ...]) -> None:
    assert extract_requirements(text).visa == says


def test_quotes_are_bounded() -> None:
    found = extract_requirements("\n".join(f"Visa {number} " + "x " * 300 for number in range(50)))

    assert len(found.visa) == 4
    assert all(len(quote) <= 240 for quote in found.visa)


@given(st.text(max_size=3000))
def test_nothing_makes_it_fail(text: str) -> None:
    extract_requirements(text)
