"""What a page says about joining its owner, and its owner about joining somewhere: quotations, never a conclusion."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from finder.model import Polarity
from finder.sources._homepages import dates, patterns
from finder.sources._homepages.announced_moves import parse_announced_move
from finder.sources._homepages.audience import detect_audience, order_audience
from finder.sources._homepages.grammar import ClauseReading, likely_languages, load_grammar, read_recruiting_clauses
from finder.sources._homepages.page import Block, VisiblePage
from finder.sources._homepages.sentences import LONGEST, redact_quote_emails, split_sentences
from finder.text.names import display_name

_ANSWER = re.compile(r"^[AQ]:\s+")
_SHORT = 40  # characters of an answer that says nothing without its label
_LETTERS = re.compile(r"[^\W\d_]{2}")
_ASKS = ("?", "？")  # noqa: RUF001 - as Chinese and Japanese pages ask
_MIN_WORDS = 5  # of a condition: "Please apply here." says nothing without its page


@dataclass(frozen=True)
class PageStatement:
    """One statement as it stands on a page."""

    polarity: Polarity
    quote: str
    date: str | None
    audience: tuple[str, ...] = ()
    institution: str | None = None
    role: str | None = None


def extract_statements(page: VisiblePage, name: str, year: int) -> list[PageStatement]:
    """All statements of a page, in order; a refusal wins over an invitation to the same people."""
    about = any(patterns.PROSPECTIVE.search(title) for title in [*page.titles, *page.h1])
    found: dict[tuple[str, str], PageStatement] = {}
    for block in page.blocks:
        if any(patterns.ELSEWHERE.search(heading) for heading in (block.heading, block.lead)):
            continue
        for said in _block_statements(block, _OwnerSpeech(name), about=about, year=year):
            found.setdefault((said.polarity, said.quote), said)
    return list(_drop_contradictions(found.values()))


class _OwnerSpeech:
    """Reads "Prof. Vell is recruiting" on Vell's page as "I am recruiting"."""

    def __init__(self, name: str) -> None:
        given, _, family = display_name(name).rpartition(" ")
        first = re.escape(given.split(" ")[0]) if given else "(?!)"
        self._words = re.compile(
            rf"\b(?:(?:Prof(?:essor|\.)?|Dr\.?)\s+)*(?:{first}\s+(?:[\w.]+\s+)?)?{re.escape(family)}\s+(?=(?:is|has|will|plans)\b)"
        )

    def to_first_person(self, sentence: str) -> str:
        return self._words.sub("I ", sentence)


def _block_statements(block: Block, speaker: _OwnerSpeech, *, about: bool, year: int) -> Iterator[PageStatement]:
    before: tuple[str, ...] = ()
    asked = next((label for label in (block.lead, block.heading) if label.endswith(_ASKS)), "")
    earlier = ""
    for sentence, stamp in split_sentences(block.text):
        quote = _ANSWER.sub("", sentence)
        if len(quote) > LONGEST or not _LETTERS.search(quote):
            continue
        question, answer = _split_question(quote)
        if not answer or patterns.QUESTION.search(answer):
            asked = earlier = quote
            continue
        text = speaker.to_first_person(answer)
        stamp = stamp or block.stamp
        if joined := parse_announced_move(text, stamp, year):
            institution, role, date = joined
            yield PageStatement("joining", redact_quote_emails(quote), date, (), institution, role)
        context = _SentenceContext(before or detect_audience(question), block, about)
        date = (
            stamp
            or dates.find_page_date(quote)
            or dates.framing_date(earlier, quote)
            or dates.find_page_date(block.lead)
        )
        date = date or dates.find_page_date(block.heading)
        asked = asked or _refusal_label(block, text)
        if polarity := _answer_polarity(asked, text):
            quote = f"{asked} {quote}"
            yield PageStatement(polarity, redact_quote_emails(quote), date, detect_audience(asked))
        else:
            for polarity, whom, own in _clause_polarities(text, context):
                yield PageStatement(polarity, redact_quote_emails(quote), stamp or own or date, whom)
        before = detect_audience(text) or before
        asked, earlier = "", quote


def _refusal_label(block: Block, text: str) -> str:
    """The label "Open positions" before a mere "None at the moment."."""
    label = block.lead or block.heading
    if not label or len(text) > _SHORT or _has_verdict(text, "recruiting", "not recruiting"):
        return ""
    return label if _has_verdict(f"{label.rstrip(':')}: {text}", "not recruiting") else ""


def _has_verdict(text: str, *verdicts: Polarity) -> bool:
    return any(reading.verdict in verdicts for reading in read_recruiting_clauses(text))


def _split_question(quote: str) -> tuple[str, str]:
    """The question that a quotation begins with, and what follows it."""
    end = max(quote.rfind(mark) for mark in _ASKS) + 1
    return quote[:end].strip(), quote[end:].strip(' "”)]')


def _answer_polarity(asked: str, text: str) -> Polarity | None:
    """What "no" or "yes" says after a question whether one recruits."""
    if not asked:
        return None
    if not asked.endswith(_ASKS):
        return "not recruiting"
    rules = load_grammar(likely_languages(asked)[0])
    if not (rules.no.search(text) or rules.yes.search(text)):
        return None
    if not _has_verdict(rules.question_as_statement(asked), "recruiting"):
        return None
    if rules.no.search(text):
        return "not recruiting"
    doubted = any(reading.verdict != "recruiting" for reading in read_recruiting_clauses(text))
    return None if doubted else "recruiting"


@dataclass(frozen=True)
class _SentenceContext:
    """Whom the words around a sentence are about."""

    before: tuple[str, ...]
    block: Block
    about: bool

    def section_audience(self) -> tuple[str, ...]:
        return detect_audience(self.block.lead) or detect_audience(self.block.heading)

    def sentence_audience(self, text: str) -> tuple[str, ...]:
        own, section = detect_audience(text), self.section_audience()
        if not own:
            return section or self.before
        return own

    def is_about_joining(self, text: str) -> bool:
        headings = f"{self.block.lead} {self.block.heading}"
        return self.about or bool(detect_audience(text) or self.before or patterns.PROSPECTIVE.search(headings))


def _clause_polarities(text: str, context: _SentenceContext) -> Iterator[tuple[Polarity, tuple[str, ...], str | None]]:
    """Clause by clause, so that "no interns, but I am recruiting PhD students" says both, each with its own date."""
    found = _apply_reversals(read_recruiting_clauses(text))
    invited = [reading.clause for reading in found if reading.verdict == "recruiting"]
    refused = [reading.clause for reading in found if reading.verdict == "not recruiting"]
    everybody = any(one.general and not detect_audience(one.clause) for one in found if one.verdict == "not recruiting")
    unwanted = _clauses_audience(refused)
    if (
        invited and refused and not _are_years_disjoint(invited, refused)
    ):  # one sentence, the same people: a refusal wins
        left = _clauses_audience(invited) - unwanted
        invited = invited if left and unwanted and not everybody else []
    if refused:
        whom = order_audience(unwanted) or context.sentence_audience("")
        yield "not recruiting", () if everybody else whom, _clauses_date(refused, invited)
    if invited:
        whom = _clauses_audience(invited) - (unwanted if not _are_years_disjoint(invited, refused) else set())
        yield "recruiting", order_audience(whom) or context.sentence_audience(""), _clauses_date(invited, refused)
    if not (invited or refused) and _is_joining_condition(text, context):
        own, section = set(detect_audience(text)), set(context.section_audience())
        yield "conditions", order_audience(own & section) or context.sentence_audience(text), None


def _apply_reversals(readings: Iterable[ClauseReading]) -> list[ClauseReading]:
    """With "…, but not this year" said of the clauses before it."""
    found: list[ClauseReading] = []
    for reading in readings:
        if reading.verdict == "reversal":
            found = [one._replace(verdict="not recruiting") if one.verdict == "recruiting" else one for one in found]
        else:
            found.append(reading)
    return found


def _clauses_audience(clauses: Iterable[str]) -> set[str]:
    return {one for clause in clauses for one in detect_audience(clause)}


def _clauses_date(clauses: Iterable[str], others: Iterable[str]) -> str | None:
    """The date of these clauses, where others of the sentence say something else."""
    return next(filter(None, map(dates.find_page_date, clauses)), None) if any(others) else None


def _are_years_disjoint(invited: Iterable[str], refused: Iterable[str]) -> bool:
    """Whether they are about different years: "not for 2026, but for 2027"."""
    years = [
        {date[:4] for clause in clauses if (date := dates.find_page_date(clause))} for clauses in (invited, refused)
    ]
    return all(years) and years[0].isdisjoint(years[1])


def _is_joining_condition(text: str, context: _SentenceContext) -> bool:
    if patterns.NOT_HOW.search(text) or len(text.split()) < _MIN_WORDS or patterns.OTHERS.search(text):
        return False
    if patterns.HOW.search(text):
        return True
    if patterns.POINTER.search(text) and detect_audience(text):
        return True
    if not context.is_about_joining(text):
        return False
    return bool(patterns.HEDGED.search(text) or patterns.HOW_IN_CONTEXT.search(text))


def _drop_contradictions(found: Iterable[PageStatement]) -> Iterator[PageStatement]:
    found = list(found)
    refusals = [said for said in found if said.polarity == "not recruiting"]
    for said in found:
        if said.polarity != "recruiting":
            yield said
            continue
        against = [no for no in refusals if no.quote != said.quote and not _is_later_invitation(said, no)]
        whom = set(said.audience)
        if any(not no.audience or (not whom and "phd" in no.audience) for no in against):
            continue
        left = whom.difference(*(no.audience for no in against))
        if left or not whom:
            yield replace(said, audience=order_audience(left))


def _is_later_invitation(said: PageStatement, refusal: PageStatement) -> bool:
    """Both are dated, and the invitation bears a later year."""
    return bool(said.date and refusal.date and said.date[:4] > refusal.date[:4])
