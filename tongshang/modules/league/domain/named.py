"""Plans for those whom a shop names: promoters, or an agency (reference section 7.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from tongshang.kernel.money import Ppm
from tongshang.kernel.refusal import Refusal
from tongshang.modules.league.domain.deals import PAID_OUT_MAX, Deal, DealDraft, Hand, Hop
from tongshang.modules.league.domain.plans import (
    Ground,
    PlanKind,
    PlanStatus,
    Span,
    held,
    ratio_ppm,
)
from tongshang.modules.league.machine import PlanState
from tongshang.modules.league.refusals import (
    DuplicateProduct,
    PaysTooMuch,
    UnknownCommissionType,
)


class CommissionType(IntEnum):
    """Who says what a promoter gets of an agency's plan. Stored and on the wire."""

    SHOP_FIXES = 0
    AGENCY_FIXES = 1


@dataclass(frozen=True, slots=True)
class NamedPlan(Span):
    """What a shop offers the promoters it names, or an agency, for one product."""

    shop_id: int
    plan_id: int
    product_id: int
    kind: PlanKind
    ratio_ppm: int
    agency_id: int = 0
    commission_type: CommissionType = CommissionType.SHOP_FIXES
    service_ppm: int = 0
    held_ppm: int = 0
    held_until: datetime | None = None

    def pays_ppm(self, at: datetime) -> int:
        """What promoters get by links made before a cut, while the lock lasts."""
        return max(self.ratio_ppm, held(self.held_ppm, self.held_until, at))

    def deal_with(self, promoter_id: int) -> DealDraft:
        """What a named promoter is paid by the terms as they are now."""
        hops = (Hop(Hand.PROMOTER, promoter_id, self.ratio_ppm),)
        return DealDraft(self.shop_id, self.product_id, self.kind, self.plan_id, hops)


@dataclass(frozen=True, slots=True)
class Named:
    """A promoter who is named on a plan, since when, and by which deals he is paid."""

    promoter_id: int
    added_at: datetime
    deal_id: int = 0


def holds(deal: Deal, plan: NamedPlan | None, at: datetime) -> bool:
    """Whether what a link promised is still paid.

    It is while the plan runs and, after a cut of its ratio, until the lock is over: then the link
    promises more than the shop offers, and the plans for everybody hold.
    """
    if plan is None:  # struck by a plan that has no row of its own
        return True
    if plan.status(at) is not PlanStatus.LISTED:
        return False
    return deal.paid_out_ppm <= plan.pays_ppm(at) + plan.service_ppm


@dataclass(frozen=True, slots=True)
class AgencyTerms:
    """What a shop would pay for one product through an agency, in whole per cent."""

    product_id: int
    ratio: int | None
    service_ratio: int | None
    commission_type: int = CommissionType.SHOP_FIXES

    def ppm(self) -> tuple[Ppm, Ppm, CommissionType]:
        """The promoter's part, the agency's, and who fixes the promoter's."""
        if self.commission_type not in set(CommissionType):
            raise UnknownCommissionType
        who = CommissionType(self.commission_type)
        if who is CommissionType.AGENCY_FIXES and self.ratio:
            raise UnknownCommissionType
        own = self.ratio if who is CommissionType.SHOP_FIXES else 0
        ratio = ratio_ppm(own, PlanKind.AGENCY)
        service = ratio_ppm(self.service_ratio, PlanKind.AGENCY)
        if ratio + service > PAID_OUT_MAX:
            raise PaysTooMuch(ratio=own, service_ratio=self.service_ratio)
        return ratio, service, who


def judged(
    ground: Ground,
    agency_id: int,  # 0: every agency
    asked: Sequence[AgencyTerms],
    plan_ids: Sequence[int],
    terms: tuple[datetime, datetime | None],
) -> list[NamedPlan | Refusal]:
    """For each product a plan with an agency, or why not."""
    given: list[NamedPlan | Refusal] = []
    seen: set[int] = set()
    kind = PlanKind.AGENCY if agency_id else PlanKind.AGENCIES
    for one, plan_id in zip(asked, plan_ids, strict=True):
        try:
            if one.product_id in seen:
                raise DuplicateProduct(product_id=str(one.product_id))
            ground.check(kind, one.product_id)
            ratio, service, who = one.ppm()
            given.append(
                NamedPlan(
                    PlanState.LISTED,
                    *terms,
                    ground.shop_id,
                    plan_id,
                    one.product_id,
                    kind,
                    ratio,
                    agency_id,
                    who,
                    service,
                )
            )
            seen.add(one.product_id)
        except Refusal as refusal:
            given.append(refusal)
    return given
