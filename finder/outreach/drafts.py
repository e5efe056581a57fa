"""A letter from the user's own template, kept as a file that no program has sent.

A template may put in what is known, and choose by ``{% if %}``; loops, calls and arithmetic are not needed for a letter
and not allowed, so that none can take long or reach anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from finder import names
from finder.curated import data_folder
from finder.errors import UsageError
from finder.outreach.facts import ASKS, KNOWN, LANGUAGES, first_to_cite, gather_facts
from finder.outreach.shortlist import Listed
from finder.settings import MeSettings
from finder.store import Store
from finder.texts import clean, line
from finder.views import several

LONGEST = 20_000  # characters of a template and of a letter
MOST_WORKS = 200  # to choose from
SUBJECT = "Subject:"
FILTERS = frozenset({"default", "lower", "title", "trim", "upper"})
_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Const, nodes.If, nodes.CondExpr,
    nodes.Filter, nodes.Not, nodes.And, nodes.Or, nodes.Compare, nodes.Operand,
)  # fmt: skip
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_BLANK = re.compile(r"\[[^\[\]]*\]|[\[\]]")


@dataclass(frozen=True)
class Letter:
    """A letter, not sent.

    Attributes:
        to: what the user typed; empty where they typed nothing.
        given: what the finder put in about the person and the work: a bracket in a title is none to fill in.
    """

    subject: str
    body: str
    to: str = ""
    given: tuple[str, ...] = ()

    @property
    def blanks(self) -> list[str]:
        """Places that are still to be filled in: every bracket in the text that the finder did not put in."""
        text = f"{self.subject}\n{self.body}"
        for fact in sorted(self.given, key=len, reverse=True):
            if _BLANK.search(fact):
                text = text.replace(fact, " ")
        return [" ".join(blank.split()) for blank in _BLANK.findall(text)]

    def text(self) -> str:
        """The letter as it is copied."""
        return f"{SUBJECT} {self.subject}\n\n{self.body}"


def default(ask: str = "phd", language: str = "en") -> str:
    """The template to begin with.

    Raises:
        UsageError: there is none for that.
    """
    if ask not in ASKS or language not in LANGUAGES:
        raise UsageError(f"There are letters for: {', '.join(ASKS)}; in: {', '.join(LANGUAGES)}.")
    return (data_folder() / "curated" / f"letter-{ask}-{language}.txt").read_text(encoding="utf-8")


def read(path: Path) -> str:
    """A template of the user's.

    Raises:
        UsageError: it cannot be read, or is no text.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            return file.read(LONGEST + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read as a text in UTF-8: {error}.") from None


def works(store: Store, one: Listed, as_of: date) -> list[dict[str, Any]]:
    """All works of somebody that a letter can be about, those nearest to the interest first."""
    if one.whose.author is None:
        return []
    found = several.people(store, [one.whose.author], one.entry.interest, as_of, most=MOST_WORKS)
    on = found[one.whose.author]["works"] if found else []
    off = several.people(store, [one.whose.author], "", as_of, most=MOST_WORKS)
    near = {work["work_id"] for work in on}
    rest = [work for work in (off[one.whose.author]["works"] if off else []) if work["work_id"] not in near]
    return [*on, *rest]


def chosen(store: Store, one: Listed, said: str, as_of: date) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is known of somebody, and the work of theirs that the letter is about.

    Args:
        said: its id, its title or some words of it, or its number in the list of their works; empty for the first that
            they led of late.

    Raises:
        UsageError: nothing is stored of them, or it means none or several of their works; the message lists some.
    """
    if one.row is None:
        raise UsageError(f"Nothing is stored of {one.name} any more, so that no work can be named to them.")
    theirs = works(store, one, as_of)
    if not said.strip() and (first := first_to_cite(theirs, as_of)):
        return one.row, dict(first)
    meant = find_works(theirs, said)
    if len(meant) == 1:
        return one.row, meant[0]
    some = "; ".join(
        f"{theirs.index(work) + 1} {work['work_id']} “{line(work['title'])[:80]}”" for work in (meant or theirs)[:3]
    )
    if meant:
        raise UsageError(f"“{line(said)[:80]}” means {len(meant)} works of {one.name}. Say which: {some}")
    raise UsageError(f"“{line(said)[:80]}” is no stored work of {one.name}. Nearest to the interest are: {some}")


def find_works(theirs: Sequence[dict[str, Any]], said: str) -> list[dict[str, Any]]:
    """The works that an id, a whole title, some words of one, or a number of the list means; the surest reading."""
    words = _words(said)
    whole = [work for work in theirs if said.strip() == work["work_id"] or (words and words == _words(work["title"]))]
    if whole:
        return whole[:1]
    number = said.strip().removeprefix("#")
    if number.isascii() and number.isdigit() and 1 <= int(number) <= len(theirs):
        return [theirs[int(number) - 1]]
    asked = set(names.plain(said).split())
    together = [work for work in theirs if words and words in _words(work["title"])]
    return together or [work for work in theirs if asked and asked <= set(names.plain(work["title"]).split())]


def letter(
    template: str, row: Mapping[str, Any], work: Mapping[str, Any], interest: str, today: str, to: str = "",
    *, me: MeSettings | None = None, ask: str = "phd", language: str = "en",
) -> Letter:  # fmt: skip
    """A letter to somebody about one of their works.

    Args:
        row: of the person, as in the contract of ``finder advisors``.
        work: the one of theirs that the user chose.
        to: an address that the user typed, or nothing.
        me: what the user has said about themselves.
        ask: what it asks for, of ASKS: it decides which statement of theirs is quoted.
        language: of LANGUAGES: of the salutation.

    Raises:
        UsageError: the template cannot be used, the letter does not name the work, or the address is none.
    """
    facts = _lines(gather_facts(row, work, interest, today, me or MeSettings(), ask, language))
    subject, body = _parted(_rendered(template, facts))
    if _words(work["title"]) not in _words(body):
        raise UsageError(
            f"The letter does not name “{line(work['title'])}”. Say what you read in it: {{{{ work.title }}}} puts its "
            "title in."
        )
    about = (*facts["person"].values(), *facts["work"].values(), facts["salutation"])
    return Letter(subject, body, address(to), tuple(dict.fromkeys(filter(None, about))))


def address(typed: str) -> str:
    """An e-mail address that the user typed; empty where they typed nothing.

    Raises:
        UsageError: it is none, or more than one.
    """
    typed = typed.strip()
    if typed and (len(typed) > 254 or ".." in typed or not _ADDRESS.fullmatch(typed)):
        raise UsageError(f"“{line(typed)[:80]}” is not one e-mail address. Leave it empty to fill it in when you send.")
    return typed


def eml(letter_: Letter) -> bytes:
    """The letter as a mail that is not sent: mail programs open it for editing."""
    message = EmailMessage(policy=SMTP)
    message["X-Unsent"] = "1"
    message["Subject"] = letter_.subject
    if letter_.to:
        message["To"] = letter_.to
    message.set_content(letter_.body, cte="quoted-printable")
    return message.as_bytes()


def mailto(letter_: Letter) -> str:
    """An address that opens the letter in the user's mail program."""
    body = letter_.body.replace("\n", "\r\n")
    return f"mailto:{quote(letter_.to, safe='@')}?subject={quote(letter_.subject, safe='')}&body={quote(body, safe='')}"


def _rendered(template: str, facts: Mapping[str, Any]) -> str:
    if len(template) > LONGEST:
        raise UsageError(f"A template holds {LONGEST:,} characters, this one has {len(template):,}.")
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)
    try:
        for problem in _problems(environment.parse(template)):
            raise UsageError(f"The template cannot be used: {problem}")
        text = clean(environment.from_string(template).render(facts)).strip()
    except TemplateError as error:
        at = getattr(error, "lineno", None)
        where = f", in its line {at}" if at else ""
        raise UsageError(f"The template cannot be used{where}: {line(str(error.message))}") from None
    except (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, SyntaxError, TypeError,
            ValueError) as error:  # fmt: skip
        raise UsageError(f"The template cannot be used: {type(error).__name__}. Make it simpler.") from None
    if len(text) > LONGEST:
        raise UsageError(f"The letter would have {len(text):,} characters; {LONGEST:,} are the most.")
    return text


def _problems(tree: nodes.Template) -> Iterator[str]:
    """What a template holds that a letter does not need."""
    known = "; ".join(name + (f".{', .'.join(parts)}" if parts else "") for name, parts in KNOWN.items())
    whole = set()
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _NODES):
            yield f"{type(node).__name__} is not for letters. What can be put in: {known}."
        elif isinstance(node, nodes.Getattr):
            holder = node.node.name if isinstance(node.node, nodes.Name) else ""
            whole.add(id(node.node))
            if node.attr not in KNOWN.get(holder, ()):
                yield f"there is no “{line(f'{holder}.{node.attr}')[:60]}”. What can be put in: {known}."
        elif isinstance(node, nodes.Filter) and node.name not in FILTERS:
            yield f"the filter “{node.name[:40]}” is not for letters. There are: {', '.join(sorted(FILTERS))}."
    for node in tree.find_all(nodes.Name):
        if node.name not in KNOWN or (KNOWN[node.name] and id(node) not in whole):
            yield f"there is no “{node.name[:40]}” to put in. There are: {known}."


def _lines(value: Any) -> Any:
    """Facts on one line each; None is nothing."""
    if isinstance(value, Mapping):
        return {key: _lines(item) for key, item in value.items()}
    return line(str(value)) if value is not None else ""


def _parted(text: str) -> tuple[str, str]:
    first, _, rest = text.partition("\n")
    if not first.casefold().startswith(SUBJECT.casefold()):
        raise UsageError(f"A template begins with a line “{SUBJECT} …”.")
    subject, body = line(first[len(SUBJECT) :]), rest.strip() + "\n"
    if not subject or len(subject) > 500:
        raise UsageError(f"The line “{SUBJECT} …” has to name a subject, in 500 characters at most.")
    return subject, body


def _words(text: str) -> str:
    return line(text).casefold()
