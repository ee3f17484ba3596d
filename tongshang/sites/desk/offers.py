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
    """What each link leads to, in their order; one that just ended is left out."""
    items = await asyncio.gather(*(_behind(visit, link) for link in links))
    found = [(link, one) for link, one in zip(links, items, strict=True) if one]
    products = await asyncio.gather(*(product_of(visit, one.product_id) for _, one in found))
    shops = await _shop_names(visit, {one.shop_id for one in products if one})
    return [
        _offered(link, item, product, shops)
        for (link, item), product in zip(found, products, strict=True)
    ]


async def _behind(visit: Visit, link: str) -> Any:
    path = f"{_FAMILY}/item/promotiondetail/get"
    try:
        return (await visit.ask(path, head_supplier_item_link=link)).item
    except Refusal:
        return None


async def _shop_names(visit: Visit, shop_ids: set[str]) -> dict[str, str]:
    """The names of shops, each asked for once."""
    ids = sorted(shop_ids)
    homes = await asyncio.gather(*(visit.ask("/v1/buyer/home/get", party_id=one) for one in ids))
    return {shop_id: one.author.name for shop_id, one in zip(ids, homes, strict=True)}


def _offered(link: str, item: Any, product: Any, shops: dict[str, str]) -> Offered:
    terms, taken = item.commission_info, item.cooperative_info
    return Offered(
        link,
        item.shop_appid,
        product.shop_id if product else "",
        shops[product.shop_id] if product else "",
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
