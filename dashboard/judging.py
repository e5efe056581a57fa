"""Who is whom, on the person page: how sure it is, who else it could be, and the user's own word on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from dashboard import asking, parts
from finder import publication
from finder.store import Store
from finder.store.judgements import Judgement
from finder.views import identity

Card = Mapping[str, Any]


def section(card: Card, interest: str) -> None:
    """Everything about whether this is one person."""
    known = card["identity"]
    st.subheader("Is this one person?", anchor=False)
    rests = "; ".join(f"{row['works']} by {row['reason']}" for row in known["by"][:3])
    st.markdown(
        f"Of {known['works']} works counted here, about **{known['sure']:.0%}** are expected to be theirs: "
        f"{parts.text(rests)}."
    )
    if known["doubtful"]:
        with st.expander(f"Works that hang on least ({len(known['doubtful'])})", key="doubtful"):
            st.markdown("\n".join(
                f"- {parts.text(work['title'])} ({work['date'][:4]}): {parts.text(work['reason'])}"
                for work in known["doubtful"]
            ))  # fmt: skip
    _alike(card, interest)
    if not asking.demo():
        with st.container(horizontal=True, gap="xsmall"):
            if st.button("Some works are another person's", key="not-theirs", icon=":material/call_split:"):
                _split(card)
            if st.button("Same person as …", key="same-as", icon=":material/merge:"):
                _same_as(card)


def _alike(card: Card, interest: str) -> None:
    likely = [row for row in card["identity"]["alike"] if row["coauthors"] or row["institutions"]]
    if not likely:
        return
    st.caption("Others of a like name with something in common:")
    for row in likely:
        with st.container(horizontal=True, vertical_alignment="center", key=f"alike-{row['author_id']}", gap="xsmall"):
            parts.person_link(row["author_id"], row["name"], interest)
            shared = f"{row['coauthors']} co-authors, {row['institutions']} institutions in common"
            told = "; ".join(filter(None, (row["place"], f"works: {row['works']}", shared, row["against"])))
            st.caption(parts.text(told))
            if not asking.demo():
                ids = card["author_id"], row["author_id"]
                st.button(
                    "Same person", key=f"same-{row['author_id']}", type="tertiary", on_click=_same, args=ids
                )  # fmt: skip
                st.button(
                    "Not the same", key=f"other-{row['author_id']}", type="tertiary", on_click=_different, args=ids
                )  # fmt: skip


@st.dialog("Which works are another person's?")
def _split(card: Card) -> None:
    labels = {work["work_id"]: parts.plain(f"{work['title']} ({work['date'][:4]})") for work in card["works"]}
    doubtful = [work["work_id"] for work in card["identity"]["doubtful"]]
    ordered = [*(id_ for id_ in doubtful if id_ in labels), *(id_ for id_ in labels if id_ not in doubtful)]
    chosen = st.multiselect("Works", ordered, format_func=lambda id_: labels[id_], key="split-works")
    st.caption("They become a record of their own. This holds through every later collection and can be taken back.")
    ready = 0 < len(chosen) < len(labels)
    if st.button(
        "They are another person's", key="split-sure", type="primary", disabled=not ready,
        on_click=_not_theirs, args=(card["author_id"], chosen),
    ):  # fmt: skip
        st.rerun()


@st.dialog("Same person as …")
def _same_as(card: Card) -> None:
    name = st.text_input("Name or id", value=card["name"], key="same-name").strip()
    with parts.remedies():
        found = [one for one in asking.called(name) if one.author_id != card["author_id"]] if name else []
    if not found:
        st.caption("Nobody else of this name is stored.")
        return
    told = {one.author_id: f"{one.name}, {one.place or 'place unknown'} ({one.works})" for one in found}
    labels = {id_: parts.text(label) for id_, label in told.items()}
    chosen = st.radio("Who", list(labels), format_func=lambda id_: labels[id_], key="same-who")
    ids = card["author_id"], chosen
    if st.button("One person", key="same-sure", type="primary", on_click=_same, args=ids):
        st.rerun()


def _not_theirs(author_id: str, works: list[str]) -> None:
    _keep(lambda store: identity.not_theirs(store, author_id, works, asking.now()))


def _same(one: str, other: str) -> None:
    _keep(lambda store: identity.same(store, one, other, asking.now()))


def _different(one: str, other: str) -> None:
    _keep(lambda store: identity.different(store, one, other, asking.now()))


def _keep(judge: Callable[[Store], Judgement]) -> None:
    """Keep a judgement, and stay with the person: the id may be another one now."""
    with parts.remedies(), st.spinner("Rebuilding the index …"), asking.store() as store:
        made = judge(store)
        publication.publish(store, asking.now())
        author = identity.goes_by(store, made)
    if author:
        st.query_params["author"] = author


def judgements() -> None:
    """What the user has said so far, each with a way back; nothing where nothing was said."""
    with parts.remedies(), asking.store() as store:
        made = store.judgements.all()
    if not made:
        return
    st.subheader("What you said about who is whom", anchor=False)
    said = {"same": "one person", "different": "two people"}
    told = [f"{' and '.join(row.about)}: {said[row.verdict]}, since {row.made_at[:10]}" for row in made]
    parts.lines([parts.text(line) for line in told], "judgements")
    labels = {row.id: parts.plain(f"{' and '.join(row.about)}: {said[row.verdict]}") for row in made}
    chosen = st.selectbox("Take back", list(labels), format_func=lambda id_: labels[id_], index=None, key="take-back")
    if chosen is not None:
        st.button("Take back", key="take-back-sure", on_click=_take_back, args=(chosen,))


def _take_back(number: int) -> None:
    with parts.remedies(), st.spinner("Rebuilding the index …"), asking.store() as store:
        store.judgements.remove(number)
        publication.publish(store, asking.now())
