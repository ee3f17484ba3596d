"""What comes in and goes out."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, Raw, Struct, UnsetType, to_builtins

from tongshang.modules.catalog import domain, sheet
from tongshang.modules.catalog.domain import ProductCard, SheetPatch, SkuPatch
from tongshang.modules.catalog.machine import SkuStatus
from tongshang.modules.catalog.sheet import ProductSheet
from tongshang.modules.inventory.api import StockMove, StockOp
from tongshang.runtime.rpc import WireReply

Id: TypeAlias = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Number: TypeAlias = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Seconds: TypeAlias = Annotated[int, Meta(ge=0, le=32_503_680_000)]  # until the year 3000


# --- requests -----------------------------------------------------------------------------------


class ProductRef(Struct):
    """Which product."""

    product_id: Id


class ProductGet(Struct):
    """Which product, and which copy of it: 1 online, 2 draft, 3 both."""

    product_id: Id
    data_type: Number = 1


class ProductQuery(Struct):
    """Which products of the shop."""

    status: Number | None = None
    page_size: Number = 10
    next_key: str = ""


class ProductDraft(Struct, kw_only=True):
    """A whole product, as a shop describes it."""

    title: str
    head_imgs: tuple[str, ...]
    desc_info: sheet.DescInfo
    skus: tuple[sheet.SkuSheet, ...] = ()
    out_product_id: str = ""
    short_title: str = ""
    sub_title: str = ""
    cats: tuple[sheet.CatRef, ...] = ()
    cats_v2: tuple[sheet.CatRef, ...] = ()
    attrs: tuple[sheet.Attr, ...] = ()
    spu_code: str = ""
    brand_id: int = 0
    qualifications: tuple[str, ...] = ()
    product_qua_infos: tuple[sheet.QuaInfo, ...] = ()
    deliver_method: int = 0
    deliver_acct_type: tuple[int, ...] = ()
    express_info: sheet.ExpressInfo = sheet.ExpressInfo()
    aftersale_desc: str = ""
    limited_info: sheet.LimitedInfo = sheet.LimitedInfo()
    extra_service: sheet.ExtraService = sheet.ExtraService()
    after_sale_info: sheet.AfterSaleInfo = sheet.AfterSaleInfo()
    size_chart: sheet.SizeChart | None = None
    timing_onsale_info: sheet.TimingOnsaleInfo | None = None
    spu_deliver_info: sheet.SpuDeliverInfo | None = None
    release_mode: int = 0
    listing: int = 0

    def as_sheet(self) -> ProductSheet:
        """The sheet; its path stands in cats_v2 also where only the old tree's was given."""
        given = {field.name: getattr(self, field.name) for field in fields(ProductSheet)}
        return ProductSheet(**{**given, "cats_v2": self.cats_v2 or self.cats})


class ProductUpdate(ProductDraft, kw_only=True):
    """A whole product that takes the place of its draft."""

    product_id: Id


class ExpressPatch(Struct):
    template_id: Id | UnsetType = UNSET
    weight: Number | UnsetType = UNSET


class LimitedPatch(Struct):
    period_type: Number | UnsetType = UNSET
    limited_buy_num: Number | UnsetType = UNSET


class ExtraPatch(Struct):
    seven_day_return: Number | UnsetType = UNSET
    freight_insurance: Number | UnsetType = UNSET
    fake_one_pay_three: Number | UnsetType = UNSET
    damage_guarantee: Number | UnsetType = UNSET
    exchange_support: Number | UnsetType = UNSET


class DeliverPatch(Struct):
    stock_type: Number | UnsetType = UNSET
    presale_begin_time: Seconds | UnsetType = UNSET
    presale_end_time: Seconds | UnsetType = UNSET
    full_payment_presale_delivery_type: Number | UnsetType = UNSET
    full_payment_presale_delivery_time: Number | UnsetType = UNSET
    spot_after_presale_end: bool | UnsetType = UNSET


class StockDiff(Struct):
    """How the stock changes: diff_type 1 adds, 2 subtracts, 3 sets."""

    num: Number
    diff_type: Number = 0


class SkuChange(Struct):
    """What changes of one SKU; `status` 5 sells it, 11 does not."""

    sku_id: Id
    sku_code: str | UnsetType = UNSET
    sale_price: int | UnsetType = UNSET
    status: Number | UnsetType = UNSET
    sku_deliver_info: DeliverPatch | UnsetType = UNSET
    stock_info: StockDiff | None = None
    is_delete: bool = False

    def patch(self) -> SkuPatch:
        """The change without what inventory does."""
        given = {
            name: value
            for name, value in to_builtins(self).items()
            if name in {"sku_code", "sale_price", "status", "sku_deliver_info"}
        }
        return SkuPatch(self.sku_id, given, self.is_delete)


class ProductChange(Struct):
    """What changes online without an audit. What is left out, or an empty object, stays."""

    product_id: Id
    spu_code: str | UnsetType = UNSET
    deliver_method: Number | UnsetType = UNSET
    express_info: ExpressPatch | UnsetType = UNSET
    limited_info: LimitedPatch | UnsetType = UNSET
    extra_service: ExtraPatch | UnsetType = UNSET
    timing_onsale_info: sheet.TimingOnsaleInfo | UnsetType = UNSET
    spu_deliver_info: sheet.SpuDeliverInfo | UnsetType = UNSET
    skus: tuple[SkuChange, ...] = ()

    def patch(self) -> SheetPatch:
        """The change of the sheet."""
        whole = ("spu_code", "deliver_method", "timing_onsale_info", "spu_deliver_info")
        given = {name: getattr(self, name) for name in whole}
        parts = ("express_info", "limited_info", "extra_service")
        return SheetPatch(
            fields={name: value for name, value in given.items() if value is not UNSET},
            parts={name: to_builtins(part) for name in parts if (part := getattr(self, name))},
            skus=tuple(sku.patch() for sku in self.skus),
        )


class StockRef(Struct):
    """Which SKU of which product."""

    product_id: Id
    sku_id: Id


class StockBatch(Struct):
    """Which products."""

    product_id: tuple[Id, ...]


class StockUpdate(Struct):
    """Which SKU, and how its stock changes."""

    product_id: Id
    sku_id: Id
    diff_type: Number
    num: Number


class FlowQuery(Struct, kw_only=True):
    """Which SKU's moves, of which time."""

    product_id: Id
    sku_id: Id
    begin_time: Seconds
    end_time: Seconds
    stock_type: Number = 0
    finder_id: str = ""
    op_type_list: tuple[Number, ...] = ()
    next_key: str = ""
    page_size: Number = 10


# --- answers ------------------------------------------------------------------------------------


class AddedData(Struct):
    product_id: str
    create_time: str


class Added(WireReply, kw_only=True):
    """The new product."""

    data: AddedData


class UpdatedData(Struct):
    product_id: str
    update_time: str


class Updated(WireReply, kw_only=True):
    """The product that was changed."""

    data: UpdatedData


class ProductFound(WireReply):
    """The copies asked for; what does not exist is absent."""

    product: Raw | UnsetType = UNSET
    edit_product: Raw | UnsetType = UNSET


class ProductPage(WireReply, kw_only=True):
    """Ids of some products, and how many there are in all."""

    product_ids: list[str]
    next_key: str
    total_num: int


class WarehouseStock(Struct):
    out_warehouse_id: str
    num: int
    lock_stock: int = 0


class StockView(Struct, kw_only=True):
    """One SKU's stock by kind; all of it is normal until there are others."""

    normal_stock_num: int
    limited_discount_stock_num: int = 0
    warehouse_stocks: list[WarehouseStock] = []
    total_stock_num: int
    finder_stock_num: int = 0


class StockFound(WireReply, kw_only=True):
    """The stock of a SKU."""

    data: StockView


class SkuStockView(StockView, kw_only=True):
    sku_id: str
    finder_total_num: int = 0


class SpuStockView(Struct):
    product_id: str
    sku_stock: list[SkuStockView]


class SpuStocks(Struct):
    spu_stock_list: list[SpuStockView]


class StocksFound(WireReply, kw_only=True):
    """The stock of products."""

    data: SpuStocks


class FlowCause(Struct):
    upload_source: int = 0
    order_id: str = "0"
    out_warehouse_id: str = ""
    limited_discount_id: str = "0"
    move_to_stock_sub_type: int | UnsetType = UNSET
    unmove_from_stock_sub_type: int | UnsetType = UNSET

    @classmethod
    def of(cls, move: StockMove, sub_type: int) -> "FlowCause":
        """Why stock moved; between kinds of stock, to or from which."""
        return cls(
            order_id=str(move.order_id),
            limited_discount_id=str(move.discount_id),
            move_to_stock_sub_type=sub_type if move.op is StockOp.SET_APART else UNSET,
            unmove_from_stock_sub_type=sub_type if move.op is StockOp.GIVEN_BACK else UNSET,
        )


class FlowView(Struct):
    amount: int
    beginning_amount: int
    ending_amount: int
    stock_sub_type: int
    op_type: int
    update_time: int
    ext_info: FlowCause


class Flows(Struct):
    stock_flow_info_list: list[FlowView]
    next_key: str


class FlowsFound(WireReply, kw_only=True):
    """Moves of a SKU's stock, the latest first."""

    data: Flows


# --- for buyers ---------------------------------------------------------------------------------


class BuyerProductRef(Struct, forbid_unknown_fields=True):
    """Which product."""

    product_id: Id


class BuyerProductQuery(Struct, forbid_unknown_fields=True):
    """Which listed products: of a shop, of a category and all below it, both, or all."""

    shop_id: Id = 0
    cat_id: Id = 0
    page_size: Number = 20
    next_key: str = ""


class AttrView(Struct):
    key: str
    value: str


class BuyerSku(Struct):
    sku_id: str
    attrs: list[AttrView]
    picture_url: str
    price_fen: int
    market_price_fen: int
    stock: int
    on_sale: bool


class BuyerProduct(Struct):
    """A product as its page shows it."""

    product_id: str
    shop_id: str
    title: str
    short_title: str
    pictures: list[str]
    desc: str
    desc_pictures: list[str]
    attrs: list[AttrView]
    cat_ids: list[str]
    price_fen: int
    market_price_fen: int
    seven_day_return: int
    freight_insurance: int
    skus: list[BuyerSku]

    @classmethod
    def of(
        cls, shop_id: int, product_id: int, online: ProductSheet, stocks: Mapping[int, int]
    ) -> "BuyerProduct":
        """The page's view of an online copy."""
        shown = domain.shown(online)
        return cls(
            str(product_id),
            str(shop_id),
            online.title,
            online.short_title,
            list(online.head_imgs),
            online.desc_info.desc,
            list(online.desc_info.imgs),
            [AttrView(attr.attr_key, attr.attr_value) for attr in online.attrs],
            [str(cat_id) for cat_id in online.path],
            shown.price_fen,
            shown.market_price_fen,
            online.extra_service.seven_day_return,
            online.extra_service.freight_insurance,
            [
                BuyerSku(
                    str(sku.sku_id),
                    [AttrView(attr.attr_key, attr.attr_value) for attr in sku.sku_attrs],
                    sku.thumb_img or shown.picture_url,
                    sku.sale_price,
                    sku.market_price,
                    stocks.get(sku.sku_id, 0),
                    sku.status == SkuStatus.ON_SALE,
                )
                for sku in online.skus
            ],
        )

    def hide(self) -> None:
        """Leave out what is hidden where a product is barred so: all but title, prices, SKUs."""
        self.short_title, self.desc, self.market_price_fen = "", "", 0
        self.pictures, self.desc_pictures, self.attrs = [], [], []
        for sku in self.skus:
            sku.picture_url, sku.market_price_fen = "", 0


class BuyerCard(Struct):
    product_id: str
    shop_id: str
    title: str
    short_title: str
    picture_url: str
    price_fen: int
    market_price_fen: int

    @classmethod
    def of(cls, card: ProductCard) -> "BuyerCard":
        """The card as buyers see it."""
        return cls(
            str(card.product_id),
            str(card.shop_id),
            card.title,
            card.short_title,
            card.picture_url,
            card.price_fen,
            card.market_price_fen,
        )


class BuyerProducts(Struct):
    """Some listed products, the newest first."""

    products: list[BuyerCard]
    next_key: str
