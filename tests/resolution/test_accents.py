"""Accents that PDF files print before their letters are put onto them, in what people print of their affiliations."""

from __future__ import annotations

import pytest

from finder.resolution.affiliation_text import compose_accents

ACUTE, DIAERESIS, GRAVE, RING, CEDILLA, CIRCUMFLEX, DOT = (
    "\u00b4",
    "\u00a8",
    "`",
    "\u02da",
    "\u00b8",
    "\u02c6",
    "\u02d9",
)


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        (f"Universit {ACUTE}e de Montr {ACUTE}eal", "Université de Montréal"),
        (f"{ACUTE}Ecole f {ACUTE}ed{ACUTE}erale", "École fédérale"),
        (f"ETH Z{DIAERESIS}urich, Technische Universit {DIAERESIS}at", "ETH Zürich, Technische Universität"),
        (f"Freie Universit{DIAERESIS} at", "Freie Universität"),
        (f"Universit {GRAVE}a di Valdorra", "Università di Valdorra"),
        ("Universit \u00e0 della Valdorra", "Università della Valdorra"),
        ("Universit \u0301e Laval", "Université Laval"),
        (f"Lule {RING}a, C{CIRCUMFLEX}ote", "Luleå, Côte"),
        (f"Ko{CEDILLA}c University, {DOT}Istanbul", "Koç University, İstanbul"),
        (f"Koc {CEDILLA} University", "Koç University"),
        (f"University of {ACUTE}Evora", "University of Évora"),
        # apostrophes and quotation marks
        (f"Xi{ACUTE}an Jiaotong University", f"Xi{ACUTE}an Jiaotong University"),
        (f"the university{ACUTE}s lab", f"the university{ACUTE}s lab"),
        ("the `Hestor' group", "the `Hestor' group"),
        ("Commissariat \u00e0 l'\u00c9nergie", "Commissariat \u00e0 l'\u00c9nergie"),
    ],
)
def test_signs_become_letters_that_bear_them(printed: str, meant: str) -> None:
    assert compose_accents(printed) == meant
