"""Live rooms, for the rooms above and for pages that show their pictures."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

from tongshang.modules.live import actions, store
from tongshang.modules.live.domain import BagItem as BagItem
from tongshang.modules.live.domain import Room as Room
from tongshang.modules.live.machine import RoomState as RoomState
from tongshang.modules.live.refusals import RoomNotFound as RoomNotFound
from tongshang.runtime.call import Call
from tongshang.runtime.db import Tx
from tongshang.runtime.streams import EventStream, Hearing

PICTURES: Final = (
    (b"content-type", b"multipart/x-mixed-replace; boundary=frame"),
    (b"cache-control", b"no-store"),
    (b"content-encoding", b"identity"),  # so that nobody on the way gathers what is small
    (b"x-accel-buffering", b"no"),
)


async def rooms_of(tx: Tx, content_ids: Sequence[int]) -> dict[int, Room]:
    """The rooms of contents of kind live room."""
    return await store.find_rooms(tx, content_ids)


async def open_rooms(tx: Tx, state: RoomState, limit: int) -> list[Room]:
    """Rooms in a state: on air or scheduled the earliest first, ended the latest first."""
    return await store.list_rooms(tx, state, 0, limit)


async def rooms_of_host(tx: Tx, host_id: int, state: RoomState, limit: int) -> list[Room]:
    """A host's rooms in a state, in the order of `open_rooms`."""
    return await store.list_rooms(tx, state, host_id, limit)


async def bags_of(tx: Tx, content_ids: Sequence[int]) -> dict[int, list[BagItem]]:
    """What is in the bags of rooms, in their order."""
    return await store.find_bags(tx, content_ids)


async def count_booked(tx: Tx, content_id: int, buyer_ids: Sequence[int]) -> int:
    """How many of these persons booked a room."""
    return await store.count_booked(tx, content_id, buyer_ids)


async def picture(call: Call, content_id: int, at: datetime) -> bytes | None:
    """What a room's camera shows at this moment (JPEG); nothing where it is not on air."""
    shown = await actions.get_room(call, content_id)
    if shown.room.state is not RoomState.ON_AIR:
        return None
    return await actions.cameras(call.house).picture(shown.scene, at)


async def watch(call: Call, content_id: int) -> EventStream | None:
    """A room's pictures as they are shown, for one who watches; nothing where it is not on air."""
    shown = await actions.get_room(call, content_id)
    if shown.room.state is not RoomState.ON_AIR:
        return None
    house = call.house
    hearing = Hearing((actions.camera_topic(content_id),), only_latest=True)
    listener = house.streams.join(call.caller, hearing)
    picture = await actions.cameras(house).picture(shown.scene, call.at)
    actions.cameras(house).watch(content_id, partial(actions.run_camera, house, content_id))
    return EventStream(house.streams, listener, b"--frame\r\n" + actions.part(picture))


async def keep_picture(call: Call, content_id: int) -> None:
    """Keep what a room's camera shows at the call's moment, for its replay."""
    shown = await actions.get_room(call, content_id)
    taken = await actions.cameras(call.house).picture(shown.scene, call.at)
    await store.add_frame(call.tx, content_id, shown.room.second(call.at), taken)


async def postpone(call: Call, content_id: int, starts_at: datetime) -> None:
    """Another start of a room that is still to begin."""
    await store.postpone(call.tx, content_id, starts_at)


async def kept_picture(tx: Tx, content_id: int, second: int) -> bytes | None:
    """What it showed at a second of its time on air, or shortly before."""
    return await store.find_frame(tx, content_id, second)
