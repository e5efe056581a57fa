"""Commands that answer: advisors, person, and the same from the embedded world."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from finder.cli.common import Format, answered, answering, app, asked_of, day, load, opened, out, say, show, wish_of
from finder.cli.filters import ANY, Filters
from finder.errors import UsageError

if TYPE_CHECKING:
    from finder.settings import Settings
    from finder.store import Store
    from finder.views import Answer, Wish


@app.command
def demo(interest: str = "multimodal learning", /, *, format: Format = "table", top: int = 5) -> None:  # noqa: A002
    """Rank advisors in the embedded fictional world: no network, no key.

    Parameters
    ----------
    interest
        Any interest; the world was made for a dozen of them.
    """
    from finder import demo as world

    with world.ready(load().home, say) as store:
        answer = answered(store, wish_of(interest, as_of=world.today(), top=top))
        show(answer, format)
    if format == "table":
        say(f"\nAll of this is fictional. Other interests in this world: {', '.join(world.interests())}.")
        say("See it in your browser:  uv run finder dashboard --demo")


@app.command
def advisors(
    interest: str = "", /, *, filters: Filters = ANY,
    like: str = "",
    offline: bool = False,
    demo: bool = False,
    engine: Literal["polars", "duckdb", "spark"] = "polars",
    over: Path | None = None,
    format: Format = "table",  # noqa: A002
) -> None:  # fmt: skip
    """People who could advise on an interest, best first, with reasons.

    Collects first when nothing recent is stored for the interest, unless --offline.

    Parameters
    ----------
    interest
        Your topic in your own words, such as "multimodal learning".
    like
        A person, by id or name: the topic is what they led works on lately, in place of an interest. Nothing is
        collected for it.
    offline
        Ask no source; answer from what is stored.
    demo
        Answer from the embedded fictional world.
    engine
        What the ranking runs on: duckdb and spark are extras, for what is too large for polars.
    over
        A folder with an OpenAlex snapshot, which is read instead of what is stored (with duckdb or spark).
    """
    from finder.rank import engines

    settings = load()
    if like:
        if interest or over:
            raise UsageError("--like stands in place of an interest, and reads what is stored: leave the other out.")
        with engines.opened(engine, settings.engine) as running, asked_of(settings, demo=demo) as store:
            show(answered(store, _wish_like(store, like, filters, day(demo=demo), settings), running), format)
        return
    asked = filters.wish(interest, day(demo=demo), settings)
    if over:
        if demo:
            raise UsageError("--over reads the files of a snapshot, --demo the embedded world: leave one out.")
        show(_over(settings, asked, engine, over), format)
        return
    with engines.opened(engine, settings.engine) as running, \
            answering(settings, asked.interest, demo=demo, offline=offline) as store:  # fmt: skip
        show(answered(store, asked, running), format)


def _wish_like(store: Store, who: str, filters: Filters, today: date, settings: Settings) -> Wish:
    from dataclasses import replace

    from finder.views import similar

    author_id, words = similar.interest_of(store, who)
    return replace(filters.wish(words, today, settings), like=author_id)


def _over(settings: Settings, asked: Wish, engine: Literal["polars", "duckdb", "spark"], folder: Path) -> Answer:
    from finder.rank import engines
    from finder.views import over

    if engine == "polars":
        raise UsageError("--over wants --engine duckdb, or --engine spark: they read the files themselves.")
    with opened(settings) as store, engines.opened(engine, settings.engine) as running:
        return over.advisors(store, asked, running, folder)


@app.command
def person(
    who: str, /, *, interest: str = "", as_of: date | None = None,
    offline: bool = False, demo: bool = False,
    format: Literal["table", "json"] = "table",  # noqa: A002
) -> None:  # fmt: skip
    """The whole card of one person, by id or name.

    Parameters
    ----------
    who
        A name, an id such as openalex:A5… or orcid:0000-…, or a link to a profile.
    interest
        Tells works on this interest from the others.
    offline
        As with finder advisors: this asks no source in any case.
    """
    from finder import views
    from finder.views import introductions, printed, printed_why

    settings = load()
    own = () if demo else settings.me.people  # nobody of that world is among them
    as_of = as_of or day(demo=demo)
    with asked_of(settings, demo=demo) as store:
        card = views.person(store, who, as_of, interest or None)
        led = introductions.between(store, own, card["author_id"], as_of, lenient=True) if own else None
    card["introductions"] = led.contract() if led else None
    out(printed.as_json(card) if format == "json" else printed_why.with_introductions(printed.card(card), led))
