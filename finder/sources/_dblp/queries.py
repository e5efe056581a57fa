"""What is asked of DBLP's SPARQL endpoint. Nothing that was typed gets into a question but letters, digits and ids."""

from __future__ import annotations

import re
from string import Template

from finder import ids
from finder.source import FetchRequest

WORKS = 500  # of a phrase, at most: the newest
PEOPLE = 50  # in one question
PIDS = "https://dblp.org/pid/"
BETWEEN = " || "
_WORD = re.compile(r"[^\W_]+")

_PREFIXES = "PREFIX dblp: <https://dblp.org/rdf/schema#>\n"
_SEARCH = Template(
    _PREFIXES
    + """PREFIX ql: <http://qlever.cs.uni-freiburg.de/builtin-functions/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?pub ?title ?year ?month ?venue ?doi ?ordinal ?name ?orcid ?person WHERE {
  { SELECT DISTINCT ?pub ?title ?year WHERE {
    VALUES ?year { $years }
    ?text ql:contains-entity ?title ; ql:contains-word "$words" .
    ?pub dblp:title ?title ; dblp:yearOfPublication ?year ; dblp:hasSignature ?any .
    ?any a dblp:AuthorSignature .
  } ORDER BY DESC(?year) ?pub LIMIT $limit }
  ?pub dblp:hasSignature ?signature .
  ?signature a dblp:AuthorSignature ; dblp:signatureOrdinal ?ordinal ; dblp:signatureDblpName ?name .
  OPTIONAL { ?signature dblp:signatureOrcid ?orcid . }
  OPTIONAL { ?signature dblp:signatureCreator ?person . ?person a dblp:Person . }
  OPTIONAL { ?pub dblp:monthOfPublication ?month . }
  OPTIONAL { ?pub dblp:publishedIn ?venue . }
  OPTIONAL { ?pub dblp:doi ?doi . }
} ORDER BY DESC(?year) ?pub ?ordinal"""
)
# only a dblp:Person is one: the pages on which all people of one name are kept apart are of another type
_WHO = Template(
    _PREFIXES
    + """SELECT ?person ?name (GROUP_CONCAT(DISTINCT ?other; SEPARATOR="$between") AS ?names)
  (GROUP_CONCAT(DISTINCT STR(?id); SEPARATOR="$between") AS ?orcid)
  (GROUP_CONCAT(DISTINCT STR(?page); SEPARATOR="$between") AS ?homepage)
  (GROUP_CONCAT(DISTINCT ?place; SEPARATOR="$between") AS ?affiliation)
  (COUNT(DISTINCT ?pub) AS ?works) WHERE {
  VALUES ?person { $people }
  ?person a dblp:Person ; dblp:primaryCreatorName ?name .
  OPTIONAL { ?person dblp:creatorName ?other . }
  OPTIONAL { ?person dblp:orcid ?id . }
  OPTIONAL { ?person dblp:primaryHomepage ?page . }
  OPTIONAL { ?person dblp:primaryAffiliation ?place . }
  OPTIONAL { ?pub dblp:authoredBy ?person . }
} GROUP BY ?person ?name ORDER BY ?person"""
)


def dblp_work_queries(ask: FetchRequest) -> list[tuple[str, str]]:
    """Words and question for each phrase; as in DBLP's own search, longer words stand for all that begin so."""
    parts = [_WORD.findall(part.lower())[:8] for part in re.split(r"[,;|\n]+", ask.interest)]
    phrases = list(dict.fromkeys(tuple(words) for words in parts if words))[:3]
    years = " ".join(f'"{year}"^^xsd:gYear' for year in range(ask.since.year, ask.until.year + 1))
    if not years:
        return []
    return [
        (
            " ".join(words),
            _SEARCH.substitute(years=years, words=_prefix_search_words(words), limit=min(ask.limit, WORKS)),
        )
        for words in phrases
    ]


def _prefix_search_words(words: tuple[str, ...]) -> str:
    return " ".join(f"{word}*" if len(word) > 2 else word for word in words)


def dblp_person_queries(ask: FetchRequest) -> list[str]:
    """The questions for people's own records, in order of their ids."""
    # read as an id again: what goes into a question must be nothing else
    known = {given for given in ask.ids if ids.parse_dblp_pid(given.removeprefix("dblp:")) == given}
    people = [f"<{PIDS}{id_.removeprefix('dblp:')}>" for id_ in sorted(known)]
    batches = [people[start : start + PEOPLE] for start in range(0, len(people), PEOPLE)]
    return [_WHO.substitute(people=" ".join(batch), between=BETWEEN) for batch in batches]
