"""A product's document, in the words of the protocol: shops write it whole and read it whole.

The names are the wire's, because a sheet is kept and answered as it came (`copies.py`); what orders,
cards and lists need of it, `domain.Shown` says in ours.
"""

from dataclasses import dataclass, field

from tongshang.modules.catalog.machine import SkuStatus


@dataclass(frozen=True, slots=True)
class Attr:
    attr_key: str
    attr_value: str


@dataclass(frozen=True, slots=True)
class CatRef:
    cat_id: int


@dataclass(frozen=True, slots=True)
class DescInfo:
    imgs: tuple[str, ...] = ()
    desc: str = ""


@dataclass(frozen=True, slots=True)
class QuaInfo:
    qua_id: int
    qua_url: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExpressInfo:
    template_id: int = 0
    weight: int = 0


@dataclass(frozen=True, slots=True)
class DeliverInfo:
    """From stock, or a presale paid in full (reference section 3.2, sku_deliver_info)."""

    stock_type: int = 0
    presale_begin_time: int = 0
    presale_end_time: int = 0
    full_payment_presale_delivery_type: int = 0
    full_payment_presale_delivery_time: int = 0
    spot_after_presale_end: bool = False


@dataclass(frozen=True, slots=True)
class LimitedInfo:
    period_type: int = 0
    limited_buy_num: int = 0


@dataclass(frozen=True, slots=True)
class ExtraService:
    seven_day_return: int = 0
    pay_after_use: int = 0
    freight_insurance: int = 0
    fake_one_pay_three: int = 0
    damage_guarantee: int = 0
    exchange_support: int = 0


@dataclass(frozen=True, slots=True)
class AfterSaleInfo:
    after_sale_address_id: int = 0


@dataclass(frozen=True, slots=True)
class SizeValue:
    key: str
    value: str = ""
    left: str = ""
    right: str = ""


@dataclass(frozen=True, slots=True)
class SizeSpecification:
    name: str
    unit: str
    is_range: bool
    value_list: tuple[SizeValue, ...]


@dataclass(frozen=True, slots=True)
class SizeChart:
    enable: bool
    specification_list: tuple[SizeSpecification, ...] = ()


@dataclass(frozen=True, slots=True)
class TimingOnsaleInfo:
    status: int = 0
    onsale_time: int = 0
    is_hide_price: bool = False


@dataclass(frozen=True, slots=True)
class SpuDeliverInfo:
    is_spu_range: bool = False
    sku_deliver_info: DeliverInfo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SkuSheet:
    """One SKU of a sheet. `stock_num` is an instruction to inventory and never kept."""

    sale_price: int
    sku_id: int = 0
    out_sku_id: str = ""
    thumb_img: str = ""
    market_price: int = 0
    stock_num: int | None = None
    sku_code: str = ""
    bar_code: str = ""
    sku_attrs: tuple[Attr, ...] = ()
    sku_deliver_info: DeliverInfo | None = None
    status: int = SkuStatus.ON_SALE


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductSheet:
    """All that a shop says of a product."""

    title: str
    head_imgs: tuple[str, ...]
    desc_info: DescInfo
    skus: tuple[SkuSheet, ...]
    out_product_id: str = ""
    short_title: str = ""
    sub_title: str = ""
    cats: tuple[CatRef, ...] = ()
    cats_v2: tuple[CatRef, ...] = ()
    attrs: tuple[Attr, ...] = ()
    spu_code: str = ""
    brand_id: int = 0
    qualifications: tuple[str, ...] = ()
    product_qua_infos: tuple[QuaInfo, ...] = ()
    deliver_method: int = 0
    deliver_acct_type: tuple[int, ...] = ()
    express_info: ExpressInfo = field(default_factory=ExpressInfo)
    aftersale_desc: str = ""
    limited_info: LimitedInfo = field(default_factory=LimitedInfo)
    extra_service: ExtraService = field(default_factory=ExtraService)
    after_sale_info: AfterSaleInfo = field(default_factory=AfterSaleInfo)
    size_chart: SizeChart | None = None
    timing_onsale_info: TimingOnsaleInfo | None = None
    spu_deliver_info: SpuDeliverInfo | None = None
    release_mode: int = 0

    @property
    def path(self) -> tuple[int, ...]:
        """Its categories from the root down; the new tree's where both are given."""
        return tuple(cat.cat_id for cat in self.cats_v2 or self.cats)

    @property
    def sku_ids(self) -> tuple[int, ...]:
        """Its SKUs."""
        return tuple(sku.sku_id for sku in self.skus)

    def texts(self) -> list[str]:
        """What an audit reads."""
        texts = [self.title, self.short_title, self.sub_title, self.desc_info.desc]
        texts += [self.aftersale_desc]
        texts += [text for attr in self.attrs for text in (attr.attr_key, attr.attr_value)]
        texts += [attr.attr_value for sku in self.skus for attr in sku.sku_attrs]
        return [text for text in dict.fromkeys(texts) if text]
