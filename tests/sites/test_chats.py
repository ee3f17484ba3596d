"""Chats as pages, with forms as a browser without scripts sends them."""

import re
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec
import pytest

from tests.market import Market, png
from tests.modules.social.people import People, people_on
from tests.sites.test_storefront import fields, sign_in
from tongshang.runtime import crypto
from tongshang.sites.visit import COOKIE, Session


@dataclass(slots=True)
class Phone:
    """A browser that several people take turns with."""

    client: httpx.AsyncClient
    market: Market
    people: People
    chat_id: str

    def be(self, name: str, lang: str = "zh") -> None:
        session = Session("buyer", self.people[name].buyer_id, name, lang, "nonce")
        body = msgspec.msgpack.encode(session)
        secret = self.market.opened.house.secret
        self.client.cookies.set(COOKIE, crypto.sign(secret, "session", body))

    async def see(self, place: str, code: int = 200) -> str:
        answer = await self.client.get(place)
        assert answer.status_code == code, answer.text
        return answer.text

    async def send(self, page: str, action: str, code: int = 303, **more: Any) -> httpx.Response:
        """Send the form of a page that posts to `action`."""
        form = fields(await self.see(page), action)
        answer = await self.client.post(action, data=form | more)
        assert answer.status_code == code, answer.text
        return answer


@pytest.fixture
async def phone(client: httpx.AsyncClient, market: Market) -> Phone:
    people = await people_on(market.opened, "木木", "秋秋", "星野", "<b>&")
    chat_id = await people.befriend("木木", "秋秋")
    await people.befriend("木木", "星野")
    phone = Phone(client, market, people, chat_id)
    phone.be("木木")
    return phone


async def test_what_is_written_is_shown_as_written(phone: Phone) -> None:
    page = f"/chats/{phone.chat_id}"
    await phone.send(page, f"{page}/send", text="<script>alert(1)</script>\r\n“好”")
    shown = await phone.see(page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\n“好”" in shown
    assert "<script>alert" not in shown
    phone.be("秋秋")
    assert ">1<" in await phone.see("/chats"), "one waits"
    assert (await phone.client.get("/chats/count")).text == "1"
    assert "以下是新消息" in await phone.see(page)
    assert (await phone.client.get("/chats/count")).text == ""
    assert "以下是新消息" not in await phone.see(page)


async def test_what_is_refused_is_kept_in_its_field(phone: Phone) -> None:
    await phone.people.ask("秋秋", "contact/remove", buyer_id=phone.people.id("木木"))
    page = f"/chats/{phone.chat_id}"
    answer = await phone.send(page, f"{page}/send", 409, text="在吗")
    assert "你还不是对方的好友" in answer.text
    assert ">在吗</textarea>" in answer.text
    assert "发送好友申请" in answer.text


async def test_a_form_sent_twice_says_it_once(phone: Phone) -> None:
    page = f"/chats/{phone.chat_id}"
    form = fields(await phone.see(page), f"{page}/send") | {"text": "一次"}
    for _ in range(2):
        assert (await phone.client.post(f"{page}/send", data=form)).status_code == 303
    assert await phone.people.texts("秋秋", phone.chat_id) == ["一次"]


async def test_pictures_and_things_met_elsewhere_are_sent_from_the_panel(phone: Phone) -> None:
    page = f"/chats/{phone.chat_id}"
    form = fields(await phone.see(page), f"{page}/send")
    form.pop("picture")
    file = {"picture": ("茶.png", png(1, 2, 3), "image/png")}
    await phone.client.post(f"{page}/send", data=form, files=file)
    for what in ("goods", "shops", "lives"):
        await phone.send(f"{page}/{what}", f"{page}/send")
    kinds = [one.kind for one in await phone.people.heard("秋秋", phone.chat_id)]
    assert kinds == ["picture", "product", "shop", "content"]
    shown = await phone.see(page)
    assert "三坑两涧，一泡大红袍" in shown
    assert 'class="photo"' in shown


async def test_a_link_is_shown_to_a_chat_of_one_s_choice(phone: Phone) -> None:
    place = f"/chats/share?text=/p/{phone.market.tea.product_id}"
    assert phone.market.tea.title in await phone.see(place)
    await phone.send(place, f"/chats/{phone.chat_id}/send")
    (seen,) = await phone.people.heard("秋秋", phone.chat_id)
    assert seen.card.title == phone.market.tea.title
    assert "不能变成卡片" in await phone.see("/chats/share?text=https://evil.test/p/1")


async def test_people_are_found_asked_and_answered_on_pages(phone: Phone) -> None:
    phone.be("秋秋")
    found = re.search(r'href="(/chats/add/[^"]+)"', await phone.see("/chats/add?nickname=星野"))
    assert found
    await phone.send(found[1], found[1], do="ask", greeting="我是秋秋")
    assert "等待对方通过" in await phone.see(found[1])
    phone.be("星野")
    assert "我是秋秋" in await phone.see("/chats/requests")
    do = f"accept:{phone.people.id('秋秋')}"
    accepted = await phone.send("/chats/requests", "/chats/requests", do=do)
    assert "我是秋秋" in await phone.see(accepted.headers["location"])
    phone.be("秋秋")
    await phone.send(found[1], found[1], do="remark", remark="小星")
    assert "小星" in await phone.see("/chats/contacts")
    await phone.send(found[1], found[1], do="block")
    assert "小星" in await phone.see("/chats/blocked")


async def test_a_group_is_opened_named_joined_and_ended_on_pages(phone: Phone) -> None:
    made = await phone.send("/chats/new", "/chats/new", buyer_id=phone.people.id("秋秋"))
    page = made.headers["location"]
    info = f"{page}/info"
    await phone.send(info, info, do="approval:1")
    form = fields(await phone.see(info), info)
    for do, more in (("rename", {"name": "茶友"}), ("announce", {"notice": "周六见"})):
        await phone.client.post(info, data=form | {"do": do} | more)
    link = re.search(r'value="http[^"]+(/chats/join/[^"]+)"', await phone.see(info))
    assert link
    phone.be("星野")
    assert "茶友" in await phone.see(link[1])
    await phone.send(link[1], link[1], greeting="让我进来")
    assert "已告诉群主" in await phone.see(f"{link[1]}?waiting=1")
    phone.be("木木")
    assert "让我进来" in await phone.see(info)
    await phone.send(info, info, do=f"accept:{phone.people.id('星野')}")
    phone.be("星野")
    shown = await phone.see(page)
    assert "周六见" in shown
    assert "木木 把群名改为" not in shown, "said before one came"
    assert "星野" not in await phone.see("/chats/lines?open=1")
    await phone.send(info, info, do="leave")
    await phone.see(page, 404)


async def test_a_report_reaches_the_operator_s_desk(phone: Phone) -> None:
    await phone.people.say("秋秋", phone.chat_id, "加我领大奖")
    page = f"/chats/{phone.chat_id}"
    report = re.search(r'href="(/chats/report[^"]+)"', await phone.see(page))
    assert report
    place = report[1].replace("&amp;", "&")
    await phone.send(place, "/chats/report", reason="fraud", words="骗子")
    sign_in(phone.client, phone.market, phone.market.operator)
    desk = "/desk/platform/reports"
    assert "加我领大奖" in await phone.see(desk)
    await phone.send(desk, desk, do="mute", mute_hours=24, note="诈骗")
    assert "解除禁言" in await phone.see(f"{desk}?state=upheld")
    phone.be("秋秋")
    assert "禁言" in await phone.see(page)


async def test_pages_speak_english_too(phone: Phone) -> None:
    phone.be("木木", "en")
    for place in ("/chats", "/chats/contacts", "/chats/add", f"/chats/{phone.chat_id}/info"):
        main = re.search(r"<main.*?</main>", await phone.see(place), re.DOTALL)
        assert main
        said = re.sub(r"木|秋|星野?", "", main[0])
        assert not re.search("[一-鿿]", said), (place, re.findall("[一-鿿]+", said))


async def test_odd_names_are_escaped_once(phone: Phone) -> None:
    await phone.people.befriend("木木", "<b>&")
    group = await phone.people.group("木木", "秋秋", "<b>&", name="{name}")
    shown = await phone.see(f"/chats/{group}")
    assert "你 发起了群聊，邀请了" in shown
    assert "&lt;b&gt;&amp;" in shown
    assert "&amp;lt;" not in shown
    assert "{name}" in shown


async def test_a_stranger_s_chat_is_no_page(phone: Phone) -> None:
    phone.be("星野")
    for place in ("", "/info", "/messages?after=0", "/goods"):
        await phone.see(f"/chats/{phone.chat_id}{place}", 404)
