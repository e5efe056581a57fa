"""An export as a report to read, print or keep."""

from __future__ import annotations

from finder.outreach.export_cells import web_address
from finder.outreach.export_dataset import ExportDataset, ExportedEntry, ExportedPerson, ExportedPosting
from finder.rendering import answer_text
from finder.text.sanitize import single_line

FOOT = "Scores measure topic match, not quality. Unknown means unknown."


def dataset_as_markdown(bundle: ExportDataset) -> bytes:
    """A part for each person, then the positions that are open."""
    lines = [f"# {_markdown_line(bundle.title)}", "", f"As of {bundle.as_of}.", ""]
    for row in bundle.people:
        lines += [*_person_section(row), ""]
    if bundle.postings:
        lines += ["## Open positions", "", *(_posting_item(one) for one in bundle.postings), ""]
    return "\n".join([*lines, FOOT, ""]).encode()


def _person_section(row: ExportedPerson) -> list[str]:
    posts = "; ".join(answer_text.affiliation_label(post, post["country"]) for post in row["current"])
    lines = [
        f"## {_report_web_link(row['name'], row['links']['homepage'])}",
        "",
        f"- {_markdown_line(posts or 'place unknown')}",
    ]
    sure = f" ({row['stage_ground']})" if row["stage"] != "unknown" and row["stage_ground"] else ""
    lines.append(f"- stage: {_markdown_line(row['stage'] + sure)}")
    if row["why"]:
        lines.append(f"- {_markdown_line(row['why'])}")
    if says := row["recruiting"]:
        page = _report_web_link(says["date"] or "age unknown", says["url"])
        lines.append(f"- {_markdown_line(says['polarity'])} ({page}): “{_markdown_line(says['quote'])}”")
    if entry := row.get("entry"):
        lines += _entry_section(entry)
    pages = [_report_web_link(kind, str(url)) for kind, url in row["links"].items() if url]
    if pages:
        lines.append(f"- {', '.join(pages)}")
    if row["works"]:
        lines += ["", "To read:", ""]
        lines += [
            f"- {_report_web_link(w['title'], w['url'])}, {w['date'][:4]}, {w['position']} author" for w in row["works"]
        ]
    return lines


def _entry_section(entry: ExportedEntry) -> list[str]:
    follow = f", to follow up on {entry['follow_up']}" if entry["follow_up"] else ""
    lines = [f"- on the shortlist since {entry['starred']}: **{_markdown_line(entry['status'])}**{follow}"]
    lines += [
        f"  - {event['day']}: {_markdown_line(event['what'])} {_markdown_line(event['text'])}".rstrip()
        for event in entry["history"]
    ]
    if entry["notes"]:
        lines += ["", *(f"> {_markdown_line(said)}".rstrip() for said in entry["notes"].split("\n"))]
    return lines


def _posting_item(one: ExportedPosting) -> str:
    until = f", apply by {_markdown_line(one['valid_through'])}" if one["valid_through"] else ""
    at = f", {_markdown_line(one['hiring_organization'])}" if one["hiring_organization"] else ""
    return f"- {_report_web_link(one['title'], one['url'])} ({_markdown_line(one['kind'])}){at}{until}"


def _markdown_line(text: str) -> str:
    return answer_text.markdown_text(single_line(text))


def _report_web_link(text: str, url: str | None) -> str:
    return answer_text.markdown_link(single_line(text), web_address(url))
