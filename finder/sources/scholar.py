"""Google Scholar: the profile pages of people whose profile is known, one page each, and only where switched on.

Asked through the library ``scholarly``, whose own fetcher is replaced by the one door: no proxies, no captcha handling,
no disguise. Its robots.txt allows ``/citations?user=`` alone, so nothing is searched for and no list is paged through.
The first refusal ends it. A profile page that was saved by hand reads the same.
"""

from __future__ import annotations

import asyncio
import os
import re
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

from bs4 import Tag

from finder import ids
from finder.errors import NotFound, SourceBlocked, SourceUnreachable, UnexpectedFormat
from finder.model import Authorship, Rejected, Work
from finder.source import FetchRequest, HttpClient, PlannedCall, Response, Source, SourceInfo
from finder.text.html_tree import parse_html
from finder.text.names import name_key

INSTALL = "uv sync --extra scholar, or pip install 'finder[scholar]'"
CARD = SourceInfo(
    name="scholar",
    title="Google Scholar",
    home="https://scholar.google.com",
    terms="No crawling. robots.txt allows profile pages by id; read one by one, slowly, and not at all once refused.",
    base="https://scholar.google.com",
    pace=0.1,
    concurrency=1,
    cadence_days=30,
    expects="html",
    default_on=False,
    completes="scholar",
    rests=1,
    most=10,
    adds="Works that people list on profiles they link, with how often each is cited: the first page, slowly, and few. "
    f"Wants an extra: {INSTALL}.",
)
PATIENCE = 180.0  # seconds for one page: its pace is part of it
_REFUSED = re.compile(
    rb"id=[\"']?gs_captcha_(?:ccl|f)\b|unusual traffic|action=[\"'][^\"']*/sorry/|gaia_loginform|/ServiceLogin\?", re.I
)
_OFF = "Google Scholar is left alone from here on; wait a day before asking again. Everything else works without it."
_ARXIV = re.compile(r"\barXiv:(\d{4}\.\d{4,5})", re.I)
_YEAR = re.compile(r"(?:19|20)\d\d")
_CUT = ("...", "…")


async def complete(http: HttpClient, ask: FetchRequest) -> AsyncIterator[Response]:
    """The profile page of each person asked for, at most as many as the card says.

    Raises:
        SourceBlocked: Scholar does not want to be asked; nobody else is asked for.
        SourceError: as the door says.
    """
    for user in _scholar_user_ids(ask):
        with suppress(NotFound):  # a profile that is gone says nothing about the others
            yield await _fetch_scholar_profile(http, user)


def plan(ask: FetchRequest) -> list[PlannedCall]:
    """One call a person."""
    users = _scholar_user_ids(ask)
    return [PlannedCall("profiles by id", f"{CARD.base}/citations", len(users), 0)] if users else []


def _scholar_user_ids(ask: FetchRequest) -> list[str]:
    known = [ids.parse_scholar_id(id_.partition(":")[2]) for id_ in ask.ids if id_.startswith("scholar:")]
    return [id_.partition(":")[2] for id_ in known if id_][: CARD.most]


async def _fetch_scholar_profile(http: HttpClient, user: str) -> Response:
    loop = asyncio.get_running_loop()
    got: list[Response] = []

    async def request_profile() -> Response:
        return await http.get(CARD, "/citations", {"user": user}, note=f"profile scholar:{user}")

    def fetch_for_scholarly(url: str) -> str:
        """What scholarly sees of the network, from its thread."""
        if parse_qs(urlsplit(url).query).get("user") != [user] or "cstart=" in url:
            raise SourceBlocked(f"{CARD.title} allows no more than a profile's first page.", url)
        asking = asyncio.run_coroutine_threadsafe(request_profile(), loop)
        try:
            reply = asking.result(PATIENCE)
        except TimeoutError:
            asking.cancel()
            raise SourceUnreachable(f"{CARD.title} did not answer in time. Try again later.", url) from None
        got.append(reply)
        _raise_if_blocked(reply)
        return reply.decode_body(len(reply.body))

    try:
        await asyncio.to_thread(_run_scholarly, user, fetch_for_scholarly)
    except SourceBlocked as error:
        raise SourceBlocked(f"{error} {_OFF}", error.url) from None
    except SourceUnreachable as error:
        if "429" not in str(error):
            raise
        raise SourceBlocked(f"{error} {_OFF}", error.url) from None
    if not got:
        raise UnexpectedFormat("scholarly no longer asks for a profile page: this finder needs scholarly 1.7.11.")
    return got[0]


def _run_scholarly(user: str, page: Callable[[str], str]) -> None:
    """Let scholarly ask for a profile through ``page``. Imported here alone: it takes a second.

    Raises:
        SourceUnreachable: it is not installed.
    """
    before = dict(os.environ)
    os.environ["PYTHON_DOTENV_DISABLED"] = "1"  # it would read the next .env file, which is not ours
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from scholarly import scholarly
            from scholarly._navigator import Navigator
    except ModuleNotFoundError as error:
        raise SourceUnreachable(
            f"{CARD.title} is read with the library scholarly, and {error.name} is not installed. Run: {INSTALL}"
        ) from None
    finally:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)

    class PoliteNavigator(Navigator):
        def _get_page(self, pagerequest: str, premium: bool = False) -> str:
            return page(pagerequest)

    vars(scholarly)["_Scholarly__nav"] = PoliteNavigator()  # the name that Python gives to its private attribute
    try:
        scholarly.search_author_id(user)
    except (AttributeError, LookupError, TypeError, ValueError):
        return  # it could not read the page; whether parse can is another matter


def parse(reply: Response) -> Iterator[Work | Rejected]:
    """Read a profile page, as fetched or as saved from a browser.

    Raises:
        SourceBlocked: it is a captcha or login page.
        UnexpectedFormat: it is no profile page; lists of search results are none.
    """
    _raise_if_blocked(reply)
    page, _ = parse_html(reply.decode_body(len(reply.body)))
    rows = page.find_all("tr", class_="gsc_a_tr")
    if not rows and page.find(class_="gs_ri"):
        raise UnexpectedFormat(
            "This is a list of Scholar's search results. Only profile pages are read: save one of those."
        )
    owner = page.find(id="gsc_prf_in")
    if not rows and not (owner and page.find(class_="gsc_a_e")):
        raise UnexpectedFormat(
            f"{reply.url} is no Google Scholar profile page, or its shape is new. Update the finder."
        )
    name = _scholar_text(owner)
    return iter([_scholar_work(row, name, number) for number, row in enumerate(rows, 1)])


def _raise_if_blocked(reply: Response) -> None:
    if reply.status in (401, 403, 429) or _REFUSED.search(reply.body):
        raise SourceBlocked(f"{CARD.title} shows a captcha or login page instead of {reply.url}.", reply.url)


def _scholar_work(row: Tag, owner: str, number: int) -> Work | Rejected:
    link, gray = row.find(class_="gsc_a_at"), row.find_all(class_="gs_gray")
    title, authors, venue = (
        _scholar_text(link),
        _scholar_text(gray[0] if gray else None),
        _scholar_text(gray[1] if len(gray) > 1 else None),
    )
    user, _, place = _citation_entry_id(link).partition(":")
    year = _YEAR.search(_scholar_text(row.find(class_="gsc_a_y")))
    missing = [
        what for what, there in (("title", title), ("authors", authors), ("year", year), ("id", place)) if not there
    ]
    if missing or not year:
        return Rejected(CARD.name, f"profile row {number}", f"no {' and no '.join(missing)}")
    printed = [name for name in (part.strip() for part in authors.split(",")) if name and name not in _CUT]
    cited = _scholar_text(row.find(class_="gsc_a_ac"))
    arxiv = _ARXIV.search(venue)
    return Work(
        source=CARD.name,
        source_id=f"scholar:{user}:{place}",
        title=title,
        date=year[0],
        authorships=_scholar_authorships(printed, owner, user),
        venue=re.sub(rf"\s*,\s*{year[0]}$", "", venue) or None,
        ids=(f"arxiv:{arxiv[1]}",) if arxiv else (),
        url=f"{CARD.base}/citations?view_op=view_citation&citation_for_view={user}:{place}",
        citations=int(cited) if cited.isdecimal() else None,
        truncated=any(cut in authors for cut in _CUT),
    )


def _scholar_authorships(printed: list[str], owner: str, user: str) -> tuple[Authorship, ...]:
    """Names as printed; the profile's id goes to its owner, where exactly one name can be theirs."""
    own = [name for name in printed if _may_be_owner(name, owner)]
    mine = own[0] if len(own) == 1 else None
    known = ids.parse_scholar_id(user)
    return tuple(Authorship(name, ids=(known,) if known and name == mine else ()) for name in printed)


def _may_be_owner(printed: str, owner: str) -> bool:
    """``R Xing`` may be Roy Xing."""
    short, whole = name_key(printed).split(), name_key(owner).split()
    return bool(short and whole) and short[-1] == whole[-1] and short[0][0] == whole[0][0]


def _citation_entry_id(link: Tag | None) -> str:
    """Whose profile and which entry of it a row's link names: ``user:entry``."""
    address = str(link.get("href") or link.get("data-href") or "") if link else ""
    return parse_qs(urlsplit(address).query).get("citation_for_view", [""])[0]


def _scholar_text(tag: Tag | None) -> str:
    return " ".join(tag.get_text().split()) if tag else ""


SOURCE = Source(card=CARD, parse=parse, complete=complete, plan=plan)
