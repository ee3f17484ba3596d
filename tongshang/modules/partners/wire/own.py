"""What persons who share see of it, on our own paths."""

from datetime import datetime
from typing import Annotated

import msgspec

from tongshang.modules.identity.api import Party
from tongshang.modules.links.api import LinkForms
from tongshang.modules.partners.wire.words import Key
from tongshang.modules.settlement.api import Commission
from tongshang.runtime.wire import Id

Limit = Annotated[int, msgspec.Meta(ge=1, le=50)]


class GoodsQuery(msgspec.Struct, forbid_unknown_fields=True):
    keyword: Annotated[str, msgspec.Meta(max_length=40, pattern=r"^[^\x00]*$")] = ""
    limit: Limit = 20
    next_key: Key = ""


class GoodsView(msgspec.Struct):
    """A product to share; `earns_fen` is what one piece brings the person who shares it."""

    shop_id: str
    shop_name: str
    product_id: str
    title: str
    picture_url: str
    price_fen: int
    earns_fen: int
    sold: int


class GoodsPage(msgspec.Struct):
    """`next_key` is empty on the last page."""

    goods: list[GoodsView]
    next_key: str = ""


class LinkRequest(msgspec.Struct, forbid_unknown_fields=True):
    product_id: Id


class LinkMade(msgspec.Struct):
    """A product in all forms in which it travels, all in the sharer's name."""

    forms: LinkForms
    token: str
    earns_fen: int


class EarnedSummary(msgspec.Struct):
    """What the person has earned: to be withdrawn, waiting for settlement, owed after refunds."""

    available_fen: int
    pending_fen: int
    debt_fen: int


class EarnedQuery(msgspec.Struct, forbid_unknown_fields=True):
    """`status` 20 unsettled, 100 settled, 200 cancelled; 0: all."""

    status: Annotated[int, msgspec.Meta(ge=0, le=200)] = 0
    limit: Limit = 20
    next_key: Key = ""


class EarnedLine(msgspec.Struct):
    """A line that was bought by the person's link: what stays with him, and when."""

    order_id: str
    line: int
    shop_name: str
    product_id: str
    title: str
    status: int
    paid_fen: int
    earns_fen: int
    returned_fen: int
    paid_at: datetime
    settles_at: datetime | None

    @classmethod
    def of(cls, one: Commission, shop: Party | None, settles_at: datetime | None) -> "EarnedLine":
        """A line as its sharer sees it."""
        return cls(
            str(one.order_id),
            one.line,
            shop.name if shop else "",
            str(one.product_id),
            one.title,
            one.state,
            one.paid_fen,
            one.amount_fen,
            one.returned_fen,
            one.paid_at,
            settles_at,
        )


class EarnedPage(msgspec.Struct):
    lines: list[EarnedLine]
    next_key: str = ""
