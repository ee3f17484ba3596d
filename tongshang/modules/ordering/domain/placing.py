"""Who gets what: requests decided one after the other, on one view of the market."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from tongshang.kernel.money import WHOLE, Fen, Ppm, apportion
from tongshang.kernel.refusal import Refusal
from tongshang.modules.catalog.api import Offer
from tongshang.modules.delivery.api import Address, FreightRule, freight_fen
from tongshang.modules.governance.api import Bar, is_barred
from tongshang.modules.ordering import refusals
from tongshang.modules.ordering.domain.order import Order, OrderLine
from tongshang.modules.ordering.machine import ORDER
from tongshang.modules.surfaces.api import CardRef, Touch

LINES_MAX: Final = 50
COUNT_MAX: Final = 1_000_000
# Reference section 4.2: the minutes are a platform's setting, 30 is customary.
UNPAID_FOR: Final = timedelta(minutes=30)
# Reference section 7.6 names no window; a setting of ours.
TOUCH_COUNTS_FOR: Final = timedelta(days=15)
RECEIPT_DAYS: Final = 10  # where the category says nothing
SCENE_OTHER: Final = 1


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """So many of a SKU. `card` is the token of the card it was bought from, where there was one."""

    sku_id: int
    count: int
    card: str = ""


@dataclass(frozen=True, slots=True)
class PlaceDraft:
    """An order somebody asks for. `expected_fen` is the total the buyer was shown."""

    shop_id: int
    buyer_id: int
    address_id: int
    lines: tuple[PlaceLine, ...]
    notes: str = ""
    expected_fen: int | None = None
    lines_max: int = LINES_MAX
    from_cart: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """The answer to a draft that became an order."""

    shop_id: int
    order_id: int
    order_fen: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Market:
    """All that a batch of drafts is decided on, keyed by owner first."""

    offers: Mapping[tuple[int, int], Offer]
    addresses: Mapping[tuple[int, int], Address]
    freight: Mapping[tuple[int, int], FreightRule]
    cards: Mapping[str, CardRef] = field(default_factory=dict)
    touches: Mapping[tuple[int, int], Touch] = field(default_factory=dict)
    rates: Mapping[int, Ppm] = field(default_factory=dict)
    stock: Mapping[tuple[int, int], int] = field(default_factory=dict)


def place_all(
    drafts: Sequence[PlaceDraft], order_ids: Sequence[int], market: Market, at: datetime
) -> list[Order | Refusal]:
    """An order or a refusal for each draft, first come first served."""
    left = dict(market.stock)
    decided: list[Order | Refusal] = []
    for draft, order_id in zip(drafts, order_ids, strict=True):
        try:
            order = quote(draft, order_id, market, at)
            _take(draft, left)
        except Refusal as refusal:
            decided.append(refusal)
        else:
            decided.append(order)
    return decided


def quote(draft: PlaceDraft, order_id: int, market: Market, at: datetime) -> Order:
    """The order as it would be placed now, its stock not yet taken."""
    _check_lines(draft)
    offers = [_offer(draft.shop_id, line, market) for line in draft.lines]
    address = market.addresses.get((draft.buyer_id, draft.address_id))
    if address is None:
        raise refusals.AddressNotFound(address_id=str(draft.address_id))
    lines = [
        sold_line(number, draft, line, offer, market)
        for number, (line, offer) in enumerate(zip(draft.lines, offers, strict=True), 1)
    ]
    goods = sum(line.goods_fen for line in lines)
    freight = _freight(lines, offers, market, address)
    total = goods + freight
    if total == 0:
        raise refusals.NothingToPay
    if draft.expected_fen is not None and draft.expected_fen != total:
        raise refusals.PriceChanged(now_fen=total, expected_fen=draft.expected_fen)
    return Order(
        shop_id=draft.shop_id,
        order_id=order_id,
        buyer_id=draft.buyer_id,
        state=ORDER.start,
        goods_fen=goods,
        freight_fen=freight,
        change_down_fen=0,
        order_fen=total,
        address=address,
        notes=draft.notes,
        scene=next((line.scene for line in lines if line.promoter_id), SCENE_OTHER),
        receipt_days=max(offer.confirm_receipt_days or RECEIPT_DAYS for offer in offers),
        placed_at=at,
        expires_at=at + UNPAID_FOR,
        updated_at=at,
        lines=with_freight(lines, freight),
    )


def with_stock(market: Market, stock: Mapping[tuple[int, int], int]) -> Market:
    """The market with what is left of each SKU."""
    return replace(market, stock=stock)


def check_stock(draft: PlaceDraft, stock: Mapping[tuple[int, int], int]) -> None:
    """Refuse a draft that asks for more than there is."""
    _take(draft, dict(stock))


def with_freight(lines: Sequence[OrderLine], freight: int) -> tuple[OrderLine, ...]:
    """The lines bearing `freight` by what they cost, or by pieces where all are free."""
    weights = [line.paid_fen for line in lines]
    if not any(weights):
        weights = [line.count for line in lines]
    parts = apportion(Fen(freight), weights)
    return tuple(
        line if part == line.freight_fen else replace(line, freight_fen=part)
        for line, part in zip(lines, parts, strict=True)
    )


def _check_lines(draft: PlaceDraft) -> None:
    if not draft.lines:
        raise refusals.NoLines
    if len(draft.lines) > draft.lines_max:
        raise refusals.TooManyLines(limit=draft.lines_max)
    for line in draft.lines:
        if not 1 <= line.count <= COUNT_MAX:
            raise refusals.CountOutOfRange(sku_id=str(line.sku_id), limit=COUNT_MAX)


def _offer(shop_id: int, line: PlaceLine, market: Market) -> Offer:
    offer = market.offers.get((shop_id, line.sku_id))
    if offer is None:
        raise refusals.SkuNotFound(shop_id=str(shop_id), sku_id=str(line.sku_id))
    if not offer.on_sale:
        raise refusals.NotOnSale(sku_id=str(line.sku_id), title=offer.title)
    return offer


def sold_line(
    number: int, draft: PlaceDraft, asked: PlaceLine, offer: Offer, market: Market
) -> OrderLine:
    """The line of a SKU at its price now, with whoever brought the sale."""
    source = brought_by(asked.card, draft.buyer_id, offer, market)
    return OrderLine(
        line=number,
        product_id=offer.product_id,
        sku_id=offer.sku_id,
        count=asked.count,
        sale_price_fen=offer.price_fen,
        market_price_fen=max(offer.market_price_fen, offer.price_fen),
        paid_fen=offer.price_fen * asked.count,
        freight_fen=0,
        fee_ppm=offer.fee_ppm,
        title=offer.title,
        thumb_url=offer.thumb_url,
        attrs=offer.attrs,
        sku_code=offer.sku_code,
        promoter_id=source.promoter_id if source else 0,
        commission_ppm=_commission(offer, market) if source and source.promoter_id else 0,
        content_id=source.content_id if source else 0,
        scene=source.scene if source else SCENE_OTHER,
        surface=source.surface if source else 0,
        position=source.position if source else 0,
        share_id=source.share_id if source else 0,
    )


def brought_by(card: str, buyer_id: int, offer: Offer, market: Market) -> CardRef | Touch | None:
    """Whose work the sale is: the promoter's card it was bought from, else the last touch.

    A card of another product says nothing about this one, and the shop's own card takes no sale
    from the promoter who brought the buyer; where nobody did, it says where the sale was made.
    """
    named = market.cards.get(card)
    if named is not None and (named.shop_id, named.product_id) != (offer.shop_id, offer.product_id):
        named = None
    if named is not None and named.promoter_id:
        return named
    return market.touches.get((buyer_id, offer.product_id)) or named


def _commission(offer: Offer, market: Market) -> int:
    """Fee and commission never exceed what was paid (reference section 7.6).

    What is barred from the alliance pays none (section 3.7).
    """
    if is_barred(offer.barred, (Bar.LEAGUE,)):
        return 0
    return min(market.rates.get(offer.product_id, Ppm(0)), WHOLE - offer.fee_ppm)


def _freight(
    lines: Sequence[OrderLine], offers: Sequence[Offer], market: Market, to: Address
) -> int:
    """Each freight template asks once, for all that it covers; without one the shop pays."""
    both = sorted(zip(offers, lines, strict=True), key=lambda one: one[0].freight_template_id)
    total = 0
    for template_id, group in groupby(both, key=lambda one: one[0].freight_template_id):
        covered = [line for _, line in group]
        rule = market.freight.get((offers[0].shop_id, template_id))
        if rule is not None:
            pieces = sum(line.count for line in covered)
            goods = sum(line.paid_fen for line in covered)
            total += freight_fen(rule, pieces, 0, goods, to)
    return total


def _take(draft: PlaceDraft, left: dict[tuple[int, int], int]) -> None:
    """Take a draft's pieces, all or none."""
    wanted: dict[tuple[int, int], int] = {}
    for line in draft.lines:
        key = (draft.shop_id, line.sku_id)
        wanted[key] = wanted.get(key, 0) + line.count
    for key, count in wanted.items():
        if left.get(key, 0) < count:
            raise refusals.TooFewInStock(sku_id=str(key[1]), left=left.get(key, 0))
    for key, count in wanted.items():
        left[key] -= count
