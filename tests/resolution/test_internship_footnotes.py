"""Where footnotes say that an internship was."""

from __future__ import annotations

import pytest

from finder.resolution.internship_footnotes import internship_employer


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("Work done as an intern at Huawei Noah's Ark Lab", "Huawei"),
        ("Work done when Ina interned at Facebook AI Research. .", "Meta"),
        ("Columbia University. Work done during Google internship", "Google"),
        ("Columbia University. Work done during an internship at Google, Mountain View, USA", "Google"),
        ("Work done during an internship at Facebook AI Research, University of California, Berkeley, USA", "Meta"),
        ("University of Valdorra (work done while interning at Adobe Research)", "Adobe"),
        ("Student Researcher at Google DeepMind", "Google"),
        ("Work done during an internship at University of Valdorra", "University of Valdorra"),
        ("Work done at NVIDIA during his summer internship", "NVIDIA"),
        ("The work was done during an internship at Disney Research, Zurich", "Disney"),
        ("Work done while at Google Brain", None),
        ("former intern at NASA Langley Research Center", None),
        ("International Institute of Information Technology", None),
        ("Department of Internal Medicine", None),
        ("Work done during an internship", None),
        ("Research intern", None),
    ],
)
def test_the_organisation_is_named(text: str, where: str | None) -> None:
    assert internship_employer(text) == where
