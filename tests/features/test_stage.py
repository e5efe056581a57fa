"""Stages: what is stated comes first; what the record suggests is a fitted model, as of a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from benchmarks import stage as fitting
from benchmarks.stage_labels import deal_out_stages
from finder.answers import person_rows
from finder.features import affiliation_history, stage
from finder.model import Authorship, Work
from finder.resolution import career_counts, stage_model
from finder.storage import Store
from tests.worlds import author, stored, work

DAY = date(2025, 11, 1)
FACULTY = ("early-career faculty", "established faculty")


def described(store: Store, as_of: date = DAY) -> pl.DataFrame:
    """Name and features of everybody."""
    snapshot = store.snapshots.current_snapshot()
    authors = snapshot.load_table("authors")
    posts = affiliation_history.load_affiliations(snapshot, authors, as_of)
    found = stage_model.stage_features(stage_model.load_career_counts(snapshot, as_of), authors, posts, as_of)
    return found.join(authors.select("author", "name"), on="author").sort("name")


def told(store: Store, as_of: date = DAY) -> dict[str, tuple[str, float, str]]:
    """Stage, confidence and ground by name."""
    snapshot = store.snapshots.current_snapshot()
    authors, authorships = snapshot.load_table("authors"), snapshot.load_table("authorships")
    seen = authorships.group_by("author").agg(last_seen=pl.col("year").max(), led_since=pl.lit(None, pl.Int32))
    posts = affiliation_history.load_affiliations(snapshot, authors, as_of)
    inferred = stage_model.infer_stages(stage_model.load_career_counts(snapshot, as_of), authors, posts, as_of)
    found = stage.assign_stages(inferred, posts, authors.join(seen, on="author"), as_of)
    rows = found.join(authors.select("author", "name"), on="author")
    return {r["name"]: (r["stage"], r["stage_confidence"], r["stage_ground"]) for r in rows.iter_rows(named=True)}


def lab(head: str, count: int, until: int = 2025) -> list[Work]:
    """Works that somebody is last author on, each with another first author."""
    place, works = "University of Somewhere, DE", []
    for i in range(count):
        pupil, mate = f"Pupil {chr(65 + i % 26)}ust{chr(97 + i // 26)}", f"Mate {'AB'[i % 2]}orn"
        people = [f"{name} @ {place}" for name in (pupil, mate, head)]
        works.append(work(f"{head} {i}", *people, date=f"{until - i % 6}-05-01"))
    return works


def chances(frame: pl.DataFrame) -> np.ndarray:
    return stage_model.load_stage_model().predict_probabilities(frame)


def faculty(frame: pl.DataFrame) -> np.ndarray:
    return chances(frame)[:, [stage_model.load_stage_model().stages.index(name) for name in FACULTY]].sum(axis=1)


def test_what_is_stated_beats_what_is_computed(tmp_path: Path) -> None:
    head = author("Ada Vell @ University of Somewhere, DE", "orcid:0000-0001", role="Postdoc")
    others = [
        replace_last(w, author("Ada Vell @ University of Somewhere, DE", "orcid:0000-0001")) for w in lab("A", 20)
    ]
    store = stored(tmp_path, *others, work("New", head, "Bo Ree", date="2025-06-01"))

    name, _, ground = told(store)["Ada Vell"]
    assert name == "postdoc"
    assert ground.startswith("stated as Postdoc")


def replace_last(given: Work, last: Authorship) -> Work:
    return msgspec.structs.replace(given, authorships=(*given.authorships[:-1], last))


def test_a_head_is_faculty_and_the_ground_names_what_decided(tmp_path: Path) -> None:
    name, sure, ground = told(stored(tmp_path, *lab("Ada Vell", 24)))["Ada Vell"]

    assert name in FACULTY
    assert sure >= stage_model.load_stage_model().threshold
    assert 1 <= len(ground.split(", ")) <= 2
    words = ("author", "co-authors", "on record since", "works of late", "24 works")
    assert all(any(word in part for word in words) for part in ground.split(", "))


def test_somebody_without_a_recent_work_gets_no_stage(tmp_path: Path) -> None:
    found = told(stored(tmp_path, *lab("Ada Vell", 24, until=2022)))

    assert found["Ada Vell"] == ("unknown", 0.0, "no work of late")


def test_whom_the_model_is_not_sure_of_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = stored(tmp_path, *lab("Ada Vell", 24))
    never = replace(stage_model.load_stage_model(), threshold=1.01, faculty=1.01)
    monkeypatch.setattr(stage_model, "load_stage_model", lambda: never)

    found = told(store)
    name, _, ground = found.pop("Ada Vell")
    assert (name, ground) == ("leads a group", "leads a group: last author on 24 of 24 works")
    assert {(name, sure) for name, sure, _ in found.values()} == {("unknown", 0.0)}


def test_probabilities_sum_to_one(tmp_path: Path) -> None:
    frame = described(stored(tmp_path, *lab("Ada Vell", 9), *lab("Bo Ree", 3)))

    assert np.allclose(chances(frame).sum(axis=1), 1)
    assert (chances(frame) >= 0).all()


def test_the_more_somebody_was_last_author_the_likelier_they_are_faculty(tmp_path: Path) -> None:
    heads = [f"Head N{chr(97 + i)}" for i in range(4)]
    works = [w for i, head in enumerate(heads) for w in lab(head, (1, 4, 10, 30)[i])]
    frame = described(stored(tmp_path, *works)).filter(pl.col("name").is_in(heads))

    assert frame["n_last"].to_list() == [1, 4, 10, 30]
    assert (np.diff(faculty(frame)) > 0).all()


def test_who_is_first_author_for_a_year_or_two_is_likelier_a_student_than_their_last_author(tmp_path: Path) -> None:
    frame = described(stored(tmp_path, *lab("Ada Vell", 24))).filter(pl.col("name").is_in(["Ada Vell", "Pupil Austa"]))
    student = chances(frame)[:, stage_model.load_stage_model().stages.index("student")]

    assert student[1] > 0.5 > student[0]


def test_nothing_dated_later_counts(tmp_path: Path) -> None:
    snapshot = stored(tmp_path, *lab("Ada Vell", 24), *lab("Bo Ree", 9)).snapshots.current_snapshot()
    authors, authorships, then = snapshot.load_table("authors"), snapshot.load_table("authorships"), date(2022, 12, 31)
    posts = affiliation_history.load_affiliations(snapshot, authors, then)
    early = authorships.filter(pl.col("date") <= then)
    records = (
        stage_model.load_career_counts(snapshot, then),
        career_counts.count_careers(early, snapshot.load_table("works"), then),
    )
    now, before = (stage_model.stage_features(of, authors, posts, then).sort("author") for of in records)

    assert 0 < early.height < authorships.height
    assert now.equals(before)
    assert set(now["author"]) == set(early["author"])


def test_a_stated_position_is_no_feature(tmp_path: Path) -> None:
    def world(role: str | None) -> list[Work]:
        return [work("T", author("Ada Vell @ University of Somewhere, DE", role=role), "Bo Ree", date="2025-01-01")]

    plain = described(stored(tmp_path / "a", *world(None)))
    for role in ("PhD student", "Full Professor"):
        assert described(stored(tmp_path / role[:3], *world(role))).equals(plain)


def test_careers_are_those_of_the_day_that_is_asked_about(tmp_path: Path) -> None:
    early, late = date(2025, 3, 1), date(2030, 1, 1)
    coming = [msgspec.structs.replace(w, title=f"{w.title} again", date=late.isoformat()) for w in lab("Ada Vell", 3)]
    snapshot = stored(tmp_path, *lab("Ada Vell", 24), *coming).snapshots.current_snapshot()
    authorships, works = snapshot.load_table("authorships"), snapshot.load_table("works")

    for day in (early, date(2026, 5, 1), late):
        assert_frame_equal(
            stage_model.load_career_counts(snapshot, day), career_counts.count_careers(authorships, works, day)
        )  # but for the last digits
    assert (
        stage_model.load_career_counts(snapshot, DAY)["n_works"].sum()
        < stage_model.load_career_counts(snapshot, late)["n_works"].sum()
    )


def test_old_numbers_in_registries_are_long_careers(tmp_path: Path) -> None:
    ids = {"Ada Vell": "dblp:12/345", "Bo Ree": "dblp:390/1", "Cy Dun": "ieee:37085000001", "Di Fer": "dblp:v/AVell"}
    works = [work(f"T {name}", author(name, id_), "Ed Gor", date="2025-01-01") for name, id_ in ids.items()]
    known = dict(described(stored(tmp_path, *works)).select("name", "known_years").iter_rows())

    assert known["Ada Vell"] > 12
    assert known["Cy Dun"] > 10
    assert known["Di Fer"] > 12
    assert known["Bo Ree"] < 2


def made_up(people: int, seed: int) -> pl.DataFrame:
    """Features that spread as those the model was fitted on."""
    by, random = stage_model.load_stage_model(), np.random.default_rng(seed)
    return pl.DataFrame(random.normal(by.means, by.scales, (people, len(by.features))), schema=list(by.features))


def test_fitting_what_the_committed_model_says_gives_its_coefficients_again() -> None:
    frame, by = made_up(4000, seed=7), stage_model.load_stage_model()
    again = fitting.fit_stage_model(frame, by.predict_probabilities(frame), ridge=0.0, placeless=0.0)
    # the same function: standardised otherwise, so compared by what a unit of a feature does
    slopes = [m.coefficients[:, 1:] / m.scales for m in (by, again)]

    assert np.abs((slopes[0] - slopes[1]) * by.scales).max() < 0.1
    assert np.abs(again.predict_probabilities(frame) - by.predict_probabilities(frame)).max() < 0.05


def test_fitting_twice_gives_the_same_numbers() -> None:
    frame = made_up(300, seed=1)
    truth = stage_model.load_stage_model().predict_probabilities(frame)
    one, other = (fitting.fit_stage_model(frame, truth) for _ in range(2))

    assert np.array_equal(one.coefficients, other.coefficients)
    assert np.allclose(one.coefficients.sum(axis=0), 0)


def test_the_committed_model_is_whole() -> None:
    by = stage_model.load_stage_model()

    assert by.stages == stage.KNOWN
    assert by.features == tuple(stage_model.FEATURES)
    assert by.coefficients.shape == (len(by.stages), len(by.features) + 1)
    assert 0.3 <= by.threshold <= 0.9


def test_the_area_under_a_curve() -> None:
    yes = np.array([True, False, True, False])

    assert fitting.roc_area(np.array([4.0, 1.0, 3.0, 2.0]), yes) == 1
    assert fitting.roc_area(np.ones(4), yes) == 0.5


def test_the_threshold_is_where_what_is_said_is_mostly_right() -> None:
    sure = np.linspace(0.3, 0.98, 400)
    chance = np.column_stack([sure, 1 - sure])
    chance[:, 1] *= chance[:, 0] > chance[:, 1]
    right = np.random.default_rng(3).random(400) < sure
    least = fitting.choose_stage_threshold(chance, np.column_stack([right, ~right]).astype(float))

    assert 0.3 <= least <= 0.7


def hidden(store: Store, as_of: date = DAY) -> set[str]:
    """Names of whoever is kept off lists of advisors as a student."""
    snapshot = store.snapshots.current_snapshot()
    people, _ = person_rows.load_author_profiles(snapshot, snapshot.load_table("authors").select("author"), as_of)
    names = people.drop("name", strict=False).join(snapshot.load_table("authors").select("author", "name"), on="author")
    return set(names.filter("is_student")["name"])


def sure_student(by: stage_model.StageModel) -> stage_model.StageModel:
    """A model to which everybody is a student."""
    scores = np.zeros_like(by.coefficients)
    scores[by.stages.index("student"), 0] = 20.0
    return replace(by, coefficients=scores)


def test_a_student_is_hidden_for_two_years_after_saying_so(tmp_path: Path) -> None:
    place = "University of Somewhere, DE"
    said = author(f"Bo Ree @ {place}", "orcid:0000-0002", role="PhD student")
    store = stored(tmp_path, work("Said", said, "Ada Vell", date="2024-06-01"))

    assert hidden(store, date(2025, 11, 1)) == {"Bo Ree"}
    assert hidden(store, date(2026, 11, 1)) == set()


def test_the_record_alone_hides_nobody_who_led_a_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    everybody = sure_student(stage_model.load_stage_model())
    monkeypatch.setattr(stage_model, "load_stage_model", lambda: everybody)
    found = hidden(stored(tmp_path, *lab("Ada Vell", 4)))

    assert "Ada Vell" not in found
    assert len(found) > 1


def test_one_work_makes_nobody_faculty(tmp_path: Path) -> None:
    store = stored(tmp_path, *lab("Ada Vell", 1))

    assert not set(FACULTY) & {name for name, _, _ in told(store).values()}


def test_a_place_seen_long_ago_says_nothing_about_the_employer(tmp_path: Path) -> None:
    at_company = work("Long ago", author("Ada Vell @ Brightloom Labs", "orcid:0000-0001"), "Bo Ree", date="2020-05-01")
    store = stored(
        tmp_path, at_company, work("Now", author("Ada Vell", "orcid:0000-0001"), "Cy Oak", date="2025-05-01")
    )
    (row,) = described(store).filter(pl.col("name") == "Ada Vell").iter_rows(named=True)

    assert [row[name] for name in stage_model.EMPLOYER] == [0.0] * len(stage_model.EMPLOYER)


def test_lists_are_dealt_out_as_they_stand_unless_the_model_knows_better() -> None:
    student, professor = (stage.KNOWN.index(name) for name in ("student", "established faculty"))
    lists = pl.DataFrame({"work": [1, 1], "author": [7, 8], "stage": ["established faculty", "student"]})
    even = np.full((2, len(stage.KNOWN)), 1 / len(stage.KNOWN))
    knows = even.copy()
    knows[0, student] = knows[1, professor] = 0.99
    knows[0, professor] = knows[1, student] = 0.001

    assert deal_out_stages(even, lists, [7, 8])[0].argmax() == professor
    assert deal_out_stages(knows, lists, [7, 8])[0].argmax() == student
    assert np.allclose(deal_out_stages(even, lists, [7, 8]).sum(axis=1), 1)
    assert not deal_out_stages(even[:1], lists, [7]).any()


def test_of_a_plain_faculty_the_record_tells_the_rank(tmp_path: Path) -> None:
    def seen(name: str, led: int, since: int) -> list[Work]:
        """Somebody who was a student until 2022 and leads a group now, on record for long or not."""
        place = "University of Somewhere, DE"
        learnt = [
            work(f"{name} learns {n}", f"{name} @ {place}", f"Head {name} @ {place}", date=f"{n}-05-01")
            for n in range(since, 2023)
        ]
        return [*learnt, *lab(name, led)]

    stating = [
        work(f"{name} states", author(f"{name} @ University of Somewhere, DE", role="Faculty"), date="2025-08-01")
        for name in ("Ada Vell", "Bo Rask")
    ]
    found = told(stored(tmp_path, *seen("Ada Vell", 4, 2015), *lab("Bo Rask", 40), *stating))

    # the first work is ten years old: what counts is since when, and how much, somebody leads
    assert found["Ada Vell"][:2] == ("early-career faculty", stage.EARLY_CHANCE)
    assert found["Bo Rask"][:2] == ("established faculty", stage.ESTABLISHED_CHANCE)
