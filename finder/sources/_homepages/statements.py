"""What a page says about joining its owner, and its owner about joining somewhere: quotations, never a conclusion."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from finder.model import Polarity
from finder.names import tidy
from finder.sources._homepages import dates, words
from finder.sources._homepages.audience import audience, ordered
from finder.sources._homepages.grammar import Reading, grammar, languages_of, read
from finder.sources._homepages.joining import joining
from finder.sources._homepages.page import Block, Page
from finder.sources._homepages.sentences import LONGEST, sentences, without_addresses

_ANSWER = re.compile(r"^[AQ]:\s+")
_SHORT = 40  # characters of an answer that says nothing without its label
_LETTERS = re.compile(r"[^\W\d_]{2}")
_ASKS = ("?", "？")  # noqa: RUF001 - as Chinese and Japanese pages ask
_MIN_WORDS = 5  # of a condition: "Please apply here." says nothing without its page


@dataclass(frozen=True)
class Said:
    """One statement as it stands on a page."""

    polarity: Polarity
    quote: str
    date: str | None
    audience: tuple[str, ...] = ()
    institution: str | None = None
    role: str | None = None


def statements(page: Page, name: str, year: int) -> list[Said]:
    """All statements of a page, in order; a refusal wins over an invitation to the same people."""
    about = any(words.PROSPECTIVE.search(title) for title in [*page.titles, *page.h1])
    found: dict[tuple[str, str], Said] = {}
    for block in page.blocks:
        if any(words.ELSEWHERE.search(heading) for heading in (block.heading, block.lead)):
            continue
        for said in _of_block(block, _Speaker(name), about=about, year=year):
            found.setdefault((said.polarity, said.quote), said)
    return list(_undisputed(found.values()))


class _Speaker:
    """Reads "Prof. Vell is recruiting" on Vell's page as "I am recruiting"."""

    def __init__(self, name: str) -> None:
        given, _, family = tidy(name).rpartition(" ")
        first = re.escape(given.split(" ")[0]) if given else "(?!)"
        self._words = re.compile(
            rf"\b(?:(?:Prof(?:essor|\.)?|Dr\.?)\s+)*(?:{first}\s+(?:[\w.]+\s+)?)?{re.escape(family)}\s+(?=(?:is|has|will|plans)\b)"
        )

    def first_person(self, sentence: str) -> str:
        return self._words.sub("I ", sentence)


def _of_block(block: Block, speaker: _Speaker, *, about: bool, year: int) -> Iterator[Said]:
    before: tuple[str, ...] = ()
    asked = next((label for label in (block.lead, block.heading) if label.endswith(_ASKS)), "")
    earlier = ""
    for sentence, stamp in sentences(block.text):
        quote = _ANSWER.sub("", sentence)
        if len(quote) > LONGEST or not _LETTERS.search(quote):
            continue
        question, answer = _parted(quote)
        if not answer or words.QUESTION.search(answer):
            asked = earlier = quote
            continue
        text = speaker.first_person(answer)
        stamp = stamp or block.stamp
        if joined := joining(text, stamp, year):
            institution, role, date = joined
            yield Said("joining", without_addresses(quote), date, (), institution, role)
        context = _Context(before or audience(question), block, about)
        date = stamp or dates.find(quote) or dates.frame(earlier, quote) or dates.find(block.lead)
        date = date or dates.find(block.heading)
        asked = asked or _refused_label(block, text)
        if polarity := _answer(asked, text):
            quote = f"{asked} {quote}"
            yield Said(polarity, without_addresses(quote), date, audience(asked))
        else:
            for polarity, whom, own in _polarities(text, context):
                yield Said(polarity, without_addresses(quote), stamp or own or date, whom)
        before = audience(text) or before
        asked, earlier = "", quote


def _refused_label(block: Block, text: str) -> str:
    """The label "Open positions" before a mere "None at the moment."."""
    label = block.lead or block.heading
    if not label or len(text) > _SHORT or _says(text, "recruiting", "not recruiting"):
        return ""
    return label if _says(f"{label.rstrip(':')}: {text}", "not recruiting") else ""


def _says(text: str, *verdicts: Polarity) -> bool:
    return any(reading.verdict in verdicts for reading in read(text))


def _parted(quote: str) -> tuple[str, str]:
    """The question that a quotation begins with, and what follows it."""
    end = max(quote.rfind(mark) for mark in _ASKS) + 1
    return quote[:end].strip(), quote[end:].strip(' "”)]')


def _answer(asked: str, text: str) -> Polarity | None:
    """What "no" or "yes" says after a question whether one recruits."""
    if not asked:
        return None
    if not asked.endswith(_ASKS):
        return "not recruiting"
    rules = grammar(languages_of(asked)[0])
    if not (rules.no.search(text) or rules.yes.search(text)):
        return None
    if not _says(rules.told(asked), "recruiting"):
        return None
    if rules.no.search(text):
        return "not recruiting"
    doubted = any(reading.verdict != "recruiting" for reading in read(text))
    return None if doubted else "recruiting"


@dataclass(frozen=True)
class _Context:
    """Whom the words around a sentence are about."""

    before: tuple[str, ...]
    block: Block
    about: bool

    def section(self) -> tuple[str, ...]:
        return audience(self.block.lead) or audience(self.block.heading)

    def whom(self, text: str) -> tuple[str, ...]:
        own, section = audience(text), self.section()
        if not own:
            return section or self.before
        return own

    def is_about_joining(self, text: str) -> bool:
        headings = f"{self.block.lead} {self.block.heading}"
        return self.about or bool(audience(text) or self.before or words.PROSPECTIVE.search(headings))


def _polarities(text: str, context: _Context) -> Iterator[tuple[Polarity, tuple[str, ...], str | None]]:
    """Clause by clause, so that "no interns, but I am recruiting PhD students" says both, each with its own date."""
    found = _turned(read(text))
    invited = [reading.clause for reading in found if reading.verdict == "recruiting"]
    refused = [reading.clause for reading in found if reading.verdict == "not recruiting"]
    everybody = any(one.general and not audience(one.clause) for one in found if one.verdict == "not recruiting")
    unwanted = _audience(refused)
    if invited and refused and not _apart(invited, refused):  # one sentence, the same people: a refusal wins
        left = _audience(invited) - unwanted
        invited = invited if left and unwanted and not everybody else []
    if refused:
        whom = ordered(unwanted) or context.whom("")
        yield "not recruiting", () if everybody else whom, _own_date(refused, invited)
    if invited:
        whom = _audience(invited) - (unwanted if not _apart(invited, refused) else set())
        yield "recruiting", ordered(whom) or context.whom(""), _own_date(invited, refused)
    if not (invited or refused) and _is_condition(text, context):
        own, section = set(audience(text)), set(context.section())
        yield "conditions", ordered(own & section) or context.whom(text), None


def _turned(readings: Iterable[Reading]) -> list[Reading]:
    """With "…, but not this year" said of the clauses before it."""
    found: list[Reading] = []
    for reading in readings:
        if reading.verdict == "reversal":
            found = [one._replace(verdict="not recruiting") if one.verdict == "recruiting" else one for one in found]
        else:
            found.append(reading)
    return found


def _audience(clauses: Iterable[str]) -> set[str]:
    return {one for clause in clauses for one in audience(clause)}


def _own_date(clauses: Iterable[str], others: Iterable[str]) -> str | None:
    """The date of these clauses, where others of the sentence say something else."""
    return next(filter(None, map(dates.find, clauses)), None) if any(others) else None


def _apart(invited: Iterable[str], refused: Iterable[str]) -> bool:
    """Whether they are about different years: "not for 2026, but for 2027"."""
    years = [{date[:4] for clause in clauses if (date := dates.find(clause))} for clauses in (invited, refused)]
    return all(years) and years[0].isdisjoint(years[1])


def _is_condition(text: str, context: _Context) -> bool:
    if words.NOT_HOW.search(text) or len(text.split()) < _MIN_WORDS or words.OTHERS.search(text):
        return False
    if words.HOW.search(text):
        return True
    if words.POINTER.search(text) and audience(text):
        return True
    if not context.is_about_joining(text):
        return False
    return bool(words.HEDGED.search(text) or words.HOW_IN_CONTEXT.search(text))


def _undisputed(found: Iterable[Said]) -> Iterator[Said]:
    found = list(found)
    refusals = [said for said in found if said.polarity == "not recruiting"]
    for said in found:
        if said.polarity != "recruiting":
            yield said
            continue
        against = [no for no in refusals if no.quote != said.quote and not _is_newer(said, no)]
        whom = set(said.audience)
        if any(not no.audience or (not whom and "phd" in no.audience) for no in against):
            continue
        left = whom.difference(*(no.audience for no in against))
        if left or not whom:
            yield replace(said, audience=ordered(left))


def _is_newer(said: Said, refusal: Said) -> bool:
    """Both are dated, and the invitation bears a later year."""
    return bool(said.date and refusal.date and said.date[:4] > refusal.date[:4])
