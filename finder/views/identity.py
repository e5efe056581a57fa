"""How sure it is that a record is of one person, who else it could be, and what the user says about that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from finder.errors import UsageError
from finder.names import could_be, fold
from finder.resolve import certainty
from finder.resolve.works import folded
from finder.store import Snapshot, Store
from finder.store.judgements import Judgement, Sighting, Token
from finder.views import lookup
from finder.views.spelled import spelled

DOUBTFUL = 0.95  # chance below which a work is shown as possibly somebody else's
LIKELY_OTHERS = 8  # people shown who might be the same
CROWD = 30


def of(snapshot: Snapshot, author: int) -> dict[str, Any]:
    """How sure it is that all works counted here are one person's.

    Returns:
        ``sure`` (mean chance over works), ``works``, ``by`` (reason, works, chance: most works first) and
        ``doubtful`` (works that hang on the least, with why).
    """
    sighted = _sighted(snapshot, author)
    by = sighted.group_by("reasons").agg(works=pl.len(), chance=pl.col("chance").mean())
    doubtful = sighted.filter(pl.col("chance") < DOUBTFUL).sort(
        "chance", "date", "work", descending=[False, True, False]
    )
    return {
        "sure": _rounded(sighted["chance"].mean()),
        "works": sighted.height,
        "by": [
            {"reason": in_words(row["reasons"]), "works": row["works"], "chance": _rounded(row["chance"])}
            for row in by.sort("works", "reasons", descending=True).iter_rows(named=True)
        ],
        "doubtful": [
            {"work_id": row["work_id"], "title": row["title"], "date": row["date"].isoformat(),
             "reason": in_words(row["reasons"]), "chance": _rounded(row["chance"])}
            for row in doubtful.head(10).iter_rows(named=True)
        ],
    }  # fmt: skip


def _sighted(snapshot: Snapshot, author: int) -> pl.DataFrame:
    """One row per work of somebody: the surest of its versions."""
    return (
        snapshot.table("sightings").lazy()
        .filter((pl.col("author") == author) & (pl.col("position") >= 0))
        .join(snapshot.table("versions").lazy(), on="record")
        .sort("chance", descending=True)
        .unique("work", keep="first")
        .join(snapshot.table("works").lazy().select("work", "work_id", "title", "date"), on="work")
        .collect()
    )  # fmt: skip


def in_words(reasons: int) -> str:
    """The reasons for which a work was counted as somebody's.

    >>> in_words(0), in_words(12)
    ('the only one stored under this name', 'a co-author in common, the same institution')
    """
    said = [text for reason, text in certainty.REASONS.items() if reasons & reason]
    return ", ".join(said) or "the only one stored under this name"


def _rounded(chance: Any) -> float:
    return round(float(chance or 0.0), 2)


def alike(snapshot: Snapshot, author: int) -> list[dict[str, Any]]:
    """Others of the same or a like name, those with most in common first: who might be the same person.

    Returns:
        ``author_id``, ``name``, ``works``, ``place``, ``coauthors`` and ``institutions`` in common, ``against``.
    """
    people = snapshot.table("authors")
    person = people.row(by_predicate=pl.col("author") == author, named=True)
    others = _like(snapshot, person["name"]).filter(pl.col("author") != author)
    if others.is_empty():
        return []
    concerned = pl.concat([others.select("author"), pl.DataFrame({"author": [author]}, others.select("author").schema)])
    places = snapshot.table("affiliations").lazy().join(concerned.lazy(), on="author", how="semi")
    mates, places = _mates(snapshot, concerned), places.select("author", on="institution").unique()
    counted = others.select("author", "author_id", "name", "ids", works="works_count").lazy()
    for name, company in (("coauthors", mates), ("institutions", places)):
        own = company.filter(pl.col("author") == author).select("on").unique()
        shared = company.join(own, on="on", how="semi").group_by("author").agg(pl.col("on").n_unique().alias(name))
        counted = counted.join(shared, on="author", how="left").with_columns(pl.col(name).fill_null(0))
    order = ("coauthors", "institutions", "works", "author_id")
    shown = counted.sort(*order, descending=[True, True, True, False]).head(LIKELY_OTHERS).collect()
    last = dict(lookup.last_places(snapshot, shown).select("author", "place").iter_rows())
    return [
        {**{key: row[key] for key in ("author_id", "name", "works", "coauthors", "institutions")},
         "place": last.get(row["author"]), "against": _against(person["ids"], row["ids"])}
        for row in shown.iter_rows(named=True)
    ]  # fmt: skip


def _like(snapshot: Snapshot, name: str) -> pl.DataFrame:
    """People of the same family name whose first name is the same or its initial, in either order."""
    parts = fold(name).split()
    fits = pl.col("name").map_elements(lambda other: could_be(parts, fold(other).split()), return_dtype=pl.Boolean)
    # folding every name is slow: first those that hold one of the parts, or letters that folding changes
    near = pl.any_horizontal(pl.col("plain").str.contains(part, literal=True) for part in {parts[0], parts[-1]})
    odd = pl.col("plain").str.len_bytes() > pl.col("plain").str.len_chars()
    return spelled(snapshot).filter(near | odd).filter(fits)


def _mates(snapshot: Snapshot, people: pl.DataFrame) -> pl.LazyFrame:
    """``author``, ``on``: who stands beside each of some people on works that are no crowd's."""
    rows = snapshot.table("authorships").lazy().filter(pl.col("n_authors") <= CROWD).select("work", "author")
    theirs = rows.join(people.lazy(), on="author", how="semi")
    both = theirs.join(rows.rename({"author": "on"}), on="work").filter(pl.col("author") != pl.col("on"))
    return both.select("author", "on")


def _against(one: Iterable[str], other: Iterable[str]) -> str:
    """What speaks against two records being one person's: different ids in one registry."""
    mine, theirs = ({id_.split(":")[0] for id_ in ids} for ids in (one, other))
    return ", ".join(f"different {scheme} ids" for scheme in sorted(mine & theirs))


def same(store: Store, one: str, other: str, now: str) -> Judgement:
    """Keep that two records are of one person; the caller publishes.

    Raises:
        UsageError: one of them is not stored, or they are one already.
    """
    snapshot = store.snapshots.current()
    a, b = lookup.find(snapshot, one), lookup.find(snapshot, other)
    if a == b:
        raise UsageError(f"{one} and {other} are one person here already.")
    return store.judgements.add("same", tokens(store, a), tokens(store, b), _names(snapshot, a, b), now)


def different(store: Store, one: str, other: str, now: str) -> Judgement:
    """Keep that two records are of two people, whatever may speak for one; the caller publishes.

    Raises:
        UsageError: one of them is not stored, or both are one record (then say which works are another person's).
    """
    snapshot = store.snapshots.current()
    a, b = lookup.find(snapshot, one), lookup.find(snapshot, other)
    if a == b:
        raise UsageError(f"{one} and {other} are one person here. Say which works are not theirs, with --work.")
    return store.judgements.add("different", tokens(store, a), tokens(store, b), _names(snapshot, a, b), now)


def not_theirs(store: Store, who: str, works: Sequence[str], now: str) -> Judgement:
    """Keep that some works counted as somebody's are another person's; the caller publishes.

    Args:
        works: ids or whole titles.

    Raises:
        UsageError: a work is not theirs anyhow, or nothing would be left.
    """
    snapshot = store.snapshots.current()
    author = lookup.find(snapshot, who)
    own = _sighted(snapshot, author).with_columns(title_key=folded(pl.col("title")))
    wanted = pl.DataFrame({"said": list(works)}).with_columns(title_key=folded(pl.col("said")))
    meant = own.filter(pl.col("work_id").is_in(list(works)) | pl.col("title_key").is_in(wanted["title_key"].implode()))
    known = {*meant["work_id"], *meant["title_key"]}
    missing = [said for said, key in wanted.iter_rows() if said not in known and key not in known]
    if missing or meant.is_empty():
        raise UsageError(f"Not among the works counted as {who}: {'; '.join(missing) or 'none was named'}.")
    if meant.height == own.height:
        raise UsageError(f"These are all works counted as {who}: name those of the other person only.")
    a, b = tokens(store, author, without=meant), tokens(store, author, only=meant)
    name = snapshot.table("authors").row(by_predicate=pl.col("author") == author, named=True)["name"]
    count = f"{meant.height} work{'s' * (meant.height != 1)}"
    return store.judgements.add("different", a, b, (name, f"{count} under this name"), now)


def goes_by(store: Store, made: Judgement) -> str | None:
    """The author id that the first side of a judgement has now; None where nobody is left of it."""
    snapshot = store.snapshots.current()
    numbers = store.records.numbers((t.source, t.kind, t.source_id) for t in made.a if isinstance(t, Sighting))
    names = {(numbers.get((t.source, t.kind, t.source_id)), t.fold) for t in made.a if isinstance(t, Sighting)}
    meant = pl.DataFrame(list(names), schema={"record": pl.Int64, "fold": pl.String}, orient="row")
    found = (
        snapshot.table("raw_names").lazy().join(meant.lazy(), on=("record", "fold"))
        .join(snapshot.table("sightings").lazy(), on=("record", "position"))
        .join(snapshot.table("authors").lazy(), on="author")
        .group_by("author_id").agg(n=pl.len()).sort("n", "author_id", descending=[True, False]).collect()
    )  # fmt: skip
    return None if found.is_empty() else found["author_id"][0]


def _names(snapshot: Snapshot, *authors: int) -> tuple[str, str]:
    named = dict(snapshot.table("authors").filter(pl.col("author").is_in(authors)).select("author", "name").iter_rows())
    return named[authors[0]], named[authors[1]]


def tokens(
    store: Store, author: int, *, only: pl.DataFrame | None = None, without: pl.DataFrame | None = None
) -> list[Token]:
    """All that a record is known by: ids, and each printed name; or the part of it on some works, or off them."""
    snapshot = store.snapshots.current()
    sighted = (
        snapshot.table("sightings").lazy().filter(pl.col("author") == author)
        .join(snapshot.table("versions").lazy(), on="record", how="left")
        .join(snapshot.table("raw_names").lazy(), on=("record", "position"))
        .select("record", "position", "work", "fold", "ids").collect()
    )  # fmt: skip
    part = sighted
    if only is not None:
        part = sighted.join(only, on="work", how="semi")
    if without is not None:
        part = sighted.join(without, on="work", how="anti")
    ids = set(part["ids"].explode(empty_as_null=True).drop_nulls())
    if only is not None:  # what the rest bears, too, does not tell these from the rest
        rest = sighted.join(only, on="work", how="anti")
        ids -= set(rest["ids"].explode(empty_as_null=True).drop_nulls())
    keys = store.records.keys(part["record"].unique().to_list())
    return [
        *ids,
        *(Sighting(*keys[record], name) for record, name in part.select("record", "fold").unique().iter_rows()),
    ]
