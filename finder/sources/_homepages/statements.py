"""What a page says about joining its owner, and its owner about joining somewhere: quotations, never a conclusion."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from finder.model import Polarity
from finder.names import tidy
from finder.sources._homepages import dates, words
from finder.sources._homepages.audience import audience, ordered
from finder.sources._homepages.joining import joining
from finder.sources._homepages.page import Block, Page
from finder.sources._homepages.sentences import LONGEST, sentences, without_addresses

_ANSWER = re.compile(r"^[AQ]:\s+")
_NEAR = 150  # characters after the verb within which those wanted are named
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
    for sentence, stamp in sentences(block.text):
        quote = _ANSWER.sub("", sentence)
        if len(quote) > LONGEST or words.QUESTION.search(quote):
            continue
        text = speaker.first_person(quote)
        stamp = stamp or block.stamp
        if joined := joining(text, stamp, year):
            institution, role, date = joined
            yield Said("joining", without_addresses(quote), date, (), institution, role)
        context = _Context(before, block, about)
        date = stamp or dates.find(quote) or dates.find(block.lead) or dates.find(block.heading)
        for polarity, whom in _polarities(text, context):
            yield Said(polarity, without_addresses(quote), date, whom)
        before = audience(text) or before


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


def _polarities(text: str, context: _Context) -> Iterator[tuple[Polarity, tuple[str, ...]]]:
    """Clause by clause, so that "no interns, but I am recruiting PhD students" says both."""
    if words.SEEKER.search(text):
        return
    found: dict[Polarity, set[str]] = {}
    everybody = False
    for clause in words.CLAUSES.split(text):
        polarity = _polarity(clause)
        if polarity:
            found.setdefault(polarity, set()).update(audience(clause))
            everybody |= polarity == "not recruiting" and not audience(clause) and bool(words.FULL.search(clause))
    for polarity, whom in found.items():
        if polarity == "not recruiting" and everybody:
            whom = set()
        yield polarity, ordered(whom) or (context.whom("") if not everybody or polarity == "recruiting" else ())
    if not found and _is_condition(text, context):
        own, section = set(audience(text)), set(context.section())
        yield "conditions", ordered(own & section) or context.whom(text)


def _polarity(clause: str) -> Polarity | None:
    if words.OTHERS.search(clause):
        return None
    hedged = words.HEDGED.search(clause)
    refusal = words.NOT_RECRUITING.search(clause)
    if refusal:
        told = (
            words.PEOPLE.search(clause)
            or words.FULL.search(clause)
            or re.search(r"recruiting|hiring", refusal[0], re.I)
        )
        excused = words.ONLY_SOME.search(clause) or re.search(r"\b(?:answer|reply|respond|read)\b", clause, re.I)
        conditional = words.CONDITIONAL.search(clause[: refusal.start()])
        return "not recruiting" if told and not excused and not conditional and not hedged else None
    if hedged:
        return None
    for invitation in words.RECRUITING.finditer(clause):
        if words.CONDITIONAL.search(clause[: invitation.start()]):
            continue
        if words.PEOPLE.search(clause, invitation.start(), invitation.end() + _NEAR) or words.NEEDS_NOBODY.search(
            clause, invitation.start()
        ):
            return "recruiting"
    return None


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
