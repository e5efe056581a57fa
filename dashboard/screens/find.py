"""People: an interest, filters, and who could advise on it. What is shown is in the address."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import (
    components,
    detail_panel,
    export_menu,
    facets,
    filters,
    jobs,
    people_list,
    queries,
    rank_explanation,
    watch_form,
    world_map,
)
from dashboard.components import escape_markdown
from dashboard.search_url import View
from finder.answers import Answer, geo_filter
from finder.reference_data import country_name
from finder.rendering import answer_text
from finder.results import Advisor

FEW = 30  # matched works below which an answer rests on leftovers of other interests


def show_find_page() -> None:
    """The whole page."""
    with components.show_errors():
        notes = filters.sync_search_controls()
        counted = filters.show_filter_sidebar()
        if not st.session_state["interest"].strip():
            st.title("Who could advise you?", anchor=False)
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="search"):
            view = filters.show_search_box()
            related = st.container(key="related-terms")
        filters.write_search_url(view)
    for note in notes:
        st.warning(escape_markdown(f"Left out of the address: {note}"), icon=":material/link_off:")
    if not view.interest:
        _fill_facet_sidebar(counted, view)
        _show_find_welcome()
        return
    with components.show_errors(lambda: _show_find_empty(view.interest)):
        answer = queries.query_advisors(_find_page_query(view))
    with related:
        filters.show_related_terms(answer)
    _show_find_results(view, answer)
    _fill_facet_sidebar(counted, view)


def _find_page_query(view: View) -> queries.Query:
    return view.to_advisor_query(
        queries.as_of_date(), queries.user_weights(), queries.current_settings().half_life_years
    )


def _fill_facet_sidebar(place: DeltaGenerator, view: View) -> None:
    with place:
        facets.show_facets(view, queries.query_facets(_find_page_query(view)) if view.interest else None)


def _show_find_welcome() -> None:
    st.markdown("Type a topic in your own words, or start with one of these:")
    filters.show_example_interests()
    if not queries.answer_version():
        components.show_empty_store()
    with st.container(border=True, key="welcome"):
        st.markdown(
            "The finder reads the papers on your topic and lists the people behind them: who is active on it **now**, "
            "where they are, at which stage, and **why** they are listed, with the papers that prove it.\n\n"
            "Scores measure topic match, not quality. Everything stays on this machine."
        )
        st.page_link(components.METHOD, label="How the ranking works", icon=":material/balance:")


def _show_find_empty(interest: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        jobs.show_collect_controls(interest, first=True)
    jobs.show_job_progress()
    jobs.show_failed_start(interest)
    if not jobs.current_job():
        components.show_empty_store(interest)


def _show_find_results(view: View, answer: Answer[Advisor]) -> None:
    key = filters.view_fingerprint(view)
    few = answer.coverage["matched"] < FEW
    if few:
        _offer_web_update(view.interest, answer)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="toolbar"):
        about = f"**{escape_markdown(result_headline(view, answer))}**\n\n{escape_markdown(find_coverage_text(answer))}"
        st.markdown(about, help=escape_markdown(answer.coverage["read"]) or None, width="stretch")
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="content", key="tools"):
            filters.show_sort_select()
            filters.show_layout_switch()
            ticked = people_list.table_selection(answer.results, key) if view.shape == "table" else []
            export_menu.show_people_export(answer.interest, answer.results, key, ticked)
            watch_form.show_watch_button(view)
            if not few:
                jobs.show_collect_controls(view.interest)
    jobs.show_job_progress()
    filters.show_filter_chips(view)
    jobs.show_failed_start(view.interest)
    if answer.near:
        st.caption(escape_markdown(geo_filter.describe_geo_place(answer.near)))
    for gap in answer.coverage.get("gaps", []):
        st.caption(f":material/help: {escape_markdown(gap)}")
    components.show_partial_sources(answer.coverage["sources"])
    if not answer.results:
        _show_no_people(view, answer)
        return
    if view.shape == "table":
        people_list.show_people_table(answer.results, view, key)
        if view.open:
            detail_panel.show_detail_sheet(view)
    else:
        _show_list_and_panel(answer, key)
    st.caption(escape_markdown(" ".join(filter(None, (omission_text(answer), jobs.last_collect_text(view.interest))))))
    rank_explanation.show_why_not_field(view)
    world_map.show_world_section(answer.results)


@st.fragment
def _show_list_and_panel(answer: Answer[Advisor], key: str) -> None:
    """The rows, and beside them the person in focus: another focus draws only these anew."""
    view = filters.current_view()
    focus = detail_panel.person_in_focus(answer.results, view)
    with st.container(horizontal=True, gap="medium", key="beside"):
        with st.container(key="list", gap=None):
            people_list.show_person_rows(answer.results, view, key, focus)
        detail_panel.show_detail_panel(answer.results, view, key, focus)


def _offer_web_update(interest: str, answer: Answer[Advisor]) -> None:
    """What is stored says little on the interest: first of all, the way to collect it."""
    if queries.is_demo():
        return
    matched = answer.coverage["matched"]
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small", key="few"):
        papers = f"{matched:,} stored paper{'s match' if matched != 1 else ' matches'}"
        st.markdown(
            f":material/info: **Only {papers} this interest.** The list below rests on little.", width="stretch"
        )
        jobs.show_collect_controls(interest, first=True)


def result_headline(view: View, answer: Answer[Advisor]) -> str:
    """How many people fit, and where."""
    where = f" in {', '.join(map(country_name, view.country))}" if view.country else ""
    return f"{answer.total:,} researcher{'s' * (answer.total != 1)}{where}"


def find_coverage_text(answer: Answer[Advisor]) -> str:
    """What the list rests on."""
    found = answer.coverage
    shown = len(answer.results)
    first = f"First {shown:,} shown. " if shown < answer.total else ""
    papers = f"{found['matched']:,} paper{'s' * (found['matched'] != 1)}"
    return f"{first}Based on {papers} of {found['works']:,}, up to {found['until']}."


def omission_text(answer: Answer[Advisor]) -> str:
    """Who is not listed, and why."""
    left = [f"{count:,} {reason}" for reason, count in answer.left_out.items()]
    told = f"Hidden: {', '.join(left)}. " if left else ""
    return f"{told}Scores measure topic match, not quality."


def _show_no_people(view: View, answer: Answer[Advisor]) -> None:
    st.info(
        f"**Nobody is listed.** {escape_markdown(answer_text.empty_answer_reason(answer))}",
        icon=":material/person_off:",
    )
    if answer.coverage["matched"] and filters.active_filters(view):
        st.button("Clear all filters", key="clear-here", on_click=filters.clear_filters)
    elif not answer.coverage["matched"]:
        filters.show_spelling_hints(view.interest)


show_find_page()
