"""Postings come and go: two complete sweeps close one, a failed or a repeated one closes nothing."""

from __future__ import annotations

from datetime import date

import pytest

from finder.model import Board, Posting
from finder.storage import Store

ACME = Board("Acme", "greenhouse", "acme", "US", "a test")
LIST = Board("Many companies", "simplify", "A/B")
TODAY = date(2026, 11, 22)


def posting(number: int = 1, board: Board = ACME, **more: object) -> Posting:
    given = {
        "title": f"Research Intern {number}",
        "url": f"https://acme.example/jobs/{number}",
        "description": "You hold a master's degree.",
        "locations": ("London, UK",),
    } | more
    return Posting(board.platform, f"{board.token}/{number}", board.token, **given)  # type: ignore[arg-type]


def at(day: int, hour: int = 8) -> str:
    return f"2026-11-{day:02d}T{hour:02d}:00:00Z"


@pytest.fixture
def boards(store: Store) -> Store:
    store.postings.register_boards([ACME, LIST])
    return store


def open_ids(store: Store, day: date = TODAY) -> list[str]:
    return sorted(one.posting.source_id for one in store.postings.list_open_postings(day))


# --- coming and going -----------------------------------------------------------------------------------------------


def test_what_a_board_lists_is_open_with_its_kind_and_the_words_that_say_so(boards: Store) -> None:
    swept = boards.postings.record_crawl(ACME, [posting()], at(1), complete=True)

    (found,) = boards.postings.list_open_postings(TODAY)
    assert tuple(swept) == (1, 1, 0)
    assert (found.kind, found.words, found.organisation) == ("internship", ("Intern",), "Acme")
    assert found.first_seen == found.last_seen == at(1)
    assert found.posting == posting()


def test_a_deadline_in_the_text_closes_a_posting_unless_the_board_states_one(boards: Store) -> None:
    text = "Application deadline: 20 November 2026."
    late, stated = posting(1, description=text), posting(2, description=text, valid_through="2026-12-01")
    boards.postings.record_crawl(ACME, [late, stated], at(1), complete=True)

    assert [one.posting.valid_through for one in boards.postings.list_open_postings(date(2026, 11, 20))] == [
        "2026-11-20",
        "2026-12-01",
    ]
    assert open_ids(boards) == ["acme/2"]


def test_a_posting_is_gone_after_two_complete_sweeps_without_it(boards: Store) -> None:
    boards.postings.record_crawl(ACME, [posting(1), posting(2)], at(1), complete=True)

    assert boards.postings.record_crawl(ACME, [posting(1)], at(2), complete=True).closed == 0
    assert open_ids(boards) == ["acme/1", "acme/2"]
    assert boards.postings.record_crawl(ACME, [posting(1)], at(3), complete=True).closed == 1
    assert open_ids(boards) == ["acme/1"]
    assert open_ids(boards, date(2026, 11, 2)) == ["acme/1", "acme/2"]  # on that day it was open
    assert boards.connection.execute("select count(*) from posting").fetchone() == (2,)


def test_sweeps_that_are_not_complete_close_nothing_however_many(boards: Store) -> None:
    boards.postings.record_crawl(ACME, [posting(1), posting(2)], at(1), complete=True)
    for day in range(2, 9):
        boards.postings.record_crawl(ACME, [posting(1)], at(day), complete=False)
        boards.postings.record_board_state(ACME, "failing", "no answer", at(day, 9))

    assert open_ids(boards) == ["acme/1", "acme/2"]


def test_a_failure_between_two_sweeps_counts_as_neither(boards: Store) -> None:
    boards.postings.record_crawl(ACME, [posting(1), posting(2)], at(1), complete=True)
    boards.postings.record_crawl(ACME, [posting(1)], at(2), complete=True)
    boards.postings.record_board_state(ACME, "failing", "no answer", at(3))
    assert open_ids(boards) == ["acme/1", "acme/2"]

    boards.postings.record_crawl(ACME, [posting(1), posting(2)], at(4), complete=True)
    boards.postings.record_crawl(ACME, [posting(1)], at(5), complete=True)
    assert open_ids(boards) == ["acme/1", "acme/2"]  # the misses are not in a row


def test_the_same_answer_read_twice_counts_once(boards: Store) -> None:
    boards.postings.record_crawl(ACME, [posting(1), posting(2)], at(1), complete=True)
    for _ in range(3):
        boards.postings.record_crawl(ACME, [posting(1)], at(2), complete=True)

    assert open_ids(boards) == ["acme/1", "acme/2"]


def test_one_that_comes_back_is_open_again_since_it_was_first_seen(boards: Store) -> None:
    for day, listed in ((1, [posting()]), (2, []), (3, []), (4, [posting(title="Research Intern, now paid")])):
        boards.postings.record_crawl(ACME, listed, at(day), complete=True)

    (found,) = boards.postings.list_open_postings(TODAY)
    assert (found.first_seen, found.last_seen) == (at(1), at(4))
    assert found.posting.title == "Research Intern, now paid"


def test_another_boards_sweep_closes_nothing_here(boards: Store) -> None:
    boards.postings.record_crawl(ACME, [posting()], at(1), complete=True)
    for day in (2, 3, 4):
        boards.postings.record_crawl(LIST, [], at(day), complete=True)

    assert open_ids(boards) == ["acme/1"]


def test_a_sweep_is_all_or_nothing(boards: Store) -> None:
    def broken() -> list[Posting]:
        return [posting(), posting(2, title=None)]  # type: ignore[list-item]

    with pytest.raises(TypeError):
        boards.postings.record_crawl(ACME, broken(), at(1), complete=True)
    assert open_ids(boards) == []
    assert boards.postings.list_boards()[0].swept_at is None


# --- what is shown --------------------------------------------------------------------------------------------------


def test_a_deadline_passes_with_the_readers_day_whatever_day_it_is_elsewhere(boards: Store) -> None:
    boards.postings.record_crawl(ACME, [posting(valid_through="2026-11-21")], at(22), complete=True)

    assert [one.posting.source_id for one in boards.postings.list_open_postings(TODAY, date(2026, 11, 21))] == [
        "acme/1"
    ]
    assert boards.postings.list_open_postings(TODAY, date(2026, 11, 22)) == []
    assert boards.postings.list_open_postings(date(2026, 11, 21), date(2026, 11, 22)) == []


def test_an_expired_posting_is_hidden_and_kept(boards: Store) -> None:
    boards.postings.record_crawl(ACME, [posting(valid_through="2026-11-22"), posting(2)], at(1), complete=True)

    assert open_ids(boards, TODAY) == ["acme/1", "acme/2"]  # the last day counts in
    assert open_ids(boards, date(2026, 11, 23)) == ["acme/2"]


def test_nothing_of_later_days_is_shown(boards: Store) -> None:
    boards.postings.record_crawl(ACME, [posting(date_posted="2026-11-20"), posting(2)], at(21), complete=True)

    assert open_ids(boards, date(2026, 11, 19)) == []
    assert open_ids(boards, date(2026, 11, 20)) == ["acme/1"]
    assert open_ids(boards, date(2026, 11, 21)) == ["acme/1", "acme/2"]


def test_what_no_sweep_has_seen_for_long_is_not_said_to_be_open(boards: Store) -> None:
    boards.postings.record_crawl(ACME, [posting()], at(1), complete=True)
    boards.postings.record_board_state(ACME, "gone", "404", at(2))

    assert open_ids(boards, date(2026, 12, 16)) == ["acme/1"]
    assert open_ids(boards, date(2026, 12, 17)) == []


def test_the_newest_come_first(boards: Store) -> None:
    listed = [posting(n, date_posted=f"2026-11-{n:02d}") for n in (3, 9, 5)]
    boards.postings.record_crawl(ACME, listed, at(20), complete=True)

    assert [one.posting.date_posted for one in boards.postings.list_open_postings(TODAY)] == [
        "2026-11-09",
        "2026-11-05",
        "2026-11-03",
    ]


# --- the same job on two boards -------------------------------------------------------------------------------------


def test_the_same_page_on_two_boards_is_one_job_and_the_employers_own_is_shown(boards: Store) -> None:
    own = posting(url="https://acme.example/jobs?gh_jid=77", title="Research Intern, Vision")
    other = posting(9, LIST, url="https://boards.greenhouse.io/acme/jobs/77?utm_source=x", title="Vision Intern")
    boards.postings.record_crawl(LIST, [other], at(1), complete=True)
    assert open_ids(boards) == ["A/B/9"]
    boards.postings.record_crawl(ACME, [own], at(2), complete=True)

    assert open_ids(boards) == ["acme/1"]


def test_the_same_title_of_the_same_employer_in_the_same_town_is_one_job(boards: Store) -> None:
    boards.postings.record_crawl(ACME, [posting(title="Research Intern (m/f/d)")], at(2), complete=True)
    same = {"hiring_organization": "ACME Inc.", "url": "https://list.example/1"}
    listed = [
        posting(7, LIST, title="Research intern", locations=("London",), **same),
        posting(8, LIST, title="Research intern", locations=("Paris",), **same | {"url": "https://list.example/2"}),
    ]
    boards.postings.record_crawl(LIST, listed, at(1), complete=True)

    assert open_ids(boards) == ["A/B/8", "acme/1"]


def test_two_openings_of_one_title_on_one_board_stay_two(boards: Store) -> None:
    boards.postings.record_crawl(ACME, [posting(1, title="Intern"), posting(2, title="Intern")], at(1), complete=True)

    assert open_ids(boards) == ["acme/1", "acme/2"]


def test_when_the_employers_own_is_closed_the_other_is_shown(boards: Store) -> None:
    other = posting(9, LIST, url=posting().url, hiring_organization="Acme")
    for day, listed in ((1, [posting()]), (2, []), (3, [])):
        boards.postings.record_crawl(ACME, listed, at(day), complete=True)
        boards.postings.record_crawl(LIST, [other], at(day), complete=True)

    assert open_ids(boards) == ["A/B/9"]


# --- boards ---------------------------------------------------------------------------------------------------------


def test_boards_begin_unchecked_and_are_marked_by_what_happens(boards: Store) -> None:
    assert [(one.board, one.state, one.checked_at) for one in boards.postings.list_boards()] == [
        (ACME, "unchecked", None),
        (LIST, "unchecked", None),
    ]
    boards.postings.record_crawl(ACME, [posting()], at(1), complete=True)
    boards.postings.record_board_state(ACME, "reached", "", at(1))
    boards.postings.record_board_state(LIST, "gone", "404", at(2))

    acme, listed = boards.postings.list_boards()
    assert (acme.state, acme.swept_at, acme.checked_at, acme.open) == ("reached", at(1), at(1), 1)
    assert (listed.state, listed.swept_at, listed.message, listed.open) == ("gone", None, "404", 0)


def test_registering_again_keeps_how_boards_fared_and_drops_those_no_longer_listed(boards: Store) -> None:
    boards.postings.record_board_state(ACME, "moved", "elsewhere", at(1))
    renamed = Board("Acme Research", "greenhouse", "acme")
    boards.postings.register_boards([renamed])

    (acme,) = boards.postings.list_boards()
    assert (acme.board, acme.state, acme.message) == (renamed, "moved", "elsewhere")
