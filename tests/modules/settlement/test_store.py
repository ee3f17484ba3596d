"""What the tables say of states, and how many statements a batch takes."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from enum import Enum

import pytest

from tests.modules.settlement.money import Books, open_books
from tests.platform import calling, sent_statements
from tongshang.app import Opened
from tongshang.modules.aftersale.machine import AftersaleState
from tongshang.modules.ledger.api import AccountKind
from tongshang.modules.settlement.api import CommissionState, settle_due
from tongshang.modules.settlement.machine import SettleState
from tongshang.modules.settlement.store import commissions, purses, shares

_CHECK = "select pg_get_constraintdef(oid) from pg_constraint where conname = $1"


@pytest.fixture
async def books(opened: Opened) -> AsyncIterator[Books]:
    offset = opened.house.clock.offset
    yield await open_books(opened)
    opened.house.clock.offset = offset


@pytest.mark.parametrize(
    ("constraint", "enum"),
    [
        ("accounts_kind", AccountKind),
        ("settlements_state", SettleState),
        ("commissions_state", CommissionState),
        ("aftersales_state", AftersaleState),
    ],
)
async def test_a_table_knows_the_states_of_its_enum(
    opened: Opened, constraint: str, enum: type[Enum]
) -> None:
    text = await opened.house.pool.fetchval(_CHECK, constraint)
    known = set(re.findall(r"'(\w+)'|\b(\d+)\b", text))
    assert {word or figure for word, figure in known} == {str(one.value) for one in enum}


async def test_a_settlement_takes_as_many_statements_for_one_order_as_for_many(
    books: Books,
) -> None:
    counts = []
    for orders in (1, 4):
        for _ in range(orders):
            order_id = await books.buy((0, 1), (1, 1))
            await books.market.send(order_id, [(0, 1), (1, 1)])
            await books.market.as_buyer("confirm", order_id=order_id)
        books.market.later(days=7)
        with sent_statements(books.opened) as sent:
            async with calling(books.opened) as call:
                assert await settle_due(call) == orders
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 22


_NOW = datetime(2026, 11, 23, tzinfo=UTC)
# The index of what is held beside the key of all parts: on an empty table either would do.
_FILL = """
    insert into share_parts (shop_id, order_id, line, place, hand, party_id, payer, ratio_ppm,
                             gross_fen, net_fen)
    select 1 + n % 7, n, 0, 0, 1, 1 + n % 50, -1, 100000, 10, 10 from generate_series(1, 3000) n
"""
_SPAN = (_NOW, _NOW)
_PLACE = (_NOW, 1, 1)
_SOUGHT = (1, *_SPAN, *_SPAN, 0, 0, 0, 0, 0, 0, *_PLACE, 10)


@pytest.mark.parametrize(
    ("statement", "values", "index"),
    [
        (shares._PARTS, ([1], [1]), "share_parts_pkey"),
        (shares._HELD, (1,), "share_parts_held"),
        (purses._FLOWS, (1, *_SPAN, _NOW, 1, 10), "party_flows_pkey"),
        (purses._SUM_UNTIL, (1, _NOW), "party_flows_pkey"),
        (purses._SHOP_FLOWS, (1, *_SPAN, _NOW, 1, 10), "funds_flows_by_time"),
        (purses._LAST_BALANCE, (1, _NOW), "funds_flows_by_time"),
        (purses._PARTS, (1,), "withdrawal_parts_by_id"),
        (commissions._LATEST, (1, *_PLACE, 0, 10), "commissions_by_time"),
        (commissions._BY_PAYMENT, _SOUGHT, "commissions_by_time"),
        (commissions._BY_UPDATE, _SOUGHT, "commissions_by_update"),
        (commissions._OF_ORDER, (1, 1), "commissions_pkey"),
    ],
)
async def test_what_grows_is_read_by_an_index(
    opened: Opened, statement: str, values: tuple[object, ...], index: str
) -> None:
    async with calling(opened) as call:
        await call.tx.execute(_FILL)
        await call.tx.execute("analyze share_parts")
        # As with many rows: what a few are scanned for is no measure. Sorting is what it must not.
        await call.tx.execute("set local enable_seqscan = off; set local enable_bitmapscan = off")
        plan = "\n".join(row[0] for row in await call.tx.fetch(f"explain {statement}", *values))
    assert index in plan, plan
    assert "Seq Scan" not in plan
