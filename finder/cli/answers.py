"""Commands that answer: advisors, person, and the same from the embedded world."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from finder.cli.common import (
    PEOPLE,
    SEARCH,
    Format,
    advisor_answer,
    app,
    build_query,
    default_query_day,
    load_user_settings,
    open_answer_store,
    open_collected_store,
    open_user_store,
    print_answer,
    print_notice,
    print_output,
)
from finder.cli.filters import ANY, QueryOptions
from finder.errors import UsageError

if TYPE_CHECKING:
    from finder.answers import Answer, Query
    from finder.settings import Settings
    from finder.storage import Store


@app.command(name="demo", group=SEARCH)
def run_demo_command(interest: str = "multimodal learning", /, *, format: Format = "table", top: int = 5) -> None:  # noqa: A002
    """Rank advisors in the embedded fictional world: no network, no key.

    Parameters
    ----------
    interest
        Any interest; the world was made for a dozen of them.
    format
        How to print the answer.
    top
        How many to list at most.
    """
    from finder import demo_store as world

    with world.open_demo_store(load_user_settings().home, print_notice) as store:
        answer = advisor_answer(store, build_query(interest, as_of=world.demo_today(), top=top))
        print_answer(answer, format)
    if format == "table":
        print_notice(f"\nAll of this is fictional. Other interests in this world: {', '.join(world.demo_interests())}.")
        print_notice("See it in your browser:  uv run finder dashboard --demo")


@app.command(name="advisors", group=SEARCH)
def run_advisors_command(
    interest: str = "",
    /,
    *,
    filters: QueryOptions = ANY,
    like: str = "",
    offline: bool = False,
    open_papers: bool = False,
    demo: bool = False,
    engine: Literal["polars", "duckdb", "spark"] = "polars",
    over: Path | None = None,
    format: Format = "table",  # noqa: A002
) -> None:
    """Rank people who could advise on an interest, with reasons and evidence.

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
    open_papers
        In place of all other sources, fetch the conference files that are open to everybody, without any key.
    demo
        Answer from the embedded fictional world.
    engine
        What the ranking runs on: duckdb and spark are extras, for what is too large for polars.
    over
        A folder with an OpenAlex snapshot, which is read instead of what is stored (with duckdb or spark).
    format
        How to print the answer.
    """
    from finder.ranking import engines

    settings = load_user_settings()
    if like:
        if interest or over:
            raise UsageError("--like stands in place of an interest, and reads what is stored: leave the other out.")
        with engines.open_engine(engine, settings.engine) as running, open_answer_store(settings, demo=demo) as store:
            print_answer(
                advisor_answer(
                    store, _query_like_person(store, like, filters, default_query_day(demo=demo), settings), running
                ),
                format,
            )
        return
    asked = filters.to_query(interest, default_query_day(demo=demo), settings)
    if over:
        if demo:
            raise UsageError("--over reads the files of a snapshot, --demo the embedded world: leave one out.")
        print_answer(_advisors_over_files(settings, asked, engine, over), format)
        return
    if open_papers and (offline or demo):
        raise UsageError("--open-papers fetches files: leave out --offline and --demo.")
    ready = open_collected_store(settings, asked.interest, demo=demo, offline=offline, open_papers=open_papers)
    with engines.open_engine(engine, settings.engine) as running, ready as store:
        print_answer(advisor_answer(store, asked, running), format)


def _query_like_person(store: Store, who: str, filters: QueryOptions, today: date, settings: Settings) -> Query:
    from dataclasses import replace

    from finder.answers import similar_people

    author_id, words = similar_people.interest_from_person(store, who)
    return replace(filters.to_query(words, today, settings), like=author_id)


def _advisors_over_files(
    settings: Settings, asked: Query, engine: Literal["polars", "duckdb", "spark"], folder: Path
) -> Answer:
    from finder.answers import advisors_from_files
    from finder.ranking import engines

    if engine == "polars":
        raise UsageError("--over wants --engine duckdb, or --engine spark: they read the files themselves.")
    with open_user_store(settings) as store, engines.open_engine(engine, settings.engine) as running:
        return advisors_from_files.find_advisors_in_files(store, asked, running, folder)


@app.command(name="person", group=PEOPLE)
def run_person_command(
    who: str,
    /,
    *,
    interest: str = "",
    as_of: date | None = None,
    offline: bool = False,
    demo: bool = False,
    format: Literal["table", "json"] = "table",  # noqa: A002
) -> None:
    """Show all that is known of one person, by id or name.

    Parameters
    ----------
    who
        A name, an id such as openalex:A5… or orcid:0000-…, or a link to a profile.
    interest
        Tells works on this interest from the others.
    offline
        As with finder advisors: this asks no source in any case.
    as_of
        Answer as if it were this day, using nothing dated later.
    demo
        Answer from the embedded fictional world.
    format
        How to print the answer.
    """
    from finder import answers
    from finder.answers import introductions
    from finder.rendering import answer_text, explanation_text

    settings = load_user_settings()
    own = () if demo else settings.me.people  # nobody of that world is among them
    as_of = as_of or default_query_day(demo=demo)
    with open_answer_store(settings, demo=demo) as store:
        card = answers.person_profile(store, who, as_of, interest or None)
        led = introductions.find_introductions(store, own, card["author_id"], as_of, lenient=True) if own else None
    card["introductions"] = led.to_json() if led else None
    print_output(
        answer_text.format_json(card)
        if format == "json"
        else explanation_text.add_introduction_lines(answer_text.render_person_card(card), led)
    )
