"""Pieces that several pages show, and the one place where data becomes Markdown: never as anything but text."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import streamlit as st

from dashboard import asking
from finder.curated import country_name
from finder.errors import FinderError, NothingCollected
from finder.rank.explain import safe
from finder.views.printed import where

FIND, PERSON, LABS, INTERNSHIPS, OPENINGS, SOURCES, METHOD, SHORTLIST, DRAFT, COMPARE = (
    f"screens/{name}.py"
    for name in (
        "find", "person", "labs", "internships", "openings", "sources", "method", "shortlist", "draft", "compare",
    )
)  # fmt: skip
LINKS = {
    "homepage": "Homepage", "orcid": "ORCID", "openalex": "OpenAlex", "dblp": "DBLP", "scholar": "Google Scholar",
    "openreview": "OpenReview",
}  # fmt: skip
_STAGE_COLOURS = {
    "early-career faculty": "blue", "established faculty": "blue", "industry researcher": "violet",
}  # fmt: skip
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~$&^=])")
# an address or a shortcode becomes a link or a picture even where its signs are escaped: an invisible joiner stops that
_ACTIVE = re.compile(r"(:(?=\S)|@(?=\S)|\bwww(?=\.))", re.IGNORECASE)
_JOINER = "\u2060"


def text(data: object) -> str:
    r"""Data as Markdown that shows just what it says.

    >>> text("<b>*bold*</b> $x$")
    '\\<b\\>\\*bold\\*\\</b\\> \\$x\\$'
    """
    flat = " ".join(str(data).split())
    return _ACTIVE.sub(rf"\1{_JOINER}", _SPECIAL.sub(r"\\\1", flat))


def link(label: object, url: str | None) -> str:
    """A Markdown link; the mere label where the address is not one of the web.

    >>> link("x", "javascript:alert(1)")
    'x'
    """
    checked = safe(url)
    if checked is None:
        return text(label)
    # everything that could end the address early is percent-encoded; what is encoded already stays as it is
    return f"[{text(label)}]({quote(checked.strip(), safe=':/?#@!$&+,;=%~')})"


def links(row: Mapping[str, Any]) -> str:
    """The pages about somebody, side by side; empty where none is known."""
    return " · ".join(link(label, row["links"][kind]) for kind, label in LINKS.items() if safe(row["links"].get(kind)))


def ink() -> str:
    """The colour of text in the theme that is shown, for what a chart would draw black."""
    return st.get_option(f"theme.{st.context.theme.type or 'light'}.textColor") or "gray"


def banner() -> None:
    """Say on every page when everything is fictional."""
    if asking.demo():
        st.info(
            "**Demo.** All people, institutions and works here are fictional. Nothing is collected in the demo.",
            icon=":material/theater_comedy:",
        )


@contextmanager
def remedies(empty: Callable[[], object] | None = None) -> Iterator[None]:
    """Show an expected error as one message with its remedy, and end the page there.

    Args:
        empty: shows what to do where nothing is stored.
    """
    try:
        yield
    except NothingCollected:
        (empty or nothing_stored)()
        st.stop()
    except FinderError as error:
        st.warning(text(error), icon=":material/info:")
        st.stop()


def nothing_stored(interest: str = "multimodal learning") -> None:
    """How to begin."""
    st.info(
        "**Nothing is stored yet.** Type an interest on the Find page and press *Collect now*, or run in a terminal:",
        icon=":material/inventory_2:",
    )
    st.code(f"finder collect {shlex.quote(interest)}\nfinder import paperlists FOLDER", language=None)
    st.caption("To look around first, without collecting anything: `finder dashboard --demo`")


def place(post: Mapping[str, Any] | None) -> str:
    """An institution with its country, as plain text."""
    if post is None:
        return "place unknown"
    return where(post) + (f", {country_name(post['country'])}" if post["country"] else "")


def places(posts: Sequence[Mapping[str, Any]], most: int = 2) -> str:
    """Where somebody is now, as plain text; two current posts are both named."""
    return " / ".join(dict.fromkeys(place(post) for post in posts[:most])) or "place unknown"


def ground(row: Mapping[str, Any]) -> str:
    """Whether a stage was stated or is what the record suggests; empty where the stage is unknown."""
    if row["stage"] == "unknown":
        return ""
    return "stated" if str(row["stage_ground"]).startswith("stated") else "likely"


def stage_badge(row: Mapping[str, Any]) -> None:
    """The stage, and how it is known."""
    known = ground(row)
    if not known:
        st.badge("stage unknown", color="gray", help="The record says too little. Unknown means unknown.")
        return
    st.badge(
        f"{row['stage']} · {known}",
        color=_STAGE_COLOURS.get(row["stage"], "gray"),  # type: ignore[arg-type]
        help=f"{text(row['stage_ground'])}; confidence {row['stage_confidence']:.0%}",
    )


def moved_badge(row: Mapping[str, Any]) -> None:
    """A recent change of institution."""
    if row["moved"]:
        st.badge(
            f"moved from {text(row['moved']['from'])}",
            icon=":material/moving:",
            color="orange",
            help=f"To {text(row['moved']['to'])}, first seen {row['moved']['first_seen']}",
        )


def newcomer_badge(row: Mapping[str, Any]) -> None:
    """A first professorship of late."""
    if row["newcomer"]:
        st.badge(
            f"new professor since {row['newcomer']['since'][:4]}",
            icon=":material/fiber_new:",
            color="green",
            help=f"At {text(row['newcomer']['institution'])}; no faculty post before it is known",
        )


def recruiting_badge(row: Mapping[str, Any]) -> None:
    """What somebody says about taking people on; nothing where they say nothing, which is no "no"."""
    said = row["recruiting"]
    if said:
        no = said["polarity"] == "not recruiting"
        st.badge(
            f"{said['polarity']}, {said['date'] or 'age unknown'}",
            icon=":material/person_off:" if no else ":material/person_add:",
            color="red" if no else "green" if said["age"] == "current" else "gray",
            help=f"“{text(said['quote'])}” (their page, read {said['seen']})",
        )


def openings(row: Mapping[str, Any]) -> None:
    """Open positions that name somebody, or a lab's head."""
    for one in row["openings"]:
        until = f", apply by {one['valid_through']}" if one["valid_through"] else ""
        st.markdown(f":material/work: open: {link(one['title'], one['url'])}{text(until)}")


def person_link(author_id: str, name: str, interest: str, *, strong: bool = False) -> None:
    """A link to somebody's page within the dashboard."""
    query = {"author": author_id, **({"interest": interest} if interest else {})}
    st.page_link(PERSON, label=f"**{text(name)}**" if strong else text(name), query_params=query)


def lab_link(lab_id: str, label: str, interest: str, *, strong: bool = False) -> None:
    """A link to a lab's card within the dashboard."""
    query = {"lab": lab_id, **({"interest": interest} if interest else {})}
    st.page_link(LABS, label=f"**{text(label)}**" if strong else text(label), query_params=query)


def shortlist_link(entry: int | None = None) -> None:
    """The way to the shortlist, or to one entry on it."""
    query, label = ({"entry": str(entry)}, "On your shortlist") if entry is not None else (None, "Your shortlist")
    st.page_link(SHORTLIST, label=label, icon=":material/star:", query_params=query)


def draft_link(entry: int) -> None:
    """The way to a letter to somebody on the shortlist."""
    st.page_link(DRAFT, label="Draft a letter", icon=":material/edit:", query_params={"entry": str(entry)})


def quoted(said: Mapping[str, Any]) -> str:
    """Somebody's own words as a line of Markdown, with their age and page."""
    return f"- “{text(said['quote'])}” ({said['date'] or 'age unknown'}, {link('page', said['url'])})"


def work_line(work: Mapping[str, Any]) -> str:
    """One work as a line of Markdown."""
    venue, year = work["venue"] or "", work["date"][:4]
    where = venue if year in venue else ", ".join(filter(None, (venue, year)))
    return f"{link(work['title'], work['url'])} — {text(where)}, {work['position']} author"
