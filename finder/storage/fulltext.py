"""The words of stored works: full-text queries, and words counted just as the index counts them."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from finder.storage.light_stemmer import base_form, spelling_prefix

if TYPE_CHECKING:  # imported where it is used: most commands open a store, and few look words up
    import polars as pl

_TOKENS = """
create virtual table text using fts5 (words, tokenize = 'porter unicode61');
create virtual table token using fts5vocab (text, instance);
"""


_WHOLE = "select id, title || ' ' || coalesce(keywords, '') || ' ' || coalesce(abstract, '') from work_text"


class FullText:
    """Queries of the FTS5 index over title, abstract and keywords of all works."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def bm25_scores(self, expression: str, weights: tuple[float, float, float]) -> list[tuple[int, float]]:
        """``(record id, -bm25)`` of all works that fit an FTS5 expression; higher is better."""
        query = "select rowid, -bm25(text, ?, ?, ?) from text where text match ?"
        return self._db.execute(query, (*weights, expression)).fetchall()

    def top_record_ids(self, expression: str, most: int) -> list[int]:
        """Record ids of those works that fit an FTS5 expression best, by BM25."""
        query = "select rowid from text where text match ? order by rank limit ?"
        return [id_ for (id_,) in self._db.execute(query, (expression, most))] if expression else []

    def count_matches(self, expression: str) -> int:
        """How many works fit an FTS5 expression."""
        return int(self._db.execute("select count(*) from text where text match ?", (expression,)).fetchone()[0])

    def match_id_string(self, expression: str) -> str:
        """Record ids of the works that fit an FTS5 expression, with commas between: quick to make, quick to read."""
        query = "select coalesce(group_concat(rowid), '') from text where text match ?"
        return self._db.execute(query, (expression,)).fetchone()[0]

    def texts_by_id(self, ids: Iterable[int]) -> list[tuple[int, str]]:
        """``(record id, text)`` of works: title, keywords and abstract."""
        marks = ",".join(str(int(i)) for i in ids)
        return self._db.execute(f"{_WHOLE} where id in ({marks})").fetchall()

    def titles_and_abstracts(self, ids: Iterable[int] | None = None) -> Iterator[tuple[int, str, str | None]]:
        """``(record id, title, abstract)`` of works, or of all."""
        marks = "" if ids is None else f" where id in ({','.join(str(int(i)) for i in ids)})"
        return self._db.execute(f"select id, title, abstract from work_text{marks}")  # noqa: S608 - numbers only

    def document_frequencies(self, terms: Iterable[str]) -> pl.DataFrame:
        """``term``, ``works``: in how many works a term of :func:`tokenize_texts` occurs; not those in none."""
        import polars as pl

        self._db.execute("create virtual table if not exists temp.vocabulary using fts5vocab (main, text, row)")
        query = "select doc from temp.vocabulary where term = ?"
        found = [(term, row[0]) for term in terms if (row := self._db.execute(query, (term,)).fetchone())]
        return pl.DataFrame(found, schema={"term": pl.String, "works": pl.Int64}, orient="row")

    def word_spellings(self, word: str) -> list[str]:
        """How stored works spell a word: plurals, forms of a verb; not all that the stemmer takes for it."""
        self._db.execute("create virtual table if not exists temp.spelled using fts5vocab (main, word, row)")
        folded = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
        prefix, base = spelling_prefix(folded), base_form(folded)
        query = "select term from temp.spelled where term >= ? and term < ?"
        found = self._db.execute(query, (prefix, prefix + "\U0010ffff"))
        return [term for (term,) in found if base_form(term) == base]

    def spelling_id_string(self, spellings: Iterable[str]) -> str:
        """Record ids of the works that hold one of these spellings, with commas between."""
        expression = " OR ".join(f'"{word}"' for word in spellings)
        query = "select coalesce(group_concat(rowid), '') from word where word match ?"
        return self._db.execute(query, (expression,)).fetchone()[0] if expression else ""


def tokenize_texts(texts: Iterable[tuple[int, str]]) -> pl.DataFrame:
    """``text``, ``term``, ``count``: the words of numbered texts, stemmed and folded as the index does it."""
    import polars as pl

    schema = {"text": pl.Int64, "term": pl.String}
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(_TOKENS)
        db.executemany("insert into text (rowid, words) values (?, ?)", texts)
        found = pl.DataFrame(db.execute("select doc, term from token").fetchall(), schema=schema, orient="row")
    return found.group_by("text", "term").agg(count=pl.len())
