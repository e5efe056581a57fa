"""Answers as text: tables that fit a terminal of 80 columns, JSON, CSV and Markdown."""

from __future__ import annotations

import csv
import io
import json
import textwrap
from collections.abc import Sequence
from typing import Any, NotRequired
from urllib.parse import quote

from rich.cells import cell_len, set_cell_size

from finder.answers import Answer, mentoring
from finder.answers.affiliation_rows import PlacedPerson, main_affiliation
from finder.answers.funding import describe_grant
from finder.answers.geo_filter import describe_geo_place, describe_radius, distance_suffix
from finder.answers.openings import Openings
from finder.answers.programmes import describe_programme
from finder.ranking.evidence_text import faculty_start_phrase, http_url_or_none, last_seen_phrase, move_interval_phrase
from finder.results import (
    Advisor,
    AffiliationPlace,
    Identity,
    Lab,
    Links,
    Located,
    Move,
    PersonCard,
    PlannedCallRow,
    PossibleDouble,
    RankedPerson,
    RecruitingStatement,
    WorkRef,
)
from finder.storage.judgements import Judgement
from finder.text.sanitize import csv_safe, escape_json_controls, one_line, single_line

WIDTH = 80
_IN_URLS = ":/?#@!$&'*+,;=%~"
CSV_COLUMNS = (
    "band",
    "match",
    "score",
    "plus_minus",
    "name",
    "stage",
    "stage_confidence",
    "institution",
    "country",
    "since",
    "last_seen",
    "moved_from",
    "works_on_interest",
    "newest_work",
    "newest_work_url",
    "why",
    "homepage",
    "orcid",
    "openalex",
    "dblp",
    "scholar",
    "openreview",
    "author_id",
    "km",
)


def render_advisor_answer(found: Answer[Advisor], format_: str) -> str:
    """An answer as ``table``, ``json``, ``csv`` or ``md``."""
    match format_:
        case "json":
            return format_json(found.to_json())
        case "csv":
            return render_advisor_csv(found)
        case "md":
            return render_advisor_markdown(found)
    return render_advisor_table(found)


def format_json(value: Any) -> str:
    """JSON with everything readable."""
    return escape_json_controls(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def render_advisor_table(found: Answer[Advisor]) -> str:
    """Names with the strength of the match, the place, and the sentence that says why."""
    lines = [answer_heading(found), ""]
    for row in found.results:
        lines.append(_advisor_name_line(row))
        lines += wrap_indented(row["why"])
        for same in row.get("perhaps_same", ()):
            lines += wrap_indented(duplicate_hint(row["author_id"], same))
        if row["recruiting"]:
            lines += wrap_indented(_recruiting_line(row["recruiting"]))
        for grant in row["grants"][:1]:
            lines += wrap_indented(describe_grant(grant))
        if row["works"]:
            newest = max(row["works"], key=lambda work: work["date"])
            lines.append(truncate_line(f"      “{newest['title']}”, {newest['venue'] or newest['date'][:4]}", WIDTH))
    if not found.results:
        lines += textwrap.wrap(
            f"Nobody. {empty_answer_reason(found)}", WIDTH - 2, initial_indent="  ", subsequent_indent="  "
        )
    return "\n".join([*lines, "", *answer_footer(found)])


def duplicate_hint(author_id: str, same: PossibleDouble) -> str:
    """That another row may be the same person, and how to say so.

    >>> duplicate_hint("orcid:1", {"row": 12, "author_id": "dblp:2"})
    'perhaps the same as row 12: finder judge same orcid:1 dblp:2 (or: different)'
    """
    return f"perhaps the same as row {same['row']}: finder judge same {author_id} {same['author_id']} (or: different)"


def _recruiting_line(said: RecruitingStatement) -> str:
    """What somebody says about taking people on, word for word, with its age."""
    return f"says, {said['date'] or 'of unknown age'} ({said['polarity']}): “{said['quote']}”"


def empty_answer_reason(found: Answer[Any]) -> str:
    """Why a list is empty."""
    if not found.coverage["matched"]:
        return "No stored work matches these words: collect the interest, or say it in other words."
    left = ", ".join(f"{count} {reason}" for reason, count in found.left_out.items())
    remedy = found.near["remedy"] if found.near else None
    unknown = found.coverage.get("gaps", [])
    return " ".join(filter(None, (f"All who match were filtered out: {left}.", remedy, *unknown)))


def answer_heading(found: Answer[Any], what: str = "people") -> str:
    """What was asked, how many of what were found, and what else was looked for."""
    terms = [term["term"] for term in found.terms[1:]]
    also = f" (also looked for: {', '.join(terms)})" if terms else ""
    what += f" {describe_radius(found.near)}" if found.near else ""
    asked = one_line(found.interest, 2 * WIDTH)
    return textwrap.fill(one_line(f"{asked}: {found.total:,} {what}, as of {found.as_of}{also}"), WIDTH)


def _advisor_name_line(row: Advisor) -> str:
    place = " / ".join(affiliation_label(post) for post in row["current"][:2]) or "place unknown"
    country = next((post["country"] for post in row["current"] if post["country"]), "")
    left = f"{strength_column(row)}  {set_cell_size(truncate_line(row['name'], 26), 26)}"
    right = f"{place}{f', {country}' if country else ''}"
    return (
        f"{left}  {truncate_line(right, WIDTH - cell_len(left) - 2 - len(distance_suffix(row)))}{distance_suffix(row)}"
    )


def strength_column(row: RankedPerson | Lab) -> str:
    """The evidence and its word, in columns.

    >>> strength_column({"score": 3.456, "strength": "strong"})
    '  3.46 strong'
    """
    return f"{row['score']:6.2f} {row['strength'] or '':<6}"


def affiliation_label(post: AffiliationPlace, country: str | None = None) -> str:
    """A post's institution, with the lab in brackets, and that it is an old one where it is."""
    return last_seen_phrase(place_label(post["institution"], post["unit"], country), post)


def place_label(name: str, unit: str | None, country: str | None = None) -> str:
    """An institution, with the lab in brackets.

    >>> place_label("Meta", "FAIR"), place_label("Google", "Google Brain", "GB")
    ('Meta (FAIR)', 'Google (Brain), GB')
    """
    place = f"{name} ({unit.removeprefix(f'{name} ')})" if unit else name
    return f"{place}, {country}" if country else place


def answer_footer(found: Answer[Any]) -> list[str]:
    """What an answer rests on, and who is left out."""
    coverage = found.coverage
    works, kept = ("works in the files", "there") if "lacks" in coverage else ("stored works", "stored")
    seen = f"From {coverage['matched']:,} matching of {coverage['works']:,} {works}"
    lines = [f"{seen}; works on this interest are {kept} up to {coverage['until']}."]
    lines += filter(None, [coverage["read"]])
    lines += [coverage["lacks"]] if "lacks" in coverage else []
    lines += found.coverage.get("gaps", []) if found.total else []  # else they are said with the empty list
    lines += [describe_geo_place(found.near)] if found.near else []
    if found.left_out:
        lines.append("Not listed: " + ", ".join(f"{n:,} {reason}" for reason, n in found.left_out.items()) + ".")
    partial = [f"{s['source']} {s['state']}" for s in coverage["sources"] if s["complete"] is False]
    if partial:
        lines.append("Partial: " + ", ".join(partial) + ". Ask again later to complete it.")
    lines.append("Scores measure topic match, not quality. Unknown means unknown.")
    return [line for text in lines for line in textwrap.wrap(text, WIDTH)]


class SheetPerson(PlacedPerson, Located):
    """What a line of a sheet needs of somebody who need not be of a list."""

    author_id: str | None
    name: str
    band: str | None
    strength: NotRequired[str | None]
    score: float | None
    plus_minus: NotRequired[float]
    stage_confidence: float
    moved: Move | None
    matched: int
    works: list[WorkRef]
    links: Links
    why: str


def advisor_csv_row(row: Advisor | SheetPerson) -> dict[str, object]:
    """A result row as one line of a sheet."""
    post = main_affiliation(row)
    newest = max(row["works"], key=lambda work: work["date"], default=None)
    values: dict[str, object] = {
        **row["links"],
        "band": row["band"],
        "score": row["score"],
        "name": row["name"],
        "stage": row["stage"],
        "stage_confidence": row["stage_confidence"],
        "why": row["why"],
        "author_id": row["author_id"],
        "match": row.get("strength"),
        "plus_minus": row.get("plus_minus"),
        "institution": post["institution"] if post else None,
        "country": post["country"] if post else None,
        "since": post["since"] if post else None,
        "last_seen": post["until"] if post else None,
        "moved_from": row["moved"]["from"] if row["moved"] else None,
        "works_on_interest": row["matched"],
        "newest_work": newest["title"] if newest else None,
        "newest_work_url": newest["url"] if newest else None,
        "km": row.get("km"),
    }
    return {column: values.get(column) for column in CSV_COLUMNS}


def render_advisor_csv(found: Answer[Advisor]) -> str:
    """One line a person; cells that a spreadsheet would run as formulas are quoted with an apostrophe."""
    text = io.StringIO()
    writer = csv.DictWriter(text, CSV_COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({key: csv_safe(value) for key, value in advisor_csv_row(row).items()} for row in found.results)
    return text.getvalue()


def render_advisor_markdown(found: Answer[Advisor]) -> str:
    """A report to read or send."""
    lines = [f"# {markdown_text(found.interest)}", "", markdown_text(answer_heading(found)), ""]
    for row in found.results:
        name = markdown_link(row["name"], row["links"]["homepage"])
        score = f"{row['score']:.2f}{distance_suffix(row)}"
        lines.append(f"- **{row['strength']} match** {name} ({score}): {markdown_text(row['why'])}")
        lines += [
            f"  - {markdown_link(w['title'], w['url'])}, {w['date'][:4]}, {w['position']} author"
            for w in row["works"][:3]
        ]
    return "\n".join([*lines, "", *answer_footer(found)])


def markdown_link(text: str, url: str | None) -> str:
    """A Markdown link; the mere text where there is no address of the web."""
    checked = http_url_or_none(url)
    return f"[{markdown_text(text)}](<{quote(checked.strip(), safe=_IN_URLS)}>)" if checked else markdown_text(text)


def markdown_text(text: str) -> str:
    """A text on one line as Markdown that shows just that."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>|#!&~$" else c for c in single_line(text))


def render_person_card(person: PersonCard) -> str:
    """A person's card for a terminal."""
    lines = [f"{one_line(person['name'])}  ({person['author_id']})"]
    if person["namesakes"]:
        lines.append(
            textwrap.fill(one_line(person["namesakes"]), WIDTH, break_long_words=False, break_on_hyphens=False)
        )
    sure = f", confidence {person['stage_confidence']:.2f}" if person["stage"] != "unknown" else ""
    lines.append(one_line(f"stage: {person['stage']}{sure}: {person['stage_ground']}"))
    for title, posts in (("now", person["current"]), ("before", person["previous"])):
        for post in posts:
            role = f"{post['role']}, " if post["role"] else ""
            when = "last" if post["old"] else title
            place = place_label(post["institution"], post["unit"], post["country"])
            lines.append(f"{when:>7}: {one_line(role + place)} ({post['since']} to {post['until']}, {post['source']})")
    if person["moved"]:
        moved = person["moved"]
        lines.append(
            f"  moved: from {one_line(moved['from'])}, first seen {moved['first_seen']}{move_interval_phrase(moved)}"
        )
    if person["newcomer"]:
        at = one_line(person["newcomer"]["institution"])
        lines.append(f"    new: professor {faculty_start_phrase(person['newcomer'])}, at {at}")
    for said in person["statements"]:
        text = f"says: {said['date'] or 'age unknown'}, {said['polarity']}: “{said['quote']}” {said['url']}"
        lines.append(textwrap.fill(one_line(text), WIDTH, initial_indent="   ", subsequent_indent="         "))
    for grant in person["grants"]:
        text = one_line(f"money: {describe_grant(grant)} {grant['url'] or ''}".strip())
        lines.append(textwrap.fill(text, WIDTH, initial_indent="  ", subsequent_indent="         "))
    for one in person["openings"]:
        until = f", apply by {one['valid_through']}" if one["valid_through"] else ""
        text = one_line(f"open: {one['title']}{until} {one['url']}")
        lines.append(textwrap.fill(text, WIDTH, initial_indent="   ", subsequent_indent="         "))
    lines += [f"{kind:>11}: {one_line(url)}" for kind, url in person["links"].items() if url]
    lines.append(f"\n{len(person['works'])} stored works, newest first:")
    for work in person["works"][:15]:
        mark = "*" if work["match"] > 0 else " "
        lines.append(truncate_line(f" {mark} {work['date'][:4]} {work['position']:<6} {work['title']}", WIDTH))
    lines += _identity_lines(person["identity"])
    if person["coauthors"]:
        names = ", ".join(f"{c['name']} ({c['works']})" for c in person["coauthors"][:8])
        lines.append("\n" + textwrap.fill(one_line(f"writes with: {names}"), WIDTH))
    hosted = (
        ["", *(textwrap.fill(one_line(row["said"]), WIDTH) for row in person["hosting"])] if person["hosting"] else []
    )
    return "\n".join([*lines, *_mentoring_lines(person), *hosted])


def _mentoring_lines(person: PersonCard) -> list[str]:
    """Who probably advised somebody, and whom they published with as last author; nothing where nobody is known."""
    lines: list[str] = []
    if person["advised_by"]:
        said = "; ".join(f"{row['name']} ({mentoring.advisor_ground_phrase(row)})" for row in person["advised_by"])
        lines += ["", textwrap.fill(one_line(f"probably advised by: {said}"), WIDTH)]
    found = person["mentoring"]
    if not found["students"] and not found["guests"]:
        return lines
    lines += ["", textwrap.fill(f"published with as last author: {mentoring.advising_phrase(found['summary'])}", WIDTH)]
    for row in found["students"][:15]:
        lines.append(
            truncate_line(
                f"   {mentoring.joint_years_phrase(row):<9} {row['name']}: {mentoring.advisee_status_phrase(row)}",
                WIDTH,
            )
        )
    if more := found["students"][15:]:
        lines.append(f"   and {len(more)} more, earlier")
    return [*lines, textwrap.fill(mentoring.COUNTED, WIDTH)]


def _identity_lines(known: Identity) -> list[str]:
    """How sure it is that this is one person, what that rests on, and who else it could be."""
    lines = [f"\none person? {known['sure']:.0%} of {known['works']} works are expected to be theirs:"]
    lines += [
        truncate_line(f"  {row['works']:>5} by {row['reason']} ({row['chance']:.0%})", WIDTH) for row in known["by"][:4]
    ]
    likely = [row for row in known["alike"] if row["coauthors"] or row["institutions"]]
    for row in likely[:4]:
        shared = f"{row['coauthors']} co-authors and {row['institutions']} institutions in common"
        against = f"; {row['against']}" if row["against"] else ""
        lines.append(truncate_line(f"  or also {row['author_id']} ({row['name']})? {shared}{against}", WIDTH))
    if likely:
        lines.append("  If you know: finder judge same ID ID, or finder judge different ID ID")
    return lines


def render_judgements(rows: Sequence[Judgement]) -> str:
    """What the user has said about who is whom."""
    if not rows:
        return "You have judged nobody. finder judge same A B; finder judge different A B"
    said = {"same": "are one person", "different": "are two people"}
    return "\n".join(
        f"{row.id:>4}  {row.made_at[:10]}  {row.about[0]} and {row.about[1]} {said[row.verdict]}" for row in rows
    )


_NO_RESEARCH = {"engineering": "engineering", "other": "no research"}


def render_openings(found: Openings) -> str:
    """Open positions, each with where, until when, and why it is listed."""
    wide = f" {describe_radius(found.near)}" if found.near else ""
    lines = [f"{found.interest}: {found.total:,} openings{wide}, as of {found.as_of}", ""]
    for row in found.results:
        lines.append(truncate_line(f"  {row['fit']:.2f}  {'* ' if row['new'] else ''}{row['title']}", WIDTH))
        until = f"apply by {row['valid_through']}" if row["valid_through"] else ""
        place = (row["location"] or "place unknown") + distance_suffix(row)
        kind = row["kind"] if row["category"] == "research" else f"{row['kind']} ({_NO_RESEARCH[row['category']]})"
        facts = [
            kind,
            row["hiring_organization"],
            place,
            row["workplace"],
            f"posted {row['date_posted'] or 'at an unknown date'}",
            until,
        ]
        lines += wrap_indented("; ".join(filter(None, facts)))
        lines += wrap_indented(row["why"])
        for work in row["works"][:1]:
            lines += wrap_indented(f"such as “{work['title']}”, {work['date'][:4]}")
        named = [person["name"] for person in row["people"] if person["named"]]
        if named:
            lines += wrap_indented(f"it names {', '.join(named)}")
        lines.append(f"      {one_line(row['url'])}")
    if not found.results:
        lines.append(f"  {found.read or 'Nothing that fits is open on the boards that were read.'}")
    if found.programmes:
        lines += ["", "Networks and programmes of the field, which are no postings:"]
        for row in found.programmes:
            lines += [
                *wrap_indented(describe_programme(row), "  ", WIDTH),
                f"    {one_line(row['url'] or row['source'])}",
            ]
    if found.searches:
        lines += ["", "Searches elsewhere, to open in a browser:"]
        lines += [f"  {one['name']}: {one_line(one['url'])}" for one in found.searches]
    told = ", ".join(f"{count} {state}" for state, count in sorted(found.boards.items())) or "none is known"
    left = ", ".join(f"{count:,} {reason}" for reason, count in found.left_out.items())
    lines += ["", *(textwrap.wrap(describe_geo_place(found.near), WIDTH) if found.near else ())]
    lines += [*textwrap.wrap(f"Boards: {told} (finder boards)." + (f" Not listed: {left}." if left else ""), WIDTH)]
    return "\n".join(lines)


def wrap_indented(text: str, by: str = "      ", width: int = WIDTH - 6) -> list[str]:
    """A text in lines under what it belongs to."""
    return textwrap.wrap(one_line(text), width, initial_indent=by, subsequent_indent=by)


def render_call_plan(rows: Sequence[PlannedCallRow]) -> str:
    """Calls that would be made, and what they would cost at most."""
    wide = max([10, *(len(row["source"]) + 1 for row in rows)])
    lines = [f"{'source':<{wide}}{'calls':>6}{'credits':>9}  for"]
    lines += [f"{row['source']:<{wide}}{row['calls']:>6,}{row['credits']:>9,}  {row['for']}" for row in rows]
    total = sum(row["calls"] for row in rows), sum(row["credits"] for row in rows)
    return "\n".join([*lines, f"{'at most':<{wide}}{total[0]:>6,}{total[1]:>9,}"])


def truncate_line(text: str, width: int) -> str:
    """A line's part in so many columns; some scripts take two columns a character."""
    text = " " * (len(text) - len(text.lstrip())) + single_line(text)
    return text if cell_len(text) <= width else set_cell_size(text, max(width - 1, 0)) + "…"
