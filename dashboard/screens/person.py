"""Person: everything known of somebody, and where each claim comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import (
    asking,
    charts,
    filters,
    forgetting,
    hosting,
    judging,
    mentoring,
    parts,
    person_card,
    similar_people,
    standing,
    world_map,
)
from finder.curated import country_name
from finder.errors import UsageError
from finder.rights import hiding
from finder.texts import named

Card = Mapping[str, Any]


def page() -> None:
    """The whole page."""
    author = st.query_params.get("author", "").strip()[:200]
    interest = " ".join(st.query_params.get("interest", "").split())[:200]
    _back(interest)
    if not author:
        _look_up("")
        return
    with parts.remedies():
        try:
            card = asking.person(author, interest or None)
        except UsageError as error:
            _look_up(author, str(error))
            return
    person_card.head(card)
    if card["namesakes"]:
        st.caption(parts.text(card["namesakes"]))
    person_card.actions(card, interest, on_page=True)
    if interest:
        st.subheader("Why this person", anchor=False)
        person_card.listed(card, interest)
        standing.line(card, interest)
    person_card.says(card)
    person_card.open_positions(card)
    _read_first(card, interest)
    person_card.topics(card)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _posts(card)
    with right:
        _years(card, interest)
    mentoring.section(card, interest)
    hosting.section(card, interest)
    _coauthors(card, interest)
    standing.introduced(card["author_id"], 3)
    similar_people.section(card, interest)
    judging.section(card, interest)
    _evidence(card)
    _hide(card)


def _back(interest: str) -> None:
    query = filters.last_query() or ({"interest": interest} if interest else {})
    label = f"Back to {parts.text(named(query['interest']))}" if query.get("interest") else "Back to the list"
    st.page_link(parts.FIND, label=label, icon=":material/arrow_back:", query_params=query or None)


def _look_up(typed: str, told: str = "") -> None:
    """Find somebody by name; ``told`` is why what was typed did not mean one person."""
    st.title("Look somebody up", anchor=False)
    name = st.text_input(
        "Name or id", value=typed, key="name", type="search", placeholder="a name, an id or a link to a profile"
    ).strip()
    if not name:
        st.caption("Those whose works are stored can be found here, by all or part of their name.")
        if not asking.version():
            parts.elsewhere()
        judging.judgements()
        return
    with parts.remedies():
        found = asking.called(name)
    if found:
        st.caption("Choose the one you mean:")
    else:
        nobody = f"Nobody called “{name}” is stored. Collect an interest they work on, or check the spelling."
        st.warning(parts.text(told if told and name == typed else nobody), icon=":material/person_off:")
    for one in found:
        with st.container(border=True, key=f"found-{one.author_id}", gap="xsmall"):
            parts.person_link(one.author_id, one.name, "")
            country = f", {country_name(one.country)}" if one.country else ""
            where = f"{one.place}{country}" if one.place else "place unknown"
            st.caption(parts.text(f"{where}; works: {one.works}; {one.author_id}"))


def _posts(card: Card) -> None:
    st.subheader("Career", anchor=False)
    if not card["current"] and not card["previous"]:
        st.caption("No affiliation is stored. Unknown means unknown.")
        return
    described = "; ".join(f"{parts.place(p)} {p['since']} to {p['until']}" for p in card["current"] + card["previous"])
    alt = parts.plain(f"Posts: {described}", parts.ALT)
    st.altair_chart(charts.timeline(card["current"], card["previous"]), key="timeline", alt=alt)
    st.caption("Dates come from papers and profiles: when each affiliation was first and last seen.")
    places = [[post["country"]] for post in (*card["current"], *card["previous"])]
    if len({country for (country,) in places if country}) > 1:
        world_map.folded(places, "posts", "Where they have been", "posts-world")


def _years(card: Card, interest: str) -> None:
    st.subheader("Works by year", anchor=False)
    if card["works_by_year"]:
        chart = charts.by_year(card["works_by_year"], split=bool(interest))
        st.altair_chart(chart, key="years", alt=charts.in_years(card["works_by_year"]))


def _read_first(card: Card, interest: str) -> None:
    st.subheader("Read before writing", anchor=False)
    st.markdown(person_card.best(card, interest))
    count = len(card["works"])
    with st.expander(f"All stored papers ({count:,})", key="all-works"):
        matches = [f", match {work['match']:.2f}" if interest and work["match"] else "" for work in card["works"]]
        told = [parts.work_line(work) + match for work, match in zip(card["works"], matches, strict=True)]
        parts.lines(told, f"works-{card['author_id']}")


def _coauthors(card: Card, interest: str) -> None:
    if not card["coauthors"]:
        return
    st.subheader("Co-authors", anchor=False)
    with st.container(horizontal=True, gap="xsmall"):
        for other in card["coauthors"]:
            parts.person_link(other["author_id"], f"{other['name']} ({other['works']})", interest)
    st.caption("In brackets: joint papers.")
    if not card["coauthor_ties"]:
        return
    with st.expander(
        "Which of them write with each other", key="coauthors", icon=":material/hub:", on_change="rerun"
    ) as opened:
        if opened.open:
            _ties(card["coauthors"], card["coauthor_ties"])


def _ties(people: Sequence[Card], ties: Sequence[Card]) -> None:
    described = "; ".join(
        f"{people[tie['one']]['name']} and {people[tie['other']]['name']}: {tie['works']}" for tie in ties
    )
    tied = sorted({tie[end] for tie in ties for end in ("one", "other")})
    drawn = [{"name": people[number]["name"], "kind": "co-author"} for number in tied]
    lines = [{**tie, "one": tied.index(tie["one"]), "other": tied.index(tie["other"])} for tie in ties]
    chart = charts.coauthors(drawn, lines, parts.ink())
    st.altair_chart(
        chart, key="coauthor-map", alt=parts.plain(f"Joint works of their co-authors: {described}", parts.ALT)
    )
    alone = [one["name"] for number, one in enumerate(people) if number not in tied]
    st.caption(
        "All stored works that two of them wrote, with or without this person; thicker lines for more of them."
        + (f" With none of the others: {parts.text(', '.join(alone))}." if alone else "")
    )


def _evidence(card: Card) -> None:
    with st.expander(f"Evidence ({len(card['evidence'])})", key="evidence", icon=":material/fact_check:"):
        parts.lines([parts.claim_line(claim) for claim in card["evidence"]], f"claims-{card['author_id']}")
        st.caption(parts.text(f"Ids: {', '.join([card['author_id'], *card['ids']])}"))


def _hide(card: Card) -> None:
    if asking.demo():
        return
    with st.container(horizontal=True, gap="small"):
        if st.button("Never show this person", key="hide", icon=":material/visibility_off:", type="tertiary"):
            _confirm(card["author_id"], card["name"])
        forgetting.button(card["author_id"], card["name"])


@st.dialog("Never show this person?")
def _confirm(author_id: str, name: str) -> None:
    st.markdown(
        f"**{parts.text(name)}** will be left out of every list, card and export on this machine, also after later "
        "collections. Only salted hashes are kept of whom this is about, so the finder cannot list who is hidden; "
        "what is stored of them, and what you noted about them, stays in the store, unseen. To delete it, close this "
        "and choose *Delete what is stored*. "
        f"Their id, should you need it: {parts.text(author_id)}"
    )
    if st.button("Hide for good", key="hide-sure", type="primary", on_click=_hide_now, args=(author_id,)):
        st.switch_page(parts.FIND, query_params=filters.last_query() or None)


def _hide_now(author_id: str) -> None:
    with parts.remedies(), st.spinner("Taking them out of every list …"), asking.store() as store:
        hiding.hide(store, author_id, asking.now())


page()
