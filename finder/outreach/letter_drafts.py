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

from finder.answers import comparison
from finder.errors import UsageError
from finder.outreach.letter_facts import ASKS, KNOWN, LANGUAGES, collect_letter_facts, pick_work_to_cite
from finder.outreach.shortlist import ShortlistedPerson
from finder.reference_data import package_data_folder
from finder.results import ComparedPerson, WorkRef
from finder.settings import MeSettings
from finder.storage import Store
from finder.text import names
from finder.text.sanitize import clean_text, single_line

LONGEST = 20_000  # characters of a template and of a letter
MOST_WORKS = 200  # to choose from
SUBJECT = "Subject:"
FILTERS = frozenset({"default", "lower", "title", "trim", "upper"})
_NODES = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.Filter,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.Compare,
    nodes.Operand,
)
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
    def open_blanks(self) -> list[str]:
        """Places that are still to be filled in: every bracket in the text that the finder did not put in."""
        text = f"{self.subject}\n{self.body}"
        for fact in sorted(self.given, key=len, reverse=True):
            if _BLANK.search(fact):
                text = text.replace(fact, " ")
        return [" ".join(blank.split()) for blank in _BLANK.findall(text)]

    def to_text(self) -> str:
        """The letter as it is copied."""
        return f"{SUBJECT} {self.subject}\n\n{self.body}"


def default_template(ask: str = "phd", language: str = "en") -> str:
    """The template to begin with.

    Raises:
        UsageError: there is none for that.
    """
    if ask not in ASKS or language not in LANGUAGES:
        raise UsageError(f"There are letters for: {', '.join(ASKS)}; in: {', '.join(LANGUAGES)}.")
    return (package_data_folder() / "curated" / f"letter-{ask}-{language}.txt").read_text(encoding="utf-8")


def read_template(path: Path) -> str:
    """A template of the user's.

    Raises:
        UsageError: it cannot be read, or is no text.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            return file.read(LONGEST + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read as a text in UTF-8: {error}.") from None


def works_to_cite(store: Store, one: ShortlistedPerson, as_of: date) -> list[WorkRef]:
    """All works of somebody that a letter can be about, those nearest to the interest first."""
    if one.whose.author is None:
        return []
    found = comparison.compare_authors(store, [one.whose.author], one.entry.interest, as_of, most=MOST_WORKS)
    on = found[one.whose.author]["works"] if found else []
    off = comparison.compare_authors(store, [one.whose.author], "", as_of, most=MOST_WORKS)
    near = {work["work_id"] for work in on}
    rest = [work for work in (off[one.whose.author]["works"] if off else []) if work["work_id"] not in near]
    return [*on, *rest]


def choose_letter_work(store: Store, one: ShortlistedPerson, said: str, as_of: date) -> tuple[ComparedPerson, WorkRef]:
    """What is known of somebody, and the work of theirs that the letter is about.

    Args:
        said: its id, its title or some words of it, or its number in the list of their works; empty for the first that
            they led of late.

    Raises:
        UsageError: nothing is stored of them, or it means none or several of their works; the message lists some.
    """
    if one.row is None:
        raise UsageError(f"Nothing is stored of {one.name} any more, so that no work can be named to them.")
    theirs = works_to_cite(store, one, as_of)
    if not said.strip() and (first := pick_work_to_cite(theirs, as_of)):
        return one.row, first
    meant = find_letter_works(theirs, said)
    if len(meant) == 1:
        return one.row, meant[0]
    some = "; ".join(
        f"{theirs.index(work) + 1} {work['work_id']} “{single_line(work['title'])[:80]}”"
        for work in (meant or theirs)[:3]
    )
    if meant:
        raise UsageError(f"“{single_line(said)[:80]}” means {len(meant)} works of {one.name}. Say which: {some}")
    raise UsageError(f"“{single_line(said)[:80]}” is no stored work of {one.name}. Nearest to the interest are: {some}")


def find_letter_works(theirs: Sequence[WorkRef], said: str) -> list[WorkRef]:
    """The works that an id, a whole title, some words of one, or a number of the list means; the surest reading."""
    words = _casefold_line(said)
    whole = [
        work for work in theirs if said.strip() == work["work_id"] or (words and words == _casefold_line(work["title"]))
    ]
    if whole:
        return whole[:1]
    number = said.strip().removeprefix("#")
    if number.isascii() and number.isdigit() and 1 <= int(number) <= len(theirs):
        return [theirs[int(number) - 1]]
    asked = set(names.text_key(said).split())
    together = [work for work in theirs if words and words in _casefold_line(work["title"])]
    return together or [work for work in theirs if asked and asked <= set(names.text_key(work["title"]).split())]


def draft_letter(
    template: str,
    row: ComparedPerson,
    work: WorkRef,
    interest: str,
    today: str,
    to: str = "",
    *,
    me: MeSettings | None = None,
    ask: str = "phd",
    language: str = "en",
) -> Letter:
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
    facts = _single_line_facts(collect_letter_facts(row, work, interest, today, me or MeSettings(), ask, language))
    subject, body = _split_subject_body(_render_template(template, facts))
    if _casefold_line(work["title"]) not in _casefold_line(body):
        raise UsageError(
            f"The letter does not name “{single_line(work['title'])}”. Say what you read in it: {{{{ work.title }}}} "
            "puts its title in."
        )
    about = (*facts["person"].values(), *facts["work"].values(), facts["salutation"])
    return Letter(subject, body, parse_recipient(to), tuple(dict.fromkeys(filter(None, about))))


def parse_recipient(typed: str) -> str:
    """An e-mail address that the user typed; empty where they typed nothing.

    Raises:
        UsageError: it is none, or more than one.
    """
    typed = typed.strip()
    if typed and (len(typed) > 254 or ".." in typed or not _ADDRESS.fullmatch(typed)):
        raise UsageError(
            f"“{single_line(typed)[:80]}” is not one e-mail address. Leave it empty to fill it in when you send."
        )
    return typed


def letter_to_eml(letter_: Letter) -> bytes:
    """The letter as a mail that is not sent: mail programs open it for editing."""
    message = EmailMessage(policy=SMTP)
    message["X-Unsent"] = "1"
    message["Subject"] = letter_.subject
    if letter_.to:
        message["To"] = letter_.to
    message.set_content(letter_.body, cte="quoted-printable")
    return message.as_bytes()


def mailto_link(letter_: Letter) -> str:
    """An address that opens the letter in the user's mail program."""
    body = letter_.body.replace("\n", "\r\n")
    return f"mailto:{quote(letter_.to, safe='@')}?subject={quote(letter_.subject, safe='')}&body={quote(body, safe='')}"


def _render_template(template: str, facts: Mapping[str, Any]) -> str:
    if len(template) > LONGEST:
        raise UsageError(f"A template holds {LONGEST:,} characters, this one has {len(template):,}.")
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)
    try:
        for problem in _template_problems(environment.parse(template)):
            raise UsageError(f"The template cannot be used: {problem}")
        text = clean_text(environment.from_string(template).render(facts)).strip()
    except TemplateError as error:
        at = getattr(error, "lineno", None)
        where = f", in its line {at}" if at else ""
        raise UsageError(f"The template cannot be used{where}: {single_line(str(error.message))}") from None
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        MemoryError,
        RecursionError,
        SyntaxError,
        TypeError,
        ValueError,
    ) as error:
        raise UsageError(f"The template cannot be used: {type(error).__name__}. Make it simpler.") from None
    if len(text) > LONGEST:
        raise UsageError(f"The letter would have {len(text):,} characters; {LONGEST:,} are the most.")
    return text


def _template_problems(tree: nodes.Template) -> Iterator[str]:
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
                yield f"there is no “{single_line(f'{holder}.{node.attr}')[:60]}”. What can be put in: {known}."
        elif isinstance(node, nodes.Filter) and node.name not in FILTERS:
            yield f"the filter “{node.name[:40]}” is not for letters. There are: {', '.join(sorted(FILTERS))}."
    for node in tree.find_all(nodes.Name):
        if node.name not in KNOWN or (KNOWN[node.name] and id(node) not in whole):
            yield f"there is no “{node.name[:40]}” to put in. There are: {known}."


def _single_line_facts(value: Any) -> Any:
    """Facts on one line each; None is nothing."""
    if isinstance(value, Mapping):
        return {key: _single_line_facts(item) for key, item in value.items()}
    return single_line(str(value)) if value is not None else ""


def _split_subject_body(text: str) -> tuple[str, str]:
    first, _, rest = text.partition("\n")
    if not first.casefold().startswith(SUBJECT.casefold()):
        raise UsageError(f"A template begins with a line “{SUBJECT} …”.")
    subject, body = single_line(first[len(SUBJECT) :]), rest.strip() + "\n"
    if not subject or len(subject) > 500:
        raise UsageError(f"The line “{SUBJECT} …” has to name a subject, in 500 characters at most.")
    return subject, body


def _casefold_line(text: str) -> str:
    return single_line(text).casefold()
