"""What to ask OpenAlex for an interest, cheapest first. Pure: no call is made here.

A list by keyword or topic costs 1 credit a page, a text search 10. So the interest is first turned into keywords by
the type-ahead, and text search only fills what those miss.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, pairwise
from typing import Literal
from urllib.parse import quote

from finder.ids import PLACEHOLDERS

PER_PAGE = 100
URL_ROOM = 5_000  # bytes of ids in one filter; a URL may have 8,190
DEPTH = 10_000  # page numbers reach this far, beyond is for cursors
IDS_AT_ONCE = 100  # values in one filter
DIRECT = 1_000  # lists up to this long are paged as one
SHARDS = 10
EXACT_WORDS = 3
MIN_KEYWORD_WORKS = 100  # works below which keywords have not understood the interest
TEXT_COST = 10
TEXT_PAGES = (20, 100)  # at most, a fifth of the day's credits without key and a tenth with one
AUTHORS_TOGETHER = 25  # authors whose works are listed as one
PAGES_TOGETHER = 4  # pages of such a list: 16 works an author
LOOK_COST = {"keywords": 1, "topics": 0}  # documented as free, but the keywords' price was never seen
WORK_FIELDS = (
    "id,doi,title,publication_date,publication_year,type,authorships,primary_topic,topics,keywords,"
    "abstract_inverted_index,cited_by_count,primary_location,is_retracted,is_paratext"
)
AUTHOR_FIELDS = (
    "id,orcid,display_name,display_name_alternatives,works_count,affiliations,last_known_institutions,counts_by_year"
)
PLACE_FIELDS = "id,ror,display_name,country_code,type,homepage_url,geo"
CHOICE_FIELDS = "id,display_name,works_count"  # exactly these, and at most 10, are free of charge
CHOICES = 10

_STOP = frozenset(
    {
        "a",
        "an",
        "and",
        "applied",
        "as",
        "at",
        "between",
        "by",
        "for",
        "from",
        "in",
        "into",
        "of",
        "on",
        "or",
        "the",
        "through",
        "to",
        "towards",
        "using",
        "via",
        "with",
    }
)
_SPLIT = re.compile(r"[,;|\n]+")
_WORD = re.compile(r"\w+(?:[-.+]\w+)*")
_KEY = re.compile(r"(?:https?://openalex\.org/)?((?:keywords/[\w-]+)|(?:T\d+))")
_PREFIX = re.compile(r"\b(multi|cross|self|semi|meta)([a-z]{4,})")

Shelf = Literal["keywords", "topics"]
Span = tuple[date, date]


@dataclass(frozen=True)
class TypeaheadLookup:
    """One look-up of the type-ahead: words of the interest, in one spelling."""

    shelf: Shelf
    words: tuple[str, ...]
    spelling: str


@dataclass(frozen=True)
class Listing:
    """Works to list: by ids (``filter``) or, ten times as dear, by their text (``search``).

    Attributes:
        purpose: what it is for, in words.
        about: the phrase of the interest it answers.
    """

    purpose: str
    about: str = ""
    filter: str = ""
    search: str = ""

    def request_params(self, span: Span | None) -> dict[str, str]:
        """The query without paging, newest works first."""
        dates = f"from_publication_date:{span[0]},to_publication_date:{span[1]}" if span else ""
        asked = {"filter": ",".join(filter(None, (self.filter, dates)))}
        if self.search:
            asked["search.title_and_abstract"] = self.search
        return {**asked, "sort": "publication_date:desc", "per_page": str(PER_PAGE), "select": WORK_FIELDS}


@dataclass(frozen=True)
class ListingPlan:
    """The lists an interest leads to.

    Attributes:
        broad: works with a keyword for every word of a phrase; contains what ``narrow`` finds for that phrase.
        narrow: works with a keyword that names a whole phrase.
        topics: works whose main topic names a whole phrase.
    """

    broad: tuple[Listing, ...] = ()
    narrow: tuple[Listing, ...] = ()
    topics: tuple[Listing, ...] = ()


@dataclass(frozen=True)
class IdLookupPlan:
    """What is asked by id: authors' records, their works (``pages`` of each list), works, institutions' records."""

    authors: tuple[str, ...]
    theirs: tuple[Listing, ...]
    works: tuple[Listing, ...]
    places: tuple[str, ...]
    pages: int


Answers = Mapping[TypeaheadLookup, Sequence[tuple[str, str]]]  # (id, name) of the choices


def interest_phrases(interest: str) -> list[tuple[str, ...]]:
    """The words that count, phrase by phrase; at most three phrases.

    >>> interest_phrases("Multimodal learning, the ethics of AI")
    [('multimodal', 'learning'), ('ethics', 'ai')]
    """
    split = (tuple(w for w in _WORD.findall(p.lower()) if w not in _STOP)[:6] for p in _SPLIT.split(interest))
    return list(dict.fromkeys(filter(None, split)))[:3]


def typeahead_lookups(interest: str) -> list[TypeaheadLookup]:
    """Type-ahead look-ups: each phrase in a few spellings, its pairs of words, its words, and its topics."""
    found: dict[TypeaheadLookup, None] = {}
    for words in interest_phrases(interest):
        spans = [words, *pairwise(words), *((word,) for word in words)] if len(words) > 1 else [words]
        for span in spans:
            for spelling in _phrase_spellings(span) if span == words else [" ".join(span)]:
                found[TypeaheadLookup("keywords", span, spelling)] = None
        found[TypeaheadLookup("topics", words, " ".join(words))] = None
    return list(found)


def plan_listings(interest: str, answers: Answers) -> ListingPlan:
    """The lists that the type-ahead's choices lead to."""
    broad, narrow, topics = [], [], []
    for words in interest_phrases(interest):
        name = " ".join(words)
        whole, about = _matching_choice_ids(answers, "keywords", words), _matching_choice_ids(answers, "topics", words)
        by_word = [_keywords_for_word(word, words, answers) for word in words]
        if whole:
            narrow.append(Listing(f"works with a keyword for “{name}”", name, _any_of_filter("keywords.id", whole)))
        if len(words) > 1 and all(by_word):
            every = dict.fromkeys(_any_of_filter("keywords.id", keys, URL_ROOM // len(words)) for keys in by_word)
            broad.append(Listing(f"works with keywords for each word of “{name}”", name, ",".join(every)))
        if about:
            topics.append(Listing(f"works on the topic “{name}”", name, _any_of_filter("primary_topic.id", about)))
    return ListingPlan(tuple(broad), tuple(narrow), tuple(topics))


def order_listings(found: ListingPlan, *, fitting: bool) -> list[Listing]:
    """Lists to page, most telling first; broad ones that fit the limit spare the narrow ones they contain."""
    if not fitting:
        return [*found.narrow, *found.broad, *found.topics]
    spared = {broad.about for broad in found.broad}
    return [*found.broad, *(narrow for narrow in found.narrow if narrow.about not in spared), *found.topics]


def text_search_listings(interest: str) -> list[Listing]:
    """Text searches for any of the phrases, in the order to try them: as they stand, and all their words anywhere.

    Longer phrases hardly ever stand anywhere word by word.
    """
    printed = [tuple(_WORD.findall(part.lower())) for part in _SPLIT.split(interest)]
    wanted = interest_phrases(interest)
    exact = [" ".join(p) for words in wanted for p in printed if tuple(w for w in p if w not in _STOP) == words]
    searches = []
    if wanted and max(map(len, wanted)) <= EXACT_WORDS:
        searches.append(" OR ".join(dict.fromkeys(f'"{e}"' if " " in e else e for e in exact)))
    loose = [" ".join(words) for words in wanted]
    searches.append(loose[0] if len(loose) == 1 else " OR ".join(f"({words})" for words in loose))
    return [Listing(f"works that say {search}", search=search) for search in dict.fromkeys(searches) if search]


def text_search_page_limit(found: int, list_calls: int, *, keyed: bool) -> int:
    """How many pages of text search are worth it: half the credits of the lists, unless those found little.

    So the whole costs less than a fifth of finding as many works by text search alone.
    """
    return TEXT_PAGES[keyed] if found < MIN_KEYWORD_WORKS else list_calls // (2 * TEXT_COST)


def split_date_span(since: date, until: date) -> list[Span]:
    """At most ten stretches of time, newest first: years, the oldest of them together."""
    firsts = [max(since, date(year, 1, 1)) for year in range(until.year, since.year - 1, -1)]
    firsts = [*firsts[: SHARDS - 1], since] if len(firsts) > SHARDS else firsts
    ends = [until, *(date(first.year - 1, 12, 31) for first in firsts)]
    return list(zip(firsts, ends, strict=False))


def listing_page_count(count: int, room: int) -> int:
    """Pages for a list of ``count`` works: all of it, or the full pages that fit the room, and always the first."""
    return -(-count // PER_PAGE) if count <= room else max(room // PER_PAGE, 1)


def allot_pages(counts: Sequence[int], room: int) -> list[int]:
    """Pages for each stretch of time, newest first: one each, and what is left of ``room`` works to the newest."""
    left = room - sum(min(count, PER_PAGE) for count in counts)
    pages = []
    for count in counts:
        total = listing_page_count(count, max(left, 0) + PER_PAGE)
        left -= max(min(count, total * PER_PAGE) - PER_PAGE, 0)
        pages.append(total)
    return pages


def typeahead_params(spelling: str) -> dict[str, str]:
    """The type-ahead's query, in the one form that is free."""
    return {"search": spelling, "per_page": str(CHOICES), "select": CHOICE_FIELDS}


def author_batch_params(batch: str) -> dict[str, str]:
    """The query for authors' own records."""
    return {"filter": f"id:{batch}", "per_page": str(PER_PAGE), "select": AUTHOR_FIELDS}


def institution_batch_params(batch: str) -> dict[str, str]:
    """The query for institutions' own records."""
    return {"filter": f"id:{batch}", "per_page": str(PER_PAGE), "select": PLACE_FIELDS}


def plan_id_lookups(ids: Iterable[str], limit: int) -> IdLookupPlan:
    """Whom and what to ask for by id; authors' works a few authors at a time, and a few pages each."""
    keys = sorted({i.removeprefix("openalex:").upper() for i in ids if i.startswith("openalex:")} - PLACEHOLDERS)
    who = [key for key in keys if re.fullmatch(r"A\d+", key)]
    what = [key for key in keys if re.fullmatch(r"W\d+", key)]
    where = [key for key in keys if re.fullmatch(r"I\d+", key)]
    theirs = [
        Listing("works of promising authors", filter=f"author.id:{b}") for b in _join_id_batches(who, AUTHORS_TOGETHER)
    ]
    own = [Listing("works by id", filter=f"openalex:{b}") for b in _join_id_batches(what, IDS_AT_ONCE)]
    pages = max(1, min(PAGES_TOGETHER, limit // (PER_PAGE * len(theirs) or 1)))
    batches = tuple(tuple(_join_id_batches(each, IDS_AT_ONCE)) for each in (who, where))
    return IdLookupPlan(batches[0], tuple(theirs), tuple(own), batches[1], pages)


def _phrase_spellings(words: tuple[str, ...]) -> list[str]:
    """A phrase as it may be printed: as typed, with and without hyphens, without the plural.

    >>> _phrase_spellings(("multimodal", "models"))
    ['multimodal models', 'multi-modal models', 'multimodal model']
    """
    name = " ".join(words)
    single = " ".join([*words[:-1], _singular_word(words[-1])])
    return list(dict.fromkeys([name, _PREFIX.sub(r"\1-\2", name, count=1), name.replace("-", ""), single]))[:4]


def _keywords_for_word(word: str, words: tuple[str, ...], answers: Answers) -> list[str]:
    """Keywords for one word of a phrase: those for the whole phrase, for a pair with the word, and for the word."""
    spans = sorted({k.words for k in answers if word in k.words and set(k.words) <= set(words)}, key=len, reverse=True)
    return list(dict.fromkeys(key for span in spans for key in _matching_choice_ids(answers, "keywords", span)))


def _matching_choice_ids(answers: Answers, shelf: Shelf, span: tuple[str, ...]) -> list[str]:
    """Ids of the choices whose name holds all words of the span, in the order they were offered."""
    looked = sorted((k for k in answers if (k.shelf, k.words) == (shelf, span)), key=lambda k: k.spelling)
    keys = (_KEY.fullmatch(key) for look in looked for key, name in answers[look] if _name_covers_words(name, span))
    return list(dict.fromkeys(found[1] for found in keys if found))


def _name_covers_words(name: str, span: tuple[str, ...]) -> bool:
    there, wanted = _name_stems(name), [_singular_word(word.replace("-", "")) for word in span]
    # "multi modal" and "multimodal" are one word, whoever wrote it apart
    joined = {a + b: (a, b) for a, b in pairwise(wanted)}
    together = {part for whole, parts in joined.items() if whole in there for part in parts}
    return all(word in there or word in together for word in wanted)


def _name_stems(name: str) -> set[str]:
    stems = [_singular_word(word) for word in re.findall(r"\w+", name.lower())]
    return {*stems, *(a + b for a, b in pairwise(stems))}


def _singular_word(word: str) -> str:
    """A word without its English plural.

    >>> [_singular_word(w) for w in ("networks", "ontologies", "analysis", "bias")]
    ['network', 'ontology', 'analysis', 'bias']
    """
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and len(word) > 3 and word[-2] not in "sui" and word[-3:] != "ias" else word


def _join_id_batches(keys: Sequence[str], size: int) -> list[str]:
    return ["|".join(keys[start : start + size]) for start in range(0, len(keys), size)]


def _any_of_filter(field: str, keys: Sequence[str], room: int = URL_ROOM) -> str:
    lengths = accumulate(len(quote(key, safe="")) + 3 for key in keys)
    return (
        f"{field}:{'|'.join(key for key, length in zip(keys[:IDS_AT_ONCE], lengths, strict=False) if length <= room)}"
    )
