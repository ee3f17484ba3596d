"""Live rooms through their endpoints: their way, who may do what, and what those who watch hear."""

import asyncio
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.market import Market
from tests.platform import ask, calling, finish_work, sent_statements
from tongshang.kernel.machine import IllegalMove
from tongshang.kernel.refusal import Refusal
from tongshang.modules.identity.api import BuyerDraft, add_buyers, buyer_caller, find_buyers
from tongshang.modules.live import domain, refusals
from tongshang.modules.live.api import kept_picture, picture
from tongshang.modules.ordering.refusals import FlashGone
from tongshang.runtime.call import Caller
from tongshang.runtime.rpc import hear
from tongshang.runtime.streams import EventStream, Hearing

HOST, VIEWER = "/v1/promoter/live", "/v1/buyer/live"


async def _schedule(market: Market, **more: Any) -> str:
    made = await market.ask(market.promoter, f"{HOST}/schedule", title="茶山夜话", **more)
    content_id: str = made.content_id
    return content_id


async def _begin(market: Market) -> str:
    """A room on air, both products in its bag."""
    room = await _schedule(market)
    refs = [
        {"shop_id": market.shop_id, "product_id": one.product_id}
        for one in (market.tea, market.cup)
    ]
    await market.ask(market.promoter, f"{HOST}/bag/add", content_id=room, products=refs)
    await market.ask(market.promoter, f"{HOST}/start", content_id=room)
    return room


async def _people(market: Market, count: int) -> list[Caller]:
    async with calling(market.opened) as call:
        ids = await add_buyers(call, [BuyerDraft(f"买家{n}") for n in range(count)])
        found = await find_buyers(call.tx, ids)
    return [buyer_caller(found[one]) for one in ids]


class Watching:
    """Somebody who watches a room, and what was heard."""

    def __init__(self, stream: EventStream) -> None:
        self.heard: list[tuple[str, Any]] = []
        self._gone = asyncio.Event()
        self.task = asyncio.create_task(stream.send(self._receive, self._send))

    @classmethod
    async def open(cls, market: Market, who: Caller, room: str, after: int = 0) -> "Watching":
        house = market.opened.house
        endpoint = house.registry.find(f"{VIEWER}/stream")
        fields = {"content_id": room, "last_event_id": after}
        request = msgspec.convert(fields, type=endpoint.takes, strict=False)
        return cls(await hear(house, endpoint, who, request))

    async def _receive(self) -> dict[str, str]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        for frame in message.get("body", b"").decode().split("\n\n"):
            lines = dict(line.split(": ", 1) for line in frame.splitlines() if ": " in line)
            if "event" in lines:
                self.heard.append((lines["event"], msgspec.json.decode(lines["data"])))

    def of(self, kind: str) -> list[Any]:
        return [data for event, data in self.heard if event == kind]

    async def until(self, kind: str, count: int = 1) -> list[Any]:
        async with asyncio.timeout(10):
            while len(self.of(kind)) < count:  # noqa: ASYNC110 - frames come when they come
                await asyncio.sleep(0.01)
        return self.of(kind)

    async def go(self) -> None:
        self._gone.set()
        await self.task


async def test_a_room_is_announced_booked_begun_and_ended(market: Market) -> None:
    starts = market.opened.house.clock.now() + timedelta(hours=2)
    room = await _schedule(market, starts_at=starts.isoformat())
    await market.ask(market.buyer, f"{VIEWER}/book", content_id=room)
    rooms = await market.ask(market.buyer, f"{VIEWER}/list")
    assert [(one.content_id, one.is_booked, one.bookings) for one in rooms.soon] == [
        (room, True, 1)
    ]
    with pytest.raises(refusals.NotOnAir):
        await market.ask(market.buyer, f"{VIEWER}/comment", content_id=room, text="早")

    told: list[str] = []
    house = market.opened.house
    listening = house.streams.join(market.buyer, Hearing((f"buyer:{market.buyer.buyer_id}",)))
    await market.ask(market.promoter, f"{HOST}/start", content_id=room)
    told.append((await listening.next()).decode())
    house.streams.leave(listening)
    assert "event: live" in told[0]
    assert "茶山夜话" in told[0]
    with pytest.raises(refusals.NotScheduled):
        await market.ask(market.buyer, f"{VIEWER}/book", content_id=room)
    with pytest.raises(IllegalMove):
        await market.ask(market.promoter, f"{HOST}/start", content_id=room)
    await market.ask(market.promoter, f"{HOST}/end", content_id=room)
    rooms = await market.ask(market.buyer, f"{VIEWER}/list")
    assert ([], [], [room]) == (rooms.on_air, rooms.soon, [one.content_id for one in rooms.replays])


async def test_who_booked_finds_a_reminder_once_it_begins(market: Market) -> None:
    house = market.opened.house
    starts = house.clock.now() + timedelta(hours=2)
    room = await _schedule(market, starts_at=starts.isoformat())
    (other,) = await _people(market, 1)
    await market.ask(market.buyer, f"{VIEWER}/book", content_id=room)
    assert (await market.ask(market.buyer, f"{VIEWER}/reminders")).reminders == []
    house.clock.offset += timedelta(hours=2)
    await market.ask(market.promoter, f"{HOST}/start", content_id=room)

    found = await market.ask(market.buyer, f"{VIEWER}/reminders")
    (one,) = found.reminders
    assert (found.waiting, one.room.title, one.is_seen) == (1, "茶山夜话", False)
    assert one.told_at >= starts
    assert (await market.ask(other, f"{VIEWER}/reminders")).reminders == [], "of others nothing"
    await market.ask(other, f"{VIEWER}/reminders/see")
    await market.ask(market.buyer, f"{VIEWER}/reminders/see", content_id="1")
    assert (await market.ask(market.buyer, f"{VIEWER}/reminders")).waiting == 1
    await market.ask(market.buyer, f"{VIEWER}/reminders/see", content_id=room)
    found = await market.ask(market.buyer, f"{VIEWER}/reminders")
    assert (found.waiting, found.reminders[0].is_seen) == (0, True)


async def test_all_who_watch_hear_comments_explained_items_and_the_end(market: Market) -> None:
    room = await _begin(market)
    watching = [await Watching.open(market, one, room) for one in await _people(market, 3)]
    tea = market.tea.product_id
    await market.ask(market.promoter, f"{HOST}/explain/start", content_id=room, product_id=tea)
    said = await market.ask(market.buyer, f"{VIEWER}/comment", content_id=room, text="<b>好茶</b>")
    await market.ask(market.buyer, f"{VIEWER}/like", content_id=room, count=9)
    for one in watching:
        assert (await one.until("explain", 2))[-1]["card"]["product_id"] == tea
        comment = (await one.until("comment"))[-1]
        assert (comment["comment_id"], comment["text"]) == (said.comment_id, "<b>好茶</b>")
    await finish_work(market.opened)
    figures = (await watching[0].until("figures", 2))[-1]
    assert figures == {"viewers": 3, "likes": 9, "comments": 1}
    path = f"{HOST}/comment/remove"
    await market.ask(market.promoter, path, content_id=room, comment_id=said.comment_id)
    await market.ask(market.promoter, f"{HOST}/end", content_id=room)
    for one in watching:
        assert (await one.until("removed")) == [{"comment_id": said.comment_id}]
        assert (await one.until("state", 2))[-1] == {"state": "ended"}
        await one.go()
    detail = await market.ask(market.buyer, f"{VIEWER}/get", content_id=room)
    assert (detail.comments, detail.explaining, detail.room.viewers_most) == ([], "", 3)
    assert [mark.product_id for mark in detail.marks] == [tea]


async def test_who_comes_back_hears_what_was_said_meanwhile(market: Market) -> None:
    room = await _begin(market)
    ids = [
        (
            await market.ask(market.buyer, f"{VIEWER}/comment", content_id=room, text=f"{n}")
        ).comment_id
        for n in range(3)
    ]
    back = await Watching.open(market, market.buyer, room, after=int(ids[0]))
    assert [one["text"] for one in await back.until("comment", 2)] == ["1", "2"]
    await back.go()
    polled = await market.ask(market.buyer, f"{VIEWER}/stream", content_id=room)
    assert {event.event for event in polled.events} == {"state", "figures", "explain", "items"}


@pytest.mark.parametrize(
    ("text", "refusal"),
    [(" \u200b ", refusals.NothingSaid), ("全网最低价，国家级", refusals.WordsForbidden)],
)
async def test_a_comment_that_may_not_be_is_refused_and_nobody_hears_it(
    market: Market, text: str, refusal: type[Refusal]
) -> None:
    room = await _begin(market)
    with pytest.raises(refusal):
        await market.ask(market.buyer, f"{VIEWER}/comment", content_id=room, text=text)
    page = await market.ask(market.buyer, f"{VIEWER}/comments", content_id=room)
    assert page.comments == []


async def test_a_muted_person_watches_and_does_not_speak_till_the_host_lets_him(
    market: Market,
) -> None:
    room = await _begin(market)
    who = str(market.buyer.buyer_id)
    await market.ask(market.promoter, f"{HOST}/mute", buyer_id=who)
    with pytest.raises(refusals.Muted):
        await market.ask(market.buyer, f"{VIEWER}/comment", content_id=room, text="好")
    assert not (await market.ask(market.buyer, f"{VIEWER}/get", content_id=room)).may_speak
    await market.ask(market.promoter, f"{HOST}/unmute", buyer_id=who)
    await market.ask(market.buyer, f"{VIEWER}/comment", content_id=room, text="好")


async def test_a_flood_of_comments_is_stopped_one_person_s_only(market: Market) -> None:
    room = await _begin(market)
    (other,) = await _people(market, 1)
    asked = [
        market.ask(market.buyer, f"{VIEWER}/comment", content_id=room, text=f"{n}")
        for n in range(domain.COMMENTS_PER_MINUTE + 5)
    ]
    given = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(isinstance(one, refusals.TooManyComments) for one in given) == 5
    await market.ask(other, f"{VIEWER}/comment", content_id=room, text="我来了")


async def test_a_thousand_likes_and_comments_are_few_statements(market: Market) -> None:
    room = await _begin(market)
    people = await _people(market, 100)
    await market.ask(people[0], f"{VIEWER}/like", content_id=room)
    with sent_statements(market.opened) as sent:
        await asyncio.gather(
            *(market.ask(one, f"{VIEWER}/like", content_id=room) for one in people),
            *(market.ask(one, f"{VIEWER}/comment", content_id=room, text="好") for one in people),
        )
    assert len(sent) <= 28, "by batches, not by people"
    detail = await market.ask(market.buyer, f"{VIEWER}/get", content_id=room)
    assert (detail.room.likes, detail.room.comments) == (101, 100)


async def test_a_bag_is_ordered_and_holds_only_what_a_live_room_may_show(market: Market) -> None:
    room = await _begin(market)
    tea, cup = market.tea.product_id, market.cup.product_id
    path = f"{HOST}/bag"
    bag = await market.ask(market.promoter, f"{path}/order", content_id=room, product_ids=[cup])
    assert [card.product_id for card in bag.bag] == [cup, tea]
    gone = [{"shop_id": market.shop_id, "product_id": "1"}]
    with pytest.raises(refusals.MayNotShow):
        await market.ask(market.promoter, f"{path}/add", content_id=room, products=gone)
    await market.ask(market.promoter, f"{HOST}/explain/start", content_id=room, product_id=tea)
    bag = await market.ask(market.promoter, f"{path}/remove", content_id=room, product_ids=[tea])
    assert [card.product_id for card in bag.bag] == [cup]
    detail = await market.ask(market.buyer, f"{VIEWER}/get", content_id=room)
    assert detail.explaining == ""
    with pytest.raises(refusals.NotInBag):
        await market.ask(market.promoter, f"{HOST}/explain/start", content_id=room, product_id=tea)


async def test_another_s_room_does_not_exist_for_a_host(market: Market) -> None:
    room = await _begin(market)
    stranger = Caller("promoter 9", market.promoter.scopes, party_id=9)
    for path, more in (
        ("end", {}),
        ("bag/order", {"product_ids": [market.tea.product_id]}),
        ("explain/start", {"product_id": market.tea.product_id}),
        ("explain/stop", {}),
        ("comment/remove", {"comment_id": "1"}),
        ("figures", {}),
        ("comments", {}),
        ("flash/start", {"grant_id": "1"}),
    ):
        with pytest.raises(refusals.RoomNotFound):
            await market.ask(stranger, f"{HOST}/{path}", content_id=room, **more)
    with pytest.raises(refusals.RoomNotFound):
        await market.ask(market.buyer, f"{VIEWER}/get", content_id=market.content_id)


async def _grant(market: Market, stock: int = 1) -> str:
    sku = {"sku_id": market.tea.sku_ids[0], "price_fen": 8_800, "sale_stock": stock}
    granted = await market.ask(
        market.shop, "/v1/shop/live/flash/grant", promoter_id=str(market.promoter.party_id),
        product_id=market.tea.product_id, skus=[sku], minutes=10, limit_per_buyer=1,
    )  # fmt: skip
    grant_id: str = granted.grant_id
    return grant_id


async def test_a_host_opens_a_flash_price_that_the_shop_allows_once(market: Market) -> None:
    room, grant = await _begin(market), await _grant(market)
    watching = await Watching.open(market, market.buyer, room)
    bag = await market.ask(market.promoter, f"{HOST}/flash/start", content_id=room, grant_id=grant)
    card = bag.bag[0]
    assert (card.flash_price_fen, card.flash_left, card.price_fen) == (8_800, 1, 12_800)
    (told,) = (await watching.until("items", 2))[-1]["items"]
    assert (told["flash_price_fen"], told["flash_left"]) == (8_800, 1)
    with pytest.raises(refusals.GrantUsed):
        await market.ask(market.promoter, f"{HOST}/flash/start", content_id=room, grant_id=grant)

    order_id = await market.place(market.tea, card=card.token)
    await finish_work(market.opened)
    assert (await watching.until("items", 3))[-1]["items"][0]["flash_left"] == 0
    order = (await market.ask(market.shop, "/channels/ec/order/get", order_id=order_id)).order
    assert order.order_detail.product_infos[0].sale_price == 8_800
    quote = 8_800 + order.order_detail.price_info.freight
    with pytest.raises(FlashGone):
        await ask(
            market.opened, market.buyer, "/v1/buyer/order/place", shop_id=market.shop_id,
            address_id=market.address_id, expected_fen=quote,
            lines=[{"sku_id": market.tea.sku_ids[0], "count": 1}],
        )  # fmt: skip
    await market.ask(market.promoter, f"{HOST}/flash/stop", content_id=room, grant_id=grant)
    with pytest.raises(refusals.FlashNotRunning):
        await market.ask(market.promoter, f"{HOST}/flash/stop", content_id=room, grant_id=grant)
    await watching.go()


async def test_a_flash_price_needs_a_shop_s_word_and_a_shop_takes_it_back(market: Market) -> None:
    room, grant = await _begin(market), await _grant(market)
    await market.ask(market.shop, "/v1/shop/live/flash/revoke", grant_id=grant)
    with pytest.raises(refusals.GrantNotFound):
        await market.ask(market.promoter, f"{HOST}/flash/start", content_id=room, grant_id=grant)
    late = await _grant(market)
    market.opened.house.clock.offset += timedelta(hours=73)
    with pytest.raises(refusals.GrantUsed):
        await market.ask(market.promoter, f"{HOST}/flash/start", content_id=room, grant_id=late)


async def test_pictures_are_drawn_once_a_second_and_some_are_kept_for_the_replay(
    market: Market,
) -> None:
    room = await _begin(market)
    async with calling(market.opened) as call:
        first, second = await asyncio.gather(
            *(picture(call, int(room), call.at) for _ in range(1)),
            asyncio.sleep(0),
        )
        assert first is not None
        assert first[:3] == b"\xff\xd8\xff"
        assert second is None
    await finish_work(market.opened)
    market.opened.house.clock.offset += timedelta(seconds=25)
    await finish_work(market.opened)
    await market.ask(market.promoter, f"{HOST}/end", content_id=room)
    replay = await market.ask(market.buyer, f"{VIEWER}/replay", content_id=room)
    assert len(replay.pictures) == 2
    async with calling(market.opened) as call:
        kept = await kept_picture(call.tx, int(room), 5)
        assert kept is not None


async def test_a_forgotten_room_is_ended_by_the_clock(market: Market) -> None:
    room = await _begin(market)
    market.opened.house.clock.offset += domain.LASTS_MAX + timedelta(minutes=1)
    await finish_work(market.opened)
    detail = await market.ask(market.buyer, f"{VIEWER}/get", content_id=room)
    assert detail.room.state == "ended"


async def test_a_removed_content_ends_its_room(market: Market) -> None:
    room = await _begin(market)
    await market.ask(market.promoter, "/v1/promoter/content/remove", content_id=room)
    with pytest.raises(refusals.RoomNotFound):
        await market.ask(market.buyer, f"{VIEWER}/get", content_id=room)
    figures = await market.ask(market.promoter, f"{HOST}/figures", content_id=room)
    assert figures.open_moves == []
