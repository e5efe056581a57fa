"""What is said of somebody in a word or two, beside their name: stage, match, signals, grants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import streamlit as st

from dashboard.components import Colour, escape_markdown
from finder.answers.funding import describe_grant
from finder.ranking.advisor_score import BANDS, WORDS
from finder.results import (
    ComparedPerson,
    PersonStatus,
)

_STRENGTH_COLOURS: Mapping[str, Colour] = {"A": "green", "B": "blue", "C": "gray", "D": "gray"}


_STAGE_COLOURS: Mapping[str, Colour] = {
    "early-career faculty": "blue",
    "established faculty": "blue",
    "industry researcher": "violet",
}


_STAGE_NAMES = {"established faculty": "Faculty", "unknown": "Stage unknown"}


def stage_label(stage: str) -> str:
    """A stage as pages call it.

    >>> stage_label("established faculty"), stage_label("postdoc")
    ('Faculty', 'Postdoc')
    """
    return _STAGE_NAMES.get(stage) or stage.capitalize()


def stage_basis(row: PersonStatus) -> str:
    """Whether a stage was stated or is estimated from the record; empty where the stage is unknown."""
    if row["stage"] == "unknown":
        return ""
    return "stated" if str(row["stage_ground"]).startswith("stated") else "estimated"


@dataclass(frozen=True)
class Badge:
    """A few words that catch the eye, and in ``help`` what they rest on."""

    label: str
    colour: Colour
    icon: str = ""
    help: str = ""


def stage_badge(row: PersonStatus) -> Badge:
    """The stage, and how it is known."""
    known = stage_basis(row)
    if not known:
        return Badge("Stage unknown", "gray", help="The record says too little. Unknown means unknown.")
    told = f"{escape_markdown(row['stage_ground'])}; confidence {row['stage_confidence']:.0%}"
    return Badge(f"{stage_label(row['stage'])} · {known}", _STAGE_COLOURS.get(row["stage"], "gray"), help=told)


def strength_help() -> str:
    """What the words for a match mean."""
    bounds = ", ".join(f"{WORDS[band]} from {least:g}" for least, band in BANDS[:-1])
    return f"By the evidence of their works alone, whatever the filters: {bounds}. Close scores mean the same."


def match_badges(row: ComparedPerson) -> list[Badge]:
    """How strong the match is, and what qualifies it; none where nothing is on the interest."""
    if not row["strength"] or not row["band"]:
        return []
    found = [Badge(f"{row['strength']} match", _STRENGTH_COLOURS[row["band"]], help=strength_help())]
    if row["one_work"]:
        found.append(Badge("rests on one paper", "gray", help="Most of the evidence is one work."))
    if row["idle_leader"]:
        found.append(Badge("led none on it for 3 years", "gray", help="Of the works that are stored."))
    return found


def person_badges(row: PersonStatus, *, stage: bool = True) -> list[Badge]:
    """The stage, a recent change of institution, a first professorship, and what they say about taking people on.

    There is none where somebody says nothing: that is no "no".
    """
    moved, new, said = row["moved"], row["newcomer"], row["recruiting"]
    found = [stage_badge(row)] if stage else []
    if moved:
        told = f"To {escape_markdown(moved['to'])}, first seen {moved['first_seen']}"
        found.append(Badge(f"moved from {escape_markdown(moved['from'])}", "orange", ":material/moving:", told))
    if new:
        told = f"At {escape_markdown(new['institution'])}; no faculty post before it is known"
        found.append(Badge(f"new professor since {new['since'][:4]}", "green", ":material/fiber_new:", told))
    if said:
        no = said["polarity"] == "not recruiting"
        colour: Colour = "red" if no else "green" if said["age"] == "current" else "gray"
        icon = ":material/person_off:" if no else ":material/person_add:"
        told = f"“{escape_markdown(said['quote'])}” (their page, read {said['seen']})"
        found.append(Badge(escape_markdown(f"{said['polarity']}, {said['date'] or 'age unknown'}"), colour, icon, told))
    return [*found, *make_grant_badge(row)]


def make_grant_badge(row: PersonStatus) -> list[Badge]:
    """The running grant of somebody that says most, if one is known."""
    return [
        Badge(
            f"{'Topic grant' if grant['on_topic'] else 'Grant'} until {grant['end'][:4]}",
            "blue",
            ":material/payments:",
            escape_markdown(describe_grant(grant)),
        )
        for grant in row["grants"][:1]
    ]


def row_badges(row: PersonStatus, *, stage: bool = True) -> list[Badge]:
    """The badges of a compact row: the stage, and what has changed or is said, in few words."""
    moved, new, said = row["moved"], row["newcomer"], row["recruiting"]
    found = [stage_badge(row)] if stage and stage_basis(row) else []
    if new:
        found.append(Badge(f"New professor {new['since'][:4]}", "green", ":material/fiber_new:"))
    if moved:
        found.append(Badge("Just moved", "orange", ":material/moving:"))
    if said and said["polarity"] == "not recruiting":
        found.append(Badge("Not recruiting", "red", ":material/person_off:"))
    elif said and said["age"] == "current":
        found.append(Badge("Recruiting", "green", ":material/person_add:"))
    return [*found, *make_grant_badge(row)]


def show_badges(found: Iterable[Badge]) -> None:
    """Badges that tell what they rest on."""
    for badge in found:
        st.badge(badge.label, color=badge.colour, icon=badge.icon or None, help=badge.help or None)


def badge_line(found: Iterable[Badge]) -> str:
    """Badges as one line of Markdown: for lists, where each element costs time."""
    return " ".join(f":{one.colour}-badge[{' '.join(filter(None, (one.icon, one.label)))}]" for one in found)
