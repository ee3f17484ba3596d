"""Commission orders on our own paths: for promoters, agencies and sharers alike."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import msgspec

from tongshang.modules.identity.api import Party
from tongshang.modules.settlement.domain.values import Commission
from tongshang.runtime.wire import seconds


class CommissionQuery(msgspec.Struct, forbid_unknown_fields=True):
    status: Annotated[int, msgspec.Meta(ge=0, le=200)] = 0
    next_key: str = ""
    page_size: Annotated[int, msgspec.Meta(ge=1, le=50)] = 20


class CommissionView(msgspec.Struct):
    """A line: what came to you, what you passed on, what stays (`commission_fen`) and when.

    `hand`: 1 promoter, 2 agency, 3 re-selling agency, 4 sharers' agency, 5 sharer.
    `expected_at` is when it will be settled; zero: the buyer has not got the goods yet.
    """

    order_id: str
    line: int
    shop_id: str
    shop_name: str
    product_id: str
    sku_id: str
    title: str
    hand: int
    status: int
    paid_fen: int
    rate_ppm: int
    received_fen: int
    passed_fen: int
    commission_fen: int
    returned_fen: int
    paid_at: int
    expected_at: int
    settled_at: int

    @classmethod
    def of(
        cls, one: Commission, shops: Mapping[int, Party], due: Mapping[int, datetime]
    ) -> "CommissionView":
        """A line as the receiver sees it."""
        shop = shops.get(one.shop_id)
        return cls(
            str(one.order_id),
            one.line,
            str(one.shop_id),
            shop.name if shop else "",
            str(one.product_id),
            str(one.sku_id),
            one.title,
            one.hand.value,
            one.state.value,
            one.paid_fen,
            one.rate_ppm,
            one.received_fen,
            one.passed_fen,
            one.amount_fen,
            one.returned_fen,
            seconds(one.paid_at),
            seconds(one.settled_at or due.get(one.order_id)),
            seconds(one.settled_at),
        )


class CommissionPage(msgspec.Struct):
    orders: list[CommissionView]
    next_key: str
    has_more: bool
