"""Who may have which portion (reference sections 5.1 and 5.5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tongshang.modules.gifting import refusals
from tongshang.modules.gifting.domain.present import Audience, Portion, PortionMoved, Present
from tongshang.modules.gifting.machine import (
    PORTION,
    TAKEN,
    PortionMove,
    PortionState,
    PresentKind,
    PresentState,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody who wants a portion; with an address (and another SKU) the shop can ship at once."""

    shop_id: int
    present_id: int
    buyer_id: int
    address_id: int = 0
    sku_id: int = 0
    is_on_wall: bool = False

    @property
    def key(self) -> tuple[int, int]:
        """Shop and present."""
        return self.shop_id, self.present_id


@dataclass(frozen=True, slots=True)
class Relations:
    """How givers and those who claim stand to one another; pairs are (giver, claimant)."""

    friends: frozenset[tuple[int, int]] = frozenset()
    blocked: frozenset[tuple[int, int]] = frozenset()
    members: Mapping[int, frozenset[int]] = field(default_factory=dict)


def check_person(present: Present, buyer_id: int, relations: Relations) -> None:
    """Refuse whom the present is not for. One who is blocked learns no more than others."""
    pair = (present.giver_id, buyer_id)
    if present.giver_id == buyer_id and present.kind is not PresentKind.FIRST_COME:
        raise refusals.OwnGift
    if pair in relations.blocked:
        raise refusals.NotTheReceiver
    if present.giver_id == buyer_id:
        return
    if present.audience is Audience.FRIENDS and pair not in relations.friends:
        raise refusals.NotTheReceiver
    if present.audience is Audience.CHAT:
        members: frozenset[int] = relations.members.get(present.chat_id, frozenset())
        if buyer_id not in members:
            raise refusals.NotTheReceiver


def own_portion(portions: Sequence[Portion], buyer_id: int) -> Portion | None:
    """The portion that somebody has."""
    return next((one for one in portions if one.receiver_id == buyer_id), None)


def portion_for(
    present: Present | None,
    portions: Sequence[Portion],
    buyer_id: int,
    relations: Relations,
    at: datetime,
) -> Portion:
    """The portion that somebody has or may have now; refuses whoever may have none."""
    if present is None or present.state in NOT_THERE:
        raise refusals.PresentNotFound
    mine = own_portion(portions, buyer_id)
    if mine is not None:
        return _still(mine, present, at)
    check_person(present, buyer_id, relations)
    if present.state is PresentState.SCHEDULED:
        raise refusals.GiftNotSent
    mine = next((one for one in portions if one.named_id == buyer_id), None)
    if mine is not None:
        return _still(mine, present, at)
    if present.kind is PresentKind.NAMED or all(one.named_id for one in portions):
        raise refusals.NotTheReceiver
    _check_time(present, portions, at)
    if present.kind is PresentKind.DRAW:
        raise refusals.NotWon if present.is_drawn else refusals.NotDrawn
    free = (one for one in portions if one.state is PortionState.OPEN and not one.named_id)
    found = next(free, None)
    if found is None:
        raise refusals.AllTaken
    return found


NOT_THERE = frozenset({PresentState.DRAFT, PresentState.PAYING, PresentState.CANCELLED})


def _still(portion: Portion, present: Present, at: datetime) -> Portion:
    """A portion that is somebody's already, as long as it is."""
    if portion.state is PortionState.ORDERED:
        return portion
    if portion.state is PortionState.DECLINED or _was_declined(portion):
        raise refusals.GiftDeclined
    if portion.state is PortionState.DONATED:
        raise refusals.GiftDonated
    if not portion.is_undecided or (present.expires_at and at >= present.expires_at):
        raise refusals.GiftExpired
    return portion


def _was_declined(portion: Portion) -> bool:
    """One who declined is written as the receiver before it ended; time writes nobody."""
    return (
        portion.state is PortionState.REFUNDED
        and portion.claimed_at is None
        and portion.receiver_id > 0
    )


def _check_time(present: Present, portions: Sequence[Portion], at: datetime) -> None:
    if any(one.is_undecided for one in portions):
        if present.expires_at is not None and at >= present.expires_at:
            raise refusals.GiftExpired
        return
    if present.kind is PresentKind.ONE and all(one.receiver_id for one in portions):
        raise refusals.AllTaken
    if any(one.state in TAKEN for one in portions):
        raise refusals.AllTaken
    raise refusals.GiftExpired


def claimed(portion: Portion, claim: Claim, *, is_ordered: bool) -> PortionMoved:
    """The step that a claim makes: with an address it is an order at once."""
    if portion.state is PortionState.ACCEPTED:
        move = PortionMove.ORDER
    else:
        move = PortionMove.TAKE if is_ordered else PortionMove.CLAIM
    return PortionMoved(
        portion,
        move,
        PORTION.step(portion.state, move),
        by=claim.buyer_id,
        receiver_id=claim.buyer_id,
        sku_id=claim.sku_id if is_ordered else 0,
        is_on_wall=claim.is_on_wall,
    )


def declined(
    present: Present | None, portions: Sequence[Portion], buyer_id: int, relations: Relations,
    at: datetime, move: PortionMove = PortionMove.DECLINE,
) -> PortionMoved:  # fmt: skip
    """The step of somebody who does not want a portion: his own, or one that is for him alone."""
    portion = portion_for(present, portions, buyer_id, relations, at)
    if portion.state is PortionState.ORDERED:
        raise refusals.AlreadyOrdered
    is_his = buyer_id in {portion.receiver_id, portion.named_id}
    if not is_his and present is not None and present.kind is not PresentKind.ONE:
        raise refusals.NotTheReceiver
    target = PORTION.step(portion.state, move)
    return PortionMoved(portion, move, target, by=buyer_id, receiver_id=buyer_id)


def ended(portion: Portion, move: PortionMove) -> PortionMoved:
    """The step that time, or the giver of what was not sent, makes."""
    return PortionMoved(portion, move, PORTION.step(portion.state, move))


def after(moved: PortionMoved) -> Portion:
    """The portion once it has moved."""
    before = moved.portion
    return replace(
        before,
        state=moved.target,
        receiver_id=moved.receiver_id or before.receiver_id,
        sku_id=moved.sku_id or before.sku_id,
    )


def check_pass(
    present: Present, portion: Portion, buyer_id: int, to_id: int, relations: Relations
) -> None:
    """Refuse to pass on what is not one's own, is ordered, or goes back to where it came from."""
    if portion.state is PortionState.ORDERED:
        raise refusals.AlreadyOrdered
    if buyer_id != (portion.receiver_id or portion.named_id):
        raise refusals.NotTheReceiver
    if to_id == present.giver_id:
        raise refusals.ReceiverIsGiver
    if to_id == buyer_id:
        raise refusals.AlreadyYours
    if (present.giver_id, to_id) in relations.blocked:
        raise refusals.NotTheReceiver
