"""How well open positions fit an interest: by what they say, and by what their organisation works on.

A posting that says the words itself comes first. Where it says nothing of the kind, works of its organisation on the
interest lift it a little: a general "PhD position" at the right place is worth a look.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import polars as pl

from finder import names
from finder.rank.index import quoted
from finder.rank.related import Term
from finder.store import Snapshot, Store

# where the interest's own words stand -> fit
TITLE, TITLE_APART, TEXT, NEAR, ANYWHERE = 1.0, 0.9, 0.8, 0.55, 0.3
RELATED_TITLE, RELATED_TEXT = 0.8, 0.45  # of a related term's weight
RELATED = 0.6  # the most that related terms give together
PLACE = 0.3  # the most that the organisation's works give
CLOSE = 8  # words that may stand between words that are "close by"
YEARS = 3  # of works by which an organisation is known
MANY = 3.0  # summed match of an organisation's works that counts as a great part of PLACE


def said(store: Store, terms: Sequence[Term]) -> pl.DataFrame:
    """What postings say of an interest.

    Args:
        terms: as :func:`finder.rank.match.find` learned them: the interest first, then related ones.

    Returns:
        ``id``, ``text_fit`` in (0, 1], ``says``: where the words stand, best first, in words.
    """
    interest, *others = terms
    related = [term for term in others if term.kind in ("related", "field")]
    rows = [(id_, value, says, True) for value, says, ids in _direct(store, interest.text) for id_ in ids]
    for term in related:
        phrase = quoted(term.text)
        for value, says, expression in (
            (RELATED_TITLE, f"its title names “{term.text}”", f"title : {phrase}"),
            (RELATED_TEXT, f"its text names “{term.text}”", phrase),
        ):
            rows += [(id_, value * term.weight, says, False) for id_ in store.postings.fitting(expression)]
    schema = {"id": pl.Int64, "value": pl.Float64, "says": pl.String, "direct": pl.Boolean}
    frame = pl.DataFrame(rows, schema, orient="row")
    own, beside = pl.col("value").filter("direct").max().fill_null(0.0), pl.col("value").filter(~pl.col("direct"))
    together = (1 - (1 - beside).product()) * RELATED
    best = pl.col("says").filter("direct").head(1)  # what is weaker says nothing beside it
    others = pl.col("says").filter(~pl.col("direct")).head(2)
    return (
        frame.sort("direct", "value", "says", descending=[True, True, False])
        .unique(("id", "says"), keep="first", maintain_order=True)
        .group_by("id", maintain_order=True)
        .agg(text_fit=1 - (1 - own) * (1 - together), says=best.append(others))
        .sort("id")
    )


def _direct(store: Store, interest: str) -> list[tuple[float, str, list[int]]]:
    words, telling = names.WORDS.findall(interest.casefold()), names.telling(interest)
    if not words:
        return []
    phrase, all_of = quoted(" ".join(words)), " AND ".join(map(quoted, telling))
    near = f"NEAR({' '.join(map(quoted, telling))}, {CLOSE})"
    asked = [
        (TITLE, f"its title says “{interest}”", f"title : {phrase}"),
        (TITLE_APART, f"its title holds the words of “{interest}”", f"title : ({all_of})"),
        (TEXT, f"its text says “{interest}”", phrase),
        (NEAR, f"its text has the words of “{interest}” close together", near),
        (ANYWHERE, f"its text holds the words of “{interest}”", all_of),
    ]
    return [(value, says, store.postings.fitting(expression)) for value, says, expression in asked]


def places(snapshot: Snapshot, matches: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Organisations by what they publish on an interest.

    Args:
        matches: ``work``, ``match``.

    Returns:
        ``institution``, ``place_fit`` in (0, 1), ``works`` (how many of the last YEARS).
    """
    since = as_of.replace(year=as_of.year - YEARS, day=min(as_of.day, 28))
    lately = snapshot.table("works").lazy().filter(pl.col("date").is_between(since, as_of)).select("work")
    on_it = matches.lazy().join(lately, on="work").select("work", "match")
    printed = (
        snapshot.table("affiliations").lazy().select("record", "institution")
        .join(snapshot.table("versions").lazy(), on="record").select("work", "institution").unique()
    )  # fmt: skip
    summed = printed.join(on_it, on="work").group_by("institution").agg(works=pl.len(), amount=pl.col("match").sum())
    fit = 1 - (-(pl.col("amount") / MANY) * math.log(2)).exp()
    return summed.select("institution", "works", place_fit=fit).sort("institution").collect()


def fits(openings: pl.DataFrame) -> pl.DataFrame:
    """The fit of each posting, and how it came about.

    Args:
        openings: ``text_fit``, ``place_fit`` (either may be null).

    Returns:
        The same with ``fit`` in [0, 1].
    """
    text, place = pl.col("text_fit").fill_null(0.0), pl.col("place_fit").fill_null(0.0)
    return openings.with_columns(fit=1 - (1 - text) * (1 - PLACE * place))
