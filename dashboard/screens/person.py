"""Person: everything known of somebody, and where each claim comes from."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import (
    charts,
    components,
    erase_dialog,
    filters,
    hosting_section,
    identity_section,
    mentoring_section,
    person_card,
    queries,
    rank_explanation,
    similar_people,
    world_map,
)
from dashboard.components import escape_markdown
from finder.errors import UsageError
from finder.privacy import person_suppression
from finder.reference_data import country_name
from finder.results import Coauthor, CoauthorTie, PersonCard
from finder.text.sanitize import quote_query


def show_person_page() -> None:
    """The whole page."""
    author = st.query_params.get("author", "").strip()[:200]
    interest = " ".join(st.query_params.get("interest", "").split())[:200]
    _show_back_link(interest)
    if not author:
        _show_person_lookup("")
        return
    with components.show_errors():
        try:
            card = queries.query_person_card(author, interest or None)
        except UsageError as error:
            _show_person_lookup(author, str(error))
            return
    person_card.show_person_header(card)
    if card["namesakes"]:
        st.caption(escape_markdown(card["namesakes"]))
    person_card.show_person_actions(card, interest, on_page=True)
    if interest:
        st.subheader("Why this person", anchor=False)
        person_card.show_interest_summary(card, interest)
        rank_explanation.show_rank_line(card, interest)
    person_card.show_own_statements(card)
    person_card.show_running_grants(card)
    person_card.show_person_openings(card)
    _show_reading_list(card, interest)
    person_card.show_person_topics(card)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _show_career_chart(card)
    with right:
        _show_person_years(card, interest)
    mentoring_section.show_mentoring_section(card, interest)
    hosting_section.show_hosting_section(card, interest)
    _show_person_coauthors(card, interest)
    rank_explanation.show_introductions(card["author_id"], 3)
    similar_people.show_similar_people(card, interest)
    identity_section.show_identity_section(card, interest)
    _show_person_evidence(card)
    _show_privacy_buttons(card)


def _show_back_link(interest: str) -> None:
    query = filters.last_search_params() or ({"interest": interest} if interest else {})
    label = (
        f"Back to {escape_markdown(quote_query(query['interest']))}" if query.get("interest") else "Back to the list"
    )
    st.page_link(components.FIND, label=label, icon=":material/arrow_back:", query_params=query or None)


def _show_person_lookup(typed: str, told: str = "") -> None:
    """Find somebody by name; ``told`` is why what was typed did not mean one person."""
    st.title("Look somebody up", anchor=False)
    name = st.text_input(
        "Name or id", value=typed, key="name", type="search", placeholder="a name, an id or a link to a profile"
    ).strip()
    if not name:
        st.caption("Those whose works are stored can be found here, by all or part of their name.")
        if not queries.answer_version():
            components.show_empty_store_link()
        identity_section.show_judgements()
        return
    with components.show_errors():
        found = queries.query_people_by_name(name)
    if found:
        st.caption("Choose the one you mean:")
    else:
        nobody = f"Nobody called “{name}” is stored. Collect an interest they work on, or check the spelling."
        st.warning(escape_markdown(told if told and name == typed else nobody), icon=":material/person_off:")
    for one in found:
        with st.container(border=True, key=f"found-{one.author_id}", gap="xsmall"):
            components.show_person_link(one.author_id, one.name, "")
            country = f", {country_name(one.country)}" if one.country else ""
            where = f"{one.place}{country}" if one.place else "place unknown"
            st.caption(escape_markdown(f"{where}; works: {one.works}; {one.author_id}"))


def _show_career_chart(card: PersonCard) -> None:
    st.subheader("Career", anchor=False)
    if not card["current"] and not card["previous"]:
        st.caption("No affiliation is stored. Unknown means unknown.")
        return
    described = "; ".join(
        f"{components.institution_label(p)} {p['since']} to {p['until']}" for p in card["current"] + card["previous"]
    )
    alt = components.plain_label(f"Posts: {described}", components.ALT)
    st.altair_chart(charts.career_timeline_chart(card["current"], card["previous"]), key="timeline", alt=alt)
    st.caption("Dates come from papers and profiles: when each affiliation was first and last seen.")
    places = [[post["country"]] for post in (*card["current"], *card["previous"])]
    if len({country for (country,) in places if country}) > 1:
        world_map.show_map_expander(places, "posts", "Where they have been", "posts-world")


def _show_person_years(card: PersonCard, interest: str) -> None:
    st.subheader("Works by year", anchor=False)
    if card["works_by_year"]:
        chart = charts.works_by_year_chart(card["works_by_year"], split=bool(interest))
        st.altair_chart(chart, key="years", alt=charts.works_by_year_text(card["works_by_year"]))


def _show_reading_list(card: PersonCard, interest: str) -> None:
    st.subheader("Read before writing", anchor=False)
    st.markdown(person_card.works_to_read(card, interest))
    count = len(card["works"])
    with st.expander(f"All stored papers ({count:,})", key="all-works"):
        matches = [f", match {work['match']:.2f}" if interest and work["match"] else "" for work in card["works"]]
        told = [components.work_line(work) + match for work, match in zip(card["works"], matches, strict=True)]
        components.show_paginated_lines(told, f"works-{card['author_id']}")


def _show_person_coauthors(card: PersonCard, interest: str) -> None:
    if not card["coauthors"]:
        return
    st.subheader("Co-authors", anchor=False)
    with st.container(horizontal=True, gap="xsmall"):
        for other in card["coauthors"]:
            components.show_person_link(other["author_id"], f"{other['name']} ({other['works']})", interest)
    st.caption("In brackets: joint papers.")
    if not card["coauthor_ties"]:
        return
    with st.expander(
        "Which of them write with each other", key="coauthors", icon=":material/hub:", on_change="rerun"
    ) as opened:
        if opened.open:
            _show_coauthor_map(card["coauthors"], card["coauthor_ties"])


def _show_coauthor_map(people: Sequence[Coauthor], ties: Sequence[CoauthorTie]) -> None:
    described = "; ".join(
        f"{people[tie['one']]['name']} and {people[tie['other']]['name']}: {tie['works']}" for tie in ties
    )
    tied = sorted({end for tie in ties for end in (tie["one"], tie["other"])})
    drawn: list[charts.ChartPerson] = [{"name": people[number]["name"], "kind": "co-author"} for number in tied]
    lines: list[CoauthorTie] = [
        {**tie, "one": tied.index(tie["one"]), "other": tied.index(tie["other"])} for tie in ties
    ]
    chart = charts.coauthor_chart(drawn, lines, components.text_colour())
    st.altair_chart(
        chart,
        key="coauthor-map",
        alt=components.plain_label(f"Joint works of their co-authors: {described}", components.ALT),
    )
    alone = [one["name"] for number, one in enumerate(people) if number not in tied]
    st.caption(
        "All stored works that two of them wrote, with or without this person; thicker lines for more of them."
        + (f" With none of the others: {escape_markdown(', '.join(alone))}." if alone else "")
    )


def _show_person_evidence(card: PersonCard) -> None:
    with st.expander(f"Evidence ({len(card['evidence'])})", key="evidence", icon=":material/fact_check:"):
        components.show_paginated_lines(
            [components.claim_line(claim) for claim in card["evidence"]], f"claims-{card['author_id']}"
        )
        st.caption(escape_markdown(f"Ids: {', '.join([card['author_id'], *card['ids']])}"))


def _show_privacy_buttons(card: PersonCard) -> None:
    if queries.is_demo():
        return
    with st.container(horizontal=True, gap="small"):
        if st.button("Never show this person", key="hide", icon=":material/visibility_off:", type="tertiary"):
            _show_hide_dialog(card["author_id"], card["name"])
        erase_dialog.show_erase_button(card["author_id"], card["name"])


@st.dialog("Never show this person?")
def _show_hide_dialog(author_id: str, name: str) -> None:
    st.markdown(
        f"**{escape_markdown(name)}** will be left out of every list, card and export on this machine, also "
        "after later collections. Only salted hashes are kept of whom this is about, so the finder cannot list who is "
        "hidden; what is stored of them, and what you noted about them, stays in the store, unseen. To delete it, "
        "close this and choose *Delete what is stored*. "
        f"Their id, should you need it: {escape_markdown(author_id)}"
    )
    if st.button("Hide for good", key="hide-sure", type="primary", on_click=_hide_person_now, args=(author_id,)):
        st.switch_page(components.FIND, query_params=filters.last_search_params() or None)


def _hide_person_now(author_id: str) -> None:
    with components.show_errors(), st.spinner("Taking them out of every list …"), queries.open_page_store() as store:
        person_suppression.suppress_person(store, author_id, queries.current_timestamp())


show_person_page()
