"""One work from its several records: preprint, conference and journal version count once."""

from __future__ import annotations

import polars as pl

from finder.resolution.connected_components import label_components
from finder.tables import conform_table

YEARS_APART = 2  # a preprint and its journal version are rarely further apart; yearly reports of one title are
TITLES = 2  # of one id at one source: with more, it is the id of a volume that its papers stand in
SHORT = 16  # folded letters below which a title ("Editorial", "Preface") says nothing


def title_key(title: pl.Expr) -> pl.Expr:
    """Titles as keys: letters and digits only, lower case."""
    return title.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", "")


def resolve_works(raw_works: pl.DataFrame, raw_names: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Works and which records are versions of which: the same DOI or arXiv id, else title, first author and time.

    Returns:
        Tables ``works`` (one representative record each) and ``versions``.
    """
    raw_works = _drop_volume_ids(raw_works)
    ties = pl.concat([_id_ties(raw_works), _title_ties(raw_works, raw_names)])
    labels = label_components(ties)
    versions = (
        raw_works.lazy()
        .select("record")
        .join(labels.lazy(), left_on="record", right_on="node", how="left")
        .select("record", cluster=pl.coalesce("label", "record"))
        .select("record", work=(pl.col("cluster").rank("dense") - 1).cast(pl.UInt32))
        .sort("record")
        .collect()
    )
    return _build_work_table(raw_works, versions, _alphabetical_records(raw_names)), conform_table("versions", versions)


def _drop_volume_ids(raw_works: pl.DataFrame) -> pl.DataFrame:
    """The same without ids that a source gives to works of several titles: they are no works' own."""
    each = raw_works.lazy().select("source", "title", id="ids").explode("id").filter(pl.col("id").is_not_null())
    repeated = each.filter(pl.len().over("source", "id") > TITLES)
    titles = repeated.group_by("source", "id").agg(titles=title_key(pl.col("title")).n_unique())
    volumes = titles.filter(pl.col("titles") > TITLES).select("id").collect()["id"].unique().implode()
    if volumes.item().is_empty():
        return raw_works
    return raw_works.with_columns(ids=pl.col("ids").list.filter(~pl.element().is_in(volumes)))


def _id_ties(raw_works: pl.DataFrame) -> pl.LazyFrame:
    return (
        raw_works.lazy()
        .select(node="record", id="ids")
        .explode("id")
        .filter(pl.col("id").is_not_null())
        .select("node", key=pl.col("id").hash(seed=1))
    )


def _title_ties(raw_works: pl.DataFrame, raw_names: pl.DataFrame) -> pl.LazyFrame:
    first = raw_names.lazy().filter(pl.col("position") == 0).select("record", "fold")
    keyed = (
        raw_works.lazy()
        .join(first, on="record")
        .select("record", "year", fold="fold", title=title_key(pl.col("title")))
        .filter(pl.col("title").str.len_chars() >= SHORT)
        .with_columns(group=pl.struct("title", "fold").hash(seed=2))
        .filter(pl.len().over("group") > 1)
        .sort("group", "year", "record")
    )
    # within one title and author, a gap of more than YEARS_APART begins another work
    apart = (pl.col("year").diff().over("group") > YEARS_APART).fill_null(value=False)
    era = apart.cum_sum().over("group")
    return keyed.with_columns(era=era).select(node="record", key=pl.struct("group", "era").hash(seed=3))


def _alphabetical_records(raw_names: pl.DataFrame) -> pl.LazyFrame:
    """Records whose authors stand in the order of their family names, which then says nothing about who led."""
    family = pl.col("fold").str.split(" ").list.last()
    return (
        raw_names.lazy()
        .filter(pl.col("position") >= 0)
        .sort("record", "position")
        .group_by("record")
        .agg(in_order=(family >= family.shift(1)).fill_null(value=True).all(), names=pl.len())
        .select("record", in_order=pl.col("in_order") & (pl.col("names") >= 3))
    )


def _build_work_table(raw_works: pl.DataFrame, versions: pl.DataFrame, in_order: pl.LazyFrame) -> pl.DataFrame:
    """The version that stands for the work: published, not a preprint, then the earliest stored."""
    preprint = (pl.col("type") == "preprint").fill_null(value=False)
    # narrow columns first: titles and keywords are most of the room, and most works have one version
    narrow = raw_works.lazy().select("record", "source", "citations", "published", preprint=preprint)
    narrow = narrow.join(versions.lazy(), on="record")
    first = narrow.sort(~pl.col("published"), "preprint", "record").unique("work", keep="first", maintain_order=True)
    shared = narrow.group_by("work").agg(
        sources=pl.col("source").unique().sort(),
        most_cited=pl.col("citations").max(),
        least=pl.col("record").min(),
        any_published=pl.col("published").any(),
    )
    several = versions.lazy().filter(pl.len().over("work") > 1)
    together = (
        raw_works.lazy()
        .select("record", "keywords")
        .join(several, on="record")
        .explode("keywords", empty_as_null=True)
        .group_by("work")
        .agg(all_keywords=pl.col("keywords").drop_nulls().unique().sort())
    )
    best = raw_works.lazy().join(first.select("record", "work"), on="record").join(together, on="work", how="left")
    # three names are in order by chance once in six: believe it where the venue's works mostly are
    venue = pl.col("venue").str.replace(r"\s*\d{4}$", "")
    habit = pl.col("in_order").filter(pl.col("n_authors") >= 3).mean().over(venue).fill_null(0.0)
    best = best.join(in_order, on="record", how="left").with_columns(
        alphabetical=pl.col("in_order").fill_null(value=False)
        & ((habit > 0.45).fill_null(value=False) | (pl.col("n_authors") >= 6))
    )
    frame = best.join(shared, on="work").with_columns(
        work_id=pl.coalesce(
            pl.col("ids").list.eval(pl.element().filter(pl.element().str.starts_with("doi:"))).list.first(),
            pl.col("ids").list.first(),
            pl.format("record:{}", "least"),
        ),
        keywords=pl.coalesce("all_keywords", "keywords"),
        citations="most_cited",
        published="any_published",
    )
    return conform_table("works", frame.sort("work").collect())
