"""Commands that answer: advisors, person, and the same from the embedded world."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from finder import settings as settings_module
from finder.cli.common import Format, answered, app, now, opened, out, say, show, today, up_to_date, wish_of
from finder.errors import UsageError


@app.command
def demo(interest: str = "multimodal learning", /, *, format: Format = "table", top: int = 5) -> None:  # noqa: A002
    """Rank advisors in the embedded fictional world: no network, no key.

    Parameters
    ----------
    interest
        Any interest; the world was made for a dozen of them.
    """
    from finder import demo as world

    with world.ready(settings_module.load().home, say) as store:
        answer = answered(store, wish_of(interest, as_of=world.today(), top=top))
        show(answer, format)
    if format == "table":
        say(f"\nAll of this is fictional. Other interests in this world: {', '.join(world.interests())}.")
        say("See it in your browser:  uv run finder dashboard --demo")


@app.command
def advisors(
    interest: str, /, *,
    country: tuple[str, ...] = (),
    near: str = "",
    within: int | None = None,
    stage: tuple[str, ...] = (),
    kind: Literal["faculty", "industry", "any"] = "any",
    since: date | None = None,
    as_of: date | None = None,
    top: int = 25,
    weights: str = "",
    without: tuple[str, ...] = (),
    recruiting: bool = False,
    moved: bool = False,
    new: bool = False,
    not_at: tuple[str, ...] = (),
    offline: bool = False,
    demo: bool = False,
    format: Format = "table",  # noqa: A002
) -> None:  # fmt: skip
    """People who could advise on an interest, best first, with reasons.

    Collects first when nothing recent is stored for the interest, unless --offline.

    Parameters
    ----------
    interest
        Your topic in your own words, such as "multimodal learning".
    country
        Two-letter codes of countries they should be in now (repeatable).
    near
        A place they must be near now: a city ("Potsdam", "Cambridge, GB"), an institution, or coordinates "52.5,13.4".
    within
        Kilometres from there (100 where nothing is said).
    stage
        student, postdoc, "early-career faculty", "established faculty", "industry researcher", "staff scientist".
    since
        Their newest matched work must not be older than this day.
    as_of
        Answer as if it were this day, using nothing dated later.
    weights
        Parts of the score, such as fit=3,recency=1,activity=1.5,momentum=0.5,advising=1.5.
    without
        Related terms not to look for (repeatable).
    recruiting
        Only those whose own page says that they take people on; silence is not a no.
    moved
        Only those who have changed institution within three years.
    new
        Only those who state their first faculty post within three years.
    not_at
        Part of the name of an institution where they must not be, such as your own (repeatable).
    offline
        Ask no source; answer from what is stored.
    demo
        Answer from the embedded fictional world.
    """
    settings = settings_module.load()
    wish: dict[str, Any] = {
        "countries": country, "near": near, "within": within,
        "stages": stage, "kind": kind, "since": since, "top": top, "without": without,
        "weights": {**settings.weights, **_weights(weights)}, "half_life": settings.half_life_years,
        "traits": tuple(t for t, on in (("recruiting", recruiting), ("moved", moved), ("new", new)) if on),
        "not_at": not_at,
    }  # fmt: skip
    if demo:
        from finder import demo as world

        with world.ready(settings.home, say) as store:
            show(answered(store, wish_of(interest, as_of=as_of or world.today(), **wish)), format)
        return
    from finder.resolve import publish

    asked = wish_of(interest, as_of=as_of or today(), **wish)
    with opened(settings) as store:
        if not offline:
            from finder import session

            session.collect_if_old(settings, store, asked.interest, say)
        publish.refresh(store, now())
        show(answered(store, asked), format)


@app.command
def person(
    who: str, /, *, interest: str = "", as_of: date | None = None, demo: bool = False,
    format: Literal["table", "json"] = "table",  # noqa: A002
) -> None:  # fmt: skip
    """The whole card of one person, by id or name.

    Parameters
    ----------
    who
        An id such as openalex:A5…, orcid:0000-…, or a name.
    interest
        Tells works on this interest from the others.
    """
    from finder import views
    from finder.views import printed

    settings = settings_module.load()
    if demo:
        from finder import demo as world

        with world.ready(settings.home, say) as store:
            card = views.person(store, who, as_of or world.today(), interest or None)
    else:
        with up_to_date(settings) as store:
            card = views.person(store, who, as_of or today(), interest or None)
    out(printed.as_json(card) if format == "json" else printed.card(card))


def _weights(text: str) -> dict[str, float]:
    try:
        return {name.strip(): float(value) for name, value in (pair.split("=") for pair in text.split(",") if pair)}
    except ValueError:
        raise UsageError("--weights looks like fit=3,recency=1") from None
