"""Goods for tests: a small tree, a shop's caller, and sheets that keep every rule."""

import hashlib
from typing import Any

from tests.platform import ask, calling, finish_work
from tongshang.app import Opened
from tongshang.modules.catalog import api
from tongshang.modules.catalog.api import Category
from tongshang.runtime.call import SHOP_SCOPES, Caller, Tells
from tongshang.runtime.jobs import tell_listeners

SHOP = 10_000_000_007
OTHER_SHOP = 10_000_000_008
SELLER = Caller(name="shop", scopes=SHOP_SCOPES, party_id=SHOP)
OTHER_SELLER = Caller(name="other shop", scopes=SHOP_SCOPES, party_id=OTHER_SHOP)

TREE = (
    Category(10, 0, 1, "家居", is_leaf=False),
    Category(11, 10, 2, "餐具", is_leaf=False),
    Category(12, 11, 3, "盘碟", fee_ppm=50_000, confirm_receipt_days=7, floor_price_fen=100),
    Category(13, 11, 3, "碗", fee_ppm=20_000, seven_day_return=True),
    Category(20, 0, 1, "酒类", is_leaf=False),
    Category(21, 20, 2, "葡萄酒", is_leaf=True, fee_ppm=10_000),
)


def picture(name: str) -> str:
    return f"/media/{hashlib.sha256(name.encode()).hexdigest()}.png"


def sku(name: str, price: Any = 1_000, stock: Any = 5, **more: Any) -> dict[str, Any]:
    return {
        "sale_price": price,
        "market_price": int(price) + 500,
        "stock_num": stock,
        "sku_code": f"code-{name}",
        "thumb_img": picture(name),
        "sku_attrs": [{"attr_key": "颜色", "attr_value": name}],
        **more,
    }


def goods(title: str = "三层点心架 下午茶", **more: Any) -> dict[str, Any]:
    return {
        "title": title,
        "head_imgs": [picture(f"head {n}") for n in range(3)],
        "desc_info": {"imgs": [picture("desc")], "desc": "白瓷，三层。"},
        "cats_v2": [{"cat_id": "10"}, {"cat_id": "11"}, {"cat_id": "12"}],
        "express_info": {"template_id": "18"},
        "skus": [sku("白"), sku("蓝", 1_200, 3)],
        **more,
    }


async def plant(opened: Opened) -> None:
    """The tree, in a house where nobody listens: what pushes do is told elsewhere."""
    opened.house.tells = Tells(tell_listeners)
    async with calling(opened) as call:
        await api.add_categories(call, TREE)


async def add(opened: Opened, caller: Caller = SELLER, **more: Any) -> int:
    added = await ask(opened, caller, "/channels/ec/product/add", **goods(**more))
    return int(added.data.product_id)


async def add_listed(opened: Opened, caller: Caller = SELLER, **more: Any) -> int:
    product_id = await add(opened, caller, **more, listing=1)
    await finish_work(opened)
    return product_id
