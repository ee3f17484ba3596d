"""Requests and answers of a shop's plans with agencies."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from tongshang.modules.identity.api import Party
from tongshang.modules.league.domain.named import NamedPlan
from tongshang.modules.league.wire.plans import AgencyItemResult, PageSize
from tongshang.runtime.wire import Id

AwareTime = Annotated[datetime, msgspec.Meta(tz=True)]


class AgencyPlanQuery(msgspec.Struct, forbid_unknown_fields=True):
    limit: PageSize = 20
    next_key: str = ""


class AgencyPlanMove(msgspec.Struct, forbid_unknown_fields=True):
    plan_id: Id
    move: Literal["list", "delist", "delete"]


class OpenItem(msgspec.Struct, forbid_unknown_fields=True):
    """A product for every agency, in whole per cent; `kind` as commission_type on the wire."""

    product_id: Id
    service_ratio: int
    ratio: int | None = None
    kind: int = 0


class OpenDraft(msgspec.Struct, forbid_unknown_fields=True):
    items: list[OpenItem]
    begins_at: AwareTime | None = None
    ends_at: AwareTime | None = None


class OpenAdded(msgspec.Struct):
    """What became of each product."""

    results: list[AgencyItemResult]


class AgencyPlanView(msgspec.Struct):
    """What a shop offers an agency for a product; `status` as on the wire of the alliance."""

    plan_id: str
    product_id: str
    agency_id: str  # 0: every agency
    agency_name: str
    commission_type: int
    ratio_ppm: int
    service_ppm: int
    status: int
    begins_at: datetime
    ends_at: datetime | None

    @classmethod
    def of(cls, plan: NamedPlan, agencies: Mapping[int, Party], at: datetime) -> "AgencyPlanView":
        """A plan as its shop sees it."""
        agency = agencies.get(plan.agency_id)
        return cls(
            str(plan.plan_id),
            str(plan.product_id),
            str(plan.agency_id),
            agency.name if agency else "",
            plan.commission_type,
            plan.ratio_ppm,
            plan.service_ppm,
            plan.status(at),
            plan.begins_at,
            plan.ends_at,
        )


class AgencyPlanPage(msgspec.Struct):
    """A shop's plans with agencies; `next_key` is empty on the last page."""

    plans: list[AgencyPlanView]
    next_key: str = ""


class AgencyPlanState(msgspec.Struct):
    """What the plan shows now."""

    status: int
