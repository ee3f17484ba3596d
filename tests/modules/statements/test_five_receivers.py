"""A line sold by five hands: each has statements of its own, that add up to what it has."""

from tests.market import Market
from tests.modules.statements.trade import lines_of, pass_days, pass_to_noon, today
from tests.platform import calling, finish_work
from tests.prove.selling import sell_by_deal, withdraw
from tongshang.modules.identity.api import (
    PartyKind,
    agency_caller,
    buyer_caller,
    find_buyers,
    get_party,
    list_parties,
    name_people,
)
from tongshang.modules.settlement.api import balance_of
from tongshang.prove import CHECKS
from tongshang.prove.run import find_breaches
from tongshang.runtime.call import Caller


async def receivers(market: Market) -> list[tuple[str, Caller, int]]:
    """Role, caller and party of everybody but the shop; the buyer stands behind the sharer."""
    async with calling(market.opened) as call:
        agencies = await list_parties(call.tx, PartyKind.AGENCY)
        (sharer,) = await list_parties(call.tx, PartyKind.SHARER)
        await name_people(call, [(market.buyer.buyer_id, sharer.party_id)])
        buyer = (await find_buyers(call.tx, [market.buyer.buyer_id]))[market.buyer.buyer_id]
    found = [("agency", agency_caller(one), one.party_id) for one in agencies]
    found.append(("promoter", market.promoter, market.promoter.party_id))
    return [*found, ("sharer", buyer_caller(buyer), sharer.party_id)]


async def test_every_receiver_s_statements_come_to_what_it_has(market: Market) -> None:
    await pass_to_noon(market)
    order_id, agency_id = await sell_by_deal(market)
    await pass_days(market, 8)
    settled_on = today(market)
    await withdraw(market, agency_id, 100)
    await pass_days(market, 1)
    case = await market.ask(
        market.buyer, "/v1/buyer/aftersale/apply", order_id=order_id, line=1, count=1
    )
    await market.ask(
        market.shop,
        "/channels/ec/aftersale/acceptapply",
        after_sale_order_id=case.aftersale_id,
    )
    await finish_work(market.opened)
    refunded_on = today(market)
    await pass_days(market, 1)
    for role, who, party_id in await receivers(market):
        page = await market.ask(who, f"/v1/{role}/statements/list")
        closing = page.periods[0].sums.closing_fen if page.periods else 0
        async with calling(market.opened) as call:
            has = await balance_of(call, party_id)
        assert closing == has.available_fen - has.debt_fen, (role, party_id)
        for day in (settled_on, refunded_on):
            for line in await lines_of(market, who, role, day):
                proof = await market.ask(who, f"/v1/{role}/statements/prove", line_id=line.line_id)
                assert proof.is_unaltered
                told = await market.ask(who, "/v1/explain", kind="line", id=line.line_id)
                assert told.amount_fen == line.change_fen
    await _sound(market)


async def test_a_withdrawal_is_explained_and_agrees_with_the_channel(market: Market) -> None:
    await pass_to_noon(market)
    _, agency_id = await sell_by_deal(market)
    await pass_days(market, 8)
    await withdraw(market, agency_id, 100)
    await pass_days(market, 1)
    async with calling(market.opened) as call:
        agency = agency_caller(await get_party(call.tx, agency_id))
    (one,) = (await market.ask(agency, "/v1/agency/funds/withdrawal/list")).withdrawals
    told = await market.ask(agency, "/v1/explain", kind="withdrawal", id=one.withdrawal_id)
    assert told.amount_fen == -100
    assert [fact.cause for fact in told.facts] == ["withdrawal", "withdrawal", "withdrawal_paid"]
    days = (await market.ask(market.operator, "/v1/platform/reconciliation/days")).days
    assert days[0].out_fen == 100
    await _sound(market)


async def _sound(market: Market) -> None:
    """The channel and the books say the same, and so do the books and the statements."""
    path = "/v1/platform/reconciliation/differences"
    assert (await market.ask(market.operator, path, state="")).differences == []
    mine = {"days_are_sealed", "closed_days_are_whole", "statements_add_up"}
    async with market.opened.house.pool.acquire() as connection, connection.transaction():
        for check in CHECKS:
            if check.name in mine:
                assert await find_breaches(connection, check) == (0, []), check.name
