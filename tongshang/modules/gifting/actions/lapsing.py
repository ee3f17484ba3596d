"""What time does to presents."""

from collections.abc import Sequence

from tongshang.modules.gifting.actions import ending, telling
from tongshang.modules.gifting.domain.claiming import ended
from tongshang.modules.gifting.machine import PortionMove
from tongshang.modules.gifting.store import portions, presents
from tongshang.runtime.call import Call

PresentKey = tuple[int, int]  # shop_id, present_id


async def expire(call: Call, keys: Sequence[PresentKey]) -> None:
    """Presents whose time is over: what nobody took goes back, thousands of them together."""
    held = await presents.hold_presents(call.tx, keys)
    due = {
        key: one
        for key, one in held.items()
        if one.expires_at is not None and one.expires_at <= call.at
    }
    parts = await portions.list_portions(call.tx, due)
    over = [
        ended(one, PortionMove.EXPIRE)
        for same in parts.values()
        for one in same
        if one.is_undecided
    ]
    await ending.end_portions(call, due, over)
    await ending.finish(call, due, ending.states_after(parts, over))


async def remind(call: Call, keys: Sequence[PresentKey]) -> None:
    """Tell those who may have a portion, or have not said where it shall go, that time runs out."""
    held = await presents.find_presents(call.tx, keys)
    parts = await portions.list_portions(call.tx, held)
    waiting = [
        (held[key], one, one.receiver_id or one.named_id)
        for key, same in parts.items()
        for one in same
        if one.is_undecided
    ]
    await presents.note_reminded(call.tx, keys, call.at)
    news = [
        telling.to_receiver("reminder", present, who, portion.order_id)
        for present, portion, who in waiting
        if who
    ]
    still_open = {present.key: present for present, _, _ in waiting}
    news += [telling.to_giver("running_out", present) for present in still_open.values()]
    await telling.tell_people(call, news)
