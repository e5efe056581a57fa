"""Mail domains of institutions: whose a domain is, and which names are of one institution because they share it."""

from __future__ import annotations

import re
from functools import cache

import polars as pl

from finder import gazetteer, reference_data
from finder.resolution import affiliation_text
from finder.resolution.affiliation_parser import fold_organisation

OWNS = 0.5  # share of a domain's sightings from which an institution is the one whose domain it is
SHARES = 0.25  # from which it may be, where the names say so, too
MOSTLY = 0.5  # share of an institution's sightings with a domain from which it is that of its own
SHORT = 5  # letters of a name that is the beginning of another one
_SECOND_LEVEL = r"\.(ac|edu|co|com|org|gov|gob|or|go|nic|res|sci|ne|re|govt)\.[a-z]{2}$"
_ANYBODY = (
    "gmail",
    "googlemail",
    "outlook",
    "hotmail",
    "yahoo",
    "qq",
    "163",
    "126",
    "foxmail",
    "icloud",
    "protonmail",
    "proton",
    "sina",
    "live",
    "msn",
    "mail",
    "gmx",
    "web",
    "yeah",
    "aol",
    "me",
)
_PART = re.compile(
    r"\bkey lab|engineering (?:research )?(?:cent|lab)|innovation cent|"
    r"\b(?:institutes?|institut|instituto|cent(?:er|re)s?|centro|lab(?:oratory)?|laboratoire) (?:for|of|in|de|en)\b|"
    r"\blab(?:oratory)?$|research cent(?:er|re)$|\binstitute$",
    re.IGNORECASE,
)
_OWN_NAME = re.compile(
    r"^(?!.*(?:key lab|engineering (?:research )?(?:cent|lab)|innovation cent))(?:the )?(?:(?-i:[A-Z]{2,})\b|"
    r"\w+(?:ian|ese|ish)\b|national\b|max\b|fraunhofer|helmholtz|leibniz|europe|shanghai|beijing|shenzhen|zhejiang|guangdong|alberta|quebec|"
    r"massachusetts|allen\b|vector\b)|hospital|clinic|\bmedical|\.ai\b|academy",
    re.IGNORECASE,
)
_COMMON = frozenset(
    "university institute technology technical technological science sciences national state research center lab "
    "college academy school international federal polytechnic advanced applied studies study computer information "
    "engineering max planck intelligent systems systeme artificial intelligence ai group hospital medical robotics "
    "data north south east west new key first mathematics mathematical numerical learning robots business economics "
    "management education health of".split()
)
# words of the names of universities in the languages in which they are mostly printed
_ENGLISH = {
    "universitat": "university",
    "universitaet": "university",
    "universite": "university",
    "universita": "university",
    "universidad": "university",
    "universidade": "university",
    "universiteit": "university",
    "universitet": "university",
    "univerzita": "university",
    "uniwersytet": "university",
    "universitas": "university",
    "degli": "",
    "studi": "",
    "technische": "technical",
    "technischen": "technical",
    "technisch": "technical",
    "institut": "institute",
    "instituto": "institute",
    "istituto": "institute",
    "technologie": "technology",
    "tecnologia": "technology",
    "tecnologico": "technology",
    "tecnica": "technical",
    "nacional": "national",
    "nationale": "national",
    "hochschule": "university",
    "zentrum": "center",
    "centro": "center",
    "recherche": "research",
    "politecnico": "polytechnic",
    "politecnica": "polytechnic",
    "politechnika": "polytechnic",
    "ecole": "school",
    "torino": "turin",
    "milano": "milan",
    "roma": "rome",
    "napoli": "naples",
    "firenze": "florence",
    "genova": "genoa",
    "padova": "padua",
    "venezia": "venice",
    "wien": "vienna",
    "munchen": "munich",
    "koln": "cologne",
    "nurnberg": "nuremberg",
    "praha": "prague",
    "warszawa": "warsaw",
    "warszawski": "warsaw",
    "lisboa": "lisbon",
    "goteborg": "gothenburg",
    "sevilla": "seville",
    "geneve": "geneva",
    "bruxelles": "brussels",
    "antwerpen": "antwerp",
    "gent": "ghent",
}
_WRITTEN_OUT = re.compile(r"(?<=[b-df-hj-np-tv-z])[aou]e(?=[b-df-hj-np-tv-z])")  # umlauts
_ENDING = re.compile(r"(?<=[a-z]{4})(er|e)$")  # "Karlsruher Institut"


def mail_host(domain: str) -> pl.Expr:
    """The registered part of a domain in a column: ``cs.hestor.edu`` is at ``hestor.edu``; null for anybody's."""
    parts = pl.col(domain).str.split("+").list.first().str.strip_chars(" .").str.to_lowercase().str.split(".")
    long = pl.col(domain).str.contains(_SECOND_LEVEL)
    host = parts.list.tail(pl.when(long).then(3).otherwise(2)).list.join(".")
    return pl.when(~host.str.split(".").list.first().is_in(_ANYBODY)).then(host)


def domain_owners(rows: pl.DataFrame) -> pl.DataFrame:
    """Whose each domain is: ``host``, ``owner`` (an ``institution_id``), of those domains that are mostly one's own.

    Args:
        rows: ``institution_id``, ``name``, ``host`` (see :func:`mail_host`), ``count``, ``part`` (whether the name is
            that of a department or address).
    """
    return _domain_votes(rows).filter(pl.col("share") >= OWNS).select("host", owner="institution_id")


def _domain_votes(rows: pl.DataFrame) -> pl.DataFrame:
    """The institution that each domain is mostly printed with, and the ``share``; a well-known one comes first."""
    own = rows.filter(~pl.col("part")).drop_nulls("host")
    famous = pl.col("name").is_in(list(reference_data.reference_institutions()))
    votes = own.group_by("host", "institution_id").agg(pl.col("count").sum(), famous=famous.any())
    votes = votes.with_columns(share=pl.col("count") / pl.col("count").sum().over("host"))
    first = pl.col("famous") & (pl.col("share") >= SHARES)
    votes = votes.sort(first, "count", "institution_id", descending=[True, True, False])
    return votes.unique("host", keep="first", maintain_order=True)


def merge_by_domain(rows: pl.DataFrame) -> pl.DataFrame:
    """Institutions that are another one's by their mail: ``institution_id``, ``into``.

    A name is joined to the one whose domain it mostly has, in the same country, where the two share a word that few
    names have, or one is a university and the other a part of it that has no domain of its own. Names that are put
    together by hand are never joined to others, and numbered institutions keep their numbers.

    Args:
        rows: as in :func:`domain_owners`, with ``nation`` (a country, or null).
    """
    known = rows.drop_nulls("host")
    most = known.group_by("institution_id", "host").agg(pl.col("count").sum())
    most = most.with_columns(share=pl.col("count") / pl.col("count").sum().over("institution_id"))
    most = most.sort("count", "host", descending=[True, False]).unique("institution_id", keep="first")
    whose = _domain_votes(rows).select("host", owner="institution_id", owned="share")
    own = most.filter(pl.col("share") >= MOSTLY).join(whose.filter(pl.col("owned") >= SHARES), on="host")
    apart = own.filter(pl.col("institution_id") != pl.col("owner"), pl.col("institution_id").str.starts_with("name:"))
    about = rows.sort("count", "name", descending=[True, False]).group_by("institution_id", maintain_order=True)
    about = about.agg(pl.col("name").first(), pl.col("nation").first())
    both = apart.join(about, on="institution_id").join(about, left_on="owner", right_on="institution_id", suffix="_of")
    both = both.filter((pl.col("nation") == pl.col("nation_of")).fill_null(value=True))
    shown = both.select("name", "name_of", owns=pl.col("owned") >= OWNS)
    fits = [
        _is_same_owner(name, of) or (owns and _is_university_part(name, of)) for name, of, owns in shown.iter_rows()
    ]
    found = both.filter(pl.Series(fits, dtype=pl.Boolean)).select("institution_id", into="owner")
    # one step only: what is joined owns nothing
    return found.join(found.select(into="institution_id"), on="into", how="anti")


@cache
def english_name_words(name: str) -> frozenset[str]:
    """The words of a name in English, town names without endings."""
    plain = (_WRITTEN_OUT.sub(lambda found: found[0][0], word) for word in fold_organisation(name).split())
    found = (_ENGLISH.get(word, word) for word in plain)
    return frozenset(word if word in _COMMON else _ENDING.sub("", word) for word in found if word)


def _is_same_owner(name: str, owner: str) -> bool:
    """Whether a name may be its domain's owner by another name.

    >>> _is_same_owner("Hestorer Institut für Technologie", "Hestore Institute of Technology")
    True
    >>> _is_same_owner("HIT", "Hestor IT")
    False
    """
    if name in reference_data.reference_institutions():
        return False
    telling, own = english_name_words(name) - _COMMON, english_name_words(owner) - _COMMON
    one, other = (fold_organisation(text).replace(" ", "") for text in (name, owner))
    if min(len(one), len(other)) >= SHORT and (one.startswith(other) or other.startswith(one)):
        return True
    if _name_initials(owner) in telling or _name_initials(name) in own:
        return True
    shared = telling & own
    if all(map(_is_town, shared)) and not (
        affiliation_text.looks_like_school(name) and affiliation_text.looks_like_school(owner)
    ):
        return bool(shared) and telling <= own  # there may be several of a town, which lend each other addresses
    return bool(shared)


@cache
def _is_town(word: str) -> bool:
    return bool(gazetteer.find_cities(word, others=False))


def _is_university_part(name: str, owner: str) -> bool:
    """Whether a name may be a part of the university whose domain it has: it has no name of its own, like others.

    >>> _is_university_part("Center for Walking Robots", "University of Valdorra")
    True
    >>> _is_university_part("Hestor AG", "University of Valdorra")
    False
    """
    if (
        name in reference_data.reference_institutions()
        or not affiliation_text.looks_like_school(owner)
        or affiliation_text.looks_like_school(name)
    ):
        return False
    return bool(_PART.search(name)) and not _OWN_NAME.search(name)


def _name_initials(name: str) -> str:
    return "".join(word[0] for word in fold_organisation(name).split() if word)
