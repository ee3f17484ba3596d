"""Limited discounts on the wire (contract family product_limited_discount), and for buyers."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from tongshang.modules.discounts.domain import (
    SKUS_MAX,
    TITLE_MAX,
    Discount,
    DiscountDraft,
    DiscountStatus,
    FlashSku,
)
from tongshang.runtime.rpc import WireReply
from tongshang.runtime.wire import Id, Seconds, number, seconds

NO_NUL: Final = r"^[^\x00]*$"  # what PostgreSQL keeps in no text
Fen = Annotated[int, msgspec.Meta(ge=1, le=10**9)]
Pieces = Annotated[int, msgspec.Meta(ge=1, le=10**7)]


class SkuDraft(msgspec.Struct):
    sku_id: Id
    sale_price: Fen
    sale_stock: Pieces

    def sku(self) -> FlashSku:
        """As it is kept."""
        return FlashSku(number(self.sku_id), self.sale_price, self.sale_stock)


class TaskDraft(msgspec.Struct):
    """A discount to open; the last three are of the re-launched interface."""

    product_id: Id
    start_time: Seconds
    end_time: Seconds
    limited_discount_skus: Annotated[list[SkuDraft], msgspec.Meta(max_length=SKUS_MAX)]
    title: Annotated[str, msgspec.Meta(max_length=TITLE_MAX, pattern=NO_NUL)] = ""
    is_limit_purchase: bool = False
    limit_purchase_num: Annotated[int, msgspec.Meta(ge=0, le=10**6)] = 0

    def draft(self, shop_id: int) -> DiscountDraft:
        """The discount that is asked for."""
        return DiscountDraft(
            shop_id,
            number(self.product_id),
            datetime.fromtimestamp(self.start_time, UTC),
            datetime.fromtimestamp(self.end_time, UTC),
            tuple(sku.sku() for sku in self.limited_discount_skus),
            self.limit_purchase_num if self.is_limit_purchase else 0,
            self.title,
        )


class TaskAdded(WireReply, kw_only=True):
    """The discount that was opened."""

    task_id: str


class TaskRef(msgspec.Struct):
    task_id: Id


class TaskQuery(msgspec.Struct):
    status: Annotated[int, msgspec.Meta(ge=0, le=2)] | None = None
    next_key: str = ""
    page_size: Annotated[int, msgspec.Meta(ge=1, le=50)] = 10


class SkuView(msgspec.Struct):
    sku_id: str
    sale_price: int
    sale_stock: int


class TaskView(msgspec.Struct):
    task_id: str
    product_id: str
    status: int
    create_time: int
    start_time: int
    end_time: int
    limited_discount_skus: list[SkuView]

    @classmethod
    def of(cls, one: Discount, skus: tuple[FlashSku, ...], at: datetime) -> "TaskView":
        """A discount as its shop sees it."""
        return cls(
            str(one.discount_id),
            str(one.product_id),
            one.status(at).value,
            seconds(one.created_at),
            seconds(one.starts_at),
            seconds(one.ends_at),
            [SkuView(str(sku.sku_id), sku.price_fen, sku.sale_stock) for sku in skus],
        )


class TaskPage(WireReply, kw_only=True):
    """A shop's discounts, the newest first."""

    limited_discount_tasks: list[TaskView]
    next_key: str
    total_num: int


# --- for buyers --------------------------------------------------------------------------------


class FlashQuery(msgspec.Struct, forbid_unknown_fields=True):
    product_id: Id


class FlashSkuView(msgspec.Struct):
    sku_id: str
    price_fen: int
    normal_fen: int
    sale_stock: int
    left: int


class FlashView(msgspec.Struct):
    """A product's limited discount: `runs` now, or will from `starts_at`."""

    discount_id: str
    product_id: str
    title: str
    runs: bool
    starts_at: datetime
    ends_at: datetime
    limit_per_buyer: int
    skus: list[FlashSkuView]

    @classmethod
    def of(
        cls, one: Discount, skus: tuple[FlashSku, ...], left: Mapping[int, int], at: datetime
    ) -> "FlashView":
        """A discount as buyers see it."""
        views = [
            FlashSkuView(
                str(sku.sku_id),
                sku.price_fen,
                sku.normal_fen,
                sku.sale_stock,
                left.get(sku.sku_id, 0),
            )
            for sku in skus
        ]
        return cls(
            str(one.discount_id),
            str(one.product_id),
            one.title,
            one.status(at) is DiscountStatus.RUNS,
            one.starts_at,
            one.ends_at,
            one.limit_per_buyer,
            views,
        )


class FlashFound(msgspec.Struct):
    """`flash` is null where the product has no discount that runs or will."""

    flash: FlashView | None = None
