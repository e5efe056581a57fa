"""Pieces that several pages show, and the one place where data becomes Markdown: never as anything but text."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

import polars as pl
import streamlit as st

from dashboard import queries
from finder.answers.funding import describe_grant
from finder.answers.geo_filter import distance_suffix
from finder.errors import EmptyStore, FinderError
from finder.ranking.advisor_score import BANDS, WORDS
from finder.ranking.evidence_text import http_url_or_none
from finder.reference_data import country_name
from finder.rendering.answer_text import affiliation_label
from finder.results import (
    AffiliationPlace,
    ComparedPerson,
    Evidence,
    LabLinks,
    Links,
    NamedOpening,
    PersonStatus,
    PrintedWork,
    RecruitingStatement,
    SourceCoverage,
    WorkRef,
)
from finder.text.sanitize import LONGEST, isolate_bidi, one_line, single_line

FIND, PERSON, LABS, INTERNSHIPS, OPENINGS, SOURCES, METHOD, SHORTLIST, DRAFT, COMPARE, WATCHES, NEWS, MORE = (
    f"screens/{name}.py"
    for name in (
        "find",
        "person",
        "labs",
        "internships",
        "openings",
        "sources",
        "method",
        "shortlist",
        "draft",
        "compare",
        "watches",
        "news",
        "more",
    )
)
ALT = 4_000  # characters that stand for a chart
Colour = Literal["blue", "gray", "green", "orange", "red", "violet"]
_STRENGTH_COLOURS: Mapping[str, Colour] = {"A": "green", "B": "blue", "C": "gray", "D": "gray"}
_STAGE_COLOURS: Mapping[str, Colour] = {
    "early-career faculty": "blue",
    "established faculty": "blue",
    "industry researcher": "violet",
}
_STAGE_NAMES = {"established faculty": "Faculty", "unknown": "Stage unknown"}
_SPECIAL = re.compile(r"([\\`*_{}<>()#+\-.!|~$&^=])")
_BRACKETS = str.maketrans({"[": "&#91;", "]": "&#93;"})  # st.badge escapes brackets, which would undo a backslash
# an address or a shortcode becomes a link or a picture even where its signs are escaped: an invisible joiner stops that
_ACTIVE = re.compile(r"(:(?=\S)|@(?=\S)|\bwww(?=\\\.))", re.IGNORECASE)
_JOINER = "\u2060"
AT_ONCE = 25  # lines of a long list


def escape_markdown(data: object) -> str:
    r"""Data as Markdown that shows just what it says.

    >>> escape_markdown("<b>*bold*</b> $x$")
    '\\<b\\>\\*bold\\*\\</b\\> \\$x\\$'
    """
    return _ACTIVE.sub(rf"\1{_JOINER}", _SPECIAL.sub(r"\\\1", plain_label(data)).translate(_BRACKETS))


def plain_label(data: object, most: int = LONGEST) -> str:
    """Data for what takes no Markdown, such as options and what stands for a chart: one line, not too long."""
    return isolate_bidi(one_line(data, most))


def display_frame(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Data as a table to show: texts on one line, and under ``url`` and ``homepage`` only addresses of the web."""
    cells = [{key: _display_cell(key, value) for key, value in row.items()} for row in rows]
    return pl.DataFrame(cells, infer_schema_length=None)


def _display_cell(key: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if key in ("url", "homepage"):
        return _safe_web_url(value)
    return one_line(value)  # a cell is drawn on its own: there is nothing around it


def _safe_web_url(url: str | None) -> str | None:
    """An address of the web in which everything that could end it early is percent-encoded; None for others."""
    checked = http_url_or_none(url)
    # what is encoded already stays as it is
    return quote(single_line(checked), safe=":/?#@!$&+,;=%~") if checked else None


def markdown_web_link(label: object, url: str | None) -> str:
    """A Markdown link; the mere label where the address is not one of the web.

    >>> markdown_web_link("x", "javascript:alert(1)")
    'x'
    """
    checked = _safe_web_url(url)
    return f"[{escape_markdown(label)}]({checked})" if checked else escape_markdown(label)


def profile_links_line(links: Links | LabLinks) -> str:
    """The pages about somebody, side by side; empty where none is known."""
    return " · ".join(
        markdown_web_link(label, url)
        for url, label in (
            (links["homepage"], "Homepage"),
            (links["orcid"], "ORCID"),
            (links["openalex"], "OpenAlex"),
            (links["dblp"], "DBLP"),
            (links["scholar"], "Google Scholar"),
            (links["openreview"], "OpenReview"),
        )
        if http_url_or_none(url)
    )


def text_colour() -> str:
    """The colour of text in the theme that is shown, for what a chart would draw black."""
    return st.get_option(f"theme.{st.context.theme.type or 'light'}.textColor") or "gray"


def show_demo_banner() -> None:
    """Say on every page when everything is fictional."""
    if queries.is_demo():
        with st.container(key="banner"):
            st.markdown(
                ":material/theater_comedy: **Demo.** All people, institutions and works here are fictional. "
                "Nothing is collected in the demo."
            )


@contextmanager
def show_errors(empty: Callable[[], object] | None = None) -> Iterator[None]:
    """Show an expected error as one message with its remedy, and end the page there.

    Args:
        empty: shows what to do where nothing is stored; the way to the Find page where not given.
    """
    try:
        yield
    except EmptyStore:
        (empty or show_empty_store_link)()
        st.stop()
    except FinderError as error:
        st.warning(escape_markdown(error), icon=":material/info:")
        st.stop()


def show_empty_store(interest: str = "multimodal learning") -> None:
    """How to begin; where something is stored that cannot answer yet, what to do about that."""
    if queries.has_unpublished_records():
        st.info(
            "**The index must be rebuilt.** It is missing, damaged, or from another version of the finder. "
            "Nothing is lost.",
            icon=":material/build:",
        )
        st.button("Rebuild", key="put-together", type="primary", on_click=_rebuild_index_now)
        st.caption("If the finder was updated while this dashboard was open, end the dashboard and start it again.")
        return
    st.info(
        "**Nothing is stored yet.** Search for an interest and press *Update from the web*, or run in a terminal:",
        icon=":material/inventory_2:",
    )
    st.code(f"finder collect {shlex.quote(interest)}\nfinder import paperlists FOLDER", language=None)
    st.caption("To look around first, without collecting anything: `finder dashboard --demo`")


def show_empty_store_link(interest: str = "") -> None:
    """How to begin, on a page where that cannot be done: with the way to the one where it can."""
    show_empty_store(interest or "multimodal learning")
    show_find_link(interest)


def show_find_link(interest: str = "") -> None:
    """The way to the Find page."""
    query = {"interest": interest} if interest else None
    st.page_link(FIND, label="Search for people", icon=":material/search:", query_params=query)


def show_partial_sources(sources: Sequence[SourceCoverage]) -> None:
    """Name the sources that did not bring all they have, and why."""
    for entry in sources:
        if entry["complete"] is False:
            told = ": ".join(filter(None, (entry["source"], entry["state"], entry["message"])))
            st.caption(
                f":material/warning: Not complete. {escape_markdown(told)}. Collecting again goes on from there."
            )


def _rebuild_index_now() -> None:
    with show_errors(), st.spinner("Rebuilding the index …"):
        queries.rebuild_index()


def institution_label(post: AffiliationPlace) -> str:
    """An institution with its country, since when nothing new is known where so, and how far it is, as plain text."""
    return affiliation_label(post, country_name(post["country"]) if post["country"] else None) + distance_suffix(post)


def whereabouts_label(posts: Sequence[AffiliationPlace], most: int = 2) -> str:
    """Where somebody is, or was last seen, as plain text; two current posts are both named."""
    return " / ".join(dict.fromkeys(institution_label(post) for post in posts[:most])) or "place unknown"


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


def opening_lines(named: Sequence[NamedOpening]) -> list[str]:
    """Open positions that name somebody, or a lab's head, as lines of Markdown."""
    return [
        f":material/work: open: {markdown_web_link(one['title'], one['url'])}"
        + escape_markdown(f", apply by {one['valid_through']}" if one["valid_through"] else "")
        for one in named
    ]


def show_person_link(author_id: str, name: str, interest: str, *, strong: bool = False) -> None:
    """A link to somebody's page within the dashboard."""
    query = {"author": author_id, **({"interest": interest} if interest else {})}
    st.page_link(PERSON, label=f"**{escape_markdown(name)}**" if strong else escape_markdown(name), query_params=query)


def show_lab_link(lab_id: str, label: str, interest: str, *, strong: bool = False) -> None:
    """A link to a lab's card within the dashboard."""
    query = {"lab": lab_id, **({"interest": interest} if interest else {})}
    st.page_link(LABS, label=f"**{escape_markdown(label)}**" if strong else escape_markdown(label), query_params=query)


def show_shortlist_link() -> None:
    """The way to the shortlist."""
    st.page_link(SHORTLIST, label="Your shortlist", icon=":material/star:")


def show_letter_link(entry: int) -> None:
    """The way to a letter to somebody on the shortlist."""
    st.page_link(DRAFT, label="Write a letter", icon=":material/edit:", query_params={"entry": str(entry)})


def quote_line(said: RecruitingStatement) -> str:
    """Somebody's own words as a line of Markdown, with their age and page."""
    quote, age = escape_markdown(said["quote"]), escape_markdown(said["date"] or "age unknown")
    return f"- “{quote}” ({age}, {markdown_web_link('page', said['url'])})"


def work_line(work: WorkRef) -> str:
    """One work as a line of Markdown, with the place its author has on it."""
    near = " · near in meaning" if work["near_in_meaning"] else ""
    return f"{citation_line(work)}, {work['position']} author{near}"


def citation_line(work: PrintedWork | WorkRef) -> str:
    """One work as a line of Markdown: its title, where it was printed, and when."""
    venue, year = work["venue"] or "", work["date"][:4]
    printed = venue if year in venue else ", ".join(filter(None, (venue, year)))
    return f"{markdown_web_link(work['title'], work['url'])} — {escape_markdown(printed)}"


def claim_line(claim: Evidence) -> str:
    """One claim as a line of Markdown, and where it comes from."""
    page = markdown_web_link("page", claim["url"]) if http_url_or_none(claim["url"]) else ""
    ground = ", ".join(filter(None, (escape_markdown(claim["source"]), escape_markdown(claim["date"] or ""), page)))
    return f"{escape_markdown(claim['claim'])} ({ground})"


def show_paginated_lines(told: Sequence[str], key: str) -> None:
    """Lines of Markdown as a list, so many at a time: a table would be wider than a phone, and mute to a reader."""
    pages = max(-(-len(told) // AT_ONCE), 1)
    page = min(st.session_state.get(key) or 1, pages)
    st.markdown("\n".join(f"- {line}" for line in told[(page - 1) * AT_ONCE : page * AT_ONCE]))
    if pages > 1:
        st.pagination(pages, key=key)
