"""Openings: internships, PhD positions, postdocs and research jobs that fit an interest. All of it in the address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import asking, collecting, exporting, parts, people_list, retracing
from dashboard.address import LONGEST_INTEREST
from dashboard.topic import last_topic, remember_topic
from finder.curated import country_codes, country_name
from finder.views import openings
from finder.views.near import away

KINDS = {
    "internship": "Internships", "phd": "PhD positions", "postdoc": "Postdocs", "research": "Research jobs",
    "other": "Other",
}  # fmt: skip
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


def page() -> None:
    """The whole page."""
    _seed()
    state = st.session_state
    interest = " ".join(
        st.text_input(
            "Your research interest", state["o-interest"], key="o-interest", type="search", max_chars=LONGEST_INTEREST,
            placeholder="such as: multimodal learning", icon=":material/search:",
        ).split()
    )  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        kinds = st.pills("Kind", list(KINDS), default=state["o-kind"], key="o-kind", selection_mode="multi",
                         format_func=KINDS.__getitem__, wrap=True)  # fmt: skip
        within = st.selectbox("Posted", list(WITHIN), list(WITHIN).index(state["o-posted"]), key="o-posted",
                              format_func=WITHIN.__getitem__, width=180)  # fmt: skip
        countries = st.multiselect("Country", sorted(country_codes()), state["o-country"], key="o-country",
                                   format_func=country_name)  # fmt: skip
        remote = st.toggle("Remote only", state["o-remote"], key="o-remote")
    _publish(interest, kinds, countries, within, remote=remote)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if not asking.demo() and not collecting.current():
            st.button("Read the job boards", key="sweep", on_click=collecting.sweep, icon=":material/sync:")
    collecting.progress()
    if not interest:
        st.caption("Type a topic in your own words: what is open on the boards that were read is matched to it.")
        if not asking.version():
            parts.elsewhere()
        return
    wanted = openings.Filter(tuple(kinds), tuple(countries), remote, within or None)
    with parts.remedies(lambda: parts.elsewhere(interest)):
        if _SEEN not in st.session_state:
            st.session_state[_SEEN] = asking.last_look()
        found = asking.openings(interest, wanted, MOST, st.session_state[_SEEN])
    _list(found, interest)


def _seed() -> None:
    """Take the controls from the address, or the interest from the Find page, when the page is entered."""
    if "o-interest" in st.session_state and not retracing.moved("openings", _controls()):
        return
    query, state, last = st.query_params, st.session_state, last_topic()
    state["o-interest"] = " ".join(query.get("interest", last.interest).split())[:LONGEST_INTEREST]
    state["o-kind"] = [kind for kind in query.get_all("kind") if kind in KINDS]
    asked = query.get_all("country") or (() if "interest" in query else last.countries)
    state["o-country"] = [code for code in asked if code in country_codes()]
    state["o-posted"] = {str(days): days for days in WITHIN}.get(query.get("posted", ""), 0)
    state["o-remote"] = query.get("remote") == "1"


def _controls() -> tuple[Any, ...]:
    state = st.session_state
    several = tuple(state["o-kind"]), tuple(state["o-country"])
    return " ".join(state["o-interest"].split()), *several, state["o-posted"], state["o-remote"]


def _publish(interest: str, kinds: list[str], countries: list[str], within: int, *, remote: bool) -> None:
    query: dict[str, Any] = {"interest": interest, "kind": kinds, "country": countries}
    query |= {"posted": str(within) if within else "", "remote": "1" if remote else ""}
    retracing.publish("openings", _controls(), query)
    remember_topic(interest, countries)


def _list(found: openings.Openings, interest: str) -> None:
    left = ", ".join(f"{count:,} {reason}" for reason, count in found.left_out.items())
    st.markdown(
        f"**{found.total:,} opening{'s' * (found.total != 1)}**" + (f"; {parts.text(left)} not listed" if left else "")
    )
    told = ", ".join(f"{count} {state}" for state, count in sorted(found.boards.items())) or "none is known"
    st.caption(parts.text(f"Boards: {told}. Sorted by fit, then the newest. Apply on the employer's own page."))
    exporting.of_openings(interest, found.results)
    if not found.results:
        nothing = parts.text(found.read) or "**Nothing that fits is open** on the boards that were read."
        st.info(nothing, icon=":material/work_off:")
    for number, row in enumerate(found.results):
        _card(row, interest, number)


def _card(row: Mapping[str, Any], interest: str, number: int) -> None:
    """One position: what, where, until when, and why it fits; what else it says is folded away."""
    badges = [parts.Badge(ONE[row["kind"]], "blue")]
    badges += [parts.Badge("new", "green")] if row["new"] else []
    badges += [parts.Badge(parts.text(row["workplace"]), "gray")] if row["workplace"] else []
    facts = [
        row["hiring_organization"],
        (row["location"] or "place unknown") + away(row),
        f"posted {row['date_posted'] or 'at an unknown date'}",
        f"apply by {row['valid_through']}" if row["valid_through"] else "no deadline named",
    ]
    with (
        people_list.draw_frame(f"opening-{number}", row["hiring_organization"]),
        st.container(gap=None, key=f"who-opening-{number}"),
    ):
        st.markdown(f"**{parts.link(row['title'], row['url'])}** {parts.badge_line(badges)}")
        st.markdown("\n\n".join((parts.text("; ".join(facts)), parts.text(f"Fit {row['fit']:.2f}: {row['why']}"))))
        if row["works"]:
            st.caption("Such as: " + "; ".join(parts.link(work["title"], work["url"]) for work in row["works"]))
        asks = [row["degree_words"], *row["visa"]]
        if any(asks):
            st.caption(parts.text("It says: " + " ".join(f"“{said}”" for said in asks if said)))
        _people(row, interest)


def _people(row: Mapping[str, Any], interest: str) -> None:
    if not row["people"]:
        return
    with st.expander("Who works on it there", key=f"behind-{row['posting_id']}"):
        for person in row["people"]:
            about = "named in the posting" if person["named"] else f"works on it: {person['works']}"
            parts.person_link(person["author_id"], f"{person['name']} ({about})", interest)


page()
