"""Why a fen is what it is: told to whom it concerns, as far as it concerns them."""

from typing import Any

import pytest

from tests.market import Market
from tests.modules.statements.trade import (
    give_back,
    lines_of,
    pass_days,
    pass_to_noon,
    sell,
    today,
)
from tests.platform import calling
from tongshang.modules.identity.api import (
    Buyer,
    BuyerDraft,
    PartyDraft,
    PartyKind,
    add_buyers,
    add_parties,
    buyer_caller,
    find_buyers,
)
from tongshang.modules.statements.refusals import NobodyOfMoney, NothingToExplain
from tongshang.runtime.call import NOBODY, Caller

PAID = 2 * 12_800
FREIGHT = 800


@pytest.fixture
async def sold(market: Market) -> tuple[Market, str, str]:
    """A sale of two, settled, of which one went back; the order, and the day of the settlement."""
    await pass_to_noon(market)
    order_id = await sell(market, 2)
    await pass_days(market, 8)
    day = today(market)
    await give_back(market, order_id)
    await pass_days(market, 1)
    return market, order_id, day


async def explain(market: Market, who: Caller, kind: str, id_: str, **more: str) -> Any:
    return await market.ask(who, "/v1/explain", kind=kind, id=id_, **more)


async def test_an_order_s_facts_are_its_money_of_a_shop(sold: tuple[Market, str, str]) -> None:
    market, order_id, _ = sold
    told = await explain(market, market.shop, "order", order_id)
    fee = (PAID + FREIGHT) // 20 - (PAID + FREIGHT) // 20 * 12_800 // (PAID + FREIGHT)
    assert told.amount_fen == sum(one.change_fen for one in told.facts)
    assert told.amount_fen in {PAID + FREIGHT - 12_800 - fee - 1_280 + n for n in (-1, 0, 1)}
    assert [one.at for one in told.facts] == sorted(one.at for one in told.facts)
    assert {one.cause for one in told.facts} == {"payment", "settlement", "refund"}
    assert "买家付款：¥264.00 从“支付渠道”到“待结算货款”" in {one.says_zh for one in told.facts}


async def test_a_promoter_is_told_the_division_and_nothing_of_the_fee(
    sold: tuple[Market, str, str],
) -> None:
    market, order_id, _ = sold
    for kind, id_ in (("commission", f"{order_id}-1"), ("order", order_id)):
        told = await explain(market, market.promoter, kind, id_)
        assert told.amount_fen == 2_560 - 1_280
        said = " ".join(one.says_zh + one.says for one in told.facts)
        assert "按商品实付 ¥256.00 的 10% 收到 ¥25.60，由山里茶铺支付" in said
        assert "买家退款后退回 ¥12.80" in said
        assert "服务费" not in said
        assert "fee" not in said


async def test_what_is_not_settled_yet_is_told_as_to_come(market: Market) -> None:
    order_id = await market.place(market.tea, card=await market.card(market.tea))
    await market.pay(order_id)
    told = await explain(market, market.promoter, "commission", f"{order_id}-1")
    assert (told.amount_fen, told.says_zh) == (1_280, "预计收入 ¥12.80，结算后到账")


async def test_every_line_of_every_statement_is_explained(sold: tuple[Market, str, str]) -> None:
    market, order_id, day = sold
    for role, who in (("shop", market.shop), ("promoter", market.promoter)):
        lines = await lines_of(market, who, role, day)
        assert lines
        for one in lines:
            assert one.about_id == order_id
            told = await explain(market, who, "line", one.line_id)
            assert told.amount_fen == one.change_fen
            assert told.facts


async def test_a_flow_comes_to_its_own_amount(sold: tuple[Market, str, str]) -> None:
    market, _, _ = sold
    flows = (await market.ask(market.shop, "/v1/shop/money/flows")).flows
    for flow in flows:
        told = await explain(market, market.shop, "flow", flow.flow_id)
        assert told.amount_fen == flow.change_fen


async def test_a_buyer_is_told_what_was_paid_and_what_came_back(
    sold: tuple[Market, str, str],
) -> None:
    market, order_id, _ = sold
    told = await explain(market, market.buyer, "order", order_id)
    assert told.amount_fen == 12_800 - PAID - FREIGHT
    assert [one.cause for one in told.facts] == ["payment", "refund"]


async def test_the_operator_says_whose_money(sold: tuple[Market, str, str]) -> None:
    market, order_id, _ = sold
    eyes = {"party_id": str(market.promoter.party_id)}
    told = await explain(market, market.operator, "commission", f"{order_id}-1", **eyes)
    assert told == await explain(market, market.promoter, "commission", f"{order_id}-1")
    with pytest.raises(NothingToExplain):
        await explain(market, market.operator, "order", order_id)


async def test_strangers_are_told_nothing(sold: tuple[Market, str, str]) -> None:
    market, order_id, day = sold
    async with calling(market.opened) as call:
        (shop_id,) = await add_parties(call, [PartyDraft(PartyKind.SHOP, "别家")])
        (buyer_id,) = await add_buyers(call, [BuyerDraft("别人")])
        other: Buyer = (await find_buyers(call.tx, [buyer_id]))[buyer_id]
    stranger = Caller("shop", market.shop.scopes, party_id=shop_id)
    (line, *_) = await lines_of(market, market.shop, "shop", day)
    (flow, *_) = (await market.ask(market.shop, "/v1/shop/money/flows")).flows
    asked = (
        ("order", order_id), ("order_line", f"{order_id}-1"), ("commission", f"{order_id}-1"),
        ("flow", flow.flow_id), ("withdrawal", "2800000000000000001"), ("line", line.line_id),
    )  # fmt: skip
    for kind, id_ in asked:
        for who in (stranger, buyer_caller(other)):
            with pytest.raises(NothingToExplain):
                await explain(market, who, kind, id_)
        with pytest.raises(NobodyOfMoney):
            await explain(market, NOBODY, kind, id_)
    for kind, id_ in (
        ("order", "1-2"), ("line", "1"), ("line", "1-2-99999"), ("flow", "9999999999999999999"), ("commission", order_id),
        ("commission", f"{order_id}-9"),
    ):  # fmt: skip
        with pytest.raises(NothingToExplain):
            await explain(market, market.promoter, kind, id_)
