"""Live rooms as their hosts lead them."""

from datetime import timedelta
from typing import Final

from tongshang.kernel import page
from tongshang.kernel.ids import Named
from tongshang.kernel.machine import IllegalMove
from tongshang.kernel.refusal import CursorMismatch
from tongshang.modules.discounts import api as discounts
from tongshang.modules.live import actions, domain, refusals, store, wire
from tongshang.modules.live.flash import open_flash, stop_flash
from tongshang.modules.live.machine import RoomMove
from tongshang.modules.surfaces import api as surfaces
from tongshang.modules.surfaces.api import Block, BlockKind, ContentDraft, ContentKind, Media
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Done, Endpoints
from tongshang.runtime.wire import ID_MAX, number

ENDPOINTS: Final = Endpoints("live")

_NOT_MINE: Final = refusals.RoomNotFound


@ENDPOINTS(
    "POST",
    "/v1/promoter/live/schedule",
    needs=Scope.PROMOTER,
    refuses=(refusals.StartsPast, surfaces.WordsForbidden, surfaces.BadBlock),
)
async def schedule_room(call: Call, req: wire.RoomDraft) -> wire.RoomAdded:
    """Announce a room; people can book it from now on."""
    starts_at = req.starts_at or call.at
    ahead = timedelta(days=domain.AHEAD_DAYS_MAX)
    if not call.at - timedelta(minutes=1) <= starts_at <= call.at + ahead:
        raise refusals.StartsPast(limit=domain.AHEAD_DAYS_MAX)
    draft = ContentDraft(
        call.caller.party_id,
        req.title,
        (Block(BlockKind.PARAGRAPH, text=req.intro or req.title),),
        req.cover_url,
        ContentKind.LIVE_ROOM,
        Media(starts_at=starts_at),
    )
    (content_id,) = await surfaces.publish(call, [draft])
    return wire.RoomAdded(str(content_id))


@ENDPOINTS(
    "GET",
    "/v1/promoter/live/list",
    needs=Scope.PROMOTER,
    refuses=(CursorMismatch,),
    reads=True,
)
async def list_own_rooms(call: Call, req: wire.HostQuery) -> wire.HostRooms:
    """Your rooms, the newest first."""
    question = ("live.own", call.caller.party_id)
    before = page.after_number(question, req.next_key, ID_MAX)
    found = await store.list_of_host(call.tx, call.caller.party_id, before, req.limit + 1)
    shown = await actions.dressed(call, found[: req.limit])
    ids = [one.room.content_id for one in shown]
    bookings, bags = await store.count_bookings(call.tx, ids), await store.find_bags(call.tx, ids)
    views = [
        wire.RoomView.of(
            one.room,
            one.content,
            one.host,
            bookings=bookings.get(one.room.content_id, 0),
            bag_count=len(bags[one.room.content_id]),
        )
        for one in shown
    ]
    more = len(found) > req.limit
    return wire.HostRooms(views, page.cursor(question, (ids[-1],)) if more else "")


@ENDPOINTS(
    "GET",
    "/v1/promoter/live/figures",
    needs=Scope.PROMOTER,
    refuses=(_NOT_MINE,),
    reads=True,
)
async def get_figures(call: Call, req: wire.RoomRef) -> wire.Figures:
    """How your room goes, and what you may do with it now."""
    content_id = number(req.content_id)
    room = (await store.find_rooms(call.tx, [content_id])).get(content_id)
    if room is None or room.host_id != call.caller.party_id:
        raise refusals.RoomNotFound(content_id=str(content_id))
    bookings = await store.count_bookings(call.tx, [content_id])
    return wire.Figures(
        call.house.streams.audience(actions.topic(content_id)),
        room.viewers_most,
        await store.count_viewers(call.tx, content_id),
        room.likes,
        room.comments,
        bookings.get(content_id, 0),
        wire.open_moves(room),
    )


@ENDPOINTS(
    "GET",
    "/v1/promoter/live/comments",
    needs=Scope.PROMOTER,
    refuses=(_NOT_MINE,),
    reads=True,
)
async def list_room_comments(call: Call, req: wire.CommentQuery) -> wire.CommentPage:
    """What is said in your room, and by whom; the last ones where no number is given."""
    content_id = number(req.content_id)
    room = (await store.find_rooms(call.tx, [content_id])).get(content_id)
    if room is None or room.host_id != call.caller.party_id:
        raise refusals.RoomNotFound(content_id=str(content_id))
    if req.after:
        found = await store.list_comments(call.tx, content_id, req.after, req.limit)
    else:
        found = await store.list_last_comments(call.tx, content_id, req.limit)
    views = [wire.CommentView.of(one, room, for_host=True) for one in found]
    return wire.CommentPage(views, wire.last_number(found))


async def _step(call: Call, content_id: int | str, step: RoomMove) -> Done:
    await actions.move(call, await actions.hold_own(call, number(content_id)), step)
    return Done()


@ENDPOINTS(
    "POST",
    "/v1/promoter/live/start",
    needs=Scope.PROMOTER,
    refuses=(_NOT_MINE, IllegalMove),
)
async def start_room(call: Call, req: wire.RoomRef) -> Done:
    """Go on air; who booked is told."""
    return await _step(call, req.content_id, RoomMove.BEGIN)


@ENDPOINTS(
    "POST",
    "/v1/promoter/live/end",
    needs=Scope.PROMOTER,
    refuses=(_NOT_MINE, IllegalMove),
)
async def end_room(call: Call, req: wire.RoomRef) -> Done:
    """End your room; its replay can be seen."""
    return await _step(call, req.content_id, RoomMove.END)


@ENDPOINTS(
    "POST",
    "/v1/promoter/live/cancel",
    needs=Scope.PROMOTER,
    refuses=(_NOT_MINE, IllegalMove),
)
async def cancel_room(call: Call, req: wire.RoomRef) -> Done:
    """Not go on air after all."""
    return await _step(call, req.content_id, RoomMove.CANCEL)


# --- bag ---------------------------------------------------------------------------------------


@ENDPOINTS(
    "POST",
    "/v1/promoter/live/bag/add",
    needs=Scope.PROMOTER,
    refuses=(_NOT_MINE, refusals.BagFull, refusals.MayNotShow),
)
async def add_to_bag(call: Call, req: wire.BagDraft) -> wire.BagView:
    """Put products into the bag, after what is in it; only what a live room may show."""
    room = await actions.hold_own(call, number(req.content_id))
    keys = [(number(one.shop_id), number(one.product_id)) for one in req.products]
    await actions.add_to_bag(call, room, keys)
    return wire.BagView(await actions.bag_of(call, room.content_id))


@ENDPOINTS(
    "POST",
    "/v1/promoter/live/bag/remove",
    needs=Scope.PROMOTER,
    refuses=(_NOT_MINE, refusals.NotInBag),
)
async def remove_from_bag(call: Call, req: wire.BagRefs) -> wire.BagView:
    """Take products out of the bag; what is being explained is explained no more."""
    room = await actions.hold_own(call, number(req.content_id))
    wanted = [number(one) for one in req.product_ids]
    gone = await store.remove_from_bag(call.tx, room.content_id, wanted)
    for product_id in wanted:
        if product_id not in gone:
            raise refusals.NotInBag(product_id=str(product_id))
    if room.explaining in gone:
        await store.stop_explaining(call.tx, room.content_id, call.at)
        told = wire.ExplainTold("", None, room.second(call.at))
        actions.tell(call, room.content_id, "explain", told)
    bag = await actions.bag_of(call, room.content_id)
    actions.tell(call, room.content_id, "bag", wire.BagTold(len(bag)))
    return wire.BagView(bag)


@ENDPOINTS(
    "POST",
    "/v1/promoter/live/bag/order",
    needs=Scope.PROMOTER,
    refuses=(_NOT_MINE, refusals.NotInBag),
)
async def order_bag(call: Call, req: wire.BagRefs) -> wire.BagView:
    """Put these products first in the bag, in this order."""
    room = await actions.hold_own(call, number(req.content_id))
    bag = (await store.find_bags(call.tx, [room.content_id]))[room.content_id]
    items = domain.reordered(bag, [number(one) for one in req.product_ids])
    await store.order_bag(call.tx, room.content_id, items)
    actions.tell(call, room.content_id, "bag", wire.BagTold(len(bag)))
    return wire.BagView(await actions.bag_of(call, room.content_id))


@ENDPOINTS(
    "POST",
    "/v1/promoter/live/explain/start",
    needs=Scope.PROMOTER,
    refuses=(_NOT_MINE, refusals.NotOnAir, refusals.NotInBag, refusals.MayNotShow),
)
async def start_explaining(call: Call, req: wire.ProductRef) -> Done:
    """Explain a product of the bag: all who watch see it at once; a replay can jump to it."""
    room = actions.on_air(await actions.hold_own(call, number(req.content_id)))
    mark_id = call.take_id(Named.COMMENT)
    await actions.explain(call, room, number(req.product_id), mark_id)
    return Done()


@ENDPOINTS(
    "POST",
    "/v1/promoter/live/explain/stop",
    needs=Scope.PROMOTER,
    refuses=(_NOT_MINE, refusals.NotOnAir),
)
async def stop_explaining(call: Call, req: wire.RoomRef) -> Done:
    """Explain nothing for now."""
    room = actions.on_air(await actions.hold_own(call, number(req.content_id)))
    await store.stop_explaining(call.tx, room.content_id, call.at)
    told = wire.ExplainTold("", None, room.second(call.at))
    actions.tell(call, room.content_id, "explain", told)
    return Done()


# --- people ------------------------------------------------------------------------------------


@ENDPOINTS(
    "POST",
    "/v1/promoter/live/comment/remove",
    needs=Scope.PROMOTER,
    refuses=(_NOT_MINE, refusals.CommentNotFound),
)
async def remove_comment(call: Call, req: wire.CommentRef) -> Done:
    """Take a comment out of your room."""
    room = await actions.hold_own(call, number(req.content_id))
    comment_id = number(req.comment_id)
    if not await store.remove_comment(call.tx, room.content_id, comment_id):
        raise refusals.CommentNotFound(comment_id=str(comment_id))
    actions.tell(call, room.content_id, "removed", wire.CommentRemoved(str(comment_id)))
    return Done()


@ENDPOINTS("POST", "/v1/promoter/live/mute", needs=Scope.PROMOTER)
async def mute_person(call: Call, req: wire.PersonRef) -> Done:
    """Let a person speak no more in any of your rooms."""
    await store.mute(call.tx, call.caller.party_id, number(req.buyer_id), call.at)
    return Done()


@ENDPOINTS("POST", "/v1/promoter/live/unmute", needs=Scope.PROMOTER)
async def unmute_person(call: Call, req: wire.PersonRef) -> Done:
    """Let a person speak again."""
    await store.unmute(call.tx, call.caller.party_id, number(req.buyer_id))
    return Done()


# --- flash prices ------------------------------------------------------------------------------


@ENDPOINTS("GET", "/v1/promoter/live/flash/list", needs=Scope.PROMOTER, reads=True)
async def list_flash(call: Call, req: wire.HostQuery) -> wire.Grants:
    """The flash prices that shops let you open, and how those go that you opened."""
    grants = await store.list_grants(call.tx, call.caller.party_id, call.at)
    keys = sorted({(one.shop_id, sku.sku_id) for one in grants for sku in one.skus})
    flash = await discounts.flash_prices(call.tx, keys, call.at)
    return wire.Grants([wire.GrantView.of(one, flash) for one in grants[: req.limit]])


@ENDPOINTS(
    "POST",
    "/v1/promoter/live/flash/start",
    needs=Scope.PROMOTER,
    refuses=(
        _NOT_MINE,
        refusals.NotOnAir,
        refusals.GrantNotFound,
        refusals.GrantUsed,
        refusals.NotInBag,
        discounts.NotOurs,
        discounts.NotOnSale,
        discounts.WrongPrice,
        discounts.WrongStock,
        discounts.DiscountRuns,
    ),
)
async def start_flash(call: Call, req: wire.GrantUse) -> wire.BagView:
    """Open a flash price that a shop allows you, for a product of the bag, once."""
    room = actions.on_air(await actions.hold_own(call, number(req.content_id)))
    return wire.BagView(await open_flash(call, room, number(req.grant_id)))


@ENDPOINTS(
    "POST",
    "/v1/promoter/live/flash/stop",
    needs=Scope.PROMOTER,
    refuses=(_NOT_MINE, refusals.GrantNotFound, refusals.FlashNotRunning),
)
async def end_flash(call: Call, req: wire.GrantUse) -> wire.BagView:
    """End a flash price of yours before its time."""
    room = await actions.hold_own(call, number(req.content_id))
    return wire.BagView(await stop_flash(call, room, number(req.grant_id)))
