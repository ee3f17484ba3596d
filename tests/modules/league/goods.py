"""A shop with products on sale and one still a draft, and promoters to carry them."""

from dataclasses import dataclass

from tests.platform import calling
from tongshang.app import Opened
from tongshang.modules.catalog import actions
from tongshang.modules.catalog import api as catalog
from tongshang.modules.catalog.api import (
    Category,
    CatRef,
    DescInfo,
    ExpressInfo,
    ExtraService,
    ProductSheet,
    SkuSheet,
)
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import BuyerDraft, PartyDraft, PartyKind
from tongshang.runtime.call import Caller

PRICE_FEN = 1_999


def picture(number: int) -> str:
    return f"/media/{number:064x}.png"


def _sheet(title: str) -> ProductSheet:
    return ProductSheet(
        title=title,
        head_imgs=tuple(picture(n) for n in range(3)),
        desc_info=DescInfo((picture(9),)),
        skus=(SkuSheet(sale_price=PRICE_FEN, stock_num=10),),
        cats_v2=(CatRef(1), CatRef(2)),
        express_info=ExpressInfo(1),
        extra_service=ExtraService(1),
    )


@dataclass
class Goods:
    opened: Opened
    shop: Caller
    other_shop: Caller
    promoter: Caller
    other_promoter: Caller
    buyer: Caller
    listed: list[int]
    draft: int

    async def delist(self, product_id: int) -> None:
        async with calling(self.opened, self.shop) as call:
            await actions.delist(call, self.shop.party_id, [product_id])


async def open_goods(opened: Opened, count: int = 3) -> Goods:
    async with calling(opened) as call:
        kinds = (PartyKind.SHOP, PartyKind.SHOP, PartyKind.PROMOTER, PartyKind.PROMOTER)
        ids = await identity.add_parties(
            call, [PartyDraft(kind, f"party {n}") for n, kind in enumerate(kinds)]
        )
        parties = await identity.find_parties(call.tx, ids)
        (buyer_id,) = await identity.add_buyers(call, [BuyerDraft("小满")])
        leaf = Category(2, 1, 2, "茶", fee_ppm=50_000)
        await catalog.add_categories(call, [Category(1, 0, 1, "食品", is_leaf=False), leaf])
        sheets = [_sheet(f"高山红茶第{n}号") for n in range(count + 1)]
        products = await catalog.add_products(call, ids[0], sheets)
        failed = await catalog.list_products(call, ids[0], products[:count])
        assert not any(failed.values()), failed
        buyer = await identity.get_buyer(call.tx, buyer_id)
    return Goods(
        opened,
        identity.shop_caller(parties[ids[0]]),
        identity.shop_caller(parties[ids[1]]),
        identity.promoter_caller(parties[ids[2]]),
        identity.promoter_caller(parties[ids[3]]),
        identity.buyer_caller(buyer),
        products[:count],
        products[count],
    )
