"""The shop window over HTTP: reading, choosing, buying, with forms as a browser sends them."""

import re
from typing import Any

import httpx
import msgspec

from tests.market import FREIGHT_FEN, Market
from tests.platform import finish_work
from tongshang.runtime import crypto
from tongshang.runtime.call import Caller
from tongshang.sites.visit import COOKIE, Session


def sign_in(client: httpx.AsyncClient, market: Market, caller: Caller, lang: str = "zh") -> None:
    """Let the client be one of the market's people."""
    roles = {market.buyer: "buyer", market.shop: "shop", market.promoter: "promoter"}
    role = roles.get(caller, "buyer" if caller.buyer_id else "operator")
    session = Session(role, caller.buyer_id or caller.party_id, "小满", lang, "nonce")
    body = msgspec.msgpack.encode(session)
    client.cookies.set(COOKIE, crypto.sign(market.opened.house.secret, "session", body))


def fields(page: str, action: str) -> dict[str, Any]:
    """The hidden and preset fields of the form that posts to `action`."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    assert form, f"no form posts to {action}"
    found: dict[str, list[str]] = {}
    for one in re.findall(r"<input[^>]*>", form[0]):
        name = re.search(r'name="([^"]+)"', one)
        value = re.search(r'value="([^"]*)"', one)
        if name and ("radio" not in one or "checked" in one):
            found.setdefault(name[1], []).append(value[1] if value else "")
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


async def test_an_article_leads_by_its_card_to_the_product(
    client: httpx.AsyncClient, market: Market
) -> None:
    feed = (await client.get("/")).text
    assert "三坑两涧，一泡大红袍" in feed
    article = (await client.get(f"/a/{market.content_id}")).text
    card = re.search(r'href="(/c/[^"]+)"', article)
    assert card
    opened = await client.get(card[1])
    assert opened.headers["location"].startswith(f"/p/{market.tea.product_id}?card=")
    product = await client.get(opened.headers["location"])
    assert market.tea.title in product.text
    assert "加入购物车" in product.text


async def test_nobody_is_asked_who_they_are_when_they_buy(
    client: httpx.AsyncClient, market: Market
) -> None:
    page = f"/p/{market.tea.product_id}"
    form = fields((await client.get(page)).text, page)
    asked = await client.post(page, data=form | {"do": "buy"})
    assert asked.status_code == 303
    assert asked.headers["location"].startswith("/personas?role=buyer&next=")


async def test_a_double_submit_makes_one_order(client: httpx.AsyncClient, market: Market) -> None:
    sign_in(client, market, market.buyer)
    page = f"/p/{market.tea.product_id}"
    form = fields((await client.get(page)).text, page)
    chosen = await client.post(page, data=form | {"do": "buy", "count": "2"})
    checkout = (await client.get(chosen.headers["location"])).text
    total = 2 * market.tea.prices_fen[0] + FREIGHT_FEN
    assert f"¥{total // 100:,}.{total % 100:02d}" in checkout
    action = re.search(r'action="(/checkout[^"]*)"', checkout)
    assert action
    order = fields(checkout, action[1])
    address = action[1].replace("&amp;", "&")
    first, second = [await client.post(address, data=order) for _ in range(2)]
    assert first.headers["location"] == second.headers["location"]
    orders = await market.ask(market.buyer, "/v1/buyer/order/list")
    assert len(orders.orders) == 1


async def test_a_refused_order_keeps_what_was_entered(
    client: httpx.AsyncClient, market: Market
) -> None:
    sign_in(client, market, market.buyer)
    where = f"/checkout?shop={market.shop_id}&sku={market.cup.sku_ids[0]}&count=1&card="
    checkout = (await client.get(where)).text
    action = re.search(r'action="(/checkout[^"]*)"', checkout)
    assert action
    form = fields(checkout, action[1]) | {"expected_fen": "1", "notes": "请用纸包"}
    refused = await client.post(action[1].replace("&amp;", "&"), data=form)
    assert refused.status_code == 400
    assert "请用纸包" in refused.text
    assert "¥56.50" in refused.text, "what it costs now"
    assert not re.search(r"\d 分[^钟]", refused.text), "no raw fen"
    assert not (await market.ask(market.buyer, "/v1/buyer/order/list")).orders


async def test_a_payment_that_failed_may_be_tried_again(
    client: httpx.AsyncClient, market: Market
) -> None:
    sign_in(client, market, market.buyer)
    order_id = await market.place(market.cup)
    place = f"/order/{order_id}"
    form = fields((await client.get(place)).text, f"{place}/pay")
    cashier = (await client.post(f"{place}/pay", data=form)).headers["location"]
    form = fields((await client.get(cashier)).text, cashier)
    failed = await client.post(cashier, data=form | {"outcome": "failed"})
    page = (await client.get(failed.headers["location"])).text
    assert "付款没有成功" in page
    await client.post(cashier, data=fields(page, cashier) | {"outcome": "paid"})
    await finish_work(market.opened)
    assert "支付成功" in (await client.get(cashier)).text


async def test_the_cart_counts_and_checks_out_by_shop(
    client: httpx.AsyncClient, market: Market
) -> None:
    sign_in(client, market, market.buyer)
    page = f"/p/{market.cup.product_id}"
    form = fields((await client.get(page)).text, page)
    await client.post(page, data=form | {"do": "cart", "count": "3"})
    assert (await client.get("/cart/count")).text == "3"
    cart = (await client.get("/cart")).text
    assert "¥</i><b>145</b><i>.50" in cart
    checkout = await client.get(f"/checkout?shop={market.shop_id}&cart=1")
    assert "¥153.50" in checkout.text


async def test_an_address_says_what_is_wrong_beside_its_field(
    client: httpx.AsyncClient, market: Market
) -> None:
    sign_in(client, market, market.buyer)
    place = "/addresses/0"
    form = fields((await client.get(place)).text, place)
    typed = {
        "name": "林晓",
        "phone": "不是电话",
        "province": "浙江省",
        "city": "杭州市",
        "detail": "x",
    }
    refused = await client.post(place, data=form | typed)
    assert refused.status_code == 400
    assert "不是电话" in refused.text
    assert 'aria-invalid="true"' in refused.text


async def test_anothers_order_is_not_found(client: httpx.AsyncClient, market: Market) -> None:
    order_id = await market.place(market.cup)
    sign_in(client, market, Caller(name="other", buyer_id=17, scopes=market.buyer.scopes))
    client.cookies.clear()
    session = Session("buyer", 17, "别人", "en", "nonce")
    body = msgspec.msgpack.encode(session)
    client.cookies.set(COOKIE, crypto.sign(market.opened.house.secret, "session", body))
    answer = await client.get(f"/order/{order_id}")
    assert answer.status_code == 404
    assert "there is no order" in answer.text
