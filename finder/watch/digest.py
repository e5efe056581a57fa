"""A digest: news by watch and kind, as Markdown or as one HTML page that asks for nothing from elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from jinja2 import Environment, StrictUndefined

from finder.outreach.export_cells import web_address
from finder.reference_data import package_data_folder
from finder.rendering import answer_text
from finder.storage.watches import NewsItem
from finder.text.sanitize import single_line
from finder.watch.news import KINDS
from finder.watch.news_text import LABELS
from finder.watch.silence import describe_silence

LINES = 10  # pieces of news of a watch in a week; the others are counted
SHARE = 3  # of a kind that stand before a second look at heavier kinds
SHORTLIST = "Your shortlist and sources"


@dataclass(frozen=True)
class Section:
    """The news of one watch, by kind, the weightiest first: what they are called, and the pieces.

    Attributes:
        rest: how much there is beside, in words; empty where that is nothing. ``more`` is the number.
    """

    watch: str
    kinds: tuple[tuple[str, tuple[NewsItem, ...]], ...]
    rest: str = ""
    more: int = 0


@dataclass(frozen=True)
class Digest:
    """What is told at once.

    Attributes:
        day: ``YYYY-MM-DD``; since: the day of the digest before, or empty.
        watches: names of all that it is about, also those without news.
    """

    day: str
    since: str
    watches: tuple[str, ...]
    sections: tuple[Section, ...]

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to tell."""
        return not self.sections

    @property
    def title(self) -> str:
        """What it is, on one line."""
        number = sum(section.more + sum(len(those) for _, those in section.kinds) for section in self.sections)
        return f"finder, {self.day}: " + (f"{number:,} piece{'s' * (number != 1)} of news" if number else "nothing new")

    @property
    def silence(self) -> str:
        """What is said where nothing is new."""
        return describe_silence(self.since, self.watches)


def build_digest(
    news: Sequence[NewsItem], day: date, since: str = "", watches: Sequence[str] = (), *, everything: bool = False
) -> Digest:
    """The digest of this news: of each watch the weightiest of each week, and how much there is beside.

    Args:
        everything: leave nothing out.
    """
    ordered = sorted(news, key=lambda one: (one.watch is None, one.watch or "", *_news_sort_key(one)))
    sections = tuple(
        _build_section(watch or SHORTLIST, list(those), everything=everything)
        for watch, those in groupby(ordered, key=lambda one: one.watch)
    )
    return Digest(day.isoformat(), since[:10], tuple(watches), sections)


def _news_sort_key(one: NewsItem) -> tuple[int, str, bool, int]:
    """By kind; positions by their deadline, those that name none last; new people who led their paper first."""
    position, paper = one.body.get("position") or {}, one.body.get("paper") or {}
    middle = paper.get("position") == "middle"
    return KINDS.index(one.kind), position.get("valid_through") or "9999", middle, one.id


def split_weightiest(those: Sequence[NewsItem], most: int = LINES) -> tuple[list[NewsItem], list[NewsItem]]:
    """The weightiest of some news, in the order given, and the others.

    No kind crowds out all that are lighter, and no paper is told again for each who wrote it.
    """
    turns: Counter[str] = Counter()
    papers: set[tuple[str, str]] = set()
    first, later = [], []
    for place, one in enumerate(those):
        paper = one.kind, (one.body.get("paper") or {}).get("work_id", "")
        if paper in papers:
            continue
        papers |= {paper} if paper[1] else set()
        turns[one.kind] += 1
        (first if turns[one.kind] <= SHARE else later).append(place)
    chosen = set([*first, *later][:most])
    return [one for n, one in enumerate(those) if n in chosen], [one for n, one in enumerate(those) if n not in chosen]


def _build_section(watch: str, those: Sequence[NewsItem], *, everything: bool) -> Section:
    weeks: dict[tuple[int, int], list[NewsItem]] = {}
    for one in those:
        weeks.setdefault(date.fromisoformat(one.day).isocalendar()[:2], []).append(one)
    parted = [(some, []) if everything else split_weightiest(some) for some in weeks.values()]
    shown = {one.id for some, _ in parted for one in some}
    rest = Counter(one.kind for _, others in parted for one in others)
    told = ", ".join(f"{rest[kind]:,} {LABELS[kind][1].lower()}" for kind in KINDS if rest[kind])
    kinds = tuple(_group_by_kind([one for one in those if one.id in shown]))
    return Section(watch, kinds, f"And {rest.total():,} more: {told}" if told else "", rest.total())


def _group_by_kind(those: Sequence[NewsItem]) -> Iterator[tuple[str, tuple[NewsItem, ...]]]:
    for kind, some in groupby(those, key=lambda one: one.kind):
        pieces = tuple(some)
        yield LABELS[kind][len(pieces) != 1], pieces


def render_digest_text(digest: Digest) -> str:
    """For a terminal, and for mail."""
    if digest.quiet:
        return digest.silence + "\n"
    lines = []
    for section in digest.sections:
        lines += [section.watch, ""]
        for label, pieces in section.kinds:
            lines.append(f"  {label}")
            for one in pieces:
                lines.append(f"    - {one.body['text']}")
                lines += [f"      {page}" for page in _evidence_pages(one)]
        if section.rest:
            lines.append(f"  {section.rest} (finder news --all)")
        lines.append("")
    return "\n".join(lines)


def render_digest_markdown(digest: Digest) -> str:
    """Data stands in it as text, and never as a mark."""
    if digest.quiet:
        return f"# {_escape_digest_text(digest.title)}\n\n{_escape_digest_text(digest.silence)}\n"
    lines = [f"# {_escape_digest_text(digest.title)}"]
    for section in digest.sections:
        lines += ["", f"## {_escape_digest_text(section.watch)}"]
        for label, pieces in section.kinds:
            lines += ["", f"### {_escape_digest_text(label)}", ""]
            lines += [_render_news_bullet(one) for one in pieces]
        if section.rest:
            lines += ["", f"{_escape_digest_text(section.rest)}."]
    return "\n".join(lines) + "\n"


def _render_news_bullet(one: NewsItem) -> str:
    pages = [answer_text.markdown_link(f"page {n}", page) for n, page in enumerate(_evidence_pages(one), 1)]
    return f"- {_escape_digest_text(one.body['text'])}" + (f" ({', '.join(pages)})" if pages else "")


def _escape_digest_text(data: str) -> str:
    return answer_text.markdown_text(single_line(data))


def render_digest_html(digest: Digest) -> str:
    """One page; nothing in it is fetched, and nothing that came from elsewhere is a mark."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    source = (package_data_folder() / "curated" / "digest.html").read_text(encoding="utf-8")
    return environment.from_string(source).render(digest=digest, pages=_evidence_pages)


def _evidence_pages(one: NewsItem) -> list[str]:
    """What the news rests on, as addresses of the web."""
    every: list[Any] = [one.body["url"], *(claim["url"] for claim in one.body["evidence"])]
    return list(dict.fromkeys(filter(None, map(web_address, every))))[:3]
