"""A giver's own reminder to those who have not said yes."""

from collections.abc import Sequence
from datetime import datetime

from tongshang.modules.gifting import refusals
from tongshang.modules.gifting.actions import telling
from tongshang.modules.gifting.domain.present import Portion, Present
from tongshang.modules.gifting.domain.rules import Rules
from tongshang.modules.gifting.events import GiverReminded
from tongshang.modules.gifting.machine import PresentState
from tongshang.modules.gifting.store import portions, presents, settings
from tongshang.runtime.call import Call

PresentKey = tuple[int, int]  # shop_id, present_id


def may_be_told(present: Present, parts: Sequence[Portion]) -> set[int]:
    """Who has or may have a portion and has not said where it shall go."""
    known = {one.receiver_id or one.named_id for one in parts if one.is_undecided}
    return known - {0, present.giver_id}


def is_heard_somewhere(present: Present, parts: Sequence[Portion]) -> bool:
    """Whether a reminder reaches anybody: by name, or in the chat that it was sent to."""
    waits = any(one.is_undecided for one in parts)
    return waits and bool(present.chat_id or may_be_told(present, parts))


def may_remind(present: Present, parts: Sequence[Portion], rules: Rules, at: datetime) -> bool:
    """Whether its giver may remind now."""
    lately = present.nudged_at is not None and present.nudged_at > at - rules.nudge_after
    is_open = present.state is PresentState.OPEN and bool(rules.nudge_minutes)
    return is_open and not lately and is_heard_somewhere(present, parts)


async def remind(call: Call, key: PresentKey) -> int:
    """Remind, once in a while: news for those who are known, and the gift once more in its chat.

    The row that says when it was done last decides of two reminders at once.
    """
    rules = await settings.get_rules(call.tx)
    present = (await presents.hold_presents(call.tx, [key]))[key]
    if present.state is not PresentState.OPEN or not rules.nudge_minutes:
        raise refusals.NobodyToRemind
    parts = (await portions.list_portions(call.tx, [key]))[key]
    if not is_heard_somewhere(present, parts):
        raise refusals.NobodyToRemind
    if not await presents.note_nudged(call.tx, key, call.at - rules.nudge_after, call.at):
        raise refusals.NudgedLately
    told = sorted(may_be_told(present, parts))
    await telling.tell_people(
        call, [telling.to_receiver("nudged", present, buyer_id) for buyer_id in told]
    )
    await telling.post_in_chats(call, [present])
    await call.tell(GiverReminded(*key, present.giver_id, len(told), call.at))
    return len(told)
