"""Live rooms: what is on now and soon, a room while it is on air, and its replay."""

from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.modules.live.api import PICTURES, kept_picture, picture, watch
from tongshang.runtime.call import Call
from tongshang.runtime.clock import machine_now
from tongshang.sites.shown import sentence
from tongshang.sites.visit import Heard, Pages, Visit

PAGES: Final = Pages()

_ADDRESS_PER_MINUTE: Final = 240
_ADDRESS_PER_DAY: Final = 50_000
_STEP_SECONDS: Final = 15
_SAID_AROUND: Final = 200


@PAGES.get("/live")
async def rooms(visit: Visit) -> Response:
    """What is on air, what is soon, and what can be seen again."""
    return visit.show("storefront/lives.html", rooms=await visit.ask("/v1/buyer/live/list"))


@PAGES.get("/live/reminders", role="buyer")
async def reminders(visit: Visit) -> Response:
    """The rooms one booked that have begun; who sees the list has seen them."""
    found = await visit.ask("/v1/buyer/live/reminders")
    if found.waiting:
        await visit.ask("/v1/buyer/live/reminders/see")
    return visit.show("storefront/live_reminders.html", found=found)


@PAGES.get("/live/reminders/count")
async def count_reminders(visit: Visit) -> Response:
    """How many of them wait, for the mark on the tab; nothing where none does."""
    waiting = 0
    if visit.session.role == "buyer":
        waiting = (await visit.ask("/v1/buyer/live/reminders")).waiting
    return Response(str(waiting or ""), media_type="text/plain")


@PAGES.get("/live/{content_id:int}")
async def room(visit: Visit) -> Response:
    """A room as it is: to be, on air, or over."""
    return await _show(visit)


async def _show(visit: Visit, refusal: Refusal | None = None) -> Response:
    content_id = visit.part("content_id")
    found = await visit.ask("/v1/buyer/live/get", content_id=content_id)
    code = int(refusal.kind) if refusal else 200
    if found.room.state == "ended":
        return await _replay(visit, found)
    if found.room.state == "on_air" and visit.session.role == "buyer":
        await visit.ask("/v1/buyer/live/enter", content_id=content_id)
        if found.room.is_booked:
            await visit.ask("/v1/buyer/live/reminders/see", content_id=content_id)
    name = "live" if found.room.state == "on_air" else "live_soon"
    return visit.show(
        f"storefront/{name}.html",
        code,
        found=found,
        room=found.room,
        explained=next((c for c in found.bag if c.product_id == found.explaining), None),
        refusal=refusal,
        text=visit.fields.get("text", ""),
    )


async def _replay(visit: Visit, found: Any) -> Response:
    content_id = visit.part("content_id")
    replay = await visit.ask("/v1/buyer/live/replay", content_id=content_id)
    said = await visit.ask("/v1/buyer/live/comments", content_id=content_id, limit=_SAID_AROUND)
    second = min(visit.number("second"), replay.seconds)
    before = [mark for mark in replay.marks if mark.second <= second]
    explained = before[-1].product_id if before else ""
    return visit.show(
        "storefront/live_replay.html",
        found=found,
        room=found.room,
        replay=replay,
        comments=said.comments,
        second=second,
        step=_STEP_SECONDS,
        explained=next((c for c in replay.bag if c.product_id == explained), None),
        goods={card.product_id: card for card in replay.bag},
    )


@PAGES.get("/live/{content_id:int}/bag")
async def bag(visit: Visit) -> Response:
    """The bag alone, for a page that heard that it changed."""
    found = await visit.ask("/v1/buyer/live/get", content_id=visit.part("content_id"))
    return visit.show("storefront/live_bag.html", found=found, room=found.room)


@PAGES.get("/live/{content_id:int}/stream")
async def stream(visit: Visit) -> Response:
    """What happens in the room, as it happens."""
    return await visit.hear(
        "/v1/buyer/live/stream",
        content_id=visit.part("content_id"),
        last_event_id=visit.number("after"),
    )


@PAGES.post("/live/{content_id:int}/comment", role="buyer")
async def say(visit: Visit) -> Response:
    """Say something."""
    client = visit.request.client
    address = f"live address {client.host if client else 'local'}"
    visit.house.limits.count(address, machine_now(), _ADDRESS_PER_MINUTE, _ADDRESS_PER_DAY)
    text, content_id = visit.fields.get("text", ""), visit.part("content_id")
    by_script = "x-live" in visit.request.headers
    try:
        await visit.ask("/v1/buyer/live/comment", content_id=content_id, text=text)
    except Refusal as refusal:
        if by_script:
            told = sentence(refusal, english=visit.session.lang == "en")
            return Response(told, int(refusal.kind), media_type="text/plain")
        return await _show(visit, refusal)
    return Response(status_code=204) if by_script else visit.go(f"/live/{content_id}")


@PAGES.post("/live/{content_id:int}/like", role="buyer")
async def like(visit: Visit) -> Response:
    """Like the room, as often as was tapped since the last time."""
    content_id, count = visit.part("content_id"), max(1, min(visit.whole("count", 1), 100))
    await visit.ask("/v1/buyer/live/like", content_id=content_id, count=count)
    by_script = "x-live" in visit.request.headers
    return Response(status_code=204) if by_script else visit.go(f"/live/{content_id}")


@PAGES.post("/live/{content_id:int}/book", role="buyer")
async def book(visit: Visit) -> Response:
    """Be told when it begins, or not."""
    verb = "unbook" if visit.fields.get("on") == "0" else "book"
    await visit.ask(f"/v1/buyer/live/{verb}", content_id=visit.part("content_id"))
    return visit.go_back(f"/live/{visit.part('content_id')}")


# --- pictures ----------------------------------------------------------------------------------


@PAGES.get("/live/{content_id:int}/camera")
async def camera(visit: Visit) -> Response:
    """The room's pictures as they are taken, one a second, without end."""
    house = visit.house
    async with house.pool.acquire() as connection:
        call = Call(connection, house.clock.now(), visit.caller, house)
        pictures = await watch(call, visit.part("content_id"))
    if pictures is None:
        raise HTTPException(404)
    return Heard(pictures, PICTURES)


@PAGES.get("/live/{content_id:int}/frame")
async def frame(visit: Visit) -> Response:
    """One picture: of now, or of a second of a room that is over."""
    house, content_id = visit.house, visit.part("content_id")
    async with house.pool.acquire() as connection:
        if visit.asked("second"):
            taken = await kept_picture(connection, content_id, visit.number("second"))
            kept = "private, max-age=3600"
        else:
            call = Call(connection, house.clock.now(), visit.caller, house)
            taken, kept = await picture(call, content_id, call.at), "no-store"
    if taken is None:
        raise HTTPException(404)
    return Response(taken, media_type="image/jpeg", headers={"cache-control": kept})
