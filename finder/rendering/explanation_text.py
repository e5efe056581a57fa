"""Why somebody is listed or not, and who could introduce one to them, as text for a terminal."""

from __future__ import annotations

import textwrap

from finder.answers import introductions, rank_explanation
from finder.answers.introductions import COUNTED, Introductions
from finder.answers.rank_explanation import RankExplanation
from finder.rendering.answer_text import WIDTH, wrap_indented
from finder.results import CoauthorChain, Evidence
from finder.text.sanitize import one_line, quote_query


def render_rank_explanation(found: RankExplanation) -> str:
    """One reason a line, with its evidence below."""
    who = f"{found.name} ({found.author_id})" if found.name else found.asked
    lines = textwrap.wrap(one_line(f"{who}, on {quote_query(found.interest)}, as of {found.as_of}"), WIDTH)
    lines.append(f"{rank_explanation.rank_headline(found)}.")
    for reason in found.reasons:
        lines += textwrap.wrap(one_line(reason.reason), WIDTH, initial_indent="- ", subsequent_indent="  ")
        for claim in reason.evidence:
            lines += wrap_indented(_claim_line(claim))
    if found.alike:
        lines.append("Do you mean:")
    for one in found.alike:
        lines += wrap_indented(f"{one.name} ({one.author_id}; works: {one.works}; {one.place or 'place unknown'})")
    return "\n".join(lines)


def _claim_line(claim: Evidence) -> str:
    ground = ", ".join(filter(None, (claim["date"], claim["source"])))
    return f"{claim['claim']} ({ground})" + (f" {claim['url']}" if claim["url"] else "")


def render_introductions(found: Introductions) -> str:
    """Each chain with the work behind each link."""
    lines = textwrap.wrap(one_line(introductions.introduction_sentence(found)), WIDTH)
    for number, chain in enumerate(found.chains, 1):
        lines += ["", *_chain_lines(number, chain)]
    return "\n".join([*lines, *(["", COUNTED] if found.chains else [])])


def _chain_lines(number: int, chain: CoauthorChain) -> list[str]:
    names = " > ".join(one["name"] for one in chain["people"])
    lines = textwrap.wrap(one_line(f"{number}. {names}"), WIDTH, subsequent_indent="   ")
    for link in chain["links"]:
        venue = f", {link['venue']}" if link["venue"] else ""
        page = f" {link['url']}" if link["url"] else ""
        told = f"{link['from']} and {link['to']}: “{link['title']}”{venue}, {link['date']}{page}"
        lines += wrap_indented(told)
    return lines


def add_introduction_lines(card: str, found: Introductions | None) -> str:
    """A person's card with the best way to them, where the user has said whom they know."""
    if found is None:
        return card
    lines = textwrap.wrap(one_line(f"who could introduce you: {introductions.introduction_sentence(found)}"), WIDTH)
    for chain in found.chains[:1]:
        lines += _chain_lines(1, chain)
    for why in found.unknown:
        lines += textwrap.wrap(one_line(f"[me] in finder.toml: {why}"), WIDTH)
    return "\n".join([card, "", *lines])
