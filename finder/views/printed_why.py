"""Why somebody is listed or not, and who could introduce one to them, as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from finder.texts import named, shown
from finder.views import introductions, whynot
from finder.views.introductions import COUNTED, Introductions
from finder.views.printed import WIDTH, indented
from finder.views.whynot import Standing


def standing(found: Standing) -> str:
    """One reason a line, with its evidence below."""
    who = f"{found.name} ({found.author_id})" if found.name else found.asked
    lines = textwrap.wrap(shown(f"{who}, on {named(found.interest)}, as of {found.as_of}"), WIDTH)
    lines.append(f"{whynot.headline(found)}.")
    for reason in found.reasons:
        lines += textwrap.wrap(shown(reason.reason), WIDTH, initial_indent="- ", subsequent_indent="  ")
        for claim in reason.evidence:
            lines += indented(_claim(claim))
    if found.alike:
        lines.append("Do you mean:")
    for one in found.alike:
        lines += indented(f"{one.name} ({one.author_id}; works: {one.works}; {one.place or 'place unknown'})")
    return "\n".join(lines)


def _claim(claim: Mapping[str, Any]) -> str:
    ground = ", ".join(filter(None, (claim["date"], claim["source"])))
    return f"{claim['claim']} ({ground})" + (f" {claim['url']}" if claim["url"] else "")


def paths(found: Introductions) -> str:
    """Each chain with the work behind each link."""
    lines = textwrap.wrap(shown(introductions.sentence(found)), WIDTH)
    for number, chain in enumerate(found.chains, 1):
        lines += ["", *_chain(number, chain)]
    return "\n".join([*lines, *(["", COUNTED] if found.chains else [])])


def _chain(number: int, chain: Mapping[str, Any]) -> list[str]:
    names = " > ".join(one["name"] for one in chain["people"])
    lines = textwrap.wrap(shown(f"{number}. {names}"), WIDTH, subsequent_indent="   ")
    for link in chain["links"]:
        venue = f", {link['venue']}" if link["venue"] else ""
        page = f" {link['url']}" if link["url"] else ""
        told = f"{link['from']} and {link['to']}: “{link['title']}”{venue}, {link['date']}{page}"
        lines += indented(told)
    return lines


def with_introductions(card: str, found: Introductions | None) -> str:
    """A person's card with the best way to them, where the user has said whom they know."""
    if found is None:
        return card
    lines = textwrap.wrap(shown(f"who could introduce you: {introductions.sentence(found)}"), WIDTH)
    for chain in found.chains[:1]:
        lines += _chain(1, chain)
    for why in found.unknown:
        lines += textwrap.wrap(shown(f"[me] in finder.toml: {why}"), WIDTH)
    return "\n".join([card, "", *lines])
