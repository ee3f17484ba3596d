"""What agencies have of shops' goods, what they pass on, and what they supply to each other."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from typing import Final

from tongshang.modules.league.domain.chains import Supply, chain
from tongshang.modules.league.domain.deals import PAID_OUT_MAX, Deal, DealDraft, Hand
from tongshang.modules.league.domain.named import CommissionType, NamedPlan
from tongshang.modules.league.domain.plans import PlanKind, PlanStatus
from tongshang.modules.league.refusals import BadAgencyRequest

LINK_PREFIX: Final = "weixinstorehs/"
_PPM_PERCENT: Final = 10_000
_LINK_DIGITS: Final = 19


class LinkKind(IntEnum):
    """What a link names. Stored: add, never renumber."""

    PLAN = 1
    RESALE = 2
    SUB_ITEM = 3


class OfferType(IntEnum):
    """`plan_type` as agencies see it (reference section 7.7)."""

    SHOP_NAMES_AGENCY = 1
    SHOP_TO_ALL = 2
    AGENCY_NAMES_AGENCY = 3
    AGENCY_TO_ALL = 4


class ResaleState(IntEnum):
    """Whether an agency still supplies. Stored and on the wire."""

    RUNS = 1
    ENDED = 2


class SubItemState(IntEnum):
    """Whether promoters may still take a sub-plan. Stored and on the wire."""

    LISTED = 1
    DELISTED = 2


@dataclass(frozen=True, slots=True)
class Resale:
    """What an agency supplies to another, or (0) to every agency."""

    agency_id: int
    resale_id: int
    item_id: int
    shop_id: int
    product_id: int
    plan_id: int
    to_agency_id: int
    service_ppm: int
    state: ResaleState
    begins_at: datetime
    ends_at: datetime | None

    def runs(self, at: datetime) -> bool:
        """Whether what it promises is paid now."""
        is_over = self.ends_at is not None and self.ends_at <= at
        return self.state is ResaleState.RUNS and self.begins_at <= at and not is_over


@dataclass(frozen=True, slots=True)
class Offer:
    """What an agency may take in or has: a shop's plan, maybe by way of another agency."""

    plan: NamedPlan
    resale: Resale | None = None

    @property
    def key(self) -> tuple[int, int]:
        """Which it is: its plan, and the resale or 0."""
        return self.plan.plan_id, self.resale.resale_id if self.resale else 0

    @property
    def arrives_ppm(self) -> int:
        """What of the goods' price comes to the agency itself."""
        if self.resale is None:
            return self.plan.service_ppm
        return min(self.plan.service_ppm, self.resale.service_ppm)

    @property
    def kind(self) -> OfferType:
        """How it is called among agencies."""
        if self.resale is not None:
            is_named = bool(self.resale.to_agency_id)
            return OfferType.AGENCY_NAMES_AGENCY if is_named else OfferType.AGENCY_TO_ALL
        is_named = self.plan.kind is PlanKind.AGENCY
        return OfferType.SHOP_NAMES_AGENCY if is_named else OfferType.SHOP_TO_ALL

    @property
    def number(self) -> int:
        """The resale's, else the plan's."""
        return self.resale.resale_id if self.resale else self.plan.plan_id

    @property
    def link(self) -> str:
        """By which others find it."""
        return link_of(self.number)

    def runs(self, at: datetime) -> bool:
        """Whether a sale made now is paid by it."""
        runs = self.plan.status(at) is PlanStatus.LISTED
        return runs and (self.resale is None or self.resale.runs(at))

    def is_for(self, agency_id: int) -> bool:
        """Whether an agency may take it in."""
        if self.resale is not None:
            return self.resale.to_agency_id in {0, agency_id} and self.resale.agency_id != agency_id
        return self.plan.agency_id in {0, agency_id}


@dataclass(frozen=True, slots=True)
class Item:
    """An offer that an agency took in."""

    agency_id: int
    item_id: int
    shop_id: int
    product_id: int
    plan_id: int
    from_agency_id: int
    resale_id: int
    commission_type: CommissionType
    is_hidden: bool
    added_at: datetime


@dataclass(frozen=True, slots=True)
class SubItem:
    """What an agency passes on to promoters of an item."""

    agency_id: int
    sub_item_id: int
    item_id: int
    ratio_ppm: int
    state: SubItemState

    @property
    def link(self) -> str:
        """What a promoter is given."""
        return link_of(self.sub_item_id)


@dataclass(frozen=True, slots=True)
class Supplied:
    """An offer in an agency's hands, and what it passes on of it; None: it has not said."""

    offer: Offer
    agency_id: int
    passes_ppm: int | None = None

    def draft(self, promoter_id: int) -> DealDraft | None:
        """The deal of a promoter by way of the agency, or (0) of the agency by itself.

        None: the agency has not said what it passes on to promoters.
        """
        plan, resale = self.offer.plan, self.offer.resale
        agency_pays = plan.commission_type is CommissionType.AGENCY_FIXES
        passes = self.passes_ppm if agency_pays else plan.ratio_ppm
        if promoter_id and passes is None:
            return None
        supplies = [Supply(self.agency_id, self.offer.arrives_ppm)]
        if resale is not None:
            supplies.insert(0, Supply(resale.agency_id, plan.service_ppm))
        hops = chain(supplies, promoter_id, passes or 0, agency_pays=agency_pays)
        kind, plan_id = plan.kind, plan.plan_id
        if resale is not None:
            kind, plan_id = PlanKind.RESALE, resale.resale_id
        return DealDraft(plan.shop_id, plan.product_id, kind, plan_id, hops)


def best(supplied: list[Supplied], promoter_id: int) -> DealDraft | None:
    """Of several ways by which an agency has a product, the one that brings it most."""
    ways = sorted(supplied, key=lambda one: (-one.offer.arrives_ppm, one.offer.link))
    drafts = (one.draft(promoter_id) for one in ways)
    return next((draft for draft in drafts if draft), None)


def resale_key(deal: Deal) -> tuple[int, int]:
    """Which resale a deal was struck by: (agency, resale)."""
    assert deal.plan_kind == PlanKind.RESALE
    return next(hop.party_id for hop in deal.hops if hop.hand is Hand.AGENCY), deal.plan_id


def resale_holds(deal: Deal, resale: Resale | None, at: datetime) -> bool:
    """Whether what an agency promised another in a link is still paid."""
    resold = next(hop.ratio_ppm for hop in deal.hops if hop.hand is Hand.RESELLER)
    return resale is not None and resale.runs(at) and resold <= resale.service_ppm


def link_of(number: int) -> str:
    """The link of a plan, a resale or a sub-plan."""
    return f"{LINK_PREFIX}{number}"


def number_in(link: str) -> int:
    """Which of them a link names; 0: it is no link."""
    number = link.removeprefix(LINK_PREFIX)
    if number == link or not number.isascii() or not number.isdecimal():
        return 0
    return int(number) if len(number) <= _LINK_DIGITS else 0


def passed_ppm(ratio: int | None, ratio_ext: int | None, arrives_ppm: int) -> int:
    """What is passed on to promoters, in whole per cent or exactly; never more than arrives."""
    if (ratio is None) == (ratio_ext is None):
        raise BadAgencyRequest(field="ratio", rule="one of ratio and ratio_ext is given")
    ppm = ratio * _PPM_PERCENT if ratio is not None else ratio_ext
    if ppm is None or not 0 <= ppm <= min(PAID_OUT_MAX, arrives_ppm):
        raise BadAgencyRequest(field="ratio", rule="is 0 to what the agency itself receives")
    return ppm


def resold_ppm(service_ratio: int | None, arrives_ppm: int) -> int:
    """What another agency is supplied with, in parts per million of the goods' price."""
    if service_ratio is None or not 0 <= service_ratio <= arrives_ppm:
        raise BadAgencyRequest(field="service_ratio", rule="is 0 to what the agency receives")
    return service_ratio


def resold_at(resale: Resale, service_ppm: int) -> Resale:
    """The same supply on other terms; what has ended stays so."""
    return replace(resale, service_ppm=service_ppm)


def ended(resale: Resale) -> Resale:
    """Supplied no longer."""
    return replace(resale, state=ResaleState.ENDED)
