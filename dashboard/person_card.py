"""What is first to be known of somebody: on their own page, and beside a list."""

from __future__ import annotations

import streamlit as st

from dashboard import badges, components, queries, shortlist_actions
from dashboard.components import escape_markdown, markdown_web_link
from finder.answers.funding import describe_grant
from finder.outreach import letter_facts
from finder.results import PersonCard
from finder.text.sanitize import quote_query

LED = ("last", "only")  # places on a work that say who led it


def show_person_header(card: PersonCard) -> None:
    """Who somebody is, where, and how that is known."""
    st.title(escape_markdown(card["name"]), anchor=False)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        badges.show_badges(badges.person_badges(card))
    foot = components.profile_links_line(card["links"])
    place = f":material/location_on: {escape_markdown(components.whereabouts_label(card['current'], 4))}"
    st.markdown("  \n".join(filter(None, (place, foot))))
    if card["stage"] != "unknown":
        stage = badges.stage_label(card["stage"])
        st.caption(escape_markdown(f"{stage}, confidence {card['stage_confidence']:.0%}: {card['stage_ground']}."))
    if card["other_names"]:
        st.caption(escape_markdown(f"Also published as: {', '.join(card['other_names'][:12])}"))


def show_person_actions(card: PersonCard, interest: str, *, on_page: bool = False) -> None:
    """What to do next: a letter, the shortlist, a comparison, and beside a list the whole page."""
    id_, there = card["author_id"], shortlist_actions.load_entry_numbers()
    query = {"author": id_, **({"interest": interest} if interest else {})}
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="actions"):
        if st.button("Write", key="write-person", icon=":material/mail:", type="primary"):
            shortlist_actions.star_and_write(id_, interest)
        shortlist_actions.show_star_button(
            id_, interest, "person", there, "Save", "Saved", kind="secondary", shortcut="s"
        )
        st.page_link(components.COMPARE, label="Compare", icon=":material/compare_arrows:", query_params=query)
        if not on_page:
            st.page_link(components.PERSON, label="Full page", icon=":material/open_in_full:", query_params=query)


def show_interest_summary(card: PersonCard, interest: str) -> None:
    """What the works stored say about the interest the reader came with."""
    if not interest:
        return
    on = [work for work in card["works"] if work["match"] > 0]
    if not on:
        st.info(
            f"None of their stored papers is on {escape_markdown(quote_query(interest))}.",
            icon=":material/search_off:",
        )
        return
    led = sum(work["position"] in LED for work in on)
    first = sum(work["position"] == "first" for work in on)
    newest = max(work["date"] for work in on)[:4]
    st.markdown(
        f"**On {escape_markdown(quote_query(interest))}:** {len(on)} of {len(card['works'])} stored papers, "
        f"newest {newest}; last author of {led}, first author of {first}."
    )


def show_own_statements(card: PersonCard) -> None:
    """Their own words, each with its page and age."""
    if not card["statements"]:
        return
    st.subheader("In their own words", anchor=False)
    lines = []
    for said in card["statements"]:
        age = escape_markdown(said["date"] or "age unknown")
        page = components.markdown_web_link("page", said["url"])
        lines.append(
            f"- **{said['polarity']}** ({age}): “{escape_markdown(said['quote'])}” — {page}, read {said['seen']}"
        )
    st.markdown("\n".join(lines))


def show_person_openings(card: PersonCard) -> None:
    """Open positions that name them."""
    if named := card.get("openings"):
        st.subheader("Open positions that name them", anchor=False)
        lines = [
            f"- {components.markdown_web_link(one['title'], one['url'])} ({one['kind']}), "
            + escape_markdown(f"apply by {one['valid_through']}" if one["valid_through"] else "no deadline named")
            for one in named
        ]
        st.markdown("\n".join(lines))


def show_running_grants(card: PersonCard) -> None:
    """Grants that run still, each with its page; amounts as published."""
    if card["grants"]:
        st.subheader("Running grants", anchor=False)
        lines = []
        for one in card["grants"]:
            known_by = f"known by {escape_markdown(one['ground'])}"
            page = markdown_web_link(one["source"], one["url"]) if one["url"] else escape_markdown(one["source"])
            role = "" if one["lead"] else " Takes part in it."
            lines.append(f"- {escape_markdown(describe_grant(one))}{role} — {page}, {known_by}")
        st.markdown("\n".join(lines))


def show_person_topics(card: PersonCard) -> None:
    """What their papers of the last three years are about, and whether that is more or less than before."""
    if not card["topics"]:
        return
    st.markdown("**Topics of the last three years**, by the papers' keywords")
    lines = []
    for one in card["topics"]:
        before = one["before"]
        trend = "" if before is None else f", {before:.0%} in the three years before"
        lines.append(f"- {escape_markdown(one['topic'])}: {one['papers']} papers, {one['share']:.0%}{trend}")
    st.markdown("\n".join(lines))


def works_to_read(card: PersonCard, interest: str) -> str:
    """Works to read before writing, as Markdown, in the order in which a letter would cite them."""
    on = [work for work in card["works"] if work["match"] > 0] if interest else []
    nearest = sorted(on, key=lambda work: -work["match"])
    first = letter_facts.sort_reading_list(nearest, queries.as_of_date()) or card["works"]
    return "\n".join(f"- {components.work_line(work)}" for work in first[:5])
