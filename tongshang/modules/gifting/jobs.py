"""What time does to gifts, in bounded batches, and what is said of them after the commit."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Final

import msgspec

from tongshang.kernel.refusal import Refusal
from tongshang.modules.gifting.actions import drawing, lapsing, returning, sending
from tongshang.modules.gifting.actions.telling import POST_JOB, Post
from tongshang.modules.gifting.store import activities, presents, returns, settings
from tongshang.modules.ordering.api import CancelType
from tongshang.modules.social import api as social
from tongshang.modules.social.api import Body, MessageDraft
from tongshang.runtime import log
from tongshang.runtime.call import Call
from tongshang.runtime.jobs import Due, Periodic, Task

BATCH_MAX: Final = 500
Does = Callable[[Call, Sequence[tuple[int, int]]], Awaitable[None]]


async def _lapse_unpaid(call: Call, keys: Sequence[tuple[int, int]]) -> None:
    await sending.cancel(call, keys, CancelType.UNPAID_IN_TIME)


def _clock(name: str, what: str, every: timedelta, does: Does) -> Periodic:
    """Work on presents whose time for `what` has come."""

    async def handle(call: Call) -> bool:
        keys = await presents.take_due(call.tx, what, call.at, BATCH_MAX)
        if keys:
            await does(call, keys)
        return len(keys) == BATCH_MAX

    return Periodic(name, every, handle)


async def _remind(call: Call) -> bool:
    rules = await settings.get_rules(call.tx)
    if not rules.remind_minutes:
        return False
    until = call.at + rules.remind_before
    keys = await presents.take_due(call.tx, "to_remind", until, BATCH_MAX)
    if keys:
        await lapsing.remind(call, keys)
    return len(keys) == BATCH_MAX


async def _retry(call: Call) -> bool:
    keys = await returns.take_to_retry(call.tx, call.at, BATCH_MAX)
    if keys:
        await returning.retry(call, keys)
    return len(keys) == BATCH_MAX


async def _turn(call: Call) -> bool:
    return await activities.turn(call.tx, call.at, BATCH_MAX) == BATCH_MAX


async def _post(call: Call, due: Sequence[Due]) -> None:
    """Show presents in the chats they were sent to; a chat that takes none is no failure."""
    for job in due:
        post = msgspec.json.decode(job.body, type=Post)
        draft = MessageDraft(
            post.giver_id, Body.of_gift(post.present_id), post.chat_id, post.to_buyer_id
        )
        try:
            await social.send(call, draft)
        except Refusal as refusal:
            seen = {"code": refusal.code, "present_id": str(post.present_id)}
            log.write(call.at, "gifting.chat_refused", seen)


POSTS: Final = Task(POST_JOB, _post)
TASKS: Final = (POSTS,)
PERIODICS: Final = (
    _clock("gifting.lapse", "unpaid", timedelta(seconds=5), _lapse_unpaid),
    _clock("gifting.send", "to_send", timedelta(seconds=5), sending.send_due),
    _clock("gifting.draw", "to_draw", timedelta(seconds=5), drawing.draw),
    _clock("gifting.expire", "to_expire", timedelta(seconds=5), lapsing.expire),
    Periodic("gifting.remind", timedelta(seconds=30), _remind),
    Periodic("gifting.retry", timedelta(minutes=1), _retry),
    Periodic("gifting.activities", timedelta(seconds=5), _turn),
)
