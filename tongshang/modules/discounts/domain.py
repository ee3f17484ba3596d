"""Limited discounts, and their rules (reference section 3.5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from tongshang.modules.catalog.api import Offer
from tongshang.modules.discounts import refusals

SKUS_MAX: Final = 500
TITLE_MAX: Final = 50
LATE_START: Final = timedelta(minutes=10)
AHEAD_MAX: Final = timedelta(days=365)
LASTS_MAX: Final = timedelta(hours=24)
NORMAL_FEN_MIN: Final = 1_000
CHEAPER_FEN_MIN: Final = 1_000
PERCENT_MIN: Final = 10
PERCENT_MAX: Final = 85


class DiscountStatus(IntEnum):
    """As the wire says it; the clock decides."""

    NOT_BEGUN = 0
    RUNS = 1
    OVER = 2


@dataclass(frozen=True, slots=True)
class FlashSku:
    """A SKU's price in a discount, and how many pieces there are for it."""

    sku_id: int
    price_fen: int
    sale_stock: int
    normal_fen: int = 0


@dataclass(frozen=True, slots=True)
class DiscountDraft:
    """A discount that a shop wants; `limit_per_buyer` 0: as many as one likes."""

    shop_id: int
    product_id: int
    starts_at: datetime
    ends_at: datetime
    skus: tuple[FlashSku, ...]
    limit_per_buyer: int = 0
    title: str = ""


@dataclass(frozen=True, slots=True)
class Discount:
    """A discount as it is kept."""

    shop_id: int
    discount_id: int
    product_id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    limit_per_buyer: int
    stopped_at: datetime | None
    is_over: bool
    created_at: datetime
    skus: tuple[FlashSku, ...] = ()

    def status(self, at: datetime) -> DiscountStatus:
        """Where it stands by the clock."""
        if self.stopped_at is not None or self.is_over or at >= self.ends_at:
            return DiscountStatus.OVER
        return DiscountStatus.RUNS if at >= self.starts_at else DiscountStatus.NOT_BEGUN


@dataclass(frozen=True, slots=True)
class Flash:
    """What a SKU costs while a discount runs, and how many pieces are left at that price."""

    discount_id: int
    price_fen: int
    left: int
    limit_per_buyer: int
    ends_at: datetime
    sale_stock: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """So many pieces that a buyer took of a discount, or gave back."""

    shop_id: int
    discount_id: int
    buyer_id: int
    count: int


def judged(
    draft: DiscountDraft, offers: Mapping[int, Offer], stock: Mapping[int, int], at: datetime
) -> tuple[FlashSku, ...]:
    """The SKUs with their normal prices, where the draft keeps all rules."""
    _check_times(draft, at)
    if not 1 <= len(draft.skus) <= SKUS_MAX or len({s.sku_id for s in draft.skus}) != len(
        draft.skus
    ):
        raise refusals.NoSkus(limit=SKUS_MAX)
    return tuple(
        _judged_sku(draft, sku, offers.get(sku.sku_id), stock.get(sku.sku_id, 0))
        for sku in draft.skus
    )


def _check_times(draft: DiscountDraft, at: datetime) -> None:
    if draft.starts_at < at - LATE_START:
        raise refusals.WrongTime(field="start_time", rule="is not past by more than 10 minutes")
    if draft.starts_at > at + AHEAD_MAX:
        raise refusals.WrongTime(field="start_time", rule="is at most 365 days ahead")
    if draft.ends_at <= max(draft.starts_at, at):
        raise refusals.WrongTime(field="end_time", rule="is after start_time, and not past")
    if draft.ends_at > at + AHEAD_MAX:
        raise refusals.WrongTime(field="end_time", rule="is at most 365 days ahead")
    if draft.ends_at - draft.starts_at > LASTS_MAX:
        raise refusals.WrongTime(field="end_time", rule="is at most 24 hours after start_time")


def _judged_sku(draft: DiscountDraft, sku: FlashSku, offer: Offer | None, stock: int) -> FlashSku:
    if offer is None or offer.product_id != draft.product_id:
        raise refusals.NotOurs(product_id=str(draft.product_id), sku_id=str(sku.sku_id))
    if not offer.on_sale:
        raise refusals.NotOnSale(product_id=str(draft.product_id))
    for holds, rule in _price_rules(sku.price_fen, offer.price_fen):
        if not holds:
            raise refusals.WrongPrice(sku_id=str(sku.sku_id), rule=rule)
    if not 1 <= sku.sale_stock <= stock:
        raise refusals.WrongStock(sku_id=str(sku.sku_id), limit=stock)
    return FlashSku(sku.sku_id, sku.price_fen, sku.sale_stock, offer.price_fen)


def _price_rules(price: int, normal: int) -> Sequence[tuple[bool, str]]:
    return (
        (normal > NORMAL_FEN_MIN, f"the normal price is above {NORMAL_FEN_MIN} fen"),
        (
            normal * PERCENT_MIN <= price * 100 <= normal * PERCENT_MAX,
            f"is {PERCENT_MIN} to {PERCENT_MAX} percent of the normal price, {normal} fen",
        ),
        (normal - price >= CHEAPER_FEN_MIN, f"is at least {CHEAPER_FEN_MIN} fen cheaper"),
    )
