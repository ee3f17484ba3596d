"""Stock that many take from at once."""

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.platform import calling
from tongshang.app import Opened
from tongshang.modules.inventory import api, domain
from tongshang.modules.inventory.api import StockDraft, StockMove, StockOp, StockTooLow

SHOP = 7
AGES = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def less(sku_id: int, count: int = 1, order_id: int = 0) -> StockMove:
    return StockMove(SHOP, sku_id, 1, -count, StockOp.OCCUPY, order_id)


async def stock(opened: Opened, **counts: int) -> None:
    async with calling(opened) as call:
        await api.open_stocks(
            call, [StockDraft(SHOP, int(name[3:]), 1, count) for name, count in counts.items()]
        )


async def left(opened: Opened, *sku_ids: int) -> list[int]:
    async with calling(opened) as call:
        stocks = await api.stocks_of(call.tx, SHOP, sku_ids)
    return [stocks[sku_id] for sku_id in sku_ids]


async def flows(opened: Opened, sku_id: int) -> list[tuple[int, int, StockOp]]:
    async with calling(opened) as call:
        found = await api.flows_of(
            call.tx, (SHOP, sku_id), AGES[0], (AGES[1], 0), tuple(StockOp), 1000
        )
    return [(flow.beginning, flow.ending, flow.move.op) for flow in reversed(found)]


async def test_of_64_who_take_one_of_ten_at_once_ten_get_it(opened: Opened) -> None:
    await stock(opened, sku1=10)

    async def take() -> None:
        async with calling(opened) as call:
            await api.move(call, [less(1)])

    outcomes = await asyncio.gather(*(take() for _ in range(64)), return_exceptions=True)
    assert sum(outcome is None for outcome in outcomes) == 10
    assert sum(isinstance(outcome, StockTooLow) for outcome in outcomes) == 54
    assert await left(opened, 1) == [0]
    steps = await flows(opened, 1)
    assert len(steps) == 11
    assert sorted(steps[1:], reverse=True) == [(n, n - 1, StockOp.OCCUPY) for n in range(10, 0, -1)]


async def test_batches_that_name_skus_in_opposite_orders_never_lock_each_other_out(
    opened: Opened,
) -> None:
    await stock(opened, **{f"sku{n}": 1000 for n in range(1, 21)})

    async def take(sku_ids: range) -> None:
        async with calling(opened) as call:
            await api.move(call, [less(sku_id) for sku_id in sku_ids])

    forward, backward = range(1, 21), range(20, 0, -1)
    await asyncio.gather(*(take(skus) for _ in range(20) for skus in (forward, backward)))
    assert await left(opened, *forward) == [960] * 20


async def test_a_batch_with_one_sku_short_moves_nothing(opened: Opened) -> None:
    await stock(opened, sku1=5, sku2=1)
    with pytest.raises(StockTooLow) as refused:
        async with calling(opened) as call:
            await api.move(call, [less(1), less(2, 2)])
    assert refused.value.details == {"sku_id": "2"}
    assert await left(opened, 1, 2) == [5, 1]
    assert len(await flows(opened, 1)) == 1


async def test_moves_of_one_sku_in_a_batch_follow_each_other(opened: Opened) -> None:
    await stock(opened, sku1=5)
    async with calling(opened) as call:
        await api.move(call, [less(1, 2), less(1, 3), StockMove(SHOP, 1, 1, 4, StockOp.RELEASE)])
    assert await flows(opened, 1) == [
        (0, 5, StockOp.SET),
        (5, 3, StockOp.OCCUPY),
        (3, 0, StockOp.OCCUPY),
        (0, 4, StockOp.RELEASE),
    ]
    with pytest.raises(StockTooLow):  # four are there, but not before the one comes back
        async with calling(opened) as call:
            await api.move(call, [less(1, 5), StockMove(SHOP, 1, 1, 1, StockOp.ADD)])


async def test_who_locks_first_sees_what_it_then_moves(opened: Opened) -> None:
    await stock(opened, sku1=3, sku2=3)
    async with calling(opened) as first:
        assert await api.lock(first.tx, [(SHOP, 2), (SHOP, 1), (SHOP, 9)]) == {
            (SHOP, 1): 3,
            (SHOP, 2): 3,
        }
        async with calling(opened) as second:
            waiting = asyncio.create_task(api.move(second, [less(2, 3)]))
            await asyncio.sleep(0.05)
            assert not waiting.done()
            await api.move(first, [less(2, 1)])
            await first.tx.execute("commit")
            with pytest.raises(StockTooLow):
                await waiting
            await first.tx.execute("begin")
    assert await left(opened, 1, 2) == [3, 2]


@given(st.integers(0, 50), st.lists(st.integers(-20, 20), min_size=1, max_size=12))
def test_flows_chain_from_the_first_amount_to_the_last(start: int, changes: list[int]) -> None:
    moves = [StockMove(SHOP, 1, 1, change, StockOp.ADD) for change in changes]
    planned = domain.turns(moves)
    turn = planned[SHOP, 1, 0]
    ending = {(SHOP, 1, 0): start + turn.change} if start + turn.lowest >= 0 else {}
    if not ending:
        with pytest.raises(StockTooLow):
            domain.flows(moves, planned, ending, AGES[0], range(len(moves)))
        return
    made = domain.flows(moves, planned, ending, AGES[0], range(len(moves)))
    assert [flow.beginning for flow in made] == [start, *(flow.ending for flow in made[:-1])]
    assert made[-1].ending == start + sum(changes)
    assert min(flow.ending for flow in made) >= 0
