from __future__ import annotations

from datetime import timedelta

import pytest
from serving import KEY, NOON, TOY, Door, answer, run, serving, told

from finder.errors import (
    PaidPlanRequired,
    QuotaExceeded,
    SourceUnreachable,
)
from finder.storage import Store, open_store


class TestTooManyRequests:
    def test_wait_seconds(self, store: Store) -> None:
        door, reply, asked = run(told(store, answer("{}", 429, Retry_After=7), answer()))

        assert reply.status == 200
        assert (door.slept, len(asked)) == ([7], 2)
        assert "waiting" in door.kinds

    def test_wait_until_a_date(self, store: Store) -> None:
        limited = answer("{}", 429, Retry_After="Sun, 22 Nov 2026 12:00:09 GMT")
        door, reply, _ = run(told(store, limited, answer()))

        assert reply.status == 200
        assert door.slept == [9]

    @pytest.mark.parametrize(
        ("refusal", "slept"),
        [
            (answer({"creditsRemaining": 0, "dailyRemainingUsd": 0}, 429, Retry_After=1, X_Remaining=0), [1]),
            (answer({"creditsRemaining": 0, "retryAfter": 1}, 429, X_Remaining=0, X_Limit=1000), [1]),
            (
                answer({"message": "Maximum of 10 requests per second.", "creditsRemaining": 0}, 429, X_Remaining=0),
                [0.5],
            ),
            (answer({"error": "over 10 requests/s", "dailyRemainingUsd": 0}, 429, X_Remaining=0), [0.5]),
        ],
        ids=["short by header", "short by body", "said to be by the second", "said otherwise"],
    )
    def test_too_many_a_second_is_no_empty_purse(self, store: Store, refusal: bytes, slept: list[float]) -> None:
        door, reply, asked = run(told(store, refusal, answer(), backoff=lambda _: 0.5))

        assert reply.status == 200
        assert (door.slept, len(asked)) == (slept, 2)
        assert "parked" not in door.kinds
        assert store.budgets.active_suspension(TOY.name, "2026-11-22T12:00:00Z") is None
        assert door.open().source_budget(TOY).remaining != 0

    @pytest.mark.parametrize(
        "refusal",
        [
            answer({"error": "Rate limit exceeded"}, 429, Retry_After=7200),
            answer({"dailyRemainingUsd": 0, "retryAfter": 7200}, 429),
            answer({"creditsRemaining": 3, "creditsRequired": 10}, 429, Retry_After=7200),
        ],
        ids=["by header", "by body", "what is left does not cover the call"],
    )
    def test_wait_until_the_reset(self, store: Store, refusal: bytes) -> None:
        async def scenario() -> None:
            async with serving(refusal, answer()) as web:
                door = Door(store, web.url, key=KEY)
                with pytest.raises(QuotaExceeded) as parked:
                    await door.get()
                assert (parked.value.resets_in, len(web.asked), door.slept) == (7200, 1, [])

                with open_store(store.home) as after_restart:
                    later = Door(after_restart, web.url, key=KEY, now=NOON + timedelta(seconds=7000))
                    with pytest.raises(QuotaExceeded, match="It is asked again in") as still:
                        await later.get("/something/else")
                    assert len(web.asked) == 1
                    assert still.value.resets_in == pytest.approx(200, abs=2)
                    assert later.kinds == ["parked"]

                    later.now = NOON + timedelta(seconds=7202)
                    assert (await later.get()).status == 200

        run(scenario())

    def test_without_a_word_on_when_the_day_ends_at_midnight_utc(self, store: Store) -> None:
        _, error, _ = run(told(store, answer({"creditsRemaining": 0}, 429)))

        assert isinstance(error, QuotaExceeded)
        assert error.resets_in == 12 * 3600

    def test_a_key_set_since_has_an_allowance_of_its_own(self, store: Store) -> None:
        async def scenario() -> None:
            async with serving(answer({"creditsRemaining": 0}, 429), answer()) as web:
                with pytest.raises(QuotaExceeded, match="A key is free"):
                    await Door(store, web.url).get()
                assert (await Door(store, web.url, key=KEY).get()).status == 200

        run(scenario())

    def test_never_in_this_plan(self, store: Store) -> None:
        async def scenario() -> None:
            async with serving(answer({"error": "Plan upgrade required"}, 429), answer()) as web:
                door = Door(store, web.url, key=KEY)
                with pytest.raises(PaidPlanRequired):
                    await door.get("/works?sort=updated")
                assert (len(web.asked), door.slept) == (1, [])
                assert (await door.get("/works")).status == 200, "only this call is refused, not the source"

        run(scenario())

    def test_a_paid_plan_that_would_wait_is_not_never(self, store: Store) -> None:
        _, reply, _ = run(told(store, answer({"error": "Plan upgrade required"}, 429, Retry_After=2), answer()))

        assert reply.status == 200

    def test_without_a_word_it_backs_off(self, store: Store) -> None:
        door, error, asked = run(told(store, answer("slow down", 429), backoff=lambda attempt: 2**attempt))

        assert isinstance(error, SourceUnreachable)
        assert (len(asked), door.slept) == (5, [2, 4, 8, 16])


class TestBudget:
    def test_what_a_call_costs_is_written_down(self, store: Store) -> None:
        spent = {"X_Limit": 10000, "X_Cost": 10, "X_Reset": 3600}

        async def scenario() -> None:
            async with serving(answer(X_Remaining=9990, **spent), answer(X_Remaining=9980, **spent)) as web:
                door = Door(store, web.url, key=KEY)
                async with door.open() as http:
                    assert (http.source_budget(TOY).allowance, http.source_budget(TOY).remaining) == (10000, None)
                    await http.get(TOY, "/one")
                    await http.get(TOY, "/two")
                    budget = http.source_budget(TOY)
                assert (budget.spent, budget.allowance, budget.remaining) == (20, 10000, 9980)
                assert [(event.remaining, event.cost) for event in door.events] == [(9990, 10), (9980, 10)]

        run(scenario())

    def test_an_empty_purse_stops_before_anything_is_sent(self, store: Store) -> None:
        async def scenario() -> None:
            async with serving(answer(X_Limit=1000, X_Remaining=0, X_Cost=1, X_Reset=3600)) as web:
                door = Door(store, web.url, key=KEY)
                await door.get("/one")
                with pytest.raises(QuotaExceeded):
                    await door.get("/two")
                assert (await door.get("/one")).from_cache
                assert web.paths == ["/one"]
                async with door.open() as http:
                    assert http.source_budget(TOY).parked_until == "2026-11-22T13:00:01Z"

        run(scenario())

    def test_a_larger_allowance_counts_from_its_own_remainder(self, store: Store) -> None:
        store.budgets.record_spending("toy", "2026-11-22", 10, 1000, 5)
        store.budgets.record_spending("toy", "2026-11-22", 10, 10000, 9990)
        store.budgets.record_spending("toy", "2026-11-22", 10, 10000, 9995)

        assert store.budgets.get("toy", "2026-11-22").remaining == 9990
