"""Accounts that cooperate with a shop: invited, answered, ended; what they may ask; files."""

import base64
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.market import png
from tests.modules.partners.world import World
from tests.platform import calling
from tongshang.kernel.machine import IllegalMove
from tongshang.modules.identity.api import (
    PartyDraft,
    PartyKind,
    add_app,
    add_parties,
    find_parties,
    shop_caller,
)
from tongshang.modules.partners.actions.cooperation import ticket_of
from tongshang.modules.partners.domain.cooperation import INVITED_FOR, SHOPS_MAX
from tongshang.modules.partners.refusals import (
    FileElsewhere,
    NoFile,
    NoOrder,
    NotCooperating,
    NotInPool,
    TicketVoid,
    UnknownAccountType,
)
from tongshang.runtime.call import Caller

PATH = "/channels/ec/cooperation/"
MINI = 3


async def account(world: World) -> tuple[Caller, str]:
    """Another shop's program, and its appid."""
    async with calling(world.opened) as call:
        (party_id,) = await add_parties(call, [PartyDraft(PartyKind.SHOP, "茶友小程序")])
        await add_app(call, party_id)
        party = (await find_parties(call.tx, [party_id]))[party_id]
    return shop_caller(party), party.appid


async def shop_asks(world: World, name: str, **fields: object) -> Any:
    return await world.ask(world.market.shop, PATH + name, **fields)


async def invited(world: World, appid: str, kind: int = MINI) -> str:
    """The ticket behind the code."""
    named = {"sharer_id": appid, "sharer_type": kind}
    answer = await shop_asks(world, "invitation/qrcode/generate", **named)
    assert base64.b64decode(answer.data.qrcode_base64).startswith(b"\x89PNG")
    pool = world.opened.house.pool
    ticket: str = await pool.fetchval("select ticket from cooperations where sharer_id = $1", appid)
    return ticket


async def answer(world: World, ticket: str, *, accepts: bool = True) -> Any:
    path = "/v1/buyer/cooperation/answer"
    return await world.ask(world.person, path, ticket=ticket, accepts=accepts)


async def status(world: World, appid: str) -> int:
    named = {"sharer_id": appid, "sharer_type": MINI}
    found: int = (await shop_asks(world, "invitation/get", **named)).data.status
    return found


async def test_the_states_of_an_invitation_are_those_of_the_platform(world: World) -> None:
    _, appid = await account(world)
    named = {"sharer_id": appid, "sharer_type": MINI}
    ticket = await invited(world, appid)
    assert await status(world, appid) == 4
    await shop_asks(world, "invitation/cancel", **named)
    assert await status(world, appid) == 7
    with pytest.raises(TicketVoid):
        await answer(world, ticket)
    with pytest.raises(IllegalMove):
        await shop_asks(world, "invitation/cancel", **named)
    world.opened.house.clock.offset += timedelta(seconds=2)
    await answer(world, await invited(world, appid), accepts=False)
    assert await status(world, appid) == 3
    world.opened.house.clock.offset += timedelta(seconds=2)
    late = await invited(world, appid)
    world.opened.house.clock.offset += INVITED_FOR
    assert await status(world, appid) == 5
    with pytest.raises(TicketVoid):
        await answer(world, late)
    bound = await answer(world, await invited(world, appid))
    assert (bound.account_name, bound.state) == ("茶友小程序", "bound")
    assert await status(world, appid) == 1
    with pytest.raises(IllegalMove):
        await shop_asks(world, "invitation/qrcode/generate", **named)
    (listed,) = (await shop_asks(world, "list", sharer_type=MINI)).data_list
    assert (listed.sharer_id, listed.status) == (appid, 1)
    assert listed.bind_time > 10**12, "milliseconds"
    await shop_asks(world, "unbind", **named)
    assert await status(world, appid) == 2
    with pytest.raises(IllegalMove):
        await shop_asks(world, "invitation/unbind", **named)


async def test_an_account_works_with_twenty_shops_at_most(world: World) -> None:
    _, appid = await account(world)
    ticket = await invited(world, appid)
    await world.opened.house.pool.execute(
        """
        insert into cooperations (shop_id, sharer_id, sharer_type, name, state, ticket,
                                  invited_at, expires_at)
        select n, $1, 3, '', 1, '', now(), now() from generate_series(1, $2::integer) as n
        """,
        appid,
        SHOPS_MAX,
    )
    assert (await answer(world, ticket)).state == "failed"
    assert await status(world, appid) == 6


async def test_what_is_not_invited_is_not_there(world: World) -> None:
    caller, appid = await account(world)
    named = {"sharer_id": appid, "sharer_type": MINI}
    for name in ("invitation/get", "invitation/cancel", "invitation/unbind", "unbind"):
        with pytest.raises(NotCooperating):
            await shop_asks(world, name, **named)
        with pytest.raises(UnknownAccountType):
            await shop_asks(world, name, sharer_id=appid, sharer_type=1)
    own = world.appids[world.market.shop.party_id]
    for name in ("product/list", "product/get", "order/get"):
        with pytest.raises(NotCooperating):
            await world.ask(caller, PATH + name, shop_appid=own, product_id=1, order_id="1")
    async with calling(world.opened, caller) as call:
        forged = ticket_of(call, appid, MINI, call.at + INVITED_FOR)
    with pytest.raises(TicketVoid):
        await answer(world, forged)


async def test_a_bound_account_reads_shops_products_and_its_own_orders(world: World) -> None:
    caller, appid = await account(world)
    await answer(world, await invited(world, appid))
    own = world.appids[world.market.shop.party_id]
    (shop,) = (await world.ask(caller, PATH + "shop/list")).shop_list
    assert (shop.appid, shop.nickname, shop.status) == (own, "山里茶铺", 1)
    page = await world.ask(caller, PATH + "product/list", shop_appid=own, page_size=1)
    assert (len(page.products), page.total_num) == (1, 2)
    rest = await world.ask(caller, PATH + "product/list", shop_appid=own, next_key=page.next_key)
    assert [one.product_id for one in rest.products] == [world.market.tea.product_id]
    tea = world.market.tea
    product = (
        await world.ask(caller, PATH + "product/get", shop_appid=own, product_id=tea.product_id)
    ).product
    assert (product.title, product.min_price) == (tea.title, tea.prices_fen[0])
    with pytest.raises(NotInPool):
        await world.ask(caller, PATH + "product/get", shop_appid=own, product_id=11)
    order_id = await world.market.place(tea)
    with pytest.raises(NoOrder):
        await world.ask(caller, PATH + "order/get", shop_appid=own, order_id=order_id)
    seen = (await shop_asks(world, "order/get", shop_appid=own, order_id=order_id)).order
    assert seen.order_detail.product_infos[0].product_id == tea.product_id
    assert seen.order_detail.price_info.product_price == tea.prices_fen[0]
    with pytest.raises(NoOrder):
        await shop_asks(world, "order/get", shop_appid=own, order_id="3999999999999999999")


async def test_what_a_buyer_made_is_given_out_for_two_hours(
    world: World, client: httpx.AsyncClient
) -> None:
    shop = world.market.shop
    order_id = await world.market.place(world.market.tea)
    order = await world.ask(shop, "/channels/ec/order/get", order_id=order_id)
    named = {"openid": order.order.openid, "order_id": order_id}
    with pytest.raises(FileElsewhere):
        await world.ask(
            shop, "/channels/ec/open/upload", openid=named["openid"], file_url="http://x/y.png"
        )
    with pytest.raises(NoFile):
        await world.ask(shop, "/channels/ec/open/get_download_url", **named)
    picture = png(10, 20, 30)
    kept = await world.ask(shop, "/channels/ec/open/upload", openid=named["openid"], file=picture)
    assert kept.media_id.isdecimal()
    answer = await world.ask(shop, "/channels/ec/open/get_download_url", **named)
    token = answer.url.rpartition("/")[2]
    read = await world.ask(world.person, "/v1/buyer/file/get", token=token)
    assert (read.media_type, read.content) == ("image/png", picture)
    for wrong in ({**named, "openid": world.openid}, {**named, "order_id": "37"}):
        with pytest.raises(NoOrder):
            await world.ask(shop, "/channels/ec/open/get_download_url", **wrong)
    world.opened.house.clock.offset += timedelta(hours=3)
    for text in (token, token[:-2]):
        with pytest.raises(NoFile):
            await world.ask(world.person, "/v1/buyer/file/get", token=text)


async def test_coupons_are_none_and_none_is_found(world: World) -> None:
    for name in ("get_public_coupon_list", "get_cooperative_coupon_list"):
        assert (await world.agency_asks(name)).coupons == []
    given = await world.agency_asks("get_coupon_to_headsupplier", to_head_supplier_appid="wx1")
    assert (given.list, given.total_count) == ((), 0)
    for name in (
        "get_coupon_detail",
        "get_coupon_promoter_share_link",
        "get_coupon_short_link",
        "get_coupon_qr_code",
        "set_coupon_to_headsupplier",
    ):
        with pytest.raises(Exception, match="9025006"):
            await world.agency_asks(name, coupon_id="111111", to_head_supplier_appid="wx1")
