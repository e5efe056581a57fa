"""Find: an interest, filters, and who could advise on it. What is shown is in the address."""

from __future__ import annotations

import streamlit as st

from dashboard import asking, collecting, exporting, filters, listing, pane, parts, standing, watching_face, world_map
from dashboard.address import View
from finder.views import Answer, near, printed


def page() -> None:
    """The whole page."""
    with parts.remedies():
        notes = filters.settle()
        filters.sidebar()
        if not st.session_state["interest"].strip():
            st.title("Who could advise you?", anchor=False)
        view = filters.ask()
        filters.publish(view)
    for note in notes:
        st.warning(parts.text(f"Left out of the address: {note}"), icon=":material/link_off:")
    if not view.interest:
        _welcome()
        return
    with parts.remedies(lambda: _empty(view.interest)):
        answer = asking.advisors(view.wish(asking.today(), asking.weights(), asking.settings().half_life_years))
    filters.related(answer)
    _list(view, answer)


def _welcome() -> None:
    st.markdown("Type a topic in your own words, or begin with one of these:")
    filters.examples()
    if not asking.version():
        parts.nothing_stored()
    with st.container(border=True, key="welcome"):
        st.markdown(
            "The finder reads the works on your interest and lists the people behind them: who is active on it "
            "**now**, where they are, at which stage, and **why** they are listed, with the works that prove it.\n\n"
            "A score is a fit to *your words*, not a verdict on a person. Everything stays on this machine."
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
    people, comma, rest = counted(answer).partition("; ")
    st.markdown(f"**{parts.text(people)}**{comma}{parts.text(rest)}")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        filters.shape()
        _download(answer)
        ticked = listing.ticked(answer.results, filters.fingerprint(view)) if view.shape == "table" else []
        exporting.of_rows(answer.interest, answer.results, filters.fingerprint(view), ticked)
        watching_face.button(view)
        collecting.controls(view.interest)
    collecting.progress()
    filters.chips(view)
    st.caption(parts.text(f"{coverage(answer)} {collecting.last(view.interest)}"))
    collecting.outcome(view.interest)
    if answer.near:
        st.caption(parts.text(near.pointed(answer.near)))
    parts.partial(answer.coverage["sources"])
    if not answer.results:
        _nobody(view, answer)
    with st.container(horizontal=True, key="beside"):
        with st.container(key="list"):
            if view.shape == "table" and answer.results:
                listing.table(answer.results, view, filters.fingerprint(view))
            else:
                listing.cards(answer.results, view, filters.fingerprint(view))
        if view.open:
            pane.show(view)
    standing.field(view)
    world_map.section(answer.results)
    st.caption("A score is a fit to your words, not a verdict on a person. Unknown means unknown.")


def counted(answer: Answer) -> str:
    """How many are listed, of how many, and who is not."""
    left = [f"{count:,} {reason}" for reason, count in answer.left_out.items()]
    tail = f"; {' and '.join(', '.join(left).rsplit(', ', 1))} not listed" if left else ""
    return f"{len(answer.results):,} of {answer.total:,} people{tail}"


def coverage(answer: Answer) -> str:
    """What the list rests on."""
    found = answer.coverage
    return (
        f"From {found['matched']:,} matching of {found['works']:,} stored works. Works on this interest are stored "
        f"up to {found['until']}. {found['read']}"
    ).rstrip()


def _nobody(view: View, answer: Answer) -> None:
    st.info(f"**Nobody is listed.** {parts.text(printed.nobody(answer))}", icon=":material/person_off:")
    if answer.coverage["matched"] and filters.active(view):
        st.button("Clear all filters", key="clear-here", on_click=filters.clear)
    elif not answer.coverage["matched"]:
        filters.near(view.interest)


def _download(answer: Answer) -> None:
    count = len(answer.results)
    name = "-".join("".join(c if c.isalnum() else " " for c in answer.interest.lower()).split())[:60]
    st.download_button(
        f"{count:,} row{'s' * (count != 1)} as CSV",
        # the mark at the beginning tells spreadsheets that this is Unicode
        data=lambda: ("\ufeff" + printed.as_csv(answer)).encode(),
        file_name=f"finder-{name or 'list'}.csv",
        mime="text/csv",
        on_click="ignore",
        key="download",
        help="Download what is listed",
        icon=":material/download:",
        disabled=not count,
    )


page()
