"""What time does to red packets, and their showing in chats after the commit."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import msgspec

from tongshang.kernel.refusal import Refusal
from tongshang.modules.packets import actions, store
from tongshang.modules.packets.machine import PACKET, PacketMove
from tongshang.modules.social import api as social
from tongshang.modules.social.api import Body, MessageDraft
from tongshang.runtime import log
from tongshang.runtime.call import Call
from tongshang.runtime.jobs import Due, Periodic, Task

BATCH_MAX: Final = 500


async def _post(call: Call, due: Sequence[Due]) -> None:
    """Show packets in their chats; what a chat does not take goes back to its sender at once."""
    for job in due:
        post = msgspec.json.decode(job.body, type=actions.Post)
        key = (post.sender_id, post.packet_id)
        packet = (await store.hold(call.tx, [key]))[key]
        body = Body.of_packet(packet.packet_id, packet.greeting)
        draft = MessageDraft(packet.sender_id, body, packet.chat_id, packet.to_buyer_id)
        try:
            await social.send(call, draft)
        except Refusal as refusal:
            seen = {"code": refusal.code, "packet_id": str(packet.packet_id)}
            log.write(call.at, "packets.chat_refused", seen)
            if PACKET.allows(packet.state, PacketMove.EXPIRE):
                await actions.end(call, [packet])


async def _end(call: Call) -> bool:
    return await actions.end_due(call, BATCH_MAX) == BATCH_MAX


async def _retry(call: Call) -> bool:
    return await actions.retry_returns(call, BATCH_MAX) == BATCH_MAX


POSTS: Final = Task(actions.POST_JOB, _post)
PERIODICS: Final = (
    Periodic("packets.end", timedelta(seconds=5), _end),
    Periodic("packets.retry", timedelta(minutes=1), _retry),
)
