"""Gifts as orders: placed for a giver, paid with their present, taken by a receiver or ended."""

from collections.abc import Sequence

from tongshang.kernel.ids import Named
from tongshang.kernel.refusal import Refusal
from tongshang.modules.catalog import api as catalog
from tongshang.modules.delivery import api as delivery
from tongshang.modules.inventory import api as inventory
from tongshang.modules.inventory.api import StockMove, StockOp
from tongshang.modules.ordering.actions.bringing import brought
from tongshang.modules.ordering.actions.moving import hold, step
from tongshang.modules.ordering.actions.placing import stock_moves
from tongshang.modules.ordering.domain import gifts
from tongshang.modules.ordering.domain.gifts import Acceptance, GiftDraft, PlacedGifts
from tongshang.modules.ordering.domain.order import (
    CancelType,
    InfoChange,
    Moved,
    Order,
    OrderHead,
)
from tongshang.modules.ordering.domain.placing import Market
from tongshang.modules.ordering.events import (
    GiftAccepted,
    OrderClosed,
    OrderInfoChanged,
    OrderPaid,
    OrderPlaced,
)
from tongshang.modules.ordering.machine import OrderMove
from tongshang.modules.ordering.store import gifts as store
from tongshang.modules.ordering.store import orders
from tongshang.runtime.call import Call

OrderKey = tuple[int, int]  # shop_id, order_id


async def place(call: Call, drafts: Sequence[GiftDraft]) -> list[PlacedGifts | Refusal]:
    """Place gifts, first come first served: their stock is held while they wait to be paid."""
    if not drafts:
        return []
    market = await _market(call, drafts)
    left = await inventory.lock(call.tx, sorted(market.offers))
    placed: list[Order] = []
    answers: list[PlacedGifts | Refusal] = []
    for draft in drafts:
        ids = call.take_ids(Named.ORDER, draft.portions)
        try:
            made = gifts.place_gifts(draft, ids, market, left, call.at)
        except Refusal as refusal:
            answers.append(refusal)
        else:
            placed += made
            line = made[0].lines[0]
            answers.append(
                PlacedGifts(
                    tuple(ids), made[0].order_fen, market.offers[draft.key],
                    made[0].scene, line.promoter_id, line.content_id, line.surface,
                )
            )  # fmt: skip
    if placed:
        givers = {draft.gift.present_id: draft.giver_id for draft in drafts}
        await store.add_gifts(call.tx, placed, call.at)
        await inventory.move(call, stock_moves(placed, StockOp.OCCUPY))
        await call.tell(*(_placed(one, givers, call) for one in placed))
    return answers


def _placed(order: Order, givers: dict[int, int], call: Call) -> OrderPlaced:
    giver_id = givers[order.gift.present_id] if order.gift else 0
    return OrderPlaced(order.shop_id, order.order_id, giver_id, call.at)


async def _market(call: Call, drafts: Sequence[GiftDraft]) -> Market:
    offers = await catalog.offers(call.tx, sorted({draft.key for draft in drafts}))
    seen = {
        (one.giver_id, offers[one.key].product_id)
        for one in drafts
        if one.giver_id and one.key in offers
    }
    return Market(
        offers=offers,
        addresses={},
        freight={},
        brought=await brought(call, {one.card for one in drafts}, seen),
    )


async def pay(
    call: Call, keys: Sequence[OrderKey], payments: dict[int, tuple[int, str]] | None = None
) -> None:
    """Gifts whose present is paid wait for their receivers; of a free one nothing is paid.

    `payments` has for each present the payment and the transaction that paid it.
    """
    held = await orders.hold_heads(call.tx, keys)
    moved = [_paid(one, payments or {}) for one in held.values()]
    await orders.move_orders(call.tx, moved, call.at)
    await call.tell(*(_told(one, call) for one in held.values()))


def _paid(order: OrderHead, payments: dict[int, tuple[int, str]]) -> Moved:
    present_id = order.gift.present_id if order.gift else 0
    payment_id, transaction_id = payments.get(present_id, (None, None))
    moved = step(order, OrderMove.PAY_GIFT)
    return Moved(order, moved.move, moved.source, moved.target, payment_id, transaction_id)


def _told(order: OrderHead, call: Call) -> OrderPaid:
    return OrderPaid(
        shop_id=order.shop_id,
        order_id=order.order_id,
        buyer_id=order.gift.giver_id if order.gift else 0,
        pay_fen=order.order_fen,
        paid_at=call.at,
        placed_at=order.placed_at,
        is_gift=True,
    )


async def accept(call: Call, accepted: Sequence[Acceptance]) -> list[Refusal | None]:
    """Gifts taken by their receivers: for each its refusal, or None where it waits for shipment.

    The orders are held, then the stock of the SKUs that are swapped, so what is decided holds.
    """
    held = await orders.hold_orders(call.tx, [one.key for one in accepted])
    wanted = {(one.shop_id, one.sku_id) for one in accepted if one.sku_id}
    wanted |= {(key[0], order.lines[0].sku_id) for key, order in held.items()}
    offers = await catalog.offers(call.tx, sorted(wanted))
    templates = {(one.shop_id, one.freight_template_id) for one in offers.values()}
    rules = await delivery.freight_rules(call.tx, sorted(templates))
    swaps = {
        (one.shop_id, sku_id)
        for one in accepted
        if one.sku_id and one.key in held and _sku(held[one.key]) != one.sku_id
        for sku_id in (one.sku_id, _sku(held[one.key]))
    }
    stock = await inventory.lock(call.tx, sorted(swaps)) if swaps else {}
    decided = gifts.accept_all(held, accepted, offers, rules, stock)
    await _write_accepted(call, held, [one for one in decided if isinstance(one, Order)])
    return [one if isinstance(one, Refusal) else None for one in decided]


async def _write_accepted(
    call: Call, held: dict[OrderKey, Order], accepted: Sequence[Order]
) -> None:
    if not accepted:
        return
    swapped = [one for one in accepted if _sku(one) != _sku(held[one.key])]
    moved = [step(one, OrderMove.ACCEPT_GIFT) for one in accepted]
    await orders.move_orders(call.tx, moved, call.at)
    await store.give(call.tx, accepted, call.at)
    if swapped:
        await swap(call, held, swapped)
    await call.tell(
        *(GiftAccepted(*one.key, one.buyer_id, call.at) for one in accepted),
        *(
            OrderInfoChanged(*one.key, InfoChange.SKU_CHANGED_AT_ACCEPTANCE.value, call.at)
            for one in swapped
        ),
    )


def _sku(order: Order) -> int:
    return order.lines[0].sku_id


async def swap(call: Call, before: dict[OrderKey, Order], after: Sequence[Order]) -> None:
    """Write held orders with other SKUs: the old piece is free again, the new one is taken."""
    await store.swap(call.tx, after)
    moves: list[StockMove] = []
    for order in after:
        for old, new in zip(before[order.key].lines, order.lines, strict=True):
            if old.sku_id != new.sku_id:
                moves += [
                    StockMove(
                        order.shop_id, old.sku_id, old.product_id, old.count, StockOp.RELEASE,
                        order.order_id,
                    ),
                    StockMove(
                        order.shop_id, new.sku_id, new.product_id, -new.count, StockOp.OCCUPY,
                        order.order_id,
                    ),
                ]  # fmt: skip
    await inventory.move(call, moves)


async def end(call: Call, keys: Sequence[OrderKey]) -> None:
    """Gifts that nobody took are over: their pieces are free again, their money is to go back."""
    if not keys:
        return
    before = {one.key: one for one in await hold(call, keys)}
    after = [gifts.ended(one) for one in before.values()]
    await orders.save_lines(call.tx, after, before)
    moved = [step(one, OrderMove.END_GIFT) for one in after]
    await orders.move_orders(call.tx, moved, call.at)
    await inventory.move(call, stock_moves(after, StockOp.RELEASE))
    by = CancelType.ALL_REFUNDED.value
    await call.tell(*(OrderClosed(*one.key, by, call.at, owes_refund=True) for one in after))


async def cancel(call: Call, keys: Sequence[OrderKey], cancel_type: CancelType) -> None:
    """Close gifts that were never paid: their pieces are free again."""
    held = await hold(call, keys)
    move = OrderMove.CANCEL if cancel_type is CancelType.BY_BUYER else OrderMove.EXPIRE
    await orders.move_orders(call.tx, [step(one, move) for one in held], call.at)
    await inventory.move(call, stock_moves(held, StockOp.RELEASE))
    await call.tell(*(OrderClosed(*one.key, cancel_type.value, call.at) for one in held))


async def note(call: Call, shop_id: int, present_id: int, notes: str) -> list[int]:
    """Write the merchant's note on all orders of a present; which they are."""
    order_ids = await store.save_note(call.tx, shop_id, present_id, notes, call.at)
    change = InfoChange.GIFT_NOTE.value
    await call.tell(*(OrderInfoChanged(shop_id, one, change, call.at) for one in order_ids))
    return order_ids
