"""A gift given to a charity of the platform's choice instead of taken."""

from collections.abc import Mapping

from tongshang.modules.gifting import refusals
from tongshang.modules.gifting.actions import ending, telling
from tongshang.modules.gifting.actions.claiming import relations_of
from tongshang.modules.gifting.domain import claiming
from tongshang.modules.gifting.domain.present import Donation, PortionMoved, Present
from tongshang.modules.gifting.events import PortionDonated
from tongshang.modules.gifting.machine import PortionMove
from tongshang.modules.gifting.store import activities, donations, portions, presents, settings
from tongshang.modules.identity import api as identity
from tongshang.modules.ordering import api as ordering
from tongshang.runtime.call import Call

PresentKey = tuple[int, int]  # shop_id, present_id


async def donate(call: Call, key: PresentKey, buyer_id: int) -> str:
    """Give away what one may have; who gets it, by name.

    What the giver paid stays paid: it becomes the charity's, in the shop's book, in this
    transaction. The piece is the shop's to sell again.
    """
    party_id = (await settings.get_rules(call.tx)).donation_party_id
    party = (await identity.find_parties(call.tx, [party_id])).get(party_id) if party_id else None
    if party is None:
        raise refusals.NotDonatable
    held = await presents.hold_presents(call.tx, [key])
    parts = await portions.list_portions(call.tx, held)
    relations = await relations_of(call, held, [(key, buyer_id)])
    move = PortionMove.DONATE
    present, mine = held.get(key), parts.get(key, [])
    moved = claiming.declined(present, mine, buyer_id, relations, call.at, move)
    if held[key].is_free:
        raise refusals.NotDonatable
    await portions.move_portions(call.tx, [moved], call.at)
    await ordering.end_gifts(call, [moved.portion.order_key])
    await activities.give_back(call.tx, *ending.of_activities(held, [moved]))
    await _write(call, held, moved, party_id)
    await ending.finish(call, held, ending.states_after(parts, [moved]))
    return party.name


async def _write(
    call: Call, held: Mapping[PresentKey, Present], moved: PortionMoved, party_id: int
) -> None:
    present, portion = held[moved.portion.present_key], moved.portion
    given = Donation(
        *portion.order_key, present.present_id, party_id, present.giver_id, moved.by,
        present.each_fen, call.at,
    )  # fmt: skip
    await donations.add_donation(call.tx, given)
    await telling.tell_people(call, [telling.to_giver("donated", present, portion, moved.by)])
    await call.tell(
        PortionDonated(
            *present.key, portion.order_id, present.giver_id, moved.by, party_id,
            present.each_fen, call.at,
        )
    )  # fmt: skip
