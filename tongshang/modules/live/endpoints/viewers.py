"""Live rooms as people watch them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from tongshang.kernel.ids import Named
from tongshang.kernel.refusal import Refusal
from tongshang.modules.governance import api as governance
from tongshang.modules.identity import api as identity
from tongshang.modules.live import actions, domain, refusals, store, wire
from tongshang.modules.live.domain import Comment, Floods, Room
from tongshang.modules.live.events import LiveCheered
from tongshang.modules.live.machine import RoomState
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Asked, Done, Endpoints, Nothing
from tongshang.runtime.streams import Event, Hearing
from tongshang.runtime.wire import number

ENDPOINTS: Final = Endpoints("live")

_CATCH_UP_MAX: Final = 100
_REMINDERS_SHOWN: Final = 30
_COMMENTS: Final = "live.comments"
_LIKES: Final = "live.likes"


@ENDPOINTS("GET", "/v1/buyer/live/list", needs=Scope.PUBLIC, reads=True)
async def list_rooms(call: Call, req: wire.RoomsQuery) -> wire.Rooms:
    """Live rooms: on air, soon, and those that can be seen again."""
    host_id = number(req.promoter_id)
    states = (RoomState.ON_AIR, RoomState.SCHEDULED, RoomState.ENDED)
    lists = [await store.list_rooms(call.tx, s, host_id, req.limit) for s in states]
    shown = await actions.dressed(call, [room for rooms in lists for room in rooms])
    ids = [one.room.content_id for one in shown]
    booked = await store.find_booked(call.tx, ids, call.caller.buyer_id)
    bookings = await store.count_bookings(call.tx, ids)
    bags = await store.find_bags(call.tx, ids)
    views: dict[RoomState, list[wire.RoomView]] = {state: [] for state in states}
    for one in shown:
        room_id = one.room.content_id
        if one.content is not None:
            views[one.room.state].append(
                wire.RoomView.of(
                    one.room,
                    one.content,
                    one.host,
                    bookings=bookings.get(room_id, 0),
                    is_booked=room_id in booked,
                    bag_count=len(bags[room_id]),
                )
            )
    on_air = sorted(views[RoomState.ON_AIR], key=lambda room: -room.viewers)
    return wire.Rooms(on_air, views[RoomState.SCHEDULED], views[RoomState.ENDED])


@ENDPOINTS(
    "GET",
    "/v1/buyer/live/get",
    needs=Scope.PUBLIC,
    refuses=(refusals.RoomNotFound,),
    reads=True,
)
async def get_room(call: Call, req: wire.RoomRef) -> wire.RoomDetail:
    """A room: what is in its bag now, what is explained, what was said last."""
    content_id = number(req.content_id)
    shown = await actions.get_room(call, content_id)
    room, who = shown.room, call.caller.buyer_id
    bag = (await actions.bag_views(call, {content_id: shown.content}))[content_id]
    comments = await store.list_last_comments(call.tx, content_id, actions.COMMENTS_SHOWN)
    booked = await store.find_booked(call.tx, [content_id], who) if who else set()
    muted = await store.find_muted(call.tx, [(room.host_id, who)]) if who else set()
    bookings = await store.count_bookings(call.tx, [content_id])
    view = wire.RoomView.of(
        room,
        shown.content,
        shown.host,
        bookings=bookings.get(content_id, 0),
        is_booked=bool(booked),
        bag_count=len(bag),
    )
    blocks = shown.content.blocks if shown.content else ()
    return wire.RoomDetail(
        view,
        "\n".join(block.text for block in blocks if block.text),
        bag,
        str(room.explaining) if room.explaining else "",
        [wire.CommentView.of(one, room) for one in comments],
        [wire.MarkView.of(one, room) for one in await store.list_marks(call.tx, content_id)],
        bool(who) and room.state is RoomState.ON_AIR and not muted,
        wire.last_number(comments),
    )


@ENDPOINTS.stream("/v1/buyer/live/stream", needs=Scope.PUBLIC, refuses=(refusals.RoomNotFound,))
async def hear_room(call: Call, req: wire.StreamQuery) -> Hearing:
    """Hear a room: comments, figures, bag, what is explained, prices and stock as they change.

    Events: `comment`, `removed`, `figures`, `items`, `explain`, `bag`, `state`. Who comes back with
    the last number it heard gets the comments since, and how everything else is now.
    """
    content_id = number(req.content_id)
    host_id = (await actions.get_room(call, content_id)).room.host_id

    async def catch_up(call: Call) -> Sequence[Event]:
        shown = await actions.get_room(call, content_id)
        room = shown.room
        viewers = call.house.streams.audience(actions.topic(content_id))
        bag = (await actions.bag_views(call, {content_id: shown.content}))[content_id]
        explained = next((one for one in bag if one.product_id == str(room.explaining)), None)
        product_id = explained.product_id if explained else ""
        told: list[tuple[str, object, int]] = [
            ("state", wire.StateTold(room.state.name.lower()), 0),
            ("figures", wire.FiguresTold(viewers, room.likes, room.comments), 0),
            ("explain", wire.ExplainTold(product_id, explained, room.second(call.at)), 0),
            ("items", wire.ItemsTold([wire.ItemTold.of(one) for one in bag]), 0),
        ]
        if req.last_event_id:
            since = req.last_event_id
            missed = await store.list_comments(call.tx, content_id, since, _CATCH_UP_MAX)
            told += [("comment", _told(one), one.comment_id) for one in missed]
        return [Event.of(*one) for one in told]

    is_host = call.caller.party_id == host_id
    return Hearing((actions.topic(content_id),), catch_up, counted=not is_host)


def _told(comment: Comment) -> wire.CommentTold:
    return wire.CommentTold(
        str(comment.comment_id), comment.nickname, comment.text, comment.said_at
    )


@ENDPOINTS(
    "POST",
    "/v1/buyer/live/book",
    needs=Scope.BUYER,
    refuses=(refusals.RoomNotFound, refusals.NotScheduled),
)
async def book_room(call: Call, req: wire.RoomRef) -> Done:
    """Be told when a room begins."""
    shown = await actions.get_room(call, number(req.content_id))
    if shown.room.state is not RoomState.SCHEDULED:
        raise refusals.NotScheduled
    await store.book(call.tx, shown.room.content_id, call.buyer_id, call.at)
    return Done()


@ENDPOINTS("POST", "/v1/buyer/live/unbook", needs=Scope.BUYER, refuses=(refusals.RoomNotFound,))
async def unbook_room(call: Call, req: wire.RoomRef) -> Done:
    """Not be told after all."""
    shown = await actions.get_room(call, number(req.content_id))
    await store.unbook(call.tx, shown.room.content_id, call.buyer_id)
    return Done()


@ENDPOINTS("GET", "/v1/buyer/live/reminders", needs=Scope.BUYER, reads=True)
async def list_reminders(call: Call, req: Nothing) -> wire.Reminders:
    """The rooms that you booked and that have begun, the latest first."""
    found = await store.list_reminded(call.tx, call.buyer_id, _REMINDERS_SHOWN)
    rooms = await store.find_rooms(call.tx, [content_id for content_id, _, _ in found])
    known = [one for one in found if one[0] in rooms]
    shown = await actions.dressed(call, [rooms[content_id] for content_id, _, _ in known])
    views = [
        wire.ReminderView(
            wire.RoomView.of(one.room, one.content, one.host, is_booked=True), told_at, is_seen
        )
        for one, (_, told_at, is_seen) in zip(shown, known, strict=True)
        if one.content is not None
    ]
    waiting = sum(not view.is_seen and view.room.state == "on_air" for view in views)
    return wire.Reminders(waiting, views)


@ENDPOINTS("POST", "/v1/buyer/live/reminders/see", needs=Scope.BUYER)
async def see_reminders(call: Call, req: wire.ReminderRef) -> Done:
    """Say that you saw what you were told of a room, or of all: the mark goes."""
    content_id = number(req.content_id) if req.content_id is not None else 0
    await store.see(call.tx, call.buyer_id, content_id, call.at)
    return Done()


@ENDPOINTS(
    "POST",
    "/v1/buyer/live/enter",
    needs=Scope.BUYER,
    refuses=(refusals.RoomNotFound, refusals.NotOnAir),
    lane="live",
)
async def enter_rooms(call: Call, asked: Sequence[Asked[wire.RoomRef]]) -> Sequence[Done | Refusal]:
    """Come into a room that is on air: you count among all who came, once."""
    rooms = await _rooms(call, asked)
    came = [
        (room.content_id, one.caller.buyer_id)
        for room, one in zip(rooms, asked, strict=True)
        if isinstance(room, Room)
    ]
    if came:
        await store.add_viewers(call.tx, came, call.at)
    return [Done() if isinstance(room, Room) else room for room in rooms]


@ENDPOINTS(
    "POST",
    "/v1/buyer/live/comment",
    needs=Scope.BUYER,
    refuses=(
        refusals.RoomNotFound,
        refusals.NotOnAir,
        refusals.NothingSaid,
        refusals.WordsForbidden,
        refusals.Muted,
        refusals.TooManyComments,
    ),
    lane="live",
)
async def say_comments(
    call: Call, asked: Sequence[Asked[wire.CommentDraft]]
) -> Sequence[wire.CommentSaid | Refusal]:
    """Say something in a room; all who watch hear it."""
    rooms = await _rooms(call, asked)
    pairs = {
        (room.host_id, one.caller.buyer_id)
        for room, one in zip(rooms, asked, strict=True)
        if isinstance(room, Room)
    }
    muted = await store.find_muted(call.tx, sorted(pairs)) if pairs else set()
    people = await identity.find_buyers(call.tx, sorted({one.caller.buyer_id for one in asked}))
    said: list[tuple[int, Comment]] = []
    given: list[wire.CommentSaid | Refusal] = []
    for room, one in zip(rooms, asked, strict=True):
        try:
            comment = _comment(call, room, one, muted, people)
        except Refusal as refusal:
            given.append(refusal)
            continue
        content_id = number(one.request.content_id)
        said.append((content_id, comment))
        given.append(wire.CommentSaid(str(comment.comment_id)))
        actions.tell(call, content_id, "comment", _told(comment), comment.comment_id)
    if said:
        await store.add_comments(call.tx, said, call.at)
        await _tell_cheers(call, rooms, {}, Counter(content_id for content_id, _ in said))
    return given


async def _tell_cheers(
    call: Call,
    rooms: Sequence[Room | Refusal],
    likes: Mapping[int, Sequence[int]],
    comments: Mapping[int, int],
) -> None:
    """One fact for each room, however many people it is about."""
    hosts = {room.content_id: room.host_id for room in rooms if isinstance(room, Room)}
    cheered = [
        LiveCheered(i, hosts[i], tuple(likes.get(i, ())), comments.get(i, 0), call.at)
        for i in sorted({*likes, *comments})
    ]
    await call.tell(*cheered)


def _comment(
    call: Call,
    room: Room | Refusal,
    asked: Asked[wire.CommentDraft],
    muted: set[tuple[int, int]],
    people: dict[int, Any],
) -> Comment:
    """What is asked to be said, as it is kept; refuses in the order that the endpoint declares."""
    if isinstance(room, Refusal):
        raise room
    who = asked.caller.buyer_id
    text = domain.said(asked.request.text)
    if reasons := governance.judge([text]):
        raise refusals.WordsForbidden(reason="; ".join(reasons))
    if (room.host_id, who) in muted:
        raise refusals.Muted
    if not _floods(call, _COMMENTS, domain.COMMENTS_PER_MINUTE).allows(who, call.at):
        raise refusals.TooManyComments(limit=domain.COMMENTS_PER_MINUTE)
    nickname = people[who].nickname if who in people else ""
    return Comment(call.take_id(Named.COMMENT), who, nickname, text, call.at)


def _floods(call: Call, name: str, per_minute: int) -> Floods:
    found: Floods = call.house.memory.setdefault(name, Floods(per_minute))
    return found


async def _rooms(call: Call, asked: Sequence[Asked[Any]]) -> list[Room | Refusal]:
    """For each request its room, on air, or why not: one statement."""
    ids = [number(one.request.content_id) for one in asked]
    found = await store.find_rooms(call.tx, sorted(set(ids)))
    given: list[Room | Refusal] = []
    for content_id in ids:
        room = found.get(content_id)
        if room is None or room.state is RoomState.CANCELLED:
            given.append(refusals.RoomNotFound(content_id=str(content_id)))
        else:
            given.append(room if room.state is RoomState.ON_AIR else refusals.NotOnAir())
    return given


@ENDPOINTS(
    "POST",
    "/v1/buyer/live/like",
    needs=Scope.BUYER,
    refuses=(refusals.RoomNotFound, refusals.NotOnAir),
    lane="live",
)
async def like_rooms(
    call: Call, asked: Sequence[Asked[wire.LikeDraft]]
) -> Sequence[wire.Liked | Refusal]:
    """Like a room, some times at once; what is too much a minute is not counted."""
    rooms = await _rooms(call, asked)
    floods = _floods(call, _LIKES, domain.LIKES_PER_MINUTE)
    likes: dict[int, list[int]] = {}
    for room, one in zip(rooms, asked, strict=True):
        count = one.request.count
        if isinstance(room, Room) and floods.allows(one.caller.buyer_id, call.at, count):
            likes.setdefault(room.content_id, []).append(count)
    if likes:
        await store.add_likes(call.tx, {one: sum(taps) for one, taps in likes.items()})
        await _tell_cheers(call, rooms, likes, {})
    return [room if isinstance(room, Refusal) else wire.Liked() for room in rooms]


@ENDPOINTS(
    "GET",
    "/v1/buyer/live/comments",
    needs=Scope.PUBLIC,
    refuses=(refusals.RoomNotFound,),
    reads=True,
)
async def list_comments(call: Call, req: wire.CommentQuery) -> wire.CommentPage:
    """What was said in a room, the earliest first, each with its second: for its replay."""
    content_id = number(req.content_id)
    shown = await actions.get_room(call, content_id)
    found = await store.list_comments(call.tx, content_id, req.after, req.limit + 1)
    page = found[: req.limit]
    more = wire.last_number(page) if len(found) > req.limit else ""
    return wire.CommentPage([wire.CommentView.of(one, shown.room) for one in page], more)


@ENDPOINTS(
    "GET",
    "/v1/buyer/live/replay",
    needs=Scope.PUBLIC,
    refuses=(refusals.RoomNotFound, refusals.NoReplay),
    reads=True,
)
async def get_replay(call: Call, req: wire.RoomRef) -> wire.Replay:
    """What can be seen again of a room: its pictures, and where each product was explained."""
    content_id = number(req.content_id)
    shown = await actions.get_room(call, content_id)
    if shown.room.state is not RoomState.ENDED:
        raise refusals.NoReplay
    return wire.Replay(
        str(content_id),
        shown.room.seconds,
        await store.list_seconds(call.tx, content_id),
        [wire.MarkView.of(m, shown.room) for m in await store.list_marks(call.tx, content_id)],
        (await actions.bag_views(call, {content_id: shown.content}))[content_id],
    )
