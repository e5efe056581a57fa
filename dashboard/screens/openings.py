"""Openings: internships, PhD positions, postdocs and research jobs that fit an interest. All of it in the address."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import badges, components, export_menu, jobs, people_list, queries, url_state
from dashboard.components import escape_markdown
from dashboard.search_url import LONGEST_INTEREST
from dashboard.topic import last_topic, remember_topic
from finder.answers import openings
from finder.answers.geo_filter import distance_suffix
from finder.answers.programmes import describe_programme
from finder.reference_data import country_codes, country_name
from finder.results import Opening

KINDS = {
    "internship": "Internships",
    "phd": "PhD positions",
    "postdoc": "Postdocs",
    "research": "Research jobs",
    "other": "Other",
}
ONE = {
    "internship": "internship",
    "phd": "PhD position",
    "postdoc": "postdoc",
    "research": "research job",
    "other": "other",
}
WITHIN = {0: "Any time", 7: "Last week", 30: "Last month", 90: "Last three months"}
MOST = 100
_SEEN = "openings-before"  # what was new when this session began stays new in it


def show_openings_page() -> None:
    """The whole page."""
    _sync_openings_controls()
    state = st.session_state
    interest = " ".join(
        st.text_input(
            "Your research interest",
            state["o-interest"],
            key="o-interest",
            type="search",
            max_chars=LONGEST_INTEREST,
            placeholder="such as: multimodal learning",
            icon=":material/search:",
        ).split()
    )
    with st.container(horizontal=True, gap="small"):
        kinds = st.pills(
            "Kind",
            list(KINDS),
            default=state["o-kind"],
            key="o-kind",
            selection_mode="multi",
            format_func=KINDS.__getitem__,
            wrap=True,
        )
        within = st.selectbox(
            "Posted",
            list(WITHIN),
            list(WITHIN).index(state["o-posted"]),
            key="o-posted",
            format_func=WITHIN.__getitem__,
            width=180,
        )
        countries = st.multiselect(
            "Country", sorted(country_codes()), state["o-country"], key="o-country", format_func=country_name
        )
        remote = st.toggle("Remote only", state["o-remote"], key="o-remote")
    _write_openings_url(interest, kinds, countries, within, remote=remote)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if not queries.is_demo() and not jobs.current_job():
            st.button("Read the job boards", key="sweep", on_click=jobs.start_board_crawl, icon=":material/sync:")
    jobs.show_job_progress()
    if not interest:
        st.caption("Type a topic in your own words: what is open on the boards that were read is matched to it.")
        if not queries.answer_version():
            components.show_empty_store_link()
        return
    wanted = openings.OpeningFilter(tuple(kinds), tuple(countries), remote, within or None)
    with components.show_errors(lambda: components.show_empty_store_link(interest)):
        if _SEEN not in st.session_state:
            st.session_state[_SEEN] = queries.update_openings_visit()
        found = queries.query_openings(interest, wanted, MOST, st.session_state[_SEEN])
    _show_openings_list(found, interest)


def _sync_openings_controls() -> None:
    """Take the controls from the address, or the interest from the Find page, when the page is entered."""
    if "o-interest" in st.session_state and not url_state.url_changed_externally("openings", _openings_state()):
        return
    query, state, last = st.query_params, st.session_state, last_topic()
    state["o-interest"] = " ".join(query.get("interest", last.interest).split())[:LONGEST_INTEREST]
    state["o-kind"] = [kind for kind in query.get_all("kind") if kind in KINDS]
    asked = query.get_all("country") or (() if "interest" in query else last.countries)
    state["o-country"] = [code for code in asked if code in country_codes()]
    state["o-posted"] = {str(days): days for days in WITHIN}.get(query.get("posted", ""), 0)
    state["o-remote"] = query.get("remote") == "1"


def _openings_state() -> tuple[Any, ...]:
    state = st.session_state
    several = tuple(state["o-kind"]), tuple(state["o-country"])
    return " ".join(state["o-interest"].split()), *several, state["o-posted"], state["o-remote"]


def _write_openings_url(interest: str, kinds: list[str], countries: list[str], within: int, *, remote: bool) -> None:
    query: dict[str, Any] = {"interest": interest, "kind": kinds, "country": countries}
    query |= {"posted": str(within) if within else "", "remote": "1" if remote else ""}
    url_state.write_page_url("openings", _openings_state(), query)
    remember_topic(interest, countries)


def _show_openings_list(found: openings.Openings, interest: str) -> None:
    left = ", ".join(f"{count:,} {reason}" for reason, count in found.left_out.items())
    st.markdown(
        f"**{found.total:,} opening{'s' * (found.total != 1)}**"
        + (f"; {escape_markdown(left)} not listed" if left else "")
    )
    told = ", ".join(f"{count} {state}" for state, count in sorted(found.boards.items())) or "none is known"
    st.caption(escape_markdown(f"Boards: {told}. Sorted by fit, then the newest. Apply on the employer's own page."))
    export_menu.show_openings_export(interest, found.results)
    if not found.results:
        nothing = escape_markdown(found.read) or "**Nothing that fits is open** on the boards that were read."
        st.info(nothing, icon=":material/work_off:")
    for number, row in enumerate(found.results):
        _show_opening_card(row, interest, number)
    _show_programmes(found)


def _show_programmes(found: openings.Openings) -> None:
    """What is no posting: networks and programmes of the field, and searches that open elsewhere."""
    if found.programmes:
        st.subheader("Networks and programmes", anchor=False)
        lines = [
            f"- {escape_markdown(describe_programme(row))} — {components.markdown_web_link('page', row['url'])}"
            for row in found.programmes
        ]
        st.markdown("\n".join(lines))
    if found.searches:
        links = "; ".join(components.markdown_web_link(one["name"], one["url"]) for one in found.searches)
        st.caption(f"Search elsewhere, in your browser: {links}")


def _show_opening_card(row: Opening, interest: str, number: int) -> None:
    """One position: what, where, until when, and why it fits; what else it says is folded away."""
    marks = [badges.Badge(ONE[row["kind"]], "blue")]
    marks += [badges.Badge("new", "green")] if row["new"] else []
    marks += [badges.Badge(escape_markdown(row["workplace"]), "gray")] if row["workplace"] else []
    facts = [
        row["hiring_organization"],
        (row["location"] or "place unknown") + distance_suffix(row),
        f"posted {row['date_posted'] or 'at an unknown date'}",
        f"apply by {row['valid_through']}" if row["valid_through"] else "no deadline named",
    ]
    with (
        people_list.draw_row_frame(f"opening-{number}", row["hiring_organization"]),
        st.container(gap=None, key=f"who-opening-{number}"),
    ):
        st.markdown(f"**{components.markdown_web_link(row['title'], row['url'])}** {badges.badge_line(marks)}")
        st.markdown(
            "\n\n".join(
                (
                    escape_markdown("; ".join(facts)),
                    escape_markdown(f"Fit {row['fit']:.2f}: {row['why']}"),
                )
            )
        )
        if row["works"]:
            st.caption(
                "Such as: "
                + "; ".join(components.markdown_web_link(work["title"], work["url"]) for work in row["works"])
            )
        asks = [row["degree_words"], *row["visa"]]
        if any(asks):
            st.caption(escape_markdown("It says: " + " ".join(f"“{said}”" for said in asks if said)))
        _show_opening_people(row, interest)


def _show_opening_people(row: Opening, interest: str) -> None:
    if not row["people"]:
        return
    with st.expander("Who works on it there", key=f"behind-{row['posting_id']}"):
        for person in row["people"]:
            about = "named in the posting" if person["named"] else f"works on it: {person['works']}"
            components.show_person_link(person["author_id"], f"{person['name']} ({about})", interest)


show_openings_page()
