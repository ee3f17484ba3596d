"""Sales down long chains, as every receiver's program reads them, with ids that lead further."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from tests.contract.session import Program
from tests.contract.sharing import bind_sharer
from tests.market import Goods, sell
from tests.platform import calling, finish_work
from tongshang.modules.identity.api import (
    BuyerDraft,
    PartyDraft,
    PartyKind,
    add_buyers,
    add_parties,
    buyer_caller,
    find_buyers,
    find_parties,
)

_FAMILY: Final = "league/headsupplier"


@dataclass(frozen=True, slots=True)
class Chain:
    """A shop, the agency that it supplies, the one which that supplies, and their promoter.

    `gatherer` is an agency with sharers.
    """

    shop: Program
    supplier: Program
    reseller: Program
    gatherer: Program
    promoter: Program
    appids: dict[int, str]
    tea: Goods

    def line(self, order_id: str) -> dict[str, str]:
        """An order's only line, as commission orders are asked for."""
        return {"order_id": order_id, "sku_id": self.tea.sku_ids[0]}


async def chained(program: Program) -> None:
    """The longest chains there are, sold, read by all, and settled."""
    chain = await _open(program)
    await _supplied(chain)
    await _in_window(chain)
    order_id = await _sold_from_window(chain)
    await _read(chain, order_id)
    shared = await _shared(chain)
    await _settled(chain, order_id, shared)
    await _told_of_window(chain)


async def _open(program: Program) -> Chain:
    market = program.market
    tea = await sell(market, "云南月光白 古树白茶", {"一饼": 10_000})
    plan = {"product_id": tea.product_id, "ratio": 10}
    await program.call("league/item/batchadd", type=1, list=[plan], is_forerver=True)
    async with calling(market.opened) as call:
        names = ("茶山供货", "茶友帮卖", "茶香推客")
        ids = await add_parties(call, [PartyDraft(PartyKind.AGENCY, name) for name in names])
        whole = [market.shop.party_id, *ids, market.promoter.party_id]
        parties = await find_parties(call.tx, whole)
    appids = {party_id: party.appid for party_id, party in parties.items()}
    supplier, reseller, gatherer, promoter = (
        Program(market, program.client, one, answers=program.answers) for one in whole[1:]
    )
    chain = Chain(program, supplier, reseller, gatherer, promoter, appids, tea)
    await _enter(chain, "early")
    for agency in (chain.supplier, chain.gatherer):
        await program.call(
            "league/item/headsupplier/batchadd",
            headsupplier_appid=appids[agency.party_id],
            list=[{"product_id": tea.product_id, "service_ratio": 10, "commission_type": 1}],
            is_forerver=True,
        )
    return chain


async def _enter(chain: Chain, when: str) -> None:
    for name in ("supplier", "reseller", "gatherer", "promoter"):
        await getattr(chain, name).enter(f"{name}{when}")


async def _supplied(chain: Chain) -> None:
    """What the shop offers goes on to another agency, and that passes on a part of it."""
    supplier, reseller = chain.supplier, chain.reseller
    appid, tea = chain.appids[supplier.market.shop.party_id], chain.tea.product_id
    await supplier.call(f"{_FAMILY}/item/upd", appid=appid, product_id=tea, type=1)
    view = await supplier.call(f"{_FAMILY}/item/get", appid=appid, product_id=tea)
    link = {"head_supplier_item_link": view["item"]["commission_info"]["link"]}
    named = {"plan_type": 1, "to_head_supplier_appid": chain.appids[reseller.party_id]}
    path = f"{_FAMILY}/secondheadsupplieritem/add"
    await supplier.call(path, **link, **named, service_ratio=60_000)
    await supplier.call(f"{_FAMILY}/secondheadsupplieritem/getlist", plan_type=1)
    found = await reseller.call(f"{_FAMILY}/selectionproducts/list/get", plan_type=3)
    link = {"head_supplier_item_link": found["product_list"][0]["head_supplier_item_link"]}
    await reseller.call(f"{_FAMILY}/item/promotiondetail/get", **link)
    taken = await reseller.call(f"{_FAMILY}/cooperativeitem/add", **link, hidden_flag=0)
    item = {"cooperative_item_id": taken["cooperative_item_id"]}
    await reseller.call(f"{_FAMILY}/subitem/add", **item, ratio=4)
    await reseller.call(f"{_FAMILY}/item/promotiondetail/get", **link)
    page = await reseller.call("promoter/get_promote_product_list", plan_type=3)
    assert page["product_list"][0]["head_supplier_appid"] == chain.appids[supplier.party_id]
    await reseller.call("promoter/get_promote_product_detail", **page["product_list"][0])


async def _in_window(chain: Chain) -> None:
    """The promoter lets the second agency fill his window, by the names that it is told."""
    reseller, market = chain.reseller, chain.shop.market
    talent = {"talent_appid": chain.appids[market.promoter.party_id]}
    asked = await reseller.call(f"{_FAMILY}/windowauth/get", **talent)
    agency = {"agency_id": str(reseller.party_id)}
    await market.ask(market.promoter, "/v1/promoter/windowauth/allow", "", **agency)
    finder = {"openfinderid": asked["openfinderid"]}
    told = await reseller.call(f"{_FAMILY}/windowauth/status/get", **finder)
    tea = {"product_id": chain.tea.product_id}
    await reseller.call(f"{_FAMILY}/window/add", **finder, **tea)
    named = {"opentalentid": told["opentalentid"]}
    page = await reseller.call(f"{_FAMILY}/window/getall", **named, is_get_all=True)
    assert page["list"][0]["head_supplier_id"] == str(reseller.party_id)


async def _bought(chain: Chain, token: str) -> str:
    order_id: str = await chain.shop.market.place(chain.tea, card=token)
    await chain.shop.market.pay(order_id)
    await finish_work(chain.shop.market.opened)
    return order_id


async def _sold_from_window(chain: Chain) -> str:
    market = chain.shop.market
    path, named = "/v1/buyer/window/list", {"promoter_id": str(market.promoter.party_id)}
    cards = (await market.ask(market.buyer, path, "", **named)).cards
    token = next(one.token for one in cards if one.product_id == chain.tea.product_id)
    return await _bought(chain, token)


async def _read(chain: Chain, order_id: str) -> None:
    """What each sees; who sold it for the second agency is known to the calls about windows."""
    asked = chain.line(order_id)
    for agency in (chain.supplier, chain.reseller):
        await agency.call(f"{_FAMILY}/clue/get", **asked)
    await chain.supplier.call(f"{_FAMILY}/order/get", **asked)
    await chain.promoter.call("talent/get_order_detail", **asked)
    seen = await chain.reseller.call(f"{_FAMILY}/order/get", **asked)
    info = seen["commssion_order"]["order_detail"]["commission_info"]
    shown_by = info["promotion_info"]
    for finder in (
        {"finder_id": shown_by["finder_info"]["finder_id"]},
        {"openfinderid": shown_by["finder_info"]["openfinderid"]},
        {"openfinderid": info["finder_info"]["openfinderid"]},
    ):
        await chain.reseller.call(f"{_FAMILY}/window/getall", **finder)
        found = await chain.reseller.call(f"{_FAMILY}/order/list/get", **finder)
        assert [one["order_id"] for one in found["list"]] == [order_id]
    for talent in (shown_by["talent_info"], info["talent_info"]):
        named = {"opentalentid": talent["opentalentid"]}
        await chain.reseller.call(f"{_FAMILY}/window/getall", **named)


async def _shared(chain: Chain) -> list[str]:
    """Orders by a sharer's links: to the product itself, and to what the promoter wrote of it."""
    market, gatherer = chain.shop.market, chain.gatherer
    async with calling(market.opened) as call:
        (buyer_id,) = await add_buyers(call, [BuyerDraft("小荷")])
        person = (await find_buyers(call.tx, [buyer_id]))[buyer_id]
    sharer = await bind_sharer(gatherer, buyer_caller(person), person.openid)
    bind = {"agency_appid": chain.appids[gatherer.party_id], "passes_ppm": 500_000}
    await market.ask(market.promoter, "/v1/promoter/agency/bind", "", **bind)
    who = {"sharer_appid": sharer}
    product = {
        "shop_appid": chain.appids[market.shop.party_id],
        "product_id": chain.tea.product_id,
    }
    path = "promoter/get_product_promotion_link_info"
    links = [(await gatherer.call(path, **product, **who))["short_link"]]
    card = {"kind": "card", "shop_id": market.shop_id, "product_id": chain.tea.product_id}
    path = "/v1/promoter/content/add"
    await market.ask(market.promoter, path, "", title="月光白", blocks=[card])
    talent = {"talent_appid": chain.appids[market.promoter.party_id]}
    path = "promoter/get_talent_biz_article_list"
    article = (await gatherer.call(path, **talent, **who))["article_list"][0]
    links.append(article["article_info"]["promoter_share_link"])
    orders = []
    for link in links:
        code = link.rpartition("/")[2]
        target = await market.ask(market.buyer, "/v1/buyer/link/open", code=code)
        orders.append(await _bought(chain, target.token))
    await _credited(chain, sharer, orders)
    return orders


async def _credited(chain: Chain, sharer: str, orders: list[str]) -> None:
    gatherer = chain.gatherer
    for path in ("order", "clue"):
        page = await gatherer.call(f"{_FAMILY}/{path}/list/get", sharer_appid=sharer)
        assert sorted(one["order_id"] for one in page["list"]) == sorted(orders)
    for order_id, is_article in zip(orders, (False, True), strict=True):
        seen = await gatherer.call(f"{_FAMILY}/order/get", **chain.line(order_id))
        info = seen["commssion_order"]["order_detail"]["commission_info"]
        assert info["sharer_info"]["sharer_appid"] == sharer
        assert ("promotion_info" in info) is is_article, "a sharer's link shows nobody's account"
        clue = await gatherer.call(f"{_FAMILY}/clue/get", **chain.line(order_id))
        told = clue["commssion_clue"]["clue_detail"]["sharer_info"]
        assert told["sharer_appid"] == sharer


async def _settled(chain: Chain, order_id: str, shared: list[str]) -> None:
    """A week after their receipt the chains are paid; each reads its own part, and its flows."""
    market = chain.shop.market
    for one in (order_id, *shared):
        await market.ship(one)
        await market.receive(one)
    await chain.shop.wait(timedelta(days=8), "chainslater")
    await _enter(chain, "late")
    for agency in (chain.supplier, chain.reseller):
        seen = await agency.call(f"{_FAMILY}/order/get", **chain.line(order_id))
        assert seen["commssion_order"]["status"] == 100
    for one in shared:
        await chain.gatherer.call(f"{_FAMILY}/order/get", **chain.line(one))
    told = await chain.promoter.call("talent/get_order_detail", **chain.line(order_id))
    assert told["commission_info"]["actual_settlement"] == "4.00"
    await chain.shop.wait(timedelta(days=2), "chainsbooked")  # flows are told a day later
    await _enter(chain, "last")
    # By the window and by the article; the third order was the sharers' agency's alone.
    for agency, fen in ((chain.supplier, 800), (chain.reseller, 400), (chain.gatherer, 600)):
        await _ledger(agency, fen)


async def _ledger(agency: Program, fen: int) -> None:
    """What an agency has, and that its flows say so."""
    none, path = dict[str, Any](), f"{_FAMILY}/funds"
    assert (await agency.call(f"{path}/balance/get", **none))["available_amount"] == fen
    flow_ids = (await agency.call(f"{path}/flowlist/get", page_size=10))["flow_ids"]
    flows = [await agency.call(f"{path}/flowdetail/get", flow_id=one) for one in flow_ids]
    assert sum(one["funds_flow"]["amount"] for one in flows) == fen


async def _told_of_window(chain: Chain) -> None:
    """A flash price and a bar, as the window's owner is told of them."""
    market, promoter, tea = chain.shop.market, chain.promoter, chain.tea
    ref = {"product_id": tea.product_id, "appid": chain.appids[market.shop.party_id]}
    await promoter.call("window/product/list/get", page_index=1, need_total_num=True)
    sku = {"sku_id": tea.sku_ids[0], "sale_price": 8_000, "sale_stock": 2}
    task = await chain.shop.call(
        "product/limiteddiscounttask/add",
        product_id=tea.product_id, start_time=chain.shop.now,
        end_time=chain.shop.now + 3_600, limited_discount_skus=[sku],
    )  # fmt: skip
    await finish_work(market.opened)
    seen = await promoter.call("window/product/get", **ref)
    assert seen["product"]["limit_discount_info"]["discount_price"] == 8_000
    await chain.shop.call("product/limiteddiscounttask/stop", task_id=task["task_id"])
    path, why = "/v1/platform/restriction/add", {"scenes": [3], "source": 1, "reason": "试"}
    await market.ask(market.operator, path, "", product_id=tea.product_id, **why)
    assert (await promoter.call("window/product/get", **ref))["product"]["banned"] is True
