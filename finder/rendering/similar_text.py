"""Similar people as text: a table that fits a terminal of 80 columns, JSON, CSV and Markdown."""

from __future__ import annotations

import csv
import io
import textwrap

from finder.answers.similar_people import SimilarPeople, SimilarPerson, WorkPair
from finder.rendering.answer_text import WIDTH, format_json, markdown_link, markdown_text, truncate_line, wrap_indented
from finder.text.sanitize import csv_safe, one_line

NOBODY = "Nobody. No stored work of somebody else holds what these works are about."
NOTE = (
    "Nearness compares works that people led in the last years, not people; works they wrote together do not count. "
    "1 would be works just like these."
)
COLUMNS = (
    "nearness",
    "name",
    "stage",
    "stage_confidence",
    "institution",
    "country",
    "alike",
    "joint",
    "terms",
    "their_work",
    "their_work_url",
    "own_work",
    "homepage",
    "orcid",
    "openalex",
    "dblp",
    "scholar",
    "openreview",
    "author_id",
)


def render_similar_answer(found: SimilarPeople, format_: str) -> str:
    """An answer as ``table``, ``json``, ``csv`` or ``md``."""
    match format_:
        case "json":
            return format_json(found.to_json())
        case "csv":
            return render_similar_csv(found)
        case "md":
            return render_similar_markdown(found)
    return render_similar_table(found)


def similar_heading(found: SimilarPeople) -> str:
    """Whose work is compared, and what it is about."""
    about = f" It is about: {', '.join(found.terms)}." if found.terms else ""
    return f"People whose work is like that of {found.name}, as of {found.as_of}. {found.read}{about}"


def render_similar_table(found: SimilarPeople) -> str:
    """Names with place, what their works share with the person's, and the two works that are most alike."""
    lines = [textwrap.fill(one_line(similar_heading(found)), WIDTH), ""]
    for row in found.results:
        lines.append(truncate_line(f"  {row.nearness:.2f}  {row.name}: {similar_person_place(row)}", WIDTH))
        lines += wrap_indented(common_terms_sentence(row))
        lines += [truncate_line(f"      {similar_works_line(pair)}", WIDTH) for pair in row.pairs[:1]]
    if not found.results:
        lines.append(f"  {NOBODY}")
    return "\n".join([*lines, "", *textwrap.wrap(similar_footer(found), WIDTH)])


def similar_footer(found: SimilarPeople) -> str:
    """Who is left out, and what nearness is not."""
    out = f"Not listed: {found.students} student{'s' * (found.students != 1)}. " if found.students else ""
    return out + NOTE


def similar_person_place(row: SimilarPerson) -> str:
    """Where somebody is now."""
    return ", ".join(filter(None, (row.institution, row.country))) or "place unknown"


def common_terms_sentence(row: SimilarPerson) -> str:
    """What the works have in common, as a sentence."""
    works = f"{row.alike} work{'s' * (row.alike != 1)} they led {'are' if row.alike != 1 else 'is'} near"
    terms = f": {', '.join(row.terms)}" if row.terms else ""
    return f"{works}{terms}" + (f"; {row.joint} written together" if row.joint else "")


def similar_works_line(pair: WorkPair) -> str:
    """Two works that are alike."""
    how = "like" if pair.terms else "near in meaning to"
    return f"“{pair.theirs.title}”, {pair.theirs.year}, {how} “{pair.own.title}”, {pair.own.year}"


def render_similar_csv(found: SimilarPeople) -> str:
    """One line a person; cells that a spreadsheet would run as formulas are quoted with an apostrophe."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for row in found.results:
        best = row.pairs[0] if row.pairs else None
        values = {
            **row._asdict(),
            **row.links,
            "terms": "; ".join(row.terms),
            "their_work": best.theirs.title if best else None,
            "their_work_url": best.theirs.url if best else None,
            "own_work": best.own.title if best else None,
        }
        writer.writerow({column: csv_safe(values.get(column)) for column in COLUMNS})
    return text.getvalue()


def render_similar_markdown(found: SimilarPeople) -> str:
    """A report to read or send."""
    lines = [f"# People like {markdown_text(found.name)}", "", markdown_text(similar_heading(found)), ""]
    for row in found.results:
        name = markdown_link(row.name, row.links["homepage"])
        place, common = markdown_text(similar_person_place(row)), markdown_text(common_terms_sentence(row))
        lines.append(f"- {name} ({row.nearness:.2f}), {place}: {common}")
        lines += [
            f"  - {markdown_link(pair.theirs.title, pair.theirs.url)}, {pair.theirs.year}, like "
            f"{markdown_link(pair.own.title, pair.own.url)}, {pair.own.year}"
            for pair in row.pairs
        ]
    return "\n".join([*lines, "", similar_footer(found)])
