"""A small market for tests, made through the same endpoints that shops and people use.

One shop with two products on sale, a promoter with an article in which both have a card, and a
buyer with an address. The pictures are real, so that the catalog takes them and a browser shows
them.
"""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pytest

from tests.platform import ask, calling, finish_work
from tongshang.app import Opened
from tongshang.modules.catalog.api import Category, add_categories
from tongshang.modules.identity.api import (
    BuyerDraft,
    PartyDraft,
    PartyKind,
    add_app,
    add_buyers,
    add_parties,
    buyer_caller,
    find_buyers,
    find_parties,
    operator_caller,
    promoter_caller,
    shop_caller,
)
from tongshang.modules.sandbox.api import furnish_buyers
from tongshang.runtime.call import Caller

CATEGORIES: Final = (
    Category(9001, 0, 1, "食品饮料", "Food and drink", is_leaf=False),
    Category(9002, 9001, 2, "茶叶", "Tea", is_leaf=False),
    Category(9003, 9002, 3, "乌龙茶", "Oolong", fee_ppm=50_000),
)
CATS: Final = tuple({"cat_id": category.cat_id} for category in CATEGORIES)
FEE_PPM: Final = 50_000
RATIO_PERCENT: Final = 10
FREIGHT_FEN: Final = 800


@dataclass(frozen=True, slots=True)
class Goods:
    """A product on sale, and its SKUs in the order of their prices."""

    product_id: str
    title: str
    sku_ids: tuple[str, ...]
    prices_fen: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Market:
    """Who is there, as callers, and what they have."""

    opened: Opened
    shop: Caller
    promoter: Caller
    buyer: Caller
    operator: Caller
    tea: Goods
    cup: Goods
    content_id: str
    address_id: str

    @property
    def shop_id(self) -> str:
        return str(self.shop.party_id)

    async def ask(self, caller: Caller, path: str, key: str = "", **fields: object) -> Any:
        """Ask an endpoint as one of the people."""
        return await ask(self.opened, caller, path, key, **fields)

    async def card(self, goods: Goods) -> str:
        """The token of the card that the article has for a product."""
        path = "/v1/buyer/content/get"
        content = await self.ask(self.buyer, path, content_id=self.content_id)
        cards = (block.card for block in content.blocks if block.card)
        token: str = next(card.token for card in cards if card.product_id == goods.product_id)
        return token

    async def place(self, goods: Goods, count: int = 1, sku: int = 0, card: str = "") -> str:
        """An order of the buyer's, not yet paid; its id."""
        line = {"sku_id": goods.sku_ids[sku], "count": count, "card": card}
        placed = await self.ask(
            self.buyer,
            "/v1/buyer/order/place",
            shop_id=self.shop_id,
            address_id=self.address_id,
            lines=[line],
        )
        order_id: str = placed.order_id
        return order_id

    async def pay(self, order_id: str) -> None:
        """The order paid, and heard of."""
        await self.ask(self.buyer, "/v1/buyer/order/pay", order_id=order_id, confirm=True)
        await finish_work(self.opened)

    async def ship(self, order_id: str) -> None:
        """All of the order in one parcel."""
        order = (await self.ask(self.shop, "/channels/ec/order/get", order_id=order_id)).order
        items = [
            {"product_id": one.product_id, "sku_id": one.sku_id, "product_cnt": one.sku_cnt}
            for one in order.order_detail.product_infos
        ]
        parcel = {"delivery_id": "SF", "waybill_id": "SF1234567890123", "product_infos": items}
        path = "/channels/ec/order/delivery/send"
        await self.ask(self.shop, path, order_id=order_id, delivery_list=[parcel])

    async def receive(self, order_id: str) -> None:
        """The buyer says that the goods are there."""
        await self.ask(self.buyer, "/v1/buyer/order/confirm", order_id=order_id)


@pytest.fixture
async def market(opened: Opened) -> Market:
    """The market, open."""
    return await build_market(opened)


async def build_market(opened: Opened) -> Market:
    """Open the market on an empty platform."""
    shop, promoter, operator, buyer = await _people(opened)
    template_id = await _freight(opened, shop)
    pictures = await _pictures(opened, shop, 8)
    tea = await _sell(
        opened, shop, template_id, "武夷岩茶 手工炭焙大红袍", pictures[:4],
        {"50 克": 12_800, "100 克": 23_900},
    )  # fmt: skip
    cup = await _sell(
        opened, shop, template_id, "青瓷品茗杯 龙泉手作", pictures[4:], {"单只": 4_850}
    )
    await finish_work(opened)
    await _offer(opened, shop, (tea, cup))
    content_id = await _write(opened, promoter, shop, tea, cup)
    await finish_work(opened)
    kept = await ask(
        opened, buyer, "/v1/buyer/address/add",
        name="林晓", phone="13800138000", province="浙江省", city="杭州市", county="西湖区",
        detail="龙井路 1 号",
    )  # fmt: skip
    return Market(opened, shop, promoter, buyer, operator, tea, cup, content_id, kept.address_id)


async def _people(opened: Opened) -> tuple[Caller, Caller, Caller, Caller]:
    async with calling(opened) as call:
        await add_categories(call, CATEGORIES)
        drafts = [
            PartyDraft(
                PartyKind.SHOP, "山里茶铺", "Mountain Tea", "武夷山里的小茶铺，自己做，自己卖"
            ),
            PartyDraft(PartyKind.PROMOTER, "阿宁", "Aning", "喝茶、走山、写字"),
            PartyDraft(PartyKind.PLATFORM, "通商", "Tongshang"),
        ]
        ids = await add_parties(call, drafts)
        for party_id in ids:
            await add_app(call, party_id)
        parties = await find_parties(call.tx, ids)
        (buyer_id,) = await add_buyers(call, [BuyerDraft("小满")])
        if opened.house.demo:  # where everybody may be anybody
            await furnish_buyers(call, [buyer_id])
        buyer = (await find_buyers(call.tx, [buyer_id]))[buyer_id]
    shop, promoter, operator = (parties[party_id] for party_id in ids)
    return (
        shop_caller(shop), promoter_caller(promoter), operator_caller(operator),
        buyer_caller(buyer),
    )  # fmt: skip


async def _freight(opened: Opened, shop: Caller) -> str:
    price = {
        "first_val_amount": 1, "first_price": FREIGHT_FEN, "second_val_amount": 1,
        "second_price": 0, "is_default": True,
    }  # fmt: skip
    template = {
        "name": "全国 8 元", "valuation_type": "PIECE", "send_time": "SendTime_TWENTYFOUR_HOUR",
        "delivery_type": "EXPRESS", "shipping_method": "NO_FREE",
        "all_freight_calc_method": {"freight_calc_method_list": [price]},
    }  # fmt: skip
    path = "/channels/ec/merchant/addfreighttemplate"
    template_id: str = (await ask(opened, shop, path, freight_template=template)).template_id
    return template_id


async def _pictures(opened: Opened, shop: Caller, count: int) -> list[str]:
    path = "/channels/ec/basics/img/upload"
    urls = []
    for number in range(count):
        media = png(200 - 20 * number, 150 + 10 * number, 120)
        urls.append((await ask(opened, shop, path, resp_type=1, media=media)).pic_file.img_url)
    return urls


async def sell(market: Market, title: str, prices_fen: dict[str, int]) -> Goods:
    """One more product of the shop."""
    template_id = await _freight(market.opened, market.shop)
    pictures = await _pictures(market.opened, market.shop, 4)
    return await _sell(market.opened, market.shop, template_id, title, pictures, prices_fen)


async def _sell(
    opened: Opened, shop: Caller, template_id: str, title: str,
    pictures: Sequence[str], prices_fen: dict[str, int],
) -> Goods:  # fmt: skip
    skus = [
        {
            "thumb_img": pictures[0], "sale_price": price_fen, "market_price": price_fen + 2_000,
            "stock_num": 100, "sku_code": f"T{number}",
            "sku_attrs": [{"attr_key": "规格", "attr_value": name}],
        }
        for number, (name, price_fen) in enumerate(prices_fen.items())
    ]  # fmt: skip
    added = await ask(
        opened, shop, "/channels/ec/product/add",
        title=title, short_title=title[:10], head_imgs=pictures[:3],
        desc_info={"imgs": pictures[:1], "desc": "山场在慧苑坑。\n炭焙两道，岩骨花香。"},
        cats_v2=CATS, attrs=[{"attr_key": "产地", "attr_value": "福建武夷山"}],
        express_info={"template_id": template_id},
        extra_service={"seven_day_return": 0, "freight_insurance": 0},
        skus=skus, listing=1,
    )  # fmt: skip
    await finish_work(opened)
    product_id = added.data.product_id
    shown = await ask(opened, shop, "/v1/buyer/product/get", product_id=product_id)
    sku_ids = tuple(sku.sku_id for sku in shown.skus)
    return Goods(product_id, title, sku_ids, tuple(prices_fen.values()))


async def _offer(opened: Opened, shop: Caller, goods: Sequence[Goods]) -> None:
    items = [{"product_id": one.product_id, "ratio": RATIO_PERCENT} for one in goods]
    path = "/channels/ec/league/item/batchadd"
    await ask(opened, shop, path, type=1, list=items, is_forerver=True)


async def _write(opened: Opened, promoter: Caller, shop: Caller, tea: Goods, cup: Goods) -> str:
    shop_id = str(shop.party_id)
    added = await ask(
        opened, promoter, "/v1/promoter/content/add",
        title="三坑两涧，一泡大红袍",
        blocks=[
            {"kind": "paragraph", "text": "雨停之后进山，石壁还在滴水。"},
            {"kind": "card", "shop_id": shop_id, "product_id": tea.product_id},
            {"kind": "paragraph", "text": "好茶要配一只薄胎的杯子。"},
            {"kind": "card", "shop_id": shop_id, "product_id": cup.product_id},
        ],
    )  # fmt: skip
    content_id: str = added.content_id
    return content_id


def png(red: int, green: int, blue: int, side: int = 32) -> bytes:
    """A picture of one colour."""
    row = b"\0" + bytes((red % 256, green % 256, blue % 256)) * side
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(row * side)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
