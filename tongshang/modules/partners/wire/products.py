"""What agencies ask about the goods that their sharers share (contract family promoter_product).

Ratios are of 1,000,000 (reference section 7.3), prices fen.
"""

from typing import Annotated, TypeAlias

import msgspec

from tongshang.modules.catalog.api import ProductSheet, ProductStatus
from tongshang.modules.league.api import PoolItem
from tongshang.modules.partners.wire.words import Appid, Key, Link, Number, PoolSize, Word
from tongshang.runtime.rpc import WireReply
from tongshang.runtime.wire import seconds

CategoryIds: TypeAlias = Annotated[list[Number], msgspec.Meta(max_length=100)]


class Range(msgspec.Struct):
    """From `min` to `max`, both included; without a `max` there is no end."""

    min: Number = 0
    max: Number | None = None

    def holds(self, value: int) -> bool:
        """Whether a value lies in it."""
        return self.min <= value and (self.max is None or value <= self.max)


class Conditions(msgspec.Struct, kw_only=True):
    selling_price_range: Range | None = None
    monthly_sales_range: Range | None = None
    service_fee_rate_range: Range | None = None
    commission_rate_range: Range | None = None
    promote_time_range: Range | None = None
    flags: Annotated[list[Word], msgspec.Meta(max_length=20)] = msgspec.field(default_factory=list)


class CategoryFilter(msgspec.Struct, kw_only=True):
    category_id: Number = 0
    category_name: Word = ""
    category_ids_1: CategoryIds = msgspec.field(default_factory=list)
    category_ids_2: CategoryIds = msgspec.field(default_factory=list)
    category_ids_3: CategoryIds = msgspec.field(default_factory=list)


class PoolQuery(msgspec.Struct, kw_only=True):
    shop_appid: Appid = ""
    keyword: Word = ""
    plan_type: int = 0
    spu_item_condition: Conditions | None = None
    category: CategoryFilter | None = None
    page_size: PoolSize = 10
    next_key: Key = ""


class PoolProduct(msgspec.Struct, kw_only=True, omit_defaults=True):
    product_id: str
    shop_appid: str
    head_supplier_appid: str = ""


class PoolPage(WireReply, kw_only=True):
    product_list: list[PoolProduct] = msgspec.field(default_factory=list)
    next_key: str = ""


class DetailQuery(msgspec.Struct, kw_only=True):
    shop_appid: Appid = ""
    head_supplier_appid: Appid = ""
    product_id: Number
    plan_type: int = 0
    get_available_coupon: bool = False


class DescInfo(msgspec.Struct):
    imgs: list[str]
    desc: str


class CatRef(msgspec.Struct):
    cat_id: str


class SkuAttr(msgspec.Struct):
    attr_key: str
    attr_value: str


class SkuInfo(msgspec.Struct):
    sku_id: str
    thumb_img: str
    sale_price: int
    stock_num: int
    sku_attrs: list[SkuAttr]


class ProductInfo(msgspec.Struct):
    title: str
    sub_title: str
    head_imgs: list[str]
    desc_info: DescInfo
    cats_v2: list[CatRef]
    status: int
    skus: list[SkuInfo]

    @classmethod
    def of(cls, sheet: ProductSheet, stocks: dict[int, int]) -> "ProductInfo":
        """A product on sale, with what is in stock of each SKU."""
        skus = [
            SkuInfo(
                str(sku.sku_id),
                sku.thumb_img or sheet.head_imgs[0],
                sku.sale_price,
                stocks.get(sku.sku_id, 0),
                [SkuAttr(one.attr_key, one.attr_value) for one in sku.sku_attrs],
            )
            for sku in sheet.skus
        ]
        return cls(
            sheet.title,
            sheet.short_title,
            list(sheet.head_imgs),
            DescInfo(list(sheet.desc_info.imgs), sheet.desc_info.desc),
            [CatRef(str(one.cat_id)) for one in sheet.cats_v2],
            ProductStatus.LISTED,
            skus,
        )


class CommissionInfo(msgspec.Struct):
    """What comes to the agency of the goods' price; `end_time` 0: for ever."""

    status: int
    service_ratio: int
    start_time: int
    end_time: int

    @classmethod
    def of(cls, item: PoolItem) -> "CommissionInfo":
        """A running plan, as the agency has it."""
        return cls(1, item.arrives_ppm, seconds(item.begins_at), seconds(item.ends_at))


class Supplier(msgspec.Struct):
    head_supplier_appid: str
    name: str


class ProductDetail(msgspec.Struct, kw_only=True, omit_defaults=True):
    product_id: str
    shop_appid: str
    product_promotion_link: str
    product_info: ProductInfo
    commission_info: CommissionInfo
    head_supplier_info: Supplier | None = None


class CouponRef(msgspec.Struct):
    coupon_id: str


class DetailReply(WireReply, kw_only=True):
    product: ProductDetail
    public_coupons: list[CouponRef] = msgspec.field(default_factory=list)
    cooperative_coupons: list[CouponRef] = msgspec.field(default_factory=list)


class PromotionQuery(msgspec.Struct, kw_only=True):
    """Whose link, and to what: a product by its shop and id, or by a short link to it."""

    sharer_appid: Appid = ""
    sharer_openid: Appid = ""
    shop_appid: Appid = ""
    head_supplier_appid: Appid = ""
    product_id: Number = 0
    product_short_link: Link = ""


class ShortLinkReply(WireReply, kw_only=True):
    short_link: str


class QrReply(WireReply, kw_only=True):
    qrcode_url: str


class PromotionLinkReply(WireReply, kw_only=True):
    product_promotion_link: str
