"""Postings in several languages: kind, length, eligibility and deadline, in the words that postings use."""

# ruff: noqa: RUF001 - texts are typed with curly quotes and in Chinese, too

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared import SHARED, needs_shared

from finder.postings.deadlines import extract_deadline
from finder.postings.position_kinds import classify_position
from finder.postings.requirements import extract_requirements

KINDS = [
    ("Fully-funded 3.5-year PhD studentship in optics", "", "", "phd"),
    ("Two 4-year PhD positions in AI", "", "", "phd"),
    ("4-year funded PhD in robotics", "", "", "phd"),
    ("Funded PhD in robotics", "", "", "phd"),
    ("Full-time PhD in vision", "", "", "phd"),
    ("Three-year PhD on graphs", "", "", "phd"),
    ("Contrat doctoral en informatique", "", "", "phd"),
    ("Contrat doctoral (H/F)", "", "", "phd"),
    ("Thèse en vision par ordinateur", "", "", "phd"),
    ("Offre de thèse : apprentissage", "", "", "phd"),
    ("Bourse de doctorat en IA", "", "", "phd"),
    ("Doctorat en informatique H/F", "", "", "phd"),
    ("Stage M2 vision", "", "", "internship"),
    ("Stage Deep learning pour l'IRM", "", "", "internship"),
    ("Offre de stage", "", "", "internship"),
    ("Apprentissage fédéré H/F", "", "Stage", "internship"),
    ("Apprentissage fédéré H/F", "Type de contrat : Stage\nDurée : 6 mois", "", "internship"),
    ("Vision H/F", "Type de contrat : CDD", "", "other"),
    ("Vision H/F", "Type de contrat : Contrat doctoral", "", "phd"),
    ("Wissenschaftliche Mitarbeiterin (m/w/d)", "Die Stelle dient der Promotion.", "", "phd"),
    (
        "Wissenschaftliche Mitarbeiterin (m/w/d)",
        "Die Stelle dient der wissenschaftlichen Qualifizierung (Promotion).",
        "",
        "phd",
    ),
    ("Wissenschaftliche Mitarbeiterin (m/w/d)", "Eine Promotion ist möglich.", "", "phd"),
    ("Wissenschaftlicher Mitarbeiter (m/w/d)", "Möglichkeit zur Promotion ist gegeben", "", "phd"),
    ("Stage Manager", "", "", "other"),
    ("Early Stage Researcher", "", "", "phd"),
    ("Stage Lighting Technician", "", "", "other"),
    ("Software Engineer (PhD required)", "", "", "other"),
    ("Late-stage clinical manager", "", "", "other"),
    ("Research Scientist", "You hold a PhD", "", "research"),
    ("Dottorato in informatica", "", "", "phd"),
    ("Doctorando en IA", "", "", "phd"),
    ("Ingénieur de recherche", "", "", "research"),
    ("Account Manager", "Type de contrat : CDI", "", "other"),
    ("Postdoc in AI", "", "", "postdoc"),
    ("International PhD in law", "", "", "phd"),
    ("Becario predoctoral", "", "", "internship"),
]
MONTHS = [
    ("The contract is for 3.5 years.", (42, 42)),
    ("Funded for 3½ years.", (42, 42)),
    ("Die Stelle ist auf drei Jahre befristet.", (36, 36)),
    ("zunächst befristet auf 2 Jahre", (24, 24)),
    ("Wir bieten eine dreijährige Anstellung.", (36, 36)),
    ("Eine 4-jährige Promotionsstelle.", (48, 48)),
    ("CDD de 36 mois", (36, 36)),
    ("Durée du contrat : 18 mois", (18, 18)),
    ("Stage de 6 mois", (6, 6)),
    ("Durée : entre 4 et 6 mois", (4, 6)),
    ("Contrat de trois ans", (36, 36)),
    ("Duración: 12 meses", (12, 12)),
    ("contratto di 3 anni", (36, 36)),
    ("Laufzeit: 36 Monate", (36, 36)),
    ("Die Stelle ist für die Dauer von 3 Jahren zu besetzen.", (36, 36)),
    (
        "Researchers must not have resided in the country of the host for more than 12 months before recruitment.",
        None,
    ),
    ("You may not have lived or worked in Norway for more than 12 months in the past three years.", None),
    ("Applicants must not have carried out their main activity in Spain for more than 12 months.", None),
    ("Mobility rule: not more than 12 months in the country.", None),
    ("You have not spent more than 12 months in the country.", None),
    ("At the time of recruitment, candidates must not have spent more than twelve months in Italy.", None),
    ("Die Bewerber dürfen nicht länger als 12 Monate in Deutschland gewohnt haben.", None),
    ("Le candidat ne doit pas avoir résidé en France plus de 12 mois.", None),
    ("Five years of experience required for this position", None),
    ("a 12-month internship", (12, 12)),
    ("four-year PhD position", (48, 48)),
    ("for one and a half years", (18, 18)),
    ("The position is for 2 years with a possible extension of 1 year", (24, 24)),
    ("36 months full-time", (36, 36)),
    ("The studentship covers 3.5 years", (42, 42)),
    ("fixed-term for 24 (twenty-four) months", (24, 24)),
    ("You need three years of working in industry for this position", None),
    ("Mindestens 2 Jahre Berufserfahrung in dieser Position", None),
    ("Stelle für ein Jahr", (12, 12)),
    ("This is a two-year position", (24, 24)),
    ("PhD positions (3 years)", (36, 36)),
    ("stipend for up to 4 years", (48, 48)),
    ("Dauer\n6 Monate\nOrt: Berlin", (6, 6)),
    ("Durée du contrat (en mois)\n4 à 6 mois", (4, 6)),
]
DEADLINES = [
    ("Apply by: 2025-12-15", "2025-12-15"),
    ("Application deadline: 15 December 2026", "2026-12-15"),
    ("Deadline: January 15, 2027", "2027-01-15"),
    ("Closing date: 31/01/2027", "2027-01-31"),
    ("Closing date: 03/04/2027", None),
    ("Bewerbungsschluss: 15.12.2026", "2026-12-15"),
    ("Bewerbungsfrist: 31. Januar 2027", "2027-01-31"),
    ("Bitte senden Sie Ihre Bewerbung bis zum 31.01.2027 an uns.", "2027-01-31"),
    ("Bewerbungen werden bis zum 3. Januar 2027 erbeten.", "2027-01-03"),
    ("Bewerbungen bis spätestens 1.2.2027", "2027-02-01"),
    ("Date limite de candidature : 15/12/2026", "2026-12-15"),
    ("Date limite : 3 janvier 2027", "2027-01-03"),
    ("Candidatures à envoyer avant le 1er mars 2027", "2027-03-01"),
    ("Date limite pour postuler : 05/03/2027", "2027-03-05"),
    ("Applications close on 10 January 2027.", "2027-01-10"),
    ("Please apply before 1 February 2027.", "2027-02-01"),
    ("Applications must be received by 1 February 2027.", "2027-02-01"),
    ("Apply no later than 2027-02-01.", "2027-02-01"),
    ("The deadline for applications is 1st March 2027.", "2027-03-01"),
    ("Please submit your application by March 1st, 2027.", "2027-03-01"),
    ("Applications received by 15 January 2027 will be given full consideration", "2027-01-15"),
    ("To apply, send your CV by 15 January 2027", None),
    ("Deadline to apply: 15 Jan 2027", "2027-01-15"),
    ("Application deadline (extended): 30 January 2027", "2027-01-30"),
    ("Deadlines: 1 Dec 2026; final deadline: 15 January 2027", None),
    ("Paper submission deadline: 15 January 2027", None),
    ("Start date: 1 March 2027", None),
    ("Apply now! Start: 2027-03-01", None),
    ("We work to tight deadlines.", None),
    ("Applications are reviewed on a rolling basis. Posted 2026-10-01", None),
    ("Application deadline: none. Start 1 March 2027.", None),
    ("Fecha límite: 15 de enero de 2027", "2027-01-15"),
    ("Fecha límite de solicitud: 15/01/2027", "2027-01-15"),
    ("Scadenza: 15 gennaio 2027", "2027-01-15"),
    ("申请截止日期：2027年1月15日", "2027-01-15"),
    ("応募締切：2027年1月15日", "2027-01-15"),
    ("Frist: 15.01.2027", "2027-01-15"),
    ("Einsendeschluss ist der 15. Januar 2027", "2027-01-15"),
    ("Apply until January 31, 2027", "2027-01-31"),
    ("Closes 31 Jan 2027", "2027-01-31"),
    ("Closing: 12 Feb 2027", "2027-02-12"),
    ("Bewerbungsdeadline: 12. Februar 2027", "2027-02-12"),
    ("Please send your application until 12 February 2027", "2027-02-12"),
    ("The call closes on 12 February 2027", "2027-02-12"),
    ("Bewirb dich bis zum 12.02.2027", "2027-02-12"),
    ("Bewerben Sie sich bis zum 12.02.2027", "2027-02-12"),
    ("Ihre Bewerbung richten Sie bitte bis 12.02.2027 an", "2027-02-12"),
    ("Apply by December 15", None),
    ("Candidature avant le 12/02/2027", "2027-02-12"),
    ("Application Deadline\n12 February 2027", "2027-02-12"),
    ("Application deadline: 12 February 2027, 23:59 CET", "2027-02-12"),
    ("Apply by 12/31/2026", "2026-12-31"),
    ("applications will be considered until 12 February 2027", "2027-02-12"),
    ("Applicants should apply by 5 PM on February 12, 2027", "2027-02-12"),
]
ELIGIBILITY = [
    ("Open to UK home students only.", True),
    ("Home fee status required.", True),
    ("International applicants are not eligible.", True),
    ("Only EU nationals may apply.", True),
    ("Nur für Personen mit deutscher Staatsangehörigkeit.", True),
    ("We work from home.", False),
    ("International students are welcome.", False),
]
DEGREES = [
    ("Vous préparez un master 2 en informatique.", "master"),
    ("Titulaire d'un doctorat en informatique", "phd"),
    ("Niveau Bac+5 exigé", "master"),
    ("Voraussetzung ist ein abgeschlossenes Masterstudium", "master"),
    ("You hold a PhD. For the assistant, a bachelor's degree is required.", "bachelor"),
    ("You hold a PhD. You will supervise bachelor students.", "phd"),
]


def test_kinds() -> None:
    assert [case for case in KINDS if classify_position(*case[:3])[0] != case[3]] == []


def test_how_long_it_lasts_and_that_a_mobility_rule_says_nothing_about_it() -> None:
    assert [(text, extract_requirements(text).months) for text, _ in MONTHS] == MONTHS


def test_who_may_apply_is_quoted() -> None:
    assert [(text, bool(extract_requirements(text).visa)) for text, _ in ELIGIBILITY] == ELIGIBILITY


def test_the_least_degree_in_other_languages_and_later_sentences() -> None:
    assert [(text, extract_requirements(text).degree) for text, _ in DEGREES] == DEGREES


def test_the_last_day_to_apply() -> None:
    assert [(text, extract_deadline(text)) for text, _ in DEADLINES] == DEADLINES


def test_a_deadline_before_the_posting_is_of_an_earlier_time() -> None:
    assert extract_deadline("Apply by 2025-12-15.", "2026-10-01") is None
    assert (
        extract_deadline("Apply by 2026-12-15; the deadline for applications is 2027-01-15.", "2026-10-01")
        == "2027-01-15"
    )


@needs_shared
def test_postings_of_real_boards() -> None:
    wrong = []
    for line in (SHARED / "cases" / "postings.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        asked = extract_requirements(case["text"])
        said = {
            "kind": classify_position(case["title"], case["text"], case["level"])[0],
            "degree": asked.degree,
            "months": list(asked.months) if asked.months else None,
            "eligibility": bool(asked.visa),
        }
        wrong += [(case["fault"], said)] if said != case["expected"] else []

    assert wrong == []


@pytest.mark.parametrize("piece", ["\n", "apply ", "deadline ", "applications ", "durée ", "3 ", "bewerbung a "])
def test_hostile_texts_do_not_take_long(piece: str) -> None:
    text = piece * 5000
    assert extract_deadline(text) is extract_requirements(text).months is None


@given(st.text(max_size=500), st.text(max_size=20))
def test_nothing_makes_it_fail(text: str, posted: str) -> None:
    extract_requirements(text)
    extract_deadline(text, posted)
