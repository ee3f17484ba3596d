"""From a present that is made to one that can be taken: paid, sent, or never paid."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from tongshang.modules.gifting import refusals
from tongshang.modules.gifting.actions import ending, telling
from tongshang.modules.gifting.domain import making
from tongshang.modules.gifting.domain.claiming import ended
from tongshang.modules.gifting.domain.people import Part
from tongshang.modules.gifting.domain.present import Portion, PortionMoved, Present, Role
from tongshang.modules.gifting.domain.returning import LATE
from tongshang.modules.gifting.events import PresentOpened, PresentPaid
from tongshang.modules.gifting.machine import (
    PORTION,
    PRESENT,
    PortionMove,
    PresentMove,
    PresentState,
)
from tongshang.modules.gifting.store import activities, people, portions, presents, settings
from tongshang.modules.ordering import api as ordering
from tongshang.modules.ordering.api import CancelType
from tongshang.modules.payment import api as payment
from tongshang.modules.payment.api import Charge, ChargeDraft, RefundDraft
from tongshang.modules.payment.events import PaymentTaken
from tongshang.runtime.call import Call

PresentKey = tuple[int, int]  # shop_id, present_id


async def ask_payment(
    call: Call, keys: Sequence[PresentKey], *, confirm: bool = False
) -> list[Charge]:
    """Charge givers for their presents; again for the same present: the same charge."""
    held = await presents.hold_presents(call.tx, keys)
    for present in held.values():
        if present.state not in {PresentState.DRAFT, PresentState.PAYING} or present.is_free:
            raise refusals.NotUnpaid(state=present.state.value)
    drafts = {key: one for key, one in held.items() if one.state is PresentState.DRAFT}
    moved = {key: (one, PresentMove.ASK_PAYMENT) for key, one in drafts.items()}
    await presents.move_presents(call.tx, moved, call.at)
    charges = [
        ChargeDraft(*_subject(one), one.giver_id, one.amount_fen, confirm=confirm)
        for one in (held[key] for key in keys)
    ]
    return await payment.charge(call, charges)


def _subject(present: Present) -> tuple[int, str, int]:
    return present.shop_id, ordering.PRESENT, present.present_id


async def give_free(call: Call, keys: Sequence[PresentKey]) -> None:
    """Send what a shop gives itself: nobody pays."""
    held = await presents.hold_presents(call.tx, keys)
    moved = {key: (one, PresentMove.GIVE_FREE) for key, one in held.items()}
    parts = await portions.list_portions(call.tx, held)
    await ordering.pay_gifts(call, _order_keys(parts))
    await presents.move_presents(call.tx, moved, call.at)
    await send(call, held, parts)


async def take_payments(call: Call, facts: Sequence[PaymentTaken]) -> None:
    """Presents that were paid are sent, or wait for their time; what came too late goes back."""
    mine = [fact for fact in facts if fact.subject_kind == ordering.PRESENT]
    if not mine:
        return
    held = await presents.hold_presents(call.tx, [(one.shop_id, one.subject_id) for one in mine])
    paid: dict[PresentKey, PaymentTaken] = {}
    late: list[PaymentTaken] = []
    for fact in mine:
        key = (fact.shop_id, fact.subject_id)
        present = held.get(key)
        waits = present is not None and present.state is PresentState.PAYING
        if present is None or not waits or key in paid or fact.amount_fen != present.amount_fen:
            late.append(fact)
        else:
            paid[key] = fact
    if paid:
        await _pay(call, {key: held[key] for key in paid}, paid)
    await payment.refund(call, [_late_refund(fact) for fact in late])


def _late_refund(fact: PaymentTaken) -> RefundDraft:
    return RefundDraft(
        shop_id=fact.shop_id,
        subject_kind=fact.subject_kind,
        subject_id=fact.subject_id,
        cause_kind=LATE,
        cause_id=fact.payment_id,
        amount_fen=fact.amount_fen,
        payment_id=fact.payment_id,
    )


async def _pay(
    call: Call, held: Mapping[PresentKey, Present], paid: Mapping[PresentKey, PaymentTaken]
) -> None:
    parts = await portions.list_portions(call.tx, held)
    by = {key[1]: (fact.payment_id, fact.transaction_id) for key, fact in paid.items()}
    await ordering.pay_gifts(call, _order_keys(parts), by)
    ahead = {key for key, one in held.items() if one.send_at and one.send_at > call.at}
    moved = {
        key: (one, PresentMove.PAY_AHEAD if key in ahead else PresentMove.PAY)
        for key, one in held.items()
    }
    await presents.move_presents(call.tx, moved, call.at)
    await call.tell(
        *(
            PresentPaid(*key, one.giver_id, one.amount_fen, one.portions, call.at)
            for key, one in held.items()
        )
    )
    now = {key: one for key, one in held.items() if key not in ahead}
    await send(call, now, {key: parts[key] for key in now})


def _order_keys(parts: Mapping[PresentKey, Sequence[Portion]]) -> list[tuple[int, int]]:
    return [one.order_key for same in parts.values() for one in same]


async def send(
    call: Call, held: Mapping[PresentKey, Present], parts: Mapping[PresentKey, Sequence[Portion]]
) -> None:
    """Presents can be taken from now on: the time to accept them begins."""
    if not held:
        return
    rules = await settings.get_rules(call.tx)
    times = {key: making.sending(one, rules, call.at) for key, one in held.items()}
    await presents.send_presents(call.tx, times, call.at)
    moved = [_offered(one) for same in parts.values() for one in same]
    await portions.move_portions(call.tx, moved, call.at)
    named = [
        Part(one.named_id, Role.RECEIVER, one.present_id, one.shop_id, 0, held[key].giver_id)
        for key, same in parts.items()
        for one in same
    ]
    await people.add_parts(call.tx, named, call.at)
    sent = [replace(one, expires_at=times[key][0]) for key, one in held.items()]
    await telling.tell_people(
        call,
        [
            telling.to_receiver("sent", held[key], one.named_id, one.order_id)
            for key, same in parts.items()
            for one in same
            if one.named_id
        ],
    )
    await telling.post_in_chats(call, sent)
    await call.tell(*(_opened(one, call) for one in sent))


def _offered(portion: Portion) -> PortionMoved:
    return PortionMoved(portion, PortionMove.OFFER, PORTION.step(portion.state, PortionMove.OFFER))


def _opened(present: Present, call: Call) -> PresentOpened:
    assert present.expires_at is not None
    return PresentOpened(
        *present.key,
        present.giver_id,
        present.to_buyer_id,
        present.chat_id,
        present.expires_at,
        call.at,
    )


async def send_due(call: Call, keys: Sequence[PresentKey]) -> None:
    """Send presents that were paid ahead and whose time has come."""
    held = await presents.hold_presents(call.tx, keys)
    moved = {key: (one, PresentMove.SEND) for key, one in held.items()}
    await presents.move_presents(call.tx, moved, call.at)
    await send(call, held, await portions.list_portions(call.tx, held))


async def cancel(call: Call, keys: Sequence[PresentKey], cancel_type: CancelType) -> None:
    """Presents that were not paid are over; money that is on its way all the same goes back."""
    held = await presents.hold_presents(call.tx, keys)
    by_buyer = cancel_type is CancelType.BY_BUYER
    move = PresentMove.CANCEL if by_buyer else PresentMove.LAPSE
    for present in held.values():
        if not PRESENT.allows(present.state, move):
            raise refusals.CannotCallBack(state=present.state.value)
    parts = await portions.list_portions(call.tx, held)
    gone = [ended(one, PortionMove.CANCEL) for same in parts.values() for one in same]
    await presents.move_presents(call.tx, {key: (one, move) for key, one in held.items()}, call.at)
    await portions.move_portions(call.tx, gone, call.at)
    await ordering.cancel_gifts(call, _order_keys(parts), cancel_type)
    await activities.give_back(call.tx, *_pool_pieces(held, parts))
    await payment.close(call, [_subject(one) for one in held.values()])


def _pool_pieces(
    held: Mapping[PresentKey, Present], parts: Mapping[PresentKey, Sequence[Portion]]
) -> tuple[list[tuple[int, int, int]], list[int]]:
    given = [held[key] for key, same in parts.items() for _ in same if held[key].activity_id]
    keys = [(one.shop_id, one.activity_id, one.sku_id) for one in given]
    return keys, [activities.cost_fen(one) for one in given]


async def recall(call: Call, key: PresentKey) -> None:
    """Call a present back that was paid and not sent yet: all of it goes back to its giver."""
    held = await presents.hold_presents(call.tx, [key])
    present = held[key]
    if present.state in {PresentState.DRAFT, PresentState.PAYING}:
        await cancel(call, [key], CancelType.BY_BUYER)
        return
    if not PRESENT.allows(present.state, PresentMove.RECALL):
        raise refusals.CannotCallBack(state=present.state.value)
    parts = await portions.list_portions(call.tx, held)
    await presents.move_presents(call.tx, {key: (present, PresentMove.RECALL)}, call.at)
    back = [ended(one, PortionMove.RECALL) for one in parts[key]]
    await ending.end_portions(call, held, back)


async def extend(call: Call, key: PresentKey) -> datetime:
    """Give a present more time, once; of an extension and its end at once one finds the other."""
    rules = await settings.get_rules(call.tx)
    present = (await presents.hold_presents(call.tx, [key])).get(key)
    if present is None or present.expires_at is None or not rules.extend_minutes:
        raise refusals.ExtendedBefore
    until = present.expires_at + rules.extend_by
    if not await presents.extend_present(call.tx, key, until, call.at):
        raise refusals.ExtendedBefore
    return until
