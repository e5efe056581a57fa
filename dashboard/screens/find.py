"""People: an interest, filters, and who could advise on it. What is shown is in the address."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import (
    asking,
    collecting,
    exporting,
    facets,
    filters,
    pane,
    parts,
    people_list,
    standing,
    watching_face,
    world_map,
)
from dashboard.address import View
from finder.curated import country_name
from finder.views import Answer, near, printed

FEW = 30  # matched works below which an answer rests on leftovers of other interests


def page() -> None:
    """The whole page."""
    with parts.remedies():
        notes = filters.settle()
        counted = filters.show_sidebar()
        if not st.session_state["interest"].strip():
            st.title("Who could advise you?", anchor=False)
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="search"):
            view = filters.ask()
            related = st.container(key="related-terms")
        filters.publish(view)
    for note in notes:
        st.warning(parts.text(f"Left out of the address: {note}"), icon=":material/link_off:")
    if not view.interest:
        _show_facets(counted, view)
        _welcome()
        return
    with parts.remedies(lambda: _empty(view.interest)):
        answer = asking.advisors(_wish(view))
    with related:
        filters.related(answer)
    _list(view, answer)
    _show_facets(counted, view)


def _wish(view: View) -> asking.Wish:
    return view.wish(asking.today(), asking.weights(), asking.settings().half_life_years)


def _show_facets(place: DeltaGenerator, view: View) -> None:
    with place:
        facets.show_facets(view, asking.facets(_wish(view)) if view.interest else None)


def _welcome() -> None:
    st.markdown("Type a topic in your own words, or start with one of these:")
    filters.examples()
    if not asking.version():
        parts.nothing_stored()
    with st.container(border=True, key="welcome"):
        st.markdown(
            "The finder reads the papers on your topic and lists the people behind them: who is active on it **now**, "
            "where they are, at which stage, and **why** they are listed, with the papers that prove it.\n\n"
            "Scores measure topic match, not quality. Everything stays on this machine."
        )
        st.page_link(parts.METHOD, label="How the ranking works", icon=":material/balance:")


def _empty(interest: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        collecting.controls(interest, first=True)
    collecting.progress()
    collecting.outcome(interest)
    if not collecting.current():
        parts.nothing_stored(interest)


def _list(view: View, answer: Answer) -> None:
    key = filters.fingerprint(view)
    few = answer.coverage["matched"] < FEW
    if few:
        _offer_update(view.interest, answer)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="toolbar"):
        about = f"**{parts.text(headline(view, answer))}**\n\n{parts.text(coverage(answer))}"
        st.markdown(about, help=parts.text(answer.coverage["read"]) or None, width="stretch")
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="content", key="tools"):
            filters.choose_order()
            filters.shape()
            ticked = people_list.ticked(answer.results, key) if view.shape == "table" else []
            exporting.of_rows(answer.interest, answer.results, key, ticked)
            watching_face.button(view)
            if not few:
                collecting.controls(view.interest)
    collecting.progress()
    filters.chips(view)
    collecting.outcome(view.interest)
    if answer.near:
        st.caption(parts.text(near.pointed(answer.near)))
    for gap in answer.coverage["gaps"]:
        st.caption(f":material/help: {parts.text(gap)}")
    parts.partial(answer.coverage["sources"])
    if not answer.results:
        _nobody(view, answer)
        return
    if view.shape == "table":
        people_list.show_table(answer.results, view, key)
        if view.open:
            pane.show_sheet(view)
    else:
        _show_people(answer, key)
    st.caption(parts.text(" ".join(filter(None, (hidden(answer), collecting.last(view.interest))))))
    standing.field(view)
    world_map.section(answer.results)


@st.fragment
def _show_people(answer: Answer, key: str) -> None:
    """The rows, and beside them the person in focus: another focus draws only these anew."""
    view = filters.current()
    focus = pane.focused(answer.results, view)
    with st.container(horizontal=True, gap="medium", key="beside"):
        with st.container(key="list", gap=None):
            people_list.show_rows(answer.results, view, key, focus)
        pane.show(answer.results, view, key, focus)


def _offer_update(interest: str, answer: Answer) -> None:
    """What is stored says little on the interest: first of all, the way to collect it."""
    if asking.demo():
        return
    matched = answer.coverage["matched"]
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small", key="few"):
        papers = f"{matched:,} stored paper{'s match' if matched != 1 else ' matches'}"
        st.markdown(
            f":material/info: **Only {papers} this interest.** The list below rests on little.", width="stretch"
        )
        collecting.controls(interest, first=True)


def headline(view: View, answer: Answer) -> str:
    """How many people fit, and where."""
    where = f" in {', '.join(map(country_name, view.country))}" if view.country else ""
    return f"{answer.total:,} researcher{'s' * (answer.total != 1)}{where}"


def coverage(answer: Answer) -> str:
    """What the list rests on."""
    found = answer.coverage
    shown = len(answer.results)
    first = f"First {shown:,} shown. " if shown < answer.total else ""
    papers = f"{found['matched']:,} paper{'s' * (found['matched'] != 1)}"
    return f"{first}Based on {papers} of {found['works']:,}, up to {found['until']}."


def hidden(answer: Answer) -> str:
    """Who is not listed, and why."""
    left = [f"{count:,} {reason}" for reason, count in answer.left_out.items()]
    told = f"Hidden: {', '.join(left)}. " if left else ""
    return f"{told}Scores measure topic match, not quality."


def _nobody(view: View, answer: Answer) -> None:
    st.info(f"**Nobody is listed.** {parts.text(printed.nobody(answer))}", icon=":material/person_off:")
    if answer.coverage["matched"] and filters.active(view):
        st.button("Clear all filters", key="clear-here", on_click=filters.clear)
    elif not answer.coverage["matched"]:
        filters.near(view.interest)


page()
