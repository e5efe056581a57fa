"""Works as BibTeX: keys that stay the same whenever and in whatever company a work is exported."""

from __future__ import annotations

import hashlib

from anyascii import anyascii

from finder.outreach.export_dataset import ExportDataset, ExportedWork
from finder.text.names import content_words, name_key, split_name_parts
from finder.text.sanitize import single_line

# BibTeX counts braces without minding backslashes: those of a text have to be named
_LATEX = {
    "\\": r"{\textbackslash}",
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "$": r"\$",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
}


def as_bibtex(bundle: ExportDataset) -> bytes:
    """One entry a work."""
    return "\n".join(_bibtex_entry(work) for work in bundle.works).encode()


def escape_latex(text: str) -> str:
    r"""A text as LaTeX that prints just that.

    >>> escape_latex("50% of A_1 & {")
    '50\\% of A\\_1 \\& {\\textbraceleft}'
    """
    return "".join(_LATEX.get(sign, sign) for sign in single_line(text))


def citation_key(work: ExportedWork) -> str:
    """Family name, year, first telling word, and a few signs of the work's id.

    >>> citation_key({"authors": ["Ada Vell"], "date": "2025-06-01", "title": "On the Bees", "work_id": "openalex:W1"})
    'vell2025bees-04f8'
    """
    family = name_key(work["authors"][0]).split()[-1:] if work["authors"] else []
    words = content_words(anyascii(work["title"]))
    told = "".join(c for c in "".join([*family, work["date"][:4], *words[:1]]) if c.isascii() and c.isalnum())
    return f"{told or 'work'}-{hashlib.sha256(work['work_id'].encode()).hexdigest()[:4]}"


def _bibtex_entry(work: ExportedWork) -> str:
    scheme, _, id_ = work["work_id"].partition(":")
    names = [_bibtex_author(name) for name in work["authors"]]
    if len(names) < (work["n_authors"] or 0):
        names.append("others")  # some may not be shown
    journal = "journal" in (work["type"] or "") or work["type"] == "article"
    fields = {
        "title": f"{{{escape_latex(work['title'])}}}",
        "author": " and ".join(names),
        "year": work["date"][:4],
        "journal" if journal else "booktitle": escape_latex(work["venue"] or ""),
        "doi": _bibtex_address(id_) if scheme == "doi" else "",
        "url": _bibtex_address(work["url"] or ""),
    }
    kind = "misc" if not work["venue"] else "article" if journal else "inproceedings"
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{citation_key(work)},", *lines, "}", ""])


def _bibtex_author(name: str) -> str:
    """A name as one author, whatever words and commas it is made of; what belongs to the surname stays with it."""
    if "," in name or {"and", "others"} & set(name.lower().split()):
        return f"{{{escape_latex(name)}}}"
    parts = split_name_parts(name)
    if not parts.particle and not parts.suffix:
        return escape_latex(name) or "{}"
    return ", ".join(escape_latex(part) for part in (parts.surname, parts.suffix, parts.given) if part)


def _bibtex_address(text: str) -> str:
    """An address as ``url`` and ``doi`` take it: as it is, with what would end the field percent-encoded.

    These fields are read as they stand, by biblatex, by ``\\url`` and by reference managers: an escape would be part of
    the address, and break it.
    """
    encoded = {"{": "%7B", "}": "%7D", "\\": "%5C"}
    return "".join(encoded.get(sign, sign) for sign in "".join(single_line(text).split()))
