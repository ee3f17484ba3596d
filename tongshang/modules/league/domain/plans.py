"""Plans: their terms, and when they run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from tongshang.kernel.money import Fen, Ppm, share
from tongshang.kernel.refusal import Refusal
from tongshang.modules.league.machine import PlanMove, PlanState
from tongshang.modules.league.refusals import (
    BadPeriod,
    DuplicateProduct,
    NoProduct,
    NormalPlanMissing,
    PlansExclude,
    ProductNotListed,
    RatioOutOfRange,
)

BATCH_MAX: Final = 20  # products a request, reference section 7.2
PROMOTERS_MAX: Final = 30  # a request, likewise
RATE_LOCK: Final = timedelta(days=7)  # the sources name none; ours
_PPM_PERCENT: Final = 10_000
FOR_EVER: Final = None


class PlanKind(IntEnum):
    """Whom a plan is for (reference section 7.2). The values are stored and on the wire."""

    NORMAL = 1
    TARGETED = 2
    EXCLUSIVE = 3
    AGENCY = 4  # has an endpoint of its own, and no `type` on the wire
    AGENCIES = 5  # likewise: for every agency
    RESALE = 6  # of deals only: what an agency supplies to another


# In whole per cent; the alliance's launch rules for normal plans, 90 % for whom a shop names.
RATIO_PERCENT: Final = {
    PlanKind.NORMAL: range(1, 51),
    PlanKind.TARGETED: range(91),
    PlanKind.EXCLUSIVE: range(91),
    PlanKind.AGENCY: range(91),
    PlanKind.AGENCIES: range(91),
}
OF_AGENCIES: Final = frozenset({PlanKind.AGENCY, PlanKind.AGENCIES})


class PlanStatus(IntEnum):
    """What a plan shows on the wire: its state, and whether its time has come."""

    LISTED = 1
    DELISTED = 2
    DELETED = 4
    BELOW_STANDARD = 5
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
class Span:
    """When a plan runs, and what its shop decided of it."""

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

    def stands(self, at: datetime) -> bool:
        """Whether it runs, or will."""
        return self.status(at) in {PlanStatus.LISTED, PlanStatus.WAITING}


@dataclass(frozen=True, slots=True)
class Plan(Span):
    """What a shop offers promoters for one product."""

    shop_id: int
    product_id: int
    kind: PlanKind
    ratio_ppm: int
    held_ppm: int = 0
    held_until: datetime | None = None

    @property
    def ratio_percent(self) -> int:
        """The ratio as the wire has it."""
        return self.ratio_ppm // _PPM_PERCENT

    def pays_ppm(self, at: datetime) -> int:
        """What promoters get: a cut takes effect only when the lock is over, a rise at once."""
        return max(self.ratio_ppm, held(self.held_ppm, self.held_until, at))


def held(held_ppm: int, held_until: datetime | None, at: datetime) -> int:
    """The ratio from before a cut, while the lock lasts."""
    return held_ppm if held_until is not None and at < held_until else 0


def lock(pays_ppm: int, new_ppm: int, at: datetime) -> tuple[int, datetime | None]:
    """What is held, and until when, after a ratio that pays `pays_ppm` becomes `new_ppm`."""
    return (pays_ppm, at + RATE_LOCK) if new_ppm < pays_ppm else (0, None)


def recut(
    pays_ppm: int, new_ppm: int, before: tuple[int, datetime | None], at: datetime
) -> tuple[int, datetime | None]:
    """The same for a plan that may be held already: what was promised is promised till then."""
    held_ppm, held_until = before
    if held_until is not None and at < held_until and new_ppm < held_ppm:
        return held_ppm, held_until
    return lock(pays_ppm, new_ppm, at)


def check_exclusion(
    kind: PlanKind, product_id: int, others: Sequence[tuple[PlanKind, Span]], at: datetime
) -> None:
    """Whether a plan may stand beside the `others` of its product (reference section 7.2).

    Agencies' plans are named in no rule of exclusion.
    """
    standing = {other for other, span in others if span.stands(at)}
    open_kinds = {PlanKind.NORMAL, PlanKind.TARGETED}
    excluded = {PlanKind.EXCLUSIVE: open_kinds, **{of: set[PlanKind]() for of in OF_AGENCIES}}
    if standing & excluded.get(kind, {PlanKind.EXCLUSIVE}):
        raise PlansExclude(product_id=str(product_id))
    if kind is PlanKind.TARGETED and PlanKind.NORMAL not in standing:
        raise NormalPlanMissing(product_id=str(product_id))


def ratio_ppm(percent: int | None, kind: PlanKind = PlanKind.NORMAL) -> Ppm:
    """The ratio of a plan, given in whole percent."""
    allowed = RATIO_PERCENT[kind]
    if percent is None or percent not in allowed:
        raise RatioOutOfRange(ratio=percent, least=allowed[0], most=allowed[-1])
    return Ppm(percent * _PPM_PERCENT)


def period(
    begins_at: datetime | None, ends_at: datetime | None, at: datetime
) -> tuple[datetime, datetime | None]:
    """When a plan runs. Without a beginning it begins now, without an end it runs for ever."""
    start = begins_at or at
    if ends_at is not None and ends_at <= max(start, at):
        raise BadPeriod
    return start, ends_at


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known of a shop's products before plans are added to them."""

    shop_id: int
    on_sale: Mapping[int, bool]  # the shop's products
    standing: Mapping[int, Sequence[tuple[PlanKind, Span]]]
    at: datetime

    def others(self, product_id: int) -> Sequence[tuple[PlanKind, Span]]:
        """The plans that a product has, but for the one that is changed."""
        return self.standing.get(product_id, ())

    def check(self, kind: PlanKind, product_id: int) -> None:
        """Whether a plan of this kind may be added to the product."""
        if product_id not in self.on_sale:
            raise NoProduct
        if not self.on_sale[product_id]:
            raise ProductNotListed(product_id=str(product_id))
        check_exclusion(kind, product_id, self.others(product_id), self.at)


def judged(
    ground: Ground,
    asked: Sequence[tuple[int, int | None]],
    terms: tuple[datetime, datetime | None],
    kind: PlanKind = PlanKind.NORMAL,
) -> list[PlanDraft | Refusal]:
    """For each product and percentage a plan, or why not."""
    given: list[PlanDraft | Refusal] = []
    seen: set[int] = set()
    for product_id, percent in asked:
        try:
            if product_id in seen:
                raise DuplicateProduct(product_id=str(product_id))
            ground.check(kind, product_id)
            ratio = ratio_ppm(percent, kind)
            given.append(PlanDraft(ground.shop_id, product_id, ratio, *terms))
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
