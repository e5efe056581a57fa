"""Labs as text: tables that fit a terminal of 80 columns, JSON, CSV and Markdown."""

from __future__ import annotations

import csv
import io
import textwrap

from rich.cells import cell_len, set_cell_size

from finder.answers import Answer
from finder.answers.funding import describe_grant
from finder.answers.geo_filter import distance_suffix
from finder.answers.lab_rows import LABS_FOUND
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
from finder.results import Lab, LabMember
from finder.text.sanitize import csv_safe

SHOWN = 6  # members named in a table
CSV_COLUMNS = (
    "band",
    "score",
    "head",
    "second_head",
    "group",
    "institution",
    "country",
    "moved_from",
    "students_active",
    "members",
    "works_on_interest",
    "newest_work",
    "newest_work_url",
    "alumni",
    "why",
    "homepage",
    "group_page",
    "openings_page",
    "lab_id",
    "km",
)


def render_lab_answer(found: Answer[Lab], format_: str) -> str:
    """Labs as ``table``, ``json``, ``csv`` or ``md``."""
    match format_:
        case "json":
            return format_json(found.to_json())
        case "csv":
            return render_lab_csv(found)
        case "md":
            return render_lab_markdown(found)
    return render_lab_table(found)


def render_lab_table(found: Answer[Lab]) -> str:
    """Labs, each with its place, the sentence that says why, its members, and the newest work."""
    lines = [answer_heading(found, "labs"), ""]
    for row in found.results:
        lines.append(_lab_name_line(row))
        for text in (row["why"], *lab_detail_lines(row)):
            lines += wrap_indented(text)
        if row["works"]:
            newest = max(row["works"], key=lambda work: work["date"])
            lines.append(truncate_line(f"      “{newest['title']}”, {newest['venue'] or newest['date'][:4]}", WIDTH))
    if not found.results:
        lines += textwrap.wrap(
            f"None. {empty_answer_reason(found)}", WIDTH - 2, initial_indent="  ", subsequent_indent="  "
        )
    return "\n".join([*lines, "", *answer_footer(found), *textwrap.wrap(LABS_FOUND, WIDTH)])


def lab_detail_lines(row: Lab) -> list[str]:
    """Open positions that name a head, members, alumni and sister labs, as far as there are any."""
    said = [
        f"open: {one['title']}"
        + (f", apply by {one['valid_through']}" if one["valid_through"] else "")
        + f" {one['url']}"
        for one in row["openings"]
    ]
    said += [f"{head['name']}: {describe_grant(grant)}" for head in row["heads"] for grant in head["grants"][:1]]
    if row["members"]:
        named = [lab_member_label(one) for one in row["members"][:SHOWN]]
        more = len(row["members"]) - SHOWN
        said.append(f"members: {'; '.join(named)}" + (f"; and {more} more" if more > 0 else ""))
    if row["alumni"]["count"]:
        went = ", ".join(f"{kind} {count}" for kind, count in row["alumni"]["went"].items())
        said.append(f"alumni: {row['alumni']['count']}, now: {went}")
    if row["sisters"]:
        sisters = ", ".join(f"{one['head']} ({one['joint']})" for one in row["sisters"][:3])
        said.append(f"publishes with the labs of: {sisters}")
    return said


def lab_member_label(one: LabMember) -> str:
    """A member in a few words.

    >>> member = {"name": "Sam", "stage": "student", "since": "2024-03", "still_at": "Uni A", "place_known": True}
    >>> lab_member_label(member)
    'Sam (student since 2024-03, still printed at Uni A)'
    """
    return f"{one['name']} ({membership_phrase(one)})"


def membership_phrase(one: LabMember) -> str:
    """At which stage and since when somebody is a member, and where that is not sure."""
    stage = "stage unknown" if one["stage"] == "unknown" else one["stage"]
    still = f", still printed at {one['still_at']}" if one["still_at"] else ""
    place = "" if one["place_known"] else ", place not printed"
    return f"{stage} since {one['since']}{still}{place}"


def lab_trend_sentence(row: Lab, until: str) -> str:
    """How many works of these two years, against the two before.

    >>> lab_trend_sentence({"trend": {"on": {"now": 3, "before": 1}, "all": {"now": 5, "before": 5}}}, "2025-07-01")
    'In the two years to 2025-07: 3 works on the interest (1 in the two before), 5 in all (5 before)'
    """
    on, all_ = row["trend"]["on"], row["trend"]["all"]
    return (
        f"In the two years to {until[:7]}: {on['now']} work{'s' * (on['now'] != 1)} on the interest "
        f"({on['before']} in the two before), {all_['now']} in all ({all_['before']} before)"
    )


def _lab_name_line(row: Lab) -> str:
    heads = " & ".join(head["name"] for head in row["heads"])
    place = place_label(row["institution"], row["group"])
    left = f"  {row['score']:.2f}  {set_cell_size(truncate_line(heads, 34), 34)}"
    right = ", ".join(filter(None, (place, row["country"])))
    return (
        f"{left}  {truncate_line(right, WIDTH - cell_len(left) - 2 - len(distance_suffix(row)))}{distance_suffix(row)}"
    )


def lab_csv_row(row: Lab) -> dict[str, object]:
    """A lab as one line of a sheet."""
    newest = max(row["works"], key=lambda work: work["date"], default=None)
    values: dict[str, object] = {
        "band": row["band"],
        "score": row["score"],
        "head": row["head"],
        "group": row["group"],
        "institution": row["institution"],
        "country": row["country"],
        "students_active": row["students_active"],
        "second_head": row["heads"][1]["name"] if len(row["heads"]) > 1 else None,
        "moved_from": row["moved"]["from"] if row["moved"] else None,
        # counts and no names: who studies under whom is nothing to pass on by the sheet
        "members": len(row["members"]),
        "works_on_interest": row["matched"],
        "newest_work": newest["title"] if newest else None,
        "newest_work_url": newest["url"] if newest else None,
        "alumni": row["alumni"]["count"],
        "why": row["why"],
        "lab_id": row["lab_id"],
        "km": row.get("km"),
        "homepage": row["links"]["homepage"],
        "group_page": row["links"]["group_page"],
        "openings_page": row["links"]["openings_page"],
    }
    return {column: values.get(column) for column in CSV_COLUMNS}


def render_lab_csv(found: Answer[Lab]) -> str:
    """One line a lab; cells that a spreadsheet would run as formulas are quoted with an apostrophe."""
    text = io.StringIO()
    writer = csv.DictWriter(text, CSV_COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({key: csv_safe(value) for key, value in lab_csv_row(row).items()} for row in found.results)
    return text.getvalue()


def render_lab_markdown(found: Answer[Lab]) -> str:
    """A report to read or send."""
    lines = [f"# Labs: {markdown_text(found.interest)}", "", markdown_text(answer_heading(found, "labs")), ""]
    for row in found.results:
        heads = " & ".join(markdown_link(head["name"], head["links"]["homepage"]) for head in row["heads"])
        place = markdown_text(place_label(row["institution"], row["group"]))
        lines += [
            f"## {heads}, {place} ({row['strength']} match{distance_suffix(row)})",
            "",
            markdown_text(row["why"]),
            "",
        ]
        lines += [f"- {markdown_text(text)}" for text in lab_detail_lines(row)]
        lines += [f"- {markdown_link(work['title'], work['url'])}, {work['date'][:7]}" for work in row["works"]]
        lines.append("")
    return "\n".join([*lines, *answer_footer(found), LABS_FOUND])
