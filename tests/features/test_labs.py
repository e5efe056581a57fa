"""The rules by which people are put into labs, each in a small world of author lists."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from finder.features import collaboration, lab_relations, labs
from finder.features.labs import Labs
from tests.lists import COMPANY, ELSEWHERE, UNI, Line, lists

TODAY = date(2026, 11, 1)
ADA, BO, SAM, TIM, UMA = range(5)
STAGES = {ADA: "established faculty", BO: "early-career faculty", SAM: "student", TIM: "student", UMA: "postdoc"}
LATE = ("2025-12-01", "2026-03-01", "2026-06-01")
KINDS = {UNI: "education", COMPANY: "company", ELSEWHERE: "education"}
Post = tuple[int, int] | tuple[int, int, str]


def posts(*held: Post, before: tuple[Post, ...] = ()) -> pl.DataFrame:
    """Posts of late, and others that ended two years ago: author, institution, role."""
    rows = []
    for current, several in ((True, held), (False, before)):
        for who, where, *role in several:
            first, last = (date(2025, 2, 1), date(2026, 9, 1)) if current else (date(2018, 1, 1), date(2024, 9, 1))
            name = ("Uni", "Firm", "Place of old")[where]
            rows.append((who, where, name, KINDS[where], role[0] if role else None, first, last, current, 5, False))
    schema = {
        "author": pl.UInt32,
        "institution": pl.UInt32,
        "name": pl.String,
        "kind": pl.String,
        "role": pl.String,
        "first": pl.Date,
        "last": pl.Date,
        "current": pl.Boolean,
        "count": pl.UInt32,
        "stated": pl.Boolean,
    }
    extra = {"since": pl.lit(None, pl.String), "record": pl.lit(1, pl.Int64), "source": pl.lit("test")}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(**extra)


def records(authorships: pl.DataFrame) -> pl.DataFrame:
    """How many works everybody has, stands first on, and last."""
    last = pl.col("position") == pl.col("n_authors") - 1
    return authorships.group_by("author").agg(
        works=pl.len(),
        firsts=(pl.col("position") == 0).sum(),
        lasts=last.sum(),
        years=(pl.col("day").max() - pl.col("day").min()) / 365.25,
    )


def found(
    works: list[Line],
    held: pl.DataFrame,
    *,
    stages: dict[int, str] | None = None,
    pupils: tuple[tuple[int, int], ...] = (),
    alphabetical: tuple[int, ...] = (),
    as_of: date = TODAY,
    sure: float = 0.9,
) -> Labs:
    authorships = lists(*works, alphabetical=alphabetical)
    leaders = collaboration.recent_leaders(authorships, as_of, as_of)
    near = collaboration.collaboration_ties(authorships, leaders, as_of, as_of)
    known = STAGES | (stages or {})
    everybody = authorships.select(pl.col("author").unique().sort())
    people = (
        everybody.with_columns(
            stage=pl.Series([known.get(who, "unknown") for who in everybody["author"]], dtype=pl.String),
            stage_confidence=pl.lit(sure),
        )
        .join(leaders, on="author", how="left")
        .join(records(authorships), on="author", how="left")
    )
    schema = {"head": pl.UInt32, "author": pl.UInt32}
    return labs.detect_labs(near, pl.DataFrame(list(pupils), schema=schema, orient="row"), people, held, as_of, as_of)


def crew(found: Labs) -> dict[tuple[int, ...], set[int]]:
    """Members by heads."""
    heads = {row["lab"]: tuple(row["heads"]) for row in found.labs.iter_rows(named=True)}
    members: dict[tuple[int, ...], set[int]] = {lab: set() for lab in heads.values()}
    for lab, author in found.members.select("lab", "author").iter_rows():
        members[heads[lab]].add(author)
    return members


def test_a_head_and_who_is_there_and_writes_with_them() -> None:
    works = [("2025-01-01", (SAM, ADA)), (LATE[1], (TIM, UMA, ADA))]
    answer = found(works, posts((ADA, UNI), (SAM, UNI), (TIM, ELSEWHERE), (UMA, UNI)))
    assert crew(answer) == {(ADA,): {SAM, UMA}}
    row = answer.labs.row(0, named=True)
    assert (row["institution"], row["members"], row["students"], row["leads"]) == (UNI, 2, 1, 2)
    assert dict(answer.members.select("author", "since").iter_rows()) == {SAM: date(2025, 1, 1), UMA: date(2026, 3, 1)}


def test_students_and_postdocs_head_nothing() -> None:
    works = [(day, (SAM, UMA)) for day in LATE]
    assert not crew(found(works, posts((SAM, UNI), (UMA, UNI)), pupils=((UMA, SAM), (UMA, TIM))))


def test_a_new_professor_without_students_yet_heads_a_lab() -> None:
    assert crew(found([(LATE[0], (SAM, BO))], posts((BO, UNI), (SAM, ELSEWHERE)))) == {(BO,): set()}


@pytest.mark.parametrize(("sure", "pupils", "heads"), [(0.6, (), 0), (0.6, ((BO, SAM),), 1), (0.9, (), 1)])
def test_whoever_may_be_a_professor_heads_a_lab_once_somebody_began_there(
    sure: float, pupils: tuple[tuple[int, int], ...], heads: int
) -> None:
    held = posts((BO, UNI), (SAM, UNI))
    assert len(found([(LATE[0], (SAM, BO))], held, sure=sure, pupils=pupils).labs) == heads


def test_a_colleague_on_joint_works_is_no_member_before_they_are_seen_to_learn() -> None:
    works = [(day, (SAM, TIM, ADA)) for day in LATE]
    held, unknown = posts((ADA, UNI), (SAM, UNI), (TIM, UNI)), {SAM: "unknown", TIM: "unknown"}
    # who stands first on all works does what students do; who stands between may be anybody
    assert crew(found(works, held, stages=unknown)) == {(ADA,): {SAM}}
    assert crew(found(works, held, stages=unknown, pupils=((ADA, TIM),))) == {(ADA,): {SAM, TIM}}
    led = [*works, (LATE[0], (5, TIM))]
    assert crew(found(led, held, stages=unknown, pupils=((ADA, TIM),))) == {(ADA,): {SAM}}


@pytest.mark.parametrize(("taught", "heads"), [(0, 0), (1, 0), (2, 1)])
def test_whoever_is_no_professor_must_be_seen_to_teach(taught: int, heads: int) -> None:
    pupils = tuple((BO, who) for who in (SAM, TIM)[:taught])
    held = posts((BO, UNI), (SAM, UNI), (TIM, UNI))
    answer = found([(LATE[0], (SAM, BO)), (LATE[1], (TIM, BO))], held, stages={BO: "staff scientist"}, pupils=pupils)
    assert len(answer.labs) == heads


def test_the_closest_head_has_the_member() -> None:
    works = [(LATE[0], (SAM, ADA)), (LATE[1], (SAM, BO)), (LATE[2], (SAM, BO)), (LATE[2], (TIM, ADA))]
    held = posts((ADA, UNI), (BO, UNI), (SAM, UNI), (TIM, UNI))
    assert crew(found(works, held)) == {(ADA,): {TIM}, (BO,): {SAM}}


def test_of_two_heads_as_close_the_newer_tie_decides() -> None:
    works = [(LATE[0], (SAM, ADA)), (LATE[1], (SAM, BO))]
    assert crew(found(works, posts((ADA, UNI), (BO, UNI), (SAM, UNI)))) == {(ADA,): set(), (BO,): {SAM}}


def test_two_who_share_people_and_works_head_one_lab() -> None:
    works = [(day, order) for day in LATE[:2] for who in (SAM, TIM) for order in ((who, BO, ADA), (who, ADA, BO))]
    answer = found(works, posts((ADA, UNI), (BO, UNI), (SAM, UNI), (TIM, UNI)))
    assert crew(answer) == {(ADA, BO): {SAM, TIM}}
    assert answer.labs["leads"].to_list() == [8]


def test_two_who_share_a_student_do_not() -> None:
    works = [
        (LATE[0], (SAM, BO, ADA)),
        (LATE[1], (TIM, ADA)),
        (LATE[2], (5, ADA)),
        (LATE[0], (6, BO)),
        (LATE[1], (7, BO)),
    ]
    young = dict.fromkeys((5, 6, 7), "student")
    held = posts(*((who, UNI) for who in (ADA, BO, SAM, TIM, 5, 6, 7)))
    assert crew(found(works, held, stages=young)) == {(ADA,): {SAM, TIM, 5}, (BO,): {6, 7}}


def test_whoever_was_silent_for_two_years_is_no_member() -> None:
    works = [(LATE[0], (SAM, ADA)), ("2024-10-01", (TIM, ADA))]
    assert crew(found(works, posts((ADA, UNI), (SAM, UNI), (TIM, UNI)))) == {(ADA,): {SAM}}


def test_whoever_paused_after_a_doctorate_is_no_member() -> None:
    works = [
        (day, (who, ADA)) for who, first in ((SAM, "2021-05-01"), (TIM, "2024-05-01")) for day in (first, "2025-05-01")
    ]
    assert crew(found(works, posts((ADA, UNI), (SAM, UNI), (TIM, UNI)))) == {(ADA,): {TIM}}


def test_interns_and_visitors_belong_elsewhere() -> None:
    works = [(LATE[0], (SAM, ADA)), (LATE[1], (TIM, ADA))]
    held = posts((ADA, UNI), (SAM, UNI, "Visiting student"), (SAM, ELSEWHERE), (TIM, UNI, "PhD student"))
    assert crew(found(works, held)) == {(ADA,): {TIM}}


def test_a_beginner_whose_place_was_never_printed_is_a_member() -> None:
    works = [(LATE[0], (SAM, TIM, ADA))]
    answer = found(works, posts((ADA, UNI)), pupils=((ADA, SAM),))
    assert crew(answer) == {(ADA,): {SAM}}
    assert answer.members["place"].to_list() == [None]


def test_a_lab_moves_with_its_head_and_students_follow() -> None:
    works = [(LATE[0], (SAM, UMA, ADA)), (LATE[1], (TIM, ADA)), (LATE[2], (BO, ADA))]
    held = posts((ADA, UNI), (SAM, ELSEWHERE), (TIM, UNI), (BO, ELSEWHERE), before=((ADA, ELSEWHERE),))
    answer = found(works, held, stages={BO: "staff scientist"})
    assert answer.labs.select("institution", "moved").row(0) == (UNI, ELSEWHERE)
    assert dict(answer.members.select("author", "still").iter_rows()) == {TIM: False, SAM: True}


def test_at_a_company_colleagues_make_a_lab_and_interns_do_not() -> None:
    works = [(day, (who, SAM, BO)) for day in LATE[:2] for who in (5, 6)]
    staff = dict.fromkeys((BO, 5, 6), "industry researcher")
    held = posts(*((who, COMPANY) for who in (BO, SAM, 5, 6)))
    assert crew(found(works, held, stages=staff)) == {(BO,): {5, 6}}
    assert not crew(found(works, posts((BO, COMPANY), (SAM, COMPANY), (5, COMPANY)), stages=staff))


def test_a_professor_with_a_company_post_has_the_lab_at_the_university() -> None:
    works = [(day, (who, ADA)) for day in LATE[:2] for who in (SAM, 5, 6)]
    staff = dict.fromkeys((5, 6), "industry researcher")
    held = posts((ADA, COMPANY), (ADA, UNI), (SAM, UNI), (5, COMPANY), (6, COMPANY))
    answer = found(works, held, stages=staff)
    assert crew(answer) == {(ADA,): {SAM}}
    assert answer.labs["institution"].to_list() == [UNI]


def test_a_crowd_makes_no_tie() -> None:
    crowd = [(day, (*range(10, 35), SAM, ADA)) for day in LATE]
    answer = found([(LATE[0], (TIM, ADA)), *crowd], posts((ADA, UNI), (SAM, UNI), (TIM, UNI)))
    assert crew(answer) == {(ADA,): {TIM}}


def test_an_alphabetical_list_makes_a_member_but_no_head() -> None:
    works = [(LATE[0], (ADA, SAM)), (LATE[1], (TIM, ADA)), (LATE[2], (SAM, UMA, BO))]
    held = posts((ADA, UNI), (BO, UNI), (SAM, UNI), (TIM, UNI))
    assert crew(found(works, held, alphabetical=(0, 2))) == {(ADA,): {SAM, TIM}}


def test_who_left_and_whom_a_lab_publishes_with() -> None:
    works = [
        (LATE[0], (SAM, ADA)),
        (LATE[1], (SAM, 5, BO, ADA)),
        (LATE[2], (SAM, 5, BO)),
        ("2022-01-01", (TIM, ADA)),
    ]
    held = posts((ADA, UNI), (BO, ELSEWHERE), (SAM, UNI), (TIM, UNI), (5, ELSEWHERE))
    answer = found(works, held, stages={5: "student"})
    of_labs = lab_relations.lab_authorships(answer, lists(*works), TODAY)
    sisters = lab_relations.partner_labs(of_labs, TODAY)
    assert sisters.select("lab", "other", "joint").rows() == [(ADA, BO, 2), (BO, ADA, 2)]
    assert lab_relations.publication_trend(of_labs, TODAY).rows() == [(ADA, 3, 0), (BO, 2, 0)]
    students = pl.DataFrame(
        {
            "head": [ADA, ADA],
            "author": [SAM, TIM],
            "guest": [False, False],
            "still": [True, True],
            "joint": [2, 1],
            "last": [date(2026, 6, 1), date(2022, 1, 1)],
        },
        schema_overrides={"head": pl.UInt32, "author": pl.UInt32},
    )
    assert lab_relations.lab_alumni(students, answer, TODAY)["author"].to_list() == [TIM]
    who = lab_relations.lab_people(answer).filter(pl.col("lab") == ADA)
    assert lab_relations.count_joint_pairs(who, lists(*works), TODAY, TODAY).rows() == [(ADA, SAM, 2)]
    newest = lab_relations.newest_joint_works(answer, answer.members, lists(*works), TODAY)
    assert dict(newest.select("author", pl.col("works").list.first()).iter_rows()) == {SAM: 1, 5: 2}
