"""Who booked a live room finds a mark on the tab when it begins, and a list of what was told."""

from datetime import timedelta

import httpx

from tests.market import Market
from tests.platform import ask
from tests.sites.test_storefront import fields, sign_in


async def count(client: httpx.AsyncClient) -> str:
    return (await client.get("/live/reminders/count")).text


async def test_a_booked_room_that_begins_marks_the_tab_until_it_is_seen(
    client: httpx.AsyncClient, market: Market
) -> None:
    clock = market.opened.house.clock
    path, starts = "/v1/promoter/live", clock.now() + timedelta(hours=3)
    asked = {"title": "茶山夜话", "starts_at": starts.isoformat()}
    room = (await ask(market.opened, market.promoter, f"{path}/schedule", **asked)).content_id
    assert await count(client) == "", "nobody's"
    sign_in(client, market, market.buyer)
    page = (await client.get(f"/live/{room}")).text
    await client.post(f"/live/{room}/book", data=fields(page, f"/live/{room}/book"))
    assert await count(client) == ""
    assert "预约一场直播，开播时会出现在这里" in (await client.get("/live/reminders")).text
    clock.offset += timedelta(hours=3)
    await ask(market.opened, market.promoter, f"{path}/start", content_id=room)
    assert await count(client) == "1"
    assert 'hx-get="/live/reminders/count"' in (await client.get("/")).text
    told = (await client.get("/live/reminders")).text
    assert "阿宁 开播了" in told
    assert f'href="/live/{room}"' in told
    assert await count(client) == "", "who sees the list has seen it"


async def test_who_comes_into_the_room_was_reminded_well_enough(
    client: httpx.AsyncClient, market: Market
) -> None:
    path = "/v1/promoter/live"
    room = (await ask(market.opened, market.promoter, f"{path}/schedule", title="夜")).content_id
    await ask(market.opened, market.buyer, "/v1/buyer/live/book", content_id=room)
    await ask(market.opened, market.promoter, f"{path}/start", content_id=room)
    sign_in(client, market, market.buyer)
    assert await count(client) == "1"
    assert f'data-view-content="{room}"' in (await client.get(f"/live/{room}")).text
    assert await count(client) == ""
