"""Pieces that several pages show, and the one place where data becomes Markdown: never as anything but text."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal
from urllib.parse import quote

import polars as pl
import streamlit as st

from dashboard import queries
from finder.answers.geo_filter import distance_suffix
from finder.errors import EmptyStore, FinderError
from finder.ranking.evidence_text import http_url_or_none
from finder.reference_data import country_name
from finder.rendering.answer_text import affiliation_label
from finder.results import (
    AffiliationPlace,
    Evidence,
    LabLinks,
    Links,
    NamedOpening,
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
