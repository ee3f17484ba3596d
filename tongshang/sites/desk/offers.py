"""What is behind the links of the alliance, in the words of a page."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tongshang.kernel.refusal import Refusal
from tongshang.sites.visit import Visit

_FAMILY: Final = "/channels/ec/league/headsupplier"
_WHOLE: Final = 1_000_000
_AGENCY_FIXES: Final = 1


@dataclass(frozen=True, slots=True)
class Offered:
    """A product as it is offered to an agency: what it costs, what comes of it, who offers it."""

    link: str
    shop_appid: str
    shop_id: str
    shop_name: str
    product_id: str
    title: str
    picture_url: str
    price_fen: int
    plan_kind: int
    agency_fixes: bool
    promoter_ppm: int
    service_ppm: int
    supplier_name: str
    begins_at: int
    ends_at: int
    is_taken: bool
    is_hidden: bool
    is_on_sale: bool

    @property
    def service_fen(self) -> int:
        """What of one piece comes to the agency."""
        return self.price_fen * self.service_ppm // _WHOLE

    @property
    def promoter_fen(self) -> int:
        """What of one piece the shop pays the promoter beside it."""
        return 0 if self.agency_fixes else self.price_fen * self.promoter_ppm // _WHOLE


async def described(visit: Visit, links: Sequence[str]) -> list[Offered]:
    """What each link leads to, in their order; read side by side."""
    return [one for one in await asyncio.gather(*(_one(visit, link) for link in links)) if one]


async def _one(visit: Visit, link: str) -> Offered | None:
    try:
        item = (
            await visit.ask(f"{_FAMILY}/item/promotiondetail/get", head_supplier_item_link=link)
        ).item
    except Refusal:
        return None  # it ended while the page was made
    product = await product_of(visit, item.product_id)
    shop = await visit.ask("/v1/buyer/home/get", party_id=product.shop_id) if product else None
    terms, taken = item.commission_info, item.cooperative_info
    return Offered(
        link,
        item.shop_appid,
        str(product.shop_id) if product else "",
        shop.author.name if shop else "",
        item.product_id,
        product.title if product else "",
        product.pictures[0] if product and product.pictures else "",
        product.price_fen if product else 0,
        terms.plan_type,
        terms.commission_type == _AGENCY_FIXES,
        terms.ratio,
        terms.service_ratio,
        item.head_supplier_info.name,
        terms.start_time,
        terms.end_time,
        bool(taken.cooperative_status),
        taken.is_hidden,
        product is not None,
    )


async def product_of(visit: Visit, product_id: str) -> Any:
    """A product as buyers see it; none where it is off sale."""
    try:
        return await visit.ask("/v1/buyer/product/get", product_id=product_id)
    except Refusal:
        return None
