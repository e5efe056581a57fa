"""The doctor's look at the services themselves: one small question to each, and a report that names nobody.

The report holds only what is on the list in :func:`services_report`: numbers, names of services, and the structure of
answers. Neither messages nor addresses are in it, because a service may repeat in them what it was asked with.
"""

from __future__ import annotations

import asyncio
import platform
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any, Literal

from finder import reference_data
from finder.ingest import source_check
from finder.ingest.source_check import ProbeOutcome, State
from finder.model import Board
from finder.settings import Settings
from finder.source import Source, discover_sources
from finder.storage import Store

Result = Literal["reached", "refused", "not reached", "changed shape"]
BOARDS = 5
"""Job boards that are asked, each on another platform."""
LARGE = frozenset({"simplify"})
"""Platforms whose every answer is megabytes."""
AT_ONCE = 4
_RESULTS: Mapping[State, Result] = {
    "ok": "reached",
    "no key": "refused",
    "key refused": "refused",
    "blocked": "refused",
    "out of budget": "refused",
    "unreachable": "not reached",
    "gone": "changed shape",
    "not understood": "changed shape",
}
_WORKS = "Nothing: it works."
_TO_DO: Mapping[State, str] = {
    "ok": _WORKS,
    "no key": "Give it a key: finder setup",
    "key refused": "Check the key, or get another: finder setup",
    "blocked": "Try again another day. If it stays so, attach the report to a new issue.",
    "out of budget": "Wait until tomorrow, or give it a key: finder setup",
    "unreachable": "Check the network, and the proxy if there is one (finder doctor); try again later.",
    "gone": "It may have moved. Update the finder; if it is up to date, attach the report to a new issue.",
    "not understood": "Update the finder; if it is up to date, attach the report to a new issue.",
}

_CAUSES: Mapping[str, str] = {
    "could not be looked up": "name lookup",
    "certificate is not trusted": "certificate",
    "the proxy": "proxy",
    "The proxy": "proxy",
    "could not be reached": "connection",
    "took too long": "time",
    "broke off": "broken off",
    "challenge page": "challenge page",
    "wants a login": "login",
    "robots.txt": "robots.txt",
    "larger than": "size",
    "a page where": "a page instead of data",
    "nothing in it": "empty",
    "does not know": "unknown there",
    "redirects": "redirect",
    "not a public host": "not a public host",
}
"""How messages are called in the report, which holds none of them."""
_MEDIA = re.compile(r"[a-z]{1,20}/[a-z0-9.+-]{1,60}")


@dataclass(frozen=True)
class ServiceCheck:
    """A service that was asked.

    Attributes:
        kind: "source" or "board".
        own: it was asked at the user's mirror, not at its own address.
    """

    kind: Literal["source", "board"]
    outcome: ProbeOutcome
    own: bool = False

    @property
    def result(self) -> Result:
        """In one of four words."""
        return _RESULTS[self.outcome.state]

    @property
    def to_do(self) -> str:
        """What the user may do about it."""
        return _TO_DO[self.outcome.state]


def checkable_sources(settings: Settings) -> list[Source]:
    """The sources that are switched on and can be asked a question about nobody."""
    found = discover_sources().values()
    return [one for one in found if one.probe and settings.is_source_enabled(one.card.name, one.card.default_on)]


def sample_boards() -> list[Board]:
    """Curated boards of as many platforms, those first that most boards are on; never the user's own."""
    rows = [row for row in reference_data.load_reference_rows("boards") if row["platform"] not in LARGE]
    names = [row["platform"] for row in rows]
    ordered = sorted(dict.fromkeys(names), key=lambda name: (-names.count(name), name))
    first = [next(row for row in rows if row["platform"] == name) for name in ordered[:BOARDS]]
    return [Board(row["organisation"], row["platform"], row["token"], row["region"]) for row in first]


async def check_services(
    settings: Settings, store: Store, chosen: Iterable[Source], asked_boards: Iterable[Board], **http: object
) -> list[ServiceCheck]:
    """Ask all of them, some at a time; in their order.

    Args:
        http: options of :class:`~finder.http.CachingHttpClient`.
    """
    turns = asyncio.Semaphore(AT_ONCE)

    async def check_one_source(one: Source) -> ServiceCheck:
        async with turns:
            own = settings.source_url(one.card.name, one.card.base) != one.card.base
            return ServiceCheck("source", await source_check.probe_source(settings, store, one, **http), own)

    async def check_one_board(one: Board) -> ServiceCheck:
        async with turns:
            base = discover_sources("finder.boards")[one.platform].card.base
            own = settings.source_url(one.platform, base) != base
            return ServiceCheck("board", await source_check.probe_board(settings, store, one, **http), own)

    return list(await asyncio.gather(*map(check_one_source, chosen), *map(check_one_board, asked_boards)))


def services_table(asked: Sequence[ServiceCheck]) -> str:
    """A row each, and beneath it what went wrong."""
    lines = [f"{'service':<32}{'result':<15}{'seconds':>8}  what to do"]
    for one in asked:
        row = f"{one.outcome.source[:31]:<32}{one.result:<15}{one.outcome.seconds:>8.1f}  "
        lines.append(row + ("nothing" if one.to_do == _WORKS else one.to_do))
        if one.result != "reached":
            lines += textwrap.wrap(one.outcome.message, 96, initial_indent="    ", subsequent_indent="    ")
    return "\n".join(lines)


def service_rows(asked: Sequence[ServiceCheck]) -> list[dict[str, Any]]:
    """The same for programs."""
    return [{"kind": one.kind, "result": one.result, "to_do": one.to_do, **asdict(one.outcome)} for one in asked]


def services_report(asked: Sequence[ServiceCheck], settings: Settings, now: str) -> str:
    """What may be attached to an issue: no key, no address of the user's, no word of an answer."""
    out = settings.out
    proxies = " and ".join(name for name, proxy in (("https", out.https), ("http", out.http)) if proxy) or "none"
    lines = [
        f"# finder, {now[:10]}: how the services answered",
        "",
        "Nothing in here tells who you are: no key, no address, no text of an answer. Read it before attaching it.",
        "",
        f"- finder {version('finder')}, Python {platform.python_version()}, {platform.system()} {platform.machine()}",
        f"- asked at {now[:16]} UTC; proxies: {proxies}; certificates of one's own: {'yes' if out.ca else 'no'}",
        "",
        "| kind | service | result | state | cause | HTTP | content | bytes | requests | seconds |",
        f"|{'---|' * 10}",
    ]
    lines += map(_report_row, asked)
    for one in asked:
        found = one.outcome
        if one.result == "changed shape" and (found.where or found.structure):
            lines += ["", f"## {found.source}", ""]
            lines += [f"- not understood at `{found.where}`"] if found.where else []
            lines += [f"- structure: `{found.structure}`"] if found.structure else []
    return "\n".join([*lines, ""])


def _report_row(one: ServiceCheck) -> str:
    found = one.outcome
    name = found.source + (" (a mirror of one's own)" if one.own else "")
    media = found.media if _MEDIA.fullmatch(found.media) else ""
    answer = (found.status, media, found.size) if found.status else ("no answer", "", "")
    cells = (one.kind, name, one.result, found.state, failure_cause(found.message), *answer, found.sent)
    return f"| {' | '.join(str(cell) for cell in cells)} | {found.seconds:.1f} |"


def failure_cause(message: str) -> str:
    """What a message says went wrong, in words of this list alone."""
    return next((name for said, name in _CAUSES.items() if said in message), "")
