"""What shops give: presents of an activity, receivers named by a program (reference 5.3)."""

import hashlib
from collections.abc import Sequence

from tongshang.kernel.ids import Named
from tongshang.kernel.refusal import InvalidField
from tongshang.modules.gifting import refusals
from tongshang.modules.gifting.actions import making, sending, telling
from tongshang.modules.gifting.domain import activity as activities_
from tongshang.modules.gifting.domain.making import MINI_PROGRAM, MakeDraft
from tongshang.modules.gifting.domain.people import Part
from tongshang.modules.gifting.domain.present import SHOP_GIVES, Portion, Present, Role
from tongshang.modules.gifting.machine import PortionState, PresentKind, PresentState
from tongshang.modules.gifting.store import activities, people, portions, presents
from tongshang.modules.identity import api as identity
from tongshang.modules.ordering import api as ordering
from tongshang.runtime.call import Call

PresentKey = tuple[int, int]  # shop_id, present_id


async def create(
    call: Call,
    activity_id: int,
    openid: str,
    product_id: int,
    sku_id: int,
    message: str,
    idempotent_id: str,
) -> int:
    """A present of an activity; its id. Of a free one the openid receives, of a paid one pays.

    The same idempotent_id with the same request is the same present; the row that is written
    first decides of two at once.
    """
    shop_id = call.shop_id
    (present_id,) = call.take_ids(Named.PRESENT, 1)
    if idempotent_id:
        asked = f"{activity_id}\0{openid}\0{product_id}\0{sku_id}\0{message}"
        mark = hashlib.sha256(asked.encode()).digest()
        if not await activities.remember(call.tx, shop_id, idempotent_id, mark, present_id):
            return await _remembered(call, shop_id, idempotent_id, mark)
    activity = await activities.find_activity(call.tx, shop_id, activity_id)
    if activity is None:
        raise refusals.ActivityNotFound
    buyer_id = await buyer_of(call, "openid", openid)
    item = activities_.item_for(activity, product_id, sku_id, call.at)
    if not await activities.take_piece(call.tx, shop_id, activity_id, sku_id, 1):
        raise refusals.NoStock(sku_id=str(sku_id), left=item.pieces - item.used)
    draft = MakeDraft(
        shop_id=shop_id,
        giver_id=SHOP_GIVES if activity.is_free else buyer_id,
        sku_id=sku_id,
        kind=PresentKind.NAMED,
        message=message,
        send_type=MINI_PROGRAM,
        named_ids=(buyer_id,) if activity.is_free else (),
        activity_id=activity_id,
    )
    present = await _make(call, draft, present_id)
    if activity.is_free:
        if not await activities.spend(call.tx, shop_id, activity_id, present.pool_fen):
            raise refusals.BudgetSpent(left_fen=activity.budget_fen - activity.spent_fen)
        await sending.give_free(call, [present.key])
    else:
        await sending.ask_payment(call, [present.key])
    return present.present_id


async def _remembered(call: Call, shop_id: int, idempotent_id: str, mark: bytes) -> int:
    known = await activities.find_request(call.tx, shop_id, idempotent_id)
    if known is None or known[0] != mark:
        raise refusals.RequestUsed
    return known[1]


async def _make(call: Call, draft: MakeDraft, present_id: int) -> Present:
    """Make it, and say no in the codes that programs know."""
    (made,) = await making.make(call, [draft], [present_id])
    match made:
        case Present():
            return made
        case refusals.WordsForbidden():
            raise refusals.RiskControl(reason=str(made.details["reason"]))
        case refusals.NotGivable():
            raise refusals.NotSellable(reason="its category cannot be given")
        case ordering.SkuNotFound() | ordering.NotOnSale():
            raise refusals.NotSellable(reason="it is not on sale")
        case ordering.TooFewInStock():
            raise refusals.NoStock(sku_id=str(draft.sku_id), left=made.details["left"])
        case _:
            raise made


async def buyer_of(call: Call, field: str, openid: str) -> int:
    """Whom a program names; refuses nobody's openid."""
    buyer_id = await identity.find_buyer_id(call.tx, openid) if openid else None
    if buyer_id is None:
        raise InvalidField(field=field, rule="is nobody's")
    return buyer_id


# --- receivers ---------------------------------------------------------------------------------


async def set_receivers(call: Call, key: PresentKey, named: Sequence[tuple[int, str]]) -> None:
    """Say who may have which sub order: (order_id, openid); all or none."""
    if not named:
        raise refusals.NoSubOrders
    present = (await presents.hold_presents(call.tx, [key])).get(key)
    if present is None:
        raise refusals.WrongPresentId(present_id=str(key[1]))
    parts = (await portions.list_portions(call.tx, [key]))[key]
    _check_receivable(present)
    by_order = {one.order_id: one for one in parts}
    for order_id, _ in named:
        _check_portion(by_order.get(order_id), order_id)
    if len({order_id for order_id, _ in named}) != len(named):
        raise refusals.WrongSubOrder(order_id=str(named[0][0]))
    receivers = [await buyer_of(call, "openid", openid) for _, openid in named]
    taken = {one for part in parts for one in (part.named_id, part.receiver_id) if one}
    if len(set(receivers)) != len(receivers) or taken & set(receivers):
        raise refusals.SameReceiver
    if present.giver_id in receivers:
        raise refusals.ReceiverIsGiver
    both = list(zip(named, receivers, strict=True))
    done = await portions.name_receivers(
        call.tx, [(key[0], order_id, buyer_id) for (order_id, _), buyer_id in both]
    )
    if done != len(named):
        raise refusals.MovedMeanwhile
    await presents.touch_presents(call.tx, [key], call.at)
    if present.state is PresentState.OPEN:
        await _tell_named(call, present, [(order_id, who) for (order_id, _), who in both])


def _check_receivable(present: Present) -> None:
    if present.kind is not PresentKind.NAMED:
        raise refusals.ReceiversNotSupported
    if present.state not in {PresentState.OPEN, PresentState.SCHEDULED}:
        raise refusals.WrongPresentState(state=present.state.value)


def _check_portion(portion: Portion | None, order_id: int) -> None:
    if portion is None:
        raise refusals.WrongSubOrder(order_id=str(order_id))
    if portion.named_id or portion.receiver_id:
        raise refusals.ReceiverSet(order_id=str(order_id))
    if portion.state not in {PortionState.OPEN, PortionState.WAITING}:
        raise refusals.WrongPresentState(state=portion.state.value)


async def _tell_named(call: Call, present: Present, named: Sequence[tuple[int, int]]) -> None:
    shop_id, present_id = present.key
    parts = [Part(who, Role.RECEIVER, present_id, shop_id, 0, present.giver_id) for _, who in named]
    await people.add_parts(call.tx, parts, call.at)
    await telling.tell_people(
        call, [telling.to_receiver("sent", present, who, order_id) for order_id, who in named]
    )
