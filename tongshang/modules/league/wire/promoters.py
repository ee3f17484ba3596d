"""Requests and answers of promoters' square, on our own paths."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated

import msgspec

from tongshang.kernel.money import WHOLE
from tongshang.modules.catalog.api import ProductCard, ProductStatus
from tongshang.modules.identity.api import Party
from tongshang.modules.league.domain.named import NamedPlan
from tongshang.modules.league.domain.plans import earned_fen
from tongshang.modules.league.domain.square import MOST, Chosen, SquareFilter
from tongshang.modules.league.wire.plans import PageSize

Number = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Keyword = Annotated[str, msgspec.Meta(max_length=60)]
Share = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class SquareQuery(msgspec.Struct, forbid_unknown_fields=True):
    limit: PageSize = 20
    next_key: str = ""
    keyword: Keyword = ""
    cat_id: Number = 0
    shop_id: Number = 0
    fen_least: Number = 0
    fen_most: Number = MOST
    ppm_least: Share = 0
    ppm_most: Share = WHOLE
    sold_least: Number = 0

    def filter(self, began: date) -> SquareFilter:
        """The goods that are asked for."""
        return SquareFilter(
            began,
            self.keyword,
            (self.cat_id,) if self.cat_id else (),
            (),
            self.shop_id,
            (self.fen_least, self.fen_most),
            (self.sold_least, MOST),
            (self.ppm_least, self.ppm_most),
        )


class OfferView(msgspec.Struct):
    """A product that a promoter may carry, and what one sale of it earns at least.

    `own_ppm` is what the shop pays this promoter by name, null where it does not; `sold_month`
    what the alliance sold of it in thirty days.
    """

    shop_id: str
    shop_name: str
    product_id: str
    title: str
    picture_url: str
    price_fen: int
    ratio_ppm: int
    earns_fen: int
    ends_at: datetime | None
    own_ppm: int | None = None
    sold_month: int = 0

    @classmethod
    def of(
        cls,
        chosen: Chosen,
        card: ProductCard,
        shops: Mapping[int, Party],
        own: Mapping[int, int],
        at: datetime,
    ) -> "OfferView":
        """A plan as promoters see it."""
        plan, shop = chosen.plan, shops.get(chosen.plan.shop_id)
        own_ppm = own.get(plan.product_id)
        pays = plan.pays_ppm(at) if own_ppm is None else own_ppm
        return cls(
            str(plan.shop_id),
            shop.name if shop else "",
            str(plan.product_id),
            card.title,
            card.picture_url,
            card.price_fen,
            plan.pays_ppm(at),
            earned_fen(card.price_fen, pays),
            plan.ends_at,
            own_ppm,
            chosen.month,
        )


class SquarePage(msgspec.Struct):
    """Products whose shops pay promoters; `next_key` is empty on the last page."""

    offers: list[OfferView]
    next_key: str = ""


class Paged(msgspec.Struct, forbid_unknown_fields=True):
    limit: PageSize = 20
    next_key: str = ""


class NamedView(msgspec.Struct):
    """What a shop offers a promoter by name; `kind` 2 targeted, 3 exclusive, `status` as on the wire."""

    shop_id: str
    shop_name: str
    plan_id: str
    product_id: str
    title: str
    picture_url: str
    price_fen: int
    kind: int
    status: int
    ratio_ppm: int
    earns_fen: int
    is_on_sale: bool
    begins_at: datetime
    ends_at: datetime | None

    @classmethod
    def of(
        cls, plan: NamedPlan, card: ProductCard | None, shops: Mapping[int, Party], at: datetime
    ) -> "NamedView":
        """A plan as the promoter who is named sees it."""
        shop, pays = shops.get(plan.shop_id), plan.pays_ppm(at)
        return cls(
            str(plan.shop_id),
            shop.name if shop else "",
            str(plan.plan_id),
            str(plan.product_id),
            card.title if card else "",
            card.picture_url if card else "",
            card.price_fen if card else 0,
            plan.kind,
            plan.status(at),
            pays,
            earned_fen(card.price_fen, pays) if card else 0,
            card is not None and card.status is ProductStatus.LISTED,
            plan.begins_at,
            plan.ends_at,
        )


class NamedPage(msgspec.Struct):
    """What shops offer a promoter by name; `next_key` is empty on the last page."""

    plans: list[NamedView]
    next_key: str = ""
