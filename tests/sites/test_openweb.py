"""What other sites, search engines and readers get of us, and what they do not."""

import json
import re
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from tests.market import Market
from tests.platform import ask, calling
from tests.sites.test_storefront import sign_in
from tongshang.modules.catalog.api import list_pages
from tongshang.sites.guards import guards_of

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


async def embeds(market: Market) -> list[str]:
    token = await market.card(market.tea)
    return [
        f"/embed/card?card={token}", f"/embed/card?id={market.tea.product_id}",
        f"/embed/shop?id={market.shop_id}", f"/embed/content?id={market.content_id}",
    ]  # fmt: skip


# --- what may be framed, read and kept ----------------------------------------------------------


async def test_only_embeds_may_be_framed_and_they_leave_nothing(
    client: httpx.AsyncClient, market: Market
) -> None:
    sign_in(client, market, market.buyer)
    for place in await embeds(market):
        frame = await client.get(place)
        assert frame.status_code == 200, place
        policy = frame.headers["content-security-policy"]
        assert "frame-ancestors *" in policy
        assert "default-src 'none'" in policy
        assert "form-action 'none'" in policy
        assert "unsafe" not in policy
        assert "x-frame-options" not in frame.headers
        assert "set-cookie" not in frame.headers
        assert frame.headers["referrer-policy"] == "no-referrer"
        assert "小满" not in frame.text, "a frame knows nobody"
        assert 'rel="noopener noreferrer"' in frame.text


async def test_every_other_page_refuses_frames_and_foreign_readers(
    client: httpx.AsyncClient, market: Market
) -> None:
    places = [
        "/", f"/p/{market.tea.product_id}", f"/a/{market.content_id}", f"/s/{market.shop_id}",
        "/embed", "/embed/", "/embed/card/x", "/embed/other", "/nowhere", "/desk/shop", "/cart",
        "/robots.txt", "/s/Abcdefghj", "/personas",
    ]  # fmt: skip
    for place in places:
        answer = await client.get(place, headers={"origin": "https://evil.test"})
        headers = answer.headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"], place
        assert headers["x-frame-options"] == "DENY"
        assert "access-control-allow-origin" not in headers
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"


async def test_the_list_of_what_anybody_may_read_from_anywhere_is_this(
    client: httpx.AsyncClient, market: Market
) -> None:
    home = market.opened.house.address
    for place in (
        f"/oembed?url={home}/p/{market.tea.product_id}", f"/embed/card.json?id={market.tea.product_id}",
        "/feed.atom", f"/feed/{market.promoter.party_id}.atom",
    ):  # fmt: skip
        answer = await client.get(place, headers={"origin": "https://blog.test"})
        assert answer.status_code == 200, place
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
        assert "set-cookie" not in answer.headers
    wire = await client.get(
        "/v1/buyer/product/get", params={"product_id": market.tea.product_id},
        headers={"origin": "https://blog.test"},
    )  # fmt: skip
    assert "access-control-allow-origin" not in wire.headers
    assert wire.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("path", "policy"),
    [
        ("/media/a.png", "cross-origin"), ("/qr/Abc.svg", "cross-origin"), ("/embed.js", "cross-origin"),
        ("/poster/Abc.png", "cross-origin"), ("/media/a/b", "same-origin"), ("/embed.js.map", "same-origin"),
        ("/static/0/desk.css", "same-origin"), ("/qr.svg", "same-origin"), ("/", "same-origin"),
    ],
)  # fmt: skip
def test_only_pictures_and_the_embeds_script_are_loaded_by_others(path: str, policy: str) -> None:
    assert guards_of(path)["cross-origin-resource-policy"] == policy


async def test_a_frame_shows_what_is_so_now(client: httpx.AsyncClient, market: Market) -> None:
    place = (await embeds(market))[0]
    assert market.tea.title in (await client.get(place)).text
    assert 'data-theme="dark"' in (await client.get(place + "&theme=dark")).text
    assert 'data-consent="no"' in (await client.get(place)).text
    assert 'data-consent="yes"' in (await client.get(place + "&consent=yes")).text
    english = (await client.get(place + "&lang=en")).text
    assert ">View<" in english
    await market.ask(
        market.shop, "/channels/ec/product/delisting", product_id=market.tea.product_id
    )
    gone = await client.get(place)
    assert "现在买不到了" in gone.text
    data = (await client.get(place.replace("/embed/card", "/embed/card.json"))).json()
    assert (data["is_available"], data["cards"][0]["why"]) == (False, "off_sale")
    assert data["cards"][0]["picture_url"].startswith("http")


@pytest.mark.parametrize(
    "place",
    [
        "/embed/card", "/embed/card?card=x", "/embed/card?card=" + "A" * 5_000, "/embed/card?id=1",
        "/embed/shop?id=-1", "/embed/shop?id=99999999999999999999", "/embed/content?id=x",
    ],
)  # fmt: skip
async def test_a_frame_of_nothing_is_a_small_frame_that_leads_on(
    client: httpx.AsyncClient, place: str
) -> None:
    frame = await client.get(place)
    assert 400 <= frame.status_code < 500
    assert 'class="frame"' in frame.text
    assert "set-cookie" not in frame.headers
    assert frame.headers["cache-control"] == "no-store"


async def test_what_a_host_page_says_of_itself_cannot_become_markup(
    client: httpx.AsyncClient, market: Market
) -> None:
    place = (await embeds(market))[0]
    for origin in ('https://a.test"><script>', "javascript:alert(1)", "null", "https://a.test/x"):
        frame = await client.get(place, params={**_query(place), "origin": origin})
        assert "data-origin" not in frame.text
    good = await client.get(place, params={**_query(place), "origin": "https://a.test:8443"})
    assert 'data-origin="https://a.test:8443"' in good.text


def _query(place: str) -> dict[str, str]:
    name, _, value = place.partition("?")[2].partition("=")
    return {name: value}


# --- oEmbed ------------------------------------------------------------------------------------


async def test_oembed_speaks_json_and_xml_and_says_what_it_cannot(
    client: httpx.AsyncClient, market: Market
) -> None:
    url = f"{market.opened.house.address}/p/{market.tea.product_id}"
    told = (await client.get("/oembed", params={"url": url, "format": "json"})).json()
    assert (told["type"], told["version"], told["title"]) == ("rich", "1.0", market.tea.title)
    assert (told["thumbnail_width"], told["thumbnail_height"]) == (32, 32)
    xml = await client.get("/oembed", params={"url": url, "format": "xml", "maxwidth": "300"})
    root = ET.fromstring(xml.content)
    assert root.findtext("width") == "300"
    assert root.findtext("html") == told["html"].replace('width="560"', 'width="300"')
    for asked, code in (
        ({"url": url, "format": "yaml"}, 501), ({"url": "https://evil.test/p/1"}, 404),
        ({"url": "javascript:alert(1)"}, 404), ({}, 404), ({"url": "x" * 3_000}, 400),
        ({"url": url, "maxwidth": "9" * 18}, 200), ({"url": url, "maxwidth": "-1"}, 200),
        ({"url": url, "maxheight": "5"}, 404),
    ):  # fmt: skip
        answer = await client.get("/oembed", params=asked)
        assert answer.status_code == code, asked


# --- what pages say of themselves ---------------------------------------------------------------


def _told(page: str) -> list[dict[str, Any]]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found
    graph: list[dict[str, Any]] = json.loads(found[1])["@graph"]
    return graph


async def test_a_products_page_says_what_it_is(client: httpx.AsyncClient, market: Market) -> None:
    home, token = market.opened.house.address, await market.card(market.tea)
    page = (await client.get(f"/p/{market.tea.product_id}", params={"card": token})).text
    url = f"{home}/p/{market.tea.product_id}"
    assert f'<link rel="canonical" href="{url}">' in page
    assert f'<meta property="og:title" content="{market.tea.title}">' in page
    assert '<meta property="product:price:amount" content="128.00">' in page
    assert f'property="og:image" content="{home}/media/' in page
    discovery = re.search(r'type="application/json\+oembed" href="([^"]+)"', page)
    assert discovery
    shown = await client.get(discovery[1].replace("&amp;", "&").replace(home, ""))
    assert "card=" in shown.json()["html"], "its embed keeps the card that one came by"
    product, crumbs = _told(page)
    assert (product["@type"], product["offers"]["price"]) == ("Product", "128.00")
    assert product["offers"]["availability"] == "https://schema.org/InStock"
    assert [one["name"] for one in crumbs["itemListElement"]][1:] == ["山里茶铺", market.tea.title]


async def test_an_article_and_a_shop_say_what_they_are(
    client: httpx.AsyncClient, market: Market
) -> None:
    article = (await client.get(f"/a/{market.content_id}")).text
    assert _told(article)[0]["@type"] == "Article"
    assert f"/feed/{market.promoter.party_id}.atom" in article
    shop = (await client.get(f"/s/{market.shop_id}")).text
    assert _told(shop)[0] == {
        "@type": "Store",
        "@id": f"{market.opened.house.address}/s/{market.shop_id}",
        "name": "山里茶铺",
        "description": "武夷山里的小茶铺，自己做，自己卖",
        "url": f"{market.opened.house.address}/s/{market.shop_id}",
    }
    for page in (article, shop):
        assert 'type="text/xml+oembed"' in page


async def test_a_title_cannot_end_the_structured_data(
    client: httpx.AsyncClient, market: Market
) -> None:
    title = "</script><script>alert(1)</script>&"
    await ask(
        market.opened, market.promoter, "/v1/promoter/content/add",
        title=title, blocks=[{"kind": "paragraph", "text": title}],
    )  # fmt: skip
    (newest,) = (await market.ask(market.buyer, "/v1/buyer/content/list", limit=1)).contents
    page = (await client.get(f"/a/{newest.content_id}")).text
    assert "<script>alert" not in page
    assert _told(page)[0]["headline"] == title
    feed = await client.get("/feed.atom")
    entry = ET.fromstring(feed.content).find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}title") == title


# --- what machines read -------------------------------------------------------------------------


async def test_robots_find_every_page_that_is_open_by_sitemaps(
    client: httpx.AsyncClient, market: Market
) -> None:
    home = market.opened.house.address
    robots = (await client.get("/robots.txt")).text
    assert f"Sitemap: {home}/sitemap.xml" in robots
    assert "Disallow: /desk" in robots
    index = ET.fromstring((await client.get("/sitemap.xml")).content)
    parts = [one.text or "" for one in index.iter(f"{SITEMAP}loc")]
    assert len(parts) == 3
    pages: dict[str, str | None] = {}
    for part in parts:
        tree = ET.fromstring((await client.get(part.replace(home, ""))).content)
        for one in tree.iter(f"{SITEMAP}url"):
            pages[str(one.findtext(f"{SITEMAP}loc"))] = one.findtext(f"{SITEMAP}lastmod")
    assert pages.keys() == {
        f"{home}/p/{market.tea.product_id}", f"{home}/p/{market.cup.product_id}",
        f"{home}/a/{market.content_id}", f"{home}/s/{market.shop_id}",
    }  # fmt: skip
    assert pages[f"{home}/p/{market.tea.product_id}"]
    for wrong in ("/sitemap/products-x.xml", "/sitemap/desk-0.xml", "/sitemap/products-.xml"):
        assert (await client.get(wrong)).status_code == 404


async def test_a_sitemap_goes_on_by_id_where_its_last_part_was_full(market: Market) -> None:
    async with calling(market.opened) as call:
        first = await list_pages(call.tx, 0, 1)
        rest = await list_pages(call.tx, first[0][0], 50_000)
    ids = sorted((int(market.tea.product_id), int(market.cup.product_id)))
    assert [one[0] for one in first + rest] == ids


async def test_an_authors_contents_are_read_as_atom(
    client: httpx.AsyncClient, market: Market
) -> None:
    feed = await client.get(f"/feed/{market.promoter.party_id}.atom")
    assert feed.headers["content-type"].startswith("application/atom+xml")
    root = ET.fromstring(feed.content)
    assert root.findtext(f"{ATOM}title") == "阿宁"
    entry = root.find(f"{ATOM}entry")
    assert entry is not None
    assert market.tea.title in (entry.findtext(f"{ATOM}content") or "")
    assert (await client.get("/feed/7.atom")).status_code == 404


# --- links and sheets ---------------------------------------------------------------------------


def _form(page: str, action: str) -> dict[str, str]:
    found = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    assert found
    return dict(re.findall(r'name="([^"]+)" value="([^"]*)"', found[0]))


async def test_a_buyer_shares_a_page_and_gets_all_forms_of_it(
    client: httpx.AsyncClient, market: Market
) -> None:
    sign_in(client, market, market.buyer)
    token = await market.card(market.tea)
    page = (await client.get(f"/p/{market.tea.product_id}", params={"card": token})).text
    form = _form(page, "/share")
    first, second = [await client.post("/share", data=form) for _ in range(2)]
    assert first.headers["location"] == second.headers["location"], "pressed twice is shared once"
    sheet = await client.get(first.headers["location"])
    for said in ("/s/", "￥", "data-card", "&lt;iframe", "/poster/", "/qr/"):
        assert said in sheet.text, said
    code = first.headers["location"].rsplit("/", 1)[1]
    leads = await client.get(f"/s/{code}")
    assert leads.headers["location"].startswith(f"/p/{market.tea.product_id}?card=")
    mine = await client.get("/shares")
    assert market.tea.title in mine.text
    share = re.search(r'href="(/shares/[0-9]+)"', mine.text)
    assert share
    assert "一层一层传开" in (await client.get(share[1])).text


async def test_anybody_may_copy_a_link_without_being_somebody(
    client: httpx.AsyncClient, market: Market
) -> None:
    page = (await client.get(f"/a/{market.content_id}")).text
    made = await client.post("/share", data=_form(page, "/share"))
    code = made.headers["location"].rsplit("/", 1)[1]
    leads = await client.get(f"/s/{code}")
    assert leads.headers["location"] == f"/a/{market.content_id}"


@pytest.mark.parametrize("place", ["/s/Abcdefghj", "/s/x" + "y" * 300, "/o/x", "/share/Abcdefghj"])
async def test_a_link_that_is_none_leads_on(client: httpx.AsyncClient, place: str) -> None:
    answer = await client.get(place)
    assert answer.status_code in {400, 404}
    assert 'href="/"' in answer.text


async def test_codes_and_posters_are_files(client: httpx.AsyncClient, market: Market) -> None:
    made = await market.ask(
        market.promoter, "/v1/promoter/link/make", product_id=market.tea.product_id
    )
    for url, kind in (
        (made.qr_url, "image/svg+xml"), (made.qr_url.replace(".svg", ".png"), "image/png"),
        (made.poster_url, "image/png"), (made.poster_pdf_url, "application/pdf"),
    ):  # fmt: skip
        file = await client.get(url.replace(market.opened.house.address, ""))
        assert file.headers["content-type"].startswith(kind)
        assert "set-cookie" not in file.headers
    saved = await client.get(made.poster_url.replace(market.opened.house.address, "") + "?save=1")
    assert "attachment" in saved.headers["content-disposition"]
    assert (await client.get("/qr/Abcdefghj.svg")).status_code == 404
    assert (await client.get("/qr/Abcdefghj.exe")).status_code == 404


async def test_a_foreign_card_in_the_address_shows_the_product_all_the_same(
    client: httpx.AsyncClient, market: Market
) -> None:
    for card in ("forged", "A" * 3_000, "<script>"):
        page = await client.get(f"/p/{market.tea.product_id}", params={"card": card})
        assert page.status_code == 200
        assert market.tea.title in page.text
