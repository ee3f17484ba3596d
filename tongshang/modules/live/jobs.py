"""What a room's clock does: figures and stock told, pictures kept, the forgotten ended."""

import asyncio
from datetime import timedelta
from typing import Final

import msgspec

from tongshang.modules.live import actions, domain, store, wire
from tongshang.modules.live.actions import Shown
from tongshang.modules.live.machine import RoomMove, RoomState
from tongshang.modules.surfaces.api import CardView
from tongshang.runtime.call import Call
from tongshang.runtime.jobs import Periodic

ROOMS_MAX: Final = 500
_TOLD: Final = "live.told"


async def _tick(call: Call) -> bool:
    """Tell who watches how many they are and what changed in the bag; keep a picture at times.

    What a process told last it remembers by itself: told again by another, it does no harm.
    """
    rooms = await store.list_rooms(call.tx, RoomState.ON_AIR, 0, ROOMS_MAX)
    if not rooms:
        return False
    shown = await actions.dressed(call, rooms)
    viewers = {r.content_id: _audience(call, r.content_id) for r in rooms}
    await store.save_viewers(call.tx, viewers)
    bags = await actions.bag_views(call, {one.room.content_id: one.content for one in shown})
    for one in shown:
        _tell(call, one, viewers[one.room.content_id], bags[one.room.content_id])
    await _keep_pictures(call, shown)
    # A demo has always somebody on air.
    late = [] if call.house.demo else await store.list_overdue(call.tx, call.at - domain.LASTS_MAX)
    for room in late:
        held = await store.hold_room(call.tx, room.content_id)
        if held is not None and held.state is RoomState.ON_AIR:
            await actions.move(call, held, RoomMove.END)
    return False


def _audience(call: Call, content_id: int) -> int:
    return call.house.streams.audience(actions.topic(content_id))


def _tell(call: Call, one: Shown, viewers: int, bag: list[CardView]) -> None:
    told: dict[tuple[int, str], bytes] = call.house.memory.setdefault(_TOLD, {})
    content_id = one.room.content_id
    figures = wire.FiguresTold(viewers, one.room.likes, one.room.comments)
    if _is_news(told, (content_id, ""), figures):
        actions.tell(call, content_id, "figures", figures)
    news = [c for c in bag if _is_news(told, (content_id, c.product_id), wire.ItemTold.of(c))]
    if news:
        actions.tell_items(call, content_id, news)


def _is_news(
    told: dict[tuple[int, str], bytes], key: tuple[int, str], what: msgspec.Struct
) -> bool:
    encoded = msgspec.json.encode(what)
    if told.get(key) == encoded:
        return False
    if len(told) > ROOMS_MAX * domain.BAG_MAX:
        told.clear()
    told[key] = encoded
    return True


async def _keep_pictures(call: Call, shown: list[Shown]) -> None:
    kept = await store.last_frames(call.tx, [one.room.content_id for one in shown])
    due = [
        one
        for one in shown
        if domain.keeps_picture(one.room.second(call.at), kept.get(one.room.content_id))
    ]
    cameras = actions.cameras(call.house)
    pictures = await asyncio.gather(*(cameras.picture(one.scene, call.at) for one in due))
    for one, picture in zip(due, pictures, strict=True):
        second = one.room.second(call.at)
        await store.add_frame(call.tx, one.room.content_id, second, picture)


CLOCK: Final = Periodic("live.clock", timedelta(seconds=1), _tick)
