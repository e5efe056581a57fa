"""Person: everything known of somebody, and where each claim comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from dashboard import asking, charts, filters, forgetting, hosting, judging, mentoring, parts, person_card
from finder.curated import country_name
from finder.errors import UsageError
from finder.rank.explain import safe
from finder.resolve import publish
from finder.views import tokens_of

Card = Mapping[str, Any]


def page() -> None:
    """The whole page."""
    author = st.query_params.get("author", "").strip()[:200]
    interest = " ".join(st.query_params.get("interest", "").split())[:200]
    _back(interest)
    if not author:
        _look_up("")
        return
    with parts.remedies():
        try:
            card = asking.person(author, interest or None)
        except UsageError as error:
            _look_up(author, str(error))
            return
    person_card.head(card)
    person_card.actions(card, interest)
    person_card.listed(card, interest)
    person_card.says(card)
    person_card.open_positions(card)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _posts(card)
    with right:
        _years(card, interest)
    _works(card, interest)
    _coauthors(card, interest)
    mentoring.section(card, interest)
    hosting.section(card, interest)
    judging.section(card, interest)
    _evidence(card)
    _hide(card)


def _back(interest: str) -> None:
    query = filters.last_query() or ({"interest": interest} if interest else {})
    label = f"Back to “{parts.text(query['interest'])}”" if query.get("interest") else "Back to Find"
    st.page_link(parts.FIND, label=label, icon=":material/arrow_back:", query_params=query or None)


def _look_up(typed: str, told: str = "") -> None:
    """Find somebody by name; ``told`` is why what was typed did not mean one person."""
    st.title("Look somebody up", anchor=False)
    name = st.text_input(
        "Name or id", value=typed, key="name", type="search", placeholder="a name, openalex:A…, orcid:0000-…"
    ).strip()
    if not name:
        st.caption("Those whose works are stored can be found here, by all or part of their name.")
        judging.judgements()
        return
    with parts.remedies():
        found = asking.called(name)
        if not found and ":" in name:
            found = _by_id(name)
    if found:
        st.caption("Choose the one you mean:")
    else:
        nobody = f"Nobody called “{name}” is stored. Collect an interest they work on, or check the spelling."
        st.warning(parts.text(told if told and name == typed else nobody), icon=":material/person_off:")
    for row in found:
        with st.container(border=True, key=f"found-{row['author_id']}", gap="xsmall"):
            parts.person_link(row["author_id"], row["name"], "")
            country = f", {country_name(row['country'])}" if row["country"] else ""
            where = f"{row['place']}{country}" if row["place"] else "place unknown"
            st.caption(parts.text(f"{where}; works: {row['works']}; {row['author_id']}"))


def _by_id(id_: str) -> list[dict[str, Any]]:
    try:
        card = asking.person(id_, None)
    except UsageError:
        return []
    post = card["current"][0] if card["current"] else {"institution": None, "country": None}
    return [
        {
            "author_id": card["author_id"], "name": card["name"], "works": card["works_count"],
            "place": post["institution"], "country": post["country"],
        }
    ]  # fmt: skip


def _posts(card: Card) -> None:
    st.subheader("Posts", anchor=False)
    if not card["current"] and not card["previous"]:
        st.caption("No affiliation is stored. Unknown means unknown.")
        return
    described = "; ".join(f"{parts.place(p)} {p['since']} to {p['until']}" for p in card["current"] + card["previous"])
    st.altair_chart(charts.timeline(card["current"], card["previous"]), key="timeline", alt=f"Posts: {described}")
    st.caption("From when each was first seen to when it was last seen, on works or in statements; not from contracts.")


def _years(card: Card, interest: str) -> None:
    st.subheader("Works by year", anchor=False)
    if card["works_by_year"]:
        described = ", ".join(
            f"{y['year']}: {y['on']} on the interest, {y['off']} other" for y in card["works_by_year"]
        )
        chart = charts.by_year(card["works_by_year"], split=bool(interest))
        st.altair_chart(chart, key="years", alt=f"Works by year. {described}")


def _works(card: Card, interest: str) -> None:
    st.subheader(f"Works ({len(card['works'])})", anchor=False)
    st.markdown(person_card.best(card, interest))
    with st.expander(f"All {len(card['works'])} stored works as a table", key="all-works"):
        columns = ("title", "date", "venue", "position", "match", "url")
        frame = pl.DataFrame([{**work, "url": safe(work["url"])} for work in card["works"]], infer_schema_length=None)
        config = st.column_config
        shown = {
            "title": config.TextColumn("Title", width="large"),
            "date": config.TextColumn("Date", width=90),
            "venue": config.TextColumn("Venue"),
            "position": config.TextColumn("Author position", width=110),
            "match": config.ProgressColumn("Match", format="%.2f", min_value=0.0, max_value=1.0) if interest else None,
            "url": config.LinkColumn("Page", display_text="open", width=70),
        }
        st.dataframe(frame.select(columns), key="works", hide_index=True, column_config=shown, lazy=False)


def _coauthors(card: Card, interest: str) -> None:
    if not card["coauthors"]:
        return
    st.subheader("Writes with", anchor=False)
    with st.container(horizontal=True, gap="xsmall"):
        for other in card["coauthors"]:
            parts.person_link(other["author_id"], f"{other['name']} ({other['works']})", interest)
    st.caption("In brackets: stored works together.")


def _evidence(card: Card) -> None:
    with st.expander(
        f"Where each claim comes from ({len(card['evidence'])})", key="evidence", icon=":material/fact_check:"
    ):
        frame = pl.DataFrame(
            [{**claim, "url": safe(claim["url"])} for claim in card["evidence"]], infer_schema_length=None
        )
        config = st.column_config
        shown = {
            "claim": config.TextColumn("Claim", width="large"),
            "source": config.TextColumn("Source"),
            "date": config.TextColumn("Date", width=90),
            "url": config.LinkColumn("Page", display_text="open", width=70),
        }
        st.dataframe(frame, key="claims", hide_index=True, column_config=shown, lazy=False)
        st.caption(parts.text(f"Ids: {', '.join([card['author_id'], *card['ids']])}"))


def _hide(card: Card) -> None:
    if asking.demo():
        return
    with st.container(horizontal=True, gap="small"):
        if st.button("Never show this person", key="hide", icon=":material/visibility_off:", type="tertiary"):
            _confirm(card["author_id"], card["name"])
        forgetting.button(card["author_id"], card["name"])


@st.dialog("Never show this person?")
def _confirm(author_id: str, name: str) -> None:
    st.markdown(
        f"**{parts.text(name)}** will be left out of every list, card and export on this machine, also after later "
        "collections. Only salted hashes are kept of whom this is about, so the finder cannot list who is hidden; "
        "what is stored of them, and what you noted about them, stays in the store, unseen. To delete it, close this "
        "and choose *Delete what is stored*. "
        f"Their id, should you need it: {parts.text(author_id)}"
    )
    if st.button("Hide for good", key="hide-sure", type="primary", on_click=_hide_now, args=(author_id,)):
        st.switch_page(parts.FIND, query_params=filters.last_query() or None)


def _hide_now(author_id: str) -> None:
    with parts.remedies(), asking.store() as store:
        store.suppressions.add(tokens_of(store, author_id), asking.now())
        publish.publish(store, asking.now())


page()
