"""Shops' activities of giving, how their gifts travel, and the platform's rules."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from tongshang.modules.gifting.domain.activity import Activity, PoolItem
from tongshang.modules.gifting.wire.buyers import PRINTABLE, MaybeId, Moment
from tongshang.modules.gifting.wire.views import RuleView
from tongshang.runtime.wire import Id, number

Fen = Annotated[int, msgspec.Meta(ge=0, le=10**13)]


class PoolDraft(msgspec.Struct, forbid_unknown_fields=True):
    product_id: Id
    sku_id: Id
    pieces: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]

    def item(self) -> PoolItem:
        """An item of the pool."""
        return PoolItem(number(self.sku_id), number(self.product_id), self.pieces)


class ActivityDraft(msgspec.Struct, forbid_unknown_fields=True):
    """`is_free`: the shop gives; budget 0: no limit but the pool's."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=PRINTABLE)]
    starts_at: Moment
    ends_at: Moment
    pool: Annotated[list[PoolDraft], msgspec.Meta(min_length=1, max_length=100)]
    is_free: bool = True
    budget_fen: Fen = 0


class ActivityRef(msgspec.Struct, forbid_unknown_fields=True):
    activity_id: Id


class ActivityQuery(msgspec.Struct, forbid_unknown_fields=True):
    status: Annotated[int, msgspec.Meta(ge=0, le=5)] = 0
    page: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 1


class PoolView(msgspec.Struct):
    product_id: str
    sku_id: str
    pieces: int
    used: int


class ActivityView(msgspec.Struct):
    activity_id: str
    name: str
    status: int
    is_free: bool
    starts_at: datetime
    ends_at: datetime
    budget_fen: int
    spent_fen: int
    pool: list[PoolView]

    @classmethod
    def of(cls, one: Activity, at: datetime) -> "ActivityView":
        """An activity for its shop."""
        return cls(
            str(one.activity_id),
            one.name,
            one.state_at(at).value,
            one.is_free,
            one.starts_at,
            one.ends_at,
            one.budget_fen,
            one.spent_fen,
            [
                PoolView(str(item.product_id), str(item.sku_id), item.pieces, item.used)
                for item in one.pool
            ],
        )


class ActivityPage(msgspec.Struct):
    activities: list[ActivityView]
    count: int


class PresentQuery(msgspec.Struct, forbid_unknown_fields=True):
    page_size: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20
    next_key: str = ""


class ShopPresent(msgspec.Struct):
    """A present as its shop sees it: nobody's address, and not where in a chain it stands."""

    present_id: str
    kind: int
    state: str
    title: str
    message: str
    amount_fen: int
    portions: int
    ordered: int
    undecided: int
    is_free: bool
    made_at: datetime
    expires_at: datetime | None


class ShopPresentPage(msgspec.Struct):
    presents: list[ShopPresent]
    next_key: str
    has_more: bool


class OrderIds(msgspec.Struct, forbid_unknown_fields=True):
    order_ids: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=100)]


class OrderGift(msgspec.Struct):
    """What makes an order of the shop a gift; of both people only the first letter of a name."""

    order_id: str
    present_id: str
    kind: int
    is_free: bool
    giver: str
    receiver: str
    message: str


class OrderGifts(msgspec.Struct):
    gifts: list[OrderGift]


def masked_name(nickname: str) -> str:
    """A name as shops see it: enough to tell two people apart, too little to know one."""
    return f"{nickname[:1]}**" if nickname else ""


class ChainQuery(msgspec.Struct, forbid_unknown_fields=True):
    """How gifts travelled: of all the shop's goods, of a product, or of a campaign."""

    product_id: MaybeId = 0
    campaign: Annotated[str, msgspec.Meta(max_length=64, pattern=PRINTABLE)] = ""
    days: Literal[7, 30, 90, 366] = 30


class GenerationView(msgspec.Struct):
    """Gifts so many givings away from the one that began it."""

    generation: int
    presents: int
    givers: int
    portions: int
    ordered: int
    lapsed: int
    revenue_fen: int


class ChainView(msgspec.Struct):
    """`k_factor`, in ppm: how many gifts each receiver goes on to give.

    Groups of fewer than `few` givers are left out (`is_partial`), and so much with them that what
    is there does not tell them. Numbers of people are told in steps of `few`.
    """

    few: int
    is_partial: bool
    depth: int
    widest: int
    presents: int
    receivers: int
    givers_who_received: int
    k_factor_ppm: int
    lapsed_ppm: int
    median_claim_seconds: int
    revenue_fen: int
    generations: list[GenerationView]
    surfaces: list["SurfaceView"]
    nodes: list["NodeView"]
    flows: list["FlowView"]


class SurfaceView(msgspec.Struct):
    surface: int
    presents: int
    revenue_fen: int


class NodeView(msgspec.Struct):
    """Gifts of one generation that were begun on one surface, where they are many people's."""

    generation: int
    surface: int
    presents: int
    givers: int


class FlowView(msgspec.Struct):
    """How many gifts came of those of one generation and surface, and where they were begun."""

    generation: int
    surface: int
    to_generation: int
    to_surface: int
    presents: int
    givers: int


class RuleDraft(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern=PRINTABLE)]
    value: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=PRINTABLE)]


class DonationQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Of the charity that is chosen now, or of another party."""

    party_id: MaybeId = 0
    page_size: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20
    next_key: str = ""


class DonationView(msgspec.Struct):
    shop_id: str
    order_id: str
    present_id: str
    amount_fen: int
    at: datetime


class DonationPage(msgspec.Struct):
    party_id: str
    name: str
    count: int
    sum_fen: int
    donations: list[DonationView]
    next_key: str


class CategoryDraft(msgspec.Struct, forbid_unknown_fields=True):
    """A branch of goods, and why it may not be given; without a reason it may again."""

    cat_id: Annotated[int, msgspec.Meta(ge=1, le=2**53)]
    reason: Annotated[str, msgspec.Meta(max_length=200, pattern=PRINTABLE)] = ""


class ExcludedView(msgspec.Struct):
    cat_id: int
    reason: str


class RulesView(msgspec.Struct):
    rules: list[RuleView]
    excluded: list[ExcludedView]
