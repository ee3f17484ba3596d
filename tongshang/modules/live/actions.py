"""What rooms show, and what is told of them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import Party
from tongshang.modules.live import domain, refusals, store, wire
from tongshang.modules.live.camera import Cameras, Scene
from tongshang.modules.live.domain import BagItem, Mark, Room
from tongshang.modules.live.events import LiveBegan, LiveEnded
from tongshang.modules.live.machine import ROOM, RoomMove, RoomState
from tongshang.modules.surfaces import api as surfaces
from tongshang.modules.surfaces.api import CardRef, CardView, Content, Surface
from tongshang.runtime.call import NOBODY, Call, House

COMMENTS_SHOWN: Final = 50
_CAMERAS: Final = "live.cameras"
_ASK_EVERY: Final = 10
_ITEMS_IN_ONE: Final = 20  # so that what a stream says stays small


def topic(content_id: int) -> str:
    """Under which streams tell of a room."""
    return f"live:{content_id}"


def cameras(house: House) -> Cameras:
    """The cameras of this process."""
    found: Cameras = house.memory.setdefault(_CAMERAS, Cameras())
    return found


def camera_topic(content_id: int) -> str:
    """Under which a process shows its pictures of a room."""
    return f"camera:{content_id}"


@dataclass(frozen=True, slots=True)
class Shown:
    """A room with its content and host."""

    room: Room
    content: Content | None
    host: Party | None

    @property
    def scene(self) -> Scene:
        """What its camera looks at."""
        title = self.content.title if self.content else ""
        return Scene(self.room.content_id, title, self.host.name if self.host else "")


async def get_room(call: Call, content_id: int) -> Shown:
    """A room that people may see."""
    found = (await store.find_rooms(call.tx, [content_id])).get(content_id)
    if found is None or found.state is RoomState.CANCELLED:
        raise refusals.RoomNotFound(content_id=str(content_id))
    (shown,) = await dressed(call, [found])
    if shown.content is None:
        raise refusals.RoomNotFound(content_id=str(content_id))
    return shown


async def dressed(call: Call, rooms: Sequence[Room]) -> list[Shown]:
    """Rooms with what their contents say and who hosts them: two statements."""
    if not rooms:
        return []
    contents = await surfaces.get_contents(call.tx, [room.content_id for room in rooms])
    hosts = await identity.find_parties(call.tx, sorted({room.host_id for room in rooms}))
    return [Shown(r, contents.get(r.content_id), hosts.get(r.host_id)) for r in rooms]


async def hold_own(call: Call, content_id: int) -> Room:
    """The host's own room, to decide on; another's does not exist."""
    room = await store.hold_room(call.tx, content_id)
    if room is None or room.host_id != call.caller.party_id:
        raise refusals.RoomNotFound(content_id=str(content_id))
    return room


def on_air(room: Room) -> Room:
    """The room, where it is on air."""
    if room.state is not RoomState.ON_AIR:
        raise refusals.NotOnAir
    return room


# --- the way of a room -------------------------------------------------------------------------


async def move(call: Call, room: Room, step: RoomMove) -> RoomState:
    """Move a held room; who watches hears of it, and who booked a beginning."""
    target = ROOM.step(room.state, step)
    if room.explaining:
        await store.stop_explaining(call.tx, room.content_id, call.at)
    assert await store.move_room(call.tx, room.content_id, room.state, target, call.at)
    tell(call, room.content_id, "state", wire.StateTold(target.name.lower()))
    if step is RoomMove.BEGIN:
        await _remind(call, room)
        await call.tell(LiveBegan(room.content_id, room.host_id, call.at))
    elif step is RoomMove.END:
        await call.tell(LiveEnded(room.content_id, room.host_id, call.at))
    return target


async def _remind(call: Call, room: Room) -> None:
    (shown,) = await dressed(call, [room])
    booked = await store.take_reminders(call.tx, room.content_id, call.at)
    title = shown.content.title if shown.content else ""
    host = shown.host.name if shown.host else ""
    told = wire.LiveNotice(str(room.content_id), title, host, f"/live/{room.content_id}")
    for buyer_id in booked:
        call.house.streams.publish(call, f"buyer:{buyer_id}", "live", told, room.content_id)


def tell(call: Call, content_id: int, kind: str, data: object, number: int = 0) -> None:
    """Say something to who watches a room."""
    call.house.streams.publish(call, topic(content_id), kind, data, number)


# --- bag ---------------------------------------------------------------------------------------


async def bag_views(call: Call, shown: Mapping[int, Content | None]) -> dict[int, list[CardView]]:
    """The bags of rooms as they are now; statements do not grow with their number."""
    bags = await store.find_bags(call.tx, list(shown))
    refs = [
        card_ref(content, content_id, item)
        for content_id, content in shown.items()
        for item in bags[content_id]
    ]
    views = iter(await surfaces.card_views(call, refs))
    return {content_id: [next(views) for _ in bags[content_id]] for content_id in shown}


def card_ref(content: Content | None, content_id: int, item: BagItem) -> CardRef:
    """A product's card in a room: the host's."""
    return CardRef(
        item.shop_id,
        item.product_id,
        content.promoter_id if content else 0,
        content_id,
        surfaces.scene_of(Surface.LIVE_ROOM),
        Surface.LIVE_ROOM,
        item.position,
    )


async def bag_of(call: Call, content_id: int) -> list[CardView]:
    """One room's bag."""
    contents = await surfaces.get_contents(call.tx, [content_id])
    return (await bag_views(call, {content_id: contents.get(content_id)}))[content_id]


async def add_to_bag(call: Call, room: Room, keys: Sequence[tuple[int, int]]) -> None:
    """Put products into a held room's bag; refuses what may not be shown there."""
    bag = (await store.find_bags(call.tx, [room.content_id]))[room.content_id]
    known = {item.product_id for item in bag}
    new = [key for key in dict.fromkeys(keys) if key[1] not in known]
    if len(bag) + len(new) > domain.BAG_MAX:
        raise refusals.BagFull(limit=domain.BAG_MAX)
    last = max((item.position for item in bag), default=0)
    items = [BagItem(*key, position) for position, key in enumerate(new, start=last + 1)]
    contents = await surfaces.get_contents(call.tx, [room.content_id])
    content = contents.get(room.content_id)
    refs = [card_ref(content, room.content_id, item) for item in items]
    for view in await surfaces.card_views(call, refs):
        if view.why in {"gone", "barred", "off_sale"}:
            raise refusals.MayNotShow(product_id=view.product_id, why=view.why)
    await store.add_to_bag(call.tx, room.content_id, items, call.at)
    tell(call, room.content_id, "bag", wire.BagTold(len(bag) + len(new)))


async def explain(call: Call, room: Room, product_id: int, mark_id: int) -> None:
    """Show a product of the bag above all others, from this second on."""
    bag = await bag_of(call, room.content_id)
    card = next((one for one in bag if one.product_id == str(product_id)), None)
    if card is None:
        raise refusals.NotInBag(product_id=str(product_id))
    if card.why in {"gone", "barred", "off_sale"}:
        raise refusals.MayNotShow(product_id=card.product_id, why=card.why)
    mark = Mark(mark_id, int(card.shop_id), product_id, call.at, None)
    await store.explain(call.tx, room.content_id, mark)
    told = wire.ExplainTold(card.product_id, card, room.second(call.at))
    tell(call, room.content_id, "explain", told)


def tell_items(call: Call, content_id: int, cards: Sequence[CardView]) -> None:
    """Say how products of a bag are now."""
    for n in range(0, len(cards), _ITEMS_IN_ONE):
        items = [wire.ItemTold.of(card) for card in cards[n : n + _ITEMS_IN_ONE]]
        tell(call, content_id, "items", wire.ItemsTold(items))


# --- camera ------------------------------------------------------------------------------------


async def run_camera(house: House, content_id: int) -> None:
    """Show a room's picture each second to who watches in this process, as long as somebody does.

    Every so many pictures it is asked whether the room is still on air.
    """
    shown: Shown | None = None
    name, count = camera_topic(content_id), 0
    while house.streams.is_heard(name) and not house.streams.closing:
        if count % _ASK_EVERY == 0:
            async with house.pool.acquire() as connection:
                call = Call(connection, house.clock.now(), NOBODY, house)
                shown = await _on_air_or_none(call, content_id)
        if shown is None:
            house.streams.end(name)
            return
        at = house.clock.now()
        house.streams.show(name, part(await cameras(house).picture(shown.scene, at)))
        count += 1
        await asyncio.sleep(1 - at.microsecond / 1_000_000)


async def _on_air_or_none(call: Call, content_id: int) -> Shown | None:
    try:
        shown = await get_room(call, content_id)
    except refusals.RoomNotFound:
        return None
    return shown if shown.room.state is RoomState.ON_AIR else None


def part(picture: bytes) -> bytes:
    """A picture as one of many (multipart/x-mixed-replace): shown as soon as the next is bounded."""
    head = f"Content-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n".encode()
    return b"".join((head, picture, b"\r\n--frame\r\n"))
