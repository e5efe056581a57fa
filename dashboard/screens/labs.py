"""Labs: who publishes together on an interest, and one lab. What is shown is in the address."""

from __future__ import annotations

import streamlit as st

from dashboard import components, lab_card, queries, world_map
from dashboard.components import escape_markdown
from dashboard.search_url import LONGEST_INTEREST
from dashboard.topic import last_topic, remember_topic
from finder.answers import Answer, Query
from finder.answers.lab_rows import LABS_FOUND
from finder.errors import UsageError
from finder.reference_data import country_codes, country_name
from finder.rendering import answer_text, lab_text
from finder.results import Lab

TOP = 25
Asked = tuple[str, tuple[str, ...]]
_SHOWN, _INTEREST, _COUNTRY = "labs-shown", "labs-interest", "labs-country"


def show_labs_page() -> None:
    """A lab where the address names one, else the list."""
    lab = st.query_params.get("lab", "").strip()[:200]
    if lab:
        _show_single_lab(lab, " ".join(st.query_params.get("interest", "").split())[:LONGEST_INTEREST])
        return
    _sync_labs_controls()
    interest, countries = _show_labs_controls()
    _write_labs_url((interest, countries))
    if not interest:
        st.markdown("Type a topic in your own words, and see the groups behind the works on it.")
        if not queries.answer_version():
            components.show_empty_store_link()
        st.caption(escape_markdown(LABS_FOUND))
        return
    with components.show_errors(lambda: components.show_empty_store_link(interest)):
        wish = Query(
            interest, queries.as_of_date(), countries, top=TOP, half_life=queries.current_settings().half_life_years
        )
        answer = queries.query_labs(wish)
    _show_labs_list(answer)


def _labs_url_state() -> Asked:
    """What the address asks for; without an interest, what was looked for last."""
    query, last = st.query_params, last_topic()
    interest = query.get("interest") or last.interest
    asked = query.get_all("country") or (() if "interest" in query else last.countries)
    countries = dict.fromkeys(code.strip().upper() for code in asked)
    return " ".join(interest.split())[:LONGEST_INTEREST], tuple(code for code in countries if code in country_codes())


def _sync_labs_controls() -> None:
    """Bring the controls to an address that was pasted or gone back to; one that is merely late changes nothing."""
    asked, state = _labs_url_state(), st.session_state
    untouched = _INTEREST in state and (" ".join(state[_INTEREST].split()), tuple(state[_COUNTRY])) == state.get(_SHOWN)
    if _INTEREST not in state or (untouched and asked != state[_SHOWN]):
        state[_INTEREST], state[_COUNTRY] = asked[0], list(asked[1])


def _show_labs_controls() -> Asked:
    state = st.session_state
    interest = st.text_input(
        "Your research interest",
        state[_INTEREST],
        key=_INTEREST,
        type="search",
        max_chars=LONGEST_INTEREST,
        placeholder="such as: multimodal learning",
        icon=":material/search:",
    )
    with components.show_errors():
        known = set(queries.query_countries()) | set(state[_COUNTRY])
    with st.sidebar:
        st.subheader("Filters", anchor=False)
        countries = st.multiselect(
            "Country",
            sorted(known, key=country_name),
            state[_COUNTRY],
            key=_COUNTRY,
            placeholder="Anywhere",
            format_func=lambda code: f"{country_name(code)} ({code})",
        )
    return " ".join(interest.split()), tuple(countries)


def _write_labs_url(asked: Asked) -> None:
    query = {name: value for name, value in (("interest", [asked[0]]), ("country", list(asked[1]))) if any(value)}
    if query != {name: st.query_params.get_all(name) for name in st.query_params}:
        st.query_params.from_dict(query)
    st.session_state[_SHOWN] = asked
    remember_topic(*asked)


def _show_labs_list(answer: Answer[Lab]) -> None:
    shown = f"First {len(answer.results):,} shown. " if len(answer.results) < answer.total else ""
    st.markdown(f"**{answer.total:,} lab{'s' * (answer.total != 1)}** {shown}")
    st.download_button(
        "List as CSV",
        data=lambda: ("\ufeff" + lab_text.render_lab_csv(answer)).encode(),
        file_name="finder-labs.csv",
        mime="text/csv",
        on_click="ignore",
        key="labs-download",
        icon=":material/download:",
        disabled=not answer.results,
    )
    if not answer.results:
        st.info(
            f"**No lab is listed.** {escape_markdown(answer_text.empty_answer_reason(answer))}",
            icon=":material/group_off:",
        )
    with st.container(gap=None, key="list"):
        for number, row in enumerate(answer.results):
            lab_card.show_lab_row(row, answer.interest, number)
    world_map.show_map_expander([[row["country"]] for row in answer.results], "labs", "Where they are", "world")
    st.caption(escape_markdown(" ".join([*answer_text.answer_footer(answer), LABS_FOUND])))


def _show_single_lab(lab: str, interest: str) -> None:
    query = {"interest": interest} if interest else {}
    # a link from this page to itself brings its parameters here and leaves the browser's address as it is
    st.query_params.from_dict({"lab": lab, **query})
    st.page_link(components.LABS, label="Back to labs", icon=":material/arrow_back:", query_params=query or None)
    with components.show_errors():
        try:
            row = queries.query_lab_card(lab, interest or None)
        except UsageError as error:
            st.warning(escape_markdown(error), icon=":material/group_off:")
            return
    lab_card.show_lab_card(row, interest)


show_labs_page()
