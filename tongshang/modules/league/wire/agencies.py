"""Requests and answers of agencies' shops and goods (contract families league_shop, league_item)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import msgspec

from tongshang.modules.catalog.api import ProductCard, ProductSheet
from tongshang.modules.identity.api import Party
from tongshang.modules.league.domain.agencies import AgencyTie, ShopFigures
from tongshang.modules.league.domain.plans import PlanStatus
from tongshang.modules.league.domain.supply import Item, Offer, Resale, SubItem, link_of
from tongshang.modules.league.wire.plans import Id, Moment
from tongshang.runtime.rpc import WireReply
from tongshang.runtime.wire import seconds

ShortPage = Annotated[int, msgspec.Meta(ge=1, le=20)]
ItemPage = Annotated[int, msgspec.Meta(ge=1, le=30)]
Ratio = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class Range(msgspec.Struct):
    min: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)] | None = None
    max: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)] | None = None


class Times(msgspec.Struct):
    min: Moment | None = None
    max: Moment | None = None


# --- shops -------------------------------------------------------------------------------------


class ShopRef(msgspec.Struct):
    appid: str = ""


class Paged(msgspec.Struct):
    page_size: ItemPage = 10
    next_key: str = ""


class ShopFace(msgspec.Struct):
    appid: str
    nickname: str
    headimg_url: str

    @classmethod
    def of(cls, party: Party | None) -> "ShopFace":
        """A shop at a glance."""
        return cls(party.appid, party.name, party.icon_url) if party else cls("", "", "")


class ShopData(msgspec.Struct):
    gmv: int
    product_number: int
    settle_amount: int
    unsettle_amount: int
    product_number_today: int
    product_number_sold_today: int

    @classmethod
    def of(cls, figures: ShopFigures, counts: tuple[int, int]) -> "ShopData":
        """What an agency brought a shop; counts are of products, of all and of today's."""
        return cls(
            figures.sold_fen,
            counts[0],
            figures.settled_fen,
            figures.unsettled_fen,
            counts[1],
            figures.sold_today,
        )


class ShopDetail(msgspec.Struct):
    base_info: ShopFace
    data_info: ShopData
    status: int
    approved_time: int

    @classmethod
    def of(cls, tie: AgencyTie, face: ShopFace, data: ShopData) -> "ShopDetail":
        """A shop, what it is to the agency, and what came of it."""
        return cls(face, data, tie.state, seconds(tie.changed_at))


class ShopReply(WireReply):
    shop_detail: ShopDetail | msgspec.UnsetType = msgspec.UNSET


class ShopListed(msgspec.Struct):
    base_info: ShopFace
    status: int


class ShopPage(WireReply):
    shop_list: list[ShopListed] = msgspec.field(default_factory=list)
    next_key: str = ""
    has_more: bool = False


# --- an agency's goods ---------------------------------------------------------------------------


class ItemQuery(msgspec.Struct):
    appid: str = ""
    page_size: ItemPage = 10
    next_key: str = ""


class ItemListed(msgspec.Struct):
    appid: str
    product_id: str


class ItemPageReply(WireReply):
    items: list[ItemListed] = msgspec.field(name="list", default_factory=list)
    has_more: bool = False
    next_key: str = ""


class ItemRef(msgspec.Struct):
    appid: str = ""
    product_id: Id = 0


class ItemMove(ItemRef):
    type: int = 0


class CatView(msgspec.Struct):
    cat_id: str


class DescView(msgspec.Struct):
    imgs: list[str]
    desc: str


class AttrView(msgspec.Struct):
    attr_key: str
    attr_value: str


class SkuView(msgspec.Struct):
    sku_id: str
    thumb_img: str
    sale_price: int
    stock_num: int
    sku_attrs: list[AttrView]


class ProductInfo(msgspec.Struct):
    title: str
    sub_title: str
    head_imgs: list[str]
    desc_info: DescView
    cats: list[CatView]
    cats_v2: list[CatView]

    @classmethod
    def of(cls, card: ProductCard | None, sheet: ProductSheet | None) -> "ProductInfo":
        """What is said of a product; of one that is off sale only its title and picture."""
        if sheet is None:
            pictures = [card.picture_url] if card else []
            return cls(card.title if card else "", "", pictures, DescView([], ""), [], [])
        cats = [CatView(str(one)) for one in sheet.path]
        return cls(
            sheet.title,
            sheet.sub_title,
            list(sheet.head_imgs),
            DescView(list(sheet.desc_info.imgs), sheet.desc_info.desc),
            cats[:3],
            cats,
        )


class ItemInfo(ProductInfo):
    skus: list[SkuView] = []

    @classmethod
    def with_skus(
        cls, card: ProductCard | None, sheet: ProductSheet | None, stocks: Mapping[int, int]
    ) -> "ItemInfo":
        """The same with its SKUs and their stock."""
        info = cls(*msgspec.structs.astuple(ProductInfo.of(card, sheet)))
        info.skus = [
            SkuView(
                str(sku.sku_id),
                sku.thumb_img,
                sku.sale_price,
                stocks.get(sku.sku_id, 0),
                [AttrView(one.attr_key, one.attr_value) for one in sku.sku_attrs],
            )
            for sku in (sheet.skus if sheet else ())
        ]
        return info


class ItemTerms(msgspec.Struct):
    status: int
    service_ratio: int
    ratio: int
    start_time: int
    end_time: int  # 0: for ever
    link: str

    @classmethod
    def of(cls, offer: Offer, at: datetime) -> "ItemTerms":
        """What an offer pays its agency, in parts per million of the goods' price."""
        status = offer.plan.status(at)
        if status not in {PlanStatus.LISTED, PlanStatus.BELOW_STANDARD}:
            status = PlanStatus.DELISTED
        if status is PlanStatus.LISTED and not offer.runs(at):
            status = PlanStatus.DELISTED
        begins, ends = _span(offer)
        return cls(status, offer.arrives_ppm, offer.plan.ratio_ppm, begins, ends, offer.link)


class ItemView(msgspec.Struct):
    appid: str
    product_id: int  # a number in the platform's sample
    product_info: ItemInfo
    commission_info: ItemTerms


class ItemReply(WireReply):
    item: ItemView | msgspec.UnsetType = msgspec.UNSET


# --- offers ------------------------------------------------------------------------------------


class LinkRef(msgspec.Struct):
    head_supplier_item_link: str = ""


class NormalTerms(msgspec.Struct):
    ratio: int


class OfferTerms(msgspec.Struct):
    plan_type: int
    commission_type: int
    ratio: int
    service_ratio: int
    start_time: int
    end_time: int  # 0: for ever
    normal_commission_info: NormalTerms | msgspec.UnsetType = msgspec.UNSET

    @classmethod
    def of(cls, offer: Offer, ratio_ppm: int, normal_ppm: int | None) -> "OfferTerms":
        """What an offer pays, promoters and the agency, and what the normal plan pays them."""
        normal = NormalTerms(normal_ppm) if normal_ppm is not None else msgspec.UNSET
        told = offer.kind, offer.plan.commission_type, ratio_ppm, offer.arrives_ppm
        return cls(*told, *_span(offer), normal)


class AgencyFace(msgspec.Struct):
    appid: str
    name: str
    head_img: str

    @classmethod
    def of(cls, party: Party | None) -> "AgencyFace":
        """An agency at a glance."""
        return cls(party.appid, party.name, party.icon_url) if party else cls("", "", "")


class Cooperation(msgspec.Struct):
    cooperative_status: int
    is_hidden: bool
    link: str


class OfferView(msgspec.Struct):
    shop_appid: str
    product_id: str
    spu_source: int
    commission_info: OfferTerms
    head_supplier_info: AgencyFace
    cooperative_info: Cooperation

    @classmethod
    def of(
        cls, offer: Offer, terms: OfferTerms, parties: Mapping[int, Party], item: Item | None
    ) -> "OfferView":
        """An offer as an agency sees it: whose it is, what it pays, whether it has it."""
        shop = parties.get(offer.plan.shop_id)
        supplier_id = offer.resale.agency_id if offer.resale else 0
        is_in = item is not None
        link = offer.link if is_in else ""
        return cls(
            shop.appid if shop else "",
            str(offer.plan.product_id),
            2 if supplier_id else 1,
            terms,
            AgencyFace.of(parties.get(supplier_id)),
            Cooperation(int(is_in), bool(item and item.is_hidden), link),
        )


class OfferReply(WireReply):
    item: OfferView | msgspec.UnsetType = msgspec.UNSET


class ItemAsk(LinkRef):
    hidden_flag: int = 0


class ItemTaken(WireReply):
    cooperative_item_id: int = 0  # a number: the platform changed it from a text in 2025


class TakenQuery(msgspec.Struct):
    commission_type: int | None = None
    listing_time_range: Times | None = None
    page_size: ShortPage = 10
    next_key: str = ""


class TakenItem(msgspec.Struct):
    product_id: int
    cooperative_item_id: int
    head_supplier_item_link: str


class TakenPage(WireReply):
    items: list[TakenItem] = msgspec.field(name="list", default_factory=list)
    next_key: str = ""


# --- what is passed on -------------------------------------------------------------------------


class SubItemDraft(msgspec.Struct):
    cooperative_item_id: Id = 0
    ratio: int | None = None
    ratio_ext: int | None = None


class SubItemAdded(WireReply):
    sub_item_id: int = 0


class SubItemQuery(msgspec.Struct):
    cooperative_item_id: Id = 0
    page_size: ShortPage = 10
    next_key: str = ""


class SubItemView(msgspec.Struct):
    sub_item_id: int
    head_supplier_item_link: str
    status: int
    ratio: int
    ratio_to_service_rate: int
    ratio_ext: int

    @classmethod
    def of(cls, sub: SubItem, arrives_ppm: int) -> "SubItemView":
        """A sub-plan: of the price in per cent and exactly, and of the fee in per cent."""
        of_fee = sub.ratio_ppm * 100 // arrives_ppm if arrives_ppm else 0
        return cls(
            sub.sub_item_id, sub.link, sub.state, sub.ratio_ppm // 10_000, of_fee, sub.ratio_ppm
        )


class SubItemPage(WireReply):
    items: list[SubItemView] = msgspec.field(name="list", default_factory=list)
    next_key: str = ""


class ResaleDraft(msgspec.Struct):
    plan_type: int = 0
    cooperative_item_id: Id = 0
    head_supplier_item_link: str = ""
    service_ratio: int | None = None
    to_head_supplier_appid: str = ""
    start_time: Moment | None = None
    end_time: Moment | None = None


class ResalePatch(msgspec.Struct):
    plan_type: int = 0
    update_type: int = 0
    cooperative_item_id: Id = 0
    head_supplier_item_link: str = ""
    service_ratio: int | None = None
    to_head_supplier_appid: str = ""


class ResaleQuery(msgspec.Struct):
    plan_type: int = 0
    page_size: ShortPage = 10
    next_key: str = ""


class ResaleView(msgspec.Struct):
    cooperative_item_id: int
    product_id: int
    head_supplier_item_link: str
    to_head_supplier_appid: str
    service_ratio: int
    status: int
    start_time: int
    end_time: int  # 0: for ever

    @classmethod
    def of(cls, resale: Resale, agencies: Mapping[int, Party]) -> "ResaleView":
        """What is supplied to whom."""
        agency = agencies.get(resale.to_agency_id)
        return cls(
            resale.item_id,
            resale.product_id,
            link_of(resale.resale_id),
            agency.appid if agency else "",
            resale.service_ppm,
            resale.state,
            seconds(resale.begins_at),
            seconds(resale.ends_at),
        )


class ResalePage(WireReply):
    items: list[ResaleView] = msgspec.field(name="list", default_factory=list)
    next_key: str = ""


def _span(offer: Offer) -> tuple[int, int]:
    of = offer.resale or offer.plan
    return seconds(of.begins_at), seconds(of.ends_at)
