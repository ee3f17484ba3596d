"""A market with friends in it, and the ways of their gifts."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.market import Goods, Market
from tests.platform import calling, finish_work
from tongshang.modules.identity.api import BuyerDraft, add_buyers, buyer_caller, find_buyers
from tongshang.prove import examine
from tongshang.runtime.call import Caller

GIFTS = "/v1/buyer/gifts"
CREATE = "/channels/ec/order/presentorder/create"


@dataclass(slots=True)
class Company:
    """The market's buyer gives; `friends` receive. Each has an address of his own."""

    market: Market
    friends: list[Caller]
    homes: dict[int, str] = field(default_factory=dict)

    @property
    def giver(self) -> Caller:
        return self.market.buyer

    async def ask(self, who: Caller, path: str, **fields: Any) -> Any:
        return await self.market.ask(who, f"{GIFTS}/{path}", **fields)

    async def make(self, goods: Goods | None = None, sku: int = 0, **fields: Any) -> Any:
        goods = goods or self.market.tea
        return await self.ask(
            self.giver, "make", shop_id=self.market.shop_id, sku_id=goods.sku_ids[sku], **fields
        )

    async def pay(self, present_id: str) -> None:
        await self.ask(self.giver, "pay", present_id=present_id, confirm=True)
        await finish_work(self.market.opened)

    async def give(self, **fields: Any) -> Any:
        """A gift made and paid."""
        made = await self.make(**fields)
        await self.pay(made.present_id)
        return made

    async def claim(self, who: Caller, token: str, **fields: Any) -> Any:
        """A gift accepted, with the address of whoever accepts."""
        return await self.ask(
            who, "claim", token=token, address_id=self.homes[who.buyer_id], **fields
        )

    async def order(self, order_id: str) -> Any:
        """An order as its shop reads it."""
        path = "/channels/ec/order/get"
        return (await self.market.ask(self.market.shop, path, order_id=order_id)).order

    async def orders_of(self, present_id: str) -> list[str]:
        path = "/channels/ec/order/presentsuborder/get"
        answer = await self.market.ask(self.market.shop, path, present_order_id=present_id)
        return list(answer.order_ids)

    async def wait(self, **time: float) -> None:
        """Let time pass, and do what is due."""
        self.market.opened.house.clock.offset += timedelta(**time)
        await finish_work(self.market.opened)

    async def left(self, goods: Goods | None = None, sku: int = 0) -> int:
        """How many pieces can be sold."""
        sku_id = int((goods or self.market.tea).sku_ids[sku])
        statement = "select available from stocks where sku_id = $1"
        return int(await self.market.opened.house.pool.fetchval(statement, sku_id))

    async def refunded_fen(self) -> int:
        """What went back to anybody."""
        statement = "select coalesce(sum(amount_fen), 0) from refunds where state = 'done'"
        return int(await self.market.opened.house.pool.fetchval(statement))

    async def prove(self) -> None:
        """Every invariant of the books holds."""
        async with self.market.opened.house.pool.acquire() as connection:
            async for one in examine(connection):
                assert not one.breaches, (one.check.name, one.first)


async def gather_company(market: Market, count: int = 5) -> Company:
    """Friends with addresses."""
    async with calling(market.opened) as call:
        ids = await add_buyers(call, [BuyerDraft(f"朋友{number}") for number in range(count)])
        buyers = await find_buyers(call.tx, ids)
    friends = [buyer_caller(buyers[buyer_id]) for buyer_id in ids]
    company = Company(market, friends, {market.buyer.buyer_id: market.address_id})
    for number, friend in enumerate(friends):
        kept = await market.ask(
            friend, "/v1/buyer/address/add",
            name=f"朋友{number}", phone=f"1390000{number:04d}", province="广东省", city="深圳市",
            county="南山区", detail=f"科技园 {number} 号",
        )  # fmt: skip
        company.homes[friend.buyer_id] = kept.address_id
    return company


async def openid_of(company: Company, who: int) -> str:
    pool = company.market.opened.house.pool
    return str(await pool.fetchval("select openid from buyers where buyer_id = $1", who))


async def begin_activity(company: Company, **fields: Any) -> Any:
    """An activity that runs, with three pieces of tea in its pool."""
    market, now = company.market, company.market.opened.house.clock.now()
    draft: dict[str, Any] = {
        "name": "开业送茶", "starts_at": now, "ends_at": now + timedelta(days=7),
        "pool": [
            {"product_id": market.tea.product_id, "sku_id": market.tea.sku_ids[0], "pieces": 3}
        ],
    }  # fmt: skip
    return await market.ask(market.shop, "/v1/shop/gifts/activity/make", **{**draft, **fields})


async def create_present(company: Company, activity_id: str, who: int, **fields: Any) -> str:
    market = company.market
    asked: dict[str, Any] = {
        "activity_id": activity_id, "openid": await openid_of(company, who), "shop_appid": "",
        "product_id": market.tea.product_id, "sku_id": market.tea.sku_ids[0],
        "wishmessage": "祝福你",
    }  # fmt: skip
    made = await market.ask(market.shop, CREATE, **{**asked, **fields})
    return str(made.present_order_id)
