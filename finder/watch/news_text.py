"""News in words, each with what it rests on.

The body of an item: ``text`` (one sentence), ``about`` (what it is about, in few words), ``url``, ``interest``, ``who``
(``author_id``, ``name``; None where it is about nobody), ``paper`` (``work_id``, ``position``: that brought somebody),
``position`` (a row of openings) and ``evidence`` (``claim``, ``source``, ``url``, ``date``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from finder.answers.funding import claim_grants
from finder.ingest.source_stats import DONE
from finder.outreach import shortlist
from finder.outreach.export_cells import scrub_export_data
from finder.outreach.shortlist import ShortlistedPerson
from finder.ranking import evidence_text
from finder.ranking.advisor_score import WORDS
from finder.rendering.answer_text import affiliation_label
from finder.storage.runs import SourceRun
from finder.storage.watches import NewsDraft, opaque_token
from finder.text.names import interest_key
from finder.watch.watch_state import WatchState

Row = Mapping[str, Any]
Body = dict[str, Any]
SHOWN = 5  # pieces of evidence with a new person
LABELS: Mapping[str, tuple[str, str]] = {
    "baseline": ("Begun", "Begun"),
    "new person": ("New on the list", "New on the list"),
    "rose": ("Rose a band", "Rose a band"),
    "fell": ("Fell a band", "Fell a band"),
    "new work": ("New work", "New works"),
    "moved": ("Moved", "Moved"),
    "new professor": ("New professor", "New professors"),
    "new grant": ("New grant", "New grants"),
    "recruiting": ("Says: recruiting", "Say: recruiting"),
    "not recruiting": ("No longer recruiting", "No longer recruiting"),
    "identity": ("Who they are", "Who they are"),
    "new position": ("New position", "New positions"),
    "closing": ("Closes soon", "Close soon"),
    "source failed": ("Source failed", "Sources failed"),
}
"""What the news of a kind is called, one piece and several."""


def build_news_drafts(
    found: pl.DataFrame, watch: int, interest: str, day: date, tokens: Callable[[str], Sequence[str]]
) -> list[NewsDraft]:
    """News as it is kept.

    Args:
        found: as :func:`finder.watch.news.diff_states` gives it.
        tokens: by which a suppression would name somebody, by author id.
    """
    made = []
    for row in found.iter_rows(named=True):
        body: Body = {"interest": interest, **_BODIES[row["kind"]](row, day)}
        key = _news_key(row, body, watch, interest, day)
        marks = tuple(tokens(body["who"]["author_id"])) if body["who"] else ()
        made.append(NewsDraft(key, row["kind"], scrub_export_data(body), marks))
    return made


def _news_key(row: Row, body: Body, watch: int, interest: str, day: date) -> str:
    """The same for the same news, whichever watch it is found for: nothing is told twice.

    Positions are new once, and close once; a move, and a post, is of a place; what else changes may change again.
    """
    kind, subject = row["kind"], row["subject"]
    if kind in ("new position", "closing"):
        return opaque_token(kind, subject)
    if kind == "new work":
        return opaque_token(watch, kind, subject)
    if kind in ("moved", "new professor", "new grant", "recruiting", "not recruiting"):
        return opaque_token(kind, body["who"]["author_id"], body["text"])
    return opaque_token(kind, subject, interest_key(interest), row["band"], day)


def identity_news(listed: Iterable[ShortlistedPerson], tokens: Callable[[str], Sequence[str]]) -> list[NewsDraft]:
    """What has become of people on the shortlist: parted, joined, or nobody any more; each told once."""
    made = []
    for one in listed:
        whose, entry = one.whose, one.entry
        who = {"author_id": whose.author_id, "name": whose.name} if whose.author_id else None
        marks = tuple(tokens(whose.author_id)) if whose.author_id else ()
        for said, about in shortlist.identity_changes(one):
            body = _news_body(f"{whose.name}: {said}", whose.name, None, who, [])
            made.append(
                NewsDraft(
                    opaque_token("identity", entry.id, about),
                    "identity",
                    scrub_export_data({"interest": "", **body}),
                    marks,
                )
            )
    return made


def baseline_news(state: WatchState, watch: int, interest: str, *, complete: bool) -> NewsDraft:
    """What the first refresh says instead of calling everything new."""
    people, positions = state.people.filter("here").height, state.openings.height
    soon = state.openings.filter("warned").height
    listed = _pluralize_count(people, "person", "people")
    said = f"{listed} and {_pluralize_count(positions, 'open position', 'open positions')} listed"
    said += f", {soon} of which close{'s' * (soon == 1)} within 14 days" if soon else ""
    more = (
        "from now on you are told what changes."
        if complete
        else "not all sources could be read yet, so the next complete refresh is what changes are counted from."
    )
    body = _news_body(f"{said}; {more}", interest or "your shortlist", None, None, [])
    return NewsDraft(opaque_token(watch, "baseline", state.day, complete), "baseline", {"interest": interest, **body})


def source_failures(entries: Iterable[SourceRun], titles: Mapping[str, str]) -> dict[str, str]:
    """What happened to sources that did not give what they have, in a sentence each, by name."""
    found = {}
    for entry in entries:
        if entry.state in DONE:
            continue
        title = titles.get(entry.source, entry.source)
        if entry.state == "out of budget":
            said = f"{title}: out of budget for today; it goes on tomorrow. What came in is kept."
        else:
            said = f"{title}: {entry.state}. {entry.message}".strip()
        found.setdefault(entry.source, said)
    return found


def source_failure_news(said: str, source: str, titles: Mapping[str, str], day: date) -> NewsDraft:
    """A source that failed, as news."""
    body = _news_body(said, titles.get(source, source), None, None, [])
    return NewsDraft(opaque_token("source failed", source, day), "source failed", {"interest": "", **body})


def refresh_failure_news(text: str, about: str, watch: int, interest: str, since: object) -> NewsDraft:
    """Something that kept a refresh from being complete, beside the sources.

    Args:
        since: when it went well for the last time: until then the same is told once.
    """
    body = scrub_export_data(_news_body(text, about, None, None, []))
    return NewsDraft(
        opaque_token(watch, "source failed", about, text, since), "source failed", {"interest": interest, **body}
    )


def _pluralize_count(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"


def _news_body(text: str, about: str, url: str | None, who: Row | None, evidence: Sequence[Row]) -> Body:
    named = {"author_id": who["author_id"], "name": who["name"]} if who else None
    return {"text": text, "about": about, "url": url, "who": named, "evidence": [dict(one) for one in evidence]}


def _news_affiliation(row: Row) -> str:
    return " / ".join(dict.fromkeys(affiliation_label(post) for post in row["current"][:2])) or "place unknown"


def _new_person_body(row: Row, _: date) -> Body:
    who = json.loads(row["facts"])
    new = f"{who['name']}, {_news_affiliation(who)}, is new, {WORDS[row['band']]} match"
    if row["paper"]:
        said, claim = _describe_paper(row["paper"])
        work = json.loads(row["paper"])
        paper = {"work_id": work["work_id"], "position": work["position"]}
        return {**_news_body(f"{new}: {said}.", who["name"], None, who, [claim]), "paper": paper}
    works = [one for one in who["evidence"] if " author of “" in one["claim"]]
    return _news_body(f"{new}: {who['why']}", who["name"], None, who, (works or who["evidence"])[:SHOWN])


def _describe_paper(facts: str) -> tuple[str, Row]:
    """A work in words, with how somebody stands on it; and as a claim."""
    work = json.loads(facts)
    where_ = ", ".join(filter(None, (work["venue"], (work["date"] or "")[:4])))
    author = f"{work['position']} author"
    claim = {
        "claim": f"{author} of “{work['title']}”",
        "source": ", ".join(work["sources"]),
        "url": work["url"],
        "date": work["date"],
    }
    return f"{author} of “{work['title']}”" + (f" ({where_})" if where_ else ""), claim


def _band_body(row: Row, _: date) -> Body:
    who = json.loads(row["facts"])
    change = f"{row['kind']} from {WORDS[row['band_before']]} to {WORDS[row['band']]} match"
    if row["paper"]:
        said, claim = _describe_paper(row["paper"])
        return _news_body(
            f"{who['name']}, {_news_affiliation(who)}, {change}: {said}.", who["name"], None, who, [claim]
        )
    return _news_body(
        f"{who['name']}, {_news_affiliation(who)}, {change}: {row['why']}.", who["name"], None, who, who["evidence"][:1]
    )


def _new_work_body(row: Row, _: date) -> Body:
    both = json.loads(row["facts"])
    who, work = both["person"], both["work"]
    text = f"{who['name']}: “{work['title']}”" + (f", {work['venue']}" if work["venue"] else "")
    claim = {
        "claim": f"work of {who['name']}",
        "source": ", ".join(work["sources"]),
        "url": work["url"],
        "date": work["date"],
    }
    paper = {"work_id": work["work_id"], "position": None}
    return {**_news_body(text, who["name"], work["url"], who, [claim]), "paper": paper}


def _move_body(row: Row, _: date) -> Body:
    who = json.loads(row["facts"])
    moved = who["moved"]
    text = f"{who['name']} moved from {moved['from'] or 'an unknown place'} to {moved['to']}"
    text += f" (first seen {moved['first_seen']}){evidence_text.move_interval_phrase(moved)}."
    claims = [one for one in who["evidence"] if one["claim"].startswith("moves from ")]
    return _news_body(text, who["name"], moved["evidence"], who, claims)


def _professor_body(row: Row, _: date) -> Body:
    who = json.loads(row["facts"])
    new = who["newcomer"]
    claims = [one for one in who["evidence"] if one["claim"].startswith("new professor at ")]
    text = f"{who['name']} is a new professor at {new['institution']} {evidence_text.faculty_start_phrase(new)}."
    return _news_body(text, who["name"], new["evidence"], who, claims)


def _describe_new_grant(row: Row, _: date) -> Body:
    who = json.loads(row["facts"])
    grant = next(one for one in who["grants"] if one["key"] == row["quote"])
    starts = f" that starts in {grant['start'][:4]}" if grant["begins"] else ""
    title = f"“{grant['title']}” ({grant['funder']}), until {grant['end'][:7]}"
    text = f"{who['name']}, {_news_affiliation(who)}, has a new grant{starts}: {title}."
    return _news_body(text, who["name"], grant["url"], who, claim_grants([grant]))


def _recruiting_body(row: Row, day: date) -> Body:
    who = json.loads(row["facts"])
    text = f"{who['name']} {'no longer says' if row['why'] else 'says'}: “{row['quote']}”"
    says = who["recruiting"] or {"source": "", "date": None, "seen": day.isoformat()}
    claim = {
        "claim": f"“{row['quote']}”",
        "source": says["source"],
        "url": row["page"],
        "date": says["date"] or says["seen"],
    }
    return _news_body(text, who["name"], row["page"], who, [claim])


def _position_body(row: Row, day: date) -> Body:
    one = json.loads(row["facts"])
    deadline = one["valid_through"]
    left = (date.fromisoformat(deadline) - day).days if deadline else None
    by = f", apply by {deadline} ({_pluralize_count(left, 'day', 'days')} left)" if left is not None else ""
    text = f"{one['title']}, {one['hiring_organization']}, {one['location'] or 'place unknown'}{by}"
    claim = {
        "claim": f"open: {one['title']}",
        "source": one["source"],
        "url": one["url"],
        "date": one["last_seen"][:10],
    }
    return {**_news_body(text, one["title"], one["url"], None, [claim]), "position": one}


_BODIES: Mapping[str, Callable[[Row, date], Body]] = {
    "new person": _new_person_body,
    "rose": _band_body,
    "fell": _band_body,
    "new work": _new_work_body,
    "moved": _move_body,
    "new professor": _professor_body,
    "new grant": _describe_new_grant,
    "recruiting": _recruiting_body,
    "not recruiting": _recruiting_body,
    "new position": _position_body,
    "closing": _position_body,
}
