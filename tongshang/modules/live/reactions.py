"""Rooms come and go with their contents."""

from collections.abc import Sequence

from tongshang.modules.live import actions, store
from tongshang.modules.live.machine import RoomMove, RoomState
from tongshang.modules.surfaces import api as surfaces
from tongshang.modules.surfaces.api import ContentKind
from tongshang.modules.surfaces.events import ContentChanged, ContentPublished, ContentRemoved
from tongshang.runtime.call import Call


async def open_rooms(call: Call, facts: Sequence[ContentPublished]) -> None:
    """A content of kind live room gets its room; without a time it may begin at once."""
    ids = [fact.content_id for fact in facts if fact.kind == ContentKind.LIVE_ROOM]
    if not ids:
        return
    contents = await surfaces.get_contents(call.tx, ids)
    rooms = [
        (one.content_id, one.author_id, one.media.starts_at or call.at) for one in contents.values()
    ]
    await store.open_rooms(call.tx, rooms, call.at)


async def postpone(call: Call, facts: Sequence[ContentChanged]) -> None:
    """A room that is still to begin takes over another time of its content."""
    ids = [fact.content_id for fact in facts if fact.kind == ContentKind.LIVE_ROOM]
    for one in (await surfaces.get_contents(call.tx, ids)).values() if ids else ():
        if one.media.starts_at is not None:
            await store.postpone(call.tx, one.content_id, one.media.starts_at)


async def close_rooms(call: Call, facts: Sequence[ContentRemoved]) -> None:
    """Without its content a room is over, or will never be."""
    for fact in facts:
        if fact.kind != ContentKind.LIVE_ROOM:
            continue
        room = await store.hold_room(call.tx, fact.content_id)
        if room is not None and room.state is RoomState.ON_AIR:
            await actions.move(call, room, RoomMove.END)
        elif room is not None and room.state is RoomState.SCHEDULED:
            await actions.move(call, room, RoomMove.CANCEL)
