"""Who gets what: requests decided one after the other, on one view of the market."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from tongshang.kernel.money import Fen, apportion
from tongshang.kernel.refusal import Refusal
from tongshang.modules.catalog.api import Offer
from tongshang.modules.delivery.api import Address, FreightRule, freight_fen
from tongshang.modules.discounts.api import Flash, Taken
from tongshang.modules.ordering import refusals
from tongshang.modules.ordering.domain.bringing import NOBODY, Brought, brought_by, terms_of
from tongshang.modules.ordering.domain.order import Order, OrderLine
from tongshang.modules.ordering.machine import ORDER

LINES_MAX: Final = 50
COUNT_MAX: Final = 1_000_000
# Reference section 4.2: the minutes are a platform's setting, 30 is customary.
UNPAID_FOR: Final = timedelta(minutes=30)
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
    brought: Brought = NOBODY
    stock: Mapping[tuple[int, int], int] = field(default_factory=dict)
    flash: Mapping[tuple[int, int], Flash] = field(default_factory=dict)
    taken: Mapping[tuple[int, int], int] = field(default_factory=dict)  # discount, buyer


def place_all(
    drafts: Sequence[PlaceDraft], order_ids: Sequence[int], market: Market, at: datetime
) -> list[Order | Refusal]:
    """An order or a refusal for each draft, first come first served."""
    left = dict(market.stock)
    flash, taken = dict(market.flash), dict(market.taken)
    market = replace(market, flash=flash, taken=taken)
    decided: list[Order | Refusal] = []
    for draft, order_id in zip(drafts, order_ids, strict=True):
        try:
            order = quote(draft, order_id, market, at)
            _take(order, left)
            _take_flash(order, flash, taken)
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
        raise _missed_flash(draft, market, total) or refusals.PriceChanged(
            now_fen=total, expected_fen=draft.expected_fen
        )
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


def with_flash(
    market: Market, flash: Mapping[tuple[int, int], Flash], taken: Mapping[tuple[int, int], int]
) -> Market:
    """The market with the flash prices that run, and what buyers have at them."""
    return replace(market, flash=flash, taken=taken)


def check_stock(order: Order, stock: Mapping[tuple[int, int], int]) -> None:
    """Refuse an order of more than there is."""
    _take(order, dict(stock))


def taken_by(orders: Sequence[Order]) -> list[Taken]:
    """What orders took at flash prices."""
    return [
        Taken(order.shop_id, line.discount_id, order.buyer_id, line.count)
        for order in orders
        for line in order.lines
        if line.discount_id
    ]


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
    source = brought_by(asked.card, draft.buyer_id, offer, market.brought)
    terms = terms_of(source, draft.buyer_id, offer, market.brought)
    flash = _flash(draft, offer, market)
    price = flash.price_fen if flash else offer.price_fen
    return OrderLine(
        line=number,
        product_id=offer.product_id,
        sku_id=offer.sku_id,
        count=asked.count,
        sale_price_fen=price,
        market_price_fen=max(offer.market_price_fen, offer.price_fen),
        paid_fen=price * asked.count,
        freight_fen=0,
        fee_ppm=offer.fee_ppm,
        title=offer.title,
        thumb_url=offer.thumb_url,
        attrs=offer.attrs,
        sku_code=offer.sku_code,
        promoter_id=terms.promoter_id,
        commission_ppm=terms.commission_ppm,
        deal_id=terms.deal_id,
        content_id=source.content_id if source else 0,
        scene=source.scene if source else SCENE_OTHER,
        surface=source.surface if source else 0,
        position=source.position if source else 0,
        share_id=source.share_id if source else 0,
        discount_id=flash.discount_id if flash else 0,
        discount_fen=(offer.price_fen - price) * asked.count,
    )


def _flash(draft: PlaceDraft, offer: Offer, market: Market) -> Flash | None:
    """The flash price of a SKU, where all that the draft asks of it is to be had at it."""
    flash = market.flash.get((offer.shop_id, offer.sku_id))
    if flash is None or flash.price_fen >= offer.price_fen:
        return None
    wanted = sum(line.count for line in draft.lines if line.sku_id == offer.sku_id)
    return flash if wanted <= min(flash.left, _may_take(draft, flash, market)) else None


def _may_take(draft: PlaceDraft, flash: Flash, market: Market) -> int:
    """How many more the buyer may have at a flash price; other SKUs of the draft count too."""
    if not flash.limit_per_buyer:
        return COUNT_MAX
    return flash.limit_per_buyer - market.taken.get((flash.discount_id, draft.buyer_id), 0)


def _missed_flash(draft: PlaceDraft, market: Market, total: int) -> Refusal | None:
    """Why the draft is not sold at a flash price, if one runs for what it asks."""
    for line in draft.lines:
        offer = market.offers[draft.shop_id, line.sku_id]
        flash = market.flash.get((draft.shop_id, line.sku_id))
        if flash is None or _flash(draft, offer, market) or flash.price_fen >= offer.price_fen:
            continue
        sku_id = str(line.sku_id)
        if flash.left and line.count > _may_take(draft, flash, market):
            limit = flash.limit_per_buyer
            return refusals.FlashLimitReached(sku_id=sku_id, limit=limit, now_fen=total)
        return refusals.FlashGone(sku_id=sku_id, left=flash.left, now_fen=total)
    return None


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


def _take(order: Order, left: dict[tuple[int, int], int]) -> None:
    """Take an order's pieces out of the normal stock, all or none."""
    wanted: dict[tuple[int, int], int] = {}
    for line in order.lines:
        if not line.discount_id:
            key = (order.shop_id, line.sku_id)
            wanted[key] = wanted.get(key, 0) + line.count
    for key, count in wanted.items():
        if left.get(key, 0) < count:
            raise refusals.TooFewInStock(sku_id=str(key[1]), left=left.get(key, 0))
    for key, count in wanted.items():
        left[key] -= count


def _take_flash(
    order: Order, flash: dict[tuple[int, int], Flash], taken: dict[tuple[int, int], int]
) -> None:
    """Take an order's pieces out of what is set apart; that they fit is decided already."""
    for line in order.lines:
        if line.discount_id:
            key, buyer = (order.shop_id, line.sku_id), (line.discount_id, order.buyer_id)
            flash[key] = replace(flash[key], left=flash[key].left - line.count)
            taken[buyer] = taken.get(buyer, 0) + line.count
