"""People of the test market in a browser, and the pages they can go to."""

from collections.abc import Iterator
from typing import Final

import msgspec
from playwright.async_api import Browser, BrowserContext

from tests.market import Market
from tests.platform import calling, finish_work
from tongshang.modules.identity.api import BuyerDraft, add_buyers, buyer_caller, find_buyers
from tongshang.runtime import crypto
from tongshang.sites.app import SITES
from tongshang.sites.visit import COOKIE, Session

WIDE: Final = {"width": 1440, "height": 900}
PHONE: Final = {"width": 390, "height": 844}


async def visiting(
    browser: Browser, market: Market, address: str, role: str, *, dark: bool = False
) -> BrowserContext:
    """A browser in which one of the market's people is signed in; pages may be examined."""
    owners = {
        "buyer": market.buyer.buyer_id,
        "shop": market.shop.party_id,
        "promoter": market.promoter.party_id,
        "operator": market.operator.party_id,
    }
    context = await browser.new_context(
        base_url=address,
        viewport=PHONE if role in {"", "buyer"} else WIDE,  # type: ignore[arg-type]
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        bypass_csp=True,
        service_workers="block",
    )
    if role:
        session = Session(role, owners[role], "小满", "zh", "nonce")
        body = msgspec.msgpack.encode(session)
        signed = crypto.sign(market.opened.house.secret, "session", body)
        await context.add_cookies([{"name": COOKIE, "value": signed, "url": address}])
    return context


def pages_of(role: str) -> Iterator[str]:
    """The places of all pages for a role that need no id."""
    for declared in (declared for site in SITES for declared in site.all):
        last = declared.path.rsplit("/", 1)[1]
        is_plain = "{" not in declared.path and "." not in last and last != "stream"
        if declared.method == "GET" and declared.role == role and is_plain:
            yield declared.path


async def talked(market: Market) -> list[str]:
    """A chat with a friend in which there are words, a card and a red packet of each look."""
    async with calling(market.opened) as call:
        (friend_id,) = await add_buyers(call, [BuyerDraft("秋秋")])
        friend = buyer_caller((await find_buyers(call.tx, [friend_id]))[friend_id])
    token = (await market.ask(market.buyer, "/v1/buyer/contact/card")).token
    await market.ask(friend, "/v1/buyer/contact/request", token=token)
    path = "/v1/buyer/contact/request/accept"
    chat_id = (await market.ask(market.buyer, path, buyer_id=friend_id)).chat_id
    tea = {"shop_id": market.shop_id, "product_id": market.tea.product_id}
    for who, body in (
        (market.buyer, {"kind": "text", "text": "喝茶吗？"}),
        (friend, {"kind": "product", **tea}),
    ):
        await market.ask(who, "/v1/buyer/chat/send", chat_id=chat_id, body=body)
    packets = []
    for who in (friend, friend, market.buyer):
        path = "/v1/buyer/packets/"
        made = await market.ask(who, f"{path}make", chat_id=chat_id, amount_fen=520)
        await market.ask(who, f"{path}pay", packet_id=made.packet_id, confirm=True)
        await finish_work(market.opened)
        packets.append(f"/packets/{made.packet_id}")
    path = "/v1/buyer/packets/open"
    await market.ask(market.buyer, path, packet_id=packets[0].rsplit("/", 1)[1])
    chat = f"/chats/{chat_id}"
    return [chat, f"{chat}/info", f"{chat}/goods", f"/packets/new?chat={chat_id}", *packets]


async def places(market: Market, role: str) -> list[str]:
    """Where a role may go, with the pages of what is there."""
    shown = sorted(set(pages_of(role)))
    if role == "buyer":
        order_id = await market.place(market.cup)
        shown += [f"/order/{order_id}", "/addresses/0", f"/addresses/{market.address_id}"]
        sku = market.tea.sku_ids[0]
        shown.append(f"/checkout?shop={market.shop_id}&sku={sku}&count=1&card=")
        shown += ["/packets?show=sent", *await talked(market)]
    if role == "":
        shown += [
            f"/p/{market.tea.product_id}",
            f"/s/{market.shop_id}",
            f"/s/{market.shop_id}?show=about",
            f"/u/{market.promoter.party_id}",
            f"/a/{market.content_id}",
            "/?tab=hot",
            "/no-such-page",
        ]
    if role == "shop":
        order_id = await market.place(market.tea)
        await market.pay(order_id)
        shown += [f"/desk/shop/orders/{order_id}", f"/desk/shop/products/{market.tea.product_id}"]
        shown.append(f"/desk/shop/discounts/new?product={market.tea.product_id}")
    if role == "promoter":
        written = f"/desk/promoter/contents/{market.content_id}"
        shown += [written, f"{written}/preview", f"{written}/shown", f"{written}/versions"]
    return shown
