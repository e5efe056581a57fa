"""Person: everything known of somebody, and where each claim comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from dashboard import asking, charts, claims, filters, hosting, judging, mentoring, parts, starring, world_map
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
    _head(card)
    _next(card, interest)
    _listed(card, interest)
    _says(card)
    _open(card)
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


def _head(card: Card) -> None:
    st.title(parts.text(card["name"]), anchor=False)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        parts.stage_badge(card)
        parts.moved_badge(card)
        parts.newcomer_badge(card)
        parts.recruiting_badge(card)
    st.markdown(f":material/location_on: {parts.text(parts.places(card['current'], 4))}")
    foot = parts.links(card)
    if foot:
        st.markdown(foot)
    if card["stage"] != "unknown":
        sure = f"{card['stage']}, confidence {card['stage_confidence']:.0%}: {card['stage_ground']}."
        st.caption(parts.text(sure[0].upper() + sure[1:]))
    if card["other_names"]:
        st.caption(parts.text(f"Also printed as: {', '.join(card['other_names'][:12])}"))


def _next(card: Card, interest: str) -> None:
    """What to do next: the shortlist, a letter, a comparison."""
    id_, there = card["author_id"], starring.starred()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        starring.star(id_, interest, "person", there)
        if (entry := there.get(id_)) is not None:
            parts.draft_link(entry)
        query = {"author": id_, **({"interest": interest} if interest else {})}
        st.page_link(parts.COMPARE, label="Compare", icon=":material/compare_arrows:", query_params=query)


def _listed(card: Card, interest: str) -> None:
    """What the works stored say about the interest the reader came with."""
    if not interest:
        return
    on = [work for work in card["works"] if work["match"] > 0]
    if not on:
        st.info(f"No stored work of theirs is on “{parts.text(interest)}”.", icon=":material/search_off:")
        return
    led = sum(work["position"] in ("last", "only") for work in on)
    first = sum(work["position"] == "first" for work in on)
    newest = max(work["date"] for work in on)[:4]
    st.markdown(
        f"**On “{parts.text(interest)}”:** {len(on)} of {len(card['works'])} stored works, the newest of {newest}; "
        f"last author of {led}, first author of {first}."
    )


def _says(card: Card) -> None:
    """Their own words, each with its page and age."""
    if not card["statements"]:
        return
    st.subheader("What they say themselves", anchor=False)
    lines = []
    for said in card["statements"]:
        age = said["date"] or "age unknown"
        page = parts.link("page", said["url"])
        lines.append(f"- **{said['polarity']}** ({age}): “{parts.text(said['quote'])}” — {page}, read {said['seen']}")
    st.markdown("\n".join(lines))


def _open(card: Card) -> None:
    """Open positions that name them."""
    if card["openings"]:
        st.subheader("Open positions that name them", anchor=False)
        lines = [
            f"- {parts.link(one['title'], one['url'])} ({one['kind']}), "
            + parts.text(f"apply by {one['valid_through']}" if one["valid_through"] else "no deadline named")
            for one in card["openings"]
        ]
        st.markdown("\n".join(lines))


def _posts(card: Card) -> None:
    st.subheader("Posts", anchor=False)
    if not card["current"] and not card["previous"]:
        st.caption("No affiliation is stored. Unknown means unknown.")
        return
    described = "; ".join(f"{parts.place(p)} {p['since']} to {p['until']}" for p in card["current"] + card["previous"])
    st.altair_chart(charts.timeline(card["current"], card["previous"]), key="timeline", alt=f"Posts: {described}")
    st.caption("From when each was first seen to when it was last seen, on works or in statements; not from contracts.")
    places = [[post["country"]] for post in (*card["current"], *card["previous"])]
    if len({country for (country,) in places if country}) > 1:
        world_map.folded(places, "posts", "Where they have been", "posts-world")


def _years(card: Card, interest: str) -> None:
    st.subheader("Works by year", anchor=False)
    if card["works_by_year"]:
        chart = charts.by_year(card["works_by_year"], split=bool(interest))
        st.altair_chart(chart, key="years", alt=charts.in_years(card["works_by_year"]))


def _works(card: Card, interest: str) -> None:
    st.subheader(f"Works ({len(card['works'])})", anchor=False)
    on = [work for work in card["works"] if work["match"] > 0]
    best = sorted(on, key=lambda work: (-work["match"], work["date"]))[:5] if interest else card["works"][:5]
    st.markdown("\n".join(f"- {parts.work_line(work)}" for work in best or card["works"][:5]))
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
    if not card["coauthor_ties"]:
        return
    with st.expander(
        "Who of them write with each other", key="coauthors", icon=":material/hub:", on_change="rerun"
    ) as opened:
        if opened.open:
            _ties(card["coauthors"], card["coauthor_ties"])


def _ties(people: Sequence[Card], ties: Sequence[Card]) -> None:
    described = "; ".join(
        f"{people[tie['one']]['name']} and {people[tie['other']]['name']}: {tie['works']}" for tie in ties
    )
    tied = sorted({tie[end] for tie in ties for end in ("one", "other")})
    drawn = [{"name": people[number]["name"], "kind": "co-author"} for number in tied]
    lines = [{**tie, "one": tied.index(tie["one"]), "other": tied.index(tie["other"])} for tie in ties]
    chart = charts.coauthors(drawn, lines, parts.ink())
    st.altair_chart(chart, key="coauthor-map", alt=f"Joint works of their co-authors: {described}")
    alone = [one["name"] for number, one in enumerate(people) if number not in tied]
    st.caption(
        "All stored works that two of them wrote, with or without this person; thicker lines for more of them."
        + (f" With none of the others: {parts.text(', '.join(alone))}." if alone else "")
    )


def _evidence(card: Card) -> None:
    with st.expander(
        f"Where each claim comes from ({len(card['evidence'])})", key="evidence", icon=":material/fact_check:"
    ):
        claims.table(card["evidence"], "claims")
        st.caption(parts.text(f"Ids: {', '.join([card['author_id'], *card['ids']])}"))


def _hide(card: Card) -> None:
    if asking.demo():
        return
    if st.button("Never show this person", key="hide", icon=":material/visibility_off:", type="tertiary"):
        _confirm(card["author_id"], card["name"])


@st.dialog("Never show this person?")
def _confirm(author_id: str, name: str) -> None:
    st.markdown(
        f"**{parts.text(name)}** will be left out of every list, card and export on this machine, also after later "
        "collections. Only salted hashes are kept of whom this is about, so the finder cannot list who is hidden; "
        "what you noted about them on your shortlist stays in the store, unseen. "
        f"Their id, should you need it: {parts.text(author_id)}"
    )
    if st.button("Hide for good", key="hide-sure", type="primary", on_click=_hide_now, args=(author_id,)):
        st.switch_page(parts.FIND, query_params=filters.last_query() or None)


def _hide_now(author_id: str) -> None:
    with parts.remedies(), asking.store() as store:
        store.suppressions.add(tokens_of(store, author_id), asking.now())
        publish.publish(store, asking.now())


page()
