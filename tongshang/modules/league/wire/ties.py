"""Requests and answers of invitations (contract family league_promoter), and of the invited."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from tongshang.modules.identity.api import Party
from tongshang.modules.league.domain.ties import Tie
from tongshang.modules.league.wire.plans import PageIndex, PageSize
from tongshang.runtime.rpc import WireReply
from tongshang.runtime.wire import Id


class FinderRef(msgspec.Struct):
    finder_id: str = ""


class FinderPatch(msgspec.Struct):
    type: int  # a text in the platform's sample
    finder_id: str = ""


class FinderQuery(msgspec.Struct):
    status: int = 0
    page_index: PageIndex = 1
    page_size: PageSize = 10


class PromoterView(msgspec.Struct):
    finder_id: str
    status: int
    invite_time: int
    sale_product_number: int
    sale_gmv: int

    @classmethod
    def of(cls, tie: Tie) -> "PromoterView":
        """A promoter as the shop sees him."""
        invited = int(tie.invited_at.timestamp()) if tie.invited_at else 0
        return cls(str(tie.promoter_id), tie.state, invited, tie.product_count, tie.sold_fen)


class PromoterReply(WireReply):
    promoter: PromoterView | msgspec.UnsetType = msgspec.UNSET


class PromoterPage(WireReply):
    finder_ids: list[str] = msgspec.field(default_factory=list)
    total_num: int = 0


class InvitationQuery(msgspec.Struct, forbid_unknown_fields=True):
    limit: PageSize = 20
    next_key: str = ""


class InvitationRef(msgspec.Struct, forbid_unknown_fields=True):
    shop_id: Id


class InvitationView(msgspec.Struct):
    """A shop that invited the promoter; `state` as on the wire, 1 invited to 5 ended."""

    shop_id: str
    shop_name: str
    state: int
    invited_at: datetime | None
    sold_products: int
    sold_fen: int

    @classmethod
    def of(cls, tie: Tie, shops: Mapping[int, Party]) -> "InvitationView":
        """A shop as the promoter sees it."""
        shop = shops.get(tie.shop_id)
        name = shop.name if shop else ""
        counts = tie.product_count, tie.sold_fen
        return cls(str(tie.shop_id), name, tie.state, tie.invited_at, *counts)


class InvitationPage(msgspec.Struct):
    """Shops that invited the promoter; `next_key` is empty on the last page."""

    invitations: list[InvitationView]
    next_key: str = ""


class InvitationState(msgspec.Struct):
    """What the promoter is to the shop now."""

    state: int
