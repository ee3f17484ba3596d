"""Requests and answers of the alliance (contract family league_item), and of the square."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import msgspec

from tongshang.kernel.refusal import Refusal
from tongshang.modules.catalog.api import ProductCard, ProductStatus
from tongshang.modules.governance.api import Bar, is_barred
from tongshang.modules.league.domain.named import Named, NamedPlan
from tongshang.modules.league.domain.plans import Plan, PlanKind, PlanStatus, Span
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
    finder_ids: list[str] = []

    def times(self) -> tuple[datetime | None, datetime | None]:
        """The beginning and the end that are asked for."""
        return moment(self.begin_time), None if self.is_forerver else moment(self.end_time)


class ItemResult(msgspec.Struct):
    errcode: int
    errmsg: str
    product_id: str
    info_id: str | msgspec.UnsetType = msgspec.UNSET
    fail_finder_ids: list[str] | msgspec.UnsetType = msgspec.UNSET

    @classmethod
    def of(
        cls, product_id: int, refusal: Refusal | None, plan_id: int = 0, failed: Sequence[str] = ()
    ) -> "ItemResult":
        """What became of one product."""
        code, message = (refusal.code, refusal.message()) if refusal else (0, "ok")
        info_id = str(plan_id) if plan_id else msgspec.UNSET
        return cls(code, message, str(product_id), info_id, list(failed) or msgspec.UNSET)


class ItemsAdded(WireReply):
    result_info_list: list[ItemResult] = msgspec.field(default_factory=list)


class AgencyItemDraft(msgspec.Struct):
    product_id: Id
    ratio: int | None = None
    service_ratio: int | None = None
    commission_type: int = 0


class AgencyItemsDraft(msgspec.Struct):
    headsupplier_appid: str
    items: list[AgencyItemDraft] = msgspec.field(name="list")
    begin_time: Moment | None = None
    end_time: Moment | None = None
    is_forerver: bool | None = None

    def times(self) -> tuple[datetime | None, datetime | None]:
        """The beginning and the end that are asked for."""
        return moment(self.begin_time), None if self.is_forerver else moment(self.end_time)


class AgencyItemResult(msgspec.Struct):
    errcode: int
    errmsg: str
    product_id: str
    info_id: str | msgspec.UnsetType = msgspec.UNSET

    @classmethod
    def of(cls, product_id: int, refusal: Refusal | None, plan_id: int) -> "AgencyItemResult":
        """What became of one product."""
        if refusal:
            return cls(refusal.code, refusal.message(), str(product_id))
        return cls(0, "ok", str(product_id), str(plan_id))


class AgencyItemsAdded(WireReply):
    result_info_list: list[AgencyItemResult] = msgspec.field(default_factory=list)


class TermsPatch(msgspec.Struct):
    add_finder_ids: list[str] = []
    del_finder_ids: list[str] = []
    begin_time: Moment | None = None
    end_time: Moment | None = None
    is_forerver: bool | None = None


class ItemPatch(msgspec.Struct):
    type: int
    operate_type: int
    product_id: Id = 0
    info_id: Id = 0
    ratio: int | None = None
    exclusive_info: TermsPatch | None = None


class ItemPatched(WireReply):
    info_id: int | msgspec.UnsetType = msgspec.UNSET  # a number in the platform's sample


class ItemRef(msgspec.Struct):
    type: int = PlanKind.NORMAL
    product_id: Id = 0
    info_id: Id = 0


class ItemGet(ItemRef):
    need_relation: bool = False
    need_total_num: bool = False
    page_index: PageIndex = 1
    page_size: PageSize = 10


class FinderTerms(msgspec.Struct):
    finder_id: str
    begin_time: int
    end_time: int  # 0: for ever


class ItemTerms(msgspec.Struct):
    begin_time: int
    is_forerver: bool
    end_time: int | msgspec.UnsetType = msgspec.UNSET
    info_id: str | msgspec.UnsetType = msgspec.UNSET
    finder_ids: list[str] | msgspec.UnsetType = msgspec.UNSET
    finder_num: int | msgspec.UnsetType = msgspec.UNSET
    finder_info_list: list[FinderTerms] | msgspec.UnsetType = msgspec.UNSET

    @classmethod
    def of(cls, plan: Span) -> "ItemTerms":
        """When a plan runs."""
        ends = msgspec.UNSET if plan.ends_at is None else int(plan.ends_at.timestamp())
        return cls(int(plan.begins_at.timestamp()), plan.ends_at is None, ends)

    def name(self, plan: Span, named: Sequence[Named]) -> None:
        """Say who is on the plan, and since when for each."""
        ends = int(plan.ends_at.timestamp()) if plan.ends_at else 0
        begin = [int(max(plan.begins_at, one.added_at).timestamp()) for one in named]
        self.finder_ids = [str(one.promoter_id) for one in named]
        self.finder_info_list = [
            FinderTerms(finder, since, ends)
            for finder, since in zip(self.finder_ids, begin, strict=True)
        ]


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
    def of(cls, plan: Plan | NamedPlan, card: ProductCard | None, at: datetime) -> "ItemView":
        """A plan as its shop sees it; what is barred from the alliance is below its standard."""
        status = card.status if card else ProductStatus.DELETED
        shows = plan.status(at)
        if shows is PlanStatus.LISTED and card and is_barred(card.barred, (Bar.LEAGUE,)):
            shows = PlanStatus.BELOW_STANDARD
        terms = ItemTerms.of(plan)
        if isinstance(plan, NamedPlan):
            terms.info_id = str(plan.plan_id)
        return cls(
            plan.kind,
            str(plan.product_id),
            plan.ratio_ppm // 10_000,
            shows,
            terms,
            ItemExtra(status in _HELD_BACK, status is ProductStatus.BANNED),
        )


class ItemReply(WireReply):
    item: ItemView | msgspec.UnsetType = msgspec.UNSET


class ItemQuery(msgspec.Struct):
    type: int = PlanKind.NORMAL
    product_id: Id = 0
    info_id: Id = 0
    finder_id: str = ""
    need_total_num: bool = False
    page_index: PageIndex = 1
    page_size: PageSize = 10
    last_buffer: str = ""


class ItemListed(msgspec.Struct):
    product_id: int  # a number in the platform's sample
    info_id: int | msgspec.UnsetType = msgspec.UNSET


class ItemPage(WireReply):
    items: list[ItemListed] = msgspec.field(default_factory=list)
    has_more: bool = False
    last_buffer: str = ""
    total_num: int | msgspec.UnsetType = msgspec.UNSET
