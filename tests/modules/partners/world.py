"""The market, two agencies with plans of the shop, and a person who becomes a sharer."""

from dataclasses import dataclass
from typing import Any

from tests.market import Market, build_market
from tests.platform import ask, calling
from tongshang.app import Opened
from tongshang.modules.identity.api import (
    BuyerDraft,
    PartyDraft,
    PartyKind,
    add_buyers,
    add_parties,
    agency_caller,
    buyer_caller,
    find_buyers,
    find_parties,
    get_party,
)
from tongshang.modules.league.api import Deal, deals_of
from tongshang.modules.ordering import api as ordering
from tongshang.runtime.call import Caller

PROMOTER = "/channels/ec/promoter/"
SERVICE_PERCENT = 20


@dataclass
class World:
    market: Market
    agency: Caller
    other_agency: Caller
    third_agency: Caller
    person: Caller
    openid: str
    appids: dict[int, str]

    @property
    def opened(self) -> Opened:
        return self.market.opened

    async def ask(self, caller: Caller, path: str, **fields: object) -> Any:
        return await ask(self.opened, caller, path, "", **fields)

    async def agency_asks(self, name: str, **fields: object) -> Any:
        return await self.ask(self.agency, PROMOTER + name, **fields)

    async def plan(self, *product_ids: str, commission_type: int = 1) -> list[str]:
        """The shop offers the agency products, of which it pays it a fifth; the plans."""
        items = [
            {
                "product_id": one,
                "service_ratio": SERVICE_PERCENT,
                "ratio": 0 if commission_type else 10,
                "commission_type": commission_type,
            }
            for one in product_ids
        ]
        answer = await self.ask(
            self.market.shop,
            "/channels/ec/league/item/headsupplier/batchadd",
            headsupplier_appid=self.appids[self.agency.party_id],
            list=items,
            is_forerver=True,
        )
        assert [one.errcode for one in answer.result_info_list] == [0] * len(items)
        return [one.info_id for one in answer.result_info_list]

    async def query(self, agency: Caller | None = None, *, is_simple: bool = False) -> str:
        status = await self.ask(
            agency or self.agency,
            PROMOTER + "get_promoter_register_and_bind_status",
            sharer_openid=self.openid,
            is_simple_register=is_simple,
        )
        query: str = status.bind_query_string
        return query

    async def sharer(self, agency: Caller | None = None, *, is_simple: bool = False) -> str:
        """The person becomes the agency's sharer; his appid."""
        query = await self.query(agency, is_simple=is_simple)
        await self.ask(self.person, "/v1/sharer/register", query=query)
        if not is_simple:
            await self.ask(self.person, "/v1/sharer/verify")
        bound = await self.ask(self.person, "/v1/sharer/bind", query=query)
        appid: str = bound.sharer_appid
        return appid

    async def deal_of(self, order_id: str) -> tuple[Any, Deal | None]:
        """An order's first line, and its deal."""
        shop_id = self.market.shop.party_id
        async with calling(self.opened) as call:
            orders = await ordering.get_orders(call.tx, shop_id, [int(order_id)])
            line = orders[int(order_id)].lines[0]
            found = await deals_of(call.tx, [(shop_id, line.deal_id)])
        return line, found.get((shop_id, line.deal_id))


async def open_world(opened: Opened, market: Market | None = None) -> World:
    market = market or await build_market(opened)
    async with calling(opened) as call:
        drafts = [
            PartyDraft(PartyKind.AGENCY, name) for name in ("众选机构", "远帆机构", "小满推客")
        ]
        ids = await add_parties(call, drafts)
        parties = await find_parties(call.tx, ids)
        (buyer_id,) = await add_buyers(call, [BuyerDraft("阿雯")])
        person = (await find_buyers(call.tx, [buyer_id]))[buyer_id]
        shop = await get_party(call.tx, market.shop.party_id)
        promoter = await get_party(call.tx, market.promoter.party_id)
    first, second, third = (agency_caller(parties[one]) for one in ids)
    appids = {one.party_id: one.appid for one in (*parties.values(), shop, promoter)}
    return World(market, first, second, third, buyer_caller(person), person.openid, appids)
