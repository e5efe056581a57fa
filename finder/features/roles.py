"""What a role means, as an academic reads it: the stage of a career, and whether it is held beside another post.

A role is read together with the kind and country of the institution: a director leads a group at a research institute
and a department in a company, and a research fellow is a postdoc in the British system. Where the kind is not known,
a word that both use says nothing.
"""

from __future__ import annotations

import threading

import polars as pl

# posts held beside another one: they say neither where somebody is nor at which stage, while another is known
BESIDE = (
    r"visit|guest|adjunct|affiliat|honorar|courtesy|emerit|retired|part[- ]time|consult|advis[oe]r|volunteer"
    r"|amazon scholar|external|associated faculty|secondment"
)
_BETWEEN = r"[^;&/,+|]*"  # the rest of one of several posts in one cell
_ASIDE = rf"(?i){_BETWEEN}\b(?:{BESIDE}){_BETWEEN}"
_SENIOR = r"\b(?:director|head|chief|c[etso]o|vp|vice president|president|founder|distinguished|principal|fellow)\b"
# where a research fellow or associate is a postdoc
_FELLOWS = ("GB", "SG", "HK", "AU", "NZ", "IE", "MY")

STUDENT = (
    r"student|\bintern(?:ship)?\b|undergrad|\bph\.? ?d\b|doctoral (?:res|cand|fell)|doctorant|doktorand|predoc|pre-doc"
    r"|\bm\.?(?:sc|phil)\b|\bmasters?$|pupil|trainee|apprentice|research assistant(?: volunteer)?$|\bgraduate$"
    r"|graduate (?:research|teaching) (?:assistant|fellow)"
)
_POSTDOC = r"post-?\s?doc"
_FELLOW = r"\bresea?r?ch (?:fellow|associate)"
_FELLOW_ABOVE = r"\b(?:senior|principal|professorial|chief|lead)\b"
_EARLY = (
    r"\bassistant(?: \w+){0,3} prof|\bass(?:is)?t\.? prof|junior prof|tenure.track|young prof|lecturer|instructor"
    r"|faculty fellow|ma[iî]tre de conf"
)
_ESTABLISHED = (
    r"prof|\breader\b|senior lecturer|principal lecturer|emerit|\bchair|faculty|\bdean\b|docent|dozent|\btenured\b"
    r"|\brector\b|provost|directeur de recherche|amazon scholar"
)
_NOT_EARLY = r"senior lecturer|principal lecturer|assistant (?:→|to|->) "
_GROUP = r"(?:group|team|lab|laboratory|department|section|unit) (?:lead|head|director)|\bgroup leader"
_INVESTIGATOR = r"principal invest|\bpi\b"
_DIRECTOR = r"\bdirector\b|\bhead of\b|\bchief scientist\b"
_NO_SCIENCE = r"program|product|market|sales|art director|managing director|operations|communicat"
_RESEARCH = (
    r"resea?r?ch|scientist|engineer|director|fellow|manag|\bmgr\b|found(?:er|ing)|\bchief|president|\bvp\b|lead|staff"
    r"|architect|\bhead\b|\bc[etsoi]o\b|roboticist|developer|resident|statistician|analyst|specialist|principal"
    r"|\bexpert|technolog|programmer|partner"
)
_COMPANY_ONLY = (
    r"found(?:er|ing)|\bc[etso]o\b|chief (?:executive|technology|scientific|operating|product) officer"
    r"|applied scientist|vice president|\bvp\b|(?:software|machine learning|ml|ai|mlops|data) engineer|technical staff"
)
RESEARCHER = ("industry researcher", "staff scientist")


READ = ("role", "kind", "country")  # what a post is read by
MOST_READ = 50_000  # readings that are kept
_lock = threading.Lock()


def add_role_readings(posts: pl.DataFrame) -> pl.DataFrame:
    """Posts with what their roles mean, in the same order.

    The same few roles stand in the posts of many people, and patterns take long: each is read once in a process.

    Args:
        posts: ``role``, ``kind`` (of the institution), ``country``; nulls are allowed.

    Returns:
        ``posts`` with ``told`` (the stage, as :func:`stage_of_role`) and ``beside``, ``researches``, ``senior``,
        ``teaches`` (booleans); all null where there is no role.
    """
    asked = posts.lazy().select(READ).filter(pl.col("role").is_not_null()).unique().collect()
    return posts.join(_role_readings(asked), on=READ, how="left", nulls_equal=True, maintain_order="left")


def _role_readings(asked: pl.DataFrame) -> pl.DataFrame:
    """READ, and what each means; of ``asked`` at least."""
    global _read
    with _lock:
        new = asked.join(_read, on=READ, how="anti", nulls_equal=True)
        if new.height:
            _read = pl.concat([_read.clear() if _read.height > MOST_READ else _read, _interpret_roles(new)])
        return _read


def _interpret_roles(asked: pl.DataFrame) -> pl.DataFrame:
    role = pl.col("role")
    return asked.with_columns(
        told=stage_of_role(role, pl.col("kind"), pl.col("country")),
        beside=is_side_role(role),
        researches=is_research_role(role),
        senior=is_senior_role(role),
        teaches=role.str.contains("(?i)lecturer|instructor"),
    )


def stage_of_role(role: pl.Expr, kind: pl.Expr, country: pl.Expr | None = None) -> pl.Expr:
    """The stage that a stated role at a kind of institution stands for; null where the role says nothing.

    Args:
        kind: of the institution, null where it is not known.
        country: where it is; where it is not given, nothing is read from it.
    """
    text, at_company = main_role(role), (kind == "company").fill_null(value=False)
    abroad = pl.lit(value=False) if country is None else country.is_in(_FELLOWS).fill_null(value=False)

    def role_contains(pattern: str) -> pl.Expr:
        return text.str.contains(pattern)

    academic = ~at_company & kind.is_not_null()
    researcher = (
        pl.when(at_company | role_contains(_COMPANY_ONLY))
        .then(pl.lit("industry researcher"))
        .when(academic)
        .then(pl.lit("staff scientist"))
    )
    fellow = (
        pl.when(at_company)
        .then(pl.lit("industry researcher"))
        .when(role_contains(_FELLOW_ABOVE) & academic)
        .then(pl.lit("staff scientist"))
        .when(abroad | (role_contains("fellow") & academic))
        .then(pl.lit("postdoc"))
    )
    directs = role_contains(_DIRECTOR) & ~role_contains(_NO_SCIENCE)
    return (
        pl.when(role_contains(_POSTDOC))
        .then(pl.lit("postdoc"))
        .when(role_contains(STUDENT) & ~role_contains("prof|lecturer"))
        .then(pl.lit("student"))
        .when(role_contains(_EARLY) & ~role_contains(_NOT_EARLY))
        .then(pl.lit("early-career faculty"))
        .when(role_contains(_ESTABLISHED))
        .then(pl.lit("established faculty"))
        .when(role_contains(_FELLOW))
        .then(fellow)
        .when(~at_company & role_contains(_INVESTIGATOR))
        .then(pl.lit("established faculty"))
        .when(~at_company & (academic | role_contains("research group")) & role_contains(_GROUP))
        .then(pl.lit("early-career faculty"))
        .when(academic & directs)
        .then(pl.lit("established faculty"))
        .when(role_contains(_RESEARCH))
        .then(researcher)
    )


def main_role(role: pl.Expr) -> pl.Expr:
    """The role in lower case without what is held beside, where something else is left."""
    text = role.str.to_lowercase()
    left = text.str.replace_all(_ASIDE, "")
    return pl.when(left.str.contains(r"\pL{2}")).then(left.str.strip_chars(" ;&/,+|")).otherwise(text)


def is_side_role(role: pl.Expr) -> pl.Expr:
    """Whether a role is held beside another post, as a whole."""
    return role.str.contains(rf"(?i)\b(?:{BESIDE})") & ~role.str.replace_all(_ASIDE, "").str.contains(r"\pL{2}")


def is_research_role(role: pl.Expr) -> pl.Expr:
    """Whether a role is of somebody who does research, whatever the institution."""
    return main_role(role).str.contains(_RESEARCH)


def is_senior_role(role: pl.Expr) -> pl.Expr:
    """Whether a role in a company is one that a lecturer would hold beside teaching, not the other way round."""
    return role.str.to_lowercase().str.contains(_SENIOR)


_read = _interpret_roles(pl.DataFrame(schema=dict.fromkeys(READ, pl.String)))
