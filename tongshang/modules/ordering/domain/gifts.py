"""Orders that are gifts: paid by one person, received by another (reference section 5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tongshang.kernel.refusal import Refusal
from tongshang.modules.catalog.api import Offer
from tongshang.modules.delivery.api import Address, FreightRule, freight_fen
from tongshang.modules.ordering import refusals
from tongshang.modules.ordering.domain.order import Gift, Order, OrderLine
from tongshang.modules.ordering.domain.placing import (
    RECEIPT_DAYS,
    SCENE_OTHER,
    Market,
    PlaceDraft,
    PlaceLine,
    sold_line,
)
from tongshang.modules.ordering.machine import ORDER, OrderState

NOWHERE = Address("", "", "", "", "", "")


@dataclass(frozen=True, slots=True)
class GiftDraft:
    """So many gifts of one SKU, an order each. They are unpaid until `expires_at` at most."""

    shop_id: int
    giver_id: int
    sku_id: int
    portions: int
    gift: Gift
    expires_at: datetime
    card: str = ""
    expected_fen: int | None = None

    @property
    def key(self) -> tuple[int, int]:
        """Which stock it takes from."""
        return self.shop_id, self.sku_id


@dataclass(frozen=True, slots=True)
class PlacedGifts:
    """The orders of a draft, each at the same price."""

    order_ids: tuple[int, ...]
    each_fen: int
    offer: Offer
    scene: int
    promoter_id: int
    content_id: int
    surface: int = 0


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Who takes a gift, where it is to go, and (0: as it was given) as which SKU."""

    shop_id: int
    order_id: int
    receiver_id: int
    address: Address
    sku_id: int = 0

    @property
    def key(self) -> tuple[int, int]:
        """Shop and order."""
        return self.shop_id, self.order_id


def place_gifts(
    draft: GiftDraft, order_ids: Sequence[int], market: Market, left: dict[tuple[int, int], int],
    at: datetime,
) -> list[Order]:  # fmt: skip
    """The orders of a draft; they take their pieces out of `left`.

    Nobody knows yet where a gift will go, so its freight is the shop's. What the shop gives
    itself costs nobody anything: all of its price is taken off.
    """
    offer = market.offers.get(draft.key)
    if offer is None:
        raise refusals.SkuNotFound(shop_id=str(draft.shop_id), sku_id=str(draft.sku_id))
    if not offer.on_sale:
        raise refusals.NotOnSale(sku_id=str(draft.sku_id), title=offer.title)
    total = 0 if draft.gift.is_free else offer.price_fen * draft.portions
    if draft.expected_fen is not None and draft.expected_fen != total:
        raise refusals.PriceChanged(now_fen=total, expected_fen=draft.expected_fen)
    if left.get(draft.key, 0) < draft.portions:
        raise refusals.TooFewInStock(sku_id=str(draft.sku_id), left=left.get(draft.key, 0))
    left[draft.key] -= draft.portions
    line = _line(draft, offer, market)
    return [_order(draft, order_id, offer, line, at) for order_id in order_ids]


def _line(draft: GiftDraft, offer: Offer, market: Market) -> OrderLine:
    asked = PlaceLine(draft.sku_id, 1, draft.card)
    of_giver = PlaceDraft(draft.shop_id, draft.giver_id, 0, (asked,))
    line = sold_line(1, of_giver, asked, offer, market)
    return replace(line, paid_fen=0) if draft.gift.is_free else line


def _order(draft: GiftDraft, order_id: int, offer: Offer, line: OrderLine, at: datetime) -> Order:
    return Order(
        shop_id=draft.shop_id,
        order_id=order_id,
        buyer_id=0,
        state=ORDER.start,
        goods_fen=line.goods_fen,
        freight_fen=0,
        change_down_fen=line.goods_fen - line.paid_fen,
        order_fen=line.paid_fen,
        address=NOWHERE,
        notes="",
        scene=line.scene if line.promoter_id else SCENE_OTHER,
        receipt_days=offer.confirm_receipt_days or RECEIPT_DAYS,
        placed_at=at,
        expires_at=draft.expires_at,
        updated_at=at,
        lines=(line,),
        gift=draft.gift,
    )


# --- taking ------------------------------------------------------------------------------------


def check_destination(rule: FreightRule | None, address: Address) -> None:
    """Refuse a place that the shop does not send to; who pays for the way is settled."""
    if rule is not None:
        freight_fen(rule, 1, 0, 0, address)


def swapped(order: Order, offer: Offer | None) -> Order:
    """The order with another SKU of the same product, at the price it was sold for."""
    line = order.lines[0]
    if offer is None or offer.product_id != line.product_id:
        raise refusals.NotTheSameProduct(sku_id=str(offer.sku_id if offer else 0))
    if not offer.on_sale:
        raise refusals.NotOnSale(sku_id=str(offer.sku_id), title=offer.title)
    if offer.price_fen != line.sale_price_fen:
        raise refusals.NotTheSamePrice(sku_id=str(offer.sku_id))
    changed = replace(
        line,
        sku_id=offer.sku_id,
        sku_code=offer.sku_code,
        title=offer.title,
        thumb_url=offer.thumb_url,
        attrs=offer.attrs,
    )
    return replace(order, lines=(changed, *order.lines[1:]))


def accept(
    order: Order | None,
    taken: Acceptance,
    offers: Mapping[tuple[int, int], Offer],
    rules: Mapping[tuple[int, int], FreightRule],
) -> Order:
    """The order as its receiver takes it, with the SKU that the receiver chose."""
    if order is None or order.gift is None:
        raise refusals.OrderNotFound(order_id=str(taken.order_id))
    if order.state is not OrderState.GIFT_WAITING:
        raise refusals.GiftNotWaiting(state=order.state.name.lower())
    sku_id = taken.sku_id or order.lines[0].sku_id
    offer = offers.get((order.shop_id, sku_id))
    if offer is not None:
        check_destination(rules.get((order.shop_id, offer.freight_template_id)), taken.address)
    if sku_id != order.lines[0].sku_id:
        order = swapped(order, offer)
    return replace(order, buyer_id=taken.receiver_id, address=taken.address)


def accept_all(
    held: Mapping[tuple[int, int], Order],
    accepted: Sequence[Acceptance],
    offers: Mapping[tuple[int, int], Offer],
    rules: Mapping[tuple[int, int], FreightRule],
    stock: Mapping[tuple[int, int], int],
) -> list[Order | Refusal]:
    """An order or a refusal for each acceptance; a swap needs a piece of the other SKU."""
    left = dict(stock)
    decided: list[Order | Refusal] = []
    for one in accepted:
        try:
            order = accept(held.get(one.key), one, offers, rules)
            _swap_stock(order, held[one.key], left)
        except Refusal as refusal:
            decided.append(refusal)
        else:
            decided.append(order)
    return decided


def _swap_stock(order: Order, before: Order, left: dict[tuple[int, int], int]) -> None:
    wanted, given = order.lines[0].sku_id, before.lines[0].sku_id
    if wanted == given:
        return
    key = (order.shop_id, wanted)
    if left.get(key, 0) < 1:
        raise refusals.TooFewInStock(sku_id=str(wanted), left=left.get(key, 0))
    left[key] -= 1
    left[order.shop_id, given] = left.get((order.shop_id, given), 0) + 1


def ended(order: Order) -> Order:
    """The order of a gift that nobody took: its piece and its money go back."""
    lines = tuple(
        replace(line, refunded_count=line.count, refunded_fen=line.paid_fen + line.freight_fen)
        for line in order.lines
    )
    return replace(order, lines=lines)
