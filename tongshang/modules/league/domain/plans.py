"""Plans: their terms, and when they run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final

from tongshang.kernel.money import Fen, Ppm, share
from tongshang.kernel.refusal import Refusal
from tongshang.modules.league.machine import PlanMove, PlanState
from tongshang.modules.league.refusals import (
    BadPeriod,
    DuplicateProduct,
    NoProduct,
    ProductNotListed,
    RatioOutOfRange,
)

BATCH_MAX: Final = 20  # products a request, reference section 7.2
RATIO_PERCENT: Final = range(1, 51)  # of a normal plan, by the rules of the alliance's launch
_PPM_PERCENT: Final = 10_000
FOR_EVER: Final = None


class PlanKind(IntEnum):
    """Whom a plan is for (reference section 7.2). The values are stored and on the wire."""

    NORMAL = 1
    TARGETED = 2
    EXCLUSIVE = 3


class PlanStatus(IntEnum):
    """What a plan shows on the wire: its state, and whether its time has come."""

    LISTED = 1
    DELISTED = 2
    DELETED = 4
    WAITING = 10


class Operation(IntEnum):
    """`operate_type` of the wire: the samples show 1 with new terms."""

    EDIT = 1
    LIST = 2
    DELIST = 3


MOVE_OF: Final = {Operation.LIST: PlanMove.LIST, Operation.DELIST: PlanMove.DELIST}


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """A normal plan to be set; without times it runs at once and for ever."""

    shop_id: int
    product_id: int
    ratio_ppm: int
    begins_at: datetime | None = None
    ends_at: datetime | None = FOR_EVER


@dataclass(frozen=True, slots=True)
class Plan:
    """What a shop offers promoters for one product."""

    shop_id: int
    product_id: int
    kind: PlanKind
    ratio_ppm: int
    state: PlanState
    begins_at: datetime
    ends_at: datetime | None

    def status(self, at: datetime) -> PlanStatus:
        """What others see: a plan whose time is over counts as delisted."""
        if self.state is not PlanState.LISTED:
            return PlanStatus(self.state)
        if at < self.begins_at:
            return PlanStatus.WAITING
        is_over = self.ends_at is not None and self.ends_at <= at
        return PlanStatus.DELISTED if is_over else PlanStatus.LISTED

    @property
    def ratio_percent(self) -> int:
        """The ratio as the wire has it."""
        return self.ratio_ppm // _PPM_PERCENT


def ratio_ppm(percent: int | None) -> Ppm:
    """The ratio of a normal plan, given in whole percent."""
    if percent is None or percent not in RATIO_PERCENT:
        raise RatioOutOfRange(ratio=percent, least=RATIO_PERCENT[0], most=RATIO_PERCENT[-1])
    return Ppm(percent * _PPM_PERCENT)


def period(
    begins_at: datetime | None, ends_at: datetime | None, at: datetime
) -> tuple[datetime, datetime | None]:
    """When a plan runs. Without a beginning it begins now, without an end it runs for ever."""
    start = begins_at or at
    if ends_at is not None and ends_at <= max(start, at):
        raise BadPeriod
    return start, ends_at


def judged(
    shop_id: int,
    asked: Sequence[tuple[int, int | None]],
    on_sale: Mapping[int, bool],
    terms: tuple[datetime, datetime | None],
) -> list[PlanDraft | Refusal]:
    """For each product and percentage a plan, or why not; `on_sale` has the shop's products."""
    given: list[PlanDraft | Refusal] = []
    seen: set[int] = set()
    for product_id, percent in asked:
        try:
            if product_id in seen:
                raise DuplicateProduct(product_id=str(product_id))
            if product_id not in on_sale:
                raise NoProduct
            if not on_sale[product_id]:
                raise ProductNotListed(product_id=str(product_id))
            given.append(PlanDraft(shop_id, product_id, ratio_ppm(percent), *terms))
            seen.add(product_id)
        except Refusal as refusal:
            given.append(refusal)
    return given


def earned_fen(price_fen: int, ratio: int) -> Fen:
    """What a promoter earns when one piece is sold at `price_fen`."""
    return share(Fen(price_fen), Ppm(ratio))


def last_wins(drafts: Sequence[PlanDraft]) -> list[PlanDraft]:
    """One draft a product, in key order: a later one replaces an earlier one."""
    by_key = {(draft.shop_id, draft.product_id): draft for draft in drafts}
    return [by_key[key] for key in sorted(by_key)]
