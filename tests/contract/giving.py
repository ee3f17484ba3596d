"""A shop's program passes its goods on and gives them away: links, cards, flash prices, gifts."""

from datetime import timedelta
from typing import Any, Final

from tests.contract.session import Program
from tests.platform import calling, finish_work
from tongshang.modules.identity.api import BuyerDraft, add_buyers, buyer_caller, find_buyers
from tongshang.runtime.call import Caller

_GIFTS: Final = "/v1/buyer/gifts"


async def passed_on(program: Program) -> None:
    """Links and pictures of the shop and its goods, a card for an article, what is barred where."""
    tea, corp = program.market.tea.product_id, {"wecom_corp_id": "wp1", "wecom_user_id": "wo1"}
    for kind in ("h5url", "taglink", "qrcode"):
        await program.call(f"product/{kind}/get", product_id=tea, **corp)
        await program.call(f"basics/shop/{kind}/get", **corp)
    await program.call("product/qrcode/get", product_id=tea, qrcode_type=3)
    scheme = {"from_appid": program.appid, "expire": 3_600, "ext_info": "a=1"}
    await program.call("product/scheme/get", product_id=tea, **scheme)
    await program.market.ask(
        program.market.operator, "/v1/platform/restriction/add",
        product_id=program.market.cup.product_id, scenes=[5], source=1, reason="试一试",
    )  # fmt: skip
    await program.call("product/getproductrestrictedinfo", product_ids=[tea])
    await program.call(
        "product/getproductrestrictedinfo", product_ids=[program.market.cup.product_id]
    )
    writer = Program(
        program.market, program.client, program.market.promoter.party_id, answers=program.answers
    )
    await writer.enter("writer")
    for article_type, card_type in (("news", 0), ("news", 1), ("news", 2), ("newspic", 3)):
        card = {"article_type": article_type, "card_type": card_type}
        await writer.call("service/product/getcardinfo", product_id=tea, **card)


async def flash_sold(program: Program) -> None:
    """A limited discount, from its opening to its end."""
    sku = {"sku_id": program.market.cup.sku_ids[0], "sale_price": 3_500, "sale_stock": 2}
    task = await program.call(
        "product/limiteddiscounttask/add",
        product_id=program.market.cup.product_id, start_time=program.now,
        end_time=program.now + 3_600, limited_discount_skus=[sku],
    )  # fmt: skip
    for status in (0, 1):
        await program.call("product/limiteddiscounttask/list/get", status=status, page_size=1)
    await program.call("product/limiteddiscounttask/stop", task_id=task["task_id"])
    await program.call("product/limiteddiscounttask/list/get")
    await program.call("product/limiteddiscounttask/delete", task_id=task["task_id"])


async def given(program: Program) -> None:
    """Gifts of buyers' and of the shop's own, taken, changed for another SKU, and gone back."""
    giver = program.market.buyer
    async with calling(program.market.opened) as call:
        (friend_id,) = await add_buyers(call, [BuyerDraft("友人")])
        people = await find_buyers(call.tx, [friend_id, giver.buyer_id])
    friend = buyer_caller(people[friend_id])
    openids = {who: people[who].openid for who in people}
    started = program.now
    order_ids = [await _taken(program, giver, friend) for _ in range(3)]
    await _other_skus(program, friend, order_ids[:2])
    designated = await _given(program, giver, kind=4)
    sub = await program.call("order/presentsuborder/get", present_order_id=designated.present_id)
    named = {"order_id": sub["order_ids"][0], "openid": openids[friend_id]}
    await program.call(
        "order/presentorder/receiver/set",
        present_order_id=designated.present_id, sub_order_list=[named],
    )  # fmt: skip
    await program.call(
        "order/presentnote/add", present_order_id=designated.present_id, notes="手写贺卡"
    )
    await _read(program, designated.present_id, openids[giver.buyer_id])
    await _listed(program, started, openids[giver.buyer_id], openids[friend_id])
    await _shop_gives(program, openids[friend_id])
    await _gone_back(program, started)


async def _given(program: Program, giver: Caller, **more: Any) -> Any:
    market = program.market
    made = await market.ask(
        giver, f"{_GIFTS}/make",
        shop_id=market.shop_id, sku_id=market.tea.sku_ids[0], message="好茶", **more,
    )  # fmt: skip
    await market.ask(giver, f"{_GIFTS}/pay", present_id=made.present_id, confirm=True)
    await finish_work(market.opened)
    return made


async def _taken(program: Program, giver: Caller, friend: Caller) -> str:
    """A gift that the friend took; the order that it became."""
    market = program.market
    greeting = {"message": "新年好", "giver_name": "小满", "receiver_name": "友人"}
    made = await _given(program, giver, greeting=greeting)
    place = await market.ask(
        friend, "/v1/buyer/address/add",
        name="友人", phone="13900139000", province="浙江省", city="杭州市", county="西湖区",
        detail="龙井路 2 号",
    )  # fmt: skip
    claim = {"token": made.token, "address_id": place.address_id}
    order_id: str = (await market.ask(friend, f"{_GIFTS}/claim", **claim)).order_id
    await program.call("order/get", order_id=order_id)
    return order_id


async def _other_skus(program: Program, friend: Caller, order_ids: list[str]) -> None:
    """The friend would rather have another SKU: once the shop agrees, once it does not."""
    market = program.market
    other = {"sku_id": market.tea.sku_ids[1], "sale_price": market.tea.prices_fen[0]}
    await program.call("product/auditfree", product_id=market.tea.product_id, skus=[other])
    for order_id, answer in zip(order_ids, ("approve", "reject"), strict=True):
        wish = {"order_id": order_id, "sku_id": market.tea.sku_ids[1]}
        await market.ask(friend, "/v1/buyer/order/sku/change", **wish)
        await program.call("order/preshipmentchangesku/get", page=1, page_size=10)
        await program.call("order/get", order_id=order_id)
        await program.call(f"order/preshipmentchangesku/{answer}", order_id=order_id)
        await program.call("order/get", order_id=order_id)


async def _read(program: Program, present_id: str, openid: str) -> None:
    await program.call("order/present/get", present_order_id=present_id)
    await program.call("order/presentorder/get", present_order_id=present_id, open_id=openid)


async def _listed(program: Program, since: int, giver: str, receiver: str) -> None:
    span = {"create_time_range": {"start_time": since - 60, "end_time": program.now + 60}}
    paged = {"page_size": 1, "shop_appid": program.appid}
    await program.call("order/presentlist/get", **span, **paged)
    await program.call("order/presentorderlist/get", **span, **paged, open_id=giver)
    await program.call("order/receiverorderlist/get", **span, **paged, openid=receiver)
    await program.call("order/search", search_condition={"title": "大红袍"}, page_size=1)


async def _shop_gives(program: Program, openid: str) -> None:
    """An activity of the shop's, and a present of it that a program makes."""
    market = program.market
    now = market.opened.house.clock.now()
    item = {"product_id": market.tea.product_id, "sku_id": market.tea.sku_ids[0]}
    activity = await market.ask(
        market.shop, "/v1/shop/gifts/activity/make", name="送茶", starts_at=now,
        ends_at=now + timedelta(days=1), pool=[{**item, "pieces": 3}],
    )  # fmt: skip
    await program.call("b2c/activity/list/promoter/get", offset=0, limit=100)
    asked = {"shop_appid": program.appid, "activity_id": activity.activity_id}
    await program.call("b2c/activity/info/promoter/get", **asked)
    made = await program.call("order/presentorder/create", **asked, **item, openid=openid)
    await _read(program, made["present_order_id"], openid)


async def _gone_back(program: Program, since: int) -> None:
    """A draw that nobody joined: what was paid for it goes back by itself."""
    market = program.market
    drawn = await _given(program, market.buyer, kind=3)
    await market.ask(market.buyer, f"{_GIFTS}/draw", present_id=drawn.present_id)
    await finish_work(market.opened)
    span = {"begin_create_time": since - 60, "end_create_time": program.now + 60}
    found = await program.call("aftersale/getpresentaftersalelist", **span)
    for case_id in found["after_sale_order_id_list"]:
        await program.call("aftersale/getpresentaftersaleorder", after_sale_order_id=case_id)
