"""Every constant of the ranking, guarded by judged answers: each turn of a constant makes one of them wrong.

A judgement says who should come before whom, or what should match, in plain cases; none repeats a formula. Where two
judgements enclose a value ("three led works beat five first authorships, which beat two"), the constant may move
within, and not further.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from types import ModuleType
from typing import NamedTuple

import polars as pl
import pytest

from finder import authorship
from finder.ranking import advisor_score, signals, text_match
from finder.storage import Store
from tests.worlds import stored, work

TODAY = date(2026, 11, 1)
DAY = (TODAY - date(1970, 1, 1)).days


class Line(NamedTuple):
    """One matched work of somebody."""

    match: float = 1.0
    position: int = 3
    n_authors: int = 4
    days_ago: int = 0
    corresponding: bool = False
    alphabetical: bool = False


LED, FIRST, ALPHABETICAL = Line(), Line(position=0), Line(alphabetical=True)


def scored(*people: list[Line], text: bool = False, works: int = 0) -> list[dict]:  # type: ignore[type-arg]
    """What the ranking makes of people, one row each in the order given; ``works`` of theirs are of late."""
    rows = [
        {"author": who, "work": 100 * who + n, **line._asdict(), "day": DAY - line.days_ago}
        for who, lines in enumerate(people)
        for n, line in enumerate(lines)
    ]
    frame = pl.DataFrame(rows).with_columns(
        published=pl.lit(value=True), year=pl.lit(2020), seen_until=pl.lit(None, pl.Int32)
    )
    found = frame.select("work", "match").lazy()
    _, sums = advisor_score.collect_evidence(
        found, frame.drop("match").lazy(), TODAY, TODAY, advisor_score.ScoringScheme().half_life, text=text
    )
    record = sums.with_columns(works_recently=pl.lit(works), author_id=pl.col("author").cast(pl.String))
    return (
        advisor_score.score_advisors(record, advisor_score.ScoringScheme(text=text)).collect().sort("author").to_dicts()
    )


def before(one: list[Line], other: list[Line], *, text: bool = False) -> bool:
    """Whether one person's evidence is clearly more than another's."""
    first, second = (row["evidence"] for row in scored(one, other, text=text))
    return first > second + 1e-9


def touches(line: Line, *, text: bool = False) -> bool:
    return scored([line], text=text)[0]["evidence"] >= advisor_score.ScoringScheme(text=text).min_evidence


def of_text(match: float) -> str:
    """The band of somebody who led one work that is so like a text."""
    return scored([Line(match=match)], text=True)[0]["band"]


def years(number: float, line: Line = LED) -> Line:
    return line._replace(days_ago=round(365.25 * number))


# constant and turned value -> a judgement that holds, and does so no more
Judgement = Callable[[], bool]
FRAMES: list[tuple[ModuleType, str, object, Judgement]] = [
    # three led works beat five first authorships, which beat two led works
    (authorship, "FIRST_CREDIT", 0.75, lambda: before([LED] * 3, [FIRST] * 5)),
    (authorship, "FIRST_CREDIT", 0.3, lambda: before([FIRST] * 5, [LED] * 2)),
    (authorship, "LEAD_CREDIT", 0.8, lambda: before([LED] * 3, [FIRST] * 5)),
    (authorship, "MIDDLE_CREDIT", 0.7, lambda: before([LED] * 3, [Line(position=1)] * 5)),
    (authorship, "MIDDLE_CREDIT", 0.3, lambda: before([Line(position=1)] * 5, [LED] * 2)),
    (authorship, "ALPHABETICAL_CREDIT", 0.9, lambda: before([LED] * 4, [ALPHABETICAL] * 5)),
    (authorship, "ALPHABETICAL_CREDIT", 0.5, lambda: before([ALPHABETICAL] * 5, [LED] * 3)),
    (authorship, "SMALL_TEAM", 12, lambda: before([LED], [Line(position=1, n_authors=12)] * 5)),
    (authorship, "SMALL_TEAM", 2, lambda: before([Line(position=1, n_authors=6)] * 3, [LED])),
    # three works led with fifteen others beat two led with three, and five do not beat four
    (authorship, "SHARING", 0.0, lambda: before([LED] * 4, [Line(position=15, n_authors=16)] * 5)),
    (authorship, "SHARING", 0.5, lambda: before([Line(position=15, n_authors=16)] * 3, [LED] * 2)),
    (authorship, "TEAM", 64.0, lambda: scored([LED])[0]["band"] == "C"),
    # somebody who led one work, and did most of another that is nearly on it, is no good match yet
    (authorship, "TEAM", 12.0, lambda: scored([LED, Line(position=0, match=0.7)])[0]["band"] == "C"),
    # three works half on it beat one that is wholly on it, five do not beat two
    (signals, "POWER", 1.0, lambda: before([LED] * 2, [Line(match=0.5)] * 5)),
    (signals, "POWER", 2.0, lambda: before([Line(match=0.5)] * 3, [LED])),
    # for a text, ten works that read a little like it are no more than four, and three are more than two
    (signals, "DISCOUNT", 0.999, lambda: before([LED] * 4, [Line(match=0.7)] * 10, text=True)),
    (signals, "DISCOUNT", 0.3, lambda: before([Line(match=0.9)] * 3, [LED] * 2, text=True)),
    (signals, "RECENT", 400, lambda: scored([years(1.5)])[0]["matched_recent"] == 1),
    (signals, "RECENT", 1200, lambda: scored([years(2.5)])[0]["matched_recent"] == 0),
    (signals, "YEARS_LED", 1500, lambda: scored([years(3.5)] * 5)[0]["idle_leader"]),
    (signals, "OFTEN", 6, lambda: scored([years(3.5)] * 5)[0]["idle_leader"]),
    (signals, "OFTEN", 1, lambda: not scored([years(3.5), years(6)])[0]["idle_leader"]),
    (signals, "YEARS_LED", 700, lambda: scored([years(2.5)])[0]["new_leader"]),
    (signals, "LATE_YEARS", 9, lambda: scored([LED, years(7)], works=4)[0]["share"] < 0.3),
    (signals, "LATE_YEARS", 2, lambda: scored([LED, years(4)], works=4)[0]["share"] > 0.4),
    (signals, "STRONG", 0.1, lambda: not scored([Line(match=0.2, days_ago=2000)] * 5)[0]["idle_leader"]),
    (signals, "STRONG", 0.7, lambda: scored([Line(match=0.5, days_ago=2000)] * 5)[0]["idle_leader"]),
    (signals, "HALF", 3.0, lambda: scored([LED])[0]["recent"] > 0.5),
    (signals, "HALF", 0.2, lambda: scored([LED])[0]["recent"] < 0.75),
    (advisor_score, "ONE_WORK", 0.4, lambda: not scored([LED, LED])[0]["one_work"]),
    (advisor_score, "ONE_WORK", 1.1, lambda: scored([LED])[0]["one_work"]),
    (advisor_score, "BANDS", ((1.0, "A"), (0.5, "B"), (0.3, "C"), (0.0, "D")), lambda: scored([LED])[0]["band"] == "C"),
    (
        advisor_score,
        "BANDS",
        ((9.0, "A"), (8.0, "B"), (7.0, "C"), (0.0, "D")),
        lambda: scored([LED] * 4)[0]["band"] == "A",
    ),
    (
        advisor_score,
        "BANDS",
        ((3.0, "A"), (1.5, "B"), (0.21, "C"), (0.0, "D")),
        lambda: scored([FIRST])[0]["band"] == "D",
    ),
    # one work that is half like a text is some evidence, one that is largely like it good evidence, a third is weak
    (advisor_score, "TEXT_BANDS", ((0.27, "A"), *advisor_score.TEXT_BANDS[1:]), lambda: of_text(0.5) == "C"),
    (advisor_score, "TEXT_BANDS", ((0.9, "A"), (0.18, "B"), (0.0, "D")), lambda: of_text(0.5) == "C"),
    (advisor_score, "TEXT_BANDS", ((0.9, "A"), (1.8, "B"), (0.4, "C"), (0.0, "D")), lambda: of_text(0.7) == "B"),
    (advisor_score, "TEXT_BANDS", ((0.9, "A"), (0.6, "B"), (0.12, "C"), (0.0, "D")), lambda: of_text(0.3) == "D"),
    (advisor_score, "TEXT_BANDS", advisor_score.BANDS, lambda: scored([LED], text=True)[0]["band"] == "A"),
    # a single work half on it is somebody's; a middle author of a crowd merely stood by
    (advisor_score, "TOUCH", 0.5, lambda: touches(Line(match=0.5))),
    (advisor_score, "TOUCH", 0.01, lambda: not touches(Line(position=3, n_authors=60))),
    # so does one of thirty, while one of four on a work half on it has done something
    (advisor_score, "TOUCH", 0.3, lambda: touches(Line(position=1, match=0.5))),
    (advisor_score, "TOUCH", 0.03, lambda: not touches(Line(position=3, n_authors=30))),
    (advisor_score, "TEXT_TOUCH", 0.045, lambda: not touches(Line(position=1, match=0.2), text=True)),
    (advisor_score, "TEXT_TOUCH", 0.5, lambda: advisor_score.ScoringScheme(text=True).min_evidence < 0.3),
]


def describe(case: tuple[ModuleType, str, object, Judgement]) -> str:
    return f"{case[0].__name__.rpartition('.')[2]}.{case[1]}={case[2]}"


@pytest.mark.parametrize("case", FRAMES, ids=describe)
def test_a_turned_constant_makes_a_judged_order_wrong(
    case: tuple[ModuleType, str, object, Judgement], monkeypatch: pytest.MonkeyPatch
) -> None:
    module, name, turned, holds = case

    assert holds()
    monkeypatch.setattr(module, name, turned)
    assert not holds()


def test_the_half_life_is_four_years() -> None:
    """Three led works of four years ago beat one of now, five of these do not beat three of now."""
    assert before([years(4)] * 3, [LED])
    assert before([LED] * 3, [years(4)] * 5)


def test_a_weighted_part_erases_nobody() -> None:
    row = {"evidence": [2.0], "share": [0.0]}
    weighted = pl.DataFrame(row).lazy()
    import narwhals as nw

    score = (
        nw.from_native(weighted)
        .select(s=advisor_score.score_expression({"share": 1.0}, ("share",)))
        .collect()["s"]
        .item()
    )
    assert 0.05 <= score <= 0.2


# --- what matches -----------------------------------------------------------------------------------------------

TOPIC = "gated resonance"
FILLER = "on soils and their slow colours in the northern valleys of a country that nobody visits in winter "


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Works whose titles hold a topic in several ways, among many that do not."""
    rest = [
        work(
            f"Colloids part {letters(n)} of a study",
            f"Ot{letters(n)} Her",
            date="2024-05-01",
            abstract=f"A study of colloids in suspension, and how {'gated' if n < 40 else 'slow'} they move.",
        )
        for n in range(120)
    ]
    texts = {
        "together": "gated resonance in {} soils",
        "close": "gated waves and resonance in {} soils",
        "near": "gated by slow waves under resonance in {} soils",
        "half": "resonance in {} soils of slow colour",
    }
    on_it = [
        work(title.format(letters(n)), f"{kind.title()}{letters(n)} Au Thor", date="2025-05-01", abstract="")
        for kind, title in texts.items()
        for n in range(6)
    ]
    apart = [
        work(f"Gated things in {letters(n)} valleys {FILLER}resonance", f"Apart{letters(n)} Au Thor", date="2025-05-01")
        for n in range(6)
    ]
    store = stored(tmp_path_factory.mktemp("library"), *rest, *on_it, *apart)
    yield store
    store.close()


def letters(number: int) -> str:
    return chr(97 + number // 26) + chr(97 + number % 26)


def matched(store: Store, interest: str = TOPIC) -> dict[str, float]:
    """How well works match the interest's own words, by the way they hold them."""
    snapshot = store.snapshots.current_snapshot()
    found = text_match.match_works(store, snapshot, interest, TODAY, expand=False).frame
    titled = found.join(snapshot.load_table("works").select("work", "title"), on="work")
    kinds = {
        "gated resonance": "together",
        "gated waves": "close",
        "gated by": "near",
        "Gated things": "apart",
        "resonance in": "half",
        "Colloids": "rest",
    }
    best: dict[str, float] = {}
    for title, value in titled.select("title", "match").iter_rows():
        kind = next(kind for begins, kind in kinds.items() if title.startswith(begins))
        best[kind] = max(best.get(kind, 0.0), value)
    return best


LIBRARY: list[tuple[str, object, Callable[[dict[str, float]], bool]]] = [
    ("PHRASE", 0.7, lambda m: m["together"] > 1.1 * m["close"]),
    ("NEAR", 0.5, lambda m: m["close"] > 1.2 * m["apart"]),
    ("NEAR", 1.2, lambda m: m["together"] > 1.1 * m["close"]),
    ("SCATTERED", 1.0, lambda m: m["near"] > 1.2 * m["apart"]),
    ("SCATTERED", 0.2, lambda m: m["apart"] > m["half"]),
    ("CLOSE", 0, lambda m: m["near"] > 1.2 * m["apart"]),
    ("CLOSE", 60, lambda m: m["near"] > 1.2 * m["apart"]),
    ("SOFT", 1.6, lambda m: m.get("half", 0.0) < m["close"]),
    ("SOFT", 0.01, lambda m: m.get("half", 0.0) > 0.3),
    ("SOFT_SHARE", 0.99, lambda m: "half" in m),
    ("SOFT_SHARE", 0.01, lambda m: "rest" not in m),
]


@pytest.mark.parametrize("case", LIBRARY, ids=lambda case: f"{case[0]}={case[1]}")
def test_a_turned_constant_makes_a_judged_match_wrong(
    library: Store, case: tuple[str, object, Callable[[dict[str, float]], bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, turned, holds = case

    assert holds(matched(library))
    monkeypatch.setattr(text_match, name, turned)
    assert not holds(matched(library))
