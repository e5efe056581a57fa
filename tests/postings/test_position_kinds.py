"""Which kind of position a title, a level or a text names: real-looking titles, and those that only look like it."""

# ruff: noqa: RUF001 - titles are typed with long dashes

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.postings.position_kinds import classify_position

TITLES = {
    "internship": """
        Research Intern, Multimodal Learning (2027) | PhD Research Internship: Computational Social Science
        Student Researcher - Multimodal Learning | Research Engineer Intern | Product Manager Intern | Recruiting Intern
        Intern - Talent Acquisition | Software Engineer Internship, Summer 2027 (PhD) | User Research Intern
        2027 PhD Intern – Foundation Models | Marketing & Social Media Intern | Data Science Co-op (Fall)
        Studentische Hilfskraft (m/w/d) im Bereich KI | Wissenschaftliche Hilfskraft (WHK) | HiWi Computer Vision
        Werkstudent (m/w/d) Machine Learning | Working Student AI Research | Praktikum Robotik | Pflichtpraktikant/in
        Master's Thesis: Diffusion models for driving | Masterarbeit im Bereich Robotik | Thesis in computer vision
        Bachelor thesis: sensor fusion | Stage - Recherche en apprentissage profond | Stagiaire recherche NLP
        Visiting Student Researcher | Summer Research Fellow 2027 | Student assistant (SHK), 10 h/week""",
    "phd": """
        PhD position in multimodal learning (f/m/d) | Doktorand (m/w/d) Maschinelles Lernen | PhD: learning on graphs
        Ph.D. Candidate in Computer Vision | PhD student in machine learning | Fully funded PhD in Robotics
        Wissenschaftlicher Mitarbeiter / Doktorand (E13, 75 %) | PhD thesis: federated learning | Early Stage Researcher
        Doctoral Researcher in Explainable AI | Doctoral Candidate (DC3), Marie Curie network | PhD / Postdoc in NLP
        PhD (m/w/d) im Bereich Quantencomputing | Doctorant en apprentissage automatique | Promotionsstelle Informatik
        Two PhD studentships in causal inference | 4 PhD positions - Trustworthy AI | Graduate Research Assistant
        PhD fellowship in vision and language | PhD Scholarship, Human-Robot Interaction""",
    "postdoc": """
        Postdoctoral researcher, multimodal learning | Postdoc or PhD student (m/f/d) | PostDoc (m/w/d) Robotik
        Post-doc in theoretical machine learning | Postdoctoral Fellow - Causality | Senior Postdoctoral Scientist
        Wissenschaftlicher Mitarbeiter (Postdoc) | Post-Doctoral Research Associate in Graph Learning""",
    "research": """
        Research Scientist, Multimodal Learning | Research Scientist (PhD required) | Research Scientist, PhD New Grad
        Wissenschaftliche(r) Mitarbeiter(in) | Wissenschaftliche*r Mitarbeiter*in (m/w/d) | Applied Scientist II
        Machine Learning Scientist | Member of Technical Staff, Research | Assistant Professor of Computer Science
        AI Resident | Quantitative Researcher | Research Fellow | Head of Research | Remote Sensing Scientist
        Research Software Engineer | Staff Research Engineer, Pre-training | University Assistant without doctorate""",
    "other": """
        International Sales Manager | Internal Auditor | Director, Internal Communications | Internist (m/w/d)
        Postdoc mentor | Internship Program Manager | University Recruiter - Internships | Program Manager, Internships
        Recruiter, PhD Hiring | Postdoctoral Program Coordinator | Manager of Postdoctoral Affairs | PhD Recruiter
        PhD preferred: Data Analyst | Software Engineer, PhD preferred | Software Engineer, PhD, Early Career
        Data Scientist | Customer Data Scientist - Experimentation | UX Researcher | Clinical Research Coordinator
        Machine Learning Engineer | Senior Technical Recruiter | Research Program Manager | Stage Manager
        Account Executive | Cooperation Manager | Senior Backend Engineer | Market Research Analyst | Office Manager""",
}
CASES = [
    (title.strip(), kind) for kind, text in TITLES.items() for line in text.splitlines() for title in line.split("|")
]


@pytest.mark.parametrize(("title", "kind"), [case for case in CASES if case[0]])
def test_a_title_names_its_kind_and_the_words_stand_in_it(title: str, kind: str) -> None:
    found, words = classify_position(title)

    assert found == kind
    assert bool(words) == (kind != "other")
    assert all(word in " ".join(title.split()) for word in words)


@pytest.mark.parametrize(
    ("title", "level", "kind", "words"),
    [
        ("Software Engineering, Summer 2027", "Internship", "internship", ("Internship",)),
        ("Machine Learning Engineer", "Intern", "internship", ("Intern",)),
        (
            "University Assistant without doctorate (m/f/d)",
            "First Stage Researcher (R1)",
            "phd",
            ("First Stage Researcher (R1)",),
        ),
        ("Researcher in logic", "Recognised Researcher (R2)", "postdoc", ("Recognised Researcher (R2)",)),
        # several levels at once say nothing
        ("Researcher in logic", "First Stage Researcher (R1), Recognised Researcher (R2)", "research", ("Researcher",)),
        # the title has said it already
        ("PhD position in vision", "Internship", "phd", ("PhD position",)),
        ("Internship Program Manager", "Intern", "other", ()),
        ("Account Executive", "Full-time", "other", ()),
        ("Account Executive", "International", "other", ()),
    ],
)
def test_a_level_decides_where_the_title_does_not(title: str, level: str, kind: str, words: tuple[str, ...]) -> None:
    assert classify_position(title, "", level) == (kind, words)


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [
        ("University Assistant without doctorate", "You will be writing a doctoral thesis in mathematics.", "phd"),
        ("Wissenschaftlicher Mitarbeiter (m/w/d)", "Es besteht die Gelegenheit zur Promotion.", "phd"),
        ("Wissenschaftlicher Mitarbeiter (m/w/d)", "Voraussetzung ist eine abgeschlossene Promotion.", "postdoc"),
        ("Open positions in our lab", "We offer a PhD position starting in March.", "phd"),
        ("Research Associate", "The postdoctoral researcher will join our group.", "postdoc"),
        ("Students wanted", "During this internship you will build a robot.", "internship"),
        # boilerplate does not make a job of another kind what it is not
        ("Account Executive", "See also our internships and PhD positions.", "other"),
        ("Research Scientist", "You hold a PhD in computer science and co-supervise doctoral students.", "research"),
        ("Senior Research Fellow", "Help PhD students to obtain a PhD.", "research"),
        ("Research Associate", "You will co-supervise doctoral students.", "research"),
    ],
)
def test_a_text_decides_where_title_and_level_leave_it_open(title: str, text: str, kind: str) -> None:
    assert classify_position(title, text)[0] == kind


@given(st.text(max_size=500), st.text(max_size=2000), st.text(max_size=50))
def test_nothing_makes_it_fail(title: str, text: str, level: str) -> None:
    kind, words = classify_position(title, text, level)

    assert kind in TITLES
    assert kind == "other" or words


def test_a_hostile_title_does_not_take_long() -> None:
    for piece in ("phd ", "research ", "recruiter for ", "mitarbeit", "(", "intern program "):
        classify_position(piece * 5000, "a phd " * 5000, piece * 5000)
