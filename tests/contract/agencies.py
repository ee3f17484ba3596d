"""Two agencies' programs and a promoter's: goods taken in, passed on, in a window, and sold."""

from dataclasses import dataclass
from typing import Any, Final

from tests.contract.session import Program
from tests.platform import calling, finish_work
from tongshang.modules.identity.api import PartyDraft, PartyKind, add_parties, find_parties

_FAMILY: Final = "league/headsupplier"


@dataclass(frozen=True, slots=True)
class Trade:
    """The programs at work, and their parties' appids."""

    shop: Program
    first: Program
    second: Program
    promoter: Program
    shop_appid: str
    second_appid: str

    async def asked(self, what: str, **body: object) -> Any:
        """A call of the first agency's."""
        return await self.first.call(f"{_FAMILY}/{what}", **body)


async def allied(program: Program) -> None:
    """From what a shop offers to what an agency earned."""
    trade = await _open(program)
    tea = await _goods(trade)
    await _square(trade)
    await _resold(trade, tea)
    await _window(trade)
    await _sold(trade)


async def _open(program: Program) -> Trade:
    market = program.market
    async with calling(market.opened) as call:
        drafts = [PartyDraft(PartyKind.AGENCY, name) for name in ("拾光选品", "远山帮卖")]
        ids = await add_parties(call, drafts)
        parties = await find_parties(call.tx, [*ids, market.shop.party_id])
    programs = []
    for name, party_id in zip(
        ("firstagency", "secondagency", "windowowner"),
        (*ids, market.promoter.party_id),
        strict=True,
    ):
        one = Program(market, program.client, party_id, answers=program.answers)
        await one.enter(name)
        programs.append(one)
    shop, second = parties[market.shop.party_id], parties[ids[1]]
    given = {"headsupplier_appid": parties[ids[0]].appid}
    for product, terms in (
        (market.tea, {"ratio": 10}), (market.cup, {"commission_type": 1}),
    ):  # fmt: skip
        item = {"product_id": product.product_id, "service_ratio": 20, **terms}
        await program.call("league/item/headsupplier/batchadd", **given, list=[item])
    first, other, owner = programs
    return Trade(program, first, other, owner, shop.appid, second.appid)


async def _goods(trade: Trade) -> int:
    """Take in, hide, pass on; the id of the tea."""
    market, shop = trade.first.market, {"appid": trade.shop_appid}
    for goods in (market.tea, market.cup):
        for kind in (1, 3, 4):
            ref = {**shop, "product_id": goods.product_id}
            await trade.asked("item/upd", **ref, type=kind)
    await trade.asked("item/list/get", page_size=1)
    await trade.asked("item/get", **shop, product_id=market.tea.product_id)
    ids: dict[int, int] = {}
    for kind in (0, 1):
        found = await trade.asked("cooperativeitem/list/get", commission_type=kind, page_size=10)
        ids[kind] = found["list"][0]["cooperative_item_id"]
        link = {"head_supplier_item_link": found["list"][0]["head_supplier_item_link"]}
        await trade.asked("cooperativeitem/add", **link, hidden_flag=0)
        await trade.asked("item/promotiondetail/get", **link)
    await trade.asked("subitem/add", cooperative_item_id=ids[1], ratio=9)
    await trade.asked("subitem/list/get", cooperative_item_id=ids[1], page_size=10)
    await trade.asked("shop/list/get", page_size=10)
    return ids[0]


async def _square(trade: Trade) -> None:
    tea = trade.first.market.tea.product_id
    await trade.asked("selectionproducts/list/get", plan_type=1, page_size=1)
    await trade.asked("productdetail/get", shop_appid=trade.shop_appid, product_id=tea)
    await trade.asked("subscription/subscribe", product_id=tea)
    await trade.asked("subscription/getsubscribe", page_size=10, need_total_num=True)
    await trade.asked("subscription/unsubscribe", product_id=tea)
    await trade.asked("liveprotection/getqrcode")
    path = "/channels/ec/category/league/all"
    params = {"access_token": trade.first.token}
    trade.first.note(path, await trade.first.client.get(path, params=params))


async def _resold(trade: Trade, item_id: int) -> None:
    named = {"plan_type": 1, "to_head_supplier_appid": trade.second_appid}
    item = {"cooperative_item_id": item_id, **named}
    await trade.asked("secondheadsupplieritem/add", **item, service_ratio=60_000)
    await trade.asked("secondheadsupplieritem/getlist", page_size=10)
    for kind in (1, 2):
        changed = {**item, "update_type": kind, "service_ratio": 70_000}
        await trade.asked("secondheadsupplieritem/update", **changed)


async def _window(trade: Trade) -> None:
    market, finder = trade.first.market, {"finder_id": str(trade.promoter.party_id)}
    await trade.asked("windowauth/get", **finder)
    agency = {"agency_id": str(trade.first.party_id)}
    await market.ask(market.promoter, "/v1/promoter/windowauth/allow", "", **agency)
    await trade.asked("windowauth/status/get", **finder)
    ref = {**finder, "product_id": market.cup.product_id}
    await trade.asked("window/add", **ref)
    await trade.asked("window/getall", **finder, offset=0, page_size=10, need_total_num=True)
    await trade.asked("window/getdetail", **ref)
    await trade.asked("window/remove", **ref)
    own = {"product_id": market.tea.product_id, "appid": trade.shop_appid}
    await trade.promoter.call("window/product/add", **own)
    await trade.promoter.call("window/product/get", **own)
    await trade.promoter.call("window/product/list/get", page_index=1, page_size=10)
    await trade.promoter.call("talent/window/product/list/get", page_index=1, page_size=10)
    await trade.promoter.call("talent/window/product/get", product_id=market.tea.product_id)
    await trade.promoter.call("window/product/off", **own)


async def _sold(trade: Trade) -> None:
    """An order by the agency's link, as its receivers' programs read it."""
    market = trade.first.market
    found = await trade.asked("cooperativeitem/list/get", commission_type=0, page_size=10)
    card = await market.ask(
        market.promoter, "/v1/promoter/card/make", "", shop_id=market.shop_id,
        product_id=market.tea.product_id, link=found["list"][0]["head_supplier_item_link"],
    )  # fmt: skip
    order_id = await market.place(market.tea, card=card.token)
    await market.pay(order_id)
    await finish_work(market.opened)
    now = trade.first.now
    times = {"create_time_range": {"start_time": now - 86_400, "end_time": now + 60}}
    line = {"order_id": order_id, "sku_id": market.tea.sku_ids[0]}
    await trade.asked("order/list/get", **times, page_size=10)
    await trade.asked("order/get", **line)
    await trade.asked("clue/list/get", **times, page_size=10)
    await trade.asked("clue/get", **line)
    listed = {"create_time_gt": now - 86_400, "create_time_lt": now + 60, "page_size": 10}
    await trade.promoter.call("talent/get_order_list", **listed)
    await trade.promoter.call("talent/get_order_detail", **line)
    await trade.asked("shop/get", appid=trade.shop_appid)
