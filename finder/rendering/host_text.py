"""Hosts of interns as text: tables that fit a terminal of 80 columns, JSON, CSV and Markdown."""

from __future__ import annotations

import csv
import io
import textwrap

from rich.cells import cell_len, set_cell_size

from finder.answers.geo_filter import distance_suffix
from finder.answers.internship_evidence import COUNTED, intern_journey
from finder.answers.internships import Internships
from finder.rendering.answer_text import (
    WIDTH,
    answer_footer,
    answer_heading,
    empty_answer_reason,
    format_json,
    markdown_link,
    markdown_text,
    place_label,
    truncate_line,
    wrap_indented,
)
from finder.results import FormerHost, Host, InternshipProof, Opening
from finder.text.sanitize import csv_safe, one_line

OPEN = 5  # open internships shown
SHOWN = 2  # proofs named in a table
CSV_COLUMNS = (
    "band",
    "score",
    "name",
    "company",
    "unit",
    "country",
    "seen_there",
    "stage",
    "interns",
    "recent_works",
    "older_works",
    "sure",
    "newest_intern_work",
    "newest_intern_work_url",
    "proof",
    "intern_from",
    "intern_seen_at",
    "works_on_interest",
    "why",
    "careers",
    "homepage",
    "openalex",
    "author_id",
    "km",
)


def render_host_answer(found: Internships, format_: str) -> str:
    """Hosts as ``table``, ``json``, ``csv`` or ``md``."""
    match format_:
        case "json":
            return format_json(found.to_json())
        case "csv":
            return render_host_csv(found)
        case "md":
            return render_host_markdown(found)
    return render_host_table(found)


def render_host_table(found: Internships) -> str:
    """Hosts, each with the company, the sentence that says why, and works with interns."""
    lines = [answer_heading(found, "hosts of interns"), ""]
    for row in found.results:
        lines += [_host_name_line(row), *wrap_indented(row["why"], width=WIDTH - 2)]
        for proof in row["proofs"][:SHOWN]:
            lines.append(truncate_line(f"      {proof['work']['date'][:4]} “{proof['work']['title']}”", WIDTH))
            lines += wrap_indented(proof_sentence(proof), "        ", WIDTH - 2)
        lines += [truncate_line(f"      open: {_posting_line(one)}", WIDTH) for one in row["postings"][:SHOWN]]
        if row["company"]["careers"]:
            lines.append(f"      {row['company']['careers']}")
    if not found.results:
        lines += textwrap.wrap(
            "None. " + empty_hosts_reason(found), WIDTH - 2, initial_indent="  ", subsequent_indent="  "
        )
    return "\n".join(
        [
            *lines,
            *_former_host_lines(found),
            *_open_internship_lines(found),
            "",
            *answer_footer(found),
            *textwrap.wrap(COUNTED, WIDTH),
        ]
    )


def empty_hosts_reason(found: Internships) -> str:
    """Why no host is listed."""
    if found.left_out or not found.coverage["matched"]:
        return empty_answer_reason(found)
    return (
        "None of those who match has a stored work with an intern of their company. Works say so where they print "
        "affiliations; in many stored lists nobody's are known."
    )


def proof_sentence(proof: InternshipProof) -> str:
    """Who the intern was, how it is known, and who heads the others."""
    head = f"; headed by {proof['head']['name']}" if proof["head"] else ""
    return f"by {proof['intern']['name']}, {intern_journey(proof['intern'])}; {proof['kind_in_words']}{head}"


def _open_internship_lines(found: Internships) -> list[str]:
    """The open internships that fit best, whoever's they are."""
    fitting = [one for one in found.postings if one["kind"] == "internship"]
    if not fitting:
        return ["", "No internship that fits is open on the boards that were read (finder boards)."]
    lines = ["", f"open internships that fit: {len(fitting)}; more with: finder openings --kind internship"]
    for one in fitting[:OPEN]:
        lines.append(
            truncate_line(f"  {one['fit']:.2f}  {one['title']}, {one['hiring_organization']}, {one['location']}", WIDTH)
        )
        lines.append(f"        {one_line(one['url'])}")
    return lines


def _posting_line(posting: Opening) -> str:
    return ", ".join(filter(None, (posting["title"], posting["location"], posting["url"])))


def _host_name_line(row: Host) -> str:
    company = row["company"]
    left = f"  {row['score']:.2f}  {set_cell_size(truncate_line(row['name'], 28), 28)}"
    seen = f" (seen {company['seen']})" if company["seen"] else ""
    place = place_label(company["institution"], company["unit"])
    distance = distance_suffix(row)
    room = WIDTH - cell_len(left) - 2 - len(distance)
    return f"{left}  {truncate_line(place + seen, room)}{distance}"


def _former_host_lines(found: Internships) -> list[str]:
    """Who has hosted, and does so no more as far as is known."""
    if not found.former:
        return []
    lines = ["", "Hosted before; left, not seen there, or nobody hosted for two years:"]
    return lines + [truncate_line(f"  {former_host_line(row)}", WIDTH) for row in found.former]


def former_host_line(row: FormerHost) -> str:
    """Somebody who has hosted, and is there no more or has hosted nobody of late.

    >>> ada = {"name": "Ada", "company": "Brightloom Labs", "newest": "2022-03-01", "seen": "2025-03", "there": True}
    >>> former_host_line(ada)
    'Ada: hosted at Brightloom Labs up to 2022, seen there in 2025'
    >>> former_host_line({**ada, "seen": "2022-03", "there": False, "now": None})
    'Ada: Brightloom Labs until 2022, now unknown'
    """
    if row["there"]:
        seen = (row["seen"] or row["newest"])[:4]
        return f"{row['name']}: hosted at {row['company']} up to {row['newest'][:4]}, seen there in {seen}"
    until = (row["seen"] or row["newest"])[:4]
    now = f"now at {row['now']['institution']}" if row["now"] else "now unknown"
    return f"{row['name']}: {row['company']} until {until}, {now}"


def host_csv_row(row: Host) -> dict[str, object]:
    """A host as one line of a sheet."""
    proof, company = row["proofs"][0], row["company"]
    went = proof["intern"]["went"]
    return {
        "band": row["band"],
        "score": row["score"],
        "name": row["name"],
        "stage": row["stage"],
        "why": row["why"],
        "author_id": row["author_id"],
        "company": company["institution"],
        "unit": company["unit"],
        "country": company["country"],
        "seen_there": company["seen"],
        "careers": company["careers"],
        "interns": row["hosting"]["interns"],
        "recent_works": row["hosting"]["recent"],
        "older_works": row["hosting"]["older"],
        "sure": row["hosting"]["sure"],
        "km": row.get("km"),
        "newest_intern_work": proof["work"]["title"],
        "newest_intern_work_url": proof["work"]["url"],
        "proof": proof["kind"],
        "intern_from": "; ".join(proof["intern"]["from"]),
        "intern_seen_at": went["institution"] if went else None,
        "works_on_interest": row["matched"],
        "homepage": row["links"]["homepage"],
        "openalex": row["links"]["openalex"],
    }


def render_host_csv(found: Internships) -> str:
    """One line a host; cells that a spreadsheet would run as formulas are quoted with an apostrophe."""
    text = io.StringIO()
    writer = csv.DictWriter(text, CSV_COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({key: csv_safe(value) for key, value in host_csv_row(row).items()} for row in found.results)
    return text.getvalue()


def render_host_markdown(found: Internships) -> str:
    """A report to read or send."""
    lines = [f"# {markdown_text(found.interest)}", "", markdown_text(answer_heading(found, "hosts of interns")), ""]
    for row in found.results:
        name = markdown_link(row["name"], row["links"]["homepage"])
        company = row["company"]
        at = markdown_link(place_label(company["institution"], company["unit"]), company["careers"])
        score = f"{row['score']:.2f}{distance_suffix(row)}"
        lines.append(f"- **{row['strength']} match** {name}, {at} ({score}): {markdown_text(row['why'])}")
        for proof in row["proofs"][:3]:
            work, how = proof["work"], markdown_text(proof_sentence(proof))
            lines.append(f"  - {markdown_link(work['title'], work['url'])}, {work['date'][:4]}, {how}")
    former = [f"- {markdown_text(former_host_line(row))}" for row in found.former]
    before = ["", "Hosted before; left, not seen there, or nobody hosted for two years:", "", *former] if former else []
    return "\n".join([*lines, *before, "", *answer_footer(found), *textwrap.wrap(COUNTED, WIDTH)])
