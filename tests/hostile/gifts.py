"""Gifts around the stage's buyer: given and received, in every state that a request asks for."""

import base64
import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from PIL import Image

from tests.platform import calling, finish_work
from tongshang.modules.gifting.domain.rules import Rule
from tongshang.modules.gifting.store import settings
from tongshang.modules.identity.api import buyer_caller, find_buyers
from tongshang.runtime.call import Caller

if TYPE_CHECKING:
    from tests.hostile.stage import Stage

_GIFTS = "/v1/buyer/gifts"


def _png() -> str:
    """A picture, as JSON carries one."""
    kept = io.BytesIO()
    Image.new("RGB", (64, 64), "#c8402f").save(kept, "PNG")
    return base64.b64encode(kept.getvalue()).decode()


_PICTURE = _png()


async def furnish_gifts(stage: "Stage") -> None:
    """Gifts of the buyer's to a friend, and of the friend's to the buyer."""
    market, ids = stage.market, stage.ids
    async with calling(market.opened) as call:
        friend_id = int(ids["friend"])
        friend = buyer_caller((await find_buyers(call.tx, [friend_id]))[friend_id])
    draft = await _give(stage, market.buyer, is_paid=False)
    mine = await _give(stage, market.buyer)
    drawn = await _give(stage, market.buyer, kind=3)
    open_ = await _give(stage, friend, kind=2, portions=5)
    joined = await _give(stage, friend, kind=3)
    taken = await _give(stage, friend)
    declined = await _give(stage, friend)
    designated = await _give(stage, market.buyer, kind=4)
    named = await _give(stage, market.buyer, kind=4, named_ids=[ids["friend"]])
    donated = await _give(stage, friend)
    async with calling(market.opened) as call:
        charity = Rule("donation_party_id", int(market.promoter.party_id), "ours: a test")
        await settings.set_rule(call.tx, charity)
    order = await market.ask(
        market.buyer, f"{_GIFTS}/claim", token=taken.token, address_id=market.address_id
    )
    pool = {"product_id": market.tea.product_id, "sku_id": market.tea.sku_ids[0], "pieces": 100}
    now = market.opened.house.clock.now()
    activity = await market.ask(
        market.shop, "/v1/shop/gifts/activity/make",
        name="送茶", starts_at=now, ends_at=now + timedelta(days=9), pool=[pool],
    )  # fmt: skip
    await _of_other_skus(stage, order.order_id, taken.present_id)
    (sub_order,) = (
        await market.ask(
            market.shop, "/channels/ec/order/presentsuborder/get",
            present_order_id=designated.present_id,
        )
    ).order_ids  # fmt: skip
    stage.ids |= {
        "gift_draft": draft.present_id, "gift_mine": mine.present_id,
        "gift_drawn": drawn.present_id, "gift_open": open_.token, "gift_joined": joined.token,
        "gift_taken": taken.present_id, "gift_declined": declined.token,
        "gift_order": order.order_id, "gift_designated": designated.present_id,
        "gift_named": named.present_id, "gift_donated": donated.token,
        "gift_sub_order": sub_order, "gift_activity": activity.activity_id,
        "present_order_id": mine.present_id, "present_id": mine.present_id,
    }  # fmt: skip
    async with calling(market.opened) as call:
        friend_ = (await find_buyers(call.tx, [friend_id]))[friend_id]
    stage.ids["gift_friend_openid"] = friend_.openid


async def _give(stage: "Stage", giver: Caller, *, is_paid: bool = True, **fields: Any) -> Any:
    market = stage.market
    made = await market.ask(
        giver, f"{_GIFTS}/make", shop_id=market.shop_id, sku_id=market.tea.sku_ids[0], **fields
    )
    if is_paid:
        await market.ask(giver, f"{_GIFTS}/pay", present_id=made.present_id, confirm=True)
        await finish_work(market.opened)
    return made


async def _of_other_skus(stage: "Stage", order_id: str, present_id: str) -> None:
    """A refund that went back by itself, and a request for another SKU of a second gift."""
    market = stage.market
    for name in ("gift_swap", "gift_wish"):
        given = await _give(stage, market.buyer, kind=2, portions=2)
        taken = await market.ask(
            market.buyer, f"{_GIFTS}/claim", token=given.token, address_id=market.address_id
        )
        stage.ids[name] = taken.order_id
    async with calling(market.opened) as call:
        skus = [int(one) for one in market.tea.sku_ids]
        await call.tx.execute("update skus set price_fen = 12800 where sku_id = any($1)", skus)
    await market.ask(
        market.buyer, "/v1/buyer/order/sku/change",
        order_id=stage.ids["gift_swap"], sku_id=market.tea.sku_ids[1],
    )  # fmt: skip
    back = await _give(stage, market.buyer, kind=3)
    await market.ask(market.buyer, f"{_GIFTS}/draw", present_id=back.present_id)
    await finish_work(market.opened)
    async with calling(market.opened) as call:
        case = await call.tx.fetchval("select max(aftersale_id) from present_aftersales")
    stage.ids["gift_case"] = str(case)


def good_gifts(stage: "Stage") -> dict[str, dict[str, Any]]:
    """Good requests about gifts."""
    return {**_of_buyers(stage), **_of_programs(stage), **_of_desks(stage)}


def _of_buyers(stage: "Stage") -> dict[str, dict[str, Any]]:
    ids, market = stage.ids, stage.market
    now = market.opened.house.clock.now()
    greeting = {"message": "好", "giver_name": "甲", "receiver_name": "乙"}
    nobody = {"to_buyer_id": 0, "chat_id": 0, "named_ids": [], "audience": 0, "parent_id": 0}
    make = {
        **nobody, "kind": 1, "portions": 1, "message": "好", "card": ids["card"],
        "greeting": greeting, "expected_fen": None, "draw_at": None, "surface": 0,
        "send_at": (now + timedelta(days=1)).isoformat(),
    }  # fmt: skip
    other_sku = {"sku_id": market.tea.sku_ids[1]}
    return {
        f"{_GIFTS}/make": make,
        f"{_GIFTS}/price": make,
        f"{_GIFTS}/cards": {"present_ids": [ids["gift_mine"]], "tokens": []},
        f"{_GIFTS}/pay": {"present_id": ids["gift_draft"]},
        f"{_GIFTS}/cancel": {"present_id": ids["gift_draft"]},
        f"{_GIFTS}/remind": {"present_id": ids["gift_named"]},
        f"{_GIFTS}/links": {"present_id": ids["gift_mine"]},
        f"{_GIFTS}/donate": {"token": ids["gift_donated"]},
        f"{_GIFTS}/draw": {"present_id": ids["gift_drawn"]},
        f"{_GIFTS}/open": {"token": ids["gift_open"]},
        f"{_GIFTS}/claim": {"token": ids["gift_open"], "sku_id": 0},
        f"{_GIFTS}/decline": {"token": ids["gift_declined"]},
        f"{_GIFTS}/join": {"token": ids["gift_joined"]},
        f"{_GIFTS}/pass": {"token": ids["gift_open"], "to_buyer_id": ids["friend"]},
        f"{_GIFTS}/thank": {
            "present_id": ids["gift_taken"], "text": "谢", "picture_url": "", "media": _PICTURE,
        },
        f"{_GIFTS}/wall/show": {"present_id": ids["gift_taken"]},
        f"{_GIFTS}/wish/remove": {"product_id": market.cup.product_id},
        f"{_GIFTS}/wish/list": {"buyer_id": ids["friend"]},
        f"{_GIFTS}/wall": {"buyer_id": ids["friend"]},
        "/v1/buyer/order/sku/change": {"order_id": ids["gift_wish"], **other_sku},
        "/v1/buyer/order/sku/keep": {"order_id": ids["gift_swap"]},
    }  # fmt: skip


def _of_programs(stage: "Stage") -> dict[str, dict[str, Any]]:
    ids, at = stage.ids, int(stage.market.opened.house.clock.now().timestamp())
    span = {"start_time": at - 3_600, "end_time": at + 60}
    ranges = {"create_time_range": span, "update_time_range": None, "shop_appid": ""}
    return {
        "/channels/ec/order/preshipmentchangesku/approve": {"order_id": ids["gift_swap"]},
        "/channels/ec/order/preshipmentchangesku/reject": {"order_id": ids["gift_swap"]},
        "/channels/ec/order/presentlist/get": ranges,
        "/channels/ec/order/presentorderlist/get": {**ranges, "open_id": ids["openid"]},
        "/channels/ec/order/receiverorderlist/get": ranges,
        "/channels/ec/order/presentorder/get": {"open_id": ids["openid"]},
        "/channels/ec/order/presentorder/create": {
            "activity_id": ids["gift_activity"], "shop_appid": "", "idempotent_id": "once",
        },
        "/channels/ec/order/presentorder/receiver/set": {
            "present_order_id": ids["gift_designated"],
            "sub_order_list": [
                {"order_id": ids["gift_sub_order"], "openid": ids["gift_friend_openid"]}
            ],
        },
        "/channels/ec/b2c/activity/list/promoter/get": {"shop_appid": "", "status": 0},
        "/channels/ec/b2c/activity/info/promoter/get": {
            "shop_appid": "", "activity_id": ids["gift_activity"],
        },
        "/channels/ec/aftersale/getpresentaftersalelist": {
            "begin_create_time": span["start_time"], "end_create_time": span["end_time"],
        },
        "/channels/ec/aftersale/getpresentaftersaleorder": {
            "after_sale_order_id": ids["gift_case"]
        },
    }  # fmt: skip


def _of_desks(stage: "Stage") -> dict[str, dict[str, Any]]:
    ids, market = stage.ids, stage.market
    now = market.opened.house.clock.now()
    pool = {"product_id": market.tea.product_id, "sku_id": market.tea.sku_ids[0], "pieces": 1}
    times = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(days=1)).isoformat()}
    return {
        "/v1/shop/gifts/activity/make": {"name": "送茶", **times, "pool": [pool]},
        "/v1/shop/gifts/activity/end": {"activity_id": ids["gift_activity"]},
        "/v1/shop/gifts/activity/get": {"activity_id": ids["gift_activity"]},
        "/v1/shop/gifts/activity/list": {"status": 0},
        "/v1/shop/gifts/orders": {"order_ids": [ids["gift_order"]]},
        "/v1/shop/gifts/chain": {"product_id": 0, "days": 30},
        "/v1/platform/gifts/donations": {"party_id": 0},
        "/v1/platform/gifts/rule/set": {
            "name": "remind_minutes", "value": 60, "reason": "reference",
        },
        "/v1/platform/gifts/category/set": {"cat_id": 7, "reason": "试一试"},
    }  # fmt: skip
