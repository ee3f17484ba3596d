"""Live rooms and flash prices on the stage: one room to be, one on air, one that is over."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from tests.platform import calling, finish_work
from tongshang.modules.live import api as live

if TYPE_CHECKING:
    from tests.hostile.stage import Stage

_HOST: Final = "/v1/promoter/live"
_VIEWER: Final = "/v1/buyer/live"
_TASK: Final = "/channels/ec/product/limiteddiscounttask"


async def furnish_lives(stage: "Stage") -> None:
    """Rooms in every state, what a shop lets the host do, discounts that run and are over."""
    market = stage.market
    later = (market.opened.house.clock.now() + timedelta(days=1)).isoformat()
    refs = [
        {"shop_id": market.shop_id, "product_id": one.product_id}
        for one in (market.tea, market.cup)
    ]
    states: dict[str, dict[str, str]] = {"soon": {"starts_at": later}, "air": {}, "over": {}}
    for state, more in states.items():
        made = await market.ask(market.promoter, f"{_HOST}/schedule", title="茶会", **more)
        stage.ids[f"live_{state}"] = room = made.content_id
        await market.ask(market.promoter, f"{_HOST}/bag/add", content_id=room, products=refs)
        if state != "soon":
            await market.ask(market.promoter, f"{_HOST}/start", content_id=room)
    async with calling(market.opened) as call:
        await live.keep_picture(call, int(stage.ids["live_over"]))
    await market.ask(market.promoter, f"{_HOST}/end", content_id=stage.ids["live_over"])
    said = await market.ask(
        market.buyer, f"{_VIEWER}/comment", content_id=stage.ids["live_air"], text="好茶"
    )
    stage.ids["comment_id"] = said.comment_id
    await _discounts(stage)
    await finish_work(market.opened)


async def _discounts(stage: "Stage") -> None:
    market, now = stage.market, int(stage.market.opened.house.clock.now().timestamp())
    cup = {"sku_id": market.cup.sku_ids[0], "sale_price": 3_500, "sale_stock": 1}
    task: dict[str, Any] = {
        "product_id": market.cup.product_id, "limited_discount_skus": [cup],
        "start_time": now, "end_time": now + 3_600,
    }  # fmt: skip
    over = await market.ask(market.shop, f"{_TASK}/add", **task)
    stage.ids["task_over"] = over.task_id
    await market.ask(market.shop, f"{_TASK}/stop", task_id=over.task_id)
    for name in ("grant_id", "grant_used"):
        granted = await market.ask(market.shop, "/v1/shop/live/flash/grant", **_grant(stage))
        stage.ids[name] = granted.grant_id
    used = {"content_id": stage.ids["live_air"], "grant_id": stage.ids["grant_used"]}
    await market.ask(market.promoter, f"{_HOST}/flash/start", **used)
    await market.ask(market.promoter, f"{_HOST}/flash/stop", **used)
    of_cup = {"sku_id": cup["sku_id"], "price_fen": 3_500, "sale_stock": 1}
    grant = _grant(stage) | {"product_id": market.cup.product_id, "skus": [of_cup]}
    granted = await market.ask(market.shop, "/v1/shop/live/flash/grant", **grant)
    stage.ids["grant_runs"] = granted.grant_id
    running = {**used, "grant_id": stage.ids["grant_runs"]}
    await market.ask(market.promoter, f"{_HOST}/flash/start", **running)
    found = await market.ask(market.shop, f"{_TASK}/list/get", status=1)
    stage.ids["task_id"] = found.limited_discount_tasks[0].task_id


def _grant(stage: "Stage") -> dict[str, Any]:
    market = stage.market
    return {
        "promoter_id": str(market.promoter.party_id), "product_id": market.tea.product_id,
        "skus": [{"sku_id": market.tea.sku_ids[0], "price_fen": 9_000, "sale_stock": 1}],
        "minutes": 30, "limit_per_buyer": 1, "valid_hours": 24,
    }  # fmt: skip


def good_lives(stage: "Stage") -> dict[str, dict[str, Any]]:
    """Good requests about rooms and discounts."""
    ids, market = stage.ids, stage.market
    now = market.opened.house.clock.now()
    at = int(now.timestamp())
    tea = {"sku_id": market.tea.sku_ids[0], "sale_price": 9_000, "sale_stock": 1}
    air, soon = {"content_id": ids["live_air"]}, {"content_id": ids["live_soon"]}
    products = [{"shop_id": market.shop_id, "product_id": market.tea.product_id}]
    buyer = {"buyer_id": str(market.buyer.buyer_id)}
    viewers: dict[str, dict[str, Any]] = {
        "get": air, "stream": {**air, "last_event_id": 1}, "book": soon, "unbook": soon,
        "enter": air, "comment": {**air, "text": "好"}, "like": {**air, "count": 1},
        "comments": {**air, "after": 0, "limit": 10}, "list": {"promoter_id": 0, "limit": 5},
        "replay": {"content_id": ids["live_over"]},
    }  # fmt: skip
    hosts: dict[str, dict[str, Any]] = {
        "schedule": {
            "title": "茶会", "intro": "", "starts_at": (now + timedelta(hours=1)).isoformat(),
        },
        "figures": air, "comments": {**air, "after": 0, "limit": 10}, "start": soon,
        "cancel": soon, "end": air, "bag/add": {**air, "products": products},
        "bag/remove": {**air, "product_ids": [market.tea.product_id]},
        "bag/order": {**air, "product_ids": [market.cup.product_id]},
        "explain/start": {**air, "product_id": market.tea.product_id}, "explain/stop": air,
        "comment/remove": air, "mute": buyer, "unmute": buyer, "list": {"limit": 5},
        "flash/list": {"limit": 5}, "flash/stop": {**air, "grant_id": ids["grant_runs"]},
        "flash/start": {**air, "grant_id": ids["grant_id"]},
    }  # fmt: skip
    return {
        **{f"{_VIEWER}/{path}": fields for path, fields in viewers.items()},
        **{f"{_HOST}/{path}": fields for path, fields in hosts.items()},
        "/v1/shop/live/flash/grant": _grant(stage),
        f"{_TASK}/add": {
            "product_id": market.tea.product_id, "limited_discount_skus": [tea],
            "start_time": at + 60, "end_time": at + 3_600, "title": "闪购",
            "is_limit_purchase": True, "limit_purchase_num": 1,
        },
        f"{_TASK}/list/get": {"status": 1, "page_size": 10},
        f"{_TASK}/delete": {"task_id": ids["task_over"]},
    }  # fmt: skip
