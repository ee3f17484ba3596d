"""The demo's alliance: two agencies, one supplying the other, plans of all kinds, ties in every
state, windows filled, and what buyers bought from them.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from tongshang.demo.furnish import Furnished
from tongshang.demo.goods import Market
from tongshang.demo.stage import Stage
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyDraft, PartyKind
from tongshang.modules.sandbox import api as sandbox
from tongshang.runtime.call import Caller

AGENCIES: Final = (
    PartyDraft(
        PartyKind.AGENCY, "拾光选品", "Found Light", "替小店找会讲故事的人，也替爱分享的人挑好东西"
    ),
    PartyDraft(PartyKind.AGENCY, "远山帮卖", "Far Hills", "从别家机构拿好货，交给熟悉的达人"),
)
_BEGAN: Final = timedelta(days=13)
_STEP: Final = timedelta(hours=7)
_FAMILY: Final = "/channels/ec/league/headsupplier"
_ITEM: Final = "/channels/ec/league/item"
_PROMOTER: Final = "/channels/ec/league/promoter"
_OWN_GOODS: Final = 7  # in each promoter's window
_PPM_PERCENT: Final = 10_000


@dataclass(slots=True)
class Alliance:
    """Sets the alliance up day by day, as who does it."""

    stage: Stage
    market: Market
    made: Furnished
    now: datetime
    agencies: list[Caller] = field(default_factory=list)
    appids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)  # what the second agency is supplied with

    async def ally(self) -> None:
        """Plans first, then who works with whom, then windows and sales."""
        self.stage.go_to(self.now - _BEGAN)
        await self._open_agencies()
        await self._name_promoters()
        await self._offer()
        await self._supply()
        await self._invite()
        await self._fill_windows()
        await self._sell()
        self.stage.return_to_now()
        await self.stage.finish_work()

    def _goods(self, shop: int) -> list[str]:
        """The ids of a shop's products, the first shop 0."""
        key = self.market.shops[shop].key
        return [self.made.products[one.code][1] for one in self.market.products if one.shop == key]

    def _owner(self, shop: int) -> Caller:
        return self.made.callers[self.market.shops[shop].key]

    def _writer(self, number: int) -> Caller:
        return self.made.callers[self.market.promoters[number].key]

    async def _open_agencies(self) -> None:
        async with self.stage.calling() as call:
            ids = await identity.add_parties(call, AGENCIES)
            for party_id in ids:
                await sandbox.furnish_app(call, party_id)
            parties = await identity.find_parties(call.tx, ids)
        self.agencies = [identity.agency_caller(parties[one]) for one in ids]
        self.appids = [parties[one].appid for one in ids]

    async def _name_promoters(self) -> None:
        """What shops pay some by name; an exclusive plan stands where the one for all was."""
        for plan in self.market.plans:
            shop_id, product_id = self.made.products[plan.product]
            owner = next(c for c in self.made.callers.values() if str(c.party_id) == shop_id)
            kind = 2 if plan.kind == "targeted" else 3
            if kind == 3:
                ref = {"type": 1, "product_id": product_id}
                await self.stage.ask(owner, f"{_ITEM}/delete", **ref)
            await self.stage.ask(
                owner,
                f"{_ITEM}/batchadd",
                type=kind,
                list=[{"product_id": product_id, "ratio": plan.commission_ppm // _PPM_PERCENT}],
                finder_ids=[str(self.made.callers[plan.promoter].party_id)],
                is_forerver=True,
            )

    async def _offer(self) -> None:
        """The first shop offers the agency goods on fixed terms, the third all agencies."""
        goods = self._goods(0)[6:10]
        terms = {"ratio": 10, "service_ratio": 15, "commission_type": 0}
        await self.stage.ask(
            self._owner(0),
            f"{_ITEM}/headsupplier/batchadd",
            headsupplier_appid=self.appids[0],
            list=[{"product_id": one, **terms} for one in goods],
            is_forerver=True,
        )
        for shop, kind in ((2, 1), (3, 0)):
            public = [
                {"product_id": one, "service_ratio": 16, "ratio": None if kind else 8, "kind": kind}
                for one in self._goods(shop)[:4]
            ]
            await self.stage.ask(self._owner(shop), "/v1/shop/agencyplan/open", items=public)

    async def _supply(self) -> None:
        """The agency takes goods in, says what it passes on, and supplies the other."""
        first, second = self.agencies
        shop_appid = await self._appid(0)
        for one in self._goods(0)[6:10]:
            ref = {"appid": shop_appid, "product_id": one}
            await self.stage.ask(first, f"{_FAMILY}/item/upd", **ref, type=1)
        page = await self._asked(first, "selectionproducts/list/get", plan_type=2, page_size=8)
        for row in page.product_list:
            link = row.head_supplier_item_link
            taken = await self._asked(first, "cooperativeitem/add", head_supplier_item_link=link)
            detail = await self._asked(
                first, "item/promotiondetail/get", head_supplier_item_link=link
            )
            if detail.item.commission_info.commission_type == 1:
                item = {"cooperative_item_id": taken.cooperative_item_id}
                await self._asked(first, "subitem/add", **item, ratio=9)
                await self._asked(first, "subitem/add", **item, ratio=12)
        mine = await self._asked(first, "cooperativeitem/list/get", page_size=20)
        for number, row in enumerate(mine.items[:5]):
            whom = {"plan_type": 1, "to_head_supplier_appid": self.appids[1]}
            await self._asked(
                first,
                "secondheadsupplieritem/add",
                cooperative_item_id=row.cooperative_item_id,
                service_ratio=60_000,
                **(whom if number < 3 else {"plan_type": 2}),
            )
        page = await self._asked(second, "selectionproducts/list/get", plan_type=3)
        for row in page.product_list[:2]:
            self.links.append(row.head_supplier_item_link)
            link = {"head_supplier_item_link": self.links[-1]}
            await self._asked(second, "cooperativeitem/add", **link)
        for shop in (2, 3):
            product_id = self._goods(shop)[0]
            await self._asked(second, "subscription/subscribe", product_id=product_id)

    async def _asked(self, agency: Caller, what: str, **fields: object) -> Any:
        return await self.stage.ask(agency, f"{_FAMILY}/{what}", **fields)

    async def _appid(self, shop: int) -> str:
        async with self.stage.calling() as call:
            return (await identity.get_party(call.tx, self._owner(shop).party_id)).appid

    async def _invite(self) -> None:
        """Shops ask promoters and agencies ask shops, with every answer that there is."""
        owner = self._owner(0)
        ends = (("accept",), ("refuse",), (), ("withdraw",), ("accept", "end"), ("accept",))
        for number, moves in enumerate(ends[: len(self.market.promoters)]):
            writer = self._writer(number)
            finder = {"finder_id": str(writer.party_id)}
            await self.stage.ask(owner, f"{_PROMOTER}/add", **finder)
            for move in moves:
                if move == "withdraw":
                    await self.stage.ask(owner, f"{_PROMOTER}/upd", **finder, type=1)
                    continue
                path = f"/v1/promoter/invitation/{move}"
                await self.stage.ask(writer, path, shop_id=str(owner.party_id))
        second = self.agencies[1]
        for shop, answer in ((1, "refuse"), (2, "accept"), (3, "")):
            path = "/v1/agency/shop/invite"
            await self.stage.ask(second, path, appid=await self._appid(shop))
            if answer:
                path, agency = f"/v1/shop/agency/{answer}", str(second.party_id)
                await self.stage.ask(self._owner(shop), path, agency_id=agency)

    async def _fill_windows(self) -> None:
        """Promoters' own choice, and what an agency puts in where it may."""
        first = self.agencies[0]
        for number in range(min(4, len(self.market.promoters))):
            writer = self._writer(number)
            page = await self.stage.ask(writer, "/v1/promoter/plan/list", limit=100)
            for offer in page.offers[number::9][:_OWN_GOODS]:
                ref = {"product_id": offer.product_id}
                await self.stage.ask(writer, "/v1/promoter/window/add", **ref)
        for number in (0, 1, 2):
            writer = self._writer(number)
            finder = {"finder_id": str(writer.party_id)}
            await self._asked(first, "windowauth/get", **finder)
            if number == 2:  # has not answered
                continue
            agency = {"agency_id": str(first.party_id)}
            await self.stage.ask(writer, "/v1/promoter/windowauth/allow", **agency)
            for product_id in self._goods(0)[6:9]:
                await self._asked(first, "window/add", **finder, product_id=product_id)
        hidden = (await self.stage.ask(self._writer(0), "/v1/promoter/window/list")).entries[-1]
        path = "/v1/promoter/window/arrange"
        await self.stage.ask(self._writer(0), path, product_id=hidden.product_id, is_hidden=True)

    async def _sell(self) -> None:
        """Buyers find goods in windows, and by links of the agency that is supplied."""
        at = self.now - _BEGAN
        buyers = [one.key for one in self.market.buyers[:8]]
        for number, buyer in enumerate(buyers):
            at += _STEP
            self.stage.go_to(at)
            writer = self._writer(number % 2)
            if number % 4 == 3 and self.links:
                token, product_id = await self._by_link(writer, self.links[number // 4 % 2])
            else:
                path, owner = "/v1/buyer/window/list", str(writer.party_id)
                cards = (await self.stage.ask(self.stage.nobody, path, promoter_id=owner)).cards
                card = cards[number // 2 % len(cards)]
                token, product_id = card.token, card.product_id
            await self._buy(buyer, token, product_id)

    async def _by_link(self, writer: Caller, link: str) -> tuple[str, str]:
        path = f"{_FAMILY}/item/promotiondetail/get"
        found = await self.stage.ask(self.agencies[1], path, head_supplier_item_link=link)
        product_id = found.item.product_id
        shop_id = next(shop for shop, one in self.made.products.values() if one == product_id)
        made = await self.stage.ask(
            writer, "/v1/promoter/card/make", shop_id=shop_id, product_id=product_id, link=link
        )
        return made.token, product_id

    async def _buy(self, buyer: str, token: str, product_id: str) -> None:
        path = "/v1/buyer/product/get"
        shown = await self.stage.ask(self.stage.nobody, path, product_id=product_id)
        sku = next((one for one in shown.skus if one.on_sale and one.stock), None)
        if sku is None:
            return
        caller = self.made.callers[buyer]
        placed = await self.stage.ask(
            caller,
            "/v1/buyer/order/place",
            shop_id=shown.shop_id,
            address_id=self.made.addresses[buyer],
            lines=[{"sku_id": sku.sku_id, "count": 1, "card": token}],
        )
        order = {"order_id": placed.order_id}
        await self.stage.ask(caller, "/v1/buyer/order/pay", **order, confirm=True)
        await self.stage.finish_tasks()
        owner = next(c for c in self.made.callers.values() if str(c.party_id) == shown.shop_id)
        sent = [{"product_id": product_id, "sku_id": sku.sku_id, "product_cnt": 1}]
        parcel = {"delivery_id": "SF", "deliver_type": 1, "product_infos": sent}
        parcel["waybill_id"] = f"SF{placed.order_id[-13:]}"
        path = "/channels/ec/order/delivery/send"
        await self.stage.ask(owner, path, **order, delivery_list=[parcel])
        self.stage.go_to(self.stage.opened.house.clock.now() + _STEP / 2)
        await self.stage.ask(caller, "/v1/buyer/order/confirm", **order)
        await self.stage.finish_tasks()
