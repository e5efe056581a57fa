"""A small world in which every text that a source, a board or the user can bring wants to be more than text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import cycle
from pathlib import Path
from typing import Any

import msgspec

from finder import answers
from finder.model import Affiliation, Authorship, Board, Person, Posting, Record, Statement, Work
from finder.outreach import identity_tracking
from finder.storage import Store
from finder.storage.runs import SourceRun
from tests import once
from tests.group import ADA, HERE, members
from tests.worlds import NOW, author, stored, work

INTEREST = "multimodal learning"
TODAY = date(2026, 11, 1)
EVIL = "evil.example"  # nothing on any page may lead there
ACTIVE = (
    "<img src=x onerror=alert(1)> <script>alert(2)</script> ![i](http://evil.example/i.png) [l](javascript:alert(3)) "
    "[r]: http://evil.example/r $x^2$ $$y$$ :bomb: :material/bug_report: :red[r] :blue-badge[b] **b** `c` ~~s~~ "
    "http://evil.example/a www.evil.example &lt;u&gt; a|b # - > \\"
)
TURNING = "\u202egnp.exe\u202c \u2067turned \u200f\u061c"  # marks that turn the direction of what follows
RTL = "الباحثة عدا (نظم 2) شلوم שלום"
CONTROL = "\x07bell \x1b[31mred \x1b]0;title\x07 nul\x00nul \x9b31m \u2028 \ufeff"
FORMULA = '=HYPERLINK("http://evil.example")'
LONG = "endless" * 14_300  # some 10^5 characters
LINKS = (
    "javascript:alert(4)",
    " JaVaScRiPt:alert(5)",
    "data:text/html,<script>alert(6)</script>",
    "//evil.example/x",
    "https://good.example/a b)](javascript:alert(7))<img src=x>\n![i](x)",
    "https://good.example/\u202egnp.x?a=\"'><b>",
    "https://good.example/fine",
)
LAB = "Brightloom Labs"
SAYS = {  # whom each of these texts is part of: every kind of trouble has a name, a title and a place
    "Ada": ACTIVE,
    "Sam": f"{RTL} {TURNING}",
    "Rue": FORMULA,
    "Zoe": LONG,
    "Hana": ACTIVE,
    "Ina": CONTROL,
}
KINDS = (ACTIVE, f"{RTL} {TURNING}", CONTROL, LONG)
_links, _kinds = cycle(LINKS), cycle(KINDS)


def name(printed: str) -> str:
    """A name with what belongs to it; the same one every time."""
    first, _, rest = printed.partition(" ")
    return f"{first} {SAYS.get(first, ACTIVE)} {rest}".replace(",", " ")


def _place(one: Affiliation) -> Affiliation:
    printed = one.institution
    if LAB in printed:  # a company is known by its name, an intern by the footnote
        return msgspec.structs.replace(one, institution=printed.replace("Valdorra", "Valdorra <b> $x$"))
    said = f"{printed} {ACTIVE if 'Nirgendwo' in printed else f'{RTL} {TURNING}'}"
    return msgspec.structs.replace(one, institution=said, id=f"openalex:I{sum(map(ord, printed))}")


def _author(one: Authorship) -> Authorship:
    places = tuple(map(_place, one.affiliations))
    return msgspec.structs.replace(one, name=name(one.name), affiliations=places, homepage=next(_links))


def _work(one: Work) -> Work:
    people = tuple(map(_author, one.authorships))
    return msgspec.structs.replace(
        one,
        title=f"{one.title} {next(_kinds)}",
        authorships=people,
        url=next(_links),
        venue=f"Venue {next(_kinds)}",
        keywords=(f"multimodal {ACTIVE}", LONG[:500]),
    )


def _hosts() -> Iterator[Work]:
    for number in (1, 2):
        host = author(f"Hana Host @ {LAB}, US", "openalex:A7001")
        place = "University of Valdorra"
        intern = author(f"Ina Intern @ {place}; Work done during an internship at {LAB}", "openalex:A7002")
        yield work(f"Multimodal learning at a company, part {number}", intern, host, date=f"2026-0{number}-03")


def records() -> list[Record]:
    """Works, people and statements."""
    namesake = work("Something of another Ada", author("Ada Head @ Far College, US", "openalex:A6009"), "Sam Pupil")
    works = [_work(one) for one in (*members(), *_hosts(), namesake) if isinstance(one, Work)]
    moved = Affiliation(
        f"Elsewhere {ACTIVE}", country="US", role=f"Assistant Professor {ACTIVE}", since=2026, stated=True
    )
    person = Person(
        "test",
        "p1",
        name("Ada Head"),
        "2026-10-01",
        (name("Ada Head").lower(), f"A. {RTL}", LONG),
        (ADA,),
        (moved,),
        homepage="javascript:alert(8)",
    )
    return [*works, person, *_statements()]


def _statements() -> Iterator[Statement]:
    told = [
        ("Ada", ADA, "recruiting"),
        ("Ada", ADA, "conditions"),
        ("Rue", "openalex:A6002", "not recruiting"),
        ("Hana", "openalex:A7001", "recruiting"),
    ]
    for number, (who, id_, polarity) in enumerate(told):
        yield Statement(
            "homepages",
            f"s{number}",
            name(who),
            (id_,),
            polarity,
            f"I say so. {KINDS[number % 2]}",  # type: ignore[arg-type]
            LINKS[number],
            "2026-10-20",
            "2026-10",
            ("phd",),
            f"Place {ACTIVE}",
            f"Role {ACTIVE}",
        )


def _postings(board: Board) -> list[Posting]:
    more = {
        "date_posted": "2026-10-01",
        "locations": (f"Nirgendwo {ACTIVE}", RTL + TURNING),
        "countries": ("DE",),
        "level": ACTIVE,
        "department": ACTIVE,
        "valid_through": "2026-12-24",
    }
    return [
        Posting(
            board.platform,
            f"jobs/{number}",
            board.token,
            f"{what} in {INTEREST} {KINDS[number]}",
            LINKS[3 + number],
            f"{HERE.partition(',')[0]} {ACTIVE}",
            description=f"Ask {name('Ada Head')}. A master's degree. {ACTIVE}",
            **more,  # type: ignore[arg-type]
        )
        for number, what in enumerate(("PhD position", "Internship", "Postdoc", "Internship"))
    ]


def hostile(home: Path) -> None:
    """Store and publish it, with a shortlist, a judgement, boards and a run."""
    once.made(home, _hostile)


def _hostile(home: Path) -> None:
    with stored(home, *records()) as store:
        board = Board(f"Board {ACTIVE}", "jobposting", "https://good.example/jobs", RTL, ACTIVE)
        store.postings.register_boards([board])
        store.postings.record_crawl(board, _postings(board), "2026-10-20T00:00:00Z", complete=True)
        store.postings.record_board_state(board, "failing", f"It said {ACTIVE} {CONTROL}", "2026-10-20T00:00:00Z")
        run = store.runs.start_run("collect", INTEREST, NOW)
        store.runs.record_source_run(run, SourceRun("openalex", "failed", f"It said {ACTIVE} {LONG}", complete=False))
        store.runs.end_run(run, "partial", NOW)
        _shortlist(store)


def _shortlist(store: Store) -> None:
    for row, status in zip(people(store), ("to read", "shortlisted", "sent", "to read", "closed"), strict=False):
        number, _ = identity_tracking.add_to_shortlist(store, row["author_id"], f"{INTEREST} {ACTIVE}"[:200], NOW)
        store.shortlist.set_notes(number, f"Note {ACTIVE}\n{RTL} {TURNING}\n# {FORMULA}")
        store.shortlist.log_event(number, "call", f"About {ACTIVE} {RTL} {TURNING}", TODAY, NOW)
        store.shortlist.set_follow_up(number, date(2026, 10, 30))
        store.shortlist.set_status(number, status, NOW)


def people(store: Store) -> list[dict[str, Any]]:
    """Who is listed, best first."""
    return answers.find_advisors(store, answers.Query(INTEREST, TODAY)).results
