"""The desks over HTTP: what shops, promoters and the platform's staff see and do there."""

import re
from dataclasses import replace
from typing import Any

import httpx
import msgspec

from tests.market import Market, png
from tests.platform import finish_work
from tests.sites.test_storefront import fields, sign_in
from tongshang.sites.desk import product_form


async def test_a_shop_ships_from_its_list_and_keeps_what_was_typed(
    client: httpx.AsyncClient, market: Market
) -> None:
    order_id = await market.place(market.tea)
    await market.pay(order_id)
    sign_in(client, market, market.shop)
    place = "/desk/shop/orders?status=20"
    form = fields((await client.get(place)).text, place) | {"delivery_id": "SF"}
    refused = await client.post(place, data=form | {"waybill_id": "不是单号"})
    assert refused.status_code == 400
    assert 'value="不是单号"' in refused.text
    sent = await client.post(place, data=form | {"waybill_id": "SF1234567890123"})
    assert sent.headers["location"].endswith(f"sent={order_id}")
    page = (await client.get(f"/desk/shop/orders/{order_id}")).text
    assert "SF1234567890123" in page
    assert "¥136.00" in page


async def test_every_figure_of_an_order_leads_to_its_story(
    client: httpx.AsyncClient, market: Market
) -> None:
    order_id = await market.place(market.tea, card=await market.card(market.tea))
    await market.pay(order_id)
    sign_in(client, market, market.shop)
    orders = (await client.get("/desk/shop/orders")).text
    link = f"/desk/shop/money/explain/{order_id}"
    assert link in orders
    story = (await client.get(link)).text
    for figure in ("+¥136.00", "−¥6.80", "−¥12.80", "¥116.40", "一分不多，一分不少。"):
        assert figure in story
    money = (await client.get("/desk/shop/money")).text
    assert "¥136.00" in money, "taken today"
    assert "+¥136.00" in money[money.index("资金流水") :], "and its flow is there at once"


async def test_anothers_order_is_not_on_this_desk(
    client: httpx.AsyncClient, market: Market
) -> None:
    order_id = await market.place(market.tea)
    sign_in(client, market, market.promoter)
    asked = await client.get(f"/desk/shop/orders/{order_id}")
    assert asked.headers["location"].startswith("/personas?role=shop")
    sign_in(client, market, market.shop)
    assert (await client.get("/desk/shop/orders/3700000000000000001")).status_code == 404


async def test_a_refund_is_asked_answered_and_seen_by_both(
    client: httpx.AsyncClient, market: Market
) -> None:
    order_id = await market.place(market.cup, count=2)
    await market.pay(order_id)
    await market.ship(order_id)
    sign_in(client, market, market.buyer)
    place = f"/order/{order_id}/refund"
    form = fields((await client.get(f"{place}?line=1")).text, place)
    asked = await client.post(
        place, data=form | {"count": "1", "reason": "QUALITY_ISSUE", "reason_text": "有划痕"}
    )
    assert asked.headers["location"] == f"/order/{order_id}?done=refund"
    sign_in(client, market, market.shop)
    page = (await client.get("/desk/shop/refunds")).text
    assert "有划痕" in page
    assert "¥48.50" in page
    form = fields(page, "/desk/shop/refunds/accept")
    await client.post("/desk/shop/refunds/accept", data=form)
    await finish_work(market.opened)
    assert "已退款" in (await client.get("/desk/shop/refunds")).text
    sign_in(client, market, market.buyer)
    assert "已退 1 件" in (await client.get(f"/order/{order_id}")).text


async def test_a_new_product_goes_on_sale_with_its_pictures(
    client: httpx.AsyncClient, market: Market
) -> None:
    sign_in(client, market, market.shop)
    place = "/desk/shop/products/0"
    page = (await client.get(place)).text
    template = re.search(r'<select id="template_id".*?value="(\d+)"', page, re.DOTALL)
    assert template
    form = fields(page, place) | {
        "title": "手作竹茶则 一叶", "short_title": "竹茶则", "cat_id": "9003",
        "template_id": template[1], "desc": "一刀一刀削出来的。", "attr_key": "款式", "do": "list",
        "sku_id": "", "attr_value": "细款", "price": "38.5", "market_price": "", "stock": "7",
        "sku_code": "Z1",
    }  # fmt: skip
    files = [("pictures", (f"{n}.png", png(n * 40, 90, 60), "image/png")) for n in range(3)]
    wrong = await client.post(place, data=form | {"price": "很贵"}, files=files)
    assert wrong.status_code == 400
    saved = await client.post(place, data=form, files=files)
    assert saved.status_code == 303, saved.text
    await finish_work(market.opened)
    listed = (await client.get("/desk/shop/products?status=5")).text
    assert "手作竹茶则 一叶" in listed
    assert "¥38.50" in listed


async def test_saving_a_product_changes_only_what_its_form_shows(
    client: httpx.AsyncClient, market: Market
) -> None:
    async def read() -> dict[str, Any]:
        path = "/channels/ec/product/get"
        found = await market.ask(market.shop, path, product_id=market.tea.product_id, data_type=2)
        draft: dict[str, Any] = msgspec.json.decode(found.edit_product)
        return {name: value for name, value in draft.items() if name != "edit_time"}

    before = await read()
    first, second = before["skus"]
    attrs = [
        {"attr_key": "颜色", "attr_value": "岩红"},
        {"attr_key": "容量", "attr_value": "50 克"},
    ]
    wide = dict(first) | {"sku_attrs": attrs, "thumb_img": second["thumb_img"], "bar_code": "69012"}
    wide["sku_deliver_info"] = {"stock_type": 0}
    other = dict(second) | {"sku_attrs": [*reversed(attrs)], "market_price": 0}
    fresh = {"sku_id": "0", "out_sku_id": "T-3", "sale_price": 990, "stock_num": 7}
    update = "/channels/ec/product/update"
    await market.ask(
        market.shop, update,
        **before | {
            "skus": [wide, other, fresh], "spu_code": "SPU-1", "aftersale_desc": "坏了包赔",
            "attrs": [{"attr_key": "产地", "attr_value": "慧苑坑"}],
            "express_info": {**before["express_info"], "weight": 120},
            "limited_info": {"period_type": 1, "limited_buy_num": 2},
            "extra_service": {"seven_day_return": 1, "damage_guarantee": 1},
        },
    )  # fmt: skip
    kept = await read()
    sign_in(client, market, market.shop)
    place = f"/desk/shop/products/{market.tea.product_id}"
    page = (await client.get(place)).text
    form = fields(page, place) | {
        "cat_id": "9003", "template_id": kept["express_info"]["template_id"],
        "desc": kept["desc_info"]["desc"].replace("\n", "\r\n"), "do": "save",
    }  # fmt: skip
    assert (await client.post(place, data=form)).status_code == 303
    assert await read() == kept, "nothing was touched"
    form["form_key"] = "another"
    form["attr_key"] = ["色泽", "容量", ""]
    form["price"] = ["130", *form["price"][1:]]
    assert (await client.post(place, data=form)).status_code == 303
    after = await read()
    assert [a["attr_key"] for a in after["skus"][0]["sku_attrs"]] == ["色泽", "容量"]
    assert [a["attr_key"] for a in after["skus"][1]["sku_attrs"]] == ["容量", "色泽"]
    for sku, was in zip(after["skus"], kept["skus"], strict=True):
        same = {"sku_attrs": was["sku_attrs"], "sale_price": was["sale_price"]}
        assert sku | same == was
    assert [sku["sale_price"] for sku in after["skus"]] == [13_000, 23_900, 990]
    assert {k: v for k, v in after.items() if k not in {"skus", "min_price"}} == {
        k: v for k, v in kept.items() if k not in {"skus", "min_price"}
    }


async def test_a_refused_product_is_shown_as_it_was_typed(
    client: httpx.AsyncClient, market: Market
) -> None:
    sign_in(client, market, market.shop)
    place = f"/desk/shop/products/{market.tea.product_id}"
    form = fields((await client.get(place)).text, place) | {"cat_id": "9003", "do": "save"}
    form |= {"title": "正山小种 礼盒装", "price": ["很贵", "239", "", "", ""]}
    refused = await client.post(place, data=form)
    assert refused.status_code == 400
    for typed in ("正山小种 礼盒装", "很贵", "100 克"):
        assert f'value="{typed}"' in refused.text
    assert market.tea.title in (await client.get(place)).text, "nothing has changed"


def test_a_form_of_many_skus_leaves_those_alone_that_it_does_not_show() -> None:
    attrs = [{"attr_key": "色", "attr_value": "青"}]
    skus = [
        {"sku_id": str(i), "sale_price": 100 + i, "market_price": 0, "stock_num": i, "status": 5,
         "sku_code": "", "sku_attrs": attrs, "thumb_img": "x"}
        for i in range(1, 301)
    ]  # fmt: skip
    before = {
        "title": "青瓷", "short_title": "", "head_imgs": ["x"], "skus": skus, "cats": [],
        "cats_v2": [{"cat_id": "3"}], "desc_info": {"imgs": ["y"], "desc": ""},
        "express_info": {"template_id": "1"},
    }  # fmt: skip
    form = product_form.shown(before)
    assert len(form.rows) + form.rows_left_out == 300
    rows = (replace(form.rows[0], values=("",), price=""), *form.rows[1:])
    after = product_form.document(replace(form, rows=rows), before, [])["skus"]
    assert [sku["sku_id"] for sku in after] == [str(i) for i in range(2, 301)]
    assert "stock_num" not in after[-1]
    assert after[-1] | {"stock_num": 300, "status": 5} == skus[-1]


async def test_a_promoter_makes_a_card_with_link_and_code(
    client: httpx.AsyncClient, market: Market
) -> None:
    sign_in(client, market, market.promoter)
    goods = (await client.get("/desk/promoter/goods")).text
    assert "¥12.80" in goods, "what a sale earns"
    card = await client.post("/desk/promoter/card", data=fields(goods, "/desk/promoter/card"))
    link = re.search(r'value="(http[^"]+/s/[^"]+)"', card.text)
    assert link
    opened = await client.get("/" + link[1].split("/", 3)[3])
    assert opened.headers["location"].startswith("/p/")
    code = re.search(r'src="(/qr/[^"]+\.svg)"', card.text)
    assert code
    assert (await client.get(code[1])).headers["content-type"].startswith("image/svg+xml")
    assert "data-card=&#34;" in card.text, "what another site embeds"


async def test_the_platforms_books_are_zero(client: httpx.AsyncClient, market: Market) -> None:
    await market.pay(await market.place(market.tea))
    sign_in(client, market, market.operator)
    page = (await client.get("/desk/platform")).text
    assert "+¥136.00" in page
    assert "−¥136.00" in page


async def test_every_desk_speaks_english(client: httpx.AsyncClient, market: Market) -> None:
    await market.pay(await market.place(market.tea))
    for caller, places in (
        (market.shop, ("", "/orders", "/refunds", "/products", "/products/0", "/money", "/pushes")),
        (market.promoter, ("", "/goods", "/orders")),
        (market.operator, ("",)),
    ):
        sign_in(client, market, caller, lang="en")
        desk = {market.shop: "shop", market.promoter: "promoter"}.get(caller, "platform")
        for place in places:
            page = await client.get(f"/desk/{desk}{place}")
            assert page.status_code == 200, place
            said = re.findall(
                r"<(h[12]|th|label|button|nav)\b[^>]*>(.*?)</\1>", page.text, re.DOTALL
            )
            words = " ".join(re.sub("<[^>]+>", " ", text) for _, text in said)
            assert not re.findall("[一-鿿]{2,}", words.replace("规格", "")), place


async def test_every_desk_tells_its_keys(client: httpx.AsyncClient, market: Market) -> None:
    for caller, desk in (
        (market.shop, "shop"), (market.promoter, "promoter"), (market.operator, "platform"),
    ):  # fmt: skip
        sign_in(client, market, caller)
        page = (await client.get(f"/desk/{desk}")).text
        script = re.search(r'<script src="(/static/[0-9a-f]+/keys.js)" defer>', page)
        assert script
        assert (await client.get(script[1])).status_code == 200
        assert '<dialog id="keys"' in page


async def test_several_products_go_on_and_off_sale_together(
    client: httpx.AsyncClient, market: Market
) -> None:
    sign_in(client, market, market.shop)
    place = "/desk/shop/products"
    form = fields((await client.get(place)).text, place)
    both = [market.tea.product_id, market.cup.product_id]
    off = await client.post(place, data=form | {"pick": both, "do": "delist"})
    assert off.headers["location"] == f"{place}?done=delist"
    assert market.tea.title not in (await client.get(f"{place}?status=5")).text
    gone = (await client.get(f"{place}?status=11")).text
    assert market.tea.title in gone
    assert market.cup.title in gone


async def test_orders_are_taken_away_as_a_table(client: httpx.AsyncClient, market: Market) -> None:
    order_id = await market.place(market.tea)
    await market.pay(order_id)
    sign_in(client, market, market.shop)
    table = (await client.get("/desk/shop/orders.csv?status=20")).text
    assert f"{order_id}," in table
    assert f"{market.tea.title} × 1" in table
    assert ",136.00," in table
    assert order_id not in (await client.get("/desk/shop/orders.csv?status=100")).text
