"""Internships: company researchers on an interest who have hosted interns, with the works that prove it.

What is shown is in the address: the interest, the countries, the company, and how many.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard import address, asking, collecting, hosting, parts, people_list, world_map
from dashboard.address import LONGEST, LONGEST_INTEREST, View
from dashboard.topic import last_topic, remember_topic
from finder.curated import country_name
from finder.rank.hosts import PARTS
from finder.views import printed, printed_hosts
from finder.views.hosting import COUNTED
from finder.views.internships import Internships

KEYS = ("interest", "company", "country", "top")
OPEN = 8  # open internships shown; the others are on a page of their own
BY = {"best": "Best first", "company": "By company"}
_MEMORY = "hosts"  # the last view shown and its address

Shown = tuple[View, str]  # with the company


def page() -> None:
    """The whole page."""
    with parts.remedies():
        notes = _settle()
        view, company = _controls()
        _publish(view, company)
    for note in notes:
        st.warning(parts.text(f"Left out of the address: {note}"), icon=":material/link_off:")
    if not view.interest:
        _welcome()
        return
    with parts.remedies(lambda: parts.elsewhere(view.interest)):
        wish = view.wish(asking.today(), asking.weights(), asking.settings().half_life_years)
        found = asking.internships(wish, company)
    _list(view, company, found)


def _settle() -> list[str]:
    """Bring the controls to the address where that has changed; notes on what in it makes no sense."""
    state = st.session_state
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    shown, written = state.get(_MEMORY, ((View(top=15), ""), {}))
    fresh = "hosts-interest" not in state
    late = not fresh and query != written and _asked() != shown
    if late or (not fresh and query == written):
        return []
    if fresh and not query:
        last = last_topic()  # who comes from another page asks about the same
        view = replace(shown[0], interest=last.interest, country=last.countries) if last.interest else shown[0]
        _seed(view, shown[1])
        return []
    company = " ".join((query.get("company") or [""])[-1].split())[:LONGEST]
    view, notes = address.read({"top": ["15"], **{k: v for k, v in query.items() if k in KEYS}}, asking.today().year)
    _seed(view, company)
    return notes


def _seed(view: View, company: str) -> None:
    values = {"interest": view.interest, "company": company, "country": list(view.country), "top": view.top}
    st.session_state.update({f"hosts-{name}": value for name, value in values.items()})


def _asked() -> Shown:
    state = st.session_state
    interest, company = (" ".join(str(state[f"hosts-{name}"]).split()) for name in ("interest", "company"))
    view = View(interest=interest, country=tuple(state["hosts-country"]), top=int(state["hosts-top"] or 15))
    return view, company


def _controls() -> Shown:
    state = st.session_state
    st.text_input(
        "Your research interest", state["hosts-interest"], key="hosts-interest", type="search",
        max_chars=LONGEST_INTEREST, placeholder="such as: multimodal learning", icon=":material/search:",
    )  # fmt: skip
    known = sorted(set(asking.countries()) | set(state["hosts-country"]), key=country_name)
    with st.sidebar:
        st.subheader("Filters", anchor=False)
        st.text_input("Company", state["hosts-company"], key="hosts-company", placeholder="Any", max_chars=LONGEST)
        st.multiselect(
            "Country", known, state["hosts-country"], key="hosts-country", placeholder="Anywhere",
            format_func=lambda code: f"{country_name(code)} ({code})",
        )  # fmt: skip
        st.number_input("Results", 1, address.MOST, state["hosts-top"], step=15, key="hosts-top")
        st.button("Clear filters", key="hosts-clear", on_click=_clear, icon=":material/filter_alt_off:")
    return _asked()


def _clear() -> None:
    st.session_state.update({"hosts-company": "", "hosts-country": []})


def _publish(view: View, company: str) -> None:
    told = {name: value for name, value in view.query().items() if name in KEYS}
    told = {**told, **({"company": company} if company else {})}
    if view.top == 15:
        told.pop("top", None)
    query = {name: value if isinstance(value, list) else [value] for name, value in told.items()}
    if query != {name: st.query_params.get_all(name) for name in st.query_params}:
        st.query_params.from_dict(query)
    st.session_state[_MEMORY] = ((view, company), query)
    remember_topic(view.interest, view.country)


def _welcome() -> None:
    st.markdown("Type a topic in your own words, or start with one of these:")
    with st.container(horizontal=True, gap="small"):
        for number, interest in enumerate(asking.examples()):
            st.button(parts.text(interest), key=f"hosts-example-{number}", on_click=_set, args=(interest,))
    if not asking.version():
        parts.elsewhere()
    st.caption(parts.text(COUNTED))


def _set(interest: str) -> None:
    st.session_state["hosts-interest"] = interest


def _list(view: View, company: str, found: Internships) -> None:
    shown = f"First {len(found.results):,} shown. " if len(found.results) < found.total else ""
    papers = f"Based on {found.coverage['matched']:,} papers, up to {found.coverage['until']}."
    st.markdown(
        f"**{found.total:,} internship host{'s' * (found.total != 1)}** {shown}{parts.text(papers)}",
        help=parts.text(found.coverage["read"]) or None,
    )
    by = "best"
    if found.results:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            by = st.segmented_control("Order", list(BY), key="hosts-by", format_func=BY.__getitem__, default="best",
                                      label_visibility="collapsed") or "best"  # fmt: skip
            _download(found)
    parts.partial(found.coverage["sources"])
    if not found.results:
        _nobody(found, filtered=bool(company or view.country))
    elif by == "company":
        _by_company(found, view.interest)
    else:
        _by_match(found.results, view.interest)
    world_map.section(found.results, "hosts")
    _former(found, view.interest)
    _open(found, view.interest)
    left = [f"{count:,} {reason}" for reason, count in found.left_out.items()]
    hidden = f"Hidden: {', '.join(left)}." if left else ""
    st.caption(parts.text(" ".join(filter(None, (hidden, COUNTED, collecting.last(view.interest))))))


def _nobody(found: Internships, *, filtered: bool) -> None:
    told = printed_hosts.none(found)
    st.info(f"**No host is listed.** {parts.text(told)}", icon=":material/person_off:")
    if filtered:
        st.button("Clear all filters", key="hosts-clear-here", on_click=_clear)


def _by_match(rows: Sequence[Mapping[str, Any]], interest: str) -> None:
    for number, row in enumerate(rows):
        _card(row, interest, number)


def _by_company(found: Internships, interest: str) -> None:
    for company in found.companies:
        rows = [(n, row) for n, row in enumerate(found.results)
                if row["company"]["institution"] == company["institution"]]  # fmt: skip
        if not rows:
            continue
        st.subheader(parts.text(company["institution"]), anchor=False)
        if company["careers"]:
            st.caption(parts.link("Careers page", company["careers"]))
        for number, row in rows:
            _card(row, interest, number)


def _card(row: Mapping[str, Any], interest: str, number: int) -> None:
    """One host of a list; the proofs are drawn when they are unfolded."""
    company, key = row["company"], f"host-{number}"
    badges = [parts.Badge(parts.text(printed.where(company)), "violet", ":material/apartment:")]
    badges += parts.row_badges(row)
    with people_list.draw_frame(key, row["name"]):
        with st.container(gap=None, key=f"who-{key}"):
            label = f"**{parts.text(row['name'])}** {parts.badge_line(badges)}"
            st.page_link(parts.PERSON, label=label, query_params={"author": row["author_id"], "interest": interest})
            lines = [parts.text(parts.places(row["current"])), *map(parts.work_line, row["works"][:1])]
            st.markdown("\n\n".join(lines))
        st.html(people_list.evidence(row), width=170)
        people_list.show_actions(row["author_id"], row["name"], interest, key)
    why = parts.text(row["why"][0].upper() + row["why"][1:])
    with st.expander(why, key=f"{key}-proofs", on_change="rerun") as opened:
        if opened.open:
            _proofs(row, interest, key)


def _proofs(row: Mapping[str, Any], interest: str, key: str) -> None:
    hosting.proofs(row["proofs"], interest, key)
    for posting in row["postings"]:
        st.markdown(f":material/work: {parts.link(posting.get('title'), posting.get('url'))}")
    careers = parts.link("Careers page", row["company"]["careers"]) if row["company"]["careers"] else ""
    if foot := " · ".join(filter(None, (careers, parts.links(row)))):
        st.caption(foot)
    people_list.show_bars(row, PARTS)
    st.markdown(f"**Own papers on the topic ({row['matched']})**")
    st.markdown("\n".join(f"- {parts.work_line(work)}" for work in row["works"]))
    st.markdown("**Evidence**")
    parts.lines([parts.claim_line(claim) for claim in row["evidence"]], f"claims-{key}")


def _open(found: Internships, interest: str) -> None:
    """Open internships, whoever's they are."""
    fitting = [one for one in found.postings if one["kind"] == "internship"]
    st.subheader(f"Open internships that fit ({len(fitting)})", anchor=False)
    for one in fitting[:OPEN]:
        until = f"apply by {one['valid_through']}" if one["valid_through"] else "no deadline named"
        about = "; ".join((one["hiring_organization"], one["location"] or "place unknown", until))
        st.markdown(f"- {parts.link(one['title'], one['url'])} — {parts.text(about)}")
    if not fitting:
        st.caption("None on the boards that were read.")
    st.page_link(parts.OPENINGS, label="All that is open", query_params={"interest": interest}, icon=":material/work:")


def _former(found: Internships, interest: str) -> None:
    if not found.former:
        return
    with st.expander(
        f"Hosted before; left, not seen there, or nobody hosted for two years ({len(found.former)})", key="former"
    ):
        for row in found.former:
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                parts.person_link(row["author_id"], row["name"], interest)
                st.caption(parts.text(printed_hosts.gone(row).removeprefix(f"{row['name']}: ")))


def _download(found: Internships) -> None:
    count = len(found.results)
    st.download_button(
        f"{count:,} row{'s' * (count != 1)} as CSV",
        # the mark at the beginning tells spreadsheets that this is Unicode
        data=lambda: ("\ufeff" + printed_hosts.as_csv(found)).encode(),
        file_name="finder-hosts.csv", mime="text/csv", on_click="ignore", key="hosts-download",
        icon=":material/download:",
    )  # fmt: skip


page()
