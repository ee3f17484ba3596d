"""Plans on real tables: what runs when."""

from datetime import UTC, datetime, timedelta

from tests.platform import calling
from tongshang.app import Opened
from tongshang.modules.league import api
from tongshang.modules.league.api import PlanDraft

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def test_a_plan_pays_while_it_runs(opened: Opened) -> None:
    async with calling(opened) as call:
        await api.set_plans(
            call,
            [
                PlanDraft(1, 11, 100_000, NOON),
                PlanDraft(1, 12, 200_000, NOON, NOON + HOUR),
                PlanDraft(2, 21, 300_000, NOON + HOUR),
            ],
        )
        keys = [(1, 11), (1, 12), (2, 21), (2, 11), (3, 31)]
        assert await api.rates(call.tx, keys, NOON - HOUR) == {}
        assert await api.rates(call.tx, keys, NOON) == {11: 100_000, 12: 200_000}
        assert await api.rates(call.tx, keys, NOON + HOUR) == {11: 100_000, 21: 300_000}


async def test_a_plan_set_again_is_replaced(opened: Opened) -> None:
    async with calling(opened) as call:
        drafts = [PlanDraft(1, 11, 100_000, NOON), PlanDraft(1, 11, 50_000, NOON)]
        await api.set_plans(call, drafts)
        assert await api.rates(call.tx, [(1, 11)], NOON) == {11: 50_000}
