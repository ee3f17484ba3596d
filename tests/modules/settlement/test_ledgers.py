"""The ledgers beside the shop's own: what selling cost, an agency's, and the older component's."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from tests.modules.settlement.money import Books, open_books
from tests.platform import ask, calling, finish_work, sent_statements
from tongshang.app import Opened
from tongshang.kernel.ids import Named
from tongshang.kernel.refusal import CursorMismatch, InvalidField
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyDraft, PartyKind
from tongshang.modules.ledger.api import Cause
from tongshang.modules.settlement.domain.values import BEIJING, FundsType, PartyFlow
from tongshang.modules.settlement.refusals import FlowNotFound
from tongshang.modules.settlement.store import purses
from tongshang.runtime.call import Caller

LEAGUE = "/channels/ec/league/funds"
AGENCY = "/channels/ec/league/headsupplier/funds"


@pytest.fixture
async def books(opened: Opened) -> AsyncIterator[Books]:
    offset = opened.house.clock.offset
    yield await open_books(opened)
    opened.house.clock.offset = offset


async def _settled(books: Books) -> str:
    order_id = await books.buy((0, 3), (1, 2))
    await books.market.send(order_id, [(0, 3), (1, 2)])
    await books.market.as_buyer("confirm", order_id=order_id)
    books.market.later(days=7, hours=1)
    await finish_work(books.opened)
    books.market.later(days=2)
    return order_id


async def test_the_alliance_s_ledger_has_what_selling_cost_and_nothing_else(books: Books) -> None:
    order_id = await _settled(books)
    shop = books.market.shop
    found = await ask(books.opened, shop, f"{LEAGUE}/getfundsflowlist", page=1, page_size=10)
    (flow_id,) = found.flow_ids
    path = f"{LEAGUE}/getfundsflowdetail"
    flow = (await ask(books.opened, shop, path, flow_id=flow_id)).funds_flow
    assert (flow.funds_type, flow.flow_type, flow.amount) == (10, 2, 999)
    assert [(one.related_type, one.order_id) for one in flow.related_info_list] == [("1", order_id)]
    listed = await ask(
        books.opened, shop, "/channels/ec/funds/getfundsflowlist",
        end_time=int(books.opened.house.clock.now().timestamp()), page_size=10,
    )  # fmt: skip
    (other,) = [one for one in listed.flow_ids if one != flow_id][:1]
    with pytest.raises(FlowNotFound):
        await ask(books.opened, shop, path, flow_id=other)


async def test_a_day_of_the_older_component_is_told_from_the_next_afternoon_on(
    books: Books,
) -> None:
    shop, day = books.market.shop, books.opened.house.clock.now().astimezone(BEIJING)
    await books.buy((0, 1))
    asked: dict[str, Any] = {"date": f"{day:%Y%m%d}", "page_num": 1, "page_size": 10}
    path = "/shop/funds/scanorderflow"
    assert (await ask(books.opened, shop, path, **asked)).total_num == 0
    books.opened.house.clock.offset += timedelta(days=2)
    told = await ask(books.opened, shop, path, **asked)
    assert told.total_num == len(told.funds_flow_ids) == 1
    of = {"funds_flow_id": told.funds_flow_ids[0]}
    flow = (await ask(books.opened, shop, "/shop/funds/getorderflow", **of)).funds_flow
    assert (flow.type, flow.flow_type, flow.amount) == ("订单支付", "收入", "33.33")
    for date in ("20261301", "2026-1-1", "99991231", "00000101"):
        with pytest.raises(InvalidField):
            await ask(books.opened, shop, path, date=date)


async def _agency(books: Books) -> Caller:
    """An agency with five shares and a withdrawal in its books."""
    at = books.opened.house.clock.now()
    shop_id = books.market.shop.party_id
    async with calling(books.opened) as call:
        draft = PartyDraft(PartyKind.AGENCY, "好物机构")
        (agency_id,) = await identity.add_parties(call, [draft])
        shares = [
            PartyFlow(
                agency_id, shop_id, FundsType.AGENCY_SERVICE, 100 + number, at,
                Cause("settlement", number), order_id=37 * 10**17 + number, line=1,
            )
            for number in range(5)
        ]  # fmt: skip
        gone = PartyFlow(
            agency_id, shop_id, FundsType.WITHDRAWAL, -300, at + timedelta(seconds=1),
            Cause("withdrawal", 9), withdrawal_id=9,
        )  # fmt: skip
        ids = call.take_ids(Named.FLOW, 6)
        await purses.add_party_flows(call.tx, [*shares, gone], ids)
        party = await identity.get_party(call.tx, agency_id)
    return identity.agency_caller(party)


async def test_an_agency_reads_its_ledger_by_kind_page_by_page(books: Books) -> None:
    agency = await _agency(books)
    path, opened = f"{AGENCY}/flowlist/get", books.opened
    assert (await ask(opened, agency, path, page_size=10)).flow_ids == [], "not bookable yet"
    opened.house.clock.offset += timedelta(days=2)
    first = await ask(opened, agency, path, page_size=4)
    assert (len(first.flow_ids), first.has_more) == (4, True)
    second = await ask(opened, agency, path, page_size=4, next_key=first.next_key)
    assert (len(second.flow_ids), second.has_more) == (2, False)
    assert second.funds_flow_ids == second.flow_ids
    (gone,) = (await ask(opened, agency, path, page_size=10, funds_type=1)).flow_ids
    of = {"flow_id": gone}
    flow = (await ask(opened, agency, f"{AGENCY}/flowdetail/get", **of)).funds_flow
    assert (flow.funds_type, flow.flow_type, flow.amount, flow.balance) == (1, 2, 300, 210)
    assert (flow.withdraw_id, flow.order_id) == ("9", "")
    of = {"flow_id": first.flow_ids[1]}
    flow = (await ask(opened, agency, f"{AGENCY}/flowdetail/get", **of)).funds_flow
    assert (flow.funds_type, flow.flow_type, flow.amount, flow.balance) == (2, 1, 101, 201)


async def test_far_places_are_reached_by_next_key_only(books: Books) -> None:
    agency, opened = await _agency(books), books.opened
    with pytest.raises(InvalidField):
        await ask(opened, agency, f"{AGENCY}/flowlist/get", page=50, page_size=100)
    await ask(opened, agency, f"{AGENCY}/flowlist/get", page=49, page_size=100)
    with pytest.raises(InvalidField):
        await ask(opened, books.market.shop, f"{LEAGUE}/getfundsflowlist", page=100, page_size=100)
    with pytest.raises(CursorMismatch):
        await ask(opened, agency, f"{AGENCY}/flowlist/get", next_key="xxxx")


async def test_an_agency_s_balance_is_over_all_books(books: Books) -> None:
    agency = await _agency(books)
    has = await ask(books.opened, agency, f"{AGENCY}/balance/get")
    assert (has.available_amount, has.pending_amount) == (0, 0), "flows alone are no money"
    with pytest.raises(FlowNotFound):
        await ask(books.opened, agency, f"{AGENCY}/flowdetail/get", flow_id="1")


# --- the same at size ----------------------------------------------------------------------------

_MANY = """
    insert into funds_flows (shop_id, flow_id, funds_type, flow_type, amount_fen, balance_fen, at,
                             order_id, transaction_id, cause_kind, cause_id)
    select $1, n, case n % 3 when 0 then 10 else 1 end, case n % 3 when 0 then 2 else 1 end, 1, n,
           $2::timestamptz + make_interval(secs => n), n, n::text, 'payment', n
    from generate_series(1, 20000) n
"""


async def test_a_page_of_many_flows_is_found_by_an_index_and_never_sorted(books: Books) -> None:
    shop, opened = books.market.shop, books.opened
    begin = opened.house.clock.now()
    await opened.house.pool.execute(_MANY, shop.party_id, begin)
    await opened.house.pool.execute("analyze funds_flows")
    opened.house.clock.offset += timedelta(days=4)
    span: dict[str, Any] = {
        "start_time": int(begin.timestamp()),
        "end_time": int(begin.timestamp()) + 6 * 86_400,
    }
    wire = "/channels/ec/funds/getfundsflowlist"
    page = await ask(opened, shop, wire, **span, page_size=100)
    with sent_statements(opened) as sent:
        await ask(opened, shop, wire, **span, page_size=100, next_key=page.next_key)
        await ask(opened, shop, wire, **span, page_size=100, transaction_id="777")
        await ask(opened, shop, f"{LEAGUE}/getfundsflowlist", page_size=100)
    assert len(sent) == 3, "one statement a page"
    far = begin + timedelta(seconds=15_000)
    times = (shop.party_id, begin, begin + timedelta(days=6), far, 0)
    plans = [
        await opened.house.pool.fetch(f"explain {sent[0]}", *times, 0, 101, 0),
        await opened.house.pool.fetch(f"explain {sent[1]}", *times, 0, 101, 0, "777"),
        await opened.house.pool.fetch(f"explain {sent[2]}", *times, [10, 12], 0, 101, 0),
    ]
    for plan in plans:
        text = "\n".join(row[0] for row in plan)
        assert "Seq Scan" not in text, text
        assert "Index" in text, text
    for plan in (plans[0], plans[2]):
        text = "\n".join(row[0] for row in plan)
        assert "Sort" not in text, text
