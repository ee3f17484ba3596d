"""Links, 口令, codes and openlinks, as shops ask for them and people open them."""

import asyncio
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from tests.market import Market
from tests.platform import calling, sent_statements
from tongshang.modules.catalog.api import ProductNotFound
from tongshang.modules.identity.api import BuyerDraft, add_buyers, buyer_caller, find_buyers
from tongshang.modules.links import api, domain
from tongshang.modules.links.refusals import (
    CannotEmbed,
    CodeIncomplete,
    LinkNotFound,
    NothingPasted,
    NothingToShare,
    NotListed,
)
from tongshang.modules.surfaces.api import CardRef, Surface, card_token, last_touches, read_card
from tongshang.runtime.call import NOBODY, SHOP_SCOPES, Caller
from tongshang.runtime.limits import MinuteQuotaUsedUp

WIRE = "/channels/ec/product"


async def touch_of(market: Market, buyer: Caller | None = None) -> Any:
    async with calling(market.opened) as call:
        key = (buyer or market.buyer).buyer_id, int(market.tea.product_id)
        return (await last_touches(call.tx, [key], call.at.replace(year=2000))).get(key)


async def another_buyer(market: Market, name: str) -> Caller:
    async with calling(market.opened) as call:
        (buyer_id,) = await add_buyers(call, [BuyerDraft(name)])
        return buyer_caller((await find_buyers(call.tx, [buyer_id]))[buyer_id])


async def delist(market: Market) -> None:
    path = "/channels/ec/product/delisting"
    await market.ask(market.shop, path, product_id=market.tea.product_id)


def code_in(url: str) -> str:
    return urlsplit(url).path.rsplit("/", 1)[1].split(".")[0]


async def forms(market: Market, who: Caller = NOBODY, **asked: Any) -> Any:
    return await market.ask(who, "/v1/buyer/link/make", **asked)


async def test_a_shop_gets_each_form_of_its_product_and_each_leads_back(market: Market) -> None:
    ref: dict[str, Any] = {"product_id": market.tea.product_id}
    url = (await market.ask(market.shop, f"{WIRE}/h5url/get", **ref)).product_h5url
    text = (await market.ask(market.shop, f"{WIRE}/taglink/get", **ref)).product_taglink
    assert url.startswith(market.opened.house.address + "/s/")
    assert market.tea.title[:10] in text
    for kind, form in ((1, "qr"), (2, "poster"), (3, "poster")):
        asked: dict[str, Any] = {**ref, "qrcode_type": kind}
        picture = (await market.ask(market.shop, f"{WIRE}/qrcode/get", **asked)).product_qrcode
        assert urlsplit(picture).path.startswith(f"/{form}/")
        opened = await market.ask(NOBODY, "/v1/buyer/link/open", code=code_in(picture))
        assert opened.surface == (Surface.GIFT_CARD if kind == 3 else Surface.QR)
    opened = await market.ask(NOBODY, "/v1/buyer/link/open", code=code_in(url))
    assert (opened.kind, opened.subject_id) == ("product", market.tea.product_id)
    pasted = await market.ask(NOBODY, "/v1/buyer/link/read", text="字" * 9_900 + text)
    assert pasted.card.product_id == market.tea.product_id
    again = (await market.ask(market.shop, f"{WIRE}/h5url/get", **ref)).product_h5url
    assert again == url, "the same link for the same product"
    bound: dict[str, Any] = {**ref, "wecom_corp_id": "ww1", "wecom_user_id": "li"}
    assert (await market.ask(market.shop, f"{WIRE}/h5url/get", **bound)).product_h5url != url


async def test_a_shop_has_links_of_its_own(market: Market) -> None:
    base = "/channels/ec/basics/shop"
    url = (await market.ask(market.shop, f"{base}/h5url/get")).shop_h5url
    text = (await market.ask(market.shop, f"{base}/taglink/get")).shop_taglink
    picture = (await market.ask(market.shop, f"{base}/qrcode/get", qrcode_type=2)).shop_qrcode
    for code in (code_in(url), code_in(picture)):
        opened = await market.ask(NOBODY, "/v1/buyer/link/open", code=code)
        assert (opened.kind, opened.subject_id) == ("shop", market.shop_id)
    async with calling(market.opened) as call:
        assert await api.read_pasted(call, text) == api.ShopRef(int(market.shop_id))


@pytest.mark.parametrize("form", ["h5url", "taglink", "qrcode", "scheme"])
async def test_only_listed_own_products_have_links(market: Market, form: str) -> None:
    asked: dict[str, Any] = {"product_id": market.tea.product_id, "from_appid": "wx1", "expire": 60}
    foreign = Caller("shop", SHOP_SCOPES, party_id=77)
    with pytest.raises(ProductNotFound):
        await market.ask(foreign, f"{WIRE}/{form}/get", **asked)
    with pytest.raises(ProductNotFound):
        await market.ask(market.shop, f"{WIRE}/{form}/get", **{**asked, "product_id": 12})
    await delist(market)
    with pytest.raises(NotListed):
        await market.ask(market.shop, f"{WIRE}/{form}/get", **asked)
    assert await market.opened.house.pool.fetchval("select count(*) from links") == 0


async def test_an_openlink_ends_but_its_product_is_still_seen(market: Market) -> None:
    asked: dict[str, Any] = {
        "product_id": market.tea.product_id, "from_appid": "wx1", "expire": 60, "ext_info": "七夕",
    }  # fmt: skip
    link = (await market.ask(market.shop, f"{WIRE}/scheme/get", **asked)).openlink
    assert link.startswith("tongshang://")
    token = link.rsplit("/", 1)[1]
    target = await market.ask(market.buyer, "/v1/buyer/openlink/open", token=token)
    assert (target.expired, target.ext_info) == (False, "七夕")
    assert read_card(market.opened.house, target.token) is not None
    pool = market.opened.house.pool
    assert await pool.fetchval("select count(*) from clicks") == 1
    market.opened.house.clock.offset += timedelta(seconds=61)
    late = await market.ask(market.buyer, "/v1/buyer/openlink/open", token=token)
    assert (late.expired, late.token, late.product_id) == (True, "", market.tea.product_id)
    assert await pool.fetchval("select count(*) from clicks") == 1, "nobody's touch any more"
    with pytest.raises(LinkNotFound):
        await market.ask(
            NOBODY, "/v1/buyer/openlink/open", token=("B" if token[0] == "A" else "A") + token[1:]
        )


async def test_a_promoters_short_link_credits_the_promoter(market: Market) -> None:
    asked: dict[str, Any] = {"product_id": market.tea.product_id}
    made = await market.ask(market.promoter, "/v1/promoter/link/make", **asked)
    await market.ask(market.buyer, "/v1/buyer/link/open", code=made.link_code)
    touch = await touch_of(market)
    assert (touch.promoter_id, touch.surface) == (market.promoter.party_id, Surface.SHORT_LINK)
    # Whoever shows it on keeps the promoter: by its code, by its card, or by having come by it.
    card = (await market.ask(NOBODY, "/v1/buyer/link/open", code=made.link_code)).token
    ways: tuple[tuple[Caller, dict[str, Any]], ...] = (
        (NOBODY, {"code": made.link_code}), (NOBODY, {"token": card}), (market.buyer, asked),
    )  # fmt: skip
    for who, way in ways:
        on = await forms(market, who, **way)
        async with calling(market.opened) as call:
            ref = await api.read_pasted(call, f"看看 {on.taglink}")
        assert isinstance(ref, CardRef)
        assert (ref.promoter_id, ref.surface) == (market.promoter.party_id, Surface.TAGLINK)
    nobodys = await forms(market, **asked)
    assert nobodys.link_code != made.link_code


async def test_a_forged_or_foreign_card_credits_nobody_and_hides_nothing(market: Market) -> None:
    other = CardRef(int(market.shop_id), int(market.cup.product_id), 5)
    for token in ("forged", card_token(market.opened.house, other)):
        made = await forms(market, token=token, product_id=market.tea.product_id)
        async with calling(market.opened) as call:
            ref = await api.read_pasted(call, made.url)
        assert isinstance(ref, CardRef)
        assert (ref.product_id, ref.promoter_id) == (int(market.tea.product_id), 0)
        frame = await market.ask(
            NOBODY, "/v1/buyer/embed/get", token=token, product_id=market.tea.product_id
        )
        assert frame.title == market.tea.title


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("", LinkNotFound), ("Abcdefghj", CodeIncomplete), ("Ab\x00defghj", LinkNotFound),
        ("<script>", LinkNotFound), ("x" * 65, msgspec.ValidationError),
    ],
)  # fmt: skip
async def test_a_code_that_is_none_leads_nowhere(
    market: Market, code: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await market.ask(NOBODY, "/v1/buyer/link/open", code=code)
    assert await market.opened.house.pool.fetchval("select count(*) from clicks") == 0


async def test_a_pasted_text_says_clearly_what_it_is_not(market: Market) -> None:
    path, made = "/v1/buyer/link/read", await forms(market, product_id=market.tea.product_id)
    with pytest.raises(NothingPasted):
        await market.ask(NOBODY, path, text="今天喝什么茶？ https://evil.test/s/Abcdefghj")
    wrong = made.taglink.replace(made.taglink[-3], "2" if made.taglink[-3] != "2" else "3")
    with pytest.raises(CodeIncomplete):
        await market.ask(NOBODY, path, text=wrong)
    async with calling(market.opened) as call:
        assert await api.read_pasted(call, wrong) is None
        await call.tx.execute("delete from links")
    with pytest.raises(LinkNotFound):  # whole, but made elsewhere
        await market.ask(NOBODY, path, text=made.taglink)


async def test_a_delisted_product_is_read_and_said_to_be_gone(market: Market) -> None:
    made = await forms(market, product_id=market.tea.product_id)
    await delist(market)
    pasted = await market.ask(NOBODY, "/v1/buyer/link/read", text=made.taglink)
    assert (pasted.is_available, pasted.card.why) == (False, "off_sale")
    opened = await market.ask(NOBODY, "/v1/buyer/link/open", code=made.link_code)
    assert opened.subject_id == market.tea.product_id
    with pytest.raises(NothingToShare):
        await forms(market, product_id=1)


async def test_the_same_link_asked_for_at_once_has_one_code(market: Market) -> None:
    asked = [forms(market, product_id=market.tea.product_id) for _ in range(8)]
    assert len({made.url for made in await asyncio.gather(*asked)}) == 1
    assert await market.opened.house.pool.fetchval("select count(*) from links") == 4


async def test_two_links_on_one_code_are_told_apart(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = domain.code_of
    monkeypatch.setattr(
        domain, "code_of",
        lambda secret, link, salt=0: real(secret, link, salt) if salt else "A" * 8 + "2",
    )  # fmt: skip
    async with calling(market.opened) as call:
        urls = await api.short_links(call, [api.ShopRef(1), api.ShopRef(2), api.ShopRef(1)])
        assert urls[0] == urls[2] != urls[1]
        assert await api.short_links(call, [api.ShopRef(2)]) == urls[1:2]


async def test_links_of_many_take_as_many_statements_as_one(market: Market) -> None:
    counts = []
    for many in (1, 50):
        async with calling(market.opened) as call:
            with sent_statements(market.opened) as sent:
                refs = [api.GiftRef(many * 1_000 + number) for number in range(many)]
                await api.short_links(call, refs)
            counts.append(len(sent))
    assert counts[0] == counts[1] <= 3


async def test_whoever_asks_without_end_is_held_back(market: Market) -> None:
    await forms(market, product_id=market.tea.product_id)
    for _ in range(59):
        await forms(market, product_id=market.tea.product_id)
    with pytest.raises(MinuteQuotaUsedUp):
        await forms(market, product_id=market.tea.product_id)
    await forms(market, market.buyer, product_id=market.tea.product_id)  # others are not


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
async def test_codes_and_posters_are_drawn(market: Market, kind: str) -> None:
    begins = {"png": b"\x89PNG", "svg": b"<svg", "pdf": b"%PDF"}
    made = await forms(market, product_id=market.tea.product_id)
    for form, url in (
        ("qr", made.qr_url),
        ("poster", made.poster_url),
        ("poster", made.gift_poster_url),
    ):
        asked = {"code": code_in(url), "form": form, "kind": kind}
        if (form, kind) in {("qr", "pdf"), ("poster", "svg")}:
            with pytest.raises(LinkNotFound):
                await market.ask(NOBODY, "/v1/buyer/link/picture", **asked)
            continue
        drawn = await market.ask(NOBODY, "/v1/buyer/link/picture", **asked)
        assert drawn.content.startswith(begins[kind])


async def test_oembed_shows_our_pages_and_no_others(market: Market) -> None:
    home, token = market.opened.house.address, await market.card(market.tea)
    path = "/v1/buyer/oembed/get"
    product = await market.ask(
        NOBODY, path, url=f"{home}/p/{market.tea.product_id}?card={token}", maxwidth=400
    )
    assert (product.title, product.width, product.type) == (market.tea.title, 400, "rich")
    embedded = product.html.split("card=")[1].split('"')[0]
    ref = read_card(market.opened.house, embedded)
    assert ref is not None
    assert (ref.promoter_id, ref.surface) == (market.promoter.party_id, Surface.WEB)
    assert product.thumbnail_url.startswith(home)
    for place in (f"/c/{token}", f"/s/{market.shop_id}", f"/a/{market.content_id}"):
        assert (await market.ask(NOBODY, path, url=home + place, maxwidth=10**9)).width <= 1_000
    for url in (
        "https://evil.test/p/1", "javascript:alert(1)", f"{home}/desk/shop", f"/p/{market.tea.product_id}",
        f"https://{urlsplit(home).netloc}@evil.test/p/1", "", "data:text/html,<script>",
    ):  # fmt: skip
        with pytest.raises(CannotEmbed):
            await market.ask(NOBODY, path, url=url)
    with pytest.raises(CannotEmbed):
        await market.ask(NOBODY, path, url=f"{home}/s/{market.shop_id}", maxwidth=10)
