"""The controls of the People page, kept in step with its address."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import badges, components, queries, search_url
from dashboard.components import escape_markdown
from dashboard.search_url import HEAVIEST, LONGEST, LONGEST_INTEREST, MOST, View
from dashboard.topic import last_topic, remember_topic
from finder.answers import Answer
from finder.answers.geo_filter import MOST as FARTHEST
from finder.answers.geo_filter import WITHIN
from finder.answers.query import Trait
from finder.ranking.advisor_score import PARTS, Sort
from finder.reference_data import country_name

SIGNAL_LABELS: Mapping[Trait, str] = {
    "recruiting": "Says recruiting",
    "moved": "Just moved",
    "new": "New professor",
    "funded": "Has a grant",
}
ORDERS: Mapping[Sort, str] = {
    "evidence": "Best match",
    "recent": "Most recent",
    "led": "Most led",
    "new-leaders": "New leaders",
}
KINDS = {"any": "Anyone", "faculty": "Faculty", "industry": "Industry"}
SHAPES = {"cards": ":material/view_agenda: List", "table": ":material/table_rows: Table"}
KNOWN = 2000  # topics that can be looked through
ALIKE = 0.75  # likeness of spelling from which a known topic may be meant
YEARS = 10  # offered for "active since"
_MEMORY = "find"  # the last view shown and its address: they outlive a visit to another page


def sync_search_controls() -> list[str]:
    """Bring the controls to the address where that has changed; returns notes on what in it makes no sense.

    An address that changed while no control did was pasted or reached by the browser's back button. One that differs
    because a control was just used is simply late.
    """
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    view, written = st.session_state.get(_MEMORY, (None, {}))
    if "interest" not in st.session_state:
        if query or view is None:
            view, notes = search_url.parse_search_url(query, queries.as_of_date().year)
            _set_search_state(view if query else _adopt_last_topic(view))
            return notes
        _set_search_state(_adopt_last_topic(view))
    elif query != written and _view_from_controls() == view:
        view, notes = search_url.parse_search_url(query, queries.as_of_date().year)
        _set_search_state(view)
        return notes
    return []


def _adopt_last_topic(view: View) -> View:
    """The last view, with the interest and the countries that were asked for on another page since."""
    topic = last_topic()
    if not topic.interest or (topic.interest, topic.countries) == (view.interest, view.country):
        return view
    if topic.interest != view.interest:
        view = replace(view, without=(), open="")
    return replace(view, interest=topic.interest, country=topic.countries)


def write_search_url(view: View) -> None:
    """Write the address of what is shown."""
    query = {name: value if isinstance(value, list) else [value] for name, value in view.to_url_params().items()}
    before, _ = st.session_state.get(_MEMORY, (None, {}))
    # a link from this page to itself brings its parameters here and leaves the browser's address as it is
    if view != before or query != {name: st.query_params.get_all(name) for name in st.query_params}:
        st.query_params.from_dict(query)
    st.session_state[_MEMORY] = (view, query)
    remember_topic(view.interest, view.country)


def last_search_params() -> dict[str, Any]:
    """The address of the list that was last shown in this session."""
    return st.session_state[_MEMORY][0].to_url_params() if _MEMORY in st.session_state else {}


def last_view_for_interest(interest: str) -> View:
    """What was last asked on an interest in this session, with its filters; without any where it was another."""
    last = st.session_state[_MEMORY][0] if _MEMORY in st.session_state else View()
    return last if last.interest == interest else View(interest=interest)


def _set_search_state(view: View) -> None:
    state, usual = st.session_state, queries.user_weights()
    state["interest"], state["country"], state["stage"] = view.interest, list(view.country), list(view.stage)
    state["kind"], state["since"], state["top"], state["shape"] = view.kind, view.since or 0, view.top, view.shape
    state["without"], state["traits"], state["not_at"] = view.without, list(view.traits), view.not_at
    state["open"], state["sort"] = view.open, view.sort
    state["near"], state["within"] = view.near, view.within
    for part in PARTS:
        state[f"weight-{part}"] = float(view.weights.get(part, usual[part]))


def _view_from_controls() -> View:
    state, usual = st.session_state, queries.user_weights()
    before = state[_MEMORY][0] if _MEMORY in state else View()
    weights = {part: float(state.get(f"weight-{part}", usual[part])) for part in PARTS}
    return View(
        interest=" ".join(state["interest"].split())[:LONGEST_INTEREST],
        country=tuple(state["country"]),
        stage=tuple(state["stage"]),
        kind=state["kind"] or "any",
        since=state["since"] or None,
        top=int(state["top"] or View().top),
        without=tuple(state["without"]),
        traits=tuple(state["traits"]),
        not_at=" ".join(state["not_at"].split())[:LONGEST],
        near=" ".join(state["near"].split())[:LONGEST],
        within=int(state["within"]) if state["within"] else None,
        shape=state.get("shape") or before.shape,
        open=state["open"],
        sort=state.get("sort") or before.sort,
        weights={part: weight for part, weight in weights.items() if weight != usual[part]},
    )


def show_search_box() -> View:
    """The interest, typed; returns the view that all controls together ask for."""
    st.text_input(
        "Your research interest",
        st.session_state["interest"],
        key="interest",
        type="search",
        max_chars=LONGEST_INTEREST,
        on_change=_reset_search_context,
        placeholder="A topic, such as multimodal learning, or a whole abstract",
        icon=":material/search:",
        label_visibility="collapsed",
    )
    return _view_from_controls()


def _reset_search_context() -> None:
    """Another interest has other related terms and other people."""
    st.session_state.update({"without": (), "open": ""})


def show_example_interests() -> None:
    """Interests to begin with, each a click away, and the topics that stored works speak of."""
    _show_interest_buttons(queries.example_interests(), "example")
    known = queries.query_term_suggestions("", KNOWN)
    if known:
        st.selectbox(
            "Or look through the topics that are stored",
            known,
            index=None,
            key="known",
            on_change=_choose_known_topic,
            placeholder=f"{len(known):,} topics: type to find one",
        )


def _choose_known_topic() -> None:
    st.session_state["interest"] = st.session_state["known"] or ""


def show_spelling_hints(interest: str) -> None:
    """Known terms that are spelled like an interest nothing was found for, or share a word with it."""
    alike = get_close_matches(interest.casefold(), queries.query_term_suggestions("", KNOWN), n=5, cutoff=ALIKE)
    words = [word for word in interest.split() if len(word) > 3]
    found = dict.fromkeys([*alike, *(term for word in words for term in queries.query_term_suggestions(word, 4))])
    if found:
        st.caption("Did you mean:" if alike else "Stored papers are about:")
        _show_interest_buttons(list(found)[:10], "near")


def _show_interest_buttons(interests: Sequence[str], key: str) -> None:
    with st.container(horizontal=True, gap="small"):
        for number, interest in enumerate(interests):
            change = {"interest": interest, "without": ()}
            st.button(escape_markdown(interest), key=f"{key}-{number}", on_click=_update_session, kwargs=change)


def show_filter_sidebar() -> DeltaGenerator:
    """The filters; returns the place of those that count people, which are shown when the answer is there."""
    state, years = st.session_state, [0, *range(queries.as_of_date().year, queries.as_of_date().year - YEARS, -1)]
    years += [year for year in (state["since"],) if year not in years]
    with st.sidebar:
        counted = st.container(key="facets", gap="small")
        st.selectbox(
            "Published on topic since",
            years,
            years.index(state["since"]),
            key="since",
            format_func=lambda year: str(year) if year else "Any year",
        )
        near, within = st.columns([3, 2])
        near.text_input(
            "Near",
            state["near"],
            key="near",
            max_chars=LONGEST,
            placeholder="Potsdam",
            help="A city (“Cambridge, GB”), an institution, or coordinates (“52.5, 13.4”), as the crow flies.",
        )
        within.number_input(
            "km",
            1,
            FARTHEST,
            value=None,
            step=50,
            key="within",
            placeholder=str(WITHIN),
            disabled=not state["near"].strip(),
        )
        st.text_input(
            "Exclude institution",
            state["not_at"],
            key="not_at",
            placeholder="my university",
            help="Part of an institution's name.",
        )
        st.number_input("Results", 1, MOST, state["top"], step=25, key="top")
        _show_weight_sliders()
        st.button(
            "Clear filters", key="clear", on_click=clear_filters, icon=":material/filter_alt_off:", width="stretch"
        )
    return counted


def show_sort_select() -> None:
    """What comes first."""
    st.selectbox(
        "Sort",
        list(ORDERS),
        list(ORDERS).index(st.session_state["sort"]),
        key="sort",
        format_func=ORDERS.__getitem__,
        label_visibility="collapsed",
        width=140,
    )


def _show_weight_sliders() -> None:
    with st.expander("Ranking weights", key="weights"):
        st.caption("At 0 only the evidence counts. Raise a part to move up people who have more of it.")
        for part, usual in queries.user_weights().items():
            weight = st.session_state[f"weight-{part}"]
            top = float(max(HEAVIEST / 2, usual, weight))
            st.slider(part.capitalize(), 0.0, top, weight, step=0.25, key=f"weight-{part}")
        st.button("Reset", key="reset-weights", on_click=_reset_part_weights, icon=":material/restart_alt:")
        st.page_link(components.METHOD, label="What the parts mean")


def _reset_part_weights() -> None:
    for part, weight in queries.user_weights().items():
        st.session_state[f"weight-{part}"] = float(weight)


def open_person(author_id: str) -> None:
    """Show somebody beside the list; the first of it where the id is empty."""
    _update_session(open=author_id)


def current_view() -> View:
    """The view that the controls ask for now, written to the address."""
    view = _view_from_controls()
    write_search_url(view)
    return view


def clear_filters() -> None:
    """Take all filters back; the interest and the weights stay."""
    st.session_state.update({"country": [], "stage": [], "kind": "any", "since": 0, "traits": [], "not_at": ""})
    st.session_state.update({"near": "", "within": None})


def active_filters(view: View) -> list[tuple[str, Callable[[], None]]]:
    """Each filter in use, with what takes it back."""
    found = [
        *(
            (country_name(c), partial(_update_session, country=[o for o in view.country if o != c]))
            for c in view.country
        ),
        *(
            (badges.stage_label(stage), partial(_update_session, stage=[o for o in view.stage if o != stage]))
            for stage in view.stage
        ),
    ]
    found += [
        (SIGNAL_LABELS[t], partial(_update_session, traits=[o for o in view.traits if o != t])) for t in view.traits
    ]
    if view.near:
        kilometres = WITHIN if view.within is None else view.within
        found.append((f"{kilometres:,} km around {view.near}", partial(_update_session, near="", within=None)))
    if view.not_at:
        found.append((f"excluding {view.not_at}", partial(_update_session, not_at="")))
    if view.kind != "any":
        found.append((KINDS[view.kind], partial(_update_session, kind="any")))
    if view.since:
        found.append((f"since {view.since}", partial(_update_session, since=0)))
    if view.weights:
        found.append(("own weights", partial(_reset_part_weights)))
    return found


def _update_session(**values: Any) -> None:
    st.session_state.update(values)


def show_filter_chips(view: View) -> None:
    """The filters in use, each a click from being taken back."""
    filters = active_filters(view)
    if not filters:
        return
    with st.container(horizontal=True, gap="xsmall", key="chips"):
        for label, undo in filters:
            st.button(
                escape_markdown(label),
                key=f"chip-{label}",
                on_click=undo,
                icon=":material/close:",
                icon_position="right",
                type="tertiary",
                help="Remove filter",
            )


def show_related_terms(answer: Answer) -> None:
    """Related terms that are part of the search; a click switches one off or on again."""
    off = list(st.session_state["without"])
    on = [term["term"] for term in answer.terms[1:] if term["term"] not in off]
    if not on and not off:
        return
    st.session_state["related"] = on
    st.pills(
        "Related terms",
        on + off,
        selection_mode="multi",
        key="related",
        on_change=_toggle_related_terms,
        args=(on + off,),
        wrap=False,
        format_func=escape_markdown,
        label_visibility="collapsed",
    )


def _toggle_related_terms(offered: Iterable[str]) -> None:
    chosen = set(st.session_state["related"])
    st.session_state["without"] = tuple(term for term in offered if term not in chosen)


def show_layout_switch() -> None:
    """Cards or a table."""
    st.segmented_control(
        "View",
        list(SHAPES),
        default=st.session_state[_MEMORY][0].shape,
        key="shape",
        format_func=SHAPES.__getitem__,
        required=True,
        label_visibility="collapsed",
    )


def view_fingerprint(view: View) -> str:
    """A short key that changes with the list: pages begin anew where the list is another."""
    return hashlib.sha256(repr(view.with_open_person("")).encode()).hexdigest()[:8]
