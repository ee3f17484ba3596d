"""Portions taken, declined, passed on: many claims share a transaction."""

from collections.abc import Mapping, Sequence

from tongshang.kernel.refusal import Refusal
from tongshang.modules.delivery import api as delivery
from tongshang.modules.delivery.api import Address
from tongshang.modules.gifting import refusals
from tongshang.modules.gifting.actions import ending, telling
from tongshang.modules.gifting.domain import claiming
from tongshang.modules.gifting.domain.claiming import Claim, Relations
from tongshang.modules.gifting.domain.people import Part
from tongshang.modules.gifting.domain.present import (
    Audience,
    Portion,
    PortionMoved,
    Present,
    Role,
)
from tongshang.modules.gifting.events import PortionClaimed
from tongshang.modules.gifting.machine import PortionState
from tongshang.modules.gifting.store import people, portions, presents, settings
from tongshang.modules.ordering import api as ordering
from tongshang.modules.ordering.api import Acceptance
from tongshang.modules.social import api as social
from tongshang.runtime.call import Call

PresentKey = tuple[int, int]  # shop_id, present_id


class _Round:
    """Claims decided one after the other on what is left of presents that are held."""

    def __init__(
        self,
        held: Mapping[PresentKey, Present],
        parts: Mapping[PresentKey, list[Portion]],
        relations: Relations,
        addresses: Mapping[tuple[int, int], Address],
    ) -> None:
        self.held, self.relations, self.addresses = held, relations, addresses
        self.left = {key: list(same) for key, same in parts.items()}
        self.answers: dict[int, PortionMoved | Portion | Refusal] = {}

    def decide(self, place: int, claim: Claim, call: Call) -> None:
        """What becomes of one claim; the portion it gets is nobody else's from here on."""
        try:
            present = self.held.get(claim.key)
            same = self.left.get(claim.key, [])
            portion = claiming.portion_for(present, same, claim.buyer_id, self.relations, call.at)
            self._check_address(claim)
        except Refusal as refusal:
            self.answers[place] = refusal
            return
        if portion.state is PortionState.ORDERED or (
            portion.state is PortionState.ACCEPTED and not claim.address_id
        ):
            self.answers[place] = portion  # his already: said again, nothing is done again
            return
        moved = claiming.claimed(portion, claim, is_ordered=bool(claim.address_id))
        self.answers[place] = moved
        self._replace(claim.key, portion, moved)

    def _check_address(self, claim: Claim) -> None:
        if claim.address_id and (claim.buyer_id, claim.address_id) not in self.addresses:
            raise refusals.AddressNotFound(address_id=str(claim.address_id))

    def _replace(self, key: PresentKey, portion: Portion, moved: PortionMoved) -> None:
        taken = claiming.after(moved)
        self.left[key] = [taken if one.number == portion.number else one for one in self.left[key]]

    def give_back(self, place: int, refusal: Refusal) -> None:
        """The shop cannot send it there, or not that SKU: the portion is as it was before."""
        moved = self.answers[place]
        assert isinstance(moved, PortionMoved)
        key, before = moved.portion.present_key, moved.portion
        self.left[key] = [before if one.number == before.number else one for one in self.left[key]]
        self.answers[place] = refusal


async def claim(call: Call, claims: Sequence[Claim]) -> list[Portion | Refusal]:
    """Take portions, first come first served: for each claim its portion or its refusal.

    Who comes when all is gone is told so by one look; a crowd that is too late waits for nobody.
    """
    asked = [(place, one.key, one.buyer_id) for place, one in enumerate(claims)]
    late = await portions.find_too_late(call.tx, asked, call.at)
    given = iter(await _take(call, [one for place, one in enumerate(claims) if place not in late]))
    return [refusals.AllTaken() if place in late else next(given) for place in range(len(claims))]


async def _take(call: Call, claims: Sequence[Claim]) -> list[Portion | Refusal]:
    """Decide claims on presents that stay held from the decision to the commit.

    Who is refused for his address or his SKU leaves his portion to the next.
    """
    if not claims:
        return []
    held = await presents.hold_presents(call.tx, {one.key for one in claims})
    parts = await portions.list_portions(call.tx, held)
    homes = {(one.buyer_id, one.address_id) for one in claims if one.address_id}
    addresses = await delivery.addresses_of(call.tx, sorted(homes)) if homes else {}
    relations = await relations_of(call, held, [(one.key, one.buyer_id) for one in claims])
    round_ = _Round(held, parts, relations, addresses)
    waiting = list(range(len(claims)))
    while waiting:
        for place in waiting:
            round_.decide(place, claims[place], call)
        refused = await _order(call, round_, [(place, claims[place]) for place in waiting])
        waiting = [
            place
            for place, one in round_.answers.items()
            if refused and isinstance(one, refusals.AllTaken)
        ]
    await _write(call, held, parts, round_)
    return [_answer(round_.answers[place]) for place in range(len(claims))]


def _answer(given: PortionMoved | Portion | Refusal) -> Portion | Refusal:
    return claiming.after(given) if isinstance(given, PortionMoved) else given


async def _order(call: Call, round_: _Round, claims: Sequence[tuple[int, Claim]]) -> list[int]:
    """Let ordering take over those that have an address; places of claims that it refused."""
    asked: list[tuple[int, Acceptance]] = []
    for place, claim in claims:
        moved = round_.answers[place]
        if isinstance(moved, PortionMoved) and claim.address_id:
            address = round_.addresses[claim.buyer_id, claim.address_id]
            key = moved.portion.order_key
            asked.append((place, Acceptance(*key, claim.buyer_id, address, claim.sku_id)))
    if not asked:
        return []
    given = await ordering.accept_gifts(call, [one for _, one in asked])
    refused = [
        (place, refusal)
        for (place, _), refusal in zip(asked, given, strict=True)
        if refusal is not None
    ]
    for place, refusal in refused:
        round_.give_back(place, refusal)
    return [place for place, _ in refused]


async def _write(
    call: Call,
    held: Mapping[PresentKey, Present],
    parts: Mapping[PresentKey, list[Portion]],
    round_: _Round,
) -> None:
    moved = [one for one in round_.answers.values() if isinstance(one, PortionMoved)]
    if not moved:
        return
    await portions.move_portions(call.tx, moved, call.at)
    await people.add_parts(
        call.tx,
        [
            Part(
                one.by, Role.RECEIVER, one.portion.present_id, one.portion.shop_id,
                one.portion.order_id, held[one.portion.present_key].giver_id,
            )
            for one in moved
        ],
        call.at,
    )  # fmt: skip
    await telling.tell_people(
        call,
        [
            telling.to_giver("claimed", held[one.portion.present_key], one.portion, one.by)
            for one in moved
        ],
    )
    await call.tell(*(_told(call, held[one.portion.present_key], one) for one in moved))
    touched = {one.portion.present_key for one in moved}
    states = ending.states_after({key: parts[key] for key in touched}, moved)
    await ending.finish(call, held, states)


def _told(call: Call, present: Present, moved: PortionMoved) -> PortionClaimed:
    return PortionClaimed(
        *present.key,
        moved.portion.order_id,
        present.giver_id,
        moved.by,
        moved.target is PortionState.ORDERED,
        call.at,
    )


async def relations_of(
    call: Call, held: Mapping[PresentKey, Present], asked: Sequence[tuple[PresentKey, int]]
) -> Relations:
    """How those who ask stand to the givers, as far as their presents ask for it."""
    known = [(held[key], buyer_id) for key, buyer_id in asked if key in held]
    pairs = sorted({(one.giver_id, buyer_id) for one, buyer_id in known if one.giver_id})
    closed = [
        (one.giver_id, buyer_id) for one, buyer_id in known if one.audience is Audience.FRIENDS
    ]
    chats = sorted({one.chat_id for one, _ in known if one.audience is Audience.CHAT})
    return Relations(
        friends=frozenset(await social.are_friends(call.tx, closed) if closed else ()),
        blocked=frozenset(await social.blocks(call.tx, pairs) if pairs else ()),
        members={chat: frozenset(await social.members_of(call.tx, chat)) for chat in chats},
    )


async def decline(call: Call, key: PresentKey, buyer_id: int) -> None:
    """Say that one does not want a portion: its money goes back to the giver."""
    held = await presents.hold_presents(call.tx, [key])
    parts = await portions.list_portions(call.tx, held)
    relations = await relations_of(call, held, [(key, buyer_id)])
    moved = claiming.declined(held.get(key), parts.get(key, []), buyer_id, relations, call.at)
    await ending.end_portions(call, held, [moved])
    await ending.finish(call, held, ending.states_after(parts, [moved]))


async def pass_on(call: Call, key: PresentKey, buyer_id: int, to_id: int) -> None:
    """Give one's accepted portion to a friend, where the platform allows it; it is recorded."""
    rules = await settings.get_rules(call.tx)
    if not rules.may_pass_on:
        raise refusals.MayNotPassOn
    held = await presents.hold_presents(call.tx, [key])
    parts = await portions.list_portions(call.tx, held)
    relations = await relations_of(call, held, [(key, buyer_id), (key, to_id)])
    portion = claiming.portion_for(held.get(key), parts.get(key, []), buyer_id, relations, call.at)
    claiming.check_pass(held[key], portion, buyer_id, to_id, relations)
    if not await social.are_friends(call.tx, [(buyer_id, to_id)]):
        raise refusals.GiverNotFriend
    await portions.pass_on(call.tx, portion, to_id, call.at)
    part = Part(to_id, Role.RECEIVER, key[1], key[0], portion.order_id, held[key].giver_id)
    await people.add_parts(call.tx, [part], call.at)
    await telling.tell_people(
        call,
        [
            telling.to_giver("passed_on", held[key], portion, to_id),
            telling.to_receiver("sent", held[key], to_id, portion.order_id),
        ],
    )
