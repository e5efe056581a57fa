"""Internships: company researchers on an interest who have hosted interns, with the works that prove it.

What is shown is in the address: the interest, the countries, the company, and how many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from dashboard import badges, components, hosting_section, jobs, people_list, queries, search_url, world_map
from dashboard.components import escape_markdown
from dashboard.search_url import LONGEST, LONGEST_INTEREST, View
from dashboard.topic import last_topic, remember_topic
from finder.answers.internship_evidence import COUNTED
from finder.answers.internships import Internships
from finder.ranking.host_score import PARTS
from finder.reference_data import country_name
from finder.rendering import answer_text, host_text
from finder.results import Host

KEYS = ("interest", "company", "country", "top")
OPEN = 8  # open internships shown; the others are on a page of their own
BY = {"best": "Best first", "company": "By company"}
_MEMORY = "hosts"  # the last view shown and its address

Shown = tuple[View, str]  # with the company


def show_internships_page() -> None:
    """The whole page."""
    with components.show_errors():
        notes = _sync_internship_controls()
        view, company = _show_internship_controls()
        _write_internships_url(view, company)
    for note in notes:
        st.warning(escape_markdown(f"Left out of the address: {note}"), icon=":material/link_off:")
    if not view.interest:
        _show_internships_welcome()
        return
    with components.show_errors(lambda: components.show_empty_store_link(view.interest)):
        wish = view.to_advisor_query(
            queries.as_of_date(), queries.user_weights(), queries.current_settings().half_life_years
        )
        found = queries.query_internships(wish, company)
    _show_host_list(view, company, found)


def _sync_internship_controls() -> list[str]:
    """Bring the controls to the address where that has changed; notes on what in it makes no sense."""
    state = st.session_state
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    shown, written = state.get(_MEMORY, ((View(top=15), ""), {}))
    fresh = "hosts-interest" not in state
    late = not fresh and query != written and _internship_state() != shown
    if late or (not fresh and query == written):
        return []
    if fresh and not query:
        last = last_topic()  # who comes from another page asks about the same
        view = replace(shown[0], interest=last.interest, country=last.countries) if last.interest else shown[0]
        _set_internship_state(view, shown[1])
        return []
    company = " ".join((query.get("company") or [""])[-1].split())[:LONGEST]
    view, notes = search_url.parse_search_url(
        {"top": ["15"], **{k: v for k, v in query.items() if k in KEYS}}, queries.as_of_date().year
    )
    _set_internship_state(view, company)
    return notes


def _set_internship_state(view: View, company: str) -> None:
    values = {"interest": view.interest, "company": company, "country": list(view.country), "top": view.top}
    st.session_state.update({f"hosts-{name}": value for name, value in values.items()})


def _internship_state() -> Shown:
    state = st.session_state
    interest, company = (" ".join(str(state[f"hosts-{name}"]).split()) for name in ("interest", "company"))
    view = View(interest=interest, country=tuple(state["hosts-country"]), top=int(state["hosts-top"] or 15))
    return view, company


def _show_internship_controls() -> Shown:
    state = st.session_state
    st.text_input(
        "Your research interest",
        state["hosts-interest"],
        key="hosts-interest",
        type="search",
        max_chars=LONGEST_INTEREST,
        placeholder="such as: multimodal learning",
        icon=":material/search:",
    )
    known = sorted(set(queries.query_countries()) | set(state["hosts-country"]), key=country_name)
    with st.sidebar:
        st.subheader("Filters", anchor=False)
        st.text_input("Company", state["hosts-company"], key="hosts-company", placeholder="Any", max_chars=LONGEST)
        st.multiselect(
            "Country",
            known,
            state["hosts-country"],
            key="hosts-country",
            placeholder="Anywhere",
            format_func=lambda code: f"{country_name(code)} ({code})",
        )
        st.number_input("Results", 1, search_url.MOST, state["hosts-top"], step=15, key="hosts-top")
        st.button(
            "Clear filters", key="hosts-clear", on_click=_clear_internship_filters, icon=":material/filter_alt_off:"
        )
    return _internship_state()


def _clear_internship_filters() -> None:
    st.session_state.update({"hosts-company": "", "hosts-country": []})


def _write_internships_url(view: View, company: str) -> None:
    told = {name: value for name, value in view.to_url_params().items() if name in KEYS}
    told = {**told, **({"company": company} if company else {})}
    if view.top == 15:
        told.pop("top", None)
    query = {name: value if isinstance(value, list) else [value] for name, value in told.items()}
    if query != {name: st.query_params.get_all(name) for name in st.query_params}:
        st.query_params.from_dict(query)
    st.session_state[_MEMORY] = ((view, company), query)
    remember_topic(view.interest, view.country)


def _show_internships_welcome() -> None:
    st.markdown("Type a topic in your own words, or start with one of these:")
    with st.container(horizontal=True, gap="small"):
        for number, interest in enumerate(queries.example_interests()):
            st.button(
                escape_markdown(interest),
                key=f"hosts-example-{number}",
                on_click=_set_internship_interest,
                args=(interest,),
            )
    if not queries.answer_version():
        components.show_empty_store_link()
    st.caption(escape_markdown(COUNTED))


def _set_internship_interest(interest: str) -> None:
    st.session_state["hosts-interest"] = interest


def _show_host_list(view: View, company: str, found: Internships) -> None:
    shown = f"First {len(found.results):,} shown. " if len(found.results) < found.total else ""
    papers = f"Based on {found.coverage['matched']:,} papers, up to {found.coverage['until']}."
    st.markdown(
        f"**{found.total:,} internship host{'s' * (found.total != 1)}** {shown}{escape_markdown(papers)}",
        help=escape_markdown(found.coverage["read"]) or None,
    )
    by = "best"
    if found.results:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            by = (
                st.segmented_control(
                    "Order",
                    list(BY),
                    key="hosts-by",
                    format_func=BY.__getitem__,
                    default="best",
                    label_visibility="collapsed",
                )
                or "best"
            )
            _show_hosts_download(found)
    components.show_partial_sources(found.coverage["sources"])
    if not found.results:
        _show_no_hosts(found, filtered=bool(company or view.country))
    elif by == "company":
        _show_hosts_by_company(found, view.interest)
    else:
        _show_hosts_by_match(found.results, view.interest)
    world_map.show_world_section(found.results, "hosts")
    _show_former_hosts(found, view.interest)
    _show_open_internships(found, view.interest)
    left = [f"{count:,} {reason}" for reason, count in found.left_out.items()]
    hidden = f"Hidden: {', '.join(left)}." if left else ""
    st.caption(escape_markdown(" ".join(filter(None, (hidden, COUNTED, jobs.last_collect_text(view.interest))))))


def _show_no_hosts(found: Internships, *, filtered: bool) -> None:
    told = host_text.empty_hosts_reason(found)
    st.info(f"**No host is listed.** {escape_markdown(told)}", icon=":material/person_off:")
    if filtered:
        st.button("Clear all filters", key="hosts-clear-here", on_click=_clear_internship_filters)


def _show_hosts_by_match(rows: Sequence[Host], interest: str) -> None:
    for number, row in enumerate(rows):
        _show_host_card(row, interest, number)


def _show_hosts_by_company(found: Internships, interest: str) -> None:
    for company in found.companies:
        rows = [
            (n, row) for n, row in enumerate(found.results) if row["company"]["institution"] == company["institution"]
        ]
        if not rows:
            continue
        st.subheader(escape_markdown(company["institution"]), anchor=False)
        if company["careers"]:
            st.caption(components.markdown_web_link("Careers page", company["careers"]))
        for number, row in rows:
            _show_host_card(row, interest, number)


def _show_host_card(row: Host, interest: str, number: int) -> None:
    """One host of a list; the proofs are drawn when they are unfolded."""
    company, key = row["company"], f"host-{number}"
    marks = [
        badges.Badge(
            escape_markdown(answer_text.place_label(company["institution"], company["unit"])),
            "violet",
            ":material/apartment:",
        )
    ]
    marks += badges.row_badges(row)
    with people_list.draw_row_frame(key, row["name"]):
        with st.container(gap=None, key=f"who-{key}"):
            label = f"**{escape_markdown(row['name'])}** {badges.badge_line(marks)}"
            st.page_link(
                components.PERSON, label=label, query_params={"author": row["author_id"], "interest": interest}
            )
            lines = [
                escape_markdown(components.whereabouts_label(row["current"])),
                *map(components.work_line, row["works"][:1]),
            ]
            st.markdown("\n\n".join(lines))
        st.html(people_list.evidence_bars_html(row), width=170)
        people_list.show_row_actions(row["author_id"], row["name"], interest, key)
    why = escape_markdown(row["why"][0].upper() + row["why"][1:])
    with st.expander(why, key=f"{key}-proofs", on_change="rerun") as opened:
        if opened.open:
            _show_host_evidence(row, interest, key)


def _show_host_evidence(row: Host, interest: str, key: str) -> None:
    hosting_section.show_internship_papers(row["proofs"], interest, key)
    for posting in row["postings"]:
        st.markdown(f":material/work: {components.markdown_web_link(posting['title'], posting['url'])}")
    careers = (
        components.markdown_web_link("Careers page", row["company"]["careers"]) if row["company"]["careers"] else ""
    )
    if foot := " · ".join(filter(None, (careers, components.profile_links_line(row["links"])))):
        st.caption(foot)
    people_list.show_part_bars(row, PARTS)
    st.markdown(f"**Own papers on the topic ({row['matched']})**")
    st.markdown("\n".join(f"- {components.work_line(work)}" for work in row["works"]))
    st.markdown("**Evidence**")
    components.show_paginated_lines([components.claim_line(claim) for claim in row["evidence"]], f"claims-{key}")


def _show_open_internships(found: Internships, interest: str) -> None:
    """Open internships, whoever's they are."""
    fitting = [one for one in found.postings if one["kind"] == "internship"]
    st.subheader(f"Open internships that fit ({len(fitting)})", anchor=False)
    for one in fitting[:OPEN]:
        until = f"apply by {one['valid_through']}" if one["valid_through"] else "no deadline named"
        about = "; ".join((one["hiring_organization"], one["location"] or "place unknown", until))
        st.markdown(f"- {components.markdown_web_link(one['title'], one['url'])} — {escape_markdown(about)}")
    if not fitting:
        st.caption("None on the boards that were read.")
    st.page_link(
        components.OPENINGS, label="All that is open", query_params={"interest": interest}, icon=":material/work:"
    )


def _show_former_hosts(found: Internships, interest: str) -> None:
    if not found.former:
        return
    with st.expander(
        f"Hosted before; left, not seen there, or nobody hosted for two years ({len(found.former)})", key="former"
    ):
        for row in found.former:
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                components.show_person_link(row["author_id"], row["name"], interest)
                st.caption(escape_markdown(host_text.former_host_line(row).removeprefix(f"{row['name']}: ")))


def _show_hosts_download(found: Internships) -> None:
    count = len(found.results)
    st.download_button(
        f"{count:,} row{'s' * (count != 1)} as CSV",
        # the mark at the beginning tells spreadsheets that this is Unicode
        data=lambda: ("\ufeff" + host_text.render_host_csv(found)).encode(),
        file_name="finder-hosts.csv",
        mime="text/csv",
        on_click="ignore",
        key="hosts-download",
        icon=":material/download:",
    )


show_internships_page()
