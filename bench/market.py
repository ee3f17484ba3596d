"""The market that is measured: shops full of goods that do not run out, and buyers at home."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from tongshang.app import Opened
from tongshang.modules.catalog import api as catalog
from tongshang.modules.catalog.api import (
    Attr,
    Category,
    CatRef,
    DescInfo,
    ExpressInfo,
    ProductSheet,
    SkuSheet,
)
from tongshang.modules.delivery.api import Address, AddressDraft, add_addresses
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import BuyerDraft, PartyDraft, PartyKind
from tongshang.runtime.call import NOBODY, Call, Caller, House
from tongshang.runtime.db import transaction
from tongshang.runtime.rpc import perform

PLENTY: Final = 10_000_000
SCARCE: Final = 500

_AT_ONCE: Final = 500
_CATEGORIES: Final = (
    Category(9001, 0, 1, "食品饮料", "Food and drink", is_leaf=False),
    Category(9002, 9001, 2, "茶叶", "Tea", is_leaf=False),
    Category(9003, 9002, 3, "乌龙茶", "Oolong", fee_ppm=50_000),
)
_PATH: Final = tuple(CatRef(category.cat_id) for category in _CATEGORIES)
_HOME: Final = Address("林晓", "13800138000", "浙江省", "杭州市", "西湖区", "龙井路 1 号", "310000")
_FREIGHT: Final = {
    "freight_template": {
        "name": "全国 8 元",
        "valuation_type": "PIECE",
        "send_time": "SendTime_TWENTYFOUR_HOUR",
        "delivery_type": "EXPRESS",
        "shipping_method": "NO_FREE",
        "all_freight_calc_method": {
            "freight_calc_method_list": [
                {
                    "first_val_amount": 1,
                    "first_price": 800,
                    "second_val_amount": 1,
                    "second_price": 0,
                    "is_default": True,
                }
            ]
        },
    }
}
# Limits are not what is measured.
_QUOTAS: Final = "update apps set calls_per_minute = 2000000000, calls_per_day = 2000000000"


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of everything."""

    products: int = 1_000  # of the first shop, and they never run out
    others: int = 31  # more shops
    others_products: int = 100
    scarce: int = 3  # of the first shop, 500 pieces each
    buyers: int = 5_000


@dataclass(frozen=True, slots=True)
class Goods:
    """A product with its one SKU."""

    shop_id: int
    product_id: int
    sku_id: int


@dataclass(frozen=True, slots=True)
class Person:
    """A buyer with a session and an address."""

    address_id: int
    token: str


@dataclass(frozen=True, slots=True)
class Market:
    """Who and what is there."""

    goods: tuple[tuple[Goods, ...], ...]  # by shop
    scarce: tuple[Goods, ...]
    people: tuple[Person, ...]
    shop_token: str  # of the first shop


async def furnish(opened: Opened, size: Size) -> Market:
    """Fill an empty platform, by the doors that its own rooms use."""
    house = opened.house
    async with transaction(house.pool) as tx:
        call = Call(tx, house.clock.now(), NOBODY, house)
        await catalog.add_categories(call, _CATEGORIES)
        drafts = [PartyDraft(PartyKind.SHOP, f"山里茶铺 {n}") for n in range(1 + size.others)]
        shop_ids = await identity.add_parties(call, drafts)
        app = await identity.add_app(call, shop_ids[0])
        shops = await identity.find_parties(tx, shop_ids)
        await tx.execute(_QUOTAS)
    goods: list[tuple[Goods, ...]] = []
    scarce: list[Goods] = []
    for shop_id in shop_ids:
        template_id = await _freight(house, identity.shop_caller(shops[shop_id]))
        is_first = shop_id == shop_ids[0]
        count = size.products if is_first else size.others_products
        goods.append(await _sell(house, shop_id, template_id, count, PLENTY))
        if is_first:
            scarce += await _sell(house, shop_id, template_id, size.scarce, SCARCE)
    people = await _people(house, size.buyers)
    return Market(tuple(goods), tuple(scarce), people, await _token(house, app))


async def _freight(house: House, shop: Caller) -> int:
    reply = await _ask(house, shop, "/channels/ec/merchant/addfreighttemplate", _FREIGHT)
    return int(reply.template_id)


async def _ask(house: House, caller: Caller, path: str, fields: Mapping[str, object]) -> Any:
    endpoint = house.registry.find(path)
    request = msgspec.convert(fields, endpoint.takes, strict=False)
    return await perform(house, endpoint, caller, request)


async def _sell(
    house: House, shop_id: int, template_id: int, count: int, stock: int
) -> tuple[Goods, ...]:
    sold: list[Goods] = []
    for begin in range(0, count, _AT_ONCE):
        numbers = range(begin, min(begin + _AT_ONCE, count))
        async with transaction(house.pool) as tx:
            call = Call(tx, house.clock.now(), NOBODY, house)
            sheets = [_sheet(number, template_id, stock) for number in numbers]
            ids = await catalog.add_products(call, shop_id, sheets)
            failed = await catalog.list_products(call, shop_id, ids)
            assert not any(failed.values()), failed
            skus = await catalog.skus_of(tx, shop_id, ids)
        sold += [Goods(shop_id, one, skus[one][0][0]) for one in ids]
    return tuple(sold)


def _sheet(number: int, template_id: int, stock: int) -> ProductSheet:
    """A product as shops write it: three pictures, a description, one SKU."""
    pictures = tuple(f"/media/{number:060x}{place:04x}.png" for place in range(3))
    sku = SkuSheet(
        sale_price=4_850 + number,
        market_price=6_800 + number,
        stock_num=stock,
        sku_code=f"T{number}",
        thumb_img=pictures[0],
        sku_attrs=(Attr("规格", "50 克"),),
    )
    return ProductSheet(
        title=f"武夷岩茶 手工炭焙大红袍 第 {number} 号",
        short_title="大红袍",
        head_imgs=pictures,
        desc_info=DescInfo(pictures[:1], "山场在慧苑坑。\n炭焙两道，岩骨花香。"),
        cats_v2=_PATH,
        attrs=(Attr("产地", "福建武夷山"),),
        express_info=ExpressInfo(template_id),
        skus=(sku,),
    )


async def _people(house: House, count: int) -> tuple[Person, ...]:
    async with transaction(house.pool) as tx:
        call = Call(tx, house.clock.now(), NOBODY, house)
        buyers = await identity.add_buyers(call, [BuyerDraft(f"客{n}") for n in range(count)])
        homes = await add_addresses(call, [AddressDraft(one, _HOME) for one in buyers])
        tokens = await identity.open_sessions(call, buyers)
    return tuple(Person(*one) for one in zip(homes, tokens, strict=True))


async def _token(house: House, app: identity.AppSecret) -> str:
    asked = {"grant_type": "client_credential", "appid": app.appid, "secret": app.secret}
    token: str = (await _ask(house, NOBODY, "/cgi-bin/token", asked)).access_token
    return token
