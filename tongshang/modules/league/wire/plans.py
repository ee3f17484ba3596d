"""Requests and answers of the alliance (contract family league_item), and of the square."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

import msgspec

from tongshang.kernel.refusal import Refusal
from tongshang.modules.catalog.api import ProductCard, ProductStatus
from tongshang.modules.identity.api import Party
from tongshang.modules.league.domain.plans import Plan, PlanKind, earned_fen
from tongshang.runtime.rpc import WireReply

Moment = Annotated[int, msgspec.Meta(ge=0, le=4_102_444_800)]  # seconds, until the year 2100
Id = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
PageSize = Annotated[int, msgspec.Meta(ge=1, le=100)]
PageIndex = Annotated[int, msgspec.Meta(ge=1, le=100)]

_HELD_BACK = {
    ProductStatus.VIOLATING,
    ProductStatus.DEPOSIT_SHORT,
    ProductStatus.BRAND_EXPIRED,
}


def moment(seconds: int | None) -> datetime | None:
    """A time of the wire; 0 and absent: none."""
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


class ItemDraft(msgspec.Struct):
    product_id: Id
    ratio: int | None = None


class ItemsDraft(msgspec.Struct):
    type: int
    items: list[ItemDraft] = msgspec.field(name="list")
    begin_time: Moment | None = None
    end_time: Moment | None = None
    is_forerver: bool | None = None

    def times(self) -> tuple[datetime | None, datetime | None]:
        """The beginning and the end that are asked for."""
        return moment(self.begin_time), None if self.is_forerver else moment(self.end_time)


class ItemResult(msgspec.Struct):
    errcode: int
    errmsg: str
    product_id: str

    @classmethod
    def of(cls, product_id: int, refusal: Refusal | None) -> "ItemResult":
        """What became of one product."""
        if refusal is None:
            return cls(0, "ok", str(product_id))
        return cls(refusal.code, refusal.message(), str(product_id))


class ItemsAdded(WireReply):
    result_info_list: list[ItemResult] = msgspec.field(default_factory=list)


class TermsPatch(msgspec.Struct):
    begin_time: Moment | None = None
    end_time: Moment | None = None
    is_forerver: bool | None = None


class ItemPatch(msgspec.Struct):
    type: int
    operate_type: int
    product_id: Id = 0
    ratio: int | None = None
    exclusive_info: TermsPatch | None = None


class ItemRef(msgspec.Struct):
    type: int = PlanKind.NORMAL
    product_id: Id = 0


class ItemTerms(msgspec.Struct):
    begin_time: int
    is_forerver: bool
    end_time: int | msgspec.UnsetType = msgspec.UNSET


class ItemExtra(msgspec.Struct):
    is_sale_forbidden: bool
    is_banned: bool


class ItemView(msgspec.Struct):
    type: int
    product_id: str
    ratio: int
    status: int
    exclusive_info: ItemTerms
    ext_info: ItemExtra

    @classmethod
    def of(cls, plan: Plan, card: ProductCard | None, at: datetime) -> "ItemView":
        """A plan as its shop sees it."""
        ends = msgspec.UNSET if plan.ends_at is None else int(plan.ends_at.timestamp())
        status = card.status if card else ProductStatus.DELETED
        return cls(
            plan.kind,
            str(plan.product_id),
            plan.ratio_percent,
            plan.status(at),
            ItemTerms(int(plan.begins_at.timestamp()), plan.ends_at is None, ends),
            ItemExtra(status in _HELD_BACK, status is ProductStatus.BANNED),
        )


class ItemReply(WireReply):
    item: ItemView | msgspec.UnsetType = msgspec.UNSET


class ItemQuery(msgspec.Struct):
    type: int = PlanKind.NORMAL
    product_id: Id = 0
    need_total_num: bool = False
    page_index: PageIndex = 1
    page_size: PageSize = 10
    last_buffer: str = ""


class ItemListed(msgspec.Struct):
    product_id: int  # a number in the platform's sample


class ItemPage(WireReply):
    items: list[ItemListed] = msgspec.field(default_factory=list)
    has_more: bool = False
    last_buffer: str = ""
    total_num: int | msgspec.UnsetType = msgspec.UNSET


class SquareQuery(msgspec.Struct, forbid_unknown_fields=True):
    limit: PageSize = 20
    next_key: str = ""


class OfferView(msgspec.Struct):
    """A product that a promoter may carry, and what one sale of it earns at least."""

    shop_id: str
    shop_name: str
    product_id: str
    title: str
    picture_url: str
    price_fen: int
    ratio_ppm: int
    earns_fen: int
    ends_at: datetime | None

    @classmethod
    def of(cls, plan: Plan, card: ProductCard, shops: Mapping[int, Party]) -> "OfferView":
        """A plan as promoters see it."""
        shop = shops.get(plan.shop_id)
        return cls(
            str(plan.shop_id),
            shop.name if shop else "",
            str(plan.product_id),
            card.title,
            card.picture_url,
            card.price_fen,
            plan.ratio_ppm,
            earned_fen(card.price_fen, plan.ratio_ppm),
            plan.ends_at,
        )


class SquarePage(msgspec.Struct):
    """Products whose shops pay promoters; `next_key` is empty on the last page."""

    offers: list[OfferView]
    next_key: str = ""
