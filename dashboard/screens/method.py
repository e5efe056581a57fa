"""Method: how the ranking works, what it cannot see, and what it must not be taken for."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import asking, gate, listing, parts
from finder.rank import signals
from finder.rank.advisors import ADVISES, BANDS, FLOOR, PARTS
from finder.settings import served_mode

FORMULA = r"\text{score} = \prod_{p} \max(p,\ %s)^{\,w_p / \sum w}"


def page() -> None:
    """The whole page."""
    st.title("How the ranking works", anchor=False)
    st.markdown(
        "From your words to works, from works to their authors, from authors to a fit. Each step can be checked: "
        "every number on a person's page leads to the works and statements it came from."
    )
    with parts.remedies():
        weights, rules = asking.weights(), asking.settings().dashboard
    _matching()
    _parts(weights)
    _credit()
    _stages()
    _limits()
    _fairness()
    if served_mode():
        st.subheader("Who is responsible", anchor=False)
        gate.responsible(rules)


def _matching() -> None:
    st.subheader("1. Which works are on your interest", anchor=False)
    st.markdown(
        "Your words are looked for in title, abstract and keywords of every stored work (Okapi BM25; a word in the "
        "title counts as five in the abstract). As a phrase they count fully, close together somewhat less, "
        "scattered less again. Terms that stand out among the best matches are looked for too: they are listed under "
        "the search field, and each can be switched off."
    )


def _parts(weights: dict[str, float]) -> None:
    st.subheader("2. Five parts make the score", anchor=False)
    rows = [{"Part": part, "Says": listing.ABOUT[part], "Weight": f"{weights[part]:g}"} for part in PARTS]
    st.table(pl.DataFrame(rows), border="horizontal", hide_index=True)
    st.latex(FORMULA % f"{FLOOR:g}")
    st.markdown(
        f"A weighted geometric mean: the parts are wanted together, and none counts below {FLOOR:g}, so that one weak "
        "part does not erase somebody. The weights are yours: change them under *What counts how much*; they travel "
        "with the address of the page."
    )
    bands = ", ".join(f"**{name}** from {share:.0%}" for share, name in BANDS[:-1])
    st.markdown(
        f"Scores are shown in bands, as shares of the best score of the list: {bands}, **{BANDS[-1][1]}** below. "
        "Differences within a band mean little."
    )


def _credit() -> None:
    st.subheader("3. What a place in the list of authors is worth", anchor=False)
    st.markdown(
        f"Last, corresponding or only author {signals.LED:g}, first author {signals.FIRST:g}, others "
        f"{signals.MIDDLE:g}, less in teams of more than {signals.SMALL}. Where authors stand in alphabetical order, "
        f"everybody has {signals.EQUAL:g}. Somebody's best work counts fully, the next {signals.DISCOUNT:g} of that, "
        "and so on: volume alone does not win. Neither citations nor the fame of venues or institutions count."
    )


def _stages() -> None:
    st.subheader("4. Stages", anchor=False)
    st.markdown(
        "What somebody stated (OpenReview, ORCID, CSRankings) beats what the record suggests (years since the first "
        "work, works led, where). Each stage says which of the two it is: *stated* or *likely*. How well people at a "
        "stage can take somebody on is a convention, the same for everybody:"
    )
    rows = [{"Stage": stage, "Counts": f"{value:g}"} for stage, value in ADVISES.items()]
    st.table(pl.DataFrame(rows), border="horizontal", hide_index=True, width="content")


def _limits() -> None:
    st.subheader("What it cannot see", anchor=False)
    st.markdown(
        "- Works that are not stored: each list says how many works it rests on, and up to when.\n"
        "- Whether somebody takes students now, has funding, answers mail or is kind. Ask them, and ask their group.\n"
        "- Moves that no work or statement shows yet. Read the homepage before you write.\n"
        "- Two people of one name, or one person of two names, where no id tells. Works that look wrong probably are.\n"
        "- Fields that publish in books or in other languages than the stored works."
    )


def _fairness() -> None:
    st.subheader("What it is not", anchor=False)
    st.markdown(
        "- A score is a fit to *your words*, not a verdict on a person.\n"
        "- **Unknown is unknown**, never a no: an unknown stage or place is shown as such.\n"
        "- Gender, age, nationality and the like are neither stored nor guessed; e-mail addresses are not gathered.\n"
        "- Newcomers are not punished: the share of somebody's own work on the interest counts beside the amount.\n"
        f"- Data stay on {'the machine that serves this' if served_mode() else 'this machine'}. "
        "This page loads nothing from elsewhere.\n"
        "- Whoever does not want to be shown can be hidden for good, through every later collection and import: "
        "at the bottom of a person's page, or in a terminal:"
    )
    st.code("finder hide ID", language="bash")


page()
