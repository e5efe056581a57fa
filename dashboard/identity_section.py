"""Who is whom, on the person page: how sure it is, who else it could be, and the user's own word on it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import components, queries
from dashboard.components import escape_markdown
from finder import publication
from finder.answers import corrections
from finder.results import PersonCard
from finder.storage import Store
from finder.storage.judgements import Judgement


def show_identity_section(card: PersonCard, interest: str) -> None:
    """Everything about whether this is one person."""
    known = card["identity"]
    st.subheader("Is this one person?", anchor=False)
    rests = "; ".join(f"{row['works']} by {row['reason']}" for row in known["by"][:3])
    st.markdown(
        f"Of {known['works']} works counted here, about **{known['sure']:.0%}** are expected to be theirs: "
        f"{escape_markdown(rests)}."
    )
    if known["doubtful"]:
        with st.expander(f"Papers we are least sure about ({len(known['doubtful'])})", key="doubtful"):
            st.markdown(
                "\n".join(
                    f"- {escape_markdown(work['title'])} ({work['date'][:4]}): {escape_markdown(work['reason'])}"
                    for work in known["doubtful"]
                )
            )
    _show_similar_names(card, interest)
    if not queries.is_demo():
        with st.container(horizontal=True, gap="xsmall"):
            if st.button("Some works are another person's", key="not-theirs", icon=":material/call_split:"):
                _show_split_dialog(card)
            if st.button("Same person as …", key="same-as", icon=":material/merge:"):
                _show_merge_dialog(card)


def _show_similar_names(card: PersonCard, interest: str) -> None:
    likely = [row for row in card["identity"]["alike"] if row["coauthors"] or row["institutions"]]
    if not likely:
        return
    st.caption("Others of a like name with something in common:")
    for row in likely:
        with st.container(horizontal=True, vertical_alignment="center", key=f"alike-{row['author_id']}", gap="xsmall"):
            components.show_person_link(row["author_id"], row["name"], interest)
            shared = f"{row['coauthors']} co-authors, {row['institutions']} institutions in common"
            told = "; ".join(filter(None, (row["place"], f"works: {row['works']}", shared, row["against"])))
            st.caption(escape_markdown(told))
            if not queries.is_demo():
                ids = card["author_id"], row["author_id"]
                st.button(
                    "Same person", key=f"same-{row['author_id']}", type="tertiary", on_click=_join_two_people, args=ids
                )
                st.button(
                    "Not the same",
                    key=f"other-{row['author_id']}",
                    type="tertiary",
                    on_click=_keep_people_apart,
                    args=ids,
                )


@st.dialog("Which works are another person's?")
def _show_split_dialog(card: PersonCard) -> None:
    labels = {
        work["work_id"]: components.plain_label(f"{work['title']} ({work['date'][:4]})") for work in card["works"]
    }
    doubtful = [work["work_id"] for work in card["identity"]["doubtful"]]
    ordered = [*(id_ for id_ in doubtful if id_ in labels), *(id_ for id_ in labels if id_ not in doubtful)]
    chosen = st.multiselect("Works", ordered, format_func=lambda id_: labels[id_], key="split-works")
    st.caption("They become a record of their own. This holds through every later collection and can be taken back.")
    ready = 0 < len(chosen) < len(labels)
    if st.button(
        "They are another person's",
        key="split-sure",
        type="primary",
        disabled=not ready,
        on_click=_split_off_works,
        args=(card["author_id"], chosen),
    ):
        st.rerun()


@st.dialog("Same person as …")
def _show_merge_dialog(card: PersonCard) -> None:
    name = st.text_input("Name or id", value=card["name"], key="same-name").strip()
    with components.show_errors():
        found = (
            [one for one in queries.query_people_by_name(name) if one.author_id != card["author_id"]] if name else []
        )
    if not found:
        st.caption("Nobody else of this name is stored.")
        return
    told = {one.author_id: f"{one.name}, {one.place or 'place unknown'} ({one.works})" for one in found}
    labels = {id_: escape_markdown(label) for id_, label in told.items()}
    chosen = st.radio("Who", list(labels), format_func=lambda id_: labels[id_], key="same-who")
    ids = card["author_id"], chosen
    if st.button("One person", key="same-sure", type="primary", on_click=_join_two_people, args=ids):
        st.rerun()


def _split_off_works(author_id: str, works: list[str]) -> None:
    _save_judgement(
        lambda store: corrections.judge_works_misattributed(store, author_id, works, queries.current_timestamp())
    )


def _join_two_people(one: str, other: str) -> None:
    _save_judgement(lambda store: corrections.judge_same_person(store, one, other, queries.current_timestamp()))


def _keep_people_apart(one: str, other: str) -> None:
    _save_judgement(lambda store: corrections.judge_different_people(store, one, other, queries.current_timestamp()))


def _save_judgement(judge: Callable[[Store], Judgement]) -> None:
    """Keep a judgement, and stay with the person: the id may be another one now."""
    with components.show_errors(), st.spinner("Rebuilding the index …"), queries.open_page_store() as store:
        made = judge(store)
        publication.resolve_and_publish(store, queries.current_timestamp())
        author = corrections.current_author_id(store, made)
    if author:
        st.query_params["author"] = author


def show_judgements() -> None:
    """What the user has said so far, each with a way back; nothing where nothing was said."""
    with components.show_errors(), queries.open_page_store() as store:
        made = store.judgements.list_judgements()
    if not made:
        return
    st.subheader("What you said about who is whom", anchor=False)
    said = {"same": "one person", "different": "two people"}
    told = [f"{' and '.join(row.about)}: {said[row.verdict]}, since {row.made_at[:10]}" for row in made]
    components.show_paginated_lines([escape_markdown(line) for line in told], "judgements")
    labels = {row.id: components.plain_label(f"{' and '.join(row.about)}: {said[row.verdict]}") for row in made}
    chosen = st.selectbox("Take back", list(labels), format_func=lambda id_: labels[id_], index=None, key="take-back")
    if chosen is not None:
        st.button("Take back", key="take-back-sure", on_click=_revoke_judgement, args=(chosen,))


def _revoke_judgement(number: int) -> None:
    with components.show_errors(), st.spinner("Rebuilding the index …"), queries.open_page_store() as store:
        store.judgements.remove(number)
        publication.resolve_and_publish(store, queries.current_timestamp())
