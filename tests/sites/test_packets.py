"""Red packets as pages, with forms as a browser without scripts sends them."""

from typing import Any

import pytest

from tests.platform import finish_work
from tests.sites.test_chats import Phone, phone

pytestmark = pytest.mark.usefixtures("phone")
__all__ = ["phone"]


async def test_a_packet_is_put_into_a_group_and_opened_from_it(phone: Phone) -> None:
    chat_id = await phone.people.group("木木", "秋秋", "星野")
    assert f"/packets/new?chat={chat_id}" in await phone.see(f"/chats/{chat_id}")
    form = f"/packets/new?chat={chat_id}"
    told = await phone.send(form, "/packets/new", 400, portions="2", yuan="0.01", kind="luck")
    assert "每份红包" in told.text
    draft: dict[str, Any] = {
        "portions": "2",
        "yuan": "8.88",
        "kind": "luck",
        "greeting": "<b>好运</b>",
    }
    made = await phone.send(form, "/packets/new", **draft)
    cashier = made.headers["location"]
    await phone.send(cashier, cashier, outcome="paid")
    await finish_work(phone.market.opened)
    (packet,) = (await phone.people.ask("木木", "packets/sent/list")).packets
    page = f"/packets/{packet.packet_id}"
    assert page in await phone.see(cashier)

    phone.be("秋秋")
    shown = await phone.see(f"/chats/{chat_id}")
    assert page in shown
    assert "&lt;b&gt;好运&lt;/b&gt;" in shown
    assert "[红包]" in await phone.see("/chats")
    await phone.send(page, page, do="open")
    assert "已存入零钱" in await phone.see(page)
    phone.be("星野")
    await phone.send(page, page, do="open")
    assert "手气最佳" in await phone.see(page)
    assert "已领取" in await phone.see(f"/chats/{chat_id}")
    phone.be("木木")
    chat = await phone.see(f"/chats/{chat_id}")
    assert ("已被领完" in chat, "撤回" in chat) == (True, False)
    assert "8.88" in await phone.see("/packets?show=sent")
    phone.be("秋秋", "en")
    assert "1 received" in await phone.see("/packets")
    phone.be("<b>&", "en")
    await phone.see(page, 404)
