"""A shop's own people: invited, bound, let go; what they show and what they bring."""

import asyncio
import base64
from datetime import timedelta
from typing import Any

import pytest

from tests.modules.partners.world import World
from tests.platform import calling, finish_work
from tongshang.kernel.machine import IllegalMove
from tongshang.modules.identity.api import (
    PartyDraft,
    PartyKind,
    add_parties,
    find_parties,
    shop_caller,
)
from tongshang.modules.partners.refusals import (
    NoContent,
    NoPerson,
    NotInPool,
    NotSharing,
    TicketVoid,
)

PATH = "/channels/ec/sharer/"


async def shop_asks(world: World, name: str, **fields: object) -> Any:
    return await world.ask(world.market.shop, PATH + name, **fields)


async def invite(world: World) -> str:
    answer = await shop_asks(world, "bind", username=world.openid)
    assert base64.b64decode(answer.qrcode_img_base64).startswith(b"\x89PNG")
    ticket: str = answer.qrcode_img.partition("ticket=")[2]
    return ticket


async def bind(world: World) -> None:
    ticket = await invite(world)
    await world.ask(world.person, "/v1/sharer/shop/answer", ticket=ticket, accepts=True)


async def test_a_person_is_invited_and_bound_and_let_go(world: World) -> None:
    ticket = await invite(world)
    seen = await world.ask(world.person, "/v1/sharer/shop/get", ticket=ticket)
    assert (seen.shop_name, seen.state) == ("山里茶铺", "invited")
    with pytest.raises(NotSharing):
        await shop_asks(world, "search_sharer", openid=world.openid)
    for who, text in ((world.market.buyer, ticket), (world.person, ticket[:-2])):
        with pytest.raises(TicketVoid):
            await world.ask(who, "/v1/sharer/shop/answer", ticket=text, accepts=True)
    await world.ask(world.person, "/v1/sharer/shop/answer", ticket=ticket, accepts=True)
    with pytest.raises(TicketVoid):
        await world.ask(world.person, "/v1/sharer/shop/answer", ticket=ticket, accepts=False)
    found = await shop_asks(world, "search_sharer", username=world.openid)
    assert (found.nickname, found.sharer_type) == ("阿雯", 1)
    listed = (await shop_asks(world, "get_sharer_list", sharer_type=1)).sharer_info_list
    assert [one.openid for one in listed] == [world.openid]
    assert (await shop_asks(world, "get_sharer_list", sharer_type=0)).sharer_info_list == []
    with pytest.raises(IllegalMove):
        await shop_asks(world, "bind", username=world.openid)
    gone = await shop_asks(world, "unbind", openid_list=[world.openid, "nobody"])
    assert (gone.success_openid, gone.fail_openid) == ([world.openid], ["nobody"])
    again = await shop_asks(world, "unbind", openid_list=[world.openid])
    assert again.refuse_openid == [world.openid]


async def test_a_refusal_and_a_newer_invitation_void_the_old_one(world: World) -> None:
    old = await invite(world)
    world.opened.house.clock.offset += timedelta(seconds=2)
    new = await invite(world)
    assert old != new
    with pytest.raises(TicketVoid):
        await world.ask(world.person, "/v1/sharer/shop/get", ticket=old)
    refused = await world.ask(world.person, "/v1/sharer/shop/answer", ticket=new, accepts=False)
    assert refused.state == "refused"
    with pytest.raises(NoPerson):
        await shop_asks(world, "bind", username="nobody")


async def test_of_two_answers_at_once_one_counts(world: World) -> None:
    ticket = await invite(world)
    told = await asyncio.gather(
        *(
            world.ask(world.person, "/v1/sharer/shop/answer", ticket=ticket, accepts=accepts)
            for accepts in (True, False)
        ),
        return_exceptions=True,
    )
    assert sorted(isinstance(one, TicketVoid) for one in told) == [False, True]


async def test_what_a_person_of_the_shop_shows_and_brings_is_listed(world: World) -> None:
    await bind(world)
    tea = world.market.tea
    named = {"openid": world.openid, "product_id": tea.product_id}
    url = (await shop_asks(world, "get_sharer_product_h5url", **named)).product_h5url
    assert (await shop_asks(world, "get_sharer_product_h5url", **named)).product_h5url == url
    taglink = (await shop_asks(world, "get_sharer_product_taglink", **named)).product_taglink
    assert taglink.startswith("【通商】")
    picture = (await shop_asks(world, "get_sharer_product_qrcode", **named)).product_qrcode
    for code, scene in (
        (url.rpartition("/")[2], 7),
        (picture.rpartition("/")[2].partition(".")[0], 8),
    ):
        target = await world.ask(world.market.buyer, "/v1/buyer/link/open", code=code)
        order_id = await world.market.place(tea, card=target.token)
        assert (await shop_asks(world, "get_sharer_order_list", share_scene=scene)).order_list == []
        await world.market.pay(order_id)
        (line,) = (await shop_asks(world, "get_sharer_order_list", share_scene=scene)).order_list
        assert (line.order_id, line.sharer_openid, line.sharer_type) == (order_id, world.openid, 1)
        assert line.product_id == tea.product_id
    both = await shop_asks(world, "get_sharer_order_list", openid=world.openid)
    assert len(both.order_list) == 2
    page = await shop_asks(world, "get_sharer_order_list", page=2, page_size=1)
    assert len(page.order_list) == 1
    await finish_work(world.opened)
    assert len((await shop_asks(world, "get_sharer_order_list")).order_list) == 2


async def test_links_are_for_the_shop_s_own_people_and_products(world: World) -> None:
    named = {"openid": world.openid, "product_id": world.market.tea.product_id}
    for name in ("h5url", "taglink", "qrcode"):
        with pytest.raises(NotSharing):
            await shop_asks(world, f"get_sharer_product_{name}", **named)
    await bind(world)
    with pytest.raises(NotInPool):
        await shop_asks(world, "get_sharer_product_h5url", openid=world.openid, product_id=11)
    async with calling(world.opened) as call:
        (other_id,) = await add_parties(call, [PartyDraft(PartyKind.SHOP, "别家")])
        other = shop_caller((await find_parties(call.tx, [other_id]))[other_id])
    for path, fields in (
        ("search_sharer", {"openid": world.openid}),
        ("get_sharer_product_h5url", named),
        ("get_sharer_order_list", {"openid": world.openid}),
    ):
        with pytest.raises(NotSharing):
            await world.ask(other, PATH + path, **fields)
    assert (await world.ask(other, PATH + "get_sharer_list")).sharer_info_list == []
    gone = await world.ask(other, PATH + "unbind", openid_list=[world.openid])
    assert gone.fail_openid == [world.openid]


async def test_live_rooms_with_the_shop_s_goods_have_links(world: World) -> None:
    host = "/v1/promoter/live/"
    promoter = world.market.promoter
    room = (await world.ask(promoter, host + "schedule", title="茶山夜话")).content_id
    finder = str(promoter.party_id)
    notice = {"notice_id": room, "finder_id": finder}
    with pytest.raises(NoContent):
        await shop_asks(world, "get_shop_finder_live_notice_sharer_url", **notice)
    goods = [{"shop_id": world.market.shop_id, "product_id": world.market.tea.product_id}]
    await world.ask(promoter, host + "bag/add", content_id=room, products=goods)
    answer = await shop_asks(world, "get_shop_finder_live_notice_sharer_url", **notice)
    live = {"export_id": room, "finder_id": finder}
    with pytest.raises(NoContent):
        await shop_asks(world, "get_shop_finder_live_sharer_url", **live)
    await world.ask(promoter, host + "start", content_id=room)
    on_air = await shop_asks(world, "get_shop_finder_live_sharer_url", **live)
    assert on_air.url == answer.url
    for wrong in ({**live, "finder_id": "1"}, {**live, "export_id": "x"}):
        with pytest.raises(NoContent):
            await shop_asks(world, "get_shop_finder_live_sharer_url", **wrong)
