"""Requests and answers of what shops and agencies are to each other, on our own paths."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import msgspec

from tongshang.modules.identity.api import Party
from tongshang.modules.league.domain.agencies import AgencyTie, ShopFigures
from tongshang.modules.league.wire.plans import PageSize
from tongshang.runtime.wire import Id

StateNumber = Annotated[int, msgspec.Meta(ge=0, le=5)]


class Paged(msgspec.Struct, forbid_unknown_fields=True):
    limit: PageSize = 20
    next_key: str = ""


class TieQuery(msgspec.Struct, forbid_unknown_fields=True):
    state: StateNumber = 0
    limit: PageSize = 20
    next_key: str = ""


class ShopByAppid(msgspec.Struct, forbid_unknown_fields=True):
    appid: str


class ShopRef(msgspec.Struct, forbid_unknown_fields=True):
    shop_id: Id


class AgencyRef(msgspec.Struct, forbid_unknown_fields=True):
    agency_id: Id


class TieState(msgspec.Struct):
    """What the shop is to the agency now: 1 invited, 2 accepted, 3 refused, 4 withdrawn, 5 ended."""

    state: int


class ShopView(msgspec.Struct):
    """A shop of an agency; `state` as on the wire, money in fen, products by number."""

    shop_id: str
    appid: str
    shop_name: str
    icon_url: str
    state: int
    changed_at: datetime | None
    sold_fen: int
    settled_fen: int
    unsettled_fen: int
    products: int
    added_today: int
    sold_today: int

    @classmethod
    def of(
        cls,
        tie: AgencyTie,
        shops: Mapping[int, Party],
        figures: Mapping[int, ShopFigures],
        counts: Mapping[int, tuple[int, int]],
    ) -> "ShopView":
        """A shop as its agency sees it."""
        shop, came = shops.get(tie.shop_id), figures.get(tie.shop_id, ShopFigures())
        return cls(
            str(tie.shop_id),
            shop.appid if shop else "",
            shop.name if shop else "",
            shop.icon_url if shop else "",
            tie.state,
            tie.changed_at,
            came.sold_fen,
            came.settled_fen,
            came.unsettled_fen,
            *counts.get(tie.shop_id, (0, 0)),
            came.sold_today,
        )


class ShopPage(msgspec.Struct):
    """An agency's shops; `next_key` is empty on the last page."""

    shops: list[ShopView]
    next_key: str = ""


class AgencyView(msgspec.Struct):
    """An agency of a shop; `state` as on the wire, money in fen."""

    agency_id: str
    appid: str
    agency_name: str
    icon_url: str
    state: int
    changed_at: datetime | None
    sold_fen: int
    settled_fen: int
    unsettled_fen: int

    @classmethod
    def of(
        cls, tie: AgencyTie, agencies: Mapping[int, Party], figures: Mapping[int, ShopFigures]
    ) -> "AgencyView":
        """An agency as its shop sees it."""
        agency, came = agencies.get(tie.agency_id), figures.get(tie.agency_id, ShopFigures())
        return cls(
            str(tie.agency_id),
            agency.appid if agency else "",
            agency.name if agency else "",
            agency.icon_url if agency else "",
            tie.state,
            tie.changed_at,
            came.sold_fen,
            came.settled_fen,
            came.unsettled_fen,
        )


class AgencyPage(msgspec.Struct):
    """A shop's agencies; `next_key` is empty on the last page."""

    agencies: list[AgencyView]
    next_key: str = ""
