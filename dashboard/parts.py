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

from dashboard import asking
from finder.curated import country_name
from finder.errors import FinderError, NothingCollected
from finder.rank.advisors import BANDS, WORDS
from finder.rank.explain import safe
from finder.texts import LONGEST, isolated, line, shown
from finder.views.near import away
from finder.views.printed import where

FIND, PERSON, LABS, INTERNSHIPS, OPENINGS, SOURCES, METHOD, SHORTLIST, DRAFT, COMPARE, WATCHES, NEWS, MORE = (
    f"screens/{name}.py"
    for name in (
        "find", "person", "labs", "internships", "openings", "sources", "method", "shortlist", "draft", "compare",
        "watches", "news", "more",
    )
)  # fmt: skip
LINKS = {
    "homepage": "Homepage", "orcid": "ORCID", "openalex": "OpenAlex", "dblp": "DBLP", "scholar": "Google Scholar",
    "openreview": "OpenReview",
}  # fmt: skip
ALT = 4_000  # characters that stand for a chart
Colour = Literal["blue", "gray", "green", "orange", "red", "violet"]
_STRENGTH_COLOURS: Mapping[str, Colour] = {"A": "green", "B": "blue", "C": "gray", "D": "gray"}
_STAGE_COLOURS: Mapping[str, Colour] = {
    "early-career faculty": "blue", "established faculty": "blue", "industry researcher": "violet",
}  # fmt: skip
_STAGE_NAMES = {"established faculty": "Faculty", "unknown": "Stage unknown"}
_SPECIAL = re.compile(r"([\\`*_{}<>()#+\-.!|~$&^=])")
_BRACKETS = str.maketrans({"[": "&#91;", "]": "&#93;"})  # st.badge escapes brackets, which would undo a backslash
# an address or a shortcode becomes a link or a picture even where its signs are escaped: an invisible joiner stops that
_ACTIVE = re.compile(r"(:(?=\S)|@(?=\S)|\bwww(?=\\\.))", re.IGNORECASE)
_JOINER = "\u2060"
AT_ONCE = 25  # lines of a long list


def text(data: object) -> str:
    r"""Data as Markdown that shows just what it says.

    >>> text("<b>*bold*</b> $x$")
    '\\<b\\>\\*bold\\*\\</b\\> \\$x\\$'
    """
    return _ACTIVE.sub(rf"\1{_JOINER}", _SPECIAL.sub(r"\\\1", plain(data)).translate(_BRACKETS))


def plain(data: object, most: int = LONGEST) -> str:
    """Data for what takes no Markdown, such as options and what stands for a chart: one line, not too long."""
    return isolated(shown(data, most))


def frame(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Data as a table to show: texts on one line, and under ``url`` and ``homepage`` only addresses of the web."""
    cells = [{key: _cell(key, value) for key, value in row.items()} for row in rows]
    return pl.DataFrame(cells, infer_schema_length=None)


def _cell(key: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if key in ("url", "homepage"):
        return _web(value)
    return shown(value)  # a cell is drawn on its own: there is nothing around it


def _web(url: str | None) -> str | None:
    """An address of the web in which everything that could end it early is percent-encoded; None for others."""
    checked = safe(url)
    # what is encoded already stays as it is
    return quote(line(checked), safe=":/?#@!$&+,;=%~") if checked else None


def link(label: object, url: str | None) -> str:
    """A Markdown link; the mere label where the address is not one of the web.

    >>> link("x", "javascript:alert(1)")
    'x'
    """
    checked = _web(url)
    return f"[{text(label)}]({checked})" if checked else text(label)


def links(row: Mapping[str, Any]) -> str:
    """The pages about somebody, side by side; empty where none is known."""
    return " · ".join(link(label, row["links"][kind]) for kind, label in LINKS.items() if safe(row["links"].get(kind)))


def ink() -> str:
    """The colour of text in the theme that is shown, for what a chart would draw black."""
    return st.get_option(f"theme.{st.context.theme.type or 'light'}.textColor") or "gray"


def banner() -> None:
    """Say on every page when everything is fictional."""
    if asking.demo():
        with st.container(key="banner"):
            st.markdown(
                ":material/theater_comedy: **Demo.** All people, institutions and works here are fictional. "
                "Nothing is collected in the demo."
            )


@contextmanager
def remedies(empty: Callable[[], object] | None = None) -> Iterator[None]:
    """Show an expected error as one message with its remedy, and end the page there.

    Args:
        empty: shows what to do where nothing is stored; the way to the Find page where not given.
    """
    try:
        yield
    except NothingCollected:
        (empty or elsewhere)()
        st.stop()
    except FinderError as error:
        st.warning(text(error), icon=":material/info:")
        st.stop()


def nothing_stored(interest: str = "multimodal learning") -> None:
    """How to begin; where something is stored that cannot answer yet, what to do about that."""
    if asking.unpublished():
        st.info(
            "**The index must be rebuilt.** It is missing, damaged, or from another version of the finder. "
            "Nothing is lost.",
            icon=":material/build:",
        )
        st.button("Rebuild", key="put-together", type="primary", on_click=_put_together)
        st.caption("If the finder was updated while this dashboard was open, end the dashboard and start it again.")
        return
    st.info(
        "**Nothing is stored yet.** Search for an interest and press *Update from the web*, or run in a terminal:",
        icon=":material/inventory_2:",
    )
    st.code(f"finder collect {shlex.quote(interest)}\nfinder import paperlists FOLDER", language=None)
    st.caption("To look around first, without collecting anything: `finder dashboard --demo`")


def elsewhere(interest: str = "") -> None:
    """How to begin, on a page where that cannot be done: with the way to the one where it can."""
    nothing_stored(interest or "multimodal learning")
    find_link(interest)


def find_link(interest: str = "") -> None:
    """The way to the Find page."""
    query = {"interest": interest} if interest else None
    st.page_link(FIND, label="Search for people", icon=":material/search:", query_params=query)


def partial(sources: Sequence[Mapping[str, Any]]) -> None:
    """Name the sources that did not bring all they have, and why."""
    for entry in sources:
        if entry["complete"] is False:
            told = ": ".join(filter(None, (entry["source"], entry["state"], entry["message"])))
            st.caption(f":material/warning: Not complete. {text(told)}. Collecting again goes on from there.")


def _put_together() -> None:
    with remedies(), st.spinner("Rebuilding the index …"):
        asking.put_together()


def place(post: Mapping[str, Any] | None) -> str:
    """An institution with its country, since when nothing new is known where so, and how far it is, as plain text."""
    if post is None:
        return "place unknown"
    return where(post, country_name(post["country"]) if post["country"] else None) + away(post)


def places(posts: Sequence[Mapping[str, Any]], most: int = 2) -> str:
    """Where somebody is, or was last seen, as plain text; two current posts are both named."""
    return " / ".join(dict.fromkeys(place(post) for post in posts[:most])) or "place unknown"


def stage_name(stage: str) -> str:
    """A stage as pages call it.

    >>> stage_name("established faculty"), stage_name("postdoc")
    ('Faculty', 'Postdoc')
    """
    return _STAGE_NAMES.get(stage) or stage.capitalize()


def ground(row: Mapping[str, Any]) -> str:
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


def stage_badge(row: Mapping[str, Any]) -> Badge:
    """The stage, and how it is known."""
    known = ground(row)
    if not known:
        return Badge("Stage unknown", "gray", help="The record says too little. Unknown means unknown.")
    told = f"{text(row['stage_ground'])}; confidence {row['stage_confidence']:.0%}"
    return Badge(f"{stage_name(row['stage'])} · {known}", _STAGE_COLOURS.get(row["stage"], "gray"), help=told)


def strength_help() -> str:
    """What the words for a match mean."""
    bounds = ", ".join(f"{WORDS[band]} from {least:g}" for least, band in BANDS[:-1])
    return f"By the evidence of their works alone, whatever the filters: {bounds}. Close scores mean the same."


def match_badges(row: Mapping[str, Any]) -> list[Badge]:
    """How strong the match is, and what qualifies it; none for a row that is of no list."""
    if not row.get("strength"):
        return []
    found = [Badge(f"{row['strength']} match", _STRENGTH_COLOURS[row["band"]], help=strength_help())]
    if row.get("one_work"):
        found.append(Badge("rests on one paper", "gray", help="Most of the evidence is one work."))
    if row.get("idle_leader"):
        found.append(Badge("led none on it for 3 years", "gray", help="Of the works that are stored."))
    return found


def badges(row: Mapping[str, Any], *, stage: bool = True) -> list[Badge]:
    """The stage, a recent change of institution, a first professorship, and what they say about taking people on.

    There is none where somebody says nothing: that is no "no".
    """
    moved, new, said = row["moved"], row["newcomer"], row["recruiting"]
    found = match_badges(row)
    if stage:
        found.append(stage_badge(row))
    if moved:
        told = f"To {text(moved['to'])}, first seen {moved['first_seen']}"
        found.append(Badge(f"moved from {text(moved['from'])}", "orange", ":material/moving:", told))
    if new:
        told = f"At {text(new['institution'])}; no faculty post before it is known"
        found.append(Badge(f"new professor since {new['since'][:4]}", "green", ":material/fiber_new:", told))
    if said:
        no = said["polarity"] == "not recruiting"
        colour: Colour = "red" if no else "green" if said["age"] == "current" else "gray"
        icon = ":material/person_off:" if no else ":material/person_add:"
        told = f"“{text(said['quote'])}” (their page, read {said['seen']})"
        found.append(Badge(text(f"{said['polarity']}, {said['date'] or 'age unknown'}"), colour, icon, told))
    return found


def row_badges(row: Mapping[str, Any]) -> list[Badge]:
    """The badges of a compact row: the stage, and what has changed or is said, in few words."""
    moved, new, said = row["moved"], row["newcomer"], row["recruiting"]
    found = [stage_badge(row)] if ground(row) else []
    if new:
        found.append(Badge(f"New professor {new['since'][:4]}", "green", ":material/fiber_new:"))
    if moved:
        found.append(Badge("Just moved", "orange", ":material/moving:"))
    if said and said["polarity"] == "not recruiting":
        found.append(Badge("Not recruiting", "red", ":material/person_off:"))
    elif said and said["age"] == "current":
        found.append(Badge("Recruiting", "green", ":material/person_add:"))
    return found


def show_badges(found: Iterable[Badge]) -> None:
    """Badges that tell what they rest on."""
    for badge in found:
        st.badge(badge.label, color=badge.colour, icon=badge.icon or None, help=badge.help or None)


def badge_line(found: Iterable[Badge]) -> str:
    """Badges as one line of Markdown: for lists, where each element costs time."""
    return " ".join(f":{one.colour}-badge[{' '.join(filter(None, (one.icon, one.label)))}]" for one in found)


def openings(row: Mapping[str, Any]) -> list[str]:
    """Open positions that name somebody, or a lab's head, as lines of Markdown."""
    return [
        f":material/work: open: {link(one['title'], one['url'])}"
        + text(f", apply by {one['valid_through']}" if one["valid_through"] else "")
        for one in row["openings"]
    ]


def person_link(author_id: str, name: str, interest: str, *, strong: bool = False) -> None:
    """A link to somebody's page within the dashboard."""
    query = {"author": author_id, **({"interest": interest} if interest else {})}
    st.page_link(PERSON, label=f"**{text(name)}**" if strong else text(name), query_params=query)


def lab_link(lab_id: str, label: str, interest: str, *, strong: bool = False) -> None:
    """A link to a lab's card within the dashboard."""
    query = {"lab": lab_id, **({"interest": interest} if interest else {})}
    st.page_link(LABS, label=f"**{text(label)}**" if strong else text(label), query_params=query)


def shortlist_link() -> None:
    """The way to the shortlist."""
    st.page_link(SHORTLIST, label="Your shortlist", icon=":material/star:")


def draft_link(entry: int) -> None:
    """The way to a letter to somebody on the shortlist."""
    st.page_link(DRAFT, label="Write a letter", icon=":material/edit:", query_params={"entry": str(entry)})


def quoted(said: Mapping[str, Any]) -> str:
    """Somebody's own words as a line of Markdown, with their age and page."""
    return f"- “{text(said['quote'])}” ({text(said['date'] or 'age unknown')}, {link('page', said['url'])})"


def work_line(work: Mapping[str, Any]) -> str:
    """One work as a line of Markdown, with the place its author has on it."""
    near = " · near in meaning" if work.get("near_in_meaning") else ""
    return f"{printed_line(work)}, {work['position']} author{near}"


def printed_line(work: Mapping[str, Any]) -> str:
    """One work as a line of Markdown: its title, where it was printed, and when."""
    venue, year = work["venue"] or "", work["date"][:4]
    printed = venue if year in venue else ", ".join(filter(None, (venue, year)))
    return f"{link(work['title'], work['url'])} — {text(printed)}"


def claim_line(claim: Mapping[str, Any]) -> str:
    """One claim as a line of Markdown, and where it comes from."""
    page = link("page", claim["url"]) if safe(claim["url"]) else ""
    ground = ", ".join(filter(None, (text(claim["source"]), text(claim["date"] or ""), page)))
    return f"{text(claim['claim'])} ({ground})"


def lines(told: Sequence[str], key: str) -> None:
    """Lines of Markdown as a list, so many at a time: a table would be wider than a phone, and mute to a reader."""
    pages = max(-(-len(told) // AT_ONCE), 1)
    page = min(st.session_state.get(key) or 1, pages)
    st.markdown("\n".join(f"- {line}" for line in told[(page - 1) * AT_ONCE : page * AT_ONCE]))
    if pages > 1:
        st.pagination(pages, key=key)
