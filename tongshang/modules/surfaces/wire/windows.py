"""Requests and answers of windows as their owners' programs see them (contract family window)."""

from collections.abc import Mapping
from typing import Annotated

import msgspec

from tongshang.modules.catalog.api import ProductCard, ProductSheet, ProductStatus
from tongshang.modules.identity.api import Party
from tongshang.modules.league.api import WindowItem
from tongshang.modules.surfaces.wire.cards import CardView, Id
from tongshang.runtime.rpc import WireReply

Number = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
WholePage = Annotated[int, msgspec.Meta(ge=1, le=500)]
Index = Annotated[int, msgspec.Meta(ge=1, le=500)]


class ProductRef(msgspec.Struct):
    product_id: Number = 0


class TalentQuery(msgspec.Struct):
    page_index: Index | None = None
    page_size: WholePage = 10
    last_buffer: str = ""


class TalentListed(msgspec.Struct):
    product_id: str
    product_source: int
    appid: str
    out_product_id: str


class TalentPage(WireReply):
    products: list[TalentListed] = msgspec.field(default_factory=list)
    last_buffer: str = ""


class TalentProduct(msgspec.Struct):
    product_id: str
    appid: str
    out_product_id: str
    title: str
    img_url: str
    leaf_category_id: int
    status: int
    selling_price: int
    stock: int
    sales: int
    is_hide: bool
    product_promotion_link: str


class TalentReply(WireReply):
    product: TalentProduct | msgspec.UnsetType = msgspec.UNSET


class WindowRef(msgspec.Struct):
    product_id: Number = 0
    appid: str = ""


class WindowGet(WindowRef):
    need_cps_product: bool = False


class WindowAdd(WindowRef):
    is_hide_for_window: bool = False


class WindowQuery(msgspec.Struct):
    appid: str = ""
    branch_id: Number = 0
    page_index: Index = 1
    page_size: WholePage = 10
    last_buffer: str = ""
    need_total_num: bool = False
    query_cps_product: bool = False


class WindowListed(msgspec.Struct):
    product_id: str
    appid: str


class WindowPage(WireReply):
    products: list[WindowListed] = msgspec.field(default_factory=list)
    last_buffer: str = ""
    total_num: int | msgspec.UnsetType = msgspec.UNSET


class PagePath(msgspec.Struct):
    appid: str
    half_page_path: str
    full_page_path: str


class Discount(msgspec.Struct):
    is_effect: bool
    discount_price: int
    stock: int
    end_time_ms: int


class Ban(msgspec.Struct):
    reason: int = 0  # barred where it comes from


class WindowProduct(msgspec.Struct):
    appid: str
    product_id: str
    out_product_id: str
    title: str
    img_url: str
    third_category_id: int
    leaf_category_id: int
    status: int
    market_price: int
    selling_price: int
    stock: int
    sales: int
    page_path: PagePath
    platform_id: int
    platform_name: str
    is_hide_for_window: bool
    banned: bool
    banned_details: Ban | msgspec.UnsetType = msgspec.UNSET
    limit_discount_info: Discount | msgspec.UnsetType = msgspec.UNSET


class WindowReply(WireReply):
    product: WindowProduct | msgspec.UnsetType = msgspec.UNSET


class BuyerQuery(msgspec.Struct, forbid_unknown_fields=True):
    """A creator's window; `limit` products of it."""

    promoter_id: Id
    limit: Annotated[int, msgspec.Meta(ge=1, le=50)] = 20
    next_key: str = ""


class BuyerWindow(msgspec.Struct):
    """What stands in a creator's window, as cards that say he brought the buyer."""

    cards: list[CardView]
    next_key: str = ""


def talent_product(
    item: WindowItem,
    view: CardView,
    sheet: ProductSheet | None,
    product: ProductCard,
    shops: Mapping[int, Party],
    sold: int,
) -> TalentProduct:
    """A product in one's own window, and the link that credits one."""
    return TalentProduct(
        view.product_id,
        shops[item.shop_id].appid,
        sheet.out_product_id if sheet else "",
        view.title,
        view.picture_url,
        sheet.path[-1] if sheet else 0,
        in_window(product),
        view.price_fen,
        view.stock,
        sold,
        item.is_hidden,
        view.token,
    )


def in_window(product: ProductCard) -> int:
    """1 in the window, 3 gone where it comes from."""
    gone = {ProductStatus.DELETED, ProductStatus.RECYCLED}
    return 3 if product.status in gone else 1
