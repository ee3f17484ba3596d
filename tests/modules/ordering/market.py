"""A small market for tests of orders: one shop, two promoters' worth of goods, buyers at home."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec

from tests.platform import ask, calling, finish_work
from tongshang.app import Opened
from tongshang.modules.delivery.api import Address, AddressDraft, add_addresses
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import BuyerDraft, PartyDraft, PartyKind
from tongshang.modules.inventory.api import StockDraft, open_stocks
from tongshang.runtime.call import Caller

HOME = Address("张三丰", "13800001234", "广东省", "广州市", "海珠区", "大塘 1 号", "510000")

_CATEGORY = """
    insert into categories (cat_id, parent_id, level, name, fee_ppm, confirm_receipt_days,
                            seven_day_return, floor_price_fen, is_leaf)
    values (77, 0, 1, '杯子', 50000, 7, true, 1, true) on conflict do nothing
"""
_PRODUCT = """
    insert into products (shop_id, product_id, status, edit_status, out_product_id, created_at,
                          title, short_title, picture_url, price_fen, market_price_fen, sku_count,
                          cat_id, freight_template_id)
    values ($1, $2, 5, 4, '', now(), $3, '', '/media/cup.png', $4, $4, 1, 77, 0)
"""
_SKU = """
    insert into skus (shop_id, sku_id, product_id, status, price_fen, market_price_fen, sku_code,
                      attrs, thumb_url)
    values ($1, $2, $3, 5, $4, $5, $6, $7, '')
"""
_OWNER = "insert into product_shops (product_id, shop_id) values ($1, $2)"


@dataclass
class Market:
    """One shop with SKUs 1…n (of products 101…), and buyers with an address each."""

    opened: Opened
    shop_id: int
    promoter_id: int
    shop: Caller
    buyers: list[Caller]
    homes: dict[int, int]
    skus: list[int] = field(default_factory=list)

    async def place(
        self, *lines: tuple[int, int], buyer: int = 0, key: str = "", **fields: Any
    ) -> Any:
        """Place an order of (place of the SKU, count) as the buyer at the place `buyer`."""
        who = self.buyers[buyer]
        wanted = [{"sku_id": str(self.skus[sku]), "count": count} for sku, count in lines]
        asked: dict[str, Any] = {
            "shop_id": str(self.shop_id),
            "address_id": str(self.homes[who.buyer_id]),
        }
        return await ask(
            self.opened, who, "/v1/buyer/order/place", key,
            **{**asked, "lines": wanted, **fields},
        )  # fmt: skip

    async def buy(self, *lines: tuple[int, int], buyer: int = 0, **fields: Any) -> str:
        """Place and pay an order; its id."""
        order_id: str = (await self.place(*lines, buyer=buyer, **fields)).order_id
        await self.pay(order_id, buyer=buyer)
        await finish_work(self.opened)
        return order_id

    async def pay(self, order_id: str, buyer: int = 0, *, confirm: bool = True) -> Any:
        return await self.as_buyer("pay", buyer, order_id=order_id, confirm=confirm)

    async def as_buyer(self, what: str, buyer: int = 0, **fields: Any) -> Any:
        return await ask(self.opened, self.buyers[buyer], f"/v1/buyer/order/{what}", **fields)

    async def as_shop(self, what: str, **fields: Any) -> Any:
        return await ask(self.opened, self.shop, f"/channels/ec/order/{what}", **fields)

    async def send(self, order_id: str, *parcels: Sequence[tuple[int, int]]) -> Any:
        """Ship parcels of (place of the SKU, count)."""
        sent = [
            {
                "delivery_id": "SF",
                "waybill_id": f"SF{number}",
                "deliver_type": 1,
                "product_infos": [
                    {
                        "product_id": str(self.product_of(sku)),
                        "sku_id": str(self.skus[sku]),
                        "product_cnt": count,
                    }
                    for sku, count in parcel
                ],
            }
            for number, parcel in enumerate(parcels)
        ]
        return await self.as_shop("delivery/send", order_id=order_id, delivery_list=sent)

    def product_of(self, sku: int) -> int:
        return self.skus[sku] + 1

    async def order(self, order_id: str) -> Any:
        """The order as the wire shows it, read back from bytes."""
        reply = await self.as_shop("get", order_id=order_id)
        return msgspec.json.decode(msgspec.json.encode(reply))["order"]

    async def stock(self, sku: int = 0) -> int:
        count: int = await self.opened.house.pool.fetchval(
            "select available from stocks where shop_id = $1 and sku_id = $2",
            self.shop_id,
            self.skus[sku],
        )
        return count

    async def written(self) -> dict[str, list[Any]]:
        """All that orders and what follows from them have written."""
        tables = (
            "orders", "order_lines", "order_moves", "buyer_orders", "stocks", "stock_flows",
            "payments", "parcels", "carts", "jobs", "once",
        )  # fmt: skip
        pool = self.opened.house.pool
        return {
            table: sorted(map(repr, await pool.fetch(f"select * from {table}"))) for table in tables
        }

    def later(self, **span: float) -> None:
        self.opened.house.clock.offset += timedelta(**span)


async def open_market(
    opened: Opened, *, buyers: int = 2, stock: int = 100, prices: Sequence[int] = (1000, 250)
) -> Market:
    """The market, ready to buy in."""
    async with calling(opened) as call:
        shop_id, promoter_id = await identity.add_parties(
            call, [PartyDraft(PartyKind.SHOP, "杯子铺"), PartyDraft(PartyKind.PROMOTER, "阿珍")]
        )
        shop = await identity.get_party(call.tx, shop_id)
        buyer_ids = await identity.add_buyers(call, [BuyerDraft(f"客{n}") for n in range(buyers)])
        homes = await add_addresses(call, [AddressDraft(buyer, HOME) for buyer in buyer_ids])
        known = await identity.find_buyers(call.tx, buyer_ids)
        market = Market(
            opened,
            shop_id,
            promoter_id,
            identity.shop_caller(shop),
            [identity.buyer_caller(known[buyer]) for buyer in buyer_ids],
            dict(zip(buyer_ids, homes, strict=True)),
        )
        await call.tx.execute(_CATEGORY)
        for number, price in enumerate(prices):
            sku_id = shop_id + 10 + 2 * number
            market.skus.append(sku_id)
            title, attrs = f"陶杯 {number}", msgspec.json.encode([("颜色", "青")])
            await call.tx.execute(_PRODUCT, shop_id, sku_id + 1, title, price)
            await call.tx.execute(
                _SKU, shop_id, sku_id, sku_id + 1, price, 2 * price, f"c-{number}", attrs
            )
            await call.tx.execute(_OWNER, sku_id + 1, shop_id)
        await open_stocks(call, [StockDraft(shop_id, sku, sku + 1, stock) for sku in market.skus])
    return market
