"""Method: how the ranking works, what it cannot see, and what it must not be taken for."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import components, login_page, people_list, queries
from finder import authorship
from finder.ranking import signals
from finder.ranking.advisor_score import BANDS, FLOOR, LATER, PARTS, WORDS
from finder.settings import is_served_mode

FORMULA = r"E = \sum_{\text{works}} \text{match}^{%s} \times \text{credit} \times 0.5^{\,\text{age} / %s\ \text{years}}"


def show_method_page() -> None:
    """The whole page."""
    st.title("How the ranking works", anchor=False)
    st.markdown(
        "From your words to works, from works to their authors, from authors to a fit. Each step can be checked: "
        "every number on a person's page leads to the works and statements it came from."
    )
    with components.show_errors():
        weights, rules = queries.user_weights(), queries.current_settings().dashboard
    _explain_matching()
    _explain_evidence()
    _explain_parts(weights)
    _explain_credit()
    _explain_stages()
    _explain_limits()
    _explain_fairness()
    _explain_privacy()
    if is_served_mode():
        st.subheader("Who is responsible", anchor=False)
        login_page.show_operator_notice(rules)


def _explain_matching() -> None:
    st.subheader("1. Which works are on your interest", anchor=False)
    st.markdown(
        "Your words are looked for in title, abstract and keywords of every stored work (Okapi BM25; a word in the "
        "title counts as five in the abstract). As a phrase they count fully, close together somewhat less, "
        "scattered less again. Terms that the best matches use beside them are looked for too, and where you name a "
        "field, its usual terms and venues. Works whose titles are near in meaning join them, marked as such. All of "
        "this is listed under the search field, and each part can be switched off."
    )


def _explain_evidence() -> None:
    st.subheader("2. Evidence: one sum", anchor=False)
    st.latex(FORMULA % (f"{signals.POWER:g}", "4"))
    st.markdown(
        "Each matched work adds how well it matches, times the author's credit for it, halved every four years. Works "
        "count from the day up to which the author's usual venues are stored: what is not stored is not held against "
        "anybody. The number after ± is the standard error, each work being a draw of its own."
    )
    rows = [
        {
            "Match": WORDS[name],
            "Evidence from": f"{least:g}",
            **{column: f"{share:.1%}" for column, share in LATER[name].items()},
        }
        for least, name in BANDS
    ]
    st.table(pl.DataFrame(rows), border="horizontal", hide_index=True, width="content")
    st.markdown(
        "What the words mean: of those with so much evidence, this share led a work on the very interest in the three "
        "years that followed (docs/ranking.md). No filter changes anybody's word. Close scores mean the same."
    )


def _explain_parts(weights: dict[str, float]) -> None:
    st.subheader("3. What describes the evidence", anchor=False)
    rows = [{"Part": part, "Says": people_list.ABOUT[part], "Weight": f"{weights[part]:g}"} for part in PARTS]
    st.table(pl.DataFrame(rows), border="horizontal", hide_index=True)
    st.markdown(
        f"With a weight above 0 the evidence is multiplied by the part (not below {FLOOR:g}) to that power. The "
        "weights are yours; they travel with the address of the page."
    )


def _explain_credit() -> None:
    st.subheader("4. Credit by place in the list of authors", anchor=False)
    st.markdown(
        f"Last, corresponding or only author {authorship.LEAD_CREDIT:g}, first author {authorship.FIRST_CREDIT:g}, "
        f"others {authorship.MIDDLE_CREDIT:g}, less in teams of more than {authorship.SMALL_TEAM}. Where authors stand "
        f"in alphabetical order, everybody has {authorship.ALPHABETICAL_CREDIT:g}. Neither citations nor the fame of "
        "venues or institutions count."
    )


def _explain_stages() -> None:
    st.subheader("5. Stages", anchor=False)
    st.markdown(
        "What somebody stated (OpenReview, ORCID, CSRankings) beats what the record suggests (years since the first "
        "work, works led, where). Each stage says which of the two it is: *stated* or *likely*. Stages do not change "
        "the evidence; students are listed only if you ask for them."
    )


def _explain_limits() -> None:
    st.subheader("What it cannot see", anchor=False)
    st.markdown(
        "- Works that are not stored: each list says how many works it rests on, and up to when.\n"
        "- Whether somebody takes students now, has funding, answers mail or is kind. Ask them, and ask their group.\n"
        "- Moves that no work or statement shows yet. Read the homepage before you write.\n"
        "- Two people of one name, or one person of two names, where no id tells. Works that look wrong probably are.\n"
        "- Fields that publish in books or in other languages than the stored works."
    )


def _explain_fairness() -> None:
    st.subheader("What it is not", anchor=False)
    st.markdown(
        "- A score measures *topic match*, not quality.\n"
        "- **Unknown is unknown**, never a no: an unknown stage or place is shown as such.\n"
        "- Gender, age, nationality and the like are neither stored nor guessed; e-mail addresses are not gathered.\n"
        "- Newcomers are not punished: the share of somebody's own work on the interest counts beside the amount.\n"
        f"- Data stay on {'the machine that serves this' if is_served_mode() else 'this machine'}. "
        "This page loads nothing from elsewhere."
    )


def _explain_privacy() -> None:
    st.subheader("Whose data these are", anchor=False)
    st.markdown(
        "**What is collected**: works with their authors and affiliations as printed, people's own records (OpenAlex, "
        "ORCID and the other sources that are switched on), sentences about taking people on from the pages they link, "
        "and open positions. Each with its source and date; no e-mail addresses, no photos.\n\n"
        "**On which basis**: who uses this for themselves may fall under the exemption for personal activity, which "
        "ends where results are published. An institution that serves it to others needs a lawful basis, a notice to "
        "the people concerned, a name to write to, and a limit of time. *docs/privacy.md* has the details; neither is "
        "legal advice.\n\n"
        "**What somebody can ask for**, of whoever runs this: to hear what is held, not to be shown, to be deleted. "
        "The two last are at the bottom of a person's page, too. Deleting reaches everything in the data folder, and "
        "keeps them out of later collections and imports by salted hashes; it does not reach copies elsewhere."
    )
    st.code("finder about ID --out told.md\nfinder hide ID\nfinder forget ID", language="bash")


show_method_page()
