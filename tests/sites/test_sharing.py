"""我的推广 in the storefront: from an invitation to what was earned, without scripts."""

import re
from typing import Any

import httpx
import msgspec
import pytest

from tests.modules.partners.world import World, open_world
from tests.platform import finish_work
from tongshang.app import Opened
from tongshang.runtime import crypto
from tongshang.sites.visit import COOKIE, Session


@pytest.fixture
async def world(opened: Opened) -> World:
    return await open_world(opened)


class Phone:
    """A browser without scripts, in the hands of the person who is to share."""

    def __init__(self, world: World, client: httpx.AsyncClient) -> None:
        session = Session("buyer", world.person.buyer_id, "阿雯", "zh", "nonce")
        secret = world.opened.house.secret
        signed = crypto.sign(secret, "session", msgspec.msgpack.encode(session))
        self.client = client
        client.cookies.set(COOKIE, signed)

    async def see(self, place: str, code: int = 200) -> str:
        answer = await self.client.get(place)
        assert answer.status_code == code, answer.text[:500]
        return answer.text

    async def send(self, seen: str, place: str, **fields: Any) -> httpx.Response:
        """Send the form at `place` of the page that was seen."""
        for name in ("form_token", "form_key"):
            found = re.search(rf'name="{name}" value="([^"]+)"', seen)
            assert found
            fields[name] = found[1]
        return await self.client.post(place, data=fields)


async def test_from_an_invitation_to_a_sale(world: World, client: httpx.AsyncClient) -> None:
    phone, tea = Phone(world, client), world.market.tea
    start = await phone.see("/sharing")
    assert world.openid in start
    assert (await client.get("/sharing/earned")).status_code == 303
    query = await world.query()
    place = f"/sharing/join?{query}"
    for step, button in (("register", "同意并登记"), ("verify", "核验身份"), ("bind", "确认绑定")):
        seen = await phone.see(place)
        assert button in seen
        sent = await phone.send(seen, "/sharing/join", query=query, step=step)
        assert sent.status_code == 303, sent.text[:500]
        assert sent.headers["location"] == "/sharing" or step != "bind"
    assert "机构还没有可以推广的商品" in await phone.see("/sharing")
    await world.plan(tea.product_id)
    shown = await phone.see("/sharing")
    assert tea.title in shown
    assert "每件赚 ¥12.80" in shown, "half of a fifth of 128 yuan"
    assert "没有找到" in await phone.see("/sharing?q=没有")
    made = await phone.send(shown, "/sharing/link", product_id=tea.product_id)
    assert made.status_code == 200
    code = re.search(r"/s/([A-Za-z0-9]{9})", made.text)
    assert code
    target = await world.ask(world.market.buyer, "/v1/buyer/link/open", code=code[1])
    order_id = await world.market.place(tea, card=target.token)
    await world.market.pay(order_id)
    await finish_work(world.opened)
    earned = await phone.see("/sharing/earned")
    assert tea.title in earned
    assert "12.80" in earned
    assert "买家收货后开始计时" in earned
    assert "还没有成交" in await phone.see("/sharing/earned?status=200")
    left = await phone.send(shown, "/sharing/leave")
    assert left.status_code == 303
    assert "还没有绑定机构" in await phone.see("/sharing")
    assert tea.title in await phone.see("/sharing/earned")


async def test_a_void_invitation_says_so(world: World, client: httpx.AsyncClient) -> None:
    phone = Phone(world, client)
    assert "邀请无效" in await phone.see("/sharing/join?query=xyz", 404)
    assert "邀请无效" in await phone.see("/sharing/shop?ticket=xyz", 404)
    assert "邀请无效" in await phone.see("/cooperation?ticket=xyz", 404)
    await phone.see("/files/xyz", 404)


async def test_a_shop_s_invitation_is_answered_on_a_page(
    world: World, client: httpx.AsyncClient
) -> None:
    phone = Phone(world, client)
    path = "/channels/ec/sharer/bind"
    made = await world.ask(world.market.shop, path, username=world.openid)
    ticket = made.qrcode_img.partition("ticket=")[2]
    seen = await phone.see(f"/sharing/shop?ticket={ticket}")
    assert "山里茶铺 邀请你做店铺分享员" in seen
    sent = await phone.send(seen, "/sharing/shop", ticket=ticket, accepts="1")
    assert sent.status_code == 303
    assert "已经接受" in await phone.see(f"/sharing/shop?ticket={ticket}")
    path = "/channels/ec/cooperation/invitation/qrcode/generate"
    await world.ask(world.market.shop, path, sharer_id="wxmini1", sharer_type=3)
    ticket = await world.opened.house.pool.fetchval("select ticket from cooperations")
    seen = await phone.see(f"/cooperation?ticket={ticket}")
    assert "wxmini1" in seen
    await phone.send(seen, "/cooperation", ticket=ticket, accepts="0")
    assert "已经拒绝" in await phone.see(f"/cooperation?ticket={ticket}")
