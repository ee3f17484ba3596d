"""Requests and answers of the agencies' square (reference sections 7.3 and 7.7)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

import msgspec

from tongshang.modules.catalog.api import Category, ProductSheet, SkuSheet
from tongshang.modules.identity.api import Party
from tongshang.modules.league.domain.square import MOST, SquareFilter, month_began
from tongshang.modules.league.domain.supply import Offer
from tongshang.modules.league.wire.agencies import (
    AttrView,
    CatView,
    DescView,
    Range,
    ShortPage,
    Times,
)
from tongshang.modules.league.wire.plans import Id
from tongshang.runtime.rpc import WireReply

_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2199, 1, 1, tzinfo=UTC)


Flag = Annotated[int, msgspec.Meta(ge=0, le=99)]


class Condition(msgspec.Struct):
    selling_price_range: Range | None = None
    monthly_sales_range: Range | None = None
    service_fee_rate_range: Range | None = None
    commission_rate_range: Range | None = None
    promote_time_range: Times | None = None
    create_time_range: Times | None = None
    flags: list[Flag] = []


class CategoryFilter(msgspec.Struct):
    category_id: Id = 0
    category_name: str = ""
    category_ids_1: list[Id] = []
    category_ids_2: list[Id] = []
    category_ids_3: list[Id] = []

    def ids(self, tree: Mapping[str, list[int]]) -> tuple[int, ...]:
        """The categories that are asked for; a name that none has asks for nothing."""
        asked = [*self.category_ids_1, *self.category_ids_2, *self.category_ids_3]
        if self.category_id:
            asked.append(self.category_id)
        if self.category_name:
            asked += tree.get(self.category_name, [-1])
        return tuple(asked)


class SelectionQuery(msgspec.Struct):
    plan_type: int
    keyword: str = ""
    spu_item_condition: Condition | None = None
    category: CategoryFilter | None = None
    spu_source: int | None = None
    page_size: ShortPage = 10
    next_key: str = ""

    def filter(self, tree: Mapping[str, list[int]], at: datetime) -> SquareFilter:
        """The goods that are asked for."""
        rules = self.spu_item_condition or Condition()
        return SquareFilter(
            month_began(at),
            self.keyword,
            self.category.ids(tree) if self.category else (),
            tuple(sorted(set(rules.flags))),
            0,
            ends(rules.selling_price_range),
            ends(rules.monthly_sales_range),
            ends(rules.commission_rate_range),
            ends(rules.service_fee_rate_range),
            times(rules.promote_time_range),
            times(rules.create_time_range),
        )


def ends(range_: Range | None) -> tuple[int, int]:
    """Both ends of a range; one that is not given lies far away."""
    if range_ is None:
        return 0, MOST
    return range_.min or 0, MOST if range_.max is None else range_.max


def times(range_: Times | None) -> tuple[datetime, datetime]:
    """The same for a time."""
    first = datetime.fromtimestamp(range_.min, UTC) if range_ and range_.min else _FIRST
    last = datetime.fromtimestamp(range_.max, UTC) if range_ and range_.max else _LAST
    return first, last


def by_name(tree: list[Category]) -> dict[str, list[int]]:
    """Categories by their names."""
    found: dict[str, list[int]] = {}
    for one in tree:
        found.setdefault(one.name, []).append(one.cat_id)
    return found


class Selected(msgspec.Struct):
    shop_appid: str
    product_id: str
    head_supplier_item_link: str

    @classmethod
    def of(cls, offer: Offer, shops: Mapping[int, Party]) -> "Selected":
        """An offer on the square."""
        shop = shops.get(offer.plan.shop_id)
        return cls(shop.appid if shop else "", str(offer.plan.product_id), offer.link)


class SelectionPage(WireReply):
    product_list: list[Selected] = msgspec.field(default_factory=list)
    next_key: str = ""


class DetailQuery(msgspec.Struct):
    shop_appid: str = ""
    product_id: Id = 0
    plan_type: int | None = None


class DeliverView(msgspec.Struct):
    stock_type: int
    full_payment_presale_delivery_type: int
    presale_begin_time: int
    presale_end_time: int
    full_payment_presale_delivery_time: int
    spot_after_presale_end: int


class SkuDetail(msgspec.Struct):
    sku_id: str
    out_sku_id: str
    thumb_img: str
    sale_price: int
    market_price: int
    stock_num: int
    sku_code: str
    bar_code: str
    sku_attrs: list[AttrView]
    status: int
    sku_deliver_info: DeliverView | msgspec.UnsetType = msgspec.UNSET


class ProductDetail(msgspec.Struct):
    title: str
    sub_title: str
    head_imgs: list[str]
    desc_info: DescView
    cats_v2: list[CatView]
    skus: list[SkuDetail]
    status: int
    monthly_sales_range: int

    @classmethod
    def of(
        cls, sheet: ProductSheet, status: int, stocks: Mapping[int, int], month: int
    ) -> "ProductDetail":
        """All that is said of a product on sale."""
        return cls(
            sheet.title,
            sheet.sub_title,
            list(sheet.head_imgs),
            DescView(list(sheet.desc_info.imgs), sheet.desc_info.desc),
            [CatView(str(one)) for one in sheet.path],
            [_sku(sku, stocks.get(sku.sku_id, 0)) for sku in sheet.skus],
            status,
            month,
        )


class ShopBrief(msgspec.Struct):
    name: str
    icon: str
    score: int = 0  # shops have no score here


class DetailView(msgspec.Struct):
    shop_appid: str
    product_id: str
    product_info: ProductDetail
    shop: ShopBrief


class DetailReply(WireReply):
    product: DetailView | msgspec.UnsetType = msgspec.UNSET


def _sku(sku: SkuSheet, stock: int) -> SkuDetail:
    detail = SkuDetail(
        str(sku.sku_id),
        sku.out_sku_id,
        sku.thumb_img,
        sku.sale_price,
        sku.market_price,
        stock,
        sku.sku_code,
        sku.bar_code,
        [AttrView(one.attr_key, one.attr_value) for one in sku.sku_attrs],
        sku.status,
    )
    deliver = sku.sku_deliver_info
    if deliver is not None:
        detail.sku_deliver_info = DeliverView(
            deliver.stock_type,
            deliver.full_payment_presale_delivery_type,
            deliver.presale_begin_time,
            deliver.presale_end_time,
            deliver.full_payment_presale_delivery_time,
            int(deliver.spot_after_presale_end),
        )
    return detail
