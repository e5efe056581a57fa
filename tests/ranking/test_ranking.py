"""Who comes first, and why: what the parts reward, and that answers are stable."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finder import answers
from finder.answers import Query
from finder.errors import UsageError
from finder.ranking import advisor_score
from tests.worlds import NOW, author, put, stored, work

TODAY = date(2026, 11, 1)
TOPIC = "modality dropout"


def ask(store, **query):  # type: ignore[no-untyped-def]
    return answers.find_advisors(store, Query(TOPIC, **{"as_of": TODAY, **query}))


def names(answer) -> list[str]:  # type: ignore[no-untyped-def]
    return [row["name"] for row in answer.results]


def letters(number: int) -> str:
    """A number as letters: digits are no part of a name."""
    return chr(97 + number // 10) + chr(97 + number % 10)


def led(name: str, count: int, date_: str = "2026-03-01", title: str = TOPIC) -> list:  # type: ignore[type-arg]
    """Works somebody led, each with a student of their own."""
    return [work(f"On {title}, part {i} by {name}", f"S{i} {name[:3]}son", name, date=date_) for i in range(count)]


def test_the_one_who_leads_comes_before_who_stands_in_the_middle(tmp_path: Path) -> None:
    store = stored(tmp_path, *[work(f"{TOPIC} {i}", "Fi Rst", "Mi Ddle", "La St @ Uni A") for i in range(3)])

    rows = {row["name"]: row["score"] for row in ask(store).results}
    assert next(iter(rows)) == "La St"
    assert rows["La St"] > 1.5 * rows["Mi Ddle"]


def test_recent_work_beats_old_work(tmp_path: Path) -> None:
    store = stored(tmp_path, *led("Old Hand @ Uni A", 3, "2019-01-01"), *led("New Hand @ Uni B", 3))

    assert names(ask(store))[0] == "New Hand"


def test_five_works_on_the_topic_are_not_drowned_by_two_hundred_of_which_ten_touch_it(tmp_path: Path) -> None:
    focussed = led("Fo Cus @ Uni A", 5)
    touching = [
        work(
            f"Colloids {i}", f"T{i} Student", "Vo Lume @ Uni B", abstract=f"We mention {TOPIC} once.", date="2026-03-01"
        )
        for i in range(10)
    ]
    store = stored(tmp_path, *focussed, *touching, *led("Vo Lume @ Uni B", 190, title="colloids"))

    assert names(ask(store))[0] == "Fo Cus"


def test_a_paper_of_a_hundred_does_not_make_a_hundred_experts(tmp_path: Path) -> None:
    crowd = work(TOPIC, *(f"Per{letters(i)} Son" for i in range(100)))
    store = stored(tmp_path, crowd, *led("Le Ad @ Uni A", 1))
    answer = ask(store, top=200)

    assert "Le Ad" in names(answer)
    assert len(names(answer)) <= 4  # with a student, and the first and last of the hundred
    assert answer.left_out["who barely touch it"] >= 97


def test_alphabetical_order_says_nothing_about_who_led(tmp_path: Path) -> None:
    works = [work(f"{TOPIC} bounds {i}", "Ada Abel", "Bo Bern", "Cy Cole", venue="Theory 2026") for i in range(4)]
    scores = {row["name"]: row["score"] for row in ask(stored(tmp_path, *works)).results}

    assert len(scores) >= 2
    assert len(set(scores.values())) == 1


def test_as_of_uses_nothing_dated_later(tmp_path: Path) -> None:
    early = [
        *led("Ada Early @ Uni A", 2, "2021-05-01"),
        work(f"{TOPIC} with Uni A", "Stu Dent", "Bo Both @ Uni A", date="2021-01-01"),
    ]
    late = [
        *led("Cy Late @ Uni B", 9, "2024-05-01"),
        work(f"{TOPIC} at Uni B", "Cy Late", "Bo Both @ Uni B", date="2024-06-01"),
    ]
    day = date(2022, 12, 31)
    with_future = ask(stored(tmp_path / "all", *early, *late), as_of=day)
    without = ask(stored(tmp_path / "early", *early), as_of=day)

    def said(answer):  # type: ignore[no-untyped-def]
        return [(r["name"], r["current"], r["stage"], [w["title"] for w in r["works"]]) for r in answer.results]

    assert said(with_future) == said(without)


def test_one_more_paper_elsewhere_does_not_reshuffle(tmp_path: Path) -> None:
    works = [w for i in range(8) for w in led(f"Na{i} Me{i} @ Uni {i}", 1 + i % 4, f"202{2 + i % 4}-05-01")]
    store = stored(tmp_path, *works)
    before = names(ask(store))
    put(store, *led("Un Related @ Uni Z", 1, title="colloids"))

    assert names(ask(store)) == before


@pytest.mark.parametrize("day", ["2021-05-01", "2024-05-01", "2026-03-01"])
def test_one_more_paper_on_the_topic_leaves_the_others_in_their_order(tmp_path: Path, day: str) -> None:
    works = [w for i in range(8) for w in led(f"Na{i} Me{i} @ Uni {i}", 1 + i % 4, f"202{2 + i % 4}-05-01")]
    store = stored(tmp_path, *works)
    before = ask(store, top=100).results
    put(store, *led("Ne Wer @ Uni Z", 1, day))
    after = [row for row in ask(store, top=100).results if row["author_id"] in {r["author_id"] for r in before}]

    assert [row["author_id"] for row in after] == [row["author_id"] for row in before]
    assert [row["band"] for row in after] == [row["band"] for row in before]


def test_the_same_question_twice_has_the_same_answer(tmp_path: Path) -> None:
    store = stored(tmp_path, *[w for i in range(6) for w in led(f"Na{i} Me{i} @ Uni {i}", 2)])

    assert ask(store).to_json() == ask(store).to_json()


def test_what_is_equal_is_in_one_band_in_a_fixed_order(tmp_path: Path) -> None:
    store = stored(tmp_path, *[w for i in range(6) for w in led(f"Na{i} Me{i} @ Uni {i}", 2)])
    leaders = [row for row in ask(store).results if row["name"].startswith("Na")]

    assert len({row["band"] for row in leaders}) == 1
    assert [row["author_id"] for row in leaders] == sorted(row["author_id"] for row in leaders)


def test_a_submission_that_was_not_published_counts_for_nobody(tmp_path: Path) -> None:
    store = stored(tmp_path, work(TOPIC, "Re Ject @ Uni A", published=False), *led("Pu Blished @ Uni B", 1))

    assert "Re Ject" not in names(ask(store))


def test_every_row_shows_its_evidence(tmp_path: Path) -> None:
    store = stored(
        tmp_path, *led("Ada Vell @ Uni A, DE", 2), work(TOPIC, author("Bo Rask @ Uni B", role="Full Professor"))
    )
    for row in ask(store).results:
        assert row["works"]
        assert row["why"]
        assert {claim["source"] for claim in row["evidence"]} <= {"test", "finder"}
        assert all(claim["claim"] for claim in row["evidence"])


FILTERS = [
    (dict(countries=("DE",)), {"De Prof"}, {"without a known country", "in other countries"}),
    (dict(countries=("de", "US")), {"De Prof", "Us Researcher"}, {"without a known country"}),
    (dict(stages=("established faculty",)), {"De Prof"}, {"at another stage"}),
    (dict(kind="faculty"), {"De Prof"}, {"not known as faculty", "students"}),
    (dict(kind="industry"), {"Us Researcher"}, {"not known as in industry", "students"}),
    (dict(stages=("student",)), {"Stu Dent"}, {"at another stage"}),
    (dict(since=date(2026, 9, 1)), {"Us Researcher"}, {"no work since then"}),
]


@pytest.mark.parametrize(("query", "listed", "reasons"), FILTERS)
def test_filters_are_exact_and_say_who_was_left_out(
    tmp_path: Path, query: dict, listed: set[str], reasons: set[str]
) -> None:  # type: ignore[type-arg]
    store = stored(
        tmp_path,
        work(
            TOPIC,
            author("Stu Dent @ Uni A, DE", role="PhD student"),
            author("De Prof @ Uni A, DE", role="Full Professor"),
            date="2026-01-01",
        ),
        work(
            f"More {TOPIC}",
            "No Body",
            author("Us Researcher @ Brightloom Inc., US", role="Research Scientist"),
            date="2026-10-01",
        ),
    )
    answer = ask(store, **query)

    assert listed <= set(names(answer)) <= listed | {"No Body"}
    assert reasons & set(answer.left_out)
    assert answer.total + sum(answer.left_out.values()) == 4


@pytest.mark.parametrize(
    "query",
    [
        dict(countries=("Germany",)),
        dict(stages=("boss",)),
        dict(kind="none"),
        dict(top=0),
        dict(weights={"fame": 1}),
        dict(weights={"share": -1}),
        dict(weights={"fit": 1}),
        dict(sort="fame"),
    ],
)
def test_a_wish_that_cannot_be_granted_says_why(tmp_path: Path, query: dict) -> None:  # type: ignore[type-arg]
    store = stored(tmp_path, *led("Ada Vell", 1))
    with pytest.raises(UsageError):
        ask(store, **query)


@pytest.mark.parametrize(
    "interest",
    ['"', "AND OR NOT", "a*", "x:y", "(", "^", "-", "日本語", "☃", "NEAR(a b)", "a" * 5000, "'; drop table record;"],
)
def test_whatever_is_typed_is_words_not_operators(tmp_path: Path, interest: str) -> None:
    store = stored(tmp_path, *led("Ada Vell", 1))

    assert answers.find_advisors(store, Query(interest, as_of=TODAY)).results == []


def test_moving_a_weight_moves_the_order_and_no_band(tmp_path: Path) -> None:
    store = stored(tmp_path, *led("Old Hand @ Uni A", 9, "2021-01-01"), *led("New Hand @ Uni B", 2, "2026-09-01"))
    usual, fresh = ask(store), ask(store, weights={"freshness": 4, "recent": 2})

    assert names(usual)[0] == "Old Hand"
    assert "Old" not in names(fresh)[0]
    assert {r["name"]: r["band"] for r in usual.results} == {r["name"]: r["band"] for r in fresh.results}


def test_no_filter_changes_the_word_for_a_match(tmp_path: Path) -> None:
    store = stored(tmp_path, *led("Ma Ny @ Uni A, DE", 9), *led("Fe W @ Uni B, FR", 1))
    everywhere = {row["name"]: row["strength"] for row in ask(store).results}
    there = {row["name"]: row["strength"] for row in ask(store, countries=("FR",)).results}

    assert everywhere["Ma Ny"] == "strong"
    assert everywhere["Fe W"] != "strong"
    assert there == {"Fe W": everywhere["Fe W"]}


@pytest.mark.parametrize(
    ("sort", "first"),
    [("evidence", "Old Hand"), ("new-leaders", "New Hand"), ("recent", "New Hand"), ("led", "Old Hand")],
)
def test_what_comes_first_can_be_chosen(tmp_path: Path, sort: str, first: str) -> None:
    store = stored(tmp_path, *led("Old Hand @ Uni A", 9, "2020-01-01"), *led("New Hand @ Uni B", 2, "2026-09-01"))

    assert names(ask(store, sort=sort))[0] == first


def test_a_row_says_what_qualifies_its_evidence(tmp_path: Path) -> None:
    works = [*led("Id Le @ Uni A", 5, "2021-01-01"), *led("On Ce @ Uni B", 1), *led("Of Ten @ Uni C", 4)]
    rows = {row["name"]: row for row in ask(stored(tmp_path, *works)).results}

    assert "led none on it for three years" in rows["Id Le"]["why"]
    assert "rests on one work" in rows["On Ce"]["why"]
    assert not any(rows["Of Ten"][flag] for flag in ("one_work", "idle_leader"))
    assert 0 < rows["Of Ten"]["plus_minus"] < rows["Of Ten"]["score"]


def test_what_is_not_stored_is_not_held_against_anybody(tmp_path: Path) -> None:
    """One venue is stored up to 2022, another up to 2026: whoever publishes in the first is not called idle."""
    ended = [
        work(
            f"{TOPIC} {i}",
            f"S{letters(i)} Tudent",
            "En Ded @ Uni A",
            date="2022-05-01",
            venue="ENDS 2022",
            source="paperlists",
        )
        for i in range(5)
    ]
    idle = [
        work(
            f"{TOPIC} anew {i}",
            f"T{letters(i)} Tudent",
            "Id Le @ Uni B",
            date="2022-05-01",
            venue="GOES ON 2022",
            source="paperlists",
        )
        for i in range(5)
    ]
    going = [
        work(
            f"{TOPIC} today {i}",
            f"U{letters(i)} Tudent",
            "Act Ive @ Uni C",
            date="2026-05-01",
            venue="GOES ON 2026",
            source="paperlists",
        )
        for i in range(30)
    ]
    store = stored(tmp_path, *ended, *idle, *going)
    rows = {row["name"]: row for row in ask(store, top=100).results}

    assert rows["En Ded"]["score"] > 1.5 * rows["Id Le"]["score"]
    assert rows["Id Le"]["idle_leader"]
    assert not rows["En Ded"]["idle_leader"]
    assert "works in their usual venues are stored up to 2022-05 only" in rows["En Ded"]["why"]
    assert "stored up to" not in rows["Id Le"]["why"]


def test_related_terms_find_works_that_do_not_hold_the_words_and_can_be_switched_off(tmp_path: Path) -> None:
    both = [work(f"{TOPIC} for gated fusion {i}", f"A{i} B{i}", f"C{i} D{i}") for i in range(8)]
    only = [
        work(f"Gated fusion of {what}", f"Re {what}", "Fu Sion @ Uni F") for what in ("sensors", "signals", "senses")
    ]
    rest = [work(f"Colloids in suspension {i}", f"E{i} F{i}") for i in range(60)]
    store = stored(tmp_path, *both, *only, *rest)
    answer = ask(store, top=100)
    without = ask(store, top=100, without=("Gated Fusion",))

    assert "gated fusion" in {term["term"] for term in answer.terms}
    assert "Fu Sion" in names(answer)
    assert "Fu Sion" not in names(without)


unit = st.floats(0, 1)
AUTHORSHIP = st.fixed_dictionaries(
    {
        "match": st.floats(0.05, 1),
        "position": st.integers(0, 11),
        "n_authors": st.integers(1, 12),
        "corresponding": st.booleans(),
        "alphabetical": st.booleans(),
        "day": st.integers(10_000, 20_000),
        "seen_until": st.none() | st.integers(15_000, 20_000),
        "author": st.integers(0, 3),
    }
)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(AUTHORSHIP, min_size=1, max_size=20),
    st.dictionaries(st.sampled_from(advisor_score.PARTS), st.floats(0, 5)),
)
def test_parts_lie_between_0_and_1_and_order_follows_the_score(rows: list[dict], weights: dict[str, float]) -> None:  # type: ignore[type-arg]
    frame = pl.DataFrame(rows, schema_overrides={"seen_until": pl.Int32}).with_columns(
        work=pl.int_range(pl.len()),
        position=pl.min_horizontal("position", pl.col("n_authors") - 1),
        published=pl.lit(value=True),
        year=pl.lit(2020),
    )
    evidence, sums = advisor_score.collect_evidence(
        frame.select("work", "match").lazy(), frame.drop("match").lazy(), TODAY, TODAY, 4.0
    )
    people = sums.with_columns(works_recently=pl.lit(3), author_id=pl.col("author").cast(pl.String))
    scored = advisor_score.sort_by_score(
        advisor_score.score_advisors(people, advisor_score.ScoringScheme(weights)).collect()
    )
    for column in advisor_score.PARTS:
        assert scored[column].is_between(0, 1.0000001).all(), column
    assert scored["score"].round(5).is_sorted(descending=True)
    assert (scored["error"] <= scored["evidence"] + 1e-9).all()
    assert evidence.collect()["adds"].is_between(0, 1.0000001).all()


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(5)), st.floats(0.1, 1))
def test_permuting_an_alphabetical_list_changes_nobodys_evidence(order: list[int], match: float) -> None:
    def evidence(positions: list[int]) -> list[tuple[int, float]]:
        rows = pl.DataFrame({"author": range(5), "position": positions}).with_columns(
            work=pl.lit(1),
            n_authors=pl.lit(5),
            corresponding=pl.lit(value=False),
            alphabetical=pl.lit(value=True),
            published=pl.lit(value=True),
            day=pl.lit(20_000),
            year=pl.lit(2024),
            seen_until=pl.lit(None, pl.Int32),
        )
        matches = pl.DataFrame({"work": [1], "match": [match]})
        _, sums = advisor_score.collect_evidence(matches.lazy(), rows.lazy(), TODAY, TODAY, 4.0)
        return sums.select("author", "evidence").sort("author").collect().rows()

    assert evidence(order) == evidence([0, 1, 2, 3, 4])


def test_streaming_and_in_memory_agree(tmp_path: Path) -> None:
    snapshot = stored(tmp_path, *[w for i in range(9) for w in led(f"Na{i} Me{i}", 1 + i)]).snapshots.current_snapshot()
    works = snapshot.load_table("works").select("work", match=pl.lit(0.5))
    lazy = advisor_score.collect_evidence(works.lazy(), snapshot.load_table("authorships").lazy(), TODAY, TODAY, 4.0)
    for frame in lazy:
        keys = [c for c in ("author", "work") if c in frame.collect_schema()]
        a, b = frame.collect().sort(keys), frame.collect(engine="streaming").sort(keys)
        assert (
            a.select(b.columns).equals(b)
            or (a.select(pl.selectors.numeric()) - b.select(pl.selectors.numeric()))
            .select(pl.all().abs().max())
            .max_horizontal()[0]
            < 1e-9
        )


def test_the_ranking_is_the_same_on_duckdb(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    snapshot = stored(
        tmp_path, *[w for i in range(9) for w in led(f"Na{i} Me{i}", 1 + i, f"20{17 + i}-03-01")]
    ).snapshots.current_snapshot()
    matches = snapshot.load_table("works").select("work", match=0.2 + (pl.col("work") % 5) / 10)
    authorships = snapshot.load_table("authorships")

    def ranked(m, a):  # type: ignore[no-untyped-def]
        _, sums = advisor_score.collect_evidence(m, a, TODAY, TODAY, 4.0)
        return advisor_score.add_publication_record(sums, a, TODAY)

    ours = ranked(matches.lazy(), authorships.lazy()).collect()
    theirs = ranked(duckdb.from_arrow(matches.to_arrow()), duckdb.from_arrow(authorships.to_arrow())).pl()
    columns = ["author", "evidence", "error", "most", "recent_worth", "matched", "works_recently", "led_since"]
    one, other = (f.select(columns).cast(pl.Float64).sort("author") for f in (ours, theirs))

    assert (one - other).select(pl.all().abs().max()).max_horizontal()[0] < 1e-9


def test_a_day_is_an_argument_everywhere(tmp_path: Path) -> None:
    store = stored(tmp_path, *led("Ada Vell @ Uni A", 2, "2024-01-01"))
    before = answers.find_advisors(store, Query(TOPIC, as_of=date.fromisoformat(NOW[:10]) - timedelta(days=3650)))

    assert before.results == []


def test_a_likely_student_comes_after_all_others(tmp_path: Path) -> None:
    rows = pl.DataFrame(
        {
            "author": [1, 2, 3],
            "author_id": ["a", "b", "c"],
            "score": [9.0, 2.0, 1.0],
            "stage": ["student", "unknown", "established faculty"],
            **{name: [False] * 3 for name in ("new_leader",)},
            "led_last": [20_000] * 3,
            "led_evidence": [1.0] * 3,
        }
    )

    assert advisor_score.sort_by_score(rows)["author_id"].to_list() == ["b", "c", "a"]
    assert advisor_score.sort_by_score(rows.drop("stage"))["author_id"].to_list() == ["a", "b", "c"]


def test_rows_that_may_be_one_person_say_so(tmp_path: Path) -> None:
    first = [work(f"{TOPIC} {n}", "Fay Stu", author("Wei Double @ Uni A", "orcid:1")) for n in "abc"]
    second = [work(f"{TOPIC} in {n}", "Fay Stu", author("Wei Double @ Uni A", "orcid:2")) for n in "abc"]
    rows = {row["author_id"]: row for row in ask(stored(tmp_path, *first, *second, *led("Al One", 2))).results}
    doubles = [id_ for id_, row in rows.items() if row["name"] == "Wei Double"]

    assert not rows[next(id_ for id_, row in rows.items() if row["name"] == "Al One")]["perhaps_same"]
    one, other = doubles
    assert [same["author_id"] for same in rows[one]["perhaps_same"]] == [other]
    assert rows[other]["perhaps_same"][0]["row"] == list(rows).index(one) + 1
