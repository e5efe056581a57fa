"""The works of an OpenAlex snapshot as ranking wants them, read by the engine itself from the gzipped JSON lines.

Nothing is stored, and nobody is told apart beyond OpenAlex's own ids. Matching is simpler than over a store: an
interest's words one after the other in the title count 1, all of them in the title 0.85, all of them in title,
keywords and abstract together 0.6. Words are whole words, as they are typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import narwhals as nw

from finder.errors import UsageError
from finder.model import NOT_PUBLICATIONS
from finder.ranking import text_match
from finder.ranking.engines import DuckDB, Engine, Spark
from finder.text import names

LARGEST = 200_000_000  # bytes of one work: some have thousands of authors
_EDGE = r"[^\p{L}\p{N}]"
_ID, _PLACE = "id string, display_name string", "id string, display_name string, ror string, country_code string"
_FIELDS = {
    **dict.fromkeys(["id", "doi", "title", "display_name", "publication_date", "type"], "string"),
    "publication_year": "int",
    "is_retracted": "boolean",
    "is_paratext": "boolean",
    "is_xpac": "boolean",
}
_IN_DUCKDB = {
    **_FIELDS,
    "primary_location": f"struct(source struct({_ID}))",
    "keywords": f"struct({_ID})[]",
    "authorships": f"struct(author struct({_ID}, orcid string), institutions struct({_PLACE})[], "
    "is_corresponding boolean)[]",
    "abstract_inverted_index": "json",
}
_IN_SPARK = {
    **_FIELDS,
    "primary_location": f"struct<source struct<{_ID}>>",
    "keywords": f"array<struct<{_ID}>>",
    "authorships": f"array<struct<author struct<{_ID}, orcid string>, institutions array<struct<{_PLACE}>>, "
    "is_corresponding boolean>>",
    "abstract_inverted_index": "map<string, string>",
}

# SQL that DuckDB and Spark understand alike
_WORK = (
    "try_cast(regexp_extract(id, 'W([0-9]+)$', 1) as bigint) as work",
    "coalesce(title, display_name) as title",
    "coalesce(try_cast(publication_date as date), make_date(publication_year, 7, 1)) as date",
    f"""coalesce(title, display_name) is not null
        and not coalesce(is_retracted, false) and not coalesce(is_paratext, false)
        and not coalesce(is_xpac, false)
        and coalesce(type, '') not in ({", ".join(f"'{kind}'" for kind in sorted(NOT_PUBLICATIONS))}) as published""",
    "cast(year(date) as int) as year",
    "primary_location.source.display_name as venue",
    "coalesce(doi, id) as url",
    "authorships",
)
_NAMED = (
    *("work", "match", "url", "venue", "n_authors", "day", "year", "published", "position"),
    "case when match > 0 then title end as title",
    "try_cast(regexp_extract(a.author.id, 'A([0-9]+)$', 1) as bigint) as author",
    "a.author.display_name as name",
    "a.author.orcid as orcid",
    "coalesce(a.is_corresponding, false) as corresponding",
    "false as alphabetical",
    "cast(null as int) as seen_until",
    "place.id as institution_id",
    "place.ror as ror",
    "place.display_name as institution",
    "place.country_code as country",
)


def list_work_files(folder: Path) -> list[str]:
    """The files of works of a snapshot.

    Raises:
        UsageError: there are none.
    """
    usual = (folder / "data" / "jsonl" / "works", folder / "data" / "works", folder / "works", folder)
    roots = [root for root in usual if root.is_dir()]
    found = [str(path) for path in roots[0].rglob("*") if path.name.endswith((".gz", ".jsonl"))] if roots else []
    if not found:
        raise UsageError(
            f"{folder} holds no works of an OpenAlex snapshot: works/updated_date=…/part_….gz is looked for. "
            "docs/snapshots.md tells how to get one."
        )
    return sorted(found)


def scan_authorships(engine: Engine, folder: Path, interest: str) -> Any:
    """Every authorship of every work, and how well the work fits the interest.

    Returns:
        Native lazy frame: the columns of the table ``authorships`` but for the date, ``match``, ``name``, ``orcid``,
        ``institution_id``, ``ror``, ``institution``, ``country``, ``venue``, ``url``, and ``title`` where it matches.
        A work that names nobody has one row, and so has a line that is no work: its ``work`` is null.
    """
    paths = list_work_files(folder)
    if isinstance(engine, DuckDB):
        return _scan_with_duckdb(engine, paths, interest)
    if isinstance(engine, Spark):
        return _scan_with_spark(engine, paths, interest)
    raise UsageError("--over reads the files by --engine duckdb or --engine spark: say which.")


def _scan_with_duckdb(engine: DuckDB, paths: Sequence[str], interest: str) -> Any:
    lines = engine.connection.read_json(
        list(paths), format="newline_delimited", columns=_IN_DUCKDB, ignore_errors=True, maximum_object_size=LARGEST
    )
    texts = (
        "array_to_string([k.display_name for k in keywords], ' | ') as keywords",
        "array_to_string(json_keys(abstract_inverted_index), ' ') as abstract",
        "cast(coalesce(len(authorships), 0) as int) as n_authors",
        "cast(date - date '1970-01-01' as int) as day",
    )
    works = _add_match_score(lines.query("lines", f"select {', '.join((*_WORK, *texts))} from lines"), interest)  # noqa: S608
    entries = """select works.*, cast(nth - 1 as int) as position, a, a.institutions[1] as place
                 from works left join unnest(authorships) with ordinality as u(a, nth) on true"""
    return works.query("works", f"select {', '.join(_NAMED)} from ({entries})")  # noqa: S608


def _scan_with_spark(engine: Spark, paths: Sequence[str], interest: str) -> Any:
    texts = (
        "array_join(keywords.display_name, ' | ') as keywords",
        "array_join(map_keys(abstract_inverted_index), ' ') as abstract",
        "coalesce(size(authorships), 0) as n_authors",
        "unix_date(date) as day",
    )
    schema = ", ".join(f"{name} {type_}" for name, type_ in _IN_SPARK.items())
    lines = engine.session.read.schema(schema).json(list(paths))
    works = _add_match_score(lines.selectExpr(*_WORK, *texts), interest)
    entries = works.selectExpr("*", "posexplode_outer(authorships) as (position, a)")
    return entries.selectExpr("*", "get(a.institutions, 0) as place").selectExpr(*_NAMED)


def _add_match_score(works: Any, interest: str) -> Any:
    """Works with ``match``, and without the texts that it was read from."""
    words = names.WORDS.findall(interest.lower())  # lower case, as engines know it
    telling = [word for word in dict.fromkeys(words) if word not in names.FUNCTION_WORDS] or words
    title, texts = nw.col("title").fill_null("").str.to_lowercase(), nw.col("texts").str.to_lowercase()
    parts = [nw.col(column).fill_null("") for column in ("title", "keywords", "abstract")]
    grades = (
        (_contains_all_words(texts, telling), text_match.SCATTERED),
        (_contains_all_words(title, telling), text_match.NEAR),
        (_contains_all_words(title, [f"{_EDGE}+".join(words)]), text_match.PHRASE),
    )
    score = nw.lit(0.0)
    for holds, worth in grades:
        score = nw.when(holds).then(nw.lit(worth)).otherwise(score)
    frame = nw.from_native(works).with_columns(texts=nw.concat_str(*parts, separator=" | "))
    return frame.with_columns(match=score).drop("texts", "keywords", "abstract", "date").to_native()


def _contains_all_words(text: nw.Expr, patterns: Sequence[str]) -> nw.Expr:
    """Whether a text holds all of the patterns as whole words; no text holds those of an interest without words."""
    held = [text.str.contains(f"(?:^|{_EDGE}){pattern}(?:$|{_EDGE})") for pattern in patterns if pattern]
    if not held:
        return nw.lit(False)
    return nw.all_horizontal(*held, ignore_nulls=True)
