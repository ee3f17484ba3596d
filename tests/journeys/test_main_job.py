"""From an article's card to a payout that is clawed back in part, over HTTP, in figures by hand.

Two packets of tea at 239.00 and freight of 8.00; the category's fee is 5 %, the promoter's ratio 10 %:

    the buyer pays        486.00
    platform fee           24.30   5 % of 486.00
    commission             47.80   10 % of the goods, 478.00
    the shop              413.90

A week after the receipt one packet is refunded: 239.00 goes back to the buyer, and with it
24.30 x 239 / 486 = 11.95 of the fee and half of the commission.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import httpx

from tests.market import Market
from tests.platform import calling, finish_work
from tongshang.modules.identity.api import add_app, open_session
from tongshang.prove import examine

PAID, FEE, COMMISSION = 48_600, 2_430, 4_780
REFUND, FEE_BACK, COMMISSION_BACK = 23_900, 1_195, 2_390
SHOP: Final = PAID - FEE - COMMISSION


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs of shop and promoter and a buyer's phone, over HTTP."""

    client: httpx.AsyncClient
    shop: str
    promoter: str
    buyer: str

    async def wire(self, path: str, **body: object) -> dict[str, Any]:
        """The shop's program calls the platform."""
        url = f"{path}?access_token={self.shop}"
        answer = dict((await self.client.post(url, json=body)).json())
        assert answer["errcode"] == 0, answer
        return answer

    async def own(self, who: str, path: str, **body: object) -> dict[str, Any]:
        """A phone, or a program, calls our own endpoints: GET for what is read."""
        headers = {"Authorization": f"Bearer {who}"}
        if path.rsplit("/", 1)[1] in {"get", "list", "summary", "explain"}:
            query = {name: str(value) for name, value in body.items()}
            answer = await self.client.get(path, params=query, headers=headers)
        else:
            answer = await self.client.post(path, json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


async def _programs(market: Market, client: httpx.AsyncClient, when: str) -> Programs:
    """New programs with new tokens: those of two hours ago have expired."""
    async with calling(market.opened) as call:
        apps = [
            await add_app(call, market.shop.party_id, f"wxshop{when}"),
            await add_app(call, market.promoter.party_id, f"wxpromoter{when}"),
        ]
        session = await open_session(call, market.buyer.buyer_id)
    tokens = []
    for app in apps:
        body = {"grant_type": "client_credential", "appid": app.appid, "secret": app.secret}
        answer = (await client.post("/cgi-bin/stable_token", json=body)).json()
        tokens.append(answer["access_token"])
    return Programs(client, tokens[0], tokens[1], session)


async def _pass(market: Market, time: timedelta) -> None:
    market.opened.house.clock.offset += time
    await finish_work(market.opened)


async def test_a_card_is_opened_bought_settled_and_clawed_back(
    market: Market, client: httpx.AsyncClient
) -> None:
    programs = await _programs(market, client, "before")
    order_id = await _buy_from_the_article(market, programs)
    await _ship_and_receive(market, programs, order_id)
    await _settle(market, programs, order_id)
    programs = await _programs(market, client, "after")
    await _refund_one(market, programs, order_id)
    await _look_at_the_books(market, programs, order_id)


async def _buy_from_the_article(market: Market, programs: Programs) -> str:
    buyer = programs.buyer
    content = await programs.own(buyer, "/v1/buyer/content/get", content_id=market.content_id)
    cards = [block["card"] for block in content["blocks"] if block.get("card")]
    token = next(card["token"] for card in cards if card["product_id"] == market.tea.product_id)
    opened = await programs.own(buyer, "/v1/buyer/card/open", token=token)
    assert opened["product_id"] == market.tea.product_id
    line = {"sku_id": market.tea.sku_ids[1], "count": 2}
    body = {"shop_id": market.shop_id, "address_id": market.address_id, "lines": [line]}
    placed = await programs.own(buyer, "/v1/buyer/order/place", **body)
    assert placed["order_fen"] == PAID
    charge = await programs.own(buyer, "/v1/buyer/order/pay", order_id=placed["order_id"])
    await programs.own(
        buyer, "/v1/buyer/cashier/confirm", prepay_id=charge["prepay_id"], outcome="paid"
    )
    await finish_work(market.opened)
    order = (await programs.wire("/channels/ec/order/get", order_id=placed["order_id"]))["order"]
    assert order["status"] == 20
    detail = order["order_detail"]
    assert detail["ext_info"]["order_scene"] == 6, "an official-account article's card"
    (commission,) = detail["commission_infos"]
    assert (commission["amount"], commission["status"]) == (COMMISSION, 1)
    return str(placed["order_id"])


async def _ship_and_receive(market: Market, programs: Programs, order_id: str) -> None:
    items = [
        {
            "product_id": market.tea.product_id,
            "sku_id": market.tea.sku_ids[1],
            "product_cnt": 2,
        }
    ]
    parcel = {
        "delivery_id": "SF", "waybill_id": "SF0123456789", "deliver_type": 1,
        "product_infos": items,
    }  # fmt: skip
    await programs.wire(
        "/channels/ec/order/delivery/send", order_id=order_id, delivery_list=[parcel]
    )
    await programs.own(programs.buyer, "/v1/buyer/order/confirm", order_id=order_id)
    await finish_work(market.opened)
    balance = await programs.wire("/channels/ec/funds/getbalance")
    assert (balance["available_amount"], balance["pending_amount"]) == (0, PAID)


async def _settle(market: Market, programs: Programs, order_id: str) -> None:
    await _pass(market, timedelta(days=7, minutes=1))
    url = f"/channels/ec/funds/getbalance?access_token={programs.shop}"
    assert (await programs.client.post(url, json={})).json()["errcode"] == 42001
    async with calling(market.opened) as call:
        settled = await call.tx.fetchrow(
            "select fee_fen, commission_fen, shop_fen from settlements where order_id = $1",
            int(order_id),
        )
    assert settled is not None
    assert tuple(settled) == (FEE, COMMISSION, SHOP)


async def _refund_one(market: Market, programs: Programs, order_id: str) -> None:
    balance = await programs.wire("/channels/ec/funds/getbalance")
    assert (balance["available_amount"], balance["pending_amount"]) == (SHOP, 0)
    earned = await programs.own(programs.promoter, "/v1/promoter/money/summary")
    assert earned["available_fen"] == COMMISSION
    asked = await programs.own(
        programs.buyer,
        "/v1/buyer/aftersale/apply",
        order_id=order_id,
        sku_id=market.tea.sku_ids[1],
        count=1,
        amount_fen=REFUND,
        reason="QUALITY_ISSUE",
    )
    case = asked["after_sale_order_id"] if "after_sale_order_id" in asked else asked["aftersale_id"]
    await programs.wire(
        "/channels/ec/aftersale/acceptapply", after_sale_order_id=case, accept_type=2
    )
    await finish_work(market.opened)
    view = await programs.wire("/channels/ec/aftersale/getaftersaleorder", after_sale_order_id=case)
    assert view["after_sale_order"]["status"] == "MERCHANT_REFUND_SUCCESS"


async def _look_at_the_books(market: Market, programs: Programs, order_id: str) -> None:
    left = SHOP - REFUND + FEE_BACK + COMMISSION_BACK
    balance = await programs.wire("/channels/ec/funds/getbalance")
    assert (balance["available_amount"], balance["pending_amount"]) == (left, 0)
    earned = await programs.own(programs.promoter, "/v1/promoter/money/summary")
    assert earned["available_fen"] == COMMISSION - COMMISSION_BACK
    told = await programs.own(programs.shop, "/v1/shop/money/explain", order_id=order_id)
    assert [entry["cause"] for entry in told["entries"]] == ["payment", "settlement", "refund"]
    pushed = await programs.own(programs.shop, "/v1/shop/push/list")
    events = [push["event"] for push in pushed["pushes"]]
    for event in ("order_new", "order_pay", "order_deliver", "order_confirm", "order_settle"):
        assert f"channels_ec_{event}" in events
    async with market.opened.house.pool.acquire() as connection:
        async for verdict in examine(connection):
            assert verdict.breaches == 0, verdict
