"""The recorded homepages: what a careful reader would quote of each, and nothing else."""

from __future__ import annotations

import json

import pytest
from shared import SHARED, needs_shared

from finder.model import Statement
from finder.source import Response
from finder.sources import homepages

Expected = tuple[str, str | None, str, str]  # polarity, date, audience, a telling part of the quotation

# file: (whose, address, depth, expected)
PAGES: dict[str, tuple[str, str, int, list[Expected]]] = {
    "bu-nlp-for-students.html": (
        "Najoung Kim",
        "https://najoungkim.github.io/students/",
        1,
        [
            ("recruiting", None, "phd postdoc", "I am open to recruiting a postdoctoral fellow and/or"),
            ("conditions", None, "postdoc", "I may have funding to host a postdoctoral fellow"),
            ("conditions", None, "postdoc", "here is no topic or project restriction to this"),
            ("conditions", None, "postdoc", "More generally, I am also open to writing a"),
            ("recruiting", None, "phd", "I am broadly recruiting PhD students through Linguistics, Computer"),
            ("conditions", None, "phd", "If you mention my name in the application in"),
            ("conditions", None, "phd", "If you are primarily interested in AI, I recommend"),
            ("conditions", None, "phd", "I typically do not work with students whose interests"),
            ("conditions", None, "bachelor", "I typically ask undergraduate students to have taken &"),
            ("conditions", None, "bachelor", "I try to agree to supervise undergraduate research very"),
            ("conditions", None, "master", "I have limited availability for MS supervision."),
            ("conditions", None, "master", "I might agree to collaborating in rare circumstances, but"),
        ],
    ),
    "bu-nlp-home.html": ("Najoung Kim", "https://najoungkim.github.io/", 0, []),
    "eth-nlp-not-accepting.md": (
        "Ryan Cotterell",
        "https://rycolab.io/joining/",
        1,
        [
            ("not recruiting", None, "phd", "Thank you very much for your interest in joining"),
            ("conditions", None, "master", "If you are interested in working with us as"),
        ],
    ),
    "jhu-causality-about.md": (
        "Murat Kocaoglu",
        "https://mkocaoglu.github.io/",
        0,
        [
            ("joining", "2025", "", "I will be joining the Department of Computer Science"),
        ],
    ),
    "jhu-causality-prospective.md": (
        "Murat Kocaoglu",
        "https://mkocaoglu.github.io/prospective/",
        1,
        [
            ("recruiting", None, "phd master", "I am looking for prospective PhD and MS students"),
            ("conditions", None, "phd master", "In order of importance, things I look for in"),
            ("conditions", None, "", "If you think you would be a good fit"),
            ("recruiting", None, "postdoc", "I have open post-doctoral researcher positions in my lab."),
            ("conditions", None, "postdoc", "A postdoctoral researcher should have everything listed above for"),
            ("recruiting", None, "bachelor", "Our lab is open to undergraduates from related departments"),
            ("conditions", None, "bachelor", "You must have taken an undergraduate probability class, and"),
            ("conditions", None, "bachelor", "Feel free to send me an e-mail if you"),
            ("conditions", None, "", "Make sure to attach your CV and transcripts to"),
        ],
    ),
    "mila-nlp-publications-page.html": ("David Ifeoluwa Adelani", "https://dadelani.github.io/publications/", 0, []),
    "mit-multimodal-recruiting-all-levels.html": (
        "Paul Pu Liang",
        "https://pliang279.github.io/",
        0,
        [
            ("recruiting", None, "phd postdoc master bachelor visitor", "I am hiring at all levels (post-docs"),
            ("conditions", None, "phd master", "If you want to join MIT as a graduate"),
        ],
    ),
    "rutgers-ml-about.md": (
        "Lesia Semenova",
        "https://lesiasemenova.github.io/",
        0,
        [
            ("recruiting", None, "", "I am currently recruiting students at Rutgers."),
        ],
    ),
    "rutgers-ml-prospective.md": (
        "Lesia Semenova",
        "https://lesiasemenova.github.io/prospective_students/",
        1,
        [
            ("recruiting", None, "phd", "I am currently looking for motivated students."),
            ("conditions", None, "phd", "Please apply through the Rutgers Ph.D. Program in Computer"),
            ("conditions", "2026-01-01", "phd", "The Ph.D. application deadline for students starting in Fall"),
            ("conditions", None, "phd", "Feel free to send me a short email with"),
            ("conditions", None, "phd", "Be sure to include your CV and transcript, and"),
            ("recruiting", None, "phd", "I am especially looking for students to work on"),
            ("conditions", None, "phd master bachelor", "If you are interested in collaborating, send me an"),
            ("conditions", None, "phd master bachelor", "Include your CV and transcript, indicate how much time"),
            ("conditions", None, "intern visitor", "We have various projects that would benefit from collaboration"),
            ("conditions", None, "intern visitor", "If you are interested in working together, send me"),
            ("conditions", None, "intern visitor", "Include your CV, a note on how much time"),
        ],
    ),
    "umd-nlp-contact-partly-closed.md": (
        "Sarah Wiegreffe",
        "https://sarahwie.github.io/contact/",
        1,
        [
            ("conditions", None, "", "If you are interested in doing research with me,"),
            ("not recruiting", None, "master", "I do not have the capacity to work with"),
            ("recruiting", None, "phd", "I am primarily recruiting 1) PhD student collaborators in"),
            ("not recruiting", "2025-10", "master bachelor", "My lab is currently (Oct. 2025) at capacity for"),
            ("conditions", "2026", "master bachelor", "I may recruit 1-2 more in spring 2026."),
            ("conditions", None, "phd master bachelor", "If you are a current student in a full-time"),
            ("recruiting", "2026", "phd", "If you are a prospective student, I plan to"),
            ("conditions", "2025-12-05", "phd", "Please apply to the Computer Science PhD program here"),
            ("conditions", None, "", "You may email me"),
            ("recruiting", None, "", "Here are the topics I will be recruiting for/currently"),
            ("conditions", None, "master bachelor", "Yes (though currently unpaid; volunteer or for course credit"),
            ("conditions", None, "intern visitor", "I consider these on a case-by-case basis."),
            ("not recruiting", None, "intern", "I currently do not have funding for hosting students"),
            ("conditions", None, "intern visitor", "If you do not require funding, you may fill"),
        ],
    ),
    "umd-nlp-home-commented-out-recruiting.md": (
        "Sarah Wiegreffe",
        "https://sarahwie.github.io/",
        0,
        [
            ("joining", "2025", "", "Starting as an assistant professor in the CS department"),
        ],
    ),
    "umd-vision-advisor-guide.html": (
        "Jia-Bin Huang",
        "https://jbhuang0604.github.io/advisor_guide.html",
        1,
        [
            ("recruiting", None, "phd", "We are hiring new Ph.D. students in our lab!"),
            ("recruiting", None, "phd master bachelor", "We rapidly expand and recruit highly motivated students at"),
            ("conditions", None, "postdoc", "We have yet to have a postdoc (yet), but"),
            ("recruiting", None, "", "We always are looking for new students each year."),
            ("recruiting", "2023", "phd", "I plan to recruit 2-4 Ph.D. students starting in"),
            ("recruiting", None, "phd", "I plan to recruit 2-4 Ph.D. students this year."),
        ],
    ),
    "umd-vision-prospective-fall2026.html": (
        "Jia-Bin Huang",
        "https://jbhuang0604.github.io/",
        0,
        [
            ("recruiting", "2026", "phd", "If you are not at UMD: We will be"),
            ("conditions", "2026", "phd", "Please apply through the CS department and include my"),
            ("conditions", "2026", "phd", "If you are already a UMD student, please email"),
            ("conditions", None, "phd master bachelor", "If you are undergraduate/gradudate students at UMD or at"),
            ("conditions", None, "bachelor", "Interested in engaging with computer vision research? Please fill"),
        ],
    ),
}


@needs_shared
@pytest.mark.parametrize("file", PAGES)
def test_a_careful_readers_quotations(file: str) -> None:
    name, url, depth, expected = PAGES[file]
    note = json.dumps({"name": name, "ids": [f"homepage:{url}"], "depth": depth})
    body = (SHARED / "recorded" / "homepages" / file).read_bytes()
    found = homepages.parse(Response("homepages", url, 200, body, "2026-11-22T00:00:00+00:00", note=note))
    said = [record for record in found if isinstance(record, Statement)]

    assert [(s.polarity, s.date, " ".join(s.audience)) for s in said] == [row[:3] for row in expected]
    assert all(quote in s.quote for s, (*_, quote) in zip(said, expected, strict=True))


@needs_shared
def test_every_recorded_page_has_its_expectation() -> None:
    assert {path.name for path in (SHARED / "recorded" / "homepages").iterdir()} == set(PAGES)
