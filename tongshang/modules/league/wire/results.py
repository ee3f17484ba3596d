"""Requests and answers of a shop's plans and promoters at a glance, on our own paths."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, TypeAlias

import msgspec

from tongshang.modules.catalog.api import ProductCard, ProductStatus
from tongshang.modules.identity.api import Party
from tongshang.modules.league.domain.named import NamedPlan
from tongshang.modules.league.domain.plans import Plan, earned_fen
from tongshang.modules.league.domain.ties import Tie
from tongshang.modules.league.wire.plans import PageSize

AnyPlan: TypeAlias = Plan | NamedPlan


class PlanQuery(msgspec.Struct, forbid_unknown_fields=True):
    kind: Literal[1, 2, 3] = 1
    limit: PageSize = 20
    next_key: str = ""


class Face(msgspec.Struct):
    """A promoter by name."""

    promoter_id: str
    promoter_name: str
    icon_url: str


class PlanView(msgspec.Struct):
    """A plan; `plan_id` names targeted and exclusive ones, a normal one its product.

    `status` 1 listed, 2 delisted, 5 below the standard, 10 waiting; `pays_ppm` what promoters get
    now, which after a cut is the ratio before until `held_until`.
    """

    plan_id: str
    kind: int
    product_id: str
    title: str
    picture_url: str
    price_fen: int
    is_on_sale: bool
    status: int
    ratio_ppm: int
    pays_ppm: int
    held_until: datetime | None
    costs_fen: int
    begins_at: datetime
    ends_at: datetime | None
    sold_month: int
    promoters: list[Face]

    @classmethod
    def of(
        cls,
        plan: AnyPlan,
        card: ProductCard | None,
        month: int,
        people: Sequence[Party],
        at: datetime,
    ) -> "PlanView":
        """A plan as its shop sees it."""
        pays = plan.pays_ppm(at)
        return cls(
            str(number_of(plan)) if isinstance(plan, NamedPlan) else "",
            plan.kind,
            str(plan.product_id),
            card.title if card else "",
            card.picture_url if card else "",
            card.price_fen if card else 0,
            card is not None and card.status is ProductStatus.LISTED,
            plan.status(at),
            plan.ratio_ppm,
            pays,
            plan.held_until if pays != plan.ratio_ppm else None,
            earned_fen(card.price_fen, pays) if card else 0,
            plan.begins_at,
            plan.ends_at,
            month,
            [Face(str(one.party_id), one.name, one.icon_url) for one in people],
        )


class PlanPage(msgspec.Struct):
    """A shop's plans of a kind; `next_key` is empty on the last page."""

    plans: list[PlanView]
    next_key: str = ""


class PromoterQuery(msgspec.Struct, forbid_unknown_fields=True):
    state: Annotated[int, msgspec.Meta(ge=0, le=10)] = 0
    limit: PageSize = 20
    next_key: str = ""


class PromoterView(msgspec.Struct):
    """Who carries a shop's goods; `state` 0 never invited, else as on the wire; money in fen."""

    promoter_id: str
    promoter_name: str
    icon_url: str
    state: int
    invited_at: datetime | None
    sold_products: int
    sold_fen: int

    @classmethod
    def of(cls, tie: Tie, party: Party | None) -> "PromoterView":
        """A promoter as the shop sees him."""
        name, icon = (party.name, party.icon_url) if party else ("", "")
        told = tie.state, tie.invited_at, tie.product_count, tie.sold_fen
        return cls(str(tie.promoter_id), name, icon, *told)


class PromoterPage(msgspec.Struct):
    """A shop's promoters; `next_key` is empty on the last page."""

    promoters: list[PromoterView]
    next_key: str = ""


def number_of(plan: AnyPlan) -> int:
    """What names a plan: its id, or of a normal one the product's."""
    return plan.plan_id if isinstance(plan, NamedPlan) else plan.product_id
