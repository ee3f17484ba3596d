"""Draws: joined, made, shown (docs/gifts.md)."""

from collections.abc import Mapping, Sequence

from tongshang.modules.gifting import refusals
from tongshang.modules.gifting.actions import claiming as claims
from tongshang.modules.gifting.actions import ending, telling
from tongshang.modules.gifting.domain import claiming, drawing
from tongshang.modules.gifting.domain.claiming import check_person
from tongshang.modules.gifting.domain.people import Part
from tongshang.modules.gifting.domain.present import Portion, PortionMoved, Present, Role
from tongshang.modules.gifting.events import PortionClaimed
from tongshang.modules.gifting.machine import (
    PORTION,
    PortionMove,
    PortionState,
    PresentKind,
    PresentState,
)
from tongshang.modules.gifting.store import people, portions, presents, settings
from tongshang.runtime.call import Call

PresentKey = tuple[int, int]  # shop_id, present_id


async def join(call: Call, key: PresentKey, buyer_id: int) -> int:
    """Take part in a draw; one's number, the same one again for who is in already."""
    held = await presents.hold_presents(call.tx, [key])
    present = held.get(key)
    if present is None or present.state in claiming.NOT_THERE:
        raise refusals.PresentNotFound
    if present.kind is not PresentKind.DRAW:
        raise refusals.NotADraw
    relations = await claims.relations_of(call, held, [(key, buyer_id)])
    check_person(present, buyer_id, relations)
    if present.state is PresentState.SCHEDULED:
        raise refusals.GiftNotSent
    if present.state is not PresentState.OPEN or present.is_drawn:
        raise refusals.DrawOver
    if present.draw_at is not None and call.at >= present.draw_at:
        raise refusals.DrawOver
    rules = await settings.get_rules(call.tx)
    number = await people.join(call.tx, key, buyer_id, call.at, rules.participants_max)
    if number is not None:
        part = Part(buyer_id, Role.RECEIVER, key[1], key[0], 0, present.giver_id)
        await people.add_parts(call.tx, [part], call.at)
        return number
    for one in await people.list_participants(call.tx, key):
        if one.buyer_id == buyer_id:
            return one.number
    raise refusals.DrawFull(limit=rules.participants_max)


async def draw(call: Call, keys: Sequence[PresentKey]) -> None:
    """Make draws: the seed is shown, the winners have their portions, what is over goes back."""
    held = await presents.hold_presents(call.tx, keys)
    due = {
        key: one
        for key, one in held.items()
        if one.kind is PresentKind.DRAW and one.state is PresentState.OPEN and not one.is_drawn
    }
    if not due:
        return
    rules = await settings.get_rules(call.tx)
    seeds = {key: _seed(call, one) for key, one in due.items()}
    await presents.note_drawn(call.tx, seeds, call.at, call.at + rules.accept_for)
    parts = await portions.list_portions(call.tx, due)
    won: list[PortionMoved] = []
    over: list[PortionMoved] = []
    for key, present in due.items():
        winners = await _winners(call, present, seeds[key])
        won += _won(parts[key], winners)
        over += [claiming.ended(one, PortionMove.EXPIRE) for one in parts[key][len(winners) :]]
    await _write(call, due, won)
    await ending.end_portions(call, due, over)
    await ending.finish(call, due, ending.states_after(parts, [*won, *over]))


def _seed(call: Call, present: Present) -> bytes:
    assert present.seed_nonce is not None
    seed = drawing.seed_of(call.house.secret, present.present_id, present.seed_nonce)
    assert drawing.hash_of(seed) == present.seed_hash, "the seed is the one that was promised"
    return seed


async def _winners(call: Call, present: Present, seed: bytes) -> list[int]:
    """The buyers who win, in the order of their lots."""
    people_ = {one.number: one.buyer_id for one in await people.list_participants(
        call.tx, present.key
    )}  # fmt: skip
    numbers = drawing.winners(seed, present.present_id, sorted(people_), present.portions)
    return [people_[number] for number in numbers]


def _won(parts: Sequence[Portion], winners: Sequence[int]) -> list[PortionMoved]:
    target = PORTION.step(PortionState.OPEN, PortionMove.WIN)
    return [
        PortionMoved(portion, PortionMove.WIN, target, by=buyer_id, receiver_id=buyer_id)
        for portion, buyer_id in zip(parts, winners, strict=False)
    ]


async def _write(
    call: Call, held: Mapping[PresentKey, Present], won: Sequence[PortionMoved]
) -> None:
    await portions.move_portions(call.tx, won, call.at)
    parts = [
        Part(
            one.by, Role.RECEIVER, one.portion.present_id, one.portion.shop_id,
            one.portion.order_id, held[one.portion.present_key].giver_id,
        )
        for one in won
    ]  # fmt: skip
    await people.add_parts(call.tx, parts, call.at)
    await telling.tell_people(
        call,
        [
            telling.to_receiver("won", held[one.portion.present_key], one.by, one.portion.order_id)
            for one in won
        ],
    )
    await call.tell(
        *(
            PortionClaimed(
                *one.portion.present_key,
                one.portion.order_id,
                held[one.portion.present_key].giver_id,
                one.by,
                is_ordered=False,
                at=call.at,
            )
            for one in won
        )
    )


async def draw_now(call: Call, key: PresentKey) -> None:
    """Make a draw before its time, because its giver wants it."""
    present = (await presents.hold_presents(call.tx, [key])).get(key)
    if present is None or present.state in claiming.NOT_THERE:
        raise refusals.PresentNotFound
    if present.kind is not PresentKind.DRAW:
        raise refusals.NotADraw
    if present.state is not PresentState.OPEN or present.is_drawn:
        raise refusals.DrawOver
    await draw(call, [key])
